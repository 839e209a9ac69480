"""A month into a book that has others: the last month again, into a copy that shares the old files."""

from __future__ import annotations

import os
import shutil
import tempfile
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.engine import make_url

from jiebei_dash.book import schema as s
from jiebei_dash.book.engine import Book
from jiebei_dash.load.several import Piece
from jiebei_dash.load.writer import new_book
from tests.bench.measure import once_s

TABLES = ("application", "application_stage", "decision", "loan", "loan_month", "instalment")


def run(book: Book, url: str) -> None:
    """Print the seconds of replacing the last closed month, each of three times with other contents."""
    place = Path(str(make_url(url).database)).resolve()
    print("\na month replaced in a copy of the book, s")
    with tempfile.TemporaryDirectory(dir=place.parent) as folder:
        copy = linked(place, Path(folder))
        for table in TABLES:
            period = s.book.tables[table].info["period"]
            with book.engine.connect() as connection:
                rows = sa.select(s.book.tables[table]).where(s.book.tables[table].c[period] == book.last_closed_month)
                arrow = connection.execution_options(duckdb_arrow=True).execute(rows).arrow  # type: ignore[attr-defined]

            month = Piece(table, arrow.num_rows, lambda arrow=arrow: arrow)  # type: ignore[misc]

            def replace(month: Piece = month) -> None:
                with new_book(copy, book.kind, book.name, book.source_sha256, replaces="months") as writer:
                    writer.append_whole([month], lambda _: None)

            print(f"  {table:<28}{arrow.num_rows:>12,} rows {once_s(replace):>8.2f}")


def linked(place: Path, folder: Path) -> str:
    """Return the address of a copy of a book whose parts are the same files."""
    parts = Path(f"{place}.parts")
    for path in parts.rglob("*.parquet"):
        target = folder / parts.name / path.relative_to(parts)
        target.parent.mkdir(parents=True, exist_ok=True)
        os.link(path, target)
    shutil.copyfile(place, folder / place.name)
    return f"duckdb:///{folder / place.name}"
