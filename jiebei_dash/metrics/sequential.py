"""When a comparison may be looked at before its end, and what it must show then to be stopped.

A statistic is the standardised difference of two rates; its *information* is 1 / (1/n + 1/m) of two arms of n and m
loans, as a fraction of what is planned at the end.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import cache

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import brentq
from scipy.special import ndtr, ndtri

_NODES = 128
_NOWHERE = 8.0
"""Standard deviations beyond which no density is looked for."""
HIGHEST = 8.0
"""No boundary is higher: what a very early look may spend is then nothing that could be counted."""

Array = NDArray[np.float64]


def equal_fractions(looks: int) -> tuple[float, ...]:
    """Return the information of equally spaced looks, the last one 1."""
    return tuple(look / looks for look in range(1, looks + 1))


def spent(fraction: float, alpha_rate: float) -> float:
    """Return how much of the error may be spent by a fraction of the information, O'Brien-Fleming's way.

    Parameters
    ----------
    fraction
        Of the planned information, above 0; from 1 on everything is spent.
    alpha_rate
        Chance of a false alarm over all looks, both sides.

    Notes
    -----
    **Source**: Lan and DeMets (1983), Biometrika 70, 659-663, first spending function, 2 - 2 Phi(z / sqrt(t)), of half
    the error on each of the two sides.
    """
    if fraction >= 1.0:
        return alpha_rate
    return float(4.0 * ndtr(ndtri(alpha_rate / 4.0) / math.sqrt(fraction)))


def boundaries(fractions: Sequence[float], alpha_rate: float) -> tuple[float, ...]:
    """Return the critical value of the statistic at each look, the same on both sides.

    Parameters
    ----------
    fractions
        Information at each look, rising; looks need not be equally spaced nor known beforehand, since what a look may
        spend follows from its information alone.
    alpha_rate
        As in :func:`spent`.

    Returns
    -------
    tuple of float
        One a look. With the looks in it the chance of a false alarm is ``spent`` of the last.

    Notes
    -----
    **Source**: Lan and DeMets (1983); the recursion is Armitage, McPherson and Rowe (1969), Journal of the Royal
    Statistical Society A 132, 235-244, as in Jennison and Turnbull (2000), Group Sequential Methods, chapter 19, here
    by Gauss-Legendre quadrature; boundaries end at 8 as in the program of Reboussin and others (2000), Controlled
    Clinical Trials 21, 190-207.
    """
    found: list[float] = []
    state, before = _START, 0.0
    for fraction in fractions:
        until = spent(fraction, alpha_rate)
        wanted = until - before
        critical = _critical(state, fraction, wanted)
        before = until
        found.append(critical)
        state = _moved(state, fraction, critical, 0.0)
    return tuple(found)


def stopped(fractions: Sequence[float], critical: Sequence[float], drift: float) -> tuple[float, ...]:
    """Return the chance to have crossed a boundary by each look.

    Parameters
    ----------
    fractions, critical
        Information and critical value at each look.
    drift
        Mean of the statistic at full information: 0 if nothing differs.

    Returns
    -------
    tuple of float
        One a look, never falling; the last one is the error (drift 0) or the power.
    """
    found, state, total = [], _START, 0.0
    for fraction, bound in zip(fractions, critical, strict=True):
        total += _beyond(state, fraction, bound, drift)
        found.append(total)
        state = _moved(state, fraction, bound, drift)
    return tuple(found)


def inflation(looks: int, alpha_rate: float, power_rate: float) -> float:
    """Return by how much looking before the end makes a trial longer; 1 for one look.

    Parameters
    ----------
    looks
        Equally spaced, the end included.
    alpha_rate, power_rate
        Chance of a false alarm; chance to find the difference that is looked for.

    Notes
    -----
    **Source**: Jennison and Turnbull (2000), section 2.3: the ratio R of the largest size to that of one look.
    """
    if looks == 1:
        return 1.0
    drift = drift_for(looks, alpha_rate, power_rate)
    return float((drift / (ndtri(1 - alpha_rate / 2) + ndtri(power_rate))) ** 2)


@cache
def drift_for(looks: int, alpha_rate: float, power_rate: float) -> float:
    """Return the mean of the statistic at full information that is found with a given chance; see :func:`inflation`."""
    fractions = equal_fractions(looks)
    critical = boundaries(fractions, alpha_rate)
    one_look = float(ndtri(1 - alpha_rate / 2) + ndtri(power_rate))
    low, high = one_look * 0.9, one_look * 1.2
    return float(brentq(lambda drift: stopped(fractions, critical, drift)[-1] - power_rate, low, high, xtol=1e-9))


class _State:
    """Whoever has not stopped: where the sum of information times statistic lies, and how likely."""

    def __init__(self, at: Array, mass: Array, fraction: float) -> None:
        self.at, self.mass, self.fraction = at, mass, fraction


_START = _State(np.zeros(1), np.ones(1), 0.0)


def _beyond(state: _State, fraction: float, critical: float, drift: float) -> float:
    """Chance to cross at a look and not before."""
    step = fraction - state.fraction
    bound, middle, spread = critical * math.sqrt(fraction), state.at + drift * step, math.sqrt(step)
    return float(np.sum(state.mass * (ndtr((-bound - middle) / spread) + ndtr((middle - bound) / spread))))


def _critical(state: _State, fraction: float, wanted: float) -> float:
    if wanted <= _beyond(state, fraction, HIGHEST, 0.0):
        return HIGHEST
    return float(brentq(lambda bound: _beyond(state, fraction, bound, 0.0) - wanted, 0.0, HIGHEST, xtol=1e-10))


@cache
def _quadrature() -> tuple[Array, Array]:
    return np.polynomial.legendre.leggauss(_NODES)


def _moved(state: _State, fraction: float, critical: float, drift: float) -> _State:
    """Who goes on after a look, as masses at the nodes of a quadrature between the two boundaries."""
    step = fraction - state.fraction
    bound = min(critical, _NOWHERE + abs(drift)) * math.sqrt(fraction)
    nodes, weights = _quadrature()
    at, middle = nodes * bound, state.at + drift * step
    density = np.exp(-((at[:, None] - middle[None, :]) ** 2) / (2 * step)) / math.sqrt(2 * math.pi * step)
    return _State(at, (density @ state.mass) * weights * bound, fraction)
