"""What vintages are expected to come to, and how such forecasts turned out."""

from __future__ import annotations

from datetime import date

import pandas as pd

from jiebei_dash.metrics.frames import need

SETTLED_RATE = 0.01
"""A cohort of whose final rate less than this is still to come is no test of a forecast."""


def ultimates(forecast: pd.DataFrame) -> pd.DataFrame:
    """Return what each cohort is expected to come to in the end.

    Parameters
    ----------
    forecast
        Of :func:`jiebei_dash.metrics.development.develop`.

    Returns
    -------
    DataFrame
        One row a ``cohort``: ``observed_mob``, ``observed_rate``, ``ultimate_rate``, ``low_rate``, ``high_rate``,
        ``method``, ``developed_rate``, ``numerator``, ``denominator``, ``loans``; oldest first.
    """
    need(forecast, "cohort", "mob", "predicted_rate")
    last = forecast.sort_values(["cohort", "mob"]).groupby("cohort", as_index=False).tail(1)
    kept = ["cohort", "observed_mob", "observed_rate", "predicted_rate", "low_rate", "high_rate", "method",
            "developed_rate", "numerator", "denominator", "loans"]  # fmt: skip
    return last[kept].rename(columns={"predicted_rate": "ultimate_rate"}).reset_index(drop=True)


def known_then(found: pd.DataFrame, then: date, cohort_months: int) -> pd.DataFrame:
    """Return the closed cells that had closed by an earlier month.

    Parameters
    ----------
    found
        ``cohort``, ``mob``; cells of ``metrics.vintages.cells``.
    then
        The earlier month.
    cohort_months
        1 for months, 3 for quarters: the youngest month of a cohort decides.
    """
    need(found, "cohort", "mob")
    months = found["cohort"].dt.year * 12 + found["cohort"].dt.month + cohort_months - 1 + found["mob"]
    return found[months <= then.year * 12 + then.month]


def turned_out(forecast: pd.DataFrame, found: pd.DataFrame) -> pd.DataFrame:
    """Return forecasts beside what was observed later.

    Parameters
    ----------
    forecast
        ``cohort``, ``mob``, ``observed_mob``, ``observed_rate``, ``predicted_rate``, ``low_rate``, ``high_rate``,
        ``method``, ``developed_rate``, ``loans``; made from what had closed then.
    found
        ``cohort``, ``mob``, ``rate``; what has closed by now.

    Returns
    -------
    DataFrame
        One row a ``cohort`` of which more than ``SETTLED_RATE`` of the final rate was still to come, at the oldest age
        that was forecast and has closed since: ``observed_mob`` and
        ``observed_rate`` then, ``mob``, ``predicted_rate``, ``low_rate``, ``high_rate``, ``realised_rate``,
        ``difference_rate`` (realised less predicted), ``is_inside`` the interval (NaN if it could not be told),
        ``method``, ``loans``.
    """
    need(forecast, "cohort", "mob", "observed_mob", "predicted_rate", "low_rate", "high_rate", "developed_rate")
    need(found, "cohort", "mob", "rate")
    is_open = (forecast["developed_rate"].astype(float) - 1).abs() > SETTLED_RATE
    ahead = forecast[is_open & (forecast["mob"] > forecast["observed_mob"])]
    both = ahead.merge(found[["cohort", "mob", "rate"]], on=["cohort", "mob"]).sort_values(["cohort", "mob"])
    last = both.groupby("cohort", as_index=False).tail(1).rename(columns={"rate": "realised_rate"})
    inside = (last["realised_rate"] >= last["low_rate"]) & (last["realised_rate"] <= last["high_rate"])
    last["difference_rate"] = last["realised_rate"] - last["predicted_rate"]
    last["is_inside"] = inside.astype(float).where(last["low_rate"].notna())
    kept = ["cohort", "observed_mob", "observed_rate", "mob", "predicted_rate", "low_rate", "high_rate",
            "realised_rate", "difference_rate", "is_inside", "method", "loans"]  # fmt: skip
    return last[kept].reset_index(drop=True)
