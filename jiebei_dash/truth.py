"""What only an invented book can tell, read from the folder beside it: the true chances of every move."""

from __future__ import annotations

import json
from pathlib import Path

import pandas as pd
import pyarrow.parquet as pq

from jiebei_dash.errors import TruthMissing


def truth_folder(book_url: str) -> Path | None:
    """Return where the truth of an invented book lies: ``book.truth`` beside ``book.duckdb``; None for a server."""
    scheme, _, place = book_url.partition(":///")
    return Path(place).with_suffix(".truth") if scheme == "duckdb" else None


def read_rolls(folder: Path | None, source_sha256: str) -> pd.DataFrame:
    """Return the mean true chance of each move between states in each month.

    Parameters
    ----------
    folder
        Of :func:`truth_folder`.
    source_sha256
        What the open book was made from: the truth of another book is refused.

    Returns
    -------
    DataFrame
        ``month``, ``prev_state``, ``state``, ``true_rate``; one row a move that somebody could make.

    Raises
    ------
    TruthMissing
        There is none, as beside a lender's own book, or it is that of another book.
    """
    found = pd.read_parquet(_file(folder, "true_rolls.parquet", source_sha256))
    return pd.DataFrame(
        {
            "month": pd.to_datetime(found["month"]),
            "prev_state": found["from_state"].astype(str),
            "state": found["to_state"].astype(str),
            "true_rate": found["probability"],
        }
    )


def read_chances(folder: Path | None, source_sha256: str) -> pd.DataFrame:
    """Return how likely each application was to turn bad, had it been lent to in an average month.

    Parameters
    ----------
    folder, source_sha256
        As for :func:`read_rolls`.

    Returns
    -------
    DataFrame
        ``application_id``, ``log_odds_bad`` (of more than 30 days past due by month 6); one row an application.

    Raises
    ------
    TruthMissing
        As for :func:`read_rolls`.
    """
    place = _file(folder, "true_pd.parquet", source_sha256)
    found = pq.read_table(place, columns=["application_id", "log_odds_bad"]).to_pandas()
    return found.astype({"log_odds_bad": "float64"})


def _file(folder: Path | None, name: str, source_sha256: str) -> Path:
    """A file of the truth, refused where it is that of another book."""
    if folder is None or not (folder / name).is_file():
        raise TruthMissing()
    if json.loads((folder / "true_effects.json").read_text(encoding="utf-8"))["source_sha256"] != source_sha256:
        raise TruthMissing()
    return folder / name
