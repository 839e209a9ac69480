"""What a policy does with every decision of a population: who fails which rule, and the tables of sums."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from jiebei_dash.book.grid import GRID_RULES, grid
from jiebei_dash.book.policy import Policy, SegmentThreshold
from jiebei_dash.book.rules import Rule
from jiebei_dash.book.scope import DIMENSIONS
from jiebei_dash.lab import passes
from jiebei_dash.lab.offering import Offer
from jiebei_dash.lab.population import REPLICATES, Bytes, Floats, Population
from jiebei_dash.terms import LAB_MEASURES, LOAN_OUTCOMES, SWAP_CELLS

SMALLEST_PART = 200_000
"""Rows below which a second thread costs more than it saves."""
THREADS = 2
_OF_EVERYBODY = 3
"""The first measures are added up of everybody, also of whom neither policy approves."""
NOBODY = np.zeros(0, np.uint16)


def fails(people: Population, policy: Policy) -> Bytes:
    """Return which declining rules each decision fails, a bit a rule in the order of ``GRID_RULES``."""
    segment, places = _segments(people, policy)
    steps, need = people.steps, np.zeros((len(GRID_RULES), len(places)), np.uint8)
    for number, rule in enumerate(GRID_RULES):
        thresholds = [_threshold_in(policy, rule, place) for place in places]
        if set(thresholds) <= set(grid(rule)):
            need[number] = [grid(rule).index(threshold) for threshold in thresholds]
            continue
        # Between two steps of the slider: compared with the input itself.
        if steps is people.steps:
            steps = steps.copy()
        limits = np.array(thresholds)[segment] if len(segment) else thresholds[0]
        value = people.inputs[rule.column]
        with np.errstate(invalid="ignore"):
            steps[:, number] = ~(value < limits if rule.keeps == "at_least" else value > limits)
    bits = np.zeros(len(people), np.uint8)
    in_parts(len(people), lambda start, end: passes.fail_bits(steps, segment, need, bits, start, end))
    return bits


@dataclass(frozen=True)
class Sums:
    """Sums of whoever passes.

    Parameters
    ----------
    values
        Groups by cells of ``terms.SWAP_CELLS`` by ``terms.LOAN_OUTCOMES`` by ``terms.LAB_MEASURES``.
    """

    values: Floats

    @classmethod
    def looked_up(cls, passed: Floats, everybody: Floats) -> Sums:
        """Return the sums of a move of one rule, from sums along it.

        Parameters
        ----------
        passed
            Of those who pass the moved policy: replicates by today (fails, passes) by outcomes by measures.
        everybody
            Sums of today's policy against itself: ``values`` of a :func:`add_up`.
        """
        values = np.zeros_like(everybody)
        kept, declined = SWAP_CELLS.index("KEPT"), SWAP_CELLS.index("DECLINED")
        values[:, kept] = passed[:, 1]
        values[:, SWAP_CELLS.index("SWAPPED_IN")] = passed[:, 0]
        values[:, SWAP_CELLS.index("SWAPPED_OUT")] = everybody[:, kept] - passed[:, 1]
        values[:, declined, :, :_OF_EVERYBODY] = (everybody[:, declined] - passed[:, 0])[..., :_OF_EVERYBODY]
        # Nobody leaves the dust of a difference behind.
        values[values[..., 0] == 0] = 0.0
        return cls(values)

    def frame(self) -> pd.DataFrame:
        """Return them as a frame: ``group``, ``cell``, ``outcome`` and a column a measure."""
        groups, cells, outcomes, _ = self.values.shape
        index = pd.MultiIndex.from_product(
            [range(groups), SWAP_CELLS[:cells], LOAN_OUTCOMES[:outcomes]], names=["group", "cell", "outcome"]
        )
        return pd.DataFrame(self.values.reshape(-1, len(LAB_MEASURES)), index, list(LAB_MEASURES)).reset_index()


def add_up(
    people: Population,
    today: Bytes,
    proposed: Bytes,
    offer: Offer,
    group: Bytes | None = None,
    groups: int = REPLICATES,
) -> Sums:
    """Return the sums of two policies on a population, by part of it.

    Parameters
    ----------
    people
        The population.
    today, proposed
        Of :func:`fails`.
    offer
        What is offered, and how bad it turns out.
    group
        Part of the population that each decision is in; None is the replicates.
    groups
        How many parts there are.
    """
    parts = people.replicate if group is None else group

    def add(start: int, end: int) -> Floats:
        table = np.zeros((groups, len(SWAP_CELLS), len(LOAN_OUTCOMES), len(LAB_MEASURES)))
        passes.add_up(
            today, proposed, parts, people.outcome, people.requested_fen, people.pd_rate, offer.drawn, offer.bad,
            offer.limit_fen, offer.rate, table, start, end,
        )  # fmt: skip
        return table

    return Sums(np.sum(in_parts(len(people), add), axis=0))


def add_along(people: Population, policy: Policy, bits: Bytes, today: Bytes, rule: Rule, offer: Offer) -> Floats:
    """Return sums by the step of one rule, of whoever passes all others.

    Returns
    -------
    ndarray
        Replicates by steps by today (fails, passes) by ``terms.LOAN_OUTCOMES`` by ``terms.LAB_MEASURES``. Whoever has
        more than ``n`` steps passes threshold ``n`` of the grid; a policy with other thresholds of this rule in some
        segments is swept by its base threshold, so those segments stand still.
    """
    number = GRID_RULES.index(rule)
    own = [each for each in policy.exceptions if each.rule_key == rule.key]
    steps = people.step_columns[number]
    if own:
        # In a segment with its own threshold the slider moves nobody: all or nothing.
        held = inside(people, own)
        steps = np.where(held, np.where((bits >> number) & 1, 0, len(grid(rule))), steps).astype(np.uint8)

    def add(start: int, end: int) -> Floats:
        table = np.zeros((REPLICATES, len(grid(rule)) + 1, 2, len(LOAN_OUTCOMES), len(LAB_MEASURES)))
        passes.add_along(
            bits, number, steps, today, people.replicate, people.outcome, people.requested_fen, people.pd_rate,
            offer.drawn, offer.bad, offer.limit_fen, offer.rate, table, start, end,
        )  # fmt: skip
        return table

    return np.asarray(np.sum(in_parts(len(people), add), axis=0))


def add_bits(people: Population, bits: Bytes, offer: Offer) -> Floats:
    """Return sums by the set of rules that are failed: 256 by outcomes by ``terms.LAB_MEASURES``."""

    def add(start: int, end: int) -> Floats:
        table = np.zeros((256, len(LOAN_OUTCOMES), len(LAB_MEASURES)))
        passes.add_bits(bits, people.outcome, offer.bad, offer.limit_fen, offer.rate, table, start, end)
        return table

    return np.asarray(np.sum(in_parts(len(people), add), axis=0))


@cache
def _pool() -> ThreadPoolExecutor:
    return ThreadPoolExecutor(THREADS, "lab")


def in_parts(count: int, add: Callable[[int, int], Any]) -> list[Any]:
    """Return what a loop gives for each half, in two threads, since the loops run without the interpreter's lock."""
    if count < SMALLEST_PART:
        return [add(0, count)]
    edges = [count * part // THREADS for part in range(THREADS + 1)]
    return list(_pool().map(add, edges[:-1], edges[1:]))


def _threshold_in(policy: Policy, rule: Rule, place: dict[str, str | int]) -> float:
    own = (each for each in policy.exceptions if each.rule_key == rule.key and place.get(each.dimension) == each.code)
    return next((each.threshold for each in own), policy[rule.key])


def _segments(people: Population, policy: Policy) -> tuple[NDArray[np.uint16], list[dict[str, str | int]]]:
    """The segments that a policy tells apart: a number for each decision, and what each number stands for."""
    used = [each for each in DIMENSIONS if any(own.dimension == each.key for own in policy.exceptions)]
    places: list[dict[str, str | int]] = [{}]
    if not used:
        return NOBODY, places
    segment = np.zeros(len(people), np.uint16)
    for dimension in used:
        width = len(dimension.codes) + 1
        segment = (segment * width + people.segments[dimension.key]).astype(np.uint16)
        codes = [*dimension.codes, ""]
        places = [{**place, dimension.key: code} for place in places for code in codes]
    return segment, places


def inside(people: Population, own: Sequence[SegmentThreshold]) -> NDArray[np.bool_]:
    """Return who is in a segment with a threshold of its own."""
    found = np.zeros(len(people), np.bool_)
    codes = {dimension.key: list(dimension.codes) for dimension in DIMENSIONS}
    for each in own:
        found |= people.segments[each.dimension] == codes[each.dimension].index(each.code)
    return found
