"""Questions about the drawdowns of one line: what they are, how they went, who lent them.

A drawdown's rows repeat its opening month, and the book is kept by month and then by opening month: a question that
knows both reads a few blocks of a table, whatever the book's size.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy import FromClause, Select, Table

from jiebei_dash.book import schema
from jiebei_dash.book.engine import Question
from jiebei_dash.book.numbers import Months, held_to
from jiebei_dash.book.scope import Scope


@dataclass(frozen=True)
class Drawdown:
    """One drawdown, and the months in which it was on the book.

    Parameters
    ----------
    loan_id
        Its number.
    opened_month
        Its cohort.
    closed_month
        Month in which it was paid, written off or sold; None while open.
    """

    loan_id: str
    opened_month: date
    closed_month: date | None = None


def of_line(scope: Scope, application_id: str, opened: Months = None) -> Question:
    """Ask for the drawdowns of an application's line, up to the as-of month.

    Parameters
    ----------
    application_id
        The line's application.
    opened
        Months in which they may have been opened; None where that is not known.

    Returns
    -------
    Question
        Columns of ``loan`` without the person; one row a drawdown. Milestones and closing may lie after the as-of
        month: ``metrics.decision.seen`` takes them away.
    """
    table = schema.loan
    hidden = ("application_id", "customer_id", "product_class", "channel", "province_code", "zhima_band")
    select = (
        sa.select(*(column for column in table.c if column.name not in hidden))
        .where(table.c.application_id == application_id, *held_to(table.c.opened_month, opened))
        .where(table.c.opened_month <= scope.as_of_month)
        .order_by(table.c.draw_no, table.c.loan_id)
    )
    return Question("drawdowns.of_line", select, scope)


def one(scope: Scope, loan_id: str, opened: Months = None) -> Question:
    """Ask for a drawdown by its number, without line and person.

    Parameters
    ----------
    loan_id
        Its number.
    opened
        Months in which it may have been opened; None where that is not known.

    Returns
    -------
    Question
        Columns of ``loan`` that show no applicant; no row if there is no such drawdown up to the as-of month.
        Milestones and closing as for :func:`of_line`.
    """
    table = schema.loan
    select = (
        sa.select(*(column for column in table.c if column.name not in ("application_id", "customer_id")))
        .where(table.c.loan_id == loan_id, *held_to(table.c.opened_month, opened))
        .where(table.c.opened_month <= scope.as_of_month)
        .order_by(table.c.loan_id)
    )
    return Question("drawdowns.one", select, scope)


def line_of(scope: Scope, loan_id: str, opened: Months = None) -> Question:
    """Ask which application a drawdown was drawn on.

    Returns
    -------
    Question
        ``application_id``, one row a drawdown of this number; none if there is no such drawdown.
    """
    table = schema.loan
    select = (
        sa.select(table.c.application_id)
        .where(table.c.loan_id == loan_id, *held_to(table.c.opened_month, opened))
        .order_by(table.c.application_id)
    )
    return Question("drawdowns.line_of", select, scope)


def performance(scope: Scope, drawn: tuple[Drawdown, ...]) -> Question:
    """Ask how drawdowns went, month by month to the as-of month.

    Parameters
    ----------
    drawn
        In the order of their drawing.

    Returns
    -------
    Question
        ``loan_id, month, mob, state, dpd_days, balance_fen, scheduled_fen, paid_principal_fen, paid_interest_fen,
        overdue_fen, lost_fen``; one row a loan and month-end, loans in the order given.
    """
    table = schema.loan_month
    shown = ("loan_id", "month", "mob", "state", "dpd_days", "balance_fen", "scheduled_fen")
    cash = ("paid_principal_fen", "paid_interest_fen", "overdue_fen", "lost_fen")
    rows = _by_cohort(table, (*shown, *cash), drawn, scope.as_of_month)
    places: dict[Any, int] = {each.loan_id: place for place, each in enumerate(drawn)}
    order = [sa.case(places, value=rows.c.loan_id)] if len(places) > 1 else []
    select = sa.select(*rows.c).order_by(*order, rows.c.loan_id, rows.c.month)
    return Question("drawdowns.performance", select, scope)


def recoveries(scope: Scope, drawn: tuple[Drawdown, ...]) -> Question:
    """Ask what came in after drawdowns were written off or sold, to the as-of month.

    Returns
    -------
    Question
        ``loan_id, month, kind, recovered_fen``; one row a loan, month and kind.
    """
    table = schema.recovery
    select = (
        _of_drawdowns(table, ("loan_id", "month", "kind", "recovered_fen"), drawn)
        .where(table.c.month <= scope.as_of_month)
        .order_by(table.c.loan_id, table.c.month, table.c.kind)
    )
    return Question("drawdowns.recoveries", select, scope)


def funding(scope: Scope, drawn: tuple[Drawdown, ...]) -> Question:
    """Ask who lent drawdowns.

    Returns
    -------
    Question
        ``loan_id, funder_code, share_rate, principal_fen, name, funder_kind``; one row a loan and funder.
    """
    share, funder = schema.funding_share, schema.funder
    select = (
        _of_drawdowns(share, ("loan_id", "funder_code", "share_rate", "principal_fen"), drawn)
        .join(funder, funder.c.funder_code == share.c.funder_code)
        .add_columns(funder.c.name, funder.c.kind.label("funder_kind"))
        .where(share.c.opened_month <= scope.as_of_month)
        .order_by(share.c.loan_id, share.c.funder_code)
    )
    return Question("drawdowns.funding", select, scope)


def _of_drawdowns(table: Table, shown: Iterable[str], drawn: Iterable[Drawdown]) -> Select[tuple[object, ...]]:
    numbers = [each.loan_id for each in drawn]
    cohorts = held_to(table.c.opened_month, tuple(each.opened_month for each in drawn))
    return sa.select(*(table.c[name] for name in shown)).where(table.c.loan_id.in_(numbers), *cohorts)


def _by_cohort(table: Table, shown: Iterable[str], drawn: Iterable[Drawdown], as_of_month: date) -> FromClause:
    """One part a cohort, each with the months in which its drawdowns were on the book: together they would read all."""
    cohorts: dict[date, list[Drawdown]] = {}
    for each in drawn:
        cohorts.setdefault(each.opened_month, []).append(each)
    parts = [
        sa.select(*(table.c[name] for name in shown)).where(
            table.c.loan_id.in_([each.loan_id for each in cohort]),
            table.c.opened_month == opened_month,
            table.c.month.between(opened_month, _last_month(cohort, as_of_month)),
        )
        for opened_month, cohort in cohorts.items()
    ] or [sa.select(*(table.c[name] for name in shown)).where(sa.false())]
    return (parts[0] if len(parts) == 1 else sa.union_all(*parts)).subquery("course")


def _last_month(cohort: Iterable[Drawdown], as_of_month: date) -> date:
    return min(as_of_month, max(each.closed_month or as_of_month for each in cohort))
