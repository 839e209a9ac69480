"""The allowance for expected credit losses at each month-end: a share of the principal by stage."""

from __future__ import annotations

import numpy as np

from jiebei_dash import terms
from jiebei_dash.sample.applying import Columns
from jiebei_dash.sample.months import Ints, step
from jiebei_dash.sample.parameters import Parameters
from jiebei_dash.sample.paying import M7_UP
from jiebei_dash.sample.tables import CLASSES

_STAGE_OF_STATE = np.array([0, 0, 1, 1, 2, 2, 2, 2])
"""Up to 30 days past due, up to 90, beyond. Source: backstops of IFRS 9, 5.5.11 and B5.5.37."""


def allowances(rows: Columns, class_of_loan: Ints, parameters: Parameters) -> Columns:
    """Return principal and allowance by month, product class and stage, where there is principal.

    Parameters
    ----------
    rows
        Loan-months of a shard.
    class_of_loan
        Number of the product class by loan.
    parameters
        The calibration.

    Returns
    -------
    Columns
        ``month``, ``class``, ``stage`` (from 1), ``gross_fen``, ``allowance_fen``; by month.

    Notes
    -----
    **Source**: house calibration; the allowance is 1.5 to 3 times the principal beyond 90 days.
    """
    open_rows = np.flatnonzero(rows["state"] <= M7_UP)
    month = rows["month"][open_rows].astype(np.int64)
    stage = _STAGE_OF_STATE[rows["state"][open_rows]]
    first, wide = int(month.min()) if len(month) else 0, len(terms.ECL_STAGES)
    place = ((month - first) * len(CLASSES) + class_of_loan[rows["loan"][open_rows]]) * wide + stage
    gross = np.bincount(place, rows["balance_fen"][open_rows]).astype(np.int64)
    at = np.flatnonzero(gross)
    month_and_class, stage_at = np.divmod(at, wide)
    month_at, class_at = np.divmod(month_and_class, len(CLASSES))
    rules = parameters.allowance
    every = range(first, first + int(month_at.max(initial=0)) + 1)
    stress = np.array([step(parameters.paying.stress_steps, each) for each in every])[month_at]
    rate = np.asarray(rules.stage_rate)[stage_at] * (1 + rules.stress_weight * (stress - 1))
    return {
        "month": month_at + first,
        "class": class_at,
        "stage": stage_at + 1,
        "gross_fen": gross[at],
        "allowance_fen": np.rint(gross[at] * np.minimum(rate, 1.0)).astype(np.int64),
    }
