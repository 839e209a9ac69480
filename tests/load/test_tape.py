"""A tape through a mapping, on tapes small enough to count by eye."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pandas as pd
import pytest
import sqlalchemy as sa

from jiebei_dash.book import schema
from jiebei_dash.book.engine import open_book
from jiebei_dash.errors import BookMissing, MappingInvalid, TapeColumnMissing, TapeMissing, TapeUnreadable
from jiebei_dash.load.loader import load_tape
from jiebei_dash.load.quarantine import Quarantined, read_quarantine
from jiebei_dash.load.report import LoadReport

PANEL = """\
acct,ym,days,bal,chan,kind
001,2024-01-31,0,1000.00,app,x
001,2024-02-29,12,800.50,app,x
001,2024-03-31,43,800.50,app,x
002,2024-02-29,0,"2,5",web,y
003,2024-02-29,0,50,kiosk,y
004,2024-02-29,0
005,2024-02-29,0,20,web,y
005,2024-02-29,5,20,web,y
006,2024-02-30,0,10,web,y
007,2024-02-29,0.5,10,web,y
,2024-02-29,0,10,web,y
008,2024-02-29,,10,web,y
009,2024-02-29,0,0.29,web,y
009,2024-04-30,95,0.29,web,y
"""

MAPPING = """\
[book]
name = "Tiny"
lacks = ["funding"]

[files.months]
path = "months.csv"

[codes.channel]
app = "HOME"
web = "PARTNER"

[checks]
most_quarantined_rate = 1

[panel]
file = "months"

[panel.columns]
loan_id = { column = "acct" }
month = { column = "ym", form = "%Y-%m-%d" }
dpd_days = { column = "days" }
balance_fen = { column = "bal", unit = "yuan" }
channel = { column = "chan", codes = "channel" }
term_months = { constant = 12 }

[panel.loan]
product_code = { column = "kind" }
draw_no = { constant = 1 }
"""


@pytest.fixture
def tape(tmp_path: Path) -> Path:
    (tmp_path / "months.csv").write_text(PANEL, encoding="utf-8")
    (tmp_path / "mapping.toml").write_text(MAPPING, encoding="utf-8")
    return tmp_path


def load(tape: Path) -> LoadReport:
    return load_tape(tape, tape / "mapping.toml", f"duckdb:///{tape / 'book.duckdb'}")


def set_aside(report: LoadReport) -> list[Quarantined]:
    assert report.quarantine_path is not None
    return read_quarantine(report.quarantine_path)


def remap(tape: Path, old: str, new: str) -> None:
    text = (tape / "mapping.toml").read_text(encoding="utf-8")
    assert old in text
    (tape / "mapping.toml").write_text(text.replace(old, new), encoding="utf-8")


def rows_of(tape: Path, select: sa.Select[tuple[object, ...]]) -> Iterator[tuple[object, ...]]:
    book = open_book(f"duckdb:///{tape / 'book.duckdb'}")
    with book.engine.connect() as connection:
        found = [tuple(row) for row in connection.execute(select)]
    book.engine.dispose()
    return iter(found)


def test_every_line_is_loaded_or_quarantined_with_its_number_and_reason(tape: Path) -> None:
    report = load(tape)
    listed = set_aside(report)
    told = [(row.line, row.reason, row.column) for row in listed]
    assert told == [
        (5, "not_a_number", "bal"),
        (6, "unknown_code", "chan"),
        (7, "broken_line", ""),
        (8, "repeated_key", ""),
        (9, "repeated_key", ""),
        (10, "not_a_date", "ym"),
        (11, "not_a_whole_number", "days"),
        (12, "missing_key", ""),
        (13, "no_status", ""),
    ]
    (brought,) = report.brought
    assert (brought.rows_in, brought.loaded, brought.quarantined) == (14, 5, 9)
    assert sum(each.count for each in report.reasons if not each.is_warning) == 9
    assert listed[2].raw == "004,2024-02-29,0"
    assert json.loads(listed[0].raw)["acct"] == "002"
    assert {(row.load_no, row.file, row.table) for row in listed} == {(1, "months.csv", "loan_month")}
    assert report.quarantine_path == tape / "book.duckdb.quarantine" / "000001.parquet"
    assert report.quarantine_path.stat().st_mode & 0o077 == 0
    assert report.quarantine_path.parent.stat().st_mode & 0o077 == 0


def test_a_channel_that_is_not_on_our_list_is_set_aside_also_where_the_tape_gives_no_list(tape: Path) -> None:
    remap(tape, '"chan", codes = "channel" }', '"chan" }')
    panel = (tape / "months.csv").read_text(encoding="utf-8").replace(",app,", ",HOME,").replace(",web,", ",WEB,")
    (tape / "months.csv").write_text(panel, encoding="utf-8")
    report = load(tape)
    unknown = [row for row in set_aside(report) if row.reason == "unknown_code"]
    assert {row.column for row in unknown} == {"chan"}
    assert {json.loads(row.raw)["chan"] for row in unknown} & {"HOME", ""} == set()
    loaded = [channel for (channel,) in rows_of(tape, sa.select(schema.loan_month.c.channel).distinct())]
    assert loaded == ["HOME"]


def test_age_state_and_state_before_follow_from_the_panel(tape: Path) -> None:
    load(tape)
    months = schema.loan_month.c
    columns = (months.loan_id, months.month, months.mob, months.state, months.prev_state, months.dpd_days)
    assert list(rows_of(tape, sa.select(*columns).order_by(months.loan_id, months.month))) == [
        ("001", date(2024, 1, 1), 0, "C", None, 0),
        ("001", date(2024, 2, 1), 1, "M1", "C", 12),
        ("001", date(2024, 3, 1), 2, "M2", "M1", 43),
        ("009", date(2024, 2, 1), 0, "C", None, 0),
        ("009", date(2024, 4, 1), 2, "M4", None, 95),
    ]


def test_yuan_become_fen_to_the_fen(tape: Path) -> None:
    load(tape)
    months = schema.loan_month.c
    columns = (months.loan_id, months.opening_fen, months.balance_fen)
    assert list(rows_of(tape, sa.select(*columns).order_by(months.loan_id, months.month))) == [
        ("001", 0, 100_000), ("001", 100_000, 80_050), ("001", 80_050, 80_050), ("009", 0, 29), ("009", None, 29),
    ]  # fmt: skip


def test_milestones_are_strictly_more_than_their_days(tape: Path) -> None:
    load(tape)
    loan = schema.loan.c
    columns = (loan.loan_id, loan.opened_month, loan.first_30_mob, loan.first_30_fen, loan.first_90_month)
    assert list(rows_of(tape, sa.select(*columns).order_by(loan.loan_id))) == [
        ("001", date(2024, 1, 1), 2, 80_050, None),
        ("009", date(2024, 2, 1), 2, 29, date(2024, 4, 1)),
    ]


def test_a_loan_takes_segments_and_named_columns_of_its_first_month(tape: Path) -> None:
    load(tape)
    loan = schema.loan.c
    columns = (loan.loan_id, loan.channel, loan.term_months, loan.product_code, loan.draw_no, loan.closed_month)
    assert list(rows_of(tape, sa.select(*columns).order_by(loan.loan_id))) == [
        ("001", "HOME", 12, "x", 1, None),
        ("009", "PARTNER", 12, "y", 1, None),
    ]


def test_codes_not_listed_may_be_given_a_value(tape: Path) -> None:
    remap(tape, 'codes = "channel" }', 'codes = "channel", others = "NA" }')
    assert "unknown_code" not in [row.reason for row in set_aside(load(tape))]


def test_a_loan_that_leaves_the_book_is_closed_and_no_longer_past_due(tape: Path) -> None:
    (tape / "months.csv").write_text("acct,ym,days,st\n1,2024-01-31,0,c\n1,2024-02-29,45,w\n2,2024-01-31,0,c\n")
    columns = 'state = { column = "st", codes = "state" }\n[codes.state]\nc = "C"\nw = "WO"\n[panel.loan]\n'
    remap(tape, MAPPING[MAPPING.index("balance_fen") :], columns)
    remap(tape, '[codes.channel]\napp = "HOME"\nweb = "PARTNER"\n', "")
    load(tape)
    loan = schema.loan.c
    columns = (loan.loan_id, loan.closed_month, loan.closed_mob, loan.closed_state, loan.first_30_month)
    assert list(rows_of(tape, sa.select(*columns).order_by(loan.loan_id))) == [
        ("1", date(2024, 2, 1), 1, "WO", None),
        ("2", None, None, None, None),
    ]


def test_the_same_tape_as_parquet_is_the_same_book(tape: Path) -> None:
    version = load(tape).data_version
    good = pd.read_csv(tape / "months.csv", dtype=str, skiprows=[6])
    good.to_parquet(tape / "months.parquet")
    remap(tape, "months.csv", "months.parquet")
    report = load(tape)
    assert report.data_version == version
    assert set_aside(report)[0].line == 4


def test_a_single_file_may_be_given_instead_of_its_folder(tape: Path) -> None:
    version = load(tape).data_version
    (tape / "months.csv").rename(tape / "other name.csv")
    url = f"duckdb:///{tape / 'book.duckdb'}"
    assert load_tape(tape / "other name.csv", tape / "mapping.toml", url).data_version == version


def test_a_chinese_tape_in_its_own_encoding_is_read(tape: Path) -> None:
    (tape / "months.csv").write_bytes(PANEL.replace("acct", "借据号").replace("001,", "甲001,").encode("gb18030"))
    remap(tape, 'column = "acct"', 'column = "借据号"')
    remap(tape, 'path = "months.csv"', 'path = "months.csv"\nencoding = "gb18030"')
    load(tape)
    assert next(rows_of(tape, sa.select(schema.loan.c.loan_id))) == ("甲001",)


def test_a_clean_load_sets_nothing_aside_and_keeps_what_the_load_before_did(tape: Path) -> None:
    before = load(tape).quarantine_path
    assert before is not None
    lines = PANEL.splitlines()
    (tape / "months.csv").write_text("\n".join(lines[:4]) + "\n")
    assert load(tape).quarantine_path is None
    assert [path.name for path in (tape / "book.duckdb.quarantine").iterdir()] == [before.name]


def test_progress_only_moves_forward_and_ends_at_one(tape: Path) -> None:
    told: list[tuple[str, float]] = []
    load_tape(
        tape,
        tape / "mapping.toml",
        f"duckdb:///{tape / 'book.duckdb'}",
        lambda step, share: told.append((step, share)),
    )
    assert [share for _, share in told] == sorted(share for _, share in told)
    assert told[-1] == ("done", 1.0)


def test_a_tape_that_is_not_there_is_named(tape: Path) -> None:
    with pytest.raises(TapeMissing) as told:
        load_tape(tape / "nowhere", tape / "mapping.toml", f"duckdb:///{tape / 'book.duckdb'}")
    assert told.value.facts == {"path": str(tape / "nowhere")}
    (tape / "months.csv").unlink()
    with pytest.raises(TapeMissing) as told:
        load(tape)
    assert told.value.facts == {"path": str(tape / "months.csv")}


def test_a_column_that_the_tape_has_not_is_named_with_those_it_has(tape: Path) -> None:
    remap(tape, 'column = "bal"', 'column = "balance"')
    with pytest.raises(TapeColumnMissing) as told:
        load(tape)
    assert told.value.facts == {"column": "balance", "tape": "months.csv", "known": "acct, ym, days, bal, chan, kind"}


@pytest.mark.parametrize(
    ("name", "content", "why"),
    [
        ("months.parquet", b"no parquet at all", None),
        ("months.csv", b"acct,ym,days,bal,chan,kind\n\xff\xfe,1\n", None),
        ("months.csv", b"acct,ym,days,bal,chan,kind\n", "no_rows"),
        ("months.csv", b"acct,acct\n1,2\n", "bad_header"),
        ("months.csv", b"", "bad_header"),
        ("months.xls", b"PK", "unknown_ending"),
        ("months.xlsx", b"PK", None),
        ("months.csv", b"acct,ym,days,bal,chan,kind\n1,never,0,1,app,x\n", "no_good_rows"),
    ],
)
def test_a_tape_that_cannot_be_read_leaves_the_old_book(tape: Path, name: str, content: bytes, why: str | None) -> None:
    version = load(tape).data_version
    (tape / name).write_bytes(content)
    remap(tape, "months.csv", name)
    with pytest.raises(TapeUnreadable) as told:
        load(tape)
    assert told.value.facts["path"] == str(tape / name)
    assert why is None or told.value.facts["why"] == why
    assert open_book(f"duckdb:///{tape / 'book.duckdb'}").data_version == version


@pytest.mark.parametrize(
    ("old", "new", "place", "why"),
    [
        ("[book]", "[book", None, "not_toml"),
        ('name = "Tiny"', "", "book.name", "missing"),
        ('"funding"', '"money"', "book.lacks", "unknown_value"),
        ('lacks = ["funding"]', 'newest_month = "May"', "book.newest_month", "not_a_month"),
        ('form = "%Y-%m-%d"', 'form = "months_from_newest"', "book.newest_month", "missing"),
        ('form = "%Y-%m-%d"', 'form = "ISO"', "panel.columns.month.form", "unknown_form"),
        ('path = "months.csv"', 'path = "months.csv"\nsheets = "1"', "files.months.sheets", "unknown_key"),
        ('file = "months"', 'file = "years"', "panel.file", "unknown_file"),
        ('dpd_days = { column = "days" }', "", "panel.columns.dpd_days", "missing"),
        ('loan_id = { column = "acct" }', 'loan_id = { colum = "acct" }', "panel.columns.loan_id.colum", "unknown_key"),
        ('loan_id = { column = "acct" }', "loan_id = {}", "panel.columns.loan_id", "column_or_constant"),
        ("draw_no = { constant = 1 }", 'draw_no = { constant = "1" }', "panel.loan.draw_no", "wrong_kind"),
        ("draw_no = {", "draw_number = {", "panel.loan.draw_number", "unknown_column"),
        ('unit = "yuan"', 'unit = "dollar"', "panel.columns.balance_fen.unit", "unknown_unit"),
        (', unit = "yuan"', "", "panel.columns.balance_fen.unit", "unknown_unit"),
        ('column = "days" }', 'column = "days", unit = "yuan" }', "panel.columns.dpd_days.unit", "no_unit"),
        ('codes = "channel"', 'codes = "channels"', "panel.columns.channel.codes", "unknown_codes"),
        ('web = "PARTNER"', 'web = "SHOP"', "codes.channel.web", "unknown_value"),
        ('column = "days" }', 'column = "days", bands = [2, 1] }', "panel.columns.dpd_days.bands", "not_ascending"),
        ("[panel.loan]", '[tables.ledger]\nfile = "months"\n[panel.loan]', "tables.ledger", "unknown_table"),
    ],
)
def test_a_mapping_is_refused_by_the_name_of_its_place(
    tape: Path, old: str, new: str, place: str | None, why: str
) -> None:
    remap(tape, old, new)
    with pytest.raises(MappingInvalid) as told:
        load(tape)
    assert told.value.facts["why"] == why
    if place is not None:
        assert told.value.facts["path"] == f"{tape / 'mapping.toml'} [{place}]"
    with pytest.raises(BookMissing):
        open_book(f"duckdb:///{tape / 'book.duckdb'}")


def test_a_mapping_that_is_not_there_is_named(tape: Path) -> None:
    with pytest.raises(MappingInvalid) as told:
        load_tape(tape, tape / "none.toml", f"duckdb:///{tape / 'book.duckdb'}")
    assert told.value.facts == {"path": str(tape / "none.toml"), "why": "not_found"}
