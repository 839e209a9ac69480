"""Funding and reasons of an invented book against plain pandas over its rows."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
import sqlalchemy as sa

from jiebei_dash.answers import decline_mix, eligible
from jiebei_dash.answers.drafted import drafted
from jiebei_dash.book import schema
from jiebei_dash.book.engine import Book, Question, ask
from jiebei_dash.book.policy import Policy
from jiebei_dash.book.scope import Reader, Scope
from jiebei_dash.queries import what_if as queries

pytestmark = pytest.mark.slow
DRAFT = {"score_floor": 560.0, "zhima_floor": 610.0, "dti_cap": 0.6, "amount_cap": 80_000_00.0}
ORDER = ("zhima_floor", "other_lenders_cap", "queries_cap", "overdue_cap", "dti_cap", "score_floor")
COLUMNS = (
    "zhima_score",
    "other_lender_count",
    "bureau_query_count",
    "bureau_overdue_count",
    "dti_rate",
    "score_points",
)


def hits(rows: pd.DataFrame, policy: Policy) -> pd.DataFrame:
    found = {}
    for key, column in zip(ORDER, COLUMNS, strict=True):
        too_low = key in ("zhima_floor", "score_floor")
        found[key] = rows[column] < policy[key] if too_low else rows[column] > policy[key]
    return pd.DataFrame(found)


@pytest.fixture(scope="module")
def asked(small_book: Book) -> tuple[Scope, object, pd.DataFrame]:
    scope = small_book.scope(Reader("Test", "analyst"))

    def fetch(question: Question) -> pd.DataFrame:
        return ask(small_book, question, record=lambda question, level: None)

    window = queries.window_of(scope, 8)
    d, f, h = schema.decision, schema.feature_snapshot, schema.rule_hit
    with small_book.engine.connect() as connection:
        decided = pd.read_sql(sa.select(d), connection)
        inputs = pd.read_sql(sa.select(f), connection).drop(columns="submitted_month")
        trims = pd.read_sql(
            sa.select(h.c.decision_id, h.c.observed_value).where(h.c.rule_key == "amount_cap"), connection
        )
    rows = decided.merge(inputs, on="decision_id", how="left").merge(trims, on="decision_id", how="left")
    months = pd.to_datetime(rows["submitted_month"])
    kept = (months >= pd.Timestamp(window.first_month)) & (months <= pd.Timestamp(window.last_month))
    kept &= pd.to_datetime(rows["decided_month"]) <= pd.Timestamp(scope.as_of_month)
    return scope, fetch, rows[kept].reset_index(drop=True)


def test_reasons_are_those_of_plain_pandas(asked: tuple[Scope, object, pd.DataFrame]) -> None:
    scope, fetch, rows = asked
    draft = drafted(scope, fetch, 8, DRAFT)  # type: ignore[arg-type]
    frame = decline_mix.reasons(scope, fetch, **DRAFT).frame.set_index(["reason", "policy"])  # type: ignore[arg-type]
    for policy, whole in (("today", draft.today), ("proposed", draft.proposed)):
        hit = hits(rows, whole)
        main = hit.idxmax(axis=1)[hit.any(axis=1)]
        for key in ORDER:
            found = frame.loc[(key, policy)]
            assert found["main_count"] == (main == key).sum()
            assert found["any_count"] == hit[key].sum()
            assert found["sole_count"] == (hit[key] & (hit.sum(axis=1) == 1)).sum()
            assert found["declined_count"] == hit.any(axis=1).sum() > 100


def test_each_funder_takes_what_plain_pandas_says(asked: tuple[Scope, object, pd.DataFrame]) -> None:
    scope, fetch, rows = asked
    taken = eligible.taken(scope, fetch, 8, DRAFT)  # type: ignore[arg-type]
    frame = taken.funders().frame.set_index(["funder_code", "policy"])
    was = rows["decision"] == "APPROVED"
    asked_for = was & (rows["requested_fen"] > 0)
    share = rows.loc[asked_for, "limit_fen"].sum() / rows.loc[asked_for, "requested_fen"].sum()
    before = rows["observed_value"].fillna(rows["limit_fen"].astype(float))
    line = np.where(was, before, rows["requested_fen"] * share)
    for policy, whole in (("today", taken.draft.today), ("proposed", taken.draft.proposed)):
        approved = ~hits(rows, whole).any(axis=1)
        fen = np.minimum(line, whole["amount_cap"])
        anybody = pd.Series(False, index=rows.index)
        for contract in taken.contracts:
            meets = approved.copy()
            for each in contract.criteria:
                column = pd.Series(fen) if each.key == "limit" else rows[each.column]
                meets &= {
                    "at_least": column >= each.values[0] if each.test == "at_least" else None,
                    "at_most": column <= each.values[0] if each.test == "at_most" else None,
                    "within": column.isin(each.values),
                    "outside": ~column.isin([*each.values, "NA"]),
                }[each.test]
            found = frame.loc[(contract.funder_code, policy)]
            assert found["taken_count"] == meets.sum()
            assert found["inferred_count"] == (meets & ~was).sum()
            assert found["taken_fen"] == pytest.approx(fen[meets].sum())
            if not contract.is_assumed:
                anybody |= meets
        assert frame.loc[("NOBODY", policy), "taken_count"] == (approved & ~anybody).sum()
        shares = frame.xs(policy, level="policy")["share_rate"].dropna()
        assert shares.sum() == pytest.approx(1)
        assert shares["OWN"] >= 0.3
