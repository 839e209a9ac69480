"""The page on vintages in each of its views, where little is there and where something is lacking."""

from __future__ import annotations

from pathlib import Path

import pytest

from jiebei_dash.terms import Language
from jiebei_dash.text.words import load_words
from tests.changed import changed_book
from tests.pages.conftest import OpenPage, all_text


def test_a_link_opens_vintages_as_they_were_shared(open_page: OpenPage, dozen_url: str) -> None:
    test = open_page(
        dozen_url, "vintages", role="manager", lang="en", measure="ever", past_due_days="90", cohort="quarter"
    )
    words = load_words("en")
    quantity = words("vintages.quantity_ever", days=90, of=words("vintages.of_balance"))
    assert quantity in all_text(test)


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_a_book_too_small_for_a_forecast_says_why(open_page: OpenPage, dozen_url: str, lang: Language) -> None:
    test = open_page(dozen_url, "vintages", role="manager", lang=lang, vintage_view="forecast")
    assert not [found.stack_trace for found in test.exception]
    assert load_words(lang)("vintage_forecast.none") in all_text(test)
    assert load_words(lang)("kept_forecast.none") in all_text(test)


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_without_a_desk_the_forecast_stands_and_what_is_kept_is_said_to_be_out_of_reach(
    open_page: OpenPage, dozen_url: str, tmp_path: Path, lang: Language
) -> None:
    (tmp_path / "desk.sqlite").mkdir()
    test = open_page(dozen_url, "vintages", role="analyst", lang=lang, vintage_view="forecast")
    assert not [found.stack_trace for found in test.exception]
    address = f"sqlite:///{tmp_path / 'desk.sqlite'}"
    assert load_words(lang)("errors.desk_unavailable", address=address) in all_text(test)
    assert load_words(lang)("vintage_forecast.none") in all_text(test)


def test_an_analyst_keeps_a_forecast_once_and_a_manager_has_no_button(
    open_by_the_door: OpenPage, small_url: str
) -> None:
    words = load_words("en")
    test = open_by_the_door(small_url, "vintages", role="analyst", lang="en", vintage_view="forecast", cohort="quarter")
    button = next(found for found in test.button if found.key == "keep_forecast")
    button.click().run()
    assert not [found.stack_trace for found in test.exception]
    (done,) = test.success
    assert done.value.startswith("Kept: ")
    assert "None can be scored yet; the first month closes with" in all_text(test)
    next(found for found in test.button if found.key == "keep_forecast").click().run()
    assert test.success[0].value == words("kept_forecast.there")
    test.session_state["role"] = "manager"
    test.run()
    assert "keep_forecast" not in {found.key for found in test.button}
    assert words("kept_forecast.sets.name") in [found.value for found in test.subheader]


@pytest.mark.parametrize("lang", ["en", "zh"])
@pytest.mark.parametrize("measure", ["current", "ever", "loss", "net_loss"])
def test_cohorts_at_one_age_stand_and_say_why_none_is_judged(
    open_page: OpenPage, dozen_url: str, lang: Language, measure: str
) -> None:
    link = {"vintage_view": "same_age", "same_age_mob": 3, "measure": measure}
    test = open_page(dozen_url, "vintages", role="manager", lang=lang, **link)
    assert not [found.stack_trace for found in test.exception]
    assert load_words(lang)("same_age.said_alone", mob=3) in all_text(test)
    table = test.dataframe[0].value
    assert len(table) == 4
    assert not {"None", "nan"} & {str(cell) for name in table for cell in table[name]}


def test_a_quarter_with_some_of_its_months_at_an_age_is_named(open_page: OpenPage, dozen_url: str) -> None:
    link = {"vintage_view": "same_age", "same_age_mob": 0, "cohort": "quarter", "as_of": "2024-05"}
    test = open_page(dozen_url, "vintages", role="manager", lang="en", **link)
    assert load_words("en")("same_age.partial", cohort="2024-04", mob=0, months=2) in all_text(test)


@pytest.mark.parametrize("lang", ["en", "zh"])
@pytest.mark.parametrize("split", ["zhima_band", "product_class", "channel", "term_months", "province_code"])
def test_vintages_by_any_dimension_stand_and_are_in_the_link(
    open_page: OpenPage, dozen_url: str, lang: Language, split: str
) -> None:
    link = {"vintage_view": "parts", "split": split, "cohort_span": 18, "parts_mob": 3}
    test = open_page(dozen_url, "vintages", role="manager", lang=lang, **link)
    assert not [found.stack_trace for found in test.exception]
    assert load_words(lang)("vintage_parts.said_alone", mob=3) in all_text(test)
    assert load_words(lang)("columns.vintage_parts.at_age.others_rate") in test.dataframe[0].value.columns


@pytest.mark.parametrize("lang", ["en", "zh"])
@pytest.mark.parametrize("measure", ["current", "ever", "loss", "net_loss"])
@pytest.mark.parametrize("cohort", ["month", "quarter"])
def test_vintages_over_the_calendar_stand(
    open_page: OpenPage, dozen_url: str, lang: Language, measure: str, cohort: str
) -> None:
    link = {"vintage_view": "calendar", "measure": measure, "cohort": cohort}
    test = open_page(dozen_url, "vintages", role="manager", lang=lang, **link)
    assert not [found.stack_trace for found in test.exception]
    # The dozen has two quarters: nothing is usual yet.
    assert (load_words(lang)("vintage_calendar.none") in all_text(test)) == (cohort == "quarter")


@pytest.mark.parametrize("lang", ["en", "zh"])
@pytest.mark.parametrize("view", ["age", "same_age", "parts", "calendar", "forecast"])
def test_a_triangle_that_falls_and_a_cohort_of_one_month_break_no_view(
    open_page: OpenPage, dozen_url: str, view: str, lang: Language
) -> None:
    """As of July 2024: February fell from 5,000 to 4,000 in June, when L04 was cured, and July has its first month."""
    link = {"vintage_view": view, "as_of": "2024-07"}
    test = open_page(dozen_url, "vintages", role="manager", lang=lang, **link)
    assert not [found.stack_trace for found in test.exception]
    if view == "forecast":
        words = load_words(lang)
        assert words("vintage_forecast.said_falls", count=1) in all_text(test)
        assert words("vintage_forecast.said_one_month", cohorts="2024-07") in all_text(test)


@pytest.mark.parametrize("view", ["age", "same_age", "parts", "calendar", "forecast"])
def test_one_cohort_of_one_month_is_said_and_breaks_no_view(open_page: OpenPage, dozen_url: str, view: str) -> None:
    link = {"vintage_view": view, "as_of": "2024-01"}
    test = open_page(dozen_url, "vintages", role="manager", lang="en", **link)
    assert not [found.stack_trace for found in test.exception]
    words = load_words("en")
    expected = {
        "age": words("vintages.said_too_young", mob=3, oldest=0),
        "same_age": words("same_age.said_alone", mob=0),
        "parts": words("vintage_parts.said_alone", mob=0),
        "calendar": words("vintage_calendar.none"),
        "forecast": words("vintage_forecast.said_one_month", cohorts="2024-01"),
    }
    assert expected[view] in all_text(test)


@pytest.mark.parametrize("view", ["age", "same_age", "parts", "calendar", "forecast"])
def test_vintages_of_a_book_without_amounts_and_write_offs_are_counted_in_every_view(
    open_page: OpenPage, counted_url: str, view: str
) -> None:
    test = open_page(counted_url, "vintages", role="manager", lang="en", vintage_view=view)
    assert not [found.stack_trace for found in test.exception]
    text = all_text(test)
    assert "¥" not in text
    assert "¥" not in "".join(str(table.value.to_csv()) for table in test.dataframe)


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_without_whole_cohorts_the_page_on_vintages_shows_the_loans_under_observation(
    open_page: OpenPage, dozen_url: str, tmp_path: Path, lang: Language
) -> None:
    url = changed_book(dozen_url, tmp_path / "watched.duckdb", lacks=("whole_cohorts",))
    test = open_page(url, "vintages", role="manager", lang=lang)
    words = load_words(lang)
    assert not [found.stack_trace for found in test.exception]
    assert words("errors.book_lacks", capability=words.code("capability", "whole_cohorts")) in [
        found.value for found in test.info
    ]
    assert words("outcomes.watched.name") in [found.value for found in test.subheader]
    assert len(test.get("plotly_chart")) == 1
