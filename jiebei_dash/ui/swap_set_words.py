"""The swap set in sentences and tables: what was seen and what is inferred, and what each group would earn."""

from __future__ import annotations

import pandas as pd

from jiebei_dash.text import numbers
from jiebei_dash.text.words import Words

CASES = (
    "decision_id", "submitted_month", "zhima_band", "score_points", "pd_rate", "requested_fen", "decided_by",
    "loan_outcome",
)  # fmt: skip
_MARGINS = ("margin_fen", "margin_from_fen", "margin_to_fen")


def opening(words: Words, cells: pd.DataFrame, changes: pd.DataFrame) -> list[str]:
    """Return who comes in and goes out, how bad they are, and what the exchange is worth.

    Parameters
    ----------
    cells
        Of ``metrics.swap_set.cells``.
    changes
        Of ``metrics.what_if.differences``.
    """
    by_cell = cells.set_index("cell")
    into, out = by_cell.loc["SWAPPED_IN"], by_cell.loc["SWAPPED_OUT"]
    if not into["decided_count"] and not out["decided_count"]:
        return [words("swap_set.said_nobody", count=numbers.count(cells["decided_count"].sum()))]
    said = []
    for name, row in (("in", into), ("out", out)):
        if not row["decided_count"]:
            said.append(words(f"swap_set.said_no_{name}"))
            continue
        told = [words(f"swap_set.said_{name}", count=numbers.count(row["decided_count"]))]
        if row["observed_count"]:
            told.append(
                words(
                    "swap_set.said_seen",
                    count=numbers.count(row["observed_count"]),
                    rate=numbers.rate(row["observed_bad_rate"]),
                    low=numbers.rate(row["observed_low_rate"]),
                    high=numbers.rate(row["observed_high_rate"]),
                )
            )
        if row["inferred_count"]:
            told.append(
                words(
                    "swap_set.said_inferred",
                    count=numbers.count(row["inferred_count"]),
                    rate=numbers.rate(row["inferred_bad_rate"]),
                    low=numbers.rate(row["inferred_low_rate"]),
                    high=numbers.rate(row["inferred_high_rate"]),
                )
            )
        said.append(words("swap_set.sentence_joiner").join(told))
    worth = changes.set_index("figure").loc["margin_fen"]
    margin, low, high = (_yuan(words, worth[name]) for name in ("change", "change_from", "change_to"))
    said.append(words("swap_set.said_worth", margin=margin, low=low, high=high))
    return said


def table(words: Words, cells: pd.DataFrame) -> str:
    """Return the four groups as markdown."""
    heads = ("cell", "count", "requested", "observed", "inferred", "loans", "drawn", "margin")
    lines = [_row(*(words(f"swap_set.column_{head}") for head in heads)), "| --- |" + " ---: |" * 7]
    for _, cell in cells.iterrows():
        count = numbers.count(cell["decided_count"])
        lines.append(
            _row(
                words(f"what_if.cell.{cell['cell']}"),
                words("policy_rules.small", value=count) if cell["is_small"] and cell["decided_count"] else count,
                numbers.yuan(cell["requested_fen"], words.language),
                _rate(words, cell, "observed"),
                _rate(words, cell, "inferred"),
                numbers.count(cell["loan_count"]),
                numbers.yuan(cell["drawn_fen"], words.language),
                _ranged(words, *(_yuan(words, cell[name]) for name in _MARGINS)),
            )
        )
    return "\n".join(lines)


def mix_alt(words: Words, mix: pd.DataFrame) -> str:
    """Return the largest band of each group, in a sentence."""
    said = []
    for cell, rows in mix.groupby("cell", sort=False):
        most = rows.loc[rows["share_rate"].idxmax()]
        said.append(
            words(
                "swap_set.said_mix",
                cell=words(f"what_if.cell.{cell}"),
                band=words.code("zhima_band", most["zhima_band"]),
                share=numbers.rate(most["share_rate"], 0),
            )
        )
    return words("swap_set.said_mixes", mixes=words("swap_set.joiner").join(said))


def cases(words: Words, frame: pd.DataFrame) -> pd.DataFrame:
    """Return a page of cases, headed and worded for a reader, in the same order."""
    shown = pd.DataFrame(
        {
            "decision_id": frame["decision_id"],
            "submitted_month": frame["submitted_month"].map(numbers.month),
            "zhima_band": [words.code("zhima_band", band) for band in frame["zhima_band"]],
            "score_points": frame["score_points"].map(numbers.points),
            "pd_rate": frame["pd_rate"].map(numbers.rate),
            "requested_fen": [numbers.yuan(fen, words.language) for fen in frame["requested_fen"]],
            "decided_by": [words.code("decided_by", code) for code in frame["decided_by"]],
            "loan_outcome": [words.code("loan_outcome", code) for code in frame["loan_outcome"]],
        }
    )
    return shown.rename(columns={name: words(f"swap_set.case_{name}") for name in CASES})


def _rate(words: Words, cell: pd.Series, kind: str) -> str:
    count = cell[f"{kind}_count"]
    if not count or numbers.is_unknown(cell[f"{kind}_bad_rate"]):
        return numbers.UNKNOWN
    return words(
        "policy_rules.seen",
        rate=numbers.rate(cell[f"{kind}_bad_rate"]),
        low=numbers.rate(cell[f"{kind}_low_rate"]).removesuffix("%"),
        high=numbers.rate(cell[f"{kind}_high_rate"]),
        count=numbers.count(count),
    )


def _ranged(words: Words, value: str, low: str, high: str) -> str:
    return value if value == numbers.UNKNOWN else words("policy_rules.ranged", value=value, low=low, high=high)


def _yuan(words: Words, fen: float) -> str:
    return ("+" if fen > 0 else "") + numbers.yuan(fen, words.language)


def _row(*texts: str) -> str:
    return "| " + " | ".join(texts) + " |"
