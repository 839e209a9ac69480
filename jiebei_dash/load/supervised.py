"""Long work in a thread of its own, so that progress goes on being told and it can be stopped at any moment."""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor, wait
from contextlib import suppress
from dataclasses import dataclass, field
from threading import Lock
from typing import Any, TypeVar

import duckdb

from jiebei_dash.errors import LoadCancelled

Progress = Callable[[str, float], None]
"""Told a step (a code of ``codes.load_step`` in the words) and the share of the work that is done, 0 to 1."""
_Made = TypeVar("_Made")
_PAUSE_SECONDS = 0.1
_SLOWEST = 0.5
"""Where a step cannot say how far it is, its bar nears its end with this share of the time that went before."""


@dataclass
class Watch:
    """What the work tells whoever watches it.

    Attributes
    ----------
    step, start, end
        The step, and the shares of the whole between which it lies.
    driver
        The embedded engine's own connection, while there is one.
    """

    step: str = "reading"
    start: float = 0.0
    end: float = 0.05
    driver: Any = None
    is_stopped: bool = False
    _since: float = field(default_factory=time.monotonic)
    _begun: float = field(default_factory=time.monotonic)
    _lock: Lock = field(default_factory=Lock)

    def enter(self, step: str, start: float, end: float) -> None:
        """Begin a step.

        Raises
        ------
        LoadCancelled
            Somebody asked to stop.
        """
        if self.is_stopped:
            raise LoadCancelled()
        with self._lock:
            self.step, self.start, self.end, self._since = step, start, end, time.monotonic()

    def share(self) -> tuple[str, float]:
        """Return the step and how far the whole is: it moves on as long as the work lasts."""
        with self._lock:
            now = time.monotonic()
            before = max(self._since - self._begun, 1.0)
            inside = 1 - math.exp(-(now - self._since) / (_SLOWEST * before))
            return self.step, self.start + (self.end - self.start) * inside

    def stop(self) -> None:
        """Ask the work to stop: the statement that runs is broken off, and none follows."""
        self.is_stopped = True
        if self.driver is not None:
            # It may just have been closed.
            with suppress(duckdb.ConnectionException):
                self.driver.interrupt()


def supervised(work: Callable[[Watch], _Made], tell: Progress, stop: Callable[[], bool]) -> _Made:
    """Do long work in a thread, and tell how far it is.

    Parameters
    ----------
    work
        The work; it says its steps to the watch.
    tell
        Called in the thread of the caller; shares never go back.
    stop
        Asked again and again whether to stop.

    Raises
    ------
    LoadCancelled
        ``stop`` said so, and nothing was changed.
    KeyboardInterrupt
        It was stopped from the keyboard, and nothing was changed.
    """
    watch = Watch()
    last = 0.0
    interrupted: BaseException | None = None
    with ThreadPoolExecutor(1, thread_name_prefix="load") as pool:
        running: Future[_Made] = pool.submit(work, watch)
        try:
            while not running.done():
                try:
                    wait([running], _PAUSE_SECONDS)
                    step, share = watch.share()
                    if interrupted is None:
                        last = max(last, share)
                        tell(step, last)
                        interrupted = LoadCancelled() if stop() else None
                except KeyboardInterrupt as error:
                    interrupted = error
                if interrupted is not None:
                    watch.stop()
        finally:
            if not running.done():
                watch.stop()
    failure = running.exception()
    # What had been switched to before the stop was heard is loaded: that is said, not the stop.
    if interrupted is not None and failure is not None:
        raise interrupted from failure
    return running.result()
