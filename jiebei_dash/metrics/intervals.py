"""How far a counted share may lie from the true one."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
from scipy.special import betainc, stdtrit

_Z = 1.959963984540054


def wilson(successes: float, trials: float) -> tuple[float, float]:
    """Return Wilson's 95% interval of a proportion.

    Parameters
    ----------
    successes, trials
        Counts, or weights that add up like counts.

    Returns
    -------
    tuple of float
        Low and high, fractions 0-1; NaN without trials.

    Notes
    -----
    **Source**: Wilson (1927), Journal of the American Statistical Association 22, 209-212.
    """
    if not trials > 0:
        return math.nan, math.nan
    share, spread = successes / trials, _Z * _Z / trials
    middle = (share + spread / 2) / (1 + spread)
    half = _Z / (1 + spread) * math.sqrt(share * (1 - share) / trials + spread / (4 * trials))
    return max(0.0, float(middle - half)), min(1.0, float(middle + half))


def difference(successes: float, trials: float, other_successes: float, other_trials: float) -> tuple[float, float]:
    """Return Newcombe's 95% interval of the first proportion less the other.

    Parameters
    ----------
    successes, trials, other_successes, other_trials
        Counts, or weights that add up like counts.

    Returns
    -------
    tuple of float
        Low and high, fractions -1 to 1; NaN where one has no trials.

    Notes
    -----
    **Source**: Newcombe (1998), Statistics in Medicine 17, 873-890, method 10.
    """
    (low, high), (other_low, other_high) = wilson(successes, trials), wilson(other_successes, other_trials)
    if math.isnan(low) or math.isnan(other_low):
        return math.nan, math.nan
    share, other = successes / trials, other_successes / other_trials
    below = math.hypot(share - low, other_high - other)
    above = math.hypot(high - share, other - other_low)
    return float(share - other - below), float(share - other + above)


def ratio(tops: Sequence[float], bottoms: Sequence[float]) -> tuple[float, float]:
    """Return the 95% interval of a ratio of sums of money, from how much its groups differ.

    Parameters
    ----------
    tops, bottoms
        Amounts of each group, e.g. cash and principal of each cohort: amounts are few and uneven, so a share counted
        like loans would be too sure; whole groups are the units of chance.

    Returns
    -------
    tuple of float
        Low and high, the low one not below 0; NaN with fewer than two groups or nothing to divide by.

    Notes
    -----
    **Source**: Cochran (1977), Sampling Techniques, 2.11 and 6.4, for a population without end;
    Student's t with one degree of freedom less than groups.
    """
    top, bottom = np.asarray(tops, dtype=float), np.asarray(bottoms, dtype=float)
    groups, whole = len(top), float(bottom.sum())
    if groups < 2 or not whole > 0:
        return math.nan, math.nan
    share = float(top.sum()) / whole
    spread = math.sqrt(groups / (groups - 1) * float(((top - share * bottom) ** 2).sum())) / whole
    half = float(stdtrit(groups - 1, 0.975)) * spread
    return max(0.0, share - half), share + half


def excess_chance(successes: float, trials: float, other_successes: float, other_trials: float) -> float:
    """Return how likely so many successes or more are in the first group, if both had the same small rate.

    Parameters
    ----------
    successes, trials, other_successes, other_trials
        Counts, or weights that add up like counts.

    Returns
    -------
    float
        A fraction; of rates that are not small it is too high, so that nothing is called an excess too soon. NaN where
        one has no trials.

    Notes
    -----
    **Source**: Przyborowski and Wilenski (1940), Biometrika 31, 313-323: given their sum, the first count is binomial
    with its part of the trials; the tail written as an incomplete beta function, which weights fit into as well.
    """
    if not (trials > 0 and other_trials > 0):
        return math.nan
    return float(betainc(successes, other_successes + 1, trials / (trials + other_trials))) if successes > 0 else 1.0
