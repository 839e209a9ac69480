"""Champion and challenger on the dozen, from links, in both languages."""

import pytest

from tests.pages.conftest import OpenPage, all_text


def test_the_page_says_that_a_dozen_is_too_few_and_how_long_it_must_mature(open_page: OpenPage, dozen_url: str) -> None:
    test = open_page(dozen_url, "experiment", role="analyst", lang="en")
    text = all_text(test)
    assert not test.exception
    assert "**Too few to judge**: Approved by lot has 1 matured loans and Approved by the policy 8" in text
    assert "**Needs MOB 6 for cohorts up to 2024-07**. Approved by lot: 1 of 1 loans have it" in text
    assert "Approved by the policy: 8 of 10; complete at the end of 2025-01." in text
    assert "drawn among applicants that the policy declines" in text
    assert "| Approved by the policy | 11 | 10 | 8 | 2 | 25.00% (7.15% to 59.07%) n < 30 | – | 2025-01 |" in text
    assert "| Approved by lot | Score cut-off | 1 | 1 | 1 | 1 | n < 30 |" in text


def test_the_same_in_chinese(open_page: OpenPage, dozen_url: str) -> None:
    text = all_text(open_page(dozen_url, "experiment", role="auditor", lang="zh"))
    assert "**样本过少，无法判断**：随机放行满表现期借据 1 笔，策略通过 8 笔" in text
    assert "**截至 2024-07 的批次均须满 MOB6**：随机放行 1 笔中 1 笔已满，策略通过 10 笔中 8 笔已满" in text


def test_a_link_carries_a_plan(open_page: OpenPage, dozen_url: str) -> None:
    link = {"planned_champion_rate": "5", "planned_difference": "5", "planned_looks": "2"}
    text = all_text(open_page(dozen_url, "experiment", role="analyst", lang="en", **link))
    # 874 loans at eleven a year are 954 months, and six to mature
    assert "To show 10.00% against 5.00%, **437** loans of the challenger and **437** of the champion" in text
    assert "| 2 | 2104-10 | 437 + 437 | 1.969 |" in text


def test_arms_that_were_not_drawn_by_lot_say_so(open_page: OpenPage, dozen_url: str) -> None:
    test = open_page(
        dozen_url, "experiment", role="analyst", lang="en", arms_by="channel", challenger_channel="PARTNER"
    )
    assert "**Not drawn by lot**: applicants choose their channel" in all_text(test)
    assert test.selectbox(key="challenger_channel").value == "PARTNER"
    test.selectbox(key="champion_channel").set_value("PARTNER").run()
    assert not test.exception
    assert test.selectbox(key="challenger_channel").value != "PARTNER"


@pytest.mark.parametrize(
    ("link", "said"),
    [
        ({"arms_by": "policy_version"}, "There is one arm only in this scope (P1)"),
        ({"planned_difference": "0"}, "difference_rate = 0.0 cannot be used here"),
        ({"as_of": "2024-06"}, "No loan of the champion has closed its sixth month yet"),
    ],
)
def test_what_cannot_be_compared_is_one_clear_sentence(
    open_page: OpenPage, dozen_url: str, link: dict[str, str], said: str
) -> None:
    test = open_page(dozen_url, "experiment", role="analyst", lang="en", **link)
    assert not test.exception
    assert any(said in error.value for error in test.error)
