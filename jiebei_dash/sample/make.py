"""Invent a book whose truth is known: a lender's life month by month, then its tables.

In each month people apply, the policy and the model of that day decide, lines are drawn and open loans pay. A model is
trained in the course of it, on what had matured by then, so every stored score is of a model that knew only the past.
The same seed gives the same tables, whatever the machine's number of cores: each purpose has its own chance in each
month. **Source**: ``data/sample.toml``.
"""

from __future__ import annotations

import hashlib
import json
from datetime import date, datetime, time
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
from sqlalchemy.engine import make_url

from jiebei_dash.book.policy import RULES, Policy
from jiebei_dash.errors import BadArgument
from jiebei_dash.features import FEATURE_KEYS
from jiebei_dash.load.writer import BookWriter, new_book
from jiebei_dash.sample import loan_tables, people, tables
from jiebei_dash.sample.applying import DAY_MS
from jiebei_dash.sample.borrowing import drawdown_stages
from jiebei_dash.sample.calibration import read_parameters
from jiebei_dash.sample.funding import recoveries, shares
from jiebei_dash.sample.learning import model_rows
from jiebei_dash.sample.living import SHARE_OF_MONTHS, Life, Progress, live
from jiebei_dash.sample.months import chance, last_day, month_date, month_number, volume
from jiebei_dash.sample.parameters import Parameters, PolicyStart
from jiebei_dash.sample.truth import truth_folder, write_truth
from jiebei_dash.terms import ZHIMA_BANDS, zhima_band_of

LEAST_APPLICATIONS_A_MONTH = 20
NAME = "Jiebei-like sample"


def make_sample(
    book_url: str,
    models_dir: Path,
    applications: int = 200_000,
    months: int = 94,
    seed: int = 20260131,
    last_month: date = date(2026, 10, 1),
    progress: Progress | None = None,
) -> None:
    """Invent a book, its models and its truth, and switch to it when it is whole.

    Parameters
    ----------
    book_url
        Address of the book; its truth is written beside it, see :func:`jiebei_dash.sample.truth.truth_folder`.
    models_dir
        The shelf of models.
    applications
        Applications in all; loans and months follow in proportion.
    months
        Months, the last of which is ``last_month``.
    seed
        Same seed, same tables.
    last_month
        Last closed month.
    progress
        Is told what is being done (``months``, ``training``, ``tables``, ``checks``, ``done``) and the done share 0-1.

    Raises
    ------
    BadArgument
        Too few months, or too few applications for them.
    BookLocked, BookNotWritable
        See :func:`jiebei_dash.load.writer.new_book`; the old book stays.

    Notes
    -----
    **Source**: ``data/sample.toml``, house calibration to published peers.
    """
    if months < 1:
        raise BadArgument(name="months", value=months, allowed=">= 1")
    if applications < LEAST_APPLICATIONS_A_MONTH * months:
        least = LEAST_APPLICATIONS_A_MONTH * months
        raise BadArgument(name="applications", value=applications, allowed=f">= {least}")
    tell = progress or _silent
    parameters = read_parameters()
    last = month_number(last_month)
    first = last - months + 1
    life = Life(parameters, seed, first, last, models_dir, people.empty_crowd(applications))
    identity = {"calibration": parameters.sha256, "applications": applications, "months": months, "seed": seed,
                "last_month": last_month.isoformat()}  # fmt: skip
    source = hashlib.sha256(json.dumps(identity, sort_keys=True).encode()).hexdigest()
    with new_book(book_url, "sample", NAME, source) as writer:
        for month, count in zip(range(first, last + 1), _counts(parameters, first, last, applications), strict=True):
            tell("months", SHARE_OF_MONTHS * (month - first) / months)
            live(life, month, count, tell)
        tell("tables", SHARE_OF_MONTHS)
        _write(life, writer, Path(str(make_url(book_url).database)), source, tell)
    tell("done", 1.0)


def _silent(what: str, done_rate: float) -> None:
    del what, done_rate


def _counts(parameters: Parameters, first: int, last: int, total: int) -> list[int]:
    """Applications of each month: the volume path, to the last one."""
    weight = np.array([volume(parameters.calendar, first, month) for month in range(first, last + 1)])
    edges = np.rint(np.cumsum(weight) / weight.sum() * total).astype(np.int64)
    return [int(count) for count in np.diff(edges, prepend=0)]


def _write(life: Life, writer: BookWriter, book: Path, source: str, tell: Progress) -> None:
    parameters, lines, loans = life.parameters, life.lines, life.loans
    rows = {name: np.concatenate([chunk[name] for chunk in life.chunks]) for name in life.chunks[0]}
    life.chunks.clear()
    drawdown_stages(lines, loans, rows, (int(last_day(life.last_month)) + 1) * DAY_MS - 1)
    zhima = rows["matrix"][:, FEATURE_KEYS.index("zhima_score")]
    band_of = np.array([ZHIMA_BANDS.index(zhima_band_of(float(score))) for score in range(1000)])
    rows["band"] = band_of[zhima.astype(np.int64)]
    names = tables.Names(
        application=tables.opaque("A", life.applied),
        decision=tables.opaque("D", life.applied),
        customer=tables.opaque("C", life.crowd.count),
        loan=tables.opaque("L", loans.count),
    )
    same = tables.segments(rows, parameters)
    drawn = tables.loan_columns(loans, lines)
    own = loan_tables.loan_segments(drawn, same)
    lot = chance(life.seed, "demography").random((4, life.crowd.count))
    thresholds = np.array([[policy[rule.key] for rule in RULES] for _, policy in life.policies])
    put = writer.append
    put("customer", tables.customer_table(life.crowd, rows, names, lot))
    put("product", tables.products(rows, drawn, parameters))
    put("policy_version", _policy_rows(life.policies, life.first_month))
    put("model_version", model_rows(life.versions))
    put("application", tables.application_table(rows, names, same))
    put("application_stage", tables.stage_table(rows, names, same))
    tell("tables", 0.80)
    policies = [start.policy_version for start, _ in life.policies]
    models = [version.model_version for version in life.versions]
    put("decision", tables.decision_table(rows, names, same, policies, models))
    put("rule_hit", tables.hit_table(rows, names, thresholds))
    put("feature_snapshot", tables.snapshot_table(rows, names))
    rank = np.argsort(np.argsort(names.loan.to_numpy(zero_copy_only=False)))
    put("loan", loan_tables.loan_table(loans, drawn, names, own, parameters))
    tell("tables", 0.84)
    put("instalment", loan_tables.instalment_table(loans, names, own, rank))
    tell("tables", 0.88)
    month_rows = {name: np.concatenate([part[name] for part in life.month_rows]) for name in life.month_rows[0]}
    life.month_rows.clear()
    put("loan_month", loan_tables.loan_month_table(month_rows, loans, names, own, rank))
    cash = recoveries(loans, parameters, life.last_month, chance(life.seed, "recovery"))
    put("recovery", loan_tables.recovery_table(cash, loans, names, own))
    lent = shares(loans, parameters, chance(life.seed, "funding"))
    put("funder", loan_tables.funder_table(parameters))
    put("funding_share", loan_tables.funding_table(lent, loans, names, parameters))
    write_truth(truth_folder(book), rows, names, life.moves, parameters, source)
    tell("checks", 0.92)


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
