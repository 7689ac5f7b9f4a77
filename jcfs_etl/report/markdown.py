"""Tables in Markdown."""

from __future__ import annotations


def row(*cells: object) -> str:
    """A row of a table, whatever its cells hold."""
    return f"| {' | '.join(_cell(str(cell)) for cell in cells)} |"


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("\n", " ")
