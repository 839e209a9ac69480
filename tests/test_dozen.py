"""The book that all other tests count on is itself what its docstring says."""

from __future__ import annotations

import pandas as pd
import sqlalchemy as sa

from jiebei_dash.book import schema
from jiebei_dash.book.engine import Book
from jiebei_dash.book.history import ABOUT_THE_BOOK


def test_every_table_of_the_dozen_has_rows(dozen: Book) -> None:
    with dozen.engine.connect() as connection:
        rows = {
            table.name: connection.execute(sa.select(sa.func.count()).select_from(table)).scalar_one()
            for table in schema.book.sorted_tables
            if table.name not in ABOUT_THE_BOOK
        }
    assert min(rows.values()) > 0
    assert rows["loan"] == 12
    assert rows["application"] == 19
    assert rows["decision"] == rows["feature_snapshot"] == 16


def test_the_balances_are_those_counted_by_hand(dozen: Book) -> None:
    table = schema.loan_month.c
    with dozen.engine.connect() as connection:
        frame = pd.DataFrame(connection.execute(sa.select(table.month, table.balance_fen, table.dpd_days)).all())
    book = frame.groupby("month")["balance_fen"].sum() / 100_000
    late = frame[frame["dpd_days"] > 30].groupby("month")["balance_fen"].sum() / 100_000
    assert book.tolist() == [15, 28, 46, 40, 35, 29, 44, 32, 24, 22]
    assert late.tolist() == [6, 6, 11, 10, 10, 4, 3, 8]


def test_an_empty_book_closes_in_october(empty_book: Book) -> None:
    assert empty_book.last_closed_month.isoformat() == "2024-10-01"
