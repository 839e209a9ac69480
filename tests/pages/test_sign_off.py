"""The page of signatures and the box that submits: an empty desk, a proposal from draft to approval, both languages."""

from __future__ import annotations

import json
import sqlite3
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from jiebei_dash.book.policy import make_policy
from jiebei_dash.book.scope import Reader
from jiebei_dash.desk import log
from jiebei_dash.desk.proposal_store import courses
from jiebei_dash.desk.proposals import Draft, submit, take
from jiebei_dash.signed import Signed
from jiebei_dash.text.words import load_words
from tests.pages.conftest import OpenPage, all_text

TODAY = make_policy({})
P1 = Signed("P1", "BOOK", date(2023, 12, 1), TODAY.json(), TODAY.sha256(), "Lin", "Wang")
ANN = Reader("Ann", "analyst")
FAR = date(2099, 1, 1)
PROMISE = {
    "months": [
        {
            "month": f"2024-0{month}",
            "approval_rate": 0.9,
            "approval_low_rate": 0.8,
            "approval_high_rate": 1.0,
            "bad_rate": 0.1,
            "bad_low_rate": 0.0,
            "bad_high_rate": 0.2,
            "margin_fen": 1_000_000.0,
            "margin_low_fen": 500_000.0,
            "margin_high_fen": None,
        }
        for month in (2, 3)
    ]
}


@pytest.fixture
def url(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path / 'desk.sqlite'}"


def proposed(url: str, floor: float = 600.0, at: datetime | None = None, day: date = FAR) -> str:
    policy = make_policy({"score_floor": floor})
    draft = Draft(policy.json(), policy.sha256(), "P1", TODAY.sha256(), day, "fewer bads", json.dumps(PROMISE), "v")
    return submit(url, at or datetime.now(UTC), ANN, draft, (P1,))


def tables(test: AppTest) -> list[list[list[object]]]:
    return [element.value.to_numpy().tolist() for element in test.dataframe]


def named(test: AppTest, name: str) -> AppTest:
    return test.text_input(key="reader_name").set_value(name).run()


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_an_empty_desk_says_what_is_in_force_and_that_nothing_was_promised(
    open_page: OpenPage, dozen_url: str, lang: str
) -> None:
    test = open_page(dozen_url, "sign_off", role="manager", lang=lang)
    words = load_words(lang)  # type: ignore[arg-type]
    assert not test.exception
    text = all_text(test)
    for key in ("you_nobody", "for_me_none", "own_none", "waiting_none", "promises_none", "changes_none", "back_none"):
        assert words(f"sign_off.{key}") in text
    assert "**P1**" in text
    state = words("sign_off.history_now")
    assert tables(test)[0] == [["P1", state, "2023-12-01", "–", "Lin", "Wang", TODAY.sha256()[:12]]]


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_a_proposal_waits_with_its_difference_and_its_promise(
    open_page: OpenPage, dozen_url: str, url: str, lang: str
) -> None:
    proposed(url)
    test = open_page(dozen_url, "sign_off", role="manager", lang=lang)
    words = load_words(lang)  # type: ignore[arg-type]
    assert not test.exception
    assert tables(test)[0] == [[words("codes.rule.score_floor"), "590", "600"]]
    text = all_text(test)
    assert "90.00%" in text and "80.00%" in text and words("sign_off.why", note="fewer bads") in text
    # Whoever has no name has no button
    assert not [button for button in test.button if button.key and button.key.endswith("PR-1")]


def test_another_person_asks_and_approves_and_it_is_in_force_from_its_day(
    open_by_the_door: OpenPage, dozen_url: str, url: str
) -> None:
    proposed(url)
    test = named(open_by_the_door(dozen_url, "sign_off", role="manager", lang="en"), "Bo")
    assert {button.key for button in test.button} >= {"APPROVE_PR-1", "REJECT_PR-1", "ASK_PR-1"}
    test.button(key="ASK_PR-1").click().run()
    assert "Say why, in a sentence" in "\n".join(str(error.value) for error in test.error)
    test.text_area(key="note_PR-1_1").set_value("Why now?").run()
    test.button(key="ASK_PR-1").click().run()
    assert [success.value for success in test.success] == ["PR-1: Asked, and in the log."]
    assert "Bo asked: Why now?" in all_text(test)
    assert test.button(key="APPROVE_PR-1").disabled
    take(url, datetime.now(UTC), ANN, "PR-1", "ANSWER", "The entry rate rose.", (P1,))
    test.run()
    test.button(key="APPROVE_PR-1").click().run()
    assert [success.value for success in test.success] == ["PR-1: Approved, and in the log."]
    text = all_text(test)
    assert "**PR-1**, made by Ann and approved by Bo, takes its place from 2099-01-01." in text
    assert [entry.action for entry in log.entries(log.open_desk(url))[::-1]] == ["submit", "ask", "answer", "approve"]


@pytest.mark.parametrize(("role", "offered"), [("analyst", {"WITHDRAW_PR-1"}), ("auditor", set())])
def test_the_author_may_withdraw_and_decides_nothing(
    open_by_the_door: OpenPage, dozen_url: str, url: str, role: str, offered: set[str]
) -> None:
    proposed(url)
    test = named(open_by_the_door(dozen_url, "sign_off", role=role, lang="en"), " ANN ")
    assert {button.key for button in test.button if str(button.key).endswith("_PR-1")} == offered
    assert "of which 1 are yours" in all_text(test)


def test_an_auditor_may_ask_alone(open_by_the_door: OpenPage, dozen_url: str, url: str) -> None:
    proposed(url)
    test = named(open_by_the_door(dozen_url, "sign_off", role="auditor", lang="en"), "Cai")
    assert {button.key for button in test.button if str(button.key).endswith("_PR-1")} == {"ASK_PR-1"}
    assert "back_submit" not in {button.key for button in test.button}


def test_what_was_overtaken_says_so_and_cannot_be_approved(
    open_by_the_door: OpenPage, dozen_url: str, url: str
) -> None:
    for floor in (600.0, 610.0):
        proposed(url, floor)
    take(url, datetime.now(UTC), Reader("Cai", "manager"), "PR-1", "APPROVE", "", (P1,))
    test = named(open_by_the_door(dozen_url, "sign_off", role="manager", lang="en"), "Bo")
    said = [warning.value for warning in test.warning]
    assert said == [load_words("en")("errors.base_replaced", policy="PR-2", base="P1", newest="PR-1")]
    assert test.button(key="APPROVE_PR-2").disabled
    test.text_area(key="back_note").set_value("It was wrong.").run()
    test.button(key="back_submit").click().run()
    assert [(each.proposal_id, each.first.rolls_back) for each in courses(url)][2] == ("PR-3", "PR-1")
    assert "takes PR-1 back" in all_text(test)


def test_promises_are_set_beside_what_came(open_page: OpenPage, dozen_url: str, url: str) -> None:
    """The step is of January 2024: February came out at 3 of 4, March at 3 of 3; of bad loans February is known."""
    proposed(url, at=datetime(2024, 1, 20, tzinfo=UTC), day=date(2024, 2, 1))
    take(url, datetime(2024, 1, 21, tzinfo=UTC), Reader("Bo", "manager"), "PR-1", "APPROVE", "", (P1,))
    test = open_page(dozen_url, "sign_off", role="auditor", lang="en")
    assert not test.exception
    text = all_text(test)
    assert "Promises that can be scored: 3 of 4. Inside their interval: 1 (33%, 95%: 6% to 79%)" in text
    rows = next(table for table in tables(test) if table[0][0] == "PR-1" and table[0][1] == "2024-03")
    assert rows == [
        ["PR-1", "2024-03", "Approval rate", "90.00% (80.00% to 100.00%)", "100.00% (few: 3)", "inside"],
        ["PR-1", "2024-02", "Approval rate", "90.00% (80.00% to 100.00%)", "75.00% (few: 4)", "outside"],
        ["PR-1", "2024-02", "Bad rate by month 6", "10.00% (0.00% to 20.00%)", "66.67% (few: 3)", "outside"],
        ["PR-1", "2024-03", "Bad rate by month 6", "10.00% (0.00% to 20.00%)", "–",
         "not yet observable, from 2024-11"],
    ]  # fmt: skip


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_a_desk_that_cannot_be_read_is_one_clear_sentence(
    open_page: OpenPage, dozen_url: str, tmp_path: Path, url: str, lang: str
) -> None:
    (tmp_path / "desk.sqlite").mkdir()
    test = open_page(dozen_url, "sign_off", role="manager", lang=lang)
    assert not test.exception
    said = load_words(lang)("errors.signing_unavailable", address=url)  # type: ignore[arg-type]
    assert [error.value for error in test.error] == [said]


def test_who_wrote_past_the_desk_is_found_out(open_page: OpenPage, dozen_url: str, url: str, tmp_path: Path) -> None:
    proposed(url)
    with sqlite3.connect(tmp_path / "desk.sqlite") as connection:
        connection.execute("drop trigger proposal_event_no_update")
        connection.execute("update proposal_event set note = 'nothing to see'")
    test = open_page(dozen_url, "sign_off", role="auditor", lang="en")
    assert load_words("en")("sign_off.unmatched", steps="1") in [error.value for error in test.error]


def opened_box(open_by_the_door: OpenPage, book_url: str, **link: object) -> AppTest:
    test = open_by_the_door(book_url, "what_if", role="analyst", lang="en", **link)
    test.session_state["submit_box"] = True
    return named(test, "Ann")


def test_a_draft_of_the_lab_is_submitted_with_its_forecast(
    open_by_the_door: OpenPage, dozen_url: str, url: str
) -> None:
    test = opened_box(open_by_the_door, dozen_url, score_floor="600")
    assert not test.exception
    assert ["Score cut-off", "590", "600"] in [row for table in tables(test) for row in table]
    test.button(key="submit_draft").click().run()
    assert any("Say why, in a sentence" in str(error.value) for error in test.error)
    test.text_area(key="submit_note").set_value("fewer bads").run()
    test.button(key="submit_draft").click().run()
    assert [success.value for success in test.success] == ["Submitted as PR-1. Somebody else has to approve it."]
    (found,) = courses(url)
    first = found.first
    policy = make_policy({"score_floor": 600.0})
    assert (first.policy_sha256, first.base_id, first.actor) == (policy.sha256(), "P1", "Ann")
    months = json.loads(str(first.forecast_json))["months"]
    assert len(months) == 12
    assert months[0]["bad_rate"] == pytest.approx((0 / 3 + 1 / 1) / 2)


def test_a_draft_that_changes_nothing_or_a_part_of_the_book_is_not_submitted(
    open_by_the_door: OpenPage, dozen_url: str
) -> None:
    same = opened_box(open_by_the_door, dozen_url)
    assert load_words("en")("sign_off.submit_nothing", base="P1") in all_text(same)
    assert "submit_draft" not in {button.key for button in same.button}


def test_a_draft_of_a_part_of_the_book_is_not_submitted(open_by_the_door: OpenPage, dozen_url: str) -> None:
    part = opened_box(open_by_the_door, dozen_url, score_floor="600", channel="HOME")
    assert load_words("en")("sign_off.submit_part") in [info.value for info in part.info]
    assert "submit_draft" not in {button.key for button in part.button}


def test_a_draft_shows_what_it_changes_of_the_policy_signed_last(
    open_by_the_door: OpenPage, dozen_url: str, url: str
) -> None:
    proposed(url)
    take(url, datetime.now(UTC), Reader("Cai", "manager"), "PR-1", "APPROVE", "", (P1,))
    test = opened_box(open_by_the_door, dozen_url, score_floor="610")
    assert ["Score cut-off", "600", "610"] in [row for table in tables(test) for row in table]
    said = load_words("en")("sign_off.submit_other_base", today="P1", base="PR-1")
    assert said in [warning.value for warning in test.warning]


def test_an_auditor_reads_the_lab_and_has_no_box(open_page: OpenPage, dozen_url: str) -> None:
    test = open_page(dozen_url, "what_if", role="auditor", lang="en", score_floor="600")
    assert "submit_draft" not in {button.key for button in test.button}
    assert load_words("en")("sign_off.submit_title") not in [expander.label for expander in test.expander]


def test_a_name_stays_when_the_page_and_the_language_change(open_by_the_door: OpenPage, dozen_url: str) -> None:
    test = named(open_by_the_door(dozen_url, "sign_off", role="manager", lang="en"), "Bo  Chen ")
    assert "You sign as **Bo Chen**" in all_text(test)
    test.segmented_control(key="lang").set_value("zh").run()
    assert "签署人：**Bo Chen**" in all_text(test)
    test.switch_page("rooms/overview.py").run()
    test.switch_page("rooms/sign_off.py").run()
    assert "签署人：**Bo Chen**" in all_text(test)
    named(test, "")
    assert load_words("zh")("sign_off.you_nobody") in all_text(test)


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_a_book_without_declined_applicants_still_says_what_is_in_force(
    open_page: OpenPage, counted_url: str, lang: str
) -> None:
    test = open_page(counted_url, "sign_off", role="auditor", lang=lang)
    words = load_words(lang)  # type: ignore[arg-type]
    assert not test.exception
    assert "**P1**" in all_text(test)
    lacking = words("errors.book_lacks", capability=words.code("capability", "declined_applicants"))
    assert [error.value for error in test.error] == [lacking]
