"""What a ratio is made of in a few months, by any keys, and the loans behind a cell of it."""

from __future__ import annotations

from datetime import date

from sqlalchemy import ColumnElement, and_, select

from jiebei_dash import terms
from jiebei_dash.book import schema
from jiebei_dash.book.engine import Question
from jiebei_dash.book.marts import rows_of
from jiebei_dash.book.scope import Scope
from jiebei_dash.book.sums import sum_of
from jiebei_dash.queries.standing import count_of, page_of
from jiebei_dash.terms import Ratio


def states(scope: Scope, months: tuple[date, ...], keys: tuple[str, ...]) -> Question:
    """Ask how many loans and how much principal stood in each state at a few month-ends.

    Parameters
    ----------
    scope
        Part of the book.
    months
        Months wanted; those after the as-of month are left out.
    keys
        Keys of ``scope.DIMENSIONS``, and ``mob``.

    Returns
    -------
    Question
        One row a ``month``, the keys and ``state``: ``loans``, ``balance_fen``.
    """
    table = rows_of(scope, "performance", min(months), *[key for key in keys if key != "mob"])
    columns = [table.c.month, *[table.c[key] for key in keys], table.c.state]
    statement = (
        select(*columns, sum_of(table.c.loans).label("loans"), sum_of(table.c.balance_fen).label("balance_fen"))
        .where(
            *scope.conditions(table),
            table.c.month.in_(months),
            table.c.month <= scope.as_of_month,
            table.c.state.in_(terms.BUCKETS),
        )
        .group_by(*columns)
        .order_by(*columns)
    )
    return Question("bridge.states", statement, scope)


def entries(scope: Scope, months: tuple[date, ...], keys: tuple[str, ...]) -> Question:
    """Ask what was current a month before a few month-ends, and what of it had fallen late by then.

    Parameters
    ----------
    scope, months, keys
        As in :func:`states`.

    Returns
    -------
    Question
        One row a ``month`` and the keys: ``loans``, ``opening_fen``; ``late_loans``, ``late_fen`` in M1.
    """
    table = rows_of(scope, "performance", min(months), *[key for key in keys if key != "mob"])
    columns = [table.c.month, *[table.c[key] for key in keys]]
    late = table.c.state == terms.BUCKETS[1]
    statement = (
        select(
            *columns,
            sum_of(table.c.loans).label("loans"),
            sum_of(table.c.opening_fen).label("opening_fen"),
            sum_of(table.c.loans, late).label("late_loans"),
            sum_of(table.c.balance_fen, late).label("late_fen"),
        )
        .where(
            *scope.conditions(table),
            table.c.month.in_(months),
            table.c.month <= scope.as_of_month,
            table.c.prev_state == terms.BUCKETS[0],
        )
        .group_by(*columns)
        .order_by(*columns)
    )
    return Question("bridge.entries", statement, scope)


def loans(
    scope: Scope, ratio: Ratio, cell: dict[str, str | int], mobs: tuple[int, int | None] | None, offset: int, limit: int
) -> Question:
    """Ask for one page of the loans in the numerator of a cell at the as-of month-end, the largest first.

    Parameters
    ----------
    scope
        Part of the book; the month is its as-of month.
    ratio
        Any of ``terms.RATIOS`` but ``approval``.
    cell
        Code by dimension.
    mobs
        First and last month on book of the cell, the last open if None; None if it has no age.
    offset, limit
        Which page.

    Returns
    -------
    Question
        As :func:`jiebei_dash.queries.standing.page_of`.
    """
    return Question("bridge.loans", page_of(scope, _in_cell(scope, ratio, cell, mobs), offset, limit), scope)


def count(scope: Scope, ratio: Ratio, cell: dict[str, str | int], mobs: tuple[int, int | None] | None) -> Question:
    """Ask how many loans :func:`loans` lists in all, and what they owe.

    Returns
    -------
    Question
        As :func:`jiebei_dash.queries.standing.count_of`.
    """
    return Question("bridge.count", count_of(scope, _in_cell(scope, ratio, cell, mobs)), scope)


def _in_cell(
    scope: Scope, ratio: Ratio, cell: dict[str, str | int], mobs: tuple[int, int | None] | None
) -> ColumnElement[bool]:
    table = schema.loan_month
    held = [table.c[key] == code for key, code in cell.items()]
    if mobs is not None:
        held.append(table.c.mob >= mobs[0])
        held += [table.c.mob <= mobs[1]] if mobs[1] is not None else []
    if ratio == "entry_roll":
        held += [table.c.prev_state == terms.BUCKETS[0], table.c.state == terms.BUCKETS[1]]
    else:
        held.append(table.c.state.in_(terms.buckets_beyond(int(ratio.rsplit("_", 1)[1]))))
    return and_(table.c.month == scope.as_of_month, *held)
