"""The manager's pages where little is there: the first month, one small segment, a book without amounts."""

from __future__ import annotations

from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from jiebei_dash.terms import Language
from jiebei_dash.text.words import load_words
from tests.changed import changed_book
from tests.pages.conftest import OpenPage, all_text

PAGES = (
    "overview",
    "funnel",
    "entry",
    "delinquency",
    "roll_rates",
    "vintages",
    "bridge",
    "stratification",
    "portfolio_limits",
    "losses",
    "prepayment",
    "collection",
    "recoveries",
    "non_performing",
    "unit_economics",
    "price",
)


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
    if key in ("funnel", "unit_economics"):
        lack = "applicants" if key == "funnel" else "amounts"
        assert words("errors.book_lacks", capability=words.code("capability", lack)) in text
    elif key == "price":
        # The amounts of the calculator are the reader's; the book's own mean is by principal, and so unknown.
        assert "their mean by principal is –" in text
    else:
        assert "¥" not in text
    if key == "overview":
        assert words("overview.kpi_balance_count") in text
        assert words("overview.kpi_entry_rate") in text
    if key == "entry":
        assert words("errors.book_lacks", capability=words.code("capability", "instalments")) in text


def _choose(test: AppTest, key: str, value: str) -> None:
    """A control of the front page's own name loses its value where a test, and no browser, changes the page."""
    next(group for group in test.button_group if group.key == key).set_value([value])


def test_the_page_on_rolls_says_what_30_plus_will_be_in_three_months(open_page: OpenPage, dozen_url: str) -> None:
    test = open_page(dozen_url, "roll_rates", role="manager", lang="en", window_months=1)
    said = "\n".join(str(found.value) for found in test.markdown)
    # By hand: of 14,000 current 14 / 16 are left each month, as in October; of the 5,000 in M2 and the 3,000
    # in M3 4,800 are left in January, since of 10,000 in M4 4,000 were sold. Nothing was lent since July.
    assert "30+ goes from 36.36% to 33.85% (" in said
    assert "by 2025-01" in said
    # Six months ago: of the eight loans of April L08 alone is left, and it is current.
    assert "0.00% happened" in said


@pytest.mark.parametrize("split", ["channel", "province_code", "term_months"])
@pytest.mark.parametrize("flow", ["C_M1", "M2_M3", "cure"])
def test_a_roll_by_any_group_of_a_few_loans_stands(open_page: OpenPage, dozen_url: str, split: str, flow: str) -> None:
    test = open_page(dozen_url, "roll_rates", role="manager", lang="en", flow=flow, lending="recent")
    _choose(test, "split", split)
    test.run()
    assert not [found.stack_trace for found in test.exception]
    assert load_words("en")("roll_rates.all_small") in all_text(test)
    assert len(test.get("plotly_chart")) == 5


def test_the_page_on_changes_says_whether_the_book_shrank(open_page: OpenPage, dozen_url: str) -> None:
    test = open_page(dozen_url, "bridge", role="manager", lang="en", compared_month="2024-09")
    said = "\n".join(str(found.value) for found in test.markdown)
    assert "from 12.50% (2024-09) to 36.36% (2024-10)" in said
    assert "The book shrank (-8.3%)" in said
    assert "changed by +166.7%, which moves it by +20.83 pp" in said


@pytest.mark.parametrize("ratio", ["past_due_90", "entry_roll", "approval"])
@pytest.mark.parametrize("split", ["zhima_band", "province_code", "channel"])
def test_any_ratio_by_any_group_stands_or_says_why_not(
    open_page: OpenPage, dozen_url: str, ratio: str, split: str
) -> None:
    link = {"ratio": ratio, "across": "age_band", "compared_month": "2024-07", "as_of": "2024-08"}
    test = open_page(dozen_url, "bridge", role="manager", lang="zh", **link)
    _choose(test, "split", split)
    test.run()
    assert not [found.stack_trace for found in test.exception]
    assert [found.value for found in test.info] == (
        [load_words("zh")("bridge.nothing_then", month="2024-07")] if ratio == "approval" else []
    )


def test_the_page_on_lateness_says_whether_the_book_shrank(open_page: OpenPage, dozen_url: str) -> None:
    test = open_page(dozen_url, "delinquency", role="manager", lang="en", late_level="borrowers")
    said = "\n".join(str(found.value) for found in test.markdown)
    # By hand: 3 of 24 late in September, 8 of 22 in October; 8 / 22 - 8 / 24 is the book, 5 / 24 the late part.
    assert "The book changed by -8.3% on the month and the late part by +166.7%" in said
    assert "the size of the book moved 30+ by +3.03 pp, the late part by +20.83 pp" in said
    # 22 after 32 in August is 17 % a month; 8 / 32 is 11.36 points below 8 / 22.
    assert "The book shrank by 17.1% a month, which inflates 30+ by about 11.36 pp" in said
    assert "66.67% of the borrowers had a loan more than 30 days past due, each borrower counted once." in said
    assert "Fewer than 30 stand behind it." in said
    link = {"late_level": "borrowers", "channel": "HOME", "product_class": "JB_STD"}
    several = open_page(dozen_url, "delinquency", role="manager", lang="en", **link)
    assert load_words("en")("errors.borrowers_too_narrow") in [found.value for found in several.info]


def test_the_page_on_the_bad_book_says_what_the_sale_did(open_page: OpenPage, dozen_url: str) -> None:
    test = open_page(dozen_url, "non_performing", role="manager", lang="en", as_of="2024-09")
    said = "\n".join(str(found.value) for found in test.markdown)
    # By hand: L06's 4,000 in M4 left a book of 24,000; 4 of 32 the month before.
    assert "The sale of bad loans made the number of 2024-09: without it the NPL ratio would have been 14.29%" in said
    assert "(+1.79 pp) instead of 0.00% (-12.50 pp)" in said
    assert "Sold ¥4.00k of principal and ¥240 of interest (loans: 1)" in said
    october = open_page(dozen_url, "non_performing", role="manager", lang="en", channel="HOME")
    said = "\n".join(str(found.value) for found in october.markdown)
    assert "No loan was sold in 2024-10" in said
    assert "allowances by month, product class and stage alone" in "\n".join(str(each.value) for each in october.info)


LACKING = [
    ("losses", ("write_offs",), "write_offs"),
    ("losses", ("recoveries", "commissions"), "recoveries"),
    ("losses", ("whole_cohorts",), "whole_cohorts"),
    ("prepayment", ("cash_flows",), "cash_flows"),
]


@pytest.mark.parametrize("lang", ["en", "zh"])
@pytest.mark.parametrize(("key", "lacks", "named"), LACKING)
def test_what_a_book_lacks_for_losses_is_said_and_the_rest_stands(
    open_page: OpenPage, dozen_url: str, tmp_path: Path, key: str, lacks: tuple[str, ...], named: str, lang: Language
) -> None:
    url = changed_book(dozen_url, tmp_path / "lacking.duckdb", lacks=lacks)
    test = open_page(url, key, role="manager", lang=lang)
    words = load_words(lang)
    assert not [found.stack_trace for found in test.exception]
    assert not test.error
    assert words("errors.book_lacks", capability=words.code("capability", named)) in [
        found.value for found in test.info
    ]
    figures = {"write_offs": 1, "recoveries": 4, "whole_cohorts": 3, "cash_flows": 0}
    assert len(test.get("plotly_chart")) == figures[named]


def test_the_page_on_losses_names_the_base_of_each_rate(open_page: OpenPage, dozen_url: str) -> None:
    test = open_page(dozen_url, "losses", role="manager", lang="en", loss_mob=6)
    said = "\n".join(str(found.value) for found in test.markdown)
    # By hand, see the answers: 9,200 of 30,000; 129,000 of month-ends / 12 / 30,000.
    assert "2 cohorts, 2024-01 to 2024-02, have left the book. They lost 30.67% of their original principal" in said
    assert "0.36 years" in said
    assert "85.58% a year of the average balance" in said
    assert "no more than chance would do" in said


def test_a_changed_cost_stands_in_the_link_and_is_said_beside_the_agreed_one(
    open_page: OpenPage, dozen_url: str
) -> None:
    test = open_page(dozen_url, "unit_economics", role="manager", lang="en", cost_funding="4.85")
    assert not [found.stack_trace for found in test.exception]
    assert test.number_input(key="cost_funding").value == 4.85
    # The dozen keeps nothing: two points more of funding leave two less.
    assert "Changed: Funding. With the agreed costs -30.87 were left before tax, now -32.87." in all_text(test)
    test.button[-1].click().run()
    assert test.number_input(key="cost_funding").value == 2.85
    assert "Changed:" not in all_text(test)


def test_the_margin_leaves_out_what_the_book_lacks_and_says_so(
    open_page: OpenPage, dozen_url: str, tmp_path: Path
) -> None:
    url = changed_book(dozen_url, tmp_path / "book.duckdb", lacks=("applicants", "commissions", "recoveries"))
    text = all_text(open_page(url, "unit_economics", role="manager", lang="en"))
    assert "Not in the margin: Data and scores. The book does not hold applicants." in text
    assert "Not in the margin: Agency fees." in text
    assert "The loss is before recoveries" in text


def test_fees_of_a_link_lift_every_loan_above_the_cap_and_the_calculator_shows_both_rates(
    open_page: OpenPage, dozen_url: str
) -> None:
    link = {"calc_rate": "1", "fee_month_rate": "0.8", "as_of": "2024-07"}
    test = open_page(dozen_url, "price", role="manager", lang="en", **link)
    assert not [found.stack_trace for found in test.exception]
    shown = {metric.label: metric.value for metric in test.metric}
    assert shown == {
        "Contract, nominal": "12.00%",
        "All-in, nominal": "28.70%",
        "Contract, effective": "12.68%",
        "All-in, effective": "32.79%",
    }
    assert "Above the cap of 24.00% lie 100.0% (43.9% to 100.0%; 3 loans)" in all_text(test)
