"""What must be true of identities: each states what it ranges over, and names figures that there are.

Each function raises ContractError, naming file and line of the first fault.
"""

from __future__ import annotations

from collections.abc import Container, Sequence

from jcfs_etl.contracts.equations import Equation, Selector, TermPattern, Whose, parse_sum
from jcfs_etl.contracts.files import Located
from jcfs_etl.contracts.identity import Identity
from jcfs_etl.contracts.model import Contracts
from jcfs_etl.contracts.table import Table

_NOTATION = "see contracts/README.md"


def stated_once(identity: Identity, file: Located, at: Sequence[str | int], seen: set[str]) -> Equation:
    """An identity's equation, where its id is new.

    Args:
        identity: one of a table, between tables, of the forms or between publications.
        file: where it stands.
        at: where in the file.
        seen: ids that came before; its own is added.

    Raises:
        ContractError: naming file and line.
    """
    if identity.id in seen:
        raise file.error([*at, "id"], f"{identity.id} stands twice", "ids of identities are unique")
    seen.add(identity.id)
    try:
        equation = identity.parsed
    except ValueError as error:
        raise file.error([*at, "equation"], str(error), _NOTATION) from error
    return equation


def ranges_said(identity: Identity, file: Located, at: Sequence[str | int]) -> None:
    """Check that ``each`` says what an identity's equation ranges over.

    Raises:
        ContractError: naming file and line.
    """
    equation = identity.parsed
    used = {s.name for t in equation.terms for s in (t.row, t.column) if s.kind == "each"}
    used |= {t.row.name for t in equation.terms if t.row.kind == "children"}
    if set(identity.each) != used:
        problem = f"the equation ranges over {sorted(used) or 'nothing'}"
        raise file.error([*at, "each"], problem, "`each` must say the same")


def identity_of_tables(
    contracts: Contracts, identity: Identity, table: Table | None, file: Located, index: int, seen: set[str]
) -> None:
    """Check an identity of one table, or between tables (None).

    Raises:
        ContractError: naming file and line.
    """
    at: list[str | int] = ["identities", index]
    equation = stated_once(identity, file, at, seen)
    if table is None and set(identity.each) - {"class"}:
        raise file.error([*at, "each"], "between tables an equation can range over `class` only", _NOTATION)
    if equation.relation == "/":
        raise file.error([*at, "equation"], "amounts of tables are summed up, not divided", _NOTATION)
    for term in equation.terms:
        _named(contracts, identity, table, term, None, file, at)
    ranges_said(identity, file, at)


def identities_across(contracts: Contracts, file: Located, seen: set[str]) -> None:
    """Check the identities between publications: one figure here, and one of the others.

    Raises:
        ContractError: naming file and line.
    """
    whose: Whose
    for part, whose, stated in (
        ("years", "last", contracts.across.years),
        ("departments", "units", contracts.across.departments),
    ):
        for index, identity in enumerate(stated):
            at: list[str | int] = [part, index]
            equation = stated_once(identity, file, at, seen)
            if equation.relation != "=" or len(equation.left) != 1 or len(equation.right) != 1:
                problem = f"it is one figure = {whose}. and the other's figure"
                raise file.error([*at, "equation"], problem, _NOTATION)
            _named(contracts, identity, None, equation.left[0], None, file, at)
            _named(contracts, identity, None, equation.right[0], whose, file, at)
            ranges_said(identity, file, at)


def figures_of_tables(contracts: Contracts, file: Located, at: Sequence[str | int], text: str) -> None:
    """Check a figure, or a sum of figures, that a contract names outside of an equation.

    Raises:
        ContractError: naming file and line.
    """
    try:
        terms = parse_sum(text)
    except ValueError as error:
        raise file.error(at, str(error), _NOTATION) from error
    identity = Identity(id="a.figure", statement="", equation=f"{text} = {text}")
    for term in terms:
        problem = _term_problem(contracts, identity, None, term)
        if not problem and {term.row.kind, term.column.kind} != {"id"}:
            problem = "a term is dataset[row, column]"
        if problem:
            raise file.error(at, problem, "name a row and column of the contract")


def _named(
    contracts: Contracts,
    identity: Identity,
    table: Table | None,
    term: TermPattern,
    whose: Whose | None,
    file: Located,
    at: Sequence[str | int],
) -> None:
    problem = _term_problem(contracts, identity, table, term)
    if not problem and term.whose != whose:
        wanted = f"write {whose}.{term.dataset}[…]" if whose else "it speaks of this publication alone"
        problem = f"{term}: {wanted}"
    if problem:
        raise file.error([*at, "equation"], problem, "name a row and column of the contract")


def _term_problem(contracts: Contracts, identity: Identity, table: Table | None, term: TermPattern) -> str:
    if term.number is not None:
        return "a number is no figure of a table"
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
    parts = {column.part_of for column in table.columns.values()}
    of_row = _selector_problem(term.row, rows, wholes, "row", table, identity)
    return of_row or _selector_problem(term.column, table.columns, parts, "column", table, identity)


def _selector_problem(
    selector: Selector,
    known: Container[str],
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
