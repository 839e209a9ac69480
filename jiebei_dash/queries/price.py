"""At what price loans were opened: how many at each rate, term and way of repaying."""

from __future__ import annotations

from datetime import date

from sqlalchemy import select

from jiebei_dash.book import schema
from jiebei_dash.book.engine import Question
from jiebei_dash.book.marts import rows_of
from jiebei_dash.book.scope import Scope
from jiebei_dash.book.sums import sum_of


def rates_by_month(scope: Scope, from_month: date) -> Question:
    """Ask how many loans were opened at each rate.

    Parameters
    ----------
    scope
        Part of the book.
    from_month
        First month.

    Returns
    -------
    Question
        One row an ``opened_month``, ``product_class``, ``term_months``, ``repay_method`` and ``rate_day``: ``loans``,
        ``principal_fen``. Loans whose rate is unknown are left out.
    """
    table = rows_of(scope, "priced", from_month, "product_class", "term_months")
    keys = [table.c[name] for name in ("opened_month", "product_class", "term_months", "repay_method", "rate_day")]
    statement = (
        select(*keys, sum_of(table.c.loans).label("loans"), sum_of(table.c.principal_fen).label("principal_fen"))
        .where(*scope.conditions(table), table.c.opened_month >= from_month)
        .group_by(*keys)
        .order_by(*keys)
    )
    return Question("price.rates_by_month", statement, scope)


def day_counts(scope: Scope) -> Question:
    """Ask by which convention the products of each class count days.

    Returns
    -------
    Question
        One row a ``product_class`` and ``day_count``.
    """
    table = schema.product
    keys = [table.c.product_class, table.c.day_count]
    statement = select(*keys).where(table.c.day_count.is_not(None)).group_by(*keys).order_by(*keys)
    return Question("price.day_counts", statement, scope)
