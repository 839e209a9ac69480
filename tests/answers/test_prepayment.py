"""Counted by hand from the table in ``tests.dozen``; thousands of yuan unless said otherwise."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date

import pandas as pd
import pytest

from jiebei_dash.answers import prepayment
from jiebei_dash.book.engine import Fetch
from jiebei_dash.book.scope import Scope
from jiebei_dash.errors import BadArgument, BookLacks, EmptyScope

K = 100_000
Ask = Callable[..., Fetch]
Scopes = Callable[..., Scope]


def _at(frame: pd.DataFrame, **keys: object) -> pd.Series:
    for column, value in keys.items():
        frame = frame[frame[column] == value]
    assert len(frame) == 1
    return frame.iloc[0]


def test_in_march_one_of_twelve_was_repaid_ahead_of_schedule(scope_of: Scopes, fetch_as: Ask) -> None:
    found = prepayment.by_month(scope_of(), fetch_as("manager")).frame
    march = _at(found, month=pd.Timestamp("2024-03-01"))
    # Current in February with a schedule: L01 5, L03 2, L04 6, L05 3; one of each falls due. L03 pays another one of
    # April in March. L02 is late, L06 is flexible.
    assert (march["opening_fen"] / K, march["unscheduled_fen"] / K, march["prepaid_fen"] / K) == (16, 12, 1)
    assert march["smm_rate"] == pytest.approx(1 / 12)
    assert march["cpr_rate"] == pytest.approx(1 - (11 / 12) ** 12)
    assert march["pool_rate"] == pytest.approx(1 / 16)
    assert (march["loans"], march["is_small"]) == (4, True)


def test_catching_up_and_the_last_instalment_are_not_prepayment(scope_of: Scopes, fetch_as: Ask) -> None:
    found = prepayment.by_month(scope_of(), fetch_as("manager")).frame
    # June: L04 pays three instalments and is cured; July: L01 is paid off as it should be.
    assert found[found["month"] != "2024-03-01"]["prepaid_fen"].sum() == 0


def test_three_months_weigh_by_what_could_be_repaid(scope_of: Scopes, fetch_as: Ask) -> None:
    found = prepayment.by_month(scope_of(), fetch_as("manager")).frame
    # 12 of February, 12 of March, 29 of April.
    assert _at(found, month=pd.Timestamp("2024-04-01"))["smm_3_rate"] == pytest.approx(1 / 53)
    assert found["smm_3_rate"].isna().tolist() == [True, True] + [False] * 7


def test_a_class_without_a_schedule_has_a_payment_rate(scope_of: Scopes, fetch_as: Ask) -> None:
    found = prepayment.by_month(scope_of(), fetch_as("manager"), schedule="without").frame
    # L06 owes 6 in February; its first due date is in March.
    march = _at(found, month=pd.Timestamp("2024-03-01"))
    assert (march["paid_fen"] / K, march["opening_fen"] / K) == (1, 6)
    assert march["mpr_rate"] == pytest.approx(1 / 6)
    # In May it misses its third; in June and July nobody without a schedule was current before.
    assert _at(found, month=pd.Timestamp("2024-05-01"))["mpr_rate"] == 0
    assert pd.isna(_at(found, month=pd.Timestamp("2024-06-01"))["mpr_rate"])


def test_by_age_and_by_group_the_one_early_payment_is_found(scope_of: Scopes, fetch_as: Ask) -> None:
    ages = prepayment.by_age(scope_of(), fetch_as("manager")).frame.set_index("mob")
    # At month 2: L01 5, L02 is late, L03 2, L04 5, L05 2, L07 5, L08 11, L09 5, L10 11, L11 5; one of each falls due.
    assert (ages.loc[2, "opening_fen"] / K, ages.loc[2, "unscheduled_fen"] / K) == (51, 42)
    assert ages.loc[2, "smm_rate"] == pytest.approx(1 / 42)
    assert set(ages.drop(index=2)["prepaid_fen"]) == {0}
    groups = prepayment.by_group(scope_of(), fetch_as("manager"), by="channel").frame.set_index("channel")
    assert groups["prepaid_fen"].to_dict() == {"CHECKOUT": 0, "HOME": K, "RECALL": 0}


def test_parts_of_a_dimension_add_up_to_the_whole(scope_of: Scopes, fetch_as: Ask) -> None:
    scope, fetch = scope_of(), fetch_as("manager")
    whole = prepayment.by_month(scope, fetch, months=12).frame
    for by in ("channel", "term_months", "zhima_band"):
        parts = prepayment.by_group(scope, fetch, by=by).frame
        for column in ("prepaid_fen", "unscheduled_fen", "opening_fen", "paid_fen", "loans"):
            assert parts[column].sum() == whole[column].sum(), (by, column)


def test_going_back_in_time_gives_what_was_shown_then(scope_of: Scopes, fetch_as: Ask) -> None:
    then = prepayment.by_month(replace(scope_of(), as_of_month=date(2024, 4, 1)), fetch_as("manager")).frame
    now = prepayment.by_month(scope_of(), fetch_as("manager")).frame
    pd.testing.assert_frame_equal(then, now.head(len(then)))


def test_a_tape_without_cash_flows_says_what_is_missing(scope_of: Scopes, fetch_as: Ask) -> None:
    for answer in (prepayment.by_month, prepayment.by_age, prepayment.by_group):
        with pytest.raises(BookLacks, match="cash_flows"):
            answer(replace(scope_of(), lacks=frozenset({"cash_flows"})), fetch_as("manager"))
    with pytest.raises(EmptyScope):
        prepayment.by_month(replace(scope_of(), product_class=("JB_STD",)), fetch_as("manager"), schedule="without")
    with pytest.raises(BadArgument, match="schedule"):
        prepayment.by_month(scope_of(), fetch_as("manager"), schedule="both")  # type: ignore[arg-type]
