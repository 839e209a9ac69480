"""Proposals: every transition and every refusal, one winner of two, and nothing without the log."""

from __future__ import annotations

import hashlib
import json
import multiprocessing
import sqlite3
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from threading import Barrier

import pytest

from jiebei_dash import errors
from jiebei_dash.book.scope import Reader
from jiebei_dash.desk import log
from jiebei_dash.desk.course import FIRST_STEPS, MAY, NEXT, STATES, STEPS, Course, Event, check_step, course, folded
from jiebei_dash.desk.proposal_store import adopted, courses, frame, unmatched
from jiebei_dash.desk.proposals import Draft, roll_back, submit, take
from jiebei_dash.signed import Signed, in_force, in_order
from jiebei_dash.terms import ROLES

AT = datetime(2024, 11, 5, 9, 0, tzinfo=UTC)
ANN, BO = Reader("Ann Li", "analyst"), Reader("Bo", "manager")
SOON = date(2024, 12, 1)


def text(**thresholds: float) -> str:
    return json.dumps(thresholds, separators=(",", ":"), sort_keys=True)


def hashed(policy: str) -> str:
    return hashlib.sha256(policy.encode()).hexdigest()


def version(name: str, begins: date, author: str = "Lin", **thresholds: float) -> Signed:
    policy = text(**thresholds)
    return Signed(name, "BOOK", begins, policy, hashed(policy), author, "Wang")


P1 = version("P1", date(2023, 1, 1), score_floor=590)
P2 = version("P2", date(2024, 1, 1), score_floor=600)
BOOK = (P1, P2)


def draft(floor: float = 610, base: Signed = P2, **other: object) -> Draft:
    policy = text(score_floor=floor)
    made = Draft(policy, hashed(policy), base.policy_id, base.policy_sha256, SOON, "fewer bads")
    return replace(made, **other)  # type: ignore[arg-type]


@pytest.fixture
def url(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path / 'desk.sqlite'}"


def step_of(place: int, step: str, actor: str = "Ann Li") -> Event:
    blank = dict.fromkeys(Event.__dataclass_fields__, None)
    told = {"event_no": place, "proposal_id": "PR-1", "place": place, "step": step, "actor": actor}
    return Event(**(blank | told))  # type: ignore[arg-type]


TO_REACH = {
    "OPEN": ("SUBMIT",),
    "ASKED": ("SUBMIT", "ASK"),
    "APPROVED": ("SUBMIT", "APPROVE"),
    "REJECTED": ("SUBMIT", "ASK", "REJECT"),
    "WITHDRAWN": ("ROLL_BACK", "WITHDRAW"),
}
REFUSED = {
    **{(state, step): errors.ProposalClosed for state in STATES[2:] for step in STEPS[2:]},
    ("OPEN", "ANSWER"): errors.NothingAsked,
    ("ASKED", "APPROVE"): errors.QuestionOpen,
}


def reached(state: str) -> Course:
    steps = TO_REACH[state]
    return course([step_of(place, step, "Ann Li" if place == 1 else "Bo") for place, step in enumerate(steps, 1)])


@pytest.mark.parametrize("step", STEPS[2:])
@pytest.mark.parametrize("state", STATES)
def test_every_step_in_every_state_is_taken_or_refused(state: str, step: str) -> None:
    found = reached(state)
    assert found.state == state
    name = "Ann Li" if step in ("ANSWER", "WITHDRAW") else "Cai"
    if (state, step) in REFUSED:
        assert (state, step) not in NEXT
        with pytest.raises(REFUSED[(state, step)]):
            check_step(found, step, name, "manager", "why")  # type: ignore[arg-type]
        with pytest.raises(ValueError, match="cannot follow"):
            course([*found.events, step_of(9, step)])
    else:
        check_step(found, step, name, "manager", "why")  # type: ignore[arg-type]
        assert course([*found.events, step_of(9, step)]).state == NEXT[(state, step)]  # type: ignore[index]


@pytest.mark.parametrize("step", FIRST_STEPS)
def test_a_first_step_comes_first_and_no_other_does(step: str) -> None:
    assert course([step_of(1, step)]).state == "OPEN"
    for state in STATES:
        with pytest.raises(ValueError, match="cannot follow"):
            course([*reached(state).events, step_of(9, step)])
    for other in STEPS[2:]:
        with pytest.raises(ValueError, match="cannot follow None"):
            course([step_of(1, other)])


OWN_NAMES = ["Ann Li", "ann li", " ANN  LI ", "AnnLi", "Ann\u00a0Li", "\uff21nn Li", "Ann\u200bLi.", "ann-li"]


@pytest.mark.parametrize("name", OWN_NAMES)
def test_nobody_decides_on_their_own_however_they_write_their_name(url: str, name: str) -> None:
    number = submit(url, AT, ANN, draft(), BOOK)
    for step in ("APPROVE", "REJECT", "ASK"):
        with pytest.raises(errors.OwnProposal):
            take(url, AT, Reader(name, "manager"), number, step, "mine", BOOK)  # type: ignore[arg-type]
    assert courses(url)[0].state == "OPEN"


def test_others_do_not_answer_or_withdraw(url: str) -> None:
    number = submit(url, AT, ANN, draft(), BOOK)
    take(url, AT, BO, number, "ASK", "Why now?", BOOK)
    for step in ("ANSWER", "WITHDRAW"):
        with pytest.raises(errors.NotTheAuthor):
            take(url, AT, Reader("Cai", "analyst"), number, step, "for her", BOOK)  # type: ignore[arg-type]


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("step", STEPS[2:])
def test_a_role_takes_the_steps_that_are_its_own(step: str, role: str) -> None:
    found = reached("ASKED" if step == "ANSWER" else "OPEN")
    name = "Ann Li" if step in ("ANSWER", "WITHDRAW") else "Cai"
    if role in MAY[step]:  # type: ignore[index]
        check_step(found, step, name, role, "why")  # type: ignore[arg-type]
    else:
        with pytest.raises(errors.MayNotSign):
            check_step(found, step, name, role, "why")  # type: ignore[arg-type]


def test_an_auditor_signs_nothing_and_a_manager_makes_no_policy(url: str) -> None:
    assert [role for role in ROLES if role in MAY["APPROVE"]] == ["manager", "analyst"]
    for role in ("manager", "auditor"):
        with pytest.raises(errors.MayNotSign):
            submit(url, AT, Reader("Cai", role), draft(), BOOK)  # type: ignore[arg-type]
    with pytest.raises(errors.MayNotSign):
        roll_back(url, AT, Reader("Cai", "auditor"), "P2", SOON, "bad", "v", BOOK)
    assert courses(url) == ()


@pytest.mark.parametrize("name", ["", "  ", "local", "Local ", "..."])
def test_who_has_no_name_signs_nothing(url: str, name: str) -> None:
    with pytest.raises(errors.PersonUnnamed):
        submit(url, AT, Reader(name, "analyst"), draft(), BOOK)


@pytest.mark.parametrize("step", ["REJECT", "ASK", "ANSWER"])
def test_a_step_that_has_to_say_why_does(step: str) -> None:
    with pytest.raises(errors.TextNeeded):
        check_step(reached("ASKED"), step, "Ann Li" if step == "ANSWER" else "Bo", "manager", " ")  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("changed", "error"),
    [
        ({"note": "  "}, errors.TextNeeded),
        ({"policy_sha256": "0" * 64}, errors.PolicyHashWrong),
        ({"policy_json": text(score_floor=611)}, errors.PolicyHashWrong),
        ({"policy_json": "[1]", "policy_sha256": hashed("[1]")}, errors.PolicyTextInvalid),
        ({"policy_json": "{", "policy_sha256": hashed("{")}, errors.PolicyTextInvalid),
        ({"policy_json": P2.policy_json, "policy_sha256": P2.policy_sha256}, errors.ProposalUnchanged),
        ({"base_id": "P1", "base_sha256": P1.policy_sha256}, errors.BaseReplaced),
        ({"base_sha256": P1.policy_sha256}, errors.BaseReplaced),
        ({"effective_on": date(2024, 11, 4)}, errors.EffectiveInPast),
    ],
)
def test_what_cannot_be_proposed_is_refused_and_leaves_nothing(
    url: str, changed: dict[str, object], error: type[errors.JiebeiError]
) -> None:
    with pytest.raises(error):
        submit(url, AT, ANN, draft(**changed), BOOK)  # type: ignore[arg-type]
    assert courses(url) == ()
    assert log.entries(log.open_desk(url)) == ()


def test_a_day_is_a_day_in_shanghai(url: str) -> None:
    """At 17:00 UTC on 5 November it is 01:00 on the 6th there."""
    late = AT.replace(hour=17)
    with pytest.raises(errors.EffectiveInPast):
        submit(url, late, ANN, draft(effective_on=date(2024, 11, 5)), BOOK)
    assert submit(url, late, ANN, draft(effective_on=date(2024, 11, 6)), BOOK) == "PR-1"


def test_a_proposal_keeps_all_that_it_was_made_of_and_every_step_is_in_the_log(url: str) -> None:
    made = draft(forecast_json='{"months":[]}', data_version="v1", part_json='{"channel": ["HOME"]}', scenario_id="S-7")
    number = submit(url, AT, ANN, made, BOOK)
    take(url, AT.replace(day=6), BO, number, "ASK", "Why now?", BOOK)
    take(url, AT.replace(day=7), ANN, number, "ANSWER", "The entry rate rose.", BOOK)
    take(url, AT.replace(day=8), BO, number, "APPROVE", "", BOOK)
    (found,) = courses(url)
    assert found.state == "APPROVED"
    assert {name: getattr(found.first, name) for name in vars(made)} == vars(made)
    assert [event.note for event in found.events] == ["fewer bads", "Why now?", "The entry rate rose.", ""]
    desk = log.open_desk(url)
    entries = log.entries(desk)[::-1]
    assert [(entry.action, entry.object, entry.actor, entry.role) for entry in entries] == [
        ("submit", "PR-1", "Ann Li", "analyst"),
        ("ask", "PR-1", "Bo", "manager"),
        ("answer", "PR-1", "Ann Li", "analyst"),
        ("approve", "PR-1", "Bo", "manager"),
    ]
    assert json.loads(entries[0].detail_json)["policy_sha256"] == made.policy_sha256
    assert [event.entry_hash for event in found.events] == [entry.entry_hash for entry in entries]
    assert log.verify(desk).is_whole
    assert unmatched(url) == ()
    row = frame([found]).iloc[0]
    assert (row["decided_by"], row["proposal_state"], row["base_id"]) == ("Bo", "APPROVED", "P2")
    assert (f"{row['effective_on']:%Y-%m-%d}", f"{row['decided_at']:%Y-%m-%d %H}") == ("2024-12-01", "2024-11-08 09")


def test_without_the_log_nothing_is_done(url: str, tmp_path: Path) -> None:
    number = submit(url, AT, ANN, draft(), BOOK)
    with sqlite3.connect(tmp_path / "desk.sqlite") as connection:
        connection.execute(
            "create trigger full before insert on audit_log begin select raise(abort, 'the disk is full'); end"
        )
    for act in (
        lambda: submit(url, AT, ANN, draft(620), BOOK),
        lambda: take(url, AT, BO, number, "APPROVE", "", BOOK),
        lambda: take(url, AT, BO, number, "ASK", "Why?", BOOK),
        lambda: roll_back(url, AT, BO, "P2", SOON, "bad", "v", BOOK),
    ):
        with pytest.raises(errors.SigningUnavailable):
            act()
    assert [(each.proposal_id, each.state, len(each.events)) for each in courses(url)] == [("PR-1", "OPEN", 1)]


def test_without_the_step_nothing_is_in_the_log(url: str, tmp_path: Path) -> None:
    submit(url, AT, ANN, draft(), BOOK)
    with sqlite3.connect(tmp_path / "desk.sqlite") as connection:
        connection.execute("create trigger full before insert on proposal_event begin select raise(abort, 'full'); end")
    with pytest.raises(errors.SigningUnavailable):
        take(url, AT, BO, "PR-1", "APPROVE", "", BOOK)
    assert [entry.action for entry in log.entries(log.open_desk(url))] == ["submit"]


@pytest.mark.parametrize("change", ["update proposal_event set actor = 'Cai'", "delete from proposal_event"])
def test_the_table_refuses_changes_and_who_gets_past_it_does_not_match_the_log(
    url: str, tmp_path: Path, change: str
) -> None:
    submit(url, AT, ANN, draft(), BOOK)
    with sqlite3.connect(tmp_path / "desk.sqlite") as connection:
        with pytest.raises(sqlite3.IntegrityError, match="only added to"):
            connection.execute(change)
        connection.execute("drop trigger proposal_event_no_update")
        connection.execute("update proposal_event set policy_json = '{}'")
    assert unmatched(url) == (1,)


def test_a_text_that_was_changed_on_the_desk_is_not_approved(url: str, tmp_path: Path) -> None:
    submit(url, AT, ANN, draft(), BOOK)
    with sqlite3.connect(tmp_path / "desk.sqlite") as connection:
        connection.execute("drop trigger proposal_event_no_update")
        connection.execute("update proposal_event set policy_json = ?", (text(score_floor=500),))
    with pytest.raises(errors.PolicyHashWrong):
        take(url, AT, BO, "PR-1", "APPROVE", "", BOOK)


def test_an_old_desk_gets_the_table(url: str, tmp_path: Path) -> None:
    log.append(log.open_desk(url), AT, "an", "auditor", "read", "x", {})
    with sqlite3.connect(tmp_path / "desk.sqlite") as connection:
        connection.execute("drop table proposal_event")
    assert submit(url, AT, ANN, draft(), BOOK) == "PR-1"


def test_what_was_overtaken_or_is_too_late_cannot_be_approved(url: str) -> None:
    for floor in (610, 620):
        submit(url, AT, ANN, draft(floor), BOOK)
    take(url, AT, BO, "PR-1", "APPROVE", "", BOOK)
    with pytest.raises(errors.BaseReplaced) as overtaken:
        take(url, AT, BO, "PR-2", "APPROVE", "", BOOK)
    assert overtaken.value.facts == {"policy": "PR-2", "base": "P2", "newest": "PR-1"}
    newest = adopted(courses(url))[0]
    with pytest.raises(errors.EffectiveTooEarly):
        submit(url, AT, ANN, draft(620, newest, effective_on=date(2024, 11, 30)), BOOK)
    assert submit(url, AT, ANN, draft(620, newest), BOOK) == "PR-3"
    with pytest.raises(errors.EffectiveInPast):
        take(url, datetime(2024, 12, 2, 1, tzinfo=UTC), BO, "PR-3", "APPROVE", "", BOOK)
    # A load that brings a newer version overtakes too; PR-2 can still be withdrawn
    newer = version("P3", date(2024, 12, 20), score_floor=580)
    with pytest.raises(errors.BaseReplaced):
        take(url, AT, BO, "PR-3", "APPROVE", "", (*BOOK, newer))
    take(url, AT, ANN, "PR-2", "WITHDRAW", "", BOOK)


def test_a_roll_back_adopts_what_was_before_once_somebody_else_has_approved(url: str) -> None:
    submit(url, AT, ANN, draft(), BOOK)
    take(url, AT, BO, "PR-1", "APPROVE", "", BOOK)
    with pytest.raises(errors.OwnProposal):
        roll_back(url, AT, ANN, "PR-1", SOON, "it was wrong", "v", BOOK)
    with pytest.raises(errors.BaseReplaced):
        roll_back(url, AT, BO, "P2", SOON, "it was wrong", "v", BOOK)
    number = roll_back(url, AT, BO, "PR-1", SOON, "it was wrong", "v", BOOK)
    with pytest.raises(errors.OwnProposal):
        take(url, AT, BO, number, "APPROVE", "", BOOK)
    assert in_force(in_order(BOOK, adopted(courses(url))), SOON).policy_id == "PR-1"  # type: ignore[union-attr]
    take(url, AT, ANN, number, "APPROVE", "", BOOK)
    line = in_order(BOOK, adopted(courses(url)))
    assert [each.policy_id for each in line] == ["P1", "P2", "PR-1", "PR-2"]
    assert (line[-1].policy_json, courses(url)[1].first.rolls_back) == (P2.policy_json, "PR-1")
    assert in_force(line, date(2024, 11, 30)) == P2
    assert in_force(line, SOON) == line[-1]


def test_the_first_policy_has_nothing_before_it(url: str) -> None:
    with pytest.raises(errors.NothingBefore):
        roll_back(url, AT, BO, "P1", SOON, "it was wrong", "v", (P1,))
    with pytest.raises(errors.ProposalMissing):
        take(url, AT, BO, "PR-9", "APPROVE", "", BOOK)


def test_a_version_that_brings_a_proposal_is_one_with_it() -> None:
    proposal = replace(version("PR-1", SOON, score_floor=610), source="DESK")
    brought = version("P3", date(2024, 12, 3), score_floor=610)
    line = in_order((*BOOK, brought), (proposal,))
    assert [(each.policy_id, each.carried_out_as, each.effective_on.day) for each in line] == [
        ("P1", "", 1),
        ("P2", "", 1),
        ("PR-1", "P3", 3),
    ]
    # An older version of the same text is not the proposal
    again = replace(version("PR-2", date(2025, 1, 1), score_floor=590), source="DESK")
    assert [each.policy_id for each in in_order(BOOK, (again,))] == ["P1", "P2", "PR-2"]


def test_names_are_compared_without_case_spaces_and_signs() -> None:
    assert folded(" Lin  Y. ") == folded("LIN y") == "liny"
    assert folded("\u6797 \u4e00") == "\u6797\u4e00"
    assert folded("Lin Y.") != folded("Lin X.")


def decide(url: str, name: str, step: str) -> str:
    try:
        take(url, AT, Reader(name, "manager"), "PR-1", step, "because", BOOK)  # type: ignore[arg-type]
    except errors.ProposalClosed as error:
        return f"told: {error.facts['person']}"
    return f"won: {name}"


@pytest.mark.parametrize("step", ["APPROVE", "REJECT"])
def test_of_two_threads_that_decide_at_once_one_wins(url: str, step: str) -> None:
    submit(url, AT, ANN, draft(), BOOK)
    gate = Barrier(6)

    def one(place: int) -> str:
        gate.wait()
        return decide(url, f"M{place}", step if place % 2 else "APPROVE")

    with ThreadPoolExecutor(6) as pool:
        told = list(pool.map(one, range(6)))
    _one_won(url, told)


def test_of_two_processes_that_decide_at_once_one_wins(url: str) -> None:
    submit(url, AT, ANN, draft(), BOOK)
    context = multiprocessing.get_context("spawn")
    with context.Pool(2) as pool:
        told = pool.starmap(decide, [(url, "M1", "APPROVE"), (url, "M2", "REJECT")], chunksize=1)
    _one_won(url, told)


def _one_won(url: str, told: list[str]) -> None:
    (won,) = [each.removeprefix("won: ") for each in told if each.startswith("won")]
    assert {each for each in told if not each.startswith("won")} == {f"told: {won}"}
    (found,) = courses(url)
    assert [event.actor for event in found.events] == ["Ann Li", won]
    assert log.verify(log.open_desk(url)).entries == 2
