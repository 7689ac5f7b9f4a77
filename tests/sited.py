"""Sites made for tests, and publications in which every name and label is hostile."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
from msgspec.structs import replace

from jcfs_etl.contracts import Contracts
from jcfs_etl.curate import CuratedRoot, ProcessedDocument, open_store
from jcfs_etl.curate.partitions import to_parquet
from jcfs_etl.findings import Finding
from jcfs_etl.report.site import SiteReport, make_site, worker
from jcfs_etl.report.site.ledger import Made
from jcfs_etl.settings import Settings

#: Names and labels that would do something where they were not taken for text.
HOSTILE = (
    "<script>document.title='ran'</script>",
    '"><img src=x onerror="document.title=\'ran\'">',
    "'><svg onload=alert(1)>",
    "../../x",
    "..\\..\\x",
    "/etc/passwd",
    "javascript:alert(1)",
    "{{ 7*7 }}{% raw %}",
    "${7*7}`",
    "</script><script>document.title='ran'</script>",
    "</style><style>body{display:none}",
    "<!--<script>",
    "]]><x>",
    "&lt;script&gt;",
    "<iframe src=https://example.org>",
    "<a href=javascript:document.title='ran'>局</a>",
    "<base href=https://example.org/>",
    "<meta http-equiv=refresh content=0;url=https://example.org>",
    "\u202e局政财\u202c\u2028\u2029",
    "=cmd|'/c calc'!A1",
)
#: Columns of words as printed.
WORDS = (
    "label",
    "name",
    "printed",
    "sentence",
    "text",
    "heading",
    "project",
    "goals",
    "level3",
    "note",
)


def hostile(document: ProcessedDocument, number: int) -> ProcessedDocument:
    """A publication in which every name, label and sentence is hostile."""
    text = HOSTILE[number % len(HOSTILE)]
    files = {}
    for dataset, data in document.files.items():
        table = pq.read_table(pa.BufferReader(data))
        for at, column in enumerate(table.schema):
            if column.name in WORDS and pa.types.is_string(column.type):
                words = [
                    v and f"{HOSTILE[(number + i) % len(HOSTILE)]}{v}"
                    for i, v in enumerate(table[column.name].to_pylist())
                ]
                table = table.set_column(at, column, pa.array(words, pa.string()))
        files[dataset] = to_parquet(table)
    finding = Finding(
        "claim_violated", "inconsistent", "document", f"page 1: {text}", page=1, message_zh=f"第1页：{text}"
    )
    record = replace(
        document.record,
        unit=text,
        title=text,
        producer=text,
        sha256=hashlib.sha256(f"hostile {number}".encode()).hexdigest(),
        source=f"{number}{text}.pdf",
        collected_from="javascript:alert(1)" if number % 2 else f"https://example.org/{text}",
    )
    return replace(document, record=record, files=files, findings=(*document.findings, finding))


def made(folder: Path, contracts: Contracts, raw: Path | None = None) -> SiteReport:
    return make_site(str(folder / "curated"), raw, folder / "site", contracts, Settings(), workers=1)


def put(folder: Path, contracts: Contracts, *documents: ProcessedDocument) -> None:
    with CuratedRoot(open_store(folder / "curated"), contracts) as root:
        for number, each in enumerate(documents):
            root.publish(each, place=f"/somewhere/{number}/{each.record.source}")


def of(document: ProcessedDocument, unit: str, year: int = 2023) -> ProcessedDocument:
    """The same publication as another unit's."""
    sha256 = hashlib.sha256(f"{unit} {year}".encode()).hexdigest()
    source = f"{unit[:20]}-{year}.pdf".replace("/", "_")
    return replace(
        document, record=replace(document.record, unit=unit, year=year, sha256=sha256, source=source)
    )


def ended_by_drawing(job: worker.Job) -> Made | str:
    """Makes a publication in a worker process as PDFium would that a hostile PDF ends."""
    if job.drawing:
        os._exit(11)
    return worker.make(job)
