"""Which policy is in force on a day, how it got there, what differs, and how past changes came out."""

from __future__ import annotations

from datetime import date

import pandas as pd

from jiebei_dash.book.engine import Answer, Fetch, Question
from jiebei_dash.book.notation import completed
from jiebei_dash.book.policy import Policy, stored_policy
from jiebei_dash.book.policy_diff import differences
from jiebei_dash.book.scope import Scope
from jiebei_dash.errors import BadArgument, EmptyScope, PolicyUnknown
from jiebei_dash.metrics import policies as metrics
from jiebei_dash.queries import policies as queries
from jiebei_dash.signed import Signed, in_order
from jiebei_dash.signed import in_force as in_force_of

COLUMNS: tuple[str, ...] = (
    "policy_id", "policy_source", "effective_on", "ends_before", "author", "approver", "carried_out_as",
    "policy_sha256", "policy_json",
)  # fmt: skip


def whole(rules_json: str) -> Policy:
    """Return a version of the book as a whole policy: a rule that was not in force stands at its loosest."""
    return completed(stored_policy(rules_json))


def of_the_book(scope: Scope, fetch: Fetch) -> tuple[tuple[Signed, ...], Question]:
    """Return the policies that the book holds, oldest first, and the question."""
    question = queries.versions(scope)
    signed = []
    for row in fetch(question).to_dict("records"):
        policy, begun = whole(str(row["rules_json"])), row["effective_from"]
        begins = begun.date() if begun == begun and begun is not None else date.min
        people = (_text(row["author"]), _text(row["approver"]))
        signed.append(Signed(str(row["policy_version"]), "BOOK", begins, policy.json(), policy.sha256(), *people))
    return tuple(signed), question


def of_the_desk(proposals: pd.DataFrame) -> tuple[Signed, ...]:
    """Return the proposals that were approved, in the order in which they were."""
    signed = proposals[proposals["proposal_state"] == "APPROVED"]
    return tuple(
        Signed(
            str(row["proposal_id"]),
            "DESK",
            row["effective_on"].date(),
            str(row["policy_json"]),
            str(row["policy_sha256"]),
            str(row["author"]),
            str(row["decided_by"]),
        )
        for row in signed.to_dict("records")
    )


def signed_policies(scope: Scope, fetch: Fetch, proposals: pd.DataFrame) -> tuple[tuple[Signed, ...], Question]:
    """Return every policy that was signed, of the book and of the desk, oldest first, and the question."""
    book, question = of_the_book(scope, fetch)
    return in_order(book, of_the_desk(proposals)), question


def history(scope: Scope, fetch: Fetch, proposals: pd.DataFrame) -> Answer:
    """Return every policy that was signed, of the book and of the desk.

    Parameters
    ----------
    scope, fetch
        Who asks, and how a question is answered.
    proposals
        All proposals on the desk.

    Returns
    -------
    Answer
        One row a policy, oldest first: ``policy_id``, ``policy_source`` (BOOK, DESK), ``effective_on``,
        ``ends_before`` (first day of the next; NaT of the last), ``author``, ``approver``, ``carried_out_as`` (version
        of the book that a proposal has become), ``policy_sha256``, ``policy_json``.

    Raises
    ------
    EmptyScope
        Nobody has ever signed a policy.
    """
    line, question = signed_policies(scope, fetch, proposals)
    if not line:
        raise EmptyScope()
    return Answer("policies.history", _frame(line), (question,))


def in_force(scope: Scope, fetch: Fetch, proposals: pd.DataFrame, on: str = "") -> Answer:
    """Return the policy in force on a day.

    Parameters
    ----------
    scope, fetch, proposals
        As in :func:`history`.
    on
        The day as YYYY-MM-DD; empty is the end of the as-of month.

    Returns
    -------
    Answer
        At most one row of :func:`history`; none before the first policy.

    Raises
    ------
    EmptyScope, BadArgument
    """
    try:
        day = date.fromisoformat(on) if on else scope.as_of_end
    except ValueError as error:
        raise BadArgument(name="on", value=on, allowed="YYYY-MM-DD") from error
    found = history(scope, fetch, proposals)
    line, _ = signed_policies(scope, fetch, proposals)
    current = in_force_of(line, day)
    frame = found.frame[found.frame["policy_id"] == (current.policy_id if current else "")].reset_index(drop=True)
    return Answer("policies.in_force", frame, found.questions)


def diff(scope: Scope, fetch: Fetch, proposals: pd.DataFrame, before: str, after: str) -> Answer:
    """Return what differs between two policies, signed or proposed.

    Parameters
    ----------
    scope, fetch, proposals
        As in :func:`history`.
    before, after
        Version of the book, or number of a proposal in any state.

    Returns
    -------
    Answer
        One row a value that differs: ``part`` (path from the root, joined by dots), ``difference`` (ADDED, REMOVED,
        CHANGED), ``before_value``, ``after_value`` (text, as stored).

    Raises
    ------
    PolicyUnknown
    """
    _, question = of_the_book(scope, fetch)
    known = texts_of(scope, fetch, proposals)
    for name in (before, after):
        if name not in known:
            raise PolicyUnknown(policy=name)
    rows = [
        (".".join(each.path), each.kind, _value(each.before), _value(each.after))
        for each in differences(known[before], known[after])
    ]
    frame = pd.DataFrame(rows, columns=["part", "difference", "before_value", "after_value"], dtype=object)
    return Answer("policies.diff", frame, (question,))


def texts_of(scope: Scope, fetch: Fetch, proposals: pd.DataFrame) -> dict[str, str]:
    """Return the JSON of every policy by its name: versions of the book, and proposals in any state."""
    book, _ = of_the_book(scope, fetch)
    known = {each.policy_id: each.policy_json for each in book}
    return known | dict(zip(proposals["proposal_id"], proposals["policy_json"], strict=True))


def changes(scope: Scope, fetch: Fetch) -> Answer:
    """Return how the months before and after each change of the book's policy came out: observed, not promised.

    Parameters
    ----------
    scope, fetch
        Whose decisions, and how a question is answered.

    Returns
    -------
    Answer
        Frame of :func:`jiebei_dash.metrics.policies.changes`; empty if the book holds no change.

    Raises
    ------
    BookLacks
        The book knows no declined applicants.
    """
    scope.need("declined_applicants")
    book, question = of_the_book(scope, fetch)
    frame = _frame(book)
    begun = frame["effective_on"]
    months = [begin for begin in begun.iloc[1:] if begin <= pd.Timestamp(scope.as_of_end)]
    as_of = pd.Timestamp(scope.as_of_month)
    earliest = min(months, default=as_of)
    first = (earliest.to_period("M").to_timestamp() - pd.DateOffset(months=metrics.SIDE_MONTHS)).date()
    asked = queries.decided_by_month(scope, first)
    made = metrics.changes(frame, fetch(asked), pd.Timestamp(first), as_of)
    return Answer("policies.changes", made, (question, asked))


def _frame(line: tuple[Signed, ...]) -> pd.DataFrame:
    days = [pd.Timestamp(max(each.effective_on, date(1900, 1, 1))) for each in line]
    rows = [
        (each.policy_id, each.source, day, ends, each.author, each.approver, each.carried_out_as, each.policy_sha256,
         each.policy_json)
        for each, day, ends in zip(line, days, [*days[1:], pd.NaT][: len(days)], strict=True)
    ]  # fmt: skip
    frame = pd.DataFrame(rows, columns=list(COLUMNS))
    for name in ("effective_on", "ends_before"):
        frame[name] = frame[name].astype("datetime64[us]")
    return frame


def _text(value: object) -> str:
    return "" if value is None or value != value else str(value)


def _value(value: object) -> str | None:
    return None if value is None else f"{value:g}" if isinstance(value, float) else str(value)
