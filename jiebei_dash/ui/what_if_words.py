"""A what-if in sentences and tables: an inferred rate is never without its word and its range."""

from __future__ import annotations

from datetime import date

import pandas as pd

from jiebei_dash.assumptions import Assumptions
from jiebei_dash.text import numbers
from jiebei_dash.text.words import Words

CASE_COLUMNS = ("side", "decision_id", "submitted_month", "score_points", "pd_rate", "requested_fen")


def opening(words: Words, both: pd.DataFrame, cells: pd.DataFrame, version: str) -> list[str]:
    """Return the sentences that open the page, from the numbers.

    Parameters
    ----------
    both
        Of ``metrics.what_if.consequences``.
    cells
        Of ``metrics.what_if.swap_set``.
    version
        Of today's policy.
    """
    today, proposed = both.iloc[0], both.iloc[1]
    by_cell = cells.set_index("cell")
    into, out = by_cell.loc["SWAPPED_IN"], by_cell.loc["SWAPPED_OUT"]
    if proposed["approved_count"] == 0:
        return [words("what_if.nobody", count=numbers.count(today["approved_count"]))]
    if into["decided_count"] == 0 and out["decided_count"] == 0 and today["limit_fen"] == proposed["limit_fen"]:
        return [words("what_if.same", version=version, approval=numbers.rate(proposed["approval_rate"]))]
    said = [
        words(
            "what_if.approvals",
            approval=numbers.rate(proposed["approval_rate"]),
            change=numbers.rate_change(proposed["approval_rate"] - today["approval_rate"], words.language),
            into=numbers.count(into["decided_count"]),
            out=numbers.count(out["decided_count"]),
        )
    ]
    if into["inferred_count"] > 0:
        rate, low, high = _range(into, "inferred_bad_rate", "inferred_low_rate", "inferred_high_rate")
        said.append(words("what_if.looser", count=numbers.count(into["inferred_count"]), rate=rate, low=low, high=high))
    if into["observed_count"] > 0:
        count, rate = numbers.count(into["observed_count"]), numbers.rate(into["observed_bad_rate"])
        said.append(words("what_if.looser_seen", count=count, rate=rate))
    if into["decided_count"] == 0 and out["observed_count"] > 0:
        count, rate = numbers.count(out["observed_count"]), numbers.rate(out["observed_bad_rate"])
        unseen = numbers.count(out["decided_count"] - out["observed_count"])
        said.append(words("what_if.stricter", count=count, rate=rate, unseen=unseen))
    elif into["decided_count"] == 0:
        said.append(words("what_if.stricter_blind"))
    rate, low, high = _range(proposed, "expected_bad_rate", "expected_low_rate", "expected_high_rate")
    margin = numbers.yuan(proposed["margin_fen"], words.language)
    change = _signed_yuan(proposed["margin_fen"] - today["margin_fen"], words)
    said.append(words("what_if.margin", rate=rate, low=low, high=high, margin=margin, change=change))
    return said


def consequences_table(words: Words, both: pd.DataFrame, moved: pd.DataFrame) -> str:
    """Return today and proposed side by side with their intervals, as markdown; the same rows whatever the thresholds.

    Parameters
    ----------
    both
        Of ``metrics.what_if.consequences``, with the counts of referred and cut.
    moved
        Of ``metrics.what_if.differences``.
    """
    today, proposed = both.iloc[0], both.iloc[1]
    changes = moved.set_index("figure")
    lines = [
        _row("", words("what_if.today"), words("what_if.proposed"), words("what_if.change")),
        "| --- | ---: | ---: | ---: |",
    ]

    def add(name: str, column: str, kind: str, low: str = "", high: str = "") -> None:
        shown = [_shown(words, row, column, kind, low, high) for row in (today, proposed)]
        change = _change(words, float(proposed[column]) - float(today[column]), kind)
        if column in changes.index:
            change = _changed(words, changes.loc[column], kind)
        lines.append(_row(words(f"what_if.row_{name}"), *shown, change))

    def add_figure(name: str, column: str, kind: str) -> None:
        add(name, column, kind, f"{column}_from", f"{column}_to")

    add("approved", "approved_count", "count")
    add_figure("approval", "approval_rate", "rate")
    add_figure("drawn", "drawn_fen", "fen")
    add("observed", "observed_bad_rate", "rate", "observed_low_rate", "observed_high_rate")
    add("inferred", "inferred_bad_rate", "rate", "inferred_low_rate", "inferred_high_rate")
    add_figure("expected", "expected_bad_rate", "rate")
    add("share", "observed_share_rate", "rate")
    add_figure("loss", "loss_fen", "fen")
    add_figure("income", "income_fen", "fen")
    add_figure("margin", "margin_fen", "fen")
    add_figure("margin_rate", "margin_rate", "rate")
    add_figure("raroc", "raroc_rate", "rate")
    for name in ("referred", "cut_line", "cut_rate"):
        if both[f"{name}_count"].any():
            add(name, f"{name}_count", "count")
    return "\n".join(lines)


def swap_table(words: Words, cells: pd.DataFrame) -> str:
    """Return the four groups of the swap set, as markdown."""
    names = ("cell", "count", "requested", "limit", "seen", "observed", "inferred", "pd")
    lines = [_row(*(words(f"what_if.column_{name}") for name in names)), "| --- |" + " ---: |" * 7]
    for _, cell in cells.iterrows():
        lines.append(
            _row(
                words(f"what_if.cell.{cell['cell']}"),
                numbers.count(cell["decided_count"]),
                numbers.yuan(cell["requested_fen"], words.language),
                numbers.yuan(cell["limit_fen"], words.language),
                numbers.count(cell["observed_count"]),
                _shown(words, cell, "observed_bad_rate", "rate", "observed_low_rate", "observed_high_rate"),
                _shown(words, cell, "inferred_bad_rate", "rate", "inferred_low_rate", "inferred_high_rate"),
                numbers.rate(cell["mean_pd_rate"]),
            )
        )
    return "\n".join(lines)


def population(words: Words, both: pd.DataFrame, first: date, last: date, seen: date) -> str:
    """Return on whom the policies were replayed, in a sentence."""
    return words(
        "what_if.population",
        count=numbers.count(both["decided_count"].iloc[0]),
        first=numbers.month(first),
        last=numbers.month(last),
        seen=numbers.month(seen),
    )


def reasons_alt(words: Words, reasons: pd.DataFrame) -> str:
    """Return which input differs most between the sides, in a sentence."""
    differs = (reasons["in_points"].fillna(0.0) - reasons["out_points"].fillna(0.0)).abs()
    most = reasons.loc[differs.idxmax()]
    return words(
        "what_if.why_alt",
        feature=words.code("feature", most["feature"]),
        into=numbers.points(most["in_points"], signed=True),
        out=numbers.points(most["out_points"], signed=True),
    )


def cases_table(words: Words, cases: pd.DataFrame) -> pd.DataFrame:
    """Return the applications that move, headed and worded for a reader, in the same order."""
    side = {"IN": words("what_if.cell.SWAPPED_IN"), "OUT": words("what_if.cell.SWAPPED_OUT")}
    shown = pd.DataFrame(
        {
            "side": cases["side"].map(side),
            "decision_id": cases["decision_id"],
            "submitted_month": cases["submitted_month"].map(numbers.month),
            "score_points": cases["score_points"].map(numbers.points),
            "pd_rate": cases["pd_rate"].map(numbers.rate),
            "requested_fen": [numbers.yuan(fen, words.language) for fen in cases["requested_fen"]],
        }
    )
    return shown.rename(columns={name: words(f"what_if.case_{name}") for name in CASE_COLUMNS})


def assumptions_table(words: Words, assumed: Assumptions) -> str:
    """Return every assumption with its mark and source, as markdown."""
    names = ("assumption", "value", "mark", "source")
    lines = [_row(*(words(f"what_if.column_{name}") for name in names)), "| --- | ---: | :-: | --- |"]
    for line in assumed.lines:
        value = f"{line.value:g}" if line.kind == "rate" else numbers.rate(line.value)
        lines.append(_row(words(f"what_if.assumption.{line.key}"), value, line.mark, line.sources[words.language]))
    return "\n".join(lines)


def _row(*texts: str) -> str:
    return "| " + " | ".join(texts) + " |"


def _shown(words: Words, row: pd.Series, column: str, kind: str, low: str, high: str) -> str:
    value = _value(words, row[column], kind)
    if not low or numbers.is_unknown(row[column]) or numbers.is_unknown(row[low]) or row[low] == row[high]:
        return value
    if kind == "rate":
        ends = (numbers.rate(row[end]).removesuffix("%") for end in (low, high))
        return words("what_if.with_range", value=value, range="–".join(ends))
    ends = (_value(words, row[end], kind) for end in (low, high))
    return words("what_if.with_range", value=value, range=words("what_if.to").join(ends))


def _value(words: Words, value: float, kind: str) -> str:
    if kind == "fen":
        return numbers.yuan(value, words.language)
    return numbers.count(value) if kind == "count" else numbers.rate(value)


def _change(words: Words, change: float, kind: str) -> str:
    if kind == "fen":
        return _signed_yuan(change, words)
    if kind == "rate":
        return numbers.rate_change(change, words.language)
    return numbers.UNKNOWN if numbers.is_unknown(change) else ("+" if change > 0 else "") + numbers.count(change)


def _changed(words: Words, moved: pd.Series, kind: str) -> str:
    """A change with its interval, the unit said once where it is of a rate."""
    change = _change(words, moved["change"], kind)
    if numbers.is_unknown(moved["change"]) or numbers.is_unknown(moved["change_from"]) or moved["change"] == 0:
        return change
    ends = (_change(words, moved[end], kind) for end in ("change_from", "change_to"))
    return words("what_if.with_range", value=change, range=words("what_if.to").join(ends))


def _signed_yuan(fen: float, words: Words) -> str:
    return ("+" if fen > 0 else "") + numbers.yuan(fen, words.language)


def _range(row: pd.Series, rate: str, low: str, high: str) -> tuple[str, str, str]:
    return numbers.rate(row[rate]), numbers.rate(row[low]), numbers.rate(row[high])
