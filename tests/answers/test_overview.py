"""Counted by hand from the table in ``tests.dozen``."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date

import pandas as pd
import pytest

from jiebei_dash.answers import overview
from jiebei_dash.book.engine import Book, Fetch
from jiebei_dash.book.scope import Scope
from jiebei_dash.errors import EmptyScope

Ask = Callable[..., Fetch]
Scopes = Callable[..., Scope]


def _head(scope: Scope, fetch: Fetch, **more: object) -> pd.DataFrame:
    return overview.headline(scope, fetch, **more).frame.set_index("kpi")  # type: ignore[arg-type]


def test_october_by_balance(scope_of: Scopes, fetch_as: Ask) -> None:
    found = _head(scope_of(), fetch_as("manager"))
    assert found.loc["balance", ["value", "last_month"]].tolist() == [22_000_00, 24_000_00]
    assert found.loc["balance", "change_month"] == pytest.approx(22 / 24 - 1)
    assert pd.isna(found.loc["balance", "year_ago"])
    assert found.loc["originations", ["value", "lag_3"]].tolist() == [0, 21_000_00]
    assert found.loc["past_due_30", "value"] == pytest.approx(8 / 22)
    assert found.loc["past_due_90", "value"] == 0
    # Of current loans, L08 and L10 were due in October and paid; in September 3 x 1,060 + 2 x 1,120, L11 late.
    assert found.loc["entry", "value"] == 0
    assert found.loc["entry", "last_month"] == pytest.approx(1_060 / 5_420)
    # Nothing lost, 300 recovered, mean book 23,000; in September 4,000 sold, 500 received, mean book 28,000.
    assert found.loc["loss", "value"] == pytest.approx(-12 * 300 / 23_000)
    assert found.loc["loss", "last_month"] == pytest.approx(1.5)
    assert pd.isna(found.loc["approval", "value"])
    assert found.loc["approval", "lag_3"] == pytest.approx(3 / 4)
    assert found["lacks"].tolist() == [""] * 7


def test_without_amounts_the_same_rows_are_counted_and_say_so(scope_of: Scopes, fetch_as: Ask) -> None:
    found = _head(replace(scope_of(), lacks=frozenset({"amounts"})), fetch_as("manager"))
    assert found.loc["balance", ["value", "unit", "basis"]].tolist() == [4, "count", "count"]
    assert found.loc["past_due_30", "value"] == pytest.approx(2 / 4)


def test_what_cannot_be_known_stays_as_a_row_with_its_reason(scope_of: Scopes, fetch_as: Ask) -> None:
    lacks = frozenset({"instalments", "declined_applicants"})
    found = _head(replace(scope_of(), lacks=lacks), fetch_as("manager"))
    assert len(found) == 7
    assert found.loc[["entry", "approval"], "lacks"].tolist() == ["instalments", "declined_applicants"]
    assert found.loc[["entry", "approval"], "value"].isna().all()


def test_as_of_july_shows_july(scope_of: Scopes, fetch_as: Ask) -> None:
    found = _head(replace(scope_of(), as_of_month=date(2024, 7, 1)), fetch_as("manager"))
    assert found.loc["originations", "value"] == 21_000_00
    assert found.loc["approval", "value"] == pytest.approx(3 / 4)


def test_an_empty_book_says_so(scope_of: Scopes, fetch_as: Ask, empty_book: Book) -> None:
    with pytest.raises(EmptyScope):
        overview.headline(scope_of(book=empty_book), fetch_as("manager", book=empty_book))
