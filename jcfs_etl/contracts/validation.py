"""What must be true of contracts beyond their form: every name names something, once.

Each function raises ContractError, naming file and line of the first fault.
"""

from __future__ import annotations

from collections.abc import Container, Mapping, Sequence

from jcfs_etl.contracts.files import Located
from jcfs_etl.contracts.identity_validation import figures_of_tables, identities_across, identity_of_tables
from jcfs_etl.contracts.model import Contracts
from jcfs_etl.contracts.table import ALL_CLASSES, Row, Table
from jcfs_etl.errors import ContractError
from jcfs_etl.labels import squeezed

#: What the patterns of a key must capture.
_CAPTURED = {
    "title_patterns": ("unit", "year"),
    "unit_patterns": ("unit",),
    "part_year_patterns": ("year",),
    "table_year_patterns": ("year",),
    "cover_year_patterns": ("year",),
    "money_unit_patterns": ("money_unit",),
    "code_and_name_pattern": ("code", "name"),
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
        _form(table, file)
    _classifications(contracts)
    seen: set[str] = set()
    for dataset, table in contracts.tables.items():
        for index, identity in enumerate(table.identities):
            identity_of_tables(contracts, identity, table, table_files[dataset], index, seen)
    for index, identity in enumerate(contracts.identities):
        identity_of_tables(contracts, identity, None, identities, index, seen)
    identities_across(contracts, across, seen)


def _patterns(contracts: Contracts, file: Located) -> None:
    publication, lacking = contracts.publication, "no table contract fills {}"
    file.patterns_compile(publication, _CAPTURED)
    words = publication.head_words
    known = {*words.code, *words.name, *words.line_no, *words.column_no, *words.other, *words.totals}
    _worded(words.worded, known, ["head_words"], file)
    for index, declined in enumerate(publication.declined):
        file.compiled(declined.pattern, ["declined", index, "pattern"])
    for index, required in enumerate(publication.required_tables):
        at: list[str | int] = ["required_tables", index]
        remedy = "name a dataset of contracts/tables"
        file.require([required.dataset], contracts.tables, [*at, "dataset"], lacking, remedy)
        for number, text in enumerate(required.empty_unless):
            figures_of_tables(contracts, file, [*at, "empty_unless", number], text)


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


def _titles(table: Table, file: Located, taken: dict[str, str], *, first: bool) -> None:
    for index, title in enumerate(table.titles):
        if (index == 0) != first:
            continue
        at: list[str | int] = ["title"] if index == 0 else ["aliases", index - 1]
        owner = taken.setdefault(squeezed(title), table.dataset)
        if owner != table.dataset:
            raise file.error(at, f"{title} is a title of {owner} already", "a title names one table")


def _form(table: Table, file: Located) -> None:
    """Patterns of a table's titles, and what it is told by under another title."""
    for key, pattern in (("title_pattern", table.title_pattern), ("titles_alone", table.titles_alone)):
        file.compiled(pattern or "", [key])
    file.require(
        table.told_by_columns, table.columns, ["told_by_columns"], "there is no column {}", "see `columns`"
    )
    file.require(table.told_by_rows, table.all_rows, ["told_by_rows"], "there is no row {}", "see its rows")


def _worded(
    patterns: Mapping[str, str], labels: Container[str], at: Sequence[str | int], file: Located
) -> None:
    """Patterns of other words, each under a label that they mean."""
    for label, pattern in patterns.items():
        here = [*at, "worded", label]
        file.compiled(pattern, here)
        file.require([label], labels, here, "{} is none of the labels", "name the label that is meant")


def _columns(contracts: Contracts, table: Table, file: Located) -> None:
    rows_choose = all(row.column for row in table.all_rows.values())
    labels: dict[str, str] = {}
    for name, column in table.columns.items():
        at = ["columns", name, "part_of"]
        wholes = filter(None, [column.part_of])
        file.require(wholes, table.columns, at, "there is no column {}", "name a column of this table")
        _worded(column.worded, column.labels, ["columns", name], file)
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
    _sides(contracts, table, file)
    groups: list[tuple[list[str | int], Mapping[str, Row]]] = [(["rows"], table.rows)]
    groups += [(["sides", name, "rows"], side.rows) for name, side in table.sides.items()]
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
            _named_rows(row, rows, table, here, file)
            _worded(row.worded, row.labels, here, file)
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


def _sides(contracts: Contracts, table: Table, file: Located) -> None:
    """Columns and classes that the sides and rows of a table name."""
    for name, side in table.sides.items():
        at = ["sides", name]
        file.require(side.columns, table.columns, [*at, "columns"], "there is no column {}", "see `columns`")
        whole, remedy = filter(None, [side.classes_part_of]), "name a row of this side"
        file.require(whole, side.rows, [*at, "classes_part_of"], "there is no row {}", remedy)
    groups_of_classes = {ALL_CLASSES, *(category.group or "" for category in contracts.economic.values())}
    for name, row in table.rows.items():
        group, remedy = filter(None, [row.group]), "see classifications/economic.csv"
        lacking = "no economic class is of the group {}"
        file.require(group, groups_of_classes, ["rows", name, "group"], lacking, remedy)


def _named_rows(
    row: Row, rows: Mapping[str, Row], table: Table, here: Sequence[str | int], file: Located
) -> None:
    """Rows and columns that a row names."""
    for key, target, pool in (
        ("part_of", row.part_of, rows),
        ("after", row.after, rows),
        ("unless", row.unless, rows),
        ("column", row.column, table.columns),
        *(("labels_after", line, rows) for line in row.labels_after),
    ):
        names, remedy = filter(None, [target]), "name a row or column of this table"
        file.require(names, pool, [*here, key], "there is no {}", remedy)
    details = {word for column in table.columns.values() for word in column.details}
    for index, word in enumerate(row.in_column):
        at = [*here, "in_column", index]
        file.require([word], details, at, "no column has the detail {}", "name a detail of a column")
