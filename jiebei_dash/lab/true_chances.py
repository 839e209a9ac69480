"""Of an invented book: how bad the declined are in truth, beside what each way of inferring says of the same people."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit

from jiebei_dash.lab.fitting import shift_to
from jiebei_dash.lab.inference import Guess
from jiebei_dash.lab.population import BAD, DECLINED, Bytes, Floats, Population

GROUPS: tuple[str, ...] = ("LET_IN", "DECLINED")
"""Of those declined then: whom the draft lets in, and all of them."""


@dataclass(frozen=True)
class Told:
    """What one way says of a group, beside the truth.

    Parameters
    ----------
    declined_group
        Of ``GROUPS``.
    method
        The way.
    people_count
        How many declined people are in the group and have a truth.
    true_rate
        Their mean true chance at the level of the window; NaN of nobody.
    low_rate, central_rate, high_rate
        Their mean chance by the way.
    """

    declined_group: str
    method: str
    people_count: int
    true_rate: float
    low_rate: float
    central_rate: float
    high_rate: float


def true_chances(people: Population, log_odds: Floats) -> Floats:
    """Return each decision's true chance at the level of the window.

    Parameters
    ----------
    people
        The population.
    log_odds
        True log-odds in an average month, by decision; NaN where there is none.

    Notes
    -----
    The truth is that of an average month, and each month of a window has its own stress, which multiplies the chance of
    every missed payment. One shift of the log-odds makes the mean true chance of the loans seen equal to their observed
    bad rate: the same stress then holds for whoever was declined in the same window.
    """
    seen = people.is_observed & np.isfinite(log_odds)
    bads = float((people.outcome[seen] == BAD).sum())
    moved = shift_to(log_odds[seen], np.ones(int(seen.sum())), bads) if 0 < bads < seen.sum() else 0.0
    return np.asarray(expit(log_odds + moved))


def beside_truth(people: Population, bits: Bytes, log_odds: Floats, guesses: Iterable[Guess]) -> list[Told]:
    """Return what each way says of the declined whom a draft lets in, and of all the declined, beside the truth.

    Parameters
    ----------
    people
        The population.
    bits
        Of the draft: rules failed, a bit each.
    log_odds
        As for :func:`true_chances`.
    guesses
        One a way.
    """
    true = true_chances(people, log_odds)
    declined = (people.outcome == DECLINED) & np.isfinite(true)
    groups: dict[str, NDArray[np.bool_]] = {"LET_IN": declined & (bits == 0), "DECLINED": declined}
    found = []
    for each in guesses:
        for group, rows in groups.items():
            count = int(rows.sum())
            # Sums of millions stand still in single precision.
            mean = each.bad[rows].mean(axis=0, dtype=np.float64) if count else np.full(3, np.nan)
            true_rate = float(true[rows].mean()) if count else np.nan
            found.append(Told(group, each.method, count, true_rate, *(float(rate) for rate in mean)))
    return found
