"""One applicant's score, part by part: as it was decided on, and with some inputs changed."""

from __future__ import annotations

import pandas as pd

from jiebei_dash.metrics.frames import need


def parts(base_points: float, points: pd.DataFrame, inputs: pd.DataFrame, scored: pd.DataFrame) -> pd.DataFrame:
    """Return the parts of a score before and after a change of inputs.

    Parameters
    ----------
    base_points
        Where every score starts; points.
    points
        Index FROZEN and CHANGED, one column an input; points, positive raised the score.
    inputs
        Same index, same columns: the values.
    scored
        Same index; ``score_points`` and ``pd_rate`` of the same model.

    Returns
    -------
    DataFrame
        ``kind`` (BASE, FEATURE, SCORE), ``feature`` (empty for the base and the score), ``value``, ``changed_value``,
        ``points``, ``changed_points``, ``pd_rate``, ``changed_pd_rate`` (of the score alone). The inputs stand by the
        size of their part, the largest first; the base and the inputs add up to the score, before and after.
    """
    need(scored, "score_points", "pd_rate")
    need(inputs, *points.columns)
    features = list(points.columns)
    frozen, changed = points.loc["FROZEN"], points.loc["CHANGED"]
    middle = pd.DataFrame(
        {
            "kind": "FEATURE",
            "feature": features,
            "value": inputs.loc["FROZEN", features].to_numpy(dtype=float),
            "changed_value": inputs.loc["CHANGED", features].to_numpy(dtype=float),
            "points": frozen.to_numpy(dtype=float),
            "changed_points": changed.to_numpy(dtype=float),
        }
    )
    by_size = middle["points"].abs().sort_values(ascending=False, kind="stable").index
    first = pd.DataFrame([{"kind": "BASE", "feature": "", "points": base_points, "changed_points": base_points}])
    last = pd.DataFrame(
        [
            {
                "kind": "SCORE",
                "feature": "",
                "points": scored.loc["FROZEN", "score_points"],
                "changed_points": scored.loc["CHANGED", "score_points"],
                "pd_rate": scored.loc["FROZEN", "pd_rate"],
                "changed_pd_rate": scored.loc["CHANGED", "pd_rate"],
            }
        ]
    )
    columns = [*middle.columns, "pd_rate", "changed_pd_rate"]
    return pd.concat(
        [part.reindex(columns=columns) for part in (first, middle.loc[by_size], last)], ignore_index=True
    ).astype({"value": float, "changed_value": float, "pd_rate": float, "changed_pd_rate": float})
