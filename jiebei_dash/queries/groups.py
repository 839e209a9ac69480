"""Decisions counted by group of persons, as two policies would take them: large groups alone.

Every question by group leaves out groups of fewer different persons than a floor, in the statement itself, so no answer
ever holds a small one; :mod:`jiebei_dash.book.access` knows the statement by that.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

from sqlalchemy import Double, FromClause, Label, Subquery, and_, case, cast, func, null, select
from sqlalchemy.sql.elements import ColumnElement

from jiebei_dash.book import schema
from jiebei_dash.book.engine import Question
from jiebei_dash.book.families import BY_NAME
from jiebei_dash.book.policy import Policy
from jiebei_dash.book.scope import Scope
from jiebei_dash.book.sums import count_where
from jiebei_dash.book.within import Within
from jiebei_dash.queries.replaying import RANGES, Window, in_window, outcome_of, passes
from jiebei_dash.terms import Group

SCORE_EDGES: tuple[int, ...] = (560, 580, 600, 620, 640)
"""Lower ends of the score bands but the first, in points; twenty points double the odds."""
SCORE_BANDS: tuple[str, ...] = ("LT560", "560_579", "580_599", "600_619", "620_639", "640_UP", "NA")


def approvals(scope: Scope, window: Window, today: Policy, proposed: Policy, group: Group, floor: int) -> Question:
    """Ask how many of each group were approved, and would be by two policies.

    Parameters
    ----------
    scope, window
        Whose decisions.
    today, proposed
        Two whole policies, replayed on everybody.
    group
        Column of ``customer``.
    floor
        Fewest different persons of a group that is answered.

    Returns
    -------
    Question
        Grain: ``group`` (null where the person's is unknown). ``person_count``, different persons. Counts of
        decisions: ``decided_count``; approved then ``then_count``, by each policy ``today_count`` and
        ``proposed_count``; ``in_count`` by the proposal alone, ``out_count`` by today's alone.
    """
    rows, key = _decided(scope, window), schema.customer.c[group]
    return Question(
        "groups.approvals",
        select(key.label("group"), _persons().label("person_count"), *_approved(rows, today, proposed))
        .select_from(_with_persons(rows))
        .where(*in_window(scope, window, rows))
        .group_by(key)
        .having(_persons() >= floor)
        .order_by(key),
        scope,
    )


def approvals_of_all(scope: Scope, window: Window, today: Policy, proposed: Policy) -> Question:
    """Ask for the counts of :func:`approvals` of everybody together: one row, whatever the groups."""
    rows = _decided(scope, window)
    persons = func.count(schema.application.c.customer_id.distinct())
    shown: list[Label[Any]] = [persons.label("person_count"), *_approved(rows, today, proposed)]
    return Question(
        "groups.approvals_of_all",
        select(*shown)
        .select_from(_with_applications(rows))
        .where(*in_window(scope, window, rows))
        .order_by("decided_count"),
        scope,
    )


def approvals_by_score(
    scope: Scope, window: Window, today: Policy, proposed: Policy, group: Group, floor: int
) -> Question:
    """Ask for the counts of :func:`approvals` within bands of the stored score.

    Returns
    -------
    Question
        Grain: ``score_band`` (of ``SCORE_BANDS``) and ``group``; a cell of fewer persons than the floor is left out.
    """
    rows, key = _decided(scope, window), schema.customer.c[group]
    shown: list[Label[Any]] = [key.label("group"), *_approved(rows, today, proposed)]
    return Question(
        "groups.approvals_by_score",
        select(rows.c.score_band, *shown)
        .select_from(_with_persons(rows))
        .where(*in_window(scope, window, rows))
        .group_by(rows.c.score_band, key)
        .having(_persons() >= floor)
        .order_by(rows.c.score_band, key),
        scope,
    )


def outcomes(
    scope: Scope,
    window: Window,
    today: Policy,
    proposed: Policy,
    group: Group,
    floor: int,
    reject_factors: Sequence[float],
    loans_a_declined: float,
) -> Question:
    """Ask what became of those whom each policy approves, by group, and the PDs of those of whom nothing is known.

    Parameters
    ----------
    scope, window, today, proposed, group, floor
        As for :func:`approvals`; no count of fewer loans or people than the floor is answered either: it is null.
    reject_factors
        Factors on the PD of a declined applicant: low, central, high; a PD stays below 1.
    loans_a_declined
        Loans that one person declined then would become; NaN if nobody knows.

    Returns
    -------
    Question
        Grain: ``group``. For each policy ``<policy>_observed_count`` and ``<policy>_bad_count`` of loans drawn and six
        months old; ``<policy>_unseen_count`` of people declined then or with a loan too young, and of the loans that
        they are or would become ``_inferred_sum`` all, ``_known_sum`` those with a PD, and the PDs added up
        ``_low_sum``, ``_central_sum``, ``_high_sum``.
    """
    rows, key = _decided(scope, window), schema.customer.c[group]
    outcome = outcome_of(rows, scope, window)
    becomes = cast(null() if math.isnan(loans_a_declined) else loans_a_declined, Double)
    weight = case((outcome == "DECLINED", becomes), else_=1.0)
    factors = [case((outcome == "DECLINED", factor), else_=1.0) for factor in reject_factors]
    shown: list[Label[Any]] = []
    for name, policy in (("today", today), ("proposed", proposed)):
        approves = passes(rows, policy)
        seen = count_where(and_(approves, outcome.in_(("GOOD", "BAD"))))
        bad = count_where(and_(approves, outcome == "BAD"))
        shown += [
            case((seen >= floor, seen), (seen == 0, 0)).label(f"{name}_observed_count"),
            case((seen >= floor, bad), (seen == 0, 0)).label(f"{name}_bad_count"),
        ]
        shown += _inferred(rows, and_(approves, outcome.in_(("WAITING", "DECLINED"))), name, factors, weight, floor)
    return Question(
        "groups.outcomes",
        select(key.label("group"), *shown)
        .select_from(_with_persons(rows))
        .where(*in_window(scope, window, rows))
        .group_by(key)
        .having(_persons() >= floor)
        .order_by(key),
        scope,
    )


def take_up(scope: Scope, window: Window) -> Question:
    """Ask how many were decided, approved then and drew: ``decided_count``, ``approved_count``, ``drew_count``."""
    rows = _decided(scope, window)
    outcome = outcome_of(rows, scope, window)
    shown: list[Label[Any]] = [
        func.count().label("decided_count"),
        count_where(outcome != "DECLINED").label("approved_count"),
        count_where(outcome.in_(("GOOD", "BAD", "WAITING"))).label("drew_count"),
    ]
    return Question(
        "groups.take_up",
        select(*shown).where(*in_window(scope, window, rows)).order_by("decided_count"),
        scope,
    )


def _decided(scope: Scope, window: Window) -> Subquery:
    """The family of decisions, from its rows: sums made beforehand know no person."""

    def conditions(source: FromClause) -> list[ColumnElement[bool]]:
        held = scope.conditions(source)
        return [*held, source.c.submitted_month >= window.first_month] if "submitted_month" in source.c else held

    points = schema.decision.c.score_points
    # In a subquery: an engine that numbers its parameters does not see that two such expressions are the same.
    below = [(points < edge, band) for edge, band in zip(SCORE_EDGES, SCORE_BANDS, strict=False)]
    band = case((points.is_(None), SCORE_BANDS[-1]), *below, else_=SCORE_BANDS[-2])
    family = BY_NAME["decided"].rows(Within(conditions, window.first_month))
    return family.add_columns(schema.decision.c.application_id, band.label("score_band")).subquery("decided")


def _with_persons(rows: Subquery) -> FromClause:
    customer = schema.customer
    return _with_applications(rows).join(customer, customer.c.customer_id == schema.application.c.customer_id)


def _with_applications(rows: Subquery) -> FromClause:
    application = schema.application
    same = and_(
        application.c.application_id == rows.c.application_id, application.c.submitted_month == rows.c.submitted_month
    )
    return rows.join(application, same)


def _persons() -> ColumnElement[int]:
    return func.count(schema.customer.c.customer_id.distinct())


def _approved(rows: Subquery, today: Policy, proposed: Policy) -> list[Label[int]]:
    before, after = passes(rows, today), passes(rows, proposed)
    return [
        func.count().label("decided_count"),
        count_where(rows.c.decision == "APPROVED").label("then_count"),
        count_where(before).label("today_count"),
        count_where(after).label("proposed_count"),
        count_where(and_(after, ~before)).label("in_count"),
        count_where(and_(before, ~after)).label("out_count"),
    ]


def _inferred(
    rows: Subquery,
    unseen: ColumnElement[bool],
    name: str,
    factors: Sequence[ColumnElement[float]],
    weight: ColumnElement[float],
    floor: int,
) -> list[Label[Any]]:
    count = count_where(unseen)
    added = {"inferred": weight, "known": case((rows.c.pd_rate.is_not(None), weight), else_=0.0)}
    for each, factor in zip(RANGES, factors, strict=True):
        pd_rate = rows.c.pd_rate * factor
        added[each] = case((pd_rate > 1.0, 1.0), else_=pd_rate) * weight
    return [
        case((count >= floor, count), (count == 0, 0)).label(f"{name}_unseen_count"),
        *(
            case((count >= floor, func.sum(case((unseen, part))))).label(f"{name}_{each}_sum")
            for each, part in added.items()
        ),
    ]
