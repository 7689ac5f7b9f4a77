"""Reads contract files and remembers on which line each value stands."""

from __future__ import annotations

import csv
import difflib
import io
import re
from abc import ABC, abstractmethod
from collections.abc import Container, Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import yaml
from pydantic import BaseModel, ValidationError

from jcfs_etl.errors import ContractError

if TYPE_CHECKING:
    from pydantic_core import ErrorDetails

Model = TypeVar("Model", bound=BaseModel)

_WORD, _LIST, _MAPPING, _MERGE = (f"tag:yaml.org,2002:{kind}" for kind in ("str", "seq", "map", "merge"))


class _Loader(getattr(yaml, "CSafeLoader", yaml.SafeLoader)):  # type: ignore[misc]
    """Plain YAML without dates: nothing in a contract is one."""


_Loader.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in resolvers if tag != "tag:yaml.org,2002:timestamp"]
    for first, resolvers in _Loader.yaml_implicit_resolvers.items()
}


class Located(ABC):
    """Values of which it is known in which file and on which line each of them stands."""

    values: Any

    @abstractmethod
    def error(self, at: Sequence[str | int], message: str, remedy: str) -> ContractError:
        """An error that names the file and the line of the value at a path of keys and indexes."""

    def require(
        self, names: Iterable[str], known: Container[str], at: Sequence[str | int], lacking: str, remedy: str
    ) -> None:
        """Refuse the first of some names that is not known; ``lacking`` says so with ``{}`` in its place."""
        for name in names:
            if name not in known:
                raise self.error(at, lacking.replace("{}", name), remedy)

    def compiled(
        self, pattern: str, at: Sequence[str | int], captured: Iterable[str] = ()
    ) -> re.Pattern[str]:
        """A pattern that stands at a path, compiled; it must have the groups that it is to capture."""
        try:
            found = re.compile(pattern)
        except re.error as error:
            raise self.error(at, f"not a regular expression: {error}", "mend the pattern") from error
        for group in captured:
            if group not in found.groupindex:
                raise self.error(at, f"the pattern does not capture the {group}", f"write (?P<{group}>…)")
        return found

    def patterns_compile(self, contract: BaseModel, captured: Mapping[str, Sequence[str]]) -> None:
        """Compile what stands under each ``…_pattern`` and ``…_patterns``, with what each must capture."""
        for key, value in contract:
            if key.endswith(("_pattern", "_patterns")):
                for index, pattern in enumerate((value,) if isinstance(value, str) else value):
                    at: list[str | int] = [key] if isinstance(value, str) else [key, index]
                    self.compiled(pattern, at, captured.get(key, ()))

    def as_model(self, model: type[Model]) -> Model:
        """All values as a typed object.

        Raises:
            ContractError: the first value that does not fit, with its line.
        """
        try:
            return model.model_validate(self.values)
        except ValidationError as error:
            faults = error.errors()
            # A key that is misspelt is also one that is missing: the word that stands there helps more.
            unknown = next((f for f in faults if f["type"] == "extra_forbidden"), None)
            if unknown is not None:
                raise self._unknown_key(unknown["loc"], faults, model) from error
            first = faults[0]
            where = ".".join(str(step) for step in first["loc"])
            raise self.error(
                [s for s in first["loc"] if not (isinstance(s, str) and s.startswith("function-"))],
                f"{where}: {first['msg'].lower()}",
                "see contracts/README.md for what is expected",
            ) from error

    def _unknown_key(
        self, at: Sequence[str | int], faults: Sequence[ErrorDetails], model: type[BaseModel]
    ) -> ContractError:
        missing = [str(f["loc"][-1]) for f in faults if f["type"] == "missing" and f["loc"][:-1] == at[:-1]]
        known = missing + (list(model.model_fields) if len(at) == 1 else [])
        near = difflib.get_close_matches(str(at[-1]), known, n=1)
        meant = f"did you mean {near[0]}?" if near else "see contracts/README.md for the keys that are"
        return self.error(at, f"{'.'.join(map(str, at))}: no such key is known here", meant)


class YamlFile(Located):
    """A YAML file: its values, and the line of each.

    Args:
        path: the file.
        name: how messages call it.

    Raises:
        ContractError: it cannot be read or is not YAML, or a key stands twice in one mapping.
    """

    def __init__(self, path: Path, name: str) -> None:
        self.name = name
        text = read_text(path, name)
        try:
            self._root = yaml.compose(text, Loader=_Loader)
            if self._root is None:
                raise ContractError(f"{name}:1: the file is empty", "restore the contract")
            self.values = self._value(self._root, _Loader(""))
        except yaml.YAMLError as error:
            raise ContractError(
                f"{name}:{_line_of(error, text)}: not valid YAML: {_problem_of(error)}", "mend the file"
            ) from error

    def _value(self, node: yaml.Node, loader: Any) -> Any:
        """What a node says. Nearly all are words: for these PyYAML's own way is four times as long."""
        if node.tag == _WORD:
            return node.value
        if node.tag == _LIST:
            return [self._value(item, loader) for item in node.value]
        if node.tag != _MAPPING:
            return loader.construct_object(node, deep=True)
        values: dict[Any, Any] = {}
        shared: dict[Any, Any] = {}
        for key, value in node.value:
            line = key.start_mark.line + 1
            if key.tag == _MERGE and isinstance(value, yaml.MappingNode):
                shared |= self._value(value, loader)
                continue
            if not isinstance(key, yaml.ScalarNode):
                raise ContractError(f"{self.name}:{line}: a key must be a word", "mend the file")
            name = self._value(key, loader)
            if name in values:
                raise ContractError(f"{self.name}:{line}: {key.value!r} stands twice", "remove one of them")
            values[name] = self._value(value, loader)
        return shared | values

    def line(self, at: Sequence[str | int]) -> int:
        """Line, from 1, of the value at a path of keys and indexes, or of its nearest ancestor."""
        node, line = self._root, 1
        for step in at:
            if isinstance(node, yaml.MappingNode):
                found = [(k, v) for k, v in node.value if k.value == str(step)]
                if not found:
                    break
                line, node = found[0][0].start_mark.line + 1, found[0][1]
            elif isinstance(node, yaml.SequenceNode) and isinstance(step, int) and step < len(node.value):
                node = node.value[step]
                line = node.start_mark.line + 1
            else:
                break
        return line

    def error(self, at: Sequence[str | int], message: str, remedy: str) -> ContractError:
        """An error that names this file and the line of the value."""
        return ContractError(f"{self.name}:{self.line(at)}: {message}", remedy)


def _line_of(error: yaml.YAMLError, text: str) -> int:
    if isinstance(error, yaml.MarkedYAMLError) and error.problem_mark is not None:
        return int(error.problem_mark.line) + 1
    unprintable = yaml.reader.Reader.NON_PRINTABLE.search(text)
    return text.count("\n", 0, unprintable.start()) + 1 if unprintable else 1


def _problem_of(error: yaml.YAMLError) -> str:
    if isinstance(error, yaml.MarkedYAMLError):
        return str(error.problem)
    return "a character that may not stand in it"


def read_text(path: Path, name: str) -> str:
    """The file's text.

    Raises:
        ContractError: it is missing, unreadable or not UTF-8.
    """
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        reason = getattr(error, "strerror", None) or "not UTF-8"
        raise ContractError(f"{name}:1: cannot be read ({reason})", "restore the file") from error


def read_csv(path: Path, name: str, columns: Sequence[str]) -> list[tuple[int, dict[str, str]]]:
    """The rows of a CSV file with their line numbers.

    Raises:
        ContractError: it cannot be read, or its head is not the expected one.
    """
    reader = csv.DictReader(io.StringIO(read_text(path, name)))
    if list(reader.fieldnames or []) != list(columns):
        raise ContractError(f"{name}:1: the head is {reader.fieldnames}", f"it must be {','.join(columns)}")
    rows = []
    for row in reader:
        if None in row or None in row.values():
            raise ContractError(f"{name}:{reader.line_num}: not {len(columns)} fields", "mend the line")
        rows.append((reader.line_num, row))
    return rows
