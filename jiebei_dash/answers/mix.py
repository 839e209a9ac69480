"""Is a drop of KS real, or is it the mix? And which input drifted? Two windows of decisions, compared."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pandas as pd

from jiebei_dash.answers.arguments import one_of
from jiebei_dash.answers.trying import Keep, make_anew
from jiebei_dash.answers.two_windows import MONTHS_BEFORE, Windows, windows
from jiebei_dash.answers.what_if import MATURITY_MONTHS, WINDOW_MONTHS
from jiebei_dash.book.engine import Answer, Fetch, Question
from jiebei_dash.book.scope import DIMENSIONS, Scope
from jiebei_dash.lab import discrimination
from jiebei_dash.lab.population import month_number, population
from jiebei_dash.metrics import mix as metrics
from jiebei_dash.queries import lab
from jiebei_dash.queries import mix as queries
from jiebei_dash.terms import MIXES, Mix

_CODES = {each.key: (*each.codes, "NA") for each in DIMENSIONS}


@dataclass(frozen=True)
class Taken:
    """A change of discrimination between two windows, taken apart.

    Parameters
    ----------
    windows
        What was compared.
    apart
        Of ``lab.discrimination``.
    questions
        Everything asked.
    """

    windows: Windows
    apart: discrimination.Apart
    questions: tuple[Question, ...]

    def ks(self) -> Answer:
        """Return the parts of the change; see :func:`ks`."""
        frame = metrics.ks(self.apart.values, self.apart.loan_count, self.apart.bad_count)
        return Answer("mix.ks", frame, self.questions)

    def cells(self) -> Answer:
        """Return the cells of the mix; see :func:`cells`."""
        rows = [
            {
                **dict.fromkeys(("channel", "product_class", "zhima_band"), "ALL"),
                **{name: str(_CODES[name][place]) for name, place in cell.segment.items()},
                "base_count": cell.base_count,
                "recent_count": cell.recent_count,
                "base_bad_count": cell.base_bad_count,
                "recent_bad_count": cell.recent_bad_count,
            }
            for cell in self.apart.cells
        ]
        return Answer("mix.cells", metrics.cells(pd.DataFrame(rows)), self.questions)


def take_apart(
    scope: Scope,
    fetch: Fetch,
    maturity_months: int = MATURITY_MONTHS,
    window_months: int = WINDOW_MONTHS,
    months_before: int = MONTHS_BEFORE,
    mix: Mix = "segments",
    keep: Keep = make_anew,
) -> Taken:
    """Return the change of KS and AUC between two windows, taken apart; parameters as :func:`ks`.

    Parameters
    ----------
    keep
        Holds the result for the next run.
    """
    one_of("mix", mix, MIXES)
    both = windows(scope, fetch, maturity_months, window_months, months_before)
    asked = [lab.decisions(scope, window) for window in (both.base, both.recent)]

    def make() -> discrimination.Apart:
        sides = []
        for question, months in zip(asked, (both.base_months, both.recent_months), strict=True):
            people = population(question.key, fetch(question))
            sides.append(discrimination.seen(people, [month_number(month) for month in months]))
        return discrimination.taken_apart(sides[0], sides[1], mix)

    apart: discrimination.Apart = keep(asked[1], f"mix {mix} {asked[0].key} {both.model_version}", make)
    return Taken(both, apart, (*both.questions, *asked))


def ks(
    scope: Scope,
    fetch: Fetch,
    maturity_months: int = MATURITY_MONTHS,
    window_months: int = WINDOW_MONTHS,
    months_before: int = MONTHS_BEFORE,
    mix: Mix = "segments",
) -> Answer:
    """Return KS and AUC of two windows of loans seen, and how much of the change is the mix and how much is real.

    Parameters
    ----------
    scope, fetch
        Whose decisions, and how a question is answered.
    maturity_months
        Months between the last submission of the recent window and the as-of month, at least 6.
    window_months
        Length of each window.
    months_before
        By how much the base lies before the recent window; 0 is the same window twice.
    mix
        What is held alike.

    Returns
    -------
    Answer
        See :func:`jiebei_dash.metrics.mix.ks`. Loans of the months that one model scored alone in both windows; of all
        months if there is no such model.

    Raises
    ------
    BookLacks, BadArgument
    EmptyScope
        Nobody was decided in one of the windows.
    """
    return take_apart(scope, fetch, maturity_months, window_months, months_before, mix).ks()


def cells(
    scope: Scope,
    fetch: Fetch,
    maturity_months: int = MATURITY_MONTHS,
    window_months: int = WINDOW_MONTHS,
    months_before: int = MONTHS_BEFORE,
    mix: Mix = "segments",
) -> Answer:
    """Return the cells of the mix with the weight of a recent loan; parameters and errors as :func:`ks`.

    Returns
    -------
    Answer
        See :func:`jiebei_dash.metrics.mix.cells`: ``channel``, ``product_class``, ``zhima_band`` (``ALL`` where the
        cell does not look at it, or was folded).
    """
    return take_apart(scope, fetch, maturity_months, window_months, months_before, mix).cells()


def bins(
    scope: Scope,
    fetch: Fetch,
    maturity_months: int = MATURITY_MONTHS,
    window_months: int = WINDOW_MONTHS,
    months_before: int = MONTHS_BEFORE,
) -> Answer:
    """Return the bins of the score and of every input among all decided; parameters and errors as :func:`drift`.

    Returns
    -------
    Answer
        See :func:`jiebei_dash.metrics.mix.bins`, with ``from_value`` and ``below_value`` of a bin in the unit of the
        input: NaN is open, or missing.
    """
    return _drifted(scope, fetch, maturity_months, window_months, months_before, "mix.bins", _same)


def drift(
    scope: Scope,
    fetch: Fetch,
    maturity_months: int = MATURITY_MONTHS,
    window_months: int = WINDOW_MONTHS,
    months_before: int = MONTHS_BEFORE,
) -> Answer:
    """Return how far the score and every input moved between two windows, the one that moved most first.

    Parameters
    ----------
    scope, fetch
        Whose decisions, and how a question is answered.
    maturity_months
        Months between the last submission of the recent window and the as-of month; 0 and more, no outcome is needed.
    window_months
        Length of each window.
    months_before
        By how much the base lies before the recent window; 0 is the same window twice.

    Returns
    -------
    Answer
        See :func:`jiebei_dash.metrics.mix.drift`, with ``from_value`` and ``below_value`` of the bin that moved most.
        The score is that of the model that both windows share, if there is one.

    Raises
    ------
    BookLacks, BadArgument
    EmptyScope
        Nobody was decided in one of the windows.
    """
    return _drifted(scope, fetch, maturity_months, window_months, months_before, "mix.drift", metrics.drift)


def _same(frame: pd.DataFrame) -> pd.DataFrame:
    return frame


def _drifted(
    scope: Scope,
    fetch: Fetch,
    maturity_months: int,
    window_months: int,
    months_before: int,
    subject: str,
    made: Callable[[pd.DataFrame], pd.DataFrame],
) -> Answer:
    both = windows(scope, fetch, maturity_months, window_months, months_before, 0)
    asked = [queries.steps(scope, window, both.model_version) for window in (both.base, both.recent)]
    base, recent = (fetch(question) for question in asked)
    frame = made(metrics.bins(base, recent))
    ends = [_ends(row) for row in frame[["feature", "bin_no", "first_step", "last_step"]].to_dict("records")]
    frame[["from_value", "below_value"]] = pd.DataFrame(ends, columns=["from_value", "below_value"], index=frame.index)
    return Answer(subject, frame.drop(columns=["first_step", "last_step"]), (*both.questions, *asked))


def _ends(row: dict[Any, Any]) -> tuple[float, float]:
    """Where a bin begins and ends, in the input's unit; NaN is open, or missing."""
    scale = next(each for each in queries.SCALES if each.key == row["feature"])
    return scale.low + row["first_step"] * scale.step, scale.low + (row["last_step"] + 1) * scale.step
