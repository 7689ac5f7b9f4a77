"""The way in from Python: one PDF, read, recognised and audited."""

from __future__ import annotations

import time
from pathlib import Path

from jcfs_etl.contracts import Contracts, load_contracts
from jcfs_etl.curate.audited import AuditedPublication
from jcfs_etl.curate.outcome import processed_document, refused_document
from jcfs_etl.curate.processed import ProcessedDocument
from jcfs_etl.errors import UnreadableDocumentError
from jcfs_etl.password import password_in_force
from jcfs_etl.pipeline import carry_through

__all__ = ["AuditedPublication", "process_document", "read_publication", "refused_document"]


def read_publication(
    path: Path | str,
    *,
    password: str | None = None,
    contracts: Contracts | None = None,
    source: str | None = None,
) -> AuditedPublication:
    """Read one PDF and audit it; nothing is written.

    Args:
        path: the PDF.
        password: opens an encrypted file; by default that of ``JCFS_PASSWORD``.
        contracts: by default those of :func:`jcfs_etl.contracts.load_contracts`.
        source: how the data names the file; by default its name.

    Returns:
        The document with its tables as DataFrames, its checks and findings.

    Raises:
        UnreadableDocumentError: the file cannot be read as a PDF for certain.
        ContractError: the contracts are wrong.

    Example:
        >>> publication = read_publication("决算.pdf")  # doctest: +SKIP
        >>> publication.tables["expenditure"][["code", "total"]]  # doctest: +SKIP
    """
    password = password_in_force() if password is None else password
    return carry_through(path, source or Path(path).name, password, contracts or load_contracts())


def process_document(
    path: Path | str, source: str, *, contracts: Contracts | None = None
) -> ProcessedDocument:
    """Read and audit one PDF for publishing; a file that cannot be read gives a record that says so.

    Args:
        path: the PDF; an encrypted one is opened by the password of ``JCFS_PASSWORD``.
        source: how the data names the file.
        contracts: by default those that come with the package.
    """
    contracts = contracts or load_contracts()
    began = time.perf_counter()
    try:
        document = read_publication(path, contracts=contracts, source=source)
    except UnreadableDocumentError as error:
        return refused_document(Path(path), source, error.reason, str(error), contracts)
    return processed_document(document, Path(path), began)
