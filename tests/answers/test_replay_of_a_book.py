"""Decisions of an invented book, made again one by one with the models that it trained."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest
import sqlalchemy as sa

from jiebei_dash.answers import decision, replay
from jiebei_dash.book import schema
from jiebei_dash.book.engine import Book, Fetch
from jiebei_dash.book.scope import Scope
from jiebei_dash.features import FEATURE_KEYS
from jiebei_dash.model import shelf
from jiebei_dash.model.explanation import explain

FetchAs = Callable[..., Fetch]
ScopeOf = Callable[..., Scope]
EACH = 60

pytestmark = pytest.mark.slow


def _numbers(book: Book, *conditions: sa.ColumnElement[bool]) -> list[tuple[str, float]]:
    """Spread over the whole book: every so many in the order of time."""
    table = schema.decision
    select = sa.select(table.c.decision_id, table.c.score_points).where(*conditions)
    with book.engine.connect() as connection:
        found = connection.execute(select.order_by(table.c.decided_at, table.c.decision_id)).all()
    return [(str(row[0]), float(row[1])) for row in found[:: max(1, len(found) // EACH)]]


@pytest.mark.parametrize("kind", ["linear", "hist_gbdt"])
def test_every_decision_of_a_model_comes_out_as_it_was_stored(
    small_book: Book, small_folder: Path, fetch_as: FetchAs, scope_of: ScopeOf, kind: str
) -> None:
    scope, fetch = scope_of("auditor", small_book), fetch_as("auditor", small_book)
    models = schema.model_version
    of_kind = sa.select(models.c.model_version).where(models.c.kind == kind)
    numbers = _numbers(small_book, schema.decision.c.model_version.in_(of_kind))
    assert len(numbers) >= EACH
    for number, _ in numbers:
        frame = replay.decision(scope, fetch, number, small_folder / "models").frame
        assert frame.loc[~frame["is_same"]].empty, number


@pytest.mark.parametrize("flag", ["is_random_lane", "is_override"])
def test_decisions_against_the_policy_come_out_too(
    small_book: Book, small_folder: Path, fetch_as: FetchAs, scope_of: ScopeOf, flag: str
) -> None:
    scope, fetch = scope_of("auditor", small_book), fetch_as("auditor", small_book)
    numbers = _numbers(small_book, schema.decision.c[flag])
    assert numbers
    for number, _ in numbers:
        answer = replay.decision(scope, fetch, number, small_folder / "models")
        assert replay.is_identical(answer), number
        assert any(item.startswith("rule.") for item in answer.frame["item"])


def test_the_parts_of_a_score_add_up_to_the_stored_one(
    small_book: Book, small_folder: Path, fetch_as: FetchAs, scope_of: ScopeOf
) -> None:
    scope, fetch = scope_of("auditor", small_book), fetch_as("auditor", small_book)
    for number, stored in _numbers(small_book):
        frame = decision.contributions(scope, fetch, number, small_folder / "models").frame
        points = frame.set_index("kind")["points"]
        assert points["SCORE"] == stored
        assert abs(points["BASE"] + points["FEATURE"].sum() - stored) < 1e-6, number


def test_the_parts_of_a_thousand_random_decisions_add_up_to_the_stored_scores(
    small_book: Book, small_folder: Path
) -> None:
    decisions, inputs, models = schema.decision, schema.feature_snapshot, schema.model_version
    select = (
        sa.select(decisions.c.score_points, models.c.artefact_sha256, models.c.model_version)
        .add_columns(*[inputs.c[key] for key in FEATURE_KEYS])
        .join_from(decisions, inputs, decisions.c.decision_id == inputs.c.decision_id)
        .join(models, models.c.model_version == decisions.c.model_version)
        .order_by(decisions.c.decision_id)
    )
    with small_book.engine.connect() as connection:
        found = pd.DataFrame(connection.execute(select).all()).sample(1_000, random_state=11)
    for (version, sha256), group in found.groupby(["model_version", "artefact_sha256"]):
        artefact = shelf.get(str(sha256), small_folder / "models", str(version))
        explained = explain(artefact, group[list(FEATURE_KEYS)].astype(float))
        rest = explained.base_points + explained.points.sum(axis=1) - group["score_points"]
        assert rest.abs().max() < 1e-6


def test_a_rebuilt_file_holds_the_drawdowns_of_its_line(small_book: Book, fetch_as: FetchAs, scope_of: ScopeOf) -> None:
    scope, fetch = scope_of("auditor", small_book), fetch_as("auditor", small_book)
    with small_book.engine.connect() as connection:
        loan = connection.execute(sa.select(schema.loan).order_by(schema.loan.c.loan_id).limit(1)).one()
    file = decision.file(scope, fetch, decision.number_of(scope, fetch, loan.loan_id))
    own = file["loans"].frame.set_index("loan_id")
    assert own.loc[loan.loan_id, "principal_fen"] == loan.principal_fen
    assert file["course"].frame["loan_id"].tolist() == list(own.index)
    funded = file["funding"].frame.groupby("loan_id")["principal_fen"].sum()
    assert funded[loan.loan_id] == loan.principal_fen
