"""What the projection says, from its numbers."""

from __future__ import annotations

import pandas as pd

from jiebei_dash import terms
from jiebei_dash.terms import Basis
from jiebei_dash.text import numbers
from jiebei_dash.text.words import Words

_THREE, _SIX = 3, 6


def thirty(alone: pd.DataFrame, lent: pd.DataFrame, words: Words, window_months: int) -> str:
    """Return what 30+ will be in three months if rolls stay, without and with new lending.

    Parameters
    ----------
    alone, lent
        Of ``answers.projection.path``, with ``lending`` none and recent.
    words
        Language.
    window_months
        Of the matrix.
    """
    without, with_lending = _thirty(alone).iloc[_THREE], _thirty(lent).iloc[_THREE]
    now = _thirty(alone).iloc[0]
    return words(
        "projection.said_thirty",
        window=words.code("window_months", window_months),
        month=numbers.month(without["month"]),
        now=numbers.rate(now["observed_rate"]),
        alone=_ranged(without, words),
        lent=_ranged(with_lending, words),
    )


def ahead(frame: pd.DataFrame, words: Words, basis: Basis) -> str:
    """Return where the book and its late part are in six months, in size."""
    rows = _thirty(frame)
    now, then = rows.iloc[0], rows.iloc[_SIX]
    return words(
        "projection.said_six",
        month=numbers.month(then["month"]),
        share=numbers.rate(then["projected_book"] / now["book"], 0),
        late_now=_size(now["observed_rate"] * now["book"], basis, words),
        late_then=_size(then["projected_rate"] * then["projected_book"], basis, words),
        rate=_ranged(then, words),
    )


def back_test(frame: pd.DataFrame, words: Words) -> str:
    """Return whether the projection of six months ago held 30+ in its range."""
    row = frame[frame["past_due_days"] == terms.PAST_DUE_DAYS[0]].iloc[-1]
    known = row["is_inside"] is not None and row["is_inside"] == row["is_inside"]
    key = "unranged" if not known else "inside" if row["is_inside"] else "outside"
    return words(
        f"projection.said_{key}",
        month=numbers.month(row["month"]),
        projected=_ranged(row, words),
        observed=numbers.rate(row["observed_rate"]),
    )


def back_test_table(frame: pd.DataFrame, words: Words, basis: Basis) -> pd.DataFrame:
    """Return the projection of six months ago beside what happened, as texts."""
    rows = []
    for month, group in frame.groupby("month"):
        book = group.iloc[0]
        low, high = (_size(book[end], basis, words) for end in ("low_book", "high_book"))
        size = _size(book["projected_book"], basis, words)
        happened = _size(book["book"], basis, words)
        rows.append((month, words("projection.book"), size, (low, high), happened, book["is_book_inside"]))
        for row in group.to_dict("records"):
            name = words("projection.panel_late", days=row["past_due_days"])
            spread = (numbers.rate(row["low_rate"]), numbers.rate(row["high_rate"]))
            projected, observed = numbers.rate(row["projected_rate"]), numbers.rate(row["observed_rate"])
            rows.append((month, name, projected, spread, observed, row["is_inside"]))
    names = ("month", "measure", "projected", "range", "happened", "inside")
    return pd.DataFrame(
        [
            (numbers.month(month), name, size, _spread(*spread), seen, _verdict(inside, words))  # type: ignore[arg-type]
            for month, name, size, spread, seen, inside in rows
        ],
        columns=[words(f"projection.column_{name}") for name in names],
    )


def _thirty(frame: pd.DataFrame) -> pd.DataFrame:
    """From the as-of month on."""
    return frame[(frame["past_due_days"] == terms.PAST_DUE_DAYS[0]) & frame["projected_book"].notna()]


def _ranged(row: pd.Series, words: Words) -> str:
    rate = numbers.rate(row["projected_rate"])
    if numbers.is_unknown(row["low_rate"]):
        return rate
    low, high = numbers.rate(row["low_rate"]), numbers.rate(row["high_rate"])
    return words("projection.ranged", rate=rate, range=_spread(low, high))


def _spread(low: str, high: str) -> str:
    return numbers.UNKNOWN if low == numbers.UNKNOWN else f"{low} – {high}"


def _size(value: float, basis: Basis, words: Words) -> str:
    return numbers.yuan(value, words.language) if basis == "balance" else numbers.count(value)


def _verdict(inside: object, words: Words) -> str:
    if inside is None or inside != inside:
        return numbers.UNKNOWN
    return words("projection.inside") if inside else words("projection.outside")
