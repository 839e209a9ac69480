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


def risk_ratio(successes: float, trials: float, other_successes: float, other_trials: float) -> tuple[float, float]:
    """Return Katz's 95% interval of the first proportion over the other, symmetric in its logarithm.

    Parameters
    ----------
    successes, trials, other_successes, other_trials
        Counts, or weights that add up like counts. Where nobody or everybody is a success in one of them the logarithm
        knows no spread: then half a success and half a failure are added to both.

    Returns
    -------
    tuple of float
        Low and high; NaN where one has no trials, or the other no success: then there is no ratio.

    Notes
    -----
    **Source**: Katz, Baptista, Azen, Pike (1978), Biometrics 34, 469-474, method C; half counts after Haldane (1956).
    """
    if not (trials > 0 and other_trials > 0 and other_successes > 0):
        return math.nan, math.nan
    if successes == 0 or successes == trials or other_successes == other_trials:
        successes, other_successes, trials, other_trials = (
            successes + 0.5, other_successes + 0.5, trials + 1, other_trials + 1,
        )  # fmt: skip
    middle = math.log(successes / trials) - math.log(other_successes / other_trials)
    half = _Z * math.sqrt(1 / successes - 1 / trials + 1 / other_successes - 1 / other_trials)
    return math.exp(middle - half), math.exp(middle + half)


def paired_difference(both: float, first: float, second: float, neither: float) -> tuple[float, float]:
    """Return Newcombe's 95% interval of the second proportion less the first, both of the same cases.

    Parameters
    ----------
    both, first, second, neither
        Cases that are a success in both, in the first alone, in the second alone, in neither.

    Returns
    -------
    tuple of float
        Low and high, fractions -1 to 1; NaN without cases.

    Notes
    -----
    **Source**: Newcombe (1998), Statistics in Medicine 17, 2635-2650, method 10.
    """
    cases = both + first + second + neither
    if not cases > 0:
        return math.nan, math.nan
    before, after = (both + first) / cases, (both + second) / cases
    (low, high), (other_low, other_high) = wilson(both + first, cases), wilson(both + second, cases)
    margins = (both + first) * (second + neither) * (both + second) * (first + neither)
    product = both * neither - first * second
    product = max(product - cases / 2, 0.0) if product > 0 else product
    phi = product / math.sqrt(margins) if margins > 0 else 0.0
    below, back = after - other_low, high - before
    above, forth = other_high - after, before - low
    down = math.sqrt(below * below - 2 * phi * below * back + back * back)
    up = math.sqrt(above * above - 2 * phi * above * forth + forth * forth)
    return float(after - before - down), float(after - before + up)


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
