"""A shard: a part of the lender with people and numbers of its own, lived from the first month to the last.

Shards share nothing but the desk: the first one trains the models and sets the policies, on its own loans alone, and
the others are decided by them. No shard depends on how many others there are, on their order or on who makes them.
"""

from __future__ import annotations

from datetime import datetime, time

import numpy as np
import pandas as pd
import pyarrow as pa
from threadpoolctl import threadpool_limits

from jiebei_dash.book.policy import Policy
from jiebei_dash.features import FEATURE_KEYS
from jiebei_dash.sample import loan_tables, people, risk_tables, tables
from jiebei_dash.sample.applying import DAY_MS
from jiebei_dash.sample.arrays import Names, opaque
from jiebei_dash.sample.borrowing import drawdown_stages
from jiebei_dash.sample.collecting import commissions, contacts
from jiebei_dash.sample.course import Course, course_of, read_course, write_course
from jiebei_dash.sample.funding import recoveries, shares
from jiebei_dash.sample.learning import model_rows
from jiebei_dash.sample.limits import line_events
from jiebei_dash.sample.living import Life, Progress, live
from jiebei_dash.sample.months import last_day, month_date
from jiebei_dash.sample.parameters import Parameters, PolicyStart
from jiebei_dash.sample.plan import Plan
from jiebei_dash.sample.reserving import allowances
from jiebei_dash.sample.truth import write_shard_truth
from jiebei_dash.sample.work import Sink, Work
from jiebei_dash.terms import ZHIMA_BANDS, zhima_band_of

SHARE_OF_MONTHS = 0.55
"""Part of the work on a shard that is done when the last month has been lived."""


def make_shard(plan: Plan, parameters: Parameters, work: Work, shard: int, tell: Progress) -> None:
    """Live a shard and put it into the work folder.

    Parameters
    ----------
    plan, parameters
        What is to be invented, and the calibration.
    work
        The work folder; the first shard is finished before any other begins.
    shard
        Its number, from 0.
    tell
        Is told what is being done (``months``, ``training``, ``tables``) and the done share of the shard.
    """
    learns = shard == 0
    course = None if learns else read_course(work.course(), plan.models_dir)
    life = Life(
        parameters, plan.seed, shard, plan.first, plan.last, plan.models_dir,
        people.empty_crowd(plan.of_shard(shard)), desks=course.desks if course else {}, learns=learns,
    )  # fmt: skip
    # Months are small: threads would wait for one another, the more so where several shards are lived at once.
    with threadpool_limits(1):
        for month, count in plan.by_month(shard, parameters.calendar):
            tell("months", SHARE_OF_MONTHS * (month - plan.first) / plan.months)
            live(life, month, count, lambda what, done_rate: tell(what, SHARE_OF_MONTHS * done_rate))
    tell("tables", SHARE_OF_MONTHS)
    sink = Sink(work, shard)
    if course is None:
        course = course_of(life.policies, life.versions, life.desks)
        write_course(course, sink.course)
        sink.put("policy_version", _policy_rows(life.policies, life.first_month))
        sink.put("model_version", pa.Table.from_pandas(model_rows(life.versions), preserve_index=False))
        sink.put("funder", loan_tables.funder_table(parameters))
    _write(life, course, sink, tell)
    sink.finish()


def _write(life: Life, course: Course, sink: Sink, tell: Progress) -> None:
    parameters, lines, loans, put = life.parameters, life.lines, life.loans, sink.put
    rows = {name: np.concatenate([chunk[name] for chunk in life.chunks]) for name in life.chunks[0]}
    life.chunks.clear()
    drawdown_stages(lines, loans, rows, (int(last_day(life.last_month)) + 1) * DAY_MS - 1)
    zhima = rows["matrix"][:, FEATURE_KEYS.index("zhima_score")]
    band_of = np.array([ZHIMA_BANDS.index(zhima_band_of(float(score))) for score in range(1000)])
    rows["band"] = band_of[zhima.astype(np.int64)]
    names = Names(
        application=opaque("A", life.applied, life.shard),
        decision=opaque("D", life.applied, life.shard),
        customer=opaque("C", life.crowd.count, life.shard),
        loan=opaque("L", loans.count, life.shard),
    )
    same = tables.segments(rows, parameters)
    drawn = tables.loan_columns(loans, lines)
    own = loan_tables.loan_segments(drawn, same)
    put(
        "customer",
        tables.customer_table(life.crowd, rows, names, life.chance("demography").random((4, life.crowd.count))),
    )
    put("product", tables.products(rows, drawn, parameters))
    put("application", tables.application_table(rows, names, same))
    put("application_stage", tables.stage_table(rows, names, same))
    policies, models = [name for name, _ in course.policies], [name for name, _ in course.models]
    put("decision", tables.decision_table(rows, names, same, policies, models))
    put("rule_hit", tables.hit_table(rows, names, course.thresholds()))
    put("feature_snapshot", tables.snapshot_table(rows, names))
    events = line_events(lines, loans, life.month_rows, parameters, life.first_month, life.chance("limits"))
    put("line_event", risk_tables.line_event_table(events, lines, names, {**tables.own_product(rows), **same}))
    write_shard_truth(sink.folder, rows, names, life.moves, life.at_risk)
    rows.clear()
    tell("tables", 0.7)
    put("loan", loan_tables.loan_table(loans, drawn, names, own, parameters))
    lent = shares(loans, parameters, life.chance("funding"))
    put("funding_share", loan_tables.funding_table(lent, loans, names, parameters))
    cash = recoveries(loans, parameters, life.last_month, life.chance("recovery"))
    fees = commissions(cash, loans, parameters)
    put("recovery", loan_tables.recovery_table(cash, fees, loans, names, own, parameters))
    tell("tables", 0.75)
    put("instalment", loan_tables.instalment_table(loans, names, own))
    tell("tables", 0.9)
    month_rows = {name: np.concatenate([part[name] for part in life.month_rows]) for name in life.month_rows[0]}
    life.month_rows.clear()
    called = contacts(loans, month_rows, parameters, life.chance("contacts"))
    put("contact", risk_tables.contact_table(called, loans, names, own, parameters))
    put("allowance", risk_tables.allowance_table(allowances(month_rows, drawn["class"], parameters)))
    put("loan_month", loan_tables.loan_month_table(month_rows, loans, names, own))


def _policy_rows(policies: list[tuple[PolicyStart, Policy]], first_month: int) -> pa.Table:
    starts = [datetime.combine(max(start.effective_from, month_date(first_month)), time()) for start, _ in policies]
    return pa.Table.from_pandas(
        pd.DataFrame(
            {
                "policy_version": [start.policy_version for start, _ in policies],
                "effective_from": pd.to_datetime(starts),
                "effective_to": pd.to_datetime([*starts[1:], None]),
                "rules_json": [policy.json() for _, policy in policies],
                "author": [start.author for start, _ in policies],
                "approver": [start.approver for start, _ in policies],
                "change_ticket": [start.change_ticket for start, _ in policies],
                "content_sha256": [policy.sha256() for _, policy in policies],
            }
        ),
        preserve_index=False,
    )
