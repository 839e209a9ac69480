"""What every metric asks of a frame before it reads it."""

from __future__ import annotations

import numpy as np
import pandas as pd


def need(frame: pd.DataFrame, *columns: str) -> None:
    """Refuse a frame that lacks a column.

    Parameters
    ----------
    frame
        An answer.
    columns
        Columns that the metric reads.

    Raises
    ------
    KeyError
        Names the columns that are missing and those that are there: a wrong question was asked, which is a bug.
    """
    missing = [column for column in columns if column not in frame.columns]
    if missing:
        raise KeyError(f"needs {', '.join(missing)}; has {', '.join(map(str, frame.columns))}")


def ratio(numerator: pd.Series, denominator: pd.Series) -> pd.Series:
    """Return the first by the second; nothing to divide by is unknown, not zero."""
    return numerator / denominator.astype(float).replace(0.0, np.nan)


def every_month(frame: pd.DataFrame) -> pd.DataFrame:
    """Return a frame of sums with a row for each month from its first to its last; where nothing was, sums are 0.

    Parameters
    ----------
    frame
        ``month``, once each, and sums.
    """
    need(frame, "month")
    indexed = frame.set_index("month").sort_index()
    months = pd.date_range(indexed.index.min(), indexed.index.max(), freq="MS", name="month")
    return indexed.reindex(months.astype(indexed.index.dtype), fill_value=0).reset_index()
