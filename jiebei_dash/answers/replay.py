"""A past decision made again from what was stored: the score from its artefact, the rules from its policy."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import pandas as pd

from jiebei_dash.answers.places import record_of, submitted_in
from jiebei_dash.book.engine import Answer, Fetch
from jiebei_dash.book.policy import Policy, hits, stored_policy
from jiebei_dash.book.scope import Scope
from jiebei_dash.errors import BookLacks, ModelMissing
from jiebei_dash.features import FEATURE_KEYS
from jiebei_dash.metrics.decision import compared, exact, hit_items
from jiebei_dash.model.replay import replay
from jiebei_dash.model.shelf import get
from jiebei_dash.queries import decision as queries

CAP = "amount_cap"
"""The one rule that trims: its stored hit holds the limit before it was cut."""
HIT_COLUMNS = ["rule_key", "rule_no", "observed_value", "threshold_value"]
Item = tuple[str, object, object]


def decision(scope: Scope, fetch: Fetch, decision_id: str, models_dir: Path) -> Answer:
    """Return a decision's stored results beside the same results computed again.

    Parameters
    ----------
    scope
        Who asks; its segments do not hide a record asked for by number.
    fetch
        Answers a question; for an auditor it writes to the log first, or there is no answer.
    decision_id
        Number of the decision.
    models_dir
        The shelf of artefacts.

    Returns
    -------
    Answer
        ``item, stored, again, is_same``: score and PD to the last bit, each rule hit with its value and threshold,
        decision, main reason and limit, the hash of the policy, and whether both versions were in force at the time.

    Raises
    ------
    ModelMissing, ModelChanged
        The artefact is not on the shelf, or its bytes are not the registered ones: nothing is shown as passed.
    BookLacks, RecordNotFound, NotAllowed, LogUnavailable
    """
    scope.need("applicants", "decision_features")
    found, asked = record_of(scope, fetch, decision_id)
    row, submitted = found.iloc[0], submitted_in(found)
    version = str(row["model_version"])
    questions = (
        asked,
        queries.snapshot(scope, decision_id, submitted),
        queries.rule_hits(scope, decision_id, submitted),
        queries.policy(scope, str(row["policy_version"])),
        queries.model(scope, version),
    )
    snapshot, stored_hits, policy_row, model_row = (fetch(question) for question in questions[1:])
    if snapshot.empty or policy_row.empty:
        raise BookLacks(capability="decision_features")
    if model_row.empty:
        raise ModelMissing(model_version=version)
    artefact = get(str(model_row["artefact_sha256"].iloc[0]), models_dir, version)
    again = replay(artefact, snapshot.iloc[0], float(row["score_points"]), float(row["pd_rate"]))
    policy = stored_policy(str(policy_row["rules_json"].iloc[0]))
    capped = stored_hits.loc[stored_hits["rule_key"] == CAP, "observed_value"]
    untrimmed_fen = float(capped.iloc[0]) if len(capped) else float(row["limit_fen"])
    values = {key: float(snapshot[key].iloc[0]) for key in FEATURE_KEYS}
    hit_again = hits(policy, values | {"score_points": again.score_points, "limit_fen": untrimmed_fen})
    items: list[Item] = [
        ("score_points", float(row["score_points"]), again.score_points),
        ("pd_rate", float(row["pd_rate"]), again.pd_rate),
        *hit_items(stored_hits, pd.DataFrame([vars(hit) for hit in hit_again], columns=HIT_COLUMNS)),
        *_outcome(row, policy, [hit.rule_key for hit in hit_again], untrimmed_fen),
        ("policy_sha256", policy_row["content_sha256"].iloc[0], policy.sha256()),
        ("policy_in_force", row["policy_version"], _if_in_force(policy_row, row, "policy_version")),
        ("model_in_force", version, _if_in_force(model_row, row, "model_version")),
    ]
    return Answer("replay.decision", compared(items), questions)


def is_identical(answer: Answer) -> bool:
    """Return whether everything came out as it was stored."""
    return len(answer.frame) > 0 and bool(answer.frame["is_same"].all())


def _outcome(row: pd.Series, policy: Policy, hit_keys: list[str], untrimmed_fen: float) -> list[Item]:
    """The policy decides, but for the lot that approves to learn and for a person who overruled it."""
    stored = str(row["decision"])
    decided = "DECLINED" if set(hit_keys) - {CAP} else "APPROVED"
    if row["is_random_lane"]:
        decided = "APPROVED"
    if row["is_override"]:
        decided = stored
    cap = dict(policy.thresholds).get(CAP, untrimmed_fen)
    return [
        ("decision", stored, decided),
        ("main_reason", row["main_reason"], hit_keys[0] if hit_keys else None),
        ("limit_fen", int(row["limit_fen"]), int(min(untrimmed_fen, cap)) if decided == "APPROVED" else 0),
    ]


def _if_in_force(version_row: pd.DataFrame, record: pd.Series, key: str) -> str:
    """The version's name if it was in force when the decision was made, else nothing."""
    version = version_row.iloc[0]
    decided_at: datetime = record["decided_at"]
    has_ended = exact(version["effective_to"]) != "" and decided_at >= version["effective_to"]
    return str(version[key]) if version["effective_from"] <= decided_at and not has_ended else ""
