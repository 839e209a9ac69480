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
