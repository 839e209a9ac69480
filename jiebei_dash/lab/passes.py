"""One pass over the decisions of a population: compiled loops over columns, without the interpreter's lock.

Every loop adds into a small table that it is given, so parts of a population can be added by several threads.
"""

from __future__ import annotations

import numba as nb
import numpy as np
from numpy.typing import NDArray

Bytes = NDArray[np.uint8]
Floats = NDArray[np.float64]


@nb.njit(cache=True, nogil=True)
def fail_bits(steps: Bytes, segment: NDArray[np.uint16], need: Bytes, bits: Bytes, start: int, end: int) -> None:
    """Write for rows from start to end which rules they fail, a bit a rule.

    Parameters
    ----------
    steps
        Rows by rules: how many thresholds of the rule's grid are passed.
    segment
        Column of ``need`` for each row; without rows every row has column 0.
    need
        Rules by segments: place of the threshold in the grid; whoever does not pass more than that fails.
    bits
        Is written.
    start, end
        Rows.
    """
    has_segments = segment.shape[0] > 0
    rules = steps.shape[1]
    for row in range(start, end):
        column = segment[row] if has_segments else 0
        found = 0
        for rule in range(rules):
            if steps[row, rule] <= need[rule, column]:
                found |= 1 << rule
        bits[row] = found


@nb.njit(cache=True, nogil=True)
def _add_loan(place: Floats, loans: float, limit: float, rate: float, bad: NDArray[np.float32]) -> None:
    """Add what a loan brings to the measures from ``loan_count`` on."""
    line = loans * limit
    place[3] += loans
    place[7] += line
    place[11] += line * rate
    for name in range(3):
        place[4 + name] += loans * bad[name]
        place[8 + name] += line * bad[name]


@nb.njit(cache=True, nogil=True)
def add_up(
    today: Bytes,
    proposed: Bytes,
    group: Bytes,
    outcome: Bytes,
    requested: Floats,
    stored: Floats,
    drawn: NDArray[np.float32],
    bad: NDArray[np.float32],
    limit: Floats,
    rate: NDArray[np.float32],
    table: Floats,
    start: int,
    end: int,
) -> None:
    """Add up whoever passes either policy.

    Parameters
    ----------
    today, proposed
        Bits of :func:`fail_bits` under both.
    group
        Part of the population, below ``table.shape[0]``.
    outcome
        Place in ``terms.LOAN_OUTCOMES``.
    requested, limit
        Fen.
    stored
        Chance of bad as it was stored.
    drawn
        By how much more or less often the line is drawn than it was; no rows is once.
    bad
        Rows by three: chance of a loan to go bad, low, central, high; 0 or 1 where it was seen.
    rate
        Yearly rate.
    table
        Groups by cells (both, today alone, proposed alone, neither) by outcomes by ``terms.LAB_MEASURES``; is added to.
    start, end
        Rows.
    """
    has_drawn = drawn.shape[0] > 0
    for row in range(start, end):
        cell = (2 if today[row] != 0 else 0) + (1 if proposed[row] != 0 else 0)
        place = table[group[row], cell, outcome[row]]
        place[0] += 1.0
        place[1] += requested[row]
        place[2] += stored[row]
        if cell == 3:
            continue
        loans = drawn[row] if has_drawn else 1.0
        _add_loan(place, loans, limit[row], rate[row], bad[row])


@nb.njit(cache=True, nogil=True)
def add_along(
    bits: Bytes,
    rule: int,
    steps: Bytes,
    today: Bytes,
    group: Bytes,
    outcome: Bytes,
    requested: Floats,
    stored: Floats,
    drawn: NDArray[np.float32],
    bad: NDArray[np.float32],
    limit: Floats,
    rate: NDArray[np.float32],
    table: Floats,
    start: int,
    end: int,
) -> None:
    """Add up whoever passes all rules but one, by the step that they reach on it.

    Parameters
    ----------
    bits, today, group, outcome, requested, stored, drawn, bad, limit, rate, start, end
        As for :func:`add_up`.
    rule, steps
        The rule's bit, and its column of steps.
    table
        Groups by steps by today (fails, passes) by outcomes by ``terms.LAB_MEASURES``; is added to.
    """
    others = 255 ^ (1 << rule)
    has_drawn = drawn.shape[0] > 0
    for row in range(start, end):
        if bits[row] & others:
            continue
        place = table[group[row], steps[row], 1 if today[row] == 0 else 0, outcome[row]]
        place[0] += 1.0
        place[1] += requested[row]
        place[2] += stored[row]
        _add_loan(place, drawn[row] if has_drawn else 1.0, limit[row], rate[row], bad[row])


@nb.njit(cache=True, nogil=True)
def add_bits(
    bits: Bytes,
    outcome: Bytes,
    bad: NDArray[np.float32],
    limit: Floats,
    rate: NDArray[np.float32],
    table: Floats,
    start: int,
    end: int,
) -> None:
    """Add up everybody by all the rules that they fail: any order of the rules follows from that table.

    Parameters
    ----------
    table
        Sets of rules (256) by outcomes by ``terms.LAB_MEASURES``; is added to.
    """
    for row in range(start, end):
        place = table[bits[row], outcome[row]]
        place[0] += 1.0
        _add_loan(place, 1.0, limit[row], rate[row], bad[row])
