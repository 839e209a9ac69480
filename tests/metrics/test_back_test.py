"""Verdicts of a vintage, from sums made by hand."""

from datetime import date

import pandas as pd
import pytest

from jiebei_dash.metrics.back_test import vintages
from jiebei_dash.metrics.past_vintages import gather

AS_OF = date(2024, 12, 1)
NO_DECISIONS = pd.DataFrame(
    columns=["decided_month", "today_approves", "proposed_approves", "outcome", "decided_count", "requested_fen",
             "drawn_fen", "pd_known_count", "pd_known_fen",
             *(f"bads_{name}_{unit}" for name in ("low", "central", "high") for unit in ("count", "fen"))]
)  # fmt: skip


def made(cells: dict[tuple[bool, bool], tuple[int, int]], month: str = "2024-03-01") -> pd.DataFrame:
    """Loans and, of them, bads at age 4, by what today and the draft say."""
    rows = [
        (pd.Timestamp(month), mob, today, proposed, count, count * 100, count * 10_000.0)
        for (today, proposed), (loans, bads) in cells.items()
        for mob, count in ((4.0, bads), (float("nan"), loans - bads))
    ]
    names = ("opened_month", "first_mob", "today_approves", "proposed_approves", "loan_count", "drawn_fen")
    return pd.DataFrame(rows, columns=[*names, "drawn_square_sum"])


def row(sums: pd.DataFrame, decided: pd.DataFrame = NO_DECISIONS) -> pd.Series:
    return vintages(gather(sums, decided, AS_OF, "month", "count", 1.0)).iloc[0]


@pytest.mark.parametrize(
    ("out_bads", "verdict"),
    [(60, "BETTER"), (20, "ALIKE"), (0, "WORSE")],
)
def test_a_draft_is_judged_by_those_that_it_keeps_out(out_bads: int, verdict: str) -> None:
    # 1,000 kept with 40 bad; of 300 kept out 60 (20%), 20 (6.7%: beyond chance?) or none are
    found = row(made({(True, True): (1_000, 50), (True, False): (300, out_bads)}))
    assert found["observed_difference_rate"] == pytest.approx(0.05 - (50 + out_bads) / 1_300)
    assert found["observed_verdict"] == found["expected_verdict"] == verdict


def test_fewer_than_thirty_that_differ_tell_nothing_apart() -> None:
    found = row(made({(True, True): (1_000, 10), (False, True): (20, 20)}))
    assert found["observed_difference_low_rate"] > 0
    assert (found["observed_verdict"], found["swapped_count"], found["is_few"]) == ("ALIKE", 20, False)


def test_a_pd_times_its_factor_stays_below_one_and_the_range_widens_the_verdict() -> None:
    decided = pd.DataFrame(
        [
            (pd.Timestamp("2024-03-01"), True, True, "DRAWN", 50, 50, 50, 50, 50, *[0.0] * 6),
            (pd.Timestamp("2024-03-01"), True, True, "NOT_DRAWN", 50, 50, 0, 50, 50, *[0.0] * 6),
            (pd.Timestamp("2024-03-01"), False, True, "DECLINED", 40, 40, 0, 20, 20, 2.0, 2.0, 3.0, 3.0, 5.0, 5.0),
        ],
        columns=NO_DECISIONS.columns,
    )
    found = row(made({(True, True): (50, 5)}), decided)
    # half the lines were drawn, so 40 declined are 20 loans; 20 of them have a PD, of 0.1, 0.15 and 0.25 on average
    assert found["proposed_inferred_count"] == 20
    assert found["proposed_inferred_rate"] == pytest.approx(0.15)
    assert found["proposed_expected_rate"] == pytest.approx((5 + 3) / 70)
    assert found["proposed_expected_low_rate"] == pytest.approx((5 + 2) / 70)
    assert found["expected_difference_rate"] == pytest.approx(8 / 70 - 5 / 50)
    assert found["expected_verdict"] == "ALIKE"


def test_where_no_line_was_approved_what_is_inferred_is_unknown() -> None:
    decided = pd.DataFrame(
        [(pd.Timestamp("2024-03-01"), False, True, "DECLINED", 4, 4, 0, 4, 4, *[0.4] * 6)],
        columns=NO_DECISIONS.columns,
    )
    found = row(made({(True, True): (50, 5)}), decided)
    assert pd.isna(found["proposed_expected_rate"])
    assert found["today_expected_rate"] == pytest.approx(0.1)
    assert (found["observed_verdict"], found["expected_verdict"]) == ("ALIKE", "UNKNOWN")
