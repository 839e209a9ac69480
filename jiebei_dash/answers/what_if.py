"""What if a threshold moved: today's policy and a proposed one on the same applications."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

import pandas as pd

from jiebei_dash.assumptions import Assumptions, read_assumptions
from jiebei_dash.book.engine import Answer, Fetch, Question
from jiebei_dash.book.grid import grid
from jiebei_dash.book.policy import RULES, Policy, declining_rule, make_policy, stored_policy
from jiebei_dash.book.scope import Scope
from jiebei_dash.errors import BadArgument, EmptyScope
from jiebei_dash.features import FEATURE_KEYS
from jiebei_dash.metrics import trade_off as trade_offs
from jiebei_dash.metrics import what_if as metrics
from jiebei_dash.queries import live
from jiebei_dash.queries import what_if as queries
from jiebei_dash.queries.what_if import Window

MATURITY_MONTHS = 8
"""Six months on book, and two in which a line that was granted is drawn."""
MATURITIES_MONTHS: tuple[int, ...] = (7, 8, 9, 12)
NEEDS: tuple[str, ...] = ("declined_applicants", "decision_features", "amounts")


@dataclass(frozen=True)
class Replay:
    """Two policies on one population, counted.

    Parameters
    ----------
    scope
        Whose applications.
    window
        Months of submission, and how far loans have matured.
    policy_version
        Name of the policy live at the as-of month; empty if the book holds none.
    today, proposed
        Thresholds of both.
    assumptions
        What was taken on trust.
    sums
        See :func:`jiebei_dash.queries.what_if.replayed`.
    questions
        Everything asked so far.
    """

    scope: Scope
    window: Window
    policy_version: str
    today: Policy
    proposed: Policy
    assumptions: Assumptions
    sums: pd.DataFrame
    questions: tuple[Question, ...]

    @property
    def loans_a_declined(self) -> float:
        """Return the loans that one person declined then would become."""
        return metrics.take_up_rate(self.sums) * self.assumptions["take_up_ratio"]

    @cached_property
    def both(self) -> pd.DataFrame:
        """Return what both policies do, a row each."""
        return metrics.consequences(self.sums, self.assumptions)

    def consequences(self) -> Answer:
        """Return what both policies do; see :func:`consequences`."""
        return Answer("what_if.consequences", self.both, self.questions)

    def swap_set(self) -> Answer:
        """Return who is swapped; see :func:`swap_set`."""
        return Answer("what_if.swap_set", metrics.swap_set(self.sums), self.questions)

    def trade_off(self, fetch: Fetch, rule_key: str) -> Answer:
        """Return approval against bad rate along one rule; see :func:`trade_off`."""
        rule = declining_rule(rule_key)
        marked = (self.today[rule_key], self.proposed[rule_key])
        steps = sorted({*grid(rule), *marked}, reverse=rule.keeps == "at_most")
        asked = queries.by_threshold(
            self.scope, self.window, self.proposed, rule, steps, self.assumptions.reject_factors
        )
        frame = trade_offs.trade_off(fetch(asked), steps, self.both, marked, self.loans_a_declined)
        return Answer("what_if.trade_off", frame, (*self.questions, asked))

    def moved_cases(self, fetch: Fetch, most: int) -> Answer:
        """Return applications that the proposal lets in or keeps out; see :func:`moved_cases`."""
        moved = metrics.swap_set(self.sums).set_index("cell")["decided_count"]
        # Nobody is looked for where nobody moves.
        sides: tuple[tuple[queries.Side, str], ...] = (("IN", "SWAPPED_IN"), ("OUT", "SWAPPED_OUT"))
        asked = {
            side: queries.moved_cases(self.scope, self.window, self.today, self.proposed, side, most // 2)
            for side, cell in sides
            if moved[cell] > 0
        }
        columns = [*queries.SHOWN, *FEATURE_KEYS, "side"]
        if not asked:
            return Answer("what_if.moved_cases", pd.DataFrame(columns=columns), self.questions)
        cases = pd.concat([fetch(each).assign(side=side) for side, each in asked.items()], ignore_index=True)
        months = sorted({moment.date() for moment in cases["submitted_month"]})
        others = queries.moved_inputs(self.scope, cases["decision_id"].to_list(), months)
        frame = cases.merge(fetch(others), on="decision_id", how="left", validate="one_to_one")[columns]
        return Answer("what_if.moved_cases", frame, (*self.questions, *asked.values(), others))


def policy_today(scope: Scope, fetch: Fetch) -> tuple[str, Policy, Question]:
    """Return the policy live at the end of the as-of month: its version, its thresholds, and the question.

    A rule that was not in force stands at its loosest; a book without policies has the house's thresholds.
    """
    question = live.policy(scope)
    found = fetch(question)
    if found.empty:
        return "", make_policy({}), question
    loosest = {rule.key: rule.low if rule.keeps == "at_least" else rule.high for rule in RULES}
    in_force = dict(stored_policy(str(found["rules_json"].iloc[0])).thresholds)
    policy = Policy(tuple((key, in_force.get(key, value)) for key, value in loosest.items()))
    return str(found["policy_version"].iloc[0]), policy, question


def replay(scope: Scope, fetch: Fetch, maturity_months: int, thresholds: Mapping[str, float]) -> Replay:
    """Replay today's policy and a proposed one.

    Parameters
    ----------
    scope, fetch
        Whose applications, and how a question is answered.
    maturity_months
        Months between the last submission and the as-of month; at least 6, or no outcome is known.
    thresholds
        What the proposal changes, by rule key.

    Raises
    ------
    BookLacks
        The book has no declined applicants, no inputs of decisions or no amounts.
    BadArgument
        An unknown rule, or a threshold or maturity out of range.
    EmptyScope
        Nobody was decided in the window.
    """
    scope.need(*NEEDS)
    if not queries.BAD_BY_MOB <= maturity_months <= 36:
        raise BadArgument(name="maturity_months", value=maturity_months, allowed=f"{queries.BAD_BY_MOB} - 36")
    assumptions = read_assumptions()
    window = queries.window_of(scope, maturity_months)
    version, today, asked_policy = policy_today(scope, fetch)
    proposed = today.changed(thresholds) if thresholds else today
    asked_limits = queries.limits_granted(scope, window)
    granted = fetch(asked_limits).iloc[0]
    share = float(granted["limit_fen"]) / float(granted["requested_fen"]) if granted["requested_fen"] > 0 else None
    asked = queries.replayed(scope, window, today, proposed, share, assumptions.reject_factors)
    sums = fetch(asked)
    if sums.empty:
        raise EmptyScope()
    return Replay(scope, window, version, today, proposed, assumptions, sums, (asked_policy, asked_limits, asked))


def consequences(scope: Scope, fetch: Fetch, maturity_months: int = MATURITY_MONTHS, **thresholds: float) -> Answer:
    """Return what today's policy and the proposed one do: approvals, volume, bad rate, loss, margin.

    Parameters
    ----------
    scope, fetch
        Whose applications, and how a question is answered.
    maturity_months
        Months between the last submission and the as-of month.
    **thresholds
        What the proposal changes, by rule key, in the rule's unit.

    Returns
    -------
    Answer
        See :func:`jiebei_dash.metrics.what_if.consequences`: a row for today, a row for the proposal.
    """
    return replay(scope, fetch, maturity_months, thresholds).consequences()


def swap_set(scope: Scope, fetch: Fetch, maturity_months: int = MATURITY_MONTHS, **thresholds: float) -> Answer:
    """Return who is kept, swapped out, swapped in, and declined by both; parameters as :func:`consequences`.

    Returns
    -------
    Answer
        See :func:`jiebei_dash.metrics.what_if.swap_set`: four rows.
    """
    return replay(scope, fetch, maturity_months, thresholds).swap_set()


def trade_off(
    scope: Scope,
    fetch: Fetch,
    rule_key: str = "score_floor",
    maturity_months: int = MATURITY_MONTHS,
    **thresholds: float,
) -> Answer:
    """Return approval against bad rate along one rule, all other rules as proposed.

    Parameters
    ----------
    rule_key
        The declining rule that is swept.

    Returns
    -------
    Answer
        See :func:`jiebei_dash.metrics.trade_off.trade_off`.
    """
    declining_rule(rule_key)
    return replay(scope, fetch, maturity_months, thresholds).trade_off(fetch, rule_key)


def moved_cases(
    scope: Scope, fetch: Fetch, maturity_months: int = MATURITY_MONTHS, most: int = 200, **thresholds: float
) -> Answer:
    """Return applications that the proposal lets in or keeps out, with the inputs of their decision.

    Parameters
    ----------
    most
        Upper bound on the rows; half for each side.

    Returns
    -------
    Answer
        One row a decision: ``side`` (IN, OUT), ``decision_id``, ``submitted_month``, ``score_points`` and ``pd_rate``
        as stored, ``requested_fen``, and every model input.
    """
    return replay(scope, fetch, maturity_months, thresholds).moved_cases(fetch, most)
