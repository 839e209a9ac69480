"""Limits, contacts, allowances and fees of a tape: mapped by name, checked row by row, small enough to count by eye."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from jiebei_dash import terms
from jiebei_dash.book import schema as s
from jiebei_dash.book.engine import open_book
from jiebei_dash.errors import MappingInvalid
from jiebei_dash.load.brought import DECIDED
from jiebei_dash.load.loader import load_tape
from jiebei_dash.load.mapping_file import read_mapping
from jiebei_dash.load.quarantine import read_quarantine
from jiebei_dash.load.report import LoadReport

PANEL = """
[book]
name = "Risk"
lacks = ["funding"]

[files.months]
path = "months.csv"

[panel]
file = "months"

[panel.columns]
loan_id = { column = "acct" }
month = { column = "ym" }
dpd_days = { column = "days" }
balance_fen = { column = "bal", unit = "yuan" }
"""
OTHERS = """
[files.lines]
path = "lines.csv"
[files.calls]
path = "calls.csv"
[files.held]
path = "held.csv"
[files.cash]
path = "cash.csv"

[codes.what]
opened = "OPEN"
up = "RAISE"
closed = "CLOSE"

[tables.line_event]
file = "lines"
[tables.line_event.columns]
application_id = { column = "line" }
event_no = { column = "no" }
changed_at = { column = "at" }
kind = { column = "what", codes = "what" }
reason_code = { constant = "NA" }
limit_fen = { column = "limit", unit = "yuan" }
active_delta_fen = { column = "change", unit = "yuan" }

[tables.contact]
file = "calls"
[tables.contact.columns]
loan_id = { column = "acct" }
contact_no = { column = "no" }
contacted_at = { column = "at" }
bucket = { column = "bucket" }
result = { column = "result" }
promised_fen = { column = "promised", unit = "yuan" }
promised_on = { column = "by" }
kept_on = { column = "kept" }

[tables.allowance]
file = "held"
[tables.allowance.columns]
month = { column = "ym" }
product_class = { constant = "NA" }
ecl_stage = { column = "stage" }
gross_fen = { column = "gross", unit = "yuan" }
allowance_fen = { column = "held", unit = "yuan" }

[tables.recovery]
file = "cash"
[tables.recovery.columns]
loan_id = { column = "acct" }
month = { column = "ym" }
kind = { constant = "CASH" }
lost_month = { column = "lost" }
recovered_fen = { column = "cash", unit = "yuan" }
commission_fen = { column = "fee", unit = "yuan" }
"""
FILES = {
    "months": ["acct,ym,days,bal", "1,2024-01-31,0,100", "1,2024-02-29,20,100"],
    "lines": [
        "line,no,at,what,limit,change",
        "A1,1,2024-01-05 09:00:00,opened,500,500",
        "A1,2,2024-02-05 09:00:00,up,700,200",
        "A1,3,2024-02-06 09:00:00,closed,700,-700",
        "A1,4,2024-02-07 09:00:00,closed,0,-700",
    ],
    "calls": [
        "acct,no,at,bucket,result,promised,by,kept",
        "1,1,2024-02-15 10:00:00,M1,PROMISED,50,2024-02-20,2024-02-20",
        "1,2,2024-02-16 10:00:00,M1,PROMISED,50,2024-02-15,",
        "1,3,2024-02-17 10:00:00,M1,PROMISED,50,2024-02-20,2024-02-21",
        "1,4,2024-02-18 10:00:00,M1,REFUSED,50,2024-02-20,",
        "1,5,2024-02-19 10:00:00,M1,PROMISED,50,2024-02-25,2024-02-18",
        "1,6,2024-02-20 10:00:00,M1,NOT_REACHED,,,",
    ],
    "held": ["ym,stage,gross,held", "2024-02-29,1,100,3", "2024-02-29,2,5,6", "2024-02-29,4,1,1"],
    "cash": [
        "acct,ym,lost,cash,fee",
        "1,2024-02-29,2024-01-31,10,2",
        "1,2024-01-31,2024-02-29,10,2",
        "1,2024-03-31,2024-01-31,1,2",
    ],
}


def load(folder: Path, mapping: str, **options: Any) -> LoadReport:
    for name, lines in FILES.items():
        (folder / f"{name}.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    (folder / "mapping.toml").write_text(mapping, encoding="utf-8")
    return load_tape(folder, folder / "mapping.toml", f"duckdb:///{folder / 'book.duckdb'}", **options)


def found(folder: Path, *columns: sa.ColumnElement[Any]) -> list[tuple[Any, ...]]:
    book = open_book(f"duckdb:///{folder / 'book.duckdb'}")
    with book.engine.connect() as connection:
        rows = [tuple(row) for row in connection.execute(sa.select(*columns).order_by(*columns))]
    book.engine.dispose()
    return rows


def lacks(folder: Path) -> frozenset[str]:
    book = open_book(f"duckdb:///{folder / 'book.duckdb'}")
    book.engine.dispose()
    return book.lacks


def test_the_rows_that_hold_are_loaded_and_the_others_say_why_not(tmp_path: Path) -> None:
    limits = "[checks]\nmost_quarantined_rate = 0.9\n"
    report = load(tmp_path, PANEL + OTHERS + limits)
    assert report.quarantine_path is not None
    aside = sorted((row.file, row.line, row.reason) for row in read_quarantine(report.quarantine_path))
    assert aside == [
        ("calls.csv", 3, "promised_before_contact"),
        ("calls.csv", 4, "kept_after_promise"),
        ("calls.csv", 5, "promise_of_nothing"),
        ("calls.csv", 6, "kept_before_contact"),
        ("cash.csv", 3, "recovered_before_lost"),
        ("held.csv", 4, "out_of_range"),
        ("lines.csv", 4, "limit_after_closing"),
    ]
    warned = {(told.table, told.reason): told.count for told in report.reasons if told.is_warning}
    assert warned[("allowance", "allowance_above_gross")] == 1
    assert warned[("recovery", "fee_above_cash")] == 1
    line = s.line_event.c
    assert found(tmp_path, line.event_no, line.month, line.kind, line.active_delta_fen) == [
        (1, date(2024, 1, 1), "OPEN", 50_000),
        (2, date(2024, 2, 1), "RAISE", 20_000),
        (4, date(2024, 2, 1), "CLOSE", -70_000),
    ]
    contact = s.contact.c
    assert found(tmp_path, contact.contact_no, contact.month, contact.promised_month, contact.kept_on) == [
        (1, date(2024, 2, 1), date(2024, 2, 1), date(2024, 2, 20)),
        (6, date(2024, 2, 1), None, None),
    ]


def test_a_tape_lacks_what_its_mapping_does_not_bring(tmp_path: Path) -> None:
    load(tmp_path, PANEL)
    assert lacks(tmp_path) == {"funding", *DECIDED}
    load(tmp_path, PANEL + OTHERS + "[checks]\nmost_quarantined_rate = 0.9\n")
    assert lacks(tmp_path) == {"funding", "lost_interest", "overdue_amounts", "cash_flows", "borrowers"}


def test_months_brought_alone_do_not_take_away_what_the_book_holds(tmp_path: Path) -> None:
    load(tmp_path, PANEL + OTHERS + "[checks]\nmost_quarantined_rate = 0.9\n")
    before = lacks(tmp_path)
    load(tmp_path, PANEL, mode="MONTHS")
    assert lacks(tmp_path) == before
    assert len(found(tmp_path, s.line_event.c.event_no)) == 3


def test_every_capability_that_follows_from_columns_is_one_of_the_terms() -> None:
    assert set(terms.CAPABILITIES) >= DECIDED


@pytest.mark.parametrize("path", sorted(Path("data/mappings").glob("*.toml")), ids=lambda path: path.stem)
def test_no_public_tape_claims_limits_contacts_or_allowances(path: Path) -> None:
    assert {"limits", "contacts", "allowance", "commissions", "lost_interest"} <= set(read_mapping(path).lacks)


def test_a_kind_of_change_that_the_field_does_not_know_is_refused(tmp_path: Path) -> None:
    (tmp_path / "mapping.toml").write_text(PANEL + OTHERS.replace('up = "RAISE"', 'up = "UP"'), encoding="utf-8")
    with pytest.raises(MappingInvalid) as error:
        read_mapping(tmp_path / "mapping.toml")
    assert error.value.facts["why"] == "unknown_value"
