"""The list of what the risk monthly holds: twelve parts and an appendix, one record a section.

A new answer comes in by one more :class:`Section`; when it fills what a part said was missing, ``lacks`` goes.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import pandas as pd

from jiebei_dash.charts import paper_figures
from jiebei_dash.charts.paper import Drawing
from jiebei_dash.charts.theme import Look
from jiebei_dash.report import tables
from jiebei_dash.report.tables import Shape, listed, turned
from jiebei_dash.text.words import Words

Draw = Callable[[pd.DataFrame, Words, Look], Drawing]


@dataclass(frozen=True)
class Section:
    """One figure.

    Parameters
    ----------
    subject
        Name of its answer, as ``ask`` takes it; title and definition are the words of that name.
    shape
        Its table on paper; the workbook holds the whole frame.
    draw
        Its drawing on paper.
    has_basis
        Whether it is counted in balance or in loans.
    note
        What a drawing without a table must say of its axes: ``monthly.note.<note>_<basis>``.
    arguments
        Of the answer, beside scope and basis.
    """

    subject: str
    shape: Shape | None
    draw: Draw | None = None
    has_basis: bool = False
    note: str = ""
    arguments: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True)
class Part:
    """One part of the monthly.

    Parameters
    ----------
    key
        Its title is ``monthly.part.<key>``.
    sections
        What fills it.
    lacks
        Whether something of the part cannot be shown yet: ``monthly.lacks.<key>`` says what, and why.
    """

    key: str
    sections: tuple[Section, ...]
    lacks: bool = False


PARTS: tuple[Part, ...] = (
    Part("headline", (Section("monthly.headline", tables.headline, has_basis=True),)),
    Part(
        "funnel",
        (
            Section(
                "funnel.stages",
                listed(
                    "funnel.stages", ("window", "stage"),
                    {"entered": "count", "passed": "count", "failed": "count", "left": "count", "open": "count",
                     "pass_rate": "rate", "end_to_end_rate": "rate"},
                ),
            ),
            Section(
                "funnel.approval",
                listed(
                    "funnel.approval", ("submitted_month",),
                    {"submitted": "count", "approved": "count", "declined": "count", "withdrawn": "count",
                     "pending": "count", "approval_rate": "rate", "amount_rate": "rate"},
                ),
                paper_figures.approval,
            ),
            Section(
                "funnel.declines",
                listed(
                    "funnel.declines", ("reason",),
                    {"first_hit": "count", "share_rate": "rate", "any_hit": "count", "sole_hit": "count"},
                ),
                paper_figures.declines,
            ),
            Section("funnel.time_to_cash", tables.waits),
        ),
    ),
    Part(
        "delinquency",
        (
            Section(
                "delinquency.rates", turned("delinquency.rates", "month", "past_due_days"), paper_figures.past_due, True
            ),
            Section(
                "delinquency.buckets",
                turned("delinquency.buckets", "month", "state", "share_rate"),
                paper_figures.buckets,
                True,
            ),
            Section(
                "bridge.change", tables.bridge, paper_figures.bridge, True, arguments={"months_back": 1},
            ),
        ),
    ),
    Part(
        "vintages",
        (
            Section("vintages.curves", None, paper_figures.vintages, True, "vintages"),
            Section("vintages.triangle", None, paper_figures.triangle, True, "vintages"),
            Section("entry.first_payment", turned("entry.first_payment", "opened_month", "measure")),
            Section("losses.bridge", tables.denominators),
        ),
    ),
    Part(
        "roll_rates",
        (
            Section("roll_rates.matrix", None, paper_figures.matrix, True, "matrix"),
            Section(
                "roll_rates.chain",
                listed(
                    "roll_rates.chain", ("month",),
                    {"roll_C": "rate", "roll_M1": "rate", "roll_M2": "rate", "roll_M3": "rate", "chain_rate": "rate",
                     "annual_rate": "rate"},
                    tables.MONTHS_SHOWN,
                ),
                paper_figures.chain,
                True,
            ),
        ),
    ),
    Part(
        "collections",
        (
            Section(
                "entry.entry", turned("entry.entry", "month", "measure"), paper_figures.entry, True
            ),
            Section(
                "collection.batches",
                listed(
                    "collection.batches", ("entered_month",),
                    {"loans": "count", "entered_fen": "fen", "paid_rate": "rate", "cured_amount_rate": "rate",
                     "cured": "count", "cured_rate": "rate", "low_rate": "rate", "high_rate": "rate"},
                ),
            ),
            Section(
                "collection.contacts",
                listed(
                    "collection.contacts", ("agency_code", "contact_channel"),
                    {"contacts": "count", "reached": "count", "reached_rate": "rate", "low_rate": "rate",
                     "high_rate": "rate", "outside": "count", "outside_rate": "rate"},
                ),
            ),
            Section(
                "recoveries.net",
                listed(
                    "recoveries.net", ("month",),
                    {"cash_fen": "fen", "commission_fen": "fen", "net_fen": "fen", "commission_rate": "rate"},
                ),
            ),
            Section(
                "recoveries.agencies",
                listed(
                    "recoveries.agencies", ("agency_code",),
                    {"payments": "count", "cash_fen": "fen", "commission_fen": "fen", "net_fen": "fen",
                     "commission_rate": "rate", "share_rate": "rate"},
                ),
            ),
        ),
        lacks=True,
    ),
    Part(
        "limits",
        (
            Section(
                "stratification.utilisation",
                listed(
                    "stratification.utilisation", ("month",),
                    {"balance_fen": "fen", "active_fen": "fen", "frozen_fen": "fen", "rate": "rate",
                     "with_frozen_rate": "rate"},
                ),
            ),
            Section(
                "price.by_product",
                listed(
                    "price.by_product", ("product_class",),
                    {"loans": "count", "nominal_p50_rate": "rate", "nominal_mean_rate": "rate",
                     "effective_mean_rate": "rate", "all_in_nominal_mean_rate": "rate"},
                ),
            ),
        ),
        lacks=True,
    ),
    Part(
        "funding",
        (
            Section("portfolio_limits.status", tables.limits),
            Section("stratification.concentration", tables.concentration, has_basis=True),
        ),
        lacks=True,
    ),
    Part("models", (), lacks=True),
    Part(
        "compliance",
        (
            Section(
                "price.by_month",
                listed(
                    "price.by_month", ("opened_month",),
                    {"loans": "count", "cap_rate": "rate", "all_in_nominal_p90_rate": "rate",
                     "above_nominal_count": "count", "all_in_effective_p90_rate": "rate",
                     "above_effective_count": "count"},
                    tables.MONTHS_SHOWN,
                ),
            ),
        ),
        lacks=True,
    ),
    Part(
        "alerts",
        (
            Section(
                "monthly.moved",
                listed(
                    "monthly.moved", ("kpi",),
                    {"value": "row", "last_month": "row", "change_month": "row_change", "usual_change": "row_change",
                     "spreads": "times"},
                ),
                has_basis=True,
            ),
        ),
        lacks=True,
    ),
    Part(
        "forecast",
        (
            Section(
                "projection.path",
                listed(
                    "projection.path", ("month", "past_due_days"),
                    {"observed_rate": "rate", "projected_rate": "rate", "low_rate": "rate", "high_rate": "rate"},
                ),
                has_basis=True,
            ),
            Section(
                "losses.expected",
                listed(
                    "losses.expected", ("month",),
                    {"exposure_fen": "fen", "pd_rate": "rate", "lgd_rate": "rate", "expected_rate": "rate",
                     "realised_rate": "rate"},
                    tables.MONTHS_SHOWN,
                ),
            ),
        ),
        lacks=True,
    ),
    Part(
        "data",
        (
            Section("data_quality.gaps", listed("data_quality.gaps", ("gap_kind", "gap"), {})),
            Section(
                "data_quality.loads",
                listed(
                    "data_quality.loads", ("load_no", "loaded_at", "load_outcome", "load_mode", "tape"),
                    {"rows_in": "count", "rows_loaded": "count", "rows_quarantined": "count"},
                ),
            ),
            Section(
                "data_quality.restatements",
                listed(
                    "data_quality.restatements", ("load_no", "table_name", "month", "control_measure"),
                    {"value_before": "row", "value_after": "row", "difference": "row"},
                ),
            ),
        ),
        lacks=True,
    ),
)  # fmt: skip
"""In the order of the report; the last is the appendix, which definitions follow. Source: house definition 5.1."""
