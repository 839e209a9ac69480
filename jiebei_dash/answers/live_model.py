"""The model that is live at the end of the as-of month, taken from the shelf."""

from __future__ import annotations

from pathlib import Path

from jiebei_dash.book.engine import Fetch, Question
from jiebei_dash.book.scope import Scope
from jiebei_dash.errors import ModelMissing
from jiebei_dash.model.artefact import Artefact
from jiebei_dash.model.shelf import get
from jiebei_dash.queries import live


def live_model(scope: Scope, fetch: Fetch, models_dir: Path) -> tuple[Artefact, Question]:
    """Return the live model and the question that named it.

    Raises
    ------
    ModelMissing
        If no version was live, or its artefact is not on the shelf.
    ModelChanged
        If the artefact's bytes are not the registered ones.
    """
    question = live.model(scope)
    found = fetch(question)
    if found.empty:
        raise ModelMissing(model_version="–")
    row = found.iloc[0]
    return get(str(row["artefact_sha256"]), models_dir, str(row["model_version"])), question
