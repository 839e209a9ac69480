"""The parts of a score that an applicant is told: what spoke against, what spoke for.

The sentences stand in ``text/<language>/reasons.toml``, one an input and side: ``reasons.against.<feature>`` and
``reasons.for.<feature>``.
"""

from __future__ import annotations

import pandas as pd

LEAST_POINTS = 1.0
"""A part of less than one point does not move a decision: naming it would mislead."""
MOST_REASONS = 4


def ranked_reasons(points: pd.Series, most: int = MOST_REASONS, least_points: float = LEAST_POINTS) -> list[str]:
    """Return the inputs that spoke against an applicant, the heaviest first.

    Parameters
    ----------
    points
        One row of an explanation: points by feature, negative lowered the score.
    most
        How many reasons at most.
    least_points
        Smallest part that counts as a reason; points, positive.

    Returns
    -------
    list of str
        Feature keys; parts of equal weight stand in the order of ``points``. Empty if nothing spoke against.

    Notes
    -----
    **Source**: at most four principal reasons is the practice under Regulation B, 12 CFR 1002.9, comment 9(b)(2)-1;
    that the score itself must be explainable to the person follows from art. 24 of the PRC's personal information
    protection law.
    """
    return _ranked(-points, most, least_points)


def ranked_strengths(points: pd.Series, most: int = MOST_REASONS, least_points: float = LEAST_POINTS) -> list[str]:
    """Return the inputs that spoke for an applicant, the heaviest first; see :func:`ranked_reasons`."""
    return _ranked(points, most, least_points)


def _ranked(weights: pd.Series, most: int, least_points: float) -> list[str]:
    heavy = weights[weights >= least_points].sort_values(ascending=False, kind="stable")
    return [str(key) for key in heavy.index[:most]]
