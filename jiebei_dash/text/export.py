"""Tables that leave the screen: plain CSV that no spreadsheet can be made to run."""

from __future__ import annotations

import pandas as pd

from jiebei_dash.text.words import Words

STATE_COLUMNS = ("state", "prev_state", "closed_state", "bucket")
_RISKY = ("=", "+", "-", "@", "\t", "\r")


def to_csv(frame: pd.DataFrame, notes: tuple[str, ...] = ()) -> str:
    """Return a frame as CSV.

    Parameters
    ----------
    frame
        Any answer; months as ISO dates, unknown as an empty field.
    notes
        Lines set before the table, each behind ``# ``: definition, scope, as-of date, data version.

    Returns
    -------
    str
        A text that begins like a formula gets an apostrophe before it; numbers stay numbers.

    Notes
    -----
    **Source**: OWASP, CSV Injection.
    """
    safe = frame.copy()
    for column in safe.columns:
        if pd.api.types.is_datetime64_any_dtype(safe[column]):
            has_time = (safe[column].dropna().dt.normalize() != safe[column].dropna()).any()
            safe[column] = safe[column].dt.strftime("%Y-%m-%d %H:%M:%S" if has_time else "%Y-%m-%d")
        elif not pd.api.types.is_numeric_dtype(safe[column]):
            safe[column] = safe[column].map(guarded)
    safe.columns = [guarded(str(column)) for column in safe.columns]
    head = "".join("# " + note.replace("\n", " ").replace("\r", " ") + "\n" for note in notes)
    body: str = safe.to_csv(index=False)
    return head + body


def labelled(frame: pd.DataFrame, words: Words) -> pd.DataFrame:
    """Return a frame with delinquency states in words: a bare ``M1`` may be read as a bucket or as a product.

    Parameters
    ----------
    frame
        Any answer; other columns stay as they are.
    words
        Language.
    """
    named = {column: frame[column].map(lambda code: words.code("state", code), na_action="ignore")
             for column in STATE_COLUMNS if column in frame}  # fmt: skip
    return frame.assign(**named)


def guarded(value: object) -> object:
    """Return a cell that a spreadsheet reads as text even if it begins like a formula."""
    if isinstance(value, str) and value.startswith(_RISKY):
        return "'" + value
    return value
