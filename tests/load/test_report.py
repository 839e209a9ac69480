"""What a load says it did, in both languages."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

import pytest

from jiebei_dash import terms
from jiebei_dash.load import (
    checks,
    columns,
    formula,
    loader,
    mapping_columns,
    mapping_file,
    mapping_limits,
    restated,
    staging,
    streams,
    thresholds,
)
from jiebei_dash.load.controls import Total
from jiebei_dash.load.report import Brought, LoadReport, Told
from jiebei_dash.text.words import load_words

REPORT = LoadReport(
    name="Tiny",
    data_version="0123456789ab",
    brought=(Brought("months.csv", "loan_month", 14, 11, 3),),
    rows={"loan": 2, "loan_month": 11},
    reasons=(
        Told("months.csv", "loan_month", "balance_rises", "", 4, is_warning=True),
        Told("months.csv", "loan_month", "repeated_key", "", 2),
        Told("months.csv", "loan_month", "unknown_code", "chan", 1),
    ),
    quarantine_path=Path("000001.parquet"),
    seconds=1.5,
    totals=(
        Total("loan_month", date(2024, 2, 1), "balance", 100.0, 130.0, 1.0),
        Total("loan_month", None, "count", 11.0, 11.0, 0.0),
    ),
)


def test_the_report_counts_rows_in_loaded_and_set_aside() -> None:
    assert REPORT.lines(load_words("en")) == [
        'Book "Tiny", data version 0123456789ab: 2 loans, 11 loan months, in 1.5 s.',
        "months.csv → loan_month: 14 rows in, 11 loaded, 3 set aside.",
        "  months.csv: 2 rows, the key stands on more than one row",
        "  months.csv, chan: 1 rows, a code that the mapping does not list",
        "  months.csv: 4 rows loaded with a warning, the balance rises",
        "The rows that were set aside are listed with their line in 000001.parquet.",
        "Control totals: 1 of 2 tie.",
        "  loan_month 2024-02, balance outstanding: 100 given, 130 loaded; it does not tie.",
    ]


def test_the_report_is_worded_in_chinese() -> None:
    assert REPORT.lines(load_words("zh"))[1] == "months.csv → loan_month：读入 14 行，入账 11 行，隔离 3 行。"


@pytest.mark.parametrize("language", terms.LANGUAGES)
def test_every_step_reason_and_refusal_has_words(language: terms.Language) -> None:
    words = load_words(language)
    said = {
        "load_step": re.findall(r'(?:tell|enter)\("(\w+)"', _source(loader)),
        "tape_reason": list(checks.REASONS)
        + re.findall(r'"((?:not_a_\w+|not_yes_or_no|unknown_code|\w+_key|no_status))', _source(columns)),
        "load_stop": re.findall(r'"((?:too_many|does_not)_\w+)"', _source(thresholds) + _source(loader)),
        "control_measure": ["count", "rows_changed", *(name for each in restated.MEASURES.values() for name in each)],
        "why": re.findall(r'why="(\w+)"', "".join(map(_source, (loader, staging, streams, mapping_file))))
        + re.findall(r'refuse\([^)]*"(\w+)"\)', "".join(map(_source, (mapping_file, mapping_columns, mapping_limits))))
        + re.findall(r'FormulaInvalid\("(\w+)"\)', _source(formula)),
    }
    for kind, codes in said.items():
        assert len(set(codes)) >= 5 or kind in ("load_step", "load_stop")
        for code in codes:
            assert words.code(kind, code) != code


def _source(module: object) -> str:
    return Path(str(module.__file__)).read_text(encoding="utf-8")  # type: ignore[attr-defined]
