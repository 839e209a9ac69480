"""Our own level of what other lenders publish, month by month, and theirs beside it."""

from __future__ import annotations

import pandas as pd

from jiebei_dash.metrics.frames import need
from jiebei_dash.peers import Level

YEAR_MONTHS = 12
_OF_ENTRY = ("entry", "collected", "to_m2")


def of_buckets(shares: pd.DataFrame) -> pd.DataFrame:
    """Return what follows from the buckets of the book.

    Parameters
    ----------
    shares
        ``month``, ``state``, ``amount``, ``total``; every bucket a month.

    Returns
    -------
    DataFrame
        ``figure``, ``month``, ``rate``: ``past_due_30``, ``past_due_90``, ``m2_share``, ``m3_share`` of the same
        month-end's book, ``m2_over_m1`` of the same month-end, and ``c_m3`` = M1/C x M2/M1 x M3/M2, each bucket over
        the one before a month earlier. Absent without a denominator.

    Notes
    -----
    **Source**: house definitions D1a, D2 and T5 (as published by Lufax, one month).
    """
    need(shares, "month", "state", "amount", "total")
    held = shares.pivot_table(index="month", columns="state", values="amount", aggfunc="sum").astype(float)
    book = held.sum(axis=1)
    before = held.shift(1, freq="MS").reindex(held.index)
    c_m3 = (held["M1"] / before["C"]) * (held["M2"] / before["M1"]) * (held["M3"] / before["M2"])
    found = {
        "past_due_30": held.drop(columns=["C", "M1"]).sum(axis=1) / book,
        "past_due_90": held.drop(columns=["C", "M1", "M2", "M3"]).sum(axis=1) / book,
        "m2_share": held["M2"] / book,
        "m3_share": held["M3"] / book,
        "m2_over_m1": held["M2"] / held["M1"].where(held["M1"] > 0),
        "c_m3": c_m3.where((before[["C", "M1", "M2"]] > 0).all(axis=1)),
    }
    return _long(found)


def of_entry(entry: pd.DataFrame) -> pd.DataFrame:
    """Return D1, the 30-day collection and C-M2 as ``figure``, ``month``, ``rate``.

    Parameters
    ----------
    entry
        Of ``metrics.entry.entry``.
    """
    need(entry, "month", "measure", "rate")
    rows = entry[entry["measure"].isin(_OF_ENTRY)].rename(columns={"measure": "figure"})
    return rows[["figure", "month", "rate"]].dropna(subset=["rate"])


def of_first(first: pd.DataFrame) -> pd.DataFrame:
    """Return FPD7 as ``figure``, ``month`` (of opening), ``rate``.

    Parameters
    ----------
    first
        Of ``metrics.entry.first_payment``.
    """
    need(first, "opened_month", "measure", "rate")
    rows = first[first["measure"] == "fpd_7"].rename(columns={"measure": "figure", "opened_month": "month"})
    return rows[["figure", "month", "rate"]].dropna(subset=["rate"])


def beside(ours: pd.DataFrame, levels: tuple[Level, ...], language: str) -> pd.DataFrame:
    """Return each published level beside our own.

    Parameters
    ----------
    ours
        ``figure``, ``month``, ``rate``; one row a figure and month.
    levels
        What others published.
    language
        Of the notes.

    Returns
    -------
    DataFrame
        One row a level: ``figure``, ``lender``, ``month``, ``level_rate``; ``then_rate``, ours of that same month;
        ``ours_rate`` and ``ours_month``, our newest; ``low_rate`` and ``high_rate`` of our last twelve months; NaN and
        NaT where we have none; ``differs``, ``mark``, ``source``. By figure in the order of the list, newest first.
    """
    need(ours, "figure", "month", "rate")
    by_figure = {str(figure): rows.set_index("month")["rate"].sort_index() for figure, rows in ours.groupby("figure")}
    none = pd.Series(dtype=float, index=pd.DatetimeIndex([]))
    rows = []
    for level in levels:
        own = by_figure.get(level.figure, none)
        last = own.tail(YEAR_MONTHS)
        rows.append(
            {
                "figure": level.figure,
                "lender": level.lender,
                "month": pd.Timestamp(level.month),
                "level_rate": level.rate,
                "then_rate": own.get(pd.Timestamp(level.month), float("nan")),
                "ours_rate": own.iloc[-1] if len(own) else float("nan"),
                "ours_month": own.index[-1] if len(own) else pd.NaT,
                "low_rate": last.min(),
                "high_rate": last.max(),
                "differs": level.differs[language],  # type: ignore[index]
                "mark": level.mark,
                "source": level.source,
            }
        )
    return pd.DataFrame(rows).sort_values("month", ascending=False, kind="stable", ignore_index=True)


def _long(found: dict[str, pd.Series]) -> pd.DataFrame:
    parts = [
        pd.DataFrame({"figure": figure, "month": rates.index, "rate": rates.to_numpy()}).dropna(subset=["rate"])
        for figure, rates in found.items()
    ]
    return pd.concat(parts, ignore_index=True)
