"""The manager's pages where little is there: the first month, one small segment, a book without amounts."""

from __future__ import annotations

import pytest

from jiebei_dash.terms import Language
from jiebei_dash.text.words import load_words
from tests.changed import changed_book
from tests.pages.conftest import OpenPage, all_text

PAGES = ("overview", "funnel", "delinquency", "roll_rates", "vintages")


@pytest.fixture(scope="module")
def counted_url(dozen_url: str, tmp_path_factory: pytest.TempPathFactory) -> str:
    """The dozen as a tape would give it that has no amounts, no applicants and no instalments."""
    lacks = ("amounts", "applicants", "declined_applicants", "instalments", "write_offs")
    return changed_book(dozen_url, tmp_path_factory.mktemp("counted") / "book.duckdb", lacks=lacks)


@pytest.mark.parametrize("key", PAGES)
@pytest.mark.parametrize(
    "link", [{"as_of": "2024-01"}, {"as_of": "2024-02"}, {"channel": "RECALL"}, {"as_of": "2024-07"}]
)
def test_a_page_stands_where_little_is_there(
    open_page: OpenPage, dozen_url: str, key: str, link: dict[str, str]
) -> None:
    test = open_page(dozen_url, key, role="manager", lang="zh", **link)
    assert not [found.stack_trace for found in test.exception]
    assert test.title


@pytest.mark.parametrize("key", PAGES)
def test_a_book_without_amounts_is_counted_or_says_what_it_lacks(
    open_page: OpenPage, counted_url: str, key: str
) -> None:
    test = open_page(counted_url, key, role="manager", lang="en")
    words = load_words("en")
    assert not [found.stack_trace for found in test.exception]
    text = all_text(test)
    if key == "funnel":
        assert words("errors.book_lacks", capability=words.code("capability", "applicants")) in text
    else:
        assert "¥" not in text
    if key == "overview":
        assert words("overview.kpi_balance_count") in text
        assert words("overview.kpi_entry_rate") in text
    if key == "delinquency":
        assert words("errors.book_lacks", capability=words.code("capability", "instalments")) in text


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
