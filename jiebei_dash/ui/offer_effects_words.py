"""What prices did to who takes the loan, in sentences and a table."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from jiebei_dash.text import numbers
from jiebei_dash.text.words import Words
from jiebei_dash.ui.offer_grid import band_name

Row = Mapping[str, Any]


def effects(words: Words, frame: pd.DataFrame) -> list[str]:
    """Return what a higher price did to take-up and to who draws, beside what is assumed."""
    said = []
    for key in ("take_up_elasticity", "adverse_selection"):
        row = frame[(frame["effect"] == key) & frame["score_from"].isna()].iloc[0]
        mark = row["mark"]
        if numbers.is_unknown(row["estimate"]):
            said.append(words(f"offers.unknown_{key}", assumed=_effect(row, "assumed"), mark=mark))
            continue
        inside = row["estimate_from"] <= row["assumed"] <= row["estimate_to"]
        said.append(
            words(
                f"offers.said_{key}",
                counted=numbers.count(row["counted"]),
                estimate=_effect(row, "estimate"),
                low=_effect(row, "estimate_from"),
                high=_effect(row, "estimate_to"),
                assumed=_effect(row, "assumed"),
                mark=mark,
                verdict=words("offers.inside" if inside else "offers.outside"),
            )
        )
    return said


def effects_table(words: Words, frame: pd.DataFrame) -> pd.DataFrame:
    """Return the estimates beside the assumptions, as texts."""
    rows = []
    for row in frame.to_dict("records"):
        known = not numbers.is_unknown(row["estimate"])
        estimate = words(
            "what_if.with_range",
            value=_effect(row, "estimate"),
            range=words("what_if.to").join([_effect(row, "estimate_from"), _effect(row, "estimate_to")]),
        )
        rows.append(
            {
                words("offers.column_effect"): words.code("effect", row["effect"]),
                words("offers.column_score"): words("offers.all")
                if numbers.is_unknown(row["score_from"])
                else band_name(words, int(row["score_from"])),
                words("offers.column_counted"): numbers.count(row["counted"]),
                words("offers.column_events"): numbers.count(row["events_count"]),
                words("offers.column_estimate"): estimate if known else numbers.UNKNOWN,
                words("offers.column_assumed"): words("offers.marked", value=_effect(row, "assumed"), mark=row["mark"]),
            }
        )
    return pd.DataFrame(rows)


def takers_alt(words: Words, frame: pd.DataFrame) -> str:
    """Return what the figure shows, in a sentence."""
    first, last = frame.iloc[0], frame.iloc[-1]
    return words(
        "offers.takers_alt",
        cheap=f"{first['price_apart_rate'] * 100:+.2f}",
        cheap_rate=numbers.rate(first["bad_rate"]),
        cheap_usual=numbers.rate(first["usual_rate"]),
        dear=f"{last['price_apart_rate'] * 100:+.2f}",
        dear_rate=numbers.rate(last["bad_rate"]),
        dear_usual=numbers.rate(last["usual_rate"]),
    )


def _effect(row: Row, name: str) -> str:
    value = float(row[name])
    return f"{value:.2f}" if row["effect"] == "take_up_elasticity" else numbers.rate(value, 1)
