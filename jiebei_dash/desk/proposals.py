"""Proposals of a policy: made by one, approved by another, every step in the log or not taken."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Protocol
from zoneinfo import ZoneInfo

from jiebei_dash.desk.course import Course, Step, check_person, check_step, check_text, folded
from jiebei_dash.desk.proposal_store import adopted, courses_in, write_in, writing
from jiebei_dash.errors import (
    BaseReplaced,
    EffectiveInPast,
    EffectiveTooEarly,
    JiebeiError,
    NothingBefore,
    OwnProposal,
    PolicyHashWrong,
    PolicyTextInvalid,
    ProposalMissing,
    ProposalUnchanged,
)
from jiebei_dash.signed import Signed, in_order, newest
from jiebei_dash.terms import Role


class _Reader(Protocol):
    @property
    def name(self) -> str: ...
    @property
    def role(self) -> Role: ...


@dataclass(frozen=True)
class Draft:
    """What is submitted.

    Parameters
    ----------
    policy_json, policy_sha256
        The whole policy, and the hash of that text.
    base_id, base_sha256
        The policy that it changes: that which was signed last.
    effective_on
        First day on which it is to decide.
    note
        Why.
    forecast_json
        What is promised by month; None if nothing is.
    data_version, part_json
        What the forecast was made from.
    scenario_id
        Scenario that it comes from; empty if none.
    """

    policy_json: str
    policy_sha256: str
    base_id: str
    base_sha256: str
    effective_on: date
    note: str
    forecast_json: str | None = None
    data_version: str = ""
    part_json: str = "{}"
    scenario_id: str = ""


def submit(url: str, at: datetime, reader: _Reader, draft: Draft, book: Sequence[Signed]) -> str:
    """Write a proposal to the desk and return its number.

    Parameters
    ----------
    url
        Address of the desk.
    at, reader
        When, with its time zone; who.
    draft
        What is proposed.
    book
        Policies that the book holds.

    Raises
    ------
    PersonUnnamed, MayNotSign, TextNeeded
        This person may not propose, or has not said why.
    PolicyHashWrong, PolicyTextInvalid
        The text is not the one that was hashed, or no JSON.
    ProposalUnchanged
        It is the policy that it would change.
    BaseReplaced
        It changes a policy that is no longer the one signed last.
    EffectiveInPast, EffectiveTooEarly
        Its first day has passed, or lies before that of the policy signed last.
    SigningUnavailable
        Desk or log cannot be written; then nothing is.
    """
    return _propose(url, at, reader, "SUBMIT", book, lambda line: draft)


def roll_back(
    url: str,
    at: datetime,
    reader: _Reader,
    policy_id: str,
    effective_on: date,
    note: str,
    data_version: str,
    book: Sequence[Signed],
) -> str:
    """Propose to adopt again the policy before the one signed last, and return the proposal's number.

    Parameters
    ----------
    policy_id
        The policy that is taken back: version of the book, or number of an adopted proposal.
    url, at, reader, effective_on, note, data_version, book
        As in :func:`submit`.

    Raises
    ------
    OwnProposal
        Nobody takes back their own.
    BaseReplaced, NothingBefore
        It is not the policy signed last, or there is none before it.
    PersonUnnamed, MayNotSign, TextNeeded, EffectiveInPast, EffectiveTooEarly, SigningUnavailable
        As in :func:`submit`.
    """

    def drafted(line: tuple[Signed, ...]) -> Draft:
        last = newest(line)
        if last is None or last.policy_id != policy_id:
            raise BaseReplaced(policy=policy_id, base=policy_id, newest=last.policy_id if last else "")
        if folded(last.author) == folded(reader.name):
            raise OwnProposal(policy=policy_id, step="ROLL_BACK")
        if len(line) < 2:
            raise NothingBefore(policy=policy_id)
        before = line[-2]
        return Draft(
            before.policy_json, before.policy_sha256, last.policy_id, last.policy_sha256, effective_on, note,
            data_version=data_version,
        )  # fmt: skip

    return _propose(url, at, reader, "ROLL_BACK", book, drafted)


def take(
    url: str, at: datetime, reader: _Reader, proposal_id: str, step: Step, note: str, book: Sequence[Signed]
) -> None:
    """Take a step on a proposal: approve, reject, ask, answer or withdraw.

    Two who decide at once are kept apart by the desk: one does, the other is told by whom it was decided.

    Parameters
    ----------
    proposal_id
        Its number.
    step
        What is done.
    note
        Reason, question or answer.
    url, at, reader, book
        As in :func:`submit`.

    Raises
    ------
    ProposalMissing
        There is none of that number.
    PersonUnnamed, MayNotSign, TextNeeded, ProposalClosed, OwnProposal, NotTheAuthor, QuestionOpen, NothingAsked
        See :func:`jiebei_dash.desk.course.check_step`.
    PolicyHashWrong, BaseReplaced, EffectiveInPast, EffectiveTooEarly
        It cannot be approved any more.
    SigningUnavailable
        Desk or log cannot be written; then nothing is.
    """
    with writing(url) as connection:
        found = courses_in(connection)
        proposal = found.get(proposal_id)
        if proposal is None:
            raise ProposalMissing(policy=proposal_id)
        check_step(proposal, step, reader.name, reader.role, note)
        if step == "APPROVE":
            _check_approval(proposal, _line(found, book), at)
        place = len(proposal.events) + 1
        write_in(
            connection,
            at,
            reader.name,
            reader.role,
            {"proposal_id": proposal_id, "place": place, "step": step, "note": note.strip()},
        )


def why_not_approved(found: Course, line: Sequence[Signed], at: datetime) -> JiebeiError | None:
    """Return why nobody can approve a proposal that waits, whoever asks; null if somebody can.

    Parameters
    ----------
    found
        The proposal.
    line
        All signed policies, as :func:`jiebei_dash.signed.in_order` gives them.
    at
        When, with its time zone.
    """
    try:
        _check_approval(found, tuple(line), at)
    except JiebeiError as error:
        return error
    return None


def today(at: datetime) -> date:
    """Return the day in Shanghai."""
    return at.astimezone(ZoneInfo("Asia/Shanghai")).date()


def _propose(
    url: str,
    at: datetime,
    reader: _Reader,
    step: Step,
    book: Sequence[Signed],
    drafted: Callable[[tuple[Signed, ...]], Draft],
) -> str:
    check_person(reader.name, reader.role, step)
    with writing(url) as connection:
        found = courses_in(connection)
        line = _line(found, book)
        draft = drafted(line)
        check_text(draft.note, step)
        _check_policy(draft.policy_json, draft.policy_sha256)
        if draft.policy_sha256 == draft.base_sha256:
            raise ProposalUnchanged(base=draft.base_id)
        number = f"PR-{len(found) + 1}"
        _check_base(number, draft.base_id, draft.base_sha256, line, draft.effective_on)
        _check_day(draft.effective_on, at)
        told = {name: value for name, value in vars(draft).items() if name != "effective_on"}
        rolled = draft.base_id if step == "ROLL_BACK" else None
        fields = told | {"note": draft.note.strip(), "effective_on": draft.effective_on.isoformat()}
        of_step = {"proposal_id": number, "place": 1, "step": step, "rolls_back": rolled}
        write_in(connection, at, reader.name, reader.role, fields | of_step)
    return number


def _check_approval(found: Course, line: tuple[Signed, ...], at: datetime) -> None:
    first = found.first
    _check_policy(str(first.policy_json), str(first.policy_sha256))
    _check_base(found.proposal_id, str(first.base_id), str(first.base_sha256), line, first.effective_on)
    _check_day(first.effective_on, at)


def _check_policy(text: str, sha256: str) -> None:
    if hashlib.sha256(text.encode()).hexdigest() != sha256:
        raise PolicyHashWrong(sha256=sha256[:12])
    try:
        is_tree = isinstance(json.loads(text), dict)
    except ValueError:
        is_tree = False
    if not is_tree:
        raise PolicyTextInvalid(sha256=sha256[:12])


def _check_base(policy: str, base_id: str, base_sha256: str, line: tuple[Signed, ...], begins_on: date | None) -> None:
    last = newest(line)
    if last is None:
        return
    # A version that brings a proposal is the same policy under another name.
    is_last = base_sha256 == last.policy_sha256 and base_id in (last.policy_id, last.carried_out_as)
    if not is_last:
        raise BaseReplaced(policy=policy, base=base_id, newest=last.policy_id)
    if begins_on is not None and begins_on < last.effective_on:
        raise EffectiveTooEarly(
            effective_on=begins_on.isoformat(), newest=last.policy_id, newest_on=last.effective_on.isoformat()
        )


def _check_day(effective_on: date | None, at: datetime) -> None:
    if effective_on is None or effective_on < today(at):
        raise EffectiveInPast(effective_on=str(effective_on), today=today(at).isoformat())


def _line(found: dict[str, Course], book: Sequence[Signed]) -> tuple[Signed, ...]:
    return in_order(book, adopted(tuple(found.values())))
