"""Limits against the dozen, counted by hand: October holds 22, of it 8 more than 30 days late."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path

import pandas as pd
import pytest

from jiebei_dash import caps
from jiebei_dash.answers import portfolio_limits
from jiebei_dash.asking import answer_of
from jiebei_dash.book.engine import Fetch, open_book
from jiebei_dash.book.scope import Scope
from tests.changed import changed_book
from tests.test_caps import limits_file

Ask = Callable[..., Fetch]
Scopes = Callable[..., Scope]


def narrow(scope_of: Scopes, **changes: object) -> Scope:
    """A scope that differs in some fields."""
    return replace(scope_of(), **changes)  # type: ignore[arg-type]


def checked(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, scope: Scope, fetch: Fetch, **limits: dict[str, object]
) -> pd.DataFrame:
    """The status of limits given as changes of a harmless one."""
    found = caps.read_caps(limits_file(tmp_path, **limits))
    monkeypatch.setattr(portfolio_limits, "read_caps", lambda: found)
    return portfolio_limits.status(scope, fetch).frame


def test_thirty_plus_of_eight_in_twenty_two_breaks_a_limit_of_a_third(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, scope_of: Scopes, fetch_as: Ask
) -> None:
    row = checked(
        monkeypatch, tmp_path, scope_of(), fetch_as("manager"),
        late={"figure": "past_due_30", "level": 0.35, "warn": 0.2},
    ).iloc[0]  # fmt: skip
    assert (row["value_rate"], row["numerator"], row["denominator"]) == (8 / 22, 800_000, 2_200_000)
    assert row["headroom_rate"] == pytest.approx(0.35 - 8 / 22)
    assert (row["status"], row["breach_months"], row["loans"]) == ("breach", 0, 4)
    assert row["use_rate"] == pytest.approx(8 / 22 / 0.35)


def test_the_pace_is_a_sixth_of_six_months_and_lasts_as_long_as_the_headroom(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, scope_of: Scopes, fetch_as: Ask
) -> None:
    row = checked(
        monkeypatch, tmp_path, scope_of(), fetch_as("manager"),
        late={"figure": "past_due_30", "level": 0.5, "warn": 0.3},
    ).iloc[0]  # fmt: skip
    pace = (8 / 22 - 6 / 40) / 6  # April: 6 of 40
    assert row["pace_rate"] == pytest.approx(pace)
    assert row["breach_months"] == pytest.approx((0.5 - 8 / 22) / pace)
    assert row["status"] == "warning"


def test_a_figure_that_moves_away_is_not_reached_and_a_young_one_has_no_pace(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, scope_of: Scopes, fetch_as: Ask
) -> None:
    late = {"figure": "past_due_30", "level": 0.5, "warn": 0.4}
    september = narrow(scope_of, as_of_month=date(2024, 9, 1))
    row = checked(monkeypatch, tmp_path, september, fetch_as("manager"), late=late).iloc[0]
    assert row["pace_rate"] == pytest.approx((3 / 24 - 6 / 46) / 6)
    assert pd.isna(row["breach_months"])
    june = narrow(scope_of, as_of_month=date(2024, 6, 1))
    row = checked(monkeypatch, tmp_path, june, fetch_as("manager"), late=late).iloc[0]
    assert pd.isna(row["pace_rate"])
    assert row["value_rate"] == pytest.approx(10 / 29)


def test_shares_floors_and_lines_are_checked(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, scope_of: Scopes, fetch_as: Ask
) -> None:
    frame = checked(
        monkeypatch, tmp_path, scope_of(), fetch_as("manager"),
        largest={"figure": "largest", "dimension": "province_code", "level": 0.9, "warn": 0.8},
        two={"figure": "top", "dimension": "channel", "top": 2, "level": 0.9, "warn": 0.88},
        even={"figure": "herfindahl", "dimension": "channel", "level": 0.5, "warn": 0.45},
        own={"figure": "largest", "dimension": "funder_code", "code": "OWN", "side": "at_least",
             "level": 0.3, "warn": 0.35},
        used={"figure": "utilisation", "level": 0.3, "warn": 0.2},
        lost={"figure": "lost_month", "level": 0.1, "warn": 0.1},
    )  # fmt: skip
    assert frame["value_rate"].tolist() == pytest.approx([19 / 22, 19 / 22, 190 / 484, 0.3, 22 / 88, 0])
    assert frame["status"].tolist() == ["warning", "inside", "inside", "warning", "warning", "inside"]
    assert frame["figure"].tolist()[:4] == ["largest", "top", "herfindahl", "share"]
    assert frame["code"].tolist()[0] == "GD"
    # A floor that is just met is not broken.
    assert frame["headroom_rate"].iloc[3] == pytest.approx(0, abs=1e-12)


def test_september_sold_four_of_the_thirty_two_of_august(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, scope_of: Scopes, fetch_as: Ask
) -> None:
    row = checked(
        monkeypatch, tmp_path, narrow(scope_of, as_of_month=date(2024, 9, 1)), fetch_as("manager"),
        lost={"figure": "lost_month", "level": 0.1, "warn": 0.1},
    ).iloc[0]  # fmt: skip
    assert row["value_rate"] == pytest.approx(4 / 32)
    assert row["status"] == "breach"


def test_what_cannot_be_checked_says_why_and_passes_nothing(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, scope_of: Scopes, fetch_as: Ask
) -> None:
    frame = checked(
        monkeypatch, tmp_path, scope_of(), fetch_as("manager"),
        leverage={"figure": "leverage", "level": 5.0, "warn": 4.0},
        managed={"figure": "managed", "level": 0.9, "warn": 0.8},
        nobody={"figure": "largest", "dimension": "funder_code", "code": "BANK_Z", "level": 0.9, "warn": 0.8},
    )  # fmt: skip
    assert frame["status"].tolist() == ["unknown"] * 3
    assert frame["lacks"].tolist() == ["equity", "history", "funder"]  # managed needs twelve months
    assert frame["value_rate"].isna().all()


def test_a_limit_holds_from_its_day_until_its_last(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, scope_of: Scopes, fetch_as: Ask
) -> None:
    frame = checked(
        monkeypatch, tmp_path, scope_of(), fetch_as("manager"),
        old={"figure": "past_due_30", "to": date(2024, 10, 30)},
        now={"figure": "past_due_90", "from": date(2024, 10, 31)},
        later={"figure": "past_due_30", "from": date(2024, 11, 1)},
    )  # fmt: skip
    assert frame["figure"].tolist() == ["past_due_90"]


def test_a_filter_does_not_narrow_a_limit(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, scope_of: Scopes, fetch_as: Ask
) -> None:
    home = narrow(scope_of, channel=("HOME",), opened_from=date(2024, 7, 1))
    share = {"figure": "largest", "dimension": "channel", "level": 0.9, "warn": 0.8}
    frame = checked(monkeypatch, tmp_path, home, fetch_as("manager"), share=share)
    assert frame["value_rate"].tolist() == pytest.approx([10 / 22])
    assert not portfolio_limits.is_whole(home)


def test_a_book_without_amounts_lines_and_funders_is_counted_and_says_what_it_lacks(
    dozen_url: str, tmp_path: Path
) -> None:
    lacks = ("amounts", "limits", "funding", "write_offs")
    book = open_book(changed_book(dozen_url, tmp_path / "book.duckdb", lacks=lacks))
    frame = answer_of(book, "portfolio_limits.status", {}, "manager").frame.set_index(["figure", "dimension"])
    assert frame.loc[("past_due_30", ""), "value_rate"] == 2 / 4  # L11, L12 of four loans
    assert set(frame.xs("funder_code", level="dimension")["lacks"]) == {"funding"}
    assert frame.loc[("utilisation", ""), "lacks"] == "limits"
    assert frame.loc[("lost_month", ""), "lacks"] == "write_offs"
    book.engine.dispose()
