"""The frontier on the dozen: limits from the address, the answer, and what cannot be had."""

from tests.pages.conftest import OpenPage, all_text


def test_the_page_says_how_far_today_lies_from_the_best_found(open_page: OpenPage, dozen_url: str) -> None:
    english = open_page(dozen_url, "frontier", role="analyst", lang="en", maturity_months="7")
    assert not english.exception
    assert "There is no draft: it equals today's policy P1" in all_text(english)
    assert "At the same approvals (72.73%) the expected bad rate could be" in all_text(english)
    chinese = open_page(dozen_url, "frontier", role="auditor", lang="zh", maturity_months="7")
    assert not chinese.exception
    assert "通过率不变（72.73%）时，预期坏账率可降低" in all_text(chinese)


def test_the_solver_answers_on_its_button_and_its_policy_is_a_link(open_page: OpenPage, dozen_url: str) -> None:
    limits = {"bad_at_most": "15", "approval_at_least": "35"}
    test = open_page(dozen_url, "frontier", role="analyst", lang="en", **limits)
    assert "Policy with the most margin found" not in all_text(test)
    test.button(key="solve").click().run()
    assert not test.exception
    text = all_text(test)
    assert "Policy with the most margin found" in text
    assert "| Own-fund share, assumed | 30.00% | 30.00% |" in text
    assert "| Score cut-off | 590 |" in text


def test_a_limit_that_cannot_be_kept_is_one_sentence_and_the_frontier_stays(
    open_page: OpenPage, dozen_url: str
) -> None:
    test = open_page(dozen_url, "frontier", role="analyst", lang="en", own_at_least="50")
    test.button(key="solve").click().run()
    assert not test.exception
    assert ["own-fund share at least 50.00%" in error.value for error in test.error] == [True]
    assert "Best found, not proven best." in all_text(test)
    assert "Policy with the most margin found" not in all_text(test)


def test_a_draft_that_approves_nobody_is_one_sentence(open_page: OpenPage, dozen_url: str) -> None:
    test = open_page(dozen_url, "frontier", role="analyst", lang="zh", score_floor="700")
    assert not test.exception
    assert ["草案在本窗口内未通过任何申请" in error.value for error in test.error] == [True]


def test_a_book_without_applicants_says_so(open_page: OpenPage, counted_url: str) -> None:
    test = open_page(counted_url, "frontier", role="analyst", lang="en")
    assert not test.exception
    assert len(test.error) == 1
