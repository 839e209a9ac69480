"""The parts of the page that brings in a tape: where it lies, its first rows, the proposal, the codes, the check."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pandas as pd
import streamlit as st

from jiebei_dash import terms
from jiebei_dash.errors import JiebeiError
from jiebei_dash.load import drafting, proposing, values
from jiebei_dash.load.looking import Looked
from jiebei_dash.load.mapping import MONTHS_FROM_NEWEST, NUMBERS, UNITS
from jiebei_dash.load.proposing import Proposal
from jiebei_dash.text import numbers
from jiebei_dash.text.words import Words
from jiebei_dash.ui import controls

FEN = 100
MODES = ("WHOLE", "MONTHS")
_ALLOWED: dict[str, Sequence[str]] = {
    "state": terms.STATES,
    "status": terms.STATES,
    "result": terms.RESULTS,
    "repay_method": terms.REPAY_METHODS,
}


def proposed(words: Words, looked: Looked) -> str:
    """Draw the proposal, to be edited, and return the mapping as TOML."""
    chosen_kind = kind(words, looked)
    rules = code_lists(words, looked, proposals(words, looked, chosen_kind))
    return draft(words, looked, chosen_kind, rules)


def keep(text: str, folder: Path) -> Path:
    """Remember a mapping that is understood, under its book's name."""
    return drafting.keep(text, drafting.checked(text).name, folder)


def kind(words: Words, looked: Looked) -> str:
    """Draw what a row of the tape is and return it; at first what it looks like."""
    kinds = list(proposing.ALL_KINDS)
    guessed = kinds.index(proposing.guess_kind(looked))
    return st.selectbox(
        words("bring_tape.kind"),
        kinds,
        index=guessed,
        format_func=lambda code: words(f"bring_tape.kind_of.{code}"),
        key=f"tape_kind_{looked.path}",
    )


def proposals(words: Words, looked: Looked, chosen_kind: str) -> list[Proposal]:
    """Draw the table of proposals and return them as they were edited."""
    needed = proposing.needed(chosen_kind)
    proposed = sorted(
        proposing.propose(looked, chosen_kind), key=lambda found: (found.target not in needed, not found.column)
    )
    rows = pd.DataFrame(
        {
            "ours": [words(f"bring_tape.ours_of.{p.target}") + (" *" if p.target in needed else "") for p in proposed],
            "column": [p.column or None for p in proposed],
            "sure": [p.sure_rate if p.column else None for p in proposed],
            "unit": [p.unit or None for p in proposed],
            "form": [p.form or None for p in proposed],
            "number": [p.number or None for p in proposed],
        }
    )
    units = sorted({unit for known in UNITS.values() for unit in known})
    forms = [*values.FORMS, MONTHS_FROM_NEWEST, "excel_days", "epoch_seconds"]
    column = st.column_config
    edited = st.data_editor(
        rows,
        hide_index=True,
        height=420,
        key=f"tape_rules_{looked.path}_{chosen_kind}",
        placeholder=numbers.UNKNOWN,
        disabled=["ours", "sure"],
        column_config={
            "ours": column.TextColumn(words("bring_tape.ours"), width="medium"),
            "column": column.SelectboxColumn(words("bring_tape.theirs"), options=list(looked.columns), width="medium"),
            "sure": column.ProgressColumn(words("bring_tape.sure"), format="percent", min_value=0.0, max_value=1.0),
            "unit": column.SelectboxColumn(words("bring_tape.unit"), options=units, width=130),
            "form": column.SelectboxColumn(words("bring_tape.form"), options=forms),
            "number": column.SelectboxColumn(words("bring_tape.number"), options=list(NUMBERS)),
        },
    )
    st.caption(words("bring_tape.needed_note"))
    found = [_edited(p, row, chosen_kind, looked) for p, row in zip(proposed, edited.to_dict("records"), strict=True)]
    unclear = [p.column for p in found if p.is_ambiguous and p.column]
    if unclear:
        st.warning(words("bring_tape.unclear", columns=words("scope.separator").join(unclear)))
    return found


def _edited(proposed: Proposal, row: dict[str, object], chosen_kind: str, looked: Looked) -> Proposal:
    """Another column of the tape brings its own steps; what somebody chose by hand stands."""
    chosen = row["column"]
    if not isinstance(chosen, str) or not chosen:
        return Proposal(proposed.target)
    base = proposed
    if chosen != proposed.column:
        base = proposing.proposal_for(proposed.target, chosen_kind, looked, chosen)
    steps = {
        name: str(row[name])
        for name in ("unit", "form", "number")
        if isinstance(row[name], str) and row[name] != getattr(proposed, name)
    }
    is_still_unclear = base.is_ambiguous and "form" not in steps
    return replace(base, **steps, is_ambiguous=is_still_unclear)  # type: ignore[arg-type]


def code_lists(words: Words, looked: Looked, rules: Sequence[Proposal]) -> list[Proposal]:
    """Draw a table for every column that holds codes, and return the rules with their lists as edited."""
    return [_code_list(words, looked, rule) if rule.column and rule.codes else rule for rule in rules]


def _code_list(words: Words, looked: Looked, rule: Proposal) -> Proposal:
    counts = values.codes(looked.values(rule.column))
    open_ = any(not ours for _, ours in rule.codes)
    label = words("bring_tape.codes", ours=words(f"bring_tape.ours_of.{rule.target}"), column=rule.column)
    allowed = list(_ALLOWED.get(rule.target, ())) or sorted({ours for _, ours in rule.codes if ours} | {"0"}, key=int)
    with st.expander(label, expanded=open_):
        edited = st.data_editor(
            pd.DataFrame(
                {
                    "code": [code for code, _ in rule.codes],
                    "rows": [counts.get(code, 0) for code, _ in rule.codes],
                    "ours": [ours or None for _, ours in rule.codes],
                }
            ),
            hide_index=True,
            key=f"tape_codes_{looked.path}_{rule.target}_{rule.column}",
            placeholder=numbers.UNKNOWN,
            disabled=["code", "rows"],
            column_config={
                "code": st.column_config.TextColumn(words("bring_tape.code")),
                "rows": st.column_config.NumberColumn(words("bring_tape.code_rows")),
                "ours": st.column_config.SelectboxColumn(words("bring_tape.code_ours"), options=allowed),
            },
        )
        st.caption(words("bring_tape.codes_note"))
    # An empty cell comes back as None or as a number that is none.
    meant = [ours if isinstance(ours, str) else "" for ours in edited["ours"]]
    return replace(rule, codes=tuple(zip(map(str, edited["code"]), meant, strict=True)))


def draft(words: Words, looked: Looked, chosen_kind: str, rules: Sequence[Proposal]) -> str:
    """Draw what the book is called and what it lacks, and return the mapping as TOML."""
    name = st.text_input(words("bring_tape.name"), value=looked.path.stem, key=f"tape_name_{looked.path}")
    lacks = st.multiselect(
        words("bring_tape.lacks"),
        terms.CAPABILITIES,
        default=drafting.lacking(chosen_kind, rules),
        format_func=lambda code: words.code("capability", code),
        key=f"tape_lacks_{looked.path}_{chosen_kind}",
    )
    newest = observed = ""
    if any(rule.form == MONTHS_FROM_NEWEST and rule.column for rule in rules):
        newest = st.text_input(words("bring_tape.newest"), placeholder="2024-01", key="tape_newest").strip()
    if chosen_kind in ("instalments", "outcomes", "payments"):
        observed = st.text_input(words("bring_tape.observed"), placeholder="2024-01-31", key="tape_observed").strip()
    made = drafting.Draft(
        name.strip() or looked.path.stem,
        chosen_kind,
        looked,
        rules,
        tuple(lacks),
        newest,
        observed,
        by_rule=_by_rule(words, chosen_kind),
    )
    return drafting.to_toml(made)


def _by_rule(words: Words, chosen_kind: str) -> dict[str, int]:
    """Draw what no tape says: the lender's own rules by which the course of a loan is derived."""
    usual = proposing.BY_RULE.get(chosen_kind, {})
    if not usual:
        return {}
    st.caption(words("bring_tape.by_rule"))
    found = {}
    for column, (name, value) in zip(st.columns(3), usual.items(), strict=False):
        label = words(f"bring_tape.rule_of.{name}")
        scale = FEN if name.endswith("_fen") else 1
        found[name] = scale * int(column.number_input(label, 0, 1_000, value // scale, key=f"tape_{name}"))
    return found


def mode(words: Words, has_tape: bool) -> str:
    """Draw what the tape replaces and return it; months can be replaced only of a tape's book."""
    modes = MODES if has_tape else MODES[:1]
    return controls.pick(
        words("bring_tape.mode"), "tape_mode", modes, modes[0], lambda code: words(f"bring_tape.mode_of.{code}")
    )


def is_understood(words: Words, text: str) -> bool:
    """Say in one sentence whether a mapping is understood, and return it."""
    try:
        drafting.checked(text)
    except JiebeiError as error:
        st.error(words.error(error), icon=":material/error:")
        return False
    st.success(words("bring_tape.understood"), icon=":material/check:")
    return True


def remembered(words: Words, folder: Path, looked: Looked) -> Path | None:
    """Draw the choice of a mapping that was kept and fits, and return it; None is a new one."""
    fitting = []
    for path in drafting.kept(folder):
        try:
            if drafting.fits(path, looked) is not None:
                fitting.append(path)
        except JiebeiError:
            # A file that is no mapping any more is not offered; the folder is the reader's own.
            continue
    if not fitting:
        return None
    return st.selectbox(
        words("bring_tape.remembered"),
        [*fitting, None],
        format_func=lambda path: words("bring_tape.new_mapping") if path is None else path.stem,
        key=f"tape_mapping_{looked.path}",
    )
