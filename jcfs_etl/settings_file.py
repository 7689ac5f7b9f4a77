"""The file of settings, ``jcfs.toml``: its values, and the line on which each stands."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping
from pathlib import Path
from typing import Any

from msgspec import Struct, field

from jcfs_etl.errors import RunError

#: Looked for in the working folder when no other file is named.
FILE = "jcfs.toml"
#: Names another file.
FILE_VARIABLE = "JCFS_SETTINGS"

_HEAD = re.compile(r"\s*\[\s*([A-Za-z0-9_-]+)\s*\]")
_KEY = re.compile(r"""\s*["']?([A-Za-z0-9_-]+)["']?\s*(?:\.|=)""")


class SettingsFile(Struct, frozen=True):
    """What a file sets.

    Attributes:
        name: as messages call it; empty where there is no file.
        values: by section and key; keys at the top are of the section ``""``.
        lines: the line, from 1, of each key.
    """

    name: str = ""
    values: Mapping[tuple[str, str], Any] = field(default_factory=dict)
    lines: Mapping[tuple[str, str], int] = field(default_factory=dict)

    def where(self, section: str, key: str) -> str:
        """File and line of a key."""
        return f"{self.name}:{self.lines.get((section, key), 1)}"


def read_settings_file(environment: Mapping[str, str], known: Mapping[str, Collection[str]]) -> SettingsFile:
    """The file that ``JCFS_SETTINGS`` names, else ``jcfs.toml`` of the working folder, if it is there.

    Args:
        environment: variables.
        known: the keys of each section.

    Raises:
        RunError: it cannot be read, is not TOML, or has a key that nothing knows; with file and line.
    """
    named = environment.get(FILE_VARIABLE, "").strip()
    path = Path(named or FILE)
    if not named and not path.is_file():
        return SettingsFile()
    text, loaded = _loaded(path)
    values: dict[tuple[str, str], Any] = {}
    for key, value in loaded.items():
        if isinstance(value, dict):
            values |= {(key, inner): v for inner, v in value.items()}
        else:
            values["", key] = value
    file = SettingsFile(str(path), values, _lines(text))
    _refuse_unknown(file, [key for key, value in loaded.items() if isinstance(value, dict)], known)
    return file


def _loaded(path: Path) -> tuple[str, dict[str, Any]]:
    """The text of a file, and what it says."""
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        why = getattr(error, "strerror", None) or "not UTF-8"
        raise RunError(f"{path}: cannot be read ({why})", f"see {FILE_VARIABLE}") from None
    # Imported late: few have such a file.
    import tomllib

    try:
        return text, tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        line = re.search(r"line (\d+)", str(error))
        at = line[1] if line else str(text.count("\n") + 1)
        raise RunError(f"{path}:{at}: not valid TOML: {error}", "mend the file") from None


def _refuse_unknown(
    file: SettingsFile, sections: Iterable[str], known: Mapping[str, Collection[str]]
) -> None:
    for section, key in file.values:
        if key not in known.get(section, ()):
            raise RunError(
                f"{file.where(section, key)}: there is no setting {_shown(section, key)}",
                f"known are {', '.join(known[section])}"
                if section in known
                else f"sections are {', '.join(f'[{s}]' for s in known if s)}",
            )
    for section in sections:
        if section not in known:
            raise RunError(f"{file.where(section, '')}: there is no section [{section}]", "remove it")


def _shown(section: str, key: str) -> str:
    return f"{key!r} in [{section}]" if section else repr(key)


def _lines(text: str) -> dict[tuple[str, str], int]:
    """The line of each section's head, as its key ``""``, and of each key."""
    section = ""
    lines: dict[tuple[str, str], int] = {}
    for number, line in enumerate(text.splitlines(), 1):
        if head := _HEAD.match(line):
            section = head[1]
            lines.setdefault((section, ""), number)
        elif key := _KEY.match(line):
            lines.setdefault((section, key[1]), number)
    return lines
