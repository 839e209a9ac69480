"""From application to money: results, stages, reasons, and how long it took."""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, FromClause, and_, or_, select

from jiebei_dash.book import schema
from jiebei_dash.book.engine import Question
from jiebei_dash.book.marts import rows_of
from jiebei_dash.book.scope import Scope
from jiebei_dash.book.sums import sum_of
from jiebei_dash.terms import TAKE_UP_DAYS, WAIT_EDGES_SECONDS


def results_by_month(scope: Scope, from_month: date, *by: str) -> Question:
    """Ask what became of the applications submitted in each month.

    Parameters
    ----------
    scope
        Part of the book; what was decided or withdrawn after its as-of month counts as pending.
    from_month
        First month of submission.
    by
        Keys of ``scope.DIMENSIONS`` to split by.

    Returns
    -------
    Question
        One row a ``submitted_month`` (and codes of ``by``): ``submitted`` = ``approved`` + ``declined`` (both
        within ``terms.DECIDED_WITHIN_DAYS``) + ``late`` (decided after) + ``withdrawn`` (by the as-of month's end) +
        ``pending``;
        ``requested_fen`` of the approved and declined, ``limit_fen`` of the approved.
    """
    table = rows_of(scope, "applied", from_month, *by)
    as_of = scope.as_of_month
    answered = and_(
        table.c.result.in_(("APPROVED", "DECLINED")),
        or_(table.c.decided_month.is_(None), table.c.decided_month <= as_of),
    )
    late, decided = and_(answered, table.c.is_slow == 1), and_(answered, table.c.is_slow == 0)
    approved = and_(decided, table.c.result == "APPROVED")
    withdrew = table.c.result == "WITHDRAWN"
    withdrew_later = and_(withdrew, table.c.left_month > as_of)
    withdrew_by_then = and_(withdrew, or_(table.c.left_month.is_(None), table.c.left_month <= as_of))
    waits = or_(table.c.result == "PENDING", table.c.decided_month > as_of, withdrew_later)
    keys = [table.c.submitted_month, *[table.c[name] for name in by]]
    statement = (
        select(
            *keys,
            sum_of(table.c.applications).label("submitted"),
            sum_of(table.c.applications, approved).label("approved"),
            sum_of(table.c.applications, and_(decided, table.c.result == "DECLINED")).label("declined"),
            sum_of(table.c.applications, late).label("late"),
            sum_of(table.c.applications, withdrew_by_then).label("withdrawn"),
            sum_of(table.c.applications, waits).label("pending"),
            sum_of(table.c.requested_fen, decided).label("requested_fen"),
            sum_of(table.c.limit_fen, approved).label("limit_fen"),
        )
        .where(*scope.conditions(table), table.c.submitted_month >= from_month)
        .group_by(*keys)
        .order_by(*keys)
    )
    return Question("funnel.results_by_month", statement, scope)


def stages_by_month(scope: Scope, from_month: date) -> Question:
    """Ask how many applications entered each stage, and how they left it by the as-of month's end.

    Parameters
    ----------
    scope
        Part of the book.
    from_month
        First month of submission.

    Returns
    -------
    Question
        One row a ``submitted_month`` and ``stage``: ``entered`` = ``passed`` + ``failed`` + ``left`` (withdrawn) +
        ``open``.
    """
    table = rows_of(scope, "staged", from_month)
    as_of = scope.as_of_month
    done = and_(table.c.outcome != "OPEN", or_(table.c.left_month.is_(None), table.c.left_month <= as_of))
    statement = (
        select(
            table.c.submitted_month,
            table.c.stage,
            sum_of(table.c.applications).label("entered"),
            sum_of(table.c.applications, and_(done, table.c.outcome == "PASS")).label("passed"),
            sum_of(table.c.applications, and_(done, table.c.outcome == "FAIL")).label("failed"),
            sum_of(table.c.applications, and_(done, table.c.outcome == "LEFT")).label("left"),
            sum_of(table.c.applications, or_(table.c.outcome == "OPEN", table.c.left_month > as_of)).label("open"),
        )
        .where(
            *scope.conditions(table),
            table.c.submitted_month >= from_month,
            or_(table.c.entered_month.is_(None), table.c.entered_month <= as_of),
        )
        .group_by(table.c.submitted_month, table.c.stage)
        .order_by(table.c.submitted_month, table.c.stage)
    )
    return Question("funnel.stages_by_month", statement, scope)


def rule_hits(scope: Scope, from_month: date) -> Question:
    """Ask which rules declined applicants hit: first, any, and as the only one.

    Parameters
    ----------
    scope
        Part of the book.
    from_month
        First month of submission.

    Returns
    -------
    Question
        One row a ``rule_key``: ``first_hit`` (declines of which it is the main reason), ``any_hit``, ``sole_hit``
        (declines that hit nothing else).
    """
    table = rows_of(scope, "hit", from_month)
    statement = (
        select(
            table.c.rule_key,
            sum_of(table.c.first_hit).label("first_hit"),
            sum_of(table.c.any_hit).label("any_hit"),
            sum_of(table.c.sole_hit).label("sole_hit"),
        )
        .where(
            *scope.conditions(table),
            table.c.submitted_month >= from_month,
            table.c.decided_month <= scope.as_of_month,
        )
        .group_by(table.c.rule_key)
        .order_by(table.c.rule_key)
    )
    return Question("funnel.rule_hits", statement, scope)


def decision_waits(scope: Scope, from_month: date) -> Question:
    """Ask how many applications were decided within each of ``terms.WAIT_EDGES_SECONDS``.

    Parameters
    ----------
    scope
        Part of the book.
    from_month
        First month of submission.

    Returns
    -------
    Question
        One row an ``is_manual``: ``waits`` with a known length, ``within_<edge>`` of them.
    """
    table = rows_of(scope, "waited", from_month)
    statement = (
        select(table.c.is_manual, *_waits(table))
        .where(
            *scope.conditions(table),
            table.c.submitted_month >= from_month,
            table.c.decided_month <= scope.as_of_month,
        )
        .group_by(table.c.is_manual)
        .order_by(table.c.is_manual)
    )
    return Question("funnel.decision_waits", statement, scope)


def cash_waits(scope: Scope, from_month: date, by: str | None = None) -> Question:
    """Ask how many drawdowns had their money within each of ``terms.WAIT_EDGES_SECONDS``.

    Parameters
    ----------
    scope
        Part of the book.
    from_month
        First month of disbursement.
    by
        A dimension of the scope, ``requested_hour`` (0-23, when the money was asked for) or ``funder_code`` (whoever
        lent the largest share of the loan; of equal shares the first code), or None.

    Returns
    -------
    Question
        One row (a code of ``by``): ``waits`` with a known length, ``within_<edge>`` of them.
    """
    used = [by] if by else []
    family = "paid_out" if by in ("requested_hour", "funder_code") else "origination"
    table = rows_of(scope, family, from_month, *used)
    keys = [table.c[name] for name in used]
    statement = (
        select(*keys, *_waits(table))
        .where(*scope.conditions(table), table.c.opened_month >= from_month)
        .group_by(*keys)
        .order_by(*keys, "waits")
    )
    return Question("funnel.cash_waits", statement, scope)


def lines_by_month(scope: Scope, from_month: date) -> Question:
    """Ask how many lines were granted in each month, and how many of them were drawn soon.

    Parameters
    ----------
    scope
        Part of the book.
    from_month
        First month of approval.

    Returns
    -------
    Question
        One row a ``decided_month``: ``lines``; ``drawn_x`` for each x of ``terms.TAKE_UP_DAYS``: with the money of a
        first drawdown within x days of approval; ``undated``: drawn by the as-of month, on a day that the book does
        not know. A line asked for long before is looked up too, so the rows are not held to a month of submission.
    """
    table = rows_of(scope, "lined", None)
    seen = table.c.drawn_month <= scope.as_of_month
    statement = (
        select(
            table.c.decided_month,
            sum_of(table.c.lines).label("lines"),
            *[sum_of(table.c[f"drawn_{days}"], seen).label(f"drawn_{days}") for days in TAKE_UP_DAYS],
            sum_of(table.c.undated, seen).label("undated"),
        )
        .where(
            *scope.conditions(table),
            table.c.decided_month >= from_month,
            table.c.decided_month <= scope.as_of_month,
        )
        .group_by(table.c.decided_month)
        .order_by(table.c.decided_month)
    )
    return Question("funnel.lines_by_month", statement, scope)


def borrowers_by_month(scope: Scope, from_month: date) -> Question:
    """Ask who drew in each month: how many persons, new to the book, or back after a loan paid off.

    Parameters
    ----------
    scope
        Part of the book; what a person borrowed before is looked up in all of it.
    from_month
        First month of disbursement.

    Returns
    -------
    Question
        One row an ``opened_month``: ``borrowers`` (distinct), ``loans``, ``principal_fen``; ``new_loans``, ``new_fen``
        of borrowers without a drawdown of an earlier month; ``repeat_loans``, ``repeat_fen`` of borrowers with a
        drawdown that was paid off in an earlier month.
    """
    table = rows_of(scope, "borrowed", from_month)
    names = ("borrowers", "loans", "principal_fen", "new_loans", "new_fen", "repeat_loans", "repeat_fen")
    statement = (
        select(table.c.opened_month, *[sum_of(table.c[name]).label(name) for name in names])
        .where(*scope.conditions(table), table.c.opened_month >= from_month)
        .group_by(table.c.opened_month)
        .order_by(table.c.opened_month)
    )
    return Question("funnel.borrowers_by_month", statement, scope)


def funders(scope: Scope) -> Question:
    """Ask what the funders are called.

    Returns
    -------
    Question
        One row a ``funder_code``: ``name``.
    """
    table = schema.funder
    statement = select(table.c.funder_code, table.c.name).order_by(table.c.funder_code)
    return Question("funnel.funders", statement, scope)


def _waits(table: FromClause) -> list[ColumnElement[Any]]:
    return [sum_of(table.c[name]).label(name) for name in ("waits", *(f"within_{edge}" for edge in WAIT_EDGES_SECONDS))]
