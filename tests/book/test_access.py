"""What a role may ask is read off the question and fails closed."""

from __future__ import annotations

import pytest
import sqlalchemy as sa
from sqlalchemy import Select, func

from jiebei_dash.book import access
from jiebei_dash.book import schema as s
from jiebei_dash.book.engine import Book, Question, ask
from jiebei_dash.book.scope import Reader
from jiebei_dash.errors import LogUnavailable, NotAllowed

per_person = (
    sa.select(s.loan.c.customer_id.label("who"), func.sum(s.loan.c.principal_fen).label("lent"))
    .group_by(s.loan.c.customer_id)
    .subquery()
)

LEVELS: list[tuple[Select[tuple[object, ...]], str]] = [
    (sa.select(s.loan.c.opened_month, func.count(s.loan.c.loan_id)).group_by(s.loan.c.opened_month), "sums"),
    (sa.select(func.count(s.customer.c.id_hash.distinct())), "sums"),
    (sa.select(func.sum(per_person.c.lent), func.count()), "sums"),
    (sa.select(s.loan.c.loan_id, s.loan.c.principal_fen), "loan"),
    (sa.select(s.loan.c.principal_fen), "loan"),
    (sa.select(s.decision.c.score_points), "applicant"),
    (sa.select(s.loan.c.loan_id, s.loan.c.application_id), "applicant"),
    (sa.select(s.loan.c.loan_id, s.loan.c.customer_id), "personal"),
    (sa.select(func.sum(s.loan.c.principal_fen)).group_by(s.loan.c.customer_id), "personal"),
    (sa.select(func.max(s.customer.c.id_hash)), "personal"),
    (sa.select(func.upper(s.customer.c.gender), func.count()).group_by(s.customer.c.gender), "personal"),
    (sa.select(per_person.c.lent), "personal"),
    (sa.select(per_person.c.who.label("harmless")), "personal"),
    (sa.select(sa.text("id_hash")).select_from(s.customer), "personal"),
    (sa.select(sa.table("somewhere", sa.column("x")).c.x), "personal"),
]


@pytest.mark.parametrize(("select", "level"), LEVELS)
def test_the_level_is_what_the_rows_show(select: Select[tuple[object, ...]], level: str) -> None:
    assert access.level_of(select) == level


@pytest.mark.parametrize(("role", "highest"), [("manager", "loan"), ("analyst", "applicant"), ("auditor", "personal")])
def test_a_role_may_ask_up_to_its_level_and_no_further(role: str, highest: str) -> None:
    for select, level in LEVELS:
        if access.LEVELS.index(level) <= access.LEVELS.index(highest):
            assert access.check(select, role) == level  # type: ignore[arg-type]
        else:
            with pytest.raises(NotAllowed):
                access.check(select, role)  # type: ignore[arg-type]


def test_a_role_nobody_knows_may_ask_nothing() -> None:
    with pytest.raises(NotAllowed):
        access.check(LEVELS[0][0], "owner")  # type: ignore[arg-type]


def test_an_auditor_sees_no_applicant_unless_the_log_took_it(dozen: Book) -> None:
    scope = dozen.scope(Reader("A", "auditor"))
    question = Question("test.scores", sa.select(s.decision.c.decision_id).order_by(s.decision.c.decision_id), scope)
    with pytest.raises(LogUnavailable):
        ask(dozen, question)

    def broken(question: Question, level: str) -> None:
        raise LogUnavailable(address="full disk")

    with pytest.raises(LogUnavailable):
        ask(dozen, question, record=broken)
    written: list[tuple[str, str]] = []
    frame = ask(dozen, question, record=lambda question, level: written.append((question.name, level)))
    assert written == [("test.scores", "applicant")]
    assert len(frame) > 0
