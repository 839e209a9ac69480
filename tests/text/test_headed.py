"""Tables under the figures: no stored name or code is left in a header or a cell."""

from __future__ import annotations

import re

import pandas as pd
import pytest

from jiebei_dash.asking import answer_of
from jiebei_dash.book.engine import Book
from jiebei_dash.text.headed import headed
from jiebei_dash.text.words import load_words

ZH = load_words("zh")
BY_ITSELF = (
    "overview.headline", "funnel.stages", "funnel.approval", "funnel.declines", "funnel.time_to_cash",
    "funnel.approval_parts", "funnel.kills", "funnel.take_up", "funnel.cash_percentiles", "funnel.lent",
    "delinquency.buckets", "delinquency.rates", "entry.entry", "entry.first_payment", "entry.weekly",
    "entry.later_payments",
    "bridge.change", "roll_rates.matrix", "roll_rates.chain", "vintages.curves", "vintages.triangle",
    "same_age.cohorts", "vintage_parts.curves", "vintage_parts.at_age", "vintage_calendar.months",
    "roll_rates.directions", "roll_rates.moved", "roll_rates.flow", "roll_rates.stock", "projection.path",
    "projection.back_test",
    "delinquency.one_plus", "delinquency.overdue_amount", "delinquency.borrowers",
    "non_performing.classes", "non_performing.ratios", "non_performing.write_offs", "non_performing.coverage",
    "decision.find",
    "back_test.vintages", "back_test.curves",
    "stratification.table", "stratification.crossed", "stratification.concentration", "stratification.utilisation",
    "stratification.pools", "stratification.pool_totals",
    "experiment.read_out", "experiment.by_rule", "experiment.plan", "experiment.looks", "experiment.power_curve",
    "experiment.verdict",
    "offers.price_cells", "offers.limit_cells", "offers.legal_caps", "offers.elasticity", "offers.takers",
    "mix.ks", "mix.cells", "mix.drift", "mix.bins",
)  # fmt: skip

_POOLS = {"pools": "channel=HOME,channel=CHECKOUT"}
_TWO = {"maturity_months": 6, "window_months": 3, "months_before": 3}
GIVEN: dict[str, dict[str, object]] = {
    "bridge.change": {"months_back": 1},
    "stratification.pools": _POOLS,
    "stratification.pool_totals": _POOLS,
    **{f"mix.{name}": _TWO for name in ("ks", "cells", "drift", "bins")},
}
"""The dozen is younger than a year."""


@pytest.mark.parametrize("subject", BY_ITSELF)
def test_a_table_has_no_stored_name_or_code_on_the_chinese_page(dozen: Book, subject: str) -> None:
    frame = answer_of(dozen, subject, GIVEN.get(subject, {}), "auditor").frame
    shown = headed(frame, subject, ZH).frame
    assert shown.shape == frame.shape
    assert not [name for name in shown.columns if re.search(r"[a-z]{3}|_", name)]
    texts = {str(cell) for name in shown for cell in shown[name] if isinstance(cell, str)}
    assert not {cell for cell in texts if re.fullmatch(r"[a-z]{2,}[a-z_0-9]*|[A-Z]+_[A-Z_0-9]+|NA", cell)}


def test_amounts_are_in_yuan_rates_stay_fractions_and_months_are_words() -> None:
    frame = pd.DataFrame(
        {
            "month": pd.to_datetime(["2024-01-01"]),
            "limit_fen": [12_345],
            "rate": [0.25],
            "total": [7],
            "term_months": [12],
        }
    )
    shown = headed(frame, "delinquency.rates", ZH)
    assert shown.frame.iloc[0].tolist() == ["2024-01", 123.45, 0.25, 7, "12个月"]
    assert shown.frame.columns[1] == "授信额度（元）"
    assert (shown.rates, shown.plain) == (("比率",), ("授信额度（元）", "合计"))  # stored in whole fen
