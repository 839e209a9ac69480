"""The same small tape as CSV of several kinds, a workbook and a SQL address: the same book, the same lines."""

from __future__ import annotations

import datetime
from pathlib import Path

import openpyxl
import pytest
import sqlalchemy as sa

from jiebei_dash.errors import TapeMissing, TapeUnreadable
from jiebei_dash.load.loader import load_tape
from jiebei_dash.load.quarantine import read_quarantine
from jiebei_dash.load.report import LoadReport

ROWS = [("1", "2024-01-31", "0", "10.50"), ("2", "2024-01-31", "none", "3"), ("3", "2024-01-31", "40", "7")]
MAPPING = """
[book]
name = "Formats"

[files.months]
{file}

[checks]
most_quarantined_rate = 1

[panel]
file = "months"

[panel.columns]
loan_id = {{ column = "acct" }}
month = {{ column = "ym" }}
dpd_days = {{ column = "days" }}
balance_fen = {{ column = "bal", unit = "yuan" }}
"""
PLAIN = "acct,ym,days,bal\n" + "".join(",".join(row) + "\n" for row in ROWS)


def loaded(folder: Path, file: str, tape: Path | str | None = None) -> LoadReport:
    (folder / "mapping.toml").write_text(MAPPING.format(file=file), encoding="utf-8")
    return load_tape(tape or folder, folder / "mapping.toml", f"duckdb:///{folder / 'book.duckdb'}")


def lines(report: LoadReport) -> list[tuple[int, str]]:
    assert report.quarantine_path is not None
    return [(row.line, row.reason) for row in read_quarantine(report.quarantine_path)]


@pytest.fixture
def version(tmp_path: Path) -> str:
    folder = tmp_path / "plain"
    folder.mkdir()
    (folder / "months.csv").write_text(PLAIN, encoding="utf-8")
    report = loaded(folder, 'path = "months.csv"')
    assert lines(report) == [(3, "not_a_whole_number")]
    return report.data_version


@pytest.mark.parametrize(
    ("content", "file", "line"),
    [
        (b"\xef\xbb\xbf" + PLAIN.encode(), 'path = "m.csv"', 3),
        (PLAIN.replace("\n", "\r\n").encode(), 'path = "m.csv"', 3),
        (PLAIN.replace(",", "\t").encode(), 'path = "m.tsv"\ndelimiter = "\\t"', 3),
        (("report of the month\n\n" + PLAIN).encode(), 'path = "m.csv"\nheader_line = 3', 5),
        (PLAIN.encode("utf-16"), 'path = "m.csv"\nencoding = "utf-16"', 3),
        (PLAIN.rstrip("\n").encode(), 'path = "m.csv"', 3),
    ],
)
def test_csv_of_another_kind_is_the_same_book(
    tmp_path: Path, version: str, content: bytes, file: str, line: int
) -> None:
    (tmp_path / file.split('"')[1]).write_bytes(content)
    report = loaded(tmp_path, file)
    assert report.data_version == version
    assert lines(report) == [(line, "not_a_whole_number")]


def test_lines_are_numbered_through_broken_and_blank_lines_and_quoted_breaks(tmp_path: Path) -> None:
    """A quoted break belongs to its record: records are numbered."""
    text = (
        'acct,ym,days,bal\n1,2024-01-31,0,"1\n0"\n2\n\n3,2024-01-31,0,5\n'
        "4,2024-01-31,0,5,6\n5,2024-01-31,x,5\n6,2024-01-31,0,1\n"
    )
    (tmp_path / "m.csv").write_text(text, encoding="utf-8")
    report = loaded(tmp_path, 'path = "m.csv"')
    assert lines(report) == [
        (2, "not_a_number"), (3, "broken_line"), (4, "broken_line"), (6, "broken_line"), (7, "not_a_whole_number"),
    ]  # fmt: skip
    assert (report.brought[0].rows_in, report.brought[0].loaded) == (7, 2)


def test_a_workbook_is_the_same_book_with_the_rows_of_the_sheet(tmp_path: Path, version: str) -> None:
    book = openpyxl.Workbook()
    sheet = book.create_sheet("Panel")
    sheet.append(["of 2024"])
    sheet.append(["acct", "ym", "days", "bal", None])
    sheet.append([1, datetime.date(2024, 1, 31), 0, 10.5])
    sheet.append([None, None, None, None])
    sheet.append([2, datetime.date(2024, 1, 31), "none", 3])
    sheet.append(["3", "2024-01-31", 40.0, 7])
    book.save(tmp_path / "m.xlsx")
    report = loaded(tmp_path, 'path = "m.xlsx"\nsheet = "Panel"\nheader_line = 2')
    assert report.data_version == version
    assert lines(report) == [(5, "not_a_whole_number")]
    with pytest.raises(TapeUnreadable) as told:
        loaded(tmp_path, 'path = "m.xlsx"\nsheet = "Other"')
    assert told.value.facts["why"] == "no_sheet"


def test_the_rows_of_a_sql_address_are_the_same_book(tmp_path: Path, version: str) -> None:
    address = f"sqlite:///{tmp_path / 'source.sqlite'}"
    engine = sa.create_engine(address)
    table = sa.Table("months", sa.MetaData(), *[sa.Column(name, sa.String) for name in ("acct", "ym", "days", "bal")])
    with engine.begin() as connection:
        table.create(connection)
        connection.execute(sa.insert(table), [dict(zip(table.c.keys(), row, strict=True)) for row in ROWS])
    engine.dispose()
    report = loaded(tmp_path, 'table = "months"', address)
    assert report.data_version == version
    assert lines(report) == [(2, "not_a_whole_number")]
    with pytest.raises(TapeMissing) as told:
        loaded(tmp_path, 'table = "years"', address)
    assert told.value.facts["path"] == f"{address} [years]"


def test_the_password_of_a_sql_address_is_never_said(tmp_path: Path) -> None:
    address = "postgresql+psycopg://reader:geheim@127.0.0.1:1/books"
    with pytest.raises(TapeMissing) as told:
        loaded(tmp_path, 'table = "months"', address)
    assert "geheim" not in str(told.value)
    assert "reader:***@127.0.0.1" in str(told.value.facts["path"])
    with pytest.raises(TapeUnreadable) as unread:
        loaded(tmp_path, 'table = "months"', "nosuch://reader:geheim@host/books")
    assert unread.value.facts == {"path": "nosuch", "why": "no_driver"}
