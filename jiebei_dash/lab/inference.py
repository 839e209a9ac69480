"""How bad the loans would have been that were never made: five named ways, each a range and never one number.

What was seen stays as it was seen. A loan too young for an outcome has its stored chance, brought to the level of the
population. Whoever was declined has what the chosen way infers; the random lane, approved by lot, is the judge.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, get_args

import numpy as np
from numpy.typing import NDArray

from jiebei_dash.errors import BadArgument
from jiebei_dash.lab.fitting import Fit, fitted
from jiebei_dash.lab.population import BAD, DECLINED, RANDOM_LANE, Floats, Population

Method = Literal["parcelling", "model_pd", "fuzzy", "reweighting", "observed_only"]
METHODS: tuple[Method, ...] = get_args(Method)
FEWEST_IN_BAND = 30
BAND_POINTS = 20.0
"""Width of the bands of the score in which the declined are compared with the approved."""
_LEAST = 1e-6
_LEAST_BADS = 0.5


@dataclass(frozen=True)
class Guess:
    """How bad each loan of a population is.

    Parameters
    ----------
    method
        How the declined were inferred.
    bad
        Rows by low, central, high; 0 or 1 where the outcome was seen.
    expected
        Chance of every loan by the line that was fitted, also where the outcome was seen.
    fit
        The line.
    """

    method: Method
    bad: NDArray[np.float32]
    expected: NDArray[np.float32]
    fit: Fit


def guess(people: Population, method: Method, factors: tuple[float, float, float]) -> Guess:
    """Return how bad each loan is by one way of inferring the declined.

    Parameters
    ----------
    people
        The population.
    method
        ``observed_only`` infers nobody (the declined are then left out of loans as well); ``model_pd`` takes the
        stored chance at the level of the population; ``parcelling`` gives the declined of a band of the score a
        multiple of the bad rate of the approved there; ``fuzzy`` lets each declined person enter twice, as bad and as
        good by that multiple of its chance, and fits again; ``reweighting`` fits the approved weighted by one over
        their share in their band.
    factors
        Multiples for parcelling and fuzzy: low, central, high.

    Raises
    ------
    BadArgument
        No such way.

    Notes
    -----
    **Source**: house definition 1.14; Siddiqi (2006), Credit Risk Scorecards, chapter 6, for parcelling and fuzzy
    augmentation; the level is Platt's (1999) line in log-odds.
    """
    if method not in METHODS:
        raise BadArgument(name="method", value=method, allowed=", ".join(METHODS))
    log_odds = _log_odds(people.pd_rate)
    seen = people.is_observed & np.isfinite(log_odds)
    is_bad = (people.outcome == BAD).astype(np.float64)
    fit = fitted(log_odds[seen], is_bad[seen], np.ones(int(seen.sum())))
    found = np.empty((len(people), 3), np.float32)
    level = fit.chances(log_odds)
    declined = people.outcome == DECLINED
    for place in range(3):
        found[:, place] = level[place]
        found[people.is_observed, place] = is_bad[people.is_observed]
    if declined.any():
        found[declined] = _declined(people, method, factors, fit, log_odds, declined, people.is_observed)
    return Guess(method, found, level[1].astype(np.float32), fit)


@dataclass(frozen=True)
class Judged:
    """What one way says of whoever was approved by lot against the policy, beside what was seen.

    Parameters
    ----------
    method
        The way.
    low_rate, central_rate, high_rate
        Mean chance that it gives them, as if they had been declined.
    """

    method: Method
    low_rate: float
    central_rate: float
    high_rate: float


def judge(people: Population, factors: tuple[float, float, float]) -> tuple[int, int, list[Judged]]:
    """Return how many of the random lane were seen and went bad, and what each way says of them.

    Parameters
    ----------
    people, factors
        As for :func:`guess`.
    """
    log_odds = _log_odds(people.pd_rate)
    lane = (people.lane == RANDOM_LANE) & people.is_observed & np.isfinite(log_odds)
    # The judge must not be among those who were learnt from.
    own = people.is_observed & (people.lane == 0) & np.isfinite(log_odds)
    is_bad = (people.outcome == BAD).astype(np.float64)
    fit = fitted(log_odds[own], is_bad[own], np.ones(int(own.sum())))
    found = []
    for method in METHODS:
        if method == "observed_only" or not lane.any():
            continue
        chance = _declined(people, method, factors, fit, log_odds, lane, people.is_observed & (people.lane == 0))
        # Sums of millions stand still in single precision.
        low, central, high = (float(each) for each in chance.mean(axis=0, dtype=np.float64))
        found.append(Judged(method, low, central, high))
    return int(lane.sum()), int(is_bad[lane].sum()), found


def _declined(
    people: Population,
    method: Method,
    factors: tuple[float, float, float],
    fit: Fit,
    log_odds: Floats,
    rows: NDArray[np.bool_],
    learnt: NDArray[np.bool_],
) -> NDArray[np.float32]:
    """Chances of some rows as if they had been declined, low, central, high, learnt from other rows."""
    level = fit.chances(log_odds[rows])
    if method == "model_pd" or method == "observed_only":
        return _ranged(fit, log_odds[rows], factors)
    if method == "parcelling":
        base = _of_bands(people, rows, level[1])
        return np.column_stack([np.minimum(base * factor, 1.0) for factor in factors]).astype(np.float32)
    if method == "reweighting":
        return _ranged(_reweighted(people, log_odds, learnt), log_odds[rows], factors)
    lines = [_augmented(people, log_odds, fit, factor) for factor in factors]
    # Lines of other slopes may cross where few stand.
    return np.sort(np.column_stack([line.chances(log_odds[rows])[1] for line in lines]), axis=1).astype(np.float32)


def _ranged(fit: Fit, log_odds: Floats, factors: tuple[float, float, float]) -> NDArray[np.float32]:
    """Chances by a line; one that could not be fitted may be wrong by the highest factor either way."""
    low, central, high = fit.chances(log_odds)
    if not fit.is_fitted:
        low, high = central / max(factors), np.minimum(central * max(factors), 1.0)
    return np.column_stack([low, central, high]).astype(np.float32)


def _of_bands(people: Population, rows: NDArray[np.bool_], level: Floats) -> Floats:
    """The bad rate of the approved in the band of the score; where too few were seen, the chance at the level."""
    points = people.inputs["score_points"]
    seen = people.is_observed & (people.lane == 0) & np.isfinite(points)
    found = level.copy()
    if not seen.any():
        return found
    lowest = np.floor(points[seen].min() / BAND_POINTS)
    band = np.where(np.isfinite(points), np.floor(points / BAND_POINTS) - lowest, -1.0).astype(np.int64)
    size = int(band[seen].max()) + 1
    count = np.bincount(band[seen], minlength=size)
    bad = np.bincount(band[seen], weights=(people.outcome[seen] == BAD).astype(np.float64), minlength=size)
    own = band[rows]
    inside = (own >= 0) & (own < size)
    enough = np.zeros(len(own), np.bool_)
    enough[inside] = count[own[inside]] >= FEWEST_IN_BAND
    # No bad among so many is not a chance of nothing, and a multiple of nothing is no range: half a one is taken.
    there = count[own[enough]]
    found[enough] = np.clip(bad[own[enough]], _LEAST_BADS, there - _LEAST_BADS) / there
    return found


def _augmented(people: Population, log_odds: Floats, fit: Fit, factor: float) -> Fit:
    """Each declined person enters twice, as bad and as good, by a multiple of its chance."""
    seen = people.is_observed & (people.lane == 0) & np.isfinite(log_odds)
    declined = (people.outcome == DECLINED) & np.isfinite(log_odds)
    chance = np.minimum(fit.chances(log_odds[declined])[1] * factor, 1.0)
    everybody = np.concatenate([log_odds[seen], log_odds[declined]])
    is_bad = np.concatenate([(people.outcome[seen] == BAD).astype(np.float64), chance])
    again = fitted(everybody, is_bad, np.ones(len(everybody))) if fit.is_fitted else fit
    return again if again.is_fitted else _lifted(fit, factor)


def _lifted(fit: Fit, factor: float) -> Fit:
    return Fit(fit.level + float(np.log(factor)), fit.slope, fit.covariance, is_fitted=False)


def _reweighted(people: Population, log_odds: Floats, learnt: NDArray[np.bool_]) -> Fit:
    """The approved stand for everybody of their band of the score: one over the share that was seen there."""
    points = np.nan_to_num(people.inputs["score_points"], nan=0.0)
    band = np.floor(points / BAND_POINTS).astype(np.int64)
    band -= band.min() if len(band) else 0
    seen = learnt & np.isfinite(log_odds)
    everybody, own = np.bincount(band), np.bincount(band[seen], minlength=int(band.max(initial=0)) + 1)
    weight = everybody[band[seen]] / own[band[seen]]
    is_bad = (people.outcome[seen] == BAD).astype(np.float64)
    return fitted(log_odds[seen], is_bad, weight * (len(weight) / weight.sum()) if len(weight) else weight)


def _log_odds(chance: Floats) -> Floats:
    bounded = np.clip(chance, _LEAST, 1 - _LEAST)
    return np.asarray(np.log(bounded / (1 - bounded)))
