"""Populations of the lab made of a few columns, for tests."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from jiebei_dash.book.grid import GRID_RULES
from jiebei_dash.book.scope import DIMENSION_KEYS
from jiebei_dash.lab.population import REPLICATES, Population


def people_of(
    outcome: Sequence[int],
    pd_rate: Sequence[float],
    points: Sequence[float] | None = None,
    lane: Sequence[int] | None = None,
) -> Population:
    """Return a population in which everybody passes every rule and asks for a hundred yuan."""
    count = len(outcome)
    score = np.full(count, 600.0) if points is None else np.asarray(points, float)
    inputs = {rule.column: np.full(count, np.nan) for rule in GRID_RULES} | {"score_points": score}
    return Population(
        key="test",
        month=np.zeros(count, np.int16),
        outcome=np.asarray(outcome, np.uint8),
        lane=np.zeros(count, np.uint8) if lane is None else np.asarray(lane, np.uint8),
        replicate=(np.arange(count) % REPLICATES).astype(np.uint8),
        segments={name: np.zeros(count, np.uint8) for name in DIMENSION_KEYS},
        steps=np.full((count, len(GRID_RULES)), 255, np.uint8),
        inputs=inputs,
        requested_fen=np.full(count, 10_000.0),
        limit_fen=np.full(count, 10_000.0),
        pd_rate=np.asarray(pd_rate, float),
        rate=np.full(count, 0.15, np.float32),
        is_pd_stored=np.ones(count, np.bool_),
    )
