"""A line in log-odds through counted groups, with its covariance."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

Z = 1.959963984540054
_ROUNDS = 60
_STILL = 1e-10
_LARGEST_MOVE = 2.0
_SMALLEST = 1e-10


@dataclass(frozen=True)
class Logit:
    """A fit.

    Parameters
    ----------
    slopes
        One a column; NaN for a column that follows from those before it.
    covariance
        Of the slopes.
    chances
        Fitted chance of each group.
    """

    slopes: Floats
    covariance: Floats
    chances: Floats

    def interval(self, column: int) -> tuple[float, float, float]:
        """Return a slope with its 95 % interval: low, central, high."""
        width = Z * float(np.sqrt(self.covariance[column, column]))
        return float(self.slopes[column]) - width, float(self.slopes[column]), float(self.slopes[column]) + width


def fit(design: Floats, successes: Floats, trials: Floats) -> Logit | None:
    """Return the line in log-odds that fits counted groups best; None where it cannot be told.

    Parameters
    ----------
    design
        Groups by columns; one of them constant.
    successes, trials
        Of each group.

    Notes
    -----
    **Source**: maximum likelihood of a binomial by Newton's method, McCullagh and Nelder (1989), Generalized Linear
    Models, chapter 4; covariance by the expected information.
    """
    kept = _independent(design * np.sqrt(trials)[:, None])
    table = design[:, kept]
    if len(kept) == 0 or not 0 < successes.sum() < trials.sum():
        return None
    line = np.zeros(len(kept))
    for _ in range(_ROUNDS):
        chance = _chance(table @ line)
        bend = (table * (trials * chance * (1 - chance))[:, None]).T @ table
        try:
            move = np.linalg.solve(bend, table.T @ (successes - trials * chance))
        except np.linalg.LinAlgError:
            return None
        line = line + np.clip(move, -_LARGEST_MOVE, _LARGEST_MOVE)
        if np.abs(move).max() < _STILL:
            break
    else:
        # Some group has no bad loan or nothing else: its slope runs away.
        return None
    chance = _chance(table @ line)
    slopes = np.full(design.shape[1], np.nan)
    covariance = np.full((design.shape[1], design.shape[1]), np.nan)
    slopes[kept] = line
    covariance[np.ix_(kept, kept)] = np.linalg.inv((table * (trials * chance * (1 - chance))[:, None]).T @ table)
    return Logit(slopes, covariance, chance)


def _chance(log_odds: Floats) -> Floats:
    return np.asarray(1 / (1 + np.exp(-np.clip(log_odds, -30, 30))))


def _independent(table: Floats) -> NDArray[np.int64]:
    """Columns that do not follow from those before them."""
    found: list[int] = []
    basis: list[Floats] = []
    for place in range(table.shape[1]):
        column = table[:, place].astype(np.float64)
        size = float(np.linalg.norm(column))
        for other in basis:
            column = column - other * float(other @ column)
        rest = float(np.linalg.norm(column))
        if size > 0 and rest > size * _SMALLEST**0.5:
            found.append(place)
            basis.append(column / rest)
    return np.array(found, dtype=np.int64)
