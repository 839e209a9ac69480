"""Loan-months from due and paid days: those of the dozen, cases counted by hand, and a plain count in Python."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

import numpy as np
import pytest
import sqlalchemy as sa

from jiebei_dash.book.scope import DIMENSION_KEYS, month_plus
from jiebei_dash.load import from_instalments as derive
from jiebei_dash.terms import bucket_of
from tests.dozen import Row
from tests.dozen_loans import lent
from tests.load.staged import Stage, stage

OCTOBER = date(2024, 10, 31)
GIVEN = (
    "loan_id", "instalment_no", "due_on", "due_principal_fen", "due_interest_fen", "paid_on", "paid_principal_fen",
    "paid_interest_fen",
)  # fmt: skip
TOLD = ("loan_id", "opened_month", "principal_fen", *DIMENSION_KEYS)


@pytest.fixture
def staged() -> Iterator[Stage]:
    with stage() as made:
        yield made


@pytest.fixture
def dozen_tape(staged: Stage) -> tuple[sa.TableClause, sa.TableClause]:
    """The dozen as a lender would send it: instalments, and a line a loan that says which were written off or sold."""
    book = lent()
    loans = []
    for row in book["loan"]:
        is_told = row["closed_state"] in ("WO", "SOLD")
        told = {name: row[name] if is_told else None for name in ("closed_month", "closed_state")}
        loans.append({name: row[name] for name in TOLD} | told)
    rows = [{name: row[name] for name in GIVEN} for row in book["instalment"]]
    return staged.put("dozen_instalments", rows), staged.put("dozen_loans", loans)


def test_the_months_of_the_dozen_follow_from_its_instalments(
    staged: Stage, dozen_tape: tuple[sa.TableClause, sa.TableClause]
) -> None:
    """All of them, in every column; only that L02 was written off and L06 sold has to be told."""
    rows = staged.rows(derive.loan_months(*dozen_tape, OCTOBER))
    assert sorted(rows, key=_key) == sorted(lent()["loan_month"], key=_key)
    assert len(rows) == 71


def test_the_lines_of_the_dozen_follow_from_its_months(
    staged: Stage, dozen_tape: tuple[sa.TableClause, sa.TableClause]
) -> None:
    months = staged.keep("dozen_months", derive.loan_months(*dozen_tape, OCTOBER))
    rows = staged.rows(derive.loans(months, *dozen_tape, OCTOBER))
    assert len(rows) == 12
    told = {row["loan_id"]: row for row in lent()["loan"]}
    for row in rows:
        assert row == {name: told[str(row["loan_id"])][name] for name in row}
    # What no instalment knows: the application, the person, the price, the moments, the way of repaying.
    assert set(told["L01"]) - set(rows[0]) == {
        "application_id", "customer_id", "product_code", "repay_method", "requested_at", "disbursed_at",
        "cash_seconds", "draw_no", "rate_day",
    }  # fmt: skip


def test_the_instalments_get_their_months_and_their_cohort(
    staged: Stage, dozen_tape: tuple[sa.TableClause, sa.TableClause]
) -> None:
    rows = staged.rows(derive.instalments(*dozen_tape, OCTOBER))
    told = {(row["loan_id"], row["instalment_no"]): row for row in lent()["instalment"]}
    assert len(rows) == len(told) == 75
    for row in rows:
        assert row == {name: told[row["loan_id"], row["instalment_no"]][name] for name in row}


def test_nothing_after_the_last_day_seen_is_known(
    staged: Stage, dozen_tape: tuple[sa.TableClause, sa.TableClause]
) -> None:
    """Seen to 11 June: May is the last closed month. L04 pays on 12 June, so it is late and stays open."""
    rows = staged.rows(derive.loan_months(*dozen_tape, date(2024, 6, 11)))
    before = [row for row in lent()["loan_month"] if row["month"] <= date(2024, 5, 1)]  # type: ignore[operator]
    assert sorted(rows, key=_key) == sorted(before, key=_key)
    months = staged.keep("early_months", derive.loan_months(*dozen_tape, date(2024, 6, 11)))
    line = {row["loan_id"]: row for row in staged.rows(derive.loans(months, *dozen_tape, date(2024, 6, 11)))}
    assert line["L02"]["closed_state"] is None
    assert line["L05"]["closed_month"] == date(2024, 5, 1)
    paid = {
        (row["loan_id"], row["instalment_no"]): (row["paid_on"], row["paid_principal_fen"])
        for row in staged.rows(derive.instalments(*dozen_tape, date(2024, 6, 11)))
    }
    assert paid["L04", 1] == (date(2024, 3, 10), 100_000)
    assert paid["L04", 2] == (None, 0)
    assert paid["L01", 5] == (date(2024, 6, 10), 100_000)


def one(staged: Stage, dues: list[Row], observed_to: derive.ObservedTo, **loan: object) -> list[dict[str, object]]:
    """The months of one loan that opened in January 2024."""
    rows = [{"loan_id": "A", "instalment_no": place, "paid_on": None} | row for place, row in enumerate(dues, start=1)]
    given = staged.put("one_given", rows)
    told = staged.put("one_told", [{"loan_id": "A", "opened_month": date(2024, 1, 1)} | loan])
    return staged.rows(derive.loan_months(given, told, observed_to))


def test_a_month_counts_once_its_last_day_was_seen(staged: Stage) -> None:
    dues: list[Row] = [{"due_on": date(2024, 2, 29)}]
    assert [row["month"] for row in one(staged, dues, date(2024, 2, 28))] == [date(2024, 1, 1)]
    rows = one(staged, dues, date(2024, 2, 29))
    assert [(row["month"], row["dpd_days"], row["state"]) for row in rows] == [
        (date(2024, 1, 1), 0, "C"),
        (date(2024, 2, 1), 0, "C"),
    ]


def test_a_blank_day_of_payment_stays_unpaid_whatever_the_extract(staged: Stage) -> None:
    """The trap: with the extract's 31 August as the day of payment, A would be current again in August."""
    dues: list[Row] = [{"due_on": date(2024, 2, 10), "recorded_on": date(2024, 8, 31)}]
    rows = one(staged, dues, "recorded_on")
    assert [row["state"] for row in rows] == ["C", "M1", "M2", "M3", "M4", "M5", "M6", "M7+"]
    assert [row["dpd_days"] for row in rows] == [0, 19, 50, 80, 111, 141, 172, 203]


def test_the_days_count_from_the_oldest_unpaid_instalment(staged: Stage) -> None:
    """The first is settled last: until then it is the oldest, though the second was settled long before."""
    dues: list[Row] = [
        {"due_on": date(2024, 2, 10), "paid_on": date(2024, 5, 2)},
        {"due_on": date(2024, 3, 10), "paid_on": date(2024, 3, 9)},
        {"due_on": date(2024, 4, 10), "paid_on": date(2024, 6, 30)},
    ]
    rows = one(staged, dues, date(2024, 6, 30), term_months=3)
    assert [row["dpd_days"] for row in rows] == [0, 19, 50, 80, 51, 0]
    assert [row["state"] for row in rows] == ["C", "M1", "M2", "M3", "M2", "PAID"]
    assert [row["prev_state"] for row in rows] == [None, "C", "M1", "M2", "M3", "M2"]


def test_a_loan_of_which_only_past_instalments_are_listed_is_not_paid_off(staged: Stage) -> None:
    dues: list[Row] = [{"due_on": date(2024, month, 10), "paid_on": date(2024, month, 10)} for month in (2, 3)]
    assert [row["state"] for row in one(staged, dues, date(2024, 3, 31), term_months=6)] == ["C", "C", "C"]
    for row in dues:
        row["due_principal_fen"] = 100
    assert [row["state"] for row in one(staged, dues, date(2024, 3, 31), principal_fen=600)] == ["C", "C", "C"]
    rows = one(staged, dues, date(2024, 3, 31), principal_fen=201)
    assert [(row["state"], row["balance_fen"]) for row in rows] == [("C", 201), ("C", 101), ("PAID", 0)]


def test_a_part_of_an_instalment_counts_when_the_rest_is_settled(staged: Stage) -> None:
    """60 of 100 fen came, nobody knows when: the balance stays whole, the instalment keeps what it received."""
    dues: list[Row] = [
        {"due_on": date(2024, 2, 10), "due_principal_fen": 100, "due_interest_fen": 5, "paid_principal_fen": 60}
    ]
    rows = one(staged, dues, date(2024, 3, 31))
    assert [row["balance_fen"] for row in rows] == [100, 100, 100]
    given = staged.put("part", [{"loan_id": "A", "instalment_no": 1, "paid_on": None} | dues[0]])
    told = staged.put("part_told", [{"loan_id": "A", "opened_month": date(2024, 1, 1)}])
    (kept,) = staged.rows(derive.instalments(given, told, date(2024, 3, 31)))
    assert (kept["paid_principal_fen"], kept["paid_interest_fen"], kept["paid_on"]) == (60, 0, None)


def test_what_a_late_loan_pays_ahead_is_not_prepaid(staged: Stage) -> None:
    """Schema: prepaid is received above schedule on a loan that was current."""
    dues: list[Row] = [
        {"due_on": date(2024, 2, 10), "paid_on": date(2024, 3, 20), "due_principal_fen": 100},
        {"due_on": date(2024, 3, 10), "paid_on": date(2024, 3, 20), "due_principal_fen": 100},
        {"due_on": date(2024, 4, 10), "paid_on": date(2024, 3, 20), "due_principal_fen": 100},
    ]
    rows = one(staged, dues, date(2024, 4, 30))
    assert [(row["state"], row["paid_principal_fen"], row["prepaid_fen"]) for row in rows] == [
        ("C", 0, 0),
        ("M1", 0, 0),
        ("PAID", 300, 0),
    ]


@pytest.mark.parametrize("seed", range(4))
def test_a_plain_count_gives_the_same_days_and_balances(staged: Stage, seed: int) -> None:
    """40 loans with payments early, late, out of order and never; the days and the balance counted row by row."""
    chance = np.random.default_rng(seed)
    seen = date(2024, 12, int(chance.integers(1, 32)))
    rows: list[Row] = []
    for loan in range(40):
        opened = month_plus(date(2023, 1, 1), int(chance.integers(0, 20)))
        for place in range(1, int(chance.integers(2, 13))):
            due = month_plus(opened, place) + timedelta(days=int(chance.integers(0, 28)))
            delay = int(chance.choice([-40, -1, 0, 3, 20, 33, 70, 150, 900]))
            paid = None if delay == 900 else max(due + timedelta(days=delay), opened)
            rows.append({"loan_id": f"L{loan:02}", "instalment_no": place, "opened_month": opened, "due_on": due,
                         "paid_on": paid, "due_principal_fen": int(chance.integers(1, 500))})  # fmt: skip
    given = staged.put("random_given", rows)
    opened_of = {str(row["loan_id"]): row["opened_month"] for row in rows}
    told = staged.put("random_told", [{"loan_id": key, "opened_month": value} for key, value in opened_of.items()])
    found = staged.rows(derive.loan_months(given, told, seen))
    for row in found:
        end = month_plus(row["month"], 1) - timedelta(days=1)
        mine = [each for each in rows if each["loan_id"] == row["loan_id"]]
        unpaid = [each for each in mine if each["paid_on"] is None or each["paid_on"] > end]  # type: ignore[operator]
        due = [each["due_on"] for each in unpaid if each["due_on"] <= end]  # type: ignore[operator]
        days = (end - min(due)).days if due else 0  # type: ignore[type-var]
        assert row["dpd_days"] == days
        assert row["state"] == (bucket_of(days) if unpaid else "PAID")
        assert row["balance_fen"] == sum(int(str(each["due_principal_fen"])) for each in unpaid)
        assert end <= seen
    lasts = {key: max(row["month"] for row in found if row["loan_id"] == key) for key in {r["loan_id"] for r in found}}
    closed = month_plus(seen, 0) if month_plus(seen, 1) - timedelta(days=1) == seen else month_plus(seen, -1)
    for key, last in lasts.items():
        ended = [row for row in found if row["loan_id"] == key and row["state"] == "PAID"]
        assert last == (ended[0]["month"] if ended else closed)
        assert len(ended) <= 1


def _key(row: Row) -> tuple[str, str]:
    return str(row["loan_id"]), str(row["month"])
