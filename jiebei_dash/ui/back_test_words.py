"""A back-test in sentences and a table: the worst vintage first, and no rate of all vintages together."""

from __future__ import annotations

import pandas as pd

from jiebei_dash.terms import Span
from jiebei_dash.text import numbers
from jiebei_dash.text.spans import vintage
from jiebei_dash.text.words import Words

FEW_LOANS = 30


def opening(words: Words, frame: pd.DataFrame, span: Span) -> list[str]:
    """Return the sentences that open the page, from the numbers.

    Parameters
    ----------
    frame
        Of ``metrics.back_test.vintages``, not empty.
    span
        How long a vintage is.
    """
    if not frame["is_worst"].any():
        return [words("back_test.no_worst", count=numbers.count(len(frame)))]
    worst = frame[frame["is_worst"]].iloc[0]
    is_inferred, today = worst["proposed_inferred_count"] > 0, numbers.rate(worst["today_expected_rate"])
    said = [
        words(
            "back_test.worst_inferred" if is_inferred else "back_test.worst",
            vintage=vintage(worst["vintage"], span),
            rate=numbers.rate(worst["proposed_expected_rate"]),
            low=numbers.rate(worst["proposed_expected_low_rate" if is_inferred else "proposed_observed_low_rate"]),
            high=numbers.rate(worst["proposed_expected_high_rate" if is_inferred else "proposed_observed_high_rate"]),
            seen=numbers.rate(worst["proposed_observed_rate"]),
            today=words("back_test.part_inferred", rate=today) if worst["today_inferred_count"] > 0 else today,
            made=numbers.rate(worst["made_rate"]),
        )
    ]
    said.append(_counted(words, frame, "observed"))
    if (frame["today_inferred_count"] > 0).any() or (frame["proposed_inferred_count"] > 0).any():
        said.append(_counted(words, frame, "expected"))
    return said


def marks(words: Words, frame: pd.DataFrame) -> str:
    """Return what the marks of the figure say, and for how many vintages there is little to go by."""
    few = int(_is_few(frame).sum())
    said = words("back_test.marks")
    return f"{said} {words('back_test.few', count=numbers.count(few))}" if few else said


def curves_alt(words: Words, frame: pd.DataFrame, name: str) -> str:
    """Return what the curves of one vintage show at their last age, in a sentence.

    Parameters
    ----------
    frame
        Of ``metrics.back_test.curves``, one vintage.
    name
        Of the vintage.
    """
    last = frame[frame["mob"] == frame["mob"].max()].set_index("curve")
    rates = {curve: numbers.rate(last.loc[curve, "observed_bad_rate"]) for curve in last.index}
    proposed = last.loc["proposed"]
    said = words(
        "back_test.curves_alt",
        vintage=name,
        mob=int(frame["mob"].max()),
        low=numbers.rate(proposed["observed_low_rate"]),
        high=numbers.rate(proposed["observed_high_rate"]),
        **rates,
    )
    if not proposed["inferred_count"] > 0:
        return said
    ends = {end: numbers.rate(proposed[f"expected_{end}_rate"]) for end in ("low", "high")}
    count = numbers.count(round(proposed["inferred_count"]))
    added = words("back_test.curves_inferred", rate=numbers.rate(proposed["expected_bad_rate"]), count=count, **ends)
    return said + added


def table(words: Words, frame: pd.DataFrame, span: Span) -> pd.DataFrame:
    """Return the vintages as people read them, newest first; an inferred rate is in columns of its own."""
    few = _is_few(frame)
    rows = [
        {
            "vintage": vintage(row["vintage"], span) + (" *" if few[place] else ""),
            "verdict": words(f"back_test.verdict_{row['observed_verdict']}"),
            "made_count": numbers.count(row["made_count"]),
            "made": _with(words, row, "made_rate", "made_low_rate", "made_high_rate"),
            "today": _with(words, row, "today_observed_rate", "today_observed_low_rate", "today_observed_high_rate"),
            "proposed": _with(
                words, row, "proposed_observed_rate", "proposed_observed_low_rate", "proposed_observed_high_rate"
            ),
            "proposed_count": numbers.count(row["proposed_count"]),
            "difference": _difference(words, row, "observed"),
            "swapped_count": numbers.count(row["swapped_count"]),
            "inferred_count": numbers.count(round(row["proposed_inferred_count"]))
            if not numbers.is_unknown(row["proposed_inferred_count"])
            else numbers.UNKNOWN,
            "today_inferred": _inferred(words, row, "today"),
            "proposed_inferred": _inferred(words, row, "proposed"),
            "inferred_difference": _difference(words, row, "expected"),
        }
        for place, row in frame.iloc[::-1].iterrows()
    ]
    names = list(rows[0]) if rows else []
    return pd.DataFrame(rows).rename(columns={name: words(f"back_test.column_{name}") for name in names})


def _is_few(frame: pd.DataFrame) -> pd.Series:
    """Fewer than thirty loans on a side, or that make the difference."""
    return frame["is_few"] | (frame["swapped_count"] < FEW_LOANS)


def _counted(words: Words, frame: pd.DataFrame, of: str) -> str:
    counts = frame[f"{of}_verdict"].value_counts()
    named = {name.lower(): numbers.count(counts.get(name, 0)) for name in ("BETTER", "ALIKE", "WORSE")}
    said = words(f"back_test.counted_{of}", count=numbers.count(len(frame)), **named)
    unknown = int(counts.get("UNKNOWN", 0))
    return said + words("back_test.unknown", count=numbers.count(unknown)) if unknown else said


def _inferred(words: Words, row: pd.Series, policy: str) -> str:
    names = (f"{policy}_expected_rate", f"{policy}_expected_low_rate", f"{policy}_expected_high_rate")
    return _with(words, row, *names) if row[f"{policy}_inferred_count"] != 0 else numbers.UNKNOWN


def _with(words: Words, row: pd.Series, rate: str, low: str, high: str) -> str:
    if numbers.is_unknown(row[rate]):
        return numbers.UNKNOWN
    ends = (numbers.rate(row[end]).removesuffix("%") for end in (low, high))
    return words("what_if.with_range", value=numbers.rate(row[rate]), range="–".join(ends))


def _difference(words: Words, row: pd.Series, of: str) -> str:
    names = [f"{of}_difference_{name}" for name in ("rate", "low_rate", "high_rate")]
    if numbers.is_unknown(row[names[0]]):
        return numbers.UNKNOWN
    # What rounds to nothing has no sign.
    middle, low, high = (f"{round(row[name] * 100, 2) + 0.0:+.2f}" for name in names)
    return words("back_test.points", value=middle, low=low, high=high)
