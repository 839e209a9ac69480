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


def test_a_link_opens_vintages_as_they_were_shared(open_page: OpenPage, dozen_url: str) -> None:
    test = open_page(
        dozen_url, "vintages", role="manager", lang="en", measure="ever", past_due_days="90", cohort="quarter"
    )
    words = load_words("en")
    quantity = words("vintages.quantity_ever", days=90, of=words("vintages.of_balance"))
    assert quantity in all_text(test)


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


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_a_book_too_small_for_a_forecast_says_why(open_page: OpenPage, dozen_url: str, lang: Language) -> None:
    test = open_page(dozen_url, "vintages", role="manager", lang=lang, vintage_view="forecast")
    assert not [found.stack_trace for found in test.exception]
    assert load_words(lang)("vintage_forecast.none") in all_text(test)
    assert load_words(lang)("kept_forecast.none") in all_text(test)


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
