"""Ways of inferring the declined side by side, and how near each comes to what was seen or is true."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from jiebei_dash.assumptions import Assumptions
from jiebei_dash.metrics.intervals import wilson
from jiebei_dash.metrics.what_if import consequences
from jiebei_dash.unit_costs import UnitCosts

SMALL = 30
"""Fewer people than this are marked."""
_RATE = ("inferred_bad_rate", "inferred_low_rate", "inferred_high_rate")
_KEPT = (
    "policy", "approved_count", "loan_count", "inferred_count", *_RATE, "expected_bad_rate", "expected_bad_rate_from",
    "expected_bad_rate_to", "loss_fen", "loss_fen_from", "loss_fen_to", "margin_fen", "margin_fen_from",
    "margin_fen_to",
)  # fmt: skip
_UNIT_LAST = {
    "expected_bad_rate_from": "expected_bad_from_rate", "expected_bad_rate_to": "expected_bad_to_rate",
    "loss_fen_from": "loss_from_fen", "loss_fen_to": "loss_to_fen", "margin_fen_from": "margin_from_fen",
    "margin_fen_to": "margin_to_fen",
}  # fmt: skip


def methods(
    sums: Mapping[str, tuple[pd.DataFrame, pd.DataFrame, float]], assumptions: Assumptions, costs: UnitCosts
) -> pd.DataFrame:
    """Return what both policies do by each way of inferring the declined.

    Parameters
    ----------
    sums
        By way: sums of today's policy and of the draft, and the weight of a declined person, as for
        :func:`jiebei_dash.metrics.what_if.consequences`.
    assumptions, costs
        Drawn share, life of a balance, loss and costs; tax and capital.

    Returns
    -------
    DataFrame
        One row a way and policy: ``method``, ``policy``, ``approved_count``, ``loan_count``, ``inferred_count``
        (loans), ``inferred_bad_rate`` with ``inferred_low_rate`` and ``inferred_high_rate``, ``expected_bad_rate``,
        ``loss_fen``, ``margin_fen``, each of these with ``_from_`` and ``_to_`` before its unit: the range widened by
        chance.
    """
    frames = []
    for method, (today, proposed, weight) in sums.items():
        frame = consequences(today, proposed, weight, assumptions, costs)[list(_KEPT)].rename(columns=_UNIT_LAST)
        frame.insert(0, "method", method)
        frames.append(frame)
    return pd.concat(frames, ignore_index=True)


def judged(count: int, bads: int, said: Sequence[Mapping[str, Any]]) -> pd.DataFrame:
    """Return how near each way comes to the observed bad rate of the random lane.

    Parameters
    ----------
    count, bads
        Loans of the lane that were seen, and how many of them went bad.
    said
        By way: ``method``, ``low_rate``, ``central_rate``, ``high_rate``: its mean for the same people.

    Returns
    -------
    DataFrame
        One row a way: the above, ``observed_count``, ``observed_bad_count``, ``observed_bad_rate`` with Wilson's 95 %
        ``observed_low_rate`` and ``observed_high_rate``, ``distance_rate`` = central - observed, ``is_held`` (its range
        holds the observed rate), ``is_apart`` (its range and the interval do not touch), ``is_nearest`` (smallest
        distance), ``is_small`` (fewer than 30 loans).
    """
    rate = bads / count if count else np.nan
    low, high = wilson(bads, count)
    columns = ["method", "low_rate", "central_rate", "high_rate"]
    frame = pd.DataFrame([{name: each[name] for name in columns} for each in said], columns=columns)
    frame["observed_count"], frame["observed_bad_count"], frame["observed_bad_rate"] = count, bads, rate
    frame["observed_low_rate"], frame["observed_high_rate"] = low, high
    frame["distance_rate"] = frame["central_rate"] - rate
    frame["is_held"] = (frame["low_rate"] <= rate) & (rate <= frame["high_rate"])
    frame["is_apart"] = (frame["low_rate"] > high) | (frame["high_rate"] < low)
    frame["is_nearest"] = _nearest(frame["distance_rate"])
    frame["is_small"] = count < SMALL
    return frame


def beside_truth(told: Sequence[Mapping[str, Any]]) -> pd.DataFrame:
    """Return how near each way comes to the true chance of the declined of an invented book.

    Parameters
    ----------
    told
        By group and way: ``declined_group``, ``method``, ``people_count``, ``true_rate``, ``low_rate``,
        ``central_rate``, ``high_rate``.

    Returns
    -------
    DataFrame
        One row a group and way: the above, ``distance_rate`` = central - true, ``is_held`` (its range holds the truth),
        ``is_nearest`` (smallest distance of its group), ``is_small`` (fewer than 30 people).
    """
    columns = ["declined_group", "method", "people_count", "true_rate", "low_rate", "central_rate", "high_rate"]
    frame = pd.DataFrame([{name: each[name] for name in columns} for each in told], columns=columns)
    frame["distance_rate"] = frame["central_rate"] - frame["true_rate"]
    frame["is_held"] = (frame["low_rate"] <= frame["true_rate"]) & (frame["true_rate"] <= frame["high_rate"])
    frame["is_nearest"] = frame.groupby("declined_group")["distance_rate"].transform(_nearest).astype(bool)
    frame["is_small"] = frame["people_count"] < SMALL
    return frame


def nearest(frame: pd.DataFrame) -> pd.Series | None:
    """Return the row of the way that comes nearest, None if nobody is known."""
    found = frame[frame["is_nearest"]]
    return found.iloc[0] if len(found) else None


def _nearest(distance: pd.Series) -> pd.Series:
    """The first of those with the smallest distance; none where it is unknown."""
    far = distance.abs()
    if far.isna().all():
        return pd.Series(False, distance.index)
    return pd.Series(distance.index == far.idxmin(), distance.index)
