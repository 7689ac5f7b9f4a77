"""Stands in for reading: small files whose one line says what reading them gives, and runs over them.

A line is ``<unit> <year> <total> [quarantined|conflict|declined]``. Everything but reading is the real thing.
"""

from __future__ import annotations

import hashlib
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

import jcfs_etl
from flows.order import Order
from flows.steps import Run, move_records
from jcfs_etl.contracts import load_contracts
from jcfs_etl.contracts.arrow import arrow_schema
from jcfs_etl.curate import DocumentRecord, ProcessedDocument
from jcfs_etl.curate.partitions import to_parquet
from jcfs_etl.curate.plan import Plan
from jcfs_etl.curate.staging import PuttingAside
from jcfs_etl.discover import discover
from jcfs_etl.findings import Finding
from jcfs_etl.report.summary import RunSummary
from jcfs_etl.settings import Settings

DOUBT = Finding("missing_total", "error", "extraction", "page 3: the total is missing")


def put_file(path: Path, line: str) -> Path:
    """A file that reading takes for a PDF."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(line, encoding="utf-8")
    return path


def read_line(path: Path, name: str) -> ProcessedDocument:
    """What reading a file gives."""
    data = path.read_bytes()
    unit, year, total, *how = data.decode().split()
    contracts = load_contracts()
    status: Any = how[0] if how else "published"
    record = DocumentRecord(
        unit=None if status == "declined" else unit,
        year=None if status == "declined" else int(year),
        sha256=hashlib.sha256(data).hexdigest(),
        source=name,
        status=status,
        reason=None if status == "published" else DOUBT.message,
        page_count=3,
        tables_found=("income", "expenditure"),
        contract_version=contracts.version,
        extractor_version=jcfs_etl.__version__,
    )
    findings = (DOUBT,) if status == "quarantined" else ()
    files = {} if status == "declined" else {d: _table(d, total) for d in ("income", "expenditure")}
    return ProcessedDocument(record, findings, files, {"exact": 1})


def _table(dataset: str, total: str) -> bytes:
    schema = arrow_schema(load_contracts(), dataset)
    row = {"code": "total", "name": "合计", "level": 0, "is_leaf": True, "total": Decimal(total)}
    return to_parquet(pa.Table.from_pylist([row], schema=schema))


def run(
    raw: Path | str | list[Path], curated: Path | str, settings: Settings | None = None, **order: Any
) -> RunSummary:
    """A whole run as the flow does it, files put aside and documents in groups, in this one process."""
    return planned_run(raw, curated, settings, **order)[1]


def planned_run(
    raw: Path | str | list[Path], curated: Path | str, settings: Settings | None = None, **order: Any
) -> tuple[Plan, RunSummary]:
    """A whole run, and what it set out to do."""
    contracts, settings = load_contracts(), settings or Settings()
    paths = tuple(map(str, raw)) if isinstance(raw, list) else (str(raw),)
    asked = Run(Order(paths, str(curated), **order), contracts, settings)
    with asked.root() as root:
        plan = asked.plan(discover(paths), root.manifest)
        moved = move_records(plan, root)
        aside = PuttingAside(root.holder, contracts)
        read = ((aside(read_line(given.path, given.name)), given.place) for given in plan.due)
        published = list(root.publish_all(read, force=asked.order.force, absent=plan.absent))
        return plan, asked.settle(plan, root, published, moved)


def totals(curated: Path) -> dict[tuple[str, int], Decimal]:
    """What is published of each unit and year, as a reader finds it."""
    found = {}
    for path in sorted((curated / "income").glob("*/*/part-0.parquet")):
        unit, year = path.parts[-3].removeprefix("unit="), int(path.parts[-2].removeprefix("year="))
        [row] = pq.ParquetFile(path).read().to_pylist()
        found[unit, year] = row["total"]
    return found


def public_files(curated: Path) -> dict[str, tuple[bytes, int]]:
    """All files that readers may see, with the time at which each was last written."""
    return {
        p.relative_to(curated).as_posix(): (p.read_bytes(), p.stat().st_mtime_ns)
        for p in sorted(curated.rglob("*"))
        if p.is_file() and "_jcfs" not in p.relative_to(curated).parts
    }


def contents(curated: Path) -> dict[str, bytes]:
    """All files that readers may see."""
    return {name: data for name, (data, _) in public_files(curated).items()}


def statuses(summary: RunSummary) -> dict[str, str]:
    """What became of each document."""
    return {line.source: line.status for line in summary.lines}
