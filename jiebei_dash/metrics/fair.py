"""Selection rates of groups and how far apart they are, by the library of fairness measures.

The one file that imports it: answers fetch it by name, since it brings the library of models along.
"""

from __future__ import annotations

import pandas as pd
from fairlearn.metrics import MetricFrame, selection_rate

from jiebei_dash.metrics.frames import need


def selection(counts: pd.DataFrame) -> tuple[pd.Series, float, float]:
    """Return the selection rate of each group, the lowest over the highest, and the highest less the lowest.

    Parameters
    ----------
    counts
        A row a group: ``group``, ``decided_count`` (above 0), ``approved_count``.

    Returns
    -------
    tuple
        Rates by ``group``, fractions 0-1; the ratio, NaN if nobody is selected; the difference. NaN for no group.

    Notes
    -----
    **Source**: fairlearn, ``MetricFrame`` of ``selection_rate`` and what its ``demographic_parity_ratio`` and
    ``demographic_parity_difference`` return. It takes a row a person; people of one group and one decision are given
    as one row, with their number as its weight.
    """
    need(counts, "group", "decided_count", "approved_count")
    if counts.empty:
        return pd.Series(dtype=float), float("nan"), float("nan")
    weights = pd.concat([counts["approved_count"], counts["decided_count"] - counts["approved_count"]])
    decided = [1] * len(counts) + [0] * len(counts)
    frame = MetricFrame(
        metrics=selection_rate,
        y_true=decided,
        y_pred=decided,
        sensitive_features=pd.concat([counts["group"], counts["group"]]).to_numpy(),
        sample_params={"sample_weight": weights.to_numpy(dtype=float)},
    )
    # Without a warning of the library: nobody over nobody.
    ratio = float(frame.ratio(method="between_groups")) if counts["approved_count"].any() else float("nan")
    return frame.by_group, ratio, float(frame.difference(method="between_groups"))
