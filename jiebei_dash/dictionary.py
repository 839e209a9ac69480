"""The metric dictionary: one record a metric, and the figures that show it.

Name, meaning, formula, population, timing and source stand in ``text/<language>/metrics.toml`` under the metric's id.
From a record follow the definition beside a figure, the page "dictionary" and the table in ``docs/metrics.md``.
Source of the ids: house data dictionary; T, P and A are its roll rates, prepayment and price of credit.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

PARTS: tuple[str, ...] = ("name", "meaning", "formula", "population", "timing", "source")
"""What is said of a metric and of a figure, in this order."""


@dataclass(frozen=True)
class Metric:
    """One metric.

    Parameters
    ----------
    id
        Its id, e.g. ``F1``; section of its words.
    figures
        Answers that show it, ``<subject>.<function>``, the main one first; none while no page shows it.
    """

    id: str
    figures: tuple[str, ...] = ()

    @property
    def page(self) -> str:
        """Return the key of the page of its main figure, empty if no page shows it."""
        return self.figures[0].partition(".")[0] if self.figures else ""


_VINTAGES = ("vintages.curves", "vintages.triangle", "vintages.at_age", "same_age.cohorts")

METRICS: tuple[Metric, ...] = (
    Metric("F1", ("funnel.approval", "overview.headline")),
    Metric("F2", ("funnel.approval",)),
    Metric("F3", ("funnel.stages", "funnel.declines")),
    Metric("F4"),
    Metric("F5"),
    Metric("F6", ("funnel.stages",)),
    Metric("F7", ("funnel.time_to_cash",)),
    Metric("F8"),
    Metric("F9"),
    Metric("E1", ("delinquency.entry", "overview.headline")),
    Metric("E2", ("delinquency.entry",)),
    Metric("E3", ("delinquency.entry",)),
    Metric("E4", ("delinquency.first_payment",)),
    Metric("E5"),
    Metric("E6", ("delinquency.entry",)),
    Metric("D1a", ("delinquency.rates", "overview.headline", "bridge.change", "projection.path")),
    Metric("D1b", ("delinquency.rates",)),
    Metric("D2", ("delinquency.rates", "overview.headline", "projection.path")),
    Metric("D3"),
    Metric("D4"),
    Metric("D5"),
    *(Metric(f"N{number}") for number in range(1, 9)),
    Metric("T1", ("roll_rates.matrix", "roll_rates.moved")),
    Metric("T2", ("roll_rates.directions", "roll_rates.flow")),
    Metric("T3", ("roll_rates.chain",)),
    Metric("T4", ("roll_rates.stock",)),
    Metric("T5", ("roll_rates.stock",)),
    Metric("V1", _VINTAGES),
    Metric("V2", _VINTAGES),
    Metric("V3", _VINTAGES),
    Metric("V4", _VINTAGES),
    Metric("V5", _VINTAGES),
    *(Metric(f"R{number}") for number in range(1, 10)),
    *(Metric(f"P{number}") for number in range(1, 4)),
    Metric("L1"),
    Metric("L2", ("overview.headline",)),
    *(Metric(f"L{number}") for number in range(3, 6)),
    *(Metric(f"A{number}") for number in range(1, 5)),
)
"""In the order of the dictionary."""


def metrics_of(figure: str) -> Iterator[Metric]:
    """Return the metrics that an answer shows, in the dictionary's order."""
    return (metric for metric in METRICS if figure in metric.figures)
