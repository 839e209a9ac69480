"""A part of a page that a book may not be able to fill: it says why, and the rest of the page stands."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import pandas as pd

from jiebei_dash.book.engine import Answer
from jiebei_dash.errors import BookLacks, EmptyScope
from jiebei_dash.text.words import Words


@dataclass(frozen=True)
class Part:
    """An answer, or None and the sentence why there is none."""

    answer: Answer | None
    why: str = ""

    @property
    def frame(self) -> pd.DataFrame | None:
        """Return the answer's frame, None if there is no answer."""
        return None if self.answer is None else self.answer.frame


def ask(asked: Callable[[], Answer], words: Words) -> Part:
    """Return what an answer gave, or in a sentence what the book or the scope lacks for it."""
    try:
        return Part(asked())
    except (BookLacks, EmptyScope) as error:
        return Part(None, words.error(error))
