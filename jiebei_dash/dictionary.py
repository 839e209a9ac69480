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


_PREPAYMENT = ("prepayment.by_month", "prepayment.by_group", "prepayment.by_age")
_VINTAGES = ("vintages.curves", "vintages.triangle", "vintages.at_age", "same_age.cohorts")

METRICS: tuple[Metric, ...] = (
    Metric("F1", ("funnel.approval", "funnel.approval_parts", "overview.headline")),
    Metric("F2", ("funnel.approval",)),
    Metric("F3", ("funnel.stages", "funnel.declines", "funnel.kills")),
    Metric("F4", ("funnel.take_up",)),
    Metric("F5", ("stratification.utilisation",)),
    Metric("F6", ("funnel.stages",)),
    Metric("F7", ("funnel.time_to_cash", "funnel.cash_percentiles")),
    Metric("F8", ("funnel.lent",)),
    Metric("F9", ("funnel.lent",)),
    Metric("E1", ("entry.entry", "entry.weekly", "overview.headline")),
    Metric("E2", ("entry.entry",)),
    Metric("E3", ("entry.entry",)),
    Metric("E4", ("entry.first_payment",)),
    Metric("E5", ("entry.later_payments",)),
    Metric("E6", ("entry.entry", "entry.weekly")),
    Metric("D1a", ("delinquency.rates", "overview.headline", "bridge.change", "projection.path")),
    Metric("D1b", ("delinquency.rates",)),
    Metric("D2", ("delinquency.rates", "overview.headline", "projection.path")),
    Metric("D3", ("delinquency.one_plus",)),
    Metric("D4", ("delinquency.borrowers",)),
    Metric("D5", ("delinquency.overdue_amount",)),
    Metric("N1", ("non_performing.classes",)),
    Metric("N2", ("non_performing.ratios", "monthly.headline")),
    Metric("N3", ("non_performing.ratios",)),
    Metric("N4", ("non_performing.ratios",)),
    Metric("N5", ("non_performing.coverage", "monthly.headline")),
    Metric("N6", ("non_performing.coverage",)),
    Metric("N7", ("non_performing.write_offs", "monthly.headline")),
    Metric("N8", ("non_performing.migration",)),
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
    Metric("R1", ("collection.batches",)),
    Metric("R2", ("collection.batches",)),
    Metric("R3", ("collection.in_bucket",)),
    Metric("R4", ("recoveries.curves", "recoveries.mixed")),
    Metric("R5", ("recoveries.sales",)),
    Metric("R6", ("recoveries.net", "recoveries.agencies")),
    Metric("R7", ("collection.promises",)),
    Metric("R8", ("collection.contacts",)),
    Metric("R9", ("collection.relapses",)),
    Metric("P1", _PREPAYMENT),
    Metric("P2", _PREPAYMENT),
    Metric("P3", _PREPAYMENT),
    Metric("L1", ("losses.cohorts", "losses.bridge")),
    Metric("L2", ("losses.annual", "losses.bridge", "overview.headline", "unit_economics.segments")),
    Metric("L3", ("losses.defaults", "outcomes.by_age")),
    Metric("L4", ("losses.severity", "losses.severity_by_cohort")),
    Metric("L5", ("losses.expected",)),
    *(Metric(f"A{number}", ("price.by_month", "price.by_product")) for number in range(1, 4)),
    Metric("A4", ("unit_economics.segments",)),
)
"""In the order of the dictionary."""


def metrics_of(figure: str) -> Iterator[Metric]:
    """Return the metrics that an answer shows, in the dictionary's order."""
    return (metric for metric in METRICS if figure in metric.figures)
