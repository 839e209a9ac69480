"""Price and limit cells of the dozen, from links, in both languages."""

import json

from jiebei_dash.book.offers import Cell
from jiebei_dash.book.policy import make_policy
from tests.pages.conftest import OpenPage, all_text

DRAFT = make_policy({}).offering([Cell("600_649", 0, 1.5)], [Cell("600_649", 0, 6.0)]).json()


def test_the_page_says_what_each_cell_pays_today(open_page: OpenPage, dozen_url: str) -> None:
    test = open_page(dozen_url, "offers", role="analyst", lang="en")
    text = all_text(test)
    assert not test.exception
    assert not test.error
    assert "The draft changes nothing: margin over life" in text
    assert "prices above 24% nominal are cut (0; read as effective it would be 0)" in text
    assert "Prices or lines are too few to tell what a higher price does to take-up" in text
    assert "No company of the book tells its licence; taken to be: Consumer finance company." in text


def test_a_link_carries_the_cells_of_a_draft(open_page: OpenPage, dozen_url: str) -> None:
    test = open_page(dozen_url, "offers", role="auditor", lang="en", draft=DRAFT, as_of="2024-10")
    text = all_text(test)
    assert not test.exception
    assert "price cells (1), limit cells (1)" in text
    assert json.loads(str(test.query_params["draft"]))["prices"] == [["600_649", 0, 6.0]]


def test_the_limit_grid_in_chinese_under_the_law_of_a_bank(open_page: OpenPage, dozen_url: str) -> None:
    text = all_text(open_page(dozen_url, "offers", role="analyst", lang="zh", offer_grid="limits", licence="bank"))
    assert "\u65b0\u65b9\u6848\u4e0e\u73b0\u884c\u76f8\u540c" in text
    assert "\u76d1\u7ba1\u4e0a\u9650\uff08\u5546\u4e1a\u94f6\u884c" in text
    assert "\u989d\u5ea6\u7cfb\u6570" in text


def test_a_draft_with_an_unknown_cell_is_named_and_today_stands(open_page: OpenPage, dozen_url: str) -> None:
    test = open_page(dozen_url, "offers", role="analyst", lang="en", draft=DRAFT.replace("600_649", "MOON"))
    assert not test.exception
    assert "The draft changes nothing" in all_text(test)
    assert any("draft" in warning.value for warning in test.warning)


def test_a_book_without_declined_applicants_says_so(open_page: OpenPage, counted_url: str) -> None:
    test = open_page(counted_url, "offers", role="analyst", lang="en")
    assert not test.exception
    assert test.error
