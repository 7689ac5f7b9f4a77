"""The manifest and its journal: what a dead run wrote down is completed, what it had not is forgotten."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from curating import contents, put_file, run, totals

from jcfs_etl.contracts import Contracts
from jcfs_etl.curate import CuratedRoot
from jcfs_etl.curate.commit import Journal
from jcfs_etl.curate.manifest import (
    FILE,
    JOURNAL,
    Manifest,
    Partition,
    Seen,
    Update,
    load_manifest,
    read_manifest,
)
from jcfs_etl.curate.store import STAGING
from jcfs_etl.curate.store_local import LocalStore
from jcfs_etl.curate.stores import open_store
from jcfs_etl.errors import RunError

SEEN = Seen("/raw/a.pdf", "a.pdf", "f" * 64, "b1", "l1", "published", "甲局", 2023, tables={"found": 2})
REFUSED = Seen(
    "/raw/b.pdf",
    "b.pdf",
    "e" * 64,
    "b1",
    "l1",
    "quarantined",
    reason="“丙”",
    codes=("x",),
    files=("documents/r",),
)
PARTITION = Partition("甲局", 2023, "/raw/a.pdf", "a.pdf", "f" * 64, 2, {"income/x": "0" * 64}, restored=1)


def stored(root: Path, manifest: Manifest) -> Manifest:
    LocalStore(root).write(FILE, manifest.dump())
    return read_manifest(LocalStore(root))


def test_it_comes_back_as_it_was_written(tmp_path: Path) -> None:
    manifest = Manifest()
    manifest.apply(7, Update((SEEN, REFUSED), (), (PARTITION,)))
    again = stored(tmp_path, manifest)
    assert (again.seen, again.partitions, again.applied) == (manifest.seen, manifest.partitions, 7)


def test_the_same_content_is_the_same_file_whatever_came_first(tmp_path: Path) -> None:
    one, two = Manifest(), Manifest()
    one.apply(2, Update((SEEN, REFUSED)))
    two.apply(1, Update((REFUSED,)))
    two.apply(2, Update((SEEN,)))
    assert one.dump() == two.dump()


def test_a_damaged_manifest_stops_the_run_and_says_what_to_do(tmp_path: Path) -> None:
    LocalStore(tmp_path).write(FILE, b'{"format":1,"applied":1}\n{"seen":{"pla')
    with pytest.raises(RunError, match=r"manifest\.jsonl: is damaged .* — restore it"):
        read_manifest(LocalStore(tmp_path))


def test_a_manifest_of_another_format_is_left_alone(tmp_path: Path) -> None:
    LocalStore(tmp_path).write(FILE, b'{"format":99,"applied":1}\n')
    with pytest.raises(RunError, match="another version of jcfs"):
        read_manifest(LocalStore(tmp_path))


@pytest.fixture
def raw(tmp_path: Path) -> Path:
    put_file(tmp_path / "raw" / "a.pdf", "甲局 2023 1.00")
    return tmp_path / "raw"


class Died(BaseException):
    """Stands for the end of the process."""


def die_in(monkeypatch: pytest.MonkeyPatch, where: object, name: str, after: int = 0) -> None:
    """Let the run end when something is done for the time after so many."""
    real: Any = getattr(where, name)
    count = 0

    def dying(*arguments: Any, **named: Any) -> Any:
        nonlocal count
        count += 1
        if count > after:
            raise Died
        return real(*arguments, **named)

    monkeypatch.setattr(where, name, dying)


def died(
    raw: Path, curated: Path, monkeypatch: pytest.MonkeyPatch, where: object, name: str, after: int
) -> None:
    with monkeypatch.context() as patch:
        die_in(patch, where, name, after)
        with pytest.raises(Died):
            run(raw, curated)


def test_what_was_not_written_down_leaves_no_trace(
    raw: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    curated = tmp_path / "curated"
    died(raw, curated, monkeypatch, LocalStore, "log", 0)
    assert contents(curated) == {}
    assert LocalStore(curated).keys(STAGING), "put aside, and never to be seen"
    assert load_manifest(LocalStore(curated)).seen == {}
    run(raw, curated)
    assert LocalStore(curated).keys(STAGING) == []


def test_what_was_written_down_is_completed_by_the_next_run_even_without_its_file(
    raw: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, contracts: Contracts
) -> None:
    curated, whole = tmp_path / "curated", tmp_path / "whole"
    run(raw, whole)
    died(raw, curated, monkeypatch, Journal, "_complete", 0)
    assert contents(curated) == {}
    with CuratedRoot(open_store(curated), contracts):
        pass
    assert contents(curated) == contents(whole)
    assert (curated / FILE).read_bytes() == (whole / FILE).read_bytes()


@pytest.mark.parametrize("renames", range(4))
def test_a_run_that_dies_between_two_renames_is_completed(
    raw: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, renames: int
) -> None:
    curated, whole = tmp_path / "curated", tmp_path / "whole"
    run(raw, curated)
    put_file(raw / "a.pdf", "甲局 2023 2.00")
    # The first rename keeps the old version; three datasets follow, then the manifest.
    died(raw, curated, monkeypatch, Path, "replace", 1 + renames)
    run(raw, curated)
    put_file(raw / "a.pdf", "甲局 2023 1.00")
    run(raw, whole)
    put_file(raw / "a.pdf", "甲局 2023 2.00")
    run(raw, whole)
    assert contents(curated) == contents(whole)
    assert (curated / FILE).read_bytes() == (whole / FILE).read_bytes()


def test_a_run_that_dies_while_it_works_the_journal_in_loses_nothing(
    raw: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    curated = tmp_path / "curated"
    died(raw, curated, monkeypatch, LocalStore, "clear_log", 0)
    assert read_manifest(LocalStore(curated)).applied == 1
    before = (curated / FILE).read_bytes()
    run(raw, curated)
    assert (curated / FILE).read_bytes() == before
    assert not (curated / f"{JOURNAL}.jsonl").exists()


@pytest.mark.parametrize("cut", [1, 40, 200])
def test_a_line_that_breaks_off_was_never_acted_on(
    raw: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, cut: int
) -> None:
    curated = tmp_path / "curated"
    died(raw, curated, monkeypatch, Journal, "_complete", 0)
    journal = curated / f"{JOURNAL}.jsonl"
    journal.write_bytes(journal.read_bytes()[:-cut])
    assert load_manifest(LocalStore(curated)).seen == {}
    run(raw, curated)
    assert len(totals(curated)) == 1


def test_a_damaged_line_before_the_last_is_not_passed_over(raw: Path, tmp_path: Path) -> None:
    LocalStore(tmp_path / "curated").write(f"{JOURNAL}.jsonl", b'{"numb\n{"number":2}\n')
    with pytest.raises(RunError, match="line 1 is damaged"):
        run(raw, tmp_path / "curated")


def test_further_files_of_a_partition_are_noted_and_go_when_it_changes(
    raw: Path, tmp_path: Path, contracts: Contracts
) -> None:
    curated = tmp_path / "curated"
    run(raw, curated)
    key, beside = ("甲局", 2023), curated / "checks/unit=甲局/year=2023/beside.parquet"
    with CuratedRoot(open_store(curated), contracts) as root:
        assert root.attach(key, "beside.parquet", {"checks": b"one", "findings": b"two"}, "basis 1") == 2
        assert root.attach(key, "beside.parquet", {"checks": b"one", "findings": b"two"}, "basis 1") == 0
        assert root.manifest.partitions[key].further_basis == "basis 1"
        assert root.attach(key, "beside.parquet", {"checks": b"one"}, "basis 2") == 1
    assert beside.read_bytes() == b"one"
    run(raw, curated, again=True)
    assert beside.exists(), "nothing changed"
    put_file(raw / "a.pdf", "甲局 2023 2.00")
    run(raw, curated)
    assert not beside.exists(), "it was about other figures"
    assert load_manifest(LocalStore(curated)).partitions[key].further_basis == ""
