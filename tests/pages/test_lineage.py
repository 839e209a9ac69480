"""Every page says where its numbers come from, what is estimated, what does not tie, and when it was known."""

from __future__ import annotations

import pytest
from streamlit.testing.v1 import AppTest

from jiebei_dash.book.engine import open_book
from jiebei_dash.text.words import load_words
from jiebei_dash.ui.pages import PAGES
from tests.loaded import MAPPING_SHA, TAPE_SHA, write_loaded
from tests.pages.conftest import OpenPage, all_text

EN = load_words("en")
BALANCE = EN("codes.control_measure.balance")
MISSED = f"Does not tie: loan-months, 2024-02, {BALANCE}: control total ¥5,000.00, loaded ¥4,999.00, difference -¥1.00"


@pytest.fixture(scope="module")
def url(dozen_url: str, tmp_path_factory: pytest.TempPathFactory) -> str:
    return write_loaded(dozen_url, tmp_path_factory.mktemp("loaded") / "book.duckdb", ("final_status",))


def _no_problems(test: AppTest) -> bool:
    return not [f"{found.message}\n{found.stack_trace}" for found in test.exception]


def _opened(test: AppTest, subject: str) -> AppTest:
    test.session_state[f"proof_{subject}_"] = True
    return test.run()


@pytest.mark.parametrize("lang", ["en", "zh"])
@pytest.mark.parametrize("key", [page.key for page in PAGES if "manager" in page.readers])
def test_the_top_of_every_page_says_that_the_book_is_estimated(
    open_page: OpenPage, url: str, key: str, lang: str
) -> None:
    test = open_page(url, key, role="manager", lang=lang)
    words = load_words(lang)  # type: ignore[arg-type]
    assert _no_problems(test)
    top = next(
        caption.value for caption in test.caption if words("scope.version", version=version(url)) in caption.value
    )
    assert words("scope.estimated_mark") in top
    assert words("lineage.estimate.final_status") in top


def version(url: str) -> str:
    book = open_book(url)
    book.engine.dispose()
    return book.data_version


def test_a_figure_over_a_month_that_does_not_tie_says_so_and_one_that_rests_elsewhere_does_not(
    open_page: OpenPage, url: str
) -> None:
    late = open_page(url, "delinquency", role="manager", lang="en")
    said = [caption.value for caption in late.caption if "Does not tie" in caption.value]
    # Buckets, rates and the lateness on another basis rest on the months' balances.
    assert len(said) == 3
    assert MISSED in said[0]
    assert "Does not tie" not in all_text(open_page(url, "funnel", role="manager", lang="en"))


def test_before_the_month_that_does_not_tie_nothing_is_said(open_page: OpenPage, url: str) -> None:
    test = open_page(url, "delinquency", role="manager", lang="en", as_of="2024-01")
    assert _no_problems(test)
    assert "Does not tie" not in all_text(test)


def test_a_proof_holds_the_lineage(open_page: OpenPage, url: str) -> None:
    test = _opened(open_page(url, "delinquency", role="manager", lang="en"), "delinquency.buckets")
    text = all_text(test)
    for wanted in ("Load 2 of 2024-11-20 18:00:00: march.csv", TAPE_SHA, MAPPING_SHA, "Code version"):
        assert wanted in text
    assert text.count("Does not tie") == 4  # under three figures, and in the proof of the one that is open


def test_a_book_is_shown_as_it_was_known_on_a_past_day(open_page: OpenPage, url: str) -> None:
    now = open_page(url, "overview", role="manager", lang="en")
    assert "as known on" not in all_text(now)
    assert now.date_input(key="known_on").value is None
    then = open_page(url, "overview", role="manager", lang="en", known_on="2024-11-10")
    assert _no_problems(then)
    text = all_text(then)
    assert "as known on 2024-11-10" in text
    assert version(url) not in text
    assert "Does not tie: loan-months, 2024-03" in text
    assert "; 1 more" in text
    back = next(button for button in then.button if button.label == EN("controls.reset")).click().run()
    assert version(url) in all_text(back)


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_a_day_before_the_first_version_is_one_clear_sentence(open_page: OpenPage, url: str, lang: str) -> None:
    test = open_page(url, "overview", role="manager", lang=lang, known_on="2024-11-01")
    words = load_words(lang)  # type: ignore[arg-type]
    assert _no_problems(test)
    assert [error.value for error in test.error] == [words("errors.book_unknown_then", day="2024-11-01")]
    assert not test.metric
    test.date_input(key="known_on").set_value(None).run()
    assert not test.error


def test_a_day_that_is_none_falls_back_with_a_word(open_page: OpenPage, url: str) -> None:
    test = open_page(url, "overview", role="manager", lang="en", known_on="yesterday")
    assert EN("app.bad_link", name="known_on", value="yesterday") in [warning.value for warning in test.warning]
    assert version(url) in all_text(test)


def test_the_choice_of_a_day_is_offered_only_where_an_earlier_version_is_kept(
    open_page: OpenPage, dozen_url: str
) -> None:
    test = open_page(dozen_url, "overview", role="manager", lang="en")
    assert not [element for element in test.date_input if element.key == "known_on"]


def test_a_figure_of_later_months_alone_is_not_touched(open_page: OpenPage, url: str) -> None:
    # The matrix, its directions, what moved and the stock are of the last six months at most; the rolls through time,
    # the chain, the months ahead and their test go back a year or more.
    text = all_text(open_page(url, "roll_rates", role="manager", lang="en"))
    assert text.count("Does not tie") == 4
