"""Fairness in sentences and tables: counted on the dozen several times over, in both languages."""

from __future__ import annotations

import pandas as pd
import pytest

from jiebei_dash.fair_rules import read_fair_rules
from jiebei_dash.metrics import fair, groups, within_score
from jiebei_dash.text.words import load_words
from jiebei_dash.ui import fairness_words

EN, ZH = load_words("en"), load_words("zh")


def approvals(*given: tuple[str, int, int, int]) -> pd.DataFrame:
    """By group: decided, approved today and then, kept out by the proposal."""
    counts = pd.DataFrame(
        [
            {"group": group, "decided_count": decided, "then_count": today, "today_count": today,
             "proposed_count": today - out, "in_count": 0, "out_count": out}
            for group, decided, today, out in given
        ]
    )  # fmt: skip
    return groups.approval(counts, read_fair_rules().four_fifths, 30, fair.selection)


def scored(*given: tuple[str, str, int, int]) -> pd.DataFrame:
    counts = pd.DataFrame(
        [
            {"score_band": band, "group": group, "decided_count": decided, "then_count": approved,
             "today_count": approved, "proposed_count": approved, "in_count": 0, "out_count": 0}
            for band, group, decided, approved in given
        ]
    )  # fmt: skip
    return within_score.within_score(counts, ("580_599", "600_619"), 30)


def test_no_group_below_the_rule_is_said() -> None:
    said = fairness_words.opening(EN, approvals(("F", 100, 60, 0), ("M", 200, 110, 0)), read_fair_rules())
    assert said[0] == (
        "Today the lowest approval rate is 55.00% (Men), the highest 60.00% (Women): a ratio of **0.917 (0.75–1.12)**."
    )
    assert said[-1] == "Today: no group's approval rate is below 0.80 of the highest."
    # The proposal moves nobody, and is not told twice
    assert len(said) == 3


def test_a_ratio_just_below_the_rule_does_not_read_as_if_it_were_at_it() -> None:
    said = fairness_words.opening(EN, approvals(("F", 1_000, 500, 0), ("M", 1_000, 398, 0)), read_fair_rules())
    assert "Men at 0.796 (0.72–0.88), which may be chance" in said[-1]


def test_one_other_group_among_like_scores_is_beyond_chance_or_within_it() -> None:
    near = scored(("580_599", "F", 200, 100), ("580_599", "M", 300, 155))
    assert fairness_words.like_score(EN, near)[0].endswith("Chance alone may explain that.")
    far = scored(("580_599", "F", 200, 60), ("580_599", "M", 300, 155))
    said = fairness_words.like_score(EN, far)
    assert (
        "the decline rate of Women differed most from that of Men: +21.7 (+13.2 to +30.2) percentage points" in said[0]
    )
    assert said[0].endswith("That is more than chance explains.")
    assert fairness_words.like_score(ZH, far)[0].endswith("已超出偶然范围。")
    table = fairness_words.like_table(EN, far)
    assert table["Declined more, then, pp (95%)"].tolist() == ["+21.7 (+13.2 to +30.2)", "largest group"]


def test_groups_that_share_no_band_are_not_compared() -> None:
    apart = scored(("580_599", "F", 200, 60), ("600_619", "M", 300, 155))
    assert fairness_words.like_score(EN, apart) == [EN("fairness.like_none")]


@pytest.mark.parametrize("words", [EN, ZH])
def test_every_rule_stands_with_its_mark_and_source(words: object) -> None:
    rules = read_fair_rules()
    table = fairness_words.rules_table(words, rules)  # type: ignore[arg-type]
    assert len(table.splitlines()) == 2 + len(rules.rules)
    assert all(rule.sources[words.language] in table for rule in rules.rules)  # type: ignore[attr-defined]
    assert "| 0.80 | 1978-09-25 | A |" in table
