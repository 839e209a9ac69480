"""Where the entry rate and the 30+ rate peaked, and how long one runs before the other."""

from __future__ import annotations

import numpy as np
import pandas as pd

from jiebei_dash.metrics.frames import need

SMOOTHED_MONTHS = 3
MOST_LAG_MONTHS = 6
FIGURES = ("entry", "past_due_30")


def smoothed(entry: pd.DataFrame, late: pd.DataFrame) -> pd.DataFrame:
    """Return D1 and 30+ by month, each as the rate of the sums of three months.

    Parameters
    ----------
    entry
        Of ``metrics.entry.entry``.
    late
        Of ``metrics.delinquency.past_due``.

    Returns
    -------
    DataFrame
        ``month``, ``figure`` (``FIGURES``), ``rate`` of the month, ``smooth_rate`` of three months; the first two
        months of a figure have none.
    """
    need(entry, "month", "measure", "numerator", "denominator", "rate")
    need(late, "month", "past_due_days", "late", "book", "rate")
    parts = {
        "entry": entry[entry["measure"] == "entry"],
        "past_due_30": late[late["past_due_days"] == 30].rename(columns={"late": "numerator", "book": "denominator"}),
    }
    found = []
    for figure, rows in parts.items():
        rows = rows.sort_values("month").set_index("month")
        sums = rows[["numerator", "denominator"]].astype(float).rolling(SMOOTHED_MONTHS).sum()
        smooth = sums["numerator"] / sums["denominator"].where(sums["denominator"] > 0)
        found.append(pd.DataFrame({"figure": figure, "rate": rows["rate"], "smooth_rate": smooth}).reset_index())
    return pd.concat(found, ignore_index=True)[["month", "figure", "rate", "smooth_rate"]]


def peaks(rates: pd.DataFrame) -> pd.DataFrame:
    """Return each figure's last peak, and whether it is behind.

    Parameters
    ----------
    rates
        Of :func:`smoothed`.

    Returns
    -------
    DataFrame
        One row a figure that has a smoothed month: ``figure``, ``peak_month``, ``peak_rate``, ``now_month``,
        ``now_rate``, ``since_months``, ``fallen_rate`` = 1 - now / peak, ``usual_change`` (standard deviation of the
        monthly changes of the smoothed rate, NaN with fewer than two), ``is_past`` (it has fallen for two months or
        more, and by more than twice the usual change), ``lag_months`` by which 30+ follows D1 most closely (0 to 6,
        both smoothed; NaN with fewer than twelve common months).

    Notes
    -----
    **Source**: house question 5.1, entry against the lag of 30+; the lag is that of the largest correlation.
    """
    need(rates, "month", "figure", "smooth_rate")
    by_figure = {name: rows.set_index("month")["smooth_rate"].dropna() for name, rows in rates.groupby("figure")}
    lag = _lag(by_figure)
    rows = []
    for figure in FIGURES:
        known = by_figure.get(figure, pd.Series(dtype=float))
        if known.empty:
            continue
        peak, now = known.idxmax(), known.index[-1]
        since = (now.year - peak.year) * 12 + now.month - peak.month
        usual = float(known.diff().std())
        fallen = known[peak] - known[now]
        rows.append(
            {
                "figure": figure,
                "peak_month": peak,
                "peak_rate": known[peak],
                "now_month": now,
                "now_rate": known[now],
                "since_months": since,
                "fallen_rate": fallen / known[peak] if known[peak] > 0 else np.nan,
                "usual_change": usual,
                "is_past": bool(since >= 2 and fallen > 2 * usual),
                "lag_months": lag,
            }
        )
    return pd.DataFrame(rows)


def _lag(by_figure: dict[str, pd.Series]) -> float:
    if not set(FIGURES) <= set(by_figure):
        return np.nan
    entry, late = (by_figure[figure] for figure in FIGURES)
    closeness = {}
    for months in range(MOST_LAG_MONTHS + 1):
        moved = entry.copy()
        moved.index = pd.DatetimeIndex(moved.index) + pd.DateOffset(months=months)
        both = pd.concat([moved, late], axis=1, join="inner")
        if len(both) >= 12 and (both.std() > 0).all():
            closeness[months] = float(both.iloc[:, 0].corr(both.iloc[:, 1]))
    return float(max(closeness, key=lambda months: closeness[months])) if closeness else np.nan
