"""The self-evaluation forms (项目支出绩效自评表) of a publication as plain values."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise

from msgspec import Struct
from msgspec.structs import replace

from jcfs_etl.contracts.model import Contracts
from jcfs_etl.findings import Finding, finding
from jcfs_etl.interpret.performance_breaks import joined_over_breaks, without_repeated_heads
from jcfs_etl.interpret.performance_form import FormReader
from jcfs_etl.interpret.performance_heads import FormRow, rows_of
from jcfs_etl.interpret.performance_layout import form_title, forms_grids, has_total, is_project_row
from jcfs_etl.interpret.performance_model import Performance, PerformanceForm
from jcfs_etl.interpret.performance_words import Words, words_of
from jcfs_etl.labels import squeezed
from jcfs_etl.read.model import PdfDocument
from jcfs_etl.recognise.model import Publication
from jcfs_etl.recognise.titles import CaptionedGrid, captioned_grids
from jcfs_etl.wording import on_pages

#: Forms whose pages alternate.
_BOTH = 2
#: So many heads of different columns tell that a page has a form; words of prose are none.
_TELLING = 3


class _Printed(Struct, frozen=True):
    """A form as it stands: its rows, the lines above it and its title."""

    rows: Sequence[FormRow]
    captions: Sequence[str]
    title: str

    @property
    def texts(self) -> tuple[str, ...]:
        """All that stands in it."""
        return tuple(squeezed(cell.text) for row in self.rows for cell in row.starting)


def read_performance(document: PdfDocument, publication: Publication, contracts: Contracts) -> Performance:
    """Read the self-evaluation forms of a publication.

    A form is known by its title and its heads, its parts by their labels. What stands in a form and
    cannot be told to belong to any part is a finding; none of these findings keeps the tables of the
    publication from being published.

    Args:
        document: the PDF, read.
        publication: the publication recognised in it; a declined one has no forms.
        contracts: the contracts that named it.
    """
    if publication.declined is not None:
        return Performance()
    words = words_of(contracts)
    forms, findings = list[PerformanceForm](), list[Finding]()
    grouped = forms_grids(captioned_grids(document, contracts), words)
    taken = [(item.grid.page, item.grid.box) for items in grouped for item in items]
    printed = [form for items in _unmixed(grouped, words, findings) for form in _ruled(items, words)]
    for each in _once(printed, findings):
        said = each.rows, each.captions, each.title
        form, found = FormReader(len(forms) + 1, *said, words, contracts.publication).read()
        findings += found
        # A list of projects under a form's title is none; that it is not understood is said.
        if form.project or form.funds or form.indicators:
            forms.append(form)
    findings += _unruled(document, words)
    return Performance(tuple(forms), tuple(findings), tuple(taken))


def _unmixed(
    grouped: Sequence[Sequence[CaptionedGrid]], words: Words, findings: list[Finding]
) -> Iterator[Sequence[CaptionedGrid]]:
    """The grids of each form; those of its first page alone where its pages alternate with the form before.

    They do where 总分 stands on several of its pages, and on none of the form before it.
    """
    for before, items in pairwise(((), *grouped)):
        first = items[0].grid.page
        if not before or items[-1].grid.page == first or not _alternate(before, items, words):
            yield items
            continue
        yield [item for item in items if item.grid.page == first]
        rest = tuple(dict.fromkeys(item.grid.page for item in items if item.grid.page != first))
        mixed = finding("performance_pages_mixed", "warning", rest[0], first=first, pages=on_pages(rest))
        findings.append(replace(mixed, origin="extraction"))


def _alternate(before: Sequence[CaptionedGrid], items: Sequence[CaptionedGrid], words: Words) -> bool:
    """Whether the pages of one form hold what goes on of the form before it as well."""
    if has_total(before, words) or sum(has_total([item], words) for item in items) < _BOTH:
        return False
    return sum(is_project_row(row, words) for row in rows_of([item.grid for item in items])) <= 1


def _once(printed: Iterable[_Printed], findings: list[Finding]) -> Iterator[_Printed]:
    """Forms by page, each the first time that it is printed; of another time there is a finding.

    A form under a title of its own, which may name the project, is another one.
    """
    known: dict[tuple[str, ...], _Printed] = {}
    for each in sorted(printed, key=lambda form: form.rows[0].page):
        first = known.setdefault(each.texts, each)
        if first is each or (each.title and squeezed(each.title) != squeezed(first.title)):
            yield each
        else:
            again = each.rows[0].page
            findings.append(finding("performance_repeated", "info", again, first=first.rows[0].page))


def _ruled(items: Sequence[CaptionedGrid], words: Words) -> Iterator[_Printed]:
    """The forms in grids that belong together."""
    whole = joined_over_breaks(without_repeated_heads([item.grid for item in items], words), words)
    for place, rows in enumerate(_apart(list(rows_of(whole)), words)):
        title = (form_title(items[0], words) or "") if place == 0 else ""
        yield _Printed(rows, _captions(items[0].above, title) if place == 0 else (), title)


def _unruled(document: PdfDocument, words: Words) -> Iterator[Finding]:
    """A finding for each page with the heads of indicators outside any grid: a form without rules."""
    block = words.contract.indicators
    for page in document.pages:
        heads = [(words.column(word, block), line) for line in page.lines for word in line.text.split()]
        heads = [(name, line) for name, line in heads if name]
        if len({name for name, _ in heads}) >= _TELLING:
            found = finding("performance_unruled", "warning", page.number, heads[0][1].box)
            yield replace(found, origin="extraction")


def _apart(rows: Sequence[FormRow], words: Words) -> Iterator[list[FormRow]]:
    """The rows of each form where several stand in one grid: another 项目名称 begins another form."""
    form: list[FormRow] = []
    has_project = False
    for row in rows:
        if is_project_row(row, words):
            if has_project:
                # Titles inside the grid stand above the row that names the project.
                start = len(form)
                while start and _is_caption(form[start - 1]):
                    start -= 1
                yield form[:start]
                form = form[start:]
            has_project = True
        form.append(row)
    yield form


def _captions(above: Sequence[str], title: str) -> Sequence[str]:
    """The lines above a form that are its own: from its title on; those before belong to something else."""
    starts = [i for i, line in enumerate(above) if title and title.startswith(line)]
    return above[starts[-1] :] if starts else above[-2:]


def _is_caption(row: FormRow) -> bool:
    """Whether one cell takes the whole row."""
    return len(row.cells) == 1
