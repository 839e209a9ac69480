"""Two policies on one population: what is asked once, kept, and counted for every view of the lab."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import pandas as pd

from jiebei_dash import late
from jiebei_dash.assumptions import Assumptions, read_assumptions
from jiebei_dash.book.engine import Answer, Fetch, Question
from jiebei_dash.book.grid import grid
from jiebei_dash.book.notation import completed, draft_of
from jiebei_dash.book.policy import Policy, declining_rule, make_policy, stored_policy
from jiebei_dash.book.scope import DIMENSION_KEYS, Scope
from jiebei_dash.errors import BadArgument, EmptyScope
from jiebei_dash.features import FEATURE_KEYS
from jiebei_dash.metrics import trade_off as trade_offs
from jiebei_dash.metrics import what_if as metrics
from jiebei_dash.queries import lab, live
from jiebei_dash.queries import what_if as queries
from jiebei_dash.queries.what_if import Window
from jiebei_dash.unit_costs import UnitCosts, read_unit_costs

WINDOW_MONTHS = queries.WINDOW_MONTHS
MATURITY_MONTHS = 8
"""Six months on book, and two in which a line that was granted is drawn."""
MATURITIES_MONTHS: tuple[int, ...] = (7, 8, 9, 12)
WINDOWS_MONTHS: tuple[int, ...] = (6, 12, 24, 36)
METHODS: tuple[str, ...] = ("parcelling", "model_pd", "fuzzy", "reweighting", "observed_only")
METHOD = "parcelling"
NEEDS: tuple[str, ...] = ("declined_applicants", "decision_features", "amounts")
# Compiled loops: their compiler takes a second to import.
BENCH = "jiebei_dash.lab.trying:bench"

Keep = Callable[[Question, str, Callable[[], Any]], Any]
"""Holds what is made once of a question's rows: the question, what else it depends on, and how it is made."""


def make_anew(question: Question, also: str, make: Callable[[], Any]) -> Any:
    """Keep nothing."""
    return make()


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
        Both policies.
    assumptions, costs
        What was taken on trust.
    bench
        The population with today's policy on it: a ``lab.trying.Bench``.
    tried
        Sums of both: a ``lab.trying.Tried``.
    questions
        Everything asked so far.
    """

    scope: Scope
    window: Window
    policy_version: str
    today: Policy
    proposed: Policy
    assumptions: Assumptions
    costs: UnitCosts
    bench: Any
    tried: Any
    questions: tuple[Question, ...]

    @property
    def loans_a_declined(self) -> float:
        """Return the loans that one person declined then would become."""
        return metrics.take_up_rate(self.tried.today) * float(self.bench.loan_weight)

    @cached_property
    def both(self) -> pd.DataFrame:
        """Return what both policies do, a row each."""
        found = metrics.consequences(*self._sums, self.bench.loan_weight, self.assumptions, self.costs)
        found["referred_count"] = [self.bench.referred(policy) for policy in (self.today, self.proposed)]
        cut = self.bench.cut(self.proposed)
        found["cut_line_count"], found["cut_rate_count"] = [0, cut[0]], [0, cut[1]]
        return found

    @property
    def _sums(self) -> tuple[pd.DataFrame, pd.DataFrame]:
        return self.tried.today, self.tried.proposed

    def consequences(self) -> Answer:
        """Return what both policies do; see ``what_if.consequences``."""
        return Answer("what_if.consequences", self.both, self.questions)

    def differences(self) -> Answer:
        """Return by how much the proposal differs; see ``what_if.differences``."""
        frame = metrics.differences(*self._sums, self.bench.loan_weight, self.assumptions, self.costs)
        return Answer("what_if.differences", frame, self.questions)

    def swap_set(self) -> Answer:
        """Return who is swapped; see ``what_if.swap_set``."""
        return Answer("what_if.swap_set", metrics.swap_set(*self._sums), self.questions)

    def by_segment(self, by: str) -> Answer:
        """Return both policies by segment; see ``what_if.by_segment``."""
        if by not in DIMENSION_KEYS:
            raise BadArgument(name="by", value=by, allowed=", ".join(DIMENSION_KEYS))
        tried, codes = self.bench.by_segment(self.proposed, by)
        frame = metrics.by_segment(
            tried.today, tried.proposed, codes, self.bench.loan_weight, self.assumptions, self.costs
        )
        return Answer("what_if.by_segment", frame.rename(columns={"segment": by}), self.questions)

    def trade_off(self, rule_key: str) -> Answer:
        """Return approval against bad rate along one rule; see ``what_if.trade_off``."""
        rule = declining_rule(rule_key)
        marked = (self.today[rule_key], self.proposed[rule_key])
        swept = self.bench.along(self.proposed, rule_key)
        frame = trade_offs.trade_off(
            swept, grid(rule), self.both, marked, self.loans_a_declined, self.assumptions, self.costs
        )
        return Answer("what_if.trade_off", frame, self.questions)

    def moved_cases(self, fetch: Fetch, most: int) -> Answer:
        """Return applications that the proposal lets in or keeps out; see ``what_if.moved_cases``."""
        moved = metrics.swap_set(*self._sums).set_index("cell")["decided_count"]
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
    policy = completed(stored_policy(str(found["rules_json"].iloc[0])))
    return str(found["policy_version"].iloc[0]), policy, question


def replay(
    scope: Scope,
    fetch: Fetch,
    maturity_months: int,
    thresholds: Mapping[str, float],
    draft: str = "",
    method: str = METHOD,
    window_months: int = WINDOW_MONTHS,
    keep: Keep = make_anew,
) -> Replay:
    """Replay today's policy and a proposed one.

    Parameters
    ----------
    scope, fetch
        Whose applications, and how a question is answered.
    maturity_months
        Months between the last submission and the as-of month; at least 6, or no outcome is known.
    thresholds
        What the proposal changes, by rule key.
    draft
        A whole policy as canonical JSON, changed by the thresholds; empty is today's.
    method
        How the declined are inferred: one of ``METHODS``.
    window_months
        Months of submission.
    keep
        Holds the population for the next question.

    Raises
    ------
    BookLacks
        The book has no declined applicants, no inputs of decisions or no amounts.
    BadArgument
        An unknown rule or way of inferring, or a threshold, window or maturity out of range.
    PolicyInvalid
        The draft is no policy.
    EmptyScope
        Nobody was decided in the window.
    """
    scope.need(*NEEDS)
    if not queries.BAD_BY_MOB <= maturity_months <= 36:
        raise BadArgument(name="maturity_months", value=maturity_months, allowed=f"{queries.BAD_BY_MOB} - 36")
    if not 1 <= window_months <= 120:
        raise BadArgument(name="window_months", value=window_months, allowed="1 - 120")
    if method not in METHODS:
        raise BadArgument(name="method", value=method, allowed=", ".join(METHODS))
    assumptions, costs = read_assumptions(), read_unit_costs()
    window = queries.window_of(scope, maturity_months, window_months)
    version, today, asked_policy = policy_today(scope, fetch)
    proposed = draft_of(today, draft, thresholds)
    asked = lab.decisions(scope, window, is_ordered=False)
    trusted = [(line.key, line.value) for line in assumptions.lines]

    def make() -> Any:
        return late.function(BENCH)(asked.key, fetch(asked), today, assumptions, method, scope.as_of_month)

    bench = keep(asked, f"{today.json()} {method} {trusted}", make)
    if len(bench.people) == 0:
        raise EmptyScope()
    tried = bench.tried(proposed)
    return Replay(scope, window, version, today, proposed, assumptions, costs, bench, tried, (asked_policy, asked))
