"""Books that every test may ask: the dozen, counted by hand, and one without a fact."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from jiebei_dash.book.engine import Book, Fetch, Question, ask, open_book
from jiebei_dash.book.scope import Reader, Scope
from jiebei_dash.sample.make import make_sample
from jiebei_dash.terms import Role
from tests.dozen_book import write_dozen, write_empty

os.environ["JIEBEI_MARTS"] = ""
"""Whoever tests marts says where they lie; nobody else makes any in the background."""
SLOW_FIXTURES = {"small_folder", "sample_path", "two_shards_path", "undisturbed"}


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Whatever needs an invented or a large public book is slow, said once."""
    for item in items:
        if SLOW_FIXTURES & set(getattr(item, "fixturenames", ())):
            item.add_marker(pytest.mark.slow)


@pytest.fixture(scope="session")
def dozen_url(tmp_path_factory: pytest.TempPathFactory) -> str:
    """Address of the book of twelve loans; do not write to it."""
    return write_dozen(tmp_path_factory.mktemp("dozen") / "book.duckdb")


@pytest.fixture(scope="session")
def empty_url(tmp_path_factory: pytest.TempPathFactory) -> str:
    """Address of a book with every table and no fact."""
    return write_empty(tmp_path_factory.mktemp("empty") / "book.duckdb")


@pytest.fixture(scope="session")
def dozen(dozen_url: str) -> Iterator[Book]:
    """The book of twelve loans."""
    book = open_book(dozen_url)
    yield book
    book.engine.dispose()


@pytest.fixture(scope="session")
def empty_book(empty_url: str) -> Iterator[Book]:
    """A book without a fact."""
    book = open_book(empty_url)
    yield book
    book.engine.dispose()


@pytest.fixture(scope="session")
def fetch_as(dozen: Book) -> Callable[..., Fetch]:
    """``fetch_as("manager")`` answers from the dozen; give ``book=`` for another. The log takes everything."""

    def bound(role: Role, book: Book = dozen) -> Fetch:
        def fetch(question: Question) -> object:
            if question.scope.reader.role != role:
                raise AssertionError(f"{question.name} was asked as {question.scope.reader.role}, not {role}")
            return ask(book, question, record=lambda question, level: None)

        return fetch  # type: ignore[return-value]

    return bound


@pytest.fixture(scope="session")
def scope_of(dozen: Book) -> Callable[..., Scope]:
    """``scope_of("manager")`` is the whole dozen as of October 2024."""

    def whole(role: Role = "manager", book: Book = dozen) -> Scope:
        return book.scope(Reader("Test", role))

    return whole


@pytest.fixture(scope="session")
def small_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with ``book.duckdb``, an invented book of 16,000 applications, and ``models``; takes five seconds.

    It has an expert scorecard and trees; do not write to it.
    """
    folder = tmp_path_factory.mktemp("small")
    make_sample(f"duckdb:///{folder / 'book.duckdb'}", folder / "models", applications=16_000, seed=7)
    return folder


@pytest.fixture(scope="session")
def small_url(small_folder: Path) -> str:
    """Address of the invented book of 16,000 applications."""
    return f"duckdb:///{small_folder / 'book.duckdb'}"


@pytest.fixture(scope="session")
def small_book(small_url: str) -> Iterator[Book]:
    """The invented book of 16,000 applications."""
    book = open_book(small_url)
    yield book
    book.engine.dispose()
