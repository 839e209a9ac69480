"""Sentences about a draft: what cannot be said is not said, and a pool that is assumed says so."""

from __future__ import annotations

import math
from datetime import date

import pandas as pd
import pytest

from jiebei_dash.book.policy import make_policy
from jiebei_dash.eligibility import read_eligibility
from jiebei_dash.metrics.decline_mix import moved
from jiebei_dash.text.words import load_words
from jiebei_dash.ui import consequences_words, eligible_words

EN, ZH = load_words("en"), load_words("zh")
KINDS = {"BK1": "BANK", "BK2": "BANK", "BK3": "BANK", "BK4": "BANK", "TR1": "TRUST", "TR2": "TRUST", "AB1": "ABS"}


def test_a_draft_is_told_and_a_cap_on_the_line_counts_here() -> None:
    today = make_policy({})
    proposed = today.changed({"dti_cap": 0.6, "amount_cap": 50_000_00.0})
    said = consequences_words.draft(EN, today, proposed, "P1")
    assert "Debt to income, at most 70%, now 60%; Limit cap ¥200.0k, now ¥50.00k" in said
    assert "changes nothing" not in said
    assert "P1" in consequences_words.draft(ZH, today, today, "P1")
    assert "There is no draft" in consequences_words.draft(EN, today, today, "")


def test_criteria_are_worded_with_their_units_days_marks_and_sources() -> None:
    table = read_eligibility()
    held = table.on(date(2024, 6, 30), KINDS)
    names = {code: code for code in KINDS}
    english = eligible_words.criteria_table(EN, table, held, names)
    asks = "Zhima score at least 640, Stored PD at most 4%, Line at most ¥100.0k, Other lenders at most 4, Term "
    assert f"| BK3 | {asks}" in english
    assert "2019-01-01 to 2024-12-31" in english
    assert "| Every funder of the kind: Bank | A rule for each joint loan | 30% | 2022-01-01 | A |" in english
    chinese = eligible_words.criteria_table(ZH, table, held, names)
    assert "省份：不含 西藏 / 新疆 / 青海" in chinese


def test_a_pool_that_is_assumed_says_so() -> None:
    held = read_eligibility().on(date(2026, 10, 31), KINDS)
    called = {code: f"Bank of {code}" for code in KINDS}
    assert eligible_words.names_of(EN, held, called)["POOL_A"] == "ABS pool A (assumed pool)"
    assert eligible_words.names_of(ZH, held, called)["POOL_A"] == "ABS 资产池 A（假设）"


@pytest.mark.parametrize(("value", "text"), [(3, "+3"), (0, "0"), (-1200, "-1\u2009200"), (math.nan, "–")])
def test_a_difference_of_counts_has_its_sign(value: float, text: str) -> None:
    assert consequences_words.signed(value) == text


def test_a_change_of_reasons_is_told_with_its_interval() -> None:
    crossed = pd.DataFrame({"today_hits": [0, 1, 2], "proposed_hits": [2, 1, 2], "decided_count": [50, 100, 50]})
    frame = moved(crossed, ("zhima_floor", "score_floor"), *(["zhima_floor", "score_floor"],) * 2)
    said = consequences_words.reasons(EN, frame)
    assert "The draft declines **200** (+50); the first reason is Zhima floor with 100, 50.00% of them" in said[0]
    # From 50 of 150 to 100 of 200
    assert "Most moves at Score cut-off: +50 declines, its share +16.67 pp" in said[1]
    table = consequences_words.reasons_table(EN, frame)
    assert "| Score cut-off | 50 | 100 | +50 | 50 | 100 | 50 | 100 | +16.67 (" in table
