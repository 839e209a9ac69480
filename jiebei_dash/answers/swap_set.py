"""Who is swapped: the four groups with their margin, the mix of their Zhima scores, and their cases."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from jiebei_dash.answers.arguments import between, one_of
from jiebei_dash.answers.trying import MATURITY_MONTHS, METHOD, WINDOW_MONTHS, Replay, replay
from jiebei_dash.book.engine import Answer, Fetch
from jiebei_dash.book.scope import Scope
from jiebei_dash.metrics import swap_set as metrics
from jiebei_dash.queries import swap_set as queries
from jiebei_dash.terms import SWAP_CELLS

Cell = Literal["KEPT", "SWAPPED_OUT", "SWAPPED_IN", "DECLINED"]
PAGE_SIZE = 25
MOST_PAGES = 40
"""A list is for looking at cases; a thousand of a group are enough, taken all over the window."""


@dataclass(frozen=True)
class Groups:
    """The four groups of a replay, for whoever has one already.

    Parameters
    ----------
    done
        Two policies on one population.
    """

    done: Replay

    def cells(self) -> Answer:
        """Return the four groups of a replay; see :func:`cells`."""
        frame = metrics.cells(
            self.done.tried.today,
            self.done.tried.proposed,
            self.done.bench.declined(self.done.proposed),
            float(self.done.bench.loan_weight),
            self.done.assumptions,
            self.done.costs,
        )
        return Answer("swap_set.cells", frame, self.done.questions)

    def mix(self) -> Answer:
        """Return the mix of each group of a replay; see :func:`mix`."""
        tried, codes = self.done.bench.by_segment(self.done.proposed, "zhima_band")
        return Answer("swap_set.mix", metrics.mix(tried.today, codes), self.done.questions)

    def cases(self, fetch: Fetch, cell: str, page: int) -> Answer:
        """Return one page of the cases of a replay; see :func:`cases`."""
        one_of("cell", cell, SWAP_CELLS)
        between("page", page, 1, MOST_PAGES)
        asked = queries.cases(
            self.done.scope,
            self.done.window,
            self.done.today,
            self.done.proposed,
            cell,
            (page - 1) * PAGE_SIZE,
            PAGE_SIZE,
        )
        return Answer("swap_set.cases", fetch(asked), (*self.done.questions, asked))


def cells(
    scope: Scope,
    fetch: Fetch,
    maturity_months: int = MATURITY_MONTHS,
    method: str = METHOD,
    window_months: int = WINDOW_MONTHS,
    draft: str = "",
    **thresholds: float,
) -> Answer:
    """Return who is kept, swapped out, swapped in, and declined by both, each with its margin.

    Parameters
    ----------
    scope, fetch
        Whose applications, and how a question is answered.
    maturity_months, method, window_months, draft, **thresholds
        As for :func:`jiebei_dash.answers.what_if.consequences`.

    Returns
    -------
    Answer
        Frame of :func:`jiebei_dash.metrics.swap_set.cells`.
    """
    return Groups(replay(scope, fetch, maturity_months, thresholds, draft, method, window_months)).cells()


def mix(
    scope: Scope,
    fetch: Fetch,
    maturity_months: int = MATURITY_MONTHS,
    window_months: int = WINDOW_MONTHS,
    draft: str = "",
    **thresholds: float,
) -> Answer:
    """Return how the bands of the Zhima score are mixed in each group; parameters as :func:`cells`.

    Returns
    -------
    Answer
        Frame of :func:`jiebei_dash.metrics.swap_set.mix`.
    """
    return Groups(replay(scope, fetch, maturity_months, thresholds, draft, METHOD, window_months)).mix()


def cases(
    scope: Scope,
    fetch: Fetch,
    cell: Cell = "SWAPPED_IN",
    page: int = 1,
    maturity_months: int = MATURITY_MONTHS,
    window_months: int = WINDOW_MONTHS,
    draft: str = "",
    **thresholds: float,
) -> Answer:
    """Return one page of the applications of a group.

    Parameters
    ----------
    cell
        The group.
    page
        From 1, ``PAGE_SIZE`` rows each, at most ``MOST_PAGES``; other parameters as :func:`cells`.

    Returns
    -------
    Answer
        One row a decision: ``decision_id``, ``submitted_month``, ``zhima_band``, ``score_points`` and ``pd_rate`` as
        stored, ``requested_fen``, ``decided_by``, ``loan_outcome``.

    Raises
    ------
    BadArgument
        An unknown group, or a page out of bounds.
    """
    done = replay(scope, fetch, maturity_months, thresholds, draft, METHOD, window_months)
    return Groups(done).cases(fetch, cell, page)
