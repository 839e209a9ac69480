"""Funding, reasons and what the model says of a draft, on the dozen; the counts are those of tests/answers."""

from __future__ import annotations

from pathlib import Path

import pytest

from jiebei_dash import eligibility
from jiebei_dash.answers import eligible
from jiebei_dash.book.policy import make_policy
from jiebei_dash.text.words import load_words
from tests.changed import changed_book
from tests.pages.conftest import OpenPage, all_text
from tests.test_eligibility import eligibility_file

LINK = {"role": "analyst", "score_floor": "560", "maturity_months": "7"}
BANK: dict[str, object] = {"zhima_at_least": 640, "limit_at_most_yuan": 10_000}
POOL: dict[str, object] = {
    "funder_code": "POOL", "is_assumed": True, "name": '{ en = "Pool one", zh = "资产池一" }',
    "product_classes": ["JB_STD"],
}  # fmt: skip


@pytest.fixture
def contracts(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A table of contracts that fits the dozen."""
    table = eligibility.read_eligibility(eligibility_file(tmp_path, {"b2": {}}, bank=BANK, pool=POOL))
    monkeypatch.setattr(eligible, "read_eligibility", lambda: table)


@pytest.mark.usefixtures("contracts")
def test_a_link_carries_a_draft_and_the_page_says_what_it_does_to_funding(open_page: OpenPage, dozen_url: str) -> None:
    # Submitted to March, the same eleven: two more are approved, and neither has the Zhima points
    text = all_text(open_page(dozen_url, "consequences", lang="en", **LINK))
    assert "Score cut-off 590, now 560" in text
    assert "Of **10** approved under the draft (8 today), **4** would be taken by no funder, 40.00%" in text
    assert "| Bank A | 6 | 6 | 0 |" in text
    assert "Pool one (assumed pool)" in text
    assert "¥0 / ¥8.20k" in text
    assert "at least 30%" in text


@pytest.mark.usefixtures("contracts")
def test_the_page_says_which_reasons_move(open_page: OpenPage, dozen_url: str) -> None:
    text = all_text(open_page(dozen_url, "consequences", lang="en", **LINK))
    assert "The draft declines **1** (-2)" in text
    assert "| Score cut-off | 2 | 0 | -2 | 2 | 0 | 2 | 0 |" in text


@pytest.mark.usefixtures("contracts")
def test_in_chinese_an_inferred_amount_says_so(open_page: OpenPage, dozen_url: str) -> None:
    text = all_text(open_page(dozen_url, "consequences", lang="zh", **LINK))
    assert "评分下限由 590 调为 560" in text
    assert "其中推断，现行 / 新方案" in text
    assert "资产池一（假设）" in text
    assert "新方案通过 **10** 笔（现行 8 笔），其中 **4** 笔没有资金方承接" in text


@pytest.mark.usefixtures("contracts")
def test_without_a_draft_the_page_says_it_is_todays_policy(open_page: OpenPage, dozen_url: str) -> None:
    text = all_text(open_page(dozen_url, "consequences", role="analyst", lang="en", maturity_months="7"))
    assert "There is no draft: it is today's policy P1" in text
    assert "Of **8** approved under the draft (8 today)" in text


@pytest.mark.usefixtures("contracts")
def test_a_whole_policy_in_the_address_is_the_draft(open_page: OpenPage, dozen_url: str) -> None:
    # Its order names the score first: D02 and D14 by the score, D13 by Zhima
    policy = make_policy({"zhima_floor": 640.0}).ordered(["score_floor"])
    text = all_text(open_page(dozen_url, "consequences", role="analyst", lang="en", draft=policy.json()))
    assert "Zhima floor 600, now 640" in text
    # Eight months to mature, as no link says otherwise: D02, D04, D13 and D14 are declined
    assert "The draft declines **4** (+1)" in text
    assert "| Score cut-off | 2 | 2 | 0 | 2 | 2 | 2 | 0 |" in text


@pytest.mark.usefixtures("contracts")
def test_a_population_that_the_lab_does_not_offer_is_named(open_page: OpenPage, dozen_url: str) -> None:
    test = open_page(dozen_url, "consequences", **{**LINK, "lang": "en", "maturity_months": "99"})
    words = load_words("en")
    assert words("app.bad_link", name="maturity_months", value="99") in [each.value for each in test.warning]
    assert not test.exception


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_a_table_that_names_an_unknown_funder_takes_only_funding_away(
    open_page: OpenPage, dozen_url: str, lang: str
) -> None:
    # The table of the house names the sample's funders; the dozen has a bank of its own
    test = open_page(dozen_url, "consequences", **{**LINK, "lang": lang})
    words = load_words(lang)  # type: ignore[arg-type]
    why = "bank_1: funder_code = BK1 (BANK_A, OWN)"
    said = [error.value for error in test.error]
    assert words("errors.eligibility_invalid", path="eligibility.toml", why=why) in said
    assert words("codes.rule.score_floor") in all_text(test)
    assert not test.exception


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_a_book_that_lacks_funders_or_inputs_says_so_once(
    open_page: OpenPage, dozen_url: str, tmp_path: Path, lang: str
) -> None:
    words = load_words(lang)  # type: ignore[arg-type]
    for lacks, rest in (("funding", True), ("decision_features", False)):
        url = changed_book(dozen_url, tmp_path / f"{lacks}.duckdb", lacks=(lacks,))
        test = open_page(url, "consequences", **{**LINK, "lang": lang})
        sentence = words("errors.book_lacks", capability=words.code("capability", lacks))
        assert [error.value for error in test.error].count(sentence) == 1
        assert (words("consequences.reasons_note") in all_text(test)) is rest
        assert not test.exception


@pytest.mark.usefixtures("contracts")
def test_a_draft_that_approves_nobody_is_said(open_page: OpenPage, dozen_url: str) -> None:
    test = open_page(dozen_url, "consequences", **{**LINK, "lang": "en", "score_floor": "700"})
    assert "The draft approves nobody (8 today)" in all_text(test)
    assert not test.exception
