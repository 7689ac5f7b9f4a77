"""Many documents published at a time, with files that workers put aside: the same data as one by one."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from msgspec.structs import replace

from jcfs_etl.contracts import Contracts
from jcfs_etl.curate import CuratedRoot, ProcessedDocument, open_store
from jcfs_etl.curate.aside import Aside
from jcfs_etl.curate.manifest import JOURNAL
from jcfs_etl.curate.staging import PuttingAside
from jcfs_etl.curate.store import STAGING
from jcfs_etl.errors import RunError


def others(document: ProcessedDocument, count: int) -> list[ProcessedDocument]:
    """The same publication for other units."""
    return [
        replace(
            document,
            record=replace(document.record, unit=f"单位{n}", source=f"{n}.pdf", sha256=f"{n:064x}"),
        )
        for n in range(count)
    ]


def root_at(folder: Path, contracts: Contracts) -> CuratedRoot:
    return CuratedRoot(open_store(folder), contracts, basis="b")


def put_aside(root: CuratedRoot, contracts: Contracts) -> PuttingAside:
    return PuttingAside(root.holder, contracts)


def seen_by_readers(root: Path) -> dict[str, bytes]:
    """Every file of the data, without how it was committed."""
    files = {p.relative_to(root).as_posix(): p for p in root.rglob("*") if p.is_file()}
    return {name: path.read_bytes() for name, path in files.items() if not name.startswith("_jcfs/")}


def folders(root: Path) -> set[str]:
    return {p.relative_to(root).as_posix() for p in root.rglob("*") if p.is_dir()} - {STAGING}


def test_groups_hold_what_documents_one_by_one_hold(
    document: ProcessedDocument, tmp_path: Path, contracts: Contracts
) -> None:
    worse = replace(document, record=replace(document.record.refused("no"), source="w", sha256="f" * 64))
    documents = [*others(document, 40), worse]
    with root_at(tmp_path / "one", contracts) as root:
        one = [root.publish(document) for document in documents]
    with root_at(tmp_path / "many", contracts) as root:
        aside = put_aside(root, contracts)
        many = list(root.publish_all((aside(document), None) for document in documents))
    assert [(p.record, p.changed, p.seen) for p in many] == [(p.record, p.changed, p.seen) for p in one]
    assert seen_by_readers(tmp_path / "many") == seen_by_readers(tmp_path / "one")
    assert not list((tmp_path / "many" / STAGING).iterdir())


def test_a_group_is_one_line_of_the_journal(
    document: ProcessedDocument, tmp_path: Path, contracts: Contracts
) -> None:
    with root_at(tmp_path, contracts) as root:
        list(root.publish_all((document, None) for document in others(document, 5)))
        assert len(root.store.logged(JOURNAL)) == 1
        assert len(root.manifest.partitions) == 5


def test_documents_that_concern_each_other_are_never_in_one_group(
    document: ProcessedDocument, tmp_path: Path, contracts: Contracts
) -> None:
    """The second file of a unit and year meets the first; a changed file replaces itself as version 2."""
    changed = replace(document, record=replace(document.record, sha256="1" * 64))
    changed = replace(changed, files={**document.files, "income": document.files["expenditure"]})
    other = replace(changed, record=replace(changed.record, source="other.pdf", sha256="2" * 64))
    with root_at(tmp_path, contracts) as root:
        aside = put_aside(root, contracts)
        outcomes = list(root.publish_all((aside(d), None) for d in (document, other, changed)))
        [partition] = root.manifest.published()
    assert [o.record.status for o in outcomes] == ["published", "quarantined", "published"]
    assert partition.version == 2 and partition.sha256 == "1" * 64
    assert not list((tmp_path / STAGING).iterdir())


def test_a_file_that_was_replaced_is_not_in_the_group_that_takes_over_its_old_unit(
    document: ProcessedDocument, tmp_path: Path, contracts: Contracts
) -> None:
    """What is noted of it by then is another publication, and stays."""
    [elsewhere] = others(document, 1)
    replaced = replace(elsewhere, record=replace(elsewhere.record, source=document.record.source))
    heir = replace(document, record=replace(document.record, source="heir.pdf", sha256="2" * 64))
    with root_at(tmp_path, contracts) as root:
        root.publish(document)
        list(root.publish_all([(replaced, None), (heir, None)], force=True))
        assert root.manifest.seen[document.record.source].unit == "单位0"
        assert root.manifest.seen[document.record.source].status == "published"


def test_what_is_not_asked_for_leaves_neither_files_nor_folders(
    document: ProcessedDocument, tmp_path: Path, contracts: Contracts
) -> None:
    with root_at(tmp_path, contracts) as root:
        root.publish(document)
        before = folders(tmp_path)
        [document] = others(document, 1)
        root.discard(put_aside(root, contracts)(document))
    assert folders(tmp_path) == before
    assert not list((tmp_path / STAGING).iterdir())


def test_a_group_that_was_written_down_is_completed_by_the_next_run(
    document: ProcessedDocument, tmp_path: Path, contracts: Contracts, monkeypatch: pytest.MonkeyPatch
) -> None:
    class KilledError(Exception):
        pass

    def killed(*_: object) -> None:
        raise KilledError

    documents = others(document, 3)
    with pytest.raises(KilledError), root_at(tmp_path, contracts) as root:
        aside = put_aside(root, contracts)
        monkeypatch.setattr(root.store, "move", killed)
        list(root.publish_all((aside(document), None) for document in documents))
    with root_at(tmp_path, contracts) as root:
        assert len(root.manifest.published()) == 3
        again = list(root.publish_all((document, None) for document in documents))
    assert [outcome.changed for outcome in again] == [0, 0, 0]


def test_a_worker_that_may_not_write_hands_on_the_bytes(
    document: ProcessedDocument, tmp_path: Path, contracts: Contracts, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The run that publishes them meets the fault itself, and ends with it."""
    with root_at(tmp_path, contracts) as root:
        aside = put_aside(root, contracts)
        monkeypatch.setattr(aside._store, "stage", lambda *_: refuse())
        assert aside(document) == document
        monkeypatch.undo()
        assert all(isinstance(file, Aside) for file in aside(document).files.values())


def refuse() -> Iterator[None]:
    raise RunError("the disk is full", "free space")
