"""What moved between two windows of rolls, one flow through time and by group, and the stock approximation."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd

from jiebei_dash import terms
from jiebei_dash.metrics.delinquency import AMOUNT_OF
from jiebei_dash.metrics.frames import need
from jiebei_dash.metrics.intervals import difference, wilson
from jiebei_dash.metrics.roll_rates import SMALL_CELL_LOANS, flows_of
from jiebei_dash.terms import Basis, Flow

_LATE = terms.BUCKETS[1:-1]
_RANK = {state: place for place, state in enumerate((*terms.BUCKETS, "WO", "SOLD"))}


def moved(now: pd.DataFrame, before: pd.DataFrame) -> pd.DataFrame:
    """Return how each cell of the matrix differs from the window before, and whether by more than chance.

    Parameters
    ----------
    now, before
        Of :func:`jiebei_dash.metrics.roll_rates.matrix`, both by the same basis.

    Returns
    -------
    DataFrame
        One row a cell with an opening in both windows: ``prev_state``, ``state``, ``rate_before``, ``rate_after``,
        ``change_rate``, ``low_rate``, ``high_rate`` (95 % interval of the change), ``amount`` (what the change moved
        of today's opening, fen or loans, signed), ``loans_before``, ``loans_after`` (at the openings), ``is_small``
        (fewer than 30 loans in one of them), ``is_beyond_noise``. The largest ``amount`` first.

    Notes
    -----
    **Source**: house definition 1.6; the interval is Newcombe's, with the loans at the openings as trials. By balance
    it takes loans for equally large, so it is somewhat narrow; one cell in twenty is beyond it by chance alone.
    """
    need(now, "prev_state", "state", "rate", "opening", "opening_loans")
    need(before, "prev_state", "state", "rate", "opening_loans")
    keys = ["prev_state", "state"]
    both = now.merge(before[[*keys, "rate", "opening_loans"]], on=keys, suffixes=("_after", "_before"))
    found = both[keys].assign(
        rate_before=both["rate_before"],
        rate_after=both["rate_after"],
        change_rate=both["rate_after"] - both["rate_before"],
    )
    ends = [
        difference(after * loans, loans, was * loans_was, loans_was)
        for after, loans, was, loans_was in zip(
            both["rate_after"],
            both["opening_loans_after"],
            both["rate_before"],
            both["opening_loans_before"],
            strict=True,
        )
    ]
    found[["low_rate", "high_rate"]] = np.array(ends, dtype=float).reshape(-1, 2)
    found["amount"] = found["change_rate"] * both["opening"]
    found["loans_before"], found["loans_after"] = both["opening_loans_before"], both["opening_loans_after"]
    found["is_small"] = found[["loans_before", "loans_after"]].min(axis=1) < SMALL_CELL_LOANS
    outside = (found["low_rate"] > 0) | (found["high_rate"] < 0)
    found["is_beyond_noise"] = outside & ~found["is_small"]
    order = found["amount"].abs().sort_values(ascending=False, kind="stable").index
    return found.loc[order].reset_index(drop=True)


def flow(moves: pd.DataFrame, name: Flow, basis: Basis, window_months: int, by: str | None = None) -> pd.DataFrame:
    """Return one flow through time, as a whole or in each group.

    Parameters
    ----------
    moves
        As for :func:`jiebei_dash.metrics.roll_rates.matrix`, with a column ``by`` if one is named.
    name
        One of ``terms.FLOWS``: a cell, or what M1 to M6 did together: ``forward`` (to a worse bucket or a loss),
        ``stay``, ``cure`` (to a better bucket).
    basis
        ``balance`` or ``count``.
    window_months
        Moves of so many months up to each month are added up; months without a full window are absent.
    by
        A dimension, or None.

    Returns
    -------
    DataFrame
        One row a ``month`` (and code of ``by``) with an opening: ``moved``, ``opening``, ``rate``, ``low_rate`` and
        ``high_rate`` (95 %), ``opening_loans``, ``is_small``.

    Notes
    -----
    **Source**: house definition 1.6; the interval is Wilson's, with the loans at the opening as trials.
    """
    need(moves, "month", "prev_state", "state", "loans", *([by] if by else []))
    groups = [by] if by else []
    flows = flows_of(moves, basis, by)
    flows = flows[flows["prev_state"].isin(_origins(name))]
    chosen = _is_of(flows, name)
    measures = ["moved", "opening", "opening_loans"]
    split = flows.assign(opening=flows["moved"], opening_loans=flows["loans"], moved=flows["moved"].where(chosen, 0))
    sums = split.groupby(["month", *groups])[measures].sum()
    months = pd.DatetimeIndex(sorted(moves["month"].unique()))
    columns = ["month", *groups, "moved", "opening", "rate", "low_rate", "high_rate", "opening_loans", "is_small"]
    parts = []
    for place in range(window_months - 1, len(months)):
        since = months[place - window_months + 1]
        if months[place] - pd.DateOffset(months=window_months - 1) != since:
            continue
        inside = sums.loc[since : months[place]]
        if by:
            parts.append(inside.groupby(by).sum().reset_index().assign(month=months[place]))
        else:
            parts.append(inside.sum().to_frame().T.assign(month=months[place]))
    if not parts:
        return pd.DataFrame(columns=columns)
    found = pd.concat(parts, ignore_index=True)
    found = found[found["opening"] > 0].reset_index(drop=True)
    found[measures] = found[measures].astype("int64")
    found["rate"] = found["moved"] / found["opening"]
    loans = found["opening_loans"]
    ends = [wilson(rate * trials, trials) for rate, trials in zip(found["rate"], loans, strict=True)]
    found[["low_rate", "high_rate"]] = np.array(ends, dtype=float).reshape(-1, 2)
    return found.assign(is_small=loans < SMALL_CELL_LOANS)[columns]


def stock(states: pd.DataFrame, rates: pd.DataFrame, basis: Basis, window_months: int) -> pd.DataFrame:
    """Return the stock approximation of each forward roll beside the roll of the loans themselves.

    Parameters
    ----------
    states
        ``month``, ``state``, ``loans``, ``balance_fen``; the months of the window and the month before it.
    rates
        Of :func:`jiebei_dash.metrics.roll_rates.matrix` over the same window.
    basis
        ``balance`` or ``count``.
    window_months
        How many months of moves, up to the last month of ``states``.

    Returns
    -------
    DataFrame
        One row a bucket and the next: ``prev_state``, ``state``, ``rate`` (matrix), ``stock_rate`` = sum of the next
        bucket at the ends of the months / sum of the bucket a month before each, ``difference_rate``; a last row from
        C to M3 with the products of its three rolls (C-M3). NaN without an opening.

    Notes
    -----
    **Source**: house definition 1.6, golden vector G1; C-M3 as published by Lufax, averaged over the chain's months by
    adding them up. The approximation holds roll-backs from worse buckets and misses what was paid in part.
    """
    need(states, "month", "state", "loans", "balance_fen")
    need(rates, "prev_state", "state", "rate")
    amounts = states.pivot_table(index="month", columns="state", values=AMOUNT_OF[basis], aggfunc="sum", fill_value=0)
    last = states["month"].max()
    months = pd.date_range(last - pd.DateOffset(months=window_months), last, freq="MS")
    held = amounts.reindex(index=months, columns=list(terms.BUCKETS)).astype(float)
    held[held.notna().any(axis=1)] = held.fillna(0.0)
    exact = rates.set_index(["prev_state", "state"])["rate"]
    rows = []
    for here, there in zip(terms.BUCKETS, terms.BUCKETS[1:], strict=False):
        after, opening = held[there].iloc[1:].sum(skipna=False), held[here].iloc[:-1].sum(skipna=False)
        rate = float(exact.get((here, there), math.nan))
        rows.append((here, there, rate, after / opening if opening > 0 else math.nan))
    chained = tuple(math.prod(row[place] for row in rows[:3]) for place in (2, 3))
    found = pd.DataFrame([*rows, ("C", "M3", *chained)], columns=["prev_state", "state", "rate", "stock_rate"])
    return found.assign(difference_rate=found["stock_rate"] - found["rate"])


def _origins(name: Flow) -> tuple[str, ...]:
    return _LATE if name in ("forward", "stay", "cure") else (name.split("_")[0],)


def _is_of(flows: pd.DataFrame, name: Flow) -> pd.Series:
    if name not in ("forward", "stay", "cure"):
        return flows["state"] == name.split("_")[1]
    here, there = flows["prev_state"].map(_RANK), flows["state"].map(_RANK)
    if name == "stay":
        return here == there
    return there > here if name == "forward" else there < here
