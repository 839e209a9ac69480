"""A book like another but for a change made by statements: its facts are never changed where they lie."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path

import sqlalchemy as sa

from jiebei_dash.book import schema
from jiebei_dash.book.engine import open_book
from jiebei_dash.book.history import ABOUT_THE_BOOK
from jiebei_dash.load.writer import new_book

FACTS = [table for table in schema.book.sorted_tables if table.name not in ABOUT_THE_BOOK]


def changed_book(
    url: str, path: Path, change: Callable[[sa.Connection], object] = lambda _: None, lacks: Iterable[str] = ()
) -> str:
    """Write a book to ``path``: the facts of the one at ``url`` after ``change`` was made to plain tables of them."""
    book = open_book(url)
    plain = sa.MetaData()
    for table in FACTS:
        sa.Table(table.name, plain, *[sa.Column(column.name, column.type) for column in table.columns])
    engine = sa.create_engine("duckdb:///:memory:")
    with book.engine.connect() as source, engine.connect() as connection:
        plain.create_all(connection)
        driver = connection.connection.driver_connection
        for table in FACTS:
            rows = source.execution_options(duckdb_arrow=True).execute(sa.select(table)).arrow  # type: ignore[attr-defined]
            driver.register("incoming", rows)  # type: ignore[union-attr]
            connection.exec_driver_sql(f"insert into {table.name} by name select * from incoming")
            driver.unregister("incoming")  # type: ignore[union-attr]
        change(connection)
        with new_book(f"duckdb:///{path}", book.kind, book.name, "00", lacks={*book.lacks, *lacks}) as writer:
            for table in FACTS:
                arrow = connection.execution_options(duckdb_arrow=True)
                writer.append(table.name, arrow.execute(sa.select(table)).arrow)  # type: ignore[attr-defined]
    book.engine.dispose()
    engine.dispose()
    return f"duckdb:///{path}"
