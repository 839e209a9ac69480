"""Loads, reasons, totals and restatements of a book that was loaded twice and stopped once, counted by hand."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pandas as pd
import pytest

from jiebei_dash.answers import data_quality
from jiebei_dash.book import access
from jiebei_dash.book.engine import Book, Fetch, ask, open_book
from jiebei_dash.book.lineage import read_lineage
from jiebei_dash.book.scope import Reader, Scope
from tests.loaded import write_loaded


@pytest.fixture(scope="module")
def loaded(dozen_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Book]:
    book = open_book(write_loaded(dozen_url, tmp_path_factory.mktemp("loaded") / "book.duckdb", ("final_status",)))
    yield book
    book.engine.dispose()


@pytest.fixture
def asked(loaded: Book) -> tuple[Scope, Fetch]:
    return loaded.scope(Reader("Test", "manager")), lambda question: ask(loaded, question)


def rows(frame: pd.DataFrame, *columns: str) -> list[tuple[object, ...]]:
    return [tuple(row) for row in frame[list(columns)].itertuples(index=False)]


def test_every_load_is_listed_with_what_became_of_its_rows(asked: tuple[Scope, Fetch]) -> None:
    frame = data_quality.loads(*asked).frame
    shown = ("load_no", "load_outcome", "load_mode", "rows_in", "rows_loaded", "rows_quarantined", "quarantined_rate")
    assert rows(frame, *shown) == [
        (3, "STOPPED", "MONTHS", 40, 10, 30, 0.75),
        (2, "LOADED", "MONTHS", 10, 10, 0, 0.0),
        (1, "LOADED", "WHOLE", 100, 96, 4, 0.04),
    ]
    assert list(frame["data_version_before"])[1:] == [frame["data_version_after"][2], ""]
    assert frame["data_version_before"][0] == frame["data_version_after"][0] == frame["data_version_after"][1]


def test_reasons_are_of_the_newest_load_unless_another_is_named(asked: tuple[Scope, Fetch]) -> None:
    assert rows(data_quality.reasons(*asked).frame, "tape_reason", "row_count", "share_rate") == [
        ("not_a_date", 30, 0.75)
    ]
    first = data_quality.reasons(*asked, load_no=1).frame
    assert rows(first, "tape_reason", "column_name", "row_count", "rows_in", "share_rate", "is_warning") == [
        ("not_a_number", "owed", 3, 100, 0.03, False),
        ("repeated_key", "", 1, 100, 0.01, False),
        ("unknown_code", "channel", 7, 100, 0.07, True),
    ]
    assert data_quality.reasons(*asked, load_no=2).frame.empty
    assert rows(data_quality.files(*asked, load_no=1).frame, "file", "rows_in") == [("book.csv", 100)]


def test_a_total_counts_as_it_was_said_last_and_what_does_not_tie_stands_first(
    asked: tuple[Scope, Fetch], loaded: Book
) -> None:
    frame = data_quality.totals(*asked).frame
    months = frame["month"].dt.strftime("%Y-%m")
    assert list(zip(frame["load_no"], months, frame["control_measure"], frame["ties"], strict=True)) == [
        (1, "2024-02", "balance", False),
        (2, "2024-03", "balance", True),
        (1, "2024-02", "count", True),
    ]
    assert list(frame["difference"]) == [-100, 0, 0]
    assert list(frame["unit"]) == ["fen", "fen", "count"]
    assert int((~frame["ties"]).sum()) == len(read_lineage(loaded).untied)
    assert list(data_quality.totals(*asked, load_no=1).frame["ties"]) == [False, False, True]


def test_a_month_that_changed_after_it_had_closed_is_listed_before_and_after(asked: tuple[Scope, Fetch]) -> None:
    # Load 2 brought L01 back into March: one row more, 4,000 yuan of balance, 60 yuan of interest.
    frame = data_quality.restatements(*asked).frame
    assert rows(frame, "load_no", "control_measure", "value_before", "value_after", "difference", "unit") == [
        (2, "balance", 4_200_000, 4_600_000, 400_000, "fen"),
        (2, "count", 8, 9, 1, "count"),
        (2, "interest", 18_000, 24_000, 6_000, "fen"),
    ]
    assert frame["change_rate"][1] == 0.125


def test_what_the_book_holds_lacks_and_estimates(asked: tuple[Scope, Fetch]) -> None:
    held = data_quality.holdings(*asked).frame.set_index("table_name")
    assert held.loc["loan", "row_count"] == 12
    assert f"{held.loc['loan_month', 'last_month']:%Y-%m}" == "2024-10"
    assert held.loc["loan_month", "months"] == 10
    assert pd.isna(held.loc["customer", "first_month"])
    assert held.loc["customer", "months"] == 0
    assert rows(data_quality.gaps(*asked).frame, "gap_kind", "gap") == [("ESTIMATE", "final_status")]


def test_a_book_that_no_load_made_has_nothing_to_tell(
    scope_of: Callable[..., Scope], fetch_as: Callable[..., Fetch]
) -> None:
    asked = scope_of(), fetch_as("manager")
    for subject in ("loads", "files", "reasons", "totals", "restatements", "gaps"):
        assert getattr(data_quality, subject)(*asked).frame.empty


def test_a_manager_may_ask_all_of_it(asked: tuple[Scope, Fetch]) -> None:
    for subject in ("loads", "files", "reasons", "totals", "restatements", "holdings", "gaps"):
        for question in getattr(data_quality, subject)(*asked).questions:
            assert access.level_of(question.select) == "sums"
