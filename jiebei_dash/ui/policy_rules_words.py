"""The rules of a policy in sentences and a table: what each stops, first and alone, and whether that pays."""

from __future__ import annotations

import pandas as pd

from jiebei_dash.book.policy import Policy
from jiebei_dash.text import numbers
from jiebei_dash.text.words import Words
from jiebei_dash.ui import levers


def opening(words: Words, rules: pd.DataFrame) -> list[str]:
    """Return who is stopped, which rule earns most, and which does not earn its place.

    Parameters
    ----------
    rules
        Rows of one policy of ``answers.policy_rules.waterfall``.
    """
    first = rules.loc[rules["killed_count"].idxmax()]
    decided, left = rules["entering_count"].iloc[0], rules["left_count"].iloc[-1]
    said = [
        words(
            "policy_rules.said_stopped",
            declined=numbers.count(decided - left),
            decided=numbers.count(decided),
            rule=words.code("rule", first["rule_key"]),
            count=numbers.count(first["killed_count"]),
        )
    ]
    told = rules[rules["unique_count"] > 0].dropna(subset="margin_fen")
    if len(told):
        most = told.loc[told["margin_fen"].idxmin()]
        if most["margin_fen"] < 0:
            low, high = (_yuan(words, most[f"margin_{end}_fen"]) for end in ("low", "high"))
            said.append(
                words(
                    "policy_rules.said_earns",
                    rule=words.code("rule", most["rule_key"]),
                    count=numbers.count(most["unique_count"]),
                    margin=_yuan(words, most["margin_fen"]),
                    low=low,
                    high=high,
                )
            )
    named = {
        verdict: words("policy_rules.joiner").join(words.code("rule", key) for key in rows["rule_key"])
        for verdict, rows in rules.groupby("rule_verdict", sort=False)
    }
    for verdict in ("COSTS", "OPEN", "ALONE_NOBODY"):
        if verdict in named:
            said.append(words(f"policy_rules.said_{verdict.lower()}", rules=named[verdict]))
    if not {"COSTS", "OPEN"} & set(named) and "EARNS" in named:
        said.append(words("policy_rules.said_all_earn"))
    return said


def table(words: Words, rules: pd.DataFrame, policy: Policy) -> str:
    """Return the rules as markdown, in the order in which they are applied."""
    heads = (
        "rule", "entering", "killed", "left", "hit", "unique", "observed", "goods_observed", "goods_inferred",
        "margin", "verdict",
    )  # fmt: skip
    lines = [_row(*(words(f"policy_rules.column_{head}") for head in heads)), "| --- |" + " ---: |" * 9 + " --- |"]
    for _, rule in rules.iterrows():
        key = str(rule["rule_key"])
        threshold = numbers.quantity(policy[key], levers.unit_of(key), words.language)
        lines.append(
            _row(
                words("policy_rules.rule", rule=words.code("rule", key), threshold=threshold),
                *(numbers.count(rule[f"{name}_count"]) for name in ("entering", "killed", "left", "hit", "unique")),
                _observed(words, rule),
                _goods(rule["goods_per_bad_observed"]),
                _ranged(words, *(_goods(rule[f"goods_per_bad_{end}"]) for end in ("inferred", "low", "high"))),
                _ranged(words, *(_yuan(words, rule[name]) for name in _MARGINS)) if rule["unique_count"] else _NOTHING,
                words(f"policy_rules.verdict_{rule['rule_verdict']}"),
            )
        )
    return "\n".join(lines)


_MARGINS = ("margin_fen", "margin_low_fen", "margin_high_fen")
_NOTHING = numbers.UNKNOWN


def _observed(words: Words, rule: pd.Series) -> str:
    if not rule["observed_count"]:
        return numbers.UNKNOWN
    said = words(
        "policy_rules.seen",
        rate=numbers.rate(rule["observed_bad_rate"]),
        low=numbers.rate(rule["observed_low_rate"]).removesuffix("%"),
        high=numbers.rate(rule["observed_high_rate"]),
        count=numbers.count(rule["observed_count"]),
    )
    return words("policy_rules.small", value=said) if rule["is_small"] else said


def _goods(value: float) -> str:
    return numbers.ratio(value, 1)


def _ranged(words: Words, value: str, low: str, high: str) -> str:
    if value == numbers.UNKNOWN:
        return value
    return words("policy_rules.ranged", value=value, low=low, high=high)


def _yuan(words: Words, fen: float) -> str:
    return ("+" if fen > 0 else "") + numbers.yuan(fen, words.language)


def _row(*texts: str) -> str:
    return "| " + " | ".join(texts) + " |"
