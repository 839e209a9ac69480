"""Forecasts that were kept, beside what came."""

from __future__ import annotations

import pandas as pd

from jiebei_dash.metrics.frames import need
from jiebei_dash.metrics.intervals import wilson
from jiebei_dash.metrics.vintage_forecast import turned_out

SET = ["as_of_month", "data_version"]
"""What tells one set of kept forecasts from another: what was known, and in which version of the book."""


def scored(kept: pd.DataFrame, found: pd.DataFrame) -> pd.DataFrame:
    """Return each set of kept forecasts beside what has closed since.

    Parameters
    ----------
    kept
        ``as_of_month``, ``data_version``, ``made_at`` and the columns that
        :func:`jiebei_dash.metrics.vintage_forecast.turned_out` needs; forecasts of one measure and part of the book.
    found
        Closed cells of the same, as known now.

    Returns
    -------
    DataFrame
        One row a set and ``cohort`` that was still open then and has a closed age since, at the oldest such age:
        ``as_of_month``, ``data_version``, ``made_at`` (of the first that was kept), then the columns of ``turned_out``
        and ``numerator`` and ``denominator`` as observed.
    """
    need(kept, *SET, "made_at")
    parts = []
    for (as_of_month, version), rows in kept.groupby(SET, sort=True):
        turned = turned_out(rows, found)
        turned = turned.merge(found[["cohort", "mob", "numerator", "denominator"]], on=["cohort", "mob"], how="left")
        turned.insert(0, "made_at", rows["made_at"].min())
        turned.insert(0, "data_version", version)
        turned.insert(0, "as_of_month", as_of_month)
        parts.append(turned)
    columns = [*SET, "made_at", "cohort", "observed_mob", "observed_rate", "mob", "predicted_rate", "low_rate",
               "high_rate", "realised_rate", "difference_rate", "is_inside", "method", "loans", "numerator",
               "denominator"]  # fmt: skip
    return pd.concat(parts, ignore_index=True)[columns] if parts else pd.DataFrame(columns=columns)


def sets(kept: pd.DataFrame, found: pd.DataFrame) -> pd.DataFrame:
    """Return how each set of kept forecasts has turned out so far.

    Parameters
    ----------
    kept, found
        As in :func:`scored`.

    Returns
    -------
    DataFrame
        One row a set, oldest first: ``as_of_month``, ``data_version``, ``made_at``, ``forecasts`` (kept), ``cohorts``
        (kept), ``scored_cohorts`` (closed since, with an interval), ``inside_cohorts``, ``inside_rate`` with its 95 %
        interval ``low_rate`` to ``high_rate`` (NaN while none has closed), ``difference_rate`` (mean of observed less
        forecast).

    Notes
    -----
    **Source**: house definition; Wilson (1927) of cohorts as if independent, which they are not in a month that is bad
    for all of them.
    """
    told = scored(kept, found)
    rows = []
    for (as_of_month, version), part in kept.groupby(SET, sort=True):
        own = told[(told["as_of_month"] == as_of_month) & (told["data_version"] == version)]
        known = own[own["is_inside"].notna()]
        inside = int(known["is_inside"].sum())
        low, high = wilson(inside, len(known))
        rows.append(
            {
                "as_of_month": as_of_month,
                "data_version": version,
                "made_at": part["made_at"].min(),
                "forecasts": len(part),
                "cohorts": part["cohort"].nunique(),
                "scored_cohorts": len(known),
                "inside_cohorts": inside,
                "inside_rate": inside / len(known) if len(known) else float("nan"),
                "low_rate": low,
                "high_rate": high,
                "difference_rate": float(own["difference_rate"].mean()) if len(own) else float("nan"),
            }
        )
    columns = [*SET, "made_at", "forecasts", "cohorts", "scored_cohorts", "inside_cohorts", "inside_rate", "low_rate",
               "high_rate", "difference_rate"]  # fmt: skip
    return pd.DataFrame(rows, columns=columns)
