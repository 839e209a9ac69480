"""Tables as paper shows them: a few columns of an answer's frame, every value in its unit."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import pandas as pd

from jiebei_dash import terms
from jiebei_dash.terms import Basis
from jiebei_dash.text import numbers
from jiebei_dash.text.headed import headed, header
from jiebei_dash.text.limit_names import (
    group_name,
    limit_change,
    limit_lack,
    limit_level,
    limit_months,
    limit_name,
)
from jiebei_dash.text.words import Words

MONTHS_SHOWN = 13


@dataclass(frozen=True)
class Table:
    """A table of texts.

    Parameters
    ----------
    headers
        One a column.
    rows
        As they read.
    texts
        How many columns at the left are words and not numbers.
    """

    headers: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    texts: int


Shape = Callable[[pd.DataFrame, Words, Basis], Table]


def listed(subject: str, texts: tuple[str, ...], units: Mapping[str, str], rows: int = 0) -> Shape:
    """Return a shape that takes columns of a frame as they are.

    Parameters
    ----------
    subject
        Whose headers.
    texts
        Columns of words: codes and months.
    units
        Column -> ``fen``, ``count``, ``rate``, ``change``, ``times``, ``seconds`` or ``size`` (of the basis); what
        begins with ``row`` is the unit that the row itself says, ``row_change`` a change in that unit.
    rows
        So many at the end of the frame; 0 is all.
    """

    def shape(frame: pd.DataFrame, words: Words, basis: Basis) -> Table:
        taken = frame.tail(rows) if rows else frame
        named = headed(taken[list(texts)], subject, words).frame.to_numpy().tolist()
        filled = []
        for name, row in zip(named, taken.to_dict("records"), strict=True):
            cells = [_word(value) for value in name]
            filled.append((*cells, *(_cell(row[column], unit, row, words, basis) for column, unit in units.items())))
        headers = tuple(header(name, subject, words) for name in (*texts, *units))
        return Table(headers, tuple(filled), len(texts))

    return shape


def turned(subject: str, down: str, across: str, value: str = "rate", unit: str = "rate") -> Shape:
    """Return a shape with a row a month, the last thirteen, and a column a code.

    Parameters
    ----------
    subject
        Whose headers.
    down
        Column with the month of a row.
    across
        Column whose codes become columns.
    value, unit
        Column that fills the cells, and its unit.
    """

    def shape(frame: pd.DataFrame, words: Words, basis: Basis) -> Table:
        wide = frame.pivot(index=down, columns=across, values=value)
        order = [code for code in dict.fromkeys(frame[across]) if code in wide]
        wide = wide[[*(code for code in terms.STATES if code in order), *(c for c in order if c not in terms.STATES)]]
        wide = wide.tail(MONTHS_SHOWN)
        codes = headed(pd.DataFrame({across: list(wide.columns)}), subject, words).frame.iloc[:, 0]
        rows = tuple(
            (numbers.month(month), *(_cell(cell, unit, {}, words, basis) for cell in row))
            for month, row in zip(wide.index, wide.to_numpy(dtype=float), strict=True)
        )
        names = (words("delinquency.panel_past_due", days=code) if across == "past_due_days" else str(code)
                 for code in codes)  # fmt: skip
        return Table((header(down, subject, words), *names), rows, 1)

    return shape


def headline(frame: pd.DataFrame, words: Words, basis: Basis) -> Table:
    """Return the head of the monthly; a figure that cannot be known says why in the place of its value."""
    shaped = listed(
        "monthly.headline",
        ("kpi",),
        {
            "value": "row",
            "last_month": "row",
            "change_month": "row_change",
            "three_months_ago": "row",
            "change_three_months": "row_change",
            "year_ago": "row",
            "change_year": "row_change",
        },
    )(frame, words, basis)
    rows = []
    for row, lacks in zip(shaped.rows, frame["lacks"], strict=True):
        name = words("monthly.not_there", kpi=row[0], lacks=_lack(lacks, words)) if lacks else row[0]
        rows.append((name, *row[1:]))
    return Table(shaped.headers, tuple(rows), 1)


def waits(frame: pd.DataFrame, words: Words, basis: Basis) -> Table:
    """Return the percentiles of each wait, which every row of the frame repeats."""
    once = frame.drop_duplicates("wait")
    units = {"waits": "count", "p50_seconds": "seconds", "p90_seconds": "seconds", "p99_seconds": "seconds"}
    return listed("funnel.time_to_cash", ("wait",), units)(once, words, basis)


def bridge(frame: pd.DataFrame, words: Words, basis: Basis) -> Table:
    """Return what each group did to the 30+ rate; the first column is the dimension it was split by."""
    by = str(frame.columns[0])
    units = {"rate_before": "rate", "rate_after": "rate", "mix": "change", "rate": "change", "interaction": "change",
             "total": "change", "carries": "change"}  # fmt: skip
    return listed("bridge.change", (by,), units)(frame, words, basis)


def limits(frame: pd.DataFrame, words: Words, basis: Basis) -> Table:
    """Return each limit with where the book stands; one that cannot be checked says why in the place of its value."""
    heads = ("status", "limit", "value", "level", "headroom", "pace", "months")
    rows = tuple(
        (
            words(f"portfolio_limits.status_{row['status']}"),
            limit_name(row, words),
            limit_level(row["value_rate"], row["figure"])
            if row["status"] != "unknown"
            else limit_lack(row["lacks"], words),
            words(f"portfolio_limits.{row['side']}", level=limit_level(row["level_rate"], row["figure"])),
            limit_change(row["headroom_rate"], row["figure"], words),
            limit_change(row["pace_rate"], row["figure"], words),
            limit_months(row, words),
        )
        for row in frame.to_dict("records")
    )
    return Table(tuple(words(f"portfolio_limits.head_{head}") for head in heads), rows, 2)


def concentration(frame: pd.DataFrame, words: Words, basis: Basis) -> Table:
    """Return how much lies in few groups in the last month, a row a dimension."""
    last = frame[frame["month"] == frame["month"].max()]
    rows = tuple(
        (
            words.code("split", row["by"]),
            group_name(row["by"], row["largest"], words),
            *(numbers.rate(row[name]) for name in ("largest_rate", "top_3_rate", "top_10_rate")),
            numbers.count(row["groups"]),
            limit_level(row["herfindahl"], "herfindahl"),
            f"{row['equal_groups']:.1f}",
        )
        for row in last.to_dict("records")
    )
    heads = ("by", "largest", "largest_rate", "top_3_rate", "top_10_rate", "groups", "herfindahl", "equal_groups")
    return Table(tuple(words(f"columns.{head}") for head in heads), rows, 2)


def denominators(frame: pd.DataFrame, words: Words, basis: Basis) -> Table:
    """Return one loss over its denominators; a length of life is in years, with two decimals."""
    units = {"numerator_fen": "fen", "denominator_fen": "fen", "rate": "rate"}
    shaped = listed("losses.bridge", ("bridge_row",), units)(frame, words, basis)
    years = [numbers.UNKNOWN if numbers.is_unknown(value) else f"{value:.2f}" for value in frame["years"]]
    rows = tuple((*row, value) for row, value in zip(shaped.rows, years, strict=True))
    return Table((*shaped.headers, header("years", "losses.bridge", words)), rows, 1)


def _lack(code: str, words: Words) -> str:
    return words.texts.get(f"monthly.lack.{code}") or words.code("capability", code)


def _word(value: object) -> str:
    return numbers.UNKNOWN if numbers.is_unknown(value) or value == "" else str(value)


def _cell(value: float, unit: str, row: Mapping[str, object], words: Words, basis: Basis) -> str:
    if unit.startswith("row"):
        own = str(row["unit"])
        unit = own if unit == "row" else "change" if own == "rate" else "relative"
    if unit == "size":
        unit = "fen" if basis == "balance" else "count"
    if unit == "fen":
        return numbers.yuan(value, words.language)
    if unit == "change":
        return numbers.rate_change(value, words.language)
    if unit == "relative":
        return numbers.relative_change(value)
    if unit == "seconds":
        return numbers.duration(value, words.language)
    if unit == "times":
        return numbers.UNKNOWN if numbers.is_unknown(value) else f"{value:+.1f}"
    return numbers.rate(value) if unit == "rate" else numbers.count(value)
