"""The few numbers that head the month, each beside its past, and which of them moved beyond noise."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Literal

import numpy as np
import pandas as pd

from jiebei_dash.metrics import delinquency, entry
from jiebei_dash.metrics.frames import need
from jiebei_dash.terms import Basis

Unit = Literal["fen", "count", "rate"]
MONTHS_SHOWN = 13
LAGS: tuple[str, ...] = tuple(f"lag_{lag}" for lag in range(MONTHS_SHOWN - 1, -1, -1))
"""Columns of the last 13 months, oldest first; ``lag_0`` is the as-of month."""
KPIS: tuple[str, ...] = ("balance", "originations", "approval", "past_due_30", "past_due_90", "entry", "loss")
_BETTER = {"past_due_30": "down", "past_due_90": "down", "entry": "down", "loss": "down"}
LEAST_CHANGES = 6
"""A spread of fewer monthly changes says nothing about noise."""
BEYOND_SPREADS = 2.0
"""A change of more than so many standard deviations of earlier changes counts as a move. Source: house definition."""


def monthly(
    states: pd.DataFrame,
    opened: pd.DataFrame,
    results: pd.DataFrame | None,
    due: pd.DataFrame | None,
    recovered: pd.DataFrame,
    basis: Basis,
) -> dict[str, pd.DataFrame]:
    """Return the monthly values of every headline number that can be known.

    Parameters
    ----------
    states
        ``month``, ``state``, ``loans``, ``balance_fen``, ``lost_fen``.
    opened
        ``opened_month``, ``loans``, ``principal_fen``.
    results
        ``submitted_month``, ``approved``, ``declined``; None where the book has no applicants.
    due
        What :func:`jiebei_dash.metrics.entry.entry` reads; None where the book has no instalments.
    recovered
        ``month``, ``recovered_fen``.
    basis
        ``balance`` or ``count``.

    Returns
    -------
    dict of str to DataFrame
        By key of ``KPIS``, indexed by month: ``numerator``, ``denominator`` (NaN for amounts), ``value``.

    Notes
    -----
    **Source**: house definitions F1, D1a, D2, E1 and L2: loss = 12 x (principal written off and sold - recoveries of
    the month) / mean of the book at both month-ends; by count 12 x loans written off and sold / mean number of loans.
    """
    need(states, "month", "state", "loans", "balance_fen", "lost_fen")
    need(opened, "opened_month", "loans", "principal_fen")
    late = delinquency.past_due(states, basis)
    book = late[late["past_due_days"] == 30].set_index("month")["book"].astype(float)
    new = opened.set_index("opened_month")["principal_fen" if basis == "balance" else "loans"].astype(float)
    new = new.reindex(book.index.union(new.index), fill_value=0.0)
    found = {"balance": amounts(book), "originations": amounts(new)}
    for days in (30, 90):
        part = late[late["past_due_days"] == days].set_index("month")
        found[f"past_due_{days}"] = rates(part["late"], part["book"])
    found["loss"] = _loss(states, recovered, book, basis)
    if results is not None:
        counted = results.groupby("submitted_month")[["approved", "declined"]].sum()
        found["approval"] = rates(counted["approved"], counted["approved"] + counted["declined"])
    if due is not None:
        first_day = entry.entry(due, basis)
        first_day = first_day[first_day["measure"] == "entry"].set_index("month")
        found["entry"] = rates(first_day["numerator"], first_day["denominator"])
    return found


def headline(
    values: Mapping[str, pd.DataFrame], as_of_month: date, basis: Basis, lacks: Mapping[str, str]
) -> pd.DataFrame:
    """Return one row a headline number.

    Parameters
    ----------
    values
        What :func:`monthly` returned.
    as_of_month
        The month that is shown.
    basis
        What amounts are counted in.
    lacks
        By key of ``KPIS``, the capability whose lack makes a number unknown.

    Returns
    -------
    DataFrame
        ``kpi``; ``unit`` (``fen``, ``count``, ``rate``); ``basis``; ``better`` (``down``, or ``neither``); ``lacks``
        (empty unless it explains an unknown value); ``value``, ``numerator``, ``denominator``, ``last_month``,
        ``year_ago``; ``change_month``, ``change_year`` (a difference for rates, a relative change for amounts);
        ``usual_change`` (standard deviation of the monthly changes before the last one, NaN if fewer than
        ``LEAST_CHANGES``); ``lag_12`` ... ``lag_0``.
    """
    months = pd.date_range(end=pd.Timestamp(as_of_month), periods=MONTHS_SHOWN, freq="MS")
    rows = []
    for kpi in KPIS:
        series = values.get(kpi, pd.DataFrame(columns=["numerator", "denominator", "value"], dtype=float))
        shown = series.reindex(months)
        path = shown["value"].to_numpy(dtype=float)
        unit = ("fen" if basis == "balance" else "count") if kpi in ("balance", "originations") else "rate"
        changes = np.diff(path) if unit == "rate" else np.diff(path) / np.where(path[:-1] == 0, np.nan, path[:-1])
        earlier = changes[:-1][np.isfinite(changes[:-1])]
        rows.append(
            {
                "kpi": kpi,
                "unit": unit,
                "basis": "count" if kpi == "approval" else basis,
                "better": _BETTER.get(kpi, "neither"),
                "lacks": lacks.get(kpi, ""),
                "value": path[-1],
                "numerator": float(shown["numerator"].iloc[-1]),
                "denominator": float(shown["denominator"].iloc[-1]),
                "last_month": path[-2],
                "year_ago": path[0],
                "change_month": changes[-1],
                "change_year": change(path[0], path[-1], unit),
                "usual_change": float(np.std(earlier, ddof=1)) if len(earlier) >= LEAST_CHANGES else np.nan,
                **dict(zip(LAGS, path, strict=True)),
            }
        )
    return pd.DataFrame(rows)


def what_moved(found: pd.DataFrame) -> pd.DataFrame:
    """Return the headline numbers by how far they moved against their own noise.

    Parameters
    ----------
    found
        What :func:`headline` returned.

    Returns
    -------
    DataFrame
        ``kpi``, ``unit``, ``better``, ``value``, ``last_month``, ``change_month``, ``usual_change``, ``spreads`` =
        change / usual change, ``is_beyond_noise``; the largest move first. Numbers whose noise is unknown are absent.

    Notes
    -----
    **Source**: house definition: beyond noise is more than two standard deviations of the earlier monthly changes.
    """
    need(found, "kpi", "unit", "better", "value", "last_month", "change_month", "usual_change")
    kept = found[found["change_month"].notna() & (found["usual_change"] > 0)].copy()
    kept["spreads"] = kept["change_month"] / kept["usual_change"]
    kept["is_beyond_noise"] = kept["spreads"].abs() > BEYOND_SPREADS
    kept = kept.assign(size=kept["spreads"].abs()).sort_values("size", ascending=False, kind="stable")
    columns = ["kpi", "unit", "better", "value", "last_month", "change_month", "usual_change"]
    return kept[[*columns, "spreads", "is_beyond_noise"]].reset_index(drop=True)


def _loss(states: pd.DataFrame, recovered: pd.DataFrame, book: pd.Series, basis: Basis) -> pd.DataFrame:
    need(recovered, "month", "recovered_fen")
    lost_rows = states[states["state"].isin(("WO", "SOLD"))] if basis == "count" else states
    lost = lost_rows.groupby("month")["loans" if basis == "count" else "lost_fen"].sum()
    lost = lost.reindex(book.index, fill_value=0).astype(float)
    if basis == "balance":
        lost -= recovered.set_index("month")["recovered_fen"].reindex(book.index, fill_value=0)
    before = book.reindex(pd.DatetimeIndex(book.index) - pd.DateOffset(months=1)).to_numpy()
    return rates(12 * lost, (book + before) / 2)


def amounts(value: pd.Series) -> pd.DataFrame:
    """Return amounts as ``numerator`` and ``value``, with no denominator."""
    return pd.DataFrame({"numerator": value, "denominator": np.nan, "value": value}).astype(float)


def rates(numerator: pd.Series, denominator: pd.Series) -> pd.DataFrame:
    """Return ``numerator``, ``denominator`` and ``value`` = numerator / denominator, NaN over nothing."""
    below = denominator.astype(float).replace(0.0, np.nan)
    return pd.DataFrame({"numerator": numerator, "denominator": below, "value": numerator / below}).astype(float)


def change(before: float, after: float, unit: str) -> float:
    """Return a difference for a rate, a relative change for an amount; NaN against nothing."""
    if unit == "rate":
        return after - before
    return after / before - 1 if before else float("nan")
