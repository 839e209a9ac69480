"""What is taken from the shelf is what was put there, to the byte."""

import io
import time
from pathlib import Path
from zipfile import ZipFile

import pandas as pd
import pytest
import skops.io

from jiebei_dash.errors import ModelChanged, ModelMissing
from jiebei_dash.model.artefact import Artefact
from jiebei_dash.model.scoring import score
from jiebei_dash.model.shelf import TRUSTED_TYPES, bytes_of, get, put
from jiebei_dash.model.training import Trained
from tests.model.conftest import Matured


def test_an_artefact_comes_back_with_the_same_scores(artefact: Artefact, matured: Matured, tmp_path: Path) -> None:
    sha256 = put(artefact, tmp_path)
    back = get(sha256, tmp_path, artefact.model_version)
    pd.testing.assert_frame_equal(score(back, matured.inputs), score(artefact, matured.inputs), check_exact=True)
    assert (back.features, back.scale, back.weights) == (artefact.features, artefact.scale, artefact.weights)
    assert [path.name for path in tmp_path.iterdir()] == [f"{sha256}.zip"]


def test_the_bytes_depend_on_the_model_alone(
    artefact: Artefact, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = bytes_of(artefact)
    monkeypatch.setattr(time, "time", lambda: 4_000_000_000.0)
    assert bytes_of(artefact) == first
    back = get(put(artefact, tmp_path), tmp_path, artefact.model_version)
    assert bytes_of(back) == first


@pytest.mark.parametrize("at", [0, 100, 5_000, -1])
def test_a_changed_byte_is_refused_before_anything_is_parsed(
    trained: Trained, tmp_path: Path, at: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    sha256 = put(trained.artefact, tmp_path)
    file = tmp_path / f"{sha256}.zip"
    content = bytearray(file.read_bytes())
    content[at] ^= 1
    file.write_bytes(content)

    def parsed(*_: object, **__: object) -> None:
        pytest.fail("parsed a file that had been changed")

    monkeypatch.setattr("jiebei_dash.model.shelf._artefact_of", parsed)
    with pytest.raises(ModelChanged) as caught:
        get(sha256, tmp_path, "A2")
    assert caught.value.facts == {"model_version": "A2"}


def test_a_file_under_another_hash_is_refused(artefact: Artefact, trained: Trained, tmp_path: Path) -> None:
    sha256 = put(artefact, tmp_path)
    (tmp_path / f"{'0' * 64}.zip").write_bytes((tmp_path / f"{sha256}.zip").read_bytes())
    with pytest.raises(ModelChanged):
        get("0" * 64, tmp_path, artefact.model_version)


def test_the_artefact_of_another_version_is_refused(artefact: Artefact, tmp_path: Path) -> None:
    with pytest.raises(ModelChanged):
        get(put(artefact, tmp_path), tmp_path, "A9")


@pytest.mark.parametrize("sha256", ["f" * 64, "", "../secret", "F" * 64])
def test_what_is_not_on_the_shelf_is_missing(tmp_path: Path, sha256: str) -> None:
    (tmp_path / "secret.zip").write_bytes(b"not for reading")
    with pytest.raises(ModelMissing) as caught:
        get(sha256, tmp_path / "shelf", "A1")
    assert caught.value.facts == {"model_version": "A1"}


def test_the_trusted_types_are_exactly_those_needed(trained: Trained) -> None:
    assert skops.io.get_untrusted_types(data=bytes_of(trained.artefact)) == list(TRUSTED_TYPES)


def test_a_file_holds_only_arrays_and_plain_text(trained: Trained) -> None:
    with ZipFile(io.BytesIO(bytes_of(trained.artefact))) as archive:
        kinds = {Path(name).suffix for name in archive.namelist()}
        arrays = [archive.read(name) for name in archive.namelist() if name.endswith(".npy")]
    assert kinds == {".json", ".npy"}
    assert all(array.startswith(b"\x93NUMPY") for array in arrays) and len(arrays) > 100
