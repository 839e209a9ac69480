"""Families of facts: what pages add up, as rows of the book or summed beforehand.

A family is one statement over the base tables that gives a row a fact, with its keys and its measures. A question
adds measures up by keys; whether it is given the rows themselves or the sums of a mart, it is the same question and
the same number. The month is always a key, so that a mart is refreshed month by month; dimensions of the scope are
optional keys, and a shape names those that one mart keeps.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from sqlalchemy import Select

from jiebei_dash.book.family_borrowers import borrowers
from jiebei_dash.book.family_collections import collected, contacted, entered, relapsed
from jiebei_dash.book.family_instalments import due, early_due, first_due
from jiebei_dash.book.family_lending import borrowed, lined, paid_out
from jiebei_dash.book.family_migrated import migrated
from jiebei_dash.book.family_rows import (
    OF_A_MONTH,
    RULE_INPUTS,
    allowance,
    applied,
    decided,
    funded,
    hits,
    lines,
    milestones,
    originations,
    performance,
    priced,
    recovered,
    stages,
    waits,
)
from jiebei_dash.book.grid import STEPS
from jiebei_dash.book.scope import DIMENSION_KEYS
from jiebei_dash.book.within import Within
from jiebei_dash.terms import FIRST_UNPAID_DAYS, TAKE_UP_DAYS, WAIT_EDGES_SECONDS

SMALL = tuple(key for key in DIMENSION_KEYS if key != "province_code")
"""Dimensions of few codes each."""
SINGLES: tuple[tuple[str, ...], ...] = ((), *((key,) for key in DIMENSION_KEYS))
ONES_AND_SMALL = (*SINGLES, SMALL)
ALL = (*ONES_AND_SMALL, DIMENSION_KEYS)


@dataclass(frozen=True)
class Family:
    """One kind of fact.

    Parameters
    ----------
    name
        Also the beginning of the names of its marts.
    rows
        The base statement: a row a fact; it is told how to hold each source to a part of the book.
    keys
        Columns that every mart of it keeps; the first is its month.
    optional
        Columns that some marts keep: dimensions of the scope, and the cohort where it is no key.
    measures
        Whole-number columns that are added up; none where a mart keeps a row a fact.
    sources
        Tables whose contents decide what a month's sums are.
    shapes
        What of ``optional`` each mart keeps, the fewest first.
    looks_back
        Whether a month's sums also depend on earlier months of the sources: then a change touches all later months.
    """

    name: str
    rows: Callable[[Within], Select]
    keys: tuple[str, ...]
    optional: tuple[str, ...]
    measures: tuple[str, ...]
    sources: tuple[str, ...]
    shapes: tuple[tuple[str, ...], ...]
    looks_back: bool = False

    @property
    def period(self) -> str:
        """The key that is its month."""
        return self.keys[0]

    def mart_name(self, shape: tuple[str, ...]) -> str:
        """Return the name of the mart of one shape."""
        if not shape:
            return f"{self.name}_top"
        if set(shape) == set(self.optional) and len(shape) > 1:
            return f"{self.name}_all"
        return f"{self.name}_small" if shape == SMALL else f"{self.name}_by_{'_'.join(shape)}"


_WAITS = ("waits", *(f"within_{edge}" for edge in WAIT_EDGES_SECONDS))
_FIRST = tuple(f"unpaid_{days}{of}" for days in FIRST_UNPAID_DAYS for of in ("", "_fen"))
_LATER = ("given", *(f"{given}unpaid_{days}" for given in ("", "given_") for days in FIRST_UNPAID_DAYS))
_OF_DECIDED = (*DIMENSION_KEYS, *STEPS, "spread", "decision_id")

FAMILIES: tuple[Family, ...] = (
    Family(
        "performance", performance, ("month", "opened_month", "mob", "prev_state", "state", "long_days"),
        DIMENSION_KEYS, ("loans", *OF_A_MONTH), ("loan_month",), ONES_AND_SMALL,
    ),
    Family(
        "origination", originations, ("opened_month",), DIMENSION_KEYS, ("loans", "principal_fen", *_WAITS),
        ("loan",), ALL,
    ),
    Family(
        "priced", priced, ("opened_month", "rate_day", "repay_method"), DIMENSION_KEYS, ("loans", "principal_fen"),
        ("loan",), (("product_class", "term_months"), SMALL, DIMENSION_KEYS),
    ),
    Family(
        "milestone", milestones, ("opened_month", "past_due_days", "first_month", "first_mob"), DIMENSION_KEYS,
        ("loans", "first_fen"), ("loan",), ONES_AND_SMALL,
    ),
    Family(
        "applied", applied, ("submitted_month", "result", "decided_month", "left_month", "is_slow"), DIMENSION_KEYS,
        ("applications", "requested_fen", "limit_fen"), ("application", "application_stage", "decision"), ALL,
    ),
    Family(
        "waited", waits, ("submitted_month", "is_manual", "decided_month"), DIMENSION_KEYS, _WAITS, ("application",),
        ONES_AND_SMALL,
    ),
    Family(
        "staged", stages, ("submitted_month", "stage", "outcome", "entered_month", "left_month"), DIMENSION_KEYS,
        ("applications",), ("application_stage",), ONES_AND_SMALL,
    ),
    Family(
        "hit", hits, ("submitted_month", "rule_key", "decided_month"), DIMENSION_KEYS,
        ("first_hit", "any_hit", "sole_hit"), ("decision", "rule_hit"), ALL,
    ),
    Family(
        "due", due, ("due_month", "due_on"), ("opened_month", *DIMENSION_KEYS),
        ("instalments", "due_fen", "entered", "entered_fen", "collected", "collected_fen"),
        ("instalment", "loan"), (*ONES_AND_SMALL, ("opened_month",)), looks_back=True,
    ),
    Family(
        "first_due", first_due, ("opened_month", "due_on", "late_paid_month"), DIMENSION_KEYS,
        ("loans", "principal_fen", *_FIRST, "never_paid", "never_paid_fen"), ("loan", "instalment"), ONES_AND_SMALL,
    ),
    Family(
        "early_due", early_due, ("opened_month", "instalment_no", "due_on"), DIMENSION_KEYS,
        ("loans", "principal_fen", *(f"{name}{of}" for name in _LATER for of in ("", "_fen"))), ("loan", "instalment"),
        ONES_AND_SMALL,
    ),
    Family(
        "recovered", recovered, ("month", "opened_month", "lost_month", "kind"), DIMENSION_KEYS,
        ("recovered_fen", "commission_fen"), ("recovery",), ONES_AND_SMALL,
    ),
    Family(
        "lined", lined, ("submitted_month", "decided_month", "drawn_month"), DIMENSION_KEYS,
        ("lines", *(f"drawn_{days}" for days in TAKE_UP_DAYS), "undated"), ("application", "loan"), ONES_AND_SMALL,
    ),
    Family(
        "borrowed", borrowed, ("opened_month",), (),
        ("borrowers", "loans", "principal_fen", "new_loans", "new_fen", "repeat_loans", "repeat_fen"), ("loan",),
        ((),), looks_back=True,
    ),
    Family(
        "paid_out", paid_out, ("opened_month",), ("requested_hour", "funder_code", *DIMENSION_KEYS), _WAITS,
        ("loan", "funding_share"), (("requested_hour",), ("funder_code",)),
    ),
    Family(
        "line", lines, ("month",), DIMENSION_KEYS, ("active_delta_fen", "frozen_delta_fen"), ("line_event",),
        ONES_AND_SMALL,
    ),
    Family(
        "funded", funded, ("opened_month", "funder_code"), DIMENSION_KEYS, ("loans", "principal_fen"),
        ("funding_share", "loan"), ONES_AND_SMALL,
    ),
    Family(
        "collected", collected, ("month", "agency_code"), ("opened_month", *DIMENSION_KEYS),
        ("payments", "recovered_fen", "commission_fen"), ("recovery",), ((),),
    ),
    Family(
        "contacted", contacted, ("month", "agency_code", "contact_channel", "promised_month"),
        ("opened_month", *DIMENSION_KEYS), ("contacts", "reached", "judged", "outside", "promises", "kept"),
        ("contact",), ((),),
    ),
    Family(
        "entered", entered, ("month", "entered_month", "bucket", "after_months"), ("opened_month", *DIMENSION_KEYS),
        ("loans", "entered_fen", "paid_fen", "cured", "cured_fen"), ("loan_month",), ONES_AND_SMALL, looks_back=True,
    ),
    Family(
        "relapsed", relapsed, ("month", "cured_month", "bucket", "after_months"), ("opened_month", *DIMENSION_KEYS),
        ("cured", "relapsed"), ("loan_month",), SINGLES, looks_back=True,
    ),
    Family(
        "allowance", allowance, ("month", "ecl_stage"), ("product_class",), ("gross_fen", "allowance_fen"),
        ("allowance",), (("product_class",),),
    ),
    Family(
        "borrowers", borrowers, ("month", "split", "code", "bucket"), (), ("borrowers",), ("loan_month", "loan"),
        ((),),
    ),
    Family(
        "migrated", migrated, ("month", "state_then", "long_days_then", "state", "long_days"),
        ("opened_month", *DIMENSION_KEYS), ("loans", "opening_fen", "left_fen"), ("loan_month",), SINGLES,
    ),
    Family(
        "decided", decided,
        ("submitted_month", "decided_month", "decision", "requested_fen", "granted_fen", "limit_fen", "score_points",
         "pd_rate", "drawn_month", "bad_mob", "first_30_mob", "drawn_fen", *RULE_INPUTS),
        _OF_DECIDED, (), ("decision", "feature_snapshot", "rule_hit", "loan"), (_OF_DECIDED,),
    ),
)  # fmt: skip
BY_NAME = {family.name: family for family in FAMILIES}
