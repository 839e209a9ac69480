"""A number stands once in a book, whichever months came in when, and whether or not its parent is there."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pandas as pd
import pytest

from jiebei_dash.book import schema
from jiebei_dash.load.keys import BELONGS
from jiebei_dash.load.writer import new_book

JANUARY, FEBRUARY, MARCH = (date(2024, month, 1) for month in (1, 2, 3))


def loans(*rows: tuple[str, date]) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=["loan_id", "opened_month"])


def instalments(*rows: tuple[str, int, date, date]) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=["loan_id", "instalment_no", "opened_month", "due_month"])


def stages(*rows: tuple[str, int, date]) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=["application_id", "stage_no", "submitted_month"])


def book(folder: Path, replaces: str = "book", **tables: pd.DataFrame) -> None:
    url = f"duckdb:///{folder / 'book.duckdb'}"
    with new_book(url, "tape", "Small", "00", replaces=replaces) as writer:  # type: ignore[arg-type]
        for name, rows in tables.items():
            writer.append(name, rows)


def months(folder: Path, **tables: pd.DataFrame) -> None:
    book(folder, "months", **tables)


def test_an_instalment_of_a_known_loan_is_looked_for_in_all_months_of_its_cohort(tmp_path: Path) -> None:
    first = instalments(("L1", 1, JANUARY, FEBRUARY), ("L2", 1, JANUARY, FEBRUARY))
    book(tmp_path, loan=loans(("L1", JANUARY), ("L2", JANUARY)), instalment=first)
    months(tmp_path, instalment=instalments(("L1", 2, JANUARY, MARCH)))
    with pytest.raises(ValueError, match=r"instalment has the key \('L1', 1\) more than once"):
        months(tmp_path, instalment=instalments(("L1", 1, JANUARY, MARCH)))


def test_an_instalment_without_its_loan_is_looked_for_everywhere(tmp_path: Path) -> None:
    book(tmp_path, instalment=instalments(("L1", 1, JANUARY, FEBRUARY)))
    with pytest.raises(ValueError, match=r"instalment has the key \('L1', 1\) more than once"):
        months(tmp_path, instalment=instalments(("L1", 1, FEBRUARY, MARCH)))


def test_an_instalment_of_another_cohort_than_its_loan_is_looked_for_everywhere(tmp_path: Path) -> None:
    book(tmp_path, loan=loans(("L1", JANUARY)), instalment=instalments(("L1", 1, JANUARY, FEBRUARY)))
    with pytest.raises(ValueError, match=r"instalment has the key \('L1', 1\) more than once"):
        months(tmp_path, instalment=instalments(("L1", 1, FEBRUARY, MARCH)))


def test_a_stage_is_looked_for_in_other_months_unless_its_application_is_there(tmp_path: Path) -> None:
    applications = pd.DataFrame({"application_id": ["A1", "A2"], "submitted_month": [JANUARY, FEBRUARY]})
    book(tmp_path, application=applications, application_stage=stages(("A1", 1, JANUARY)))
    months(tmp_path, application_stage=stages(("A2", 1, FEBRUARY)))
    with pytest.raises(ValueError, match=r"application_stage has the key \('A1', 1\) more than once"):
        months(tmp_path, application_stage=stages(("A1", 1, FEBRUARY), ("A2", 1, FEBRUARY)))


def test_a_key_given_twice_in_one_month_is_found_in_every_kind_of_table(tmp_path: Path) -> None:
    twice = {
        "loan": loans(("L1", JANUARY), ("L1", JANUARY)),
        "instalment": instalments(("L1", 1, JANUARY, FEBRUARY), ("L1", 1, JANUARY, FEBRUARY)),
        "loan_month": pd.DataFrame({"loan_id": ["L1", "L1"], "month": [JANUARY, JANUARY]}),
    }
    for name, rows in twice.items():
        with pytest.raises(ValueError, match=f"{name} has the key"):
            book(tmp_path / name, **{name: rows})


def test_the_same_loan_in_two_months_of_a_panel_is_no_repetition(tmp_path: Path) -> None:
    rows = pd.DataFrame({"loan_id": ["L1", "L1"], "month": [JANUARY, FEBRUARY]})
    book(tmp_path, loan_month=rows)
    months(tmp_path, loan_month=rows.iloc[1:])


def test_who_belongs_to_whom_follows_the_schema() -> None:
    for name, belongs in BELONGS.items():
        table = schema.book.tables[name]
        assert next(iter(table.primary_key)).name == belongs.number
        assert [column.name for column in belongs.parent.primary_key] == [belongs.number]
        assert belongs.parent.info["period"] == belongs.cohort
        assert belongs.cohort in table.c
