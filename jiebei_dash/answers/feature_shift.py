"""How the points of the inputs shift among approved and declined; apart, because explaining is slow to import."""

from __future__ import annotations

from pathlib import Path
from typing import get_args

import pandas as pd

from jiebei_dash.answers.drafted import drafted
from jiebei_dash.answers.live_model import live_model
from jiebei_dash.answers.what_if import MATURITY_MONTHS, WINDOW_MONTHS
from jiebei_dash.book.engine import Answer, Fetch, Question
from jiebei_dash.book.scope import Scope
from jiebei_dash.errors import EmptyScope
from jiebei_dash.metrics.decline_mix import cells
from jiebei_dash.metrics.feature_shift import shifted
from jiebei_dash.model.explanation import explain
from jiebei_dash.queries import decline_mix as mix_queries
from jiebei_dash.queries import feature_shift as queries
from jiebei_dash.queries.what_if import moved_inputs

MOST_CASES = 400


def by_result(
    scope: Scope,
    fetch: Fetch,
    models_dir: Path,
    maturity_months: int = MATURITY_MONTHS,
    most: int = MOST_CASES,
    window_months: int = WINDOW_MONTHS,
    draft: str = "",
    **thresholds: float,
) -> Answer:
    """Return what each input gives or takes on average among approved and declined, today and under the draft.

    Parameters
    ----------
    scope, fetch
        Whose applications, and how a question is answered.
    models_dir
        The shelf of artefacts.
    maturity_months
        Months between the last submission and the as-of month.
    most
        Upper bound on the applications that are explained, an equal part for each cell of the swap set that has any; at
        most 400.
    window_months
        Months of submission.
    draft
        The draft as canonical JSON; empty is today's policy.
    **thresholds
        What is changed of it, by rule key, in the rule's unit.

    Returns
    -------
    Answer
        See :func:`jiebei_dash.metrics.feature_shift.shifted`. Points are of the live model, whichever model scored an
        application then.

    Raises
    ------
    BookLacks, BadArgument
    EmptyScope
        Nobody was decided in the window.
    ModelMissing, ModelChanged
        The live model cannot be had from the shelf.
    """
    both = drafted(scope, fetch, maturity_months, thresholds, draft, window_months)
    asked_cells = mix_queries.crossed(scope, both.window, both.today, both.proposed)
    sizes = cells(fetch(asked_cells))
    known = [cell for cell in get_args(queries.Cell) if sizes[cell] > 0]
    if not known:
        raise EmptyScope
    each = max(1, min(most, MOST_CASES) // len(known))
    asked = {cell: queries.sampled(scope, both.window, both.today, both.proposed, cell, each) for cell in known}
    cases = pd.concat([fetch(question).assign(cell=cell) for cell, question in asked.items()], ignore_index=True)
    months = sorted({moment.date() for moment in cases["submitted_month"]})
    others = moved_inputs(scope, cases["decision_id"].to_list(), months)
    whole = cases.merge(fetch(others), on="decision_id", how="left", validate="one_to_one")
    artefact, asked_model = live_model(scope, fetch, models_dir)
    frame = shifted(explain(artefact, whole).points, whole["cell"], sizes)
    questions: tuple[Question, ...] = (both.question, asked_cells, *asked.values(), others, asked_model)
    return Answer("feature_shift.by_result", frame, questions)
