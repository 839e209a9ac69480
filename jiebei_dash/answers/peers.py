"""How do we compare with what other lenders publish?"""

from __future__ import annotations

import pandas as pd

from jiebei_dash.answers import delinquency, entry
from jiebei_dash.answers.arguments import one_of
from jiebei_dash.book.engine import Answer, Fetch, Question
from jiebei_dash.book.scope import Scope
from jiebei_dash.errors import BookLacks, EmptyScope
from jiebei_dash.metrics import peers as metrics
from jiebei_dash.peers import FIGURES, read_peers
from jiebei_dash.terms import LANGUAGES, Language

MONTHS = 96


def ours(scope: Scope, fetch: Fetch, figure: str = "past_due_30") -> Answer:
    """Return our own level of a figure that others publish, month by month.

    Parameters
    ----------
    scope, fetch
        Which part of the book, and how to ask it.
    figure
        One of ``peers.FIGURES``; by balance, FPD7 by loans.

    Returns
    -------
    Answer
        ``figure``, ``month``, ``rate``, by month.

    Raises
    ------
    BadArgument, BookLacks, EmptyScope
    """
    one_of("figure", figure, FIGURES)
    frame, questions = _of(scope, fetch, figure)
    found = frame[frame["figure"] == figure].sort_values("month", ignore_index=True)
    if found.empty:
        raise EmptyScope
    return Answer("peers.ours", found, questions)


def beside(scope: Scope, fetch: Fetch, language: Language = "en") -> Answer:
    """Return every published level beside our own newest month, and our own of the same month.

    Parameters
    ----------
    scope, fetch
        As for :func:`ours`.
    language
        Of the notes on definitions.

    Returns
    -------
    Answer
        Frame of :func:`jiebei_dash.metrics.peers.beside`; a figure that the book cannot give has NaN.

    Raises
    ------
    BadArgument, PeersInvalid
    EmptyScope
        The scope has no figure at all.
    """
    one_of("language", language, LANGUAGES)
    parts: list[pd.DataFrame] = []
    asked: list[Question] = []
    for figure in ("past_due_30", "entry", "fpd_7"):
        try:
            frame, questions = _of(scope, fetch, figure)
        except (BookLacks, EmptyScope):
            continue
        parts.append(frame)
        asked.extend(questions)
    if not parts:
        raise EmptyScope
    every = pd.concat(parts, ignore_index=True)
    return Answer("peers.beside", metrics.beside(every, read_peers().levels, language), tuple(asked))


def _of(scope: Scope, fetch: Fetch, figure: str) -> tuple[pd.DataFrame, tuple[Question, ...]]:
    if figure in ("entry", "collected", "to_m2"):
        answer = entry.entry(scope, fetch, "balance", MONTHS)
        return metrics.of_entry(answer.frame), answer.questions
    if figure == "fpd_7":
        answer = entry.first_payment(scope, fetch, "count", MONTHS)
        return metrics.of_first(answer.frame), answer.questions
    answer = delinquency.buckets(scope, fetch, "balance", MONTHS)
    return metrics.of_buckets(answer.frame), answer.questions
