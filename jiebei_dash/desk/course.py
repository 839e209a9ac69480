"""The course of a proposal, derived from its steps: what state it is in, who may take which step, what is refused.

Nothing here reads or writes. Who may is decided here, in the layer of the data, and the pages only follow:

* An analyst makes a proposal: whoever works with the policy.
* Another analyst or a manager approves or rejects it: the first line answers for what it lends by.
* An auditor reads and asks, and signs nothing: whoever will judge a decision later took no part in it.
* A policy is taken back by an analyst or a manager who is not its author, and that too is a proposal which somebody
  else has to approve.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

from jiebei_dash.errors import (
    MayNotSign,
    NothingAsked,
    NotTheAuthor,
    OwnProposal,
    PersonUnnamed,
    ProposalClosed,
    QuestionOpen,
    TextNeeded,
)
from jiebei_dash.terms import ROLES, Role

Step = Literal["SUBMIT", "ROLL_BACK", "APPROVE", "REJECT", "ASK", "ANSWER", "WITHDRAW"]
STEPS: tuple[Step, ...] = ("SUBMIT", "ROLL_BACK", "APPROVE", "REJECT", "ASK", "ANSWER", "WITHDRAW")
FIRST_STEPS: tuple[Step, ...] = ("SUBMIT", "ROLL_BACK")
State = Literal["OPEN", "ASKED", "APPROVED", "REJECTED", "WITHDRAWN"]
STATES: tuple[State, ...] = ("OPEN", "ASKED", "APPROVED", "REJECTED", "WITHDRAWN")
WAITING: tuple[State, ...] = ("OPEN", "ASKED")

NEXT: Mapping[tuple[State | None, Step], State] = {
    (None, "SUBMIT"): "OPEN",
    (None, "ROLL_BACK"): "OPEN",
    ("OPEN", "APPROVE"): "APPROVED",
    ("OPEN", "REJECT"): "REJECTED",
    ("OPEN", "ASK"): "ASKED",
    ("OPEN", "WITHDRAW"): "WITHDRAWN",
    ("ASKED", "REJECT"): "REJECTED",
    ("ASKED", "ASK"): "ASKED",
    ("ASKED", "ANSWER"): "OPEN",
    ("ASKED", "WITHDRAW"): "WITHDRAWN",
}
"""State and step -> state; whatever is not here is refused. One answer answers all that was asked."""

MAY: Mapping[Step, tuple[Role, ...]] = {
    "SUBMIT": ("analyst",),
    "ROLL_BACK": ("analyst", "manager"),
    "APPROVE": ("analyst", "manager"),
    "REJECT": ("analyst", "manager"),
    "ASK": ROLES,
    "ANSWER": ("analyst", "manager"),
    "WITHDRAW": ("analyst", "manager"),
}
"""Roles that may take a step."""
OF_OTHERS: tuple[Step, ...] = ("APPROVE", "REJECT", "ASK", "ROLL_BACK")
"""Steps that nobody takes on what is their own."""
OF_THE_AUTHOR: tuple[Step, ...] = ("ANSWER", "WITHDRAW")
NEED_TEXT: tuple[Step, ...] = ("SUBMIT", "ROLL_BACK", "REJECT", "ASK", "ANSWER")
"""Steps that say why."""
NOBODY = "local"
"""What a reader is called who has given no name."""


@dataclass(frozen=True)
class Event:
    """One step; fields are the columns of ``proposal_event``, the effective day as a date."""

    event_no: int
    proposal_id: str
    place: int
    step: Step
    at: str
    actor: str
    role: str
    note: str
    policy_json: str | None
    policy_sha256: str | None
    base_id: str | None
    base_sha256: str | None
    forecast_json: str | None
    data_version: str | None
    part_json: str | None
    effective_on: date | None
    scenario_id: str | None
    rolls_back: str | None
    entry_hash: str


@dataclass(frozen=True)
class Course:
    """A proposal as its steps have made it.

    Parameters
    ----------
    proposal_id
        Its number.
    state
        Where it stands.
    events
        Its steps, the first first.
    """

    proposal_id: str
    state: State
    events: tuple[Event, ...]

    @property
    def first(self) -> Event:
        """Return the step that made it: it holds policy, base, forecast and day."""
        return self.events[0]

    @property
    def author(self) -> str:
        """Return who made it."""
        return self.first.actor

    @property
    def decided(self) -> Event | None:
        """Return the step that ended it, if one has."""
        return None if self.state in WAITING else self.events[-1]


def course(events: Sequence[Event]) -> Course:
    """Return a proposal from its steps.

    Parameters
    ----------
    events
        Of one proposal, the first first, not empty.

    Raises
    ------
    ValueError
        A step that could not follow: somebody wrote past the desk.
    """
    state: State | None = None
    for event in events:
        following = NEXT.get((state, event.step))
        if following is None:
            raise ValueError(f"{event.proposal_id}: {event.step} cannot follow {state}")
        state = following
    if state is None:
        raise ValueError("a proposal has a first step")
    return Course(events[0].proposal_id, state, tuple(events))


def folded(name: str) -> str:
    """Return a name as it is compared: no case, no spaces or signs, one form of each letter."""
    plain = unicodedata.normalize("NFKC", name).casefold()
    return "".join(letter for letter in unicodedata.normalize("NFKC", plain) if letter.isalnum())


def check_person(name: str, role: str, step: Step) -> None:
    """Refuse a step to whoever has no name, or a role that may not take it.

    Raises
    ------
    PersonUnnamed, MayNotSign
    """
    if folded(name) in ("", NOBODY):
        raise PersonUnnamed()
    if role not in MAY[step]:
        raise MayNotSign(role=role, step=step)


def check_text(note: str, step: Step) -> None:
    """Refuse a step that has to say why and does not.

    Raises
    ------
    TextNeeded
    """
    if step in NEED_TEXT and not note.strip():
        raise TextNeeded(step=step)


def check_step(found: Course, step: Step, name: str, role: str, note: str) -> None:
    """Refuse a step on a proposal that may not be taken: by this person, or in its state.

    Parameters
    ----------
    found
        The proposal.
    step
        Neither the first step nor a roll-back: these make proposals.
    name, role
        Who wants to take it.
    note
        What they say.

    Raises
    ------
    PersonUnnamed, MayNotSign, TextNeeded
        Before the proposal is looked at.
    ProposalClosed
        It is decided, or was withdrawn; names by whom.
    OwnProposal, NotTheAuthor
        It is, or is not, one's own.
    QuestionOpen, NothingAsked
        A question has first to be answered; there is none.
    """
    check_person(name, role, step)
    check_text(note, step)
    if (ended := found.decided) is not None:
        raise ProposalClosed(proposal_id=found.proposal_id, proposal_state=found.state, person=ended.actor)
    is_own = folded(name) == folded(found.author)
    if is_own and step in OF_OTHERS:
        raise OwnProposal(policy=found.proposal_id, step=step)
    if not is_own and step in OF_THE_AUTHOR:
        raise NotTheAuthor(policy=found.proposal_id, person=found.author, step=step)
    if (found.state, step) in NEXT:
        return
    if step == "APPROVE":
        raise QuestionOpen(policy=found.proposal_id)
    raise NothingAsked(policy=found.proposal_id)
