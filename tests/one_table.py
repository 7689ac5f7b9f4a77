"""A publication of one drawn table, read."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from drawing import canvas, draw_grid

from jcfs_etl import AuditedPublication, read_publication

Rows = Sequence[Sequence[str]]


def one_table(folder: Path, title: str, rows: Rows) -> AuditedPublication:
    """A page with a cover's line, a table's title and unit, and its grid over the whole width."""
    drawing = canvas(folder / "a.pdf")
    drawing.drawString(60, 780, "甲市财政局2021年度部门决算")
    drawing.drawString(60, 740, title)
    drawing.drawString(60, 720, "单位：万元")
    width = 555 / len(rows[0])
    draw_grid(drawing, rows, left=20, widths=[width] * len(rows[0]), size=min(9, width / 12))
    drawing.save()
    return read_publication(folder / "a.pdf")


def errors(document: AuditedPublication) -> set[str]:
    """Codes of what keeps it back, but for the tables that it lacks."""
    return {f.code for f in document.all_findings if f.severity == "error"} - {"missing_table"}
