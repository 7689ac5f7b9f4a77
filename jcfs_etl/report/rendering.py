"""Texts made from the templates beside it: reference pages, reports on runs, SQL, figures for machines."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from jinja2 import Environment


def rendered(template: str, /, **values: Any) -> str:
    """A template with its values; one that shows a value which is not given is an error."""
    return _environment().get_template(template).render(**values)


@cache
def _environment() -> Environment:
    # Imported late: a run with nothing to do makes none of these.
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    made = Environment(
        loader=FileSystemLoader(Path(__file__).with_name("templates")),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    made.globals["row"] = _row
    return made


def _row(*cells: object) -> str:
    """A row of a table in Markdown, whatever its cells hold."""
    texts = (str(cell).replace("|", "\\|").replace("\n", " ") for cell in cells)
    return f"| {' | '.join(texts)} |"
