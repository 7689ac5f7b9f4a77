"""What must be true of contracts beyond their form: every name names something, once."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Literal

from jcfs_etl.contracts.equations import Equation, Selector, TermPattern, parse_term
from jcfs_etl.contracts.files import Located
from jcfs_etl.contracts.model import ALL_CLASSES, Contracts, Identity, Row, Table
from jcfs_etl.errors import ContractError
from jcfs_etl.labels import squeezed

#: What the patterns of a key must capture.
_CAPTURED = {
    "title_patterns": ("unit", "year"),
    "unit_patterns": ("unit",),
    "part_year_patterns": ("year",),
    "table_year_patterns": ("year",),
    "money_unit_patterns": ("money_unit",),
}


def validate(
    contracts: Contracts,
    publication: Located,
    table_files: Mapping[str, Located],
    identities: Located,
    across: Located,
    datasets: Located,
) -> None:
    """Check that names refer to something and that no label or title is claimed twice.

    Raises:
        ContractError: naming file and line of the first fault.
    """
    _patterns(contracts, publication)
    for kind in sorted({table.kind for table in contracts.tables.values()}):
        if kind not in contracts.datasets.kinds:
            raise datasets.error(["kinds"], f"there are no key columns for tables of kind {kind}", "add them")
    titles: dict[str, str] = {}
    # Titles before aliases: where two claim the same, the alias is at fault.
    for first in (True, False):
        for dataset, table in contracts.tables.items():
            _titles(table, table_files[dataset], titles, first=first)
    for dataset, table in contracts.tables.items():
        file = table_files[dataset]
        _columns(contracts, table, file)
        _rows(contracts, table, file)
    _classifications(contracts)
    seen: set[str] = set()
    for dataset, table in contracts.tables.items():
        for index, identity in enumerate(table.identities):
            _identity(contracts, identity, table, table_files[dataset], index, seen)
    for index, identity in enumerate(contracts.identities):
        _identity(contracts, identity, None, identities, index, seen)
    _across(contracts, across, seen)


def _patterns(contracts: Contracts, file: Located) -> None:
    publication = contracts.publication
    for key, value in publication:
        if not key.endswith(("_pattern", "_patterns")):
            continue
        for index, pattern in enumerate((value,) if isinstance(value, str) else value):
            at: list[str | int] = [key] if isinstance(value, str) else [key, index]
            _compiles(pattern, file, at)
            for group in _CAPTURED.get(key, ()):
                if group not in re.compile(pattern).groupindex:
                    raise file.error(at, f"the pattern does not capture the {group}", f"write (?P<{group}>…)")
    for index, declined in enumerate(publication.declined):
        _compiles(declined.pattern, file, ["declined", index, "pattern"])
    for index, required in enumerate(publication.required_tables):
        if required.dataset not in contracts.tables:
            raise file.error(
                ["required_tables", index, "dataset"],
                f"no table contract fills {required.dataset}",
                "name a dataset of contracts/tables",
            )
        for number, text in enumerate(required.empty_unless):
            at = ["required_tables", index, "empty_unless", number]
            _figure(contracts, file, at, f"required.{required.dataset}", None, text)


def _classifications(contracts: Contracts) -> None:
    owners: dict[str, str] = {}
    for code, category in contracts.functional.items():
        for name in (category.name, *category.aliases) if len(code) == 3 else ():
            owner = owners.setdefault(contracts.label(name), code)
            if owner != code:
                raise ContractError(
                    f"classifications/functional.csv:{category.line}: {name} is a name of {owner} already",
                    "a name stands for one class",
                )
    totals = {row.group for table in contracts.tables.values() for row in table.rows.values() if row.group}
    for code, category in contracts.economic.items():
        if totals and len(code) == 3 and category.group not in totals:
            raise ContractError(
                f"classifications/economic.csv:{category.line}: no total adds up the group {category.group}",
                f"use one of {', '.join(sorted(totals))}",
            )


def _compiles(pattern: str, file: Located, at: Sequence[str | int]) -> None:
    try:
        re.compile(pattern)
    except re.error as error:
        raise file.error(at, f"not a regular expression: {error}", "mend the pattern") from error


def _titles(table: Table, file: Located, taken: dict[str, str], *, first: bool) -> None:
    for index, title in enumerate(table.titles):
        if (index == 0) != first:
            continue
        at: list[str | int] = ["title"] if index == 0 else ["aliases", index - 1]
        owner = taken.setdefault(squeezed(title), table.dataset)
        if owner != table.dataset:
            raise file.error(at, f"{title} is a title of {owner} already", "a title names one table")


def _columns(contracts: Contracts, table: Table, file: Located) -> None:
    rows_choose = all(row.column for row in table.all_rows.values())
    labels: dict[str, str] = {}
    for name, column in table.columns.items():
        if column.part_of is not None and column.part_of not in table.columns:
            raise file.error(
                ["columns", name, "part_of"],
                f"there is no column {column.part_of}",
                "name a column of this table",
            )
        for index, label in enumerate(column.labels):
            owner = labels.setdefault(contracts.label(label), name)
            if owner != name and not rows_choose:
                raise file.error(
                    ["columns", name, "labels", index],
                    f"{label} is a label of {owner} already",
                    "a label names one column, unless every row says its column",
                )


def _rows(contracts: Contracts, table: Table, file: Located) -> None:
    needs_sides = table.kind == "lines"
    if needs_sides != bool(table.sides) or needs_sides == bool(table.rows):
        raise file.error(
            ["kind"],
            f"a table of kind {table.kind} has {'sides' if needs_sides else 'rows'}",
            "see contracts/README.md",
        )
    groups: list[tuple[list[str | int], Mapping[str, Row]]] = [(["rows"], table.rows)]
    groups += [(["sides", name, "rows"], side.rows) for name, side in table.sides.items()]
    for name, side in table.sides.items():
        for column in side.columns:
            if column not in table.columns:
                raise file.error(["sides", name, "columns"], f"there is no column {column}", "see `columns`")
        if side.classes_part_of is not None and side.classes_part_of not in side.rows:
            raise file.error(
                ["sides", name, "classes_part_of"],
                f"there is no row {side.classes_part_of}",
                "name a row of this side",
            )
    groups_of_classes = {ALL_CLASSES, *(category.group for category in contracts.economic.values())}
    for name, row in table.rows.items():
        if row.group is not None and row.group not in groups_of_classes:
            raise file.error(
                ["rows", name, "group"],
                f"no economic class is of the group {row.group}",
                "see classifications/economic.csv",
            )
    taken: dict[str, list[str | int]] = {}
    for at, rows in groups:
        labels: dict[tuple[str, str | None], str] = {}
        if at[0] == "sides" and table.sides[str(at[1])].classes_part_of:
            labels |= {(label, None): code for label, code in contracts.class_of_label.items()}
        for name, row in rows.items():
            here = [*at, name]
            if name in taken:
                raise file.error(here, f"row {name} stands twice", "row ids are unique in a table")
            taken[name] = here
            for key, target, pool in (
                ("part_of", row.part_of, rows),
                ("after", row.after, rows),
                ("unless", row.unless, rows),
                ("column", row.column, table.columns),
                *(("labels_after", line, rows) for line in row.labels_after),
            ):
                if target is not None and target not in pool:
                    raise file.error(
                        [*here, key], f"there is no {target}", "name a row or column of this table"
                    )
            below = [(label, after) for after, further in row.labels_after.items() for label in further]
            for label, after in [*((label, row.after) for label in row.labels), *below]:
                owner = labels.setdefault((contracts.label(label), after), name)
                if owner != name:
                    own = ["labels", row.labels.index(label)] if label in row.labels else ["labels_after"]
                    raise file.error(
                        [*here, *own],
                        f"{label} is a label of {owner} already",
                        "a label names one row of a side; `after` tells two apart",
                    )


def _identity(
    contracts: Contracts,
    identity: Identity,
    table: Table | None,
    file: Located,
    index: int,
    seen: set[str],
) -> None:
    at: list[str | int] = ["identities", index]
    if identity.id in seen:
        raise file.error([*at, "id"], f"{identity.id} stands twice", "ids of identities are unique")
    seen.add(identity.id)
    try:
        equation: Equation = identity.parsed
    except ValueError as error:
        raise file.error([*at, "equation"], str(error), "see contracts/README.md") from error
    if table is None and set(identity.each) - {"class"}:
        raise file.error(
            [*at, "each"], "between tables an equation can range over `class` only", "see contracts/README.md"
        )
    for term in equation.terms:
        problem = _term_problem(contracts, identity, table, term)
        if problem:
            raise file.error([*at, "equation"], problem, "name a row and column of the contract")
    used = {s.name for t in equation.terms for s in (t.row, t.column) if s.kind == "each"}
    used |= {s.name for t in equation.terms for s in (t.row,) if s.kind == "children"}
    if set(identity.each) != used:
        raise file.error(
            [*at, "each"],
            f"the equation ranges over {sorted(used) or 'nothing'}",
            "`each` must say the same",
        )


def _across(contracts: Contracts, file: Located, seen: set[str]) -> None:
    stated: list[tuple[list[str | int], str, Literal["row"] | None, str, str]] = []
    for i, pair in enumerate(contracts.across.years):
        stated += [(["years", i, k], pair.id, pair.each, k, getattr(pair, k)) for k in ("this", "last")]
    for i, sum_ in enumerate(contracts.across.departments):
        stated.append((["departments", i, "figure"], sum_.id, None, "this", sum_.figure))
    for at, name, each, which, text in stated:
        if which == "this" and name in seen:
            raise file.error([*at[:2], "id"], f"{name} stands twice", "ids of identities are unique")
        seen.add(name)
        _figure(contracts, file, at, name, each, text)


def _figure(
    contracts: Contracts,
    file: Located,
    at: list[str | int],
    name: str,
    each: Literal["row"] | None,
    text: str,
) -> None:
    """A figure that a contract names outside of an equation has to be one of a table."""
    try:
        term = parse_term(text)
    except ValueError as error:
        raise file.error(at, str(error), "see contracts/README.md") from error
    identity = Identity(id=name, statement="", equation=f"{text} = {text}", each=(each,) if each else ())
    ranges = {s.name for s in (term.row, term.column) if s.kind != "id"}
    problem = _term_problem(contracts, identity, None, term)
    if not problem and ranges != ({each} if each else set()):
        problem = "a term is dataset[row, column], with `each: row` dataset[row, …]"
    if problem:
        raise file.error(at, problem, "name a row and column of the contract")


def _term_problem(contracts: Contracts, identity: Identity, table: Table | None, term: TermPattern) -> str:
    if term.dataset is not None:
        table = contracts.tables.get(term.dataset)
        if table is None:
            return f"there is no table {term.dataset}"
    if table is None:
        return "a term outside a table's contract needs its dataset"
    rows = contracts.rows_of(table)
    wholes = {row.part_of for row in table.all_rows.values()}
    wholes |= {side.classes_part_of for side in table.sides.values()}
    wholes |= set(table.rows) if table.is_coded else set()
    if term.row.kind == "each" and term.row.name == "column":
        return "a column cannot stand in the place of a row"
    if term.column.kind == "children" or (term.column.kind == "each" and term.column.name != "column"):
        return f"{term.column.name} cannot stand in the place of a column"
    for side in table.sides.values():
        other_side = term.column.name in table.columns and term.column.name not in side.columns
        if term.row.name in side.rows and other_side:
            return f"{term.row.name} has no column {term.column.name} on its side"
    return _selector_problem(term.row, rows, wholes, "row", table, identity) or _selector_problem(
        term.column,
        set(table.columns),
        {column.part_of for column in table.columns.values()},
        "column",
        table,
        identity,
    )


def _selector_problem(
    selector: Selector,
    known: set[str],
    wholes: set[str | None],
    what: str,
    table: Table,
    identity: Identity,
) -> str:
    if selector.kind in ("id", "parts") and selector.name not in known:
        return f"{table.dataset} has no {what} {selector.name}"
    if selector.kind == "parts" and selector.name not in wholes:
        return f"no {what} of {table.dataset} is part of {selector.name}"
    if selector.kind == "children" and selector.name not in identity.each:
        return f"children of {selector.name} needs `each: {selector.name}`"
    return ""
