"""Loops of the solver: sums of everybody that a move of one rule, or of two at once, would approve. Compiled.

Every loop adds into a small table that it is given, so parts of a population can be added by several threads.
"""

from __future__ import annotations

from typing import Any

import numba as nb
import numpy as np
from numpy.typing import NDArray

Bytes = NDArray[np.uint8]
Floats = NDArray[np.float64]


@nb.njit(cache=True, nogil=True)
def add_along(steps: Bytes, need: Bytes, values: NDArray[Any], table: Floats, start: int, end: int) -> None:
    """Add up values along every rule at once: whoever passes all other rules, by the step reached on each.

    Parameters
    ----------
    steps
        Rows by rules: how many thresholds are passed.
    need
        Place of each rule's threshold; whoever does not pass more than that fails.
    values
        Rows by values.
    table
        Rules by steps by values; is added to.
    start, end
        Rows.
    """
    rules, count = steps.shape[1], values.shape[1]
    for row in range(start, end):
        failed, fails = 0, 0
        for rule in range(rules):
            if steps[row, rule] <= need[rule]:
                failed = rule
                fails += 1
                if fails > 1:
                    break
        if fails > 1:
            continue
        first, last = (failed, failed + 1) if fails == 1 else (0, rules)
        for rule in range(first, last):
            place = table[rule, steps[row, rule]]
            for name in range(count):
                place[name] += values[row, name]


@nb.njit(cache=True, nogil=True)
def add_pairs(
    steps: Bytes, need: Bytes, lowest: Bytes, width: int, values: NDArray[Any], table: Floats, start: int, end: int
) -> None:
    """Add up values along every two rules at once, near where they stand: whoever passes all rules but those two.

    Parameters
    ----------
    steps, need, values, start, end
        As for :func:`add_along`.
    lowest, width
        The thresholds looked at: ``width`` of them for each rule, from the place ``lowest`` on.
    table
        Pairs (first < second, in order) by how many of the first's thresholds are passed, by those of the second, by
        values; is added to.
    """
    rules, count = steps.shape[1], values.shape[1]
    passed = np.zeros(rules, np.int64)
    for row in range(start, end):
        one, other, fails = -1, -1, 0
        for rule in range(rules):
            if steps[row, rule] <= need[rule]:
                fails += 1
                if fails > 2:
                    break
                one, other = (rule, other) if fails == 1 else (one, rule)
        if fails > 2:
            continue
        for rule in range(rules):
            passed[rule] = min(max(int(steps[row, rule]) - int(lowest[rule]), 0), width)
        pair = -1
        for first in range(rules):
            for second in range(first + 1, rules):
                pair += 1
                if fails > 0 and one != first and one != second:
                    continue
                if fails > 1 and other != first and other != second:
                    continue
                place = table[pair, passed[first], passed[second]]
                for name in range(count):
                    place[name] += values[row, name]


@nb.njit(cache=True, nogil=True)
def add_policies(steps: Bytes, needs: Bytes, values: NDArray[Any], table: Floats, start: int, end: int) -> None:
    """Add up values of whoever passes, for several policies in one pass.

    Parameters
    ----------
    steps, values, start, end
        As for :func:`add_along`.
    needs
        Policies by rules.
    table
        Policies by values; is added to.
    """
    rules, count = steps.shape[1], values.shape[1]
    for row in range(start, end):
        for policy in range(needs.shape[0]):
            passes = True
            for rule in range(rules):
                if steps[row, rule] <= needs[policy, rule]:
                    passes = False
                    break
            if passes:
                for name in range(count):
                    table[policy, name] += values[row, name]
