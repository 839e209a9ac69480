"""The decisions of a window as a policy sees them: who passes, and who is alike in all that is asked."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Double, FromClause, Label, Subquery, Table, and_, case, cast, func, literal, select
from sqlalchemy.sql.elements import ColumnElement

from jiebei_dash.book.family_rows import BAD_BY_MOB
from jiebei_dash.book.grid import GRID_RULES, fails_step, grid, steps_name
from jiebei_dash.book.policy import Policy, Rule
from jiebei_dash.book.scope import Scope

RANGES: tuple[str, ...] = ("low", "central", "high")
"""Of the factor on the PD of a declined applicant."""


@dataclass(frozen=True)
class Window:
    """Whose decisions are replayed.

    Parameters
    ----------
    first_month, last_month
        First and last month of submission.
    seen_to_month
        Last opening month whose loans have closed their sixth month on book.
    """

    first_month: date
    last_month: date
    seen_to_month: date


def in_window(scope: Scope, window: Window, rows: FromClause) -> list[ColumnElement[bool]]:
    """Return the conditions that hold decisions to a scope and a window."""
    return [
        *scope.conditions(rows),
        rows.c.submitted_month.between(window.first_month, window.last_month),
        rows.c.decided_month <= scope.as_of_month,
    ]


def fails_rule(rows: FromClause, rule: Rule, policy: Policy) -> ColumnElement[bool]:
    """Return the condition that a decision hits a rule of a policy, by its segment.

    Steps are compared where they are stored; from rows of the book they would have to be worked out first.
    """
    thresholds = [policy[rule.key], *(each.threshold for each in policy.exceptions if each.rule_key == rule.key)]
    if not (isinstance(rows, Table) and set(thresholds) <= set(grid(rule))):
        return policy.fails(rule, rows)
    steps = rows.c[steps_name(rule)]
    if len(thresholds) == 1:
        return fails_step(rule, policy[rule.key], steps)
    own = [each for each in policy.exceptions if each.rule_key == rule.key]
    whens = [(rows.c[each.dimension] == each.code, literal(grid(rule).index(each.threshold))) for each in own]
    failed: ColumnElement[bool] = steps <= case(*whens, else_=literal(grid(rule).index(policy[rule.key])))
    return failed


def passes(rows: FromClause, policy: Policy, but: str = "") -> ColumnElement[bool]:
    """Return the condition that a decision passes every declining rule of a policy, or every other one."""
    return and_(*(~fails_rule(rows, rule, policy) for rule in GRID_RULES if rule.key != but))


def outcomes(scope: Scope, window: Window, rows: FromClause) -> list[tuple[ColumnElement[bool], str]]:
    """Return what may have become of a decision, the first that holds; whoever fits none is GOOD."""
    return [
        (rows.c.decision != "APPROVED", "DECLINED"),
        (func.coalesce(rows.c.drawn_month > scope.as_of_month, True), "NOT_DRAWN"),
        (rows.c.drawn_month > window.seen_to_month, "WAITING"),
        (rows.c.bad_mob <= BAD_BY_MOB, "BAD"),
    ]


def outcome_of(rows: FromClause, scope: Scope, window: Window) -> ColumnElement[str]:
    """Return what became of a decision: GOOD, BAD, WAITING (too young), NOT_DRAWN or DECLINED (then)."""
    return case(*outcomes(scope, window, rows), else_="GOOD")


def alike(
    scope: Scope,
    window: Window,
    rows: FromClause,
    keys: Iterable[ColumnElement[Any]],
    reject_factors: Sequence[float],
    *conditions: ColumnElement[bool],
) -> Subquery:
    """Return decisions counted by what is asked about them: the rest is then worked out on far fewer rows.

    Parameters
    ----------
    scope, window
        Whose decisions.
    rows
        Rows of the family ``decided``.
    keys
        What is asked, labelled.
    reject_factors
        Factors on the PD of a declined applicant: low, central, high.
    *conditions
        Decisions that do not fulfil them are left out.

    Returns
    -------
    Subquery
        The keys, ``outcome``, ``<range>_lifts`` (whether a factor would lift the PD above 1), ``decided_count``,
        ``pd_known_count``, ``pd_sum``.
    """
    outcome = outcome_of(rows, scope, window)
    lifts = [
        (rows.c.pd_rate * factor > 1.0).label(f"{name}_lifts")
        for name, factor in zip(RANGES, reject_factors, strict=True)
        if factor > 1.0
    ]
    each = (
        select(*keys, outcome.label("outcome"), *lifts, rows.c.pd_rate)
        .where(*in_window(scope, window, rows), *conditions)
        .subquery("decided")
    )
    groups = [column for column in each.c if column.name != "pd_rate"]
    return (
        select(
            *groups,
            func.count().label("decided_count"),
            func.count(each.c.pd_rate).label("pd_known_count"),
            func.sum(each.c.pd_rate).label("pd_sum"),
        )
        .group_by(*groups)
        .subquery("alike")
    )


def bads(counted: Subquery, reject_factors: Sequence[float]) -> list[Label[float]]:
    """Return the PDs of those without an outcome added up, by range.

    The factor is for the declined alone, and a PD stays below 1.

    Parameters
    ----------
    counted
        Of :func:`alike`, with the same factors.
    reject_factors
        Low, central, high.
    """
    found = []
    for name, factor in zip(RANGES, reject_factors, strict=True):
        declined: ColumnElement[float] = counted.c.pd_sum * factor
        if f"{name}_lifts" in counted.c:
            declined = case((counted.c[f"{name}_lifts"], cast(counted.c.pd_known_count, Double)), else_=declined)
        found.append(case((counted.c.outcome != "DECLINED", counted.c.pd_sum), else_=declined).label(name))
    return found
