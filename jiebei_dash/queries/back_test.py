"""What two policies would have done to each past vintage: loans that were made, and decisions without a loan."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from sqlalchemy import Double, FromClause, Subquery, and_, case, cast, func, select
from sqlalchemy.sql.elements import ColumnElement

from jiebei_dash.book.engine import Question
from jiebei_dash.book.marts import rows_of
from jiebei_dash.book.policy import Policy
from jiebei_dash.book.scope import Scope
from jiebei_dash.book.sums import sum_of
from jiebei_dash.queries.replaying import RANGES, passes

MOST_MOB = 12
"""Oldest age that is asked about."""


def made(scope: Scope, today: Policy, proposed: Policy) -> Question:
    """Ask which loans were made, what two policies say of their applications, and when they were past due first.

    Parameters
    ----------
    scope
        Whose loans; its span of cohorts is that of their opening.
    today, proposed
        Two whole policies; both are replayed, whatever was decided then.

    Returns
    -------
    Question
        Grain: ``opened_month`` of the first drawdown, ``first_mob`` (age at which it was more than 30 days past due for
        the first time; unknown if it never was up to twelve months), ``today_approves``, ``proposed_approves``. Sums:
        ``loan_count``, ``drawn_fen`` (principal lent), ``drawn_square_sum`` (of squared principal, which tells how
        uneven they are).
    """
    rows, conditions = _decided(scope)
    drawn = _was_drawn(rows, scope)
    each = (
        select(
            rows.c.drawn_month.label("opened_month"),
            case((rows.c.first_30_mob <= MOST_MOB, rows.c.first_30_mob)).label("first_mob"),
            *_approves(rows, today, proposed),
            rows.c.drawn_fen,
        )
        .where(*conditions, drawn, *_in_span(scope, rows.c.drawn_month))
        .subquery("loans")
    )
    keys = (each.c.opened_month, each.c.first_mob, each.c.today_approves, each.c.proposed_approves)
    squared = cast(each.c.drawn_fen, Double) * cast(each.c.drawn_fen, Double)
    return Question(
        "back_test.made",
        select(
            *keys,
            func.count().label("loan_count"),
            sum_of(each.c.drawn_fen).label("drawn_fen"),
            func.sum(squared).label("drawn_square_sum"),
        )
        .group_by(*keys)
        .order_by(*keys),
        scope,
    )


def decided(scope: Scope, today: Policy, proposed: Policy, reject_factors: Sequence[float]) -> Question:
    """Ask what two policies say of every decision, and how bad those would be that were declined then.

    Parameters
    ----------
    scope, today, proposed
        As in :func:`made`; the span of cohorts is that of the decision.
    reject_factors
        Factors on the PD of a declined applicant: low, central, high.

    Returns
    -------
    Question
        Grain: ``decided_month``, ``today_approves``, ``proposed_approves``, ``outcome`` (DRAWN, NOT_DRAWN, DECLINED).
        Sums: ``decided_count``, ``requested_fen``, ``drawn_fen`` (of the first drawdown), ``pd_known_count``,
        ``pd_known_fen`` (asked for by those with a PD), ``bads_<range>_count`` (PD times factor, at most 1, added up)
        and ``bads_<range>_fen`` (the same times the amount asked for); range is low, central or high.
    """
    rows, conditions = _decided(scope)
    outcome = case((rows.c.decision != "APPROVED", "DECLINED"), (_was_drawn(rows, scope), "DRAWN"), else_="NOT_DRAWN")
    each = (
        select(
            rows.c.decided_month,
            *_approves(rows, today, proposed),
            outcome.label("outcome"),
            rows.c.requested_fen,
            rows.c.drawn_fen,
            rows.c.pd_rate,
        )
        .where(*conditions, *_in_span(scope, rows.c.decided_month))
        .subquery("decisions")
    )
    keys = (each.c.decided_month, each.c.today_approves, each.c.proposed_approves, each.c.outcome)
    is_known = each.c.pd_rate.is_not(None)
    return Question(
        "back_test.decided",
        select(
            *keys,
            func.count().label("decided_count"),
            sum_of(each.c.requested_fen).label("requested_fen"),
            sum_of(each.c.drawn_fen, each.c.outcome == "DRAWN").label("drawn_fen"),
            func.count(each.c.pd_rate).label("pd_known_count"),
            sum_of(each.c.requested_fen, is_known).label("pd_known_fen"),
            *_bads(each, reject_factors),
        )
        .group_by(*keys)
        .order_by(*keys),
        scope,
    )


def _decided(scope: Scope) -> tuple[FromClause, list[ColumnElement[bool]]]:
    """The decisions, not held to months of submission: a vintage is made of openings, also of earlier applications."""
    whole = replace(scope, opened_from=None, opened_to=None)
    rows = rows_of(whole, "decided", None)
    return rows, [*whole.conditions(rows), rows.c.decided_month <= scope.as_of_month]


def _in_span(scope: Scope, month: ColumnElement[Any]) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    if scope.opened_from is not None:
        found.append(month >= scope.opened_from)
    if scope.opened_to is not None:
        found.append(month <= scope.opened_to)
    return found


def _was_drawn(rows: FromClause, scope: Scope) -> ColumnElement[bool]:
    return and_(rows.c.decision == "APPROVED", func.coalesce(rows.c.drawn_month <= scope.as_of_month, False))


def _approves(rows: FromClause, today: Policy, proposed: Policy) -> list[ColumnElement[bool]]:
    both = (("today", today), ("proposed", proposed))
    return [passes(rows, policy).label(f"{name}_approves") for name, policy in both]


def _bads(each: Subquery, reject_factors: Sequence[float]) -> list[ColumnElement[float]]:
    """PDs of the decisions times a factor, added up by head and by amount; a PD stays below 1."""
    expected = {
        name: case((each.c.pd_rate * factor > 1.0, 1.0), else_=each.c.pd_rate * factor)
        for name, factor in zip(RANGES, reject_factors, strict=True)
    }
    return [
        *(func.sum(pd_rate).label(f"bads_{name}_count") for name, pd_rate in expected.items()),
        *(func.sum(pd_rate * each.c.requested_fen).label(f"bads_{name}_fen") for name, pd_rate in expected.items()),
    ]
