"""What differs between two policies, in the words and units of its reader."""

from __future__ import annotations

import json

import pandas as pd
import pytest

from jiebei_dash.book.policy import make_policy
from jiebei_dash.text.words import load_words
from jiebei_dash.ui.policy_changes_words import said, table
from jiebei_dash.ui.policy_words import table_between

BEFORE = make_policy({}).json()
AFTER = make_policy({"dti_cap": 0.6525, "amount_cap": 199_999_99, "overdue_cap": 1}).json()


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_thresholds_are_told_in_their_units_to_the_last_digit(lang: str) -> None:
    words = load_words(lang)  # type: ignore[arg-type]
    assert table_between(words, BEFORE, AFTER).to_numpy().tolist() == [
        [words.code("rule", "overdue_cap"), "2", "1"],
        [words.code("rule", "dti_cap"), "70%", "65.25%"],
        [words.code("rule", "amount_cap"), "¥200,000", "¥199,999.99"],
    ]


def test_a_segment_and_a_part_that_is_not_there_are_told() -> None:
    exception = {"rule_key": "dti_cap", "dimension": "channel", "code": "HOME", "threshold": 0.5}
    order = ["score_floor", "dti_cap"]
    after = json.dumps({"exceptions": [exception], "order": order, "is_open": True})
    found = table_between(load_words("en"), json.dumps({"order": order[::-1]}), after)
    home = load_words("en").code("channel", "HOME")
    assert found.to_numpy().tolist() == [
        ["is_open", "not there", "yes"],
        [
            "Order of the rules",
            "Debt to income, at most, Score cut-off",
            "Score cut-off, Debt to income, at most",
        ],
        [f"Exceptions / {home} / Channel / Debt to income, at most / threshold", "not there", "50%"],
    ]


def test_a_change_whose_loans_are_too_young_says_when_they_are_known() -> None:
    row = {
        "policy_id": "P2",
        "effective_on": pd.Timestamp("2024-07-01"),
        "bad_known_from_month": pd.Timestamp("2025-08-01"),
        "after_months": 6,
        "after_bad_months": 0,
    }
    for side in ("before", "after"):
        row |= {f"{side}_decided_count": 25, f"{side}_loan_count": 0}
        for name, rate in (("approval", 0.5), ("bad", float("nan"))):
            row |= {f"{side}_{name}_{end}": rate for end in ("rate", "low_rate", "high_rate")}
    for name, rate in (("approval", 0.0), ("bad", float("nan"))):
        row |= {f"{name}_change_{end}": rate for end in ("rate", "low_rate", "high_rate")}
    words = load_words("en")
    assert said(words, pd.DataFrame([row]))[1] == words("sign_off.changes_bad_unknown", month="2025-08")
    (told,) = table(words, pd.DataFrame([row])).to_numpy().tolist()
    assert told[1:] == ["50.0% (50.0% to 50.0%, few: 25)"] * 2 + ["+0.00 (+0.00 to +0.00)", "–", "–", "–"]
