"""The what-if and the applicant page on the dozen, from links that carry a proposal."""

from tests.pages.conftest import OpenPage, all_text


def test_a_link_carries_a_proposal_and_the_page_says_what_it_does(open_page: OpenPage, dozen_url: str) -> None:
    # Eight decided to February; D06, with 598 points, goes out, and its loan went bad
    test = open_page(dozen_url, "what_if", role="analyst", lang="en", score_floor="600")
    assert test.slider(key="score_floor").value == 600
    text = all_text(test)
    assert "0 come in, 1 go out" in text
    assert "| Approved | 5 | 4 | -1 |" in text


def test_a_model_that_is_missing_takes_only_the_reasons_away(open_page: OpenPage, dozen_url: str) -> None:
    test = open_page(dozen_url, "what_if", role="analyst", lang="en", score_floor="600")
    assert not test.exception
    assert ["EXPERT-1" in error.value for error in test.error] == [True]
    assert "Swapped out" in all_text(test)


def test_moving_a_slider_moves_the_figures_and_back_to_today_undoes_it(open_page: OpenPage, dozen_url: str) -> None:
    test = open_page(dozen_url, "what_if", role="analyst", lang="en")
    assert "The proposal is today's policy P1" in all_text(test)
    test.slider(key="score_floor").set_value(600).run()
    assert "| Approved | 5 | 4 | -1 |" in all_text(test)
    test.button(key="back_rule").click().run()
    assert "The proposal is today's policy P1" in all_text(test)
    assert test.slider(key="score_floor").value == 590


def test_a_looser_proposal_says_inferred(open_page: OpenPage, dozen_url: str) -> None:
    english = all_text(open_page(dozen_url, "what_if", role="analyst", lang="en", score_floor="560"))
    assert "their **inferred** bad rate is **12.92%** (8.62% to 21.54%)" in english
    chinese = all_text(open_page(dozen_url, "what_if", role="analyst", lang="zh", score_floor="560"))
    assert "**推断**坏账率 **12.92%**" in chinese


def test_an_unknown_number_is_one_clear_sentence(open_page: OpenPage, dozen_url: str) -> None:
    test = open_page(dozen_url, "applicant", role="analyst", lang="en", number="D99")
    assert not test.exception
    assert ["D99" in error.value for error in test.error] == [True]


def test_an_applicants_sliders_start_where_the_inputs_stood(open_page: OpenPage, dozen_url: str) -> None:
    test = open_page(dozen_url, "applicant", role="analyst", lang="en", number="D07")
    assert test.slider(key="zhima_score").value == 780
    assert test.slider(key="other_lender_count").value == 3
