"""Approval against bad rate along one rule."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from jiebei_dash.assumptions import Assumptions
from jiebei_dash.metrics.expected import figures
from jiebei_dash.metrics.frames import need
from jiebei_dash.terms import LAB_MEASURES, LOAN_OUTCOMES
from jiebei_dash.unit_costs import UnitCosts

SHOWN: tuple[str, ...] = (
    "approved_count", "approval_rate", "loan_count", "observed_count", "observed_bad_count", "observed_share_rate",
    "observed_bad_rate", "expected_low_rate", "expected_bad_rate", "expected_high_rate", "drawn_fen",
    "loss_low_fen", "loss_fen", "loss_high_fen", "margin_low_fen", "margin_fen", "margin_high_fen", "margin_rate",
)  # fmt: skip
TRADE_OFF: tuple[str, ...] = ("kind", "threshold", *SHOWN)


def trade_off(
    swept: pd.DataFrame,
    thresholds: Sequence[float],
    today_and_proposed: pd.DataFrame,
    marked: Sequence[float],
    weight: float,
    assumptions: Assumptions,
    costs: UnitCosts,
) -> pd.DataFrame:
    """Return approval against bad rate along one rule, from its strictest threshold to its loosest.

    Parameters
    ----------
    swept
        Grain ``step`` (place of a threshold in the rule's grid), ``outcome``; ``terms.LAB_MEASURES`` of whoever passes
        that threshold and all other rules.
    thresholds
        Of the rule's grid, from the loosest to the strictest.
    today_and_proposed
        Of :func:`jiebei_dash.metrics.what_if.consequences`, for the two marks and for how many were decided.
    marked
        The rule's threshold today and proposed.
    weight
        Loans that one person declined then would become.
    assumptions, costs
        As for the consequences.

    Returns
    -------
    DataFrame
        ``kind`` (CURVE, TODAY, PROPOSED), ``threshold``, and the columns of ``SHOWN``. On the curve approvals never
        fall; points without a loan are absent.

    Notes
    -----
    **Source**: house definition 1.14; approvals are monotone by construction, the bad rate need not be.
    """
    need(swept, "step", "outcome", *LAB_MEASURES)
    passed = swept[list(LAB_MEASURES)].to_numpy(np.float64).reshape(len(thresholds), len(LOAN_OUTCOMES), -1)
    decided = np.full(len(thresholds), float(today_and_proposed["decided_count"].iloc[0]))
    found = figures(passed, decided, np.full(len(thresholds), weight), assumptions, costs)
    curve = pd.DataFrame({name: found[name] for name in SHOWN})
    for name in ("approved_count", "observed_count", "observed_bad_count"):
        curve[name] = curve[name].astype("int64")
    curve.insert(0, "threshold", [float(threshold) for threshold in thresholds])
    curve.insert(0, "kind", "CURVE")
    curve = curve[curve["loan_count"] > 0].iloc[::-1]
    marks = today_and_proposed.assign(kind=["TODAY", "PROPOSED"], threshold=[float(value) for value in marked])
    return pd.concat([part[list(TRADE_OFF)] for part in (curve, marks)], ignore_index=True)
