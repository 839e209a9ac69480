"""Contacts with late borrowers, what they promise and keep, and what agencies are paid for cash after a loss.

Payments are lived already: a contact comes before the payment that ends the arrears, and a promise is kept if that
payment came by the day promised.
"""

from __future__ import annotations

import numpy as np

from jiebei_dash import terms
from jiebei_dash.sample.applying import DAY_MS, Columns
from jiebei_dash.sample.ledger import Ledger
from jiebei_dash.sample.months import Floats, Ints, first_day, last_day
from jiebei_dash.sample.parameters import Parameters
from jiebei_dash.sample.parameters_risk import Collections
from jiebei_dash.sample.paying import CURRENT, M6, PAID

_EDGES = np.asarray(terms.BUCKET_EDGES_DAYS)
_GROUP_OF_BUCKET = np.array([0, 0, 1, 1, 2, 2, 2, 2])
"""Collections work in three groups: M1, M2 and M3, later."""
_REACHED, _NOT_REACHED, _PROMISED, _REFUSED = range(len(terms.CONTACT_RESULTS))
_HOUR_MS = 3_600_000
_TOO_LATE_HOURS = 2


def contacts(loans: Ledger, rows: Columns, parameters: Parameters, chooser: np.random.Generator) -> Columns:
    """Return one to three contacts a month in which a loan was late at its beginning or its end.

    Parameters
    ----------
    loans
        All drawdowns of a shard.
    rows
        Its loan-months, by month.
    parameters, chooser
        Calibration, and chance of this purpose.

    Returns
    -------
    Columns
        ``loan``, ``contact_no``, ``month``, ``at_ms``, ``bucket``, ``agency``, ``channel`` and ``result`` by number,
        ``promised_fen``, ``promised_day`` and ``kept_day`` (-1 if there is none), ``is_permitted``; by month.

    Notes
    -----
    **Source**: house calibration: half to two thirds reached, 40 to 60 % of promises kept, 99.5 % permitted.
    """
    rules = parameters.collections
    is_late = ((rows["state"] > CURRENT) & (rows["state"] < PAID)) | (rows["prev_state"] > CURRENT)
    late = np.flatnonzero(is_late & (rows["prev_state"] <= M6))
    first, second = rules.one_more_share
    lot = chooser.random(len(late))
    of_row = np.repeat(late, 1 + (lot < first).astype(np.int64) + (lot < first * second))
    loan, month = rows["loan"][of_row].astype(np.int64), rows["month"][of_row].astype(np.int64)
    behind = np.maximum(rows["prev_state"][of_row].astype(np.int64), 0)
    opened, bill_day = loans["month"][loan], loans["bill_day"][loan]
    oldest = month - behind - opened
    due_day = first_day(month - behind) + bill_day - 1
    paid_day = loans["paid_day"][loan, oldest - 1].astype(np.int64)
    end = last_day(month)
    last = np.where((paid_day >= 0) & (paid_day < end), paid_day, end)
    start = np.minimum(np.maximum(first_day(month), due_day + 1), last)
    lots = chooser.random((8, len(of_row)))
    day = start + np.floor(lots[0] * (last - start + 1)).astype(np.int64)
    is_permitted = lots[1] >= rules.too_late_rate
    hour = np.where(
        is_permitted,
        rules.first_hour + lots[2] * (rules.last_hour - rules.first_hour),
        rules.last_hour + 1 + lots[2] * _TOO_LATE_HOURS,
    )
    order = np.lexsort((day + hour / 24, loan, month))
    found = {
        "loan": loan, "month": month, "day": day, "at_ms": day * DAY_MS + (hour * _HOUR_MS).astype(np.int64),
        "is_permitted": is_permitted, "oldest": oldest, "paid_day": paid_day, "due_day": due_day,
        "due_no": np.minimum(month - opened - (day < first_day(month) + bill_day - 1), loans["term"][loan]),
    }  # fmt: skip
    found = {name: values[order] for name, values in found.items()}
    found |= _results(found, loans, rules, lots[3:])
    found["contact_no"] = _numbered(found["loan"])
    return found


def _results(found: Columns, loans: Ledger, rules: Collections, lots: Floats) -> Columns:
    day, loan, paid_day = found["day"], found["loan"], found["paid_day"]
    bucket = np.searchsorted(_EDGES, day - found["due_day"], side="left")
    group = _GROUP_OF_BUCKET[bucket]
    edges = np.cumsum(np.asarray(rules.channel_share), axis=1)[group]
    reached = lots[1] < np.asarray(rules.reached_rate)[group]
    pays_soon = (paid_day >= day) & (paid_day <= day + rules.pays_within_days)
    promises = reached & (lots[2] < np.where(pays_soon, rules.promise_rate_payer, rules.promise_rate_other))
    refuses = reached & ~promises & ~pays_soon & (lots[2] > 1 - rules.refused_rate)
    planned = day + 1 + np.floor(lots[3] * rules.promise_days).astype(np.int64)
    told = np.where(pays_soon & (lots[4] < rules.told_the_day_share), np.maximum(planned, paid_day), planned)
    kept = promises & (paid_day >= day) & (paid_day <= told)
    before = np.maximum(found["oldest"] - 1, 0)
    owed = sum(
        (loans[name][loan, found["due_no"]] - loans[name][loan, before]).astype(np.int64)
        for name in ("sum_principal", "sum_interest")
    )
    return {
        "bucket": bucket,
        "channel": (lots[0][:, None] >= edges[:, :-1]).sum(axis=1),
        "agency": _agency(loan, group, rules),
        "result": np.select([promises, refuses, reached], [_PROMISED, _REFUSED, _REACHED], _NOT_REACHED),
        "promised_fen": np.where(promises, owed, -1),
        "promised_day": np.where(promises, told, -1),
        "kept_day": np.where(kept, paid_day, -1),
    }


def agency_codes(rules: Collections) -> tuple[str, ...]:
    """Return the codes of all agencies; an agency's number is its place."""
    every = [code for group in rules.agencies for code in group]
    return tuple(dict.fromkeys((*every, *rules.recovery_agencies)))


def _agency(loan: Ints, group: Ints, rules: Collections) -> Ints:
    """A loan stays with an agency for as long as it is of a group."""
    every = agency_codes(rules)
    places = [np.array([every.index(code) for code in codes]) for codes in rules.agencies]
    return np.asarray(
        np.select([group == at for at in range(len(places))], [each[loan % len(each)] for each in places])
    )


def _numbered(loan: Ints) -> Ints:
    """Contacts of a loan, from 1, in their order."""
    order = np.argsort(loan, kind="stable")
    in_order = loan[order]
    number = np.empty(len(loan), dtype=np.int64)
    number[order] = np.arange(len(loan)) - np.searchsorted(in_order, in_order) + 1
    return number


def commissions(cash: Columns, loans: Ledger, parameters: Parameters) -> Columns:
    """Return who collected the cash after a loss and for which fee.

    Parameters
    ----------
    cash
        As :func:`jiebei_dash.sample.funding.recoveries` returns it.
    loans, parameters
        All drawdowns of a shard, and the calibration.

    Returns
    -------
    Columns
        ``commission_fen`` (0 for the lender's own collectors and for a sale), ``agency`` by number, -1 for a sale.
    """
    rules = parameters.collections
    codes = agency_codes(rules)
    places = np.array([codes.index(code) for code in rules.recovery_agencies])
    agency = np.where(cash["is_sale"], -1, places[cash["loan"] % len(places)])
    age = cash["month"] - loans["closed_month"][cash["loan"]]
    rate = np.interp(age, rules.commission_months, rules.commission_rate)
    has_fee = ~cash["is_sale"] & (agency != codes.index(terms.OWN_AGENCY))
    fee = np.rint(cash["recovered_fen"] * np.where(has_fee, rate, 0.0)).astype(np.int64)
    return {"commission_fen": fee, "agency": agency}
