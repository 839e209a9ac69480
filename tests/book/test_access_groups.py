"""The one way in which personal fields may name groups: large groups, by the statement, and nothing beside them."""

from __future__ import annotations

import pytest
import sqlalchemy as sa
from sqlalchemy import Select, and_, case, func, null

from jiebei_dash.book import access
from jiebei_dash.book import schema as s
from jiebei_dash.book.engine import Book, Question, ask
from jiebei_dash.book.scope import Reader
from jiebei_dash.book.sums import count_where
from jiebei_dash.errors import LogUnavailable, NotAllowed

C, A, D = s.customer.c, s.application.c, s.decision.c
PERSONS = func.count(C.customer_id.distinct())
JOINED = s.decision.join(s.application, A.application_id == D.application_id).join(
    s.customer, C.customer_id == A.customer_id
)
ROWS = sa.select(D.decision_id, A.customer_id, D.score_points, D.submitted_month, C.gender, A.application_id)
EACH = ROWS.select_from(JOINED).subquery("each")
LITERAL = sa.select(sa.literal_column("id_hash").label("x")).select_from(s.customer).subquery("literal")
OTHER = s.customer.alias("other")
APPROVED = count_where(D.decision == "APPROVED")
BAND = case((D.score_points < 600, "LOW"), else_="HIGH")


def by(*keys: sa.ColumnElement[object], shown: tuple[object, ...] = (), having: object = None) -> Select:
    """Decisions by some keys, groups of ten persons and more."""
    least = PERSONS >= 10 if having is None else having
    return (
        sa.select(*keys, func.count().label("n"), *shown)  # type: ignore[call-overload]
        .select_from(JOINED)
        .group_by(*keys)
        .having(least)
    )


MAY: dict[str, Select] = {
    "gender": by(C.gender),
    "age_band": by(C.age_band),
    "group_code": by(C.group_code),
    "is_first_credit": by(C.is_first_credit),
    "labelled": sa.select(C.gender.label("group"), APPROVED)
    .select_from(JOINED)
    .group_by(C.gender)
    .having(PERSONS >= 10),
    "two of them": by(C.gender, C.age_band),
    "beside sums-level keys": by(C.gender, D.submitted_month, BAND.label("band")),
    "not shown": sa.select(func.count()).select_from(JOINED).group_by(C.gender).having(PERSONS >= 10),
    "sums": by(C.gender, shown=(APPROVED, func.sum(D.requested_fen), func.sum(case((D.pd_rate > 0.5, D.pd_rate))))),
    "counted persons": by(C.gender, shown=(PERSONS,)),
    "a count that hides small ones": by(C.gender, shown=(case((APPROVED >= 10, APPROVED), else_=null()),)),
    "counted numbers": by(C.gender, shown=(func.count(D.decision_id), func.count(D.decision_id.distinct()))),
    "a higher floor": by(C.gender, having=PERSONS >= 50),
    "and more": by(C.gender, having=and_(PERSONS >= 10)),
    "two criteria": by(C.gender).having(func.count() >= 2),
}
MAY_NOT: dict[str, Select] = {
    "no floor": sa.select(C.gender, func.count()).group_by(C.gender),
    "a floor too low": by(C.gender, having=PERSONS >= 9),
    "rows for persons": by(C.gender, having=func.count() >= 10),
    "decisions for persons": by(C.gender, having=func.count(D.decision_id.distinct()) >= 10),
    "persons of another table": by(C.gender, having=func.count(A.customer_id.distinct()) >= 10),
    "persons not different": by(C.gender, having=func.count(C.customer_id) >= 10),
    "a hash for persons": by(C.gender, having=func.count(C.id_hash.distinct()) >= 10),
    "few persons": by(C.gender, having=PERSONS <= 10),
    "the floor or not": by(C.gender, having=sa.or_(PERSONS >= 10, func.count() >= 1)),
    "a floor that is a column": by(C.gender, having=PERSONS >= func.count()),  # noqa: SIM300
    "a floor of a text": by(C.gender, having=PERSONS >= "10"),
    "the floor turned round": by(C.gender, having=~(PERSONS >= 10)),
    "no grouping": sa.select(C.gender),
    "a row a person": sa.select(C.gender, C.age_band).select_from(JOINED),
    "a key of a person": by(C.gender, A.customer_id),
    "a key of an applicant": by(C.gender, D.decision_id),
    "an application": by(C.gender, A.application_id),
    "another personal field": by(C.gender, C.city_tier),
    "a hash": by(C.gender, C.id_hash),
    "a number shown": by(C.gender, shown=(D.decision_id,)),
    "a field that is no key": by(C.gender, shown=(C.age_band,)),
    "the least": by(D.submitted_month, shown=(func.min(C.gender),)),
    "the most": by(C.gender, shown=(func.max(C.age_band),)),
    "the most of a number": by(C.gender, shown=(func.max(D.decision_id),)),
    "a mean": by(C.gender, shown=(func.avg(D.score_points),)),
    "the most of a sum": by(C.gender, shown=(func.max(D.requested_fen),)),
    "a plain value": by(C.gender, shown=(D.requested_fen,)),
    "a sum of a personal field": by(C.gender, shown=(func.sum(C.income_month_fen),)),
    "a sum over another group": by(C.gender, shown=(func.sum(case((C.age_band == "18_24", 1), else_=0)),)),
    "a count over another group": by(C.gender, shown=(func.count(case((C.age_band == "18_24", 1))),)),
    "a count over its own": by(C.gender, shown=(func.count(case((C.gender == "F", 1))),)),
    "a count of one application": by(C.gender, shown=(func.count(case((A.application_id == "A01", 1))),)),
    "a count of one person": by(C.gender, shown=(func.count(case((C.customer_id == "K01", 1))),)),
    "a sum over one decision": by(C.gender, shown=(func.sum(case((D.decision_id == "D01", 1), else_=0)),)),
    "a count of one of a subquery": sa.select(C.gender, func.count(case((EACH.c.decision_id == "D01", 1))))
    .select_from(s.customer.join(EACH, EACH.c.customer_id == C.customer_id))
    .group_by(C.gender)
    .having(PERSONS >= 10),
    "a literal column for a key": by(C.gender, sa.literal_column("id_hash")),
    "a column of no table for a key": by(C.gender, sa.column("id_hash")),
    "a literal column below": sa.select(C.gender, LITERAL.c.x, func.count())
    .select_from(s.customer.join(LITERAL, sa.true()))
    .group_by(C.gender, LITERAL.c.x)
    .having(PERSONS >= 10),
    "in capitals": by(func.upper(C.gender)),
    "in a case": by(case((C.gender == "F", "F"), else_="X")),
    "filled up": by(func.coalesce(C.gender, "NA")),
    "put together": by(C.gender + C.age_band),
    "cast": by(sa.cast(C.is_first_credit, sa.Integer)),
    "rolled up": by(func.rollup(C.gender)),
    "from a subquery": sa.select(EACH.c.gender, func.count())
    .group_by(EACH.c.gender)
    .having(func.count(EACH.c.customer_id.distinct()) >= 10),
    "from an alias": sa.select(OTHER.c.gender, func.count())
    .group_by(OTHER.c.gender)
    .having(func.count(OTHER.c.customer_id.distinct()) >= 10),
    "persons of the other table, groups of an alias": sa.select(OTHER.c.gender, func.count())
    .select_from(s.customer.join(OTHER, sa.true()))
    .group_by(OTHER.c.gender)
    .having(PERSONS >= 10),
    "a window": by(C.gender, shown=(func.sum(D.requested_fen).over(),)),
    "a query in the list": by(C.gender, shown=(sa.select(func.max(C.id_hash)).scalar_subquery(),)),
    "a query in a sum": by(C.gender, shown=(func.sum(sa.select(func.max(C.age_band)).scalar_subquery()),)),
    "text": by(C.gender, shown=(sa.text("max(id_hash)"),)),
    "a literal column": by(C.gender, shown=(sa.literal_column("max(id_hash)"),)),
    "wrapped": sa.select(by(C.gender).subquery().c.gender),
    "wrapped and grouped": (inner := by(C.gender).subquery()) is not None
    and sa.select(inner.c.gender, func.sum(inner.c.n)).group_by(inner.c.gender),
    "with a row of it": sa.union_all(by(C.gender), sa.select(C.gender, sa.literal(1))),  # type: ignore[dict-item]
}


@pytest.mark.parametrize("name", MAY)
def test_large_groups_of_a_marked_field_are_an_applicants_level(name: str) -> None:
    assert access.level_of(MAY[name]) == "applicant"


@pytest.mark.parametrize("name", MAY_NOT)
def test_anything_else_with_a_personal_field_stays_personal(name: str) -> None:
    assert access.level_of(MAY_NOT[name]) == "personal"


def test_the_marked_fields_are_four_and_all_of_them_personal() -> None:
    marked = [column for table in s.book.sorted_tables for column in table.c if "grouped" in column.info]
    assert sorted(column.name for column in marked) == ["age_band", "gender", "group_code", "is_first_credit"]
    assert {column.info["level"] for column in marked} == {"personal"}
    assert {column.info["grouped"] for column in marked} == {"applicant"}


def test_a_manager_may_not_ask_by_group_an_analyst_may(dozen: Book) -> None:
    question = Question("test.groups", MAY["gender"].order_by(C.gender), dozen.scope(Reader("M", "manager")))
    with pytest.raises(NotAllowed):
        ask(dozen, question)
    question = Question("test.groups", MAY["gender"].order_by(C.gender), dozen.scope(Reader("A", "analyst")))
    # Of sixteen decisions no gender has ten persons: nothing comes out.
    assert ask(dozen, question).empty


def test_an_auditors_question_by_group_is_in_the_log_first(dozen: Book) -> None:
    question = Question("test.groups", MAY["gender"].order_by(C.gender), dozen.scope(Reader("A", "auditor")))
    with pytest.raises(LogUnavailable):
        ask(dozen, question)
    written: list[str] = []
    ask(dozen, question, record=lambda question, level: written.append(level))
    assert written == ["applicant"]
