"""What can go wrong when a tape is brought in."""

from __future__ import annotations

from jiebei_dash.errors.base import JiebeiError


class TapeMissing(JiebeiError):
    """There is no tape at the path. Facts: ``path``."""


class TapeColumnMissing(JiebeiError):
    """The mapping names a column that the tape has not. Facts: ``column``, ``tape``, ``known``."""


class MappingInvalid(JiebeiError):
    """The mapping file cannot be used. Facts: ``path``, ``why``."""


class TapeUnreadable(JiebeiError):
    """The tape cannot be read as what it claims to be. Facts: ``path``, ``why``."""


class TapeCurrency(JiebeiError):
    """Amounts are in another currency than the book's. Facts: ``file``, ``column``, ``found``, ``currency``."""


class ControlsInvalid(JiebeiError):
    """The control totals cannot be read. Facts: ``path``, ``line``."""


class LoadStopped(JiebeiError):
    """A load was stopped, nothing was changed. Facts: ``file``, ``load_stop``, ``count``, ``bound``, ``listed``."""


class LoadCancelled(JiebeiError):
    """Somebody stopped a load; nothing was changed. No facts."""


class MonthsImpossible(JiebeiError):
    """A tape cannot replace months of a book. Facts: ``course``."""


class MendedInvalid(JiebeiError):
    """A mended list cannot be loaded. Facts: ``path``, ``why``."""
