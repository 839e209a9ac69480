"""Arms with intervals, and the verdict, on counts that can be checked by hand."""

import math

import pandas as pd
import pytest

from jiebei_dash.metrics import experiment as metrics
from jiebei_dash.metrics.intervals import difference
from jiebei_dash.metrics.trial_size import Design

JULY = pd.Timestamp("2024-07-01")


@pytest.mark.parametrize(
    ("counts", "published"),
    [
        ((56, 70, 48, 80), (0.0524, 0.3339)),
        ((9, 10, 3, 10), (0.1705, 0.8090)),
        ((6, 7, 2, 7), (0.0582, 0.8062)),
        ((5, 56, 0, 29), (-0.0381, 0.1926)),
        ((0, 10, 0, 20), (-0.1611, 0.2775)),
        ((0, 10, 0, 10), (-0.2775, 0.2775)),
        ((10, 10, 0, 20), (0.6791, 1.0000)),
        ((10, 10, 0, 10), (0.6075, 1.0000)),
    ],
)
def test_the_difference_has_the_published_interval(
    counts: tuple[int, int, int, int], published: tuple[float, float]
) -> None:
    """Newcombe (1998), Statistics in Medicine 17, 873-890, table II, method 10, contrasts (a) to (h)."""
    assert difference(*counts) == pytest.approx(published, abs=5e-5)


def arms(*rows: tuple[str, int, int]) -> pd.DataFrame:
    """Arm, matured, bad; a tenth more was drawn."""
    sums = pd.DataFrame(
        [
            {
                "arm": arm,
                "approved_count": 2 * matured,
                "drawn_count": matured,
                "matured_count": matured,
                "bad_count": bad,
                "recent_count": 24,
                "last_opened_month": JULY,
            }
            for arm, matured, bad in rows
        ]
    )
    return metrics.read_out(sums, [arm for arm, _, _ in rows], rows[0][0], 12, 6)


def test_the_champion_has_no_difference_to_itself_and_the_others_have_newcombes() -> None:
    frame = arms(("B", 80, 48), ("A", 70, 56)).set_index("arm")
    assert math.isnan(frame.loc["B", "difference_rate"])
    assert math.isnan(frame.loc["B", "difference_low_rate"])
    assert frame.loc["A", "difference_rate"] == pytest.approx(0.2)
    ends = frame.loc["A", ["difference_low_rate", "difference_high_rate"]].tolist()
    assert ends == pytest.approx([0.0524, 0.3339], abs=5e-5)


def test_the_newest_cohort_says_when_a_read_out_is_complete() -> None:
    frame = arms(("B", 80, 48))
    assert frame["ready_month"].iloc[0] == pd.Timestamp("2025-01-01")
    assert frame["opened_month_count"].iloc[0] == 2.0


def test_an_arm_without_a_row_has_zeros_and_no_rate() -> None:
    sums = arms(("B", 80, 48)).assign(recent_count=0)
    frame = metrics.read_out(sums, ["B", "LOT"], "B", 12, 6).set_index("arm")
    assert frame.loc["LOT", "matured_count"] == 0
    assert math.isnan(frame.loc["LOT", "bad_rate"])
    assert math.isnan(frame.loc["LOT", "difference_low_rate"])
    assert frame["ready_month"].isna().tolist() == [False, True]


def test_the_statistic_by_hand() -> None:
    """30 of 100 against 20 of 100: 0.1 / root(0.25 * 0.75 * 0.02) = 1.633."""
    assert metrics.z_value(30, 100, 20, 100) == pytest.approx(1.63299, abs=1e-5)
    assert math.isnan(metrics.z_value(0, 100, 0, 100))
    assert math.isnan(metrics.z_value(1, 1, 0, 0))


PLAN = Design(0.05, 0.05)


@pytest.mark.parametrize(
    ("challenger", "champion", "verdict"),
    [
        # 435 loans an arm are planned; 29 are none to judge
        ((29, 29), (1_000, 0), "TOO_FEW"),
        ((435, 44), (435, 22), "REAL"),
        ((435, 26), (435, 22), "NOT_FOUND"),
        ((200, 14), (200, 10), "NOT_YET"),
        # the same rates as the real ones, at half the size: z = 2.0, and a look at half stops beyond 2.96
        ((218, 22), (218, 11), "NOT_YET"),
        ((218, 35), (218, 11), "REAL"),
    ],
)
def test_a_difference_is_judged_by_the_information_that_there_is(
    challenger: tuple[int, int], champion: tuple[int, int], verdict: str
) -> None:
    row = metrics.verdict(arms(("B", *champion), ("A", *challenger)), "A", "B", PLAN).iloc[0]
    assert row["verdict"] == verdict


def test_half_the_loans_are_half_the_information() -> None:
    row = metrics.verdict(arms(("B", 435, 22), ("A", 435, 44)), "A", "B", PLAN).iloc[0]
    assert row["information_rate"] == 1.0
    assert row["critical_z"] == pytest.approx(1.96, abs=1e-3)
    assert row["z"] == pytest.approx(22 / 435 / math.sqrt(33 / 435 * 402 / 435 * 2 / 435))
    half = metrics.verdict(arms(("B", 10**9, 10**7), ("A", 435, 44)), "A", "B", Design(0.05, 0.05, looks=2)).iloc[0]
    # 437 an arm are 218.5; the champion has as good as all there is
    assert half["information_rate"] == pytest.approx(435 / 218.5, rel=1e-4)


def test_rules_with_few_loans_have_counts_and_no_rate() -> None:
    sums = pd.DataFrame(
        [
            ("POLICY", None, 400, 300, 200, 4),
            ("LOT", "score_floor", 60, 50, 40, 4),
            ("LOT", "dti_cap", 40, 30, 29, 9),
            ("OVERRIDE", "dti_cap", 90, 60, 50, 10),
        ],
        columns=["arm", "main_reason", "approved_count", "drawn_count", "matured_count", "bad_count"],
    )
    frame = metrics.by_rule(sums, ["LOT", "OVERRIDE"], "POLICY")
    assert frame[["arm", "rule_key", "bad_count"]].to_numpy().tolist() == [
        ["LOT", "score_floor", 4],
        ["LOT", "dti_cap", 9],
        ["OVERRIDE", "dti_cap", 10],
    ]
    assert frame["bad_rate"].fillna(-1).tolist() == pytest.approx([0.1, -1, 0.2])
    assert frame["difference_rate"].fillna(-1).tolist() == pytest.approx([0.08, -1, 0.18])
    assert frame["difference_low_rate"].iloc[2] == pytest.approx(difference(10, 50, 4, 200)[0])
