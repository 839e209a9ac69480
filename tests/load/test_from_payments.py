"""Missed payments counted into buckets, on loans that can be counted by eye."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date

import pytest
import sqlalchemy as sa

from jiebei_dash.book.scope import month_plus
from jiebei_dash.load import from_payments as derive
from tests.load.staged import Stage, stage

FIRST = date(2024, 3, 1)
Paid = Sequence[tuple[int | None, int | None, int | None]]


@pytest.fixture
def staged() -> Iterator[Stage]:
    with stage() as made:
        yield made


def tape(staged: Stage, rows: Paid, opening_fen: int | None = 1_100) -> tuple[sa.TableClause, sa.TableClause]:
    """One loan that opened in January and is reported from March on; per month paid, of it principal, balance."""
    given = [
        {
            "loan_id": "A", "month": month_plus(FIRST, place), "paid_fen": paid, "paid_principal_fen": principal,
            "balance_fen": balance, "opening_fen": opening_fen if place == 0 else None, "repaid_within_fen": 10,
            "recovered_fen": 50 if paid is None else 0,
        }
        for place, (paid, principal, balance) in enumerate(rows)
    ]  # fmt: skip
    loans = [{"loan_id": "A", "opened_month": date(2024, 1, 1), "term_months": 12, "principal_fen": 1_300}]
    return staged.put("given", given), staged.put("loans", loans)


def column(rows: list[dict[str, object]], name: str) -> list[object]:
    return [row[name] for row in rows]


def test_payments_of_nothing_in_a_row_are_counted(staged: Stage) -> None:
    paid: Paid = [(0, 0, 1_100), (110, 100, 1_000), (0, 0, 1_000), (0, 0, 1_000), (0, 0, 1_000), (5, 0, 1_000)]
    rows = staged.rows(derive.loan_months(*tape(staged, paid)))
    assert column(rows, "dpd_days") == [1, 0, 1, 31, 61, 0]
    assert column(rows, "state") == ["M1", "C", "M1", "M2", "M3", "C"]
    assert column(rows, "prev_state") == [None, "M1", "C", "M1", "M2", "M3"]
    assert column(rows, "mob") == [2, 3, 4, 5, 6, 7]
    assert column(rows, "opening_fen") == [1_100, 1_100, 1_000, 1_000, 1_000, 1_000]
    assert column(rows, "paid_interest_fen") == [0, 10, 0, 0, 0, 5]


def test_seven_missed_payments_are_the_last_bucket(staged: Stage) -> None:
    rows = staged.rows(derive.loan_months(*tape(staged, [(0, 0, 1_100)] * 8)))
    assert column(rows, "state") == ["M1", "M2", "M3", "M4", "M5", "M6", "M7+", "M7+"]


def test_what_was_owed_before_the_first_report_is_unknown(staged: Stage) -> None:
    rows = staged.rows(derive.loan_months(*tape(staged, [(110, 100, 1_000)], opening_fen=None)))
    assert (rows[0]["opening_fen"], rows[0]["prev_state"], rows[0]["state"]) == (None, None, "C")


@pytest.mark.parametrize(("principal", "state", "lost"), [(1_000, "PAID", 0), (990, "PAID", 0), (989, "WO", 11)])
def test_a_balance_of_nothing_is_repaid_within_the_tolerance_and_lost_above_it(
    staged: Stage, principal: int, state: str, lost: int
) -> None:
    paid: Paid = [(110, 100, 1_000), (1_000, principal, 0), (None, 0, None)]
    rows = staged.rows(derive.loan_months(*tape(staged, paid)))
    assert column(rows, "state") == ["C", state]
    assert column(rows, "lost_fen") == [0, lost]
    assert column(rows, "balance_fen") == [1_000, 0]


def test_cash_after_the_write_off_is_recovered(staged: Stage) -> None:
    paid: Paid = [(0, 0, 1_100), (0, 0, 1_100), (5, 0, 0), (None, 0, None), (None, 0, None)]
    given, loans = tape(staged, paid)
    months = staged.keep("months", derive.loan_months(given, loans))
    lines = staged.keep("lines", derive.loans(months, loans))
    (line,) = staged.rows(sa.select(lines))
    assert (line["closed_state"], line["closed_mob"], line["lost_fen"]) == ("WO", 4, 1_100)
    assert (line["first_30_mob"], line["first_60_mob"], line["principal_fen"]) == (3, None, 1_300)
    rows = staged.rows(derive.recoveries(lines, given))
    assert [(row["month"], row["lost_month"], row["recovered_fen"]) for row in rows] == [
        (date(2024, 6, 1), date(2024, 5, 1), 50),
        (date(2024, 7, 1), date(2024, 5, 1), 50),
    ]


def test_a_correction_below_nothing_is_kept_and_is_no_payment(staged: Stage) -> None:
    paid: Paid = [(110, 100, 1_000), (-110, -100, 1_100), (110, 100, 1_000)]
    rows = staged.rows(derive.loan_months(*tape(staged, paid)))
    assert column(rows, "paid_principal_fen") == [100, -100, 100]
    assert column(rows, "state") == ["C", "M1", "C"]


def test_after_a_gap_the_state_before_is_unknown(staged: Stage) -> None:
    paid: Paid = [(110, 100, 1_000), (None, None, None), (110, 100, 900)]
    rows = staged.rows(derive.loan_months(*tape(staged, paid)))
    assert column(rows, "month") == [FIRST, month_plus(FIRST, 2)]
    assert column(rows, "prev_state") == [None, None]


def test_months_after_the_last_day_seen_are_left_out(staged: Stage) -> None:
    rows = staged.rows(derive.loan_months(*tape(staged, [(110, 100, 1_000)] * 4), date(2024, 5, 30)))
    assert column(rows, "month") == [FIRST, month_plus(FIRST, 1)]
