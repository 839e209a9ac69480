"""How well a score tells good from bad, and how far a population has moved: from counts, never from single loans."""

from __future__ import annotations

import numpy as np
import pandas as pd

from jiebei_dash.metrics.frames import need

EMPTY_CELL = 0.5
"""Added to the cells of a band in which goods or bads are none, so that the logarithm exists (house definition)."""


def discrimination(counts: pd.DataFrame, by: list[str] | None = None) -> pd.DataFrame:
    """Return AUC, Gini and KS, one row a group.

    Parameters
    ----------
    counts
        ``score_points``, ``good_count``, ``bad_count`` and the columns of ``by``; one row a group and score point (or
        band: then AUC and KS are banded and a little lower, which a label must say).
    by
        Columns that make a group, e.g. the month of opening; none for the whole.

    Returns
    -------
    DataFrame
        ``by``, ``good_count``, ``bad_count``, ``auc_rate``, ``gini_rate``, ``ks_rate``; ordered by ``by``. The rates
        are NaN in a group without goods or without bads: unknown, not zero.

    Notes
    -----
    **Source**: AUC is P(good scores above bad) + P(tie)/2 (Hanley and McNeil 1982); Gini = 2 AUC - 1; KS is the
    largest distance of the two distributions, read after a tie is complete.
    """
    groups = by or []
    need(counts, *groups, "score_points", "good_count", "bad_count")
    columns = [*groups, "good_count", "bad_count", "auc_rate", "gini_rate", "ks_rate"]
    parts = counts.groupby(groups, sort=True, dropna=False) if groups else [((), counts)]
    rows = [(*key, *_judged(part)) for key, part in parts]
    return pd.DataFrame(rows, columns=columns)


def auc(counts: pd.DataFrame) -> float:
    """Return the AUC of counts by score point, NaN without goods or bads; see :func:`discrimination`."""
    return float(discrimination(counts)["auc_rate"].iloc[0])


def ks(counts: pd.DataFrame) -> float:
    """Return the KS of counts by score point, NaN without goods or bads; see :func:`discrimination`."""
    return float(discrimination(counts)["ks_rate"].iloc[0])


def ks_curve(counts: pd.DataFrame) -> pd.DataFrame:
    """Return the two distributions whose largest distance is the KS.

    Parameters
    ----------
    counts
        ``score_points``, ``good_count``, ``bad_count``; rows of the same score are added up.

    Returns
    -------
    DataFrame
        One row a score point, ascending: ``score_points``, ``good_below_rate`` and ``bad_below_rate`` (share of the
        goods and of the bads at or below it), ``gap_rate`` (bads less goods). NaN without goods or without bads.

    Notes
    -----
    **Source**: two-sample Kolmogorov-Smirnov distance; ties are read at their end.
    """
    need(counts, "score_points", "good_count", "bad_count")
    curve = counts.groupby("score_points", as_index=False)[["good_count", "bad_count"]].sum()
    for side in ("good", "bad"):
        curve[f"{side}_below_rate"] = curve[f"{side}_count"].cumsum() / _total(curve[f"{side}_count"])
    curve["gap_rate"] = curve["bad_below_rate"] - curve["good_below_rate"]
    return curve[["score_points", "good_below_rate", "bad_below_rate", "gap_rate"]]


def woe(bands: pd.DataFrame) -> pd.DataFrame:
    """Return weight of evidence and information value by band.

    Parameters
    ----------
    bands
        ``good_count`` and ``bad_count``; one row a band, any other columns are kept.

    Returns
    -------
    DataFrame
        ``bands`` with ``woe`` (a logarithm; positive is safer than the whole) and ``iv`` (the band's part of the
        information value). NaN if there are no goods or no bads at all.

    Notes
    -----
    **Source**: Siddiqi 2006, Credit Risk Scorecards, ch. 6; sign good over bad; 0.5 is added to both cells of a band
    where one is empty.
    """
    need(bands, "good_count", "bad_count")
    filler = ((bands["good_count"] == 0) | (bands["bad_count"] == 0)) * EMPTY_CELL
    good_share = (bands["good_count"] + filler) / _total(bands["good_count"])
    bad_share = (bands["bad_count"] + filler) / _total(bands["bad_count"])
    evidence = np.log(good_share / bad_share)
    return bands.assign(woe=evidence, iv=(good_share - bad_share) * evidence)


def information_value(bands: pd.DataFrame) -> float:
    """Return the information value of a banded input, NaN without goods or bads; see :func:`woe`.

    Notes
    -----
    **Source**: Siddiqi 2006, ch. 6: below 0.02 none, to 0.1 weak, to 0.3 medium, to 0.5 strong, above that suspect.
    """
    return float(woe(bands)["iv"].sum(skipna=False))


def shift(bands: pd.DataFrame) -> pd.DataFrame:
    """Return how the shares of bands moved, and each band's part of the population stability index.

    Parameters
    ----------
    bands
        ``expected_count`` (development sample) and ``actual_count``; one row a band fixed on the development sample,
        any other columns are kept. A band of which a side has none must be there with 0.

    Returns
    -------
    DataFrame
        ``bands`` with ``expected_rate``, ``actual_rate`` (shares of their side) and ``psi`` (the band's part). NaN if
        a side is empty altogether.

    Notes
    -----
    **Source**: Siddiqi 2006, ch. 9; an empty cell counts 0.5 within the logarithm's sum (house definition).
    """
    need(bands, "expected_count", "actual_count")
    expected, actual = (bands[f"{side}_count"] / _total(bands[f"{side}_count"]) for side in ("expected", "actual"))
    known_expected, known_actual = (
        bands[f"{side}_count"].where(bands[f"{side}_count"] > 0, EMPTY_CELL) / _total(bands[f"{side}_count"])
        for side in ("expected", "actual")
    )
    part = (known_actual - known_expected) * np.log(known_actual / known_expected)
    return bands.assign(expected_rate=expected, actual_rate=actual, psi=part)


def psi(bands: pd.DataFrame) -> float:
    """Return the population stability index, NaN if a side is empty; see :func:`shift`.

    Notes
    -----
    **Source**: Siddiqi 2006, ch. 9: below 0.1 stable, 0.1 to 0.25 watch, above 0.25 act.
    """
    return float(shift(bands)["psi"].sum(skipna=False))


def _total(counts: pd.Series) -> float:
    """The sum, NaN if it is nothing: a share of nothing is unknown."""
    return float(counts.sum()) or np.nan


def _judged(counts: pd.DataFrame) -> tuple[int, int, float, float, float]:
    """Goods, bads, AUC, Gini and KS of one group."""
    points = counts.groupby("score_points")[["good_count", "bad_count"]].sum()
    good, bad = points["good_count"].to_numpy(dtype=float), points["bad_count"].to_numpy(dtype=float)
    sizes = int(good.sum()), int(bad.sum())
    if not all(sizes):
        return (*sizes, np.nan, np.nan, np.nan)
    good_share, bad_share = good / good.sum(), bad / bad.sum()
    bad_below = bad_share.cumsum() - bad_share
    auc_rate = float((good_share * (bad_below + bad_share / 2)).sum())
    ks_rate = float(np.abs(good_share.cumsum() - bad_share.cumsum()).max())
    return (*sizes, auc_rate, 2 * auc_rate - 1, ks_rate)
