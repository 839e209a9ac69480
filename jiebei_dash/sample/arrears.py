"""What a loan is behind with at a month's end, in instalments, and the interest that is lost with it."""

from __future__ import annotations

import numpy as np

from jiebei_dash.sample.applying import Columns
from jiebei_dash.sample.ledger import Ledger
from jiebei_dash.sample.months import Flags, Ints


def amounts_past_due(loans: Ledger, place: Ints, paid: Ints, due_no: Ints, is_paid: Flags, is_lost: Flags) -> Columns:
    """Return instalment amounts past due, and interest past due of loans that leave the book with it.

    Parameters
    ----------
    loans, place
        The drawdowns, and which of them.
    paid, due_no
        Instalments settled, and those that have fallen due; the second may lie beyond the term.
    is_paid, is_lost
        Paid off; written off or sold this month.

    Returns
    -------
    Columns
        ``overdue_fen`` (0 once the loan has left), ``lost_interest_fen``.
    """
    found = {name: np.zeros(len(place), dtype=np.int64) for name in ("overdue_fen", "lost_interest_fen")}
    late = np.flatnonzero((due_no > paid) & ~is_paid)
    loan, last = place[late], np.minimum(due_no[late], loans["term"][place[late]])
    principal, interest = (
        (loans[name][loan, last] - loans[name][loan, paid[late]]).astype(np.int64)
        for name in ("sum_principal", "sum_interest")
    )
    found["overdue_fen"][late] = np.where(is_lost[late], 0, principal + interest)
    found["lost_interest_fen"][late] = np.where(is_lost[late], interest, 0)
    return found
