"""One applicant's score explained, as it was decided on and with inputs changed."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from jiebei_dash.answers.live_model import live_model
from jiebei_dash.answers.places import places_of
from jiebei_dash.book.engine import Answer, Fetch, Question
from jiebei_dash.book.numbers import ANYWHERE
from jiebei_dash.book.scope import Scope
from jiebei_dash.errors import BadArgument, RecordNotFound
from jiebei_dash.features import FEATURE_KEYS, FEATURES
from jiebei_dash.metrics.applicant import parts
from jiebei_dash.model.explanation import explain
from jiebei_dash.model.scoring import score
from jiebei_dash.queries import applicant as queries


def frozen(scope: Scope, fetch: Fetch, decision_id: str) -> tuple[pd.Series, Question]:
    """Return a decision's stored score and inputs, and the question.

    Parameters
    ----------
    decision_id
        Number of the decision, or of its application.

    Raises
    ------
    BookLacks
        The book has no inputs of decisions.
    RecordNotFound
        No such decision up to the as-of month, or it has no stored inputs.
    """
    scope.need("decision_features")
    places = places_of(scope, fetch, decision_id)
    submitted = None if places == ANYWHERE else (*(places.decision or ()), *(places.application or ()))
    question = queries.frozen_inputs(scope, decision_id, submitted)
    found = fetch(question)
    if found.empty:
        raise RecordNotFound(number=decision_id)
    return found.iloc[0], question


def one(scope: Scope, fetch: Fetch, decision_id: str, models_dir: Path, **changed_features: float) -> Answer:
    """Return the parts of an applicant's score by the live model, before and after a change of inputs.

    Parameters
    ----------
    scope, fetch
        Who asks, and how a question is answered.
    decision_id
        Number of the decision, or of its application.
    models_dir
        The shelf of artefacts.
    **changed_features
        New values by input, in the input's unit.

    Returns
    -------
    Answer
        See :func:`jiebei_dash.metrics.applicant.parts`: base plus inputs is the score, exactly.

    Raises
    ------
    BadArgument
        An unknown input, or a value outside its range.
    ModelMissing, ModelChanged
        The live model cannot be had from the shelf.
    """
    for key, value in changed_features.items():
        _check(key, value)
    row, asked = frozen(scope, fetch, decision_id)
    artefact, asked_model = live_model(scope, fetch, models_dir)
    values = {key: float(row[key]) if pd.notna(row[key]) else float("nan") for key in FEATURE_KEYS}
    inputs = pd.DataFrame([values, values | changed_features], index=["FROZEN", "CHANGED"], dtype=float)
    explanation = explain(artefact, inputs)
    frame = parts(explanation.base_points, explanation.points, inputs, score(artefact, inputs))
    return Answer("applicant.one", frame, (asked, asked_model))


def _check(key: str, value: float) -> None:
    known = {feature.key: feature for feature in FEATURES}
    if key not in known:
        raise BadArgument(name=key, value=value, allowed=", ".join(FEATURE_KEYS))
    if not known[key].low <= value <= known[key].high:
        raise BadArgument(name=key, value=value, allowed=f"{known[key].low:g} - {known[key].high:g}")
