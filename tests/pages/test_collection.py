"""Collections and recoveries: what is said of the dozen, and of a book that lacks contacts, fees or lost interest."""

from __future__ import annotations

import pytest

from jiebei_dash.text.words import load_words
from tests.changed import changed_book
from tests.pages.conftest import OpenPage, all_text

EN = load_words("en")


@pytest.fixture(scope="module")
def bare_url(dozen_url: str, tmp_path_factory: pytest.TempPathFactory) -> str:
    """The dozen without contacts, fees and the interest that was lost."""
    path = tmp_path_factory.mktemp("bare") / "book.duckdb"
    return changed_book(dozen_url, path, lacks=("contacts", "commissions", "lost_interest"))


def test_the_last_batch_and_the_recovery_of_the_dozen_are_said_in_numbers(open_page: OpenPage, dozen_url: str) -> None:
    text = all_text(open_page(dozen_url, "collection", role="manager", lang="en"))
    assert "Of 1 loans (¥5.00k) that entered M1 (1–30 d) in 2024-09, 0.00% were current again" in text
    assert EN("collection.judged_small") in text
    assert "Of 1 promises due in 2024-07, 100.00% were kept" in text
    text = all_text(open_page(dozen_url, "recoveries", role="manager", lang="en", cohort="month"))
    assert "Within 2 months 6.67% of the ¥6.00k written off came back; one cohort of 1 loans" in text
    assert "In 2024-09 1 loans were sold for 10.00% of their principal, 9.43% of principal and interest." in text
    assert "Of ¥300 collected in 2024-10, ¥210 was kept." in text


def test_what_is_lacking_is_said_once_and_the_rest_stands(open_page: OpenPage, bare_url: str) -> None:
    shown = open_page(bare_url, "collection", role="manager", lang="en")
    assert not [found.stack_trace for found in shown.exception]
    assert all_text(shown).count(EN("errors.book_lacks", capability=EN.code("capability", "contacts"))) == 1
    assert EN("collection.relapses.name") in [heading.value for heading in shown.subheader]
    shown = open_page(bare_url, "recoveries", role="manager", lang="en")
    assert not [found.stack_trace for found in shown.exception]
    text = all_text(shown)
    for lack in ("commissions", "lost_interest"):
        assert text.count(EN("errors.book_lacks", capability=EN.code("capability", lack))) == 1
    assert EN("recoveries.claim_price_rate") not in text
    assert "¥300 was collected in 2024-10" in text
