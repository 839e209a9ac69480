"""Rolls as they are shown beside the true chances of an invented book."""

from __future__ import annotations

import numpy as np
import pandas as pd

from jiebei_dash.metrics.frames import need
from jiebei_dash.metrics.intervals import wilson


def rolls(moves: pd.DataFrame, true: pd.DataFrame) -> pd.DataFrame:
    """Return each roll of a window, by count, with its interval and its truth.

    Parameters
    ----------
    moves
        ``month``, ``prev_state``, ``state``, ``loans``; the moves of the window's months.
    true
        ``month``, ``prev_state``, ``state``, ``true_rate``.

    Returns
    -------
    DataFrame
        One row a move that somebody could make or made: ``prev_state``, ``state``, ``loans`` that moved,
        ``opening_loans``, ``rate``, ``low_rate``, ``high_rate`` (Wilson, 95 %), ``true_rate`` (each month's true chance
        weighed by the loans that could move in it), ``spreads`` = (rate - true) / the standard error that the truth
        gives, ``is_inside``.

    Notes
    -----
    **Source**: house definition 1.6; the truth is that of the sample's own generator. Loans of one person fall late
    together, so a few more than one in twenty may lie outside.
    """
    need(moves, "month", "prev_state", "state", "loans")
    need(true, "month", "prev_state", "state", "true_rate")
    opening = moves.groupby(["month", "prev_state"])["loans"].sum().rename("at_risk").reset_index()
    expected = true.merge(opening, on=["month", "prev_state"])
    expected["loans_expected"] = expected["true_rate"] * expected["at_risk"]
    sums = expected.groupby(["prev_state", "state"])[["loans_expected", "at_risk"]].sum()
    happened = moves.groupby(["prev_state", "state"])["loans"].sum()
    rows = []
    for (here, there), row in sums.iterrows():  # type: ignore[misc]
        loans, trials = float(happened.get((here, there), 0)), float(row["at_risk"])
        true_rate = row["loans_expected"] / trials
        if not true_rate and not loans:
            # Nobody could and nobody did.
            continue
        low, high = wilson(loans, trials)
        spread = np.sqrt(true_rate * (1 - true_rate) / trials)
        rows.append(
            {
                "prev_state": here,
                "state": there,
                "loans": int(loans),
                "opening_loans": int(trials),
                "rate": loans / trials,
                "low_rate": low,
                "high_rate": high,
                "true_rate": true_rate,
                "spreads": (loans / trials - true_rate) / spread if spread > 0 else np.nan,
                "is_inside": bool(low <= true_rate <= high),
            }
        )
    return pd.DataFrame(rows)
