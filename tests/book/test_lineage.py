"""Where numbers come from, which totals do not tie, and which figures that concerns."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from jiebei_dash.book import schema
from jiebei_dash.book.engine import Book, Question, open_book
from jiebei_dash.book.history import MEASURES
from jiebei_dash.book.lineage import Load, Untied, read_lineage, untied_totals
from jiebei_dash.book.marts import TABLES
from jiebei_dash.book.scope import Reader, Scope
from jiebei_dash.book.ties import concerned, first_month, reads
from jiebei_dash.book.wording import figure_notes, scope_sentence, untied_sentence
from jiebei_dash.queries import delinquency, funnel, overview, vintages
from jiebei_dash.text.words import load_words
from tests.loaded import FEBRUARY, MAPPING_SHA, MARCH, SECOND_AT, TAPE_SHA, write_loaded

EN, ZH = load_words("en"), load_words("zh")
OFF = Untied("loan_month", FEBRUARY, "balance", 500_000, 499_900)
SCOPE = Scope(Reader("Test", "manager"), "v", date(2024, 10, 1))


@pytest.fixture(scope="module")
def loaded(dozen_url: str, tmp_path_factory: pytest.TempPathFactory) -> Book:
    return open_book(write_loaded(dozen_url, tmp_path_factory.mktemp("loaded") / "book.duckdb", ("final_status",)))


def test_a_book_names_the_load_that_made_it_and_not_the_one_that_was_stopped_after_it(loaded: Book) -> None:
    lineage = read_lineage(loaded)
    assert lineage.load == Load(2, SECOND_AT, "march.csv")
    assert (lineage.source_sha256, lineage.mapping_sha256) == (TAPE_SHA, MAPPING_SHA)
    assert lineage.code_version


def test_a_book_that_no_load_made_has_none(dozen: Book) -> None:
    lineage = read_lineage(dozen)
    assert (lineage.load, lineage.untied, lineage.mapping_sha256) == (None, (), "")


def test_a_total_stands_until_a_load_gives_it_again(loaded: Book) -> None:
    # March did not tie in load 1 and ties since load 2; February did not tie and was not given again.
    assert read_lineage(loaded).untied == (OFF,)
    assert OFF.difference == -100


def _run(load_no: int, mode: str, outcome: str = "LOADED") -> dict[str, Any]:
    return {"load_no": load_no, "mode": mode, "outcome": outcome}


def _total(load_no: int, month: str, ties: bool) -> dict[str, Any]:
    return {"load_no": load_no, "table_name": "loan_month", "month": date.fromisoformat(f"{month}-01"),
            "measure": "count", "control_value": 2.0, "loaded_value": 1.0, "ties": ties}  # fmt: skip


def test_a_load_of_the_whole_book_begins_anew_and_a_stopped_one_says_nothing() -> None:
    totals = [_total(1, "2024-01", False), _total(2, "2024-02", False), _total(3, "1970-01", False)]
    runs = [_run(1, "WHOLE"), _run(2, "MONTHS"), _run(3, "MONTHS", "STOPPED")]
    assert [total.month for total in untied_totals(runs, totals)] == [FEBRUARY, date(2024, 1, 1)]
    runs[1] = _run(2, "WHOLE", "UNCHANGED")
    assert [total.month for total in untied_totals(runs, totals)] == [FEBRUARY]
    runs[2] = _run(3, "MONTHS")
    assert [total.month for total in untied_totals(runs, totals)] == [None, FEBRUARY]


@pytest.mark.parametrize(
    ("question", "is_concerned"),
    [
        (delinquency.states_by_month, True),
        (overview.opened_by_month, False),
        (funnel.decision_waits, False),
    ],
)
def test_a_sum_concerns_the_figures_that_read_its_column(
    question: Callable[[Scope, date], Question], is_concerned: bool
) -> None:
    asked = question(SCOPE, date(2024, 1, 1))
    assert concerned((OFF,), (asked,)) == ((OFF,) if is_concerned else ())


def test_a_count_concerns_every_figure_that_reads_its_table() -> None:
    counted = replace(OFF, measure="count")
    select = sa.select(sa.func.count()).select_from(schema.loan_month)
    assert reads(select) == {("loan_month", "")}
    asked = (Question("test.count", select, SCOPE),)
    assert concerned((counted, OFF), asked) == (counted,)


def test_a_month_after_the_as_of_month_or_outside_the_cohorts_concerns_nobody() -> None:
    asked = delinquency.states_by_month(replace(SCOPE, as_of_month=date(2024, 1, 1)), date(2024, 1, 1))
    assert concerned((OFF,), (asked,)) == ()
    cohort = Untied("loan", FEBRUARY, "principal", 1, 2)
    assert concerned((cohort,), (vintages.originated(SCOPE),)) == (cohort,)
    later = replace(SCOPE, opened_from=MARCH)
    assert concerned((cohort, OFF), (vintages.originated(later), vintages.months_on_book(later, 30))) == (OFF,)
    assert concerned((replace(cohort, month=None),), (vintages.originated(later),)) != ()


def test_a_month_before_the_first_that_is_asked_about_concerns_nobody() -> None:
    april = date(2024, 4, 1)
    late = delinquency.states_by_month(SCOPE, april)
    assert first_month(late.select, schema.loan_month) == april
    assert concerned((OFF, replace(OFF, month=april)), (late,)) == (replace(OFF, month=april),)
    assert first_month(overview.opened_by_month(SCOPE, april).select, schema.loan) == april
    summed = delinquency.states_by_month(replace(SCOPE, marts=frozenset(TABLES)), april)
    assert first_month(summed.select, schema.loan_month) == april


def test_a_bound_that_is_not_of_all_rows_is_not_believed() -> None:
    april, month = date(2024, 4, 1), schema.loan_month.c.month
    whole = sa.select(sa.func.count()).select_from(schema.loan_month)
    assert first_month(whole, schema.loan_month) is None
    either = whole.where(sa.or_(month >= april, schema.loan_month.c.mob == 0))
    assert first_month(either, schema.loan_month) is None
    earlier = schema.loan_month.alias("earlier")
    twice = sa.select(sa.func.count()).select_from(
        schema.loan_month.join(earlier, earlier.c.loan_id == schema.loan_month.c.loan_id)
    )
    assert first_month(twice.where(month >= april), schema.loan_month) is None
    other = whole.where(schema.loan_month.c.opened_month >= april)
    assert first_month(other, schema.loan_month) is None
    assert first_month(whole.where(month >= april), schema.loan_month) == april


def test_a_mart_reads_what_its_definition_reads() -> None:
    mart = TABLES["performance_top"]
    found = reads(sa.select(mart.c.loans))
    assert ("loan_month", "balance_fen") in found
    assert {table for table, _ in found} == {"loan_month"}


def test_a_table_that_is_selected_whole_is_read_in_every_column() -> None:
    assert len(reads(sa.select(schema.recovery))) == len(schema.recovery.c) + 1


def test_every_measure_is_a_column_of_its_table_and_has_a_label() -> None:
    for table, sums in MEASURES.items():
        assert set(sums.values()) <= set(schema.book.tables[table].c.keys())
        assert {f"codes.control_measure.{measure}" for measure in (*sums, "count")} <= set(EN.texts)


def test_every_table_of_facts_has_a_name() -> None:
    facts = {name for name, table in schema.book.tables.items() if "load_" not in name and "book_" not in name}
    assert {f"lineage.table.{name}" for name in facts - {"restatement"}} <= set(EN.texts)


def test_what_does_not_tie_is_one_sentence_with_its_numbers() -> None:
    assert untied_sentence(EN, ()) == ""
    said = untied_sentence(EN, (OFF, OFF, replace(OFF, measure="count")))
    assert said == (
        f"Does not tie: loan-months, 2024-02, {EN('codes.control_measure.balance')}: "
        "control total ¥5,000.00, loaded ¥4,999.00, difference -¥1.00; 2 more"
    )
    counted = replace(OFF, month=None, measure="count", control_value=3, loaded_value=4)
    rows = ZH("codes.control_measure.count")
    assert untied_sentence(ZH, (counted,)) == f"总数不符：月末记录 全部月份 {rows}，应为 3，入账 4，差额 +1"


def test_a_figure_says_its_scope_its_lineage_and_what_does_not_tie(loaded: Book) -> None:
    scope = loaded.scope(Reader("Test", "manager"))
    asked = (delinquency.states_by_month(scope, date(2024, 1, 1)),)
    lines = figure_notes(EN, scope, read_lineage(loaded), asked)
    assert lines[0].endswith("whole book; estimated: loan-months follow by rule from one final status a loan")
    assert lines[1:5] == (
        f"Data version: {loaded.data_version}",
        "Load 2 of 2024-11-20 18:00:00: march.csv",
        f"Source (SHA-256): {TAPE_SHA}",
        f"Mapping (SHA-256): {MAPPING_SHA}",
    )
    assert lines[5] == f"Code version: {loaded.code_version}"
    assert lines[6].startswith("Does not tie: loan-months, 2024-02")
    assert len(figure_notes(EN, scope, read_lineage(loaded), ())) == 6


def test_the_scope_says_as_of_which_day_it_was_known(loaded: Book, dozen_url: str, tmp_path: Path) -> None:
    url = write_loaded(dozen_url, tmp_path / "book.duckdb")
    then = open_book(url, date(2024, 11, 10))
    assert then.known_on == date(2024, 11, 10)
    assert then.data_version != loaded.data_version
    scope = then.scope(Reader("Test", "manager"))
    assert "as known on 2024-11-10" in scope_sentence(EN, scope)
    assert "数据时点 2024-11-10" in scope_sentence(ZH, scope)
    assert [total.month for total in read_lineage(then).untied] == [MARCH, FEBRUARY]
    then.engine.dispose()
