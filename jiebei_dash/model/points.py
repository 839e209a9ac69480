"""The scale of a score: log-odds of bad to points and back.

Higher points are safer. One scale for all our scores; the Zhima score (350-950) is another scale and never mixes in.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

PD_DECIMALS = 12
"""A PD is kept to 12 decimals: ``exp`` may differ in its last bit between processors, and a replay years later must
give the stored number bit for bit. Points need no rounding: they come from additions and one multiplication."""


@dataclass(frozen=True)
class Scale:
    """``points = offset + factor * ln(odds good to bad)``.

    Parameters
    ----------
    pdo_points
        Points that double the odds.
    anchor_points
        Points at the anchor odds.
    anchor_odds
        Good to bad odds at the anchor points.

    Notes
    -----
    **Source**: the usual scaling of scorecards (Siddiqi 2006, Credit Risk Scorecards, ch. 6), with 600 points at 30:1
    and 20 points to double the odds.
    """

    pdo_points: float = 20.0
    anchor_points: float = 600.0
    anchor_odds: float = 30.0

    @property
    def factor(self) -> float:
        """Return the points of one unit of log-odds."""
        return self.pdo_points / math.log(2.0)

    @property
    def offset(self) -> float:
        """Return the points at even odds."""
        return self.anchor_points - self.factor * math.log(self.anchor_odds)

    def points_of(self, log_odds_bad: Floats) -> Floats:
        """Return the points of log-odds of bad."""
        return self.offset - self.factor * log_odds_bad

    def pd_of(self, points: Floats) -> Floats:
        """Return the probability of bad at these points, a fraction 0-1 kept to ``PD_DECIMALS``."""
        return pd_of(np.asarray((self.offset - points) / self.factor, dtype=np.float64))


def pd_of(log_odds_bad: Floats) -> Floats:
    """Return the probability of bad of log-odds of bad, a fraction 0-1 kept to ``PD_DECIMALS``."""
    return np.asarray(np.round(1.0 / (1.0 + np.exp(-log_odds_bad)), PD_DECIMALS), dtype=np.float64)
