"""The page on mix and drift on fifty of every one of the dozen: two windows of three months."""

from __future__ import annotations

import pytest

from tests.copied_book import write_copied
from tests.pages.conftest import OpenPage, all_text


@pytest.fixture(scope="module")
def fifty_url(dozen_url: str, tmp_path_factory: pytest.TempPathFactory) -> str:
    """Fifty of everybody."""
    return write_copied(dozen_url, tmp_path_factory.mktemp("fifty") / "book.duckdb", 50)


# As of October and with seven months to mature, six months to March; the base is a year before, where nobody was.
LINK = {"role": "analyst", "maturity_months": "7", "population_months": "6"}


def test_a_base_window_without_anybody_is_said(open_page: OpenPage, fifty_url: str) -> None:
    test = open_page(fifty_url, "mix", lang="en", **LINK)
    assert not test.exception
    assert test.error or test.info or test.warning


def test_a_manager_has_no_such_page(open_page: OpenPage, fifty_url: str) -> None:
    test = open_page(fifty_url, "overview", lang="en", role="manager")
    with pytest.raises(ValueError, match="page"):
        test.switch_page("pages/mix.py")


def test_the_drop_is_told_in_both_languages(
    open_page: OpenPage, fifty_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("jiebei_dash.answers.two_windows.MONTHS_BEFORES", (2,))
    monkeypatch.setattr("jiebei_dash.answers.what_if.WINDOWS_MONTHS", (2,))
    monkeypatch.setattr("jiebei_dash.answers.what_if.WINDOW_MONTHS", 2)
    # Recent is February and March, the base December and January.
    link = {"role": "analyst", "maturity_months": "7"}
    test = open_page(fifty_url, "mix", lang="en", **link)
    assert not test.exception
    text = all_text(test)
    assert "KS was 100.0% (100.0% to 100.0%) in the base window and is 100.0% (100.0% to 100.0%): +0.0 pp" in text
    assert "200 loans with 50 bad; recent 2024-02 to 2024-03, 250 with 100. Both were scored by model EXPERT-1." in text
    assert "inputs** moved beyond 0.1" in text
    drifted = test.dataframe[1].value
    assert len(drifted) == 13
    assert drifted["Input"].iloc[0] == "Score"
    bins = test.dataframe[2].value
    assert len(bins) > 0
    chinese = all_text(open_page(fifty_url, "mix", lang="zh", **link))
    assert "KS 基期为 100.0%（100.0% 至 100.0%），近期为 100.0%" in chinese
    assert "两期均由模型 EXPERT-1 评分。" in chinese
