"""Why applicants move when a threshold moves; apart from the what-if itself because explaining is slow to import."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from jiebei_dash.answers import what_if
from jiebei_dash.answers.live_model import live_model
from jiebei_dash.book.engine import Answer, Fetch
from jiebei_dash.book.scope import Scope
from jiebei_dash.metrics.moved_reasons import mean_points
from jiebei_dash.model.explanation import explain


def by_side(
    scope: Scope,
    fetch: Fetch,
    models_dir: Path,
    maturity_months: int = what_if.MATURITY_MONTHS,
    most: int = 200,
    moved: Answer | None = None,
    **thresholds: float,
) -> Answer:
    """Return what each input gave or took on average among those let in and those kept out.

    Parameters
    ----------
    scope, fetch
        Whose applications, and how a question is answered.
    models_dir
        The shelf of artefacts.
    maturity_months, most, **thresholds
        As in :func:`jiebei_dash.answers.what_if.moved_cases`.
    moved
        The applications that move, where they were asked for already; the thresholds are then not read.

    Returns
    -------
    Answer
        See :func:`jiebei_dash.metrics.moved_reasons.mean_points`; no rows if nobody moves. Points are of the live
        model, whichever model scored an application then.

    Raises
    ------
    ModelMissing, ModelChanged
        The live model cannot be had from the shelf.
    """
    if moved is None:
        moved = what_if.replay(scope, fetch, maturity_months, thresholds).moved_cases(fetch, most)
    artefact, question = live_model(scope, fetch, models_dir)
    if moved.frame.empty:
        nobody = pd.DataFrame(columns=list(artefact.features), dtype=float)
        frame = mean_points(nobody, moved.frame).iloc[:0]
    else:
        frame = mean_points(explain(artefact, moved.frame).points, moved.frame)
    return Answer("moved_reasons.by_side", frame, (*moved.questions, question))
