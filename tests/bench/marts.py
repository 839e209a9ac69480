"""Pre-summed tables: how long they take to be made, and to follow one changed month."""

from __future__ import annotations

import tempfile
import time
from datetime import date
from pathlib import Path

import sqlalchemy as sa

from jiebei_dash.book.engine import Book
from jiebei_dash.book.family_rows import BAD_BY_MOB
from jiebei_dash.book.marts import TABLES, mart_month, mart_version
from jiebei_dash.book.scope import month_plus
from jiebei_dash.marts.build import refresh
from jiebei_dash.marts.marks import COVERED, FIRST_DRAWS
from jiebei_dash.marts.places import file_of
from tests.bench.measure import once_s

ROWS_SHOWN = 8


def run(book: Book, url: str) -> None:
    """Print seconds of a whole sum, family by family, of a new month, and the sizes of the marts."""
    with tempfile.TemporaryDirectory(prefix="jiebei-marts-") as folder:
        place = Path(folder)
        began: dict[str, float] = {}
        start = time.perf_counter()
        whole = once_s(lambda: refresh(book, place, lambda family, _: began.setdefault(family, time.perf_counter())))
        path = file_of(book, place)
        print(f"\nmarts: all made in {whole:.1f} s, {path.stat().st_size / 1e6:,.0f} MB; seconds by family:")
        ends = [*list(began.values())[1:], start + whole]
        print("  " + ", ".join(f"{name} {end - at:.1f}" for (name, at), end in zip(began.items(), ends, strict=True)))
        _sizes(path)
        aside = path.with_name(path.name.replace(book.data_version, "0" * 12))
        path.rename(aside)
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
    """Make the marks those of a month ago: what a load of the newest month would find changed is changed.

    A new month changes loans and instalments that are alive, and stages of lines drawn late; nothing older.
    """
    marks = mart_month.c
    alive = sa.or_(
        sa.and_(marks.table_name.in_(("loan", "instalment")), marks.month > month_plus(month, -8)),
        sa.and_(marks.table_name == "application_stage", marks.month > month_plus(month, -5)),
        sa.and_(marks.table_name == FIRST_DRAWS, marks.month >= month_plus(month, -BAD_BY_MOB)),
        marks.month == month,
    )
    engine = sa.create_engine(f"duckdb:///{path}")
    with engine.begin() as connection:
        connection.execute(sa.delete(mart_month).where(alive))
        before = {"table_name": COVERED, "month": month_plus(month, -1), "content_hash": ""}
        connection.execute(sa.insert(mart_month), [before])
        connection.execute(sa.update(mart_version).values(data_version="0" * 12))
    engine.dispose()
