"""Modules that load when something of them is first asked for."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from types import ModuleType
from typing import Any


class _Late(ModuleType):
    """Stands for a module that is not loaded."""

    def __getattr__(self, name: str) -> Any:
        _withdraw(self)
        return getattr(import_module(self.__name__), name)


@contextmanager
def loaded_late(name: str) -> Iterator[None]:
    """Keep what is imported meanwhile from loading a module that it may never use.

    It holds a stand-in from then on, which hands on whatever it is asked for. Whoever imports the module
    afterwards gets the module itself. Nothing is done where it is loaded.
    """
    if name in sys.modules:
        yield
        return
    late = _Late(name)
    sys.modules[name] = late
    try:
        yield
    finally:
        _withdraw(late)


def _withdraw(late: _Late) -> None:
    if sys.modules.get(late.__name__) is late:
        del sys.modules[late.__name__]
