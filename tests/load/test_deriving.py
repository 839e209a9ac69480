"""Courses that are no panel, from mapping to book: what is refused, what is set aside, what is told to be estimated."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import select

from jiebei_dash.book import schema
from jiebei_dash.book.engine import Book, open_book
from jiebei_dash.errors import MappingInvalid
from jiebei_dash.load.loader import load_tape
from jiebei_dash.load.mapping_file import read_mapping
from jiebei_dash.load.report import LoadReport

BOOK = """
[book]
name = "Small"

[files.loans]
path = "loans.csv"

[files.dues]
path = "dues.csv"
"""
LOAN = """
[{kind}.loan]
file = "loans"

[{kind}.loan.columns]
loan_id = {{ column = "id" }}
opened_month = {{ column = "opened", form = "%Y-%m-%d" }}
"""
DUES = """
[instalments]
file = "dues"
observed_to = "2024-04-30"

[instalments.columns]
loan_id = { column = "id" }
instalment_no = { column = "no" }
due_on = { column = "due" }
paid_on = { column = "paid" }
"""
PAID = """
[payments]
file = "dues"

[payments.columns]
loan_id = { column = "id" }
month = { column = "due" }
paid_fen = { column = "paid", unit = "fen" }
paid_principal_fen = { column = "paid", unit = "fen" }
balance_fen = { column = "left", unit = "fen" }
repaid_within_fen = { constant = 0 }
"""
FIRST = """
[payments.also]
file = "loans"

[payments.also.columns]
loan_id = { column = "id" }
month = { column = "opened" }
paid_fen = { column = "paid", unit = "fen" }
paid_principal_fen = { column = "paid", unit = "fen" }
balance_fen = { column = "left", unit = "fen" }
repaid_within_fen = { constant = 0 }
"""
ANY = "\n[checks]\nmost_quarantined_rate = 1.0\n"


def loaded(folder: Path, mapping: str, **files: str) -> tuple[LoadReport, Book]:
    for name, text in files.items():
        (folder / f"{name}.csv").write_text(text, encoding="utf-8")
    (folder / "mapping.toml").write_text(mapping, encoding="utf-8")
    url = f"duckdb:///{folder / 'book.duckdb'}"
    report = load_tape(folder, folder / "mapping.toml", url)
    return report, open_book(url)


def refused(folder: Path, mapping: str) -> str:
    (folder / "mapping.toml").write_text(mapping, encoding="utf-8")
    with pytest.raises(MappingInvalid) as caught:
        read_mapping(folder / "mapping.toml")
    return str(caught.value.facts["path"]).partition(" [")[2]


def months(book: Book) -> list[tuple[object, ...]]:
    table = schema.loan_month.c
    statement = select(table.loan_id, table.month, table.state, table.prev_state).order_by(table.loan_id, table.month)
    with book.engine.connect() as connection:
        found = [tuple(row) for row in connection.execute(statement)]
    book.engine.dispose()
    return found


def test_loans_without_an_instalment_or_an_opening_are_set_aside(tmp_path: Path) -> None:
    """B has no instalment, C no opening (and so its instalment no loan): they are not silently left out."""
    report, book = loaded(
        tmp_path,
        BOOK + DUES + LOAN.format(kind="instalments") + ANY,
        loans="id,opened\nA,2024-01-05\nB,2024-01-05\nC,\n",
        dues="id,no,due,paid\nA,1,2024-02-05,2024-03-01\nC,1,2024-02-05,\n",
    )
    assert sorted((each.table, each.reason, each.count) for each in report.reasons) == [
        ("instalment", "no_loan", 1),
        ("loan", "missing_key", 1),
        ("loan", "no_course", 1),
    ]
    assert report.rows == {"loan": 1, "instalment": 1, "loan_month": 3}
    assert book.estimates == frozenset()
    assert months(book) == [
        ("A", date(2024, 1, 1), "C", None),
        ("A", date(2024, 2, 1), "M1", "C"),
        ("A", date(2024, 3, 1), "PAID", "M1"),
    ]


def test_the_last_day_seen_must_be_told(tmp_path: Path) -> None:
    without = DUES.replace('observed_to = "2024-04-30"\n', "")
    assert refused(tmp_path, BOOK + without + LOAN.format(kind="instalments")) == "instalments.observed_to]"


def test_the_opening_of_the_loans_must_be_told(tmp_path: Path) -> None:
    without = LOAN.format(kind="instalments").rpartition("opened_month")[0]
    assert refused(tmp_path, BOOK + DUES + without) == "instalments.loan.columns.opened_month]"


def test_rows_of_a_second_file_are_of_the_same_course(tmp_path: Path) -> None:
    """The first report of A stands with the loans; without it, two payments of nothing would be one."""
    report, book = loaded(
        tmp_path,
        BOOK + PAID + FIRST + LOAN.format(kind="payments"),
        loans="id,opened,paid,left\nA,2024-01-05,0,100\n",
        dues="id,due,paid,left\nA,2024-02-05,0,100\nA,2024-03-05,100,0\n",
    )
    assert sorted((each.table, each.rows_in, each.loaded) for each in report.brought) == [
        ("loan", 1, 1), ("payment", 1, 1), ("payment", 2, 2),
    ]  # fmt: skip
    assert book.estimates == {"missed_payments"}
    assert months(book) == [
        ("A", date(2024, 1, 1), "M1", None),
        ("A", date(2024, 2, 1), "M2", "M1"),
        ("A", date(2024, 3, 1), "PAID", "M2"),
    ]
