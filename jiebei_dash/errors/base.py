"""What can go wrong, each with the facts that its sentence needs.

The sentences themselves stand in ``text/<language>/errors.toml`` under the class's name in snake case;
``app.py`` and ``__main__`` word them once. Anything that is not a :class:`JiebeiError` is a bug.
"""

from __future__ import annotations

import re

Fact = str | int | float


class JiebeiError(Exception):
    """An expected failure that a reader can mend.

    Parameters
    ----------
    **facts
        The values that its sentence names, e.g. ``path`` or ``column``.
    """

    def __init__(self, **facts: Fact) -> None:
        self.facts = facts
        super().__init__(f"{self.key()}: {facts}")

    @classmethod
    def key(cls) -> str:
        """Return the key of the sentence, ``errors.<name in snake case>``."""
        return "errors." + re.sub(r"(?<!^)(?=[A-Z])", "_", cls.__name__).lower()
