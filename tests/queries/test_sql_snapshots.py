"""The SQL that each question becomes, on the embedded engine and on the server, as committed text.

``UPDATE_SNAPSHOTS=1 pytest tests/queries/test_sql_snapshots.py`` writes the files anew; read the difference.
"""

from __future__ import annotations

import os
from datetime import date
from pathlib import Path

import pytest

from jiebei_dash.book import access
from jiebei_dash.book.engine import Question
from jiebei_dash.book.scope import Reader, Scope
from jiebei_dash.queries import delinquency, funnel, loans, overview, roll_rates, vintages

SNAPSHOTS = Path(__file__).parent / "snapshots"
FIRST = date(2025, 1, 1)
SCOPE = Scope(
    reader=Reader("Test", "manager"),
    data_version="v",
    as_of_month=date(2025, 12, 1),
    product_class=("JB_M1", "JB_STD"),
    term_months=(12,),
    opened_from=date(2024, 1, 1),
)
CELL = {"opened_months": (date(2025, 3, 1),), "mob": 4, "past_due_days": 30}
QUESTIONS: dict[str, Question] = {
    "delinquency.states_by_month": delinquency.states_by_month(SCOPE, FIRST),
    "delinquency.states_by_dimension": delinquency.states_by_dimension(SCOPE, "channel", (FIRST, SCOPE.as_of_month)),
    "delinquency.due_by_month": delinquency.due_by_month(SCOPE, FIRST),
    "delinquency.first_instalments": delinquency.first_instalments(SCOPE),
    "overview.opened_by_month": overview.opened_by_month(SCOPE, FIRST),
    "overview.recovered_by_month": overview.recovered_by_month(SCOPE, FIRST),
    "roll_rates.moves": roll_rates.moves(SCOPE, FIRST),
    "vintages.originated": vintages.originated(SCOPE),
    "vintages.months_on_book": vintages.months_on_book(SCOPE, 30),
    "vintages.first_past_due": vintages.first_past_due(SCOPE, 90),
    "funnel.results_by_month": funnel.results_by_month(SCOPE, FIRST),
    "funnel.results_by_month.by": funnel.results_by_month(SCOPE, FIRST, "zhima_band"),
    "funnel.stages_by_month": funnel.stages_by_month(SCOPE, FIRST),
    "funnel.rule_hits": funnel.rule_hits(SCOPE, FIRST),
    "funnel.decision_waits": funnel.decision_waits(SCOPE, FIRST),
    "funnel.cash_waits": funnel.cash_waits(SCOPE, FIRST),
    "loans.of_cell": loans.of_cell(SCOPE, measure="current", offset=50, limit=50, **CELL),  # type: ignore[arg-type]
    "loans.count_of_cell": loans.count_of_cell(SCOPE, measure="ever", **CELL),  # type: ignore[arg-type]
}
"""A new question gets a line here."""


@pytest.mark.parametrize("dialect", ["duckdb", "postgresql"])
@pytest.mark.parametrize("name", QUESTIONS)
def test_the_sql_is_the_committed_one(name: str, dialect: str) -> None:
    path = SNAPSHOTS / dialect / f"{name}.sql"
    sql = QUESTIONS[name].sql(dialect) + "\n"
    if os.environ.get("UPDATE_SNAPSHOTS") == "1":
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(sql, encoding="utf-8")
    assert sql == path.read_text(encoding="utf-8")


def test_no_committed_sql_is_left_without_its_question() -> None:
    assert {path.stem for path in SNAPSHOTS.glob("*/*.sql")} == set(QUESTIONS)


@pytest.mark.parametrize("name", QUESTIONS)
def test_a_question_is_named_ordered_and_of_sums_but_for_the_list_of_loans(name: str) -> None:
    question = QUESTIONS[name]
    assert name.startswith(question.name)
    assert "ORDER BY" in question.sql()
    assert access.level_of(question.select) == ("loan" if name == "loans.of_cell" else "sums")


@pytest.mark.parametrize("name", QUESTIONS)
def test_only_what_every_engine_knows_is_used(name: str) -> None:
    sql = QUESTIONS[name].sql("postgresql").lower()
    assert not any(word in sql for word in ("round(", "date_", "extract(", "interval", "filter (", "::"))
