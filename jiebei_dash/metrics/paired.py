"""How far a share moves between two policies on the same applications, with an interval that knows so."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import pandas as pd

_Z = 1.959963984540054


@dataclass(frozen=True)
class Side:
    """What one policy approves (or declines), group by group.

    Parameters
    ----------
    values
        Of each member of a group, e.g. 1 if a funder takes it, or the part that is own money.
    weights
        The groups' counts, or their amounts added up; 0 where the policy has nobody.
    squares
        Squares of the members' own weights added up; for counts the counts themselves.
    """

    values: pd.Series
    weights: pd.Series
    squares: pd.Series

    @property
    def total(self) -> float:
        """Return all weights together."""
        return float(self.weights.sum(skipna=False))

    @property
    def share(self) -> float:
        """Return the weighted mean, NaN over nobody."""
        total = self.total
        return float((self.values * self.weights).sum(skipna=False)) / total if total > 0 else math.nan

    def interval(self) -> tuple[float, float]:
        """Return the 95 % interval of the share, NaN over nobody.

        Notes
        -----
        **Source**: Cochran (1977), Sampling Techniques, 2.11: a ratio of sums over applications that are taken as
        drawn one by one. For counts Wilson's interval is the better one near 0 and 1.
        """
        half = _Z * math.sqrt(float(((self.values - self.share) ** 2 * self.squares).sum(skipna=False))) / self.total
        return max(0.0, self.share - half), min(1.0, self.share + half)


def change(today: Side, proposed: Side, crossed: pd.Series) -> tuple[float, float, float]:
    """Return the proposed share less today's, with its 95 % interval.

    Parameters
    ----------
    today, proposed
        The two sides, over the same groups in the same order.
    crossed
        Products of the members' weights under both policies added up; 0 where one of them has nobody.

    Returns
    -------
    tuple of float
        Change, low and high; NaN where one side has nobody. Without a change the interval has no width: whoever is on
        both sides cancels out.

    Notes
    -----
    **Source**: linearisation of two ratios on one sample, Cochran (1977), Sampling Techniques, 2.13 and 6.4.
    """
    moved = proposed.share - today.share
    if math.isnan(moved):
        return math.nan, math.nan, math.nan
    far, near = proposed.values - proposed.share, today.values - today.share
    parts = (
        far**2 * proposed.squares / proposed.total**2
        + near**2 * today.squares / today.total**2
        - 2 * far * near * crossed / (proposed.total * today.total)
    )
    # Rounding may leave a dust below zero where all cancels out.
    half = _Z * math.sqrt(max(float(np.sum(parts)), 0.0))
    return moved, moved - half, moved + half
