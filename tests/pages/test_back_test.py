"""The back-test on the dozen, from links that carry a draft."""

from tests.pages.conftest import OpenPage, all_text


def test_the_first_sentence_names_the_worst_vintage_and_the_draft_is_said(open_page: OpenPage, dozen_url: str) -> None:
    test = open_page(dozen_url, "back_test", role="analyst", lang="en", score_floor="600", span="month")
    text = all_text(test)
    assert not test.exception
    assert "The draft differs from today's policy P1: Score cut-off 590, now 600." in text
    assert "The worst vintage under the draft is **2024-02**: **50.00%** bad by month 6" in text
    assert (
        "Loans seen alone, 3 vintages: the draft was better in 0, not told apart from today in 3, worse in 0." in text
    )
    assert "inferred**:" not in text


def test_a_looser_draft_says_inferred(open_page: OpenPage, dozen_url: str) -> None:
    english = all_text(open_page(dozen_url, "back_test", role="analyst", lang="en", score_floor="560", span="month"))
    assert (
        "**53.23%** bad by month 6, **inferred** in part (range 52.15% to 55.38%; the loans seen alone 66.67%)"
        in english
    )
    chinese = all_text(open_page(dozen_url, "back_test", role="auditor", lang="zh", score_floor="560", span="month"))
    assert "账龄 6 个月坏账率 **53.23%**，含**推断**（取值范围 52.15% 至 55.38%" in chinese


def test_a_cap_on_the_limit_is_said_to_change_nothing(open_page: OpenPage, dozen_url: str) -> None:
    test = open_page(dozen_url, "back_test", role="analyst", lang="en", amount_cap="50000", span="month")
    assert "Limit cap ¥200.0k, now ¥50.00k. A cap on the limit declines nobody" in all_text(test)


def test_a_threshold_out_of_range_is_named_and_not_used(open_page: OpenPage, dozen_url: str) -> None:
    test = open_page(dozen_url, "back_test", role="analyst", lang="en", score_floor="9", span="month")
    assert [warning.value for warning in test.warning if "score_floor = 9" in warning.value]
    assert "There is no draft: it equals today's policy P1" in all_text(test)


def test_years_that_run_are_too_young(open_page: OpenPage, dozen_url: str) -> None:
    test = open_page(dozen_url, "back_test", role="analyst", lang="en", span="year")
    assert [info.value for info in test.info if "No vintage has closed month 6 yet" in info.value]


def test_a_vintage_can_be_picked_by_its_name(open_page: OpenPage, dozen_url: str) -> None:
    test = open_page(dozen_url, "back_test", role="analyst", lang="en", span="month", vintage_month="2024-07")
    assert test.selectbox(key="vintage_month").value == "2024-07"
    assert "2024-07: 2 loans made" in all_text(test)


def test_a_book_without_amounts_is_counted(open_page: OpenPage, dozen_url: str, counted_url: str) -> None:
    test = open_page(counted_url, "back_test", role="analyst", lang="en")
    assert ["declined" in error.value for error in test.error] == [True]
