"""Import by name at the moment of use: the one exception to imports at the top, for what takes seconds.

The explanation library, the learning library and the app's own server each cost every command their import; only the
command that needs one pays. Targets are written out in tables of constants, which the guard test reads and holds to the
same direction of imports as every other line.
"""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from types import ModuleType
from typing import Any


def function(place: str) -> Callable[..., Any]:
    """Return the function at ``package.module:name``."""
    module, _, name = place.partition(":")
    found: Callable[..., Any] = getattr(import_module(module), name)
    return found


def module(name: str) -> ModuleType:
    """Return a module that not every installation has, such as the driver of a server."""
    return import_module(name)
