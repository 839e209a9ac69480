"""Counted by hand from the applications in ``tests.dozen``."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path

import pandas as pd
import pytest
import sqlalchemy as sa

from jiebei_dash.answers import funnel
from jiebei_dash.book import schema
from jiebei_dash.book.engine import Book, Fetch, ask, open_book
from jiebei_dash.book.scope import Scope
from jiebei_dash.errors import BookLacks, EmptyScope
from tests.changed import changed_book

Ask = Callable[..., Fetch]
Scopes = Callable[..., Scope]


def test_approval_by_month_of_submission(scope_of: Scopes, fetch_as: Ask) -> None:
    found = funnel.approval(scope_of(), fetch_as("manager")).frame.set_index("submitted_month")
    assert found["approved"].tolist() == [4, 2, 3, 3, 0]
    assert found["decided"].tolist() == [5, 3, 4, 4, 0]
    assert found["withdrawn"].tolist() == [0, 0, 1, 0, 0]
    assert found["late"].tolist() == [0, 0, 0, 1, 0]
    assert found["pending"].tolist() == [0, 0, 0, 0, 1]
    assert found["approval_rate"].iloc[:4].tolist() == pytest.approx([4 / 5, 2 / 3, 3 / 4, 3 / 4])
    assert pd.isna(found["approval_rate"].iloc[4])
    # By amount: 4 x 8,000 of 5 x 10,000; in March 8,000 + 18,000 + 8,000 of 50,000.
    assert found["amount_rate"].iloc[[0, 2]].tolist() == pytest.approx([32 / 50, 34 / 50])


def test_every_application_is_in_one_place(scope_of: Scopes, fetch_as: Ask) -> None:
    for month in range(1, 11):
        scope = replace(scope_of(), as_of_month=date(2024, month, 1))
        found = funnel.approval(scope, fetch_as("manager"), by="channel").frame
        parts = found[["approved", "declined", "late", "withdrawn", "pending"]].sum(axis=1)
        assert (parts == found["submitted"]).all()


def test_what_was_decided_after_the_as_of_month_is_pending_then(scope_of: Scopes, fetch_as: Ask) -> None:
    january = replace(scope_of(), as_of_month=date(2024, 1, 1))
    row = funnel.approval(january, fetch_as("manager")).frame.iloc[0]
    assert row[["approved", "decided", "pending"]].tolist() == [3, 4, 1]


def test_who_withdrew_after_the_as_of_month_is_pending_then(scope_of: Scopes, dozen_url: str, tmp_path: Path) -> None:
    stage = schema.application_stage
    left = sa.update(stage).where(stage.c.application_id == "A15", stage.c.outcome == "LEFT")
    left = left.values(left_at=datetime(2024, 4, 2), left_month=date(2024, 4, 1))
    url = changed_book(dozen_url, tmp_path / "withdrawn.duckdb", lambda connection: connection.execute(left))
    book = open_book(url)
    seen = []
    for month in (3, 4):
        scope = replace(scope_of(book=book), as_of_month=date(2024, month, 1))
        row = funnel.approval(scope, lambda question: ask(book, question)).frame.set_index("submitted_month")
        seen.append(row.loc["2024-03-01", ["submitted", "approved", "declined", "withdrawn", "pending"]].tolist())
    book.engine.dispose()
    assert seen == [[5, 3, 1, 0, 1], [5, 3, 1, 1, 0]]


def test_a_second_decision_on_an_application_does_not_count_it_twice(
    scope_of: Scopes, fetch_as: Ask, dozen_url: str, tmp_path: Path
) -> None:
    second = sa.insert(schema.decision).values(
        decision_id="D01b",
        application_id="A01",
        decided_at=datetime(2024, 1, 8, 9, 0, 2),
        submitted_month=date(2024, 1, 1),
        decision="APPROVED",
        limit_fen=8_000_00,
    )
    url = changed_book(dozen_url, tmp_path / "two.duckdb", lambda connection: connection.execute(second))
    book = open_book(url)
    row = funnel.approval(scope_of(book=book), fetch_as("manager", book=book)).frame.iloc[0]
    book.engine.dispose()
    assert row[["submitted", "approved", "limit_fen", "requested_fen"]].tolist() == [5, 4, 32_000_00, 50_000_00]


def test_the_stages_of_all_nineteen(scope_of: Scopes, fetch_as: Ask) -> None:
    found = funnel.stages(scope_of(), fetch_as("manager"), months=12).frame
    assert found["entered"].tolist() == [19, 18, 17, 15, 13, 11, 11]
    assert found["passed"].tolist() == [18, 17, 15, 13, 13, 11, 11]
    assert found["failed"].tolist() == [0, 1, 2, 1, 0, 0, 0]
    assert found.set_index("stage").loc["DRAWDOWN", "reach_rate"] == pytest.approx(11 / 13)
    product = (found["pass_rate"] * found["reach_rate"]).cumprod()
    assert product.tolist() == pytest.approx(found["end_to_end_rate"].tolist())
    assert found["end_to_end_rate"].iloc[-1] == pytest.approx(11 / 19)


def test_reasons_count_first_any_and_sole_hits(scope_of: Scopes, fetch_as: Ask) -> None:
    found = funnel.declines(scope_of(), fetch_as("manager"), months=12).frame.set_index("reason")
    assert found.loc["other_lenders_cap", ["first_hit", "any_hit", "sole_hit"]].tolist() == [1, 2, 1]
    assert found.loc["zhima_floor", ["first_hit", "any_hit", "sole_hit"]].tolist() == [1, 1, 0]
    # A02 hit the score floor too, but was let in by lot: it is no decline.
    assert found.loc["score_floor", ["first_hit", "any_hit", "sole_hit"]].tolist() == [1, 1, 1]
    assert found.loc["ANTI_FRAUD", "first_hit"] == 1
    assert pd.isna(found.loc["ANTI_FRAUD", "sole_hit"])
    assert found["declined"].unique().tolist() == [4]
    assert found["share_rate"].sum() == pytest.approx(1)


def test_half_have_their_money_within_ninety_seconds(scope_of: Scopes, fetch_as: Ask) -> None:
    found = funnel.time_to_cash(scope_of(), fetch_as("manager"), months=12).frame
    found = found.drop_duplicates("wait").set_index("wait")
    # Cash: 20, 30 ... 120 and 7,200 s; automatic decisions: fifteen of 1 to 10 s; by hand: 3 days and 9 days.
    assert found.loc["cash", ["waits", "p50_seconds", "p90_seconds", "p99_seconds"]].tolist() == [12, 90, 120, 7_200]
    assert found.loc["automatic", ["waits", "p50_seconds", "p90_seconds"]].tolist() == [15, 5, 10]
    assert found.loc["manual", ["waits", "p50_seconds"]].tolist() == [2, 259_200]
    assert pd.isna(found.loc["manual", "p90_seconds"])


def test_a_line_is_taken_up_within_calendar_days_of_its_approval(scope_of: Scopes, fetch_as: Ask) -> None:
    found = funnel.take_up(scope_of(), fetch_as("manager")).frame
    seen = found.pivot(index="decided_month", columns="within_days", values="drawn")
    # Money comes on the 15th. January's lines are of the 8th to the 10th; February's (A05 by hand on the 2nd) and
    # March's are older; of July's, A10 and A11 are of the 8th and 9th, A12 and A17 were never drawn.
    assert seen[7].tolist() == [3, 0, 0, 2]
    assert seen[30].tolist() == seen[90].tolist() == [3, 3, 3, 2]
    assert found[found["within_days"] == 7]["lines"].tolist() == [3, 3, 3, 4]
    last = found.iloc[-1]
    assert last["take_up_rate"] == pytest.approx(2 / 4)
    assert found["is_small"].all()
    assert not found["is_beyond_noise"].any()
    # Nothing was granted in June: July has no month before it.
    change = found[found["within_days"] == 7].set_index("decided_month")["change_rate"]
    assert change["2024-02-01"] == pytest.approx(-1)
    assert pd.isna(change["2024-07-01"])


def test_take_up_is_absent_until_the_last_day_of_the_month_is_old_enough(scope_of: Scopes, fetch_as: Ask) -> None:
    # At the end of April the 31st of March is 30 days old, at the end of May 61, at the end of June 91.
    known = []
    for month in (3, 4, 5, 6):
        scope = replace(scope_of(), as_of_month=date(2024, month, 1))
        found = funnel.take_up(scope, fetch_as("manager")).frame
        known.append(found.loc[found["decided_month"] == "2024-03-01", "within_days"].tolist())
    assert known == [[], [7, 30], [7, 30], [7, 30, 90]]


def test_a_drawdown_on_an_unknown_day_is_in_no_numerator_and_is_counted_apart(
    scope_of: Scopes, dozen_url: str, tmp_path: Path
) -> None:
    undated = sa.update(schema.loan).where(schema.loan.c.loan_id == "L01").values(disbursed_at=None)
    url = changed_book(dozen_url, tmp_path / "undated.duckdb", lambda connection: connection.execute(undated))
    book = open_book(url)
    found = funnel.take_up(scope_of(book=book), lambda question: ask(book, question)).frame
    book.engine.dispose()
    january = found[found["decided_month"] == "2024-01-01"]
    assert january[["drawn", "lines", "undated"]].to_numpy().tolist() == [[2, 3, 1]] * 3


def test_time_to_cash_by_hour_channel_and_the_funder_of_the_largest_share(scope_of: Scopes, fetch_as: Ask) -> None:
    scope, fetch = scope_of(), fetch_as("manager")
    hour = funnel.cash_percentiles(scope, fetch, months=12).frame
    assert hour[["requested_hour", "waits", "p50_seconds", "p99_seconds"]].to_numpy().tolist() == [[10, 12, 90, 7_200]]
    # Bank A lent seven tenths of each loan.
    funder = funnel.cash_percentiles(scope, fetch, "funder_code", 12).frame
    assert funder[["funder_code", "waits"]].to_numpy().tolist() == [["Bank A", 12]]
    channel = funnel.cash_percentiles(scope, fetch, "channel", 12).frame.set_index("channel")
    # Checkout: L02, L08 and L11 after 30, 90 and 120 s; partner: L06 and L12 after 70 and 7,200 s.
    assert channel.loc["CHECKOUT", ["waits", "p50_seconds", "p90_seconds"]].tolist() == [3, 90, 120]
    assert channel.loc["PARTNER", ["waits", "p50_seconds", "p90_seconds"]].tolist() == [2, 90, 7_200]
    with pytest.raises(BookLacks, match="funding"):
        funnel.cash_percentiles(replace(scope, lacks=frozenset({"funding"})), fetch, "funder_code")


def test_of_july_a_seventh_went_to_a_first_time_borrower_and_the_rest_to_borrowers_with_a_running_loan(
    scope_of: Scopes, fetch_as: Ask
) -> None:
    july = funnel.lent(scope_of(), fetch_as("manager")).frame.iloc[-1]
    # L10 is of who paid L01 off in that same month, L11 of who still has L08, L12 of somebody new.
    assert july[["loans", "borrowers", "ticket_fen", "per_borrower_fen"]].tolist() == [3, 3, 7_000_00, 7_000_00]
    assert july["new_rate"] == pytest.approx(3 / 21)
    assert july["running_rate"] == pytest.approx(18 / 21)
    assert july["repeat_rate"] == 0


def test_who_paid_off_a_month_earlier_is_a_repeat_borrower_and_counts_once_a_month(
    scope_of: Scopes, dozen_url: str, tmp_path: Path
) -> None:
    loan = schema.loan
    earlier = sa.update(loan).where(loan.c.loan_id == "L01").values(closed_month=date(2024, 6, 1))
    same = sa.update(loan).where(loan.c.loan_id == "L11").values(customer_id="K01")

    def change(connection: sa.Connection) -> None:
        connection.execute(earlier)
        connection.execute(same)

    book = open_book(changed_book(dozen_url, tmp_path / "repeat.duckdb", change))
    fetch = lambda question: ask(book, question)  # noqa: E731
    scope = scope_of(book=book)
    july = funnel.lent(scope, fetch).frame.iloc[-1]
    counted = funnel.lent(scope, fetch, "count").frame.iloc[-1]
    flex = funnel.lent(replace(scope, product_class=("JB_M1",)), fetch).frame.iloc[-1]
    book.engine.dispose()
    # K01 draws L10 (12,000) and L11 (6,000) in July: one borrower, two drawdowns, both after a pay-off.
    assert july[["loans", "borrowers", "per_borrower_fen"]].tolist() == [3, 2, 10_500_00]
    assert july["repeat_rate"] == pytest.approx(18 / 21)
    assert counted["repeat_rate"] == pytest.approx(2 / 3)
    # L01 is no JB_M1 product: what was paid off outside the scope counts all the same.
    assert flex[["loans", "borrowers", "repeat_rate"]].tolist() == [1, 1, 1]


def test_rules_take_out_four_of_nineteen_one_after_the_other(scope_of: Scopes, fetch_as: Ask) -> None:
    found = funnel.kills(scope_of(), fetch_as("manager"), months=12).frame
    assert found["reason"].tolist() == ["ANTI_FRAUD", "zhima_floor", "other_lenders_cap", "score_floor"]
    assert found["cumulative_rate"].tolist() == pytest.approx([1 / 19, 2 / 19, 3 / 19, 4 / 19])
    # A13 hit two rules, so dropping one of them lets nobody through.
    assert found["unique_rate"].iloc[1:].tolist() == pytest.approx([0, 1 / 19, 1 / 19])
    assert found.iloc[0][["unique_rate", "low_rate", "high_rate"]].isna().all()


def test_a_part_with_few_decisions_is_marked_and_has_its_interval(scope_of: Scopes, fetch_as: Ask) -> None:
    found = funnel.approval_parts(scope_of(), fetch_as("manager"), "channel", months=12).frame.set_index("channel")
    # Checkout: A02 and A08 approved, A13 and A18 declined. Wilson for 2 of 4: 0.150 to 0.850.
    assert found.loc["CHECKOUT", ["approved", "decided"]].tolist() == [2, 4]
    assert found.loc["CHECKOUT", ["low_rate", "high_rate"]].tolist() == pytest.approx([0.15004, 0.84996], abs=1e-5)
    assert found["is_small"].all()


def test_a_month_is_mature_once_its_last_day_has_had_seven_days(scope_of: Scopes, fetch_as: Ask) -> None:
    march = replace(scope_of(), as_of_month=date(2024, 3, 1))
    assert funnel.approval(march, fetch_as("manager")).frame["is_mature"].tolist() == [True, True, False]


def test_without_declined_applicants_there_is_no_approval_rate(scope_of: Scopes, fetch_as: Ask) -> None:
    with pytest.raises(BookLacks, match="declined_applicants"):
        funnel.approval(replace(scope_of(), lacks=frozenset({"declined_applicants"})), fetch_as("manager"))


def test_an_empty_book_says_so(scope_of: Scopes, fetch_as: Ask, empty_book: Book) -> None:
    scope, fetch = scope_of(book=empty_book), fetch_as("manager", book=empty_book)
    with pytest.raises(EmptyScope):
        funnel.approval(scope, fetch)
    with pytest.raises(EmptyScope):
        funnel.stages(scope, fetch)
    assert funnel.declines(scope, fetch).frame.empty
    assert funnel.time_to_cash(scope, fetch).frame.empty
