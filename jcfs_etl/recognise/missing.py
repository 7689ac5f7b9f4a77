"""Required tables that a publication does not hold, and what that means for its figures."""

from __future__ import annotations

from collections.abc import Container, Mapping, Sequence

from jcfs_etl.contracts.model import Contracts, RequiredTable
from jcfs_etl.findings import Finding, finding
from jcfs_etl.places import Key
from jcfs_etl.recognise.model import PublishedTable
from jcfs_etl.recognise.unruled import UnruledTable, unruled_finding

#: So many figures of other tables must say that a table which is not there would be empty.
_WITNESSES = 2


def missing_tables(
    tables: Mapping[str, PublishedTable],
    year: int | None,
    unruled: Sequence[UnruledTable],
    absent: Container[str],
    contracts: Contracts,
) -> tuple[tuple[str, ...], list[Finding]]:
    """The required tables that are not there, with a finding for each.

    Args:
        tables: what was read, by dataset.
        year: the fiscal year; tables that came later are not asked for.
        unruled: tables whose title stands over amounts that no grid holds; one finding tells them all.
        absent: tables that the document surely does not hold.
        contracts: which tables are required, and what other tables tell of them.

    Returns:
        Their datasets and the findings. A table that others show to be empty is a note, as no figure of it
        can be lost, and one that the document surely does not hold a warning; every other one keeps the
        document back.
    """
    findings = [unruled_finding("unruled_table", "error", unruled)] if unruled else []
    told = {table.dataset for table in unruled}
    missing = []
    for required in contracts.publication.required_tables:
        if required.dataset in tables or (year is not None and year < required.from_year):
            continue
        missing.append(required.dataset)
        if required.dataset not in told:
            findings.append(_finding(required, tables, required.dataset in absent, contracts))
    return tuple(missing), findings


def _finding(
    required: RequiredTable, tables: Mapping[str, PublishedTable], is_absent: bool, contracts: Contracts
) -> Finding:
    title, dataset = contracts.tables[required.dataset].title, required.dataset
    if _is_known_to_be_empty(required, tables):
        return finding("omitted_table", "info", table=title).of(dataset)
    if is_absent:
        return finding("unpublished_table", "warning", table=title).of(dataset)
    return finding("missing_table", "error", table=title).of(dataset)


def _is_known_to_be_empty(required: RequiredTable, tables: Mapping[str, PublishedTable]) -> bool:
    """Whether every figure that other tables print of this one is zero or blank, and enough of them do."""
    facts = {fact.key: fact for table in tables.values() for fact in table.cells}
    named = (Key(t.dataset or "", t.row.name, t.column.name) for t in required.nothing_in)
    witnesses = [facts[key] for key in named if key in facts]
    return len(witnesses) >= _WITNESSES and all(
        fact.confidence == 1 and not any(ch in "123456789" for ch in fact.printed) for fact in witnesses
    )
