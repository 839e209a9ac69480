"""The same cells by calendar month: what hit cohorts of all ages at once."""

from __future__ import annotations

import numpy as np
import pandas as pd
from scipy.special import gammainc, gammaincinv

from jiebei_dash.metrics.frames import need
from jiebei_dash.metrics.same_age import JUDGED_COHORTS, SMALL_CELL_LOANS, WRONG_ALARM_RATE, counted_as

LEAST_COHORTS = 3
"""What is usual at an age takes so many cohorts that have reached it."""


def months(found: pd.DataFrame, counted: pd.DataFrame, cohort_months: int) -> pd.DataFrame:
    """Return what came new in each month, beside what is usual at the ages that the cohorts had then.

    Parameters
    ----------
    found
        Closed cells of ``metrics.vintages.cells`` of a measure that only adds up, by balance or by count.
    counted
        The same cells by count.
    cohort_months
        1 for months, 3 for quarters: a quarter's cell is of the month in which its youngest month reached the age.

    Returns
    -------
    DataFrame
        One row a ``month``, oldest first: ``cohorts``, ``loans`` and ``denominator`` (of the cohorts that had an age
        to compare), ``bad_loans`` and ``numerator`` (new in that month), ``usual`` (the numerator, had each cohort come
        by the mean of all cohorts at its age), ``against_usual`` (numerator / usual; NaN without any), ``low_against``
        and ``high_against`` (95 %), ``chance_rate`` (of so much or more if the month were as usual; NaN where it is not
        judged: fewer than 30 loans, none is usual, or not of the newest ``JUDGED_COHORTS``),
        ``allowed_rate``, ``is_worse``.

    Notes
    -----
    **Source**: house definition; the interval of a ratio of observed to expected events is Garwood's (1936),
    Biometrika 28, 437-442. By balance loans count as in :func:`jiebei_dash.metrics.same_age.counted_as`.
    """
    amounts, counts = _added(found, cohort_months), _added(counted, cohort_months)
    both = amounts.merge(
        counts[["cohort", "mob", "added", "usual"]].rename(columns={"added": "bad_loans", "usual": "usual_loans"}),
        on=["cohort", "mob"],
    )
    sums = both.groupby("month", as_index=False).agg(
        cohorts=("cohort", "nunique"),
        loans=("loans", "sum"),
        denominator=("denominator", "sum"),
        bad_loans=("bad_loans", "sum"),
        numerator=("added", "sum"),
        usual=("usual", "sum"),
        usual_loans=("usual_loans", "sum"),
    )
    ratio = sums["numerator"] / sums["usual"].where(sums["usual"] > 0)
    expected = sums["usual_loans"] * counted_as(sums)
    events = ratio * expected
    low = np.where(events > 0, gammaincinv(events.where(events > 0, 1.0), 0.025), 0.0) / expected
    high = gammaincinv(events + 1, 0.975) / expected
    sums["against_usual"], sums["low_against"], sums["high_against"] = ratio, low.where(ratio.notna()), high
    could_be = ratio.notna() & (sums["loans"] >= SMALL_CELL_LOANS)
    judged = could_be & (could_be[::-1].cumsum()[::-1] <= JUDGED_COHORTS)
    chance = np.where(events > 0, gammainc(events.where(events > 0, 1.0), expected), 1.0)
    sums["chance_rate"] = np.where(judged, chance, np.nan)
    sums["allowed_rate"] = np.where(judged, WRONG_ALARM_RATE / max(int(judged.sum()), 1), np.nan)
    sums["is_worse"] = sums["chance_rate"] < sums["allowed_rate"]
    return sums.drop(columns="usual_loans")


def _added(found: pd.DataFrame, cohort_months: int) -> pd.DataFrame:
    """What each cohort added at each age, and what is usual there; ages of too few cohorts are left out."""
    need(found, "cohort", "mob", "numerator", "denominator", "loans")
    rows = found[found["denominator"] > 0].sort_values(["cohort", "mob"])
    before = rows.groupby("cohort")["numerator"].shift(fill_value=0)
    rows = rows.assign(added=rows["numerator"] - before)
    of_age = rows.groupby("mob")
    rate = of_age["added"].transform("sum") / of_age["denominator"].transform("sum")
    rows = rows.assign(usual=rate * rows["denominator"])[of_age["cohort"].transform("nunique") >= LEAST_COHORTS]
    place = rows["cohort"].dt.year * 12 + rows["cohort"].dt.month - 1 + rows["mob"] + cohort_months - 1
    month = pd.to_datetime({"year": place // 12, "month": place % 12 + 1, "day": 1})
    return rows.assign(month=month.astype(found["cohort"].dtype))
