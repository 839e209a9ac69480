"""What the data-quality page says: whether the numbers can be trusted, and its tables."""

from __future__ import annotations

from datetime import date, timedelta

import pandas as pd

from jiebei_dash.book.lineage import Lineage
from jiebei_dash.book.scope import month_plus
from jiebei_dash.book.wording import total, untied_totals
from jiebei_dash.text import numbers
from jiebei_dash.text.records import escaped
from jiebei_dash.text.words import Words
from jiebei_dash.ui.show import Kpi


def days_since(last_closed_month: date, today: date) -> int:
    """Return how many days ago the last closed month ended."""
    return (today - (month_plus(last_closed_month, 1) - timedelta(days=1))).days


def changed_months(restatements: pd.DataFrame) -> int:
    """Return how many closed months of a table later loads changed; one that changed twice counts once."""
    return len(restatements[["table_name", "month"]].drop_duplicates())


def opening(
    words: Words, lineage: Lineage, loads: pd.DataFrame, totals: pd.DataFrame, restatements: pd.DataFrame
) -> list[str]:
    """Return the sentences that answer the page's question.

    Parameters
    ----------
    words
        Language.
    lineage
        Of the book.
    loads, totals, restatements
        Frames of the answers of those names.
    """
    return [_of_loads(words, lineage, loads), _of_totals(words, lineage, totals), _of_changes(words, restatements)]


def _of_loads(words: Words, lineage: Lineage, loads: pd.DataFrame) -> str:
    if loads.empty:
        return words("data_quality.invented" if lineage.kind == "sample" else "data_quality.no_load")
    row = loads.iloc[0]
    return words(
        f"data_quality.newest_{row['load_outcome']}",
        load_no=int(row["load_no"]),
        day=f"{row['loaded_at']:%Y-%m-%d}",
        tape=escaped(str(row["tape"])),
        rows=numbers.count(row["rows_in"]),
        loaded=numbers.count(row["rows_loaded"]),
        bad=numbers.count(row["rows_quarantined"]),
        rate=numbers.rate(row["quarantined_rate"]),
        why=words.code("load_stop", row["load_stop"]),
    )


def _of_totals(words: Words, lineage: Lineage, totals: pd.DataFrame) -> str:
    if totals.empty:
        return words("data_quality.no_totals")
    if not lineage.untied:
        return words("data_quality.all_tie", count=len(totals))
    said = escaped(untied_totals(words, lineage.untied))
    return words("data_quality.some_missed", missed=len(lineage.untied), count=len(totals), said=said)


def _of_changes(words: Words, restatements: pd.DataFrame) -> str:
    count = changed_months(restatements)
    return words("data_quality.changed", count=count) if count else words("data_quality.none_changed")


def kpis(
    words: Words,
    loads: pd.DataFrame,
    totals: pd.DataFrame,
    restatements: pd.DataFrame,
    last_closed_month: date,
    today: date,
) -> list[Kpi]:
    """Return the figures at the head of the page; parameters as :func:`opening`."""
    newest = numbers.UNKNOWN if loads.empty else numbers.rate(1 - loads["quarantined_rate"].iloc[0])
    tying = words("data_quality.of", part=int(totals["ties"].sum()), whole=len(totals)) if len(totals) else ""
    return [
        Kpi(words("data_quality.kpi_loaded"), newest, note=words("data_quality.note_loaded")),
        Kpi(words("data_quality.kpi_tie"), tying or numbers.UNKNOWN, note=words("data_quality.note_tie")),
        Kpi(
            words("data_quality.kpi_changed"),
            numbers.count(changed_months(restatements)),
            note=words("data_quality.note_changed"),
        ),
        Kpi(
            words("data_quality.kpi_fresh"),
            words("data_quality.days", days=numbers.count(days_since(last_closed_month, today))),
            note=words("data_quality.note_fresh", month=numbers.month(last_closed_month)),
        ),
    ]


def loads_table(words: Words, frame: pd.DataFrame) -> pd.DataFrame:
    """Return loads as people read them, the newest first; why one was stopped stands with its outcome."""
    rows = [
        {
            "load_no": str(row["load_no"]),
            "loaded_at": f"{row['loaded_at']:%Y-%m-%d %H:%M}",
            "load_outcome": words("data_quality.outcome.stopped_why", why=words.code("load_stop", row["load_stop"]))
            if row["load_stop"]
            else words(f"data_quality.outcome.{row['load_outcome']}"),
            "load_mode": words(f"data_quality.mode.{row['load_mode']}"),
            "tape": row["tape"],
            "rows_in": numbers.count(row["rows_in"]),
            "rows_loaded": numbers.count(row["rows_loaded"]),
            "rows_quarantined": numbers.count(row["rows_quarantined"]),
            "quarantined_rate": numbers.rate(row["quarantined_rate"]),
            "took": numbers.duration(row["seconds"], words.language),
            "data_version_before": row["data_version_before"] or numbers.UNKNOWN,
            "data_version_after": row["data_version_after"] or numbers.UNKNOWN,
        }
        for row in frame.to_dict("records")
    ]
    return _headed(words, pd.DataFrame(rows))


def totals_table(words: Words, frame: pd.DataFrame) -> pd.DataFrame:
    """Return control totals as people read them: each in its unit, and in words whether it ties."""
    rows = [
        {
            "table_name": words(f"lineage.table.{row['table_name']}"),
            "month": words("lineage.all_months") if pd.isna(row["month"]) else numbers.month(row["month"]),
            "control_measure": words.code("control_measure", row["control_measure"]),
            "control_value": total(row["control_value"], row["control_measure"]),
            "loaded_value": total(row["loaded_value"], row["control_measure"]),
            "difference": total(row["difference"], row["control_measure"], signed=True),
            "ties": words("data_quality.ties" if row["ties"] else "data_quality.missed"),
        }
        for row in frame.to_dict("records")
    ]
    return _headed(words, pd.DataFrame(rows))


def restatements_table(words: Words, frame: pd.DataFrame) -> pd.DataFrame:
    """Return changed months as people read them, before and after in their unit."""
    rows = [
        {
            "load_no": str(row["load_no"]),
            "table_name": words(f"lineage.table.{row['table_name']}"),
            "month": numbers.month(row["month"]),
            "control_measure": words.code("control_measure", row["control_measure"]),
            "value_before": total(row["value_before"], row["control_measure"]),
            "value_after": total(row["value_after"], row["control_measure"]),
            "difference": total(row["difference"], row["control_measure"], signed=True),
            "change_rate": numbers.relative_change(row["change_rate"]),
        }
        for row in frame.to_dict("records")
    ]
    return _headed(words, pd.DataFrame(rows))


def _headed(words: Words, frame: pd.DataFrame) -> pd.DataFrame:
    return frame.set_axis([words(f"columns.{name}") for name in frame.columns], axis="columns")


def gaps(words: Words, frame: pd.DataFrame) -> list[str]:
    """Return what the book lacks and what is estimated, a line each; one line if nothing is."""
    lines = [
        words("data_quality.lacks", what=words.code("capability", row["gap"]))
        if row["gap_kind"] == "LACKS"
        else words("data_quality.estimated", rule=words(f"lineage.estimate.{row['gap']}"))
        for row in frame.to_dict("records")
    ]
    return lines or [words("data_quality.no_gap")]
