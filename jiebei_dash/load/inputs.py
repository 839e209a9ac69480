"""Rows that a tape gives and a book does not keep: loan-months and loans are derived from them.

The tables here only name columns, types and units for a mapping; they are never written.
"""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy import Column, Table

from jiebei_dash.book import schema
from jiebei_dash.book.columns import day_column, fen_column, int_column, month_column, text_column
from jiebei_dash.load.mapping import Kind

_inputs = sa.MetaData()
_LOAN_DERIVED = ("closed_month", "closed_mob", "closed_state", "cash_seconds")


def _loan_columns(*without: str) -> list[Column]:
    """Columns of ``loan`` that no course of months is needed for."""
    names = [c.name for c in schema.loan.columns if not c.name.startswith("first_") or c.name == "first_due_on"]
    return [
        Column(c.name, c.type, comment=c.comment)
        for c in schema.loan.columns
        if c.name in names and c.name not in (*_LOAN_DERIVED, *without)
    ]


outcome = Table(
    "outcome", _inputs,
    text_column("loan_id", "number of the loan", key=True),
    *_loan_columns("loan_id"),
    text_column("status", "one of terms.STATES at the last day that is known"),
    month_column("last_paid_month", "month of the last payment"),
    day_column("observed_to", "last day that is known of the loan"),
    int_column("charged_off_days", "days from the last payment to the write-off, by the lender's rule"),
    int_column("paid_day", "day of the month on which payments are taken to come, 1 to 28"),
    int_column("dpd_days", "days past due at the last day that is known"),
    fen_column("balance_fen", "principal outstanding at the last day that is known"),
    fen_column("instalment_fen", "contractual payment of a month"),
    fen_column("paid_principal_fen", "principal received to date"),
    fen_column("paid_interest_fen", "interest received to date"),
    fen_column("recovered_fen", "cash received after the loan was written off"),
    comment="one row a loan: its final status",
)  # fmt: skip

payment = Table(
    "payment", _inputs,
    text_column("loan_id", "number of the loan", key=True),
    month_column("month", "closed month", key=True),
    *[
        Column(c.name, c.type, comment=c.comment)
        for c in schema.loan_month.columns
        if c.name not in ("loan_id", "month", "mob", "prev_state", "dpd_days")
    ],
    fen_column("paid_fen", "all money received in the month"),
    fen_column("due_fen", "all money that fell due in the month"),
    fen_column("repaid_within_fen", "most that may be unpaid of a loan that ends repaid"),
    fen_column("recovered_fen", "cash received after the loan was lost"),
    day_column("observed_to", "last day that is known of the loan"),
    comment="one row a loan and month: money received, no days past due",
)  # fmt: skip

instalment_row = Table(
    "instalment", _inputs,
    *[
        Column(c.name, c.type, primary_key=c.primary_key, autoincrement=False, comment=c.comment)
        for c in schema.instalment.columns
    ],
    day_column("observed_to", "last day that is known of the loan"),
    fen_column("balance_fen", "principal outstanding after the payment, where the tape says it"),
    text_column("status", "the tape's own state of the payment"),
    comment="one row a contractual payment",
)  # fmt: skip

TABLES: dict[Kind, Table] = {
    "panel": schema.loan_month,
    "instalments": instalment_row,
    "outcomes": outcome,
    "payments": payment,
}
"""The table that the rows of each kind of course are mapped to."""
NEEDED: dict[Kind, tuple[str, ...]] = {
    "panel": ("loan_id", "month", "dpd_days"),
    "instalments": ("loan_id", "instalment_no", "due_on"),
    "outcomes": ("loan_id", "opened_month", "status", "charged_off_days", "paid_day"),
    "payments": ("loan_id", "month", "paid_fen", "paid_principal_fen", "balance_fen", "repaid_within_fen"),
}
"""Columns without which a course cannot be told."""
