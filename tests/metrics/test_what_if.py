"""One small population, counted by hand; lines of 100 each and a yearly price of 10 % but where said."""

import math

import numpy as np
import pandas as pd
import pytest

from jiebei_dash.assumptions import Assumption, Assumptions, read_assumptions
from jiebei_dash.metrics.expected import FIGURES, spread
from jiebei_dash.metrics.trade_off import trade_off
from jiebei_dash.metrics.what_if import by_segment, consequences, differences, swap_set, take_up_rate
from jiebei_dash.terms import LAB_MEASURES, LOAN_OUTCOMES, SWAP_CELLS
from jiebei_dash.unit_costs import read_unit_costs

COSTS = read_unit_costs()
VAT = 0.06 / 1.06
Row = tuple[bool, bool, str, int, float]
#       today  new    outcome     n   sum of PD
ROWS: list[Row] = [
    (True, True, "GOOD", 90, 1.80),
    (True, True, "BAD", 10, 0.40),
    (True, True, "NOT_DRAWN", 100, 2.00),
    (True, False, "GOOD", 40, 2.00),
    (True, False, "BAD", 10, 0.50),
    (False, True, "DECLINED", 40, 2.00),
    (False, True, "WAITING", 10, 0.40),
    (False, False, "DECLINED", 100, 10.0),
]
CELL_OF = {(True, True): "KEPT", (True, False): "SWAPPED_OUT", (False, True): "SWAPPED_IN", (False, False): "DECLINED"}


def measures(outcome: str, count: float, pd_sum: float, line: float = 100.0) -> dict[str, float]:
    """The sums of some people alike: a declined person is as bad as its PD, twice or three times."""
    found = {"decided_count": count, "requested_fen": 150 * count, "pd_sum": pd_sum, "loan_count": count}
    for name, factor in (("low", 1.0), ("central", 2.0), ("high", 3.0)):
        bads = {"GOOD": 0.0, "BAD": count, "DECLINED": pd_sum * factor}.get(outcome, pd_sum)
        found[f"bads_{name}_count"], found[f"bads_{name}_fen"] = bads, bads * line
    return found | {"limit_fen": count * line, "interest_fen": count * line * 0.10}


def sums(rows: list[Row] = ROWS, groups: int = 2, line: float = 100.0) -> pd.DataFrame:
    """All in the first part of the population, the others empty."""
    index = pd.MultiIndex.from_product([range(groups), SWAP_CELLS, LOAN_OUTCOMES], names=["group", "cell", "outcome"])
    frame = pd.DataFrame(0.0, index, list(LAB_MEASURES))
    for today, proposed, outcome, count, pd_sum in rows:
        for name, value in measures(outcome, count, pd_sum, line).items():
            frame.loc[(0, CELL_OF[today, proposed], outcome), name] += value
    return frame.reset_index()


def done(rows: list[Row] = ROWS, **changed: float) -> pd.DataFrame:
    return consequences(sums(rows), sums(rows), 1.0, assumed(**changed), COSTS)


def swapped(rows: list[Row] = ROWS) -> pd.DataFrame:
    return swap_set(sums(rows), sums(rows))


def assumed(**changed: float) -> Assumptions:
    values = {
        "collected_share": 1.0,
        "drawn_share": 0.5,
        "balance_years": 0.4,
        "loss_per_bad": 1.0,
        **changed,
    }
    lines = read_assumptions().lines
    given = [Assumption(x.key, x.kind, values.get(x.key, 0.0), x.mark, x.sources) for x in lines]
    return Assumptions(read_assumptions().dated, tuple(given))


def test_take_up_is_lines_drawn_over_lines_granted_then() -> None:
    # 90 + 10 + 40 + 10 + 10 waiting drew, 100 did not
    assert take_up_rate(sums()) == pytest.approx(160 / 260)


def test_the_four_cells_add_up_to_everybody() -> None:
    cells = swapped()
    assert list(cells["cell"]) == list(SWAP_CELLS)
    assert list(cells["decided_count"]) == [200, 50, 50, 100]
    assert cells["decided_count"].sum() == sums()["decided_count"].sum()
    assert cells["requested_fen"].sum() == sums()["requested_fen"].sum()


def test_in_each_cell_the_seen_the_inferred_and_those_without_a_loan_add_up() -> None:
    cells = swapped()
    assert (cells["observed_count"] + cells["inferred_count"] + cells["no_loan_count"]).eq(cells["decided_count"]).all()


def test_a_swapped_out_cell_is_observed_and_has_no_inferred_rate() -> None:
    out = swapped().set_index("cell").loc["SWAPPED_OUT"]
    assert out["observed_bad_rate"] == pytest.approx(0.2)
    assert out["observed_low_rate"] == pytest.approx(0.1124, abs=1e-4)
    assert out["mean_pd_rate"] == pytest.approx(2.5 / 50)
    assert math.isnan(out["inferred_bad_rate"])


def test_a_swapped_in_cell_is_inferred_with_a_range_and_has_no_observed_rate() -> None:
    into = swapped().set_index("cell").loc["SWAPPED_IN"]
    assert math.isnan(into["observed_bad_rate"])
    assert math.isnan(into["observed_high_rate"])
    assert into["inferred_count"] == 50
    # forty declined with a mean PD of 5 % times 1, 2, 3; ten too young with 4 % as it is
    assert into["inferred_low_rate"] == pytest.approx((2.0 + 0.4) / 50)
    assert into["inferred_bad_rate"] == pytest.approx((4.0 + 0.4) / 50)
    assert into["inferred_high_rate"] == pytest.approx((6.0 + 0.4) / 50)


def test_approvals_and_bad_rate_of_both_policies_are_those_counted_by_hand() -> None:
    today, proposed = done().to_dict("records")
    assert (today["approved_count"], today["decided_count"]) == (250, 400)
    assert today["approval_rate"] == pytest.approx(0.625)
    assert today["observed_bad_rate"] == pytest.approx(20 / 150)
    assert today["observed_share_rate"] == 1.0
    assert today["expected_low_rate"] == today["expected_high_rate"] == pytest.approx(20 / 150)
    weight = 160 / 260
    assert proposed["approved_count"] == 250
    assert proposed["inferred_count"] == pytest.approx(10 + 40 * weight)
    assert proposed["loan_count"] == pytest.approx(110 + 40 * weight)
    assert proposed["expected_bad_rate"] == pytest.approx((10 + 0.4 + 4.0 * weight) / (110 + 40 * weight))
    assert proposed["expected_low_rate"] < proposed["expected_bad_rate"] < proposed["expected_high_rate"]


def test_volume_loss_and_margin_follow_the_formula_in_words() -> None:
    today = done(loss_per_bad=0.9).iloc[0]
    # 150 of the approved drew, 100 each, half of the limit
    assert today["drawn_fen"] == pytest.approx(7_500)
    assert today["loss_fen"] == pytest.approx(20 * 100 * 0.5 * 0.9)
    assert today["income_fen"] == pytest.approx(7_500 * 0.4 * 0.10)
    assert today["margin_fen"] == pytest.approx(300 * (1 - VAT) - 900)
    assert today["margin_rate"] == pytest.approx(today["margin_fen"] / 3_000)


def test_loss_of_the_unseen_counts_those_who_would_draw() -> None:
    proposed = done().iloc[1]
    weight = 160 / 260
    assert proposed["loss_fen"] == pytest.approx((10 + 0.4 + 4.0 * weight) * 100 * 0.5)
    assert proposed["margin_low_fen"] < proposed["margin_fen"] < proposed["margin_high_fen"]


def test_only_what_is_collected_is_income_and_costs_are_of_the_balance() -> None:
    today = done(collected_share=0.9, funding=0.03, operations=0.01).iloc[0]
    assert today["income_fen"] == pytest.approx(270)
    assert today["margin_fen"] == pytest.approx(270 * (1 - VAT) - 3_000 * 0.04 - 1_000)


def test_a_margin_above_zero_is_taxed_before_it_earns_on_capital_and_a_loss_is_not() -> None:
    # 300 less VAT on a balance of 3,000; 25 % tax; 11 of capital for each 100
    earning = done(loss_per_bad=0.0).iloc[0]
    assert earning["raroc_rate"] == pytest.approx(300 * (1 - VAT) / 3_000 * 0.75 / 0.11)
    losing = done().iloc[0]
    assert losing["raroc_rate"] == pytest.approx((300 * (1 - VAT) - 1_000) / 3_000 / 0.11)


def test_a_proposal_that_is_today_changes_nothing() -> None:
    same = [row for row in ROWS if row[0] == row[1]]
    both = done(same).drop(columns="policy")
    pd.testing.assert_series_equal(both.iloc[0], both.iloc[1], check_names=False)
    cells = swapped(same).set_index("cell")
    assert cells.loc["SWAPPED_IN", "decided_count"] == cells.loc["SWAPPED_OUT", "decided_count"] == 0
    moved = differences(sums(same), sums(same), 1.0, assumed(), COSTS)
    assert moved["figure"].to_list() == list(FIGURES)
    assert moved["change"].eq(0.0).all()


def test_where_no_pd_is_known_the_rate_is_unknown_and_not_zero() -> None:
    blind: list[Row] = [(False, True, "DECLINED", 40, math.nan), *ROWS[:3]]
    proposed = done(blind).iloc[1]
    assert math.isnan(proposed["expected_bad_rate"])
    assert math.isnan(proposed["loss_fen"])
    assert proposed["approval_rate"] == 1.0
    # Whoever infers nobody knows all the same.
    seen = consequences(sums(blind), sums(blind), 0.0, assumed(), COSTS).iloc[1]
    assert seen["expected_bad_rate"] == pytest.approx(0.1)
    assert seen["loan_count"] == 100


def test_the_differences_are_those_of_the_two_policies_with_every_end_of_the_range() -> None:
    today, proposed = done().to_dict("records")
    moved = differences(sums(), sums(), 1.0, assumed(), COSTS).set_index("figure")
    for name in FIGURES:
        assert moved.loc[name, "change"] == pytest.approx(proposed[name] - today[name])


def test_a_frame_of_another_question_is_refused() -> None:
    with pytest.raises(KeyError, match="pd_sum"):
        consequences(sums().drop(columns="pd_sum"), sums(), 1.0, assumed(), COSTS)


def test_leaving_out_one_part_at_a_time_gives_the_standard_error_of_a_mean() -> None:
    # Eight values; the jackknife of a mean is the classical s / sqrt(n), and t with 7 degrees is 2.3646.
    values = np.array([3.0, 5.0, 8.0, 9.0, 10.0, 12.0, 15.0, 18.0])
    without = (values.sum() - values) / 7
    assert spread(without) == pytest.approx(2.364624 * values.std(ddof=1) / math.sqrt(8), rel=1e-6)


def test_an_interval_is_the_range_of_inference_widened_by_chance() -> None:
    parts = [sums([(t, p, o, n // 10, s / 10) for t, p, o, n, s in ROWS], groups=1) for _ in range(10)]
    even = pd.concat([part.assign(group=number) for number, part in enumerate(parts)], ignore_index=True)
    proposed = consequences(even, even, 1.0, assumed(), COSTS).iloc[1]
    # Ten parts that are alike: no chance is left, and the interval is the range.
    assert proposed["expected_bad_rate_from"] == pytest.approx(proposed["expected_low_rate"])
    assert proposed["expected_bad_rate_to"] == pytest.approx(proposed["expected_high_rate"])
    assert proposed["approval_rate_from"] == pytest.approx(proposed["approval_rate_to"])
    assert proposed["margin_fen_from"] == pytest.approx(proposed["margin_low_fen"])
    uneven = even.copy()
    bad = uneven["group"].eq(0) & uneven["outcome"].eq("BAD")
    uneven.loc[bad, list(LAB_MEASURES)] *= 3
    wider = consequences(uneven, uneven, 1.0, assumed(), COSTS).iloc[1]
    assert wider["expected_bad_rate_from"] < wider["expected_low_rate"]
    assert wider["expected_bad_rate_to"] > wider["expected_high_rate"]


def test_segments_have_the_figures_of_their_own_people() -> None:
    first, second = sums(ROWS[:3], groups=1), sums(ROWS[3:], groups=1)
    both = pd.concat([first.assign(group=0), second.assign(group=1)], ignore_index=True)
    found = by_segment(both, both, ["A", "B"], 1.0, assumed(), COSTS).set_index(["segment", "policy"])
    assert found.loc[("A", "today"), "approval_rate"] == 1.0
    assert found.loc[("A", "proposed"), "observed_bad_rate"] == pytest.approx(0.1)
    assert found.loc[("B", "today"), "approval_rate"] == pytest.approx(50 / 200)
    assert found.loc[("B", "today"), "observed_bad_rate"] == pytest.approx(0.2)
    assert not found.loc[("A", "today"), "is_small"]


def swept(thresholds: int) -> pd.DataFrame:
    """Sums of whoever passes each threshold, the loosest first, from whom each threshold loses."""
    lost = [
        (0, "DECLINED", 10, 2.0),
        (1, "DECLINED", 10, 1.0),
        (2, "GOOD", 18, 0.5),
        (2, "BAD", 2, 0.1),
        (3, "GOOD", 30, 0.3),
    ]
    index = pd.MultiIndex.from_product([range(thresholds), LOAN_OUTCOMES], names=["step", "outcome"])
    frame = pd.DataFrame(0.0, index, list(LAB_MEASURES))
    for passed, outcome, count, pd_sum in lost:
        for name, value in measures(outcome, count, pd_sum).items():
            for step in range(min(passed, thresholds)):
                frame.loc[(step, outcome), name] += value
    return frame.reset_index()


def curve_of(thresholds: list[float], marked: tuple[float, float]) -> pd.DataFrame:
    return trade_off(swept(len(thresholds)), thresholds, done(), marked, 0.5, assumed(), COSTS)


def test_the_curve_goes_from_the_strictest_threshold_to_the_loosest_and_approvals_never_fall() -> None:
    curve = curve_of([580.0, 600.0, 620.0], (600.0, 580.0))
    drawn = curve[curve["kind"] == "CURVE"]
    assert list(drawn["threshold"]) == [620.0, 600.0, 580.0]
    assert list(drawn["approved_count"]) == [30, 50, 60]
    assert drawn["approval_rate"].is_monotonic_increasing
    assert drawn["expected_bad_rate"].to_list() == pytest.approx([0.0, 2 / 50, (2 + 0.5 * 2.0) / 55])
    assert drawn["observed_share_rate"].to_list() == pytest.approx([1.0, 1.0, 50 / 55])
    assert drawn["expected_low_rate"].iloc[2] == pytest.approx(2.5 / 55)


def test_both_marks_carry_the_threshold_and_the_rates_of_their_policy() -> None:
    both = done()
    marks = curve_of([580.0], (600.0, 580.0)).set_index("kind").loc[["TODAY", "PROPOSED"]]
    assert marks["threshold"].to_list() == [600.0, 580.0]
    assert marks["approval_rate"].to_list() == both["approval_rate"].to_list()


def test_a_threshold_nobody_with_a_loan_passes_is_absent() -> None:
    curve = curve_of([600.0, 620.0, 640.0, 660.0], (600.0, 600.0))
    assert 660.0 not in curve["threshold"].to_list()
