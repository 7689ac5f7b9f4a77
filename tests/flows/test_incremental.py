"""What a run processes again, and what it says of files that were moved, copied, replaced or removed."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from curating import contents, planned_run, public_files, put_file, run, statuses, totals

from jcfs_etl.curate.manifest import load_manifest
from jcfs_etl.curate.partitions import file_key
from jcfs_etl.curate.store_local import LocalStore
from jcfs_etl.settings import Settings


@pytest.fixture
def raw(tmp_path: Path) -> Path:
    folder = tmp_path / "raw"
    put_file(folder / "a.pdf", "甲局 2023 1.00")
    put_file(folder / "b.pdf", "乙局 2023 2.00")
    put_file(folder / "bad.pdf", "丙局 2023 3.00 quarantined")
    put_file(folder / "budget.pdf", "丁局 2023 4.00 declined")
    return folder


@pytest.fixture
def curated(tmp_path: Path) -> Path:
    return tmp_path / "curated"


def due(raw: Path, curated: Path, settings: Settings | None = None, **order: bool) -> list[str]:
    plan, _ = planned_run(raw, curated, settings, **order)
    return [given.name for given in plan.due]


def test_the_first_run_processes_everything(raw: Path, curated: Path) -> None:
    assert due(raw, curated) == ["a.pdf", "b.pdf", "bad.pdf", "budget.pdf"]
    assert totals(curated) == {("甲局", 2023): Decimal("1.00"), ("乙局", 2023): Decimal("2.00")}


def test_an_unchanged_run_processes_nothing_and_touches_no_file(raw: Path, curated: Path) -> None:
    run(raw, curated)
    before = public_files(curated)
    manifest = (curated / "_jcfs" / "manifest.jsonl").stat().st_mtime_ns
    plan, summary = planned_run(raw, curated)
    assert plan.due == ()
    assert public_files(curated) == before
    assert (curated / "_jcfs" / "manifest.jsonl").stat().st_mtime_ns == manifest
    assert statuses(summary) == {
        "a.pdf": "published",
        "b.pdf": "published",
        "bad.pdf": "quarantined",
        "budget.pdf": "declined",
    }
    # What was refused before is known, and no reason to alarm somebody again.
    assert (summary.exit_code, summary.exit_code_of_all) == (0, 3)
    assert "4 unchanged" in summary.sentence() and "no file changed" in summary.sentence()


def test_a_line_of_an_unchanged_document_says_what_the_first_one_said(raw: Path, curated: Path) -> None:
    first = {line.source: line for line in run(raw, curated).lines}
    for line in run(raw, curated).lines:
        before = first[line.source]
        assert (line.tables, line.checks, line.findings, line.reason, line.pages) == (
            before.tables,
            before.checks,
            before.findings,
            before.reason,
            before.pages,
        )


def test_only_what_changed_is_processed(raw: Path, curated: Path) -> None:
    run(raw, curated)
    put_file(raw / "b.pdf", "乙局 2023 2.50")
    assert due(raw, curated) == ["b.pdf"]
    assert totals(curated)["乙局", 2023] == Decimal("2.50")


def test_times_of_files_do_not_matter(raw: Path, curated: Path) -> None:
    """A clock set back gives new bytes an old time, and copying gives old bytes a new one."""
    import os

    run(raw, curated)
    os.utime(raw / "a.pdf", (0, 0))
    assert due(raw, curated) == []
    before = (raw / "a.pdf").stat()
    put_file(raw / "a.pdf", "甲局 2023 9.00")
    os.utime(raw / "a.pdf", ns=(before.st_atime_ns, before.st_mtime_ns))
    assert due(raw, curated) == ["a.pdf"]


def test_again_processes_everything_and_leaves_what_is_the_same(raw: Path, curated: Path) -> None:
    run(raw, curated)
    before = public_files(curated)
    assert due(raw, curated, again=True) == ["a.pdf", "b.pdf", "bad.pdf", "budget.pdf"]
    assert public_files(curated) == before


def test_a_setting_that_matters_makes_everything_due(raw: Path, curated: Path) -> None:
    run(raw, curated)
    assert len(due(raw, curated, Settings(ocr=False))) == 4


def test_other_limits_matter_only_to_what_was_refused(raw: Path, curated: Path) -> None:
    run(raw, curated)
    assert due(raw, curated, Settings(max_pages=5000)) == ["bad.pdf"]
    assert due(raw, curated, Settings(max_pages=5000)) == []


def test_how_many_versions_are_kept_is_no_reason(raw: Path, curated: Path) -> None:
    run(raw, curated)
    assert due(raw, curated, Settings(keep_versions=9)) == []


def test_a_moved_file_is_followed_without_processing(raw: Path, curated: Path, tmp_path: Path) -> None:
    run(raw, curated)
    (raw / "2023").mkdir()
    for name in ("a.pdf", "bad.pdf"):
        (raw / name).rename(raw / "2023" / name)
    plan, summary = planned_run(raw, curated)
    assert plan.due == ()
    lines = {line.source: line for line in summary.lines}
    assert lines["2023/a.pdf"].event == "moved" and "was a.pdf" in lines["2023/a.pdf"].reason
    assert "a.pdf" not in lines and "missing" not in summary.counts
    other = tmp_path / "other"
    run(raw, other)
    assert contents(curated) == contents(other), "as if it had always lain there"
    assert due(raw, curated) == []


def test_files_that_change_places_are_both_followed(raw: Path, curated: Path) -> None:
    run(raw, curated)
    (raw / "a.pdf").rename(raw / "x")
    (raw / "b.pdf").rename(raw / "a.pdf")
    (raw / "x").rename(raw / "b.pdf")
    plan, _ = planned_run(raw, curated)
    assert plan.due == () and len(plan.moves) == 2
    documents = curated / file_key("documents", "甲局", 2023)
    assert pq.ParquetFile(documents).read()["source"].to_pylist() == ["b.pdf"]
    assert due(raw, curated) == []


def test_a_file_that_takes_the_name_of_one_that_moved_is_processed(raw: Path, curated: Path) -> None:
    run(raw, curated)
    (raw / "a.pdf").rename(raw / "old.pdf")
    put_file(raw / "a.pdf", "戊局 2023 5.00")
    plan, summary = planned_run(raw, curated)
    assert [g.name for g in plan.due] == ["a.pdf"]
    assert len(totals(curated)) == 3
    assert "missing" not in summary.counts


def test_the_same_pdf_twice_is_processed_once(raw: Path, curated: Path) -> None:
    put_file(raw / "copy of a.pdf", "甲局 2023 1.00")
    plan, summary = planned_run(raw, curated)
    assert "copy of a.pdf" not in [g.name for g in plan.due]
    line = next(line for line in summary.lines if line.source == "copy of a.pdf")
    assert line.status == "duplicate" and "a.pdf" in line.reason
    (raw / "a.pdf").unlink()
    plan, summary = planned_run(raw, curated)
    assert plan.due == () and "missing" not in summary.counts, "the other now stands for it"


def test_a_copy_that_is_named_first_does_not_displace_the_one_that_is_known(raw: Path, curated: Path) -> None:
    run(raw, curated)
    put_file(raw / "0.pdf", "甲局 2023 1.00")
    before = public_files(curated)
    summary = run(raw, curated)
    assert statuses(summary)["0.pdf"] == "duplicate" and statuses(summary)["a.pdf"] == "published"
    assert public_files(curated) == before


def test_a_file_named_by_itself_is_known_from_its_folder(raw: Path, curated: Path) -> None:
    put_file(raw / "2022" / "c.pdf", "甲局 2022 1.00")
    run(raw, curated)
    _, summary = planned_run(raw / "2022" / "c.pdf", curated)
    assert [(line.source, line.event) for line in summary.lines] == [("2022/c.pdf", "unchanged")]


def test_files_of_one_name_in_two_folders_are_two_files(tmp_path: Path, curated: Path) -> None:
    one = put_file(tmp_path / "one" / "x.pdf", "甲局 2023 1.00 quarantined")
    two = put_file(tmp_path / "two" / "x.pdf", "乙局 2023 2.00 quarantined")
    run([one.parent, two.parent], curated)
    assert len(load_manifest(LocalStore(curated)).seen) == 2
    assert len(list((curated / "documents").rglob("rejected-*.parquet"))) == 2
    assert planned_run([one.parent, two.parent], curated)[0].due == ()


def test_data_of_a_removed_pdf_stays_and_is_reported(raw: Path, curated: Path) -> None:
    run(raw, curated)
    before = contents(curated)
    (raw / "a.pdf").unlink()
    summary = run(raw, curated)
    line = next(line for line in summary.lines if line.source == "a.pdf")
    assert line.status == "missing" and "source missing" in line.reason and "--prune" in line.reason
    assert contents(curated) == before
    assert statuses(run(raw, curated))["a.pdf"] == "missing", "every time"


def test_prune_withdraws_it(raw: Path, curated: Path) -> None:
    run(raw, curated)
    (raw / "a.pdf").unlink()
    summary = run(raw, curated, prune=True)
    assert ("甲局", 2023) not in totals(curated)
    assert next(line for line in summary.lines if line.source == "a.pdf").event == "withdrawn"
    assert "a.pdf" not in statuses(run(raw, curated))
    put_file(raw / "a.pdf", "甲局 2023 1.00")
    assert due(raw, curated) == ["a.pdf"], "a file that comes back is new"


def test_a_folder_that_was_not_searched_misses_nothing(raw: Path, curated: Path) -> None:
    run(raw, curated)
    (raw / "a.pdf").unlink()
    assert "missing" not in run(raw / "b.pdf", curated).counts


def test_the_report_on_a_refused_file_goes_with_the_file(raw: Path, curated: Path) -> None:
    run(raw, curated)
    (raw / "bad.pdf").unlink()
    summary = run(raw, curated)
    assert "bad.pdf" not in statuses(summary)
    assert not list((curated / "findings").glob("unit=丙局/*/rejected-*"))


def test_a_replaced_pdf_that_is_of_another_unit_leaves_the_first_unit_without_its_file(
    raw: Path, curated: Path
) -> None:
    run(raw, curated)
    put_file(raw / "a.pdf", "己局 2023 6.00")
    summary = run(raw, curated)
    assert summary.counts["missing"] == 1
    assert set(totals(curated)) == {("甲局", 2023), ("乙局", 2023), ("己局", 2023)}


def test_a_worse_replacement_leaves_the_last_good_version(raw: Path, curated: Path) -> None:
    run(raw, curated)
    put_file(raw / "a.pdf", "甲局 2023 7.00 quarantined")
    summary = run(raw, curated)
    assert statuses(summary)["a.pdf"] == "quarantined" and "missing" not in summary.counts
    assert totals(curated)["甲局", 2023] == Decimal("1.00")
    put_file(raw / "a.pdf", "甲局 2023 8.00")
    run(raw, curated)
    assert totals(curated)["甲局", 2023] == Decimal("8.00")
    assert not list((curated / "findings").glob("unit=甲局/*/rejected-*"))


def test_a_conflict_ends_when_the_other_file_is_removed(raw: Path, curated: Path) -> None:
    put_file(raw / "z.pdf", "甲局 2023 1.50")
    assert statuses(run(raw, curated))["z.pdf"] == "quarantined"
    assert due(raw, curated) == []
    (raw / "a.pdf").unlink()
    summary = run(raw, curated)
    assert statuses(summary)["z.pdf"] == "published"
    assert "missing" not in summary.counts
    assert totals(curated)["甲局", 2023] == Decimal("1.50")


def test_force_decides_a_conflict_for_good(raw: Path, curated: Path) -> None:
    put_file(raw / "z.pdf", "甲局 2023 1.50")
    run(raw, curated)
    run(raw / "z.pdf", curated, force=True)
    assert totals(curated)["甲局", 2023] == Decimal("1.50")
    summary = run(raw, curated)
    assert statuses(summary)["a.pdf"] == "superseded", "and nobody is asked again"
    assert totals(curated)["甲局", 2023] == Decimal("1.50")


def test_without_its_manifest_a_root_is_processed_anew_and_stays_as_it_is(raw: Path, curated: Path) -> None:
    run(raw, curated)
    before = public_files(curated)
    (curated / "_jcfs" / "manifest.jsonl").unlink()
    assert len(due(raw, curated)) == 4
    assert public_files(curated) == before
    put_file(raw / "z.pdf", "甲局 2023 1.50")
    (curated / "_jcfs" / "manifest.jsonl").unlink()
    (raw / "a.pdf").rename(raw / "zz.pdf")
    assert statuses(run(raw, curated))["z.pdf"] == "quarantined", "the conflict is seen in the data itself"


def test_published_files_that_somebody_removed_come_back_with_again(raw: Path, curated: Path) -> None:
    run(raw, curated)
    before = contents(curated)
    (curated / file_key("income", "甲局", 2023)).unlink()
    run(raw, curated, again=True)
    assert contents(curated) == before
