"""What becomes of lines: how soon they are drawn, how long the money takes, and who draws."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import numpy as np
import pandas as pd

from jiebei_dash import terms
from jiebei_dash.metrics.frames import need
from jiebei_dash.metrics.funnel import PERCENTILES
from jiebei_dash.metrics.intervals import difference, wilson
from jiebei_dash.metrics.roll_rates import SMALL_CELL_LOANS
from jiebei_dash.terms import Basis

NO_FUNDER = "NA"
"""A loan whose funder the book does not name."""


def curves(lines: pd.DataFrame, as_of_end: date) -> pd.DataFrame:
    """Return what share of the lines granted in a month was drawn within 7, 30 and 90 days.

    Parameters
    ----------
    lines
        ``decided_month``, ``lines``, ``drawn_x`` for each x of ``terms.TAKE_UP_DAYS``, ``undated``; one row a month.
    as_of_end
        Last day that is known.

    Returns
    -------
    DataFrame
        ``decided_month``, ``within_days``, ``drawn``, ``lines``, ``take_up_rate`` = drawn / lines, ``low_rate`` and
        ``high_rate`` (95 %), ``undated`` (drawn on an unknown day, and so in no numerator), ``is_small``;
        ``change_rate`` against the month before (NaN where nothing was granted then) and ``is_beyond_noise``: its 95 %
        interval does not hold zero, and neither month is small. Absent until the last day of the month is so many days
        old.

    Notes
    -----
    **Source**: house definition F4; Wilson (1927) and Newcombe (1998) for the intervals.
    """
    need(lines, "decided_month", "lines", "undated", *(f"drawn_{days}" for days in terms.TAKE_UP_DAYS))
    month_end = lines["decided_month"] + pd.offsets.MonthEnd(0)
    parts = []
    for days in terms.TAKE_UP_DAYS:
        is_old = month_end + pd.Timedelta(days=days) <= pd.Timestamp(as_of_end)
        part = lines.loc[is_old, ["decided_month", "lines", "undated"]].assign(within_days=days)
        parts.append(part.assign(drawn=lines.loc[is_old, f"drawn_{days}"]))
    found = pd.concat(parts, ignore_index=True)
    spread = [wilson(drawn, total) for drawn, total in zip(found["drawn"], found["lines"], strict=True)]
    found["take_up_rate"] = found["drawn"] / found["lines"].astype(float).replace(0.0, np.nan)
    found[["low_rate", "high_rate"]] = np.array(spread, dtype=float).reshape(-1, 2)
    found["is_small"] = found["lines"] < SMALL_CELL_LOANS
    before = found.groupby("within_days")[["decided_month", "drawn", "lines", "take_up_rate", "is_small"]].shift()
    follows = before["decided_month"] + pd.offsets.MonthBegin(1) == found["decided_month"]
    before = before.where(follows)
    found["change_rate"] = found["take_up_rate"] - before["take_up_rate"]
    pairs = zip(found["drawn"], found["lines"], before["drawn"], before["lines"], strict=True)
    low, high = np.array([difference(*pair) for pair in pairs], dtype=float).reshape(-1, 2).T
    large = ~found["is_small"] & (before["is_small"] == False)  # noqa: E712 (unknown is neither)
    found["is_beyond_noise"] = ((low > 0) | (high < 0)) & large
    columns = ["decided_month", "within_days", "drawn", "lines", "take_up_rate", "low_rate", "high_rate", "undated"]
    return found[[*columns, "is_small", "change_rate", "is_beyond_noise"]]


def cash_percentiles(cash: pd.DataFrame, by: str, edges_seconds: Sequence[int]) -> pd.DataFrame:
    """Return how long the money took for each part of the drawdowns.

    Parameters
    ----------
    cash
        ``by``, ``waits``, ``within_<edge>``; one row a part.
    by
        What the parts are of: a dimension, ``requested_hour`` or ``funder_code``.
    edges_seconds
        The lengths, the shortest first.

    Returns
    -------
    DataFrame
        ``by``, ``waits``, ``p50_seconds``, ``p90_seconds``, ``p99_seconds``: the shortest length within which so many
        were served (NaN if none was long enough), ``is_small``. A part without a known wait is absent.

    Notes
    -----
    **Source**: house definition F7: percentiles, never the mean.
    """
    within = [f"within_{edge}" for edge in edges_seconds]
    need(cash, by, "waits", *within)
    known = cash[cash["waits"] > 0].reset_index(drop=True)
    if by == "funder_code":
        known[by] = known[by].fillna(NO_FUNDER)
    served = known[within].to_numpy()
    found = known[[by, "waits"]].copy()
    for percent in PERCENTILES:
        reached = served * 100 >= percent * known["waits"].to_numpy()[:, None]
        first = np.asarray(edges_seconds, dtype=float)[reached.argmax(axis=1)]
        found[f"p{percent}_seconds"] = np.where(reached.any(axis=1), first, np.nan)
    return found.assign(is_small=known["waits"] < SMALL_CELL_LOANS)


def lent(borrowers: pd.DataFrame, basis: Basis) -> pd.DataFrame:
    """Return what a drawdown and what a borrower comes to, and how much goes to whom.

    Parameters
    ----------
    borrowers
        ``opened_month``, ``borrowers``, ``loans``, ``principal_fen``, ``new_loans``, ``new_fen``, ``repeat_loans``,
        ``repeat_fen``; one row a month.
    basis
        ``balance`` weighs by principal, ``count`` by drawdowns.

    Returns
    -------
    DataFrame
        ``opened_month``, ``loans``, ``borrowers``; by principal also ``principal_fen``, ``ticket_fen`` = principal /
        loans and ``per_borrower_fen`` = principal / borrowers; ``repeat_rate`` (borrowers with an earlier drawdown
        that was paid off), ``new_rate`` (first ever), ``running_rate`` (the rest: an earlier drawdown, none paid off);
        the three shares of a month sum to 1, NaN where nothing was lent. ``repeat`` and ``new`` are their numerators.

    Notes
    -----
    **Source**: house definitions F8 and F9. A pay-off counts as earlier if its month is before that of the drawdown.
    """
    need(borrowers, "opened_month", "borrowers", "loans", "principal_fen", "new_loans", "new_fen", "repeat_loans")
    by_amount = basis == "balance"
    unit, whole = ("fen", "principal_fen") if by_amount else ("loans", "loans")
    total = borrowers[whole].astype(float).replace(0.0, np.nan)
    found = borrowers[["opened_month", "loans", "borrowers"]].copy()
    if by_amount:
        found["principal_fen"] = borrowers["principal_fen"]
        found["ticket_fen"] = borrowers["principal_fen"] / borrowers["loans"].astype(float).replace(0.0, np.nan)
        found["per_borrower_fen"] = borrowers["principal_fen"] / borrowers["borrowers"].astype(float).replace(
            0.0, np.nan
        )
    for name in ("repeat", "new"):
        found[f"{name}_{unit}"] = borrowers[f"{name}_{unit}"]
        found[f"{name}_rate"] = borrowers[f"{name}_{unit}"] / total
    found["running_rate"] = 1 - found["repeat_rate"] - found["new_rate"]
    return found
