"""Only months that changed are summed again, and what comes out is what a fresh sum would be."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

from jiebei_dash.book import access, marts
from jiebei_dash.book.engine import Book, open_book
from jiebei_dash.book.families import FAMILIES
from jiebei_dash.book.marts import TABLES
from jiebei_dash.book.scope import month_plus
from jiebei_dash.errors import MartsBusy, MartsNotWritten, MartsStopped
from jiebei_dash.marts import build, definitions
from jiebei_dash.marts.build import Refreshed, refresh
from jiebei_dash.marts.places import file_of, folder_of, only_builder
from jiebei_dash.marts.serving import ALL_MARTS, with_marts
from tests.marts.same import compare
from tests.random_books import FIRST, MADE_AT, random_rows, write_random

EVERY = ("application", "application_stage", "decision", "rule_hit", "feature_snapshot", "loan", "instalment",
         "loan_month", "recovery")  # fmt: skip


def summed(url: str, folder: Path) -> Refreshed:
    book = open_book(url)
    try:
        return refresh(book, folder)
    finally:
        book.engine.dispose()


def contents(path: Path) -> dict[str, list[tuple[object, ...]]]:
    """Every mart, its rows in one order."""
    engine = sa.create_engine(f"duckdb:///{path}", connect_args={"read_only": True})
    with engine.connect() as connection:
        found = {
            name: sorted((tuple(row) for row in connection.execute(sa.select(table))), key=repr)
            for name, table in TABLES.items()
        }
    engine.dispose()
    return found


def fresh(url: str, folder: Path) -> dict[str, list[tuple[object, ...]]]:
    return contents(summed(url, folder).path)


def test_summing_again_sums_nothing(tmp_path: Path) -> None:
    url = write_random(tmp_path / "book.duckdb", 1)
    first, second = summed(url, tmp_path / "marts"), summed(url, tmp_path / "marts")
    assert set(first.months) == {family.name for family in FAMILIES}
    assert second == Refreshed(first.path, {})


def test_a_month_that_is_replaced_is_summed_again_and_no_other(tmp_path: Path) -> None:
    url = write_random(tmp_path / "book.duckdb", 1)
    summed(url, tmp_path / "marts")
    month = random_rows(1, variant=1)["recovery"][0]["month"]
    change = {"made_at": MADE_AT + timedelta(days=1), "variant": 1}
    write_random(tmp_path / "book.duckdb", 1, only={"recovery": [month]}, **change)  # type: ignore[arg-type]
    again = summed(url, tmp_path / "marts")
    assert again.months == {"recovered": [month], "collected": [month]}
    write_random(tmp_path / "book.duckdb", 1, only={"loan_month": [month]}, **change)  # type: ignore[arg-type]
    third = summed(url, tmp_path / "marts")
    assert third.months["performance"] == [month]
    assert min(third.months["due"]) == month
    assert third.months["borrowers"] == [month]
    assert month_plus(month, -12) <= min(third.months["migrated"]) <= max(third.months["migrated"]) == month
    known = {"performance", "due", "decided", "entered", "relapsed", "borrowers", "migrated", "borrowed"}
    assert set(third.months) <= known
    assert contents(third.path) == fresh(url, tmp_path / "afresh")


@pytest.mark.parametrize("seed", range(3))
def test_whatever_changes_the_marts_are_those_of_a_fresh_sum(seed: int, tmp_path: Path) -> None:
    chance = random.Random(seed)
    url = write_random(tmp_path / "book.duckdb", seed)
    summed(url, tmp_path / "marts")
    for step in range(1, 4):
        tables = chance.sample(EVERY, chance.randint(1, 4))
        months = [month_plus(FIRST, place) for place in sorted(chance.sample(range(16), chance.randint(1, 3)))]
        write_random(
            tmp_path / "book.duckdb",
            seed,
            variant=step,
            made_at=MADE_AT + timedelta(days=step),
            only=dict.fromkeys(tables, months),
        )
        again = summed(url, tmp_path / "marts")
        assert contents(again.path) == fresh(url, tmp_path / f"afresh{step}")


@pytest.mark.parametrize("months", [13, 15])
def test_a_book_that_ends_earlier_or_later_is_summed_to_its_own_end(months: int, tmp_path: Path) -> None:
    url = write_random(tmp_path / "book.duckdb", 2, months=14)
    summed(url, tmp_path / "marts")
    write_random(tmp_path / "book.duckdb", 2, months=months, made_at=MADE_AT + timedelta(days=1))
    again = summed(url, tmp_path / "marts")
    assert contents(again.path) == fresh(url, tmp_path / "afresh")


def test_a_month_that_is_gone_from_the_book_is_gone_from_the_marts(tmp_path: Path) -> None:
    url = write_random(tmp_path / "book.duckdb", 1)
    before = contents(summed(url, tmp_path / "marts").path)["recovered_top"]
    month = next(row[0] for row in before if isinstance(row[0], date))
    write_random(tmp_path / "book.duckdb", 99, applications=0, made_at=MADE_AT + timedelta(days=1),
                 only={"recovery": [month]})  # fmt: skip
    after = contents(summed(url, tmp_path / "marts").path)["recovered_top"]
    assert after == [row for row in before if row[0] != month]
    assert len(after) < len(before)


def test_other_definitions_are_other_marts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    url = write_random(tmp_path / "book.duckdb", 1)
    first = summed(url, tmp_path / "marts")
    definitions.definition.cache_clear()
    monkeypatch.setattr(definitions, "FORM", "another")
    try:
        second = summed(url, tmp_path / "marts")
    finally:
        definitions.definition.cache_clear()
    assert second.path != first.path
    assert set(second.months) == {family.name for family in FAMILIES}


def test_marts_of_another_version_are_not_used(tmp_path: Path) -> None:
    url = write_random(tmp_path / "book.duckdb", 1)
    summed(url, tmp_path / "marts")
    month = month_plus(FIRST, 9)
    write_random(
        tmp_path / "book.duckdb", 1, made_at=MADE_AT + timedelta(days=1), only={"loan_month": [month]}, variant=1
    )
    now, then = open_book(url), open_book(url, known_on=MADE_AT.date())
    assert with_marts(now, tmp_path / "marts").marts == frozenset()
    assert with_marts(then, tmp_path / "marts").marts == ALL_MARTS
    assert with_marts(now, None) == now
    refresh(now, tmp_path / "marts")
    assert with_marts(now, tmp_path / "marts").marts == ALL_MARTS
    for book in (now, then):
        compare(with_marts(book, tmp_path / "marts"), seed=1, count=1)


def test_a_file_that_is_not_what_its_name_says_is_made_again(tmp_path: Path) -> None:
    url = write_random(tmp_path / "book.duckdb", 1)
    path = summed(url, tmp_path / "marts").path
    path.write_text("hello " * 2000)
    book = open_book(url)
    assert with_marts(book, tmp_path / "marts").marts == frozenset()
    assert set(refresh(book, tmp_path / "marts").months) == {family.name for family in FAMILIES}
    assert with_marts(book, tmp_path / "marts").marts == ALL_MARTS


def test_two_do_not_sum_the_same_book_at_once(dozen: Book, tmp_path: Path) -> None:
    with only_builder(folder_of(dozen, tmp_path)), pytest.raises(MartsBusy):
        refresh(dozen, tmp_path)
    with only_builder(folder_of(dozen, tmp_path)), pytest.raises(MartsBusy):
        refresh(dozen, tmp_path, is_patient=True, is_stopped=lambda: True)
    assert refresh(dozen, tmp_path).path.is_file()


def test_whoever_stops_leaves_nothing_behind(dozen: Book, tmp_path: Path) -> None:
    told: list[float] = []
    with pytest.raises(MartsStopped):
        refresh(dozen, tmp_path, lambda family, share: told.append(share), lambda: len(told) > 4)
    assert [path.name for path in folder_of(dozen, tmp_path).iterdir()] == ["lock"]


def test_a_folder_that_cannot_be_made_is_said(dozen: Book, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(MartsNotWritten):
        refresh(dozen, tmp_path / "file")


def test_progress_goes_from_nothing_to_all(dozen: Book, tmp_path: Path) -> None:
    told: list[tuple[str, float]] = []
    refresh(dozen, tmp_path, lambda family, share: told.append((family, share)))
    assert told[:2] == [("numbers", 0.0), (FAMILIES[0].name, 0.0)]
    assert told[-1] == (FAMILIES[-1].name, 1.0)
    assert [share for _, share in told] == sorted(share for _, share in told)


def test_small_batches_come_to_the_same_sums(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    url = write_random(tmp_path / "book.duckdb", 5)
    whole = fresh(url, tmp_path / "marts")
    monkeypatch.setattr(build, "BATCH_ROWS", 20)
    assert fresh(url, tmp_path / "afresh") == whole


def test_the_marts_of_decisions_are_for_whoever_may_see_applicants(dozen: Book) -> None:
    rows = TABLES[next(family for family in FAMILIES if family.name == "decided").mart_name(FAMILIES[-1].shapes[0])]
    assert access.level_of(sa.select(rows.c.score_points)) == "applicant"
    assert access.level_of(sa.select(sa.func.sum(rows.c.requested_fen))) == "sums"
    assert {access.level_of(sa.select(table)) for name, table in TABLES.items() if table is not rows} == {"sums"}


def test_the_hash_of_an_address_holds_no_password(dozen: Book, tmp_path: Path) -> None:
    shown = replace(dozen, address="postgresql://ana:***@host/book")
    assert file_of(shown, tmp_path).parent.name == folder_of(shown, tmp_path).name
    assert "ana" not in str(folder_of(shown, tmp_path).relative_to(tmp_path))
    assert marts.reads_marts(sa.select(TABLES["performance_top"]))
