"""What an adopted policy promised, and whether it was kept."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date

import pandas as pd

from jiebei_dash.answers.policies import of_the_book, signed_policies
from jiebei_dash.answers.what_if import MATURITY_MONTHS, Replay, replay
from jiebei_dash.book.engine import Answer, Fetch, Question
from jiebei_dash.book.policy_diff import Difference, differences
from jiebei_dash.book.scope import DIMENSION_KEYS, Scope, month_plus, months_between
from jiebei_dash.metrics import policy_promises as metrics
from jiebei_dash.queries import live
from jiebei_dash.queries import policies as queries
from jiebei_dash.queries.replaying import Window
from jiebei_dash.signed import Signed, newest

PROMISED_MONTHS = 12
_MARGINS = ("margin_fen", "margin_low_fen", "margin_high_fen")


@dataclass(frozen=True)
class Prepared:
    """A draft, ready to be submitted.

    Parameters
    ----------
    book
        Policies that the book holds.
    base
        The policy signed last, which the draft would change; null where there is none.
    policy_json, policy_sha256
        The draft.
    differences
        From base to draft.
    starts_from_base
        Whether the policy that the draft was compared with in the lab is that base.
    today_id
        That policy.
    is_of_everybody
        Whether the lab looked at the whole book as it is known now: a promise made of a part would be of that part.
    approval_rates, last_month
        Approval rate of the draft in each recent month, oldest first, and the last of them.
    expected
        See :func:`jiebei_dash.metrics.policy_promises.bad_rates`, with ``margin_fen`` and its low and high, a month.
    data_version, made_from
        Version of the book and what of it the forecast was made from.
    questions
        Everything that was asked for it.
    """

    book: tuple[Signed, ...]
    base: Signed | None
    policy_json: str
    policy_sha256: str
    differences: tuple[Difference, ...]
    starts_from_base: bool
    today_id: str
    is_of_everybody: bool
    approval_rates: tuple[float, ...]
    last_month: date
    expected: Mapping[str, float]
    data_version: str
    made_from: Mapping[str, str]
    questions: tuple[Question, ...]

    def forecast_json(self, effective_on: date) -> str:
        """Return the promise of the twelve whole months from a day on: the text that is kept."""
        start = effective_on.replace(day=1)
        first = start if effective_on.day == 1 else month_plus(start, 1)
        months = []
        for month in (month_plus(first, place) for place in range(PROMISED_MONTHS)):
            told = {
                name: None if math.isnan(value) else round(value, 6) for name, value in self.of_month(month).items()
            }
            months.append({"month": f"{month:%Y-%m}", **told})
        return json.dumps({"made_from": dict(self.made_from), "months": months}, sort_keys=True)

    def of_month(self, month: date) -> dict[str, float]:
        """Return what is promised for one month to come, by name: three rates of approval, three of bads, margins."""
        steps = max(1, months_between(self.last_month, month))
        names = ("approval_rate", "approval_low_rate", "approval_high_rate")
        return {**dict(zip(names, metrics.ahead(self.approval_rates, steps), strict=True)), **self.expected}


def prepared(done: Replay, fetch: Fetch, proposals: pd.DataFrame) -> Prepared:
    """Return a draft of the lab with what it promises.

    Parameters
    ----------
    done
        The lab's replay of the draft.
    fetch, proposals
        As in :func:`scored`.

    Notes
    -----
    A policy decides about everybody, so what is submitted is a replay of the whole book.
    """
    scope = done.scope
    book, _ = of_the_book(scope, fetch)
    line, versions = signed_policies(scope, fetch, proposals)
    base = newest(line)
    asked = queries.replayed_by_month(scope, done.window, done.proposed, done.assumptions.reject_factors)
    of_model = live.model(scope)
    model = fetch(of_model)
    begins_on = None if model.empty else pd.Timestamp(model["effective_from"].iloc[0])
    ripe = metrics.of_one_model(fetch(asked), begins_on)
    recent = Window(month_plus(scope.as_of_month, 1 - PROMISED_MONTHS), scope.as_of_month, done.window.seen_to_month)
    factors = done.assumptions.reject_factors
    late = [queries.replayed_by_month(scope, recent, policy, factors) for policy in (done.proposed, done.today)]
    newly = metrics.of_one_model(fetch(late[0]), begins_on)
    followed = metrics.followed(_decided_by(fetch(late[1]), line))
    rates = metrics.approvals(newly, *followed)
    proposed = done.both.set_index("policy").loc["proposed"]
    # Per application approved the margin is that of the lab's window; as many are approved as of late.
    approved = float(newly["decided_count"].where(newly["approves"].astype(bool), 0).sum()) / max(len(rates), 1)
    share = approved / max(float(proposed["approved_count"]), 1.0)
    expected = metrics.bad_rates(ripe, done.loans_a_declined)
    expected |= {name: float(proposed[name]) * share for name in _MARGINS}
    text = done.proposed.json()
    return Prepared(
        book,
        base,
        text,
        done.proposed.sha256(),
        differences(base.policy_json if base else "{}", text),
        base is not None and not differences(base.policy_json, done.today.json()),
        done.policy_version,
        scope == whole_book(scope) and scope.known_on is None,
        tuple(float(rate) for rate in rates),
        scope.as_of_month,
        expected,
        scope.data_version,
        {
            "first_month": f"{ripe['submitted_month'].min():%Y-%m}",
            "last_month": f"{ripe['submitted_month'].max():%Y-%m}",
            "as_of_month": f"{scope.as_of_month:%Y-%m}",
        },
        (*done.questions, versions, of_model, asked, *late),
    )


def forecast(scope: Scope, fetch: Fetch, maturity_months: int = MATURITY_MONTHS, **thresholds: float) -> Answer:
    """Return what a draft would promise for the twelve months after the as-of month.

    Parameters
    ----------
    scope, fetch
        Whose decisions, and how a question is answered.
    maturity_months
        As in :func:`jiebei_dash.answers.what_if.consequences`.
    **thresholds
        Thresholds of the draft that differ from today's, by rule key.

    Returns
    -------
    Answer
        One row a month: ``month``, ``approval_rate``, ``approval_low_rate``, ``approval_high_rate``, ``bad_rate``,
        ``bad_low_rate``, ``bad_high_rate`` (by month 6, part inferred), ``margin_fen``, ``margin_low_fen``,
        ``margin_high_fen`` (over the life of the month's loans).

    Raises
    ------
    BadArgument, BookLacks, EmptyScope
    """
    done = replay(scope, fetch, maturity_months, thresholds)
    nothing = pd.DataFrame(columns=["proposal_id", "proposal_state"])
    ready = prepared(done, fetch, nothing)
    months = [month_plus(scope.as_of_month, place) for place in range(1, PROMISED_MONTHS + 1)]
    frame = pd.DataFrame([{"month": pd.Timestamp(month), **ready.of_month(month)} for month in months])
    frame["month"] = frame["month"].astype("datetime64[us]")
    return Answer("policy_promises.forecast", frame, ready.questions)


def _decided_by(sums: pd.DataFrame, line: tuple[Signed, ...]) -> pd.DataFrame:
    """Months in which the policy in force at the end decided alone."""
    begun = [each.effective_on for each in line if each.source == "BOOK"]
    begins_on = pd.Timestamp(max(begun[-1], date(1900, 1, 1))) if begun else pd.Timestamp(1900, 1, 1)
    return sums[sums["submitted_month"] >= begins_on]


def whole_book(scope: Scope) -> Scope:
    """Return the same book and as-of without any filter."""
    every: dict[str, object] = dict.fromkeys(DIMENSION_KEYS, ())
    return replace(scope, **every, opened_from=None, opened_to=None)  # type: ignore[arg-type]


def scored(scope: Scope, fetch: Fetch, proposals: pd.DataFrame) -> Answer:
    """Return the promises of all adopted policies beside what came, each month that one policy alone decided.

    Parameters
    ----------
    scope, fetch
        Who asks, and how a question is answered; the filters of the scope are left out, since a policy decides about
        everybody.
    proposals
        All proposals on the desk.

    Returns
    -------
    Answer
        Frame of :func:`jiebei_dash.metrics.policy_promises.scored`; empty if no adopted policy has promised anything.

    Raises
    ------
    BookLacks
        Something was promised, and the book knows no declined applicants.
    """
    book = whole_book(scope)
    line, question = signed_policies(book, fetch, proposals)
    promised = _promised(line, dict(zip(proposals["proposal_id"], proposals["forecast_json"], strict=True)))
    if promised.empty:
        as_of = pd.Timestamp(scope.as_of_month)
        nothing = pd.DataFrame(columns=["decided_month", "decision", "drawn_month", "decided_count", "bad_count"])
        nothing = nothing.astype({"decided_month": "datetime64[us]", "drawn_month": "datetime64[us]"})
        return Answer("policy_promises.scored", metrics.scored(promised, nothing, as_of), (question,))
    scope.need("declined_applicants")
    asked = queries.decided_by_month(book, promised["month"].min().date())
    made = metrics.scored(promised, fetch(asked), pd.Timestamp(scope.as_of_month))
    return Answer("policy_promises.scored", made, (question, asked))


def kept(scope: Scope, fetch: Fetch, proposals: pd.DataFrame) -> Answer:
    """Return how many promises were kept, by policy and by author.

    Parameters
    ----------
    scope, fetch, proposals
        As in :func:`scored`.

    Returns
    -------
    Answer
        Frame of :func:`jiebei_dash.metrics.policy_promises.kept`.

    Raises
    ------
    BookLacks
    """
    found = scored(scope, fetch, proposals)
    return Answer("policy_promises.kept", metrics.kept(found.frame), found.questions)


def _promised(line: tuple[Signed, ...], forecasts: Mapping[str, str | None]) -> pd.DataFrame:
    """One row a month and measure; only whole months in which no other policy decided as well."""
    ends = [each.effective_on.replace(day=1) for each in line[1:]]
    rows = []
    for each, end in zip(line, [*ends, date.max], strict=True):
        text = forecasts.get(each.policy_id)
        if each.source != "DESK" or not text:
            continue
        begins = each.effective_on.replace(day=1)
        first = begins if each.effective_on.day == 1 else month_plus(begins, 1)
        for told in json.loads(text)["months"]:
            month = date.fromisoformat(f"{told['month']}-01")
            if not first <= month < end:
                continue
            for measure in metrics.MEASURES:
                rates = [told.get(f"{measure}{part}_rate") for part in ("", "_low", "_high")]
                if None not in rates:
                    rows.append((each.policy_id, each.author, pd.Timestamp(month), measure, *rates))
    columns = ["policy_id", "author", "month", "promised_measure", "promised_rate", "low_rate", "high_rate"]
    frame = pd.DataFrame(rows, columns=columns)
    frame["month"] = frame["month"].astype("datetime64[us]")
    return frame
