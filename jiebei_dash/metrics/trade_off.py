"""Approval against bad rate along one rule."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from jiebei_dash.metrics.expected import by_outcome, loans

TRADE_OFF: tuple[str, ...] = (
    "kind",
    "threshold",
    "approved_count",
    "approval_rate",
    "loan_count",
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
        ``kind`` (CURVE, TODAY, PROPOSED), ``threshold``, ``approved_count``, ``approval_rate``, ``loan_count``,
        ``observed_share_rate``, ``observed_bad_rate``, ``expected_low_rate``, ``expected_bad_rate``,
        ``expected_high_rate``. On the curve approvals never fall; points without a loan are absent.

    Notes
    -----
    **Source**: house definition; approvals are monotone by construction, the bad rate need not be.
    """
    wide = by_outcome(swept, "passed_count").reindex(range(len(thresholds) + 1), fill_value=0)
    # Threshold number n keeps whoever passes more than n of them.
    passed = wide[::-1].cumsum()[::-1].shift(-1).iloc[:-1]
    curve = loans(passed, weight)
    curve["kind"] = "CURVE"
    curve["threshold"] = [float(threshold) for threshold in thresholds]
    curve["approved_count"] = passed["decided_count"].sum(axis=1).astype(int)
    curve["approval_rate"] = curve["approved_count"] / today_and_proposed["decided_count"].iloc[0]
    curve = curve[curve["loan_count"] > 0].iloc[::-1]
    marks = today_and_proposed.assign(kind=["TODAY", "PROPOSED"], threshold=[float(value) for value in marked])
    return pd.concat([part[list(TRADE_OFF)] for part in (curve, marks)], ignore_index=True)
