"""Contracts in layers: a folder of one's own adds tables, labels and identities to those of the package."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from jcfs_etl.contracts.files import Located, YamlFile
from jcfs_etl.errors import ContractError

Path = tuple[str | int, ...]


class Layered(Located):
    """A file with the files of further layers laid over it.

    A layer adds: keys to mappings and items to lists. It cannot change or remove what is there, so
    that what the package promises stays true whatever is added.

    Args:
        base: the file of the package.
        layers: files that add to it, with keys that are not values left out by ``without``.
        without: keys at the top of a layer that only say what it belongs to.

    Raises:
        ContractError: a layer gives another value to something that has one, with file and line.
    """

    def __init__(self, base: YamlFile, layers: Sequence[YamlFile] = (), without: Sequence[str] = ()) -> None:
        self._base = base
        self._origins: dict[Path, tuple[Located, Path]] = {}
        self.values = base.values
        for layer in layers:
            if not isinstance(layer.values, dict):
                raise layer.error([], "a contract is a mapping", "see contracts/README.md")
            added = {k: v for k, v in layer.values.items() if k not in without}
            self.values = self._merge(self.values, added, (), layer, ())

    def error(self, at: Sequence[str | int], message: str, remedy: str) -> ContractError:
        """An error that names the file that the value comes from, and its line there."""
        path = tuple(at)
        for length in range(len(path), 0, -1):
            origin = self._origins.get(path[:length])
            if origin is not None:
                file, local = origin
                return file.error([*local, *path[length:]], message, remedy)
        return self._base.error(at, message, remedy)

    def note_labels(self, at: Path, other: Located, there: Path, count: int, own: int) -> None:
        """Note where the items of a list come from: the first of them from another file, then its own.

        Args:
            at: the list.
            other: the file that the first come from.
            there: their list in it.
            count: how many they are.
            own: how many of its own stood there and come after them.
        """
        file, local = self._origins.get(at, (self._base, at))
        moved = [self._origins.get((*at, n), (file, (*local, n))) for n in range(own)]
        for n in range(count):
            self._origins[*at, n] = (other, (*there, n))
        for n, origin in enumerate(moved):
            self._origins[*at, count + n] = origin

    def _merge(self, old: Any, new: Any, at: Path, layer: YamlFile, local: Path) -> Any:
        if isinstance(old, dict) and isinstance(new, dict):
            merged = dict(old)
            for key, value in new.items():
                here, there = (*at, key), (*local, key)
                if key in old:
                    merged[key] = self._merge(old[key], value, here, layer, there)
                else:
                    merged[key] = value
                    self._origins[here] = (layer, there)
            return merged
        if isinstance(old, list) and isinstance(new, list):
            items = list(old)
            for index, value in enumerate(new):
                if value not in items:
                    self._origins[*at, len(items)] = (layer, (*local, index))
                    items.append(value)
            # A fault of the list as a whole is likelier in what was added.
            self._origins[at] = (layer, local)
            return items
        if old != new:
            raise layer.error(
                local, f"{'.'.join(map(str, at))} is {old!r} already", "a layer adds, it does not change"
            )
        return old
