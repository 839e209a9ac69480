"""What funders would take, in sentences and tables: an inferred amount is never without its word."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import pandas as pd

from jiebei_dash.eligibility import Contract, Eligibility, OwnShareRule
from jiebei_dash.text import numbers
from jiebei_dash.text.words import Words
from jiebei_dash.ui.consequences_words import POLICIES, points_with_ends, ranged, row_of, signed

OWN, NOBODY = "OWN", "NOBODY"


def names_of(words: Words, contracts: Sequence[Contract], called: Mapping[str, str]) -> dict[str, str]:
    """Return what each row of the figure is called, by code; a pool that is assumed says so."""
    found = {
        contract.funder_code: words("consequences.assumed_pool", name=contract.names[words.language])
        if contract.is_assumed
        else called[contract.funder_code]
        for contract in contracts
    }
    return {**found, NOBODY: words.code("funder_code", NOBODY)}


def funding(words: Words, frame: pd.DataFrame, names: Mapping[str, str]) -> list[str]:
    """Return the sentences that open the funding section.

    Parameters
    ----------
    words
        Language.
    frame
        Of ``answers.eligible.funders``.
    names
        Of :func:`names_of`.
    """
    rows = frame.set_index(["funder_code", "policy"])
    own, alone = rows.loc[(OWN, "proposed")], rows.loc[(NOBODY, "proposed")]
    before = rows.loc[(OWN, "today")]
    if own["approved_count"] == 0:
        return [words("consequences.approves_nobody", today=numbers.count(before["approved_count"]))]
    said = [
        words(
            "consequences.said_alone",
            approved=numbers.count(own["approved_count"]),
            today=numbers.count(before["approved_count"]),
            alone=numbers.count(alone["taken_count"]),
            rate=numbers.rate(alone["taken_rate"]),
            low=numbers.rate(alone["low_rate"]),
            high=numbers.rate(alone["high_rate"]),
            change=numbers.rate_change(alone["change_rate"], words.language),
        )
    ]
    partners = frame[(frame["policy"] == "proposed") & ~frame["is_assumed"] & ~frame["funder_code"].isin((OWN, NOBODY))]
    if not partners.empty and partners["change_count"].abs().max() > 0:
        most = partners.loc[partners["change_count"].abs().idxmax()]
        said.append(
            words(
                "consequences.said_most",
                name=names[most["funder_code"]],
                count=numbers.count(most["taken_count"]),
                change=signed(most["change_count"]),
                rate=numbers.rate(most["taken_rate"]),
                shift=numbers.rate_change(most["change_rate"], words.language),
            )
        )
    said.append(
        words(
            "consequences.said_own",
            share=numbers.rate(own["share_rate"]),
            low=numbers.rate(own["share_low_rate"]),
            high=numbers.rate(own["share_high_rate"]),
            today=numbers.rate(before["share_rate"]),
            lent=numbers.rate(own["lent_share_rate"]),
        )
    )
    tight = frame[(frame["policy"] == "proposed") & (frame["headroom_rate"] < 0) & (frame["funder_code"] != OWN)]
    if not tight.empty:
        listed = words("consequences.joiner").join(names[code] for code in tight["funder_code"])
        said.append(words("consequences.said_beyond", names=listed))
    return said


def taken_table(words: Words, frame: pd.DataFrame, names: Mapping[str, str]) -> str:
    """Return what each funder takes, today and under the draft, as markdown."""
    rates = ("rate_today", "rate_draft", "rate_change")
    heads = ("funder", "taken_today", "taken_draft", "change", *rates, "amount_today", "amount_draft", "inferred")
    lines = [row_of(*(words(f"consequences.column_{head}") for head in heads)), "| --- |" + " ---: |" * 9]
    for code, name in names.items():
        today, proposed = (_of(frame, code, policy) for policy in POLICIES)
        lines.append(
            row_of(
                name,
                numbers.count(today["taken_count"]),
                numbers.count(proposed["taken_count"]),
                signed(proposed["change_count"]),
                ranged(words, today, "taken_rate", "low_rate", "high_rate"),
                ranged(words, proposed, "taken_rate", "low_rate", "high_rate"),
                points_with_ends(words, proposed),
                numbers.yuan(today["taken_fen"], words.language),
                numbers.yuan(proposed["taken_fen"], words.language),
                " / ".join(numbers.yuan(row["inferred_fen"], words.language) for row in (today, proposed)),
            )
        )
    return "\n".join(lines)


def room_table(words: Words, frame: pd.DataFrame, cuts: pd.DataFrame, names: Mapping[str, str]) -> str:
    """Return how much of all lines each funder could lend at most, its limit, and what cuts most, as markdown."""
    heads = ("funder", "lent", "most_today", "most_draft", "cap", "room_today", "room_draft", "cuts_any", "cuts_sole")
    lines = [
        row_of(*(words(f"consequences.column_{head}") for head in heads)),
        "| --- |" + " ---: |" * 6 + " --- | --- |",
    ]
    shown = {code: name for code, name in names.items() if code != NOBODY} | {OWN: words("consequences.own_least")}
    for code, name in shown.items():
        today, proposed = (_of(frame, code, policy) for policy in POLICIES)
        own = cuts[(cuts["funder_code"] == code) & (cuts["policy"] == "proposed")]
        lines.append(
            row_of(
                name,
                numbers.rate(today["lent_share_rate"]),
                ranged(words, today, "share_rate", "share_low_rate", "share_high_rate"),
                ranged(words, proposed, "share_rate", "share_low_rate", "share_high_rate"),
                _cap(words, proposed),
                numbers.rate_change(today["headroom_rate"], words.language),
                numbers.rate_change(proposed["headroom_rate"], words.language),
                _most(words, own, "any_count"),
                _most(words, own, "sole_count"),
            )
        )
    return "\n".join(lines)


def criteria_table(words: Words, table: Eligibility, contracts: Sequence[Contract], names: Mapping[str, str]) -> str:
    """Return every contract in force with what it asks for, its days, mark and source, as markdown."""
    heads = ("funder", "asks", "own_share", "from", "mark", "source")
    lines = [
        row_of(*(words(f"consequences.column_{head}") for head in heads)),
        "| --- | --- | ---: | --- | :-: | --- |",
    ]
    for contract in contracts:
        asks = words("consequences.joiner").join(_asks(words, contract))
        share = numbers.rate(contract.own_share, 0) if contract.own_share else numbers.UNKNOWN
        lines.append(
            row_of(names[contract.funder_code], asks, share, _days(words, contract), contract.mark,
                 contract.sources[words.language])
        )  # fmt: skip
    for rule in table.own_shares:
        kind = words("consequences.every_kind", kind=words.code("funder_kind", rule.kind))
        share = numbers.rate(rule.at_least, 0)
        lines.append(
            row_of(kind, words("consequences.own_share_rule"), share, _days(words, rule), rule.mark,
                 rule.sources[words.language])
        )  # fmt: skip
    return "\n".join(lines)


def _of(frame: pd.DataFrame, code: str, policy: str) -> pd.Series:
    return frame[(frame["funder_code"] == code) & (frame["policy"] == policy)].iloc[0]


def _cap(words: Words, row: pd.Series) -> str:
    if numbers.is_unknown(row["cap_rate"]):
        return numbers.UNKNOWN
    return f"{words.code('keeps', row['keeps'])} {numbers.rate(row['cap_rate'], 0)}"


def _most(words: Words, cuts: pd.DataFrame, column: str) -> str:
    if cuts.empty or cuts[column].max() == 0:
        return numbers.UNKNOWN
    most = cuts.loc[cuts[column].idxmax()]
    return f"{words.code('criterion', most['criterion'])} {numbers.count(most[column])}"


def _asks(words: Words, contract: Contract) -> Iterable[str]:
    units = {"zhima": "points", "pd": "rate", "limit": "fen", "lenders": "count"}
    kinds = {"term": "term_months", "product": "product_class", "province": "province_code"}
    for criterion in contract.criteria:
        name = words.code("criterion", criterion.key)
        if criterion.key in units:
            level = numbers.quantity(criterion.values[0], units[criterion.key], words.language)
            yield f"{name} {words.code('keeps', criterion.test)} {level}"
        else:
            codes = words("consequences.listing").join(
                words.code(kinds[criterion.key], each) for each in criterion.values
            )
            key = "consequences.asks_outside" if criterion.test == "outside" else "consequences.asks_within"
            yield words(key, name=name, codes=codes)


def _days(words: Words, held: Contract | OwnShareRule) -> str:
    first = numbers.day(held.starts)
    return first if held.ends is None else words("consequences.days", first=first, last=numbers.day(held.ends))
