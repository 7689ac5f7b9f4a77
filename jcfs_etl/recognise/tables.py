"""Finishes a drafted table: amounts in 分 and the precision they are printed with."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from decimal import Decimal

from msgspec.structs import replace

from jcfs_etl.contracts.table import ALL_CLASSES, Table
from jcfs_etl.findings import Finding
from jcfs_etl.money import UnreadableFigureError, half_unit, printed_fen
from jcfs_etl.places import Key
from jcfs_etl.recognise.draft import DraftTable, Figure, unreadable_figure
from jcfs_etl.recognise.model import Fact, PublishedTable, TableRow

#: As many figures of a column may be finer than the others and still be in doubt, or this share of them.
_FEW, _SMALL_SHARE = 2, 0.1


def finish_table(
    draft: DraftTable,
    money_unit: str | None,
    unit_fen: int,
    decimals: int,
    declared_empty: bool,
    printed: Mapping[Decimal, int],
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
        printed: how often the document's tables print each figure.

    Returns:
        The table, and findings for figures that cannot be amounts or counts, and for totals that are
        not there: a table without its closing row may have lost a page.
    """
    facts, misprinted, findings = _amounts(draft, unit_fen, _finer(draft.figures, decimals, printed))
    table = _published(draft, facts, misprinted, declared_empty, money_unit, half_unit(decimals, unit_fen))
    if table.state == "filled":
        findings += _missing_totals(draft)
    return table, findings


def _published(
    draft: DraftTable,
    facts: Sequence[Fact],
    misprinted: Sequence[Fact],
    declared_empty: bool,
    money_unit: str | None,
    half: int,
) -> PublishedTable:
    used = {f.key.column for f in (*facts, *misprinted)}
    return PublishedTable(
        dataset=draft.source.dataset,
        title=draft.source.first.title,
        pages=tuple(dict.fromkeys(p.grid.page for p in draft.source.parts)),
        state="empty" if all(f.is_blank for f in (*facts, *misprinted)) else "filled",
        declared_empty=declared_empty,
        money_unit=money_unit,
        half=half,
        rows=tuple(_with_leaves(draft.rows, draft.contract)),
        facts=tuple(facts),
        columns=tuple(c for c in draft.contract.columns if c in used),
        line_numbers=tuple(draft.line_numbers),
        misprinted=tuple(misprinted),
        renamed=tuple(dict.fromkeys(draft.renamed)),
    )


def _amounts(
    draft: DraftTable, unit_fen: int, finer: Collection[Key]
) -> tuple[list[Fact], list[Fact], list[Finding]]:
    """Figures in 分, those that are printed wrong, and findings for those that are neither."""
    facts: list[Fact] = []
    misprinted: list[Fact] = []
    findings: list[Finding] = []
    for figure in draft.figures:
        try:
            fact = _fact(figure, unit_fen, in_doubt=figure.key in finer)
        except UnreadableFigureError as error:
            why = str(error)
            findings.append(unreadable_figure(draft.contract, figure.key, figure.cell, figure.page, why))
            continue
        is_misprint = figure.printed.kind == "misprint" or figure.key in finer
        (misprinted if is_misprint else facts).append(fact)
    return facts, misprinted, findings


def _missing_totals(draft: DraftTable) -> Iterator[Finding]:
    contract, seen = draft.contract, {row.row for row in draft.rows}
    totals = dict(contract.rows) if contract.is_coded else {}
    totals |= {k: r for side in contract.sides.values() for k, r in side.rows.items() if r.role == "total"}
    last = draft.source.parts[-1].grid
    for key, row in totals.items():
        if row.group == ALL_CLASSES:
            # A form has it in place of the totals of each group, which are missed for it.
            continue
        if key not in seen and (row.unless is None or row.unless not in seen):
            at = last.page, last.box
            yield draft.finding("missing_total", "error", *at, line=row.labels[0]).of(row=key)


def _finer(figures: Iterable[Figure], decimals: int, printed: Mapping[Decimal, int]) -> set[Key]:
    """Amounts with more decimals than their column prints: the last may be a footnote mark.

    Rounding would excuse a figure that is read with its mark, so no identity tells. One that stands in
    another cell, too, is what was meant; zeros change nothing; and where more than a few are finer, that is
    how the column is printed.
    """
    columns: dict[str, list[Figure]] = defaultdict(list)
    for figure in figures:
        if figure.printed.value is not None and not figure.is_count:
            columns[figure.key.column].append(figure)
    found: set[Key] = set()
    for column in columns.values():
        counts = Counter(f.printed.decimals for f in column if f.printed.value and f.printed.decimals)
        usual = counts.most_common(1)[0][0] if sum(counts.values()) > _FEW else decimals
        finer = [f for f in column if f.printed.decimals > usual and f.cell.source == "text"]
        if len(finer) <= max(_FEW, _SMALL_SHARE * len(column)):
            found |= {f.key for f in finer if _may_end_in_a_mark(f, usual, printed)}
    return found


def _may_end_in_a_mark(figure: Figure, usual: int, printed: Mapping[Decimal, int]) -> bool:
    value = figure.printed.value
    assert value is not None
    return printed.get(value, 0) < 2 and value != round(value, usual)


def _fact(figure: Figure, unit_fen: int, *, in_doubt: bool = False) -> Fact:
    value = None if in_doubt else figure.printed.value
    if figure.is_count and value is not None and (value != int(value) or figure.printed.is_in_yuan):
        raise UnreadableFigureError(f"{value} is no whole number")
    text = figure.cell.text
    if figure.printed.kind == "dash" and figure.cell.source == "ocr":
        # What a recogniser takes for the number one, in a figure's cell and alone, is a dash on the page.
        text = text.replace("一", "—")
    return Fact(
        key=figure.key,
        printed=text,
        amount=None if value is None or figure.is_count else printed_fen(figure.printed, unit_fen),
        count=int(value) if figure.is_count and value is not None else None,
        is_blank=figure.printed.kind == "blank",
        page=figure.page,
        box=figure.cell.box,
        source=figure.cell.source,
        confidence=figure.cell.confidence,
        named_by=figure.named_by,
        is_aligned=figure.cell.is_aligned,
    )


def _with_leaves(rows: Sequence[TableRow], contract: Table) -> Iterator[TableRow]:
    above = {code[:end] for code in {r.row for r in rows} for end in range(len(code))}
    for row in rows:
        if row.role == "leaf" and contract.is_coded:
            yield replace(row, is_leaf=row.row not in above)
        else:
            yield row
