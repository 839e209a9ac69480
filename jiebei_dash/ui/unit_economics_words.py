"""What the page on unit economics says, from its numbers."""

from __future__ import annotations

from collections.abc import Collection

import pandas as pd

from jiebei_dash.text import numbers
from jiebei_dash.text.words import Words
from jiebei_dash.unit_costs import LINES, OPERATING

_RESULTS = ("margin", "tax", "after_tax", "capital_charge", "economic", "raroc", "break_even", "headroom")
_LACKING = {"applicants": "data", "commissions": "commission", "recoveries": "loss"}


def opening(row: pd.Series, agreed: pd.Series, month: str, changed: Collection[str], words: Words) -> list[str]:
    """Return what is left of 100, what loss leaves nothing, and what a reader's changes did.

    Parameters
    ----------
    row, agreed
        The whole with and without a reader's changes, of ``answers.unit_economics.segments``.
    month
        The as-of month as it reads.
    changed
        Lines that a reader changed.
    words
        Language.
    """
    if numbers.is_unknown(row["margin_rate"]):
        return [words("unit_economics.said_no_interest")]
    said = [
        words(
            "unit_economics.said_margin",
            month=month,
            margin=hundred(row["margin_rate"]),
            income=hundred(row["yield_rate"]),
            loss=hundred(row["loss_rate"]),
            low=hundred(row["loss_low_rate"]),
            high=hundred(row["loss_high_rate"]),
            money=hundred(row["vat_rate"] + row["funding_rate"]),
            operating=hundred(sum(row[f"{line}_rate"] for line in OPERATING if row[f"{line}_rate"] > 0)),
        )
    ]
    is_inside = row["loss_low_rate"] <= row["break_even_rate"] <= row["loss_high_rate"]
    side = "near" if is_inside else "below" if row["headroom_rate"] > 0 else "above"
    said.append(
        words(
            f"unit_economics.said_{side}",
            rate=hundred(row["break_even_rate"]),
            loss=hundred(row["loss_rate"]),
            room=hundred(abs(row["headroom_rate"])),
        )
    )
    if changed:
        names = words("scope.separator").join(words(f"unit_economics.line.{line}") for line in changed)
        said.append(
            words(
                "unit_economics.said_changed",
                lines=names,
                before=hundred(agreed["margin_rate"]),
                after=hundred(row["margin_rate"]),
            )
        )
    return said


def left_out(lacks: Collection[str], words: Words) -> list[str]:
    """Return a sentence for each line that the book's source cannot give."""
    return [
        words(
            "unit_economics.said_gross" if lack == "recoveries" else "unit_economics.said_left_out",
            line=words(f"unit_economics.line.{line}"),
            lack=words.code("capability", lack),
        )
        for lack, line in _LACKING.items()
        if lack in lacks
    ]


def groups(frame: pd.DataFrame, by: str, words: Words) -> str:
    """Return which groups keep most and least, how many keep nothing, and for how many that is beyond chance."""
    known = frame.dropna(subset=["margin_rate"])
    known = known[~known["is_small"]]
    if len(known) < 2:
        return words("unit_economics.said_one_group")
    best, worst = known.loc[known["margin_rate"].idxmax()], known.loc[known["margin_rate"].idxmin()]
    losing = known[known["margin_rate"] < 0]
    return words(
        "unit_economics.said_groups",
        best=words.code(by, best[by]),
        most=hundred(best["margin_rate"]),
        worst=words.code(by, worst[by]),
        least=hundred(worst["margin_rate"]),
        losing=numbers.count(len(losing)),
        count=numbers.count(len(known)),
        sure=numbers.count((losing["loss_low_rate"] > losing["break_even_rate"]).sum()),
    )


def table(frames: list[pd.DataFrame], by: str | None, changed: Collection[str], words: Words) -> pd.DataFrame:
    """Return the lines of the whole and of each group side by side, as texts.

    Parameters
    ----------
    frames
        Of ``answers.unit_economics.segments``: the whole, then the groups if there are any.
    by
        Their dimension.
    changed
        Lines that a reader changed: they say so.
    words
        Language.
    """
    named = [(words("codes.split.none"), frames[0].iloc[0])]
    for frame in frames[1:]:
        for _, row in frame.iterrows():
            named.append((words.code(str(by), row[str(by)]) + (" *" if row["is_small"] else ""), row))
    rows = {
        words("unit_economics.fact.average"): [numbers.yuan(row["average_fen"], words.language) for _, row in named]
    }
    for name in ("loans", "lost_loans", "opened", "applications"):
        rows[words(f"unit_economics.fact.{name}")] = [numbers.count(row[name]) for _, row in named]
    for line in (*LINES, *_RESULTS):
        label = words(f"unit_economics.line.{line}")
        if line in changed:
            label = words("unit_economics.marked", line=label)
        sign = 1 if line in ("yield", *_RESULTS) and line not in ("tax", "capital_charge") else -1
        rows[label] = [hundred(sign * row[f"{line}_rate"]) for _, row in named]
        if line == "loss":
            rows[words("unit_economics.fact.interval")] = [
                words("unit_economics.interval", low=hundred(row["loss_low_rate"]), high=hundred(row["loss_high_rate"]))
                for _, row in named
            ]
    shown = pd.DataFrame.from_dict(rows, orient="index", columns=[name for name, _ in named])
    return shown.reset_index(names=words("unit_economics.column_line"))


def of_hundred(rate: float, words: Words) -> str:
    """Return a fraction of the balance as yuan for each 100, with its unit; unknown is an en dash."""
    return numbers.UNKNOWN if numbers.is_unknown(rate) else words("unit_economics.of_hundred", amount=hundred(rate))


def hundred(rate: float) -> str:
    """Return a fraction of the balance as so much for each 100; unknown is an en dash."""
    if numbers.is_unknown(rate):
        return numbers.UNKNOWN
    return f"{rate * 100 + 0.0:.2f}".replace("-0.00", "0.00")
