"""The page on fairness on six of every one of the dozen, from links that carry a proposal."""

from __future__ import annotations

import pytest

from tests.copied_book import write_copied
from tests.pages.conftest import OpenPage, all_text


@pytest.fixture(scope="module")
def six_url(dozen_url: str, tmp_path_factory: pytest.TempPathFactory) -> str:
    """Six of everybody."""
    return write_copied(dozen_url, tmp_path_factory.mktemp("six") / "book.duckdb", 6)


# Decided to March, with seven months to mature: 36 women, 30 approved; 30 men, 18 approved, and 12 from 600 points on
LINK = {"role": "analyst", "maturity_months": "7", "score_floor": "600"}


def test_a_link_of_the_what_if_carries_the_proposal(open_page: OpenPage, six_url: str) -> None:
    test = open_page(six_url, "fairness", lang="en", **LINK)
    assert not test.exception
    text = all_text(test)
    assert "The draft differs from today's policy P1: Score cut-off 590, now 600." in text
    assert "Today the lowest approval rate is 60.00% (Men), the highest 83.33% (Women): a ratio of **0.720" in text
    assert "By the proposal the lowest is 40.00% (Men), the highest 83.33% (Women): a ratio of **0.480" in text
    assert "Proposed: below 0.80 of the highest rate are Men at 0.480" in text
    assert "a signal to look, not a verdict" in text
    approvals = test.dataframe[0].value
    assert approvals["Group"].tolist() == ["Women", "Men"]
    assert approvals["Decided"].tolist() == ["36", "30"]
    assert approvals["Change, pp (95%)"].tolist()[1].startswith("-20.0 (")
    assert test.slider(key="score_floor").value == 600
    back = test.get("page_link")[0].proto
    assert "what_if" in back.page
    assert "score_floor=600" in back.query_string


def test_the_bad_rates_stand_apart_and_few_are_not_told(open_page: OpenPage, six_url: str) -> None:
    link = LINK | {"score_floor": "560", "zhima_floor": "550", "other_lenders_cap": "10"}
    test = open_page(six_url, "fairness", lang="en", **link)
    bad = test.dataframe[2].value.set_index("Group")
    assert bad.loc["Women", "Observed, proposed (95%)"].startswith("0.00% (")
    assert bad.loc["Men (few)", "Observed, proposed (95%)"].startswith("75.00% (")
    # Six of each were declined then: fewer than the floor
    assert bad["Inferred, proposed"].tolist() == ["too few"] * 2
    assert bad["Inferred, today"].tolist() == ["nobody"] * 2


def test_in_chinese_a_signal_is_no_verdict_either(open_page: OpenPage, six_url: str) -> None:
    text = all_text(open_page(six_url, "fairness", lang="zh", **LINK))
    assert "新方案与现行策略 P1 的差异：评分下限由 590 调为 600。" in text
    assert "是提示，需进一步核查，不是结论" in text


def test_small_groups_stand_together(open_page: OpenPage, six_url: str) -> None:
    test = open_page(six_url, "fairness", lang="en", group="group_code", **LINK)
    assert test.dataframe[0].value["Group"].tolist() == ["Z", "Small groups (few)"]
    assert "Fewer than two groups have 30 decisions or more" in all_text(test)


def test_moving_a_threshold_there_moves_the_groups(open_page: OpenPage, six_url: str) -> None:
    test = open_page(six_url, "fairness", lang="en", role="analyst", maturity_months="7")
    assert "There is no draft: it equals today's policy P1" in all_text(test)
    test.slider(key="score_floor").set_value(600).run()
    assert "Score cut-off 590, now 600" in all_text(test)
    assert test.query_params["score_floor"] in ("600", ["600"])


def test_a_book_with_too_few_of_everybody_says_so(open_page: OpenPage, dozen_url: str) -> None:
    test = open_page(dozen_url, "fairness", lang="en", role="auditor")
    assert not test.exception
    assert all("10 persons or more" in error.value for error in test.error)
    assert len(test.error) == 1
