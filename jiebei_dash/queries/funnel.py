"""From application to money: results, stages, reasons, and how long it took."""

from __future__ import annotations

from datetime import date

from sqlalchemy import ColumnElement, FromClause, Select, and_, func, or_, select

from jiebei_dash.book import schema
from jiebei_dash.book.engine import Question
from jiebei_dash.book.scope import Scope, month_plus
from jiebei_dash.book.sums import count_where, sum_of

DECIDED_WITHIN_DAYS = 7
"""Source: house definition F1."""
WAIT_EDGES_SECONDS: tuple[int, ...] = (
    1, 2, 3, 5, 7, 10, 15, 20, 30, 45, 60, 90, 120, 180, 300, 600, 900, 1_800, 3_600, 7_200, 14_400, 28_800, 86_400,
    172_800, 259_200, 604_800,
)  # fmt: skip
"""Waits are counted up to each of these, so a percentile reads "within 20 s" and adds up over any part of the book."""


def results_by_month(scope: Scope, from_month: date, by: str | None = None) -> Question:
    """Ask what became of the applications submitted in each month.

    Parameters
    ----------
    scope
        Part of the book; what was decided or withdrawn after its as-of month counts as pending.
    from_month
        First month of submission.
    by
        A key of ``scope.DIMENSIONS`` to split by, or None.

    Returns
    -------
    Question
        One row a ``submitted_month`` (and code of ``by``): ``submitted`` = ``approved`` + ``declined`` (both within
        ``DECIDED_WITHIN_DAYS``) + ``late`` (decided after) + ``withdrawn`` (by the as-of month's end) + ``pending``;
        ``requested_fen`` of the approved and declined, ``limit_fen`` of the approved.
    """
    table = schema.application
    # One line an application before the join, so a second decision cannot count an application twice.
    granted = (
        select(schema.decision.c.application_id, func.max(schema.decision.c.limit_fen).label("limit_fen"))
        .where(*scope.conditions(schema.decision), schema.decision.c.submitted_month >= from_month)
        .group_by(schema.decision.c.application_id)
        .subquery("granted")
    )
    end = month_plus(scope.as_of_month, 1)
    stage = schema.application_stage
    left_later = (
        select(stage.c.application_id, func.count().label("times"))
        .where(
            *scope.conditions(stage),
            stage.c.submitted_month >= from_month,
            stage.c.outcome == "LEFT",
            stage.c.left_at >= end,
        )
        .group_by(stage.c.application_id)
        .subquery("left_later")
    )
    withdrew = table.c.result == "WITHDRAWN"
    withdrew_later = and_(withdrew, left_later.c.times.is_not(None))
    answered = and_(
        table.c.result.in_(("APPROVED", "DECLINED")),
        or_(table.c.decided_at.is_(None), table.c.decided_at < end),
    )
    late = and_(answered, func.coalesce(table.c.decision_seconds, 0) > DECIDED_WITHIN_DAYS * 86_400)
    decided = and_(answered, func.coalesce(table.c.decision_seconds, 0) <= DECIDED_WITHIN_DAYS * 86_400)
    approved = and_(decided, table.c.result == "APPROVED")
    keys = [table.c.submitted_month, *([table.c[by]] if by else [])]
    statement = (
        select(
            *keys,
            func.count().label("submitted"),
            count_where(approved).label("approved"),
            count_where(and_(decided, table.c.result == "DECLINED")).label("declined"),
            count_where(late).label("late"),
            count_where(and_(withdrew, left_later.c.times.is_(None))).label("withdrawn"),
            count_where(or_(table.c.result == "PENDING", table.c.decided_at >= end, withdrew_later)).label("pending"),
            sum_of(table.c.requested_fen, decided).label("requested_fen"),
            sum_of(granted.c.limit_fen, approved).label("limit_fen"),
        )
        .select_from(
            table.outerjoin(granted, granted.c.application_id == table.c.application_id).outerjoin(
                left_later, left_later.c.application_id == table.c.application_id
            )
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
    table = schema.application_stage
    end = month_plus(scope.as_of_month, 1)
    done = and_(table.c.outcome != "OPEN", or_(table.c.left_at.is_(None), table.c.left_at < end))
    statement = (
        select(
            table.c.submitted_month,
            table.c.stage,
            func.count().label("entered"),
            count_where(and_(done, table.c.outcome == "PASS")).label("passed"),
            count_where(and_(done, table.c.outcome == "FAIL")).label("failed"),
            count_where(and_(done, table.c.outcome == "LEFT")).label("left"),
            count_where(or_(table.c.outcome == "OPEN", table.c.left_at >= end)).label("open"),
        )
        .where(
            *scope.conditions(table),
            table.c.submitted_month >= from_month,
            or_(table.c.entered_at.is_(None), table.c.entered_at < end),
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
    decision, hit = schema.decision, schema.rule_hit
    hits = (
        select(hit.c.decision_id, func.count().label("hits"))
        .where(*scope.conditions(hit), hit.c.submitted_month >= from_month)
        .group_by(hit.c.decision_id)
        .subquery("hits")
    )
    statement = (
        select(
            hit.c.rule_key,
            count_where(decision.c.main_reason == hit.c.rule_key).label("first_hit"),
            func.count().label("any_hit"),
            count_where(hits.c.hits == 1).label("sole_hit"),
        )
        .select_from(
            decision.join(hit, hit.c.decision_id == decision.c.decision_id).join(
                hits, hits.c.decision_id == decision.c.decision_id
            )
        )
        .where(
            *scope.conditions(decision),
            decision.c.submitted_month >= from_month,
            decision.c.decision == "DECLINED",
            decision.c.decided_at < month_plus(scope.as_of_month, 1),
        )
        .group_by(hit.c.rule_key)
        .order_by(hit.c.rule_key)
    )
    return Question("funnel.rule_hits", statement, scope)


def decision_waits(scope: Scope, from_month: date) -> Question:
    """Ask how many applications were decided within each of ``WAIT_EDGES_SECONDS``.

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
    table = schema.application
    statement = (
        _waits(table, table.c.decision_seconds, table.c.is_manual)
        .where(
            *scope.conditions(table),
            table.c.submitted_month >= from_month,
            table.c.decided_at < month_plus(scope.as_of_month, 1),
        )
        .group_by(table.c.is_manual)
        .order_by(table.c.is_manual)
    )
    return Question("funnel.decision_waits", statement, scope)


def cash_waits(scope: Scope, from_month: date) -> Question:
    """Ask how many drawdowns had their money within each of ``WAIT_EDGES_SECONDS``.

    Parameters
    ----------
    scope
        Part of the book.
    from_month
        First month of disbursement.

    Returns
    -------
    Question
        One row: ``waits`` with a known length, ``within_<edge>`` of them.
    """
    table = schema.loan
    statement = (
        _waits(table, table.c.cash_seconds)
        .where(*scope.conditions(table), table.c.opened_month >= from_month)
        .order_by("waits")
    )
    return Question("funnel.cash_waits", statement, scope)


def _waits(table: FromClause, seconds: ColumnElement[int], *keys: ColumnElement[object]) -> Select:
    within = [count_where(seconds <= edge).label(f"within_{edge}") for edge in WAIT_EDGES_SECONDS]
    return select(*keys, func.count(seconds).label("waits"), *within).select_from(table)
