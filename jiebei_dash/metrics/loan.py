"""The course of one drawdown as one table."""

from __future__ import annotations

import pandas as pd

from jiebei_dash.metrics.frames import need

_MONTHS = (
    "month", "mob", "state", "dpd_days", "balance_fen", "scheduled_fen", "paid_principal_fen", "paid_interest_fen",
    "overdue_fen", "lost_fen",
)  # fmt: skip


def history(performance: pd.DataFrame, recoveries: pd.DataFrame) -> pd.DataFrame:
    """Return the months of a drawdown, those after it was lost included.

    Parameters
    ----------
    performance
        ``month, mob, state, dpd_days, balance_fen, scheduled_fen, paid_principal_fen, paid_interest_fen, overdue_fen,
        lost_fen``; one row a month-end on the book.
    recoveries
        ``month, recovered_fen``; cash after it was written off or sold, any number of rows a month.

    Returns
    -------
    DataFrame
        The columns of ``performance`` and ``recovered_fen``, by month. A month in which cash came after the loan had
        left has NaN for all that is told of a loan on the book.
    """
    need(performance, *_MONTHS)
    need(recoveries, "month", "recovered_fen")
    came = recoveries.groupby("month")["recovered_fen"].sum()
    on_book = performance.loc[:, list(_MONTHS)].set_index("month")
    every = on_book.index.union(came.index)
    return on_book.reindex(every).assign(recovered_fen=came.reindex(every)).rename_axis("month").reset_index()
