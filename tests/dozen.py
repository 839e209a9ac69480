"""A book of twelve loans that can be counted by eye; months are of 2024, the last closed one is October.

Instalments are of principal / term plus 1 % of the principal, due on the 10th, from the month after opening; amounts
in yuan. A state string starts at the opening month, one letter group a month-end; days past due are at month-ends.

====  =====  ======  ====  =====================================  ===============================================
loan  opens  amount  term  states                                 story
====  =====  ======  ====  =====================================  ===============================================
L01   Jan    6,000   6     C C C C C C PAID                       on time
L02   Jan    6,000   6     C M1 M2 M3 M4 M5 M6 WO                 never paid: 19 50 80 111 141 172 days; 6,000 lost
                                                                  in Aug, 100 and 300 recovered in Sep and Oct
L03   Jan    3,000   3     C C PAID                               paid off early on 5 Mar: 1,000 above schedule
L04   Feb    6,000   6     C C M1 M2 C C PAID                     20, 51 days, then cured on 12 Jun
L05   Feb    3,000   3     C C C PAID                             on time
L06   Feb    6,000   6     C C C M1 M2 M3 M4 SOLD                 two paid; 21 51 82 113 days; 4,000 sold in Sep
                                                                  for 400
L07   Mar    6,000   6     C C C C C C PAID                       on time
L08   Mar    12,000  12    C C C C C C C C                        first one 8 days late; 5,000 left in Oct
L09   Mar    6,000   6     C C C M1 C C PAID                      third one 25 days late
L10   Jul    12,000  12    C C C C                                on time; 9,000 left
L11   Jul    6,000   6     C C M1 M2                              one paid; 20, 51 days; second draw of L08's line
L12   Jul    3,000   3     C M1 M2 M3                             never paid: 21 51 82 days
====  =====  ======  ====  =====================================  ===============================================

Balance at month-ends, in thousands of yuan, and of it more than 30 days past due:

======  ====  ====  ====  ====  ====  ====  ====  ====  ====  ====
month   Jan   Feb   Mar   Apr   May   Jun   Jul   Aug   Sep   Oct
======  ====  ====  ====  ====  ====  ====  ====  ====  ====  ====
book    15    28    46    40    35    29    44    32    24    22
30+     0     0     6     6     11    10    10    4     3     8
======  ====  ====  ====  ====  ====  ====  ====  ====  ====  ====

Nineteen applications: eleven lines that were drawn; A12 and A17 approved and not drawn, A17 after nine days by hand;
A13, A14 and A18 declined by the policy; A15 withdrawn in KYC; A16 failed anti-fraud; A19 still open in October.
"""

from __future__ import annotations

from datetime import date

LAST = date(2024, 10, 1)
FEN = 100
Row = dict[str, object]

# application: loan's segments (product, channel, province, band, term), yuan asked and granted, submitted, seconds to
# the decision, score, Zhima score, result, rules hit
_STD, _M1, _FLEX = "JB_STD", "JB_M1", "JB_FLEX"
APPLICATIONS: dict[str, tuple[object, ...]] = {
    "A01": (_STD, "HOME", "GD", "700_749", 6, 10_000, 8_000, "2024-01-08 09:00:00", 2, 640.0, 720, "APPROVED", ()),
    "A02": (_M1, "CHECKOUT", "ZJ", "600_649", 6, 10_000, 8_000, "2024-01-09 09:00:00", 2, 584.0, 620, "APPROVED",
            ("score_floor",)),
    "A03": (_STD, "HOME", "GD", "650_699", 3, 10_000, 8_000, "2024-01-10 09:00:00", 3, 622.0, 680, "APPROVED", ()),
    "A04": (_M1, "RECALL", "JS", "600_649", 6, 10_000, 8_000, "2024-02-05 09:00:00", 3, 600.0, 610, "APPROVED", ()),
    "A05": (_STD, "HOME", "GD", "700_749", 3, 10_000, 8_000, "2024-01-30 09:00:00", 259_200, 645.0, 730, "APPROVED",
            ()),
    "A06": (_FLEX, "PARTNER", "JS", "600_649", 6, 10_000, 8_000, "2024-02-07 09:00:00", 4, 598.0, 640, "APPROVED", ()),
    "A07": (_STD, "HOME", "ZJ", "750_UP", 6, 10_000, 8_000, "2024-03-04 09:00:00", 4, 655.0, 780, "APPROVED", ()),
    "A08": (_M1, "CHECKOUT", "GD", "650_699", 12, 20_000, 18_000, "2024-03-05 09:00:00", 5, 618.0, 690, "APPROVED", ()),
    "A09": (_STD, "HOME", "JS", "650_699", 6, 10_000, 8_000, "2024-03-06 09:00:00", 5, 611.0, 660, "APPROVED", ()),
    "A10": (_STD, "HOME", "GD", "750_UP", 12, 20_000, 12_000, "2024-07-08 09:00:00", 8, 660.0, 790, "APPROVED", ()),
    "A11": (_FLEX, "PARTNER", "SD", "600_649", 3, 10_000, 8_000, "2024-07-09 09:00:00", 8, 592.0, 605, "APPROVED", ()),
    "A12": (_STD, "HOME", "SD", "700_749", 6, 10_000, 8_000, "2024-07-10 09:00:00", 10, 630.0, 705, "APPROVED", ()),
    "A13": (_M1, "CHECKOUT", "HA", "LT600", 6, 10_000, 0, "2024-01-11 09:00:00", 1, 591.0, 560, "DECLINED",
            ("zhima_floor", "other_lenders_cap")),
    "A14": (_M1, "RECALL", "SD", "600_649", 6, 10_000, 0, "2024-02-08 09:00:00", 6, 570.0, 615, "DECLINED",
            ("score_floor",)),
    "A15": (_STD, "HOME", "GD", "NA", 6, 10_000, 0, "2024-03-07 09:00:00", None, None, None, "WITHDRAWN", ()),
    "A16": (_M1, "PARTNER", "HA", "600_649", 6, 10_000, 0, "2024-03-08 09:00:00", 1, None, 625, "DECLINED", ()),
    "A17": (_STD, "HOME", "ZJ", "650_699", 6, 10_000, 8_000, "2024-07-11 09:00:00", 777_600, 600.0, 665, "APPROVED",
            ("dti_cap",)),
    "A18": (_M1, "CHECKOUT", "GD", "600_649", 6, 10_000, 0, "2024-07-12 09:00:00", 7, 595.0, 630, "DECLINED",
            ("other_lenders_cap",)),
    "A19": (_STD, "HOME", "JS", "700_749", 6, 10_000, 0, "2024-10-30 09:00:00", None, None, 735, "PENDING", ()),
}  # fmt: skip

# loan: application, draw, customer, product, term, yuan, opening month, seconds to the money, states, day of each
# payment (None never, by the end of October)
_NEVER = (None,) * 12
LOANS: dict[str, tuple[object, ...]] = {
    "L01": ("A01", 1, _STD, 6, 6_000, 1, 20, "C C C C C C PAID",
            ("02-10", "03-10", "04-10", "05-10", "06-10", "07-10")),
    "L02": ("A02", 1, _M1, 6, 6_000, 1, 30, "C M1 M2 M3 M4 M5 M6 WO", _NEVER),
    "L03": ("A03", 1, _STD, 3, 3_000, 1, 40, "C C PAID", ("02-10", "03-05", "03-05")),
    "L04": ("A04", 1, _M1, 6, 6_000, 2, 50, "C C M1 M2 C C PAID",
            ("03-10", "06-12", "06-12", "06-12", "07-10", "08-10")),
    "L05": ("A05", 1, _STD, 3, 3_000, 2, 60, "C C C PAID", ("03-10", "04-10", "05-10")),
    "L06": ("A06", 1, _FLEX, 6, 6_000, 2, 70, "C C C M1 M2 M3 M4 SOLD", ("03-10", "04-10", *_NEVER)),
    "L07": ("A07", 1, _STD, 6, 6_000, 3, 80, "C C C C C C PAID",
            ("04-10", "05-10", "06-10", "07-10", "08-10", "09-10")),
    "L08": ("A08", 1, _M1, 12, 12_000, 3, 90, "C C C C C C C C",
            ("04-18", "05-10", "06-10", "07-10", "08-10", "09-10", "10-10", *_NEVER)),
    "L09": ("A09", 1, _STD, 6, 6_000, 3, 100, "C C C M1 C C PAID",
            ("04-10", "05-10", "07-05", "07-10", "08-10", "09-10")),
    "L10": ("A10", 1, _STD, 12, 12_000, 7, 110, "C C C C", ("08-10", "09-10", "10-10", *_NEVER)),
    "L11": ("A08", 2, _M1, 6, 6_000, 7, 120, "C C M1 M2", ("08-10", *_NEVER)),
    "L12": ("A11", 1, _FLEX, 3, 3_000, 7, 7_200, "C M1 M2 M3", _NEVER),
}  # fmt: skip
CUSTOMER_OF = {number: f"K{number[1:]}" for number in APPLICATIONS} | {"A10": "K01"}
"""One person a number, but A10 is of the person who paid off L01: a repeat customer."""


def segments_of(application: str) -> Row:
    """The dimensions of an application."""
    product, channel, province, band, term = APPLICATIONS[application][:5]
    return {
        "product_class": product,
        "channel": channel,
        "province_code": province,
        "zhima_band": band,
        "term_months": term,
    }
