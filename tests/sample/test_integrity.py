"""What must hold in any book: flows tie to the fen, buckets follow from dates, decisions follow from their snapshot."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from jiebei_dash.book.policy import RULES, make_policy
from jiebei_dash.features import FEATURES
from jiebei_dash.terms import BUCKETS, TERMS_MONTHS, bucket_of, zhima_band_of
from tests.sample.conftest import Ask, opened

Number = Callable[[str], float]


@pytest.fixture(scope="module", params=["sample_path", "two_shards_path"])
def ask_sample(request: pytest.FixtureRequest) -> Iterator[Ask]:
    """Answers from a book of one shard, and from one of two."""
    path: Path = request.getfixturevalue(request.param)
    yield from opened(path)


@pytest.fixture(scope="module")
def number(ask_sample: Ask) -> Number:
    """``number("select ...")`` is the one value of an answer."""
    return lambda statement: float(ask_sample(statement).iloc[0, 0])


def test_a_month_ends_with_what_it_began_less_what_was_paid_and_lost(number: Number) -> None:
    assert number(
        """select count(*) from loan_month
           where mob > 0 and opening_fen - paid_principal_fen - lost_fen <> balance_fen"""
    ) == 0  # fmt: skip
    assert number(
        """select count(*) from loan_month m join loan l using (loan_id)
           where m.mob = 0 and (m.balance_fen <> l.principal_fen or m.opening_fen <> 0 or m.state <> 'C')"""
    ) == 0  # fmt: skip


def test_a_month_opens_with_the_balance_and_state_of_the_month_before(number: Number) -> None:
    assert number(
        """with chained as (
               select *, lag(balance_fen) over w as balance_before, lag(state) over w as state_before,
                      lag(month) over w as month_before
               from loan_month window w as (partition by loan_id order by month))
           select count(*) from chained where mob > 0 and
               (opening_fen <> balance_before or prev_state <> state_before
                or month <> month_before + interval 1 month)"""
    ) == 0  # fmt: skip


def test_principal_is_paid_lost_or_owed(number: Number) -> None:
    assert number(
        """select count(*) from (
               select l.loan_id, any_value(l.principal_fen) as principal, any_value(l.lost_fen) as lost_of_loan,
                      sum(m.paid_principal_fen) as paid, sum(m.lost_fen) as lost,
                      arg_max(m.balance_fen, m.month) as owed
               from loan l join loan_month m using (loan_id) group by l.loan_id)
           where principal <> paid + lost + owed or lost <> lost_of_loan"""
    ) == 0  # fmt: skip


def test_instalments_sum_to_the_principal_and_payments_to_the_months(number: Number) -> None:
    assert number(
        """select count(*) from (
               select l.loan_id, any_value(l.principal_fen) as principal, any_value(l.term_months) as term,
                      sum(i.due_principal_fen) as due, count(*) as payments
               from loan l join instalment i using (loan_id) group by l.loan_id)
           where principal <> due or term <> payments"""
    ) == 0  # fmt: skip
    assert number(
        """with received as (
               select loan_id, date_trunc('month', paid_on) as month, sum(paid_principal_fen) as principal,
                      sum(paid_interest_fen) as interest from instalment where paid_on is not null group by 1, 2),
           booked as (
               select loan_id, month, paid_principal_fen as principal, paid_interest_fen as interest
               from loan_month where paid_principal_fen > 0 or paid_interest_fen > 0)
           select count(*) from received r full join booked b on r.loan_id = b.loan_id and r.month = b.month
           where r.principal is distinct from b.principal or r.interest is distinct from b.interest"""
    ) == 0  # fmt: skip
    assert number(
        """with due as (select loan_id, due_month as month, due_principal_fen as fen from instalment)
           select count(*) from loan_month m left join due d on d.loan_id = m.loan_id and d.month = m.month
           where m.scheduled_fen <> coalesce(d.fen, 0)"""
    ) == 0  # fmt: skip


def test_days_past_due_are_counted_from_the_oldest_unpaid_due_date(number: Number) -> None:
    assert number(
        """with oldest as (
               select m.loan_id, m.month, any_value(m.dpd_days) as dpd_days,
                      min(case when i.due_on <= last_day(m.month)
                               and (i.paid_on is null or i.paid_on > last_day(m.month)) then i.due_on end) as due_on
               from loan_month m join instalment i using (loan_id) group by 1, 2)
           select count(*) from oldest
           where dpd_days <> coalesce(date_diff('day', due_on, last_day(month)), 0)"""
    ) == 0  # fmt: skip


def test_the_bucket_follows_from_the_days(ask_sample: Ask) -> None:
    seen = ask_sample("select distinct state, dpd_days from loan_month")
    open_loans = seen[seen["state"].isin(BUCKETS)]
    assert (open_loans["state"] == open_loans["dpd_days"].map(bucket_of)).all()
    assert set(open_loans["state"]) == {"C", "M1", "M2", "M3", "M4", "M5", "M6"}
    assert (seen[seen["state"].isin(["WO", "SOLD"])]["dpd_days"] > 180).all()
    assert (seen[seen["state"] == "PAID"]["dpd_days"] == 0).all()


def test_milestones_and_closing_are_those_of_the_months(number: Number) -> None:
    for days in (30, 60, 90):
        assert number(
            f"""with first as (
                    select loan_id, min(month) as month, min(mob) as mob,
                           arg_min(balance_fen + lost_fen, month) as fen
                    from loan_month where dpd_days > {days} group by loan_id)
                select count(*) from loan l left join first f using (loan_id)
                where l.first_{days}_month is distinct from f.month or l.first_{days}_mob is distinct from f.mob
                      or l.first_{days}_fen is distinct from f.fen"""
        ) == 0  # fmt: skip
    assert number(
        """with last as (
               select loan_id, arg_max(state, month) as state, max(month) as month, max(mob) as mob
               from loan_month group by loan_id)
           select count(*) from loan join last using (loan_id)
           where case when state in ('PAID', 'WO', 'SOLD')
                 then closed_state is distinct from state or closed_month <> month or closed_mob <> mob
                 else closed_state is not null or closed_month is not null
                      or month <> (select max(month) from loan_month) end"""
    ) == 0  # fmt: skip


def test_a_pay_off_settles_everything_and_never_falls_due(number: Number) -> None:
    assert number("select count(*) from instalment where is_prepaid and due_month <= date_trunc('month', paid_on)") == 0
    assert number("select count(*) from instalment where is_prepaid and paid_interest_fen <> 0") == 0
    assert number(
        """select count(*) from loan l join instalment i using (loan_id)
           where l.closed_state = 'PAID' and i.paid_on is null"""
    ) == 0  # fmt: skip


def test_funders_lend_the_whole_loan_to_the_fen(number: Number) -> None:
    assert number(
        """select count(*) from (
               select l.loan_id, any_value(l.principal_fen) as principal, sum(f.principal_fen) as lent,
                      sum(f.share_rate) as share
               from loan l left join funding_share f using (loan_id) group by l.loan_id)
           where principal is distinct from lent or abs(share - 1) > 1e-12"""
    ) == 0  # fmt: skip
    assert number("select count(*) from funding_share where share_rate <= 0 or share_rate > 1") == 0
    own = """select sum(case when funder_code = 'OWN' then principal_fen else 0 end) / sum(principal_fen)
             from funding_share where opened_month"""
    assert 0.02 <= number(f"{own} < date '2022-01-01'") <= 0.10
    assert 0.40 <= number(f"{own} >= date '2024-01-01'") <= 0.50


def test_cash_after_loss_is_not_more_than_the_loss(number: Number) -> None:
    assert number(
        """select count(*) from (
               select l.loan_id, any_value(l.lost_fen) as lost, sum(r.recovered_fen) as cash
               from recovery r join loan l using (loan_id) group by l.loan_id) where cash > lost"""
    ) == 0  # fmt: skip
    assert number(
        """select count(*) from recovery r join loan l using (loan_id)
           where (r.kind = 'SALE') <> (l.closed_state = 'SOLD') or r.month < l.closed_month"""
    ) == 0  # fmt: skip


def test_a_stage_is_entered_when_the_one_before_was_passed(number: Number) -> None:
    assert number(
        """with chained as (
               select *, lag(outcome) over w as outcome_before, lag(left_at) over w as left_before,
                      lag(stage_no) over w as no_before
               from application_stage window w as (partition by application_id order by stage_no))
           select count(*) from chained
           where (stage_no = 1 and no_before is not null) or (stage_no > 1 and
                 (outcome_before <> 'PASS' or no_before <> stage_no - 1 or entered_at <> left_before))
                 or left_at < entered_at or (left_at is null) <> (outcome = 'OPEN')"""
    ) == 0  # fmt: skip


def test_a_result_follows_from_the_stages(ask_sample: Ask) -> None:
    seen = ask_sample(
        """select result, arg_max(stage, stage_no) as stage, arg_max(outcome, stage_no) as outcome, count(*) as count
           from application join application_stage using (application_id) where stage_no <= 5
           group by application_id, result"""
    ).drop_duplicates(["result", "stage", "outcome"])
    allowed = {
        ("APPROVED", "LINE", "PASS"), ("WITHDRAWN", "LINE", "LEFT"), ("WITHDRAWN", "KYC", "LEFT"),
        ("DECLINED", "KYC", "FAIL"), ("DECLINED", "ANTI_FRAUD", "FAIL"), ("DECLINED", "RULES", "FAIL"),
        ("DECLINED", "SCORE", "FAIL"), ("PENDING", "KYC", "OPEN"), ("PENDING", "ANTI_FRAUD", "OPEN"),
        ("PENDING", "LINE", "OPEN"),
    }  # fmt: skip
    found = set(seen[["result", "stage", "outcome"]].itertuples(index=False, name=None))
    assert found <= allowed
    assert allowed - found <= {("PENDING", "ANTI_FRAUD", "OPEN"), ("PENDING", "LINE", "OPEN")}


def test_only_applications_of_the_last_days_wait(ask_sample: Ask) -> None:
    waiting = ask_sample("select submitted_at, decided_at from application where result = 'PENDING'")
    assert len(waiting) > 0
    assert (waiting["submitted_at"] >= "2026-10-28").all()
    assert waiting["decided_at"].isna().all()


def test_whoever_entered_the_rules_has_one_decision_and_one_snapshot(number: Number) -> None:
    assert number(
        """select count(*) from (select distinct application_id from application_stage where stage = 'RULES') s
           full join decision d using (application_id) where s.application_id is null or d.decision_id is null"""
    ) == 0  # fmt: skip
    assert number("select count(*) - count(distinct application_id) from decision") == 0
    assert number(
        """select count(*) from decision d full join feature_snapshot f using (decision_id)
           where d.application_id is null or f.zhima_score is null"""
    ) == 0  # fmt: skip


def test_the_month_of_a_decision_is_that_of_its_moment_not_of_the_submission(number: Number) -> None:
    assert number("select count(*) from decision where date_trunc('month', decided_at) <> decided_month") == 0
    assert number("select count(*) from decision where decided_month > submitted_month") > 0


def test_every_decline_has_a_reason_and_every_lane_a_lot(number: Number) -> None:
    assert number(
        """select count(*) from decision d where decision = 'DECLINED' and
           (main_reason is null or main_reason = 'amount_cap'
            or not exists (select 1 from rule_hit h where h.decision_id = d.decision_id))"""
    ) == 0  # fmt: skip
    against = "decision = 'APPROVED' and main_reason is not null and main_reason <> 'amount_cap'"
    assert number(f"select count(*) from decision where {against} and not is_random_lane and not is_override") == 0
    assert number(f"select count(*) from decision where (is_random_lane or is_override) and not ({against})") == 0
    assert 0.001 <= number("select avg(case when is_override then 1.0 else 0 end) from decision") <= 0.005
    assert number("select count(*) from decision where is_random_lane") > 20


def test_replaying_the_policy_on_the_snapshot_gives_the_same_hits(ask_sample: Ask) -> None:
    columns = ", ".join(f"f.{feature.key}" for feature in FEATURES)
    decided = ask_sample(
        f"""select d.decision_id, d.policy_version, d.decision, d.score_points, d.is_random_lane, d.is_override,
                   d.main_reason, d.limit_fen, {columns}
            from decision d join feature_snapshot f using (decision_id)"""
    )
    stored = ask_sample("select decision_id, rule_key, rule_no, observed_value, threshold_value from rule_hit")
    policies = {
        row.policy_version: make_policy(json.loads(row.rules_json))
        for row in ask_sample("select policy_version, rules_json from policy_version").itertuples()
    }
    expected: set[tuple[str, str]] = set()
    first: dict[str, str] = {}
    for rule in RULES:
        if rule.effect != "decline":
            continue
        threshold = decided["policy_version"].map(lambda name, key=rule.key: policies[name][key])
        value = decided[rule.column]
        hit = value < threshold if rule.keeps == "at_least" else value > threshold
        for decision_id in decided.loc[hit, "decision_id"]:
            expected.add((decision_id, rule.key))
            first.setdefault(decision_id, rule.key)
    declining = stored[stored["rule_key"] != "amount_cap"]
    assert set(declining[["decision_id", "rule_key"]].itertuples(index=False, name=None)) == expected
    by_policy = decided["decision_id"].map(lambda decision_id: "DECLINED" if decision_id in first else "APPROVED")
    followed = ~decided["is_random_lane"] & ~decided["is_override"]
    assert (by_policy[followed] == decided["decision"][followed]).all()
    reason = decided.set_index("decision_id")["main_reason"].dropna()
    assert {key: value for key, value in reason.items() if value != "amount_cap"} == first
    cap = decided["policy_version"].map(lambda name: policies[name]["amount_cap"])
    assert (decided["limit_fen"] <= cap).all()
    trimmed = stored[stored["rule_key"] == "amount_cap"]
    assert (trimmed["observed_value"] > trimmed["threshold_value"]).all()


def test_policies_follow_one_another_and_are_approved_by_another_person(ask_sample: Ask) -> None:
    policies = ask_sample("select * from policy_version order by effective_from")
    assert list(policies["policy_version"]) == ["P1", "P2", "P3", "P4", "P5", "P6", "P7"]
    assert (policies["author"] != policies["approver"]).all()
    assert policies["effective_from"].iloc[1:].tolist() == policies["effective_to"].iloc[:-1].tolist()
    assert pd.isna(policies["effective_to"].iloc[-1])
    for row in policies.itertuples():
        policy = make_policy(json.loads(row.rules_json))
        assert (policy.json(), policy.sha256()) == (row.rules_json, row.content_sha256)
    outside = ask_sample(
        """select count(*) as wrong from decision d join policy_version p using (policy_version)
           join model_version m using (model_version)
           where d.decided_at < p.effective_from or d.decided_at >= coalesce(p.effective_to, timestamp '2100-01-01')
              or d.decided_at < m.effective_from or d.decided_at >= coalesce(m.effective_to, timestamp '2100-01-01')"""
    )
    assert outside["wrong"].iloc[0] == 0


def test_prices_rise_with_the_pd_within_a_month_but_for_campaigns(ask_sample: Ask) -> None:
    offers = ask_sample(
        """select decided_month, pd_rate, rate_day, price_cell from decision
           where decision = 'APPROVED' and not is_random_lane and not is_override"""
    )
    assert offers["rate_day"].between(0.00015, 0.0006).all()
    cell = offers["price_cell"].str.slice(1, 3).astype(int)
    assert np.allclose(offers["rate_day"], 0.00015 + 0.00005 * (cell - 1), atol=1e-9)
    ordered = offers.sort_values(["decided_month", "pd_rate"])
    falls = ordered.groupby("decided_month")["rate_day"].diff() < 0
    assert 0.05 <= falls.mean() <= 0.20


def test_segments_agree_with_their_sources(ask_sample: Ask, number: Number) -> None:
    bands = ask_sample(
        "select distinct zhima_score, zhima_band from decision join feature_snapshot using (decision_id)"
    )
    assert (bands["zhima_band"] == bands["zhima_score"].map(zhima_band_of)).all()
    for table in ("loan_month", "instalment", "recovery"):
        assert number(
            f"""select count(*) from {table} f join loan l using (loan_id)
                where f.product_class <> l.product_class or f.channel <> l.channel or f.zhima_band <> l.zhima_band
                   or f.province_code <> l.province_code or f.term_months <> l.term_months
                   or f.opened_month <> l.opened_month"""
        ) == 0  # fmt: skip
    assert number(
        """select count(*) from loan l join application a using (application_id) join product p
           on p.product_code = l.product_code
           where l.channel <> a.channel or l.zhima_band <> a.zhima_band or l.customer_id <> a.customer_id
              or p.product_class <> l.product_class or p.term_months <> l.term_months
              or p.repay_method <> l.repay_method"""
    ) == 0  # fmt: skip
    assert number("select count(*) from application where product_code not in (select product_code from product)") == 0
    assert set(ask_sample("select distinct term_months from loan")["term_months"]) <= set(TERMS_MONTHS)


def test_a_line_is_never_overdrawn(number: Number) -> None:
    assert number(
        """with owed as (
               select l.application_id, m.month, sum(m.balance_fen) as fen
               from loan_month m join loan l using (loan_id) group by 1, 2)
           select count(*) from owed join decision d using (application_id) where owed.fen > d.limit_fen"""
    ) == 0  # fmt: skip
    assert number(
        """select count(*) from loan l join application a using (application_id)
           where l.requested_at < a.decided_at or l.disbursed_at < l.requested_at or a.result <> 'APPROVED'"""
    ) == 0  # fmt: skip
    assert number(
        """with numbered as (
               select draw_no, row_number() over (partition by application_id order by requested_at, draw_no) as place
               from loan) select count(*) from numbered where draw_no <> place"""
    ) == 0  # fmt: skip
