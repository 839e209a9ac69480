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
from jiebei_dash.book.policy import Policy
from jiebei_dash.book.rules import BY_KEY
from jiebei_dash.book.scope import DIMENSIONS, month_plus
from jiebei_dash.lab.deciding import add_along, add_bits, add_up, fails
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
    _along: OrderedDict[tuple[str, str], Floats] = field(default_factory=OrderedDict, compare=False, repr=False)
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

    def bits(self, policy: Policy) -> Bytes:
        """Return which declining rules each decision fails under a policy."""
        return self._kept(self._bits, policy.json(), lambda: fails(self.people, policy))

    def tried(self, draft: Policy, group: Bytes | None = None, groups: int = 0) -> Tried:
        """Return a draft beside today's policy, by parts of the population or by the replicates."""
        today, proposed = self.bits(self.policy), self.bits(draft)
        parts = {} if group is None else {"group": group, "groups": groups}
        was = add_up(self.people, today, proposed, self.offer_today, **parts)  # type: ignore[arg-type]
        if _offers_alike(self.policy, draft):
            return Tried(was.frame(), was.frame())
        return Tried(was.frame(), add_up(self.people, today, proposed, self.offer(draft), **parts).frame())  # type: ignore[arg-type]

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
        """Return sums by the step of one rule of whoever passes all others: ``step``, ``outcome``, measures.

        A move of that rule alone then costs the sum of some of these rows.
        """
        rule = BY_KEY[rule_key]
        others = draft.changed({rule_key: rule.loosest})
        key = (others.json(), rule_key)
        table = self._kept(
            self._along,
            key,
            lambda: add_along(self.people, draft, self.bits(draft), rule, self.offer(draft)),
        )
        index = pd.MultiIndex.from_product([range(len(table)), LOAN_OUTCOMES], names=["step", "outcome"])
        return pd.DataFrame(table.reshape(-1, len(LAB_MEASURES)), index, list(LAB_MEASURES)).reset_index()

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


def _offers_alike(one: Policy, other: Policy) -> bool:
    return (one.limits, one.prices, one["amount_cap"]) == (other.limits, other.prices, other["amount_cap"])
