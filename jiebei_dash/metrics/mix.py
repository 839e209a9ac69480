"""A change of discrimination taken apart, and how far the inputs moved: from counts and from replicates."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.stats import chi2

from jiebei_dash.metrics.discrimination import shift
from jiebei_dash.metrics.expected import spread
from jiebei_dash.metrics.frames import need

Floats = NDArray[np.float64]

POWERS: tuple[str, ...] = ("KS", "AUC")
MARKS: tuple[str, ...] = ("BASE", "ON_BASE_MIX", "RECENT", "MIX", "REAL", "WHOLE")
"""Three figures; then recent less on the base's mix, on the base's mix less base, and the sum of the two."""
BINS = 10
WATCH_FROM, ACT_FROM = 0.1, 0.25
MISSING = -1
FEW = 30
_Z = 1.959963984540054
_KS_COLUMNS = ["power", "ks_mark", "value_rate", "low_rate", "high_rate", "loan_count", "bad_count", "is_few"]


def ks(values: Floats, loans: Sequence[int], bads: Sequence[int]) -> pd.DataFrame:
    """Return KS and AUC of two windows, and the parts of their change, each with its interval.

    Parameters
    ----------
    values
        ``[0]`` of all loans, then with a replicate left out in turn; by base, on the base's mix, recent; by ``POWERS``.
    loans, bads
        Of the base and of the recent window.

    Returns
    -------
    DataFrame
        One row a power and mark: ``value_rate`` with its 95 % ``low_rate`` and ``high_rate`` (of the parts a
        difference, below zero is lost), ``loan_count`` and ``bad_count`` that it rests on (of a difference those of the
        recent window), ``is_few``: fewer than 30 bads on a side. MIX plus REAL is WHOLE.

    Notes
    -----
    **Source**: delete-a-group jackknife, Kott (2001); a loan stands in the same replicate everywhere, so that what two
    figures share cancels out of their difference.
    """
    base, alike, recent = (values[:, place] for place in range(3))
    figures = dict(zip(MARKS, (base, alike, recent, recent - alike, alike - base, recent - base), strict=True))
    rows = []
    for place, power in enumerate(POWERS):
        for mark, each in figures.items():
            half = float(spread(each[1:, place]))
            side = 0 if mark == "BASE" else 1
            few = bads[0] if mark == "BASE" else bads[1] if mark in ("RECENT", "ON_BASE_MIX") else min(bads)
            value = float(each[0, place])
            rows.append((power, mark, value, value - half, value + half, loans[side], bads[side], few < FEW))
    return pd.DataFrame(rows, columns=_KS_COLUMNS)


def cells(found: pd.DataFrame) -> pd.DataFrame:
    """Return the cells of a mix with their shares, bad rates and the weight of a recent loan, the most moved first.

    Parameters
    ----------
    found
        ``base_count``, ``recent_count``, ``base_bad_count``, ``recent_bad_count``; one row a cell, others are kept.

    Returns
    -------
    DataFrame
        ``found`` with ``base_share_rate``, ``recent_share_rate``, ``change_share_rate``, ``base_bad_rate``,
        ``recent_bad_rate`` and ``weight`` = share in the base / share in the recent window.
    """
    need(found, "base_count", "recent_count", "base_bad_count", "recent_bad_count")
    shares = {side: found[f"{side}_count"] / (found[f"{side}_count"].sum() or np.nan) for side in ("base", "recent")}
    made = found.assign(
        base_share_rate=shares["base"],
        recent_share_rate=shares["recent"],
        change_share_rate=shares["recent"] - shares["base"],
        base_bad_rate=found["base_bad_count"] / found["base_count"].replace(0, np.nan),
        recent_bad_rate=found["recent_bad_count"] / found["recent_count"].replace(0, np.nan),
        weight=shares["base"] / shares["recent"].replace(0, np.nan),
    )
    order = made["change_share_rate"].abs().sort_values(ascending=False, kind="stable").index
    return made.loc[order].reset_index(drop=True)


def bins(base: pd.DataFrame, recent: pd.DataFrame) -> pd.DataFrame:
    """Return the bins of every input with their shares in two windows: tenths of the base, missing apart.

    Parameters
    ----------
    base, recent
        ``feature``, ``step``, ``decided_count``, ``approved_count``: of ``queries.mix.steps``.

    Returns
    -------
    DataFrame
        One row an input and bin, in the order of the values, missing last: ``feature``, ``bin_no`` (from 1; 0 is
        missing), ``first_step`` and ``last_step`` (NaN is open; of missing both are), ``base_count``, ``recent_count``,
        ``base_approved_count``, ``recent_approved_count``,
        ``base_share_rate``, ``recent_share_rate``, ``psi`` (the bin's part).

    Notes
    -----
    **Source**: Siddiqi (2006), ch. 9. A step is never split; it is in the tenth that its middle lies in. What the base
    never had is with the next lower step that it had.
    """
    names = ["feature", "step"]
    for frame in (base, recent):
        need(frame, *names, "decided_count", "approved_count")
    sides = [
        frame.set_index(names)[["decided_count", "approved_count"]].set_axis(
            [f"{side}_count", f"{side}_approved_count"], axis=1
        )
        for frame, side in ((base, "base"), (recent, "recent"))
    ]
    both = sides[0].join(sides[1], how="outer").fillna(0).astype("int64").reset_index()
    parts = [_binned(str(feature), rows) for feature, rows in both.groupby("feature", sort=False)]
    columns = ["feature", "bin_no", "first_step", "last_step"]
    counts = ["base_count", "recent_count", "base_approved_count", "recent_approved_count"]
    if not parts:
        return pd.DataFrame(columns=[*columns, *counts, "base_share_rate", "recent_share_rate", "psi"])
    return pd.concat(parts, ignore_index=True)


def _binned(feature: str, rows: pd.DataFrame) -> pd.DataFrame:
    known = rows[rows["step"] != MISSING].sort_values("step")
    there = known["base_count"] > 0
    below = known["base_count"].cumsum() - known["base_count"]
    tenth = np.floor(BINS * (below + known["base_count"] / 2) / (known["base_count"].sum() or np.nan))
    place = tenth.where(there).ffill().bfill().fillna(0)
    # Tenths that a frequent value jumps over are no bins.
    number = place.rank(method="dense").astype(int)
    numbered = pd.concat([known.assign(bin_no=number), rows[rows["step"] == MISSING].assign(bin_no=0)])
    counts = ["base_count", "recent_count", "base_approved_count", "recent_approved_count"]
    found = (
        numbered.assign(later=numbered["bin_no"] == 0)
        .groupby(["later", "bin_no"], as_index=False)
        .agg(first_step=("step", "min"), **{name: (name, "sum") for name in counts})
        .drop(columns="later")
    )
    is_known = found["bin_no"] > 0
    # Bins touch, and the outer ones are open.
    first = found["first_step"].where(is_known & (found["bin_no"] > 1))
    found = found.assign(first_step=first, last_step=(first.shift(-1) - 1).where(is_known))
    moved = shift(found.rename(columns={"base_count": "expected_count", "recent_count": "actual_count"}))
    return found.assign(
        feature=feature,
        base_share_rate=moved["expected_rate"],
        recent_share_rate=moved["actual_rate"],
        psi=moved["psi"],
    )[["feature", "bin_no", "first_step", "last_step", *counts, "base_share_rate", "recent_share_rate", "psi"]]


def drift(binned: pd.DataFrame) -> pd.DataFrame:
    """Return how far each input moved, the one that moved most first.

    Parameters
    ----------
    binned
        Of :func:`bins`.

    Returns
    -------
    DataFrame
        One row an input: ``feature``, ``rank`` (from 1 among the inputs, 0 of the score), ``base_count``,
        ``recent_count``, ``bins_count``, ``psi`` with its 95 % ``psi_low`` and ``psi_high``, ``psi_chance`` (what
        sampling gives on average without any change), ``psi_limit`` (what it stays below 95 times in 100), ``drift``
        (one of ``terms.DRIFTS``); of the bin that moved most ``bin_no``, ``first_step``, ``last_step``,
        ``bin_base_rate``, ``bin_recent_rate``; ``base_missing_rate``, ``recent_missing_rate``;
        ``approval_change_rate`` with its ends: by how much the base's approval rates by bin would have moved the whole
        approval rate, were this the only input that moved; ``base_approval_rate`` and ``recent_approval_rate`` as they
        were. NaN where a side has nobody.

    Notes
    -----
    **Source**: Siddiqi (2006), ch. 9, for the lines; Yurdakul and Naranjo (2020), Journal of Risk Model Validation 14,
    for the law of the index without change: (1/n + 1/m) times chi-square with a degree less than bins; with change the
    delta method of two multinomials.
    """
    need(binned, "feature", "bin_no", "base_count", "recent_count", "psi")
    rows = [_drifted(str(feature), each) for feature, each in binned.groupby("feature", sort=False)]
    columns = [
        "feature", "rank", "base_count", "recent_count", "bins_count", "psi", "psi_low", "psi_high", "psi_chance",
        "psi_limit", "drift", "bin_no", "first_step", "last_step", "bin_base_rate", "bin_recent_rate",
        "base_missing_rate", "recent_missing_rate", "approval_change_rate", "approval_change_low_rate",
        "approval_change_high_rate", "base_approval_rate", "recent_approval_rate",
    ]  # fmt: skip
    frame = pd.DataFrame(rows, columns=columns).astype({"drift": "object"})
    frame["is_input"] = frame["feature"] != "score_points"
    frame = frame.sort_values(["is_input", "psi", "feature"], ascending=[True, False, True], ignore_index=True)
    frame["rank"] = frame["is_input"].cumsum()
    return frame[columns]


def limit(bins_count: int, base_count: float, recent_count: float) -> tuple[float, float]:
    """Return the index that sampling gives on average without a change, and what it stays below 95 times in 100."""
    if not (base_count and recent_count):
        return math.nan, math.nan
    if bins_count < 2:
        return 0.0, 0.0
    noise = 1 / base_count + 1 / recent_count
    return (bins_count - 1) * noise, float(chi2.ppf(0.95, bins_count - 1)) * noise


def verdict(psi: float, psi_limit: float) -> str | None:
    """Return which of ``terms.DRIFTS`` an index is; None if it is unknown."""
    if math.isnan(psi) or math.isnan(psi_limit):
        return None
    if psi <= psi_limit:
        return "CHANCE"
    return "STABLE" if psi < WATCH_FROM else "WATCH" if psi <= ACT_FROM else "ACT"


def _drifted(feature: str, rows: pd.DataFrame) -> Mapping[str, Any]:
    base, recent = rows["base_count"].to_numpy(float), rows["recent_count"].to_numpy(float)
    sizes = base.sum(), recent.sum()
    psi = float(rows["psi"].sum(skipna=False))
    chance, most = limit(len(rows), *sizes)
    found: dict[str, Any] = {
        "feature": feature, "base_count": int(sizes[0]), "recent_count": int(sizes[1]), "bins_count": len(rows),
        "psi": psi, "psi_chance": chance, "psi_limit": most, "drift": verdict(psi, most),
    }  # fmt: skip
    if math.isnan(psi):
        return found
    missing = rows[rows["bin_no"] == 0]
    far = rows.loc[rows["psi"].idxmax()]
    share = [np.maximum(side, 0.5) / size for side, size in zip((base, recent), sizes, strict=True)]
    ratio = np.log(share[1] / share[0])
    half = _Z * math.sqrt(
        _variance(share[1], ratio + 1 - share[0] / share[1], sizes[1])
        + _variance(share[0], 1 - ratio - share[1] / share[0], sizes[0])
    )
    # Where the base had nobody its approval rate is taken to be that of everybody: it moves nothing.
    approved = rows["base_approved_count"].to_numpy(float)
    whole = approved.sum() / sizes[0]
    rate = np.divide(approved, base, out=np.full(len(rows), whole), where=base > 0)
    moved = recent / sizes[1] - base / sizes[0]
    change = float((moved * rate).sum())
    noise = _variance(recent / sizes[1], rate, sizes[1]) + _variance(base / sizes[0], rate, sizes[0])
    noise += float((moved**2 * rate * (1 - rate) / np.maximum(base, 1)).sum())
    change_half = _Z * math.sqrt(noise)
    return found | {
        "psi_low": max(0.0, psi - half), "psi_high": psi + half,
        "bin_no": int(far["bin_no"]), "first_step": far["first_step"], "last_step": far["last_step"],
        "bin_base_rate": float(far["base_share_rate"]), "bin_recent_rate": float(far["recent_share_rate"]),
        "base_missing_rate": float(missing["base_share_rate"].sum()),
        "recent_missing_rate": float(missing["recent_share_rate"].sum()),
        "approval_change_rate": change, "approval_change_low_rate": change - change_half,
        "approval_change_high_rate": change + change_half,
        "base_approval_rate": whole, "recent_approval_rate": rows["recent_approved_count"].sum() / sizes[1],
    }  # fmt: skip


def _variance(share: Floats, slope: Floats, size: float) -> float:
    """Of a smooth figure of the shares of a multinomial."""
    return max(0.0, float((share * slope**2).sum() - (share * slope).sum() ** 2)) / size
