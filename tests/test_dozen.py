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


def test_the_limits_are_those_counted_by_hand(dozen: Book) -> None:
    table = schema.line_event.c
    with dozen.engine.connect() as connection:
        rows = connection.execute(sa.select(table.month, table.active_delta_fen, table.frozen_delta_fen)).all()
    moved = pd.DataFrame(rows).groupby("month").sum()
    every = pd.date_range("2024-01-01", "2024-10-01", freq="MS").date
    limits = moved.reindex(every, fill_value=0).cumsum() / 100_000
    assert limits["active_delta_fen"].tolist() == [24, 40, 74, 66, 58, 66, 104, 96, 88, 88]
    assert limits["frozen_delta_fen"].tolist() == [0, 8, 8, 16, 24, 12, 12, 12, 8, 8]


def test_what_is_past_due_of_instalments_is_counted_by_hand(dozen: Book) -> None:
    table = schema.loan_month.c
    shown = (table.month, table.overdue_fen, table.lost_interest_fen)
    with dozen.engine.connect() as connection:
        frame = pd.DataFrame(connection.execute(sa.select(*shown)).all()).groupby("month").sum() / 100
    assert frame["overdue_fen"].tolist() == [0, 1_060, 2_120, 4_240, 7_420, 8_480, 9_540, 5_270, 3_120, 5_210]
    assert frame["lost_interest_fen"].tolist() == [0, 0, 0, 0, 0, 0, 0, 360, 240, 0]


def test_allowances_cover_the_book_of_their_month(dozen: Book) -> None:
    table = schema.allowance.c
    with dozen.engine.connect() as connection:
        frame = pd.DataFrame(connection.execute(sa.select(table.month, table.gross_fen, table.allowance_fen)).all())
    sums = frame.groupby("month").sum() / 100
    assert sums["gross_fen"].tolist() == [32_000, 22_000]
    assert sums["allowance_fen"].tolist() == [3_880, 2_840]


def test_months_of_changes_and_promises_follow_from_their_days(dozen: Book) -> None:
    with dozen.engine.connect() as connection:
        changes = connection.execute(sa.select(schema.line_event.c.changed_at, schema.line_event.c.month)).all()
        contact = schema.contact.c
        shown = (contact.contacted_at, contact.month, contact.promised_on, contact.promised_month)
        contacts = connection.execute(sa.select(*shown)).all()
    assert len(changes) == 23
    assert all(at.date().replace(day=1) == month for at, month in changes)
    assert len(contacts) == 8
    assert all(row[0].date().replace(day=1) == row[1] for row in contacts)
    assert [row[3] for row in contacts if row[2]] == [row[2].replace(day=1) for row in contacts if row[2]]
