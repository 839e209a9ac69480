"""The SQL that each question becomes, on the embedded engine, on PostgreSQL and on Spark, as committed text.

``UPDATE_SNAPSHOTS=1 pytest tests/queries/test_sql_snapshots.py`` writes the files anew; read the difference.
"""

from __future__ import annotations

import os
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from jiebei_dash.book import access
from jiebei_dash.book.engine import Question
from jiebei_dash.book.policy import declining_rule, make_policy
from jiebei_dash.book.scope import Reader, Scope
from jiebei_dash.eligibility import read_eligibility
from jiebei_dash.queries import (
    applicant,
    back_test,
    bridge,
    collection,
    data_quality,
    decision,
    decline_mix,
    delinquency,
    drawdowns,
    eligible,
    entry,
    experiment,
    feature_shift,
    frontier,
    funnel,
    groups,
    inference,
    lab,
    loans,
    losses,
    mix,
    non_performing,
    numbers,
    offers,
    outcomes,
    overview,
    policies,
    prepayment,
    price,
    recoveries,
    roll_rates,
    standing,
    stratification,
    swap_set,
    unit_economics,
    vintages,
    what_if,
)
from jiebei_dash.queries.drawdowns import Drawdown

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
DRAWN = (
    Drawdown("L1", FIRST, date(2025, 4, 1)),
    Drawdown("L2", FIRST, date(2025, 6, 1)),
    Drawdown("L3", date(2025, 3, 1)),
)
SUMMED = replace(SCOPE, marts=frozenset({"decided_all"}))
WINDOW = what_if.window_of(SCOPE, 8)
TODAY = make_policy({})
PROPOSED = TODAY.changed({"score_floor": 610, "dti_cap": 0.62})
"""One threshold that a slider offers, and one that none does."""
FACTORS = (1.0, 2.0, 4.0)
SCORE = declining_rule("score_floor")
CONTRACTS = tuple(each for each in read_eligibility().contracts if each.holds_on(SCOPE.as_of_end))[2:5]
QUESTIONS: dict[str, Question] = {
    "back_test.made": back_test.made(SCOPE, TODAY, PROPOSED),
    "back_test.made_summed": back_test.made(SUMMED, TODAY, PROPOSED),
    "back_test.decided": back_test.decided(SCOPE, TODAY, PROPOSED, FACTORS),
    "frontier.funded": frontier.funded(SCOPE, WINDOW),
    "delinquency.states_by_month": delinquency.states_by_month(SCOPE, FIRST),
    "bridge.states": bridge.states(SCOPE, (FIRST, SCOPE.as_of_month), ("channel", "mob")),
    "bridge.entries": bridge.entries(SCOPE, (FIRST, SCOPE.as_of_month), ("channel", "zhima_band")),
    "bridge.loans": bridge.loans(SCOPE, "past_due_30", {"channel": "HOME"}, (3, 5), 50, 50),
    "bridge.count": bridge.count(SCOPE, "entry_roll", {"channel": "HOME"}, (12, None)),
    "standing.loans": standing.loans(SCOPE, FIRST, date(2025, 3, 1), "M2", "M1", 25, 25),
    "standing.count": standing.count(SCOPE, FIRST, date(2025, 3, 1), "WO", None),
    "drawdowns.one": drawdowns.one(SCOPE, "L1", (FIRST,)),
    "entry.due_by_month": entry.due_by_month(SCOPE, FIRST),
    "entry.first_instalments": entry.first_instalments(SCOPE, FIRST),
    "non_performing.states_by_month": non_performing.states_by_month(SCOPE, FIRST),
    "non_performing.allowance_by_month": non_performing.allowance_by_month(SCOPE, FIRST),
    "non_performing.migrated": non_performing.migrated(SCOPE),
    "delinquency.overdue_by_month": delinquency.overdue_by_month(SCOPE, FIRST),
    "delinquency.borrowers_by_month": delinquency.borrowers_by_month(SCOPE, FIRST),
    "entry.later_instalments": entry.later_instalments(SCOPE, FIRST),
    "entry.due_by_day": entry.due_by_day(SCOPE, FIRST),
    "overview.opened_by_month": overview.opened_by_month(SCOPE, FIRST),
    "overview.recovered_by_month": overview.recovered_by_month(SCOPE, FIRST),
    "roll_rates.moves": roll_rates.moves(SCOPE, FIRST),
    "roll_rates.moves.by": roll_rates.moves(SCOPE, FIRST, "channel"),
    "roll_rates.moves_by_age": roll_rates.moves_by_age(SCOPE, FIRST),
    "stratification.strata": stratification.strata(SCOPE, (FIRST, SCOPE.as_of_month), ("channel", "mob")),
    "stratification.strata.term": stratification.strata(SCOPE, (FIRST,), ("zhima_band",), has_term=True),
    "stratification.funded_by_month": stratification.funded_by_month(SCOPE, FIRST),
    "stratification.funders": stratification.funders(SCOPE),
    "stratification.limits_by_month": stratification.limits_by_month(SCOPE, ("channel",)),
    "unit_economics.earned": unit_economics.earned(SCOPE, FIRST),
    "unit_economics.earned.by": unit_economics.earned(SCOPE, FIRST, "channel"),
    "unit_economics.came_back": unit_economics.came_back(SCOPE, FIRST, "channel"),
    "unit_economics.opened": unit_economics.opened(SCOPE, FIRST, "channel"),
    "unit_economics.applied": unit_economics.applied(SCOPE, FIRST, "channel"),
    "price.rates_by_month": price.rates_by_month(SCOPE, FIRST),
    "price.day_counts": price.day_counts(SCOPE),
    "lab.decisions": lab.decisions(SUMMED, WINDOW),
    "lab.decisions.rows": lab.decisions(SCOPE, WINDOW),
    "what_if.moved_cases": what_if.moved_cases(SUMMED, WINDOW, TODAY, PROPOSED, "OUT", 100),
    "groups.approvals": groups.approvals(SCOPE, WINDOW, TODAY, PROPOSED, "gender", 10),
    "groups.approvals_of_all": groups.approvals_of_all(SCOPE, WINDOW, TODAY, PROPOSED),
    "groups.approvals_by_score": groups.approvals_by_score(SCOPE, WINDOW, TODAY, PROPOSED, "is_first_credit", 10),
    "groups.outcomes": groups.outcomes(SCOPE, WINDOW, TODAY, PROPOSED, "age_band", 10, FACTORS, 0.5),
    "groups.take_up": groups.take_up(SCOPE, WINDOW),
    "mix.versions": mix.versions(SCOPE, WINDOW),
    "mix.steps": mix.steps(SCOPE, WINDOW),
    "mix.steps.one_model": mix.steps(SCOPE, WINDOW, "A1"),
    "what_if.moved_cases.rows": what_if.moved_cases(SCOPE, WINDOW, TODAY, PROPOSED, "IN", 100),
    "what_if.moved_inputs": what_if.moved_inputs(SCOPE, ("D1", "D2"), (FIRST, date(2025, 3, 1))),
    "offers.taken": offers.taken(SCOPE, 48),
    "offers.licences": offers.licences(SCOPE),
    "inference.applications": inference.applications(SCOPE, WINDOW),
    "swap_set.cases": swap_set.cases(SUMMED, WINDOW, TODAY, PROPOSED, "SWAPPED_OUT", 25, 25),
    "swap_set.cases.rows": swap_set.cases(SCOPE, WINDOW, TODAY, PROPOSED, "DECLINED", 0, 25),
    "eligible.granted": eligible.granted(SCOPE, WINDOW),
    "eligible.taken": eligible.taken(SUMMED, WINDOW, TODAY, PROPOSED, CONTRACTS, 0.8),
    "eligible.taken.rows": eligible.taken(SCOPE, WINDOW, TODAY, PROPOSED, CONTRACTS[:1], None),
    "decline_mix.crossed": decline_mix.crossed(SUMMED, WINDOW, TODAY, PROPOSED),
    "feature_shift.sampled": feature_shift.sampled(SUMMED, WINDOW, TODAY, PROPOSED, "SWAPPED_OUT", 100),
    "experiment.arms": experiment.arms(SCOPE, FIRST, "lane"),
    "experiment.arms.by_version": experiment.arms(SCOPE, FIRST, "policy_version"),
    "policies.versions": policies.versions(SCOPE),
    "policies.decided_by_month": policies.decided_by_month(SCOPE, FIRST),
    "policies.replayed_by_month": policies.replayed_by_month(SUMMED, WINDOW, PROPOSED, FACTORS),
    "policies.replayed_by_month.rows": policies.replayed_by_month(SCOPE, WINDOW, PROPOSED, FACTORS),
    "vintages.originated": vintages.originated(SCOPE),
    "vintages.months_on_book": vintages.months_on_book(SCOPE, 30),
    "vintages.first_past_due": vintages.first_past_due(SCOPE, 90),
    "vintages.first_past_due.by": vintages.first_past_due(SCOPE, 90, "channel"),
    "vintages.recovered": vintages.recovered(SCOPE),
    "losses.by_month": losses.by_month(SCOPE, FIRST),
    "losses.lives": losses.lives(SCOPE),
    "losses.written_off": losses.written_off(SCOPE, FIRST),
    "losses.back_by_loss": losses.back_by_loss(SCOPE, FIRST),
    "losses.closed_books": losses.closed_books(SCOPE, FIRST),
    "outcomes.moves": outcomes.moves(SCOPE),
    "prepayment.by_month": prepayment.by_month(SCOPE, FIRST, has_schedule=True),
    "prepayment.by_month.by": prepayment.by_month(SCOPE, FIRST, has_schedule=False, by="channel"),
    "prepayment.by_age": prepayment.by_age(SCOPE, FIRST, has_schedule=True),
    "funnel.results_by_month": funnel.results_by_month(SCOPE, FIRST),
    "funnel.results_by_month.by": funnel.results_by_month(SCOPE, FIRST, "zhima_band"),
    "funnel.results_by_month.across": funnel.results_by_month(SCOPE, FIRST, "channel", "zhima_band"),
    "funnel.stages_by_month": funnel.stages_by_month(SCOPE, FIRST),
    "funnel.rule_hits": funnel.rule_hits(SCOPE, FIRST),
    "funnel.decision_waits": funnel.decision_waits(SCOPE, FIRST),
    "funnel.cash_waits": funnel.cash_waits(SCOPE, FIRST),
    "funnel.cash_waits.by_funder": funnel.cash_waits(SCOPE, FIRST, "funder_code"),
    "funnel.lines_by_month": funnel.lines_by_month(SCOPE, FIRST),
    "funnel.borrowers_by_month": funnel.borrowers_by_month(SCOPE, FIRST),
    "funnel.funders": funnel.funders(SCOPE),
    "loans.of_cell": loans.of_cell(SCOPE, measure="current", offset=50, limit=50, **CELL),  # type: ignore[arg-type]
    "loans.count_of_cell": loans.count_of_cell(SCOPE, measure="ever", **CELL),  # type: ignore[arg-type]
    "decision.find": decision.find(SCOPE, FIRST, "DECLINED", "dti_cap", "P1", is_override=False, page_no=1),
    "decision.find.newest": decision.find(SCOPE, decision="DECLINED", page_no=2, newest_months=3),
    "decision.count_newest": decision.count_newest(SCOPE, 3, "DECLINED", "dti_cap", "P1"),
    "decision.by_number": decision.by_number(SCOPE, "D1"),
    "decision.record": decision.record(SCOPE, "D1"),
    "decision.personal": decision.personal(SCOPE, "D1"),
    "decision.stages": decision.stages(SCOPE, "A1"),
    "decision.rule_hits": decision.rule_hits(SCOPE, "D1"),
    "decision.snapshot": decision.snapshot(SCOPE, "D1"),
    "decision.policy": decision.policy(SCOPE, "P1"),
    "decision.model": decision.model(SCOPE, "M1"),
    "collection.batches": collection.batches(SCOPE, FIRST, "M1"),
    "collection.cures": collection.cures(SCOPE, FIRST),
    "collection.in_bucket": collection.in_bucket(SCOPE, FIRST, "M1"),
    "collection.promises": collection.promises(SCOPE, FIRST),
    "collection.contacts": collection.contacts(SCOPE, FIRST),
    "recoveries.lost_by_month": recoveries.lost_by_month(SCOPE),
    "recoveries.cash_by_loss": recoveries.cash_by_loss(SCOPE),
    "recoveries.cash_by_agency": recoveries.cash_by_agency(SCOPE, FIRST),
    "decision.versions": decision.versions(SCOPE),
    "decision.by_number.within": decision.by_number(SCOPE, "L1", (FIRST,), ("A1",)),
    "decision.record.within": decision.record(SCOPE, "D1", (FIRST,)),
    "decision.personal.within": decision.personal(SCOPE, "D1", (FIRST,)),
    "decision.stages.within": decision.stages(SCOPE, "A1", (FIRST,)),
    "decision.rule_hits.within": decision.rule_hits(SCOPE, "D1", (FIRST,)),
    "decision.snapshot.within": decision.snapshot(SCOPE, "D1", (FIRST,)),
    "drawdowns.of_line": drawdowns.of_line(SCOPE, "A1"),
    "drawdowns.of_line.within": drawdowns.of_line(SCOPE, "A1", (FIRST, SCOPE.as_of_month)),
    "drawdowns.line_of": drawdowns.line_of(SCOPE, "L1", (FIRST,)),
    "drawdowns.performance": drawdowns.performance(SCOPE, DRAWN),
    "drawdowns.performance.none": drawdowns.performance(SCOPE, ()),
    "drawdowns.recoveries": drawdowns.recoveries(SCOPE, DRAWN),
    "drawdowns.funding": drawdowns.funding(SCOPE, DRAWN),
    "applicant.frozen_inputs": applicant.frozen_inputs(SCOPE, "D1"),
    "applicant.frozen_inputs.within": applicant.frozen_inputs(SCOPE, "D1", (FIRST,)),
    "numbers.months_of": numbers.months_of(SCOPE, "D1"),
    "data_quality.loads": data_quality.loads(SCOPE),
    "data_quality.files": data_quality.files(SCOPE, 2),
    "data_quality.reasons": data_quality.reasons(SCOPE, 2),
    "data_quality.totals": data_quality.totals(SCOPE, 2),
    "data_quality.totals.in_force": data_quality.totals(SCOPE, None),
    "data_quality.restatements": data_quality.restatements(SCOPE),
    "data_quality.holdings": data_quality.holdings(SCOPE),
    "data_quality.lacks": data_quality.lacks(SCOPE),
    "data_quality.estimates": data_quality.estimates(SCOPE),
}
"""A new question gets a line here."""
LEVELS = {
    "bridge.loans": "loan",
    "loans.of_cell": "loan",
    "standing.loans": "loan",
    "drawdowns.one": "loan",
    **dict.fromkeys(
        [f"drawdowns.{name}" for name in ("of_line", "of_line.within", "performance", "performance.none", "recoveries")]
        + ["drawdowns.funding"],
        "loan",
    ),
    **dict.fromkeys(
        (
            f"decision.{name}{within}"
            for name in ("find", "by_number", "record", "stages", "rule_hits", "snapshot")
            for within in ("", ".within")
        ),
        "applicant",
    ),
    **dict.fromkeys(
        ("drawdowns.line_of", "applicant.frozen_inputs", "applicant.frozen_inputs.within", "numbers.months_of"),
        "applicant",
    ),
    **dict.fromkeys(("inference.applications", "swap_set.cases", "swap_set.cases.rows"), "applicant"),
    **dict.fromkeys(("what_if.moved_cases", "what_if.moved_cases.rows", "what_if.moved_inputs"), "applicant"),
    **dict.fromkeys(
        (
            "lab.decisions",
            "lab.decisions.rows",
            "what_if.moved_cases",
            "what_if.moved_cases.rows",
            "what_if.moved_inputs",
        ),
        "applicant",
    ),
    **dict.fromkeys(("groups.approvals", "groups.approvals_by_score", "groups.outcomes"), "applicant"),
    "feature_shift.sampled": "applicant",
    "decision.find.newest": "applicant",
    "decision.personal.within": "personal",
    "decision.personal": "personal",
}
"""Whose rows show more than sums; whatever is not named here must not."""


@pytest.mark.parametrize("dialect", ["duckdb", "postgresql", "spark"])
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
def test_a_question_is_named_ordered_and_of_its_level(name: str) -> None:
    question = QUESTIONS[name]
    assert name.startswith(question.name)
    assert "ORDER BY" in question.sql()
    assert access.level_of(question.select) == LEVELS.get(name, "sums")


@pytest.mark.parametrize("name", QUESTIONS)
def test_only_what_every_engine_knows_is_used(name: str) -> None:
    sql = QUESTIONS[name].sql("postgresql").lower()
    assert not any(word in sql for word in ("round(", "date_", "extract(", "interval", "filter (", "::"))
