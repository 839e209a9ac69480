"""Definitions in a reader's language: of a figure, and of the metrics that it shows."""

from __future__ import annotations

from jiebei_dash.dictionary import PARTS, metrics_of
from jiebei_dash.text.words import Words


def lines(subject: str, words: Words) -> tuple[str, ...]:
    """Return the definition of a figure as lines, and then the formula of each metric that it shows."""
    figure = tuple(f"{words(f'proof.{part}')}: {words(f'{subject}.{part}')}" for part in PARTS)
    return figure + tuple(f"{metric} | {formula}" for metric, formula in _metrics(subject, words))


def text(subject: str, words: Words) -> str:
    """Return the definition of a figure, with its metrics, as markdown."""
    rows = [f"**{words(f'proof.{part}')}**  \n{words(f'{subject}.{part}')}" for part in PARTS]
    metrics = [f"- {metric}: {formula}" for metric, formula in _metrics(subject, words)]
    if metrics:
        rows.append("\n".join([f"**{words('proof.metrics')}**", *metrics]))
    return "\n\n".join(rows)


def _metrics(subject: str, words: Words) -> list[tuple[str, str]]:
    """Id with name, and formula."""
    return [
        (f"{metric.id} {words(f'metrics.{metric.id}.name')}", words(f"metrics.{metric.id}.formula"))
        for metric in metrics_of(subject)
    ]
