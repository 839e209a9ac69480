"""The tables of the loan book: a line of grain for each table, meaning and unit for each column.

Money is whole fen (``_fen``, BIGINT), a rate is a fraction (``_rate``; ``rate_day`` and ``_apr`` say their period), a
month is the date of its first day (``_month``), a moment is local time in Shanghai (``_at``), a day ends in ``_on``.

Marks decide who may read what (see :mod:`jiebei_dash.book.access`): ``row`` on a table is the level of one of its
rows, ``level`` on a column the level of its values, ``grouped`` that of a column that only names large groups. Another
one, ``period``, names the month column by which a table is stored, replaced and compared. Source: house data model.
"""

from __future__ import annotations

from sqlalchemy import Column, SmallInteger, Table

from jiebei_dash.book.columns import (
    day_column,
    fen_column,
    flag_column,
    int_column,
    month_column,
    rate_column,
    segments,
    text_column,
    time_column,
)
from jiebei_dash.book.history import book as book
from jiebei_dash.book.history import book_estimate as book_estimate
from jiebei_dash.book.history import book_lack as book_lack
from jiebei_dash.book.history import book_month as book_month
from jiebei_dash.book.history import book_version as book_version
from jiebei_dash.book.history import load_file as load_file
from jiebei_dash.book.history import load_reason as load_reason
from jiebei_dash.book.history import load_run as load_run
from jiebei_dash.book.history import load_total as load_total
from jiebei_dash.book.history import restatement as restatement
from jiebei_dash.book.schema_risk import allowance as allowance
from jiebei_dash.book.schema_risk import contact as contact
from jiebei_dash.book.schema_risk import line_event as line_event
from jiebei_dash.book.schema_risk import recovery as recovery
from jiebei_dash.features import FEATURES, SOURCES

customer = Table(
    "customer", book,
    text_column("customer_id", "opaque number of the person", key=True, level="personal"),
    text_column("id_hash", "salted hash of the identity document; C2", level="personal"),
    text_column("age_band", "age at first sight, e.g. 25_34; C2, fairness tests only", level="personal",
                grouped="applicant"),
    text_column("gender", "F, M or NA; C2, fairness tests only", level="personal",
                grouped="applicant"),
    text_column("group_code", "group of persons as the tape names it; C2, fairness tests only", level="personal",
                grouped="applicant"),
    text_column("city_tier", "1 to 5", level="personal"),
    text_column("province_code", "province of residence, two letters"),
    fen_column("income_month_fen", "estimated income a month; C2", level="personal"),
    day_column("first_seen_on", "day of the first application"),
    flag_column("is_first_credit", "no credit anywhere before the first application", level="personal",
                grouped="applicant"),
    comment="one row a person", info={"row": "personal"},
)  # fmt: skip

product = Table(
    "product", book,
    text_column("product_code", "class, term and way of repaying", key=True),
    text_column("product_class", "product class, e.g. JB_M1"),
    Column("term_months", SmallInteger, comment="contract term; months"),
    text_column("repay_method", "EQ_INSTALLMENT, INTEREST_ONLY or REVOLVING"),
    text_column("day_count", "30/360 or ACT/365"),
    fen_column("min_fen", "smallest drawdown"),
    fen_column("max_fen", "largest drawdown"),
    text_column("licence_entity", "which licensed company books it"),
    comment="one row a product", info={"row": "sums"},
)  # fmt: skip

policy_version = Table(
    "policy_version", book,
    text_column("policy_version", "name of the version", key=True),
    time_column("effective_from", "first decision under it"),
    time_column("effective_to", "first decision no longer under it; null while live"),
    text_column("rules_json", "threshold by rule key, canonical JSON; see book.policy"),
    text_column("author", "who wrote it"),
    text_column("approver", "who approved it"),
    text_column("change_ticket", "the change request"),
    text_column("content_sha256", "hash of rules_json"),
    comment="one row a version; never changed", info={"row": "sums"},
)  # fmt: skip

model_version = Table(
    "model_version", book,
    text_column("model_version", "name of the version", key=True),
    text_column("kind", "linear or hist_gbdt"),
    time_column("effective_from", "first decision scored by it"),
    time_column("effective_to", "first decision no longer scored by it; null while live"),
    month_column("trained_from_month", "first origination month of the training sample; null for an expert card"),
    month_column("trained_to_month", "last origination month of the training sample"),
    month_column("holdout_to_month", "last origination month of the held-out, later sample"),
    text_column("bad_definition", "what counts as bad, in words"),
    int_column("train_count", "loans in the training sample"),
    int_column("holdout_count", "loans in the held-out sample"),
    rate_column("holdout_auc_rate", "AUC on the held-out sample"),
    rate_column("holdout_ks_rate", "KS on the held-out sample, raw scores"),
    rate_column("pdo_points", "points that double the odds"),
    rate_column("anchor_points", "points at the anchor odds"),
    rate_column("anchor_odds", "good to bad odds at the anchor points"),
    text_column("artefact_sha256", "hash of the artefact on the shelf"),
    comment="one row a version; never changed", info={"row": "sums"},
)  # fmt: skip

application = Table(
    "application", book,
    text_column("application_id", "number of the application", key=True, level="applicant"),
    text_column("customer_id", "the person", level="personal"),
    text_column("product_code", "product asked for"),
    *segments(),
    fen_column("requested_fen", "amount asked for"),
    time_column("submitted_at", "when submitted"),
    month_column("submitted_month", "cohort of the application"),
    text_column("result", "APPROVED, DECLINED, WITHDRAWN or PENDING"),
    time_column("decided_at", "when approved or declined; null otherwise"),
    month_column("decided_month", "month of decided_at"),
    int_column("decision_seconds", "seconds from submission to approval or decline; null if undecided or unknown"),
    flag_column("is_repeat", "the person had a loan paid off before"),
    flag_column("is_manual", "a person looked at it"),
    comment="one row an application for a credit line", info={"row": "applicant", "period": "submitted_month"},
)  # fmt: skip

application_stage = Table(
    "application_stage", book,
    text_column("application_id", "the application", key=True, level="applicant"),
    Column("stage_no", SmallInteger, primary_key=True, autoincrement=False, comment="1 for the first of terms.STAGES"),
    text_column("stage", "one of terms.STAGES"),
    time_column("entered_at", "when it entered"),
    time_column("left_at", "when it left; null while there"),
    month_column("entered_month", "month of entered_at"),
    month_column("left_month", "month of left_at"),
    text_column("outcome", "PASS, FAIL (a credit decline), LEFT (withdrawn) or OPEN"),
    month_column("submitted_month", "cohort of the application"),
    *segments(),
    comment="one row a stage that an application entered; DRAWDOWN and DISBURSED are of its first drawdown",
    info={"row": "applicant", "period": "submitted_month"},
)  # fmt: skip

decision = Table(
    "decision", book,
    text_column("decision_id", "number of the decision", key=True, level="applicant"),
    text_column("application_id", "the application decided", level="applicant"),
    time_column("decided_at", "when decided"),
    month_column("decided_month", "month of the decision"),
    month_column("submitted_month", "cohort of the application"),
    text_column("decision", "APPROVED or DECLINED"),
    text_column("main_reason", "first rule hit in the policy's order; null if approved without a hit"),
    text_column("policy_version", "policy applied"),
    text_column("model_version", "model applied"),
    rate_column("score_points", "score stored at decision time; points"),
    rate_column("pd_rate", "probability of bad stored at decision time"),
    fen_column("requested_fen", "amount asked for"),
    fen_column("limit_fen", "line granted; 0 if declined"),
    rate_column("rate_day", "price offered, interest a day; null if declined"),
    text_column("price_cell", "cell of the price grid; null if declined"),
    flag_column("is_random_lane", "approved by lot against the policy, to learn"),
    flag_column("is_override", "a person overruled the policy"),
    *segments(),
    comment="one row a credit decision by rules and score (whoever failed KYC or anti-fraud has none)",
    info={"row": "applicant", "period": "submitted_month"},
)  # fmt: skip

rule_hit = Table(
    "rule_hit", book,
    text_column("decision_id", "the decision", key=True, level="applicant"),
    text_column("rule_key", "rule that the applicant failed; see book.policy.RULES", key=True),
    Column("rule_no", SmallInteger, comment="place in the policy's order, from 1"),
    rate_column("observed_value", "the applicant's value, in the rule's unit"),
    rate_column("threshold_value", "the policy's threshold, same unit"),
    month_column("submitted_month", "cohort of the application"),
    comment="one row a rule that a decision hit: all of them, not only the first",
    info={"row": "applicant", "period": "submitted_month"},
)  # fmt: skip

feature_snapshot = Table(
    "feature_snapshot", book,
    text_column("decision_id", "the decision", key=True, level="applicant"),
    *[rate_column(f.key, f"model input at decision time; {f.unit}; source {f.source}") for f in FEATURES],
    *[time_column(f"{source}_obtained_at", f"when the inputs from {source} were obtained") for source in SOURCES],
    month_column("submitted_month", "cohort of the application"),
    comment="one row a decision: every model input as it was then; null is missing, never 0",
    info={"row": "applicant", "period": "submitted_month"},
)  # fmt: skip

loan = Table(
    "loan", book,
    text_column("loan_id", "number of the drawdown", key=True, level="loan"),
    text_column("application_id", "the line's application", level="applicant"),
    text_column("customer_id", "the person", level="personal"),
    text_column("product_code", "product drawn"),
    *segments(),
    text_column("repay_method", "EQ_INSTALLMENT, INTEREST_ONLY or REVOLVING"),
    month_column("opened_month", "cohort of the loan"),
    time_column("requested_at", "when the drawdown was asked for"),
    time_column("disbursed_at", "when the money arrived"),
    int_column("cash_seconds", "seconds from asking for the drawdown to the money; null if unknown"),
    int_column("draw_no", "1 for the first drawdown of the line"),
    fen_column("principal_fen", "original principal; null where the book has no amounts"),
    rate_column("rate_day", "interest a day"),
    day_column("first_due_on", "due date of the first instalment"),
    *[
        column
        for days in (30, 60, 90)
        for column in (
            month_column(f"first_{days}_month", f"first month-end more than {days} days past due; null if never"),
            int_column(f"first_{days}_mob", "its age in months on book"),
            fen_column(f"first_{days}_fen", "principal outstanding at that month-end"),
        )
    ],
    month_column("closed_month", "month in which it was paid, written off or sold; null while open"),
    int_column("closed_mob", "its age in months on book"),
    text_column("closed_state", "PAID, WO or SOLD; null while open"),
    fen_column("lost_fen", "principal written off or sold at closing; 0 otherwise"),
    comment="one row a drawdown", info={"row": "loan", "period": "opened_month"},
)  # fmt: skip

instalment = Table(
    "instalment", book,
    text_column("loan_id", "the drawdown", key=True, level="loan"),
    Column("instalment_no", SmallInteger, primary_key=True, autoincrement=False, comment="from 1"),
    month_column("opened_month", "cohort of the loan"),
    day_column("due_on", "due date"),
    month_column("due_month", "month of the due date"),
    fen_column("due_principal_fen", "principal due"),
    fen_column("due_interest_fen", "interest due"),
    day_column("paid_on", "day on which it was settled in full; null if it was not"),
    month_column("paid_month", "month of paid_on"),
    int_column("days_late", "days from due_on to paid_on, negative if early; null if it was not settled"),
    fen_column("paid_principal_fen", "principal received"),
    fen_column("paid_interest_fen", "interest received"),
    flag_column("is_prepaid", "settled before its due month by an early pay-off: it never fell due"),
    *segments(),
    comment="one row a contractual payment", info={"row": "loan", "period": "due_month"},
)  # fmt: skip

loan_month = Table(
    "loan_month", book,
    text_column("loan_id", "the drawdown", key=True, level="loan"),
    month_column("month", "closed month", key=True),
    month_column("opened_month", "cohort of the loan"),
    Column("mob", SmallInteger, comment="months on book: 0 at the end of the opening month"),
    text_column("state", "one of terms.STATES at the month's end"),
    text_column("prev_state", "state a month before; null at mob 0"),
    Column("dpd_days", SmallInteger, comment="days past due at the month's end"),
    fen_column("opening_fen", "principal a month before; 0 at mob 0; null where the book has no amounts"),
    fen_column("balance_fen", "principal at the month's end; 0 once paid, written off or sold"),
    fen_column("scheduled_fen", "principal that fell due in the month"),
    fen_column("paid_principal_fen", "principal received in the month, prepayment included"),
    fen_column("prepaid_fen", "of it, received above schedule on a loan that was current"),
    fen_column("paid_interest_fen", "interest received in the month"),
    fen_column("lost_fen", "principal written off or sold in the month"),
    fen_column("lost_interest_fen", "interest due and unpaid that left the book with it; null where unknown"),
    fen_column("overdue_fen", "instalments due and unpaid at the month's end, principal and interest; null if unknown"),
    *segments(),
    comment="one row a loan and month-end, from the opening month to the month of closing",
    info={"row": "loan", "period": "month"},
)  # fmt: skip

funder = Table(
    "funder", book,
    text_column("funder_code", "short code", key=True),
    text_column("kind", "OWN, BANK, TRUST or ABS"),
    text_column("name", "name on the screen"),
    comment="one row a funder", info={"row": "sums"},
)  # fmt: skip

funding_share = Table(
    "funding_share", book,
    text_column("loan_id", "the drawdown", key=True, level="loan"),
    text_column("funder_code", "who lent", key=True),
    rate_column("share_rate", "share of the loan; the shares of a loan sum to 1"),
    fen_column("principal_fen", "principal lent; the parts of a loan sum to its principal"),
    month_column("opened_month", "cohort of the loan"),
    comment="one row a loan and funder at disbursement", info={"row": "loan", "period": "opened_month"},
)  # fmt: skip
