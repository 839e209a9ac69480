"""A book answers the same from its marts and from its rows, whatever part of it is asked about."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from jiebei_dash.book.engine import Book
from jiebei_dash.marts.build import refresh
from jiebei_dash.marts.serving import with_marts
from tests.marts.same import compare


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
    assert asked == 9 * 32
    assert from_marts > asked * 0.6


def test_a_book_without_a_fact_answers_the_same_from_its_marts(
    empty_book: Book, summed: Callable[[Book], Book]
) -> None:
    asked, from_marts = compare(summed(empty_book), seed=2, count=2)
    assert asked == 3 * 32
    assert from_marts > asked * 0.6


@pytest.mark.slow
def test_an_invented_book_answers_the_same_from_its_marts(small_book: Book, summed: Callable[[Book], Book]) -> None:
    asked, from_marts = compare(summed(small_book), seed=3, count=12)
    assert from_marts > asked * 0.6
