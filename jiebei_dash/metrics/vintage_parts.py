"""Vintages of the parts of a book: one curve a code, and the codes compared at one age."""

from __future__ import annotations

import numpy as np
import pandas as pd

from jiebei_dash.metrics.frames import need
from jiebei_dash.metrics.intervals import excess_chance, wilson
from jiebei_dash.metrics.same_age import SMALL_CELL_LOANS, WRONG_ALARM_RATE, counted_as

_SUMS = ["numerator", "denominator", "loans"]


def curves(found: pd.DataFrame, by: str) -> pd.DataFrame:
    """Return one curve a code over the cohorts that have reached each age.

    Parameters
    ----------
    found
        ``by``, ``cohort``, ``mob``, ``numerator``, ``denominator``, ``loans``; closed cells of each code.
    by
        The dimension.

    Returns
    -------
    DataFrame
        One row a code and ``mob``: ``cohorts`` (how many stand behind the age), ``loans``, ``numerator``,
        ``denominator``, ``rate``, ``is_small`` (fewer than 30 loans opened); codes in the order of what they lent.

    Notes
    -----
    **Source**: house definition 1.7: only cohorts observed at an age, weighted by their original principal.
    """
    need(found, by, "cohort", "mob", *_SUMS)
    keys = [by, "mob"]
    sums = found.groupby(keys, as_index=False)[_SUMS].sum()
    sums.insert(2, "cohorts", found.groupby(keys)["cohort"].nunique().to_numpy())
    sums["rate"] = sums["numerator"] / sums["denominator"].astype(float).replace(0.0, np.nan)
    sums["is_small"] = sums["loans"] < SMALL_CELL_LOANS
    lent = sums[sums["mob"] == 0].set_index(by)["denominator"]
    return sums.iloc[np.lexsort((sums["mob"], sums[by], -sums[by].map(lent)))].reset_index(drop=True)


def at_age(found: pd.DataFrame, counted: pd.DataFrame, by: str, mob: int) -> pd.DataFrame:
    """Return the codes at one age with their intervals, each beside all other codes together.

    Parameters
    ----------
    found, counted
        Closed cells of each code, by the chosen basis and by count.
    by, mob
        The dimension and the age.

    Returns
    -------
    DataFrame
        One row a code, worst first: ``cohorts``, ``loans``, ``bad_loans``, ``numerator``, ``denominator``, ``rate``,
        ``low_rate``, ``high_rate`` (95 %), ``others_rate`` (NaN if there is one code), ``difference_rate``,
        ``chance_rate`` (of so much or more if it did not differ from the others; NaN where it is not judged),
        ``allowed_rate`` (its part of ``WRONG_ALARM_RATE``), ``is_small`` (fewer than 30 loans: not judged),
        ``is_worse``.

    Notes
    -----
    **Source**: as :func:`jiebei_dash.metrics.same_age.cohorts`.
    """
    here, counts = (curves(cells[cells["mob"] == mob].assign(mob=0), by) for cells in (found, counted))
    here = here.merge(counts[[by, "numerator"]].rename(columns={"numerator": "bad_loans"}), on=by)
    here = here[here["denominator"] > 0].reset_index(drop=True)
    trials = here["loans"] * counted_as(here)
    bad = here["rate"].clip(0, 1) * trials
    bounds = [wilson(part, count) for part, count in zip(bad, trials, strict=True)]
    here["low_rate"], here["high_rate"] = [low for low, _ in bounds], [high for _, high in bounds]
    rest = here[_SUMS].sum() - here[_SUMS]
    here["others_rate"] = rest["numerator"] / rest["denominator"].astype(float).replace(0.0, np.nan)
    here["difference_rate"] = here["rate"] - here["others_rate"]
    judged = here["others_rate"].notna() & ~here["is_small"]
    chances = [
        excess_chance(bad[at], trials[at], max(float(bad.sum() - bad[at]), 0.0), float(trials.sum() - trials[at]))
        for at in range(len(here))
    ]
    here["chance_rate"] = np.where(judged, np.array(chances, dtype=float), np.nan)
    here["allowed_rate"] = np.where(judged, WRONG_ALARM_RATE / max(int(judged.sum()), 1), np.nan)
    here["is_worse"] = here["chance_rate"] < here["allowed_rate"]
    kept = [by, "cohorts", "loans", "bad_loans", "numerator", "denominator", "rate", "low_rate", "high_rate",
            "others_rate", "difference_rate", "chance_rate", "allowed_rate", "is_small", "is_worse"]  # fmt: skip
    return here.sort_values(["rate", by], ascending=[False, True])[kept].reset_index(drop=True)
