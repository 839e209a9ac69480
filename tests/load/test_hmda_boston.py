"""Mortgage decisions in Boston through their mapping: the published shares of denials, whole and by group.

Source: Boston HMDA data (Munnell and others 1996) as in the R package Ecdat: denied 11.97 %, of black
applicants 28.32 %, of others 9.26 %.
"""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd
import pytest
from sqlalchemy import func, select

from jiebei_dash.answers import funnel, groups
from jiebei_dash.book import schema
from jiebei_dash.errors import BookLacks, LogUnavailable, NotAllowed
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


CUT_OFFS = (0.2, 0.25, 0.3, 0.35, 0.4, 0.5, 1.0)


@pytest.mark.parametrize("dti_cap", CUT_OFFS)
def test_approval_by_cut_off_and_by_group_is_that_of_plain_pandas_on_the_file(
    decisions: Loaded, dti_cap: float
) -> None:
    """A mortgage tape without scores, amounts and loans answers approvals by group, under any cut-off of the ratio."""
    scope = decisions.scope("analyst")
    answer = groups.approval(scope, decisions.fetch, "group_code", maturity_months=0, dti_cap=dti_cap)
    tape = raw("hmda_boston_1990")
    tape["group"] = tape["afam"].map({"yes": "BLACK", "no": "OTHER"})
    for policy, approves in {
        "then": tape["deny"] == "no",
        "today": tape["pirat"] <= 0.7,
        "proposed": tape["pirat"] <= dti_cap,
    }.items():
        expected = approves.groupby(tape["group"]).agg(["size", "sum", "mean"])
        found = answer.frame[answer.frame["policy"] == policy].set_index("group")
        assert found.index.tolist() == ["BLACK", "OTHER"]
        assert found["decided_count"].tolist() == expected["size"].tolist() == [339, 2_041]
        assert found["approved_count"].tolist() == expected["sum"].tolist()
        assert found["approval_rate"].tolist() == pytest.approx(expected["mean"].tolist())
        ratio = expected["mean"].min() / expected["mean"].max()
        assert found["lowest_over_highest_rate"].tolist() == pytest.approx([ratio] * 2)
        assert found.loc["BLACK", "ratio_to_largest_rate"] == pytest.approx(
            expected["mean"]["BLACK"] / expected["mean"]["OTHER"]
        )


def test_the_published_denials_are_a_signal_by_four_fifths(decisions: Loaded) -> None:
    """71.68 % of black applicants over 90.74 % of others is 0.790."""
    answer = groups.approval(decisions.scope("analyst"), decisions.fetch, "group_code", maturity_months=0)
    then = answer.frame.set_index(["policy", "group"]).loc[("then", "BLACK")]
    assert round(then["ratio_to_highest_rate"], 3) == 0.790
    assert then["ratio_to_highest_low_rate"] < 0.79 < then["ratio_to_highest_high_rate"]
    assert then["signal"] == "UNSURE"


def test_a_stricter_cut_off_approves_fewer_of_each_group(decisions: Loaded) -> None:
    found = [
        groups.approval(decisions.scope("analyst"), decisions.fetch, "group_code", maturity_months=0, dti_cap=cap)
        for cap in CUT_OFFS
    ]
    rates = pd.DataFrame(
        {
            cap: answer.frame[answer.frame["policy"] == "proposed"].set_index("group")["approval_rate"]
            for cap, answer in zip(CUT_OFFS, found, strict=True)
        }
    )
    assert (rates.diff(axis=1).iloc[:, 1:] >= 0).all(axis=None)
    assert rates[1.0].gt(rates[0.2]).all()


def test_what_needs_scores_or_outcomes_says_so(decisions: Loaded) -> None:
    for subject in (groups.bad, groups.within_score):
        with pytest.raises(BookLacks):
            subject(decisions.scope("analyst"), decisions.fetch, "group_code")
    with pytest.raises(NotAllowed):
        groups.approval(decisions.scope("manager"), decisions.fetch, "group_code", maturity_months=0)
