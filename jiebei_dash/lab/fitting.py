"""A straight line in log-odds through what was seen, with its covariance, for any data that may come."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import brentq
from scipy.special import expit

Floats = NDArray[np.float64]

FEWEST_BADS = 30
"""Fewer bad loans than this, or fewer good ones, say nothing about a level: the stored chance is taken as it is."""
_Z = 1.959963984540054
_MOST_STEPS = 30
"""A line that exists is found in fewer than ten."""
_NARROW = 1e-6
_FAR = 60.0


@dataclass(frozen=True)
class Fit:
    """A straight line in log-odds of the stored chance, with its covariance.

    Parameters
    ----------
    level, slope
        Log-odds of bad = level + slope x log-odds of the stored chance.
    covariance
        Of both.
    is_fitted
        Whether the population had bad and good loans enough; else the stored chance as it is.
    """

    level: float
    slope: float
    covariance: Floats
    is_fitted: bool

    def chances(self, log_odds: Floats) -> tuple[Floats, Floats, Floats]:
        """Return low, central and high (95 %) chances at stored log-odds."""
        middle = self.level + self.slope * log_odds
        (a, b), (_, d) = self.covariance
        spread = _Z * np.sqrt(np.maximum(a + 2 * b * log_odds + d * log_odds**2, 0.0))
        low, central, high = (np.asarray(expit(middle + side * spread)) for side in (-1, 0, 1))
        return low, central, high


def fitted(log_odds: Floats, is_bad: Floats, weight: Floats) -> Fit:
    """Return the line in log-odds that fits best, with the covariance of a weighted fit.

    Parameters
    ----------
    log_odds
        Of the stored chance.
    is_bad
        0, 1, or a part of a person.
    weight
        How often each counts.

    Returns
    -------
    Fit
        Where no line is the best, since the stored chances are all alike or part good from bad without an exception,
        the level alone is fitted and the slope stays 1.

    Notes
    -----
    Newton's method on the weighted likelihood, a step halved until the likelihood rises; covariance by the sandwich, so
    weights need not be counts.
    """
    bads = float((weight * is_bad).sum())
    if bads < FEWEST_BADS or float(weight.sum()) - bads < FEWEST_BADS:
        return Fit(0.0, 1.0, np.zeros((2, 2)), is_fitted=False)
    found = _line(log_odds, is_bad, weight) if np.ptp(log_odds) >= _NARROW else None
    return _level(log_odds, is_bad, weight) if found is None else found


def _line(log_odds: Floats, is_bad: Floats, weight: Floats) -> Fit | None:
    """The best line, None if there is none."""
    design = np.column_stack([np.ones_like(log_odds), log_odds])
    line, reached = np.array([0.0, 1.0]), _likelihood(log_odds, is_bad, weight, 0.0, 1.0)
    for _ in range(_MOST_STEPS):
        chance = expit(design @ line)
        bend = (design * (weight * chance * (1 - chance))[:, None]).T @ design
        try:
            move = np.linalg.solve(bend, design.T @ (weight * (is_bad - chance)))
        except np.linalg.LinAlgError:
            return None
        share = 1.0
        while share > _NARROW:
            tried = line + share * move
            value = _likelihood(log_odds, is_bad, weight, *tried)
            if value >= reached - 1e-12 * abs(reached):
                line, reached = tried, value
                break
            share /= 2
        if np.abs(move).max() < 1e-9:
            break
        if not np.isfinite(line).all() or np.abs(line).max() > _FAR:
            return None
    else:
        return None
    chance = expit(design @ line)
    bend = (design * (weight * chance * (1 - chance))[:, None]).T @ design
    if np.linalg.cond(bend) > 1e12:
        return None
    bread = np.linalg.inv(bend)
    each = design * (weight * (is_bad - chance))[:, None]
    return Fit(float(line[0]), float(line[1]), bread @ (each.T @ each) @ bread, is_fitted=True)


def _level(log_odds: Floats, is_bad: Floats, weight: Floats) -> Fit:
    """The level at which as many are bad as were seen, the order of the stored chances as it is."""
    level = shift_to(log_odds, weight, float((weight * is_bad).sum()))
    chance = expit(level + log_odds)
    bend = max(float((weight * chance * (1 - chance)).sum()), np.finfo(np.float64).tiny)
    spread = float(((weight * (is_bad - chance)) ** 2).sum()) / bend**2
    return Fit(level, 1.0, np.array([[spread, 0.0], [0.0, 0.0]]), is_fitted=True)


def shift_to(log_odds: Floats, weight: Floats, bads: float) -> float:
    """Return what is added to log-odds so that the chances add up to a number of bads.

    Parameters
    ----------
    log_odds
        Of each chance; finite.
    weight
        How often each counts.
    bads
        Above 0 and below the sum of weights.
    """
    low, high = -_FAR - float(log_odds.max()), _FAR - float(log_odds.min())
    return float(brentq(lambda level: float((weight * expit(level + log_odds)).sum()) - bads, low, high, xtol=1e-12))


def _likelihood(log_odds: Floats, is_bad: Floats, weight: Floats, level: float, slope: float) -> float:
    middle = level + slope * log_odds
    return float((weight * (is_bad * middle - np.logaddexp(0.0, middle))).sum())
