"""What a load did, in words."""

from __future__ import annotations

from collections import Counter

from jiebei_dash.load.loader import LoadReport
from jiebei_dash.text import numbers
from jiebei_dash.text.words import Words


def report_lines(report: LoadReport, words: Words) -> list[str]:
    """Return the lines to print after a load.

    Parameters
    ----------
    report
        What was done.
    words
        In which language.

    Returns
    -------
    list of str
        The book; a line a file; then, if rows were set aside, a line a reason and where they are listed.
    """
    lines = [
        words(
            "load.made",
            name=report.name,
            data_version=report.data_version,
            loans=numbers.count(report.rows.get("loan", 0)),
            months=numbers.count(report.rows.get("loan_month", 0)),
            duration=numbers.duration(report.seconds, words.language),
        )
    ]
    lines += [
        words(
            "load.brought",
            file=each.file,
            table=each.table,
            rows_in=numbers.count(each.rows_in),
            loaded=numbers.count(each.loaded),
            quarantined=numbers.count(each.quarantined),
        )
        for each in report.brought
    ]
    counts = Counter((row.file, row.column, row.reason) for row in report.quarantined)
    for (file, column, reason), count in sorted(counts.items()):
        place = f"{file}, {column}" if column else file
        told = words.code("tape_reason", reason)
        lines.append(words("load.set_aside", place=place, reason=told, count=numbers.count(count)))
    if report.quarantine_path is not None:
        lines.append(words("load.listed", path=str(report.quarantine_path)))
    return lines


def step_line(step: str, share: float, words: Words) -> str:
    """Return the line of progress that a load tells.

    Parameters
    ----------
    step
        Code of the step.
    share
        Share of the work that is done, 0 to 1.
    words
        In which language.
    """
    return words("load.progress", share=numbers.rate(share, digits=0), step=words.code("load_step", step))
