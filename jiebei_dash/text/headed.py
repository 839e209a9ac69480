"""Tables under the figures: headers and codes in the reader's language, values still numbers."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from jiebei_dash.text import numbers
from jiebei_dash.text.words import Words

_FEN = "_fen"
_RATES = ("rate", "mix", "interaction", "carries", "year_ago", "change_month", "change_year", "usual_change")
_ANY_GROUP = tuple(
    f"codes.{key}." for key in ("product_class", "channel", "province_code", "zhima_band", "term_months", "funder_kind")
)
_LABELS: dict[str, tuple[str, ...]] = {
    "kpi": ("columns.kpis.",),
    "measure": ("entry.measure_",),
    "wait": ("funnel.wait_",),
    "cell": ("what_if.cell.",),
    "policy": ("what_if.",),
    "arm": ("codes.lane.", *_ANY_GROUP),
    "rule_key": ("codes.rule.",),
    "challenger": ("codes.lane.", *_ANY_GROUP),
    "champion": ("codes.lane.", *_ANY_GROUP),
    "verdict": ("codes.verdict.",),
    "rule_verdict": ("policy_rules.verdict_",),
    "method": ("codes.method.", "codes.reject_short."),
    "curve": ("back_test.curve_",),
    "observed_verdict": ("back_test.verdict_",),
    "expected_verdict": ("back_test.verdict_",),
    "group": ("codes.group.", "codes.province_code."),
    "reason": ("codes.rule.", "codes.stage."),
    "kind": ("codes.row_kind.",),
    "lacks": ("codes.capability.", "portfolio_limits.lack_"),
    "by": ("codes.split.",),
    "dimension": ("codes.split.",),
    "pool_key": ("codes.split.",),
    "largest": _ANY_GROUP,
    "pool_code": _ANY_GROUP,
    "code": _ANY_GROUP,
    "figure": ("portfolio_limits.figure_", "codes.peer_figure.", "entry.figure_"),
    "status": ("portfolio_limits.status_",),
    "section": ("decision.section.",),
    "item": ("replay.item.", "codes.feature.", "fields.", "codes.rule.", "frontier.figure_", "codes.limit."),
    "prev_state": ("codes.state.",),
    "closed_state": ("codes.state.",),
    "main_reason": ("codes.rule.",),
    "table_name": ("lineage.table.",),
    "load_outcome": ("data_quality.outcome.",),
    "load_mode": ("data_quality.mode.",),
    "gap_kind": ("data_quality.gap.",),
    "gap": ("codes.capability.", "lineage.estimate."),
}
"""Column -> where the labels of its values stand; any other is looked up in ``codes`` by its own name."""


_MOMENTS = {"week": numbers.day}
"""Column -> how its moments read, where not by the end of its name."""


@dataclass(frozen=True)
class Headed:
    """A table as people read it.

    Parameters
    ----------
    frame
        Labelled; amounts whose column says so in yuan, rates as fractions.
    rates, plain
        Headers of the columns to show as percentages, and of those to show with separators: whole numbers.
    """

    frame: pd.DataFrame
    rates: tuple[str, ...]
    plain: tuple[str, ...]


def headed(frame: pd.DataFrame, subject: str, words: Words) -> Headed:
    """Return an answer's frame with headers and codes in words.

    Parameters
    ----------
    frame
        Of an answer.
    subject
        Whose; a header can be its own.
    words
        Language.
    """
    columns: dict[str, pd.Series] = {}
    rates: list[str] = []
    plain: list[str] = []
    for name in map(str, frame.columns):
        values, label = frame[name], header(name, subject, words)
        if pd.api.types.is_datetime64_any_dtype(values):
            columns[label] = values.map(_MOMENTS.get(name, numbers.moment if name.endswith("_at") else numbers.month))
        elif name == "past_due_days" or pd.api.types.is_bool_dtype(values):
            columns[label] = values
        elif name == "term_months" or not pd.api.types.is_numeric_dtype(values):
            columns[label] = values.map(lambda value, name=name: _value(name, value, words), na_action="ignore")
        else:
            is_rate = name in _RATES or name.endswith("_rate") or name.startswith("roll_")
            is_rate |= name == "total" and pd.api.types.is_float_dtype(values)
            if is_rate:
                rates.append(label)
            elif (values.dropna() % 1 == 0).all():
                plain.append(label)
            columns[label] = values / 100 if name.endswith(_FEN) else values
    return Headed(pd.DataFrame(columns), tuple(rates), tuple(plain))


def header(name: str, subject: str, words: Words) -> str:
    """Return the header of a column, with its unit; a column nobody named shows its own name."""
    kind, _, rest = name.partition("_")
    if kind == "lag" and rest.isdigit():
        return words("columns.lag", months=int(rest))
    if kind == "roll":
        return words("columns.roll", bucket=words.code("state", rest))
    keys = (f"columns.{subject}.{name}", f"columns.{name}", f"fields.{name}", f"codes.feature.{name}")
    label = next((words.texts[key] for key in keys if key in words.texts), name)
    return words("controls.in_yuan", label=label) if name.endswith(_FEN) else label


def _value(name: str, value: object, words: Words) -> str:
    found = (words.texts.get(f"{prefix}{value}") for prefix in _LABELS.get(name, ()))
    return next((label for label in found if label is not None), words.code(name, value))
