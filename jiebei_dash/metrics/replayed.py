"""Sums of decisions replayed by the database: loans seen, loans expected, and the bad rate of each.

A loan is *observed* if it was approved then, drawn, and six months old; *inferred* is everybody else who would become a
loan. An inferred rate always stands in columns of its own, with a low and a high.
"""

from __future__ import annotations

import pandas as pd

from jiebei_dash.metrics.frames import need

RANGES: tuple[str, ...] = ("low", "central", "high")
BADS: tuple[str, ...] = tuple(f"bads_{name}_count" for name in RANGES)
DREW: tuple[str, ...] = ("GOOD", "BAD", "WAITING")
COUNTED: tuple[str, ...] = ("decided_count", "pd_known_count", *BADS)


def by_outcome(frame: pd.DataFrame, group: str) -> pd.DataFrame:
    """Return counts and sums of groups, an outcome a column.

    Parameters
    ----------
    frame
        ``outcome``, the group's column, and the columns of ``COUNTED``.
    group
        The group's column.

    Returns
    -------
    DataFrame
        Index the group, columns (sum, outcome); 0 where nobody is.
    """
    need(frame, group, "outcome", *COUNTED)
    return frame.pivot_table(index=group, columns="outcome", values=list(COUNTED), aggfunc="sum", fill_value=0)


def loans(wide: pd.DataFrame, weight: float) -> pd.DataFrame:
    """Return the loans of approved groups, seen and expected, with their bad rates.

    Parameters
    ----------
    wide
        Of :func:`by_outcome`, or sums of its rows.
    weight
        Loans that one person declined then would become: take-up. Who was approved then and never drew is no loan;
        whose loan is too young counts whole, with its PD.

    Returns
    -------
    DataFrame
        Index of ``wide``: ``loan_count``, ``observed_count``, ``observed_bad_count``, ``observed_share_rate``,
        ``observed_bad_rate``, ``inferred_count``, ``inferred_low_rate``, ``inferred_bad_rate``,
        ``inferred_high_rate``, ``expected_low_rate``, ``expected_bad_rate``, ``expected_high_rate`` (all loans). Those
        without a PD are taken to be as bad as those with one; where none is known a rate is NaN.
    """
    observed = _of(wide, "decided_count", "GOOD") + _of(wide, "decided_count", "BAD")
    bad = _of(wide, "decided_count", "BAD")
    waiting, declined = _of(wide, "decided_count", "WAITING"), _of(wide, "decided_count", "DECLINED")
    # An unknown take-up of nobody is nobody.
    inferred = waiting + (declined * weight).where(declined > 0, 0.0)
    every = observed + inferred
    found = pd.DataFrame(
        {
            "loan_count": every,
            "observed_count": observed,
            "observed_bad_count": bad,
            "observed_share_rate": observed / every.where(every > 0),
            "observed_bad_rate": bad / observed.where(observed > 0),
            "inferred_count": inferred,
        }
    )
    named = zip(("low_rate", "bad_rate", "high_rate"), BADS, strict=True)
    for name, column in named:
        bads = _scaled(wide, column, "WAITING") + (_scaled(wide, column, "DECLINED") * weight).where(declined > 0, 0.0)
        found[f"inferred_{name}"] = bads / inferred.where(inferred > 0)
        found[f"expected_{name}"] = (bad + bads) / every.where(every > 0)
    return found


def _of(wide: pd.DataFrame, column: str, outcome: str) -> pd.Series:
    if (column, outcome) in wide.columns:
        return wide[(column, outcome)].astype(float)
    return pd.Series(0.0, index=wide.index)


def _scaled(wide: pd.DataFrame, column: str, outcome: str) -> pd.Series:
    count, known = _of(wide, "decided_count", outcome), _of(wide, "pd_known_count", outcome)
    return (_of(wide, column, outcome) * count / known.where(known > 0)).where(count > 0, 0.0)
