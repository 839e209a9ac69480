"""What the page says of forecasts that were kept, from their numbers."""

from __future__ import annotations

import pandas as pd

from jiebei_dash.book.scope import month_plus
from jiebei_dash.text import numbers
from jiebei_dash.text.headed import header
from jiebei_dash.text.words import Words

_SUBJECT = "kept_forecast.sets"
_CLAIMED_RATE = 0.95


def opening(sets: pd.DataFrame, words: Words) -> list[str]:
    """Return how many of the kept forecasts held so far, or when the first month closes.

    Parameters
    ----------
    sets
        Of ``answers.kept_forecast.sets``, not empty.
    words
        Language.
    """
    scored, inside = int(sets["scored_cohorts"].sum()), int(sets["inside_cohorts"].sum())
    if not scored:
        oldest = sets["as_of_month"].min().date()
        return [words("kept_forecast.said_waiting", sets=len(sets), month=numbers.month(month_plus(oldest, 1)))]
    return [
        words(
            "kept_forecast.said_held",
            sets=len(sets),
            count=scored,
            inside=inside,
            rate=numbers.rate(inside / scored, 0),
            claimed=numbers.rate(_CLAIMED_RATE, 0),
        )
    ]


def scored(frame: pd.DataFrame, words: Words) -> str:
    """Return how one set turned out, and on which side what missed lay."""
    told = frame[frame["is_inside"].notna()]
    above = int((told["realised_rate"] > told["high_rate"]).sum())
    inside = int(told["is_inside"].sum())
    return words(
        "kept_forecast.said_set",
        month=numbers.month(frame["as_of_month"].iloc[0]),
        inside=inside,
        count=len(told),
        above=above,
        below=len(told) - inside - above,
        mean=numbers.rate_change(float(frame["difference_rate"].mean()), words.language),
    )


def labels(frame: pd.DataFrame) -> dict[str, pd.Series]:
    """Return the sets of which something has closed, newest first, each with its rows."""
    keys = frame[["as_of_month", "data_version"]].drop_duplicates().to_dict("records")[::-1]
    return {
        f"{numbers.month(key['as_of_month'])} ({key['data_version']})": (frame["as_of_month"] == key["as_of_month"])
        & (frame["data_version"] == key["data_version"])
        for key in keys
    }


def table(sets: pd.DataFrame, words: Words) -> pd.DataFrame:
    """Return the sets as people read them, newest first."""
    rows = [
        {
            "as_of_month": numbers.month(row["as_of_month"]),
            "data_version": row["data_version"],
            "made_at": numbers.moment(row["made_at"]),
            "forecasts": numbers.count(row["forecasts"]),
            "cohorts": numbers.count(row["cohorts"]),
            "scored_cohorts": numbers.count(row["scored_cohorts"]),
            "inside_cohorts": numbers.count(row["inside_cohorts"]),
            "inside_rate": numbers.rate(row["inside_rate"], 0),
            "low_rate": numbers.rate(row["low_rate"], 0),
            "high_rate": numbers.rate(row["high_rate"], 0),
            "difference_rate": numbers.rate_change(row["difference_rate"], words.language),
        }
        for row in sets.to_dict("records")[::-1]
    ]
    found = pd.DataFrame(rows)
    return found.rename(columns={name: header(name, _SUBJECT, words) for name in found.columns})
