"""What the book is made of: strata at month-ends, who funded what was lent, and limits of credit lines."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from sqlalchemy import select

from jiebei_dash import terms
from jiebei_dash.book import schema
from jiebei_dash.book.engine import Question
from jiebei_dash.book.marts import rows_of
from jiebei_dash.book.scope import DIMENSION_KEYS, Scope
from jiebei_dash.book.sums import sum_of

_LATE = terms.buckets_beyond(terms.PAST_DUE_DAYS[0])


def strata(scope: Scope, months: tuple[date, ...], keys: tuple[str, ...], has_term: bool = False) -> Question:
    """Ask what stood on the book at a few month-ends, by any keys.

    Parameters
    ----------
    scope
        Part of the book.
    months
        Months wanted; those after the as-of month are left out.
    keys
        Keys of ``scope.DIMENSIONS``, ``mob`` and ``state``; none is the whole.
    has_term
        Whether to weigh the contract term too, which reads the term beside the keys.

    Returns
    -------
    Question
        One row a ``month`` and the keys: ``loans``, ``balance_fen``; ``late_loans``, ``late_fen`` more than 30 days
        past due; ``age_loans``, ``age_fen``: months on book, summed and weighted by balance; with a term
        ``term_loans``, ``term_fen`` likewise, and ``termed_loans``, ``termed_fen``: what has a term.
    """
    used = {key for key in keys if key in DIMENSION_KEYS} | ({"term_months"} if has_term else set())
    table = rows_of(scope, "performance", min(months), *sorted(used))
    columns = [table.c.month, *[table.c[key] for key in keys]]
    late = table.c.state.in_(_LATE)
    amounts = (("loans", table.c.loans), ("fen", table.c.balance_fen))
    weighed = [sum_of(amount * table.c.mob).label(f"age_{unit}") for unit, amount in amounts]
    if has_term:
        term = table.c.term_months
        weighed += [sum_of(amount * term).label(f"term_{unit}") for unit, amount in amounts]
        weighed += [sum_of(amount, term > 0).label(f"termed_{unit}") for unit, amount in amounts]
    statement = (
        select(
            *columns,
            sum_of(table.c.loans).label("loans"),
            sum_of(table.c.balance_fen).label("balance_fen"),
            sum_of(table.c.loans, late).label("late_loans"),
            sum_of(table.c.balance_fen, late).label("late_fen"),
            *weighed,
        )
        .where(
            *scope.conditions(table),
            table.c.month.in_(months),
            table.c.month <= scope.as_of_month,
            table.c.state.in_(terms.BUCKETS),
        )
        .group_by(*columns)
        .order_by(*columns)
    )
    return Question("stratification.strata", statement, scope)


def funded_by_month(scope: Scope, from_month: date) -> Question:
    """Ask who lent what was disbursed in each month.

    Parameters
    ----------
    scope
        Part of the book.
    from_month
        First month of disbursement.

    Returns
    -------
    Question
        One row an ``opened_month`` and ``funder_code``: ``loans`` (one of two funders counts for each),
        ``principal_fen``.
    """
    table = rows_of(scope, "funded", from_month)
    columns = (table.c.opened_month, table.c.funder_code)
    statement = (
        select(*columns, sum_of(table.c.loans).label("loans"), sum_of(table.c.principal_fen).label("principal_fen"))
        .where(*scope.conditions(table), table.c.opened_month >= from_month)
        .group_by(*columns)
        .order_by(*columns)
    )
    return Question("stratification.funded_by_month", statement, scope)


def funders(scope: Scope) -> Question:
    """Ask what the funders are called.

    Returns
    -------
    Question
        One row a funder: ``funder_code``, ``kind``, ``name``.
    """
    table = schema.funder
    statement = select(table.c.funder_code, table.c.kind, table.c.name).order_by(table.c.funder_code)
    return Question("stratification.funders", statement, scope)


def limits_by_month(scope: Scope, keys: tuple[str, ...]) -> Question:
    """Ask how the limits of credit lines changed in each month up to the as-of month.

    Parameters
    ----------
    scope
        Part of the book; a line has no cohort of loans, so a choice of opening months is not applied.
    keys
        Keys of ``scope.DIMENSIONS``, those of the line; none is the whole.

    Returns
    -------
    Question
        One row a ``month`` and the keys: ``active_delta_fen``, ``frozen_delta_fen``; sums to date are the limits.
    """
    lines = replace(scope, opened_from=None, opened_to=None)
    table = rows_of(lines, "line", None, *keys)
    columns = [table.c.month, *[table.c[key] for key in keys]]
    statement = (
        select(
            *columns,
            sum_of(table.c.active_delta_fen).label("active_delta_fen"),
            sum_of(table.c.frozen_delta_fen).label("frozen_delta_fen"),
        )
        .where(*lines.conditions(table), table.c.month <= lines.as_of_month)
        .group_by(*columns)
        .order_by(*columns)
    )
    return Question("stratification.limits_by_month", statement, lines)
