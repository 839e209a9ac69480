"""Why applicants move: what each input gave or took on average, among those let in and those kept out."""

from __future__ import annotations

import pandas as pd

from jiebei_dash.metrics.frames import need


def mean_points(points: pd.DataFrame, cases: pd.DataFrame) -> pd.DataFrame:
    """Return the mean points of each input by side.

    Parameters
    ----------
    points
        One column an input, one row an applicant; points, positive raised the score.
    cases
        Same index; ``side`` (IN, OUT) and a column for each input.

    Returns
    -------
    DataFrame
        One row an input, the largest mean first: ``feature``, ``in_points``, ``out_points``, ``in_value`` and
        ``out_value`` (mean of the known values), ``in_count``, ``out_count``; NaN for a side without anybody.
    """
    need(cases, "side", *points.columns)
    frame = pd.DataFrame({"feature": list(points.columns)})
    for side, name in (("IN", "in"), ("OUT", "out")):
        chosen = cases["side"] == side
        frame[f"{name}_points"] = points[chosen].mean().to_numpy(dtype=float)
        frame[f"{name}_value"] = cases.loc[chosen, list(points.columns)].mean().to_numpy(dtype=float)
        frame[f"{name}_count"] = int(chosen.sum())
    largest = frame[["in_points", "out_points"]].abs().max(axis=1)
    order = ["feature", "in_points", "out_points", "in_value", "out_value", "in_count", "out_count"]
    return frame.loc[largest.sort_values(ascending=False, kind="stable").index, order].reset_index(drop=True)
