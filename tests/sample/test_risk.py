"""Limits, contacts, fees and allowances follow from the loans that were lived, and lie where published books lie."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.sample.conftest import Ask, opened

Number = Callable[[str], float]
LIMITS = """
    with owed as (select application_id, m.month, sum(m.balance_fen) as owed_fen
                  from loan_month m join loan using (loan_id) group by application_id, m.month),
         held as (select o.application_id, o.month, any_value(o.owed_fen) as owed_fen,
                         sum(e.active_delta_fen) as active_fen, sum(e.frozen_delta_fen) as frozen_fen
                  from owed o join line_event e on e.application_id = o.application_id and e.month <= o.month
                  group by o.application_id, o.month)"""


@pytest.fixture(scope="module", params=["sample_path", "two_shards_path"])
def number(request: pytest.FixtureRequest) -> Iterator[Number]:
    """``number("select ...")`` is the one value of an answer, from a book of one shard and from one of two."""
    path: Path = request.getfixturevalue(request.param)
    for ask in opened(path):
        yield lambda statement, ask=ask: float(ask(statement).iloc[0, 0])  # type: ignore[misc]


def test_the_limit_after_a_change_is_the_sum_of_the_changes(number: Number) -> None:
    assert number(
        """select count(*) from (
               select limit_fen, sum(active_delta_fen + frozen_delta_fen)
                   over (partition by application_id order by event_no) as summed from line_event)
           where limit_fen <> summed"""
    ) == 0  # fmt: skip
    assert number(
        """select count(*) from (
               select sum(active_delta_fen) over w as active, sum(frozen_delta_fen) over w as frozen from line_event
               window w as (partition by application_id order by event_no))
           where active < 0 or frozen < 0 or (active > 0 and frozen > 0)"""
    ) == 0  # fmt: skip


def test_a_line_is_opened_once_and_first_with_the_limit_that_was_granted(number: Number) -> None:
    assert number("select count(*) from line_event where (kind = 'OPEN') <> (event_no = 1)") == 0
    assert number("select count(*) from line_event where date_trunc('month', changed_at) <> month") == 0
    assert number(
        """select count(*) from line_event e join decision d using (application_id)
           where e.kind = 'OPEN' and e.limit_fen <> d.limit_fen"""
    ) == 0  # fmt: skip
    opened_lines = number("select count(*) from line_event where kind = 'OPEN'")
    assert opened_lines == number("select count(*) from application where result = 'APPROVED'") > 0


def test_no_line_owes_more_than_its_limit_until_it_is_closed_by_a_loss(number: Number) -> None:
    assert number(f"{LIMITS} select count(*) from held where active_fen + frozen_fen > 0") > 1_000
    assert number(
        f"""{LIMITS} select count(*) from held
            where owed_fen > active_fen + frozen_fen and active_fen + frozen_fen > 0"""
    ) == 0  # fmt: skip
    assert number(
        f"""{LIMITS} select count(*) from held h where owed_fen > 0 and active_fen + frozen_fen = 0
            and not exists (select 1 from line_event e where e.application_id = h.application_id
                            and e.reason_code = 'LOST')"""
    ) == 0  # fmt: skip


def test_nobody_draws_on_a_line_that_was_frozen_or_closed_at_the_end_of_the_month_before(number: Number) -> None:
    assert number(
        """select count(*) from (
               select l.loan_id, sum(e.active_delta_fen) as active_fen from loan l
               join line_event e on e.application_id = l.application_id and e.month < l.opened_month
               group by l.loan_id)
           where active_fen <= 0"""
    ) == 0  # fmt: skip


def test_amounts_past_due_are_those_of_the_instalments(number: Number) -> None:
    assert number("select count(*) from loan_month where overdue_fen > 0") > 100
    assert number(
        """with told as (
               select m.loan_id, m.month, m.state, any_value(m.overdue_fen) as overdue_fen,
                      any_value(m.lost_interest_fen) as lost_interest_fen,
                      sum(due_principal_fen + due_interest_fen) as unpaid_fen, sum(due_interest_fen) as interest_fen
               from loan_month m join instalment i on i.loan_id = m.loan_id and i.due_on <= last_day(m.month)
                    and (i.paid_on is null or i.paid_on > last_day(m.month))
               group by m.loan_id, m.month, m.state)
           select count(*) from told
           where overdue_fen <> case when state in ('WO', 'SOLD') then 0 else unpaid_fen end
              or lost_interest_fen <> case when state in ('WO', 'SOLD') then interest_fen else 0 end"""
    ) == 0  # fmt: skip
    assert number("select count(*) from loan_month where dpd_days = 0 and overdue_fen <> 0") == 0
    assert number("select count(*) from loan_month where state in ('M1', 'M2', 'M6') and overdue_fen <= 0") == 0


def test_a_contact_comes_while_the_loan_is_late_and_in_the_bucket_of_that_day(number: Number) -> None:
    assert number("select count(*) from contact") > 1_000
    assert number(
        """with oldest as (
               select c.loan_id, c.contact_no, any_value(c.bucket) as bucket,
                      date_diff('day', min(i.due_on), any_value(c.contacted_at)::date) as past_due
               from contact c join instalment i on i.loan_id = c.loan_id
                    and (i.paid_on is null or i.paid_on >= c.contacted_at::date)
               group by c.loan_id, c.contact_no)
           select count(*) from oldest
           where past_due < 1 or bucket <> case when past_due > 180 then 'M7+'
                                               else 'M' || ((past_due - 1) // 30 + 1) end"""
    ) == 0  # fmt: skip


def test_contacts_are_numbered_in_time_and_a_promise_has_its_day_and_amount(number: Number) -> None:
    assert number(
        """select count(*) from (
               select contacted_at, contact_no, lag(contacted_at) over w as before, row_number() over w as place
               from contact window w as (partition by loan_id order by contact_no))
           where contact_no <> place or contacted_at < before"""
    ) == 0  # fmt: skip
    assert number(
        """select count(*) from contact where (result = 'PROMISED') <> (promised_on is not null)
           or (promised_on is null) <> (promised_fen is null) or promised_fen <= 0
           or promised_on < contacted_at::date or kept_on < contacted_at::date or kept_on > promised_on"""
    ) == 0  # fmt: skip
    assert number(
        """select count(*) from contact c where kept_on is not null and not exists (
               select 1 from instalment i where i.loan_id = c.loan_id and i.paid_on = c.kept_on)"""
    ) == 0  # fmt: skip


def test_an_agency_takes_a_part_of_the_cash_and_nothing_of_a_sale(number: Number) -> None:
    assert number(
        """select count(*) from recovery where commission_fen < 0 or commission_fen > 0.3001 * recovered_fen + 1
           or (kind = 'SALE') <> (agency_code is null) or (kind = 'SALE' and commission_fen <> 0)"""
    ) == 0  # fmt: skip
    paid = "select sum(commission_fen) / sum(recovered_fen) from recovery where kind = 'CASH' and agency_code <> 'OWN'"
    assert 0.15 <= number(paid) <= 0.30


def test_principal_under_an_allowance_is_the_balance_of_the_book(number: Number) -> None:
    assert number(
        """with held as (select month, product_class, sum(gross_fen) as gross_fen from allowance group by all),
                owed as (select month, product_class, sum(balance_fen) as owed_fen from loan_month
                         where balance_fen > 0 group by all)
           select count(*) from owed full join held using (month, product_class)
           where gross_fen is distinct from owed_fen"""
    ) == 0  # fmt: skip


def test_levels_lie_where_published_books_lie(ask_sample: Ask) -> None:
    months = ask_sample(
        """with moved as (select month, sum(active_delta_fen) as delta from line_event group by month),
                limits as (select month, sum(delta) over (order by month) as active from moved),
                owed as (select month, sum(balance_fen) as balance,
                                sum(case when dpd_days > 90 then balance_fen else 0 end) as npl
                         from loan_month group by month),
                held as (select month, sum(allowance_fen) as allowance from allowance group by month)
           select balance / active as used, allowance / npl as coverage
           from owed join limits using (month) join held using (month)
           where month >= date '2020-07-01' order by month"""
    )
    assert months["used"].between(0.28, 0.60).all()
    assert 1.5 <= months["coverage"].mean() <= 3.0
    called = ask_sample(
        """select avg((result <> 'NOT_REACHED')::int) as reached, avg(is_permitted::int) as permitted,
                  count(kept_on) / count(promised_on) as kept from contact"""
    ).iloc[0]
    assert 0.50 <= called["reached"] <= 0.70
    assert 0.40 <= called["kept"] <= 0.60
    assert 0.993 <= called["permitted"] <= 0.997
