"""How many loans two bad rates need, against published numbers and the formula worked by hand."""

import math

import pytest

from jiebei_dash.metrics import trial_size
from jiebei_dash.metrics.trial_size import Design, loans_needed, power, smallest_difference


def test_the_sizes_that_are_published() -> None:
    """R's documentation of power.prop.test, the same formula: 50% against 75%, power 90%, needs 76.7; 50 give 74.0%."""
    assert loans_needed(0.5, 0.25, 0.05, 0.9) == pytest.approx(76.7, abs=0.05)
    assert power(0.5, 0.25, 50, 50, 0.05) == pytest.approx(0.740, abs=5e-4)
    assert 0.5 + smallest_difference(0.5, 50, 50, 0.05, 0.9) == pytest.approx(0.8026, abs=5e-5)


def test_five_against_ten_percent_by_hand() -> None:
    """(1.959964 root(2 * 0.075 * 0.925) + 0.841621 root(0.0475 + 0.09))^2 / 0.05^2 = 434.43."""
    worked = (1.959964 * math.sqrt(0.13875) + 0.841621 * math.sqrt(0.1375)) ** 2 / 0.0025
    assert loans_needed(0.05, 0.05, 0.05, 0.8) == pytest.approx(worked, rel=1e-5)
    assert Design(0.05, 0.05).challenger_count == 435


def test_twice_as_many_of_the_champion_by_hand() -> None:
    """Champion 10%, challenger 15%, two to one: p = (0.15 + 0.2) / 3, variances 3 p q and 2 * 0.1275 + 0.09."""
    pooled = 0.35 / 3
    one = 1.959964 * math.sqrt(3 * pooled * (1 - pooled)) + 0.841621 * math.sqrt(2 * 0.1275 + 0.09)
    design = Design(0.10, 0.05, champion_per_challenger=2.0)
    assert loans_needed(0.10, 0.05, 0.05, 0.8, 2.0) == pytest.approx(one**2 / (2 * 0.0025), rel=1e-5)
    assert (design.challenger_count, design.champion_count) == (502, 1004)
    assert power(0.10, 0.05, 502, 1004, 0.05) == pytest.approx(0.8, abs=1e-3)


def test_a_better_challenger_needs_fewer_than_a_worse_one() -> None:
    assert loans_needed(0.02, -0.01, 0.05, 0.8) < loans_needed(0.02, 0.01, 0.05, 0.8)


def test_looking_earlier_has_its_price() -> None:
    assert Design(0.05, 0.05, looks=5).challenger_count == math.ceil(434.432 * 1.02470)


def test_without_a_loan_nothing_is_found() -> None:
    assert math.isnan(power(0.02, 0.01, 0, 100, 0.05))
    assert math.isnan(smallest_difference(0.02, 100, 0, 0.05, 0.8))
    assert math.isnan(smallest_difference(0.02, 1, 1, 0.05, 0.8))


def test_the_smallest_difference_is_found_with_the_wanted_power_and_falls_with_the_size() -> None:
    found = [smallest_difference(0.02, size, 20_000, 0.05, 0.8) for size in (100, 1_000, 10_000)]
    assert found == sorted(found, reverse=True)
    assert power(0.02, found[1], 1_000, 20_000, 0.05) == pytest.approx(0.8, abs=1e-6)


def test_a_plan_counts_the_months_to_open_and_to_mature() -> None:
    # 870 loans at a hundred a month take nine months; at three a month the challenger's 435 take 145
    row = trial_size.plan(Design(0.05, 0.05), 100.0, 3.0, 6).iloc[0]
    assert (row["total_count"], row["fill_months"], row["after_months"], row["lane_after_months"]) == (870, 9, 15, 151)
    nobody = trial_size.plan(Design(0.05, 0.05), 0.0, 0.0, 6).iloc[0]
    assert math.isnan(nobody["after_months"])
    assert math.isnan(nobody["lane_after_months"])


def test_the_looks_grow_to_the_plan_and_end_with_what_was_allowed() -> None:
    design = Design(0.05, 0.05, looks=2)
    looks = trial_size.looks(design, 100.0, 6)
    # 434.43 loans times 1.0037, half of them at the first look
    assert looks["challenger_count"].tolist() == [219, 437]
    assert looks["after_months"].tolist() == [5 + 6, 9 + 6]
    assert looks["spent_rate"].iloc[-1] == 0.05
    assert looks["stopped_rate"].iloc[-1] == pytest.approx(0.8, abs=1e-6)
    by_hand = 2.9626 * math.sqrt(0.05 * 0.95 * 2 / 219)
    assert looks["stop_difference_rate"].iloc[0] == pytest.approx(by_hand, rel=1e-3)


def test_the_curve_rises_and_passes_the_plan() -> None:
    curve = trial_size.power_curve(Design(0.05, 0.05))
    assert curve["power_rate"].is_monotonic_increasing
    assert curve["challenger_count"].iloc[-1] == 870
    at_plan = curve[curve["challenger_count"] == 435]["power_rate"].iloc[0]
    assert at_plan == pytest.approx(0.8, abs=1e-3)
