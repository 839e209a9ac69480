"""How bad would the declined have been: five ways, judged by the random lane and, of a sample, by truth."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
import pandas as pd

from jiebei_dash import late
from jiebei_dash.answers.trying import (
    BENCH,
    MATURITY_MONTHS,
    METHOD,
    METHODS,
    WINDOW_MONTHS,
    Keep,
    Replay,
    make_anew,
    replay,
)
from jiebei_dash.book.engine import Answer, Fetch
from jiebei_dash.book.scope import Scope
from jiebei_dash.errors import TruthMissing
from jiebei_dash.metrics import inference as metrics
from jiebei_dash.queries import inference as queries
from jiebei_dash.queries import lab

JUDGE = "jiebei_dash.lab.inference:judge"
TRUTH = "jiebei_dash.lab.true_chances:beside_truth"
INFERRING: tuple[str, ...] = tuple(method for method in METHODS if method != "observed_only")
"""The ways that say something of the declined."""
JUDGED_MONTHS = 36
JUDGES_MONTHS: tuple[int, ...] = (12, 24, 36, 120)
"""A lane is thin: it may be judged over more months than a draft is tried on."""


@dataclass(frozen=True)
class Ways:
    """The ways of inferring on a replay, for whoever has one already.

    Parameters
    ----------
    done
        Two policies on one population.
    """

    done: Replay

    def methods(self) -> Answer:
        """Return both policies of a replay by each way; see :func:`methods`."""
        sums = {}
        for method in METHODS:
            bench = self.done.bench.by_method(method)
            tried = bench.tried(self.done.proposed)
            sums[method] = (tried.today, tried.proposed, float(bench.loan_weight))
        return Answer(
            "inference.methods", metrics.methods(sums, self.done.assumptions, self.done.costs), self.done.questions
        )

    def beside_truth(self, fetch: Fetch, true_chances: pd.DataFrame) -> Answer:
        """Return each way beside the truth for the draft of a replay; see :func:`beside_truth`."""
        # The rows of the lab come in no order: these do, in one that both questions have.
        done = self.done
        asked, decided = queries.applications(done.scope, done.window), lab.decisions(done.scope, done.window)
        rows, month = fetch(asked), done.scope.as_of_month
        bench: Any = late.function(BENCH)(decided.key, fetch(decided), done.today, done.assumptions, METHOD, month)
        requested = rows["requested_fen"].to_numpy(np.float64, na_value=np.nan)
        if not np.array_equal(requested, bench.people.requested_fen, equal_nan=True):
            raise TruthMissing()
        log_odds = rows["application_id"].map(true_chances.set_index("application_id")["log_odds_bad"])
        if log_odds.notna().sum() == 0:
            raise TruthMissing()
        guesses: list[Any] = [bench.by_method(method).guess for method in INFERRING]
        told = late.function(TRUTH)(bench.people, bench.bits(done.proposed), log_odds.to_numpy(np.float64), guesses)
        frame = metrics.beside_truth([asdict(each) for each in told])
        return Answer("inference.beside_truth", frame, (*done.questions, decided, asked))


def methods(
    scope: Scope,
    fetch: Fetch,
    maturity_months: int = MATURITY_MONTHS,
    window_months: int = WINDOW_MONTHS,
    draft: str = "",
    **thresholds: float,
) -> Answer:
    """Return what today's policy and the draft do by each of the five ways of inferring the declined.

    Parameters
    ----------
    scope, fetch
        Whose applications, and how a question is answered.
    maturity_months, window_months, draft, **thresholds
        As for :func:`jiebei_dash.answers.what_if.consequences`.

    Returns
    -------
    Answer
        Frame of :func:`jiebei_dash.metrics.inference.methods`.
    """
    return Ways(replay(scope, fetch, maturity_months, thresholds, draft, METHOD, window_months)).methods()


def judged(
    scope: Scope,
    fetch: Fetch,
    maturity_months: int = MATURITY_MONTHS,
    window_months: int = JUDGED_MONTHS,
    keep: Keep = make_anew,
) -> Answer:
    """Return how near each way comes to whoever was approved by lot against the policy.

    Parameters
    ----------
    scope, fetch
        Whose applications, and how a question is answered.
    maturity_months
        Months between the last submission and the as-of month.
    window_months
        Months of submission.
    keep
        Holds the population for the next question.

    Returns
    -------
    Answer
        Frame of :func:`jiebei_dash.metrics.inference.judged`; no row if the lane has no loan that was seen.
    """
    done = replay(scope, fetch, maturity_months, {}, "", METHOD, window_months, keep)
    count, bads, said = late.function(JUDGE)(done.bench.people, done.assumptions.reject_factors)
    return Answer("inference.judged", metrics.judged(count, bads, [asdict(each) for each in said]), done.questions)


def beside_truth(
    scope: Scope,
    fetch: Fetch,
    true_chances: pd.DataFrame,
    maturity_months: int = MATURITY_MONTHS,
    window_months: int = WINDOW_MONTHS,
    draft: str = "",
    **thresholds: float,
) -> Answer:
    """Return how near each way comes to the true chance of the declined of an invented book.

    Parameters
    ----------
    scope, fetch
        Whose applications, and how a question is answered.
    true_chances
        Of :func:`jiebei_dash.truth.read_chances`.
    maturity_months, window_months, draft, **thresholds
        As for :func:`jiebei_dash.answers.what_if.consequences`.

    Returns
    -------
    Answer
        Frame of :func:`jiebei_dash.metrics.inference.beside_truth`: those declined then whom the draft lets in, and
        all the declined.

    Raises
    ------
    TruthMissing
        The truth does not know the applications.
    """
    done = replay(scope, fetch, maturity_months, thresholds, draft, METHOD, window_months)
    return Ways(done).beside_truth(fetch, true_chances)
