"""Counted by hand from the tables in ``tests.dozen`` and ``tests.dozen_risk``; thousands of yuan unless said otherwise.

In October four loans are on the book: L08 (5, current, CHECKOUT, GD, JB_M1, 12 months, age 7), L10 (9, current, HOME,
GD, JB_STD, 12 months, age 3), L11 (5, M2, CHECKOUT, GD, JB_M1, 6 months, age 3), L12 (3, M3, PARTNER, SD, JB_FLEX, 3
months, age 3).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path

import pandas as pd
import pytest

from jiebei_dash.answers import stratification
from jiebei_dash.asking import answer_of
from jiebei_dash.book.engine import Book, Fetch, open_book
from jiebei_dash.book.scope import Scope
from jiebei_dash.errors import BadArgument, BookLacks, EmptyScope
from tests.changed import changed_book

K = 100_000
Ask = Callable[..., Fetch]
Scopes = Callable[..., Scope]


def narrow(scope_of: Scopes, **changes: object) -> Scope:
    """A scope that differs in some fields."""
    return replace(scope_of(), **changes)  # type: ignore[arg-type]


def test_by_channel_checkout_holds_ten_of_twenty_two_and_half_of_it_is_late(scope_of: Scopes, fetch_as: Ask) -> None:
    frame = stratification.table(scope_of(), fetch_as("manager"), "channel").frame.set_index("channel")
    assert list(frame.index) == ["HOME", "CHECKOUT", "PARTNER"]  # in the order of the codes; RECALL is paid off
    assert (frame["amount"] / K).tolist() == [9, 10, 3]
    assert frame["loans"].tolist() == [1, 2, 1]
    assert frame["share_rate"].tolist() == pytest.approx([9 / 22, 10 / 22, 3 / 22])
    assert frame["late_rate"].tolist() == pytest.approx([0, 5 / 10, 1])
    assert (frame["average_fen"] / K).tolist() == [9, 5, 3]
    assert frame["is_small"].all()
    # Of the whole 8 of 22 are late; four loans, 22 of balance, the age weighed by what is owed.
    assert frame["whole_late_rate"].tolist() == pytest.approx([8 / 22] * 3)
    assert (frame["whole_average_fen"] / K).tolist() == pytest.approx([22 / 4] * 3)
    assert frame["whole_mean_mob"].iloc[0] == pytest.approx((9 * 3 + 5 * 7 + 5 * 3 + 3 * 3) / 22)


def test_age_and_term_are_weighed_by_what_is_owed_or_by_loans(scope_of: Scopes, fetch_as: Ask) -> None:
    owed = stratification.table(scope_of(), fetch_as("manager"), "channel").frame.set_index("channel")
    assert owed.loc["CHECKOUT", "mean_mob"] == pytest.approx((5 * 7 + 5 * 3) / 10)
    assert owed.loc["CHECKOUT", "mean_term"] == pytest.approx((5 * 12 + 5 * 6) / 10)
    counted = stratification.table(scope_of(), fetch_as("manager"), "product_class", "count").frame
    counted = counted.set_index("product_class")
    assert counted.loc["JB_M1", "mean_term"] == pytest.approx((12 + 6) / 2)
    assert counted.loc["JB_M1", "share_rate"] == pytest.approx(2 / 4)
    assert counted["average_fen"].isna().all()  # no money where loans are counted


def test_the_interval_is_wilsons_over_the_loans(scope_of: Scopes, fetch_as: Ask) -> None:
    row = stratification.table(scope_of(), fetch_as("manager"), "channel").frame.set_index("channel").loc["CHECKOUT"]
    # One of two, Wilson 95 %: 0.5 -+ 1.96 / (1 + 1.96^2 / 2) * sqrt(0.25 / 2 + 1.96^2 / 16)
    assert (row["low_rate"], row["high_rate"]) == pytest.approx((0.094531, 0.905469), abs=1e-6)


def test_by_province_the_term_is_not_asked(scope_of: Scopes, fetch_as: Ask) -> None:
    frame = stratification.table(scope_of(), fetch_as("manager"), "province_code").frame
    assert frame["province_code"].tolist() == ["GD", "SD"]
    assert frame["mean_term"].isna().all()


def test_the_bucket_and_the_age_are_fields_too(scope_of: Scopes, fetch_as: Ask) -> None:
    states = stratification.table(scope_of(), fetch_as("manager"), "state").frame.set_index("state")
    assert (states["amount"] / K).to_dict() == {"C": 14, "M2": 5, "M3": 3}
    ages = stratification.table(scope_of(), fetch_as("manager"), "age_band").frame.set_index("age_band")
    assert (ages["amount"] / K).to_dict() == {"3_5": 17, "6_8": 5}


def test_two_fields_hold_the_whole_book_once(scope_of: Scopes, fetch_as: Ask) -> None:
    frame = stratification.crossed(scope_of(), fetch_as("manager"), "product_class", "age_band").frame
    cells = frame.set_index(["product_class", "age_band"])
    assert (cells["amount"] / K).to_dict() == {
        ("JB_STD", "3_5"): 9, ("JB_M1", "3_5"): 5, ("JB_M1", "6_8"): 5, ("JB_FLEX", "3_5"): 3,
    }  # fmt: skip
    assert frame["share_rate"].sum() == pytest.approx(1)
    assert cells.loc[("JB_M1", "3_5"), "late_rate"] == 1


def test_pools_stand_in_the_same_lines_against_the_first(scope_of: Scopes, fetch_as: Ask) -> None:
    names = ("channel=CHECKOUT", "channel=HOME")
    frame = stratification.pools(scope_of(), fetch_as("manager"), names, "age_band").frame
    assert frame["pool_code"].tolist() == ["CHECKOUT", "CHECKOUT", "HOME", "HOME"]
    assert frame["age_band"].tolist() == ["3_5", "6_8"] * 2
    assert frame["share_rate"].tolist() == pytest.approx([0.5, 0.5, 1, 0])
    assert frame["share_difference"].tolist()[2:] == pytest.approx([0.5, -0.5])
    assert not frame["is_share_beyond_noise"].any()  # two loans against one are no evidence
    totals = stratification.pool_totals(scope_of(), fetch_as("manager"), names).frame
    assert (totals["amount"] / K).tolist() == [10, 9]
    assert totals["late_difference"].iloc[1] == pytest.approx(0 - 0.5)


def test_a_pool_of_opening_months_is_a_part_of_the_scope(scope_of: Scopes, fetch_as: Ask) -> None:
    names = ("opened=2024-01:2024-03", "opened=2024-07:2024-07")
    totals = stratification.pool_totals(scope_of(), fetch_as("manager"), names).frame
    assert (totals["amount"] / K).tolist() == [5, 17]  # L08; L10, L11, L12
    narrowed = narrow(scope_of, opened_to=date(2024, 3, 1))
    with pytest.raises(EmptyScope):  # of the second pool nothing is left in the scope
        stratification.pool_totals(narrowed, fetch_as("manager"), names)


@pytest.mark.parametrize(
    "pools",
    [("channel=HOME",), ("channel=NOWHERE", "channel=HOME"), ("funder_code=OWN", "channel=HOME"),
     ("opened=x", "opened=2024"),
     tuple(f"term_months={term}" for term in (3, 6, 9, 12, 24, 0))],
)  # fmt: skip
def test_what_is_no_pool_is_refused(scope_of: Scopes, fetch_as: Ask, pools: tuple[str, ...]) -> None:
    with pytest.raises(BadArgument):
        stratification.pools(scope_of(), fetch_as("manager"), pools)


def test_october_leans_on_gd_and_on_the_bank_that_lends_seventy_percent(scope_of: Scopes, fetch_as: Ask) -> None:
    frame = stratification.concentration(scope_of(), fetch_as("manager")).frame
    last = frame[frame["month"] == "2024-10-01"].set_index("by")
    channel = last.loc["channel"]
    assert channel["largest"] == "CHECKOUT"
    assert channel["largest_rate"] == pytest.approx(10 / 22)
    assert channel["herfindahl"] == pytest.approx((9**2 + 10**2 + 3**2) / 22**2)
    assert channel["equal_groups"] == pytest.approx(22**2 / 190)
    assert (channel["groups"], channel["top_3_rate"]) == (3, 1)
    assert last.loc["province_code", "largest_rate"] == pytest.approx(19 / 22)
    # Every loan is lent 30 % by the house and 70 % by the bank.
    assert last.loc["funder_code", "largest"] == "Bank A"
    assert last.loc["funder_code", "herfindahl"] == pytest.approx(0.7**2 + 0.3**2)
    assert last.loc["funder_code", "total"] / K == 75  # all that was lent within twelve months


def test_utilisation_is_balance_over_active_limits_with_frozen_apart(scope_of: Scopes, fetch_as: Ask) -> None:
    frame = stratification.utilisation(scope_of(), fetch_as("manager")).frame.set_index("month")
    assert (frame["active_fen"] / K).tail(10).tolist() == [24, 40, 74, 66, 58, 66, 104, 96, 88, 88]
    assert (frame["frozen_fen"] / K).tail(10).tolist() == [0, 8, 8, 16, 24, 12, 12, 12, 8, 8]
    assert frame.loc["2024-10-01", "rate"] == pytest.approx(22 / 88)
    assert frame.loc["2024-10-01", "with_frozen_rate"] == pytest.approx(22 / 96)
    june = stratification.utilisation(
        narrow(scope_of, as_of_month=date(2024, 6, 1)), fetch_as("manager"), months=1
    ).frame
    assert june["rate"].tolist() == pytest.approx([29 / 66])


def test_utilisation_by_product_knows_no_rate_where_all_is_frozen(scope_of: Scopes, fetch_as: Ask) -> None:
    frame = stratification.utilisation(scope_of(), fetch_as("manager"), "product_class").frame
    assert frame["product_class"].tolist() == ["JB_STD", "JB_M1", "JB_FLEX"]
    assert (frame["active_fen"] / K).tolist() == [62, 26, 0]
    assert frame["rate"].tolist()[:2] == pytest.approx([9 / 62, 10 / 26])
    assert pd.isna(frame["rate"].iloc[2])
    assert frame["with_frozen_rate"].iloc[2] == pytest.approx(3 / 8)


def test_a_choice_of_opening_months_is_not_applied_to_lines(scope_of: Scopes, fetch_as: Ask) -> None:
    frame = stratification.utilisation(narrow(scope_of, opened_from=date(2024, 7, 1)), fetch_as("manager")).frame
    assert frame["rate"].iloc[-1] == pytest.approx(22 / 88)


def test_what_is_not_a_field_or_not_there_is_refused(scope_of: Scopes, fetch_as: Ask) -> None:
    with pytest.raises(BadArgument):
        stratification.table(scope_of(), fetch_as("manager"), "gender")
    with pytest.raises(BadArgument):
        stratification.crossed(scope_of(), fetch_as("manager"), "channel", "channel")
    with pytest.raises(EmptyScope):
        stratification.table(narrow(scope_of, channel=("RECALL",)), fetch_as("manager"))  # paid off in August


def test_a_book_that_lacks_says_so(dozen_url: str, tmp_path: Path, fetch_as: Ask) -> None:
    url = changed_book(dozen_url, tmp_path / "book.duckdb", lacks=("amounts", "limits", "funding"))
    book: Book = open_book(url)
    with pytest.raises(BookLacks):
        answer_of(book, "stratification.utilisation", {}, "manager")
    with pytest.raises(BookLacks):
        answer_of(book, "stratification.table", {}, "manager")
    frame = answer_of(book, "stratification.concentration", {"basis": "count"}, "manager").frame
    assert "funder_code" not in set(frame["by"])
    book.engine.dispose()
