"""`jcfs changes`: what a run, or the time since a date, changed, figure by figure, as it is and as it was."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from commands import jcfs
from curating import put_file, run
from msgspec.structs import replace

from jcfs_etl.contracts import Contracts
from jcfs_etl.contracts.arrow import arrow_schema
from jcfs_etl.curate import CuratedRoot, ProcessedDocument, open_store
from jcfs_etl.curate.history import FILE, read_history
from jcfs_etl.curate.partitions import to_parquet
from jcfs_etl.report.changed import changes_of_run, changes_since, in_words
from jcfs_etl.report.texts import Texts


def cells(contracts: Contracts, *figures: tuple[str, str, str | None]) -> bytes:
    """A file of cells of 支出决算表: code, printed text, amount."""
    box = {"x0": 1.0, "y0": 2.0, "x1": 3.0, "y1": 4.0}
    rows = [
        {"dataset": "expenditure", "row": code, "column": "total", "label": f"科目{code}", "printed": printed}
        | {"amount": Decimal(amount) if amount else None, "page": 7, **box}
        | {"source": "text", "confidence": 1.0, "named_by": "code", "low": None, "high": None}
        for code, printed, amount in figures
    ]
    return to_parquet(pa.Table.from_pylist(rows, schema=arrow_schema(contracts, "cells")))


def version(document: ProcessedDocument, unit: str, number: int, data: bytes) -> ProcessedDocument:
    record = replace(document.record, unit=unit, year=2023, sha256=f"{number:064d}", source=f"{unit}.pdf")
    return replace(document, record=record, files={**document.files, "cells": data})


def publish(root: Path, contracts: Contracts, run: str, *documents: ProcessedDocument, keep: int = 3) -> None:
    with CuratedRoot(open_store(root), contracts, run=run, keep=keep) as curated:
        for each in documents:
            curated.publish(each)


@pytest.fixture
def root(tmp_path: Path, document: ProcessedDocument, contracts: Contracts) -> Path:
    """Three runs: two units new; one replaced, with figures changed, gone and new; the other withdrawn."""
    first = cells(contracts, ("208", "10.00", "100000"), ("210", "", None), ("221", "3.00", "30000"))
    second = cells(contracts, ("208", "11.00", "110000"), ("210", "2.00", "20000"), ("229", "1.00", "10000"))
    publish(
        tmp_path, contracts, "run-a", version(document, "甲局", 1, first), version(document, "乙局", 2, first)
    )
    publish(tmp_path, contracts, "run-b", version(document, "甲局", 3, second))
    with CuratedRoot(open_store(tmp_path), contracts, run="run-c") as curated:
        curated.withdraw(curated.manifest.partitions["乙局", 2023])
    return tmp_path


def test_each_run_says_what_it_changed(root: Path) -> None:
    store = open_store(root)
    assert [(c.kind, c.unit, c.before, c.after) for c in changes_of_run(store, "run-a").changes] == [
        ("new", "乙局", None, 1),
        ("new", "甲局", None, 1),
    ]
    [replaced] = changes_of_run(store, "run-b").changes
    assert (replaced.kind, replaced.before, replaced.after, replaced.lost) == ("replaced", 1, 2, None)
    told = {
        f.row: (
            (f.old.printed, f.old.version) if f.old else None,
            (f.new.printed, f.new.version) if f.new else None,
        )
        for f in replaced.figures
    }
    assert told == {
        "208": (("10.00", 1), ("11.00", 2)),
        "210": (("", 1), ("2.00", 2)),
        "221": (("3.00", 1), None),
        "229": (None, ("1.00", 2)),
    }
    [withdrawn] = changes_of_run(store).changes
    assert (withdrawn.kind, withdrawn.unit, withdrawn.before) == ("withdrawn", "乙局", 1)


def test_in_words_of_both_languages(root: Path, contracts: Contracts) -> None:
    changes = changes_of_run(open_store(root), "run-b")
    english = "\n".join(in_words(changes, Texts(contracts, "en")))
    chinese = "\n".join(in_words(changes, Texts(contracts, "zh")))
    assert "replaced: 甲局 2023, version 2 for 1" in english and "figures that differ: 4" in english
    assert "支出决算表, 208 科目208 本年支出合计, page 7: 10.00 → 11.00" in english
    assert ": blank → 2.00" in english and ": 3.00 → not there" in english
    assert "第 2 版替换第 1 版" in chinese and "空白 → 2.00" in chinese and "无此数 → 1.00" in chinese


def test_json_has_exact_amounts_and_versions(root: Path) -> None:
    result = jcfs("changes", "--curated", root, "--run", "run-b", "--json")
    told = json.loads(result.output)
    assert told["run"] == "run-b" and told["counts"] == {"replaced": 1}
    [change] = told["changes"]
    figure: dict[str, Any] = next(f for f in change["figures"] if f["row"] == "208")
    assert figure["old"]["amount"] == "100000.00" and figure["new"]["amount"] == "110000.00"
    assert (figure["old"]["version"], figure["new"]["version"]) == (1, 2)


def test_since_a_time_is_the_difference_to_now(root: Path) -> None:
    store = open_store(root)
    now = datetime.now(UTC)
    long_ago = changes_since(store, now - timedelta(days=1))
    # What was new and then withdrawn is no change; what was new and then replaced is new.
    assert [(c.kind, c.unit, c.after) for c in long_ago.changes] == [("new", "甲局", 2)]
    assert changes_since(store, now + timedelta(days=1)).changes == ()
    assert (
        "new 1, replaced 0, withdrawn 0"
        in jcfs(
            "changes", "--curated", root, "--since", (now - timedelta(days=1)).isoformat(), "--lang", "en"
        ).output
    )


def test_a_version_that_is_not_kept_is_named_instead_of_guessed(
    root: Path, document: ProcessedDocument, contracts: Contracts
) -> None:
    for number in (4, 5):
        data = cells(contracts, ("208", f"{number}.00", f"{number}0000"))
        publish(root, contracts, f"run-{number}", version(document, "甲局", number, data), keep=1)
    [change] = changes_of_run(open_store(root), "run-b").changes
    assert (change.lost, change.figures) == (1, ())
    output = jcfs("changes", "--curated", root, "--run", "run-b", "--lang", "en").output
    assert "version 1 is not kept any more" in output


def test_what_was_there_before_anything_was_noted_is_not_new(
    root: Path, document: ProcessedDocument, contracts: Contracts
) -> None:
    (root / FILE).unlink()
    data = cells(contracts, ("208", "9.00", "90000"))
    publish(root, contracts, "run-d", version(document, "丙局", 9, data))
    assert [c.unit for c in changes_of_run(open_store(root), "run-d").changes] == ["丙局"]
    result = jcfs("changes", "--curated", root, "--since", "2020-01-01")
    assert result.exit_code == 1 and "changes are noted since" in result.output


def test_a_run_that_died_is_made_up_for_by_the_next(
    root: Path, document: ProcessedDocument, contracts: Contracts
) -> None:
    data = cells(contracts, ("208", "9.00", "90000"))
    with pytest.raises(KeyboardInterrupt), CuratedRoot(open_store(root), contracts, run="dies") as curated:
        curated.publish(version(document, "丁局", 8, data))
        raise KeyboardInterrupt
    publish(root, contracts, "next")
    assert [c.unit for c in changes_of_run(open_store(root), "next").changes] == ["丁局"]


def test_an_unchanged_run_notes_nothing_and_says_so(
    root: Path, document: ProcessedDocument, contracts: Contracts
) -> None:
    before = (root / FILE).stat().st_mtime_ns
    publish(root, contracts, "again")
    assert (root / FILE).stat().st_mtime_ns == before
    events = read_history(open_store(root))
    assert events is not None and [e.run for e in events] == ["run-a", "run-a", "run-b", "run-c"]


def test_ingest_notes_its_run_and_rollback_its_own(tmp_path: Path) -> None:
    raw, curated = tmp_path / "raw", tmp_path / "curated"
    put_file(raw / "a.pdf", "甲局 2023 10.00")
    run(raw, curated)
    put_file(raw / "a.pdf", "甲局 2023 11.00")
    run(raw, curated)
    assert jcfs("rollback", "--curated", curated, "--unit", "甲局", "--year", 2023).exit_code == 0
    output = jcfs("changes", "--curated", curated, "--lang", "en").output
    assert "version 3 for 2" in output and "version 1 brought back" in output


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--run", "nosuch"], "the last are run-a, run-b, run-c"),
        (["--run", "run-"], "several runs begin so"),
        (["--since", "yesterday"], "is no date"),
        (["--since", "2026-01-01", "--run", "run-a"], "give one of them"),
    ],
)
def test_what_cannot_be_answered_says_what_can(root: Path, arguments: list[str], words: str) -> None:
    result = jcfs("changes", "--curated", root, *arguments)
    assert result.exit_code == 1 and words in result.output and "Traceback" not in result.output
    assert "holds no curated data" in jcfs("changes", "--curated", root / "none").output
