"""Pre-summed tables: how long they take to be made, and to follow one changed month."""

from __future__ import annotations

import shutil
import tempfile
from datetime import date
from pathlib import Path

import sqlalchemy as sa

from jiebei_dash.book.engine import Book
from jiebei_dash.book.marts import TABLES, mart_month, mart_version
from jiebei_dash.marts.build import refresh
from jiebei_dash.marts.places import file_of
from tests.bench.measure import once_s

LONGER_BEFORE = ("application", "application_stage", "decision", "rule_hit", "feature_snapshot", "loan", "instalment")
ROWS_SHOWN = 8


def run(book: Book, url: str) -> None:
    """Print seconds of a whole sum, family by family, of a new month, and the sizes of the marts."""
    with tempfile.TemporaryDirectory(prefix="jiebei-marts-") as folder:
        place = Path(folder)
        started: dict[str, float] = {}

        def told(family: str, share: float) -> None:
            started.setdefault(family, share)

        whole = once_s(lambda: refresh(book, place, told))
        path = file_of(book, place)
        print(f"\nmarts: all made in {whole:.1f} s, {path.stat().st_size / 1e6:,.0f} MB")
        _sizes(path)
        aside = path.with_name(path.name.replace(book.data_version, "0" * 12))
        shutil.move(path, aside)
        _forget_newest(aside, book.last_closed_month)
        done = once_s(lambda: refresh(book, place))
        print(f"  the newest month as if it had just come: {done:.2f} s")


def _sizes(path: Path) -> None:
    engine = sa.create_engine(f"duckdb:///{path}", connect_args={"read_only": True})
    with engine.connect() as connection:
        rows = {
            name: connection.execute(sa.select(sa.func.count()).select_from(table)).scalar_one()
            for name, table in TABLES.items()
        }
    engine.dispose()
    for name, count in sorted(rows.items(), key=lambda each: -each[1])[:ROWS_SHOWN]:
        print(f"  {name:<36}{count:>12,} rows")


def _forget_newest(path: Path, month: date) -> None:
    """Make the marks those of a month ago: what a load of the newest month would find changed is changed."""
    engine = sa.create_engine(f"duckdb:///{path}")
    marks = mart_month.c
    recent = sa.func.date_diff("month", marks.month, month)
    with engine.begin() as connection:
        # A new month changes the loans and instalments that are alive, and nothing older.
        alive = sa.or_(
            sa.and_(marks.table_name.in_(("loan", "instalment")), recent <= 7),
            sa.and_(marks.table_name == "application_stage", recent <= 4),
            recent <= 0,
        )
        connection.execute(sa.delete(mart_month).where(alive))
        covered = sa.func.date_add(month, sa.text("INTERVAL (-1) MONTH"))
        connection.execute(
            sa.insert(mart_month).from_select(
                ["table_name", "month", "content_hash"],
                sa.select(sa.literal("book:covered"), sa.cast(covered, sa.Date), sa.literal("")),
            )
        )
        connection.execute(sa.update(mart_version).values(data_version="0" * 12))
    engine.dispose()
