"""Mortgage decisions in Boston through their mapping: the published shares of denials, whole and by group.

Source: Boston HMDA data (Munnell and others 1996) as in the R package Ecdat: denied 11.97 %, of black
applicants 28.32 %, of others 9.26 %.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from sqlalchemy import func, select

from jiebei_dash.answers import funnel
from jiebei_dash.book import schema
from jiebei_dash.errors import LogUnavailable, NotAllowed
from tests.load.public import Loaded, brought_in, needs_tapes, raw

pytestmark = needs_tapes


@pytest.fixture(scope="module")
def decisions(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Loaded]:
    with brought_in(tmp_path_factory.mktemp("hmda"), "hmda_boston") as loaded:
        yield loaded


BY_GROUP = (
    select(schema.customer.c.group_code, schema.application.c.result, func.count().label("applications"))
    .select_from(
        schema.application.join(schema.customer, schema.customer.c.customer_id == schema.application.c.customer_id)
    )
    .group_by(schema.customer.c.group_code, schema.application.c.result)
    .order_by(schema.customer.c.group_code, schema.application.c.result)
)


def test_every_decision_is_loaded(decisions: Loaded) -> None:
    assert decisions.told == [
        (table, 2_380, 2_380, 0) for table in ("application", "customer", "decision", "feature_snapshot")
    ]


def test_denied_is_the_published_share(decisions: Loaded) -> None:
    """By the product's own answer: approved over decided."""
    answer = funnel.approval(decisions.scope(), decisions.fetch, months=1)
    row = answer.frame.iloc[0]
    assert (row["decided"], row["declined"]) == (2_380, 285)
    assert round(1 - row["approval_rate"], 4) == 0.1197


def test_denied_by_group_are_the_published_shares_and_an_auditors_alone(decisions: Loaded) -> None:
    logged: list[str] = []
    found = decisions.ask("by_group", BY_GROUP, "auditor", lambda question, level: logged.append(level))
    wide = found.pivot(index="group_code", columns="result", values="applications")
    rates = (wide["DECLINED"] / wide.sum(axis=1)).round(4).to_dict()
    assert rates == {"BLACK": 0.2832, "OTHER": 0.0926}
    assert logged == ["personal"]


@pytest.mark.parametrize("role", ["manager", "analyst"])
def test_nobody_else_may_ask_by_group(decisions: Loaded, role: str) -> None:
    with pytest.raises(NotAllowed):
        decisions.ask("by_group", BY_GROUP, role)  # type: ignore[arg-type]


def test_without_a_log_there_is_no_answer_by_group(decisions: Loaded) -> None:
    with pytest.raises(LogUnavailable):
        decisions.ask("by_group", BY_GROUP, "auditor")


def test_the_ratio_of_payments_to_income_ties_with_the_file(decisions: Loaded) -> None:
    inputs = schema.feature_snapshot.c
    found = decisions.ask(
        "ratio", select(func.sum(inputs.dti_rate).label("sum"), func.count(inputs.dti_rate).label("n"))
    )
    assert found["n"].item() == 2_380
    assert found["sum"].item() == pytest.approx(raw("hmda_boston_1990")["pirat"].sum())
