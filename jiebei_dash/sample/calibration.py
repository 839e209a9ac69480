"""Read the calibration of the invented book from its file; a number too many or too few stops it."""

from __future__ import annotations

import hashlib
import tomllib
from dataclasses import fields
from pathlib import Path
from typing import Any, TypeVar

from jiebei_dash.sample.parameters import (
    Calendar,
    Draws,
    Effects,
    Funder,
    Funding,
    Lines,
    ModelStart,
    Parameters,
    Paying,
    People,
    PolicyStart,
    Recovery,
    ScoreBands,
    Stages,
    TakeUp,
)
from jiebei_dash.sample.parameters_risk import Allowance, Collections, Limits
from jiebei_dash.settings import ROOT

PARAMETERS_PATH = ROOT / "data" / "sample.toml"

_SECTIONS: dict[str, type] = {
    "calendar": Calendar, "people": People, "score_bands": ScoreBands, "effects": Effects, "stages": Stages,
    "policies": PolicyStart, "models": ModelStart, "lines": Lines, "take_up": TakeUp, "draws": Draws,
    "paying": Paying, "recovery": Recovery, "funding": Funding, "funders": Funder,
    "limits": Limits, "collections": Collections, "allowance": Allowance,
}  # fmt: skip
_Section = TypeVar("_Section")


def read_parameters(path: Path = PARAMETERS_PATH) -> Parameters:
    """Return the calibration as written in its file.

    Parameters
    ----------
    path
        A TOML file with a table for each section of :class:`Parameters`.

    Raises
    ------
    TypeError
        If a section lacks a number or has one that nothing reads: both are faults of the file.

    Notes
    -----
    **Source**: the file names the source of its numbers.
    """
    content = path.read_bytes()
    tables = tomllib.loads(content.decode("utf-8"))
    made: dict[str, object] = {"sha256": hashlib.sha256(content).hexdigest()}
    for name, table in tables.items():
        section = _SECTIONS.get(name)
        if section is None:
            made[name] = table
        elif isinstance(table, list):
            made[name] = tuple(_section(section, row) for row in table)
        else:
            made[name] = _section(section, table)
    return Parameters(**made)  # type: ignore[arg-type]


def _section(section: type[_Section], table: dict[str, Any]) -> _Section:
    unread = sorted(set(table) - {field.name for field in fields(section)})  # type: ignore[arg-type]
    if unread:
        raise TypeError(f"{section.__name__}: nothing reads {', '.join(unread)}")
    return section(**{key: _frozen(value) for key, value in table.items()})


def _frozen(value: object) -> object:
    return tuple(_frozen(item) for item in value) if isinstance(value, list) else value
