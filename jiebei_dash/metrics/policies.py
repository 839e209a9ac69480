"""How the months before and after a change of policy came out."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from jiebei_dash.metrics.frames import need
from jiebei_dash.metrics.intervals import difference, wilson

SIDE_MONTHS = 6
"""Months on each side of a change, at most: fewer where another change is nearer."""
BAD_KNOWN_AFTER_MONTHS = 8
"""Six months on book, and two in which a line that was granted is drawn; who draws later is left out."""
DRAWN_WITHIN_MONTHS = 2


def by_month(found: pd.DataFrame, as_of_month: pd.Timestamp) -> pd.DataFrame:
    """Return what was decided in each month and, once it can be known, how many of the loans went bad.

    Parameters
    ----------
    found
        Grain ``decided_month``, ``decision``, ``drawn_month``; see ``queries.policies.decided_by_month``.
    as_of_month
        Last closed month.

    Returns
    -------
    DataFrame
        Index ``month`` (of decision): ``decided_count``, ``approved_count``, ``loan_count`` (approved, drawn within
        two months), ``bad_count`` (of them, more than 30 days past due by month 6), both NaN until eight months on.
    """
    need(found, "decided_month", "decision", "drawn_month", "decided_count", "bad_count")
    months = found["decided_month"].rename("month")
    approved = found["decision"] == "APPROVED"
    waited = _serial(found["drawn_month"]) - _serial(found["decided_month"])
    drawn = approved & (waited <= DRAWN_WITHIN_MONTHS)
    counts = pd.DataFrame(
        {
            "decided_count": found["decided_count"].groupby(months).sum(),
            "approved_count": found["decided_count"].where(approved, 0).groupby(months).sum(),
            "loan_count": found["decided_count"].where(drawn, 0).groupby(months).sum(),
            "bad_count": found["bad_count"].where(drawn, 0).groupby(months).sum(),
        }
    ).astype("float64")
    ripe = _serial(counts.index.to_series()) + BAD_KNOWN_AFTER_MONTHS <= as_of_month.year * 12 + as_of_month.month
    counts.loc[~ripe, ["loan_count", "bad_count"]] = np.nan
    return counts


def changes(
    policies: pd.DataFrame, found: pd.DataFrame, first_month: pd.Timestamp, as_of_month: pd.Timestamp
) -> pd.DataFrame:
    """Return what happened before and after each change of policy: observed, not promised by anybody.

    Parameters
    ----------
    policies
        ``policy_id``, ``author``, ``approver``, ``effective_on``, oldest first.
    found
        As in :func:`by_month`.
    first_month, as_of_month
        First and last month of the book.

    Returns
    -------
    DataFrame
        One row a policy that took the place of another while the book has decisions: ``policy_id``, ``effective_on``,
        ``author``, ``approver``; for ``before`` and ``after`` ``<side>_months``, ``<side>_decided_count``,
        ``<side>_approval_rate`` with ``<side>_approval_low_rate`` and ``<side>_approval_high_rate`` (Wilson, 95 %),
        ``<side>_bad_months`` (those of which it is known), ``<side>_loan_count``, ``<side>_bad_count``,
        ``<side>_bad_rate``, ``<side>_bad_low_rate``, ``<side>_bad_high_rate``; then ``approval_change_rate`` and
        ``bad_change_rate``, each with ``_low_`` and ``_high_`` (Newcombe), and ``bad_known_from_month``, the month from
        whose end all months after the change are known.

    Notes
    -----
    **Source**: house definition. Whole months under one policy alone; what else changed at the same time is in it.
    """
    need(policies, "policy_id", "author", "approver", "effective_on")
    months = by_month(found, as_of_month)
    begins = list(policies["effective_on"])
    rows = []
    for place in range(1, len(begins)):
        here = begins[place]
        # A day in the middle of a month leaves that month to neither side.
        before_end, after_start = here.to_period("M").to_timestamp(), _first_whole(here)
        before_start = max(before_end - pd.DateOffset(months=SIDE_MONTHS), _first_whole(begins[place - 1]), first_month)
        next_start = as_of_month + pd.DateOffset(months=1)
        if place + 1 < len(begins):
            next_start = min(next_start, begins[place + 1].to_period("M").to_timestamp())
        after_end = min(after_start + pd.DateOffset(months=SIDE_MONTHS), next_start)
        sides = {
            "before": months[(months.index >= before_start) & (months.index < before_end)],
            "after": months[(months.index >= after_start) & (months.index < after_end)],
        }
        if any(side.empty for side in sides.values()):
            continue
        told = {name: policies[name].iloc[place] for name in ("policy_id", "effective_on", "author", "approver")}
        for name, side in sides.items():
            told |= _side(name, side)
        last = sides["after"].index.max()
        known_from = last + pd.DateOffset(months=BAD_KNOWN_AFTER_MONTHS)
        rows.append(told | _change(told) | {"bad_known_from_month": known_from})
    made = pd.DataFrame(rows, columns=None if rows else _columns())
    for name in ("effective_on", "bad_known_from_month"):
        made[name] = made[name].astype("datetime64[us]")
    return made


def share_inside(status: Sequence[str]) -> dict[str, float]:
    """Return how many of some promises held: ``promises``, ``scored``, ``inside``, ``inside_rate``, its interval."""
    scored = [each for each in status if each in ("INSIDE", "OUTSIDE")]
    inside = scored.count("INSIDE")
    low, high = wilson(inside, len(scored))
    return {
        "promises": len(status),
        "scored": len(scored),
        "inside": inside,
        "inside_rate": inside / len(scored) if scored else math.nan,
        "low_rate": low,
        "high_rate": high,
    }


def _side(name: str, months: pd.DataFrame) -> dict[str, float]:
    known = months[months["loan_count"].notna()]
    decided, approved = months["decided_count"].sum(), months["approved_count"].sum()
    loans, bad = known["loan_count"].sum(), known["bad_count"].sum()
    low, high = wilson(approved, decided)
    bad_low, bad_high = wilson(bad, loans)
    return {
        f"{name}_months": len(months),
        f"{name}_decided_count": int(decided),
        f"{name}_approved_count": int(approved),
        f"{name}_approval_rate": approved / decided if decided else math.nan,
        f"{name}_approval_low_rate": low,
        f"{name}_approval_high_rate": high,
        f"{name}_bad_months": len(known),
        f"{name}_loan_count": int(loans),
        f"{name}_bad_count": int(bad),
        f"{name}_bad_rate": bad / loans if loans else math.nan,
        f"{name}_bad_low_rate": bad_low,
        f"{name}_bad_high_rate": bad_high,
    }


def _change(told: Mapping[str, float]) -> dict[str, float]:
    found: dict[str, float] = {}
    for name, top, bottom in (("approval", "approved_count", "decided_count"), ("bad", "bad_count", "loan_count")):
        counts = [told[f"{side}_{part}"] for side in ("after", "before") for part in (top, bottom)]
        found[f"{name}_change_rate"] = told[f"after_{name}_rate"] - told[f"before_{name}_rate"]
        found[f"{name}_change_low_rate"], found[f"{name}_change_high_rate"] = difference(*counts)
    return found


def _columns() -> list[str]:
    empty = pd.DataFrame(
        {"decided_count": [], "approved_count": [], "loan_count": [], "bad_count": []}, dtype="float64"
    )
    told = {**_side("before", empty), **_side("after", empty)}
    return ["policy_id", "effective_on", "author", "approver", *told, *_change(told), "bad_known_from_month"]


def _first_whole(day: pd.Timestamp) -> pd.Timestamp:
    month = day.to_period("M").to_timestamp()
    return month if day == month else month + pd.DateOffset(months=1)


def _serial(months: pd.Series) -> pd.Series:
    return months.dt.year * 12 + months.dt.month
