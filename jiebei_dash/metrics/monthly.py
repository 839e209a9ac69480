"""The table that heads the risk monthly: each figure beside last month, three months ago and a year ago."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

import numpy as np
import pandas as pd

from jiebei_dash.classes import ClassTable
from jiebei_dash.metrics import delinquency, non_performing, overview
from jiebei_dash.metrics.frames import need
from jiebei_dash.terms import Basis

KPIS: tuple[str, ...] = (
    "balance", "originations", "approval", "past_due_30", "past_due_60", "past_due_90", "npl", "managed", "entry",
    "written_off", "sold", "recovered", "loss", "coverage", "yield", "margin", "cost",
)  # fmt: skip
"""In the order of the table."""
AMOUNTS = ("balance", "originations", "written_off", "sold", "recovered")
ECONOMICS = ("yield", "margin", "cost")
YEAR_MONTHS = 12
COMPARED_MONTHS: Mapping[str, int] = {"last_month": 1, "three_months_ago": 3, "year_ago": 12}


def added(
    states: pd.DataFrame, recovered: pd.DataFrame, tables: tuple[ClassTable, ...], basis: Basis
) -> dict[str, pd.DataFrame]:
    """Return what the monthly shows beyond the front page, by month.

    Parameters
    ----------
    states
        As for :func:`jiebei_dash.metrics.non_performing.ratios`.
    recovered
        ``month``, ``recovered_fen``.
    tables
        Of :func:`jiebei_dash.classes.read_classes`.
    basis
        ``balance`` or ``count``.

    Returns
    -------
    dict of str to DataFrame
        ``past_due_60``, ``npl``, ``managed``, ``written_off``, ``sold``, ``recovered``, indexed by month:
        ``numerator``, ``denominator`` (NaN for amounts), ``value``. ``managed`` is absent until twelve months are in
        the frame.

    Notes
    -----
    **Source**: house definitions D2 and N2: managed = (non-performing + principal written off and sold in the last
    twelve months) / (book + the same losses); a write-off or a sale cannot lower it.
    """
    need(recovered, "month", "recovered_fen")
    late = delinquency.past_due(states, basis)
    sixty = late[late["past_due_days"] == 60].set_index("month")
    bad = non_performing.ratios(states, tables, basis).set_index("month")
    npl, book, year, written_off, sold = (
        bad[f"{name}_fen" if basis == "balance" else name]
        for name in ("npl", "book", "lost_year", "written_off", "sold")
    )
    came = recovered.set_index("month")["recovered_fen"].reindex(bad.index, fill_value=0)
    return {
        "past_due_60": overview.rates(sixty["late"], sixty["book"]),
        "npl": overview.rates(npl, book),
        "managed": overview.rates(npl + year, book + year).dropna(subset=["value"]),
        "written_off": overview.amounts(written_off),
        "sold": overview.amounts(sold),
        "recovered": overview.amounts(came),
    }


def covered(held: pd.DataFrame, states: pd.DataFrame, tables: tuple[ClassTable, ...]) -> pd.DataFrame:
    """Return the coverage of each month-end for which an allowance is kept.

    Parameters
    ----------
    held, states, tables
        As for :func:`jiebei_dash.metrics.non_performing.coverage`.

    Returns
    -------
    DataFrame
        Indexed by month: ``numerator`` (allowance, fen), ``denominator`` (non-performing, fen), ``value``.
    """
    found = non_performing.coverage(held, states, tables).set_index("month")
    return overview.rates(found["allowance_fen"], found["npl_fen"])


def economics(rates: pd.DataFrame) -> dict[str, pd.DataFrame]:
    """Return what the book yields and costs, by month and at a yearly rate.

    Parameters
    ----------
    rates
        Of :func:`jiebei_dash.metrics.unit_economics.by_month`.

    Returns
    -------
    dict of str to DataFrame
        ``ECONOMICS``, as in :func:`added`: ``yield``, ``margin`` (yield less VAT and funding) and ``cost`` (of
        operating: acquisition, data, payment, collection and its fees, operations).

    Notes
    -----
    **Source**: house definitions 1.11 and 1.12; funding at the agreed rate of ``data/unit_costs.toml``.
    """
    year = rates["balance_year_fen"]
    found = {
        "yield": rates["yield_rate"],
        "margin": rates["yield_rate"] - rates["vat_rate"] - rates["funding_rate"],
        "cost": rates["operating_rate"],
    }
    return {name: overview.rates(rate * year, year) for name, rate in found.items()}


def headline(
    values: Mapping[str, pd.DataFrame], as_of_month: date, basis: Basis, lacks: Mapping[str, str]
) -> pd.DataFrame:
    """Return one row a figure, in the order of ``KPIS``.

    Parameters
    ----------
    values
        Of :func:`jiebei_dash.metrics.overview.monthly` and :func:`added`.
    as_of_month
        The month that is shown.
    basis
        What amounts are counted in.
    lacks
        By key of ``KPIS``, what makes a figure unknown.

    Returns
    -------
    DataFrame
        ``kpi``, ``unit`` (``fen``, ``count``, ``rate``), ``lacks`` (empty unless it explains an unknown value),
        ``value``, ``last_month``, ``three_months_ago``, ``year_ago``, and the changes against each, ``change_month``,
        ``change_three_months``, ``change_year``: a difference for rates, a relative change for amounts.

    Notes
    -----
    **Source**: house definition 5.1, part 1 of the risk monthly.
    """
    rows = []
    for kpi in KPIS:
        unit = "rate" if kpi not in AMOUNTS else "fen" if _in_fen(kpi, basis) else "count"
        series = values[kpi]["value"] if kpi in values else pd.Series(dtype=float)
        then = {name: _at(series, as_of_month, lag) for name, lag in COMPARED_MONTHS.items()}
        value = _at(series, as_of_month, 0)
        changes = {
            f"change_{name}": overview.change(before, value, unit)
            for name, before in zip(("month", "three_months", "year"), then.values(), strict=True)
        }
        rows.append({"kpi": kpi, "unit": unit, "lacks": lacks.get(kpi, ""), "value": value, **then, **changes})
    return pd.DataFrame(rows)


def _in_fen(kpi: str, basis: Basis) -> bool:
    """Cash that came in stays cash, whatever loans are counted in."""
    return basis == "balance" or kpi == "recovered"


def _at(series: pd.Series, as_of_month: date, lag_months: int) -> float:
    month = pd.Timestamp(as_of_month) - pd.DateOffset(months=lag_months)
    return float(series.get(month, np.nan))
