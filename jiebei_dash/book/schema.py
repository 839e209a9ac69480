"""The tables of the loan book: a line of grain for each table, meaning and unit for each column.

Money is whole fen (``_fen``, BIGINT), a rate is a fraction (``_rate``; ``rate_day`` and ``_apr`` say their period), a
month is the date of its first day (``_month``), a moment is local time in Shanghai (``_at``), a day ends in ``_on``.

Two marks decide who may read what (see :mod:`jiebei_dash.book.access`): ``row`` on a table is the level of one of its
rows, ``level`` on a column the level of its values. Source: domain file, section 4.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Date,
    DateTime,
    Double,
    Integer,
    MetaData,
    SmallInteger,
    String,
    Table,
)

from jiebei_dash.features import FEATURES, SOURCES

book = MetaData()


def _text(name: str, meaning: str, key: bool = False, level: str | None = None) -> Column[str]:
    return Column(name, String, primary_key=key, comment=meaning, info={"level": level} if level else {})


def _int(name: str, meaning: str, key: bool = False) -> Column[int]:
    return Column(name, Integer, primary_key=key, autoincrement=False, comment=meaning)


def _fen(name: str, meaning: str, level: str | None = None) -> Column[int]:
    return Column(name, BigInteger, comment=f"{meaning}; fen", info={"level": level} if level else {})


def _rate(name: str, meaning: str) -> Column[float]:
    return Column(name, Double, comment=meaning)


def _month(name: str, meaning: str, key: bool = False) -> Column[object]:
    return Column(name, Date, primary_key=key, comment=f"{meaning}; first day of the month")


def _at(name: str, meaning: str) -> Column[object]:
    return Column(name, DateTime, comment=f"{meaning}; Asia/Shanghai")


def _on(name: str, meaning: str) -> Column[object]:
    return Column(name, Date, comment=meaning)


def _flag(name: str, meaning: str) -> Column[bool]:
    return Column(name, Boolean, comment=meaning)


def _segments() -> list[Column[Any]]:
    """The dimensions of the scope, repeated on every fact so that no chart needs a join."""
    return [
        _text("product_class", "product class, e.g. JB_M1; not the bucket M1"),
        _text("channel", "where the application came in"),
        _text("province_code", "province at application, two letters"),
        _text("zhima_band", "Zhima band at application"),
        Column("term_months", SmallInteger, comment="contract term; months, 0 if unknown"),
    ]


book_version = Table(
    "book_version", book,
    _text("data_version", "identity of everything in this book: hash of all tables", key=True),
    _text("kind", "sample or tape"),
    _text("name", "what the book is called on the screen"),
    _month("first_month", "first month with facts"),
    _month("last_closed_month", "last month whose end has closed: the newest as-of"),
    _at("made_at", "when the book was made"),
    _text("source_sha256", "hash of the tape, or of the sample's parameters"),
    _text("mapping_sha256", "hash of the mapping file, empty for a sample"),
    comment="one row: the whole book; written last, so a book without it is half made", info={"row": "sums"},
)  # fmt: skip

book_lack = Table(
    "book_lack", book,
    _text("capability", "one of terms.CAPABILITIES that the source never had", key=True),
    comment="one row a missing capability", info={"row": "sums"},
)  # fmt: skip

customer = Table(
    "customer", book,
    _text("customer_id", "opaque number of the person", key=True, level="personal"),
    _text("id_hash", "salted hash of the identity document; C2", level="personal"),
    _text("age_band", "age at first sight, e.g. 25_34; C2, fairness tests only", level="personal"),
    _text("gender", "F, M or NA; C2, fairness tests only", level="personal"),
    _text("city_tier", "1 to 5", level="personal"),
    _text("province_code", "province of residence, two letters"),
    _fen("income_month_fen", "estimated income a month; C2", level="personal"),
    _on("first_seen_on", "day of the first application"),
    _flag("is_first_credit", "no credit anywhere before the first application"),
    comment="one row a person", info={"row": "personal"},
)  # fmt: skip

product = Table(
    "product", book,
    _text("product_code", "class, term and way of repaying", key=True),
    _text("product_class", "product class, e.g. JB_M1"),
    Column("term_months", SmallInteger, comment="contract term; months"),
    _text("repay_method", "EQ_INSTALLMENT, INTEREST_ONLY or REVOLVING"),
    _text("day_count", "30/360 or ACT/365"),
    _fen("min_fen", "smallest drawdown"),
    _fen("max_fen", "largest drawdown"),
    _text("licence_entity", "which licensed company books it"),
    comment="one row a product", info={"row": "sums"},
)  # fmt: skip

policy_version = Table(
    "policy_version", book,
    _text("policy_version", "name of the version", key=True),
    _at("effective_from", "first decision under it"),
    _at("effective_to", "first decision no longer under it; null while live"),
    _text("rules_json", "threshold by rule key, canonical JSON; see book.policy"),
    _text("author", "who wrote it"),
    _text("approver", "who approved it"),
    _text("change_ticket", "the change request"),
    _text("content_sha256", "hash of rules_json"),
    comment="one row a version; never changed", info={"row": "sums"},
)  # fmt: skip

model_version = Table(
    "model_version", book,
    _text("model_version", "name of the version", key=True),
    _text("kind", "linear or hist_gbdt"),
    _at("effective_from", "first decision scored by it"),
    _at("effective_to", "first decision no longer scored by it; null while live"),
    _month("trained_from_month", "first origination month of the training sample; null for an expert card"),
    _month("trained_to_month", "last origination month of the training sample"),
    _month("holdout_to_month", "last origination month of the held-out, later sample"),
    _text("bad_definition", "what counts as bad, in words"),
    _int("train_count", "loans in the training sample"),
    _int("holdout_count", "loans in the held-out sample"),
    _rate("holdout_auc_rate", "AUC on the held-out sample"),
    _rate("holdout_ks_rate", "KS on the held-out sample, raw scores"),
    _rate("pdo_points", "points that double the odds"),
    _rate("anchor_points", "points at the anchor odds"),
    _rate("anchor_odds", "good to bad odds at the anchor points"),
    _text("artefact_sha256", "hash of the artefact on the shelf"),
    comment="one row a version; never changed", info={"row": "sums"},
)  # fmt: skip

application = Table(
    "application", book,
    _text("application_id", "number of the application", key=True, level="applicant"),
    _text("customer_id", "the person", level="personal"),
    _text("product_code", "product asked for"),
    *_segments(),
    _fen("requested_fen", "amount asked for"),
    _at("submitted_at", "when submitted"),
    _month("submitted_month", "cohort of the application"),
    _text("result", "APPROVED, DECLINED, WITHDRAWN or PENDING"),
    _at("decided_at", "when approved or declined; null otherwise"),
    _int("decision_seconds", "seconds from submission to approval or decline; null if undecided or unknown"),
    _flag("is_repeat", "the person had a loan paid off before"),
    _flag("is_manual", "a person looked at it"),
    comment="one row an application for a credit line", info={"row": "applicant"},
)  # fmt: skip

application_stage = Table(
    "application_stage", book,
    _text("application_id", "the application", key=True, level="applicant"),
    Column("stage_no", SmallInteger, primary_key=True, autoincrement=False, comment="1 for the first of terms.STAGES"),
    _text("stage", "one of terms.STAGES"),
    _at("entered_at", "when it entered"),
    _at("left_at", "when it left; null while there"),
    _text("outcome", "PASS, FAIL (a credit decline), LEFT (withdrawn) or OPEN"),
    _month("submitted_month", "cohort of the application"),
    *_segments(),
    comment="one row a stage that an application entered; DRAWDOWN and DISBURSED are of its first drawdown",
    info={"row": "applicant"},
)  # fmt: skip

decision = Table(
    "decision", book,
    _text("decision_id", "number of the decision", key=True, level="applicant"),
    _text("application_id", "the application decided", level="applicant"),
    _at("decided_at", "when decided"),
    _month("decided_month", "month of the decision"),
    _month("submitted_month", "cohort of the application"),
    _text("decision", "APPROVED or DECLINED"),
    _text("main_reason", "first rule hit in the policy's order; null if approved without a hit"),
    _text("policy_version", "policy applied"),
    _text("model_version", "model applied"),
    _rate("score_points", "score stored at decision time; points"),
    _rate("pd_rate", "probability of bad stored at decision time"),
    _fen("requested_fen", "amount asked for"),
    _fen("limit_fen", "line granted; 0 if declined"),
    _rate("rate_day", "price offered, interest a day; null if declined"),
    _text("price_cell", "cell of the price grid; null if declined"),
    _flag("is_random_lane", "approved by lot against the policy, to learn"),
    _flag("is_override", "a person overruled the policy"),
    *_segments(),
    comment="one row a credit decision by rules and score (whoever failed KYC or anti-fraud has none)",
    info={"row": "applicant"},
)  # fmt: skip

rule_hit = Table(
    "rule_hit", book,
    _text("decision_id", "the decision", key=True, level="applicant"),
    _text("rule_key", "rule that the applicant failed; see book.policy.RULES", key=True),
    Column("rule_no", SmallInteger, comment="place in the policy's order, from 1"),
    _rate("observed_value", "the applicant's value, in the rule's unit"),
    _rate("threshold_value", "the policy's threshold, same unit"),
    _month("submitted_month", "cohort of the application"),
    comment="one row a rule that a decision hit: all of them, not only the first", info={"row": "applicant"},
)  # fmt: skip

feature_snapshot = Table(
    "feature_snapshot", book,
    _text("decision_id", "the decision", key=True, level="applicant"),
    *[_rate(f.key, f"model input at decision time; {f.unit}; source {f.source}") for f in FEATURES],
    *[_at(f"{source}_obtained_at", f"when the inputs from {source} were obtained") for source in SOURCES],
    comment="one row a decision: every model input as it was then; null is missing, never 0", info={"row": "applicant"},
)  # fmt: skip

loan = Table(
    "loan", book,
    _text("loan_id", "number of the drawdown", key=True, level="loan"),
    _text("application_id", "the line's application", level="applicant"),
    _text("customer_id", "the person", level="personal"),
    _text("product_code", "product drawn"),
    *_segments(),
    _text("repay_method", "EQ_INSTALLMENT, INTEREST_ONLY or REVOLVING"),
    _month("opened_month", "cohort of the loan"),
    _at("requested_at", "when the drawdown was asked for"),
    _at("disbursed_at", "when the money arrived"),
    _int("cash_seconds", "seconds from asking for the drawdown to the money; null if unknown"),
    _int("draw_no", "1 for the first drawdown of the line"),
    _fen("principal_fen", "original principal; null where the book has no amounts"),
    _rate("rate_day", "interest a day"),
    _on("first_due_on", "due date of the first instalment"),
    *[
        column
        for days in (30, 60, 90)
        for column in (
            _month(f"first_{days}_month", f"first month-end more than {days} days past due; null if never"),
            _int(f"first_{days}_mob", "its age in months on book"),
            _fen(f"first_{days}_fen", "principal outstanding at that month-end"),
        )
    ],
    _month("closed_month", "month in which it was paid, written off or sold; null while open"),
    _int("closed_mob", "its age in months on book"),
    _text("closed_state", "PAID, WO or SOLD; null while open"),
    _fen("lost_fen", "principal written off or sold at closing; 0 otherwise"),
    comment="one row a drawdown", info={"row": "loan"},
)  # fmt: skip

instalment = Table(
    "instalment", book,
    _text("loan_id", "the drawdown", key=True, level="loan"),
    Column("instalment_no", SmallInteger, primary_key=True, autoincrement=False, comment="from 1"),
    _month("opened_month", "cohort of the loan"),
    _on("due_on", "due date"),
    _month("due_month", "month of the due date"),
    _fen("due_principal_fen", "principal due"),
    _fen("due_interest_fen", "interest due"),
    _on("paid_on", "day on which it was settled in full; null if it was not"),
    _int("days_late", "days from due_on to paid_on, negative if early; null if it was not settled"),
    _fen("paid_principal_fen", "principal received"),
    _fen("paid_interest_fen", "interest received"),
    _flag("is_prepaid", "settled before its due month by an early pay-off: it never fell due"),
    _flag("is_off_book", "due only after the loan was written off or sold: it never fell due on the book"),
    *_segments(),
    comment="one row a contractual payment", info={"row": "loan"},
)  # fmt: skip

loan_month = Table(
    "loan_month", book,
    _text("loan_id", "the drawdown", key=True, level="loan"),
    _month("month", "closed month", key=True),
    _month("opened_month", "cohort of the loan"),
    Column("mob", SmallInteger, comment="months on book: 0 at the end of the opening month"),
    _text("state", "one of terms.STATES at the month's end"),
    _text("prev_state", "state a month before; null at mob 0"),
    Column("dpd_days", SmallInteger, comment="days past due at the month's end"),
    _fen("opening_fen", "principal a month before; 0 at mob 0; null where the book has no amounts"),
    _fen("balance_fen", "principal at the month's end; 0 once paid, written off or sold"),
    _fen("scheduled_fen", "principal that fell due in the month"),
    _fen("paid_principal_fen", "principal received in the month, prepayment included"),
    _fen("prepaid_fen", "of it, received above schedule on a loan that was current"),
    _fen("paid_interest_fen", "interest received in the month"),
    _fen("lost_fen", "principal written off or sold in the month"),
    *_segments(),
    comment="one row a loan and month-end, from the opening month to the month of closing", info={"row": "loan"},
)  # fmt: skip

recovery = Table(
    "recovery", book,
    _text("loan_id", "the drawdown written off or sold", key=True, level="loan"),
    _month("month", "month of the cash", key=True),
    _text("kind", "CASH collected, or SALE proceeds", key=True),
    _month("opened_month", "cohort of the loan"),
    _month("lost_month", "month of the write-off or sale"),
    _fen("recovered_fen", "cash received"),
    *_segments(),
    comment="one row a loan, month and kind of cash after the loan left the book", info={"row": "loan"},
)  # fmt: skip

funder = Table(
    "funder", book,
    _text("funder_code", "short code", key=True),
    _text("kind", "OWN, BANK, TRUST or ABS"),
    _text("name", "name on the screen"),
    comment="one row a funder", info={"row": "sums"},
)  # fmt: skip

funding_share = Table(
    "funding_share", book,
    _text("loan_id", "the drawdown", key=True, level="loan"),
    _text("funder_code", "who lent", key=True),
    _rate("share_rate", "share of the loan; the shares of a loan sum to 1"),
    _fen("principal_fen", "principal lent; the parts of a loan sum to its principal"),
    _month("opened_month", "cohort of the loan"),
    comment="one row a loan and funder at disbursement", info={"row": "loan"},
)  # fmt: skip
