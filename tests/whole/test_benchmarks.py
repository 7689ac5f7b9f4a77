"""Benchmarks are run by hand and rarely: that they fit the program is held here, on one small document."""

from __future__ import annotations

import importlib.util
import os
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from random import Random
from types import ModuleType
from unittest import mock

import pytest
from at_hand import ROOT
from narrating import wordings

from jcfs_etl.contracts import Contracts

FOLDER = ROOT / "benchmarks"
Loaded = Callable[[str], ModuleType]


@pytest.fixture
def benchmark(monkeypatch: pytest.MonkeyPatch) -> Iterator[Loaded]:
    """A benchmark by name; some are called as helpers of the tests are, so none is imported as such."""
    # Behind the tests' own helpers, where a benchmark puts those, too.
    monkeypatch.setattr(sys, "path", [*sys.path, str(FOLDER)])

    def load(name: str) -> ModuleType:
        spec = importlib.util.spec_from_file_location(f"benchmark_{name}", FOLDER / f"{name}.py")
        assert spec is not None and spec.loader is not None
        module = importlib.util.module_from_spec(spec)
        monkeypatch.setitem(sys.modules, spec.name, module)  # its dataclasses look it up
        spec.loader.exec_module(module)
        return module

    with mock.patch.dict(os.environ):  # one sets what Prefect is to read
        yield load


@pytest.mark.parametrize("name", sorted(path.stem for path in FOLDER.glob("*.py")))
def test_each_finds_what_it_imports(name: str, benchmark: Loaded) -> None:
    benchmark(name)


def test_slips_are_put_into_a_narrative(benchmark: Loaded, contracts: Contracts) -> None:
    slips = benchmark("slips")
    wording, lines = next(iter(wordings("looked_at").items()))
    narrative = slips.Narrated(0, 1, lines, contracts)
    slip = next(slips.slips_of(narrative, Random(0)))
    trial = slips._trial(wording, narrative, slip)
    assert trial.read and slip.text != narrative.sentences[slip.sentence].text


def test_publications_of_units_of_their_own_are_drawn(benchmark: Loaded, tmp_path: Path) -> None:
    benchmark("scale").draw(tmp_path, [3])
    assert [path.name for path in tmp_path.rglob("*.pdf")] == ["0000003.pdf"]


def test_publications_are_cut_to_a_few_pages(benchmark: Loaded, tmp_path: Path) -> None:
    throughput = benchmark("throughput")
    path = next(throughput.short_publications(tmp_path))
    assert throughput.page_count(path) == throughput.SHORT


def test_documents_are_misprinted(benchmark: Loaded) -> None:
    misprints = benchmark("misprints")
    for kind in (misprints.SIGN, misprints.kinds()[0], misprints.SLIPPED):
        outcome = misprints.tried(0, kind)
        assert outcome is None or outcome.kind == kind


def test_documents_are_audited_with_misprints(benchmark: Loaded) -> None:
    audit = benchmark("audit")
    assert audit.run(audit.Job(seed=1)).trials
