"""What the front page says: its key figures, and the sentences made from them."""

from __future__ import annotations

import pandas as pd

from jiebei_dash.terms import Language
from jiebei_dash.text import numbers
from jiebei_dash.text.words import Words
from jiebei_dash.ui.show import Kpi

_LAGS = tuple(f"lag_{lag}" for lag in range(12, -1, -1))


def kpis(frame: pd.DataFrame, words: Words) -> list[Kpi]:
    """Return the key figures of ``metrics.overview.headline`` as they are shown."""
    found = []
    for row in frame.to_dict("records"):
        unit = str(row["unit"])
        note = words(f"overview.note_{row['kpi']}")
        if row["lacks"]:
            note = words("errors.book_lacks", capability=words.code("capability", row["lacks"]))
        year = _change(row["change_year"], unit, words.language)
        month = _change(row["change_month"], unit, words.language)
        found.append(
            Kpi(
                label=words(f"overview.kpi_{row['kpi']}_{unit}"),
                value=_value(row["value"], unit, words.language),
                change="" if month == numbers.UNKNOWN else words("overview.on_month", change=month),
                change_year="" if year == numbers.UNKNOWN else words("overview.on_year", change=year),
                more_is="bad" if row["better"] == "down" and month[:1] in "+-" else "neutral",
                series=tuple(float(row[lag]) for lag in _LAGS if not numbers.is_unknown(row[lag])),
                note=note,
            )
        )
    return found


def opening(frame: pd.DataFrame, moved: pd.DataFrame, words: Words, month: str) -> list[str]:
    """Return where the book stands and what moved beyond noise.

    Parameters
    ----------
    frame
        Of ``metrics.overview.headline``.
    moved
        Of ``metrics.overview.what_moved``.
    words
        Language.
    month
        The as-of month, as it reads.
    """
    book = frame.set_index("kpi").loc["balance"]
    unit = str(book["unit"])
    stands = words(
        f"overview.stands_{unit}",
        month=month,
        value=_value(book["value"], unit, words.language),
        change=_change(book["change_month"], unit, words.language),
    )
    beyond = moved[moved["is_beyond_noise"]]
    if moved.empty:
        return [stands, words("overview.noise_unknown")]
    if beyond.empty:
        return [stands, words("overview.nothing_moved")]
    parts = [
        words(
            "overview.moved_one",
            kpi=words(f"overview.kpi_{row['kpi']}_{row['unit']}"),
            change=_change(row["change_month"], str(row["unit"]), words.language),
            times=f"{abs(row['spreads']):.1f}",
        )
        for row in beyond.head(3).to_dict("records")
    ]
    return [stands, words("overview.moved", parts=words("overview.moved_joiner").join(parts))]


def is_split(frame: pd.DataFrame, by: str) -> bool:
    """Return whether the source tells the parts of a dimension apart at all: codes for unknown are ``NA`` and 0."""
    return not set(frame[by]) <= {"NA", 0}


def bridge(frame: pd.DataFrame, by: str, words: Words) -> str:
    """Return in a sentence whether mix or rates moved 30+, and where most.

    Parameters
    ----------
    frame
        Of ``answers.bridge.change``.
    by
        Its dimension.
    words
        Language.
    """
    total = float(frame["total"].sum())
    most = frame.loc[frame["carries"].abs().idxmax()]
    return words(
        "overview.bridge",
        change=numbers.rate_change(total, words.language),
        rates=numbers.rate_change(float((frame["rate"] + frame["interaction"]).sum()), words.language),
        mix=numbers.rate_change(float(frame["mix"].sum()), words.language),
        group=words.code(by, most[by]),
        part=numbers.rate_change(float(most["carries"]), words.language),
    )


def _value(value: float, unit: str, language: Language) -> str:
    if unit == "fen":
        return numbers.yuan(value, language)
    return numbers.count(value) if unit == "count" else numbers.rate(value)


def _change(value: float, unit: str, language: Language) -> str:
    return numbers.rate_change(value, language) if unit == "rate" else numbers.relative_change(value)
