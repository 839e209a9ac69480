"""Sums made beforehand by a server are those that the embedded engine makes, and answer the same questions the same."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest
import sqlalchemy as sa
from pandas.testing import assert_frame_equal

from jiebei_dash.book.engine import Book, open_book
from jiebei_dash.book.marts import TABLES
from jiebei_dash.load.publish import publish_book
from jiebei_dash.marts.build import refresh
from jiebei_dash.marts.serving import with_marts
from tests.marts.same import compare
from tests.random_books import write_random

SEED = 3


def rows(book: Book, folder: Path, name: str) -> dict[str, pd.DataFrame]:
    """Every mart of a book, each in the order of its columns; how many rows there are in all is not nothing."""
    refresh(book, folder / name)
    served = with_marts(book, folder / name)
    assert served.marts_engine is not None
    found = {}
    with served.marts_engine.connect() as connection:
        for mart, table in TABLES.items():
            frame = pd.DataFrame(connection.execute(sa.select(table)).all(), columns=[each.name for each in table.c])
            found[mart] = frame.sort_values(list(frame.columns), ignore_index=True, na_position="last")
    served.marts_engine.dispose()
    assert sum(len(frame) for frame in found.values()) > 1_000
    return found


def compare_with_embedded(url: str, to_url: str, folder: Path) -> tuple[int, int]:
    publish_book(url, to_url)
    here, there = open_book(url), open_book(to_url)
    own, theirs = rows(here, folder, "own"), rows(there, folder, "theirs")
    for name, frame in own.items():
        assert_frame_equal(theirs[name], frame, check_exact=False, rtol=1e-9, atol=0, obj=name)
    served = with_marts(there, folder / "theirs")
    assert served.marts_engine is not None
    counted = compare(served, SEED, 2)
    for engine in (served.marts_engine, here.engine, there.engine):
        engine.dispose()
    return counted


def test_on_postgresql_marts_are_the_same_and_answer_the_same(new_schema: Callable[[str], str], tmp_path: Path) -> None:
    url = write_random(tmp_path / "book.duckdb", SEED)
    asked, from_marts = compare_with_embedded(url, new_schema("marts"), tmp_path)
    assert from_marts > asked / 2


def test_over_spark_connect_marts_are_the_same_and_answer_the_same(sail_server: str, tmp_path: Path) -> None:
    url = write_random(tmp_path / "book.duckdb", SEED)
    asked, from_marts = compare_with_embedded(url, f"{sail_server}{tmp_path / 'published'}", tmp_path)
    assert from_marts > asked / 2


@pytest.mark.slow
def test_on_a_spark_of_three_processes_marts_are_the_same(spark_server: str, tmp_path: Path) -> None:
    url = write_random(tmp_path / "book.duckdb", SEED, months=6, applications=60)
    publish_book(url, f"{spark_server}{tmp_path / 'published'}")
    here, there = open_book(url), open_book(f"{spark_server}{tmp_path / 'published'}")
    own, theirs = rows(here, tmp_path, "own"), rows(there, tmp_path, "theirs")
    for name, frame in own.items():
        assert_frame_equal(theirs[name], frame, check_exact=False, rtol=1e-9, atol=0, obj=name)
    for engine in (here.engine, there.engine):
        engine.dispose()
