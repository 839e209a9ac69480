"""Rules, swap set and inference on the dozen, from links that carry a draft."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from tests.pages.conftest import ROOT, OpenPage, all_text

DRAFT = {"maturity_months": "7", "score_floor": "560"}


def test_the_rules_say_who_is_stopped_and_by_which(open_page: OpenPage, dozen_url: str) -> None:
    # Eleven decided to March: D02 and D14 stopped by the score alone, D13 by its Zhima score and by its lenders
    text = all_text(open_page(dozen_url, "policy_rules", role="analyst", lang="en", maturity_months="7"))
    assert "**3** of 11 applications are declined; most at their first rule by Score cut-off (2)." in text
    assert "| Score cut-off (590) | 10 | 2 | 8 | 2 | 2 |" in text
    assert "| Zhima floor (600) | 11 | 1 | 10 | 1 | 0 |" in text


def test_an_order_comes_with_the_link_and_goes_along_to_the_lab(open_page: OpenPage, dozen_url: str) -> None:
    link = {"role": "analyst", "lang": "en", "maturity_months": "7", "order": "other_lenders_cap,score_floor"}
    test = open_page(dozen_url, "policy_rules", **link)
    text = all_text(test)
    assert "| Other lenders, at most (6) | 11 | 1 | 10 | 1 | 0 |" in text
    assert "| Zhima floor (600) | 8 | 0 | 8 | 1 | 0 |" in text
    assert test.button(key="usual_order").label == "The policy's own order"
    linked = [str(found.proto) for found in test.get("page_link")]
    assert any("draft" in found and "other_lenders_cap" in found for found in linked)
    test.button(key="usual_order").click().run()
    assert "| Zhima floor (600) | 11 | 1 | 10 | 1 | 0 |" in all_text(test)


def test_an_order_that_is_none_is_named_and_not_used(open_page: OpenPage, dozen_url: str) -> None:
    test = open_page(dozen_url, "policy_rules", role="analyst", lang="en", maturity_months="7", order="dti_cap,dti_cap")
    text = all_text(test)
    assert "| Zhima floor (600) | 11 | 1 | 10 | 1 | 0 |" in text
    assert "dti_cap,dti_cap" in text


def test_the_draft_or_today_can_be_shown(open_page: OpenPage, dozen_url: str) -> None:
    test = open_page(dozen_url, "policy_rules", role="analyst", lang="en", **DRAFT)
    assert "| Score cut-off (560) |" in all_text(test)
    chosen = open_page(dozen_url, "policy_rules", role="analyst", lang="en", shown_policy="today", **DRAFT)
    assert "| Score cut-off (590) |" in all_text(chosen)


def test_the_swap_set_opens_its_cases(open_page: OpenPage, dozen_url: str) -> None:
    test = open_page(dozen_url, "swap_set", role="analyst", lang="en", **DRAFT)
    text = all_text(test)
    # D02, seen and bad, and D14, without an outcome
    assert "**2** come in: 1 loans were seen, 100.00% of them bad" in text
    assert "of 1 without an outcome an **inferred**" in text
    assert "Nobody goes out." in text
    assert sorted(test.dataframe[-1].value["Decision"]) == ["D02", "D14"]
    kept = open_page(dozen_url, "swap_set", role="analyst", lang="en", swap_cell="KEPT", **DRAFT)
    assert len(kept.dataframe[-1].value) == 8
    out = open_page(dozen_url, "swap_set", role="analyst", lang="en", swap_cell="SWAPPED_OUT", **DRAFT)
    assert "There is nobody in this group." in all_text(out)


def test_inferred_is_said_in_both_languages(open_page: OpenPage, dozen_url: str) -> None:
    chinese = all_text(open_page(dozen_url, "swap_set", role="analyst", lang="zh", **DRAFT))
    assert "**推断**坏账率" in chinese
    assert "均拒绝" in chinese


def test_a_lane_too_thin_is_said_to_be(open_page: OpenPage, dozen_url: str) -> None:
    text = all_text(open_page(dozen_url, "inference", role="analyst", lang="en", **DRAFT))
    assert "Of 1 loans approved by lot against the policy, **100.00%** went bad" in text
    assert "Fewer than 30 loans: the lane is too thin to judge by." in text
    # The dozen is no invented book with a truth beside it.
    assert "This book is invented" not in text
    assert "| Observed only | Today |" in text


def test_months_without_a_lane_say_so(open_page: OpenPage, dozen_url: str) -> None:
    text = all_text(open_page(dozen_url, "inference", role="analyst", lang="en", channel="HOME"))
    assert "No loan of a random lane has been seen in these months" in text
    assert "| Parcelling | Today |" in text


@pytest.mark.parametrize("path", sorted((ROOT / "pages").glob("*.py")), ids=lambda path: path.stem)
def test_no_text_stands_alone_in_a_page(path: Path) -> None:
    # Streamlit shows it to the reader; the first one says what the file is.
    body = ast.parse(path.read_text(encoding="utf-8")).body[1:]
    assert not [
        ast.unparse(node) for node in body if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
    ]
