"""Counts of what the arms of a comparison became: approved by policy, by lot or by a person, or under a version."""

from __future__ import annotations

from datetime import date
from typing import Any, Literal

from sqlalchemy import and_, case, func, or_, select
from sqlalchemy.sql.elements import ColumnElement

from jiebei_dash.book import schema
from jiebei_dash.book.engine import Question
from jiebei_dash.book.family_rows import BAD_BY_MOB as BAD_BY_MOB
from jiebei_dash.book.scope import Scope, month_plus
from jiebei_dash.book.sums import count_where

ArmsBy = Literal["lane", "policy_version", "channel"]
"""What makes the arms: how a line came to be approved, or whose decision it was, or where it came from."""
LANES: tuple[str, ...] = ("POLICY", "LOT", "OVERRIDE")
"""Approved by the policy itself, by lot against it, by a person against it."""
INFLOW_MONTHS = 12
_DRAWN_WITHIN_MONTHS = 12
"""For the inflow, lines submitted so long before it are looked at."""


def arms(scope: Scope, first_month: date, by: ArmsBy) -> Question:
    """Ask what became of approved lines, by arm and by the first rule that they hit.

    Parameters
    ----------
    scope
        Whose lines; the as-of month decides which first drawdown is known and which has closed its sixth month.
    first_month
        First month of submission that counts.
    by
        What makes the arms; lines approved against the policy are in no arm of a version or a channel.

    Returns
    -------
    Question
        Grain: ``arm``, ``main_reason`` (null if the policy approved without a hit). Counts: ``approved_count``,
        ``drawn_count`` (first drawdowns), ``matured_count`` (of them opened six months before the as-of month or
        earlier), ``bad_count`` (of them ever more than 30 days past due by month six), ``recent_count`` (first
        drawdowns of the last twelve months, also of lines submitted before the first month). And
        ``last_opened_month``, the newest cohort among the drawn; null if none was.
    """
    decision, loan = schema.decision, schema.loan
    as_of = scope.as_of_month
    seen_to, recent_from = month_plus(as_of, -BAD_BY_MOB), month_plus(as_of, 1 - INFLOW_MONTHS)
    # The inflow needs lines of its own months, and some before.
    read_from = min(first_month, month_plus(recent_from, -_DRAWN_WITHIN_MONTHS))
    counts, drawn = decision.c.submitted_month >= first_month, loan.c.opened_month.is_not(None)
    is_matured = and_(counts, drawn, loan.c.opened_month <= seen_to)
    lane = _lane(decision)
    arm: ColumnElement[Any] = lane if by == "lane" else decision.c[by]
    first_drawdown = and_(
        loan.c.application_id == decision.c.application_id,
        loan.c.draw_no == 1,
        loan.c.opened_month >= read_from,
        loan.c.opened_month <= as_of,
    )
    each = (
        select(
            arm.label("arm"),
            decision.c.main_reason,
            counts.label("counts"),
            and_(counts, drawn).label("is_drawn"),
            is_matured.label("is_matured"),
            and_(is_matured, func.coalesce(loan.c.first_30_mob <= BAD_BY_MOB, False)).label("is_bad"),
            and_(drawn, loan.c.opened_month >= recent_from).label("is_recent"),
            case((counts, loan.c.opened_month)).label("opened_month"),
        )
        .select_from(decision.outerjoin(loan, first_drawdown))
        .where(
            *scope.conditions(decision),
            decision.c.submitted_month >= read_from,
            decision.c.decided_month <= as_of,
            decision.c.decision == "APPROVED",
            *([] if by == "lane" else [lane == "POLICY"]),
        )
        .subquery("approved")
    )
    groups = (each.c.arm, each.c.main_reason)
    return Question(
        "experiment.arms",
        select(
            *groups,
            count_where(each.c.counts).label("approved_count"),
            count_where(each.c.is_drawn).label("drawn_count"),
            count_where(each.c.is_matured).label("matured_count"),
            count_where(each.c.is_bad).label("bad_count"),
            count_where(each.c.is_recent).label("recent_count"),
            func.max(each.c.opened_month).label("last_opened_month"),
        )
        .where(or_(each.c.counts, each.c.is_recent))
        .group_by(*groups)
        .order_by(each.c.arm.nulls_last(), each.c.main_reason.nulls_last()),
        scope,
    )


def _lane(decision: Any) -> ColumnElement[str]:
    """A book that does not say how a line was approved had no lane."""
    by_lot, by_hand = (func.coalesce(decision.c[name], False) for name in ("is_random_lane", "is_override"))
    return case((by_lot, "LOT"), (by_hand, "OVERRIDE"), else_="POLICY")
