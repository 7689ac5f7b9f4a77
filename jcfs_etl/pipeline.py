"""The stages that a document goes through: read, recognise, interpret, audit."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from jcfs_etl.audit import audit
from jcfs_etl.audit.suspicion import ReadAgain
from jcfs_etl.contracts import Contracts
from jcfs_etl.curate.audited import AuditedPublication
from jcfs_etl.interpret import interpret
from jcfs_etl.read import PdfDocument, read_pdf
from jcfs_etl.read.second import SecondReading
from jcfs_etl.recognise import recognise
from jcfs_etl.recognise.aligned import with_aligned_grids
from jcfs_etl.recognise.captions import with_captions_outside, with_headings_left_out, with_stacked_parted
from jcfs_etl.recognise.parted import with_sides_joined


def carry_through(
    path: Path | str, source: str, password: str, contracts: Contracts, *, goes_out: bool = True
) -> AuditedPublication:
    """Carry one PDF through all stages; nothing is written.

    Args:
        path: the PDF.
        source: how the data names the file.
        password: opens an encrypted file; empty when there is none.
        contracts: what it is read by.
        goes_out: as for :func:`jcfs_etl.audit.audit`.

    Raises:
        UnreadableDocumentError: the file cannot be read as a PDF for certain.
    """
    stages: dict[str, float] = {}
    with _timed(stages, "read"):
        pdf = read_pdf(path, password)
    with _timed(stages, "recognise"):
        for arranged in (
            with_headings_left_out,
            with_stacked_parted,
            with_sides_joined,
            with_captions_outside,
            with_aligned_grids,
        ):
            pdf = arranged(pdf, contracts)
        recognised = recognise(pdf, contracts)
    with _timed(stages, "interpret"):
        publication, interpretation = interpret(pdf, recognised, contracts)
    with _timed(stages, "audit"), SecondReading(path, password) as second:
        looks = _looks(pdf, path, password)
        result = audit(publication, contracts, interpretation, second.texts, looks, goes_out=goes_out)
    return AuditedPublication(source, pdf, publication, interpretation, result, contracts, stages)


def _looks(pdf: PdfDocument, path: Path | str, password: str) -> ReadAgain | None:
    if all(page.source == "text" for page in pdf.pages):
        return None
    # Imported late: it brings OpenCV.
    from jcfs_etl.read.looks import Looks

    return Looks(path, password).texts


@contextmanager
def _timed(stages: dict[str, float], stage: str) -> Iterator[None]:
    began = time.perf_counter()
    yield
    stages[stage] = time.perf_counter() - began
