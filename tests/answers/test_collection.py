"""Counted by hand from the tables in ``tests.dozen`` and ``tests.dozen_risk``; amounts in yuan."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path

import pandas as pd
import pytest

from jiebei_dash.answers import collection
from jiebei_dash.book.engine import Book, Fetch, ask, open_book
from jiebei_dash.book.scope import Reader, Scope
from jiebei_dash.errors import BadArgument, BookLacks, EmptyScope
from jiebei_dash.queries import collection as queries
from jiebei_dash.terms import BUCKETS, WATCHED_MONTHS
from tests.random_books import FIRST, random_rows, write_random

YUAN = 100
Ask = Callable[..., Fetch]
Scopes = Callable[..., Scope]


def _by_month(frame: pd.DataFrame, at: str) -> pd.DataFrame:
    return frame.set_index(frame[at].dt.month)


def test_of_six_batches_of_m1_one_was_cured_and_half_of_it_was_received(scope_of: Scopes, fetch_as: Ask) -> None:
    """L02 Feb, L04 Apr, L06 May, L09 Jun (cured in July by two instalments of 1,000), L12 Aug, L11 Sep."""
    frame = _by_month(collection.batches(scope_of(), fetch_as("manager")).frame, "entered_month")
    assert frame.index.tolist() == [2, 4, 5, 6, 8, 9]
    assert (frame["entered_fen"] / YUAN).tolist() == [6_000, 5_000, 4_000, 4_000, 3_000, 5_000]
    assert frame["loans"].tolist() == [1] * 6
    assert frame["cured"].tolist() == [0, 0, 0, 1, 0, 0]
    june = frame.loc[6]
    assert (june["paid_fen"], june["cured_fen"]) == (2_000 * YUAN, 4_000 * YUAN)
    assert (june["paid_rate"], june["cured_amount_rate"], june["cured_rate"]) == (0.5, 1.0, 1.0)
    assert june["others_rate"] == 0
    assert pd.isna(frame["others_rate"].iloc[0])
    assert frame["is_small"].all()
    assert not frame["is_beyond_noise"].any()


def test_a_batch_is_blank_until_its_months_have_passed_and_money_after_the_cure_is_not_of_the_arrears(
    scope_of: Scopes, fetch_as: Ask
) -> None:
    two = collection.batches(scope_of(), fetch_as("manager"), within_months=2).frame
    two = _by_month(two, "entered_month")
    assert two.index.tolist() == [2, 4, 5, 6, 8]
    assert two["cured"].tolist() == [0, 1, 0, 1, 0]
    assert two.loc[4, "paid_rate"] == pytest.approx(3_000 / 5_000)
    three = _by_month(collection.batches(scope_of(), fetch_as("manager"), within_months=3).frame, "entered_month")
    assert three.index.tolist() == [2, 4, 5, 6]
    # L09 paid another 1,000 in August, being current.
    assert three.loc[6, "paid_fen"] == 2_000 * YUAN
    june = replace(scope_of(), as_of_month=date(2024, 6, 1))
    assert collection.batches(june, fetch_as("manager")).frame["entered_month"].dt.month.tolist() == [2, 4, 5]


def test_a_sale_and_a_write_off_are_no_cures(scope_of: Scopes, fetch_as: Ask) -> None:
    m4 = _by_month(collection.batches(scope_of(), fetch_as("manager"), bucket="M4").frame, "entered_month")
    assert (m4.index.tolist(), m4["cured"].tolist(), m4["paid_fen"].tolist()) == ([5, 8], [0, 0], [0, 0])
    m6 = collection.batches(scope_of(), fetch_as("manager"), bucket="M6", within_months=3).frame
    assert (len(m6), m6["cured"].sum()) == (1, 0)


def test_in_july_half_of_what_stood_in_m1_was_received(scope_of: Scopes, fetch_as: Ask) -> None:
    frame = _by_month(collection.in_bucket(scope_of(), fetch_as("manager")).frame, "month")
    assert (frame.loc[7, ["opening_fen", "inflow_fen", "paid_fen"]] / YUAN).tolist() == [4_000, 0, 2_000]
    assert frame.loc[7, "rate"] == 0.5
    assert (frame.loc[6, ["opening_fen", "inflow_fen", "paid_fen"]] / YUAN).tolist() == [4_000, 4_000, 0]
    assert frame.loc[6, "loans"] == 2
    assert pd.isna(frame.loc[1, "rate"])


def test_two_were_cured_and_none_was_late_again_within_three_months(scope_of: Scopes, fetch_as: Ask) -> None:
    frame = _by_month(collection.relapses(scope_of(), fetch_as("manager")).frame, "cured_month")
    assert frame.index.tolist() == [6, 7]
    assert frame[["cured", "relapsed"]].to_numpy().tolist() == [[1, 0], [1, 0]]
    september = replace(scope_of(), as_of_month=date(2024, 9, 1))
    assert collection.relapses(september, fetch_as("manager")).frame["cured_month"].dt.month.tolist() == [6]


def test_of_three_promises_due_by_october_two_were_kept(scope_of: Scopes, fetch_as: Ask) -> None:
    frame = _by_month(collection.promises(scope_of(), fetch_as("manager")).frame, "promised_month")
    assert frame.index.tolist() == [3, 6, 7]
    assert frame["promises"].tolist() == [1, 1, 1]
    assert frame["kept"].tolist() == [0, 1, 1]
    assert frame["whole_rate"].tolist() == pytest.approx([2 / 3] * 3)


def test_of_five_calls_of_the_agency_four_reached_somebody_and_one_came_at_night(
    scope_of: Scopes, fetch_as: Ask
) -> None:
    frame = collection.contacts(scope_of(), fetch_as("manager"), months=12).frame
    named = frame.set_index(["agency_code", "contact_channel"])
    counts = named[["contacts", "reached", "judged", "outside"]]
    assert counts.loc[("AG1", "CALL")].tolist() == [5, 4, 5, 1]
    assert counts.loc[("OWN", "CALL")].tolist() == [1, 1, 1, 0]
    assert counts.loc[("OWN", "SMS")].tolist() == [2, 0, 2, 0]
    assert named.loc[("AG1", "CALL"), "reached_rate"] == pytest.approx(0.8)
    assert named.loc[("AG1", "CALL"), "outside_rate"] == pytest.approx(0.2)
    last = collection.contacts(scope_of(), fetch_as("manager")).frame
    assert last[["contacts", "reached", "outside"]].to_numpy().tolist() == [[2, 1, 1]]


@pytest.mark.parametrize("seed", [1, 2])
def test_entries_and_cures_are_those_of_following_each_loan_by_hand(seed: int, tmp_path: Path) -> None:
    """Books full of falls, cures and falls again: every loan is walked through, month by month."""
    book = open_book(write_random(tmp_path / "book.duckdb", seed))
    scope = book.scope(Reader("Test", "manager"))
    late = set(BUCKETS[1:])
    loans: dict[str, list[dict[str, object]]] = {}
    for row in random_rows(seed)["loan_month"]:
        loans.setdefault(str(row["loan_id"]), []).append(row)
    cured: dict[tuple[date, int], int] = {}
    again: dict[tuple[date, int], int] = {}
    for rows in loans.values():
        rows.sort(key=lambda row: row["month"])  # type: ignore[arg-type, return-value]
        for place, row in enumerate(rows):
            if row["prev_state"] in late and row["state"] == "C":
                following = [r for r in rows[place + 1 :] if r["state"] in late and r["prev_state"] not in late]
                after = int(str(following[0]["mob"])) - int(str(row["mob"])) if following else 99
                if after <= WATCHED_MONTHS:
                    again[row["month"], after] = again.get((row["month"], after), 0) + 1  # type: ignore[index, arg-type]
            if row["state"] == "M2" and row["prev_state"] in (None, "C", "M1"):
                for later in rows[place + 1 :]:
                    if later["prev_state"] not in late:
                        break
                    after = int(str(later["mob"])) - int(str(row["mob"]))
                    if later["state"] in ("C", "PAID") and after <= WATCHED_MONTHS:
                        cured[row["month"], after] = cured.get((row["month"], after), 0) + 1  # type: ignore[index, arg-type]
    relapsed = ask(book, queries.cures(scope, FIRST))
    entered = ask(book, queries.batches(scope, FIRST, "M2"))
    book.engine.dispose()
    assert len(again) > 3
    assert len(cured) > 3
    for frame, at, name, wanted in (
        (relapsed, "cured_month", "relapsed", again),
        (entered, "entered_month", "cured", cured),
    ):
        found = {(row[at].date(), row["after_months"]): row[name] for row in frame.to_dict("records") if row[name]}
        assert found == wanted


def test_what_the_book_lacks_and_unknown_arguments_are_told(scope_of: Scopes, fetch_as: Ask, empty_book: Book) -> None:
    without = replace(scope_of(), lacks=frozenset({"contacts", "cash_flows"}))
    for answer in (collection.batches, collection.in_bucket, collection.promises, collection.contacts):
        with pytest.raises(BookLacks):
            answer(without, fetch_as("manager"))
    for arguments in ({"bucket": "C"}, {"within_months": 4}, {"months": 0}):
        with pytest.raises(BadArgument):
            collection.batches(scope_of(), fetch_as("manager"), **arguments)  # type: ignore[arg-type]
    empty = scope_of(book=empty_book)
    with pytest.raises(EmptyScope):
        collection.in_bucket(empty, fetch_as("manager", book=empty_book))
    for answer in (collection.batches, collection.relapses, collection.promises, collection.contacts):
        assert answer(empty, fetch_as("manager", book=empty_book)).frame.empty
