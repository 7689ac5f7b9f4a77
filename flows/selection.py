"""Which documents a backfill reads again, by what the curated root knows of them; no Prefect in here."""

from __future__ import annotations

import os

from msgspec import Struct

from jcfs_etl.contracts import Contracts
from jcfs_etl.curate import read_dataset
from jcfs_etl.curate.basis import result_basis
from jcfs_etl.curate.manifest import Seen, load_manifest
from jcfs_etl.curate.stores import open_store
from jcfs_etl.errors import RunError
from jcfs_etl.report.rendering import rendered
from jcfs_etl.report.texts import Texts
from jcfs_etl.settings import Settings

#: Statuses that a file may have in the manifest.
STATUSES = ("published", "quarantined", "declined", "superseded", "rolled_back")


class Choice(Struct, frozen=True):
    """What is to be read again; documents must fit everything that is set.

    Attributes:
        unit, year: of the document.
        contract_version: read with this version of the contracts.
        outdated: read with other contracts, another program or other settings than those in force.
        status: what became of it.
        everything: all documents; nothing else may be set.
    """

    unit: str | None = None
    year: int | None = None
    contract_version: str | None = None
    outdated: bool = False
    status: str | None = None
    everything: bool = False

    def check(self) -> None:
        """Make sure that something is chosen, and that it can be.

        Raises:
            RunError: it is not so.
        """
        narrowed = self.outdated or any(
            value is not None for value in (self.unit, self.year, self.contract_version, self.status)
        )
        if self.everything == narrowed:
            raise RunError(
                "everything is chosen together with a part of it" if narrowed else "nothing is chosen",
                "give unit, year, contract version, status or outdated; or everything, alone",
            )
        if self.status is not None and self.status not in STATUSES:
            raise RunError(f"{self.status}: there is no such status", f"known are {', '.join(STATUSES)}")


class Selection(Struct, frozen=True):
    """What was chosen.

    Attributes:
        files: what is known of each file to read again, by name.
        lost: those that were chosen too, but whose file is not there.
    """

    files: tuple[Seen, ...]
    lost: tuple[Seen, ...]

    @property
    def paths(self) -> tuple[str, ...]:
        """Where the files lie."""
        return tuple(seen.place for seen in self.files)

    def sentence(self, say: Texts, *, is_all: bool = False) -> str:
        """The selection in words, and whether it ``is_all``, as nothing is read after it."""
        return say(
            "backfill.chosen",
            documents=len(self.files),
            pages=sum(seen.pages for seen in self.files),
            lost=len(self.lost) or "",
            nothing=say("backfill.nothing") if is_all else "",
        )

    def markdown(self, say: Texts) -> str:
        """The selection as a Markdown table."""
        return rendered("selection.md", chosen=self, say=say).rstrip("\n")


def select(curated: str, choice: Choice, contracts: Contracts, settings: Settings) -> Selection:
    """Choose the files to read again. Nothing is written, and no other run is kept waiting.

    Raises:
        RunError: the choice is empty or contradicts itself, or the manifest cannot be read.
    """
    choice.check()
    manifest = load_manifest(open_store(curated))
    hashes = None
    if choice.contract_version is not None:
        rows = (
            read_dataset(curated, "documents", contracts).select(["sha256", "contract_version"]).to_pylist()
        )
        hashes = {row["sha256"] for row in rows if row["contract_version"] == choice.contract_version}
    basis = result_basis(contracts, settings) if choice.outdated else None
    chosen = [
        seen
        for seen in sorted(manifest.seen.values(), key=lambda seen: (seen.source, seen.place))
        if (choice.unit is None or seen.unit == choice.unit)
        and (choice.year is None or seen.year == choice.year)
        and (choice.status is None or seen.status == choice.status)
        and (hashes is None or seen.sha256 in hashes)
        and (basis is None or seen.basis != basis)
    ]
    there = set(filter(os.path.isfile, (seen.place for seen in chosen)))
    return Selection(
        tuple(s for s in chosen if s.place in there), tuple(s for s in chosen if s.place not in there)
    )
