"""What an entry of the log is, and how each holds the hash of the one before."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass

GENESIS = "0" * 64
"""What the first entry holds as the hash before it."""


@dataclass(frozen=True)
class Entry:
    """One act in the log; fields are the columns of ``audit_log``."""

    seq: int
    at: str
    actor: str
    role: str
    action: str
    object: str
    detail_json: str
    prev_hash: str
    entry_hash: str


@dataclass(frozen=True)
class Head:
    """The end of the chain: what to keep elsewhere as an anchor. ``seq`` is 0 while the log is empty."""

    seq: int
    entry_hash: str


@dataclass(frozen=True)
class Verdict:
    """What :func:`verify` found.

    Parameters
    ----------
    entries
        Rows in the log.
    is_whole
        Whether every entry follows from the one before, and the anchor, if given, stands in the chain.
    first_broken_seq
        Number of the first entry that is missing or does not fit; null if whole.
    head
        The end of the part that is whole.
    """

    entries: int
    is_whole: bool
    first_broken_seq: int | None
    head: Head


def canonical(value: Mapping[str, object]) -> str:
    """Return the one way in which a mapping is written as JSON: the text that is hashed."""
    return json.dumps(dict(value), ensure_ascii=False, separators=(",", ":"), sort_keys=True, allow_nan=False)


def hash_of(prev_hash: str, fields: Mapping[str, object]) -> str:
    """Return the hash of an entry: SHA-256 of the hash before it and the canonical JSON of its fields."""
    return hashlib.sha256((prev_hash + canonical(fields)).encode()).hexdigest()
