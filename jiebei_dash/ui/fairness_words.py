"""Fairness of a draft in sentences and tables: a signal is never called a verdict, nor an inferred rate observed."""

from __future__ import annotations

import pandas as pd

from jiebei_dash.charts.groups import named
from jiebei_dash.fair_rules import FairRules
from jiebei_dash.text import numbers
from jiebei_dash.text.words import Words


def opening(words: Words, frame: pd.DataFrame, rules: FairRules) -> list[str]:
    """Return the sentences that open the page: lowest over highest, and who is below the rule.

    Parameters
    ----------
    frame
        Of ``metrics.groups.approval``.
    rules
        Ratio of the signal, and what is few.
    """
    today, proposed = (frame[frame["policy"] == policy] for policy in ("today", "proposed"))
    if frame["lowest_over_highest_rate"].isna().all():
        return [words("fairness.not_compared", few=numbers.count(rules.few))]
    said = [words("fairness.ratio_today", **_ends(words, today))]
    is_same = today["approved_count"].tolist() == proposed["approved_count"].tolist()
    if not is_same:
        said.append(words("fairness.ratio_proposed", **_ends(words, proposed)))
    said.append(words("fairness.ratio_then", **_ends(words, frame[frame["policy"] == "then"])))
    level = numbers.ratio(rules.four_fifths.level)
    below = proposed[proposed["signal"].isin(["CLEAR", "UNSURE"])]
    policy = words("what_if.today" if is_same else "what_if.proposed")
    if below.empty:
        said.append(words("fairness.no_signal", policy=policy, level=level))
    else:
        groups = words("scope.separator").join(
            words(f"fairness.signal_{row['signal']}", group=named(row["group"], words), ratio=_ratio(words, row))
            for _, row in below.sort_values("ratio_to_highest_rate").iterrows()
        )
        said.append(words("fairness.signal", policy=policy, level=level, groups=groups))
    return said


def like_score(words: Words, frame: pd.DataFrame) -> list[str]:
    """Return whether decline rates differ once the score is held alike, in sentences.

    Parameters
    ----------
    frame
        Of ``metrics.within_score.within_score``.
    """
    whole = frame[(frame["score_band"] == "ALL") & ~frame["is_few"]]
    largest = whole.loc[whole["is_largest"], "group"]
    others = whole[~whole["is_largest"] & whole["difference_rate"].notna()]
    if largest.empty or others.empty:
        return [words("fairness.like_none")]
    said = []
    for policy in ("then", "proposed"):
        rows = others[others["policy"] == policy]
        if rows.empty:
            continue
        is_beyond = (rows["difference_low_rate"] > 0) | (rows["difference_high_rate"] < 0)
        widest = rows.loc[rows["difference_rate"].abs().idxmax()]
        said.append(
            words(
                f"fairness.like_{policy}",
                group=named(widest["group"], words),
                largest=named(largest.iloc[0], words),
                difference=_declined_more(words, widest),
                beyond=_beyond(words, int(is_beyond.sum()), len(rows)),
            )
        )
    return said


def approval_table(words: Words, frame: pd.DataFrame) -> pd.DataFrame:
    """Return approvals by group as texts: then, today, by the proposal, and the ratio to the highest."""
    then, today, proposed = (frame[frame["policy"] == policy].set_index("group") for policy in _POLICIES)
    return pd.DataFrame(
        {
            words("fairness.column_group"): [_marked(words, group, row["is_few"]) for group, row in today.iterrows()],
            words("fairness.column_decided"): [numbers.count(count) for count in today["decided_count"]],
            words("fairness.column_then"): [_rate(words, row, "approval") for _, row in then.iterrows()],
            words("fairness.column_today"): [_rate(words, row, "approval") for _, row in today.iterrows()],
            words("fairness.column_proposed"): [_rate(words, row, "approval") for _, row in proposed.iterrows()],
            words("fairness.column_change"): [_points(words, row, "change") for _, row in proposed.iterrows()],
            words("fairness.column_ratio_today"): [_ratio(words, row) for _, row in today.iterrows()],
            words("fairness.column_ratio_proposed"): [_ratio(words, row) for _, row in proposed.iterrows()],
            words("fairness.column_signal"): [words.code("signal", code) for code in proposed["signal"]],
        }
    )


def bad_table(words: Words, frame: pd.DataFrame) -> pd.DataFrame:
    """Return bad rates by group as texts: observed, and apart from it inferred, for both policies."""
    today, proposed = (frame[frame["policy"] == policy].set_index("group") for policy in _POLICIES[1:])
    return pd.DataFrame(
        {
            words("fairness.column_group"): [_marked(words, group, row["is_few"]) for group, row in today.iterrows()],
            words("fairness.column_seen"): [numbers.count(count) for count in today["observed_count"]],
            words("fairness.column_observed_today"): [_observed(words, row) for _, row in today.iterrows()],
            words("fairness.column_observed_proposed"): [_observed(words, row) for _, row in proposed.iterrows()],
            words("fairness.column_difference"): [
                words("fairness.largest") if row["is_largest"] else _points(words, row, "difference")
                for _, row in proposed.iterrows()
            ],
            words("fairness.column_inferred_today"): [_inferred(words, row) for _, row in today.iterrows()],
            words("fairness.column_inferred_proposed"): [_inferred(words, row) for _, row in proposed.iterrows()],
        }
    )


def like_table(words: Words, frame: pd.DataFrame) -> pd.DataFrame:
    """Return how much more often each group is declined among applicants of like score, as texts."""
    whole = frame[frame["score_band"] == "ALL"]
    first = whole[whole["policy"] == _POLICIES[0]]
    shown = {
        words("fairness.column_group"): [_marked(words, row["group"], row["is_few"]) for _, row in first.iterrows()],
        words("fairness.column_in_bands"): [numbers.count(count) for count in first["decided_count"]],
    }
    for policy in _POLICIES:
        rows = whole[whole["policy"] == policy]
        shown[words(f"fairness.column_like_{policy}")] = [
            words("fairness.largest") if row["is_largest"] else _declined_more(words, row) for _, row in rows.iterrows()
        ]
    return pd.DataFrame(shown)


def rules_table(words: Words, rules: FairRules) -> str:
    """Return the rules with mark and source, as markdown."""
    heads = [words(f"fairness.column_{name}") for name in ("rule", "level", "from", "mark", "source")]
    lines = ["| " + " | ".join(heads) + " |", "| --- | ---: | --- | :-: | --- |"]
    for rule in rules.rules:
        level = numbers.ratio(rule.level) if rule.key == "four_fifths" else numbers.count(rule.level)
        cells = [words(f"fairness.rule_{rule.key}"), level, f"{rule.starts:%Y-%m-%d}", rule.mark]
        lines.append("| " + " | ".join([*cells, rule.sources[words.language]]) + " |")
    return "\n".join(lines)


_POLICIES = ("then", "today", "proposed")


def _ends(words: Words, rows: pd.DataFrame) -> dict[str, str]:
    """The groups compared that are approved least and most often, and the ratio of their rates."""
    compared = rows[rows["ratio_to_highest_rate"].notna() & ~rows["is_few"]]
    low = compared.loc[compared["approval_rate"].idxmin()]
    high = compared.loc[compared["approval_rate"].idxmax()]
    return {
        "low": named(low["group"], words),
        "low_rate": numbers.rate(low["approval_rate"]),
        "high": named(high["group"], words),
        "high_rate": numbers.rate(high["approval_rate"]),
        "ratio": _ratio(words, low),
    }


def _beyond(words: Words, beyond: int, count: int) -> str:
    if count == 1:
        return words("fairness.beyond_chance" if beyond else "fairness.within_chance")
    return words("fairness.beyond", beyond=numbers.count(beyond), count=numbers.count(count))


def _marked(words: Words, group: object, is_few: bool) -> str:
    return words("fairness.few", group=named(group, words)) if is_few else named(group, words)


def _with_range(words: Words, value: str, low: str, high: str) -> str:
    """As narrow as can be: the unit stands once."""
    return words("what_if.with_range", value=value, range=f"{low.removesuffix('%')}–{high.removesuffix('%')}")


def _rate(words: Words, row: pd.Series, name: str) -> str:
    low, high = (numbers.rate(row[f"{name}_{end}_rate"], 1) for end in ("low", "high"))
    return _with_range(words, numbers.rate(row[f"{name}_rate"], 1), low, high)


def _ratio(words: Words, row: pd.Series) -> str:
    # With a third digit, or a ratio just below the rule reads as if it were at it.
    value = numbers.ratio(row["ratio_to_highest_rate"], 3)
    low, high = (numbers.ratio(row[f"ratio_to_highest_{end}_rate"]) for end in ("low", "high"))
    if numbers.is_unknown(row["ratio_to_highest_low_rate"]):
        return value
    return _with_range(words, value, low, high)


def _points(words: Words, row: pd.Series, name: str, sign: int = 1) -> str:
    """In percentage points, which the header of the column or the sentence around it says."""
    if numbers.is_unknown(row[f"{name}_rate"]):
        return numbers.UNKNOWN
    value, *ends = (sign * row[f"{name}_{end}rate"] * 100 for end in ("", "low_", "high_"))
    shown = numbers.points(value, signed=True)
    if numbers.is_unknown(ends[0]):
        return shown
    low, high = (numbers.points(end, signed=True) for end in sorted(ends))
    return words("what_if.with_range", value=shown, range=words("fairness.to").join([low, high]))


def _declined_more(words: Words, row: pd.Series) -> str:
    return _points(words, row, "difference", sign=-1)


def _observed(words: Words, row: pd.Series) -> str:
    if numbers.is_unknown(row["observed_bad_rate"]):
        return words("fairness.hidden" if numbers.is_unknown(row["observed_count"]) else "fairness.nobody")
    low, high = numbers.rate(row["observed_low_rate"]), numbers.rate(row["observed_high_rate"])
    return _with_range(words, numbers.rate(row["observed_bad_rate"]), low, high)


def _inferred(words: Words, row: pd.Series) -> str:
    if numbers.is_unknown(row["inferred_bad_rate"]):
        return words("fairness.hidden" if numbers.is_unknown(row["inferred_count"]) else "fairness.nobody")
    low, high = numbers.rate(row["inferred_low_rate"]), numbers.rate(row["inferred_high_rate"])
    return _with_range(words, numbers.rate(row["inferred_bad_rate"]), low, high)
