"""Older versions are kept, and come back when a person says so."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from pathlib import Path

import pytest
from curating import contents, put_file, run, statuses, totals
from typer.testing import CliRunner

from jcfs_etl.cli import app
from jcfs_etl.contracts import Contracts
from jcfs_etl.curate import CuratedRoot
from jcfs_etl.curate.manifest import Partition
from jcfs_etl.curate.stores import open_store
from jcfs_etl.curate.versions import kept_versions
from jcfs_etl.errors import RunError
from jcfs_etl.settings import Settings

KEY = ("甲局", 2023)


@pytest.fixture
def raw(tmp_path: Path) -> Path:
    return put_file(tmp_path / "raw" / "a.pdf", "甲局 2023 1.00").parent


@pytest.fixture
def curated(tmp_path: Path, raw: Path) -> Path:
    """Three versions of one partition."""
    for total in ("1.00", "2.00", "3.00"):
        put_file(raw / "a.pdf", f"甲局 2023 {total}")
        run(raw, tmp_path / "curated")
    return tmp_path / "curated"


def rollback(curated: Path, contracts: Contracts, to: int | None = None) -> Partition:
    with CuratedRoot(open_store(curated), contracts) as root:
        return root.rollback(*KEY, to)


def kept(curated: Path, contracts: Contracts) -> list[int]:
    with CuratedRoot(open_store(curated), contracts) as root:
        return kept_versions(root.store, root.manifest.partitions[KEY])


def test_versions_are_kept_when_data_changes(curated: Path, contracts: Contracts) -> None:
    assert kept(curated, contracts) == [1, 2]


def test_no_more_than_asked_for(raw: Path, curated: Path, contracts: Contracts) -> None:
    for total in ("4.00", "5.00"):
        put_file(raw / "a.pdf", f"甲局 2023 {total}")
        run(raw, curated, Settings(keep_versions=2))
    assert kept(curated, contracts) == [3, 4]
    put_file(raw / "a.pdf", "甲局 2023 6.00")
    run(raw, curated, Settings(keep_versions=0))
    assert kept(curated, contracts) == []


def test_the_newest_older_version_comes_back_byte_for_byte(
    raw: Path, curated: Path, contracts: Contracts, tmp_path: Path
) -> None:
    partition = rollback(curated, contracts)
    assert (partition.version, partition.restored) == (4, 2)
    put_file(raw / "a.pdf", "甲局 2023 2.00")
    run(raw, tmp_path / "fresh")
    assert contents(curated) == contents(tmp_path / "fresh")


def test_any_version_that_is_kept_can_be_named(curated: Path, contracts: Contracts) -> None:
    rollback(curated, contracts, 1)
    assert totals(curated)[KEY] == Decimal("1.00")
    rollback(curated, contracts, 3)
    assert totals(curated)[KEY] == Decimal("3.00"), "what was rolled back is a version like any other"
    with pytest.raises(RunError, match=r"version 9 is not kept — kept are: 2, 3, 4"):
        rollback(curated, contracts, 9)


def test_the_next_runs_leave_it(raw: Path, curated: Path, contracts: Contracts) -> None:
    rollback(curated, contracts)
    for again in (False, True):
        summary = run(raw, curated, again=again)
        assert statuses(summary) == {"a.pdf": "rolled_back"}
        assert "--force" in summary.lines[0].reason and summary.exit_code == 0
        assert totals(curated)[KEY] == Decimal("2.00")
    run(raw, curated, Settings(ocr=False))
    assert totals(curated)[KEY] == Decimal("2.00"), "nor do other settings undo it"


def test_other_bytes_end_it(raw: Path, curated: Path, contracts: Contracts) -> None:
    rollback(curated, contracts)
    put_file(raw / "a.pdf", "甲局 2023 9.00")
    assert statuses(run(raw, curated)) == {"a.pdf": "published"}
    assert totals(curated)[KEY] == Decimal("9.00")


def test_force_ends_it(raw: Path, curated: Path, contracts: Contracts) -> None:
    rollback(curated, contracts)
    run(raw, curated, force=True)
    assert totals(curated)[KEY] == Decimal("3.00")
    assert statuses(run(raw, curated)) == {"a.pdf": "published"}


def test_withdrawn_data_can_be_brought_back(raw: Path, curated: Path, contracts: Contracts) -> None:
    (raw / "a.pdf").unlink()
    put_file(raw / "other.pdf", "乙局 2023 1.00")
    run(raw, curated, prune=True)
    assert KEY not in totals(curated)
    rollback(curated, contracts)
    assert totals(curated)[KEY] == Decimal("3.00")
    assert statuses(run(raw, curated))["a.pdf"] == "missing"


def test_a_version_with_a_file_changed_by_hand_is_not_kept(
    raw: Path, curated: Path, contracts: Contracts
) -> None:
    path = curated / "income" / "unit=甲局" / "year=2023" / "part-0.parquet"
    data = path.read_bytes()
    path.unlink()
    path.write_bytes(data[:-1])
    put_file(raw / "a.pdf", "甲局 2023 4.00")
    run(raw, curated)
    assert kept(curated, contracts) == [1, 2]


def test_the_command_lists_and_restores(curated: Path) -> None:
    def jcfs(*words: str) -> str:
        return (
            CliRunner()
            .invoke(app, [*words, "--unit", "甲局", "--year", "2023", "--curated", str(curated)])
            .output
        )

    assert [line.split()[0] for line in jcfs("rollback", "--list").splitlines()] == ["1", "2", "3"]
    first = jcfs("rollback", "--list").splitlines()[0]
    different = first.partition("differs in ")[2].split(", ")
    # The total is a figure of this table, and the file is another.
    assert {"documents", "income"} <= set(different)
    assert "published" in jcfs("rollback", "--list").splitlines()[-1]
    assert "version 1 is published again, as version 4" in jcfs("rollback", "--to", "1")
    assert totals(curated)[KEY] == Decimal("1.00")
    assert "version 9 is not kept" in jcfs("rollback", "--to", "9")


def test_the_command_says_what_is_not_there(tmp_path: Path) -> None:
    arguments = ["rollback", "--unit", "无局", "--year", "2023", "--curated", str(tmp_path)]
    result = CliRunner().invoke(app, arguments)
    assert result.exit_code == 1 and "nothing was ever published" in result.output


def test_each_version_is_listed_with_the_day_it_was_published(curated: Path) -> None:
    words = ["rollback", "--unit", "甲局", "--year", "2023", "--list", "--curated", str(curated)]
    lines = CliRunner().invoke(app, words).output.splitlines()
    today = datetime.now().astimezone().strftime("%Y-%m-%d")
    assert len(lines) == 3 and all(f"  {today} " in line for line in lines)
