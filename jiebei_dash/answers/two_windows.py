"""Two windows of decisions that are compared, and the model that both share."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import pandas as pd

from jiebei_dash.answers.arguments import between
from jiebei_dash.answers.what_if import MATURITY_MONTHS, WINDOW_MONTHS
from jiebei_dash.book.engine import Fetch, Question
from jiebei_dash.book.scope import Scope, month_plus
from jiebei_dash.errors import EmptyScope
from jiebei_dash.queries import mix as queries
from jiebei_dash.queries.what_if import BAD_BY_MOB, Window, window_of

NEEDS: tuple[str, ...] = ("declined_applicants", "decision_features")
MONTHS_BEFORE = 12
MONTHS_BEFORES: tuple[int, ...] = (12, 24, 36)
"""By how much the base window lies before the recent one."""
MOST_MONTHS = 120


@dataclass(frozen=True)
class Windows:
    """Two windows, and the model by which both were scored.

    Parameters
    ----------
    base, recent
        The windows.
    model_version
        The model that scored the most in both; empty if none did.
    base_months, recent_months
        Months that it scored alone; all of the window if there is no such model.
    other_versions
        Models that scored in either window besides.
    questions
        Asked for it.
    """

    base: Window
    recent: Window
    model_version: str
    base_months: tuple[date, ...]
    recent_months: tuple[date, ...]
    other_versions: tuple[str, ...]
    questions: tuple[Question, ...]


def windows(
    scope: Scope,
    fetch: Fetch,
    maturity_months: int = MATURITY_MONTHS,
    window_months: int = WINDOW_MONTHS,
    months_before: int = MONTHS_BEFORE,
    least_months: int = BAD_BY_MOB,
) -> Windows:
    """Return the two windows and the model that both share.

    Parameters
    ----------
    scope, fetch
        Whose decisions, and how a question is answered.
    maturity_months
        Months between the last submission of the recent window and the as-of month.
    window_months
        Length of each.
    months_before
        By how much the base lies before the recent one: at least the length of a window; 0 is the same window twice.
    least_months
        Fewest months of maturity.

    Raises
    ------
    BookLacks, BadArgument
    EmptyScope
        Nobody was decided in one of the windows.
    """
    scope.need(*NEEDS)
    between("maturity_months", maturity_months, least_months, 36)
    between("window_months", window_months, 1, MOST_MONTHS)
    if months_before != 0:
        # Windows that overlap would hide a part of the change.
        between("months_before", months_before, window_months, MOST_MONTHS)
    recent = window_of(scope, maturity_months, window_months)
    base = Window(
        month_plus(recent.first_month, -months_before),
        month_plus(recent.last_month, -months_before),
        recent.seen_to_month,
    )
    questions = tuple(queries.versions(scope, window) for window in (base, recent))
    found = [fetch(question) for question in questions]
    if any(frame.empty for frame in found):
        raise EmptyScope
    alone = [_alone(frame) for frame in found]
    shared = set(alone[0]["model_version"]) & set(alone[1]["model_version"])
    counts = {
        name: min(int(side.loc[side["model_version"] == name, "decided_count"].sum()) for side in alone)
        for name in shared
    }
    model = max(sorted(counts), key=lambda name: counts[name]) if counts else ""
    names = {str(name) for frame in found for name in frame["model_version"].dropna()}
    taken = [side[side["model_version"] == model] if model else frame for side, frame in zip(alone, found, strict=True)]
    base_months, recent_months = (
        tuple(sorted({moment.date() for moment in frame["submitted_month"]})) for frame in taken
    )
    return Windows(base, recent, model, base_months, recent_months, tuple(sorted(names - {model})), questions)


def _alone(found: pd.DataFrame) -> pd.DataFrame:
    """The months in which one model scored everybody."""
    months = found.groupby("submitted_month")["decided_count"].transform("size")
    return found[(months == 1) & found["model_version"].notna()]
