"""What should each cell pay and get? Price and limit grids of a draft beside today's, under the law of a licence."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import pandas as pd

from jiebei_dash import late
from jiebei_dash.answers import trying
from jiebei_dash.answers.arguments import one_of
from jiebei_dash.assumptions import read_assumptions
from jiebei_dash.book.engine import Answer, Fetch, Question
from jiebei_dash.book.offers import LIMITS, PRICES, RATE_DAY_STEP, SCORE_BANDS_FROM, by_cell
from jiebei_dash.book.scope import Scope, month_plus
from jiebei_dash.line_caps import LICENCES, Licence
from jiebei_dash.metrics import elasticity as elasticities
from jiebei_dash.metrics import offers as metrics
from jiebei_dash.queries import offers as queries

NEEDS = trying.NEEDS
TAKEN_MONTHS = 48
"""Months of submission in which prices differed from the usual one often enough to be told apart."""
TAKEN_WINDOWS: tuple[int, ...] = (12, 24, 36, 48, 60)
CELLS = "jiebei_dash.lab.cells:by_cell"
CUT = "jiebei_dash.lab.cells:cut_by_rule"
LEGAL = "jiebei_dash.lab.offering:legal_on"
_TOLD: Mapping[Licence, tuple[str, ...]] = {
    "consumer_finance": ("consumer finance", "消费金融"),
    "micro_loan": ("micro", "小额贷款", "小贷"),
    "bank": ("bank", "银行"),
}
"""What the name of a company says of its licence."""


@dataclass(frozen=True)
class Offers:
    """A draft beside today's policy by cell, under the law of one licence.

    Parameters
    ----------
    done
        Both policies replayed; its figures are those of the whole.
    licence
        Whose law it is.
    """

    done: trying.Replay
    licence: Licence

    @cached_property
    def _cells(self) -> Any:
        return late.function(CELLS)(self.done.bench, self.done.proposed)

    def _metric(self, metric: Any, kind: Any, cells: Any) -> pd.DataFrame:
        found, done = self._cells, self.done
        values = list(by_cell(kind, cells).values())
        frame: pd.DataFrame = metric(
            found.tried.today, found.tried.proposed, found.today, found.proposed, values, done.bench.loan_weight,
            done.assumptions, done.costs,
        )  # fmt: skip
        return frame

    def price_cells(self) -> Answer:
        """Return what each cell pays and what follows; see :func:`price_cells`."""
        frame = self._metric(metrics.price_cells, PRICES, self.done.proposed.prices)
        return Answer("offers.price_cells", frame, self.done.questions)

    def limit_cells(self) -> Answer:
        """Return what line each cell gets and what follows; see :func:`limit_cells`."""
        frame = self._metric(metrics.limit_cells, LIMITS, self.done.proposed.limits)
        return Answer("offers.limit_cells", frame, self.done.questions)

    def legal_caps(self) -> Answer:
        """Return whom each cap cuts; see :func:`legal_caps`."""
        was, new = (late.function(CUT)(self.done.bench, policy) for policy in (self.done.today, self.done.proposed))
        frame = new.drop(columns="cut_count").assign(cut_today_count=was["cut_count"], cut_count=new["cut_count"])
        return Answer("offers.legal_caps", frame, self.done.questions)


def licence_of(scope: Scope, fetch: Fetch) -> tuple[Licence, bool, Question]:
    """Return the licence under which most product classes of a scope are booked, whether it is told, and the question.

    Of equally many the first of ``LICENCES``; where no company's name tells its licence, that one as well.
    """
    question = queries.licences(scope)
    found = fetch(question)
    chosen = scope.chosen().get("product_class")
    found = found[found["product_class"].isin(list(chosen))] if chosen else found
    classes: dict[Licence, set[str]] = {licence: set() for licence in LICENCES}
    for name, product_class in zip(found["licence_entity"].astype(str), found["product_class"], strict=True):
        told = next((key for key, parts in _TOLD.items() if any(part in name.lower() for part in parts)), None)
        if told is not None:
            classes[told].add(str(product_class))
    most = max(LICENCES, key=lambda licence: len(classes[licence]))
    return most, bool(classes[most]), question


def replay(
    scope: Scope,
    fetch: Fetch,
    maturity_months: int,
    thresholds: Mapping[str, float],
    draft: str = "",
    method: str = trying.METHOD,
    window_months: int = trying.WINDOW_MONTHS,
    licence: str = "",
    keep: trying.Keep = trying.make_anew,
) -> Offers:
    """Replay today's policy and a draft under the law of a licence.

    Parameters
    ----------
    scope, fetch, maturity_months, thresholds, draft, method, window_months, keep
        As for :func:`jiebei_dash.answers.trying.replay`.
    licence
        One of ``line_caps.LICENCES``; empty is the one that the book tells.

    Raises
    ------
    BadArgument
        An unknown licence, cell, rule or way of inferring, or a value out of range.
    BookLacks, PolicyInvalid, EmptyScope
    """
    if licence:
        one_of("licence", licence, LICENCES)
    done = trying.replay(scope, fetch, maturity_months, thresholds, draft, method, window_months, keep)
    whose, _, asked = licence_of(scope, fetch)
    whose = next((known for known in LICENCES if known == licence), whose)
    legal = late.function(LEGAL)(month_plus(scope.as_of_month, 1), whose)
    bench = done.bench.under(legal)
    if bench is not done.bench:
        done = replace(done, bench=bench, tried=bench.tried(done.proposed))
    return Offers(replace(done, questions=(*done.questions, asked)), whose)


def price_cells(
    scope: Scope,
    fetch: Fetch,
    maturity_months: int = trying.MATURITY_MONTHS,
    method: str = trying.METHOD,
    window_months: int = trying.WINDOW_MONTHS,
    draft: str = "",
    licence: str = "",
    **thresholds: float,
) -> Answer:
    """Return what each cell of Zhima band and score band pays, now and proposed, and what follows.

    Parameters
    ----------
    scope, fetch
        Whose applications, and how a question is answered.
    maturity_months
        Months between the last submission and the as-of month.
    method
        How the declined are inferred: one of ``trying.METHODS``.
    window_months
        Months of submission.
    draft
        The proposal as canonical JSON, its cells included; empty is today's policy.
    licence
        Whose legal caps: one of ``line_caps.LICENCES``; empty is the one that the book tells.
    **thresholds
        What is changed of the draft, by rule key, in the rule's unit.

    Returns
    -------
    Answer
        See :func:`jiebei_dash.metrics.offers.price_cells`.
    """
    return replay(scope, fetch, maturity_months, thresholds, draft, method, window_months, licence).price_cells()


def limit_cells(
    scope: Scope,
    fetch: Fetch,
    maturity_months: int = trying.MATURITY_MONTHS,
    method: str = trying.METHOD,
    window_months: int = trying.WINDOW_MONTHS,
    draft: str = "",
    licence: str = "",
    **thresholds: float,
) -> Answer:
    """Return what line each cell of Zhima band and score band gets, now and proposed, and what follows.

    Parameters as :func:`price_cells`.

    Returns
    -------
    Answer
        See :func:`jiebei_dash.metrics.offers.limit_cells`.
    """
    return replay(scope, fetch, maturity_months, thresholds, draft, method, window_months, licence).limit_cells()


def legal_caps(
    scope: Scope,
    fetch: Fetch,
    maturity_months: int = trying.MATURITY_MONTHS,
    method: str = trying.METHOD,
    window_months: int = trying.WINDOW_MONTHS,
    draft: str = "",
    licence: str = "",
    **thresholds: float,
) -> Answer:
    """Return how many lines and prices each cap cuts or, in its shadow, would cut; parameters as :func:`price_cells`.

    Returns
    -------
    Answer
        See :func:`jiebei_dash.lab.cells.cut_by_rule`: one row a cap, ``cut_today_count`` beside ``cut_count``.
    """
    return replay(scope, fetch, maturity_months, thresholds, draft, method, window_months, licence).legal_caps()


def elasticity(scope: Scope, fetch: Fetch, taken_months: int = TAKEN_MONTHS) -> Answer:
    """Return what a higher price did to take-up and to the bad rate of those who drew, beside what is assumed.

    Parameters
    ----------
    scope, fetch
        Whose lines, and how a question is answered.
    taken_months
        Months of submission: one of ``TAKEN_WINDOWS``.

    Returns
    -------
    Answer
        See :func:`jiebei_dash.metrics.elasticity.effects`; and ``assumed`` with its ``mark``.
    """
    question = _taken(scope, taken_months)
    frame = elasticities.effects(fetch(question), SCORE_BANDS_FROM)
    lines = {line.key: line for line in read_assumptions().lines}
    frame["assumed"] = [lines[effect].value for effect in frame["effect"]]
    frame["mark"] = [lines[effect].mark for effect in frame["effect"]]
    return Answer("offers.elasticity", frame, (question,))


def takers(scope: Scope, fetch: Fetch, taken_months: int = TAKEN_MONTHS) -> Answer:
    """Return how bad those were who drew, by how far their price lay from the usual one of their score.

    Parameters as :func:`elasticity`.

    Returns
    -------
    Answer
        See :func:`jiebei_dash.metrics.elasticity.takers`.
    """
    question = _taken(scope, taken_months)
    return Answer("offers.takers", elasticities.takers(fetch(question), RATE_DAY_STEP), (question,))


def _taken(scope: Scope, taken_months: int) -> Question:
    scope.need("applicants", "decision_features")
    one_of("taken_months", taken_months, TAKEN_WINDOWS)
    return queries.taken(scope, taken_months)
