"""The bench on which drafts are tried: a population, today's policy on it, and how bad each loan is taken to be."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cached_property
from threading import Lock
from typing import TypeVar

import numpy as np
import pandas as pd

from jiebei_dash.assumptions import Assumptions
from jiebei_dash.book.grid import GRID_RULES, grid
from jiebei_dash.book.policy import Policy
from jiebei_dash.book.rules import BY_KEY, Rule
from jiebei_dash.book.scope import DIMENSIONS, month_plus
from jiebei_dash.lab.deciding import Sums, add_along, add_bits, add_up, fails
from jiebei_dash.lab.inference import Guess, Method, guess
from jiebei_dash.lab.offering import LegalCaps, Offer, legal_on, offer
from jiebei_dash.lab.population import Bytes, Floats, Population, population
from jiebei_dash.terms import LAB_MEASURES, LOAN_OUTCOMES

K = TypeVar("K")
V = TypeVar("V")

_KEPT_POLICIES = 8


@dataclass(frozen=True)
class Tried:
    """A draft beside today's policy on one population.

    Parameters
    ----------
    today, proposed
        Sums at the offers of each: ``group``, ``cell``, ``outcome`` and a column for each of ``terms.LAB_MEASURES``.
    """

    today: pd.DataFrame
    proposed: pd.DataFrame


@dataclass(frozen=True)
class Bench:
    """Where drafts are tried; what has been worked out for a policy is kept for the next question.

    Parameters
    ----------
    people
        The population.
    policy
        Today's.
    assumptions
        What is taken on trust.
    legal
        What the law allows.
    method
        How the declined are inferred.
    """

    people: Population
    policy: Policy
    assumptions: Assumptions
    legal: LegalCaps
    method: Method
    _bits: OrderedDict[str, Bytes] = field(default_factory=OrderedDict, compare=False, repr=False)
    _ways: OrderedDict[str, Bench] = field(default_factory=OrderedDict, compare=False, repr=False)
    _passed: OrderedDict[tuple[str, str], Floats] = field(default_factory=OrderedDict, compare=False, repr=False)
    _lock: Lock = field(default_factory=Lock, compare=False, repr=False)

    @cached_property
    def guess(self) -> Guess:
        """Return how bad each loan is taken to be."""
        return guess(self.people, self.method, self.assumptions.reject_factors)

    @cached_property
    def offer_today(self) -> Offer:
        """Return what today's policy offers."""
        return self.offer(self.policy)

    def by_method(self, method: Method) -> Bench:
        """Return the same population with the declined inferred in another way; who fails which rule is shared."""
        if method == self.method:
            return self
        return self._kept(
            self._ways,
            method,
            lambda: Bench(
                self.people, self.policy, self.assumptions, self.legal, method, _bits=self._bits, _lock=self._lock
            ),
        )

    @property
    def loan_weight(self) -> float:
        """Return the take-up of the newly approved over that of the approved then; 0 if nobody is inferred."""
        return 0.0 if self.method == "observed_only" else self.assumptions["take_up_ratio"]

    def offer(self, policy: Policy) -> Offer:
        """Return what a policy offers."""
        return offer(self.people, policy, self.guess, self.assumptions, self.legal)

    def under(self, legal: LegalCaps) -> Bench:
        """Return this bench under another law."""
        if legal == self.legal:
            return self
        other = Bench(self.people, self.policy, self.assumptions, legal, self.method)
        # What is inferred does not depend on the law, and takes longest.
        other.__dict__["guess"] = self.guess
        return other

    def bits(self, policy: Policy) -> Bytes:
        """Return which declining rules each decision fails under a policy."""
        return self._kept(self._bits, policy.json(), lambda: fails(self.people, policy))

    def tried(self, draft: Policy, group: Bytes | None = None, groups: int = 0) -> Tried:
        """Return a draft beside today's policy, by parts of the population or by the replicates.

        A draft that moves one rule of one whose sums along that rule are at hand is looked up.
        """
        if group is None and (found := self._looked_up(draft)) is not None:
            return Tried(found, found)
        today, proposed = self.bits(self.policy), self.bits(draft)
        if group is None:
            was = add_up(self.people, today, proposed, self.offer_today)
        else:
            was = add_up(self.people, today, proposed, self.offer_today, group, groups)
        if _offers_alike(self.policy, draft):
            return Tried(was.frame(), was.frame())
        offered = self.offer(draft)
        if group is None:
            return Tried(was.frame(), add_up(self.people, today, proposed, offered).frame())
        return Tried(was.frame(), add_up(self.people, today, proposed, offered, group, groups).frame())

    def _looked_up(self, draft: Policy) -> pd.DataFrame | None:
        if not _offers_alike(self.policy, draft):
            return None
        for rule in GRID_RULES:
            if draft[rule.key] not in grid(rule):
                continue
            key = (_without(draft, rule), rule.key)
            with self._lock:
                passed = self._passed.get(key)
            if passed is not None:
                return Sums.looked_up(passed[grid(rule).index(draft[rule.key])], self._today.values).frame()
        return None

    @cached_property
    def _today(self) -> Sums:
        """Today's policy against itself: everybody, by whether it approves them."""
        today = self.bits(self.policy)
        return add_up(self.people, today, today, self.offer_today)

    def declined(self, draft: Policy) -> pd.DataFrame:
        """Return sums of whom both policies decline, as if the draft approved them: all in the first cell."""
        both = (self.bits(self.policy) != 0) & (self.bits(draft) != 0)
        let_in = np.where(both, 0, 1).astype(np.uint8)
        return add_up(self.people, let_in, let_in, self.offer(draft)).frame()

    def by_segment(self, draft: Policy, dimension: str) -> tuple[Tried, list[str]]:
        """Return a draft beside today's policy by the codes of a dimension, and the codes."""
        codes = [str(code) for each in DIMENSIONS if each.key == dimension for code in each.codes]
        return self.tried(draft, self.people.segments[dimension], len(codes) + 1), [*codes, "NA"]

    def along(self, draft: Policy, rule_key: str) -> pd.DataFrame:
        """Return sums of whoever passes, by the threshold of one rule, all others as in the draft.

        Returns
        -------
        DataFrame
            ``step`` (place of the threshold in the rule's grid, from the loosest), ``outcome``, and the measures of
            whoever passes that threshold. A later move of that rule alone is looked up in what is kept of it.
        """
        rule = BY_KEY[rule_key]
        passed = self._kept(self._passed, (_without(draft, rule), rule_key), lambda: self._swept(draft, rule))
        table = passed.sum(axis=(1, 2))
        index = pd.MultiIndex.from_product([range(len(table)), LOAN_OUTCOMES], names=["step", "outcome"])
        return pd.DataFrame(table.reshape(-1, len(LAB_MEASURES)), index, list(LAB_MEASURES)).reset_index()

    def _swept(self, draft: Policy, rule: Rule) -> Floats:
        """Whoever passes each threshold: thresholds by replicates by today by outcomes by measures."""
        table = add_along(self.people, draft, self.bits(draft), self.bits(self.policy), rule, self.offer(draft))
        passed = table[:, ::-1].cumsum(axis=1)[:, ::-1][:, 1:]
        return np.ascontiguousarray(passed.swapaxes(0, 1))

    def by_hits(self, draft: Policy) -> Floats:
        """Return sums by the set of rules failed: 256 by outcomes by measures."""
        return add_bits(self.people, self.bits(draft), self.offer(draft))

    def referred(self, policy: Policy) -> int:
        """Return how many of whoever passes a policy are looked at by a person."""
        from_points = policy["review_band"]
        if from_points <= BY_KEY["review_band"].loosest:
            return 0
        with np.errstate(invalid="ignore"):
            inside = self.people.inputs["score_points"] < from_points
        return int(np.count_nonzero(inside & (self.bits(policy) == 0)))

    def cut(self, policy: Policy) -> tuple[int, int]:
        """Return how many of whoever passes a policy have their line, and their price, cut by a legal cap."""
        offered, passes = self.offer(policy), self.bits(policy) == 0
        line, rate = (
            np.count_nonzero(each & passes) if len(each) else 0 for each in (offered.cut_line, offered.cut_rate)
        )
        return int(line), int(rate)

    def _kept(self, store: OrderedDict[K, V], key: K, make: Callable[[], V]) -> V:
        with self._lock:
            if key in store:
                store.move_to_end(key)
                return store[key]
        made = make()
        with self._lock:
            store[key] = made
            while len(store) > _KEPT_POLICIES:
                store.popitem(last=False)
        return made


def bench(
    key: str, rows: pd.DataFrame, policy: Policy, assumptions: Assumptions, method: Method, as_of_month: date
) -> Bench:
    """Return the bench for the rows of a question.

    Parameters
    ----------
    key
        Of the question.
    rows
        Of ``queries.lab.decisions``.
    policy, assumptions, method
        As for :class:`Bench`.
    as_of_month
        The law is that of the day after it.
    """
    people = population(key, rows)
    if len(people) and np.isnan(people.rate).any():
        # A book without prices earns what is assumed; the collected share is in it already.
        people = replace(
            people, rate=np.full(len(people), assumptions["yield"] / assumptions["collected_share"], np.float32)
        )
    return Bench(people, policy, assumptions, legal_on(month_plus(as_of_month, 1)), method)


def _without(draft: Policy, rule: Rule) -> str:
    """All that a draft says but for the base threshold of one rule."""
    return draft.changed({rule.key: rule.loosest}).json()


def _offers_alike(one: Policy, other: Policy) -> bool:
    return (one.limits, one.prices, one["amount_cap"]) == (other.limits, other.prices, other["amount_cap"])
