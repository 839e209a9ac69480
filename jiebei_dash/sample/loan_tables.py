"""The drawdowns of the invented book as tables: loans, contractual payments, month-ends, cash after loss, funders."""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from jiebei_dash import terms
from jiebei_dash.sample.applying import Columns
from jiebei_dash.sample.arrays import Names, days, moments, months, take, words
from jiebei_dash.sample.borrowing import MOST_TERM
from jiebei_dash.sample.collecting import agency_codes
from jiebei_dash.sample.ledger import Ledger
from jiebei_dash.sample.months import first_day
from jiebei_dash.sample.parameters import Parameters
from jiebei_dash.sample.tables import CLASSES, product_codes

Arrays = dict[str, pa.Array]


def loan_segments(drawn: Columns, same: Arrays) -> Arrays:
    """Return the columns that every fact about a loan repeats, by loan."""
    return {
        "product_class": words(CLASSES, drawn["class"]),
        "term_months": pa.array(drawn["term"]),
        **take(same, drawn["application"]),
    }


def loan_table(loans: Ledger, drawn: Columns, names: Names, own: Arrays, parameters: Parameters) -> pa.Table:
    """Return the table ``loan``."""
    opened, closed = loans["month"], loans["closed_month"]
    is_closed = closed >= 0
    milestones: Arrays = {}
    for place, past_due in enumerate(terms.PAST_DUE_DAYS):
        mob = loans["first_mob"][:, place].astype(np.int64)
        never = mob < 0
        milestones[f"first_{past_due}_month"] = months(np.where(never, -1, opened + mob))
        milestones[f"first_{past_due}_mob"] = pa.array(mob, mask=never)
        milestones[f"first_{past_due}_fen"] = pa.array(loans["first_fen"][:, place], mask=never)
    return pa.table(
        {
            "loan_id": names.loan,
            "application_id": names.application.take(pa.array(drawn["application"])),
            "customer_id": names.customer.take(pa.array(loans["person"])),
            "product_code": product_codes(drawn["class"], drawn["term"], drawn["method"]),
            **own,
            "repay_method": words(parameters.draws.repay_methods, drawn["method"]),
            "opened_month": months(opened),
            "requested_at": moments(loans["requested_ms"]),
            "disbursed_at": moments(loans["disbursed_ms"]),
            "draw_no": pa.array(loans["draw_no"]),
            "principal_fen": pa.array(loans["principal_fen"]),
            "rate_day": pa.array(loans["rate_day"]),
            "first_due_on": days(first_day(opened + 1) + loans["bill_day"] - 1),
            **milestones,
            "closed_month": months(closed),
            "closed_mob": pa.array(closed - opened, mask=~is_closed),
            "closed_state": words(terms.STATES, np.maximum(loans["closed_state"], 0), ~is_closed),
            "lost_fen": pa.array(loans["lost_fen"]),
        }
    )


def instalment_table(loans: Ledger, names: Names, own: Arrays) -> pa.Table:
    """Return the table ``instalment``, by due month.

    An early pay-off settles the instalments after its month without their interest; they keep their contractual
    amounts as due. An instalment that falls due after a write-off or a sale stays there, unpaid.
    """
    loan, number = np.nonzero(np.arange(1, MOST_TERM + 1) <= loans["term"][:, None])
    due_month = (loans["month"][loan] + number + 1).astype(np.int16)
    order = np.argsort(due_month, kind="stable")
    loan, number, due_month = loan[order], number[order], due_month[order]
    paid_day = loans["paid_day"][loan, number]
    is_paid = paid_day >= 0
    prepaid_from = loans["prepaid_from"][loan]
    is_prepaid = (prepaid_from > 0) & (number + 1 >= prepaid_from)
    principal = np.diff(loans["sum_principal"], axis=1)[loan, number]
    interest = np.diff(loans["sum_interest"], axis=1)[loan, number]
    due_from = first_day(np.arange(int(due_month.max(initial=0)) + 1))
    return pa.table(
        {
            "loan_id": names.loan.take(pa.array(loan)),
            "instalment_no": pa.array((number + 1).astype(np.int8)),
            "opened_month": months(loans["month"][loan]),
            "due_on": days(due_from[due_month] + loans["bill_day"][loan] - 1),
            "due_month": months(due_month.astype(np.int64)),
            "due_principal_fen": pa.array(principal),
            "due_interest_fen": pa.array(interest),
            "paid_on": days(paid_day),
            "paid_principal_fen": pa.array(np.where(is_paid, principal, 0)),
            "paid_interest_fen": pa.array(np.where(is_paid & ~is_prepaid, interest, 0)),
            "is_prepaid": pa.array(is_prepaid),
            **take(own, loan),
        }
    )


def loan_month_table(rows: Columns, loans: Ledger, names: Names, own: Arrays) -> pa.Table:
    """Return the table ``loan_month``; ``rows`` are by month, as they were lived."""
    loan, month, previous = rows["loan"], rows["month"], rows["prev_state"]
    opened = loans["month"][loan]
    flows = ("opening", "balance", "scheduled", "paid_principal", "prepaid", "paid_interest", "lost", "lost_interest")
    return pa.table(
        {
            "loan_id": names.loan.take(pa.array(loan)),
            "month": months(month),
            "opened_month": months(opened),
            "mob": pa.array((month - opened).astype(np.int16)),
            "state": words(terms.STATES, rows["state"]),
            "prev_state": words(terms.STATES, np.maximum(previous, 0), previous < 0),
            "dpd_days": pa.array(rows["dpd_days"]),
            **{f"{name}_fen": pa.array(rows[f"{name}_fen"]) for name in (*flows, "overdue")},
            **take(own, loan),
        }
    )


def recovery_table(
    rows: Columns, fees: Columns, loans: Ledger, names: Names, own: Arrays, parameters: Parameters
) -> pa.Table:
    """Return the table ``recovery``."""
    loan = rows["loan"]
    return pa.table(
        {
            "loan_id": names.loan.take(pa.array(loan)),
            "month": months(rows["month"]),
            "kind": words(("CASH", "SALE"), rows["is_sale"]),
            "opened_month": months(loans["month"][loan]),
            "lost_month": months(loans["closed_month"][loan]),
            "recovered_fen": pa.array(rows["recovered_fen"]),
            "commission_fen": pa.array(fees["commission_fen"]),
            "agency_code": words(
                agency_codes(parameters.collections), np.maximum(fees["agency"], 0), fees["agency"] < 0
            ),
            **take(own, loan),
        }
    )


def funding_table(rows: Columns, loans: Ledger, names: Names, parameters: Parameters) -> pa.Table:
    """Return the table ``funding_share``."""
    return pa.table(
        {
            "loan_id": names.loan.take(pa.array(rows["loan"])),
            "funder_code": words([funder.funder_code for funder in parameters.funders], rows["funder"]),
            "share_rate": pa.array(rows["share_rate"]),
            "principal_fen": pa.array(rows["principal_fen"]),
            "opened_month": months(loans["month"][rows["loan"]]),
        }
    )


def funder_table(parameters: Parameters) -> pa.Table:
    """Return the table ``funder``."""
    return pa.table(
        {
            "funder_code": pa.array([funder.funder_code for funder in parameters.funders]),
            "kind": pa.array([funder.kind for funder in parameters.funders]),
            "name": pa.array([funder.name for funder in parameters.funders]),
        }
    )
