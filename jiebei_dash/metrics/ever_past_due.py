"""The share of loans that were ever past due, of all loans and by cohort and age."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import numpy as np
import pandas as pd

from jiebei_dash.metrics import frames


def shares(frame: pd.DataFrame, thresholds_days: Sequence[int]) -> pd.DataFrame:
    """Return the share of loans ever more than so many days past due.

    Parameters
    ----------
    frame
        ``worst_dpd_days``, ``loan_count``; one row a number of days.
    thresholds_days
        Strictly more than each.

    Returns
    -------
    DataFrame
        ``past_due_days``, ``past_due_count``, ``loan_count``, ``past_due_rate``; one row a threshold, in the order
        given. Without a loan the rate is NaN.

    Notes
    -----
    **Source**: house definition "ever X+" (days past due at month-ends); on the tape credit_record it gives the figures
    of the notebook "ESE527-Vintage analysis" (wustlese527/progress_status_2).
    """
    frames.need(frame, "worst_dpd_days", "loan_count")
    loan_count = int(frame["loan_count"].sum())
    counts = [int(frame.loc[frame["worst_dpd_days"] > days, "loan_count"].sum()) for days in thresholds_days]
    return pd.DataFrame(
        {
            "past_due_days": list(thresholds_days),
            "past_due_count": counts,
            "loan_count": loan_count,
            "past_due_rate": [count / loan_count if loan_count else np.nan for count in counts],
        }
    )


def by_age(frame: pd.DataFrame, as_of_month: date) -> pd.DataFrame:
    """Return the cumulative share of each cohort that was past due by an age.

    Parameters
    ----------
    frame
        ``opened_month``, ``first_mob`` (NaN: never), ``loan_count``, ``observed_count``; one row a cohort and age.
    as_of_month
        Last closed month: an age that a cohort has not reached by then is absent.

    Returns
    -------
    DataFrame
        ``opened_month``, ``mob``, ``past_due_count``, ``loan_count`` (the whole cohort), ``past_due_rate``; one row a
        cohort and age from 0.

    Notes
    -----
    **Source**: house definition of the vintage by count: the denominator is the whole cohort and never shrinks.
    """
    frames.need(frame, "opened_month", "first_mob", "loan_count", "observed_count")
    columns = ["opened_month", "mob", "past_due_count", "loan_count", "past_due_rate"]
    cohorts = []
    for opened_month, cohort in frame.groupby("opened_month", sort=True):
        reached = (as_of_month.year - opened_month.year) * 12 + as_of_month.month - opened_month.month
        ages = np.arange(reached + 1)
        counts = cohort.dropna(subset="first_mob").groupby("first_mob")["observed_count"].sum()
        past_due_count = counts.reindex(ages, fill_value=0).cumsum().to_numpy()
        loan_count = int(cohort["loan_count"].sum())
        cohorts.append(
            pd.DataFrame(
                {
                    "opened_month": opened_month,
                    "mob": ages,
                    "past_due_count": past_due_count.astype("int64"),
                    "loan_count": loan_count,
                    "past_due_rate": past_due_count / loan_count,
                }
            )
        )
    return pd.concat(cohorts, ignore_index=True) if cohorts else pd.DataFrame(columns=columns)
