"""The table that heads the risk monthly: each figure beside last month, three months ago and a year ago."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

import numpy as np
import pandas as pd

from jiebei_dash.metrics import delinquency, overview
from jiebei_dash.metrics.frames import need
from jiebei_dash.terms import Basis

KPIS: tuple[str, ...] = (
    "balance", "originations", "approval", "past_due_30", "past_due_60", "past_due_90", "managed", "entry",
    "written_off", "sold", "recovered", "loss", "coverage", "yield", "margin", "cost",
)  # fmt: skip
"""In the order of the table."""
AMOUNTS = ("balance", "originations", "written_off", "sold", "recovered")
NOT_COMPUTED: Mapping[str, str] = {
    "coverage": "allowance",
}
"""Figure -> what no book holds yet; the row stays and says so."""
ECONOMICS = ("yield", "margin", "cost")
YEAR_MONTHS = 12
COMPARED_MONTHS: Mapping[str, int] = {"last_month": 1, "three_months_ago": 3, "year_ago": 12}


def added(states: pd.DataFrame, recovered: pd.DataFrame, basis: Basis) -> dict[str, pd.DataFrame]:
    """Return what the monthly shows beyond the front page, by month.

    Parameters
    ----------
    states
        ``month``, ``state``, ``loans``, ``balance_fen``, ``lost_fen``.
    recovered
        ``month``, ``recovered_fen``.
    basis
        ``balance`` or ``count``.

    Returns
    -------
    dict of str to DataFrame
        ``past_due_60``, ``managed``, ``written_off``, ``sold``, ``recovered``, indexed by month: ``numerator``,
        ``denominator`` (NaN for amounts), ``value``. ``managed`` is absent until twelve months are in the frame.

    Notes
    -----
    **Source**: house definitions D2 and N2: managed = (90+ balance + principal written off and sold in the last twelve
    months) / (book + the same losses); a write-off or a sale cannot lower it.
    """
    need(states, "month", "state", "loans", "lost_fen")
    need(recovered, "month", "recovered_fen")
    late = delinquency.past_due(states, basis)
    sixty, ninety = (late[late["past_due_days"] == days].set_index("month") for days in (60, 90))
    months = pd.DatetimeIndex(sorted(states["month"].unique()))
    column = "loans" if basis == "count" else "lost_fen"
    exits = {
        name: states[states["state"] == state].groupby("month")[column].sum().reindex(months, fill_value=0)
        for name, state in (("written_off", "WO"), ("sold", "SOLD"))
    }
    lost = (exits["written_off"] + exits["sold"]).astype(float)
    year = lost.rolling(YEAR_MONTHS, min_periods=YEAR_MONTHS).sum()
    came = recovered.set_index("month")["recovered_fen"].reindex(months, fill_value=0)
    return {
        "past_due_60": overview.rates(sixty["late"], sixty["book"]),
        "managed": overview.rates(ninety["late"] + year, ninety["book"] + year).dropna(subset=["value"]),
        "recovered": overview.amounts(came),
        **{name: overview.amounts(value) for name, value in exits.items()},
    }


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
