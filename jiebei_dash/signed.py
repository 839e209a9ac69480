"""Policies that somebody signed, in the order of the days from which they are in force.

They come from two sides: versions that the book holds, and proposals of the desk that were approved. The book lags: it
tells a proposal as a version of its own once a load brings it, and then the two are one policy.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Literal

Source = Literal["BOOK", "DESK"]


@dataclass(frozen=True)
class Signed:
    """A policy that was signed.

    Parameters
    ----------
    policy_id
        Version in the book, or number of the proposal.
    source
        Which side tells it.
    effective_on
        First day on which it decides.
    policy_json, policy_sha256
        The policy as JSON, and the hash of that text.
    author, approver
        Who made it, who signed it; empty where unknown.
    carried_out_as
        Of a proposal: the book's version that is the same policy; empty until a load brings it.
    """

    policy_id: str
    source: Source
    effective_on: date
    policy_json: str
    policy_sha256: str
    author: str = ""
    approver: str = ""
    carried_out_as: str = ""


def in_order(book: Iterable[Signed], desk: Iterable[Signed]) -> tuple[Signed, ...]:
    """Return all signed policies, oldest first.

    Parameters
    ----------
    book
        Versions of the book.
    desk
        Adopted proposals, in the order in which they were approved.

    Returns
    -------
    tuple of Signed
        By day; of one day the book's before the desk's, and what was approved later after what was approved before.
        A version of the book that brings a proposal is one with it, from the day on which it truly began.
    """
    proposals = list(desk)
    own: list[Signed] = []
    for version in sorted(book, key=lambda each: (each.effective_on, each.policy_id)):
        brought = [
            place
            for place, each in enumerate(proposals)
            if each.policy_sha256 == version.policy_sha256
            and each.effective_on <= version.effective_on
            and not each.carried_out_as
        ]
        if not brought:
            own.append(version)
            continue
        last = max(brought, key=lambda place: (proposals[place].effective_on, place))
        proposals[last] = replace(proposals[last], effective_on=version.effective_on, carried_out_as=version.policy_id)
    return tuple(sorted([*own, *proposals], key=lambda each: each.effective_on))


def in_force(line: Sequence[Signed], on: date) -> Signed | None:
    """Return the policy in force on a day, of a line of :func:`in_order`; null before the first."""
    begun = [each for each in line if each.effective_on <= on]
    return begun[-1] if begun else None


def newest(line: Sequence[Signed]) -> Signed | None:
    """Return the policy that was signed last: in force, or to be from a day to come. A proposal changes this one."""
    return line[-1] if line else None
