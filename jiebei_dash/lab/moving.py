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
    passed, corner = np.zeros(rules, np.int64), np.zeros(count)
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
            # Taken as signed: a small number less a larger one must not wrap around.
            above = np.int64(steps[row, rule]) - np.int64(lowest[rule])
            passed[rule] = 0 if above < 0 else width if above > width else above
        if fails == 0:
            for name in range(count):
                corner[name] += values[row, name]
        pair = -1
        for first in range(rules):
            for second in range(first + 1, rules):
                pair += 1
                if fails == 0:
                    # Most people pass all that is looked at of both: they are added once, for every pair.
                    if passed[first] == width and passed[second] == width:
                        continue
                    last = table[pair, width, width]
                    for name in range(count):
                        last[name] -= values[row, name]
                elif (one != first and one != second) or (fails == 2 and other != first and other != second):
                    continue
                place = table[pair, passed[first], passed[second]]
                for name in range(count):
                    place[name] += values[row, name]
    for pair in range(table.shape[0]):
        for name in range(count):
            table[pair, width, width, name] += corner[name]


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


@nb.njit(cache=True, nogil=True)
def add_crossed(
    steps: Bytes, need: Bytes, first: int, second: int, values: NDArray[Any], table: Floats, start: int, end: int
) -> None:
    """Add up values of whoever passes all rules but two, by the steps that they reach on both.

    Parameters
    ----------
    steps, need, values, start, end
        As for :func:`add_along`.
    first, second
        Places of the two rules.
    table
        Steps of the first by steps of the second by values; is added to.
    """
    rules, count = steps.shape[1], values.shape[1]
    for row in range(start, end):
        passes = True
        for rule in range(rules):
            if rule != first and rule != second and steps[row, rule] <= need[rule]:
                passes = False
                break
        if passes:
            place = table[steps[row, first], steps[row, second]]
            for name in range(count):
                place[name] += values[row, name]


@nb.njit(cache=True, nogil=True)
def value(
    rows: NDArray[np.int64],
    outcome: Bytes,
    limit: Floats,
    rate: NDArray[np.float32],
    bad: NDArray[np.float32],
    times: NDArray[np.float32],
    own: Floats,
    worth: Floats,
    every_step: Bytes,
    rules: NDArray[np.int64],
    steps: Bytes,
    values: NDArray[Any],
    sums: Floats,
    start: int,
    end: int,
) -> None:
    """Write what some rows are worth if they are approved.

    Parameters
    ----------
    rows
        Which decisions.
    outcome, limit, rate, bad, times, own
        Of every decision: place in ``terms.LOAN_OUTCOMES``, line, yearly price, chance of bad (low, central, high), by
        how much more or less often the line is drawn (no rows is once), own-fund share (no rows is unknown).
    worth
        Outcomes by: loans a person; drawn a fen of line; margin a fen of line, of line x price, of line x chance.
    every_step, rules
        Decisions by all rules: thresholds passed; and which of the rules are wanted.
    steps
        Rows by those rules; is written.
    values
        Rows by approved, loans, bads, margin, drawn, own; is written.
    sums
        Of the values of whoever passes each rule's loosest threshold; is added to.
    start, end
        Of ``rows``.
    """
    has_times, has_own = times.shape[0] > 0, own.shape[0] > 0
    for place in range(start, end):
        row = rows[place]
        kind = outcome[row]
        loosest = 1.0
        for number in range(rules.shape[0]):
            passes = every_step[row, rules[number]]
            steps[place, number] = passes
            loosest = loosest if passes > 0 else 0.0
        values[place, 0] = 1.0
        sums[0] += loosest
        for name in range(1, 6):
            values[place, name] = 0.0
        loans = worth[kind, 0]
        # Whoever is no loan has no chance and no line that counts, also where they are unknown.
        if loans == 0.0:
            continue
        chance, often = np.float64(bad[row, 1]), np.float64(times[row]) if has_times else 1.0
        line = limit[row] * often
        values[place, 1] = loans * often
        values[place, 2] = loans * often * chance
        values[place, 3] = line * (worth[kind, 2] + worth[kind, 3] * rate[row] + worth[kind, 4] * chance)
        values[place, 4] = line * worth[kind, 1]
        if has_own:
            values[place, 5] = line * worth[kind, 1] * own[row]
        for name in range(1, 6):
            sums[name] += loosest * values[place, name]
