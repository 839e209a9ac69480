"""The frontier and the solver's answer in sentences and tables."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import pandas as pd

from jiebei_dash.text import numbers
from jiebei_dash.text.words import Words
from jiebei_dash.ui import levers

_UNITS = {"rate": numbers.rate, "count": numbers.count}
STEPS = {"bad_rate": 0.001, "approval": 0.01, "own_share": 0.01}
"""By how much a limit is loosened to see what it costs: ``lab.solver.STEP``."""


def opening(words: Words, frame: pd.DataFrame, against: str, gaps: dict[str, tuple[float, float]]) -> list[str]:
    """Return how far today's policy and the draft lie from the best found.

    Parameters
    ----------
    frame
        Of ``metrics.frontier.points``.
    against
        ``bad_rate`` or ``margin``.
    gaps
        By kind (TODAY, PROPOSED), of ``metrics.frontier.behind``: bad rate lower, margin higher.
    """
    today, draft = (frame[frame["kind"] == kind].iloc[0] for kind in ("TODAY", "PROPOSED"))
    said = []
    lower, more = gaps["TODAY"]
    approval = numbers.rate(today["approval_rate"])
    if (lower if against == "bad_rate" else more) <= 0:
        said.append(words("frontier.said_on", approval=approval))
    elif against == "bad_rate":
        was = float(today["expected_bad_rate"])
        points = numbers.rate_change(lower, words.language).lstrip("+")
        best = numbers.rate(was - lower)
        said.append(words("frontier.said_behind", approval=approval, lower=points, best=best, today=numbers.rate(was)))
    else:
        was = float(today["margin_fen"])
        yuan = [numbers.yuan(fen, words.language) for fen in (more, was + more, was)]
        said.append(words("frontier.said_behind_margin", approval=approval, more=yuan[0], best=yuan[1], today=yuan[2]))
    is_same = today["approval_rate"] == draft["approval_rate"] and today["margin_fen"] == draft["margin_fen"]
    lower, more = gaps["PROPOSED"]
    if not is_same:
        approval = numbers.rate(draft["approval_rate"])
        if against == "bad_rate":
            points = numbers.rate_change(lower, words.language).lstrip("+")
            said.append(words("frontier.said_draft", lower=points, approval=approval))
        else:
            more_said = numbers.yuan(more, words.language)
            said.append(words("frontier.said_draft_margin", more=more_said, approval=approval))
    return said


def rules_of(words: Words, keys: Sequence[str]) -> Callable[[pd.Series], str]:
    """Return how the thresholds of a point read."""

    def said(row: pd.Series) -> str:
        return "<br>".join(
            words("frontier.tip_rule", rule=words.code("rule", key), threshold=_threshold(words, key, row[key]))
            for key in keys
        )

    return said


def answer(words: Words, frame: pd.DataFrame) -> list[str]:
    """Return what the solver found, and which limits bind.

    Parameters
    ----------
    frame
        Of ``metrics.frontier.solved``.
    """
    figure = frame[frame["kind"] == "FIGURE"].set_index("item")
    moved = frame[frame["kind"] == "THRESHOLD"]
    said = []
    if (moved["solved"] == moved["today"]).all():
        said.append(words("frontier.said_same"))
    approval, bad, margin = (figure.loc[name] for name in ("approval_rate", "expected_bad_rate", "margin_fen"))
    change = margin["solved"] - margin["today"]
    said.append(
        words(
            "frontier.said_answer",
            approval=numbers.rate(approval["solved"]),
            approval_change=numbers.rate_change(approval["solved"] - approval["today"], words.language),
            rate=numbers.rate(bad["solved"]),
            low=numbers.rate(bad["solved_from"]),
            high=numbers.rate(bad["solved_to"]),
            margin=numbers.yuan(margin["solved"], words.language),
            change=("+" if change > 0 else "") + numbers.yuan(change, words.language),
        )
    )
    limits = frame[frame["kind"] == "LIMIT"]
    binding = limits[limits["binds"] == True]  # noqa: E712  the column also holds blanks
    if limits.empty:
        said.append(words("frontier.said_unlimited"))
    elif binding.empty:
        said.append(words("frontier.said_free"))
    else:
        each = [
            words(
                "frontier.said_bind",
                limit=words.code("limit", row["item"]),
                asked=numbers.rate(row["asked"]),
                step=numbers.rate_change(STEPS[str(row["item"])], words.language).lstrip("+"),
                gain=numbers.yuan(row["gain_fen"], words.language),
            )
            for _, row in binding.iterrows()
        ]
        said.append(words("frontier.said_binds", limits=words("frontier.joiner").join(each)))
    return said


def thresholds_table(words: Words, frame: pd.DataFrame, has_draft: bool) -> str:
    """Return thresholds of today's policy, the draft if there is one, and the solver's, as markdown."""
    rows = frame[frame["kind"] == "THRESHOLD"]
    return _table(words, rows, "rule", has_draft, lambda row, name: _threshold(words, row["item"], row[name]))


def figures_table(words: Words, frame: pd.DataFrame, has_draft: bool) -> str:
    """Return what the three policies do, the solver's with intervals, as markdown."""
    rows = frame[frame["kind"] == "FIGURE"]
    rows = rows[rows["solved"].notna()]

    def shown(row: pd.Series, name: str) -> str:
        value = _figure(words, row["item"], row[name])
        if name != "solved" or numbers.is_unknown(row["solved_from"]):
            return value
        low, high = (_figure(words, row["item"], row[end]) for end in ("solved_from", "solved_to"))
        return words("frontier.with_range", value=value, low=low, high=high)

    return _table(words, rows, "figure", has_draft, shown)


def _table(words: Words, rows: pd.DataFrame, kind: str, has_draft: bool, shown: Callable[[pd.Series, str], str]) -> str:
    names = ["today", *(["draft"] if has_draft else []), "solved"]
    heads = [words(f"frontier.row_{kind}"), *(words(f"frontier.row_{name}") for name in names)]
    lines = [_row(heads), "| --- |" + " ---: |" * len(names)]
    for _, row in rows.iterrows():
        item = str(row["item"])
        label = words.code("rule", item) if kind == "rule" else words(f"frontier.figure_{item}")
        cells = [shown(row, name) for name in names]
        if kind == "rule" and row["solved"] != row["today"]:
            cells[-1] = f"**{cells[-1]}**"
        lines.append(_row([label, *cells]))
    return "\n".join(lines)


def _row(cells: Sequence[str]) -> str:
    return "| " + " | ".join(cells) + " |"


def _threshold(words: Words, key: str, value: float) -> str:
    return numbers.quantity(value, levers.unit_of(key), words.language)


def _figure(words: Words, item: str, value: float) -> str:
    unit = item.rsplit("_", 1)[-1]
    return numbers.yuan(value, words.language) if unit == "fen" else _UNITS[unit](value)
