"""The thresholds of some rules as a problem: what any choice of them approves, and what it is worth."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from jiebei_dash.book.grid import GRID_RULES, grid
from jiebei_dash.book.policy import Policy
from jiebei_dash.book.rules import BY_KEY, Rule
from jiebei_dash.lab import moving
from jiebei_dash.lab.deciding import in_parts, inside
from jiebei_dash.lab.population import Bytes, Floats, Population
from jiebei_dash.lab.trying import Bench

SUMS: tuple[str, ...] = ("approved_count", "loan_count", "bad_count", "margin_fen", "drawn_fen", "own_fen")
"""What is added up of the approved: bads are central ones, own is the drawn part of the own book."""
APPROVED, LOANS, BADS, MARGIN, DRAWN, OWN = range(len(SUMS))
EXACT_UP_TO = 200_000
"""Decisions up to which values keep all their digits; more are held in half the memory."""


@dataclass(frozen=True)
class Worth:
    """What an approved person is worth, by outcome: linear in what the lab adds up.

    Parameters
    ----------
    loan
        Loans a person.
    drawn, limit, interest, bads
        Drawn fen for each fen of line; margin for each fen of line, of line x yearly price, of line x chance of bad.
    """

    loan: Floats
    drawn: Floats
    limit: Floats
    interest: Floats
    bads: Floats


@dataclass(frozen=True)
class Problem:
    """Whoever passes the rules that stand still, by the steps that they reach on those that move.

    Parameters
    ----------
    rules
        Those that move.
    steps
        Rows by rules.
    values
        Rows by ``SUMS``.
    decided
        How many were decided, whoever fails a rule that stands still too.
    loosest
        Sums of the policy that approves the most.
    """

    rules: tuple[Rule, ...]
    steps: Bytes
    values: NDArray[Any]
    decided: int
    loosest: Floats

    def __len__(self) -> int:
        """Return how many rows there are."""
        return len(self.steps)

    @cached_property
    def sizes(self) -> tuple[int, ...]:
        """Return how many thresholds each rule has."""
        return tuple(len(grid(rule)) for rule in self.rules)

    @property
    def least_loans(self) -> float:
        """Return the fewest loans that a policy is judged by: one in a hundred of the loosest policy's."""
        return max(0.01 * float(self.loosest[LOANS]), 1e-9)

    @property
    def is_exact(self) -> bool:
        """Return whether values keep all their digits."""
        return self.values.dtype == np.float64

    def part(self, most: int) -> Problem:
        """Return the first rows, about as many as of ``most`` decisions: rows stand in the order of a hash."""
        if self.decided <= most:
            return self
        rows = len(self) * most // self.decided
        # Rows that were left out for a rule that stands still are part of the whole all the same.
        steps, values = np.ascontiguousarray(self.steps[:rows]), self.values[:rows].astype(np.float64)
        return Problem(self.rules, steps, values, most, values[np.all(steps > 0, axis=1)].sum(axis=0))

    def at(self, needs: Bytes) -> Floats:
        """Return the sums of some policies: policies by ``SUMS``."""

        def add(start: int, end: int) -> Floats:
            table = np.zeros((len(needs), len(SUMS)))
            moving.add_policies(self.steps, needs, self.values, table, start, end)
            return table

        return np.asarray(np.sum(in_parts(len(self), add), axis=0))

    def along(self, need: Bytes) -> list[Floats]:
        """Return, for each rule, the sums at each of its thresholds, all others as they stand."""

        def add(start: int, end: int) -> Floats:
            table = np.zeros((len(self.rules), max(self.sizes) + 1, len(SUMS)))
            moving.add_along(self.steps, need, self.values, table, start, end)
            return table

        table = np.sum(in_parts(len(self), add), axis=0)
        return [passed(table[number, : size + 1], 0) for number, size in enumerate(self.sizes)]

    def pairs(self, need: Bytes, half: int) -> tuple[Floats, Bytes, Sequence[tuple[int, int]]]:
        """Return the sums of moving two rules at once by up to ``half`` steps.

        Returns
        -------
        tuple
            Pairs by thresholds of the first by thresholds of the second by ``SUMS``; the first place looked at of each
            rule; which two rules a pair is. Places beyond a rule's strictest threshold repeat what nobody passes.
        """
        count, width = len(self.rules), 2 * half + 1
        lowest = np.maximum(need.astype(np.int64) - half, 0).astype(np.uint8)
        which = [(first, second) for first in range(count) for second in range(first + 1, count)]

        def add(start: int, end: int) -> Floats:
            table = np.zeros((len(which), width + 1, width + 1, len(SUMS)))
            moving.add_pairs(self.steps, need, lowest, width, self.values, table, start, end)
            return table

        table = np.sum(in_parts(len(self), add), axis=0)
        return passed(passed(table, 1), 2), lowest, which

    def crossed(self, need: Bytes, first: int, second: int) -> Floats:
        """Return the sums at every two thresholds of two rules: thresholds by thresholds by ``SUMS``."""
        shape = (self.sizes[first] + 1, self.sizes[second] + 1, len(SUMS))

        def add(start: int, end: int) -> Floats:
            table = np.zeros(shape)
            moving.add_crossed(self.steps, need, first, second, self.values, table, start, end)
            return table

        table = np.sum(in_parts(len(self), add), axis=0)
        return passed(passed(table, 0), 1)

    def need_of(self, policy: Policy) -> Bytes:
        """Return where a policy's thresholds stand; one between two steps stands at the nearest."""
        found = [int(np.argmin(np.abs(np.array(grid(rule)) - policy[rule.key]))) for rule in self.rules]
        return np.array(found, np.uint8)

    def thresholds(self, need: Bytes) -> dict[str, float]:
        """Return thresholds by rule key."""
        return {rule.key: grid(rule)[int(place)] for rule, place in zip(self.rules, need, strict=True)}


def problem(bench: Bench, start: Policy, move: Sequence[str], worth: Worth, own_share: Floats) -> Problem:
    """Return the problem of moving some rules of a policy.

    Parameters
    ----------
    bench
        The population, and what is offered.
    start
        Rules that do not move, cells and segments are its own; a segment with a threshold of its own does not move.
    move
        Keys of the rules that move.
    worth
        Of an approved person.
    own_share
        Of each decision; NaN where nobody knows, no rows where it is not asked about.
    """
    people, offered = bench.people, bench.offer(start)
    rules = tuple(BY_KEY[key] for key in move)
    moved = sum(1 << GRID_RULES.index(rule) for rule in rules)
    rows = np.flatnonzero((bench.bits(start) & np.uint8(255 ^ moved)) == 0)
    kind = np.float64 if len(people) <= EXACT_UP_TO else np.float32
    steps, values = np.empty((len(rows), len(rules)), np.uint8), np.empty((len(rows), len(SUMS)), kind)
    priced = np.column_stack([worth.loan, worth.drawn, worth.limit, worth.interest, worth.bads])
    places = np.array([GRID_RULES.index(rule) for rule in rules])

    def fill(begin: int, end: int) -> Floats:
        sums = np.zeros(len(SUMS))
        moving.value(
            rows, people.outcome, offered.limit_fen, offered.rate, offered.bad, offered.drawn, own_share, priced,
            people.steps, places, steps, values, sums, begin, end,
        )  # fmt: skip
        return sums

    loosest = np.sum(in_parts(len(rows), fill), axis=0)
    if start.exceptions:
        # Whoever stands still for a rule passes or fails it whatever is moved.
        stood = _stand_still(people, start, bench.bits(start)[rows], rules, rows, steps)
        rows_left = np.all(stood > 0, axis=1)
        steps, values = stood[rows_left], values[rows_left]
        loosest = values.sum(axis=0, dtype=np.float64)
    return Problem(rules, steps, values, len(people), loosest)


def passed(table: Floats, axis: int) -> Floats:
    """Return sums by threshold from sums by step: threshold ``n`` keeps whoever passes more than ``n``."""
    whole = np.flip(np.cumsum(np.flip(table, axis), axis), axis)
    return np.take(whole, np.arange(1, table.shape[axis]), axis)


def _stand_still(
    people: Population, start: Policy, bits: Bytes, rules: Sequence[Rule], rows: NDArray[np.int64], steps: Bytes
) -> Bytes:
    steps = steps.copy()
    for number, rule in enumerate(rules):
        own = [each for each in start.exceptions if each.rule_key == rule.key]
        if own:
            held = inside(people, own)[rows]
            stands = np.where((bits >> GRID_RULES.index(rule)) & 1, 0, len(grid(rule)))
            steps[:, number] = np.where(held, stands, steps[:, number])
    return steps
