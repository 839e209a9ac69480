"""How far two rates differ whose groups overlap: most loans of a draft are also those of today's policy."""

from __future__ import annotations

import math
from collections.abc import Sequence

from jiebei_dash.metrics.intervals import wilson


def combined(weights: Sequence[float], shares: Sequence[float], trials: Sequence[float]) -> tuple[float, float, float]:
    """Return a weighted sum of independent proportions and how far below and above it the true one may lie, at 95%.

    Parameters
    ----------
    weights
        Of any sign. The difference of two rates that share loans is such a sum: a group of both has a small weight.
    shares
        Counted proportions.
    trials
        Behind each; a group without trials counts for nothing.

    Returns
    -------
    tuple of float
        The sum, what to take off for its lower end, what to add for its upper end.

    Notes
    -----
    **Source**: Zou and Donner (2008), Statistics in Medicine 27, 1693-1702 (MOVER), on Wilson's limits. With weights
    1 and -1 it is Newcombe (1998), method 10.
    """
    total = below = above = 0.0
    for weight, share, count in zip(weights, shares, trials, strict=True):
        if not count > 0:
            continue
        low, high = wilson(share * count, count)
        down, up = (share - low, high - share) if weight >= 0 else (high - share, share - low)
        total += weight * share
        below += (weight * down) ** 2
        above += (weight * up) ** 2
    return total, math.sqrt(below), math.sqrt(above)
