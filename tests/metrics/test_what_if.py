"""One small population, counted by hand; limits of 100 each but where said."""

import math

import pandas as pd
import pytest

from jiebei_dash.assumptions import Assumption, Assumptions, read_assumptions
from jiebei_dash.metrics.trade_off import trade_off
from jiebei_dash.metrics.what_if import CELLS, consequences, swap_set, take_up_rate

COLUMNS = ["today_approves", "proposed_approves", "outcome", "decided_count", "pd_known_count", "pd_sum"]
#       today  new    outcome     n   known  sum of PD
ROWS = [
    (True, True, "GOOD", 90, 90, 1.80),
    (True, True, "BAD", 10, 10, 0.40),
    (True, True, "NOT_DRAWN", 100, 100, 2.00),
    (True, False, "GOOD", 40, 40, 2.00),
    (True, False, "BAD", 10, 10, 0.50),
    (False, True, "DECLINED", 40, 40, 2.00),
    (False, True, "WAITING", 10, 10, 0.40),
    (False, False, "DECLINED", 100, 100, 10.0),
]


def sums(rows: list[tuple[object, ...]] = ROWS) -> pd.DataFrame:
    frame = pd.DataFrame(rows, columns=COLUMNS)
    frame["requested_fen"] = frame["decided_count"] * 150
    for policy in ("today", "proposed"):
        frame[f"{policy}_limit_fen"] = frame["decided_count"] * 100.0
    for name, factor in (("low", 1.0), ("central", 2.0), ("high", 3.0)):
        k = frame["outcome"].map(lambda outcome, factor=factor: factor if outcome == "DECLINED" else 1.0)
        frame[f"bads_{name}_count"] = frame["pd_sum"] * k
        for policy in ("today", "proposed"):
            frame[f"{policy}_bads_{name}_fen"] = frame[f"bads_{name}_count"] * 100.0
    return frame


def assumed(**changed: float) -> Assumptions:
    values = {
        "take_up_ratio": 1.0,
        "drawn_share": 0.5,
        "balance_years": 0.4,
        "loss_per_bad": 1.0,
        "yield": 0.10,
        **changed,
    }
    lines = read_assumptions().lines
    given = [Assumption(x.key, x.kind, values.get(x.key, 0.0), x.mark, x.sources) for x in lines]
    return Assumptions(read_assumptions().dated, tuple(given))


def test_take_up_is_lines_drawn_over_lines_granted_then() -> None:
    # 90 + 10 + 40 + 10 + 10 waiting drew, 100 did not
    assert take_up_rate(sums()) == pytest.approx(160 / 260)


def test_the_four_cells_add_up_to_everybody() -> None:
    cells = swap_set(sums())
    assert list(cells["cell"]) == list(CELLS)
    assert list(cells["decided_count"]) == [200, 50, 50, 100]
    assert cells["decided_count"].sum() == sums()["decided_count"].sum()
    assert cells["requested_fen"].sum() == sums()["requested_fen"].sum()


def test_in_each_cell_the_seen_the_inferred_and_those_without_a_loan_add_up() -> None:
    cells = swap_set(sums())
    assert (cells["observed_count"] + cells["inferred_count"] + cells["no_loan_count"]).eq(cells["decided_count"]).all()


def test_a_swapped_out_cell_is_observed_and_has_no_inferred_rate() -> None:
    out = swap_set(sums()).set_index("cell").loc["SWAPPED_OUT"]
    assert out["observed_bad_rate"] == pytest.approx(0.2)
    assert out["observed_low_rate"] == pytest.approx(0.1124, abs=1e-4)
    assert out["mean_pd_rate"] == pytest.approx(2.5 / 50)
    assert math.isnan(out["inferred_bad_rate"])


def test_a_swapped_in_cell_is_inferred_with_a_range_and_has_no_observed_rate() -> None:
    into = swap_set(sums()).set_index("cell").loc["SWAPPED_IN"]
    assert math.isnan(into["observed_bad_rate"])
    assert math.isnan(into["observed_high_rate"])
    assert into["inferred_count"] == 50
    # forty declined with a mean PD of 5 % times 1, 2, 3; ten too young with 4 % as it is
    assert into["inferred_low_rate"] == pytest.approx((2.0 + 0.4) / 50)
    assert into["inferred_bad_rate"] == pytest.approx((4.0 + 0.4) / 50)
    assert into["inferred_high_rate"] == pytest.approx((6.0 + 0.4) / 50)


def test_approvals_and_bad_rate_of_both_policies_are_those_counted_by_hand() -> None:
    today, proposed = consequences(sums(), assumed()).to_dict("records")
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
    today = consequences(sums(), assumed(loss_per_bad=0.9)).iloc[0]
    # 150 of the approved drew, 100 each, half of the limit
    assert today["drawn_fen"] == pytest.approx(7_500)
    assert today["loss_fen"] == pytest.approx(20 * 100 * 0.5 * 0.9)
    assert today["margin_fen"] == pytest.approx(7_500 * 0.4 * 0.10 - 900)
    assert today["margin_rate"] == pytest.approx(today["margin_fen"] / 3_000)


def test_loss_of_the_unseen_counts_those_who_would_draw() -> None:
    proposed = consequences(sums(), assumed()).iloc[1]
    weight = 160 / 260
    assert proposed["loss_fen"] == pytest.approx((10 + 0.4 + 4.0 * weight) * 100 * 0.5)
    assert proposed["margin_low_fen"] < proposed["margin_fen"] < proposed["margin_high_fen"]


def test_a_proposal_that_is_today_changes_nothing() -> None:
    same = sums([row for row in ROWS if row[0] == row[1]])
    both = consequences(same, assumed()).drop(columns="policy")
    pd.testing.assert_series_equal(both.iloc[0], both.iloc[1], check_names=False)
    cells = swap_set(same).set_index("cell")
    assert cells.loc["SWAPPED_IN", "decided_count"] == cells.loc["SWAPPED_OUT", "decided_count"] == 0


def test_those_without_a_pd_are_taken_as_bad_as_those_with_one() -> None:
    half = [(False, True, "DECLINED", 40, 20, 1.0), *ROWS[:3]]
    whole = [(False, True, "DECLINED", 40, 40, 2.0), *ROWS[:3]]
    known, unknown = (consequences(sums(rows), assumed()).iloc[1] for rows in (whole, half))
    assert unknown["expected_bad_rate"] == pytest.approx(known["expected_bad_rate"])
    assert unknown["loss_fen"] == pytest.approx(known["loss_fen"])


def test_where_no_pd_is_known_the_rate_is_unknown_and_not_zero() -> None:
    blind = [(False, True, "DECLINED", 40, 0, 0.0), *ROWS[:3]]
    proposed = consequences(sums(blind), assumed()).iloc[1]
    assert math.isnan(proposed["expected_bad_rate"])
    assert math.isnan(proposed["loss_fen"])


def test_a_frame_of_another_question_is_refused() -> None:
    with pytest.raises(KeyError, match="pd_known_count"):
        consequences(sums().drop(columns="pd_known_count"), assumed())


def swept() -> pd.DataFrame:
    rows = [
        (0, "DECLINED", 10, 10, 2.0),
        (1, "DECLINED", 10, 10, 1.0),
        (2, "GOOD", 18, 18, 0.5),
        (2, "BAD", 2, 2, 0.1),
        (3, "GOOD", 30, 30, 0.3),
    ]
    frame = pd.DataFrame(rows, columns=["passed_count", "outcome", "decided_count", "pd_known_count", "pd_sum"])
    for name, factor in (("low", 1.0), ("central", 2.0), ("high", 3.0)):
        frame[f"bads_{name}_count"] = frame["pd_sum"] * factor
    return frame


def test_the_curve_goes_from_the_strictest_threshold_to_the_loosest_and_approvals_never_fall() -> None:
    both = consequences(sums(), assumed())
    curve = trade_off(swept(), [580.0, 600.0, 620.0], both, (600.0, 580.0), weight=0.5)
    drawn = curve[curve["kind"] == "CURVE"]
    assert list(drawn["threshold"]) == [620.0, 600.0, 580.0]
    assert list(drawn["approved_count"]) == [30, 50, 60]
    assert drawn["approval_rate"].is_monotonic_increasing
    assert drawn["expected_bad_rate"].to_list() == pytest.approx([0.0, 2 / 50, (2 + 0.5 * 2.0) / 55])
    assert drawn["observed_share_rate"].to_list() == pytest.approx([1.0, 1.0, 50 / 55])
    assert drawn["expected_low_rate"].iloc[2] == pytest.approx(2.5 / 55)


def test_both_marks_carry_the_threshold_and_the_rates_of_their_policy() -> None:
    both = consequences(sums(), assumed())
    marks = trade_off(swept(), [580.0], both, (600.0, 580.0), weight=0.5).set_index("kind").loc[["TODAY", "PROPOSED"]]
    assert marks["threshold"].to_list() == [600.0, 580.0]
    assert marks["approval_rate"].to_list() == both["approval_rate"].to_list()


def test_a_threshold_nobody_with_a_loan_passes_is_absent() -> None:
    both = consequences(sums(), assumed())
    curve = trade_off(swept(), [600.0, 620.0, 640.0, 660.0], both, (600.0, 600.0), weight=0.5)
    assert 660.0 not in curve["threshold"].to_list()
