"""Cohorts compared at one age, each with how far chance alone may have moved it."""

from __future__ import annotations

import numpy as np
import pandas as pd

from jiebei_dash.metrics.frames import need
from jiebei_dash.metrics.intervals import excess_chance, wilson

SMALL_CELL_LOANS = 30
JUDGED_COHORTS = 24
"""So many of the newest are judged at once."""
WRONG_ALARM_RATE = 0.05
"""Chance that any of them is called worse although none differs; each has its part of it (Bonferroni)."""
_BEFORE_MONTHS = 12
_LEAST_BEFORE = 3


def cohorts(found: pd.DataFrame, counted: pd.DataFrame, mob: int) -> pd.DataFrame:
    """Return the cohorts at one age with their intervals, each beside those opened in the year before it.

    Parameters
    ----------
    found
        Closed cells of ``metrics.vintages.cells``, by balance or by count.
    counted
        The same cells by count.
    mob
        The age.

    Returns
    -------
    DataFrame
        One row a ``cohort`` that has reached the age, oldest first: ``loans``, ``bad_loans``, ``numerator``,
        ``denominator``, ``rate``, ``low_rate``, ``high_rate`` (95 %), ``before_rate`` (pooled over the cohorts opened
        in the twelve months before, NaN unless three of them have reached the age), ``difference_rate``,
        ``chance_rate`` (of so much or more, if the cohort did not differ from the year before; NaN where it is not
        judged), ``allowed_rate`` (its part of ``WRONG_ALARM_RATE``; the newest ``JUDGED_COHORTS`` share it),
        ``is_small`` (fewer than 30 loans: not judged), ``is_worse`` (less likely than allowed).

    Notes
    -----
    **Source**: Wilson (1927); Przyborowski and Wilenski (1940); Bonferroni (1936). By balance a house definition: see
    :func:`counted_as`.
    """
    need(found, "cohort", "mob", "numerator", "denominator", "loans", "rate")
    need(counted, "cohort", "mob", "numerator")
    here = found[found["mob"] == mob].merge(
        counted[counted["mob"] == mob][["cohort", "numerator"]].rename(columns={"numerator": "bad_loans"}), on="cohort"
    )
    here = here[here["denominator"] > 0].sort_values("cohort").reset_index(drop=True)
    trials = here["loans"] * counted_as(here)
    # More may have come back than was lost: below nothing there is no share.
    bad = here["rate"].clip(0, 1) * trials
    bounds = [wilson(part, count) for part, count in zip(bad, trials, strict=True)]
    opened = here["cohort"].dt.year * 12 + here["cohort"].dt.month
    rates, chances = [], []
    for at in range(len(here)):
        before = (opened < opened[at]) & (opened >= opened[at] - _BEFORE_MONTHS)
        if before.sum() < _LEAST_BEFORE:
            rates.append(np.nan)
            chances.append(np.nan)
            continue
        rate = here["numerator"][before].sum() / here["denominator"][before].sum()
        others = trials[before].sum()
        rates.append(rate)
        chances.append(excess_chance(bad[at], trials[at], min(max(rate, 0.0), 1.0) * others, others))
    result = here[["cohort", "loans", "bad_loans", "numerator", "denominator", "rate"]].assign(
        low_rate=[low for low, _ in bounds],
        high_rate=[high for _, high in bounds],
        before_rate=np.array(rates, dtype=float),
        is_small=here["loans"] < SMALL_CELL_LOANS,
    )
    result["difference_rate"] = result["rate"] - result["before_rate"]
    could_be = result["before_rate"].notna() & ~result["is_small"]
    judged = could_be & (could_be[::-1].cumsum()[::-1] <= JUDGED_COHORTS)
    result["chance_rate"] = np.where(judged, chances, np.nan)
    result["allowed_rate"] = np.where(judged, WRONG_ALARM_RATE / max(int(judged.sum()), 1), np.nan)
    result["is_worse"] = result["chance_rate"] < result["allowed_rate"]
    return result


def counted_as(here: pd.DataFrame) -> float:
    """Return how many loans of equal size one loan of these cells counts for: 1 by count, less by balance.

    Parameters
    ----------
    here
        ``numerator``, ``denominator``, ``loans``, ``bad_loans``; groups of one age or month.

    Returns
    -------
    float
        1 / (1 + v): v is the squared spread of the amount of a bad loan as a part of its mean, estimated from how far
        the groups' mean amounts lie apart beyond their number of bad loans (a mean of k amounts spreads by v / k).

    Notes
    -----
    **Source**: house definition.
    """
    bad = here[(here["bad_loans"] > 0) & (here["loans"] > 0) & (here["denominator"] > 0)]
    if len(bad) < 2:
        return 1.0
    each = bad["numerator"] / bad["bad_loans"] / (bad["denominator"] / bad["loans"])
    mean = float((each * bad["bad_loans"]).sum() / bad["bad_loans"].sum())
    if mean <= 0:
        return 1.0
    spread = float((bad["bad_loans"] * (each / mean - 1) ** 2).sum() / (len(bad) - 1))
    return 1.0 / (1.0 + spread)
