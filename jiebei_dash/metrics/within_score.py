"""Approval of groups of persons among applicants of like score, and what is left of their difference."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from jiebei_dash.metrics.frames import need
from jiebei_dash.metrics.groups import COUNTS, NOT_COMPARED, POLICIES, apart, ends, named_groups, over, pair
from jiebei_dash.metrics.intervals import wilson

ALL = "ALL"
"""All bands of the score together."""
_Z = 1.959963984540054


def within_score(counts: pd.DataFrame, bands: Sequence[str], few: int) -> pd.DataFrame:
    """Return the approval rate of each group within each band of the score, and what is left of their difference.

    Parameters
    ----------
    counts
        ``score_band``, ``group`` and the columns of ``COUNTS``; small cells are not in it.
    bands
        In order.
    few
        Cells of fewer decisions are marked.

    Returns
    -------
    DataFrame
        One row a policy of ``POLICIES``, band and group, then for each group a row of the band ``ALL``:
        ``decided_count``, ``approved_count``, ``approval_rate`` with ``approval_low_rate`` and ``approval_high_rate``
        (Wilson), ``difference_rate`` with ``difference_low_rate`` and ``difference_high_rate`` against the largest
        group (``is_largest``), in a band by Newcombe, in ``ALL`` the mean over the bands in which both have a cell
        (whose decisions alone are counted there), weighted by Mantel and Haenszel; ``is_few``.

    Notes
    -----
    **Source**: Mantel, Haenszel (1959); risk difference and its variance: Greenland, Robins (1985), Biometrics 41,
    55-68.
    """
    need(counts, "score_band", "group", *COUNTS)
    named = counts.assign(group=named_groups(counts["group"]))
    named["place"] = named["score_band"].map({band: place for place, band in enumerate(bands)})
    named = named.sort_values(["place", "group"], ignore_index=True)
    sizes = named[~named["group"].isin(NOT_COMPARED)].groupby("group")["decided_count"].sum()
    largest = sizes.idxmax() if len(sizes) else None
    rows = []
    for policy in POLICIES:
        taken = named.assign(approved_count=named[f"{policy}_count"])
        beside = taken[taken["group"] == largest].set_index("score_band")
        for _, cell in taken.iterrows():
            other = beside.loc[cell["score_band"]] if cell["score_band"] in beside.index else None
            rows.append(_cell(policy, cell, other if cell["group"] not in NOT_COMPARED else None, largest, few))
        for group in sizes.index:
            own = taken[taken["group"] == group].set_index("score_band")
            shared = own.index.intersection(beside.index)
            rows.append(_pooled(policy, group, own.loc[shared], beside.loc[shared], group == largest, few))
    return pd.DataFrame(rows)


def _cell(policy: str, cell: pd.Series, other: pd.Series | None, largest: str | None, few: int) -> dict[str, object]:
    return {
        "policy": policy,
        "score_band": cell["score_band"],
        "group": cell["group"],
        "decided_count": cell["decided_count"],
        "approved_count": cell["approved_count"],
        "approval_rate": over(cell["approved_count"], cell["decided_count"]),
        **ends("approval", wilson(*pair(cell))),
        **apart(cell, other),
        "is_largest": cell["group"] == largest,
        "is_few": bool(cell["decided_count"] < few),
    }


def _pooled(
    policy: str, group: str, own: pd.DataFrame, beside: pd.DataFrame, is_largest: bool, few: int
) -> dict[str, object]:
    """Mean over bands of the difference of rates; a band counts for the smaller of the two groups in it."""
    decided, others = own["decided_count"].astype(float), beside["decided_count"].astype(float)
    rate, other = own["approved_count"] / decided, beside["approved_count"] / others
    weight = decided * others / (decided + others)
    whole = float(weight.sum())
    mean = over(float((weight * (rate - other)).sum()), whole)
    variance = float((weight**2 * (rate * (1 - rate) / decided + other * (1 - other) / others)).sum())
    half = over(_Z * np.sqrt(variance), whole)
    total = pd.Series({"decided_count": decided.sum(), "approved_count": own["approved_count"].sum()})
    return {
        "policy": policy,
        "score_band": ALL,
        "group": group,
        "decided_count": int(total["decided_count"]),
        "approved_count": int(total["approved_count"]),
        "approval_rate": over(total["approved_count"], total["decided_count"]),
        **ends("approval", wilson(*pair(total))),
        "difference_rate": 0.0 if is_largest else mean,
        "difference_low_rate": np.nan if is_largest else mean - half,
        "difference_high_rate": np.nan if is_largest else mean + half,
        "is_largest": is_largest,
        "is_few": bool(total["decided_count"] < few),
    }
