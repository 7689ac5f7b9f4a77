"""What may import what (the layers stand in pyproject.toml), and what the data counts as its program."""

from __future__ import annotations

import subprocess
import sys
from functools import cache

import grimp
from at_hand import ROOT

from jcfs_etl.curate.basis import COUNTS

PACKAGE = ROOT / "jcfs_etl"
#: Used on a document's way, and without a say in what is read from it.
WITHOUT_A_SAY = {
    "curate.aside",
    "checkout",  # which commit the program is of
    "collect.provenance",  # where a file was collected from
    "curate.manifest",  # what is noted of a document
    "curate.processed",
    "curate.store",
    "disk",
    "errors",
    "locking",
    "password",
    "settings",  # limits and OCR, which the basis holds by themselves
    "settings_file",
}


def test_data_flows_one_way() -> None:
    """Each stage imports what stands before it only."""
    command = [sys.executable, "-c", "from importlinter.cli import lint_imports_command as c; c()"]
    run = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stdout


def test_no_modules_import_each_other_in_a_circle() -> None:
    graph = imports()
    for module in sorted(graph.modules):
        for other in graph.find_modules_directly_imported_by(module):
            back = graph.find_shortest_chain(other, module)
            assert back is None, f"a circle: {' -> '.join((module, *back))}"


def test_all_that_results_depend_on_counts_as_the_program() -> None:
    """What a document's tables are made by is counted; another of these means that all is read anew."""
    graph = imports()
    needed = {"jcfs_etl.interface"} | graph.find_upstream_modules("jcfs_etl.interface")
    modules = {name.removeprefix("jcfs_etl.") for name in needed if not graph.find_children(name)}
    assert {module for module in modules if not counts(module)} == WITHOUT_A_SAY
    assert all((PACKAGE / part).exists() for part in COUNTS)


def counts(module: str) -> bool:
    return module.split(".", maxsplit=1)[0] in COUNTS or module.replace(".", "/") + ".py" in COUNTS


@cache
def imports() -> grimp.ImportGraph:
    graph = grimp.build_graph("jcfs_etl", "flows", exclude_type_checking_imports=True)
    # The package hands on its face when it is asked for.
    graph.remove_import(importer="jcfs_etl", imported="jcfs_etl.interface")
    return graph
