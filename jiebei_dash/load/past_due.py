"""Amounts past due at month-ends, from contractual payments: what fell due to date less what was settled of it.

Source: house definitions 1.4 (D5, instalment amounts and not balances) and 1.5 (N7, interest in a column of its own).
"""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from sqlalchemy import ColumnElement, FromClause, func

_KINDS = ("principal", "interest")


def fell_due(known: FromClause) -> list[ColumnElement[Any]]:
    """Return sums of what instalments owe that were not paid off before their month, by kind; ``owed_<kind>_fen``."""
    return [func.sum(known.c[f"due_{kind}_fen"]).label(f"owed_{kind}_fen") for kind in _given(known)]


def settled(known: FromClause) -> list[ColumnElement[Any]]:
    """Return sums of what such instalments owed that were settled in full, by kind; ``settled_<kind>_fen``."""
    is_due = known.c.is_prepaid.is_(sa.false())
    return [func.sum(known.c[f"due_{kind}_fen"]).filter(is_due).label(f"settled_{kind}_fen") for kind in _given(known)]


def still_owed(owed: FromClause, paid: FromClause) -> dict[str, ColumnElement[Any]]:
    """Return what a month adds to the amounts past due, by kind."""
    return {
        _column(kind): func.coalesce(owed.c[f"owed_{kind}_fen"], 0) - func.coalesce(paid.c[f"settled_{kind}_fen"], 0)
        for kind in _KINDS
        if f"owed_{kind}_fen" in owed.c
    }


def past_due(rows: FromClause, is_gone: ColumnElement[bool], is_lost: ColumnElement[bool]) -> dict[str, Any]:
    """Return ``overdue_fen`` and, where the tape has interest, ``lost_interest_fen`` of each month-end.

    Parameters
    ----------
    rows
        Months with the columns of :func:`still_owed`.
    is_gone, is_lost
        The loan left the book in the month; it was written off or sold.
    """
    to_date = {
        kind: func.greatest(func.sum(rows.c[_column(kind)]).over(partition_by=rows.c.loan_id, order_by=rows.c.month), 0)
        for kind in _KINDS
        if _column(kind) in rows.c
    }
    whole: ColumnElement[Any] = sum(to_date.values(), start=sa.literal(0))
    found: dict[str, Any] = {"overdue_fen": sa.case((is_gone, 0), else_=whole)}
    if "interest" in to_date:
        found["lost_interest_fen"] = sa.case((is_lost, to_date["interest"]), else_=0)
    return found


def _given(known: FromClause) -> list[str]:
    return [kind for kind in _KINDS if f"due_{kind}_fen" in known.c]


def _column(kind: str) -> str:
    return f"_owed_{kind}_fen"
