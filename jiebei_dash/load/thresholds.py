"""What stops a load before anything is switched: too many rows set aside."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from jiebei_dash.errors import LoadStopped
from jiebei_dash.load.mapping import CheckLimits
from jiebei_dash.load.report import Brought, Told


def within_limits(
    limits: CheckLimits, brought: Sequence[Brought], reasons: Sequence[Told], listed: Path | None
) -> None:
    """Stop a load that sets aside more than the mapping allows.

    Parameters
    ----------
    limits
        What the mapping allows.
    brought
        What became of each file's rows.
    reasons
        Why rows were set aside.
    listed
        Where they are listed.

    Raises
    ------
    LoadStopped
        By the first limit that is passed.
    """
    where = str(listed or "-")
    for each in brought:
        bound = int(limits.most_quarantined_rate * each.rows_in)
        if each.quarantined > bound:
            raise LoadStopped(
                file=each.file, load_stop="too_many_set_aside", count=each.quarantined, bound=bound, listed=where
            )
    most = dict(limits.most_by_reason)
    if limits.most_broken_lines is not None:
        most["broken_line"] = limits.most_broken_lines
    by_reason: dict[tuple[str, str], int] = {}
    for told in reasons:
        by_reason[told.file, told.reason] = by_reason.get((told.file, told.reason), 0) + told.count
    for (file, reason), count in by_reason.items():
        if count > most.get(reason, count):
            why = "too_many_broken_lines" if reason == "broken_line" else "too_many_of_a_reason"
            raise LoadStopped(file=file, load_stop=why, count=count, bound=most[reason], listed=where)
