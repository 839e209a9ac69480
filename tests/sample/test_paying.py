"""Schedules to the fen, the cure curve and its inverse, and why bill days 6 to 25 make months equal buckets."""

from __future__ import annotations

import numpy as np
import pytest

from jiebei_dash.sample.borrowing import EQ_INSTALLMENT, INTEREST_ONLY, schedule
from jiebei_dash.sample.calibration import read_parameters
from jiebei_dash.sample.ledger import Ledger
from jiebei_dash.sample.months import chance, first_day, last_day, line, month_date, month_number, step
from jiebei_dash.sample.paying import days_until_paid, past_due_days, unpaid_share
from jiebei_dash.terms import BUCKETS, bucket_of


def test_an_annuity_of_ten_thousand_yuan_at_146_per_cent_over_a_year_pays_900_70_a_month() -> None:
    # The usual example of the trade: 0.04 % a day on months of 365/12 days.
    rate_day = np.array([0.0004 * 365 / 12 / 30])
    principal, interest = schedule(np.array([1_000_000]), rate_day, np.array([12]), np.array([EQ_INSTALLMENT]))
    payments = np.diff(principal[0]) + np.diff(interest[0])
    assert payments[:11].tolist() == [90_070] * 11
    assert abs(payments[11] - 90_070) <= 12
    assert payments[12:].tolist() == [0] * 12
    assert principal[0, 12] == 1_000_000
    assert interest[0, 1] == 12_167


def test_interest_only_pays_the_principal_at_the_end() -> None:
    principal, interest = schedule(np.array([300_001]), np.array([0.0005]), np.array([6]), np.array([INTEREST_ONLY]))
    assert principal[0, :6].tolist() == [0] * 6
    assert principal[0, 6] == 300_001
    assert np.diff(interest[0])[:6].tolist() == [4_500] * 6


def test_months_behind_are_the_bucket_for_every_bill_day_of_every_month() -> None:
    for month in range(month_number(month_date(588)), 588 + 96):
        for bill_day in range(6, 26):
            for behind in range(1, 8):
                days = int(past_due_days(np.array(month - behind + 1), np.array(bill_day), month))
                assert bucket_of(days) == BUCKETS[behind], (month, bill_day, behind, days)


@pytest.mark.parametrize("bill_day", [1, 28])
def test_a_bill_day_at_the_edge_of_the_month_would_break_it(bill_day: int) -> None:
    # From 1 July to 31 August are 61 days: M3 after two months. On 28 February nothing is a day late yet.
    wrong = [
        (month, behind)
        for month in range(588, 588 + 96)
        for behind in range(1, 8)
        if bucket_of(int(past_due_days(np.array(month - behind + 1), np.array(bill_day), month))) != BUCKETS[behind]
    ]
    assert wrong


def test_days_until_paid_inverts_the_cure_curve() -> None:
    paying = read_parameters().paying
    lot = (np.arange(200_000) + 0.5) / 200_000
    days = days_until_paid(paying, lot)
    assert days.min() == 2
    for day, share in ((3, 0.60), (7, 0.40), (15, 0.24), (30, 0.125), (60, 0.110)):
        assert (days > day).mean() == pytest.approx(share, abs=1e-4)
    assert unpaid_share(paying, np.array([1, 30])).tolist() == [1.0, 0.125]


def test_months_and_days_count_as_the_calendar_does() -> None:
    february = 12 * (2024 - 1970) + 1
    assert month_date(february).isoformat() == "2024-02-01"
    assert int(last_day(february)) - int(first_day(february)) == 28


def test_paths_step_and_run_straight() -> None:
    path = ((month_date(600), 1.0), (month_date(610), 3.0))
    assert [step(path, month) for month in (590, 600, 609, 610, 700)] == [1.0, 1.0, 1.0, 3.0, 3.0]
    assert [line(path, month) for month in (590, 605, 700)] == [1.0, 2.0, 3.0]


def test_each_purpose_and_month_has_its_own_chance() -> None:
    drawn = {(purpose, month): chance(1, purpose, month).random() for purpose in ("pay", "draw") for month in (1, 2)}
    assert len(set(drawn.values())) == 4
    assert chance(1, "pay", 1).random() == drawn["pay", 1]


def test_a_ledger_keeps_what_it_had_when_it_grows() -> None:
    ledger = Ledger({"one": ("i8", 0), "two": ("f8", 2)})
    ledger.append({"one": np.arange(900)}, 900)
    places = ledger.append({"one": np.arange(900, 3_000), "two": np.ones((2_100, 2))}, 2_100)
    assert ledger["one"].tolist() == list(range(3_000))
    assert (places[0], ledger["two"][:900].sum(), ledger["two"].sum()) == (900, 0.0, 4_200.0)
