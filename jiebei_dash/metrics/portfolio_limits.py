"""Limits of the portfolio against its figures: what is left, and how long it lasts at the present pace."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from jiebei_dash.caps import Cap
from jiebei_dash.metrics.frames import need
from jiebei_dash.metrics.intervals import wilson

PACE_MONTHS = 6
"""The pace is the mean change a month over so many."""
STATUSES: tuple[str, ...] = ("breach", "warning", "inside", "unknown")
"""The worst first; ``unknown`` passes nothing."""
COLUMNS = [
    "figure", "dimension", "code", "top", "side", "value_rate", "level_rate", "warn_rate", "headroom_rate", "use_rate",
    "pace_rate",
    "breach_months", "status", "lacks", "numerator", "denominator", "loans", "low_rate", "high_rate", "mark", "starts",
]  # fmt: skip


def lost_share(states: pd.DataFrame, amount: str, lost: str) -> pd.DataFrame:
    """Return what was written off and sold in each month over the book of the month before.

    Parameters
    ----------
    states
        ``month``, ``state`` and the columns ``amount`` and ``lost``; one row a month and state.
    amount, lost
        What the book and the losses are counted in.

    Returns
    -------
    DataFrame
        Indexed by month: ``numerator``, ``denominator``, ``value`` (NaN where the month before is not in the frame).
    """
    need(states, "month", "state", amount, lost)
    gone = states["state"].isin(("WO", "SOLD"))
    away = ["PAID", "WO", "SOLD"]
    book = states[~states["state"].isin(away)].groupby("month")[amount].sum()
    left = states[gone].groupby("month")[lost].sum().reindex(book.index, fill_value=0).astype(float)
    before = pd.DatetimeIndex(book.index) - pd.DateOffset(months=1)
    base = pd.Series(book.reindex(before).to_numpy(dtype=float), index=book.index).replace(0.0, np.nan)
    return pd.DataFrame({"numerator": left, "denominator": base, "value": left / base})


def group_share(sizes: pd.DataFrame, by: str, amount: str, code: str, top: int) -> tuple[str, pd.DataFrame]:
    """Return the share of one group or of the largest few, month by month, and which group it is.

    Parameters
    ----------
    sizes
        ``month``, the column ``by`` and the column ``amount``.
    by, amount
        The column of groups, and that of their size.
    code
        Of one group; empty for whichever is largest in the last month.
    top
        Of so many of the largest of each month; 0 is of one group.

    Returns
    -------
    tuple
        The code (empty where there are several); indexed by month ``numerator``, ``denominator``, ``value``.
    """
    need(sizes, "month", by, amount)
    wide = sizes.assign(**{by: sizes[by].astype(str)}).pivot_table(
        index="month", columns=by, values=amount, aggfunc="sum"
    )
    wide = wide.fillna(0).astype(float)
    total = wide.sum(axis=1).replace(0.0, np.nan)
    if top:
        part = wide.apply(lambda row: row.nlargest(top).sum(), axis=1)
    else:
        code = code or str(wide.iloc[-1].idxmax())
        part = wide[code] if code in wide else pd.Series(0.0, index=wide.index)
    return code, pd.DataFrame({"numerator": part, "denominator": total, "value": part / total})


def status(caps: Sequence[Cap], figures: Mapping[str, Mapping[str, Any]]) -> pd.DataFrame:
    """Return each limit with where the book stands against it.

    Parameters
    ----------
    caps
        Limits in force.
    figures
        By the key of a limit: ``series`` indexed by month up to the as-of month with ``value`` and, where it has them,
        ``numerator`` and ``denominator``; ``code``; ``loans`` behind it; or ``lacks``, why it is unknown.

    Returns
    -------
    DataFrame
        One row a limit: ``figure`` (``share`` where the limit names the group, ``largest`` where it does not),
        ``dimension``, ``code``, ``top``, ``side``; ``value_rate``, ``level_rate``, ``warn_rate``, ``headroom_rate`` (to
        the level, negative once broken), ``use_rate`` (value / level, or level / value of a floor); ``pace_rate``
        (change a month, mean of six; NaN with fewer) and ``breach_months`` at that pace (0 once broken, NaN if
        it moves away or stands still); ``status`` of ``STATUSES``; ``lacks``; ``numerator``, ``denominator``; ``loans``
        and Wilson's 95 % interval over them (NaN where it is no share of loans); ``mark``, ``starts``.

    Notes
    -----
    **Source**: house definitions 1.16 and 5.1. A level that is just met is not broken. A straight line through the last
    six months knows neither season nor turn.
    """
    return pd.DataFrame([_row(cap, figures[cap.key]) for cap in caps], columns=COLUMNS)


def _row(cap: Cap, found: Mapping[str, Any]) -> dict[str, object]:
    series: pd.DataFrame = found.get("series", pd.DataFrame({"value": []}))
    known = not series.empty and series["value"].notna().iloc[-1]
    row: dict[str, object] = {
        "figure": "share" if cap.code else cap.figure, "dimension": cap.dimension, "code": found.get("code", cap.code),
        "top": cap.top, "side": cap.side, "level_rate": cap.level, "warn_rate": cap.warn,
        "mark": cap.mark, "starts": pd.Timestamp(cap.starts),
        "lacks": "" if known else found.get("lacks", "history"), "status": "unknown",
        **dict.fromkeys(
            ("value_rate", "headroom_rate", "use_rate", "pace_rate", "breach_months", "numerator", "denominator",
             "loans", "low_rate", "high_rate"),
            np.nan,
        ),
    }  # fmt: skip
    if not known:
        return row
    last, sign = series.iloc[-1], 1 if cap.side == "at_most" else -1
    value = float(last["value"])
    headroom = sign * (cap.level - value)
    over = max(value, 0.0) / cap.level if sign == 1 else (cap.level / value if value > 0 else np.nan)
    row |= {
        "value_rate": value,
        "headroom_rate": headroom,
        "use_rate": over,
        "status": "breach" if headroom < 0 else "warning" if sign * (cap.warn - value) < 0 else "inside",
        "numerator": float(last.get("numerator", np.nan)),
        "denominator": float(last.get("denominator", np.nan)),
    }
    if "loans" in found:
        low, high = wilson(value * found["loans"], found["loans"])
        row |= {"loans": float(found["loans"]), "low_rate": low, "high_rate": high}
    then = pd.Timestamp(series.index[-1]) - pd.DateOffset(months=PACE_MONTHS)
    if then in series.index and pd.notna(series.loc[then, "value"]):
        pace = (value - float(series.loc[then, "value"])) / PACE_MONTHS
        nearing = sign * pace
        row |= {
            "pace_rate": pace,
            "breach_months": 0.0 if headroom < 0 else headroom / nearing if nearing > 0 else np.nan,
        }
    return row
