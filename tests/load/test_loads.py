"""Checks, thresholds, control totals, history, months and mended rows of real loads, small enough to count by eye."""

from __future__ import annotations

import csv
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from jiebei_dash.__main__ import main
from jiebei_dash.book import schema as s
from jiebei_dash.book.engine import open_book
from jiebei_dash.errors import (
    ControlsInvalid,
    LoadCancelled,
    LoadStopped,
    MendedInvalid,
    TapeCurrency,
)
from jiebei_dash.load import supervised
from jiebei_dash.load.loader import load_tape
from jiebei_dash.load.quarantine import read_quarantine, write_to_mend
from jiebei_dash.load.report import LoadReport

MAPPING = """
[book]
name = "Loads"

[files.months]
path = "months.csv"
currency = { column = "ccy", same = ["RMB"] }

[panel]
file = "months"

[panel.columns]
loan_id = { column = "acct" }
month = { column = "ym" }
state = { column = "st" }
dpd_days = { column = "days" }
balance_fen = { column = "bal", unit = "yuan" }
paid_interest_fen = { column = "int", unit = "yuan" }

[panel.loan]
principal_fen = { column = "prin", unit = "yuan" }
"""
HEADER = "acct,ym,st,days,bal,int,prin,ccy"
JANUARY = ["1,2024-01-31,C,0,100,1,100,CNY", "2,2024-01-31,C,0,200,2,200,CNY"]
FEBRUARY = ["1,2024-02-29,C,0,90,1,100,CNY", "2,2024-02-29,M1,20,200,0,200,RMB"]
MARCH = ["1,2024-03-31,PAID,0,0,1,100,CNY", "2,2024-03-31,M2,51,200,0,200,CNY"]


def put(folder: Path, rows: list[str], extra: str = "") -> None:
    (folder / "months.csv").write_text("\n".join([HEADER, *rows]) + "\n", encoding="utf-8")
    (folder / "mapping.toml").write_text(MAPPING + extra, encoding="utf-8")


def load(folder: Path, rows: list[str], extra: str = "", **options: Any) -> LoadReport:
    put(folder, rows, extra)
    return load_tape(folder, folder / "mapping.toml", url(folder), **options)


def url(folder: Path) -> str:
    return f"duckdb:///{folder / 'book.duckdb'}"


def found(folder: Path, select: sa.Select[Any]) -> list[tuple[Any, ...]]:
    book = open_book(url(folder))
    with book.engine.connect() as connection:
        rows = [tuple(row) for row in connection.execute(select)]
    book.engine.dispose()
    return rows


def aside(report: LoadReport) -> list[tuple[int, str, str]]:
    assert report.quarantine_path is not None
    return [(row.line, row.reason, row.column) for row in read_quarantine(report.quarantine_path)]


ALL = "\n[checks]\nmost_quarantined_rate = 1\n"


@pytest.mark.parametrize(
    ("row", "reason", "column"),
    [
        ("3,2024-01-31,C,0,-5,0,100,CNY", "negative_amount", "bal"),
        ("3,2024-01-31,C,-1,5,0,100,CNY", "out_of_range", "days"),
        ("3,2024-01-31,M1,45,5,0,100,CNY", "state_not_of_days", "st"),
        ("3,2024-01-31,C,10,5,0,100,CNY", "state_not_of_days", "st"),
        ("3,2024-01-31,PAID,0,5,0,100,CNY", "owes_after_exit", "bal"),
        ("3,2024-01-31,C,0,5,0,-100,CNY", "negative_amount", "prin"),
    ],
)
def test_a_row_that_breaks_a_check_is_set_aside_with_its_reason(
    tmp_path: Path, row: str, reason: str, column: str
) -> None:
    report = load(tmp_path, [*JANUARY, row], ALL)
    assert aside(report) == [(4, reason, column)]
    assert report.rows["loan_month"] == 2


def test_a_month_after_the_exit_is_set_aside(tmp_path: Path) -> None:
    late = "1,2024-04-30,C,0,5,0,100,CNY"
    assert aside(load(tmp_path, [*JANUARY, *FEBRUARY, *MARCH, late], ALL)) == [(8, "after_exit", "")]


def test_a_warning_loads_the_row_and_counts_it(tmp_path: Path) -> None:
    """Loan 2 skips February, rises to 250 in March and owes more than the 200 lent; one interest is below zero."""
    rows = [*JANUARY, FEBRUARY[0], "1,2024-03-31,C,0,95,-1,100,CNY", "2,2024-03-31,C,0,250,0,200,CNY"]
    report = load(tmp_path, rows)
    assert report.quarantine_path is None
    assert sorted((told.reason, told.count) for told in report.reasons if told.is_warning) == [
        ("balance_rises", 1), ("negative_payment", 1), ("no_month_before", 1), ("owes_more_than_lent", 1),
    ]  # fmt: skip
    assert report.rows["loan_month"] == 5


def test_a_check_is_switched_off_by_its_name_with_a_reason(tmp_path: Path) -> None:
    off = '\n[checks.off]\nbalance_rises = "revolving"\nno_month_before = "known gaps"\n'
    rows = [*JANUARY, "1,2024-03-31,C,0,95,1,100,CNY", "1,2024-04-30,C,0,99,1,100,CNY"]
    assert [told.reason for told in load(tmp_path, rows, off).reasons] == []


@pytest.mark.parametrize(
    ("limits", "why", "count", "bound"),
    [
        ("", "too_many_set_aside", 1, 0),
        ("\n[checks]\nmost_quarantined_rate = 1\nmost.negative_amount = 0\n", "too_many_of_a_reason", 1, 0),
    ],
)
def test_a_threshold_stops_the_load_before_the_switch_and_the_history_says_why(
    tmp_path: Path, limits: str, why: str, count: int, bound: int
) -> None:
    version = load(tmp_path, JANUARY).data_version
    with pytest.raises(LoadStopped) as told:
        load(tmp_path, [*JANUARY, "3,2024-01-31,C,0,-5,0,100,CNY"], limits)
    listed = tmp_path / "book.duckdb.quarantine" / "000002.parquet"
    facts = {"file": "months.csv", "load_stop": why, "count": count, "bound": bound, "listed": str(listed)}
    assert told.value.facts == facts
    assert [row.line for row in read_quarantine(listed)] == [4]
    assert open_book(url(tmp_path)).data_version == version
    run = s.load_run.c
    assert found(tmp_path, sa.select(run.load_no, run.outcome, run.stopped_by).order_by(run.load_no)) == [
        (1, "LOADED", ""), (2, "STOPPED", why),
    ]  # fmt: skip
    assert found(tmp_path, sa.select(s.load_reason.c.reason, s.load_reason.c.row_count)) == [("negative_amount", 1)]


def test_broken_lines_have_a_limit_of_their_own(tmp_path: Path) -> None:
    with pytest.raises(LoadStopped) as told:
        load(tmp_path, [*JANUARY, "3,2024"], "\n[checks]\nmost_quarantined_rate = 1\nmost_broken_lines = 0\n")
    assert told.value.facts["load_stop"] == "too_many_broken_lines"


def test_the_history_counts_rows_in_loaded_and_set_aside_and_keeps_hashes(tmp_path: Path) -> None:
    load(tmp_path, [*JANUARY, "3,2024-01-31,C,0,x,0,100,CNY"], ALL)
    file = s.load_file.c
    columns = (file.load_no, file.file, file.table_name, file.rows_in, file.rows_loaded, file.rows_quarantined)
    assert found(tmp_path, sa.select(*columns)) == [(1, "months.csv", "loan_month", 3, 2, 1)]
    run = s.load_run.c
    ((mode, tape, seconds, after, hashed),) = found(
        tmp_path, sa.select(run.mode, run.tape, run.seconds, run.data_version_after, run.source_sha256)
    )
    assert (mode, tape, after) == ("WHOLE", tmp_path.name, open_book(url(tmp_path)).data_version)
    assert seconds > 0
    assert len(hashed) == 64
    assert found(tmp_path, sa.select(s.book_version.c.source_sha256)) == [(hashed,)]
    assert load(tmp_path, [*JANUARY, "3,2024-01-31,C,0,x,0,100,CNY"], ALL).outcome == "UNCHANGED"


def test_totals_tie_within_the_tolerance_and_say_so_where_they_do_not(tmp_path: Path) -> None:
    (tmp_path / "totals.csv").write_text(
        "table,month,measure,value\nloan_month,2024-01,count,2\nloan_month,2024-01,balance,301\n"
        "loan_month,2024-02,balance,300\nloan_month,,interest,4\nloan,2024-01,principal,300\nloan_month,2024-05,count,1\n"
    )
    controls = '\n[controls]\nfile = "totals.csv"\nunit = "yuan"\ntolerance_rate = 0.01\n'
    report = load(tmp_path, [*JANUARY, *FEBRUARY], controls)
    assert [(total.measure, total.loaded_value, total.ties) for total in report.totals] == [
        ("count", 2, True), ("balance", 30_000, True), ("balance", 29_000, False), ("interest", 400, True),
        ("principal", 30_000, True), ("count", 0, False),
    ]  # fmt: skip
    total = s.load_total.c
    apart = sa.select(total.month, total.measure, total.control_value).where(sa.not_(total.ties)).order_by(total.month)
    assert found(tmp_path, apart) == [(date(2024, 2, 1), "balance", 30_000.0), (date(2024, 5, 1), "count", 1.0)]


def test_a_total_that_must_tie_stops_the_load(tmp_path: Path) -> None:
    load(tmp_path, JANUARY)
    controls = '\n[controls]\nmust_tie = true\nrows = [{ table = "loan_month", measure = "count", value = 5 }]\n'
    with pytest.raises(LoadStopped) as told:
        load(tmp_path, [*JANUARY, *FEBRUARY], controls)
    assert told.value.facts["load_stop"] == "does_not_tie"
    assert found(tmp_path, sa.select(sa.func.count()).select_from(s.loan_month)) == [(2,)]
    assert found(tmp_path, sa.select(s.load_total.c.loaded_value, s.load_total.c.ties)) == [(4.0, False)]


def test_controls_that_are_not_understood_are_named_by_their_line(tmp_path: Path) -> None:
    (tmp_path / "totals.csv").write_text("table,month,measure,value\nloan_month,2024-01,weight,2\n")
    with pytest.raises(ControlsInvalid) as told:
        load(tmp_path, JANUARY, controls=tmp_path / "totals.csv")
    assert told.value.facts["line"] == 2


def test_two_currencies_stop_the_load_and_are_never_summed(tmp_path: Path) -> None:
    with pytest.raises(TapeCurrency) as told:
        load(tmp_path, [*JANUARY, "3,2024-01-31,C,0,5,0,100,usd"])
    assert told.value.facts == {"file": "months.csv", "column": "ccy", "found": "CNY, USD", "currency": "CNY"}
    assert not (tmp_path / "book.duckdb").exists()


def test_months_one_by_one_out_of_order_and_twice_make_the_book_of_all_at_once(tmp_path: Path) -> None:
    whole, parts = tmp_path / "whole", tmp_path / "parts"
    whole.mkdir()
    parts.mkdir()
    version = load(whole, [*JANUARY, *FEBRUARY, *MARCH]).data_version
    for rows in (FEBRUARY, JANUARY, MARCH, FEBRUARY):
        report = load(parts, rows, mode="MONTHS")
    assert report.data_version == version
    run = s.load_run.c
    assert found(parts, sa.select(run.mode, run.outcome).order_by(run.load_no)) == [
        ("WHOLE", "LOADED"), ("MONTHS", "LOADED"), ("MONTHS", "LOADED"), ("MONTHS", "UNCHANGED"),
    ]  # fmt: skip


def test_mended_rows_join_the_months_that_they_belong_to(tmp_path: Path) -> None:
    """The book of the mended list is the one that a tape without faults would have made."""
    whole, parts = tmp_path / "whole", tmp_path / "parts"
    whole.mkdir()
    parts.mkdir()
    version = load(whole, [*JANUARY, *FEBRUARY, *MARCH]).data_version
    broken = [JANUARY[0], "2,2024-01-31,C,0,about 200,2,200,CNY", *FEBRUARY, "1,2024-03-31,PAID,0,0", MARCH[1]]
    first = load(parts, broken, ALL)
    assert aside(first) == [(3, "not_a_number", "bal"), (6, "broken_line", "")]
    listed = parts / "list.csv"
    assert main(["mend", "1", "months.csv", str(listed), "--book", url(parts)]) == 0
    with listed.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [(row["acct"], row["bal"], row["quarantine_line"]) for row in rows] == [
        ("2", "about 200", "3"),
        ("1", "0", "6"),
    ]
    assert listed.stat().st_mode & 0o077 == 0
    rows[0]["bal"] = "200"
    rows[1] |= {"int": "1", "prin": "100", "ccy": "CNY"}
    with listed.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    command = ["load", str(parts), "--mapping", str(parts / "mapping.toml"), "--mended", str(listed)]
    assert main([*command, "--book", url(parts)]) == 0
    assert open_book(url(parts)).data_version == version
    assert main([*command, "--book", url(parts)]) == 0
    run = s.load_run.c
    assert found(parts, sa.select(run.tape, run.outcome).order_by(run.load_no)) == [
        ("parts", "LOADED"), ("list.csv", "LOADED"), ("list.csv", "UNCHANGED"),
    ]  # fmt: skip


def test_a_mended_list_of_another_layout_is_refused(tmp_path: Path) -> None:
    load(tmp_path, JANUARY)
    (tmp_path / "list.csv").write_text("a,b\n1,2\n")
    with pytest.raises(MendedInvalid) as told:
        load(tmp_path, JANUARY, mended=tmp_path / "list.csv")
    assert told.value.facts["why"] == "other_columns"


def test_a_list_for_a_spreadsheet_runs_no_formula_and_the_list_to_reload_keeps_the_text(tmp_path: Path) -> None:
    report = load(tmp_path, [*JANUARY, "=1+1,2024-01-31,C,0,x,0,100,CNY"], ALL)
    assert report.quarantine_path is not None
    for for_spreadsheet, cell in ((True, "'=1+1"), (False, "=1+1")):
        write_to_mend(report.quarantine_path, "months.csv", tmp_path / "list.csv", for_spreadsheet)
        with (tmp_path / "list.csv").open(encoding="utf-8-sig", newline="") as file:
            assert next(csv.DictReader(file))["acct"] == cell


def test_what_was_set_aside_is_read_page_by_page(tmp_path: Path) -> None:
    bad = [f"{number},2024-01-31,C,0,x,0,100,CNY" for number in range(10, 30)]
    report = load(tmp_path, [*JANUARY, *bad], ALL)
    assert report.quarantine_path is not None
    assert [row.line for row in read_quarantine(report.quarantine_path, offset=5, limit=3)] == [9, 10, 11]


def test_a_load_that_is_stopped_leaves_the_old_book(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    version = load(tmp_path, JANUARY).data_version
    # It is asked so often that the stop is heard long before this short load is done.
    monkeypatch.setattr(supervised, "_PAUSE_SECONDS", 0.002)

    def from_the_keyboard(step: str, share: float) -> None:
        if share > 0:
            raise KeyboardInterrupt

    with pytest.raises(LoadCancelled):
        load(tmp_path, [*JANUARY, *FEBRUARY], stop=lambda: True)
    with pytest.raises(KeyboardInterrupt):
        load(tmp_path, [*JANUARY, *FEBRUARY], progress=from_the_keyboard)
    assert open_book(url(tmp_path)).data_version == version
    assert list(tmp_path.glob("book.duckdb.making-*")) == []
    assert load(tmp_path, [*JANUARY, *FEBRUARY]).rows["loan_month"] == 4


def test_an_application_alone_is_a_book_and_references_are_held(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text(
        "id,at,decided,result\nA1,05/01/2024,06/01/2024,yes\nA2,2024-01-07,,no\nA3,09/01/2024,08/01/2024,no\n"
    )
    (tmp_path / "d.csv").write_text("no,app,score\nD1,A1,0.02\nD2,A9,0.5\nD3,A2,1.5\n")
    (tmp_path / "mapping.toml").write_text("""
[book]
name = "Applications"
[files.a]
path = "a.csv"
[files.d]
path = "d.csv"
[codes.result]
yes = "APPROVED"
no = "DECLINED"
[tables.application]
file = "a"
[tables.application.columns]
application_id = { column = "id" }
submitted_at = { column = "at", form = ["%d/%m/%Y", "%Y-%m-%d"] }
submitted_month = { column = "at", form = ["%d/%m/%Y", "%Y-%m-%d"] }
decided_at = { column = "decided", form = "%d/%m/%Y" }
result = { column = "result", codes = "result" }
[tables.decision]
file = "d"
[tables.decision.columns]
decision_id = { column = "no" }
application_id = { column = "app" }
pd_rate = { column = "score", unit = "rate" }
[checks]
most_quarantined_rate = 1
""")
    report = load_tape(tmp_path, tmp_path / "mapping.toml", url(tmp_path))
    assert aside(report) == [
        (4, "decided_before_submitted", "decided"), (3, "no_application", "app"), (4, "out_of_range", "score"),
    ]  # fmt: skip
    assert report.rows == {"application": 2, "decision": 1}
