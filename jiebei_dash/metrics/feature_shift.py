"""How the points that the inputs give shift among the approved and among the declined, from a sample by cell."""

from __future__ import annotations

import math
from collections.abc import Mapping

import pandas as pd

from jiebei_dash.metrics.frames import need

_Z = 1.959963984540054
GROUPS: Mapping[str, Mapping[str, tuple[str, ...]]] = {
    "APPROVED": {"today": ("KEPT", "SWAPPED_OUT"), "proposed": ("KEPT", "SWAPPED_IN")},
    "DECLINED": {"today": ("SWAPPED_IN", "DECLINED"), "proposed": ("SWAPPED_OUT", "DECLINED")},
}
"""Cells of the swap set that make the approved and the declined of each policy."""
COLUMNS = [
    "feature", "result", "policy", "cases_count", "decided_count", "mean_points", "low_points", "high_points",
    "change_points", "change_low_points", "change_high_points",
]  # fmt: skip


def shifted(points: pd.DataFrame, cell: pd.Series, sizes: Mapping[str, int]) -> pd.DataFrame:
    """Return the mean points of each input among approved and declined, under both policies.

    Parameters
    ----------
    points
        One column an input, one row a sampled application; points, positive raised the score.
    cell
        Same index: the cell of the swap set that it was drawn from.
    sizes
        How many applications each cell has: a mean over two cells weights each by them.

    Returns
    -------
    DataFrame
        A row an input, ``result`` (APPROVED, DECLINED) and ``policy`` (today, proposed), the input with the largest
        change first (then the largest mean): ``cases_count`` (explained), ``decided_count`` (that they stand for),
        ``mean_points`` with its 95 % ``low_points`` and ``high_points``; on the proposed rows ``change_points`` with
        its ends, NaN on today's. NaN where nobody is. Where every application of a cell was explained it adds nothing
        to the interval.

    Notes
    -----
    **Source**: mean of a stratified sample without replacement, Cochran (1977), Sampling Techniques, 5.4 and 5.9: what
    both policies approve cancels out of the change as far as it weighs the same.
    """
    need(points.assign(cell=cell), "cell")
    by_cell = points.groupby(cell)
    counts = {name: int((cell == name).sum()) for name in sizes}
    means, spreads = by_cell.mean(), by_cell.var(ddof=1)
    noise = {name: _noise(spreads.loc[name], counts[name], sizes[name]) for name in sizes if counts[name]}
    rows = []
    for feature in points.columns:
        for result, policies in GROUPS.items():
            shares = {policy: _shares(cells, sizes) for policy, cells in policies.items()}
            for policy, share in shares.items():
                drawn = {name: float(means.loc[name, feature]) for name in share}
                value, half = _mean(share, drawn, noise, feature)
                rows.append(
                    {
                        "feature": feature, "result": result, "policy": policy,
                        "cases_count": sum(counts[name] for name in share),
                        "decided_count": sum(sizes[name] for name in share),
                        "mean_points": value, "low_points": value - half, "high_points": value + half,
                        **dict.fromkeys(COLUMNS[-3:], math.nan),
                    }
                )  # fmt: skip
            if all(shares.values()):
                differs = {
                    name: shares["proposed"].get(name, 0.0) - shares["today"].get(name, 0.0)
                    for name in {**shares["today"], **shares["proposed"]}
                }
                drawn = {name: float(means.loc[name, feature]) for name in differs}
                value, half = _mean(differs, drawn, noise, feature)
                rows[-1] |= dict(zip(COLUMNS[-3:], (value, value - half, value + half), strict=True))
    frame = pd.DataFrame(rows, columns=COLUMNS)
    largest = frame.assign(moved=frame["change_points"].abs().round(9), mean=frame["mean_points"].abs())
    order = largest.groupby("feature")[["moved", "mean"]].max().sort_values(["moved", "mean"], ascending=False)
    place = frame["feature"].map({feature: at for at, feature in enumerate(order.index)})
    return frame.assign(place=place).sort_values("place", kind="stable", ignore_index=True)[COLUMNS]


def _noise(spread: pd.Series, cases: int, size: int) -> pd.Series:
    """Variance of the mean of a cell, without replacement; of one case that stands for several it is not known."""
    if cases == size:
        return spread * 0.0 if cases > 1 else spread.fillna(0.0)
    return spread * (1 - cases / size) / cases


def _shares(cells: tuple[str, ...], sizes: Mapping[str, int]) -> dict[str, float]:
    total = sum(sizes[name] for name in cells)
    return {name: sizes[name] / total for name in cells if sizes[name]} if total else {}


def _mean(
    share: Mapping[str, float], means: Mapping[str, float], noise: Mapping[str, pd.Series], feature: str
) -> tuple[float, float]:
    """A weighted mean of cells and half its interval; NaN of none."""
    if not share:
        return math.nan, math.nan
    value = sum(weight * means[name] for name, weight in share.items())
    return value, _Z * math.sqrt(sum(weight**2 * float(noise[name][feature]) for name, weight in share.items()))
