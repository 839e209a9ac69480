"""What a load says it did, in both languages."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from jiebei_dash import terms
from jiebei_dash.load import columns, loader, mapping_file, tape
from jiebei_dash.load.quarantine import Quarantined
from jiebei_dash.load.report import Brought, LoadReport
from jiebei_dash.text.words import load_words

REPORT = LoadReport(
    name="Tiny",
    data_version="0123456789ab",
    brought=(Brought("months.csv", "loan_month", 14, 11, 3),),
    rows={"loan": 2, "loan_month": 11},
    quarantined=(
        Quarantined("months.csv", "loan_month", 3, "repeated_key", "", "{}"),
        Quarantined("months.csv", "loan_month", 4, "repeated_key", "", "{}"),
        Quarantined("months.csv", "loan_month", 7, "unknown_code", "chan", "{}"),
    ),
    quarantine_path=Path("book.duckdb.quarantine.csv"),
    seconds=1.5,
)


def test_the_report_counts_rows_in_loaded_and_set_aside() -> None:
    assert REPORT.lines(load_words("en")) == [
        'Book "Tiny", data version 0123456789ab: 2 loans, 11 loan months, in 1.5 s.',
        "months.csv → loan_month: 14 rows in, 11 loaded, 3 set aside.",
        "  months.csv: 2 rows, the key stands on more than one row",
        "  months.csv, chan: 1 rows, a code that the mapping does not list",
        "The rows that were set aside are listed with their line in book.duckdb.quarantine.csv.",
    ]


def test_the_report_is_worded_in_chinese() -> None:
    assert REPORT.lines(load_words("zh"))[1] == "months.csv → loan_month：读入 14 行，入账 11 行，隔离 3 行。"


@pytest.mark.parametrize("language", terms.LANGUAGES)
def test_every_step_reason_and_refusal_has_words(language: terms.Language) -> None:
    words = load_words(language)
    said = {
        "load_step": re.findall(r'tell\("(\w+)"', _source(loader)),
        "tape_reason": re.findall(r'"((?:not_a_\w+|not_yes_or_no|unknown_code|\w+_key|no_status))', _source(columns)),
        "why": re.findall(r'why="(\w+)"', _source(loader) + _source(tape) + _source(mapping_file))
        + re.findall(r'refuse\([^)]*"(\w+)"\)', _source(mapping_file)),
    }
    for kind, codes in said.items():
        assert len(set(codes)) >= 5 or kind == "load_step"
        for code in codes:
            assert words.code(kind, code) != code


def _source(module: object) -> str:
    return Path(str(module.__file__)).read_text(encoding="utf-8")  # type: ignore[attr-defined]
