"""The metric dictionary: complete, worded, placed, tested and printed. ``UPDATE_DOCS=1`` writes the document anew."""

from __future__ import annotations

import ast
import os
from pathlib import Path

import pytest

from jiebei_dash.dictionary import METRICS, PARTS, metrics_of
from jiebei_dash.subjects import SUBJECTS
from jiebei_dash.terms import LANGUAGES, Language
from jiebei_dash.text.words import load_words
from jiebei_dash.ui.pages import PAGES

ROOT = Path(__file__).resolve().parent.parent
DOCUMENT = ROOT / "docs" / "metrics.md"
EN, ZH = load_words("en"), load_words("zh")

TESTS: dict[str, str] = {
    "F1": "answers/test_funnel.py::test_approval_by_month_of_submission",
    "F2": "answers/test_funnel.py::test_approval_by_month_of_submission",
    "F3": "answers/test_funnel.py::test_the_stages_of_all_nineteen",
    "F4": "answers/test_funnel.py::test_a_line_is_taken_up_within_calendar_days_of_its_approval",
    "F5": "answers/test_stratification.py::test_utilisation_is_balance_over_active_limits_with_frozen_apart",
    "F6": "answers/test_funnel.py::test_the_stages_of_all_nineteen",
    "F7": "answers/test_funnel.py::test_half_have_their_money_within_ninety_seconds",
    "F8": "answers/test_funnel.py::test_who_paid_off_a_month_earlier_is_a_repeat_borrower_and_counts_once_a_month",
    "F9": "answers/test_funnel.py::test_who_paid_off_a_month_earlier_is_a_repeat_borrower_and_counts_once_a_month",
    "E1": "answers/test_entry.py::test_of_the_april_dues_of_current_loans_two_were_late_and_one_was_collected",
    "E2": "answers/test_entry.py::test_of_the_april_dues_of_current_loans_two_were_late_and_one_was_collected",
    "E3": "answers/test_entry.py::test_of_the_april_dues_of_current_loans_two_were_late_and_one_was_collected",
    "E4": "answers/test_entry.py::test_first_instalments_of_march_were_late_once_and_for_eight_days",
    "E5": "answers/test_entry.py::test_second_and_third_instalments_are_judged_given_the_earlier_ones_were_paid",
    "E6": "answers/test_entry.py::test_by_count_two_of_seven_april_dues_of_current_loans_were_late",
    "D1a": "answers/test_delinquency.py::test_thirty_plus_in_june_is_ten_of_twenty_nine_and_lagged_ten_of_forty",
    "D1b": "answers/test_delinquency.py::test_thirty_plus_in_june_is_ten_of_twenty_nine_and_lagged_ten_of_forty",
    "D2": "metrics/test_delinquency.py::test_thirty_plus_begins_with_m2_and_ninety_plus_with_m4",
    "D3": "answers/test_delinquency.py::test_one_plus_in_june_is_fourteen_of_twenty_nine",
    "D4": "answers/test_delinquency.py::test_a_borrower_of_two_loans_counts_once_in_the_bucket_of_the_worse",
    "D5": "answers/test_delinquency.py::test_overdue_in_june_are_nine_instalments_and_not_the_whole_principal",
    "N1": "answers/test_non_performing.py::test_june_has_eight_of_special_mention_and_six_substandard",
    "N2": "metrics/test_non_performing.py::test_managed_adds_twelve_months_of_losses_to_both_sides",
    "N3": "metrics/test_non_performing.py::test_classes_kinder_than_the_days_show_in_the_deviation",
    "N4": "metrics/test_non_performing.py::test_formation_counts_what_left_and_what_cured",
    "N5": "answers/test_non_performing.py::test_august_is_covered_by_ninety_seven_percent",
    "N6": "answers/test_non_performing.py::test_august_is_covered_by_ninety_seven_percent",
    "N7": "answers/test_non_performing.py::test_what_left_the_book_is_gross_with_its_interest_apart",
    "N8": "metrics/test_non_performing.py::test_a_year_makes_worse_what_is_worse_or_lost_of_what_was_not_repaid",
    "T1": "metrics/test_roll_rates.py::test_the_golden_matrix",
    "T2": "answers/test_roll_rates.py::test_of_three_late_loans_in_june_one_was_cured_and_two_rolled_on",
    "T3": "metrics/test_roll_rates.py::test_the_chain_is_the_product_of_the_forward_rolls",
    "T4": "metrics/test_roll_moves.py::test_the_golden_stock_approximation_is_not_the_roll",
    "T5": "metrics/test_roll_moves.py::test_the_golden_stock_approximation_is_not_the_roll",
    "V1": "answers/test_vintages.py::test_current_thirty_plus_counts_what_was_lost_and_forgets_what_cured",
    "V2": "answers/test_vintages.py::test_ever_never_falls_and_keeps_the_cured",
    "V3": "answers/test_vintages.py::test_loss_is_what_was_written_off_and_sold_to_date",
    "V4": "answers/test_vintages.py::test_the_net_loss_falls_by_what_came_back",
    "V5": "answers/test_vintages.py::test_by_count_a_third_of_january_is_late",
    "P1": "answers/test_prepayment.py::test_in_march_one_of_twelve_was_repaid_ahead_of_schedule",
    "P2": "metrics/test_prepayment.py::test_the_published_years_of_three_monthly_rates",
    "P3": "answers/test_prepayment.py::test_a_class_without_a_schedule_has_a_payment_rate",
    "L1": "answers/test_losses.py::test_by_month_seven_the_first_quarter_has_lost_96_of_540_net",
    "L2": "answers/test_losses.py::test_the_net_loss_of_three_months_to_october_on_the_mean_book",
    "L3": "answers/test_losses.py::test_six_of_forty_defaulted_in_may",
    "L4": "answers/test_losses.py::test_severity_discounts_what_came_back_at_what_current_loans_paid",
    "L5": "metrics/test_severity.py::test_an_expected_loss_is_pd_by_lgd_by_exposure_and_is_compared_with_what_came",
    "R1": "answers/test_collection.py::test_of_six_batches_of_m1_one_was_cured_and_half_of_it_was_received",
    "R2": "answers/test_collection.py::test_of_six_batches_of_m1_one_was_cured_and_half_of_it_was_received",
    "R3": "answers/test_collection.py::test_in_july_half_of_what_stood_in_m1_was_received",
    "R4": "answers/test_recoveries.py::test_of_the_august_write_off_a_hundred_came_first_and_three_hundred_later",
    "R5": "answers/test_recoveries.py::test_a_sale_for_four_hundred_is_a_tenth_of_the_principal_and_less_of_the_claim",
    "R6": "answers/test_recoveries.py::test_of_a_hundred_eighty_was_kept_and_of_three_hundred_two_hundred_and_ten",
    "R7": "answers/test_collection.py::test_of_three_promises_due_by_october_two_were_kept",
    "R8": "answers/test_collection.py::test_of_five_calls_of_the_agency_four_reached_somebody_and_one_came_at_night",
    "R9": "answers/test_collection.py::test_entries_and_cures_are_those_of_following_each_loan_by_hand",
    "A1": "metrics/test_cost_of_credit.py::test_the_table_of_yearly_costs",
    "A2": "metrics/test_cost_of_credit.py::test_the_table_of_yearly_costs",
    "A3": "metrics/test_price.py::test_a_guarantee_fee_lifts_twelve_percent_to_28_70",
    "A4": "answers/test_unit_economics.py::test_the_ten_months_of_the_dozen_by_hand",
}
"""Metric -> the test that holds it to hand-counted or published numbers."""
FAMILIES = {"F": 9, "E": 6, "N": 8, "T": 5, "V": 5, "R": 9, "P": 3, "L": 5, "A": 4}


def test_every_id_of_the_house_dictionary_has_its_record_once() -> None:
    wanted = {f"{letter}{number}" for letter, most in FAMILIES.items() for number in range(1, most + 1)}
    ids = [metric.id for metric in METRICS]
    assert set(ids) == wanted | {"D1a", "D1b", "D2", "D3", "D4", "D5"}
    assert len(ids) == len(set(ids))


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_record_has_its_six_sentences_and_nothing_else_is_worded(language: Language) -> None:
    texts = load_words(language).texts
    worded = {key for key in texts if key.startswith("metrics.")}
    assert worded == {f"metrics.{metric.id}.{part}" for metric in METRICS for part in PARTS}
    assert all(texts[key].strip() for key in worded)


def test_every_figure_of_a_record_exists_and_its_page_too() -> None:
    assert {figure for metric in METRICS for figure in metric.figures} <= set(SUBJECTS)
    assert {metric.page for metric in METRICS} - {""} <= {page.key for page in PAGES}


def test_every_metric_that_is_shown_names_a_test_that_exists() -> None:
    assert set(TESTS) == {metric.id for metric in METRICS if metric.figures}
    for place in set(TESTS.values()):
        path, _, name = place.partition("::")
        tree = ast.parse((ROOT / "tests" / path).read_text(encoding="utf-8"))
        assert name in {node.name for node in tree.body if isinstance(node, ast.FunctionDef)}, place


def test_a_figure_says_its_metrics_in_their_order() -> None:
    assert [metric.id for metric in metrics_of("entry.entry")] == ["E1", "E2", "E3", "E6"]
    assert not list(metrics_of("loans.count"))


def test_the_document_is_the_dictionary() -> None:
    printed = document()
    if os.environ.get("UPDATE_DOCS"):
        DOCUMENT.write_text(printed, encoding="utf-8")
    assert DOCUMENT.read_text(encoding="utf-8") == printed


def document() -> str:
    shown = sum(bool(metric.figures) for metric in METRICS)
    lines = [
        "# Metric dictionary",
        "",
        f"{len(METRICS)} metrics; {shown} are shown on a page. Meaning, population, timing and source stand on the",
        "page `dictionary` in both languages, the formula under every figure that shows it. This table is generated",
        "from the code and tested against it.",
        "",
        "| id | metric | 指标 | formula | page | figures | held by (under `tests/`) |",
        "| --- | --- | --- | --- | --- | --- | --- |",
    ]
    for metric in METRICS:
        cells = (
            metric.id,
            EN(f"metrics.{metric.id}.name"),
            ZH(f"metrics.{metric.id}.name"),
            EN(f"metrics.{metric.id}.formula"),
            f"`{metric.page}`" if metric.page else "not yet",
            ", ".join(f"`{figure}`" for figure in metric.figures) or "",
            f"`{TESTS[metric.id]}`" if metric.id in TESTS else "",
        )
        lines.append(f"| {' | '.join(cells)} |")
    return "\n".join(lines) + "\n"
