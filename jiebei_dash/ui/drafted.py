"""The draft of the policy lab on another page: read from the address, said in a sentence, taken back along a link."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial

import streamlit as st

from jiebei_dash.book.notation import read_policy
from jiebei_dash.book.policy import RULES, Policy, Rule, SegmentThreshold
from jiebei_dash.errors import JiebeiError
from jiebei_dash.text import numbers
from jiebei_dash.text.words import Words
from jiebei_dash.ui import levers, link

POPULATION: tuple[str, ...] = ("maturity_months", "population_months")
"""Names in the address: on whom the lab replays."""
BASE = "draft"
"""Name in the address: a whole policy as canonical JSON, on which moved rules are laid."""


def base() -> str:
    """Return the policy of the address that a draft starts from, as canonical JSON; empty is today's."""
    return link.read(BASE, policy_text) or ""


def policy_text(texts: Sequence[str]) -> str | None:
    """Return the canonical JSON of a policy, None if it is none."""
    try:
        return read_policy(texts[0]).json() if texts[0] else ""
    except JiebeiError:
        return None


def thresholds() -> dict[str, float]:
    """Return what the draft of the address changes, by rule key in the rule's unit; a bad value is named once."""
    found = {rule.key: link.read(rule.key, partial(_threshold, rule)) for rule in RULES}
    return {key: value for key, value in found.items() if value is not None}


def sentence(words: Words, today: Policy, proposed: Policy, version: str, has_lines: bool = False) -> str:
    """Return what the draft changes, or that there is none; where lines count, a cap on them changes something."""
    said = [
        words(
            "back_test.change",
            rule=words.code("rule", rule.key),
            before=numbers.quantity(today[rule.key], levers.unit_of(rule.key), words.language),
            after=numbers.quantity(proposed[rule.key], levers.unit_of(rule.key), words.language),
        )
        for rule in RULES
        if today[rule.key] != proposed[rule.key]
    ]
    said += [exception_sentence(words, each) for each in proposed.exceptions if each not in today.exceptions]
    for name, cells in (("limits", proposed.limits), ("prices", proposed.prices)):
        if cells:
            said.append(words(f"lab.cells_{name}", count=numbers.count(len(cells))))
    known = version or words("back_test.house")
    if not said:
        return words("back_test.no_draft", version=known)
    told = words("back_test.draft", version=known, changes=words("back_test.joiner").join(said))
    trims = any(rule.effect == "trim" and today[rule.key] != proposed[rule.key] for rule in RULES)
    return f"{told} {words('back_test.cap')}" if trims and not has_lines else told


def exception_sentence(words: Words, each: SegmentThreshold) -> str:
    """Return another threshold of one rule in one segment, in words."""
    return words(
        "lab.exception",
        rule=words.code("rule", each.rule_key),
        segment=words.code(each.dimension, each.code),
        threshold=numbers.quantity(each.threshold, levers.unit_of(each.rule_key), words.language),
    )


def along(changed: Mapping[str, float], base: str = "") -> dict[str, list[str]]:
    """Return the address of a page that reads the same draft, with what was chosen for all pages."""
    moved = {key: f"{value / _scale(key):g}" for key, value in changed.items()}
    moved |= {name: st.query_params[name] for name in POPULATION if name in st.query_params}
    return link.along(**moved, **({BASE: base} if base else {}))


def months(name: str, options: Sequence[int], otherwise: int) -> int:
    """Return how many months the lab was asked for, one of its options; a bad value is named once."""
    found = link.read(name, lambda texts: next((each for each in options if str(each) == texts[0]), None))
    return otherwise if found is None else found


def _scale(rule_key: str) -> int:
    return levers.FEN if levers.unit_of(rule_key) == "fen" else 1


def _threshold(rule: Rule, texts: Sequence[str]) -> float | None:
    try:
        value = float(texts[0]) * _scale(rule.key)
    except ValueError:
        return None
    return value if rule.low <= value <= rule.high else None
