"""What it is measured on: the machine, and the sizes of the book."""

from __future__ import annotations

import platform
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.engine import make_url

from jiebei_dash.book import schema as s
from jiebei_dash.book.engine import Book
from tests.bench.measure import cores, memory_mb


def about() -> None:
    """Print date, machine and versions."""
    print(f"{datetime.now(UTC):%Y-%m-%d %H:%M} UTC, {cores()} cores, {memory_mb('MemTotal') / 1024:.1f} GB of memory")
    libraries = ", ".join(f"{name} {version(name)}" for name in ("duckdb", "pandas", "pyarrow", "numpy"))
    print(f"{platform.system()} {platform.machine()}, Python {platform.python_version()}, {libraries}")


def sizes(book: Book, url: str) -> None:
    """Print rows and bytes."""
    print(f"\nbook {book.data_version}, {book.name}, {book.first_month:%Y-%m} to {book.last_closed_month:%Y-%m}; rows")
    counts = sa.select(s.book_month.c.table_name, sa.func.sum(s.book_month.c.row_count)).group_by("table_name")
    with book.engine.connect() as connection:
        found = {name: int(count) for name, count in connection.execute(counts)}
    for table in s.book.sorted_tables:
        if found.get(table.name):
            print(f"  {table.name:<28}{found[table.name]:>14,}")
    path = make_url(url).database
    if path:
        parts = Path(f"{path}.parts")
        files = [each for each in parts.rglob("*") if each.is_file()] if parts.is_dir() else []
        size = sum(each.stat().st_size for each in files) / 1e6
        print(f"  on disk {size:,.0f} MB in {len(files):,} files, catalogue {Path(path).stat().st_size / 1e6:.1f} MB")
