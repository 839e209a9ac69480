"""Sentences and tables of the metric dictionary."""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from jiebei_dash import terms
from jiebei_dash.dictionary import METRICS, PARTS, Metric
from jiebei_dash.text.records import escaped
from jiebei_dash.text.words import Words
from jiebei_dash.ui.pages import PAGES

_CODES: tuple[tuple[str, tuple[object, ...]], ...] = (
    ("state", terms.STATES),
    ("product_class", terms.PRODUCT_CLASSES),
    ("stage", terms.STAGES),
    ("result", terms.RESULTS),
    ("channel", terms.CHANNELS),
    ("zhima_band", terms.ZHIMA_BANDS),
    ("repay_method", terms.REPAY_METHODS),
)
"""Kinds of code that a reader meets on axes and in tables, each with its codes."""


def opening(words: Words) -> str:
    """Return the sentence that the page opens with."""
    shown = sum(bool(metric.figures) for metric in METRICS)
    return words("dictionary.said", count=len(METRICS), shown=shown)


def found(words: Words, wanted: str) -> tuple[Metric, ...]:
    """Return the metrics of whose id or words a text is a part, whatever its case; all if it is empty."""
    return tuple(metric for metric in METRICS if _holds(wanted, metric.id, *_said(metric, words)))


def by_page(metrics: tuple[Metric, ...]) -> Iterator[tuple[str, tuple[Metric, ...]]]:
    """Return the metrics of each page in menu order; last, under an empty key, those that no page shows."""
    for key in (*(page.key for page in PAGES), ""):
        of_page = tuple(metric for metric in metrics if metric.page == key)
        if of_page:
            yield key, of_page


def table(words: Words, metrics: tuple[Metric, ...]) -> pd.DataFrame:
    """Return metrics as a table of texts, one row a metric."""
    rows = []
    for metric in metrics:
        name, meaning, formula, population, timing, _ = (escaped(text) for text in _said(metric, words))
        rows.append(
            [
                f"**{escaped(metric.id)}** {name}",
                meaning,
                formula,
                words("dictionary.population_and_timing", population=population, timing=timing),
            ]
        )
    heads = ("metric", "meaning", "formula", "whose_and_when")
    return pd.DataFrame(rows, columns=[words(f"dictionary.head_{head}") for head in heads])


def codes(words: Words, wanted: str) -> pd.DataFrame:
    """Return the codes of whose text or label ``wanted`` is a part, each with the kind of thing that it is."""
    rows = [
        [escaped(words.code(kind, code)), words(f"dictionary.kind_{kind}"), escaped(str(code))]
        for kind, known in _CODES
        for code in known
        if code != "NA" and _holds(wanted, str(code), words.code(kind, code))
    ]
    return pd.DataFrame(rows, columns=[words(f"dictionary.head_{head}") for head in ("label", "kind", "code")])


def _said(metric: Metric, words: Words) -> list[str]:
    return [words(f"metrics.{metric.id}.{part}") for part in PARTS]


def _holds(wanted: str, *texts: str) -> bool:
    return any(wanted.casefold() in text.casefold() for text in texts)
