"""A mapping as a draft: what was proposed and edited, as the TOML of a mapping file."""

from __future__ import annotations

import hashlib
import json
import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from jiebei_dash import terms
from jiebei_dash.book import schema
from jiebei_dash.errors import MappingInvalid
from jiebei_dash.load.brought import DECIDED, not_brought
from jiebei_dash.load.inputs import TABLES
from jiebei_dash.load.looking import Looked
from jiebei_dash.load.mapping import TapeMapping
from jiebei_dash.load.mapping_columns import Place
from jiebei_dash.load.mapping_file import mapping_of, read_mapping
from jiebei_dash.load.proposing import APPLICATIONS, Proposal, targets

_UNKNOWN: dict[str, str | int] = {
    "product_class": "NA", "channel": "NA", "province_code": "NA", "zhima_band": "NA", "term_months": 0,
    "product_code": "NA", "repay_method": "NA",
}  # fmt: skip
"""What stands where a tape says nothing of a dimension of the scope."""
_BARE = re.compile(r"[A-Za-z0-9_-]+")
_NAME = re.compile(r"\W+")


@dataclass(frozen=True)
class Draft:
    """What a mapping file says, before it is one.

    Parameters
    ----------
    name
        What the book is called.
    kind
        One of ``proposing.ALL_KINDS``.
    looked
        The file of the tape.
    rules
        Proposals, edited; those without a column are left out.
    lacks
        Capabilities that the tape never had.
    newest_month
        ``2024-01``, where months are counted back; empty otherwise.
    observed_to
        ``2024-01-31``, the last day that the tape knows of; empty if nobody says.
    by_rule
        What the lender's rules say and no column, by our column; see ``proposing.BY_RULE``.
    """

    name: str
    kind: str
    looked: Looked
    rules: Sequence[Proposal]
    lacks: Sequence[str] = field(default_factory=tuple)
    newest_month: str = ""
    observed_to: str = ""
    by_rule: Mapping[str, int] = field(default_factory=dict)


def lacking(kind: str, rules: Sequence[Proposal]) -> tuple[str, ...]:
    """Return the capabilities that a tape of a kind cannot have, seeing which columns it fills."""
    filled = {rule.target for rule in rules if rule.column}
    has = {
        "amounts": bool(filled & {"principal_fen", "balance_fen", "requested_fen"}),
        "applicants": kind == APPLICATIONS,
        "declined_applicants": kind == APPLICATIONS,
        "instalments": kind == "instalments",
        "write_offs": "lost_fen" in filled
        or any(value in ("WO", "SOLD") for rule in rules for _, value in rule.codes if rule.column),
        # Only whoever made the tape knows whether it was cut at the left; the list on the page can say it.
        "whole_cohorts": True,
        "calendar": not any(rule.form == "months_from_newest" for rule in rules if rule.column),
        **dict.fromkeys(DECIDED - {*not_brought({kind: filled, "loan": filled})}, True),
    }
    return tuple(code for code in terms.CAPABILITIES if not has.get(code, False))


def to_toml(draft: Draft) -> str:
    """Return a draft as the text of a mapping file.

    Notes
    -----
    A text is written as JSON writes it: every such text is one of TOML.
    """
    looked = draft.looked
    lines = ["[book]", f"name = {_text(draft.name)}"]
    if draft.newest_month:
        lines.append(f"newest_month = {_text(draft.newest_month)}")
    lines += [
        f"lacks = [{', '.join(map(_text, draft.lacks))}]",
        "",
        "[files.tape]",
        f"path = {_text(looked.path.name)}",
    ]
    if looked.delimiter != ",":
        lines.append(f"delimiter = {_text(looked.delimiter)}")
    if looked.encoding != "utf-8":
        lines.append(f"encoding = {_text(looked.encoding)}")
    rules = [rule for rule in draft.rules if rule.column]
    for rule in rules:
        if rule.codes:
            lines += ["", f"[codes.{rule.target}]"]
            lines += [f"{_key(code)} = {_value(rule.target, ours)}" for code, ours in rule.codes if ours]
    return "\n".join([*lines, *_sections(draft, rules)]) + "\n"


def _sections(draft: Draft, rules: Sequence[Proposal]) -> list[str]:
    if draft.kind == APPLICATIONS:
        lines = ["", "[tables.application]", 'file = "tape"', "", "[tables.application.columns]"]
        return lines + _columns(schema.application, rules)
    rows = TABLES[draft.kind]  # type: ignore[index]
    # The cohort is the loan's, also where a row of the tape repeats it.
    cohort = "opened_month" if draft.kind in ("instalments", "payments") else ""
    of_loan = [rule for rule in rules if rule.target not in rows.c or rule.target == cohort]
    lines = ["", f"[{draft.kind}]", 'file = "tape"']
    if draft.observed_to:
        lines.append(f"observed_to = {_text(draft.observed_to)}")
    lines += ["", f"[{draft.kind}.columns]", *_columns(rows, [rule for rule in rules if rule not in of_loan])]
    lines += [f"{name} = {{ constant = {value} }}" for name, value in draft.by_rule.items()]
    given = {rule.target for rule in rules}
    constants = [f"{name} = {{ constant = {_constant(name)} }}" for name in ("product_code", "repay_method")
                 if name not in given and name not in rows.c]  # fmt: skip
    if of_loan or constants:
        lines += ["", f"[{draft.kind}.loan]", *map(_column, of_loan), *constants]
    return lines


def _columns(table: sa.Table, rules: Sequence[Proposal]) -> list[str]:
    given = {rule.target for rule in rules}
    unknown = [name for name in _UNKNOWN if name in table.c and name not in given]
    return [*map(_column, rules), *(f"{name} = {{ constant = {_constant(name)} }}" for name in unknown)]


def _constant(name: str) -> str:
    return json.dumps(_UNKNOWN[name])


def _column(rule: Proposal) -> str:
    steps = [f"column = {_text(rule.column)}"]
    if rule.codes:
        steps.append(f"codes = {_text(rule.target)}")
    steps += [f"{name} = {_text(value)}" for name in ("unit", "form", "number") if (value := getattr(rule, name))]
    return f"{rule.target} = {{ {', '.join(steps)} }}"


def _value(target: str, ours: str) -> str:
    """A code stands for a text, or for a number where our column is one."""
    column = next((targets(kind)[target] for kind in ("panel", "outcomes", "instalments", APPLICATIONS)
                   if target in targets(kind)), None)  # fmt: skip
    is_number = column is not None and isinstance(column.type, sa.Integer)
    return ours if is_number and ours.lstrip("-").isdigit() else _text(ours)


def _text(value: str) -> str:
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")


def _key(value: str) -> str:
    return value if _BARE.fullmatch(value) else _text(value)


def checked(text: str) -> TapeMapping:
    """Return the mapping that a text says.

    Raises
    ------
    MappingInvalid
        It names the place that is not understood.
    """
    place = Place(Path("mapping.toml"))
    try:
        tree = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise MappingInvalid(path=f"{place.path}: {error}", why="not_toml") from error
    return mapping_of(tree, place, hashlib.sha256(text.encode()).hexdigest())


def keep(draft_text: str, name: str, folder: Path) -> Path:
    """Write a mapping file under its book's name, for this tape and the next of its kind.

    Parameters
    ----------
    draft_text
        The TOML.
    name
        What the book is called.
    folder
        Where mappings are kept.

    Returns
    -------
    Path
        The file; one of the same name is replaced.
    """
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{_NAME.sub('_', name).strip('_').lower() or 'tape'}.toml"
    aside = path.with_suffix(".part")
    aside.write_text(draft_text, encoding="utf-8")
    aside.replace(path)
    return path


def kept(folder: Path) -> list[Path]:
    """Return the mapping files that are kept, by name."""
    return sorted(folder.glob("*.toml"))


def fits(path: Path, looked: Looked) -> TapeMapping | None:
    """Return a kept mapping if a file has every column that it names; None if not.

    Raises
    ------
    MappingInvalid
        The file is not a mapping (any more).
    """
    mapping = read_mapping(path)
    named = {rule.column for table in _tables(mapping) for rule in table if rule.column is not None}
    return mapping if len(mapping.files) == 1 and named <= set(looked.columns) else None


def _tables(mapping: TapeMapping) -> list[Sequence[Any]]:
    course = mapping.course
    found: list[Sequence[Any]] = [table.columns for table in mapping.tables]
    if course is not None:
        found += [course.rows.columns, course.loan_columns, course.loans.columns if course.loans else ()]
    return found
