"""Progress of long work on a terminal, one line that moves."""

from __future__ import annotations

import sys
import time
from types import TracebackType

_WIDTH = 30


class Bar:
    """A bar on standard error: what is being done, how far, how long."""

    def __enter__(self) -> Bar:
        """Start the clock."""
        self._started = time.monotonic()
        self._last = ""
        return self

    def show(self, doing: str, share: float) -> None:
        """Show a step and the share done, 0 to 1; on a pipe, one line a step."""
        filled = round(_WIDTH * max(0.0, min(share, 1.0)))
        seconds = time.monotonic() - self._started
        line = f"[{'#' * filled}{'.' * (_WIDTH - filled)}] {share:4.0%} {seconds:4.0f} s  {doing}"
        if sys.stderr.isatty():
            sys.stderr.write("\r\033[K" + line)
        elif doing != self._last:
            sys.stderr.write(line + "\n")
        self._last = doing
        sys.stderr.flush()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """End the line."""
        if sys.stderr.isatty():
            sys.stderr.write("\n")
