"""What differs between two policies, in words and units, whatever part of a policy it is in."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from jiebei_dash.book.policy import RULES
from jiebei_dash.book.policy_diff import Difference, Value, differences
from jiebei_dash.text import numbers
from jiebei_dash.text.words import Words
from jiebei_dash.ui.levers import unit_of

_KINDS = ("rule", "policy_part", "zhima_band", "product_class", "channel", "province_code", "term_months")
"""Where the label of a part of a path may stand."""
_RULES = {rule.key for rule in RULES}


def differences_table(words: Words, found: Sequence[Difference]) -> pd.DataFrame:
    """Return what differs as a table of texts: part, before, after; a value that is not there says so."""
    rows = [
        (label(words, each.path), shown(words, each.path, each.before), shown(words, each.path, each.after))
        for each in found
    ]
    heads = [words(f"sign_off.column_{name}") for name in ("part", "before", "after")]
    return pd.DataFrame(rows, columns=heads)


def table_between(words: Words, before_json: str, after_json: str) -> pd.DataFrame:
    """Return what differs between two policies, given as JSON, as :func:`differences_table` tells it."""
    return differences_table(words, differences(before_json, after_json))


def label(words: Words, path: Sequence[str]) -> str:
    """Return what a place in a policy is called."""
    parts = [_named(words, part) for step in path for part in step.split(" ")]
    return " / ".join(parts)


def shown(words: Words, path: Sequence[str], value: Value) -> str:
    """Return a value of a policy with the unit of its rule."""
    if value is None:
        return words("sign_off.not_there")
    if isinstance(value, bool):
        return words("sign_off.yes") if value else words("sign_off.no")
    if isinstance(value, str):
        return ", ".join(_named(words, part) for part in value.split(", "))
    parts = [part for step in path for part in step.split(" ")]
    rule = next((part for part in parts if part in _RULES), None)
    is_threshold = rule is not None and parts[-1] in (rule, "threshold")
    return _exact(words, float(value), unit_of(rule) if rule and is_threshold else "count")


def _exact(words: Words, value: float, unit: str) -> str:
    """To the last digit: two values that differ never read alike."""
    if unit == "fen":
        return numbers.yuan_exact(value).removesuffix(".00")
    if unit == "months" and value == int(value):
        return numbers.quantity(value, unit, words.language)
    plain = f"{value * 100 if unit == 'rate' else value:,.6f}".rstrip("0").rstrip(".")
    return f"{plain}%" if unit == "rate" else plain


def _named(words: Words, part: str) -> str:
    keys = (f"codes.{kind}.{part}" for kind in _KINDS)
    return next((words.texts[key] for key in keys if key in words.texts), part)
