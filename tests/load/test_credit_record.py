"""A real tape through its mapping, against figures that others published.

Source of the figures: notebook "ESE527-Vintage analysis", wustlese527/progress_status_2, on the tables
credit_record and application_record of "Credit Card Approval Prediction" (Kaggle, CC0).
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pandas as pd
import pytest

from jiebei_dash.answers import ever_past_due
from jiebei_dash.book.engine import Book, Question, ask, open_book
from jiebei_dash.book.scope import Reader, month_plus
from jiebei_dash.load.brought import DECIDED
from jiebei_dash.load.loader import load_tape
from jiebei_dash.load.report import LoadReport

ROOT = Path(__file__).resolve().parent.parent.parent
TAPE = ROOT.parent / "shared" / "data"

pytestmark = [
    pytest.mark.slow,
    pytest.mark.slow,
    pytest.mark.skipif(not TAPE.is_dir(), reason="the public tapes are not beside this checkout"),
]


@pytest.fixture(scope="session")
def report(tmp_path_factory: pytest.TempPathFactory) -> LoadReport:
    path = tmp_path_factory.mktemp("credit_record") / "book.duckdb"
    return load_tape(TAPE, ROOT / "data" / "mappings" / "credit_record.toml", f"duckdb:///{path}")


@pytest.fixture(scope="session")
def cards(report: LoadReport) -> Iterator[Book]:
    assert report.quarantine_path is not None
    book = open_book(f"duckdb:///{str(report.quarantine_path.parent).removesuffix('.quarantine')}")
    yield book
    book.engine.dispose()


def test_ever_past_due_shares_are_the_published_ones(cards: Book) -> None:
    answer = ever_past_due.shares(cards.scope(Reader("Test", "manager")), lambda question: ask(cards, question))
    assert answer.frame["loan_count"].tolist() == [45_985] * 6
    published = [0.87054, 0.11634, 0.01450, 0.00720, 0.00528, 0.00424]
    assert answer.frame["past_due_rate"].round(5).tolist() == published


@pytest.mark.parametrize(
    ("months_back", "age", "accounts", "published"),
    [(-60, 5, 415, 0.002410), (-55, 5, 486, 0.016461), (-21, 17, 858, 0.017483)],
)
def test_vintage_cells_with_the_notebooks_numerator_are_the_published_ones(
    cards: Book, months_back: int, age: int, accounts: int, published: float
) -> None:
    answer = ever_past_due.by_age(
        cards.scope(Reader("Test", "manager")),
        lambda question: ask(cards, question),
        past_due_days=60,
        observed_over_months=20,
    )
    opened = pd.Timestamp(month_plus(cards.last_closed_month, months_back))
    cell = answer.frame[(answer.frame["opened_month"] == opened) & (answer.frame["mob"] == age)]
    assert cell["loan_count"].tolist() == [accounts]
    assert cell["past_due_rate"].round(6).tolist() == [published]


def test_without_the_notebooks_numerator_every_account_past_due_counts(cards: Book) -> None:
    """Opened 55 months back: nine accounts are 60+ by age 5, one of them observed for less than 21 months."""
    answer = ever_past_due.by_age(cards.scope(Reader("Test", "manager")), lambda question: ask(cards, question))
    opened = pd.Timestamp(month_plus(cards.last_closed_month, -55))
    cell = answer.frame[(answer.frame["opened_month"] == opened) & (answer.frame["mob"] == 5)]
    assert cell["past_due_count"].tolist() == [9]


def test_every_row_is_loaded_or_in_quarantine(report: LoadReport) -> None:
    told = {(each.file, each.table): (each.rows_in, each.loaded, each.quarantined) for each in report.brought}
    assert told == {
        ("credit_record.parquet", "loan_month"): (1_048_575, 1_048_575, 0),
        ("application_record.parquet", "customer"): (438_557, 438_463, 94),
    }
    assert report.rows["loan"] == 45_985


def test_the_47_numbers_of_two_people_are_quarantined(report: LoadReport) -> None:
    assert report.quarantine_path is not None
    listed = pd.read_parquet(report.quarantine_path)
    assert len(listed) == 94
    assert listed["reason"].unique().tolist() == ["repeated_key"]
    assert listed["raw"].str.extract(r'"ID":(\d+)')[0].nunique() == 47


def test_nobody_without_an_account_is_taken_for_declined(cards: Book, report: LoadReport) -> None:
    assert "declined_applicants" in cards.lacks
    assert "application" not in report.rows


def test_the_book_names_what_the_tape_never_had(cards: Book) -> None:
    assert cards.lacks == {
        "amounts", "applicants", "declined_applicants", "decision_features",
        "instalments", "funding", "write_offs", "calendar", *(DECIDED - {"borrowers"}),
    }  # fmt: skip
    assert (cards.first_month.isoformat(), cards.last_closed_month.isoformat()) == ("2015-01-01", "2020-01-01")


def test_a_question_is_answered_with_its_name_and_statement(cards: Book) -> None:
    asked: list[Question] = []

    def fetch(question: Question) -> pd.DataFrame:
        asked.append(question)
        return ask(cards, question)

    answer = ever_past_due.shares(cards.scope(Reader("Test", "manager")), fetch)
    assert answer.questions == tuple(asked)
    assert asked[0].name == "ever_past_due.worst_days"
    assert "loan_month.month <= '2020-01-01'" in asked[0].sql()
