"""How far a counted share may lie from the true one."""

from __future__ import annotations

import math

_Z = 1.959963984540054


def wilson(successes: float, trials: float) -> tuple[float, float]:
    """Return Wilson's 95% interval of a proportion.

    Parameters
    ----------
    successes, trials
        Counts, or weights that add up like counts.

    Returns
    -------
    tuple of float
        Low and high, fractions 0-1; NaN without trials.

    Notes
    -----
    **Source**: Wilson (1927), Journal of the American Statistical Association 22, 209-212.
    """
    if not trials > 0:
        return math.nan, math.nan
    share, spread = successes / trials, _Z * _Z / trials
    middle = (share + spread / 2) / (1 + spread)
    half = _Z / (1 + spread) * math.sqrt(share * (1 - share) / trials + spread / (4 * trials))
    return max(0.0, float(middle - half)), min(1.0, float(middle + half))
