"""Approval against bad rate along one rule."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from jiebei_dash.metrics.frames import need
from jiebei_dash.metrics.what_if import BADS, expected_loans, named, over

TRADE_OFF: tuple[str, ...] = (
    "kind",
    "threshold",
    "approved_count",
    "approval_rate",
    "observed_share_rate",
    "observed_bad_rate",
    "expected_low_rate",
    "expected_bad_rate",
    "expected_high_rate",
)


def trade_off(
    swept: pd.DataFrame,
    thresholds: Sequence[float],
    today_and_proposed: pd.DataFrame,
    marked: Sequence[float],
    weight: float,
) -> pd.DataFrame:
    """Return approval against bad rate along one rule, from its strictest threshold to its loosest.

    Parameters
    ----------
    swept
        Grain ``passed_count``, ``outcome``; see ``queries.what_if.by_threshold``.
    thresholds
        From the loosest to the strictest, as they were asked.
    today_and_proposed
        Of :func:`consequences`, for the two marks and for how many were decided.
    marked
        The rule's threshold today and proposed.
    weight
        Loans that one person declined then would become: take-up.

    Returns
    -------
    DataFrame
        ``kind`` (CURVE, TODAY, PROPOSED), ``threshold``, ``approved_count``, ``approval_rate``,
        ``observed_share_rate``, ``observed_bad_rate``, ``expected_low_rate``, ``expected_bad_rate``,
        ``expected_high_rate``. On the curve approvals never fall; points without a loan are absent.

    Notes
    -----
    **Source**: house definition; approvals are monotone by construction, the bad rate need not be.
    """
    need(swept, "passed_count", "outcome", "decided_count", "pd_known_count", *BADS)
    decided = today_and_proposed["decided_count"].iloc[0]
    rows = []
    for place in range(len(thresholds) - 1, -1, -1):
        passed = swept[swept["passed_count"] > place]
        loans = expected_loans(passed, weight)
        if not loans.count > 0:
            continue
        rows.append(
            {
                "kind": "CURVE",
                "threshold": float(thresholds[place]),
                "approved_count": int(passed["decided_count"].sum()),
                "approval_rate": over(passed["decided_count"].sum(), decided),
                "observed_share_rate": over(loans.observed_count, loans.count),
                "observed_bad_rate": over(loans.observed_bad_count, loans.observed_count),
                **named("expected", loans.expected_rates),
            }
        )
    marks = today_and_proposed.assign(kind=["TODAY", "PROPOSED"], threshold=[float(value) for value in marked])
    return pd.concat([pd.DataFrame(rows, columns=list(TRADE_OFF)), marks[list(TRADE_OFF)]], ignore_index=True)
