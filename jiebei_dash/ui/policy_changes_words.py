"""How past changes of the policy came out, in sentences and a table."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from jiebei_dash.text import numbers
from jiebei_dash.text.words import Words

_FEW = 30


def said(words: Words, changes: pd.DataFrame) -> list[str]:
    """Return what came of the last change.

    Parameters
    ----------
    words
        Language.
    changes
        Of ``answers.policies.changes``, not empty.
    """
    row = changes.iloc[-1]
    facts = {"policy": str(row["policy_id"]), "since": numbers.day(row["effective_on"])}
    lines = [words("sign_off.changes_said", **facts, **_moved(words, row, "approval"))]
    if numbers.is_unknown(row["after_bad_rate"]) or numbers.is_unknown(row["before_bad_rate"]):
        month = numbers.month(row["bad_known_from_month"])
        return [*lines, words("sign_off.changes_bad_unknown", month=month)]
    known = {"months": int(row["after_bad_months"]), "of": int(row["after_months"])}
    return [*lines, words("sign_off.changes_bad", **known, **_moved(words, row, "bad"))]


def table(words: Words, changes: pd.DataFrame) -> pd.DataFrame:
    """Return every change as texts, newest first; a side of few says so."""
    rows = []
    for row in changes.to_dict("records")[::-1]:
        told = {"change": f"{row['policy_id']}, {numbers.day(row['effective_on'])}"}
        for name, count in (("approval", "decided_count"), ("bad", "loan_count")):
            for side in ("before", "after"):
                told[f"{name}_{side}"] = _rate(words, row, f"{side}_{name}", row[f"{side}_{count}"])
            told[f"{name}_change"] = _gap(words, row, name)
        rows.append(told)
    heads = {name: words(f"sign_off.column_{name}") for name in rows[0]}
    return pd.DataFrame(rows).rename(columns=heads)


def _moved(words: Words, row: Mapping[str, Any] | pd.Series, name: str) -> dict[str, str]:
    sides = {side: numbers.rate(row[f"{side}_{name}_rate"]) for side in ("before", "after")}
    return {**sides, "gap": _gap(words, row, name)}


def _rate(words: Words, row: Mapping[str, Any], name: str, count: float) -> str:
    if numbers.is_unknown(row[f"{name}_rate"]):
        return numbers.UNKNOWN
    # Of approvals, many and large, one decimal says all that the interval leaves.
    digits = 1 if name.endswith("approval") else 2
    ends = words("sign_off.to").join(numbers.rate(row[f"{name}_{end}_rate"], digits) for end in ("low", "high"))
    few = f", {words('sign_off.few', count=int(count))}" if count < _FEW else ""
    return f"{numbers.rate(row[f'{name}_rate'], digits)} ({ends}{few})"


def _gap(words: Words, row: Mapping[str, Any] | pd.Series, name: str) -> str:
    """All three in percentage points, or a range would begin in one unit and end in another."""
    rates = [row[f"{name}_change{part}_rate"] for part in ("", "_low", "_high")]
    if any(numbers.is_unknown(rate) for rate in rates):
        return numbers.UNKNOWN
    change, low, high = (f"{rate * 100:+.2f}" for rate in rates)
    return words("sign_off.in_points", change=change, low=low, high=high)
