"""From a link to the cell that was picked, its loans, and one loan's months."""

from __future__ import annotations

import pytest

from jiebei_dash.text.words import load_words
from tests.pages.conftest import OpenPage, all_text


def test_a_link_opens_a_loan_and_its_months(open_page: OpenPage, dozen_url: str) -> None:
    test = open_page(dozen_url, "loan", role="manager", lang="en", loan="L02", opened="2024-01")
    assert not [found.stack_trace for found in test.exception]
    said = all_text(test)
    assert "At its worst month-end it was 172 days past due; month-ends at which it was late: 6." in said
    assert "Principal lost: ¥6.00k; since then ¥400 has come in." in said


@pytest.mark.parametrize(("key", "cell", "title"), [
    ("roll_rates", "M1.M2", "M1 (1–30 d) to M2 (31–60 d), 2024-08 – 2024-10"),
    ("delinquency", "2024-10.M3", "M3 (61–90 d), 2024-10"),
])  # fmt: skip
def test_a_link_to_a_cell_opens_its_loans(open_page: OpenPage, dozen_url: str, key: str, cell: str, title: str) -> None:
    test = open_page(dozen_url, key, role="manager", lang="en", cell=cell)
    assert load_words("en")("standing.title", cell=title) in [found.value for found in test.subheader]


def test_a_cell_that_is_none_is_said(open_page: OpenPage, dozen_url: str) -> None:
    test = open_page(dozen_url, "delinquency", role="manager", lang="en", cell="2024-10.M9")
    assert load_words("en")("app.bad_link", name="cell", value="2024-10.M9") in [found.value for found in test.warning]


def test_a_number_that_is_no_loan_is_said(open_page: OpenPage, dozen_url: str) -> None:
    test = open_page(dozen_url, "loan", role="manager", lang="en", loan="L99")
    assert load_words("en")("errors.loan_not_found", number="L99") in [found.value for found in test.error]
