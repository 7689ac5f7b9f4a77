"""What must be true of the contract of the self-evaluation forms beyond its form."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence

from jcfs_etl.contracts.equations import TermPattern
from jcfs_etl.contracts.files import Located
from jcfs_etl.contracts.identity_validation import ranges_said, stated_once
from jcfs_etl.contracts.model import Contracts
from jcfs_etl.contracts.performance import Block, FormIdentity, Measure

#: What the patterns of a key must capture.
_CAPTURED = {
    "year_patterns": ("year",),
    "unit_patterns": ("money_unit",),
    "coded_pattern": ("code", "name"),
    "labelled_coded_pattern": ("code", "name"),
}


def validate_performance(contracts: Contracts, file: Located) -> None:
    """Check that patterns compile, labels name one thing, and identities speak of what there is.

    Raises:
        ContractError: naming file and line of the first fault.
    """
    contract = contracts.performance
    file.patterns_compile(contract, _CAPTURED)
    for name, block in (("money", contract.money), ("indicators", contract.indicators)):
        _block(contracts, name, block, file)
    _once(contracts, ["fields"], {n: f.labels for n, f in contract.fields.items()}, file)
    _once(contracts, ["analysis", "columns"], contract.analysis.columns, file)
    goals = {"goals": contract.goals.goals, "completion": contract.goals.completion}
    _once(contracts, ["goals"], goals, file)
    _datasets(contracts, file)
    for name, stated in contract.statements.items():
        here = ["statements", name]
        column = contract.money.columns.get(name)
        if column is None or column.measure not in ("money", "rate"):
            raise file.error(here, f"the money block has no money or rate {name}", "name one of its columns")
        needed = ("value", "money_unit") if column.measure == "money" else ("value",)
        file.compiled(stated.pattern, [*here, "pattern"], needed)
        _known(stated.within, contract.analysis.columns, file, [*here, "within"])
    _known(contract.other_bases, contract.money.columns, file, ["other_bases"])
    _known(contract.narrative.columns, contract.money.columns, file, ["narrative", "columns"])
    seen: set[str] = set()
    for index, identity in enumerate(contract.identities):
        _identity(contracts, identity, file, index, seen)


def _known(names: Iterable[str], known: Collection[str], file: Located, at: Sequence[str | int]) -> None:
    file.require(names, known, at, "there is no {}", f"use one of {', '.join(known)}")


def _block(contracts: Contracts, name: str, block: Block, file: Located) -> None:
    _known(block.needs, block.columns, file, [name, "needs"])
    file.compiled(block.within_pattern, [name, "within_pattern"])
    file.compiled(block.subtotal_pattern, [name, "subtotal_pattern"])
    _once(contracts, [name, "columns"], {n: c.labels for n, c in block.columns.items()}, file)


def _once(
    contracts: Contracts, part: Sequence[str], labels: Mapping[str, tuple[str, ...]], file: Located
) -> None:
    """A label names one thing in its part of the form."""
    owners: dict[str, str] = {}
    for name, these in labels.items():
        for label in these:
            owner = owners.setdefault(contracts.label(label), name)
            if owner != name:
                problem = f"{label} is a label of {owner} already"
                raise file.error([*part, name], problem, "a label names one of them")


def _datasets(contracts: Contracts, file: Located) -> None:
    """Every column that a form may print has a column in its dataset."""
    contract = contracts.performance
    for part, dataset, names in (
        ("money", "performance_funds", contract.money.columns),
        ("indicators", "performance_indicators", contract.indicators.columns),
        ("analysis", "performance_projects", contract.analysis.columns),
    ):
        columns, lacking = contracts.datasets.datasets[dataset].columns, f"{dataset} has no column {{}}"
        for name in names:
            file.require([name], columns, [part, "columns", name], lacking, "add it to datasets.yaml")


def _identity(
    contracts: Contracts, identity: FormIdentity, file: Located, index: int, seen: set[str]
) -> None:
    at: list[str | int] = ["identities", index]
    equation = stated_once(identity, file, at, seen)
    measures: list[Measure] = []
    for term in equation.terms:
        measure = _measure(contracts, term)
        if measure is None:
            raise file.error([*at, "equation"], f"there is no {term}", "name a column of the form")
        measures.append(measure)
    first, *others = measures
    share = equation.relation == "/"
    right = {"money"} if share else {first}
    if set(others) != right or (share and first != "rate") or "text" in measures:
        raise file.error(
            [*at, "equation"], "it compares figures of different kinds", "see contracts/README.md"
        )
    if len(equation.left) != 1:
        raise file.error([*at, "equation"], "its left side is one figure", "see contracts/README.md")
    if len({term.dataset for term in equation.terms if term.row.kind == "each"}) > 1:
        raise file.error([*at, "equation"], "it ranges over rows and indicators at once", "choose one")
    is_text = equation.left[0].row.name == "text"
    if identity.together is not None and (len(measures) != 2 or not is_text):
        raise file.error(
            [*at, "together"], "only a text and one figure are reported together", "leave it out"
        )
    ranges_said(identity, file, at)


def _measure(contracts: Contracts, term: TermPattern) -> Measure | None:
    """What a term holds; None for one that names nothing."""
    contract, column = contracts.performance, term.column.name
    if term.number is not None:
        return "score"
    if term.dataset is None or term.column.kind != "id" or term.whose not in (None, "forms"):
        return None
    table = contracts.tables.get(term.dataset)
    if table is not None:
        is_figure = term.row.kind == "id" and term.row.name in contracts.rows_of(table)
        return "money" if is_figure and column in table.columns and term.whose is None else None
    row = str(term.row)
    if (term.dataset, row) == ("performance_projects", "form"):
        return "score" if column in ("total_score", "total_weight") else None
    if (term.dataset, row) == ("performance_projects", "text"):
        return contract.money.columns[column].measure if column in contract.statements else None
    rows, block = {
        "performance_funds": (("row", "total", "parts of total"), contract.money),
        "performance_indicators": (("row", "parts of total"), contract.indicators),
    }.get(term.dataset, ((), contract.money))
    if row not in rows or (term.whose == "forms" and row != "total"):
        return None
    return block.columns[column].measure if column in block.columns else None
