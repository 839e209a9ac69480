"""The dozen as loads would have made it: two versions, one load that was stopped, totals, reasons and a restatement."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from jiebei_dash.book import schema
from jiebei_dash.book.engine import open_book
from jiebei_dash.load.finishing import record_stopped
from jiebei_dash.load.writer import BookWriter, new_book
from tests.changed import FACTS

FEBRUARY, MARCH = date(2024, 2, 1), date(2024, 3, 1)
FIRST_AT, SECOND_AT, STOPPED_AT = datetime(2024, 11, 3, 9, 30), datetime(2024, 11, 20, 18), datetime(2024, 11, 25, 8)
TAPE_SHA, MAPPING_SHA = "a1" * 32, "b2" * 32


def write_loaded(dozen_url: str, path: Path, estimates: tuple[str, ...] = ()) -> str:
    """Write the book and return its address.

    Load 1 takes 100 rows and loads 96; it holds March without loan L01, and one of its three totals ties. Load
    2 gives March again, with L01, and its total ties. Load 3 is stopped: 30 of 40 rows were bad.
    """
    url = f"duckdb:///{path}"
    source = open_book(dozen_url)
    about = {"name": "Loaded", "source_sha256": TAPE_SHA, "mapping_sha256": MAPPING_SHA}
    month = schema.loan_month.c
    with source.engine.connect().execution_options(duckdb_arrow=True) as connection:

        def rows(select: sa.Select[Any]) -> Any:
            return connection.execute(select).arrow  # type: ignore[attr-defined]

        with new_book(url, "tape", made_at=FIRST_AT, **about) as writer:
            writer.estimate(*estimates)
            for table in FACTS:
                kept = sa.or_(month.month != MARCH, month.loan_id != "L01") if table.name == "loan_month" else sa.true()
                writer.append(table.name, rows(sa.select(table).where(kept)))
            _first(writer)
        with new_book(url, "tape", made_at=SECOND_AT, replaces="months", **about) as writer:
            writer.append("loan_month", rows(sa.select(schema.loan_month).where(month.month == MARCH)))
            _second(writer)
    source.engine.dispose()
    record_stopped(
        url,
        {
            "load_run": [
                _run(3, "april.csv", "MONTHS")
                | {"outcome": "STOPPED", "stopped_by": "too_many_bad_rows", "loaded_at": STOPPED_AT}
            ],
            "load_file": [_file(3, "april.csv", 40, 30)],
            "load_reason": [_reason(3, "april.csv", "not_a_date", "due", 30)],
        },
    )
    return url


def _run(load_no: int, tape: str, mode: str) -> dict[str, Any]:
    return {"load_no": load_no, "outcome": "LOADED", "mode": mode, "tape": tape, "source_sha256": TAPE_SHA,
            "mapping_sha256": MAPPING_SHA, "seconds": 1.5 * load_no, "stopped_by": ""}  # fmt: skip


def _file(load_no: int, file: str, rows_in: int, bad: int) -> dict[str, Any]:
    return {"load_no": load_no, "file": file, "table_name": "loan_month", "sha256": TAPE_SHA, "rows_in": rows_in,
            "rows_loaded": rows_in - bad, "rows_quarantined": bad}  # fmt: skip


def _reason(load_no: int, file: str, reason: str, column: str, count: int, is_warning: bool = False) -> dict[str, Any]:
    return {"load_no": load_no, "file": file, "table_name": "loan_month", "reason": reason, "column_name": column,
            "row_count": count, "is_warning": is_warning}  # fmt: skip


def _total(load_no: int, month: date, measure: str, control: float, loaded: float) -> dict[str, Any]:
    return {"load_no": load_no, "table_name": "loan_month", "month": month, "measure": measure,
            "control_value": control, "loaded_value": loaded, "tolerance": 0.0, "ties": control == loaded}  # fmt: skip


def _first(writer: BookWriter) -> None:
    writer.record("load_run", [_run(1, "book.csv", "WHOLE")])
    writer.record("load_file", [_file(1, "book.csv", 100, 4)])
    writer.record(
        "load_reason",
        [
            _reason(1, "book.csv", "not_a_number", "owed", 3),
            _reason(1, "book.csv", "repeated_key", "", 1),
            _reason(1, "book.csv", "unknown_code", "channel", 7, is_warning=True),
        ],
    )
    writer.record(
        "load_total",
        [
            _total(1, FEBRUARY, "count", 3, 3),
            _total(1, FEBRUARY, "balance", 500_000, 499_900),
            _total(1, MARCH, "balance", 900_000, 700_000),
        ],
    )


def _second(writer: BookWriter) -> None:
    writer.record("load_run", [_run(2, "march.csv", "MONTHS")])
    writer.record("load_file", [_file(2, "march.csv", 10, 0)])
    writer.record("load_total", [_total(2, MARCH, "balance", 900_000, 900_000)])
