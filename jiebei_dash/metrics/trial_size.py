"""How many loans a comparison of two bad rates needs, what a size can find, and when it may be looked at."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd
from scipy.optimize import brentq
from scipy.special import ndtr, ndtri

from jiebei_dash.metrics import sequential

CURVE_POINTS = 40
_WIDEST = 2.0
"""The curve of the power goes to so many times the size that is needed."""


@dataclass(frozen=True)
class Design:
    """What a comparison is to find, and how surely.

    Parameters
    ----------
    champion_rate
        Bad rate of the champion.
    difference_rate
        Wanted difference, challenger less champion; negative if the challenger is to be better.
    alpha_rate
        Chance of a false alarm, both sides together.
    power_rate
        Chance to find the wanted difference, if it is there.
    champion_per_challenger
        Loans of the champion for each loan of the challenger.
    looks
        How often the result is looked at, the end included; equally spaced.
    """

    champion_rate: float
    difference_rate: float
    alpha_rate: float = 0.05
    power_rate: float = 0.8
    champion_per_challenger: float = 1.0
    looks: int = 1

    @cached_property
    def challenger_count(self) -> int:
        """Return the loans of the challenger at the last look, the price of looking earlier in it."""
        one_look = loans_needed(
            self.champion_rate, self.difference_rate, self.alpha_rate, self.power_rate, self.champion_per_challenger
        )
        return math.ceil(one_look * sequential.inflation(self.looks, self.alpha_rate, self.power_rate) - 1e-9)

    @property
    def champion_count(self) -> int:
        """Return the loans of the champion at the last look."""
        return math.ceil(self.challenger_count * self.champion_per_challenger - 1e-9)

    @property
    def information(self) -> float:
        """Return the information of the last look: 1 / (1/n + 1/m)."""
        return information(self.challenger_count, self.champion_count)


def information(challenger_count: float, champion_count: float) -> float:
    """Return the information of two arms: half the size of each, if they are equal; 0 if one has no loan."""
    if not (challenger_count > 0 and champion_count > 0):
        return 0.0
    return 1.0 / (1.0 / challenger_count + 1.0 / champion_count)


def loans_needed(
    champion_rate: float,
    difference_rate: float,
    alpha_rate: float,
    power_rate: float,
    champion_per_challenger: float = 1.0,
) -> float:
    """Return how many loans the challenger needs, for one look and before rounding up.

    Parameters
    ----------
    champion_rate, difference_rate, alpha_rate, power_rate, champion_per_challenger
        See :class:`Design`.

    Notes
    -----
    **Source**: Fleiss, Levin and Paik (2003), Statistical Methods for Rates and Proportions, 3rd edition, section 4.2,
    and 4.4 for unequal arms: two-sided, pooled variance if nothing differs, each arm's own if something does, without
    the correction for continuity.
    """
    ratio, other = champion_per_challenger, champion_rate + difference_rate
    pooled = (other + ratio * champion_rate) / (1 + ratio)
    at_null = float(ndtri(1 - alpha_rate / 2)) * math.sqrt((ratio + 1) * pooled * (1 - pooled))
    apart = math.sqrt(ratio * other * (1 - other) + champion_rate * (1 - champion_rate))
    return (at_null + float(ndtri(power_rate)) * apart) ** 2 / (ratio * difference_rate**2)


def power(
    champion_rate: float, difference_rate: float, challenger_count: float, champion_count: float, alpha_rate: float
) -> float:
    """Return the chance that one look at two arms of given sizes finds a difference that is there.

    Parameters
    ----------
    champion_rate, difference_rate, alpha_rate
        See :class:`Design`.
    challenger_count, champion_count
        Loans of each arm.

    Returns
    -------
    float
        A fraction; NaN where one arm has no loan or neither rate can vary.

    Notes
    -----
    **Source**: Fleiss, Levin and Paik (2003), section 4.5; the far side, where the difference would be found with the
    wrong sign, is left out.
    """
    if not (challenger_count > 0 and champion_count > 0):
        return math.nan
    ratio, other = champion_count / challenger_count, champion_rate + difference_rate
    pooled = (other + ratio * champion_rate) / (1 + ratio)
    at_null = float(ndtri(1 - alpha_rate / 2)) * math.sqrt((ratio + 1) * pooled * (1 - pooled))
    apart = math.sqrt(ratio * other * (1 - other) + champion_rate * (1 - champion_rate))
    if apart == 0.0:
        return math.nan
    return float(ndtr((abs(difference_rate) * math.sqrt(ratio * challenger_count) - at_null) / apart))


def smallest_difference(
    champion_rate: float, challenger_count: float, champion_count: float, alpha_rate: float, power_rate: float
) -> float:
    """Return the smallest rise of the bad rate that one look at given sizes finds with the wanted power.

    Parameters
    ----------
    champion_rate, alpha_rate, power_rate
        See :class:`Design`.
    challenger_count, champion_count
        Loans of each arm.

    Returns
    -------
    float
        A fraction; NaN where an arm has no loan or even the largest rise would not be found.
    """

    def short(difference_rate: float) -> float:
        return power(champion_rate, difference_rate, challenger_count, champion_count, alpha_rate) - power_rate

    least, most = 1e-6, 1.0 - champion_rate - 1e-9
    if not (challenger_count > 0 and champion_count > 0 and short(most) > 0):
        return math.nan
    return float(brentq(short, least, most, xtol=1e-9))


def plan(design: Design, opened_month_count: float, lane_month_count: float, mature_months: int) -> pd.DataFrame:
    """Return what a comparison needs.

    Parameters
    ----------
    design
        What it is to find.
    opened_month_count, lane_month_count
        First drawdowns a month at present, all together and of the random lane.
    mature_months
        Months from opening until a loan counts.

    Returns
    -------
    DataFrame
        One row: the fields of the design, ``challenger_rate``, ``one_look_count`` (the challenger's loans without
        earlier looks), ``challenger_count``, ``champion_count``, ``total_count``, ``opened_month_count``,
        ``fill_months`` (to open so many loans, all new loans in one arm or the other), ``after_months`` (until they
        count), ``lane_month_count``, ``lane_after_months`` (the challenger's loans from the random lane as it runs).
        Months are NaN where nothing is opened.
    """
    total = design.challenger_count + design.champion_count
    fill, lane = (
        months_for(count, inflow)
        for count, inflow in ((total, opened_month_count), (design.challenger_count, lane_month_count))
    )
    row = {
        "champion_rate": design.champion_rate,
        "difference_rate": design.difference_rate,
        "challenger_rate": design.champion_rate + design.difference_rate,
        "alpha_rate": design.alpha_rate,
        "power_rate": design.power_rate,
        "champion_per_challenger": design.champion_per_challenger,
        "looks": design.looks,
        "one_look_count": Design(
            design.champion_rate,
            design.difference_rate,
            design.alpha_rate,
            design.power_rate,
            design.champion_per_challenger,
        ).challenger_count,
        "challenger_count": design.challenger_count,
        "champion_count": design.champion_count,
        "total_count": total,
        "opened_month_count": opened_month_count,
        "fill_months": fill,
        "after_months": fill + mature_months,
        "lane_month_count": lane_month_count,
        "lane_after_months": lane + mature_months,
    }
    return pd.DataFrame([row])


def months_for(loan_count: float, month_count: float) -> float:
    """Return the whole months in which so many loans are opened; NaN where none is."""
    return float(math.ceil(loan_count / month_count - 1e-9)) if month_count > 0 else math.nan


def looks(design: Design, opened_month_count: float, mature_months: int) -> pd.DataFrame:
    """Return when to look, and what a look must show to stop; parameters as :func:`plan`.

    Returns
    -------
    DataFrame
        One row a look: ``look_no``, ``information_rate``, ``challenger_count``, ``champion_count`` (loans by then),
        ``after_months``, ``critical_z``, ``stop_difference_rate`` (a difference, either way, that is beyond it, at the
        champion's bad rate), ``spent_rate`` (chance of a false alarm by then), ``stopped_rate`` (chance to have
        stopped by then, if the wanted difference is there).
    """
    fractions = sequential.equal_fractions(design.looks)
    critical = sequential.boundaries(fractions, design.alpha_rate)
    drift = sequential.drift_for(design.looks, design.alpha_rate, design.power_rate)
    chance = sequential.stopped(fractions, critical, drift)
    spread = math.sqrt(design.champion_rate * (1 - design.champion_rate))
    rows = []
    for number, (fraction, bound, found) in enumerate(zip(fractions, critical, chance, strict=True), start=1):
        challenger = math.ceil(design.challenger_count * fraction - 1e-9)
        champion = math.ceil(design.champion_count * fraction - 1e-9)
        rows.append(
            {
                "look_no": number,
                "information_rate": fraction,
                "challenger_count": challenger,
                "champion_count": champion,
                "after_months": months_for(challenger + champion, opened_month_count) + mature_months,
                "critical_z": bound,
                "stop_difference_rate": bound * spread / math.sqrt(information(challenger, champion)),
                "spent_rate": sequential.spent(fraction, design.alpha_rate),
                "stopped_rate": found,
            }
        )
    return pd.DataFrame(rows)


def power_curve(design: Design) -> pd.DataFrame:
    """Return the chance to find the wanted difference by size, for one look.

    Returns
    -------
    DataFrame
        ``challenger_count`` rising from a few to twice what is needed, ``power_rate``.
    """
    most = max(design.challenger_count * _WIDEST, 10.0)
    sizes = np.unique(np.ceil(np.linspace(most / CURVE_POINTS, most, CURVE_POINTS)))
    ratio = design.champion_per_challenger
    found = [
        power(design.champion_rate, design.difference_rate, size, size * ratio, design.alpha_rate) for size in sizes
    ]
    return pd.DataFrame({"challenger_count": sizes.astype("int64"), "power_rate": found})
