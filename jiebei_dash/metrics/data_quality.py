"""Shares and differences of what came in, what was set aside and what does not tie."""

from __future__ import annotations

import numpy as np
import pandas as pd

from jiebei_dash.metrics.frames import need

COUNTED = ("count", "rows_changed")
"""Measures in rows; all others are in fen."""
_KEY = ["table_name", "month", "control_measure"]


def loads(frame: pd.DataFrame) -> pd.DataFrame:
    """Return loads with the share of their rows that was set aside.

    Parameters
    ----------
    frame
        Of ``queries.data_quality.loads``.

    Returns
    -------
    DataFrame
        With ``quarantined_rate`` after ``rows_quarantined``; NaN where no row came in.
    """
    need(frame, "rows_in", "rows_quarantined")
    found = frame.copy()
    found.insert(
        frame.columns.get_loc("rows_quarantined") + 1,
        "quarantined_rate",
        _share(frame["rows_quarantined"], frame["rows_in"]),
    )
    return found


def reasons(frame: pd.DataFrame, files: pd.DataFrame) -> pd.DataFrame:
    """Return reasons with the share of the file's rows that each concerns.

    Parameters
    ----------
    frame, files
        Of ``queries.data_quality.reasons`` and ``files``, of the same load.

    Returns
    -------
    DataFrame
        With ``rows_in`` and ``share_rate``; a row may have several reasons, so shares need not add up.
    """
    need(frame, "file", "table_name", "row_count")
    found = frame.merge(files[["file", "table_name", "rows_in"]], on=["file", "table_name"], how="left")
    found["share_rate"] = _share(found["row_count"], found["rows_in"])
    return found


def totals(frame: pd.DataFrame) -> pd.DataFrame:
    """Return the last word on each control total, those that do not tie first, then by month, newest first.

    Parameters
    ----------
    frame
        Of ``queries.data_quality.totals``.

    Returns
    -------
    DataFrame
        One row a table, month and measure; ``difference`` (loaded less given) and ``unit`` (``fen`` or ``count``).
    """
    need(frame, "load_no", *_KEY, "control_value", "loaded_value", "ties")
    found = frame.sort_values("load_no", kind="stable").drop_duplicates(_KEY, keep="last")
    found = found.assign(
        difference=found["loaded_value"] - found["control_value"], unit=_unit(found["control_measure"])
    )
    found = found.sort_values(["table_name", "control_measure"], kind="stable")
    found = found.sort_values("month", ascending=False, na_position="first", kind="stable")
    return found.sort_values("ties", kind="stable", ignore_index=True)


def restatements(frame: pd.DataFrame) -> pd.DataFrame:
    """Return closed months that changed, with the difference.

    Parameters
    ----------
    frame
        Of ``queries.data_quality.restatements``.

    Returns
    -------
    DataFrame
        With ``difference`` (after less before), ``change_rate`` (of the value before; NaN if that was 0) and ``unit``.
    """
    need(frame, "control_measure", "value_before", "value_after")
    difference = frame["value_after"] - frame["value_before"]
    return frame.assign(
        difference=difference,
        change_rate=_share(difference, frame["value_before"]),
        unit=_unit(frame["control_measure"]),
    )


def gaps(lacks: pd.DataFrame, estimates: pd.DataFrame) -> pd.DataFrame:
    """Return what a book lacks and what of it is estimated: ``gap_kind`` (``LACKS`` or ``ESTIMATE``), ``gap``."""
    return pd.concat([lacks.assign(gap_kind="LACKS"), estimates.assign(gap_kind="ESTIMATE")], ignore_index=True)[
        ["gap_kind", "gap"]
    ]


def _share(part: pd.Series, whole: pd.Series) -> pd.Series:
    counts = whole.astype(float)
    return part.astype(float) / counts.where(counts != 0)


def _unit(measures: pd.Series) -> np.ndarray:
    return np.where(measures.isin(COUNTED), "count", "fen")
