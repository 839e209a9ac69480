"""The five consequences of a draft, a figure and a sentence each: profit, past vintages, fairness, funding, reasons."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from jiebei_dash.text import numbers
from jiebei_dash.text.spans import vintage
from jiebei_dash.text.words import Words

Said = tuple[str, str]
"""A figure and the sentence under it."""


def profit(words: Words, moved: pd.DataFrame) -> Said:
    """Return the change of the margin; ``moved`` is of ``metrics.what_if.differences``."""
    margin = moved.set_index("figure").loc["margin_fen"]
    return _yuan(words, margin["change"]), words(
        "lab.five_profit",
        low=_yuan(words, margin["change_from"]),
        high=_yuan(words, margin["change_to"]),
    )


def vintages(words: Words, frame: pd.DataFrame) -> Said:
    """Return in how many past years the draft did better; ``frame`` is of ``answers.back_test.vintages`` by year."""
    verdicts = frame["expected_verdict"].value_counts()
    better, worse = (int(verdicts.get(code, 0)) for code in ("BETTER", "WORSE"))
    worst = frame[frame["is_worst"]]
    named = vintage(worst["vintage"].iloc[0], "year") if len(worst) else numbers.UNKNOWN
    change = worst["expected_difference_rate"].iloc[0] if len(worst) else float("nan")
    return words("lab.five_years", better=better, all=len(frame)), words(
        "lab.five_vintages",
        worse=worse,
        rest=len(frame) - better - worse,
        worst=named,
        change=numbers.rate_change(change, words.language),
    )


def fairness(words: Words, frames: Mapping[str, pd.DataFrame]) -> Said:
    """Return the lowest ratio of approval rates of any grouping; frames are of ``answers.groups.approval``."""
    found = {
        kind: {policy: rows["lowest_over_highest_rate"].min() for policy, rows in frame.groupby("policy")}
        for kind, frame in frames.items()
    }
    known = {kind: ratios for kind, ratios in found.items() if not numbers.is_unknown(ratios["proposed"])}
    if not known:
        return numbers.UNKNOWN, words("lab.five_no_groups")
    kind = min(known, key=lambda each: known[each]["proposed"])
    return numbers.ratio(known[kind]["proposed"]), words(
        "lab.five_fairness", group=words.code("group_by", kind), today=numbers.ratio(known[kind]["today"])
    )


def funding(words: Words, frame: pd.DataFrame, nobody: str) -> Said:
    """Return whom no outside funder would take; ``frame`` is of ``answers.eligible.funders``."""
    rows = frame[frame["funder_code"] == nobody].set_index("policy")
    today, proposed = rows.loc["today"], rows.loc["proposed"]
    return numbers.rate(proposed["taken_rate"]), words(
        "lab.five_funding",
        count=numbers.count(proposed["taken_count"]),
        today=numbers.rate(today["taken_rate"]),
    )


def reasons(words: Words, frame: pd.DataFrame) -> Said:
    """Return the main reason whose share moves most; ``frame`` is of ``answers.decline_mix.reasons``."""
    proposed = frame[frame["policy"] == "proposed"].dropna(subset=["change_rate"])
    if proposed.empty:
        return numbers.UNKNOWN, words("lab.five_no_reasons")
    most = proposed.loc[proposed["change_rate"].abs().idxmax()]
    return numbers.rate_change(most["change_rate"], words.language), words(
        "lab.five_reasons",
        reason=words.code("rule", most["reason"]),
        share=numbers.rate(most["main_rate"]),
        count=numbers.count(most["main_count"]),
    )


def _yuan(words: Words, fen: float) -> str:
    return ("+" if fen > 0 else "") + numbers.yuan(fen, words.language)
