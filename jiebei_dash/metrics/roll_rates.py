"""Roll rates from loan-level moves: every row of the matrix sums to one."""

from __future__ import annotations

import numpy as np
import pandas as pd

from jiebei_dash import terms
from jiebei_dash.metrics.frames import need
from jiebei_dash.metrics.intervals import wilson
from jiebei_dash.terms import Basis

SMALL_CELL_LOANS = 30
"""A rate over fewer loans is marked. Source: house definition 1.6."""
_MOVES = ("month", "prev_state", "state", "loans", "opening_fen", "balance_fen", "lost_fen")


def matrix(moves: pd.DataFrame, basis: Basis) -> pd.DataFrame:
    """Return where the loans of each bucket stood a month later.

    Parameters
    ----------
    moves
        ``month``, ``prev_state``, ``state``, ``loans``, ``opening_fen``, ``balance_fen``, ``lost_fen``; several months
        are added up, so each weighs by its opening.
    basis
        ``balance`` weighs by opening principal, ``count`` by loans.

    Returns
    -------
    DataFrame
        One row a ``prev_state`` with an opening and each ``state`` of ``terms.MOVES_TO`` (``PAID_DOWN`` only by
        balance: what loans still open, lost or sold repaid in the month): ``moved``, ``opening``, ``rate``, ``loans``
        that moved (0 for PAID_DOWN), ``opening_loans``, ``is_small``, ``low_rate`` and ``high_rate`` (Wilson, 95 %,
        each loan one trial, also by balance). ``moved`` of a ``prev_state`` sums to ``opening`` exactly.

    Notes
    -----
    **Source**: house definition 1.6. New drawdowns have no state before and are not in it.
    """
    need(moves, *_MOVES)
    flows = flows_of(moves, basis)
    to = [state for state in terms.MOVES_TO if basis == "balance" or state != terms.PAID_DOWN]
    opening_loans = flows.groupby("prev_state")["loans"].sum()
    sums = flows.groupby(["prev_state", "state"])[["moved", "loans"]].sum()
    opening = flows.groupby("prev_state")["moved"].sum()
    origins = [state for state in terms.BUCKETS if opening.get(state, 0) > 0]
    every = pd.MultiIndex.from_product([origins, to], names=["prev_state", "state"])
    found = sums.reindex(every, fill_value=0).reset_index()
    found["opening"] = found["prev_state"].map(opening).astype("int64")
    found["rate"] = found["moved"] / found["opening"]
    found["opening_loans"] = found["prev_state"].map(opening_loans).astype("int64")
    found["is_small"] = found["opening_loans"] < SMALL_CELL_LOANS
    trials = zip(found["rate"] * found["opening_loans"], found["opening_loans"], strict=True)
    found[["low_rate", "high_rate"]] = np.array([wilson(*trial) for trial in trials], dtype=float).reshape(-1, 2)
    columns = ["prev_state", "state", "moved", "opening", "rate", "loans", "opening_loans", "is_small"]
    return found[[*columns, "low_rate", "high_rate"]]


def chain(moves: pd.DataFrame, basis: Basis, window_months: int) -> pd.DataFrame:
    """Return the share of the current balance that the chain of forward rolls would carry to a loss.

    Parameters
    ----------
    moves
        As for :func:`matrix`.
    basis
        ``balance`` or ``count``.
    window_months
        Moves of so many months up to each month are added up; months without a full window are absent.

    Returns
    -------
    DataFrame
        One row a ``month``: ``chain_rate`` (a month), ``annual_rate`` = 12 x it, and for each bucket
        ``roll_<bucket>``, the share of its opening that went to a worse bucket or to a loss. NaN where a bucket of
        the chain had no opening.

    Notes
    -----
    **Source**: house definition 1.6: loss(k) = R(k to WO and SOLD) + R(k to any worse bucket) x loss(k+1), and
    loss(M7+) = 1; without sales on the way it is the product of the forward rolls. It assumes that nobody falls late
    again after a cure and that rates stay: a thermometer, not a forecast.
    """
    to = list(terms.MOVES_TO)
    months, weights = cube(moves, basis)
    rows = []
    for place in range(window_months - 1, len(months)):
        since = place - window_months + 1
        if months[place] - pd.DateOffset(months=window_months - 1) == months[since]:
            window = weights[since : place + 1].sum(axis=0)
            rows.append({"month": months[place], **_chained(window, to)})
    columns = ["month", "chain_rate", "annual_rate", *(f"roll_{bucket}" for bucket in terms.BUCKETS[:-1])]
    return pd.DataFrame(rows, columns=columns)


def cube(moves: pd.DataFrame, basis: Basis) -> tuple[pd.DatetimeIndex, np.ndarray]:
    """Return what moved in each month from each bucket to each state, as one array.

    Parameters
    ----------
    moves
        As for :func:`matrix`.
    basis
        ``balance`` (fen) or ``count`` (loans).

    Returns
    -------
    tuple
        The months of the frame in order, and a month x ``terms.BUCKETS`` x ``terms.MOVES_TO`` array; a row of a month
        sums to its opening.
    """
    need(moves, *_MOVES)
    sums = flows_of(moves, basis).groupby(["month", "prev_state", "state"])["moved"].sum()
    months = pd.DatetimeIndex(sorted(moves["month"].unique()))
    every = pd.MultiIndex.from_product([months, terms.BUCKETS, terms.MOVES_TO])
    shape = (len(months), len(terms.BUCKETS), len(terms.MOVES_TO))
    return months, sums.reindex(every, fill_value=0).to_numpy(dtype=float).reshape(shape)


def without_losses(chained: pd.DataFrame) -> pd.DataFrame:
    """Return a chain of which nothing is known beyond the last bucket: its source has no write-offs.

    Parameters
    ----------
    chained
        What :func:`chain` returned.

    Returns
    -------
    DataFrame
        The same rows; ``chain_rate``, ``annual_rate`` and the roll out of the last bucket before 180 days are NaN.
    """
    need(chained, "chain_rate", "annual_rate")
    return chained.assign(**dict.fromkeys(("chain_rate", "annual_rate", f"roll_{terms.BUCKETS[-2]}"), np.nan))


def directions(rates: pd.DataFrame) -> pd.DataFrame:
    """Return for each bucket what rolled forward, stayed, improved and left.

    Parameters
    ----------
    rates
        What :func:`matrix` returned.

    Returns
    -------
    DataFrame
        ``prev_state``, ``forward_rate`` (worse bucket, WO, SOLD), ``stay_rate``, ``cure_rate`` (better bucket),
        ``paid_rate`` (PAID and PAID_DOWN), ``opening``, ``opening_loans``; the four rates sum to 1.
    """
    need(rates, "prev_state", "state", "moved", "opening", "opening_loans")
    rank = {state: place for place, state in enumerate(terms.BUCKETS)}
    here, there = rates["prev_state"].map(rank), rates["state"].map(rank)
    kind = np.select(
        [rates["state"].isin(("WO", "SOLD")) | (there > here), there == here, there < here],
        ["forward_rate", "stay_rate", "cure_rate"],
        "paid_rate",
    )
    wide = rates.assign(kind=kind).pivot_table(index="prev_state", columns="kind", values="moved", aggfunc="sum")
    names = ["forward_rate", "stay_rate", "cure_rate", "paid_rate"]
    wide = wide.reindex(index=list(dict.fromkeys(rates["prev_state"])), columns=names, fill_value=0).fillna(0)
    openings = rates.drop_duplicates("prev_state").set_index("prev_state")[["opening", "opening_loans"]]
    found = wide.div(openings["opening"], axis=0).join(openings)
    found.index.name = "prev_state"
    return found.reset_index()


def flows_of(moves: pd.DataFrame, basis: Basis, by: str | None = None) -> pd.DataFrame:
    """Return one line an origin and target with the weight that moved, the part repaid as a line of its own.

    Parameters
    ----------
    moves
        As for :func:`matrix`, with a column ``by`` if one is named.
    basis
        ``balance`` or ``count``.
    by
        A dimension to keep, or None.

    Returns
    -------
    DataFrame
        ``month``, (``by``,) ``prev_state``, ``state`` (with ``PAID_DOWN`` by balance), ``moved`` (fen or loans),
        ``loans`` (0 for PAID_DOWN).
    """
    columns = ["month", *([by] if by else []), "prev_state", "state", "moved", "loans"]
    if basis == "count":
        return moves.assign(moved=moves["loans"])[columns]
    is_loss = moves["state"].isin(("WO", "SOLD"))
    is_open = moves["state"].isin(terms.BUCKETS)
    arrived = moves["opening_fen"].where(~is_open, moves["balance_fen"]).where(~is_loss, moves["lost_fen"])
    repaid = moves.assign(moved=moves["opening_fen"] - arrived, state=terms.PAID_DOWN, loans=0)
    return pd.concat([moves.assign(moved=arrived)[columns], repaid[columns]], ignore_index=True)


def _chained(moved: np.ndarray, to: list[str]) -> dict[str, float]:
    """The chain over one window's weights: a row a bucket, a column a state of ``to``."""
    opening = moved.sum(axis=1, keepdims=True)
    rates = np.divide(moved, opening, out=np.full_like(moved, np.nan), where=opening > 0)
    out = [to.index("WO"), to.index("SOLD")]
    loss, rolls = 1.0, {}
    for place in range(len(terms.BUCKETS) - 2, -1, -1):
        worse = float(rates[place, place + 1 : len(terms.BUCKETS)].sum())
        lost = float(rates[place, out].sum())
        rolls[f"roll_{terms.BUCKETS[place]}"] = worse + lost
        loss = lost + worse * loss
    return {"chain_rate": loss, "annual_rate": 12 * loss, **rolls}
