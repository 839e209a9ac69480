"""What each funder lent in a window, by what a decision knows of itself: sums."""

from __future__ import annotations

from sqlalchemy import select

from jiebei_dash.book.engine import Question
from jiebei_dash.book.marts import rows_of
from jiebei_dash.book.scope import Scope
from jiebei_dash.book.sums import sum_of
from jiebei_dash.queries.replaying import Window


def funded(scope: Scope, window: Window) -> Question:
    """Ask what each funder lent in the months of a window, by product and Zhima band.

    Returns
    -------
    Question
        One row an ``opened_month``, ``product_class``, ``zhima_band`` and ``funder_code``: ``principal_fen`` of its
        share.
    """
    table = rows_of(scope, "funded", window.first_month, "product_class", "zhima_band")
    columns = (table.c.opened_month, table.c.product_class, table.c.zhima_band, table.c.funder_code)
    statement = (
        select(*columns, sum_of(table.c.principal_fen).label("principal_fen"))
        .where(
            *scope.conditions(table),
            table.c.opened_month.between(window.first_month, window.last_month),
            table.c.opened_month <= scope.as_of_month,
        )
        .group_by(*columns)
        .order_by(*columns)
    )
    return Question("frontier.funded", statement, scope)
