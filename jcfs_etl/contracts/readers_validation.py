"""What must be true of what readers are told: every name names something, and nothing has two meanings.

Each function raises ContractError, naming file and line of the first fault.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from jcfs_etl.contracts.arrow import column_names, dataset_names
from jcfs_etl.contracts.chinese import dataset_label
from jcfs_etl.contracts.files import Located
from jcfs_etl.contracts.model import Contracts, SystemDataset
from jcfs_etl.contracts.table import Table

#: The value that is the plural's s of an English noun.
PLURAL = "s"
_SHOWN = re.compile(r"\{(\w+)\}")
#: Relations that views may read beside the datasets.
BESIDE = ("finding_kinds", "dataset_names", "column_names", "subject_names")


def validate_readers(contracts: Contracts, chinese: Located, views: Located, package: Located) -> None:
    """Check that what has a Chinese name or identifies rows is there, and that views have their own names.

    Raises:
        ContractError: naming file and line of the first fault.
    """
    tables, systems = contracts.tables, contracts.datasets.datasets
    datasets: dict[str, Table | SystemDataset] = {**systems, **tables}
    for kind, columns in contracts.chinese.kinds.items():
        known = contracts.datasets.kinds.get(kind, {})  # type: ignore[call-overload]
        for column in columns:
            at = ["kinds", kind, column]
            chinese.require([column], known, at, f"{kind} has no column {{}}", "correct it")
    for dataset, told in contracts.chinese.datasets.items():
        at = ["datasets", dataset]
        chinese.require([dataset], datasets, at, "there is no dataset {}", "correct it")
        lacking = f"{dataset} has no column {{}}"
        for column in told.columns:
            at = ["datasets", dataset, "columns", column]
            chinese.require([column], datasets[dataset].columns, at, lacking, "correct it")
    for code in contracts.chinese.remedies:
        chinese.require(
            [code], contracts.findings, ["remedies", code], "there is no finding {}", "correct it"
        )
    _keys(contracts, package)
    names = {dataset_label(contracts, d): d for d in (*tables, *systems)}
    taken = {*names, *tables, *systems, *BESIDE}
    for name, view in contracts.views.items():
        for called, at in ((name, ["views", name]), (view.name, ["views", name, "name"])):
            if called in taken:
                raise views.error(at, f"{called} is the name of something else", "choose another")
            taken.add(called)
        labels = [column.label for column in view.columns.values()]
        if twice := next((label for label in labels if labels.count(label) > 1), None):
            raise views.error(["views", name, "columns"], f"two columns are called {twice}", "choose another")


def validate_texts(contracts: Contracts, texts: Located) -> None:
    """Check that both languages of a text show the same values.

    Raises:
        ContractError: naming file and line of the first fault.
    """
    for name, text in contracts.texts.items():
        # Chinese nouns have no plural.
        if set(_SHOWN.findall(text.en)) - {PLURAL} != set(_SHOWN.findall(text.zh)):
            raise texts.error(["texts", name], "its languages show different values", "mend one")


def _keys(contracts: Contracts, package: Located) -> None:
    """Keys are of columns that there are."""

    def require(dataset: str, columns: Iterable[str], at: Sequence[str | int]) -> None:
        package.require([dataset], dataset_names(contracts), at, "there is no dataset {}", "correct it")
        known = {"unit", "year", *column_names(contracts, dataset)}
        package.require(columns, known, at, f"{dataset} has no column {{}}", "correct it")

    for dataset, table in contracts.tables.items():
        require(dataset, contracts.package.kinds.get(table.kind, ()), ["kinds", table.kind])
    for dataset, columns in contracts.package.keys.items():
        require(dataset, columns, ["keys", dataset])
    for index, one in enumerate(contracts.package.belongs_to):
        for name in (one.dataset, one.to):
            require(name, one.columns, ["belongs_to", index])
