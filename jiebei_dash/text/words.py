"""Every word on the screen, by key and language.

The words stand in ``text/<language>/<subject>.toml``; a key is ``<subject>.<name>``, e.g. ``vintages.title``.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from jiebei_dash.errors import Fact, JiebeiError
from jiebei_dash.terms import Language

_HERE = Path(__file__).resolve().parent


@dataclass(frozen=True)
class Words:
    """The words of one language.

    Parameters
    ----------
    language
        ``en`` or ``zh``.
    texts
        Sentence or label by key.
    """

    language: Language
    texts: Mapping[str, str]

    def __call__(self, key: str, **values: Fact) -> str:
        """Return the words of a key with its placeholders filled in.

        Raises
        ------
        KeyError
            If the key or a placeholder is unknown: that is a bug, not an input.
        """
        text = self.texts[key]
        return text.format(**values) if values else text

    def code(self, kind: str, code: object) -> str:
        """Return the label of a stored code, e.g. ``code("channel", "HOME")``; an unknown code shows itself."""
        return self.texts.get(f"codes.{kind}.{code}", str(code))

    def error(self, error: JiebeiError) -> str:
        """Return the one sentence of an expected failure."""
        facts = {name: self.texts.get(f"codes.{name}.{value}", value) for name, value in error.facts.items()}
        return self(error.key(), **facts)


@cache
def load_words(language: Language) -> Words:
    """Return the words of a language; read from disk once."""
    texts: dict[str, str] = {}
    for path in sorted((_HERE / language).glob("*.toml")):
        with path.open("rb") as file:
            texts.update(_flat(tomllib.load(file), path.stem))
    return Words(language, texts)


def _flat(tree: Mapping[str, object], prefix: str) -> Iterator[tuple[str, str]]:
    for name, value in tree.items():
        if isinstance(value, dict):
            yield from _flat(value, f"{prefix}.{name}")
        else:
            yield f"{prefix}.{name}", str(value)
