"""What a policy promises by month, and whether it was kept."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
import pandas as pd
from scipy.special import stdtrit

from jiebei_dash.metrics.frames import need
from jiebei_dash.metrics.policies import BAD_KNOWN_AFTER_MONTHS, by_month, share_inside
from jiebei_dash.metrics.replayed import BADS, by_outcome, loans

MEASURES: tuple[str, ...] = ("approval", "bad")
"""What is promised and scored; the margin is promised and cannot be observed of a month's loans before they end."""
FEWEST_MONTHS = 3
STATUSES: tuple[str, ...] = ("INSIDE", "OUTSIDE", "NOBODY", "NOT_YET")


def of_one_model(sums: pd.DataFrame, begins_on: pd.Timestamp | None) -> pd.DataFrame:
    """Return the months that the live model scored as a whole, if there are three of them; else all.

    Parameters
    ----------
    sums
        With ``submitted_month``.
    begins_on
        First day of the live model; null where none is known.

    Notes
    -----
    **Source**: house definition. A cut-off lets another share through once the model is another, so months before tell
    little of those to come.
    """
    need(sums, "submitted_month")
    if begins_on is None or pd.isna(begins_on):
        return sums
    month = begins_on.to_period("M").to_timestamp()
    first = month if begins_on == month else month + pd.DateOffset(months=1)
    own = sums[sums["submitted_month"] >= first]
    return own if own["submitted_month"].nunique() >= FEWEST_MONTHS else sums


def followed(sums: pd.DataFrame) -> tuple[float, float]:
    """Return which part of those who pass the policy in force was approved, and of those who fail it.

    Parameters
    ----------
    sums
        Of the policy in force: grain ``approves``, ``outcome``; decisions of months in which it decided. Who is
        approved against it came by lot or by a person.

    Returns
    -------
    tuple of float
        Fractions; 1 and 0 where nobody passed or failed.
    """
    need(sums, "approves", "outcome", "decided_count")
    passes, approved = sums["approves"].astype(bool), sums["outcome"] != "DECLINED"
    count = sums["decided_count"]
    passing, failing = count[passes].sum(), count[~passes].sum()
    kept = count[passes & approved].sum() / passing if passing else 1.0
    let_in = count[~passes & approved].sum() / failing if failing else 0.0
    return float(kept), float(let_in)


def approvals(sums: pd.DataFrame, part_kept: float, part_let_in: float) -> pd.Series:
    """Return the approval rate of each month under a policy, as it would be decided: by ``submitted_month``.

    Parameters
    ----------
    sums
        Grain ``submitted_month``, ``approves``, ``outcome``; see ``queries.policies.replayed_by_month``.
    part_kept, part_let_in
        Of :func:`followed`.
    """
    need(sums, "submitted_month", "approves", "decided_count")
    passes, months = sums["approves"].astype(bool), sums["submitted_month"]
    decided = sums["decided_count"].groupby(months).sum()
    share = sums["decided_count"].where(passes, 0).groupby(months).sum() / decided.where(decided > 0)
    return (share * part_kept + (1 - share) * part_let_in).dropna()


def ahead(rates: Sequence[float], months: int) -> tuple[float, float, float]:
    """Return what a monthly rate is expected to be some months on, with an interval that widens with them.

    Parameters
    ----------
    rates
        By month, oldest first.
    months
        How many after the last.

    Returns
    -------
    tuple of float
        Rate, low and high (95 %), between 0 and 1; NaN without a month, no interval with fewer than four.

    Notes
    -----
    **Source**: random walk with drift, Hyndman and Athanasopoulos (2021), Forecasting: Principles and Practice, 5.2
    and 5.5. The mix of applicants and their scores drift for years in one direction, so a mean of past months would
    promise what is gone.
    """
    if not len(rates):
        return math.nan, math.nan, math.nan
    steps = np.diff(np.asarray(rates, dtype=float))
    rate = min(1.0, max(0.0, float(rates[-1]) + (float(steps.mean()) * months if len(steps) else 0.0)))
    if len(steps) < FEWEST_MONTHS:
        return rate, math.nan, math.nan
    spread = float(steps.std(ddof=1)) * math.sqrt(months * (1 + months / len(steps)))
    half = float(stdtrit(len(steps) - 1, 0.975)) * spread
    return rate, max(0.0, rate - half), min(1.0, rate + half)


def bad_rates(sums: pd.DataFrame, weight: float) -> dict[str, float]:
    """Return the bad rate by month 6 of one month's loans under a policy, from how past months would have done.

    Parameters
    ----------
    sums
        As in :func:`approvals`, with ``pd_known_count`` and ``bads_<range>_count``; months with outcomes.
    weight
        Loans that one person declined then would become: take-up.

    Returns
    -------
    dict
        ``bad_rate``, ``bad_low_rate``, ``bad_high_rate`` (part inferred). Low and high hold a single month in 95 % of
        cases if it is like those; NaN with fewer than two.

    Notes
    -----
    **Source**: prediction interval of one more draw, Student's t over months (Hahn and Meeker 1991, Statistical
    Intervals, 4.6): chance and change from month to month are both in it. Loans that are inferred add the chance that
    their expected bads do not show, and the range of the factor on the declined.
    """
    need(sums, "submitted_month", "approves", "outcome", "decided_count", "pd_known_count", *BADS)
    passing = sums[sums["approves"].astype(bool)]
    if passing.empty:
        return dict.fromkeys(("bad_rate", "bad_low_rate", "bad_high_rate"), math.nan)
    lent = loans(by_outcome(passing, "submitted_month"), weight)
    lent = lent[lent["expected_bad_rate"].notna()]
    rate, each = lent["inferred_bad_rate"].fillna(0.0).clip(upper=1.0), lent["inferred_count"]
    unseen = float((each * rate * (1 - rate) / lent["loan_count"] ** 2).mean()) if len(lent) else 0.0
    central, low, high = (lent[f"expected_{name}_rate"] for name in ("bad", "low", "high"))
    half = _half_width(central.to_list(), unseen)
    return {
        "bad_rate": float(central.mean()) if len(lent) else math.nan,
        "bad_low_rate": math.nan if math.isnan(half) else max(0.0, float(low.mean()) - half),
        "bad_high_rate": math.nan if math.isnan(half) else min(1.0, float(high.mean()) + half),
    }


def scored(promised: pd.DataFrame, found: pd.DataFrame, as_of_month: pd.Timestamp) -> pd.DataFrame:
    """Return each promise beside what came.

    Parameters
    ----------
    promised
        One row a promise: ``policy_id``, ``author``, ``month``, ``promised_measure``, ``promised_rate``, ``low_rate``,
        ``high_rate``; months in which that policy alone decided.
    found
        See :func:`jiebei_dash.metrics.policies.by_month`.
    as_of_month
        Last closed month.

    Returns
    -------
    DataFrame
        The same rows with ``realised_count`` of ``out_of_count``, ``realised_rate``, ``difference_rate``,
        ``promise_status`` (INSIDE, OUTSIDE, NOBODY decided or lent, NOT_YET observable) and ``known_from_month``, the
        month at whose end it can be scored.
    """
    need(promised, "policy_id", "author", "month", "promised_measure", "promised_rate", "low_rate", "high_rate")
    months = by_month(found, as_of_month).reindex(pd.DatetimeIndex(promised["month"].unique()))
    rows = []
    for row in promised.to_dict("records"):
        is_bad = row["promised_measure"] == "bad"
        known_from = row["month"] + pd.DateOffset(months=BAD_KNOWN_AFTER_MONTHS if is_bad else 0)
        top, bottom = ("bad_count", "loan_count") if is_bad else ("approved_count", "decided_count")
        counted = months.loc[row["month"]]
        is_known = known_from <= as_of_month
        out_of = float(np.nan_to_num(counted[bottom])) if is_known else math.nan
        realised = float(np.nan_to_num(counted[top])) if is_known else math.nan
        rate = realised / out_of if out_of > 0 else math.nan
        rows.append(
            row
            | {
                "realised_count": realised,
                "out_of_count": out_of,
                "realised_rate": rate,
                "difference_rate": rate - row["promised_rate"],
                "promise_status": _status(row, rate, is_known),
                "known_from_month": known_from,
            }
        )
    added = ["realised_count", "out_of_count", "realised_rate", "difference_rate", "promise_status", "known_from_month"]
    made = pd.DataFrame(rows, columns=[*promised.columns, *added])
    numbers = ["promised_rate", "low_rate", "high_rate", *added[:4]]
    for name in ("month", "known_from_month"):
        made[name] = made[name].astype("datetime64[us]")
    return made.astype(dict.fromkeys(numbers, "float64"))


def kept(promises: pd.DataFrame) -> pd.DataFrame:
    """Return how many promises were kept: all, by policy, by author.

    Parameters
    ----------
    promises
        Of :func:`scored`.

    Returns
    -------
    DataFrame
        ``kept_by`` (ALL, POLICY, AUTHOR), ``name``, ``promises``, ``scored``, ``inside``, ``inside_rate`` with
        Wilson's 95 % interval ``low_rate`` to ``high_rate``; what is not observable yet is promised and not scored.

    Notes
    -----
    **Source**: house definition; months and measures are counted as if independent, which they are not.
    """
    need(promises, "policy_id", "author", "promise_status")
    rows = [
        {"kept_by": kind, "name": name, **share_inside(part["promise_status"].to_list())}
        for kind, column in (("ALL", None), ("POLICY", "policy_id"), ("AUTHOR", "author"))
        for name, part in ([("", promises)] if column is None else promises.groupby(column, sort=False))
        if len(part)
    ]
    return pd.DataFrame(rows, columns=["kept_by", "name", *share_inside(())])


def _status(row: dict[str, float], rate: float, is_known: bool) -> str:
    if not is_known:
        return "NOT_YET"
    if math.isnan(rate):
        return "NOBODY"
    return "INSIDE" if row["low_rate"] <= rate <= row["high_rate"] else "OUTSIDE"


def _half_width(values: Sequence[float], unseen: float) -> float:
    count = len(values)
    if count < 2:
        return math.nan
    spread = float(np.var(values, ddof=1)) * (1 + 1 / count) + unseen
    return float(stdtrit(count - 1, 0.975)) * math.sqrt(spread)
