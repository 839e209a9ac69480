"""The shelf: each artefact is one file named by the hash of its own bytes.

A file is a zip with ``card.json`` (all plain values) and, for trees, the members of a skops archive; nothing in it is
ever unpickled, and only one type beyond skops' own list of safe ones is allowed. Its bytes depend on the model alone:
no clock, no memory address, no compression that another version would do otherwise.
"""

from __future__ import annotations

import hashlib
import io
import json
import os
import re
from collections.abc import Iterator
from dataclasses import asdict
from functools import lru_cache
from itertools import count
from pathlib import Path
from zipfile import ZIP_STORED, ZipFile, ZipInfo

import sklearn
import skops.io
from sklearn.ensemble import HistGradientBoostingClassifier

from jiebei_dash.errors import ModelChanged, ModelMissing
from jiebei_dash.model.artefact import Artefact, Weight
from jiebei_dash.model.points import Scale

TRUSTED_TYPES = ("sklearn.ensemble._hist_gradient_boosting.predictor.TreePredictor",)

_CARD = "card.json"
_SCHEMA = "schema.json"
_ZIP_EPOCH = (1980, 1, 1, 0, 0, 0)


def put(artefact: Artefact, directory: Path) -> str:
    """Lay an artefact on the shelf and return the hash that names it.

    Parameters
    ----------
    artefact
        The model version.
    directory
        The shelf; made if absent.

    Returns
    -------
    str
        SHA-256 of the file's bytes, 64 hex digits; the same model gives the same hash.
    """
    content = bytes_of(artefact)
    sha256 = hashlib.sha256(content).hexdigest()
    directory.mkdir(parents=True, exist_ok=True)
    unfinished = directory / f".{sha256}.{os.getpid()}"
    with unfinished.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    # Readers see the whole file or none: the name appears in one step.
    unfinished.replace(_place(sha256, directory))
    return sha256


def get(sha256: str, directory: Path, model_version: str) -> Artefact:
    """Return the artefact with this hash.

    Parameters
    ----------
    sha256
        Hash registered in ``model_version.artefact_sha256``.
    directory
        The shelf.
    model_version
        Version that the reader asked for, for the sentence of an error.

    Raises
    ------
    ModelMissing
        If the shelf has no such file.
    ModelChanged
        If its bytes are not the registered ones, or it holds another version; nothing is parsed before the check.
    """
    # The hash comes from the book: anything but a hash must not become a path.
    if not re.fullmatch(r"[0-9a-f]{64}", sha256):
        raise ModelMissing(model_version=model_version)
    try:
        content = _place(sha256, directory).read_bytes()
    except FileNotFoundError as error:
        raise ModelMissing(model_version=model_version) from error
    if hashlib.sha256(content).hexdigest() != sha256:
        raise ModelChanged(model_version=model_version)
    artefact = _artefact_of(content)
    if artefact.model_version != model_version:
        raise ModelChanged(model_version=model_version)
    return artefact


def bytes_of(artefact: Artefact) -> bytes:
    """Return the bytes of an artefact's file."""
    card = {
        "model_version": artefact.model_version,
        "kind": artefact.kind,
        "features": artefact.features,
        "scale": asdict(artefact.scale),
        "intercept": artefact.intercept,
        "slope": artefact.slope,
        "weights": [asdict(line) for line in artefact.weights],
        "made_with": {"scikit-learn": sklearn.__version__, "skops": skops.__version__},
    }
    members = {_CARD: json.dumps(card, indent=1, sort_keys=True).encode()}
    if artefact.trees is not None:
        members |= _tree_members(artefact.trees)
    packed = io.BytesIO()
    with ZipFile(packed, "w", ZIP_STORED) as archive:
        for name in sorted(members):
            member = ZipInfo(name, date_time=_ZIP_EPOCH)
            member.create_system = 3
            member.external_attr = 0o600 << 16
            archive.writestr(member, members[name])
    return packed.getvalue()


def _place(sha256: str, directory: Path) -> Path:
    return directory / f"{sha256}.zip"


def _tree_members(trees: HistGradientBoostingClassifier) -> dict[str, bytes]:
    """The members of the skops archive, with counters and content hashes where skops writes memory addresses."""
    with ZipFile(io.BytesIO(skops.io.dumps(trees))) as archive:
        arrays = {name: archive.read(name) for name in archive.namelist() if name != _SCHEMA}
        schema = json.loads(archive.read(_SCHEMA))
    renamed = {name: f"{hashlib.sha256(array).hexdigest()}.npy" for name, array in arrays.items()}
    numbers = count(1)
    for node in _nodes(schema):
        if "__id__" in node:
            node["__id__"] = next(numbers)
        if node.get("file") in renamed:
            node["file"] = renamed[str(node["file"])]
    members = {renamed[name]: array for name, array in arrays.items()}
    return members | {_SCHEMA: json.dumps(schema).encode()}


def _nodes(tree: object) -> Iterator[dict[str, object]]:
    if isinstance(tree, dict):
        yield tree
    children = tree.values() if isinstance(tree, dict) else tree if isinstance(tree, list) else ()
    for child in children:
        yield from _nodes(child)


@lru_cache(maxsize=8)
def _artefact_of(content: bytes) -> Artefact:
    """Parse bytes that were checked; the same bytes give the same object, so that explainers can be kept with it."""
    with ZipFile(io.BytesIO(content)) as archive:
        card = json.loads(archive.read(_CARD))
    trees = skops.io.loads(content, trusted=list(TRUSTED_TYPES)) if card["kind"] == "hist_gbdt" else None
    return Artefact(
        model_version=card["model_version"],
        kind=card["kind"],
        features=tuple(card["features"]),
        scale=Scale(**card["scale"]),
        intercept=card["intercept"],
        slope=card["slope"],
        weights=tuple(Weight(**line) for line in card["weights"]),
        trees=trees,
    )
