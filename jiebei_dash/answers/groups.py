"""Is a draft fair? Approval and bad rate by group of persons, under today's policy and under the proposal.

Groups of fewer persons than the floor of ``data/fair_rules.toml`` are in no answer; see ``queries.groups``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import pandas as pd

from jiebei_dash.answers.arguments import between
from jiebei_dash.answers.what_if import MATURITY_MONTHS, policy_today
from jiebei_dash.assumptions import read_assumptions
from jiebei_dash.book import access
from jiebei_dash.book.engine import Answer, Fetch, Question
from jiebei_dash.book.notation import draft_of
from jiebei_dash.book.policy import Policy
from jiebei_dash.book.scope import Scope
from jiebei_dash.errors import EmptyScope, GroupsTooSmall
from jiebei_dash.fair_rules import FairRules, read_fair_rules
from jiebei_dash.late import function
from jiebei_dash.metrics import groups as metrics
from jiebei_dash.metrics import within_score as by_score_metrics
from jiebei_dash.queries import groups as queries
from jiebei_dash.queries import what_if
from jiebei_dash.queries.what_if import Window
from jiebei_dash.terms import Group

NEEDS: tuple[str, ...] = ("applicants", "declined_applicants")
"""Of a book: approvals need no amounts, no outcomes and no scores."""
LEVEL = "applicant"
"""Of every answer here, also of groups that are no personal field: who may ask for one may ask for all."""
MOST_MONTHS = 36
SELECTION = "jiebei_dash.metrics.fair:selection"
"""The library of fairness measures brings that of models along: fetched by name when it is asked for."""


@dataclass(frozen=True)
class Asked:
    """What every question by group is about: both policies, the window, the rules."""

    version: str
    today: Policy
    proposed: Policy
    window: Window
    rules: FairRules
    questions: tuple[Question, ...]


def asked(
    scope: Scope, fetch: Fetch, maturity_months: int, least: int, thresholds: Mapping[str, float], draft: str = ""
) -> Asked:
    """Return what is compared, or refuse it.

    Parameters
    ----------
    scope, fetch
        Whose applications, and how a question is answered.
    maturity_months
        Months between the last submission and the as-of month, at least ``least``.
    thresholds, draft
        What the proposal changes, by rule key.

    Raises
    ------
    NotAllowed
        A manager asks.
    BookLacks, BadArgument, FairRulesInvalid
    """
    access.check_level(LEVEL, scope.reader.role)
    scope.need(*NEEDS)
    between("maturity_months", maturity_months, least, MOST_MONTHS)
    version, today, question = policy_today(scope, fetch)
    proposed = draft_of(today, draft, thresholds)
    return Asked(version, today, proposed, what_if.window_of(scope, maturity_months), read_fair_rules(), (question,))


def approval(
    scope: Scope,
    fetch: Fetch,
    group: Group = "gender",
    maturity_months: int = MATURITY_MONTHS,
    draft: str = "",
    **thresholds: float,
) -> Answer:
    """Return the approval rate of each group as decided then, by today's policy and by the proposal.

    Parameters
    ----------
    scope, fetch
        Whose applications, and how a question is answered.
    group
        What applicants are grouped by.
    maturity_months
        Months between the last submission and the as-of month; 0 and more, since no outcome is needed.
    draft
        The policy that the draft changes, as canonical JSON; empty is today's.
    **thresholds
        What the proposal changes, by rule key, in the rule's unit.

    Returns
    -------
    Answer
        See :func:`jiebei_dash.metrics.groups.approval`.

    Raises
    ------
    NotAllowed, BookLacks, BadArgument, FairRulesInvalid
    EmptyScope
        Nobody was decided in the window.
    GroupsTooSmall
        No group has as many persons as the floor.
    """
    about = asked(scope, fetch, maturity_months, 0, thresholds, draft)
    floor = about.rules.smallest_group
    of_all = queries.approvals_of_all(scope, about.window, about.today, about.proposed)
    whole = fetch(of_all)
    by_group = queries.approvals(scope, about.window, about.today, about.proposed, group, floor)
    counts = fetch(by_group)
    _need_groups(counts, int(whole["decided_count"].iloc[0]), floor)
    frame = metrics.approval(
        metrics.with_small(counts, whole, floor), about.rules.four_fifths, about.rules.few, function(SELECTION)
    )
    return Answer("groups.approval", frame, (*about.questions, of_all, by_group))


def bad(
    scope: Scope,
    fetch: Fetch,
    group: Group = "gender",
    maturity_months: int = MATURITY_MONTHS,
    draft: str = "",
    **thresholds: float,
) -> Answer:
    """Return the bad rate of each group, observed and inferred apart; parameters as :func:`approval`.

    Parameters
    ----------
    maturity_months
        At least 6, or no outcome is known.

    Returns
    -------
    Answer
        See :func:`jiebei_dash.metrics.groups.bad`; there is no row of small groups together.

    Raises
    ------
    NotAllowed, BookLacks, BadArgument, FairRulesInvalid, EmptyScope, GroupsTooSmall
    """
    scope.need("decision_features")
    about = asked(scope, fetch, maturity_months, what_if.BAD_BY_MOB, thresholds, draft)
    assumptions, floor = read_assumptions(), about.rules.smallest_group
    lines = queries.take_up(scope, about.window)
    drawn = fetch(lines).iloc[0]
    loans_a_declined = metrics.over(drawn["drew_count"], drawn["approved_count"]) * assumptions["take_up_ratio"]
    outcomes = queries.outcomes(
        scope, about.window, about.today, about.proposed, group, floor, assumptions.reject_factors, loans_a_declined
    )
    sums = fetch(outcomes)
    _need_groups(sums, int(drawn["decided_count"]), floor)
    return Answer("groups.bad", metrics.bad(sums, about.rules.few), (*about.questions, lines, outcomes))


def within_score(
    scope: Scope,
    fetch: Fetch,
    group: Group = "gender",
    maturity_months: int = MATURITY_MONTHS,
    draft: str = "",
    **thresholds: float,
) -> Answer:
    """Return the approval rate of each group among applicants of like score; parameters as :func:`approval`.

    Returns
    -------
    Answer
        See :func:`jiebei_dash.metrics.within_score.within_score`; a cell of fewer persons than the floor is absent.

    Raises
    ------
    NotAllowed, BookLacks, BadArgument, FairRulesInvalid, EmptyScope, GroupsTooSmall
    """
    scope.need("decision_features")
    about = asked(scope, fetch, maturity_months, 0, thresholds, draft)
    floor = about.rules.smallest_group
    by_score = queries.approvals_by_score(scope, about.window, about.today, about.proposed, group, floor)
    lines = queries.take_up(scope, about.window)
    counts = fetch(by_score)
    _need_groups(counts, int(fetch(lines)["decided_count"].iloc[0]), floor)
    frame = by_score_metrics.within_score(counts, queries.SCORE_BANDS, about.rules.few)
    return Answer("groups.within_score", frame, (*about.questions, lines, by_score))


def _need_groups(groups: pd.DataFrame, decided: int, floor: int) -> None:
    if not decided:
        raise EmptyScope()
    if groups.empty:
        raise GroupsTooSmall(floor=floor)
