"""Finishes a drafted table: amounts in 分 and the precision they are printed with."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from jcfs_etl.contracts.model import Table
from jcfs_etl.findings import Finding
from jcfs_etl.money import UnreadableFigureError, half_unit, to_fen
from jcfs_etl.recognise.drafting import DraftTable, Figure, unreadable_figure
from jcfs_etl.recognise.model import Fact, PublishedTable, TableRow


def finish_table(
    draft: DraftTable, money_unit: str | None, unit_fen: int, decimals: int, declared_empty: bool
) -> tuple[PublishedTable, list[Finding]]:
    """Amounts in 分, once the money unit and the decimals that the document prints are known.

    A table in which nothing is printed under any column is empty; it keeps its blank rows, which the
    audit reads as what they are, but they are not published.

    Args:
        draft: the table with its figures as printed.
        money_unit: as printed, such as 万元.
        unit_fen: 分 in one of it.
        decimals: decimals that the document prints.
        declared_empty: whether words beside the table say that it has no data.

    Returns:
        The table, and findings for figures that cannot be amounts or counts, and for totals that are
        not there: a table without its closing row may have lost a page.
    """
    facts: list[Fact] = []
    misprinted: list[Fact] = []
    findings: list[Finding] = []
    for figure in draft.figures:
        try:
            fact = _fact(figure, unit_fen)
        except UnreadableFigureError as error:
            findings.append(
                unreadable_figure(draft.contract, figure.key, figure.cell, figure.page, str(error))
            )
            continue
        (misprinted if figure.printed.kind == "misprint" else facts).append(fact)
    empty = all(f.is_blank for f in (*facts, *misprinted))
    if not empty:
        findings += _missing_totals(draft)
    table = PublishedTable(
        dataset=draft.source.dataset,
        title=draft.source.first.title,
        pages=tuple(dict.fromkeys(p.grid.page for p in draft.source.parts)),
        state="empty" if empty else "filled",
        declared_empty=declared_empty,
        money_unit=money_unit,
        half=half_unit(decimals, unit_fen),
        rows=tuple(_with_leaves(draft.rows, draft.contract)),
        facts=tuple(facts),
        columns=tuple(
            c for c in draft.contract.columns if any(f.key.column == c for f in (*facts, *misprinted))
        ),
        line_numbers=tuple(draft.line_numbers),
        misprinted=tuple(misprinted),
    )
    return table, findings


def _missing_totals(draft: DraftTable) -> Iterator[Finding]:
    contract, seen = draft.contract, {row.row for row in draft.rows}
    totals = dict(contract.rows) if contract.kind in ("functional", "economic") else {}
    totals |= {k: r for side in contract.sides.values() for k, r in side.rows.items() if r.role == "total"}
    last = draft.source.parts[-1].grid
    for key, row in totals.items():
        if key not in seen:
            yield Finding(
                "missing_total",
                "error",
                "extraction",
                f"{draft.source.first.title} has no line {row.labels[0]} ({key}); it ends on page "
                f"{last.page}, and a part of it may be missing",
                dataset=draft.source.dataset,
                row=key,
                page=last.page,
                box=last.box,
            )


def _fact(figure: Figure, unit_fen: int) -> Fact:
    value = figure.printed.value
    if figure.is_count and value is not None and value != int(value):
        raise UnreadableFigureError(f"{value} is no whole number")
    return Fact(
        key=figure.key,
        printed=figure.cell.text,
        amount=None if value is None or figure.is_count else to_fen(value, unit_fen),
        count=int(value) if figure.is_count and value is not None else None,
        is_blank=figure.printed.kind == "blank",
        page=figure.page,
        box=figure.cell.box,
        source=figure.cell.source,
        confidence=figure.cell.confidence,
    )


def _with_leaves(rows: Sequence[TableRow], contract: Table) -> Iterator[TableRow]:
    codes = [r.row for r in rows]
    for row in rows:
        if row.role == "leaf" and contract.kind in ("functional", "economic"):
            yield replace(row, is_leaf=not any(c != row.row and c.startswith(row.row) for c in codes))
        else:
            yield row
