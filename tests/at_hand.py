"""Where the files lie that tests read: the sample, its truth, and the real ones where they are at hand."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from jcfs_etl import AuditedPublication

ROOT = Path(__file__).resolve().parents[1]
DATA = Path(__file__).parent / "data"
SAMPLE = next((ROOT / "data" / "raw").glob("*.pdf"))
SHARED = ROOT.parent / "shared"


#: A figure by dataset, row and column.
Truth = dict[tuple[str, str, str], str]


def read_truth(path: Path) -> Truth:
    """Every cell that a publication prints, as printed; empty where it is blank."""
    with path.open(encoding="utf-8", newline="") as file:
        return {(r["table"], r["row"], r["column"]): r["printed"] for r in csv.DictReader(file)}


def as_printed(document: AuditedPublication) -> Truth:
    """Every cell that was read of a publication, as printed."""
    cells = document.cells
    keys = zip(cells["dataset"], cells["row"], cells["column"], strict=True)
    return dict(zip(keys, cells["printed"], strict=True))


def shared(path: str) -> Path:
    """A file that stands beside the project in its workshop; without it the test is skipped."""
    found = SHARED / path
    if not found.exists():
        pytest.skip(f"needs shared/{path}, which is kept outside the project")
    return found


PUTUO = "real/上海市普陀区财政局2024年度部门决算.pdf"
PLANNING = "real/上海市普陀区规划和自然资源局2024年度部门决算.pdf"
TAMPERED = "real/24年普陀区财政局（测试问题版本）.pdf"
