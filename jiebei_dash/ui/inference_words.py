"""Ways of inferring the declined, in sentences and tables: which comes nearest, and whether its range holds."""

from __future__ import annotations

import pandas as pd

from jiebei_dash.text import numbers
from jiebei_dash.text.words import Words

LEAST_PEOPLE = 30
_COLUMNS = ("inferred_bad_rate", "expected_bad_rate", "loss_fen", "margin_fen")


def judged(words: Words, frame: pd.DataFrame) -> list[str]:
    """Return which way comes nearest to the random lane, or that there is no lane to judge by.

    Parameters
    ----------
    frame
        Of ``metrics.inference.judged``.
    """
    if frame.empty:
        return [words("inference.no_lane")]
    first = frame.iloc[0]
    said = [
        words(
            "inference.said_lane",
            count=numbers.count(first["observed_count"]),
            rate=numbers.rate(first["observed_bad_rate"]),
            low=numbers.rate(first["observed_low_rate"]),
            high=numbers.rate(first["observed_high_rate"]),
        )
    ]
    if first["is_small"]:
        said.append(words("inference.said_thin", least=LEAST_PEOPLE))
    said += _nearest(words, frame, "inference.said_nearest_lane")
    apart = words("inference.joiner").join(name(words, method) for method in frame[frame["is_apart"]]["method"])
    said.append(words("inference.said_apart", methods=apart) if apart else words("inference.said_none_apart"))
    return said


def true(words: Words, frame: pd.DataFrame) -> list[str]:
    """Return which way comes nearest to the truth, of whom the draft approves where they are enough.

    Parameters
    ----------
    frame
        Of ``metrics.inference.beside_truth``.
    """
    shown = of_group(frame)
    if not shown["people_count"].iloc[0]:
        return [words("inference.nobody")]
    first = shown.iloc[0]
    group = str(first["declined_group"]).lower()
    said = words(
        f"inference.said_true_{group}",
        count=numbers.count(first["people_count"]),
        rate=numbers.rate(first["true_rate"]),
    )
    return [said, *_nearest(words, shown, "inference.said_nearest_true")]


def of_group(frame: pd.DataFrame) -> pd.DataFrame:
    """Return the rows of whom the draft approves; of all the declined where those are fewer than thirty."""
    let_in = frame[frame["declined_group"] == "LET_IN"]
    is_enough = bool((let_in["people_count"] >= LEAST_PEOPLE).all())
    return (let_in if is_enough else frame[frame["declined_group"] == "DECLINED"]).reset_index(drop=True)


def name(words: Words, method: str) -> str:
    """Return the short name of a way."""
    return words.code("reject_short", method)


def methods_table(words: Words, frame: pd.DataFrame) -> str:
    """Return the ways side by side, today's policy and the draft, as markdown."""
    heads = ("method", "policy", "loans", "inferred", "expected", "loss", "margin")
    lines = [_row(*(words(f"inference.column_{head}") for head in heads)), "| --- | --- |" + " ---: |" * 5]
    policies = list(dict.fromkeys(frame["policy"]))
    for _, row in frame.iterrows():
        lines.append(
            _row(
                name(words, row["method"]) if row["policy"] == policies[0] else "",
                words(f"what_if.{row['policy']}"),
                numbers.count(row["loan_count"]),
                *(_shown(words, row, column) for column in _COLUMNS),
            )
        )
    return "\n".join(lines)


def near_table(words: Words, frame: pd.DataFrame, beside: str) -> str:
    """Return how near each way comes, as markdown.

    Parameters
    ----------
    frame
        Of ``metrics.inference.judged``, or one group of ``metrics.inference.beside_truth``.
    beside
        Column that it is held against: ``observed_bad_rate`` or ``true_rate``.
    """
    heads = ("method", "said", beside, "distance", "held")
    lines = [_row(*(words(f"inference.column_{head}") for head in heads)), "| --- | ---: | ---: | ---: | --- |"]
    for _, row in frame.iterrows():
        known = numbers.rate(row[beside])
        if beside == "observed_bad_rate":
            ends = (numbers.rate(row[f"observed_{end}_rate"]) for end in ("low", "high"))
            known = words("policy_rules.ranged", **dict(zip(("value", "low", "high"), (known, *ends), strict=True)))
        lines.append(
            _row(
                f"**{name(words, row['method'])}**" if row["is_nearest"] else name(words, row["method"]),
                words(
                    "policy_rules.ranged",
                    value=numbers.rate(row["central_rate"]),
                    low=numbers.rate(row["low_rate"]),
                    high=numbers.rate(row["high_rate"]),
                ),
                known,
                numbers.rate_change(row["distance_rate"], words.language),
                words("inference.held" if row["is_held"] else "inference.not_held"),
            )
        )
    return "\n".join(lines)


def _nearest(words: Words, frame: pd.DataFrame, key: str) -> list[str]:
    nearest = frame[frame["is_nearest"]]
    if nearest.empty:
        return []
    row = nearest.iloc[0]
    held = frame[frame["is_held"]]["method"]
    told = words("inference.joiner").join(name(words, method) for method in held) or words("inference.none")
    return [
        words(
            key,
            method=name(words, row["method"]),
            rate=numbers.rate(row["central_rate"]),
            low=numbers.rate(row["low_rate"]),
            high=numbers.rate(row["high_rate"]),
            held=told,
        )
    ]


def _shown(words: Words, row: pd.Series, column: str) -> str:
    is_money = column.endswith("_fen")
    stem, _, unit = column.rpartition("_")
    low, high = f"{stem}_from_{unit}", f"{stem}_to_{unit}"
    if column == "inferred_bad_rate":
        low, high = "inferred_low_rate", "inferred_high_rate"

    def told(value: float) -> str:
        return numbers.yuan(value, words.language) if is_money else numbers.rate(value)

    if numbers.is_unknown(row[column]):
        return numbers.UNKNOWN
    return words("policy_rules.ranged", value=told(row[column]), low=told(row[low]), high=told(row[high]))


def _row(*texts: str) -> str:
    return "| " + " | ".join(texts) + " |"
