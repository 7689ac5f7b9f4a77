"""Workers put the files of documents aside themselves, on behalf of the run that holds the root.

It gets their names and hashes and only moves them into place, so that publishing costs it little however many
workers it has.
"""

from __future__ import annotations

import uuid
from contextlib import suppress
from itertools import count

from msgspec.structs import replace

from jcfs_etl.contracts.model import Contracts
from jcfs_etl.curate.aside import Aside, Holder, digest
from jcfs_etl.curate.partitions import file_key
from jcfs_etl.curate.processed import ProcessedDocument
from jcfs_etl.curate.records import report_files
from jcfs_etl.curate.store import STAGING
from jcfs_etl.curate.stores import open_store
from jcfs_etl.errors import RunError


class PuttingAside:
    """Puts the files of documents aside on behalf of the run that holds the root."""

    def __init__(self, holder: Holder, contracts: Contracts) -> None:
        self._store, self._contracts, self._basis = open_store(holder.curated), contracts, holder.basis
        # The number of a process may come again within a run, when a worker has died.
        self._name = f"{holder.token}-{uuid.uuid4().hex[:12]}"
        self._numbers = count()

    def __call__(self, document: ProcessedDocument) -> ProcessedDocument:
        """The same document with its files put aside, and the folders made that they are to be moved to.

        One that is not published keeps its bytes, and so does one whose files the store refuses: the run that
        publishes it meets the same fault, and ends with it.
        """
        record = replace(document.record, basis=self._basis)
        if record.status != "published":
            return document
        reports = report_files(record, document.findings, self._contracts)
        number, aside, staged = next(self._numbers), dict[str, Aside](), dict[str, bytes]()
        for index, (dataset, file) in enumerate({**document.files, **reports}.items()):
            assert isinstance(file, bytes)
            key = f"{STAGING}/{self._name}-{number}-{index}"
            aside[dataset], staged[key] = Aside(key, digest(file)), file
        with suppress(RunError):
            self._store.ready(file_key(dataset, record.unit, record.year) for dataset in aside)
            self._store.stage(staged)
            return replace(
                document,
                files={dataset: aside[dataset] for dataset in document.files},
                reports={dataset: aside[dataset] for dataset in reports},
            )
        return document
