"""The file of one decision, whole, with what is missing named; and the list in which it is found."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from itertools import chain
from pathlib import Path

import pandas as pd

from jiebei_dash.answers.places import drawdowns_in, places_of, record_of, submitted_in
from jiebei_dash.book.engine import Answer, Fetch, Question
from jiebei_dash.book.numbers import ANYWHERE, Months
from jiebei_dash.book.policy import RULES, stored_policy
from jiebei_dash.book.scope import Scope, month_plus, months_between
from jiebei_dash.errors import BookLacks, ModelMissing, NotAllowed, RecordNotFound
from jiebei_dash.features import FEATURE_KEYS
from jiebei_dash.metrics import decision as metrics
from jiebei_dash.metrics.decision import Section
from jiebei_dash.model.explanation import explain
from jiebei_dash.model.reasons import ranked_reasons, ranked_strengths
from jiebei_dash.model.shelf import get
from jiebei_dash.queries import decision as queries
from jiebei_dash.queries import drawdowns

NOT_HELD: tuple[str, ...] = (
    "consents",
    "device_evidence",
    "cost_sheet",
    "override_grounds",
    "ledger",
    "complaints",
    "correspondence",
    "documents",
)
"""What a decision's file should hold and no book of ours has: named in every file, never dropped in silence."""


REASONS: tuple[str, ...] = tuple(rule.key for rule in RULES)
"""What may be a decision's main reason, in the policy's order."""
LIST_ROWS = queries.PAGE_ROWS
"""Rows of a page of :func:`find`; a full page may have a next one."""
LOOKS_BACK_MONTHS = (3, 18)
"""How far back a page of the list is looked for before the whole book is."""


@dataclass(frozen=True)
class DecisionFile(Answer):
    """All that the book holds about one decision; as an answer, its frame is the file as one long table.

    Parameters
    ----------
    decision_id
        Which decision.
    sections
        Every part in reading order, the missing ones with their reason.
    """

    decision_id: str
    sections: tuple[Section, ...] = field(compare=False)

    def __getitem__(self, key: str) -> Section:
        """Return a section by its key."""
        return next(section for section in self.sections if section.key == key)


def find(
    scope: Scope,
    fetch: Fetch,
    decided_month: date | None = None,
    decision: str | None = None,
    main_reason: str | None = None,
    policy_version: str | None = None,
    page_no: int = 0,
) -> Answer:
    """Return one page of the decisions that fit scope and filters, newest first.

    Returns
    -------
    Answer
        Frame as of ``queries.decision.find``, at most ``LIST_ROWS`` rows.
    """
    scope.need("applicants")
    counts, newest_months = [], None
    # The order is by time: a page that the newest months fill is the page of the whole book. Counts are nobody's case.
    for months_back in LOOKS_BACK_MONTHS if decided_month is None else ():
        counts.append(queries.count_newest(scope, months_back, decision, main_reason, policy_version))
        if int(fetch(counts[-1])["decisions"].iloc[0]) >= (page_no + 1) * LIST_ROWS:
            newest_months = months_back
            break
    question = queries.find(
        scope, decided_month, decision, main_reason, policy_version, page_no=page_no, newest_months=newest_months
    )
    return Answer("decision.find", fetch(question), (*counts, question))


def months(scope: Scope, first_month: date) -> tuple[date, ...]:
    """Return the months in which a decision may have been made, newest first, from the book's first to the as-of."""
    count = months_between(first_month, scope.as_of_month) + 1
    return tuple(month_plus(scope.as_of_month, -back) for back in range(count))


def policy_versions(scope: Scope, fetch: Fetch) -> tuple[str, ...]:
    """Return the policy versions of the book, newest first: what the list can be narrowed to."""
    return tuple(fetch(queries.versions(scope))["policy_version"].astype(str))


def number_of(scope: Scope, fetch: Fetch, number: str) -> str:
    """Return the decision that a number belongs to: a decision's own, its application's, or a drawdown's.

    Raises
    ------
    RecordNotFound
        No decision has it.
    """
    scope.need("applicants")
    found = fetch(_by_number(scope, fetch, number))
    if found.empty:
        raise RecordNotFound(number=number)
    return str(found["decision_id"].iloc[0])


def _by_number(scope: Scope, fetch: Fetch, number: str) -> Question:
    """With a list of numbers a drawdown's leads to its line, and the line's to its months."""
    places = places_of(scope, fetch, number)
    if places == ANYWHERE:
        return queries.by_number(scope, number)
    lines: tuple[str, ...] = ()
    if places.loan:
        lines = tuple(fetch(drawdowns.line_of(scope, number, places.loan))["application_id"].dropna().astype(str))
    of_lines = [places_of(scope, fetch, line).application or () for line in lines]
    months = {*(places.decision or ()), *(places.application or ()), *chain.from_iterable(of_lines)}
    return queries.by_number(scope, number, tuple(months), lines)


def file(scope: Scope, fetch: Fetch, decision_id: str) -> DecisionFile:
    """Return the file of one decision.

    Parameters
    ----------
    scope
        Its as-of month bounds later performance; its segments do not hide a record asked for by number.
    fetch
        Answers a question; for an auditor it writes to the log first, or there is no answer.
    decision_id
        Number of the decision.

    Returns
    -------
    DecisionFile
        Frame ``section, row_no, item, value``.

    Raises
    ------
    NotAllowed
        The role may see no single applicant.
    LogUnavailable
        The log cannot take it.
    RecordNotFound
        There is no such decision.
    """
    scope.need("applicants")
    asked: list[Question] = []

    def read(question: Question) -> pd.DataFrame:
        frame = fetch(question)
        asked.append(question)
        return frame

    record, _ = record_of(scope, read, decision_id)
    row, submitted = record.iloc[0], submitted_in(record)
    number = str(row["application_id"])
    snapshot = _held(lambda: read(queries.snapshot(scope, decision_id, submitted)), scope, "decision_features")
    hits = read(queries.rule_hits(scope, decision_id, submitted))
    policy = read(queries.policy(scope, str(row["policy_version"])))
    model = read(queries.model(scope, str(row["model_version"])))
    loans = read(drawdowns.of_line(scope, number, places_of(scope, read, number).line))
    drawn = drawdowns_in(loans)
    course = metrics.course(read(drawdowns.performance(scope, drawn)), read(drawdowns.recoveries(scope, drawn)))
    funding = _held(lambda: read(drawdowns.funding(scope, drawn)), scope, "funding")
    sections = (
        _identity(scope, read, decision_id, submitted),
        Section("application", record),
        _section("stages", metrics.took_seconds(read(queries.stages(scope, number, submitted))), "NOT_HELD"),
        _section("inputs", metrics.inputs(snapshot) if len(snapshot) else snapshot, "NOT_HELD"),
        _section("policy", policy, "NOT_HELD"),
        _section("rules", _rules(policy, hits, snapshot, record), "NOT_HELD"),
        _section("model", model, "NOT_HELD"),
        _section("loans", metrics.seen(loans, scope.as_of_month), "NONE_YET"),
        _section("course", course, "NONE_YET"),
        _section("funding", funding, "NOT_HELD" if "funding" in scope.lacks else "NONE_YET"),
        *(Section(key, pd.DataFrame(), "NOT_HELD") for key in NOT_HELD),
    )
    return DecisionFile("decision.file", metrics.lines(sections), tuple(asked), decision_id, sections)


def contributions(scope: Scope, fetch: Fetch, decision_id: str, models_dir: Path) -> Answer:
    """Return what each input gave or took of the score, in points that add up, and the reasons told.

    Parameters
    ----------
    scope, fetch, decision_id
        As for :func:`file`.
    models_dir
        The shelf of artefacts.

    Returns
    -------
    Answer
        Frame as of ``metrics.decision.contributions`` and ``side``: ``AGAINST`` or ``FOR`` with ``rank`` from 1 for
        the inputs that are told as reasons; missing for the others.

    Raises
    ------
    ModelMissing, ModelChanged
        The artefact is not on the shelf, or is not the one registered.
    BookLacks, RecordNotFound, NotAllowed, LogUnavailable
    """
    scope.need("applicants", "decision_features")
    record, asked = record_of(scope, fetch, decision_id)
    submitted = submitted_in(record)
    version = str(record["model_version"].iloc[0])
    questions = (
        asked,
        queries.snapshot(scope, decision_id, submitted),
        queries.model(scope, version),
    )
    snapshot, model = fetch(questions[1]), fetch(questions[2])
    if snapshot.empty:
        raise BookLacks(capability="decision_features")
    if model.empty:
        raise ModelMissing(model_version=version)
    artefact = get(str(model["artefact_sha256"].iloc[0]), models_dir, version)
    explanation = explain(artefact, snapshot)
    points = explanation.points.iloc[0]
    values = snapshot[list(FEATURE_KEYS)].iloc[0].astype(float)
    frame = metrics.contributions(explanation.base_points, points, values, float(record["score_points"].iloc[0]))
    told = {key: ("AGAINST", rank) for rank, key in enumerate(ranked_reasons(points), start=1)}
    told |= {key: ("FOR", rank) for rank, key in enumerate(ranked_strengths(points), start=1)}
    frame["side"] = [told.get(key, (None, 0))[0] for key in frame["feature"]]
    frame["rank"] = [float(told[key][1]) if key in told else float("nan") for key in frame["feature"]]
    return Answer("decision.contributions", frame, questions)


def _identity(scope: Scope, read: Fetch, decision_id: str, submitted: Months) -> Section:
    """An analyst gets the file without the person; the gap is named."""
    try:
        person = read(queries.personal(scope, decision_id, submitted))
    except NotAllowed:
        return Section("identity", pd.DataFrame(), "NOT_ALLOWED")
    return _section("identity", metrics.masked(person), "NOT_HELD")


def _rules(policy: pd.DataFrame, hits: pd.DataFrame, snapshot: pd.DataFrame, record: pd.DataFrame) -> pd.DataFrame:
    if policy.empty:
        return hits
    thresholds = dict(stored_policy(str(policy["rules_json"].iloc[0])).thresholds)
    in_force = pd.DataFrame(
        [
            (number, rule.key, rule.column, rule.keeps, rule.effect, thresholds[rule.key])
            for number, rule in enumerate(RULES, start=1)
            if rule.key in thresholds
        ],
        columns=["rule_no", "rule_key", "column", "keeps", "effect", "threshold_value"],
    )
    return metrics.rules(in_force, hits, snapshot, record)


def _held(read: Callable[[], pd.DataFrame], scope: Scope, capability: str) -> pd.DataFrame:
    return pd.DataFrame() if capability in scope.lacks else read()


def _section(key: str, frame: pd.DataFrame, missing_if_empty: str) -> Section:
    return Section(key, frame, missing_if_empty if frame.empty else "")
