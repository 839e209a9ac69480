"""The file of one decision, on the book of twelve loans."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import pandas as pd
import pytest
import sqlalchemy as sa

from jiebei_dash.answers import decision
from jiebei_dash.book import schema
from jiebei_dash.book.engine import Book, Fetch, Question, ask, open_book
from jiebei_dash.book.scope import Reader, Scope
from jiebei_dash.desk import log
from jiebei_dash.errors import LogUnavailable, ModelMissing, NotAllowed, RecordNotFound
from jiebei_dash.terms import Role
from tests.changed import changed_book

FetchAs = Callable[..., Fetch]
ScopeOf = Callable[..., Scope]


def _file(fetch_as: FetchAs, scope_of: ScopeOf, number: str, role: Role = "auditor", **scope: object):
    return decision.file(replace(scope_of(role), **scope), fetch_as(role), number)


def test_the_list_is_newest_first_and_narrowed_by_scope_and_filter(fetch_as: FetchAs, scope_of: ScopeOf) -> None:
    scope, fetch = scope_of("auditor"), fetch_as("auditor")
    everything = decision.find(scope, fetch).frame
    assert everything["decision_id"].tolist()[:2] == ["D17", "D18"]
    assert len(everything) == 16
    assert decision.find(scope, fetch, decision="DECLINED").frame["decision_id"].tolist() == ["D18", "D14", "D13"]
    assert decision.find(scope, fetch, main_reason="score_floor").frame["decision_id"].tolist() == ["D14", "D02"]
    assert decision.find(scope, fetch, decided_month=date(2024, 3, 1)).frame["decision_id"].tolist() == [
        "D09",
        "D08",
        "D07",
    ]
    partner = replace(scope, channel=("PARTNER",))
    assert decision.find(partner, fetch).frame["decision_id"].tolist() == ["D11", "D06"]
    assert decision.find(scope, fetch, policy_version="P2").frame.empty
    assert decision.find(scope, fetch, page_no=1).frame.empty


def test_a_decision_after_the_as_of_month_is_not_in_the_list(fetch_as: FetchAs, scope_of: ScopeOf) -> None:
    found = decision.find(replace(scope_of("auditor"), as_of_month=date(2024, 1, 1)), fetch_as("auditor")).frame
    assert found["decision_id"].tolist() == ["D13", "D03", "D02", "D01"]


@pytest.mark.parametrize("number", ["D08", "A08", "L08", "L11"])
def test_a_decision_is_found_by_its_own_its_applications_or_a_drawdowns_number(
    fetch_as: FetchAs, scope_of: ScopeOf, number: str
) -> None:
    assert decision.number_of(scope_of("auditor"), fetch_as("auditor"), number) == "D08"


@pytest.mark.parametrize("number", ["D99", "", "D08' OR '1'='1"])
def test_an_unknown_number_is_said_to_be_unknown(fetch_as: FetchAs, scope_of: ScopeOf, number: str) -> None:
    with pytest.raises(RecordNotFound):
        decision.number_of(scope_of("auditor"), fetch_as("auditor"), number)
    with pytest.raises(RecordNotFound):
        _file(fetch_as, scope_of, number)


def test_the_file_holds_all_hits_not_only_the_first(fetch_as: FetchAs, scope_of: ScopeOf) -> None:
    rules = _file(fetch_as, scope_of, "D13")["rules"].frame.set_index("rule_key")
    assert rules["outcome"].to_dict() == {
        "zhima_floor": "HIT",
        "other_lenders_cap": "HIT",
        "queries_cap": "PASS",
        "overdue_cap": "PASS",
        "dti_cap": "PASS",
        "score_floor": "PASS",
        "amount_cap": "MISSING",
    }
    assert rules.loc["zhima_floor", ["observed_value", "threshold_value"]].tolist() == [560.0, 600.0]
    assert rules.loc["score_floor", ["observed_value", "threshold_value"]].tolist() == [591.0, 590.0]


def test_the_file_holds_every_input_with_its_source_and_time(fetch_as: FetchAs, scope_of: ScopeOf) -> None:
    inputs = _file(fetch_as, scope_of, "D10")["inputs"].frame.set_index("feature")
    assert len(inputs) == 12
    assert inputs.loc["zhima_score", "value"] == 790.0
    assert inputs.loc["zhima_score", "obtained_at"] == pd.Timestamp("2024-07-08 09:00:00")
    assert inputs.loc[inputs["is_missing"]].index.tolist() == ["bureau_overdue_count", "card_utilisation_rate"]


def test_the_person_is_masked_for_the_auditor_and_hidden_from_the_analyst(fetch_as: FetchAs, scope_of: ScopeOf) -> None:
    shown = _file(fetch_as, scope_of, "D10")["identity"]
    assert shown.frame["customer_id"].tolist() == ["***1"]
    assert len(shown.frame["id_hash"].iloc[0]) == 9
    assert not {"gender", "age_band", "income_month_fen"} & set(shown.frame.columns)
    hidden = _file(fetch_as, scope_of, "D10", role="analyst")
    assert (hidden["identity"].missing, hidden["identity"].frame.empty) == ("NOT_ALLOWED", True)
    assert not any("customer" in question.sql() for question in hidden.questions)


def test_no_question_of_the_file_shows_the_persons_number_unmasked(fetch_as: FetchAs, scope_of: ScopeOf) -> None:
    assert not _file(fetch_as, scope_of, "D13").frame["value"].str.contains("K13").any()


def test_later_performance_stops_at_the_as_of_month(fetch_as: FetchAs, scope_of: ScopeOf) -> None:
    now = _file(fetch_as, scope_of, "D02")
    course = now["course"].frame.iloc[0]
    assert (course["state"], course["lost_fen"], course["recovered_fen"]) == ("WO", 600_000, 40_000)
    assert now["loans"].frame["closed_state"].tolist() == ["WO"]
    assert now["loans"].frame["first_90_mob"].tolist() == [4]
    april = _file(fetch_as, scope_of, "D02", as_of_month=date(2024, 4, 1))
    course = april["course"].frame.iloc[0]
    assert (course["state"], course["dpd_days"], course["recovered_fen"]) == ("M3", 80, 0)
    assert pd.isna(april["loans"].frame["closed_state"].iloc[0])
    assert pd.isna(april["loans"].frame["first_90_mob"].iloc[0])


def test_a_drawdown_after_the_as_of_month_is_not_among_the_stages(tmp_path: Path, dozen_url: str) -> None:
    stage = schema.application_stage

    def drawn_later(connection: sa.Connection) -> None:
        drawdown = stage.c.application_id == "A02", stage.c.stage == "DRAWDOWN"
        connection.execute(sa.update(stage).where(*drawdown).values(left_at=datetime(2024, 4, 20)))
        disbursed = stage.c.application_id == "A02", stage.c.stage == "DISBURSED"
        connection.execute(sa.update(stage).where(*disbursed).values(entered_at=datetime(2024, 4, 20)))

    book = open_book(changed_book(dozen_url, tmp_path / "later.duckdb", drawn_later))
    seen = {}
    for month in (3, 4):
        scope = replace(book.scope(Reader("Test", "analyst")), as_of_month=date(2024, month, 1))
        seen[month] = decision.file(scope, lambda question: ask(book, question), "D02")["stages"].frame
    book.engine.dispose()
    assert seen[3]["stage"].tolist() == ["KYC", "ANTI_FRAUD", "RULES", "SCORE", "LINE", "DRAWDOWN"]
    assert (seen[3]["outcome"].iloc[5], pd.isna(seen[3]["left_at"].iloc[5])) == ("OPEN", True)
    assert (seen[4]["stage"].iloc[6], seen[4]["outcome"].iloc[5]) == ("DISBURSED", "PASS")
    assert seen[4]["left_at"].iloc[5] == pd.Timestamp("2024-04-20")


def test_a_line_drawn_twice_has_two_loans_whose_funding_sums_to_each(fetch_as: FetchAs, scope_of: ScopeOf) -> None:
    file = _file(fetch_as, scope_of, "D08")
    assert file["loans"].frame["loan_id"].tolist() == ["L08", "L11"]
    assert len(file["application"].frame) == 1
    funded = file["funding"].frame.groupby("loan_id")["principal_fen"].sum()
    assert funded.to_dict() == {"L08": 1_200_000, "L11": 600_000}


def test_a_record_is_found_by_number_whatever_the_scope_says(fetch_as: FetchAs, scope_of: ScopeOf) -> None:
    file = _file(
        fetch_as, scope_of, "D08", channel=("PARTNER",), as_of_month=date(2024, 1, 1), opened_to=date(2024, 1, 1)
    )
    assert file["application"].frame["application_id"].tolist() == ["A08"]
    assert file["loans"].missing == "NONE_YET"
    assert file["course"].missing == "NONE_YET"


def test_what_the_book_does_not_hold_is_listed_as_missing(fetch_as: FetchAs, scope_of: ScopeOf) -> None:
    file = _file(fetch_as, scope_of, "D13")
    missing = {section.key: section.missing for section in file.sections if section.missing}
    assert missing == {
        **dict.fromkeys(("loans", "course", "funding"), "NONE_YET"),
        **dict.fromkeys(decision.NOT_HELD, "NOT_HELD"),
    }
    named = file.frame.loc[file.frame["item"] == "missing", "section"].tolist()
    assert named == list(missing)


def test_a_book_without_inputs_lists_them_as_missing(fetch_as: FetchAs, scope_of: ScopeOf) -> None:
    file = _file(fetch_as, scope_of, "D01", lacks=frozenset({"decision_features", "funding"}))
    assert (file["inputs"].missing, file["funding"].missing) == ("NOT_HELD", "NOT_HELD")
    assert file["rules"].frame["outcome"].value_counts().to_dict() == {"MISSING": 5, "PASS": 2}


def test_a_manager_gets_no_single_decision(fetch_as: FetchAs, scope_of: ScopeOf) -> None:
    for question in (
        lambda scope, fetch: decision.file(scope, fetch, "D01"),
        lambda scope, fetch: decision.find(scope, fetch),
        lambda scope, fetch: decision.number_of(scope, fetch, "D01"),
        lambda scope, fetch: decision.contributions(scope, fetch, "D01", Path("none")),
    ):
        with pytest.raises(NotAllowed):
            question(scope_of("manager"), fetch_as("manager"))


def test_without_a_log_there_is_no_answer(dozen: Book, scope_of: ScopeOf, tmp_path: Path) -> None:
    def unlogged(question: Question) -> pd.DataFrame:
        return ask(dozen, question)

    with pytest.raises(LogUnavailable):
        decision.file(scope_of("auditor"), unlogged, "D01")

    desk = log.open_desk(f"sqlite:///{tmp_path / 'desk.sqlite'}")
    with desk.engine.begin() as connection:
        log.audit_log.drop(connection)
    record = log.recorder(desk, lambda: datetime(2024, 11, 1, tzinfo=UTC))
    with pytest.raises(LogUnavailable):
        decision.file(scope_of("auditor"), lambda question: ask(dozen, question, record), "D01")
    desk.engine.dispose()


def test_every_look_at_a_single_case_is_in_the_log(dozen: Book, scope_of: ScopeOf, tmp_path: Path) -> None:
    desk = log.open_desk(f"sqlite:///{tmp_path / 'desk.sqlite'}")
    record = log.recorder(desk, lambda: datetime(2024, 11, 1, tzinfo=UTC))
    decision.file(scope_of("auditor"), lambda question: ask(dozen, question, record), "D13")
    written = log.entries(desk)
    assert {entry.object for entry in written} == {
        "decision.record",
        "decision.snapshot",
        "decision.rule_hits",
        "decision.personal",
        "decision.stages",
    }
    assert all("D13" in entry.detail_json or "A13" in entry.detail_json for entry in written)
    assert {entry.actor for entry in written} == {"Test"}
    assert log.verify(desk).is_whole
    desk.engine.dispose()


def test_without_its_artefact_nothing_is_explained(fetch_as: FetchAs, scope_of: ScopeOf, tmp_path: Path) -> None:
    with pytest.raises(ModelMissing):
        decision.contributions(scope_of("auditor"), fetch_as("auditor"), "D01", tmp_path)


def test_a_book_without_a_decision_finds_none(empty_book: Book, fetch_as: FetchAs, scope_of: ScopeOf) -> None:
    scope, fetch = scope_of("auditor", empty_book), fetch_as("auditor", empty_book)
    assert decision.find(scope, fetch).frame.empty
    with pytest.raises(RecordNotFound):
        decision.file(scope, fetch, "D01")
