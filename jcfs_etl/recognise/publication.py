"""Recognises a whole publication: its tables, its unit and year, or why it is none."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from decimal import Decimal

from msgspec import Struct
from msgspec.structs import replace

from jcfs_etl.contracts.model import Contracts, Declined
from jcfs_etl.contracts.table import CODE
from jcfs_etl.errors import with_extra
from jcfs_etl.findings import Both, Finding, Severity, finding
from jcfs_etl.labels import squeezed
from jcfs_etl.read.model import PdfDocument
from jcfs_etl.recognise.account import account_for
from jcfs_etl.recognise.agreement import agreed
from jcfs_etl.recognise.by_form import named_by_form
from jcfs_etl.recognise.draft import DraftTable
from jcfs_etl.recognise.drafting import draft_table
from jcfs_etl.recognise.finality import correction_notes, covers_within, not_final_notes, of_several_units
from jcfs_etl.recognise.lost import beside_notes, cut_off_notes, skipped_pages
from jcfs_etl.recognise.missing import declared_empty, empty_note, empty_tables, missing_tables, surely_absent
from jcfs_etl.recognise.model import Publication, PublishedTable, UnknownTable
from jcfs_etl.recognise.pictures import (
    annotation_notes,
    drawing_notes,
    mark_notes,
    overprint_notes,
    picture_notes,
    unread_pictures,
    unread_texts,
    unseen_notes,
)
from jcfs_etl.recognise.stitching import OtherGrid, StitchedTable, stitch
from jcfs_etl.recognise.tables import finish_table
from jcfs_etl.recognise.telling import stated_by, told
from jcfs_etl.recognise.titles import (
    CaptionedGrid,
    Statement,
    captioned_grids,
    is_contents,
    money_unit,
    stated_units,
    statements,
)
from jcfs_etl.recognise.units import units_below, units_in
from jcfs_etl.recognise.unruled import UnruledTable, alignment_notes, unruled_tables
from jcfs_etl.wording import on_pages, worded

#: Decimals that nearly all publications print; taken where one prints no fraction at all.
_USUAL_DECIMALS = 2
#: So many different amounts without a fraction are no round sums: they are rounded to whole units.
_MANY_WHOLE = 12

_AMOUNT = re.compile(r"\d\.\d")


def _no_accounts(name: str, reason: str) -> Declined:
    return Declined(id=name, where="text", pattern="", reason=reason)


_SCAN = _no_accounts(
    "scan", f"a scan: its pages are pictures without a text layer; to have them read, {with_extra('ocr')}"
)
_UNMAPPED = _no_accounts(
    "unmapped",
    "a PDF whose characters have no meaning, as where a print was made a PDF again; to have its pages "
    f"read as pictures, {with_extra('ocr')} (those that lie sideways in it are not)",
)
_NO_TABLES = _no_accounts(
    "no_tables",
    "not recognisable as a unit's final accounts (部门决算): none of their tables was found in it",
)


def recognise(document: PdfDocument, contracts: Contracts) -> Publication:
    """Name the tables, rows and columns of a publication.

    Args:
        document: the PDF, read.
        contracts: what publications look like.

    Returns:
        The publication; when it is not a unit's final accounts, ``declined`` says what it is and
        there are no tables.
    """
    captioned = named_by_form(captioned_grids(document, contracts), contracts)
    stitched, others = stitch(captioned, contracts)
    drafts, findings = _drafts(stitched, contracts)
    unruled = unruled_tables(document, (c.dataset for c in captioned if c.dataset is not None), contracts)
    stated = statements(document, captioned, contracts)
    said, differing = _agreed(document, stated, contracts)
    findings += differing
    declined = of_several_units(stitched, contracts)
    declined = declined or _declined(document, drafts, stated, unruled, contracts)
    if declined is not None:
        return Publication(said.unit, said.year, said.scope, said.title, None, None, {}, (), declined, ())
    tables, decimals = _finish(drafts, said.money_unit, contracts, findings)
    findings += [f for d in drafts.values() for f in (*d.findings, *_other_years(d, said.year))]
    form = [n for table in tables.values() for n in table.pages]
    empty = {table.dataset: table for table in empty_tables(others, tables, said.money_unit, contracts)}
    tables |= empty
    units = {table.money_unit for table in tables.values()}
    money = said.money_unit or (units.pop() if len(units) == 1 else None)
    others = [other for other in others if (other.item.dataset or other.after) not in empty]
    findings += map(empty_note, empty.values())
    findings += [_unknown_table(other, contracts, form, tables) for other in others]
    findings += [*correction_notes(captioned, contracts), *not_final_notes(document, captioned, contracts)]
    findings += [*_notes_of_pages(document, captioned), *skipped_pages(document, contracts)]
    findings += cut_off_notes(tables.values(), contracts)
    account, left_over = account_for(document, drafts.values())
    findings += [
        *left_over,
        *drawing_notes(document, drafts.values()),
        *beside_notes(document, drafts.values()),
    ]
    absent = surely_absent(document, tables, others, unruled, contracts)
    missing, lacking = missing_tables(tables, said.year, unruled, absent, contracts)
    findings += lacking
    named = (("unit", said.unit), ("year", said.year))
    findings += [Finding(f"no_{what}", "error", "extraction") for what, value in named if value is None]
    unknown = tuple(UnknownTable(_described(o.item), o.item.grid.page, o.item.grid.box) for o in others)
    first = (said.unit, said.year, said.scope, said.title, money)
    exact = _exact_decimals(decimals, money, contracts)
    covers = tuple(covers_within(document, tables.values(), contracts))
    notes = worded(findings, contracts)
    return Publication(*first, exact, tables, missing, None, notes, unknown, account, covers)


def _exact_decimals(decimals: int, money_unit: str | None, contracts: Contracts) -> int | None:
    """Decimals of the amounts in 元 that are exact; None without a money unit."""
    fen = contracts.publication.money_units.get(money_unit or "")
    return decimals - (len(str(fen)) - 3) if fen else None


def _notes_of_pages(document: PdfDocument, captioned: Sequence[CaptionedGrid]) -> Iterator[Finding]:
    """What is to be said of how pages were read, whatever stands on them."""
    yield from alignment_notes(captioned)
    for notes_of in (picture_notes, unseen_notes, annotation_notes, mark_notes, overprint_notes):
        yield from notes_of(document)


class _Said(Struct, frozen=True):
    """What the places of a publication agree on, and its title as printed."""

    unit: str | None
    year: int | None
    scope: str | None
    money_unit: str | None
    title: str | None


def _agreed(
    document: PdfDocument, stated: Sequence[Statement], contracts: Contracts
) -> tuple[_Said, list[Finding]]:
    """What is said of unit, year, scope and unit of money, and where the places differ."""
    text = told(document, contracts)
    findings: list[Finding] = []
    values: dict[str, str | None] = {}
    for kind in ("unit", "year", "scope", "money_unit"):
        values[kind], differing = agreed(kind, stated, text, contracts)
        findings += differing
    title = next((s.value for s in stated if s.kind == "title"), None)
    year = int(values["year"]) if values["year"] else None
    return _Said(values["unit"], year, values["scope"], values["money_unit"], title), findings


def _drafts(
    stitched: Sequence[StitchedTable], contracts: Contracts
) -> tuple[dict[str, DraftTable], list[Finding]]:
    """The tables named, one of each kind; of two that are one kind's, a finding says which is taken."""
    drafts: dict[str, DraftTable] = {}
    findings = []
    for source in stitched:
        draft = draft_table(source, contracts)
        first = drafts.setdefault(source.dataset, draft)
        if first is not draft:
            drafts[source.dataset], note = _of_two(first, draft)
            findings.append(note)
    return drafts, findings


def _finish(
    drafts: dict[str, DraftTable], agreed_unit: str | None, contracts: Contracts, findings: list[Finding]
) -> tuple[dict[str, PublishedTable], int]:
    decimals = _decimals(drafts.values())
    figures = (f.printed.value for d in drafts.values() for f in d.figures)
    printed = Counter(value for value in figures if value is not None)
    tables = {}
    for dataset, draft in drafts.items():
        parts = draft.source.parts
        in_head = draft.source.head.money_units
        stated = next((u for p in parts if (u := money_unit(p, contracts))), None)
        name = stated or (next(iter(in_head)) if len(in_head) == 1 else None) or agreed_unit
        also = in_head | units_in((c for row in draft.source.rows for c in row.cells), contracts)
        # A note that forgets the form's own unit is outweighed by what stands above the figures.
        also |= frozenset() if stated or in_head else units_below(parts, contracts)
        also = also.union(*(stated_units(part, contracts) for part in parts))
        if also - {name}:
            findings.append(_mixed_units(draft, also | ({name} if name else set())))
        fen = contracts.publication.money_units.get(name or "")
        if fen is None:
            findings.append(draft.finding("no_money_unit", "error", parts[0].grid.page, said=name or ""))
            continue
        declared = declared_empty(parts, contracts)
        table, unreadable = finish_table(draft, name, fen, decimals, declared, printed)
        tables[dataset] = replace(table, stated=stated_by(parts, contracts))
        findings += unreadable
    return tables, decimals


def _other_years(draft: DraftTable, year: int | None) -> Iterator[Finding]:
    """Columns or rows of several years stand there, and those of the document's own year do not."""
    for found in sorted((draft.source.head.years | draft.years) - {year}):
        own = Both(f"{year}", f"{year}年度") if year else Both("no known year", "未知年度")
        yield draft.finding("columns_of_another_year", "error", found=str(found), year=own)


def _mixed_units(draft: DraftTable, units: Iterable[str]) -> Finding:
    both = Both(" and ".join(sorted(units)), "、".join(sorted(units)))
    return draft.finding("mixed_money_units", "error", units=both)


def _decimals(drafts: Iterable[DraftTable]) -> int:
    """Decimals that the document prints: the commonest number among figures with a fraction.

    Where none of many different amounts has a fraction, they are rounded to whole units; few may be round.
    """
    counts: Counter[int] = Counter()
    whole: set[Decimal] = set()
    for draft in drafts:
        counts += draft.decimals
        whole |= {f.printed.value for f in draft.figures if f.printed.value and not f.is_count}
    if counts:
        return counts.most_common(1)[0][0]
    return 0 if len(whole) >= _MANY_WHOLE else _USUAL_DECIMALS


def _of_two(first: DraftTable, second: DraftTable) -> tuple[DraftTable, Finding]:
    """Of two tables of one dataset the one that is kept, and what to say of the other.

    Nothing is lost where all that one prints stands in the other, too: a table that is printed twice, or
    a form that has one for the balances and one for the year's spending (国有资本经营, Sichuan). A table
    whose title says that it is of other money (基本支出 of all budgets together, Jiangsu) gives way.
    """
    kept, other = first, second
    if not _holds(first, second) and _holds(second, first):
        kept, other = second, first
    code = "repeated_table" if _holds(kept, other) else "duplicate_table"
    ways = ((first, second), (second, first))
    right = [(a, b) for a, b in ways if a.contract.gives_way(b.source.first.title, a.source.first.title)]
    if code == "duplicate_table" and right:
        code, (kept, other) = "table_of_other_money", right[0]
    severity: Severity = "error" if code == "duplicate_table" else "info"
    return kept, other.finding(code, severity, first=kept.source.first.grid.page)


def _holds(one: DraftTable, other: DraftTable) -> bool:
    """Whether all figures of another table stand in this one, under the same names."""
    figures = {f.key: f.printed for f in one.figures}
    if any(f.blocks for f in other.findings):
        return False
    own = (f for f in other.figures if f.printed.value is not None or f.printed.kind == "misprint")
    return all(figures.get(f.key) == f.printed for f in own)


def _is_another(item: CaptionedGrid, read: PublishedTable, is_within: bool, contracts: Contracts) -> bool:
    """Whether a grid whose head is not known is no part of the table of its dataset that was read.

    All its codes are of another classification; or it has none, and stands before or after the form under a
    title of its own, as 三公 beside the year before in the narrative or an annex.
    """
    cells = (squeezed(c.text) for c in item.grid.cells if c.column == 0)
    if codes := {text for text in cells if CODE.fullmatch(text)}:
        return codes.isdisjoint(contracts.codes_of(contracts.tables[read.dataset]))
    return not (is_within or item.title in read.title or read.title in item.title)


def _unknown_table(
    other: OtherGrid, contracts: Contracts, form: Sequence[int], tables: Mapping[str, PublishedTable]
) -> Finding:
    item, page = other.item, other.item.grid.page
    title, texts = item.title or other.goes_on, [cell.text for cell in item.grid.cells]
    is_within = bool(form) and min(form) <= page <= max(form)
    read = tables.get(item.dataset or "")
    if read is not None and _is_another(item, read, is_within, contracts):
        code = "unknown_table"
    elif item.dataset is not None:
        code = "unknown_head"
    elif other.after is not None and any(ch.isdigit() for text in texts for ch in text):
        code = "unjoined_grid"
    elif not title and (is_within or other.page_of) and any(map(_AMOUNT.search, texts)):
        code = "stray_grid"
    else:
        code = "unknown_table"
    return finding(
        code,
        "info" if code == "unknown_table" else "error",
        page,
        item.grid.box,
        title=Both(title or "a table without a title", f"《{title}》" if title else "无标题表格"),
        rows=item.grid.row_count,
        columns=item.grid.column_count,
        after=contracts.tables[other.after].title if other.after is not None else "",
    ).of(item.dataset or other.after)


def _described(item: CaptionedGrid) -> str:
    grid = item.grid
    title = item.title or "a table without a title"
    return f"page {grid.page}: {title}, {grid.row_count} rows × {grid.column_count} columns"


def _declined(
    document: PdfDocument,
    drafts: dict[str, DraftTable],
    stated: Sequence[Statement],
    unruled: Sequence[UnruledTable],
    contracts: Contracts,
) -> Declined | None:
    pictures, texts = len(unread_pictures(document)), len(unread_texts(document))
    if not drafts and (pictures + texts) * 2 >= len(document.pages):
        return _SCAN if pictures > texts else _UNMAPPED
    said = {
        "cover": _title_text(document, contracts, cover_only=True),
        "title": _title_text(document, contracts),
        "text": "\n".join(squeezed(line.text) for page in document.pages for line in page.lines),
    }
    figures = any(f.printed.kind == "figure" for d in drafts.values() for f in d.figures)
    for declined in contracts.publication.declined:
        if drafts and not (declined.unless_figures and not figures):
            continue
        if re.search(declined.pattern, said[declined.where]):
            return declined
    # Titled as final accounts but without a known table, it is one of a form that no contract knows; one
    # whose tables cannot be read is kept back as what it is, with its unit and year.
    titled = any(s.kind == "title" for s in stated)
    if drafts or titled or unruled:
        return None
    by_ocr = [page.number for page in document.pages if page.source == "ocr"]
    return _illegible(by_ocr) if len(by_ocr) * 2 >= len(document.pages) else _NO_TABLES


def _illegible(pages: Sequence[int]) -> Declined:
    return _no_accounts(
        "illegible",
        f"a scan, {on_pages(pages).en}; no table of a unit's final accounts (部门决算) was made out in it. "
        "If it holds some, scan it anew, flat and in grey or colour at 300 dots to the inch, or get the file "
        "that was printed",
    )


def _title_text(document: PdfDocument, contracts: Contracts, *, cover_only: bool = False) -> str:
    """The cover, and the first lines of the other pages but for contents."""
    parts = []
    for page in document.pages[:1] if cover_only else document.pages:
        if not is_contents(page, contracts):
            lines = page.lines[: 12 if page.number == 1 else 3]
            parts.append("".join(squeezed(line.text) for line in lines))
    return "\n".join(parts)
