"""The field's ordered words: codes that the book stores, in the order in which a reader meets them.

Labels stand in ``text/``; the order of a tuple here is the order of every axis, legend and table.
Source: house definitions; the Zhima bands are those published with the score, the upper one split at 750.
"""

from __future__ import annotations

from typing import Literal

Role = Literal["manager", "analyst", "auditor"]
ROLES: tuple[Role, ...] = ("manager", "analyst", "auditor")

Language = Literal["en", "zh"]
LANGUAGES: tuple[Language, ...] = ("en", "zh")

Basis = Literal["balance", "count"]
BASES: tuple[Basis, ...] = ("balance", "count")

Measure = Literal["current", "ever", "loss", "net_loss"]
MEASURES: tuple[Measure, ...] = ("current", "ever", "loss", "net_loss")
"""Of a vintage: past due then and lost to date; past due once; written off and sold to date; less what came back."""
NEED_WRITE_OFFS: tuple[Measure, ...] = ("loss", "net_loss")
Cohort = Literal["month", "quarter"]
COHORTS: tuple[Cohort, ...] = ("month", "quarter")
COHORT_MONTHS: dict[str, int] = {"month": 1, "quarter": 3}
Span = Literal["month", "quarter", "year"]
SPANS: tuple[Span, ...] = ("month", "quarter", "year")
"""How long a vintage is where policies are tested on the past."""
SPAN_MONTHS: dict[str, int] = {"month": 1, "quarter": 3, "year": 12}

Flow = Literal["C_M1", "M1_M2", "M2_M3", "forward", "stay", "cure"]
FLOWS: tuple[Flow, ...] = ("C_M1", "M1_M2", "M2_M3", "forward", "stay", "cure")
"""One cell of the matrix, or what all of M1 to M6 did together."""
Lending = Literal["none", "recent"]
LENDINGS: tuple[Lending, ...] = ("none", "recent")
"""What a projection lends: nothing, or each month the mean of the last three."""
OUTCOMES: tuple[str, ...] = ("lost", "default", "paid", "running")
"""Written off or sold; past due more than 90 days and on the book; paid off; on the book and performing."""
LateLevel = Literal["one_plus", "borrowers", "overdue_amount"]
LATE_LEVELS: tuple[LateLevel, ...] = ("one_plus", "borrowers", "overdue_amount")
"""Other ways to say how late a book is: anything late at all, who is late, and instalments alone."""
Ratio = Literal["past_due_30", "past_due_60", "past_due_90", "entry_roll", "approval"]
RATIOS: tuple[Ratio, ...] = ("past_due_30", "past_due_60", "past_due_90", "entry_roll", "approval")
"""Ratios whose change can be taken apart."""
CashBy = Literal["requested_hour", "channel", "funder_code"]
CASH_BY: tuple[CashBy, ...] = ("requested_hour", "channel", "funder_code")
"""What the time to cash is split by."""
Group = Literal["gender", "age_band", "is_first_credit", "province_code", "group_code"]
GROUPS: tuple[Group, ...] = ("gender", "age_band", "is_first_credit", "province_code", "group_code")
"""What applicants are grouped by where a policy is tested for fairness: columns of ``customer``."""
AGE_BANDS: tuple[str, ...] = ("0_2", "3_5", "6_8", "9_11", "12_UP")
"""Months on book."""

BUCKET_EDGES_DAYS: tuple[int, ...] = (0, 30, 60, 90, 120, 150, 180)
"""Upper end of each bucket in days past due, inclusive: C is 0, M1 is 1-30, ..., M7+ is above 180."""
BUCKETS: tuple[str, ...] = ("C", "M1", "M2", "M3", "M4", "M5", "M6", "M7+")
DEFAULTED_BEYOND_DAYS = 90
"""More days past due than so many is a default. Source: house definition L3."""
EXITS: tuple[str, ...] = ("PAID", "WO", "SOLD")
STATES: tuple[str, ...] = BUCKETS + EXITS
PAID_DOWN = "PAID_DOWN"
"""Not a state of a loan: the part of the opening balance repaid while the loan stayed open."""
MOVES_TO: tuple[str, ...] = BUCKETS + ("PAID", PAID_DOWN, "WO", "SOLD")

PAST_DUE_DAYS: tuple[int, ...] = (30, 60, 90)
"""The thresholds with a milestone on the loan: "30+" is strictly more than 30 days past due."""
LONG_PAST_DUE_DAYS: tuple[int, ...] = (270, 360)
"""Thresholds inside the last bucket; none is passed where the days are unknown."""

RISK_CLASSES: tuple[str, ...] = ("PASS", "SPECIAL_MENTION", "SUBSTANDARD", "DOUBTFUL", "LOSS")
"""The regulator's five classes; the days of each stand in a dated table, see :mod:`jiebei_dash.classes`."""
NON_PERFORMING: tuple[str, ...] = RISK_CLASSES[2:]

STAGES: tuple[str, ...] = ("KYC", "ANTI_FRAUD", "RULES", "SCORE", "LINE", "DRAWDOWN", "DISBURSED")
"""After SUBMIT; an application enters a stage, and passes, fails or leaves it."""
RESULTS: tuple[str, ...] = ("APPROVED", "DECLINED", "WITHDRAWN", "PENDING")

ZHIMA_BANDS: tuple[str, ...] = ("LT600", "600_649", "650_699", "700_749", "750_UP", "NA")
PRODUCT_CLASSES: tuple[str, ...] = ("JB_STD", "JB_M1", "JB_FLEX", "NA")
CHANNELS: tuple[str, ...] = ("HOME", "CHECKOUT", "RECALL", "PARTNER", "NA")
REPAY_METHODS: tuple[str, ...] = ("EQ_INSTALLMENT", "INTEREST_ONLY", "REVOLVING", "NA")
WITHOUT_SCHEDULE: tuple[str, ...] = ("JB_FLEX",)
"""Product classes whose principal falls due in one sum at the end: nothing is ahead of a schedule before."""
TERMS_MONTHS: tuple[int, ...] = (3, 6, 9, 12, 24, 0)
PROVINCES: tuple[str, ...] = (
    "GD",
    "JS",
    "SD",
    "ZJ",
    "HA",
    "SC",
    "HB",
    "HN",
    "FJ",
    "AH",
    "HE",
    "SH",
    "BJ",
    "LN",
    "JX",
    "SN",
    "GX",
    "CQ",
    "YN",
    "SX",
    "GZ",
    "HL",
    "TJ",
    "NM",
    "JL",
    "XJ",
    "GS",
    "HI",
    "NX",
    "QH",
    "XZ",
    "NA",
)
"""Provinces by weight in the sample book, largest first; NA where a tape has none."""

WAIT_EDGES_SECONDS: tuple[int, ...] = (
    1, 2, 3, 5, 7, 10, 15, 20, 30, 45, 60, 90, 120, 180, 300, 600, 900, 1_800, 3_600, 7_200, 14_400, 28_800, 86_400,
    172_800, 259_200, 604_800,
)  # fmt: skip
"""Waits are counted up to each of these, so a percentile reads "within 20 s" and adds up over any part of the book."""
TAKE_UP_DAYS: tuple[int, ...] = (7, 30, 90)
"""Within so many days of its approval a line is drawn. Source: house definition F4."""
FIRST_UNPAID_DAYS: tuple[int, ...] = (1, 7, 15, 30)
"""The x of FPDx. Source: house definition E4."""
LATER_INSTALMENTS: tuple[int, ...] = (2, 3)
"""The instalments of SPD and TPD. Source: house definition E5."""
DECIDED_WITHIN_DAYS = 7
"""A decision later than this is not of the approval rate. Source: house definition F1."""
COLLECTED_WITHIN_DAYS = 30
"""Of an instalment that was unpaid at the end of its day. Source: house definition E2."""

WATCHED_MONTHS = 3
"""A batch is watched for so long after it entered a bucket, and a loan after its cure. Source: house R1 and R9."""

LINE_EVENTS: tuple[str, ...] = ("OPEN", "RAISE", "CUT", "FREEZE", "THAW", "CLOSE")
"""What may happen to a credit line."""
LINE_REASONS: tuple[str, ...] = (
    "APPROVED", "GOOD_PAYER", "PAST_DUE", "CURED", "NOT_USED", "TERM_ENDED", "GIVEN_UP", "LOST", "NA",
)  # fmt: skip
"""Why it happened; NA where a tape does not say."""
ECL_STAGES: tuple[int, ...] = (1, 2, 3)
"""Stages of expected credit loss: twelve months, whole life, credit-impaired. Source: IFRS 9, 5.5."""
CONTACT_CHANNELS: tuple[str, ...] = ("SMS", "CALL", "VISIT", "NA")
CONTACT_RESULTS: tuple[str, ...] = ("REACHED", "NOT_REACHED", "PROMISED", "REFUSED")
OWN_AGENCY = "OWN"
"""The lender's own collectors."""
REACHED: tuple[str, ...] = ("REACHED", "PROMISED", "REFUSED")
"""Results of a contact in which the borrower was spoken to."""
CASH_KINDS: tuple[str, ...] = ("CASH", "SALE")
"""Of what comes in after a loan was lost: collected, or proceeds of its sale."""

CAPABILITIES: tuple[str, ...] = (
    "amounts",
    "applicants",
    "declined_applicants",
    "decision_features",
    "instalments",
    "funding",
    "write_offs",
    "calendar",
    "whole_cohorts",
    "limits",
    "allowance",
    "contacts",
    "recoveries",
    "commissions",
    "lost_interest",
    "overdue_amounts",
    "cash_flows",
    "borrowers",
)
"""What a book may lack (table ``book_lack``); a page names what it needs and says what is missing."""
ESTIMATES: tuple[str, ...] = ("final_status", "missed_payments", "month_of_default")
"""What of a book was derived by a rule and not observed (table ``book_estimate``), said on every figure: loan-months
from one final status a loan; days past due from payments of zero; the month of a default from a late date."""


def buckets_beyond(past_due_days: int) -> tuple[str, ...]:
    """Return the buckets of loans more than so many days past due.

    Parameters
    ----------
    past_due_days
        Upper end of a bucket, one of ``BUCKET_EDGES_DAYS``.
    """
    return BUCKETS[BUCKET_EDGES_DAYS.index(past_due_days) + 1 :]


def bucket_of(dpd_days: int) -> str:
    """Return the delinquency bucket of a number of days past due.

    Parameters
    ----------
    dpd_days
        Calendar days since the oldest unpaid due date, 0 if nothing is overdue.

    Returns
    -------
    str
        One of ``BUCKETS``.

    Notes
    -----
    **Source**: house definition; the upper edge belongs to the bucket (30 days is M1).
    """
    for bucket, edge in zip(BUCKETS, BUCKET_EDGES_DAYS, strict=False):
        if dpd_days <= edge:
            return bucket
    return BUCKETS[-1]


def zhima_band_of(zhima_score: float | None) -> str:
    """Return the band of a Zhima score (350-950), ``NA`` if there is none.

    Notes
    -----
    **Source**: bands published with the score; the upper one is split at 750.
    """
    if zhima_score is None or zhima_score != zhima_score:
        return "NA"
    if zhima_score < 600:
        return "LT600"
    if zhima_score >= 750:
        return "750_UP"
    low = int(zhima_score // 50 * 50)
    return f"{low}_{low + 49}"


LOAN_OUTCOMES: tuple[str, ...] = ("DECLINED", "NOT_DRAWN", "WAITING", "GOOD", "BAD")
"""What became of a decision: no line, a line never drawn, a loan too young to tell, one seen to stay good, or not."""
SWAP_CELLS: tuple[str, ...] = ("KEPT", "SWAPPED_OUT", "SWAPPED_IN", "DECLINED")
"""Both policies approve; today's alone; the proposed one alone; neither."""
LAB_MEASURES: tuple[str, ...] = (
    "decided_count", "requested_fen", "pd_sum", "loan_count", "bads_low_count", "bads_central_count",
    "bads_high_count", "limit_fen", "bads_low_fen", "bads_central_fen", "bads_high_fen", "interest_fen",
)  # fmt: skip
"""What the policy lab adds up of decisions. Loans and what follows still want the weight of their outcome;
``limit_fen`` is the line, ``interest_fen`` the line times the yearly price, ``bads_*`` chances of a bad loan."""
Mix = Literal["segments", "channel", "product_class", "zhima_band"]
MIXES: tuple[Mix, ...] = ("segments", "channel", "product_class", "zhima_band")
"""What is held alike where KS of two windows is compared: channel x product x Zhima band, or one of them."""
FEWEST_OF_A_CELL = 30
"""Loans on a side; a smaller cell of a mix is folded into a coarser one. Source: house definition."""
DRIFTS: tuple[str, ...] = ("CHANCE", "STABLE", "WATCH", "ACT")
"""An index of stability: no more than sampling gives; below 0.1; 0.1 to 0.25; above. Source: Siddiqi (2006)."""
