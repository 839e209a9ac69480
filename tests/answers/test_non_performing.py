"""Counted by hand from the table in ``tests.dozen``; thousands of yuan unless said otherwise."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path

import pandas as pd
import pytest
import sqlalchemy as sa

from jiebei_dash.answers import non_performing
from jiebei_dash.book import schema
from jiebei_dash.book.engine import Book, Fetch, ask, open_book
from jiebei_dash.book.scope import Reader, Scope, month_plus
from jiebei_dash.errors import AllowanceTooNarrow, BadArgument, BookLacks, EmptyScope
from jiebei_dash.queries import non_performing as queries
from jiebei_dash.terms import EXITS
from tests.random_books import write_random

K = 100_000
Ask = Callable[..., Fetch]
Scopes = Callable[..., Scope]


def _month(frame: pd.DataFrame, month: int) -> pd.Series:
    return frame[frame["month"] == f"2024-{month:02}-01"].iloc[0]


def test_june_has_eight_of_special_mention_and_six_substandard(scope_of: Scopes, fetch_as: Ask) -> None:
    found = non_performing.classes(scope_of(), fetch_as("manager")).frame
    june = found[found["month"] == "2024-06-01"].set_index("risk_class")
    # L06 in M2 and L09 in M1, 4,000 each; L02 in M5.
    assert (june["amount_fen"] / K).to_dict() == {
        "PASS": 15, "SPECIAL_MENTION": 8, "SUBSTANDARD": 6, "DOUBTFUL": 0, "LOSS": 0,
    }  # fmt: skip
    assert june["loans"].tolist() == [4, 2, 1, 0, 0]


def test_npl_is_six_in_july_four_in_august_and_nothing_once_both_are_gone(scope_of: Scopes, fetch_as: Ask) -> None:
    found = non_performing.ratios(scope_of(), fetch_as("manager")).frame
    assert _month(found, 7)["npl_rate"] == pytest.approx(6 / 44)
    assert _month(found, 8)["npl_rate"] == pytest.approx(4 / 32)
    september = _month(found, 9)
    assert september["npl_rate"] == 0
    # The sale of L06 made the number: its 4,000 in M4 would have stood in a book of 28,000.
    assert september["unsold_rate"] == pytest.approx(4 / 28)
    assert september["late_unsold_rate"] == pytest.approx(4 / 28)
    # L02's 6,000 are written off in August: 4 - 6 + 6 over a mean book of 38,000.
    assert _month(found, 8)["formation_rate"] == pytest.approx(12 * 4 / 38)
    assert september["formation_rate"] == 0
    assert _month(found, 8)["deviation_rate"] == 1
    # The book has ten months: no year of losses.
    assert found["managed_rate"].isna().all()


def test_what_left_the_book_is_gross_with_its_interest_apart(scope_of: Scopes, fetch_as: Ask) -> None:
    found = non_performing.write_offs(scope_of(), fetch_as("manager")).frame
    august, september = _month(found, 8), _month(found, 9)
    # L02 owed six, L06 four instalments of interest, 60 each.
    assert august[["written_off_loans", "written_off_fen", "written_off_interest_fen"]].tolist() == [1, 6 * K, 36_000]
    assert september[["sold_loans", "sold_fen", "sold_interest_fen"]].tolist() == [1, 4 * K, 24_000]
    assert september["written_off_fen"] == august["sold_fen"] == 0


def test_august_is_covered_by_ninety_seven_percent(scope_of: Scopes, fetch_as: Ask) -> None:
    found = non_performing.coverage(scope_of(), fetch_as("manager")).frame
    assert [f"{month:%Y-%m}" for month in found["month"]] == ["2024-08", "2024-10"]
    august = found.iloc[0]
    assert august["coverage_rate"] == pytest.approx(3_880 / 4_000)
    assert august["allowance_rate"] == pytest.approx(3_880 / 32_000)
    october = found.iloc[1]
    assert pd.isna(october["coverage_rate"])
    assert october["allowance_rate"] == pytest.approx(2_840 / 22_000)
    flexible = replace(scope_of(), product_class=("JB_FLEX",))
    only = non_performing.coverage(flexible, fetch_as("manager")).frame.iloc[0]
    # Of the 7,000 of JB_FLEX in August 4,000 are L06's; 30 and 3,600 are held.
    assert only[["coverage_rate", "allowance_rate"]].tolist() == pytest.approx([3_630 / 4_000, 3_630 / 7_000])


@pytest.mark.parametrize(
    ("narrow", "split"),
    [
        ({"channel": ("HOME",)}, "channel"),
        ({"product_class": ("JB_M1",), "term_months": (6,)}, "term_months"),
        ({"opened_from": date(2024, 2, 1)}, "cohort"),
    ],
)
def test_an_allowance_is_not_known_for_a_narrower_part(
    scope_of: Scopes, fetch_as: Ask, narrow: dict[str, object], split: str
) -> None:
    with pytest.raises(AllowanceTooNarrow) as caught:
        non_performing.coverage(replace(scope_of(), **narrow), fetch_as("manager"))  # type: ignore[arg-type]
    assert caught.value.facts == {"split": split}


def test_a_book_that_never_held_losses_has_no_managed_ratio(scope_of: Scopes, fetch_as: Ask) -> None:
    lacking = replace(scope_of(), lacks=frozenset({"write_offs", "allowance"}))
    found = non_performing.ratios(lacking, fetch_as("manager")).frame
    assert "npl_rate" in found
    assert not {"managed_rate", "lost_year_fen", "formation_rate", "unsold_rate"} & set(found.columns)
    for refused in (non_performing.write_offs, non_performing.coverage):
        with pytest.raises(BookLacks):
            refused(lacking, fetch_as("manager"))


def test_interest_and_amounts_that_nobody_told_are_not_zero(scope_of: Scopes, fetch_as: Ask) -> None:
    without = replace(scope_of(), lacks=frozenset({"lost_interest"}))
    found = non_performing.write_offs(without, fetch_as("manager")).frame
    assert list(found.columns) == ["month", "written_off_loans", "written_off_fen", "sold_loans", "sold_fen"]
    counted = replace(scope_of(), lacks=frozenset({"amounts"}))
    found = non_performing.write_offs(counted, fetch_as("manager")).frame
    assert list(found.columns) == ["month", "written_off_loans", "sold_loans"]


def test_a_book_of_ten_months_has_no_migration_of_a_year(scope_of: Scopes, fetch_as: Ask) -> None:
    with pytest.raises(EmptyScope):
        non_performing.migration(scope_of(), fetch_as("manager"))
    with pytest.raises(BookLacks):
        non_performing.migration(replace(scope_of(), lacks=frozenset({"write_offs"})), fetch_as("manager"))


def test_where_loans_stand_after_a_year_is_what_their_rows_say(tmp_path: Path) -> None:
    book = open_book(write_random(tmp_path / "book.duckdb", 2, applications=600))
    scope = book.scope(Reader("Test", "manager"))
    found = ask(book, queries.migrated(scope)).set_index(["state_then", "long_days_then", "state", "long_days"])
    with book.engine.connect() as connection:
        rows = pd.read_sql(sa.select(schema.loan_month), connection)
    book.engine.dispose()
    rows["month"] = pd.to_datetime(rows["month"]).dt.date
    rows["long"] = [360 if days > 360 else 270 if days > 270 else 0 for days in rows["dpd_days"]]
    last, first = scope.as_of_month, month_plus(scope.as_of_month, -12)
    then = rows[(rows["month"] == first) & ~rows["state"].isin(EXITS)].set_index("loan_id")
    wanted: dict[tuple[object, ...], list[int]] = {}
    for loan, row in then.iterrows():
        own = rows[(rows["loan_id"] == loan) & (rows["month"] > first) & (rows["month"] <= last)]
        ends = own[(own["month"] == last) | own["state"].isin(EXITS)]
        for end in ends.to_dict("records"):
            left = end["lost_fen"] if end["state"] in EXITS else end["balance_fen"]
            sums = wanted.setdefault((row["state"], row["long"], end["state"], end["long"]), [0, 0, 0])
            for place, amount in enumerate((1, row["balance_fen"], left)):
                sums[place] += int(amount)
    assert {
        tuple(key): list(map(int, values)) for key, values in zip(found.index, found.to_numpy(), strict=True)
    } == wanted
    assert len(wanted) > 3


def test_an_empty_book_and_an_odd_argument_are_refused(scope_of: Scopes, fetch_as: Ask, empty_book: Book) -> None:
    empty = scope_of(book=empty_book)
    for asked in (non_performing.classes, non_performing.ratios, non_performing.write_offs, non_performing.coverage):
        with pytest.raises(EmptyScope):
            asked(empty, fetch_as("manager", book=empty_book))
        with pytest.raises(BadArgument):
            asked(scope_of(), fetch_as("manager"), months=0)
