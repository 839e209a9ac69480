"""Versions of the policy, what was decided month by month, and what a policy would have decided."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from sqlalchemy import case, func, select

from jiebei_dash.book import schema
from jiebei_dash.book.engine import Question
from jiebei_dash.book.family_rows import BAD_BY_MOB
from jiebei_dash.book.marts import rows_of
from jiebei_dash.book.policy import Policy
from jiebei_dash.book.scope import Scope, month_plus
from jiebei_dash.book.sums import sum_of
from jiebei_dash.queries.replaying import RANGES, Window, alike, bads, passes

_DECIDED_WITHIN_MONTHS = 2
"""An application that was submitted longer ago is no part of a month's decisions."""


def versions(scope: Scope) -> Question:
    """Ask for all versions of the policy, whenever they were live.

    Returns
    -------
    Question
        ``policy_version``, ``effective_from``, ``rules_json``, ``author``, ``approver``, ``change_ticket``,
        ``content_sha256``; one row a version, oldest first.
    """
    table = schema.policy_version
    shown = ("policy_version", "effective_from", "rules_json", "author", "approver", "change_ticket", "content_sha256")
    return Question(
        "policies.versions",
        select(*(table.c[name] for name in shown)).order_by(
            table.c.effective_from.nulls_last(), table.c.policy_version.nulls_last()
        ),
        scope,
    )


def decided_by_month(scope: Scope, first_month: date) -> Question:
    """Ask what was decided, month by month, and what became of the first drawdowns.

    Parameters
    ----------
    first_month
        First month of decisions.

    Returns
    -------
    Question
        Grain: ``decided_month``, ``decision``, ``drawn_month`` of the first drawdown (null if there is none). Sums:
        ``decided_count``, ``bad_count`` (more than 30 days past due at a month-end up to month 6, as known at the end
        of the book, so ages are for the caller to bound).
    """
    start = month_plus(first_month, -_DECIDED_WITHIN_MONTHS)
    rows = rows_of(scope, "decided", start)
    each = (
        select(
            rows.c.decided_month,
            rows.c.decision,
            case((rows.c.drawn_month <= scope.as_of_month, rows.c.drawn_month)).label("drawn_month"),
            case((rows.c.bad_mob <= BAD_BY_MOB, 1), else_=0).label("is_bad"),
        )
        .where(
            *scope.conditions(rows),
            rows.c.submitted_month >= start,
            rows.c.decided_month.between(first_month, scope.as_of_month),
        )
        .subquery("each_decided")
    )
    groups = (each.c.decided_month, each.c.decision, each.c.drawn_month)
    return Question(
        "policies.decided_by_month",
        select(*groups, func.count().label("decided_count"), sum_of(each.c.is_bad).label("bad_count"))
        .group_by(*groups)
        .order_by(each.c.decided_month, each.c.decision, each.c.drawn_month.nulls_last()),
        scope,
    )


def replayed_by_month(scope: Scope, window: Window, policy: Policy, reject_factors: Sequence[float]) -> Question:
    """Ask how a policy would have decided each month of a window.

    Parameters
    ----------
    scope, window
        Whose decisions.
    policy
        A whole policy.
    reject_factors
        Factors on the PD of a declined applicant: low, central, high.

    Returns
    -------
    Question
        Grain: ``submitted_month``, ``approves``, ``outcome`` (GOOD, BAD, WAITING, NOT_DRAWN, DECLINED). Sums:
        ``decided_count``, ``pd_known_count``, ``bads_<range>_count``.
    """
    rows = rows_of(scope, "decided", window.first_month)
    keys = [rows.c.submitted_month, passes(rows, policy).label("approves")]
    counted = alike(scope, window, rows, keys, reject_factors)
    each = select(*counted.c, *bads(counted, reject_factors)).subquery("replay")
    groups = (each.c.submitted_month, each.c.approves, each.c.outcome)
    return Question(
        "policies.replayed_by_month",
        select(
            *groups,
            sum_of(each.c.decided_count).label("decided_count"),
            sum_of(each.c.pd_known_count).label("pd_known_count"),
            *(func.sum(each.c[name]).label(f"bads_{name}_count") for name in RANGES),
        )
        .group_by(*groups)
        .order_by(*groups),
        scope,
    )
