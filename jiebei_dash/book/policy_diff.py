"""What differs between two policies, read off their JSON: it goes on working for parts that come later."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from jiebei_dash.book.policy import RULES

Kind = Literal["ADDED", "REMOVED", "CHANGED"]
Value = str | int | float | bool | None
_PLACE = {rule.key: place for place, rule in enumerate(RULES)}


@dataclass(frozen=True)
class Difference:
    """One value that differs.

    Parameters
    ----------
    path
        Where it stands: keys from the root; an element of a list by what names it, else by its place from 1.
    before, after
        Values; None where the policy has none. A list of plain values is one value, joined.
    """

    path: tuple[str, ...]
    before: Value
    after: Value

    @property
    def kind(self) -> Kind:
        """Return whether it was added, removed or changed."""
        if self.before is None:
            return "ADDED"
        return "REMOVED" if self.after is None else "CHANGED"


def differences(before_json: str, after_json: str) -> tuple[Difference, ...]:
    """Return what differs between two policies.

    Parameters
    ----------
    before_json, after_json
        JSON of both.

    Returns
    -------
    tuple of Difference
        Rules in their order first, then the rest by path; empty if both say the same, whatever the spelling of
        numbers, and whether a part is empty or not there.
    """
    before, after = (dict(_leaves(_as_told(json.loads(text)), ())) for text in (before_json, after_json))
    found = (Difference(path, before.get(path), after.get(path)) for path in {**before, **after})
    return tuple(sorted((each for each in found if each.before != each.after), key=_order))


def _as_told(tree: Any) -> Any:
    """A whole policy as its parts are spoken of: thresholds by rule, and segments and cells by what names them.

    The order is a part of it only where it is not the usual one, so a policy of thresholds alone reads the same
    whichever way it was written.
    """
    if not isinstance(tree, Mapping) or "thresholds" not in tree or not isinstance(tree["thresholds"], Mapping):
        return tree
    parts = [tree.get(name, []) for name in ("exceptions", "limits", "prices")]
    if not all(isinstance(part, list) and all(isinstance(each, list) for each in part) for part in parts):
        return tree
    order = list(tree.get("order", ()))
    told: dict[str, Any] = dict(tree["thresholds"])
    if order != sorted(order, key=lambda key: _PLACE.get(key, len(_PLACE))):
        told["order"] = order
    told["exceptions"] = {f"{key} {code}": {"threshold": at} for key, _, code, at in tree.get("exceptions", ())}
    for name, value in (("limits", "factor"), ("prices", "steps")):
        told[name] = {f"{band} {lowest}": {value: by} for band, lowest, by in tree.get(name, ())}
    return told


def _order(found: Difference) -> tuple[int, int, tuple[str, ...]]:
    known = [_PLACE[key] for key in found.path if key in _PLACE]
    return len(found.path), min(known, default=len(_PLACE)), found.path


def _leaves(tree: Any, path: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], Value]]:
    if isinstance(tree, Mapping):
        for key, value in tree.items():
            yield from _leaves(value, (*path, str(key)))
    elif isinstance(tree, list):
        if not any(isinstance(each, Mapping | list) for each in tree):
            if tree:
                yield path, ", ".join(str(each) for each in tree)
            return
        for name, each in zip(_names(tree), tree, strict=True):
            named = {key for key, value in each.items() if isinstance(value, str)} if name[1] else set()
            rest = {key: value for key, value in each.items() if key not in named} if named else each
            yield from _leaves(rest, (*path, name[0]))
    else:
        yield path, tree


def _names(elements: list[Any]) -> list[tuple[str, bool]]:
    """Elements are the same in both lists if their texts are; numbers are what may differ.

    Where two elements have the same texts, or one has none, all go by their place. The second value tells whether the
    name is made of the texts.
    """
    texts = [
        " ".join(value for _, value in sorted(each.items()) if isinstance(value, str))
        if isinstance(each, Mapping)
        else ""
        for each in elements
    ]
    if all(texts) and len(set(texts)) == len(texts):
        return [(text, True) for text in texts]
    return [(str(place), False) for place in range(1, len(elements) + 1)]
