"""Entry into lateness week by week, beside what the days of the month and the holidays let expect."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta

import numpy as np
import pandas as pd

from jiebei_dash.metrics.frames import need, ratio
from jiebei_dash.metrics.roll_rates import SMALL_CELL_LOANS
from jiebei_dash.terms import Basis

LEVEL_WEEKS = 8
"""The level of a week is that of so many weeks before it."""
PULL_ENTRIES = 30
"""A factor is pulled towards 1 as by so many entries of no effect. Source: house definition."""
_LEAST_WEEKS = 4
_SPREAD_WEEKS = 52
_AROUND = timedelta(days=28)
_Z = 1.959963984540054


def weekly(
    days: pd.DataFrame, holidays: Mapping[date, str], basis: Basis, first_week: date, last_day: date
) -> pd.DataFrame:
    """Return D1 of each week beside what was to be expected of it.

    Parameters
    ----------
    days
        ``due_on``, ``instalments``, ``due_fen``, ``entered``, ``entered_fen``; one row a day with something due. Days
        before ``first_week`` teach what a day of the month and a holiday do.
    holidays
        Kind of holiday by day.
    basis
        ``balance`` weighs by the amount due, ``count`` by instalments.
    first_week
        A Monday, the first week returned.
    last_day
        Last day that is known; a week that ends later is absent.

    Returns
    -------
    DataFrame
        ``week`` (its Monday), ``numerator``, ``denominator``, ``rate`` (D1), ``expected_rate``, ``low_rate`` and
        ``high_rate`` (95 %), ``holiday`` (kind of a holiday on which something fell due, else empty), ``instalments``,
        ``is_outside`` (beyond the band, and not small), ``is_small``. Absent while fewer than four weeks lie before it.

    Notes
    -----
    **Source**: house definition E6. Expected = level of the 8 weeks before x factor of the day of the month x factor of
    the kind of holiday, by day, weighed by what falls due. Factors are learnt from
    instalments in both bases and pulled towards 1 as by 30 entries. A holiday's factor is its D1 over that of the
    ordinary days 28 days around it, in the years before. Band: binomial, widened by how much the weeks of the past
    year strayed (quasi-binomial).
    """
    need(days, "due_on", "instalments", "due_fen", "entered", "entered_fen")
    of = "_fen" if basis == "balance" else ""
    due_on = pd.to_datetime(days["due_on"])
    known = pd.DataFrame(
        {
            "due_on": due_on,
            "week": due_on - pd.to_timedelta(due_on.dt.day_of_week, unit="D"),
            "holiday": [holidays.get(day.date(), "") for day in due_on],
            "due": days["due_fen" if of else "instalments"].astype(float),
            "late": days[f"entered{of}"].astype(float),
            "instalments": days["instalments"],
            "entered": days["entered"],
        }
    )
    known = known[known["due_on"] <= pd.Timestamp(last_day)].sort_values("due_on", ignore_index=True)
    taught = known[known["due_on"] < pd.Timestamp(first_week)]
    usual = _of_day_of_month(taught[taught["holiday"] == ""])
    known["factor"] = known["due_on"].dt.day.map(usual).fillna(1.0)
    known["factor"] *= known["holiday"].map(_of_holiday(taught, usual)).fillna(1.0)
    known["weighed"] = known["due"] * known["factor"]
    weeks = known.groupby("week").agg(
        numerator=("late", "sum"), denominator=("due", "sum"), weighed=("weighed", "sum"), holiday=("holiday", "max"),
        instalments=("instalments", "sum"),
    )  # fmt: skip
    weeks = weeks[weeks.index + pd.Timedelta(days=6) <= pd.Timestamp(last_day)]
    before = weeks[["numerator", "weighed"]].rolling(LEVEL_WEEKS, min_periods=_LEAST_WEEKS).sum().shift()
    weeks["rate"] = ratio(weeks["numerator"], weeks["denominator"])
    mean_factor = ratio(weeks["weighed"], weeks["denominator"])
    weeks["expected_rate"] = (ratio(before["numerator"], before["weighed"]) * mean_factor).clip(0, 1)
    error = np.sqrt(weeks["expected_rate"] * (1 - weeks["expected_rate"]) / weeks["instalments"])
    strayed = ratio(weeks["rate"] - weeks["expected_rate"], error) ** 2
    wider = strayed.rolling(_SPREAD_WEEKS, min_periods=_LEAST_WEEKS).mean().shift().fillna(1.0).clip(lower=1.0)
    half = _Z * error * np.sqrt(wider)
    weeks["low_rate"] = (weeks["expected_rate"] - half).clip(lower=0)
    weeks["high_rate"] = (weeks["expected_rate"] + half).clip(upper=1)
    weeks["is_small"] = weeks["instalments"] < SMALL_CELL_LOANS
    outside = (weeks["rate"] < weeks["low_rate"]) | (weeks["rate"] > weeks["high_rate"])
    weeks["is_outside"] = outside & ~weeks["is_small"]
    shown = weeks[(weeks.index >= pd.Timestamp(first_week)) & weeks["expected_rate"].notna()].reset_index()
    columns = ["week", "numerator", "denominator", "rate", "expected_rate", "low_rate", "high_rate", "holiday"]
    return shown[[*columns, "instalments", "is_outside", "is_small"]]


def _of_day_of_month(plain: pd.DataFrame) -> pd.Series:
    """D1 of each day of the month over that of all of them, ordinary days only; in instalments."""
    sums = plain.groupby(plain["due_on"].dt.day)[["entered", "instalments"]].sum()
    level = plain["entered"].sum() / max(plain["instalments"].sum(), 1)
    return (sums["entered"] + PULL_ENTRIES) / (sums["instalments"] * level + PULL_ENTRIES)


def _of_holiday(taught: pd.DataFrame, usual: pd.Series) -> dict[str, float]:
    """D1 of each kind of holiday over that of the ordinary days around it, days of the month alike; in instalments."""
    weighed = taught["instalments"] * taught["due_on"].dt.day.map(usual).fillna(1.0)
    taught = taught.assign(weighed=weighed)
    plain = taught[taught["holiday"] == ""]
    found: dict[str, float] = {}
    for kind, rows in taught[taught["holiday"] != ""].groupby("holiday"):
        entered = expected = 0.0
        for _, once in rows.groupby(rows["due_on"].dt.year):
            first, last = once["due_on"].min() - _AROUND, once["due_on"].max() + _AROUND
            around = plain[plain["due_on"].between(first, last)]
            if around["weighed"].sum() > 0:
                level = around["entered"].sum() / around["weighed"].sum()
                expected += level * float(once["weighed"].sum())
                entered += float(once["entered"].sum())
        found[str(kind)] = (entered + PULL_ENTRIES) / (expected + PULL_ENTRIES)
    return found
