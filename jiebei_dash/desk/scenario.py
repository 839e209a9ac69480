"""What a saved scenario is: a draft of the policy, on whom it was replayed, by whom; its number is the hash of that."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, fields
from datetime import date, datetime

from jiebei_dash.desk.chain import canonical
from jiebei_dash.errors import ScenarioFileUnusable, ScenarioUnnamed

MOST_SIGNS_OF_NAME = 64
MOST_SIGNS_OF_NOTE = 500
_HASH = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True)
class Scenario:
    """One scenario; the fields are what is hashed, so two scenarios with one number are the same.

    Parameters
    ----------
    name, note
        What its author calls it, and what is to be said of it.
    policy_json, policy_sha256
        The draft: canonical JSON of the whole policy, and the hash of that text.
    base_version, base_json, base_sha256
        The policy that was live, which the draft changes: its name (empty if the book holds none), text and hash.
    changes_json
        Thresholds that the draft moves, by rule key; canonical JSON.
    part_json
        Part of the book, as ``Scope.part_text`` gives it.
    as_of_month, maturity_months
        Last month that counted, and how long the last application had to mature.
    first_month, last_month
        Months of submission of the population.
    method
        How outcomes of those declined then were inferred.
    data_version, known_on
        Version of the book; the past day as of which it was opened, None for the book as it was then.
    parent_id
        The scenario that this one was made from; None if it was made from the live policy.
    author, made_at
        Who, and when: ISO 8601 with its offset.
    """

    name: str
    note: str
    policy_json: str
    policy_sha256: str
    base_version: str
    base_json: str
    base_sha256: str
    changes_json: str
    part_json: str
    as_of_month: date
    maturity_months: int
    first_month: date
    last_month: date
    method: str
    data_version: str
    known_on: date | None
    parent_id: str | None
    author: str
    made_at: str

    def content(self) -> dict[str, str | int | None]:
        """Return the fields as they are hashed: days in ISO 8601."""
        values = asdict(self)
        return {name: f"{value:%Y-%m-%d}" if isinstance(value, date) else value for name, value in values.items()}

    @property
    def scenario_id(self) -> str:
        """Return its number: SHA-256 of the canonical JSON of its content."""
        return sha256_of(canonical(self.content()))

    @property
    def population_id(self) -> str:
        """Return the number of the population: equal numbers are the same applications with the same outcomes.

        It is the hash of the part of the book, the as-of month, the months of submission, the maturity and the data
        version; two scenarios can be compared side by side without a thought if theirs agree.
        """
        content = self.content()
        names = ("part_json", "as_of_month", "maturity_months", "first_month", "last_month", "data_version")
        return sha256_of(canonical({name: content[name] for name in names}))


def sha256_of(text: str) -> str:
    """Return the hash of a text in UTF-8."""
    return hashlib.sha256(text.encode()).hexdigest()


def clean_name(text: str) -> str:
    """Return a name as it is saved: in one Unicode form, without signs that do not show, one space between words.

    Raises
    ------
    ScenarioUnnamed
        Nothing is left, or more than ``MOST_SIGNS_OF_NAME``.
    """
    shown = "".join(
        " " if sign.isspace() else sign
        for sign in unicodedata.normalize("NFC", text)
        if sign.isspace() or unicodedata.category(sign)[0] != "C"
    )
    name = " ".join(shown.split())
    if not 0 < len(name) <= MOST_SIGNS_OF_NAME:
        raise ScenarioUnnamed(most=MOST_SIGNS_OF_NAME)
    return name


def read_content(content: Mapping[str, object], file: str) -> Scenario:
    """Return a scenario from its content, each field of the right kind and no other field there.

    Parameters
    ----------
    content
        As :meth:`Scenario.content` gives it.
    file
        Where it comes from, for the sentence.

    Raises
    ------
    ScenarioFileUnusable
        A field is missing, is too many or is not what it should be, or a hash is not that of its text.
    """
    names = {field.name for field in fields(Scenario)}
    for name in sorted(names ^ content.keys()):
        raise ScenarioFileUnusable(file=file, scenario_flaw="MISSING" if name in names else "UNKNOWN", field=name)
    values: dict[str, object] = {}
    for name, value in content.items():
        try:
            values[name] = _READERS.get(name, _text)(value)
        except (TypeError, ValueError) as error:
            raise ScenarioFileUnusable(file=file, scenario_flaw="KIND", field=name) from error
    scenario = Scenario(**values)  # type: ignore[arg-type]
    for name in ("policy", "base"):
        if sha256_of(getattr(scenario, f"{name}_json")) != getattr(scenario, f"{name}_sha256"):
            raise ScenarioFileUnusable(file=file, scenario_flaw="POLICY_HASH", field=f"{name}_sha256")
    return scenario


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError
    value.encode()  # a lone surrogate is no text
    return value


def _name(value: object) -> str:
    """A name that would be saved as another one was not saved by us."""
    name = _text(value)
    try:
        is_clean = clean_name(name) == name
    except ScenarioUnnamed:
        is_clean = False
    if not is_clean:
        raise ValueError
    return name


def _note(value: object) -> str:
    note = _text(value)
    if len(note) > MOST_SIGNS_OF_NOTE:
        raise ValueError
    return note


def _months(value: object) -> int:
    if not isinstance(value, int) or isinstance(value, bool):
        raise TypeError
    if not 0 <= value <= 120:
        raise ValueError
    return value


def _day(value: object) -> date:
    text = _text(value)
    day = date.fromisoformat(text)
    if f"{day:%Y-%m-%d}" != text:
        raise ValueError
    return day


def _month(value: object) -> date:
    month = _day(value)
    if month.day != 1:
        raise ValueError
    return month


def _hash(value: object) -> str:
    text = _text(value)
    if not _HASH.fullmatch(text):
        raise ValueError
    return text


def _moment(value: object) -> str:
    text = _text(value)
    if datetime.fromisoformat(text).tzinfo is None:
        raise ValueError
    return text


_READERS: Mapping[str, Callable[[object], object]] = {
    "name": _name,
    "note": _note,
    "policy_sha256": _hash,
    "base_sha256": _hash,
    "as_of_month": _month,
    "maturity_months": _months,
    "first_month": _month,
    "last_month": _month,
    "known_on": lambda value: None if value is None else _day(value),
    "parent_id": lambda value: None if value is None else _hash(value),
    "made_at": _moment,
}
"""Field -> what reads it; all others are texts."""
