"""A book answers the same from its marts and from its rows, whatever part of it is asked about."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from jiebei_dash.book.engine import Book, open_book
from jiebei_dash.marts.build import refresh
from jiebei_dash.marts.serving import with_marts
from tests.marts.same import compare
from tests.random_books import write_random


@pytest.fixture
def summed(tmp_path: Path) -> Iterator[Callable[[Book], Book]]:
    """``summed(book)`` is the book with its marts."""
    opened: list[Book] = []

    def made(book: Book) -> Book:
        refresh(book, tmp_path / "marts")
        opened.append(with_marts(book, tmp_path / "marts"))
        return opened[-1]

    yield made
    for book in opened:
        if book.marts_engine is not None:
            book.marts_engine.dispose()


def test_the_dozen_answers_the_same_from_its_marts(dozen: Book, summed: Callable[[Book], Book]) -> None:
    asked, from_marts = compare(summed(dozen), seed=1, count=8)
    assert asked == 9 * 112
    assert from_marts > asked * 0.6


def test_a_book_without_a_fact_answers_the_same_from_its_marts(
    empty_book: Book, summed: Callable[[Book], Book]
) -> None:
    asked, from_marts = compare(summed(empty_book), seed=2, count=2)
    assert asked == 3 * 112
    assert from_marts > asked * 0.6


@pytest.mark.slow
def test_an_invented_book_answers_the_same_from_its_marts(small_book: Book, summed: Callable[[Book], Book]) -> None:
    asked, from_marts = compare(summed(small_book), seed=3, count=12)
    assert from_marts > asked * 0.6


@pytest.mark.parametrize("seed", range(4))
def test_a_book_full_of_rare_cases_answers_the_same_from_its_marts(
    seed: int, tmp_path: Path, summed: Callable[[Book], Book]
) -> None:
    book = open_book(write_random(tmp_path / "book.duckdb", seed))
    try:
        asked, from_marts = compare(summed(book), seed=seed, count=5)
    finally:
        book.engine.dispose()
    assert asked == 6 * 112
    assert from_marts > asked * 0.6
