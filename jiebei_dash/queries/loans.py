"""The single loans behind a cell of the vintage triangle, page by page."""

from __future__ import annotations

from datetime import date

from sqlalchemy import ColumnElement, FromClause, Select, and_, case, func, or_, select

from jiebei_dash import terms
from jiebei_dash.book import schema
from jiebei_dash.book.engine import Question
from jiebei_dash.book.scope import Scope, month_plus
from jiebei_dash.book.sums import sum_of

_LOST = ("WO", "SOLD")


def of_cell(
    scope: Scope,
    opened_months: tuple[date, ...],
    mob: int,
    past_due_days: int,
    measure: str,
    offset: int,
    limit: int,
) -> Question:
    """Ask for one page of the loans counted in a cell's numerator, largest part first.

    Parameters
    ----------
    scope
        Part of the book.
    opened_months
        The cohort: one month, or the three of a quarter.
    mob
        Age; 0 at the end of the opening month.
    past_due_days
        30, 60 or 90.
    measure
        ``current``, ``ever``, ``loss`` or ``net_loss``, which lists the loans of ``loss``: before what came back.
    offset, limit
        Which page.

    Returns
    -------
    Question
        One row a loan: ``loan_id``, ``opened_month``, the scope's dimensions, ``principal_fen``, ``amount_fen`` (its
        part of the numerator), ``month`` of the age, ``state``, ``dpd_days`` and ``balance_fen`` then (null once it
        had left), ``closed_state``, ``closed_month`` (null if open at the as-of month). No field of an applicant or
        a person.
    """
    source, condition, amount = _cell(scope, opened_months, mob, past_due_days, measure)
    loan, then = schema.loan, schema.loan_month
    known = loan.c.closed_month <= scope.as_of_month
    statement = (
        select(
            loan.c.loan_id,
            loan.c.opened_month,
            loan.c.product_class,
            loan.c.channel,
            loan.c.province_code,
            loan.c.zhima_band,
            loan.c.term_months,
            loan.c.principal_fen,
            amount.label("amount_fen"),
            then.c.month,
            then.c.state,
            then.c.dpd_days,
            then.c.balance_fen,
            case((known, loan.c.closed_state)).label("closed_state"),
            case((known, loan.c.closed_month)).label("closed_month"),
        )
        .select_from(source)
        .where(condition)
        .order_by(amount.desc().nulls_last(), loan.c.loan_id)
        .limit(limit)
        .offset(offset)
    )
    return Question("loans.of_cell", statement, scope)


def count_of_cell(
    scope: Scope, opened_months: tuple[date, ...], mob: int, past_due_days: int, measure: str
) -> Question:
    """Ask how many loans a cell's numerator counts, and their sums.

    Parameters
    ----------
    scope, opened_months, mob, past_due_days, measure
        As in :func:`of_cell`.

    Returns
    -------
    Question
        One row: ``loans``, ``principal_fen``, ``amount_fen`` (the cell's numerator).
    """
    source, condition, amount = _cell(scope, opened_months, mob, past_due_days, measure)
    statement: Select = (
        select(
            func.count().label("loans"),
            sum_of(schema.loan.c.principal_fen).label("principal_fen"),
            sum_of(amount).label("amount_fen"),
        )
        .select_from(source)
        .where(condition)
        .order_by(func.count())
    )
    return Question("loans.count_of_cell", statement, scope)


def _cell(
    scope: Scope, opened_months: tuple[date, ...], mob: int, past_due_days: int, measure: str
) -> tuple[FromClause, ColumnElement[bool], ColumnElement[int]]:
    """A loan meets at most one month of its age, so the join cannot fan out."""
    loan, then = schema.loan, schema.loan_month
    at_age = and_(
        then.c.loan_id == loan.c.loan_id,
        then.c.mob == mob,
        then.c.month >= month_plus(min(opened_months), mob),
        then.c.month <= min(month_plus(max(opened_months), mob), scope.as_of_month),
    )
    first = f"first_{past_due_days}"
    late = and_(then.c.dpd_days > past_due_days, then.c.state.in_(terms.BUCKETS))
    lost = and_(loan.c.closed_state.in_(_LOST), loan.c.closed_mob <= mob, loan.c.closed_month <= scope.as_of_month)
    counted: dict[str, tuple[ColumnElement[bool], ColumnElement[int]]] = {
        "current": (or_(lost, late), case((lost, loan.c.lost_fen), else_=then.c.balance_fen)),
        "ever": (
            and_(loan.c[f"{first}_mob"] <= mob, loan.c[f"{first}_month"] <= scope.as_of_month),
            loan.c[f"{first}_fen"],
        ),
        "loss": (lost, loan.c.lost_fen),
        "net_loss": (lost, loan.c.lost_fen),
    }
    condition, amount = counted[measure]
    within = and_(*scope.conditions(loan), loan.c.opened_month.in_(opened_months), condition)
    return loan.outerjoin(then, at_age), within, func.coalesce(amount, 0)
