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
def loaded_late(*names: str) -> Iterator[None]:
    """Keep what is imported meanwhile from loading modules that it may never use.

    It holds stand-ins from then on, which hand on whatever they are asked for. Whoever imports such a module
    afterwards gets the module itself.

    Args:
        names: of the modules, a package before its parts; nothing is done for those that are loaded.
    """
    stand_ins = {name: _Late(name) for name in names if name not in sys.modules}
    for name, late in stand_ins.items():
        package, _, part = name.rpartition(".")
        if package in stand_ins:
            setattr(stand_ins[package], part, late)
    sys.modules.update(stand_ins)
    try:
        yield
    finally:
        for late in stand_ins.values():
            _withdraw(late)


def _withdraw(late: _Late) -> None:
    if sys.modules.get(late.__name__) is late:
        del sys.modules[late.__name__]
