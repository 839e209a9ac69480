"""The score of a past decision, computed again from what was stored, and compared to the last bit."""

from __future__ import annotations

import struct
from collections.abc import Mapping
from dataclasses import dataclass

import pandas as pd

from jiebei_dash.model.artefact import Artefact
from jiebei_dash.model.scoring import score


@dataclass(frozen=True)
class Difference:
    """A number that did not come out as it was stored.

    Parameters
    ----------
    name
        ``score_points`` or ``pd_rate``.
    stored, again
        The number at decision time and now.
    """

    name: str
    stored: float
    again: float


@dataclass(frozen=True)
class Replay:
    """What scoring again gave.

    Parameters
    ----------
    score_points, pd_rate
        The numbers now.
    differences
        Those that are not the stored ones, bit for bit; empty if the decision can be reproduced.
    """

    score_points: float
    pd_rate: float
    differences: tuple[Difference, ...]

    @property
    def is_identical(self) -> bool:
        """Return whether both numbers are the stored ones, bit for bit."""
        return not self.differences


def replay(
    artefact: Artefact, record: Mapping[str, float | int | None] | pd.Series, score_points: float, pd_rate: float
) -> Replay:
    """Return the comparison of a stored score with the score of its stored inputs.

    Parameters
    ----------
    artefact
        The model version that decided.
    record
        A row of ``feature_snapshot``: the inputs as they were then; None or NaN is missing. May hold other columns.
    score_points, pd_rate
        As stored with the decision.

    Raises
    ------
    KeyError
        If the record lacks one of the model's inputs altogether.
    """
    inputs = pd.DataFrame([[record[key] for key in artefact.features]], columns=list(artefact.features), dtype=float)
    row = score(artefact, inputs).iloc[0]
    pairs = (("score_points", score_points, row["score_points"]), ("pd_rate", pd_rate, row["pd_rate"]))
    differences = tuple(
        Difference(name, float(stored), float(again)) for name, stored, again in pairs if _bits(stored) != _bits(again)
    )
    return Replay(float(row["score_points"]), float(row["pd_rate"]), differences)


def _bits(number: float) -> bytes:
    return struct.pack("<d", number)
