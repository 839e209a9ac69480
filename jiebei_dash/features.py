"""The inputs that a score may read: one record each.

From a record follow the column of ``feature_snapshot``, the monotone direction of the model, the slider of the
live explanation and the words of a reason. What is not here cannot be learnt from; age, sex and region are not.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Source = Literal["application", "zhima", "bureau", "device"]
SOURCES: tuple[Source, ...] = ("application", "zhima", "bureau", "device")


@dataclass(frozen=True)
class Feature:
    """One model input, known at decision time.

    Parameters
    ----------
    key
        Column of ``feature_snapshot``.
    source
        Who supplied it; its time is the snapshot's ``<source>_obtained_at``.
    risk
        +1 if a higher value may only raise the PD, -1 if it may only lower it, 0 if either.
    low, high, step
        Range of the slider and of a credible value, in ``unit``.
    unit
        ``points``, ``count``, ``months``, ``rate`` (a fraction 0-1) or ``fen``.
    may_be_missing
        Whether a thin file may lack it (NaN, never 0).
    """

    key: str
    source: Source
    risk: Literal[-1, 0, 1]
    low: float
    high: float
    step: float
    unit: Literal["points", "count", "months", "rate", "fen"]
    may_be_missing: bool = False


FEATURES: tuple[Feature, ...] = (
    Feature("zhima_score", "zhima", -1, 350, 950, 5, "points"),
    Feature("other_lender_count", "bureau", 1, 0, 20, 1, "count"),
    Feature("bureau_query_count", "bureau", 1, 0, 30, 1, "count"),
    Feature("bureau_overdue_count", "bureau", 1, 0, 12, 1, "count", may_be_missing=True),
    Feature("card_utilisation_rate", "bureau", 1, 0.0, 1.2, 0.05, "rate", may_be_missing=True),
    Feature("dti_rate", "application", 1, 0.0, 1.5, 0.05, "rate"),
    Feature("income_month_fen", "application", -1, 100_000, 6_000_000, 50_000, "fen"),
    Feature("job_months", "application", -1, 0, 240, 6, "months"),
    Feature("account_age_months", "zhima", -1, 0, 180, 6, "months"),
    Feature("spend_month_fen", "zhima", 0, 0, 3_000_000, 20_000, "fen"),
    Feature("night_share_rate", "device", 1, 0.0, 1.0, 0.05, "rate"),
    Feature("device_account_count", "device", 1, 1, 8, 1, "count"),
)
FEATURE_KEYS: tuple[str, ...] = tuple(feature.key for feature in FEATURES)
