"""What reading a drawn publication gave, beside what it should have given."""

from __future__ import annotations

import tempfile
import unicodedata
from dataclasses import dataclass
from pathlib import Path

from factory.model import Document, Truth
from factory.producers import PRODUCERS
from factory.publication import draw_document
from jcfs_etl import AuditedPublication, read_publication


@dataclass(frozen=True)
class Comparison:
    """One document, read.

    Attributes:
        document: what was drawn.
        cells: how many cells should have been read.
        differing: cells that are missing or read otherwise, as expected and as read (None: missing).
        invented: cells that nobody printed.
        violated: identities said to be violated.
        errors: findings of severity error or inconsistent.
        stated: what else is wrong: unit, year, money unit, status, unknown tables.
        pages: how many pages the PDF has.
    """

    document: Document
    cells: int
    differing: dict[tuple[str, str, str], tuple[str, str | None]]
    invented: Truth
    violated: tuple[str, ...]
    errors: tuple[str, ...]
    stated: tuple[str, ...]
    pages: int

    @property
    def is_right(self) -> bool:
        """Whether nothing is wrong."""
        return not (self.differing or self.invented or self.violated or self.errors or self.stated)

    def __str__(self) -> str:
        """What is wrong, shortly."""
        parts = {
            "differing": [f"{'/'.join(k)}: {e!r} read {g!r}" for k, (e, g) in self.differing.items()],
            "invented": [f"{'/'.join(k)}: {g!r}" for k, g in self.invented.items()],
            "violated": self.violated,
            "errors": self.errors,
            "stated": self.stated,
        }
        return "; ".join(f"{len(v)} {name}: {', '.join(v[:3])}" for name, v in parts.items() if v)


def compare_drawn(form: str, producer: str, seed: int) -> Comparison:
    """Draw one publication, read it, and compare."""
    document = draw_document(form, seed)
    return compare(document, PRODUCERS[producer](document))


def compare(document: Document, pdf: bytes) -> Comparison:
    """Read a PDF of a document and compare with what is known of it."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "drawn.pdf"
        path.write_bytes(pdf)
        return compare_read(document, read_publication(path))


def compare_read(document: Document, read: AuditedPublication, *, wraps: bool = False) -> Comparison:
    """What was read beside what was drawn.

    Args:
        document: what was drawn.
        read: what reading it gave.
        wraps: whether the program that printed it breaks lines where it likes; they then do not count.
    """
    cells, truth = read.cells, document.truth
    keys = zip(cells["dataset"], cells["row"], cells["column"], strict=True)
    found: Truth = dict(zip(keys, cells["printed"], strict=True))
    if wraps:
        found, truth = ({key: text.replace("\n", "") for key, text in of.items()} for of in (found, truth))
    checks = read.checks
    violated = checks[checks["verdict"] == "violated"] if len(checks) else checks
    return Comparison(
        document=document,
        cells=len(truth),
        differing={k: (text, found.get(k)) for k, text in truth.items() if found.get(k) != text},
        invented={k: text for k, text in found.items() if k not in truth},
        violated=tuple(violated["check"]) if len(violated) else (),
        errors=tuple(
            f"{f.code}: {f.message}" for f in read.all_findings if f.severity in ("error", "inconsistent")
        ),
        stated=tuple(_stated(document, read)),
        pages=len(read.pdf.pages),
    )


def _stated(document: Document, read: AuditedPublication) -> list[str]:
    """Everything but figures: names are compared after NFKC, as the data hold them."""
    expected = {
        "unit": unicodedata.normalize("NFKC", document.unit),
        "year": document.year,
        "money unit": document.money_unit,
        "status": "published",
    }
    record = read.record
    got = (record.unit, record.year, record.money_unit, record.status)
    wrong = [
        f"{name} is {value}, not {wanted}"
        for (name, wanted), value in zip(expected.items(), got, strict=True)
        if value != wanted
    ]
    # An unknown table is listed by its title and the page on which a person finds it.
    listed = [f for f in read.all_findings if f.code == "unknown_table"]
    for title in document.unknown_titles:
        pages = [f.page for f in listed if title in f.message and f.page]
        # It may be wrapped.
        lines = [[line.text for line in read.pdf.pages[p - 1].lines] for p in pages]
        if not any(title in a + b for texts in lines for a in texts for b in ("", *texts)):
            wrong.append(f"{title} is not among the unknown tables")
    if len(listed) != len(document.unknown_titles):
        extra = [f.message for f in listed if not any(t in f.message for t in document.unknown_titles)]
        wrong += [f"listed as unknown: {message}" for message in extra]
    return wrong
