"""The estimated course of loans of which only the final status is known, counted by hand."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import pytest

from jiebei_dash.load import from_outcomes as derive
from tests.dozen import Row
from tests.load.staged import Stage, stage

SEEN = date(2024, 10, 31)
BOTH: Row = {
    "opened_month": date(2024, 1, 1), "term_months": 3, "principal_fen": 300_00, "rate_day": 12 * 0.01 / 365,
    "charged_off_days": 150, "paid_day": 15,
}  # fmt: skip


@pytest.fixture
def staged() -> Iterator[Stage]:
    with stage() as made:
        yield made


def months(staged: Stage, observed_to: date = SEEN, **loan: object) -> list[dict[str, object]]:
    given = staged.put("given", [{"loan_id": "A", "last_paid_month": None, "channel": "NA"} | BOTH | loan])
    return staged.rows(derive.loan_months(given, observed_to))


def column(rows: list[dict[str, object]], name: str) -> list[object]:
    return [row[name] for row in rows]


def test_a_loan_paid_off_follows_the_annuity_and_ends_with_its_last_payment(staged: Stage) -> None:
    """1 % a month on 300.00: 102.0066 a month, which leaves 200.99 and 101.00 to the fen."""
    rows = months(staged, status="PAID", last_paid_month=date(2024, 4, 1), paid_principal_fen=300_00)
    assert column(rows, "state") == ["C", "C", "C", "PAID"]
    assert column(rows, "prev_state") == [None, "C", "C", "C"]
    assert column(rows, "balance_fen") == [300_00, 200_99, 101_00, 0]
    assert column(rows, "opening_fen") == [0, 300_00, 200_99, 101_00]
    assert column(rows, "paid_principal_fen") == column(rows, "scheduled_fen") == [0, 99_01, 99_99, 101_00]
    assert column(rows, "prepaid_fen") == [0, 0, 0, 0]
    assert column(rows, "paid_interest_fen") == [0, 3_00, 2_01, 1_01]
    assert column(rows, "channel") == ["NA"] * 4


def test_what_a_loan_paid_off_early_pays_above_its_schedule_is_prepaid(staged: Stage) -> None:
    rows = months(staged, status="PAID", last_paid_month=date(2024, 3, 1))
    assert column(rows, "balance_fen") == [300_00, 200_99, 0]
    assert column(rows, "scheduled_fen") == [0, 99_01, 99_99]
    assert column(rows, "prepaid_fen") == [0, 0, 101_00]


def test_a_last_payment_after_the_term_stretches_the_schedule(staged: Stage) -> None:
    rows = months(staged, status="PAID", last_paid_month=date(2024, 7, 1), rate_day=0.0)
    assert column(rows, "balance_fen") == [300_00, 250_00, 200_00, 150_00, 100_00, 50_00, 0]
    assert column(rows, "state") == ["C"] * 6 + ["PAID"]


def test_a_write_off_comes_150_days_after_the_last_payment(staged: Stage) -> None:
    """Paid on 15 February, the 15 March missed: 16, 46, 77 and 107 days; 150 days on it is 14 July."""
    rows = months(staged, status="WO", last_paid_month=date(2024, 2, 1), paid_principal_fen=99_01)
    assert column(rows, "month")[-1] == date(2024, 7, 1)
    assert column(rows, "state") == ["C", "C", "M1", "M2", "M3", "M4", "WO"]
    assert column(rows, "dpd_days") == [0, 0, 16, 46, 77, 107, 138]
    assert column(rows, "balance_fen") == [300_00, *[200_99] * 5, 0]
    assert column(rows, "lost_fen") == [0] * 6 + [200_99]
    assert column(rows, "paid_principal_fen") == [0, 99_01, 0, 0, 0, 0, 0]
    assert column(rows, "scheduled_fen") == [0, 99_01, 99_99, 101_00, 0, 0, 0]
    assert column(rows, "paid_interest_fen") == [0, 3_00, 0, 0, 0, 0, 0]


def test_a_loan_that_never_paid_loses_all(staged: Stage) -> None:
    rows = months(staged, status="WO", paid_principal_fen=0)
    assert column(rows, "state") == ["C", "M1", "M2", "M3", "M4", "WO"]
    assert column(rows, "lost_fen") == [0, 0, 0, 0, 0, 300_00]


def test_a_stated_write_off_stands_by_the_last_closed_month(staged: Stage) -> None:
    """Seen to 31 May, the 150 days are not over: the tape says that it was written off, so by then it was."""
    rows = months(staged, date(2024, 5, 31), status="WO", last_paid_month=date(2024, 2, 1), paid_principal_fen=99_01)
    assert column(rows, "state") == ["C", "C", "M1", "M2", "WO"]


@pytest.mark.parametrize(
    ("status", "days"),
    [
        ("C", [0, 0, 0, 0]),
        ("M1", [0, 0, 16, 30]),
        ("M2", [0, 0, 16, 46]),
        ("M3", [0, 0, 16, 61]),
    ],
)
def test_a_loan_on_the_book_ends_in_its_stated_bucket(staged: Stage, status: str, days: list[int]) -> None:
    """Last paid in February, seen to 30 April: the calendar alone says 46 days."""
    rows = months(staged, date(2024, 4, 30), status=status, last_paid_month=date(2024, 2, 1))
    assert column(rows, "dpd_days") == days
    assert rows[-1]["state"] == status


def test_the_balance_that_the_tape_states_is_kept(staged: Stage) -> None:
    rows = months(staged, date(2024, 4, 30), status="M1", last_paid_month=date(2024, 2, 1), balance_fen=180_00)
    assert column(rows, "balance_fen") == [300_00, 180_00, 180_00, 180_00]


def test_lines_follow_from_the_estimated_months(staged: Stage) -> None:
    given = staged.put(
        "given",
        [
            {"loan_id": "A", "status": "WO", "last_paid_month": date(2024, 2, 1), "paid_principal_fen": 99_01} | BOTH,
            {"loan_id": "B", "status": "PAID", "last_paid_month": date(2024, 4, 1), "paid_principal_fen": 300_00}
            | BOTH,
        ],
    )
    kept = staged.keep("months", derive.loan_months(given, SEEN))
    lost, paid = staged.rows(derive.loans(kept, given))
    assert (lost["first_30_month"], lost["first_30_mob"], lost["first_30_fen"]) == (date(2024, 4, 1), 3, 200_99)
    assert (lost["first_90_mob"], lost["closed_mob"], lost["closed_state"], lost["lost_fen"]) == (5, 6, "WO", 200_99)
    assert (paid["first_30_month"], paid["closed_mob"], paid["closed_state"], paid["lost_fen"]) == (None, 3, "PAID", 0)
    assert (paid["principal_fen"], paid["term_months"]) == (300_00, 3)
