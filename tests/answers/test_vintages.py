"""Counted by hand from the table in ``tests.dozen``; thousands of yuan."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date

import pandas as pd
import pytest

from jiebei_dash.answers import loans, vintages
from jiebei_dash.book.engine import Book, Fetch
from jiebei_dash.book.scope import Scope
from jiebei_dash.errors import BadArgument, BookLacks, EmptyScope

K = 100_000
Ask = Callable[..., Fetch]
Scopes = Callable[..., Scope]


def _curve(frame: pd.DataFrame, cohort: str) -> list[float]:
    part = frame[frame["cohort"] == cohort].sort_values("mob")
    assert part["mob"].tolist() == list(range(len(part)))
    return (part["numerator"] / K).tolist()


def test_current_thirty_plus_counts_what_was_lost_and_forgets_what_cured(scope_of: Scopes, fetch_as: Ask) -> None:
    frame = vintages.curves(scope_of(), fetch_as("manager")).frame
    assert _curve(frame, "2024-01-01") == [0, 0, 6, 6, 6, 6, 6, 6, 6, 6]
    assert _curve(frame, "2024-02-01") == [0, 0, 0, 5, 4, 4, 4, 4, 4]
    assert _curve(frame, "2024-03-01") == [0] * 8
    assert _curve(frame, "2024-07-01") == [0, 0, 3, 8]
    assert frame[frame["cohort"] == "2024-07-01"]["rate"].iloc[-1] == pytest.approx(8 / 21)


def test_ever_never_falls_and_keeps_the_cured(scope_of: Scopes, fetch_as: Ask) -> None:
    frame = vintages.triangle(scope_of(), fetch_as("manager"), measure="ever").frame
    assert _curve(frame, "2024-02-01") == [0, 0, 0, 5, 9, 9, 9, 9, 9]
    assert (frame.groupby("cohort")["numerator"].diff().dropna() >= 0).all()


def test_loss_is_what_was_written_off_and_sold_to_date(scope_of: Scopes, fetch_as: Ask) -> None:
    frame = vintages.triangle(scope_of(), fetch_as("manager"), measure="loss").frame
    assert _curve(frame, "2024-01-01") == [0, 0, 0, 0, 0, 0, 0, 6, 6, 6]
    assert _curve(frame, "2024-02-01") == [0, 0, 0, 0, 0, 0, 0, 4, 4]


def test_the_net_loss_falls_by_what_came_back(scope_of: Scopes, fetch_as: Ask) -> None:
    """L02: 6,000 lost in August, 100 back in September and 300 in October; L06: 4,000 sold for 400 in September."""
    frame = vintages.triangle(scope_of(), fetch_as("manager"), measure="net_loss").frame
    assert _curve(frame, "2024-01-01") == [0, 0, 0, 0, 0, 0, 0, 6, 5.9, 5.6]
    assert _curve(frame, "2024-02-01") == [0, 0, 0, 0, 0, 0, 0, 3.6, 3.6]
    assert _curve(frame, "2024-03-01") == [0] * 8
    september = replace(scope_of(), as_of_month=date(2024, 9, 1))
    then = vintages.triangle(september, fetch_as("manager"), measure="net_loss").frame
    assert _curve(then, "2024-01-01")[-1] == 5.9


def test_what_came_back_is_money_and_has_no_count(scope_of: Scopes, fetch_as: Ask) -> None:
    with pytest.raises(BadArgument):
        vintages.curves(scope_of(), fetch_as("manager"), measure="net_loss", basis="count")
    for lack in ("write_offs", "amounts"):
        with pytest.raises(BookLacks):
            vintages.curves(replace(scope_of(), lacks=frozenset({lack})), fetch_as("manager"), measure="net_loss")


def test_ninety_plus_begins_at_the_fourth_month(scope_of: Scopes, fetch_as: Ask) -> None:
    frame = vintages.triangle(scope_of(), fetch_as("manager"), past_due_days=90).frame
    assert _curve(frame, "2024-01-01") == [0, 0, 0, 0, 6, 6, 6, 6, 6, 6]


def test_by_count_a_third_of_january_is_late(scope_of: Scopes, fetch_as: Ask) -> None:
    no_amounts = replace(scope_of(), lacks=frozenset({"amounts"}))
    frame = vintages.triangle(no_amounts, fetch_as("manager"), basis="count").frame
    january = frame[frame["cohort"] == "2024-01-01"]
    assert january["numerator"].tolist() == [0, 0, 1, 1, 1, 1, 1, 1, 1, 1]
    assert january["denominator"].unique().tolist() == [3]
    with pytest.raises(BookLacks):
        vintages.triangle(no_amounts, fetch_as("manager"))


def test_the_pooled_curve_uses_only_cohorts_that_reached_the_age(scope_of: Scopes, fetch_as: Ask) -> None:
    frame = vintages.curves(scope_of(), fetch_as("manager")).frame
    pooled = frame[frame["cohort"].isna()].set_index("mob")
    assert pooled.loc[3, "rate"] == pytest.approx(19 / 75)
    assert pooled.loc[3, "cohorts"] == 4
    assert pooled.loc[4, "rate"] == pytest.approx(10 / 54)
    assert pooled.loc[4, "cohorts"] == 3
    assert pooled.loc[9, "cohorts"] == 1


def test_a_quarter_is_as_young_as_its_youngest_month(scope_of: Scopes, fetch_as: Ask) -> None:
    frame = vintages.triangle(scope_of(), fetch_as("manager"), cohort="quarter").frame
    assert _curve(frame, "2024-01-01") == [0, 0, 6, 11, 10, 10, 10, 10]
    assert frame["denominator"].unique().tolist() == [54 * K, 21 * K]
    assert _curve(frame, "2024-07-01") == [0, 0, 3, 8]


def test_a_quarter_that_is_not_over_is_absent(scope_of: Scopes, fetch_as: Ask) -> None:
    for month, quarters in ((3, 1), (8, 1), (9, 2)):
        scope = replace(scope_of(), as_of_month=date(2024, month, 1))
        frame = vintages.triangle(scope, fetch_as("manager"), cohort="quarter").frame
        assert frame["cohort"].nunique() == quarters
    with pytest.raises(EmptyScope):
        vintages.triangle(replace(scope_of(), as_of_month=date(2024, 2, 1)), fetch_as("manager"), cohort="quarter")
    # In March the quarter has lent all of its 54 and only age 0 has closed.
    march = vintages.curves(replace(scope_of(), as_of_month=date(2024, 3, 1)), fetch_as("manager"), cohort="quarter")
    assert march.frame[["mob", "denominator"]].to_numpy().tolist() == [[0, 54 * K], [0, 54 * K]]


def test_as_of_august_knows_nothing_of_september(scope_of: Scopes, fetch_as: Ask) -> None:
    scope = replace(scope_of(), as_of_month=date(2024, 8, 1))
    frame = vintages.triangle(scope, fetch_as("manager"), measure="loss").frame
    assert _curve(frame, "2024-01-01")[-1] == 6
    assert _curve(frame, "2024-02-01") == [0] * 7
    ever = vintages.triangle(scope, fetch_as("manager"), measure="ever").frame
    assert _curve(ever, "2024-07-01") == [0, 0]


def test_each_cohort_is_compared_with_the_others_at_the_same_age(scope_of: Scopes, fetch_as: Ask) -> None:
    found = vintages.at_age(scope_of(), fetch_as("manager"), mob=4).frame
    assert found["cohort"].dt.month.tolist() == [1, 2, 3]
    assert found["rate"].iloc[0] == pytest.approx(6 / 15)
    assert found["others_rate"].iloc[0] == pytest.approx(4 / 39)


@pytest.mark.parametrize("measure", ["current", "ever", "loss"])
@pytest.mark.parametrize("cohort", ["month", "quarter"])
def test_the_loans_behind_every_cell_sum_to_its_numerator(
    scope_of: Scopes, fetch_as: Ask, measure: str, cohort: str
) -> None:
    scope, fetch = scope_of(), fetch_as("manager")
    cells = vintages.triangle(scope, fetch, measure=measure, cohort=cohort).frame  # type: ignore[arg-type]
    counts = vintages.triangle(scope, fetch, measure=measure, cohort=cohort, basis="count").frame  # type: ignore[arg-type]
    for cell, counted in zip(cells.itertuples(), counts.itertuples(), strict=True):
        key = {"opened_month": cell.cohort.date(), "mob": cell.mob, "measure": measure, "cohort": cohort}
        listed = loans.of_cell(scope, fetch, **key).frame
        total = loans.count(scope, fetch, **key).frame.iloc[0]
        assert listed["amount_fen"].sum() == cell.numerator == total["amount_fen"]
        assert len(listed) == counted.numerator == total["loans"]


def test_an_empty_book_and_unknown_arguments_are_told(scope_of: Scopes, fetch_as: Ask, empty_book: Book) -> None:
    with pytest.raises(EmptyScope):
        vintages.curves(scope_of(book=empty_book), fetch_as("manager", book=empty_book))
    with pytest.raises(BadArgument):
        vintages.curves(scope_of(), fetch_as("manager"), past_due_days=45)
    with pytest.raises(BookLacks):
        vintages.curves(replace(scope_of(), lacks=frozenset({"write_offs"})), fetch_as("manager"), measure="loss")
