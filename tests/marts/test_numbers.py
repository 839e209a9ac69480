"""The list of numbers follows a book month by month, and is what a list made afresh would be."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

from jiebei_dash.book.engine import open_book
from jiebei_dash.book.numbers import number_month
from jiebei_dash.book.scope import month_plus
from jiebei_dash.marts import numbers
from jiebei_dash.marts.build import refresh
from tests.random_books import FIRST, MADE_AT, write_random

Listed = list[tuple[object, ...]]


def listed(url: str, folder: Path) -> tuple[Listed, int]:
    """Return the list of a book's numbers, brought up to date, and how many runs a kind has at most."""
    book = open_book(url)
    path = refresh(book, folder).path
    book.engine.dispose()
    engine = sa.create_engine(f"duckdb:///{path}", connect_args={"read_only": True})
    columns = number_month.c
    runs = sa.select(sa.func.count(columns.run.distinct())).group_by(columns.kind)
    with engine.connect() as connection:
        rows = connection.execute(sa.select(columns.kind, columns.month, columns.number_hash)).all()
        most = max(connection.execute(runs).scalars())
        in_order = connection.execute(sa.select(columns.run, columns.number_hash)).all()
    engine.dispose()
    by_run: dict[int, list[int]] = {}
    for run, number_hash in in_order:
        by_run.setdefault(run, []).append(number_hash)
    assert all(hashes == sorted(hashes) for hashes in by_run.values())
    return sorted((tuple(row) for row in rows), key=repr), most


def test_changed_months_are_listed_anew_and_others_stay(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(numbers, "MOST_RUNS", 3)
    path = tmp_path / "book.duckdb"
    url = write_random(path, 1)
    first, runs = listed(url, tmp_path / "marts")
    assert runs == 1
    most = []
    for later in range(1, 5):
        months: list[date] = [month_plus(FIRST, 2 * later), month_plus(FIRST, 2 * later + 1)]
        made_at = MADE_AT + timedelta(days=later)
        write_random(path, later + 1, made_at=made_at, only={"decision": months, "loan": months})
        kept, runs = listed(url, tmp_path / "marts")
        anew, _ = listed(url, tmp_path / f"anew{later}")
        assert kept == anew != first
        most.append(runs)
    assert most[:2] == [2, 3]
    assert max(most) == 3
