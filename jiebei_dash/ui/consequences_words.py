"""What a draft does to reasons and to what the model says, in sentences and tables; funding has words of its own."""

from __future__ import annotations

import pandas as pd

from jiebei_dash.book.policy import Policy
from jiebei_dash.text import numbers
from jiebei_dash.text.words import Words
from jiebei_dash.ui import drafted

POLICIES: tuple[str, ...] = ("today", "proposed")


def draft(words: Words, today: Policy, proposed: Policy, version: str) -> str:
    """Return the draft in a sentence, or that it changes nothing."""
    if today.json() == proposed.json():
        return words("consequences.is_today", version=version or words("back_test.house"))
    return drafted.sentence(words, today, proposed, version, has_lines=True)


def reasons(words: Words, frame: pd.DataFrame) -> list[str]:
    """Return the sentences that open the section of reasons, from ``answers.decline_mix.reasons``."""
    today, proposed = (frame[frame["policy"] == policy] for policy in ("today", "proposed"))
    declined, before = proposed["declined_count"].iloc[0], today["declined_count"].iloc[0]
    if declined == 0:
        return [words("consequences.declines_nobody", today=numbers.count(before))]
    first = proposed.loc[proposed["main_count"].idxmax()]
    said = [
        words(
            "consequences.said_declined",
            declined=numbers.count(declined),
            change=signed(declined - before),
            reason=words.code("rule", first["reason"]),
            count=numbers.count(first["main_count"]),
            rate=numbers.rate(first["main_rate"]),
            low=numbers.rate(first["low_rate"]),
            high=numbers.rate(first["high_rate"]),
        )
    ]
    # Of two reasons whose shares move as far, the one whose number moves.
    far = proposed.assign(far=proposed["change_rate"].abs().round(9), more=proposed["change_count"].abs())
    most = far.sort_values(["far", "more"], ascending=False, kind="stable").iloc[0]
    if most["far"] > 0:
        said.append(
            words(
                "consequences.said_reason",
                reason=words.code("rule", most["reason"]),
                change=numbers.rate_change(most["change_rate"], words.language),
                low=numbers.rate_change(most["change_low_rate"], words.language),
                high=numbers.rate_change(most["change_high_rate"], words.language),
                count=signed(most["change_count"]),
            )
        )
    return said


def reasons_table(words: Words, frame: pd.DataFrame) -> str:
    """Return the declines by reason: main, any and sole, today and under the draft, as markdown."""
    heads = ("reason", "main_today", "main_draft", "change", "any_today", "any_draft", "sole_today", "sole_draft",
             "rate_change")  # fmt: skip
    lines = [row_of(*(words(f"consequences.column_{head}") for head in heads)), "| --- |" + " ---: |" * 8]
    for key in frame["reason"].unique():
        today, proposed = (frame[(frame["reason"] == key) & (frame["policy"] == each)].iloc[0] for each in POLICIES)
        counts = (numbers.count(row[f"{kind}_count"]) for kind in ("any", "sole") for row in (today, proposed))
        lines.append(
            row_of(
                words.code("rule", key),
                numbers.count(today["main_count"]),
                numbers.count(proposed["main_count"]),
                signed(proposed["change_count"]),
                *counts,
                points_with_ends(words, proposed),
            )
        )
    return "\n".join(lines)


def shift(words: Words, frame: pd.DataFrame) -> list[str]:
    """Return the sentences that open the section of what the model says, from ``answers.feature_shift.by_result``."""
    counts = frame.groupby(["result", "policy"])["cases_count"].first()
    cases = int(counts.groupby("policy").sum().max())
    said = [words("consequences.said_cases", cases=numbers.count(cases))]
    for result, key in (("APPROVED", "said_shift_approved"), ("DECLINED", "said_shift_declined")):
        rows = frame[(frame["result"] == result) & (frame["policy"] == "proposed") & frame["change_points"].notna()]
        if rows.empty or rows["change_points"].abs().max() == 0:
            continue
        most = rows.loc[rows["change_points"].abs().idxmax()]
        texts = {
            name: numbers.points(most[f"change_{end}points"], signed=True)
            for name, end in (("change", ""), ("low", "low_"), ("high", "high_"))
        }
        said.append(words(f"consequences.{key}", feature=words.code("feature", most["feature"]), **texts))
    if len(said) == 1:
        said.append(words("consequences.said_no_shift"))
    return said


def signed(value: float) -> str:
    """Return a difference of counts with its sign."""
    return numbers.UNKNOWN if numbers.is_unknown(value) else ("+" if value > 0 else "") + numbers.count(value)


def row_of(*texts: str) -> str:
    """Return a row of a markdown table."""
    return "| " + " | ".join(texts) + " |"


def ranged(words: Words, row: pd.Series, value: str, low: str, high: str) -> str:
    """Return a rate with its interval."""
    if numbers.is_unknown(row[value]):
        return numbers.UNKNOWN
    ends = "–".join(numbers.rate(row[end]).removesuffix("%") for end in (low, high))
    return words("what_if.with_range", value=numbers.rate(row[value]), range=ends)


def points_with_ends(words: Words, row: pd.Series) -> str:
    """Return the change of a rate with its interval, all in percentage points, for a column that says so."""
    if numbers.is_unknown(row["change_rate"]):
        return numbers.UNKNOWN
    value, low, high = (f"{row[name] * 100:+.2f}" for name in ("change_rate", "change_low_rate", "change_high_rate"))
    return words("what_if.with_range", value=value, range=words("consequences.to").join((low, high)))
