"""The page on price and limit cells in sentences and tables: what is inferred says so and has its range."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import pandas as pd

from jiebei_dash.book.policy import Policy
from jiebei_dash.line_caps import LineCap
from jiebei_dash.price_caps import CapRule
from jiebei_dash.text import numbers
from jiebei_dash.text.words import Words
from jiebei_dash.ui.offer_grid import band_name

Row = Mapping[str, Any]


def opening(
    words: Words,
    both: pd.DataFrame,
    differences: pd.DataFrame,
    today: Policy,
    draft: Policy,
    caps: pd.DataFrame,
    licence: str,
) -> list[str]:
    """Return what the draft does to the whole book, with intervals, and whom the caps cut.

    Parameters
    ----------
    both, differences
        Of ``metrics.what_if.consequences`` and ``differences``.
    today, draft
        Both policies.
    caps
        Of ``lab.cells.cut_by_rule`` for both policies.
    licence
        Whose law it is.
    """
    was, proposed = both.iloc[0], both.iloc[1]
    by_figure = differences.set_index("figure")
    name = words.code("licence", licence)
    cut = {row["cap"]: row for row in caps.to_dict("records")}
    if (by_figure["change"].fillna(0.0) == 0).all():
        margin = _yuan(was["margin_fen"], words)
        said = [words("offers.same", margin=margin, **_ends(was, "margin_fen", words))]
    else:
        change = by_figure.loc["margin_fen"]
        said = [
            words(
                "offers.whole",
                moved=_what(words, today, draft),
                margin=_yuan(proposed["margin_fen"], words),
                change=_signed(change["change"], words),
                low=_signed(change["change_from"], words),
                high=_signed(change["change_to"], words),
                drawn=_signed(by_figure.loc["drawn_fen", "change"], words),
                drawn_low=_signed(by_figure.loc["drawn_fen", "change_from"], words),
                drawn_high=_signed(by_figure.loc["drawn_fen", "change_to"], words),
                rate=numbers.rate(proposed["expected_bad_rate"]),
                rate_low=numbers.rate(proposed["expected_bad_rate_from"]),
                rate_high=numbers.rate(proposed["expected_bad_rate_to"]),
            )
        ]
    lines = [row for row in cut.values() if row["is_binding"] and row["cap"] not in ("policy", "nominal")]
    price, told = cut.get("nominal"), []
    if price is not None:
        told.append(
            words(
                "offers.cut_price",
                cap=numbers.rate(price["cap_rate"], 0),
                count=numbers.count(price["cut_count"]),
                effective=numbers.count(cut["effective"]["cut_count"]),
            )
        )
    if lines:
        told.append(
            words(
                "offers.cut_line",
                rules=words("offers.comma").join(str(row["cap"]) for row in lines),
                cap=_yuan(lines[0]["cap_fen"], words),
                count=numbers.count(max(row["cut_count"] for row in lines)),
            )
        )
    told.append(words("offers.cut_policy", count=numbers.count(cut["policy"]["cut_count"])))
    return [*said, words("offers.cut", licence=name, told=words("offers.joiner").join(told))]


def _what(words: Words, today: Policy, draft: Policy) -> str:
    """What the draft moves: cells, and rules that were moved elsewhere."""
    keys = {key for key, _ in (*today.thresholds, *draft.thresholds)}
    rules = sum(today[key] != draft[key] for key in keys) + len(set(draft.exceptions) ^ set(today.exceptions))
    prices, limits = (
        len(set(new) - set(was))
        + len({(c.zhima_band, c.score_from) for c in was} - {(c.zhima_band, c.score_from) for c in new})
        for was, new in ((today.prices, draft.prices), (today.limits, draft.limits))
    )
    counts = {"prices": prices, "limits": limits, "rules": rules}
    told = [words(f"offers.moved_{name}", count=count) for name, count in counts.items() if count]
    return words("offers.comma").join(told)


def now(words: Words, cells: pd.DataFrame, grid: str) -> dict[tuple[str, int], str]:
    """Return what each cell is offered today, in words."""
    found = {}
    for row in cells.to_dict("records"):
        value = row["nominal_today_rate"] if grid == "prices" else row["mean_line_today_fen"]
        text = numbers.rate(value) if grid == "prices" else _yuan(value, words)
        found[str(row["zhima_band"]), int(row["score_from"])] = "" if numbers.is_unknown(value) else text
    return found


def price_table(words: Words, cells: pd.DataFrame) -> str:
    """Return the cells of the price grid, as markdown."""

    def row_of(row: Row) -> dict[str, str]:
        return {
            "steps": f"{row['price_steps']:+.0f}" if row["price_steps"] else "0",
            "nominal": _moved(row, "nominal_today_rate", "nominal_rate", words),
            "effective": numbers.rate(row["effective_rate"]),
            "take_up": _ranged(row, "take_up_today_rate", "take_up_low_rate", "take_up_high_rate", words, 1),
            "take_up_expected": numbers.rate(row["take_up_rate"], 1),
            **_risk(row, words),
            "cut_price": _cut(words, row["cut_rate_count"], row["over_effective_count"]),
        }

    return _table(words, cells, row_of)


def limit_table(words: Words, cells: pd.DataFrame) -> str:
    """Return the cells of the limit grid, as markdown."""

    def row_of(row: Row) -> dict[str, str]:
        return {
            "factor": f"{row['limit_factor']:.2f}",
            "line": _moved(row, "mean_line_today_fen", "mean_line_fen", words),
            "utilisation": numbers.rate(row["utilisation_rate"], 1),
            "exposure": _moved(row, "drawn_today_fen", "drawn_fen", words),
            **_risk(row, words),
            "cut_line": _cut(words, row["cut_policy_count"], row["cut_line_count"]),
        }

    return _table(words, cells, row_of)


def caps_table(words: Words, caps: pd.DataFrame, rules: Sequence[LineCap], prices: Sequence[CapRule]) -> pd.DataFrame:
    """Return each cap with how many it cuts, or would cut, in words."""
    lines = {rule.id: rule for rule in rules}
    rates = {rule.id: rule for rule in prices}
    columns = ("cap", "status", "since", "level", "today", "draft")
    rows = []
    for row in caps.to_dict("records"):
        line, rate = lines.get(row["cap"]), rates.get(row["cap"])
        rule = line or rate
        acts = row["is_binding"] or row["status"] == "shadow"
        held = ""
        if line is not None:
            last = numbers.day(line.last_on) if line.last_on else ""
            held = words("offers.from_to", first=numbers.day(line.first_on), last=last)
        elif rate is not None:
            last = numbers.day(rate.ends) if rate.ends else ""
            held = words("offers.from_to", first=numbers.day(rate.steps[0][0]), last=last)
        is_rate = numbers.is_unknown(row["cap_fen"])
        name = f"{line.id} {line.names[words.language]}" if line else words.code("cap", row["cap"])
        texts = (
            name,
            words.code("status", row["status"]) if acts else words("offers.counted"),
            held or numbers.UNKNOWN,
            numbers.rate(row["cap_rate"]) if is_rate else _yuan(row["cap_fen"], words),
            numbers.count(row["cut_today_count"]),
            numbers.count(row["cut_count"]),
        )
        source = rule.sources[words.language] if rule else words(f"offers.source_{row['cap']}")
        rows.append(
            {words(f"offers.column_{column}"): text for column, text in zip(columns, texts, strict=True)}
            | {words("what_if.column_mark"): rule.mark if rule else numbers.UNKNOWN}
            | {words("what_if.column_source"): source}
        )
    return pd.DataFrame(rows)


def _table(words: Words, cells: pd.DataFrame, row_of: Callable[[Row], dict[str, str]]) -> str:
    lines: list[str] = []
    for row in cells.to_dict("records"):
        zhima, score = words.code("zhima_band", row["zhima_band"]), band_name(words, int(row["score_from"]))
        cell = words("offers.cell", zhima=zhima, score=score) + (" \\*" if row["is_small"] else "")
        texts = {"cell": cell, **row_of(row)}
        if not lines:
            lines = [_row(*(words(f"offers.column_{name}") for name in texts))]
            lines.append("| --- |" + " ---: |" * (len(texts) - 1))
        lines.append(_row(*texts.values()))
    return "\n".join(lines)


def _row(*texts: str) -> str:
    return "| " + " | ".join(texts) + " |"


def _risk(row: Row, words: Words) -> dict[str, str]:
    margin = _moved(row, "margin_today_fen", "margin_fen", words)
    return {
        "observed": _ranged(row, "observed_bad_rate", "observed_low_rate", "observed_high_rate", words),
        "expected": _ranged(row, "expected_bad_rate", "expected_low_rate", "expected_high_rate", words),
        "loss": _yuan(row["loss_fen"], words),
        "margin": margin,
    }


def _cut(words: Words, first: float, second: float) -> str:
    return words("offers.two", first=numbers.count(first), second=numbers.count(second)) if first or second else "0"


def _moved(row: Row, before: str, after: str, words: Words) -> str:
    texts = [numbers.rate(row[name]) if name.endswith("_rate") else _yuan(row[name], words) for name in (before, after)]
    return texts[0] if texts[0] == texts[1] else words("offers.moved", before=texts[0], after=texts[1])


def _ranged(row: Row, name: str, low: str, high: str, words: Words, digits: int = 2) -> str:
    if numbers.is_unknown(row[name]):
        return numbers.UNKNOWN
    ends = [numbers.rate(row[end], digits).removesuffix("%") for end in (low, high)]
    value = numbers.rate(row[name], digits)
    return value if ends[0] == ends[1] else words("what_if.with_range", value=value, range="–".join(ends))


def _ends(row: Row, name: str, words: Words) -> dict[str, str]:
    return {"low": _yuan(row[f"{name}_from"], words), "high": _yuan(row[f"{name}_to"], words)}


def _yuan(fen: float, words: Words) -> str:
    return numbers.yuan(fen, words.language)


def _signed(fen: float, words: Words) -> str:
    return ("+" if fen > 0 else "") + _yuan(fen, words)
