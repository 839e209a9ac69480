"""Two windows compared, in sentences and tables: what is the mix, what is real, and which input moved."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import pandas as pd

from jiebei_dash.features import FEATURES
from jiebei_dash.terms import Mix
from jiebei_dash.text import numbers
from jiebei_dash.text.records import escaped
from jiebei_dash.text.words import Words

_UNITS = {feature.key: feature.unit for feature in FEATURES} | {"score_points": "points"}
_MOST_NAMED = 3


def opening(words: Words, frame: pd.DataFrame, power: str, mix: Mix) -> list[str]:
    """Return what became of KS or AUC between the windows, and of what its change is made.

    Parameters
    ----------
    frame
        Of ``metrics.mix.ks``.
    power
        ``KS`` or ``AUC``.
    mix
        What was held alike.
    """
    name = words.code("power", power)
    found = frame[frame["power"] == power].set_index("ks_mark")
    if numbers.is_unknown(found.loc["WHOLE", "value_rate"]):
        return [words("mix.unknown", power=name)]
    whole, real = found.loc["WHOLE"], found.loc["REAL"]
    said = [
        words(
            f"mix.moved_{direction(whole)}",
            power=name,
            base=_rate(words, found.loc["BASE"]),
            recent=_rate(words, found.loc["RECENT"]),
            change=_points(words, whole),
        ),
        words(
            "mix.parts",
            power=name,
            alike=numbers.rate(found.loc["ON_BASE_MIX", "value_rate"], 1),
            mix=words.code("mix", mix),
            part=_points(words, found.loc["MIX"]),
            real=_points(words, real),
        ),
        words(f"mix.real_{direction(real)}"),
    ]
    if bool(whole["is_few"]):
        said.append(words("mix.few"))
    return said


def direction(row: pd.Series) -> str:
    """Return ``down`` or ``up`` if the interval leaves out zero, else ``chance``."""
    if row["high_rate"] < 0:
        return "down"
    return "up" if row["low_rate"] > 0 else "chance"


def population(
    words: Words,
    base_months: Sequence[date],
    recent_months: Sequence[date],
    model_version: str,
    other_versions: Sequence[str],
    frame: pd.DataFrame,
    unscored: int,
) -> str:
    """Return which loans were compared, of which months, and by whom they were scored."""
    found = frame[frame["power"] == "KS"].set_index("ks_mark")
    loans = {
        f"{side.lower()}_{key}": numbers.count(found.loc[side, f"{key[:-1]}_count"])
        for side in ("BASE", "RECENT")
        for key in ("loans", "bads")
    }
    said = words("mix.population", base=_months(words, base_months), recent=_months(words, recent_months), **loans)
    others = words("scope.separator").join(escaped(name) for name in other_versions)
    if model_version:
        said += words("mix.one_model", model=escaped(model_version))
        said += words("mix.other_models", others=others) if others else ""
    else:
        said += words("mix.no_shared_model", others=others) if others else words("mix.no_model")
    return said + (words("mix.unscored", count=numbers.count(unscored)) if unscored else "")


def drifted(words: Words, frame: pd.DataFrame, model_version: str) -> list[str]:
    """Return which inputs moved, the most moved first, and what the approvals did.

    Parameters
    ----------
    frame
        Of ``metrics.mix.drift``.
    model_version
        Whose score was counted; empty is any.
    """
    known = frame[frame["psi"].notna()]
    inputs = known[known["feature"] != "score_points"]
    if inputs.empty:
        return [words("mix.nothing_known")]
    beyond = inputs[inputs["drift"].isin(["WATCH", "ACT"])]
    named = (beyond if len(beyond) else inputs).head(_MOST_NAMED)
    listed = words("scope.separator").join(
        words("mix.named", name=words.code("feature", row["feature"]), psi=f"{row['psi']:.3f}")
        for _, row in named.iterrows()
    )
    by_chance = int((inputs["drift"] == "CHANCE").sum())
    counts = {"beyond": numbers.count(len(beyond)), "count": numbers.count(len(inputs))}
    said = [words("mix.drifted" if len(beyond) else "mix.none_drifted", listed=listed, **counts)]
    first = inputs.iloc[0]
    said.append(
        words(
            "mix.where",
            name=words.code("feature", first["feature"]),
            bin=bin_of(words, first),
            base=numbers.rate(first["bin_base_rate"], 1),
            recent=numbers.rate(first["bin_recent_rate"], 1),
            alone=_pp(words, first, "approval_change"),
            approved=numbers.rate(first["base_approval_rate"], 1),
            approves=numbers.rate(first["recent_approval_rate"], 1),
        )
    )
    score = known[known["feature"] == "score_points"]
    if len(score):
        row = score.iloc[0]
        facts = {"psi": f"{row['psi']:.3f}", "drift": words.code("drift", row["drift"])}
        if model_version:
            said.append(words("mix.score_of", model=escaped(model_version), **facts))
        else:
            said.append(words("mix.score", **facts))
    if by_chance:
        said.append(words("mix.by_chance", by_chance=numbers.count(by_chance)))
    return said


def bin_of(words: Words, row: pd.Series) -> str:
    """Return a bin in words: from, below, between, or missing."""
    if numbers.is_unknown(row["bin_no"]):
        return numbers.UNKNOWN
    if row["bin_no"] == 0:
        return words("mix.bin_missing")
    unit = _UNITS[str(row["feature"])]
    low, high = (numbers.quantity(row[end], unit, words.language) for end in ("from_value", "below_value"))
    if numbers.is_unknown(row["from_value"]):
        return words("mix.bin_any") if numbers.is_unknown(row["below_value"]) else words("mix.bin_below", high=high)
    if numbers.is_unknown(row["below_value"]):
        return words("mix.bin_from", low=low)
    if unit == "count" and row["below_value"] - row["from_value"] == 1:
        return low
    return words("mix.bin_between", low=low, high=high)


def drift_table(words: Words, frame: pd.DataFrame) -> pd.DataFrame:
    """Return the inputs as texts: index, what chance gives, where it moved, what it did to approvals."""
    rows = [row for _, row in frame.iterrows()]
    return pd.DataFrame(
        {
            words("mix.column_input"): [words.code("feature", row["feature"]) for row in rows],
            words("mix.column_psi"): [_psi(words, row) for row in rows],
            words("mix.column_chance"): [_index(row["psi_chance"]) for row in rows],
            words("mix.column_limit"): [_index(row["psi_limit"]) for row in rows],
            words("mix.column_drift"): [
                numbers.UNKNOWN if row["drift"] is None else words.code("drift", row["drift"]) for row in rows
            ],
            words("mix.column_bin"): [bin_of(words, row) for row in rows],
            words("mix.column_shares"): [
                f"{numbers.rate(row['bin_base_rate'], 1)} → {numbers.rate(row['bin_recent_rate'], 1)}" for row in rows
            ],
            words("mix.column_approval"): [_pp(words, row, "approval_change") for row in rows],
        }
    )


def bins_table(words: Words, frame: pd.DataFrame) -> pd.DataFrame:
    """Return the bins of one input as texts; of ``metrics.mix.bins``."""
    rows = [row for _, row in frame.iterrows()]
    return pd.DataFrame(
        {
            words("mix.column_bin_of"): [bin_of(words, row) for row in rows],
            words("mix.column_base"): [numbers.rate(row["base_share_rate"], 1) for row in rows],
            words("mix.column_recent"): [numbers.rate(row["recent_share_rate"], 1) for row in rows],
            words("mix.column_part"): [_index(row["psi"]) for row in rows],
            words("mix.column_approved_base"): [_of(row, "base") for row in rows],
            words("mix.column_approved_recent"): [_of(row, "recent") for row in rows],
        }
    )


def cells_table(words: Words, frame: pd.DataFrame) -> pd.DataFrame:
    """Return the cells of the mix as texts; of ``metrics.mix.cells``."""
    rows = [row for _, row in frame.iterrows()]
    texts = {
        words(f"fields.{name}"): [
            words("mix.cell_all") if row[name] == "ALL" else words.code(name, row[name]) for row in rows
        ]
        for name in ("channel", "product_class", "zhima_band")
        if (frame[name] != "ALL").any()
    }
    return pd.DataFrame(
        {
            **texts,
            words("mix.column_base"): [numbers.rate(row["base_share_rate"], 1) for row in rows],
            words("mix.column_recent"): [numbers.rate(row["recent_share_rate"], 1) for row in rows],
            words("mix.column_loans"): [
                f"{numbers.count(row['base_count'])} → {numbers.count(row['recent_count'])}" for row in rows
            ],
            words("mix.column_bad"): [
                f"{numbers.rate(row['base_bad_rate'], 1)} → {numbers.rate(row['recent_bad_rate'], 1)}" for row in rows
            ],
            words("mix.column_weight"): [numbers.ratio(row["weight"]) for row in rows],
        }
    )


def _months(words: Words, months: Sequence[date]) -> str:
    return words("mix.span", first=numbers.month(months[0]), last=numbers.month(months[-1]))


def _rate(words: Words, row: pd.Series) -> str:
    return words(
        "mix.ends", value=numbers.rate(row["value_rate"], 1), low=numbers.rate(row["low_rate"], 1),
        high=numbers.rate(row["high_rate"], 1),
    )  # fmt: skip


def _points(words: Words, row: pd.Series) -> str:
    value, low, high = (f"{row[name] * 100:+.1f}" for name in ("value_rate", "low_rate", "high_rate"))
    return words("mix.points", value=value, low=low, high=high)


def _pp(words: Words, row: pd.Series, stem: str) -> str:
    if numbers.is_unknown(row[f"{stem}_rate"]):
        return numbers.UNKNOWN
    value, low, high = (f"{row[f'{stem}_{end}rate'] * 100:+.1f}" for end in ("", "low_", "high_"))
    return words("mix.plain_points", value=value, low=low, high=high)


def _psi(words: Words, row: pd.Series) -> str:
    if numbers.is_unknown(row["psi"]):
        return numbers.UNKNOWN
    value, low, high = (f"{row[name]:.3f}" for name in ("psi", "psi_low", "psi_high"))
    return words("mix.ends", value=value, low=low, high=high)


def _index(value: float) -> str:
    return numbers.UNKNOWN if numbers.is_unknown(value) else f"{value:.4f}"


def _of(row: pd.Series, side: str) -> str:
    count = float(row[f"{side}_count"])
    return numbers.rate(row[f"{side}_approved_count"] / count, 1) if count else numbers.UNKNOWN
