"""Each code that keeps a document back does so where a figure is at stake, and not where none is."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import hostile
import pikepdf
import pytest
from at_hand import ROOT, SAMPLE
from given_codes import CODES, strings
from msgspec.structs import replace

from jcfs_etl import AuditedPublication
from jcfs_etl.audit import audit
from jcfs_etl.contracts.model import Contracts
from jcfs_etl.errors import UnreadableDocumentError
from jcfs_etl.read import read_pdf
from jcfs_etl.read.model import Grid, Page, PdfDocument
from jcfs_etl.recognise import recognise
from jcfs_etl.settings import Settings

#: A change to the sample as it was read.
Edit = Callable[[PdfDocument], PdfDocument]


# -- changes to the sample -----------------------------------------------------------------------


def on_page(number: int, change: Callable[[Page], Page]) -> Edit:
    def edit(document: PdfDocument) -> PdfDocument:
        pages = [change(page) if page.number == number else page for page in document.pages]
        return replace(document, pages=tuple(pages))

    return edit


def cell(page: int, row: int, column: int, text: str | None = None, **more: object) -> Edit:
    """Another text, or something else, in the cell at a place in the page's grid."""
    values = more if text is None else {"text": text, **more}

    def with_cell(grid: Grid) -> Grid:
        old = grid.by_position[row, column]
        cells = tuple(replace(c, **values) if c is old else c for c in grid.cells)
        return Grid(grid.page, grid.columns, grid.rows, cells)

    return on_page(page, lambda p: replace(p, grids=tuple(with_cell(g) for g in p.grids)))


def without_grid(page: int) -> Edit:
    return on_page(page, lambda p: replace(p, grids=(), lines=()))


def again(page: int, after: int, *edits: Edit) -> Edit:
    """A page once more, changed, in the place of a page that holds no table."""

    def edit(document: PdfDocument) -> PdfDocument:
        changed = together(*edits)(document)
        copy = next(p for p in changed.pages if p.number == page)
        grids = tuple(Grid(after, g.columns, g.rows, g.cells) for g in copy.grids)
        pages = [replace(copy, number=after, grids=grids) if p.number == after else p for p in document.pages]
        return replace(document, pages=tuple(pages))

    return edit


def lines(change: Callable[[str], str], *pages: int) -> Edit:
    """Other words in the lines of text, of some pages or of all."""

    def edit(document: PdfDocument) -> PdfDocument:
        found = [
            replace(p, lines=tuple(replace(line, text=change(line.text)) for line in p.lines))
            if not pages or p.number in pages
            else p
            for p in document.pages
        ]
        return replace(document, pages=tuple(found))

    return edit


def without(words: str, *pages: int) -> Edit:
    return lines(lambda text: text.replace(words, ""), *pages)


def together(*edits: Edit) -> Edit:
    def edit(document: PdfDocument) -> PdfDocument:
        for one in edits:
            document = one(document)
        return document

    return edit


def row(page: int, number: int, *texts: str, first: int = 0) -> Edit:
    return together(*(cell(page, number, first + at, text) for at, text in enumerate(texts)))


UNKNOWN = "不知何物"
UNIT = "晋城市人力资源和社会保障综合服务中心"
INCOME, EXPENDITURE, FUND, SUMMARY = 6, 7, 13, 8

NO_DIGITS = [cell(SUMMARY, r, c, "") for r in range(2, 29) for c in (1, 2, 4, 5, 6, 7, 8)]

#: By code: what keeps the sample back by it, and what lets it through.
TABLES: dict[str, tuple[Edit, Edit]] = {
    "unknown_row": (
        row(EXPENDITURE, 9, "", UNKNOWN),
        row(EXPENDITURE, 9, "", UNKNOWN, *["—"] * 6),
    ),
    "unknown_column": (
        # Two heads for one column name neither; which is meant no order tells.
        together(cell(EXPENDITURE, 0, 6, "基本支出"), cell(EXPENDITURE, 4, 6, "1.00")),
        together(cell(EXPENDITURE, 0, 6, UNKNOWN), cell(EXPENDITURE, 4, 6, "见附注")),
    ),
    "duplicate_row": (
        row(EXPENDITURE, 9, "20805", "行政事业单位养老支出", "27.74"),
        row(EXPENDITURE, 9, "20805", "行政事业单位养老支出"),
    ),
    "unreadable_figure": (cell(EXPENDITURE, 9, 2, "27.73元"), cell(EXPENDITURE, 9, 2, "见附注")),
    "uncertain_figure": (
        cell(EXPENDITURE, 9, 2, doubt="it may be cut"),
        cell(EXPENDITURE, 9, 2, confidence=0.98),
    ),
    "uncertain_name": (
        together(cell(INCOME, 0, 7, "附属单位上缴收人"), cell(INCOME, 4, 7, "1.00")),
        cell(INCOME, 0, 7, "附属单位上缴收人"),
    ),
    "missing_table": (without_grid(EXPENDITURE), without_grid(FUND)),
    "missing_total": (row(EXPENDITURE, 3, "", "", *[""] * 6), row(INCOME, 14, "", "", *[""] * 7)),
    "duplicate_table": (again(EXPENDITURE, 2, cell(EXPENDITURE, 9, 2, "27.74")), again(EXPENDITURE, 2)),
    "unknown_head": (
        together(*(cell(FUND, r, c, UNKNOWN) for r in (0, 1) for c in range(8)), cell(FUND, 3, 3, "1.00")),
        cell(FUND, 0, 2, UNKNOWN),
    ),
    "stray_grid": (
        together(again(SUMMARY, 14), lines(lambda _: "下表为其他情况。", 14)),
        together(again(SUMMARY, 14, *NO_DIGITS), lines(lambda _: "下表为其他情况。", 14)),
    ),
    "unjoined_grid": (
        together(again(16, 14), lines(lambda _: "", 14)),
        together(again(SUMMARY, 14, *NO_DIGITS), lines(lambda _: "", 14)),
    ),
    "token_left_over": (cell(4, 12, 1, "9.99"), cell(4, 12, 1, "10")),
    "mixed_money_units": (
        cell(EXPENDITURE, 0, 2, "本年支出合计（元）"),
        cell(EXPENDITURE, 0, 2, "本年支出合计（万元）"),
    ),
    "no_money_unit": (without("万元"), without("万元", EXPENDITURE)),
    "no_unit": (without(UNIT), without(UNIT, 1)),
    "no_year": (without("2023"), without("2023", 1)),
    "columns_of_another_year": (
        together(
            cell(EXPENDITURE, 0, 2, "2021年本年支出合计"), cell(EXPENDITURE, 0, 3, "2022年本年支出合计")
        ),
        cell(EXPENDITURE, 0, 2, "2023年本年支出合计"),
    ),
}

#: Codes whose both ways are tried where what they are about is made: by code, the tests of each way.
ELSEWHERE = {
    "annotation_over_figures": (
        "read/test_annotations.py::test_a_figure_written_over_a_table_keeps_the_document_back",
        "read/test_annotations.py::test_other_annotations_do_not",
    ),
    "another_cover": (
        "audit/test_belonging.py::test_a_cover_of_another_body_or_year_among_the_tables_keeps_the_document_back",
        "audit/test_belonging.py::test_a_cover_of_the_own_body_or_the_head_of_a_part_among_the_tables_does_not",
    ),
    "table_of_another_year": (
        "audit/test_belonging.py::test_a_table_of_another_year_or_unit_is_kept_back_where_nothing_ties_it",
        "audit/test_belonging.py::test_a_heading_of_last_year_over_figures_that_other_tables_have_is_a_slip",
    ),
    "table_of_another_unit": (
        "audit/test_belonging.py::test_a_table_of_another_year_or_unit_is_kept_back_where_nothing_ties_it",
        "audit/test_belonging.py::test_the_own_year_and_the_own_name_in_other_words_are_no_others",
    ),
    "untied_table": (
        "audit/test_belonging.py::test_a_table_of_a_budget_in_the_place_of_one_of_the_accounts_is_kept_back",
        "audit/test_belonging.py::test_a_table_of_a_budget_in_the_place_of_one_of_the_accounts_is_kept_back",
    ),
    "unruled_table": (
        "recognise/test_unruled.py::test_a_table_without_rules_is_kept_back_in_one_sentence",
        "recognise/test_unruled.py::test_a_list_of_titles_over_prose_with_figures_is_no_table",
    ),
    "token_used_twice": (
        "audit/test_account.py::test_a_figure_in_a_merged_cell_is_not_used_twice_in_silence",
        "audit/test_account.py::test_the_sample_has_nothing_left_over",
    ),
    "unseen_figures": (
        "recognise/test_marks.py::test_a_figure_that_no_reader_sees_keeps_the_document_back",
        "recognise/test_marks.py::test_a_figure_that_is_seen_is_no_finding",
    ),
    "corrected_figures": (
        "recognise/test_captions.py::test_a_table_that_is_corrected_keeps_the_document_back",
        "recognise/test_captions.py::test_corrections_of_errors_in_accounting_are_no_finding",
    ),
    **dict.fromkeys(
        ("draft_figures", "part_of_year", "budget_heading"),
        (
            "recognise/test_finality.py::"
            "test_a_cover_of_a_draft_a_part_of_the_year_or_a_budget_keeps_the_document_back",
            "recognise/test_finality.py::test_a_cover_of_the_whole_year_does_not",
        ),
    ),
    "lines_cut_off": (
        "recognise/test_cut_off.py::test_a_table_that_ends_with_a_code_that_should_be_broken_down_is_kept_back",
        "recognise/test_cut_off.py::test_a_table_that_ends_with_an_item_is_not",
    ),
    "money_unit_contradicted": (
        "audit/test_whole_unit.py::test_tables_in_another_unit_than_the_narrative_says_are_kept_back",
        "audit/test_whole_unit.py::test_a_slip_of_one_sentence_is_none_of_the_unit",
    ),
    "figure_beside_table": (
        "recognise/test_beside.py::test_an_amount_right_beside_a_table_keeps_the_document_back",
        "recognise/test_beside.py::test_notes_page_numbers_and_what_is_further_away_are_no_finding",
    ),
    "picture_beside_table": (
        "recognise/test_beside.py::test_a_picture_in_the_place_of_rows_keeps_the_document_back",
        "recognise/test_beside.py::test_a_seal_and_a_picture_further_away_are_no_finding",
    ),
    "picture_among_tables": (
        "recognise/test_beside.py::test_an_unread_picture_among_the_tables_keeps_the_document_back",
        "recognise/test_beside.py::test_a_seal_and_a_picture_further_away_are_no_finding",
    ),
    "drawing_in_blank_cell": (
        "recognise/test_marks.py::test_a_drawing_in_a_cell_without_text_keeps_the_document_back",
        "recognise/test_marks.py::test_a_seal_or_a_line_on_a_cell_without_text_is_no_finding",
    ),
    "picture_over_figures": (
        "recognise/test_marks.py::test_a_picture_that_hides_a_figure_keeps_the_document_back",
        "recognise/test_marks.py::test_a_seal_that_lets_figures_be_seen_is_no_finding",
    ),
    "misread_suspect": (
        "audit/test_suspicion.py::test_what_reads_otherwise_the_second_time_is_ours_and_quarantines",
        "audit/test_suspicion.py::test_what_the_page_really_prints_is_the_publishers_slip",
    ),
    "conflicting_publication": (
        "curate/test_publish.py::test_two_publications_of_one_unit_and_year_are_a_finding_not_an_overwrite",
        "curate/test_publish.py::test_two_publications_of_one_unit_and_year_are_a_finding_not_an_overwrite",
    ),
    "too_slow": (
        "read/test_hostile.py::test_a_document_that_takes_too_long_is_ended",
        "read/test_hostile.py::test_a_document_that_takes_too_long_is_ended",
    ),
    "processing_failed": (
        "read/test_hostile.py::test_a_worker_that_goes_wrong_costs_its_document_only",
        "read/test_hostile.py::test_a_worker_that_goes_wrong_costs_its_document_only",
    ),
    "schema_violation": (
        "audit/test_identities.py::test_what_is_not_of_the_promised_shape_keeps_the_document_back",
        "audit/test_identities.py::test_a_whole_table_passes_its_schema",
    ),
    "unreadable": (
        "cli/test_cli.py::test_a_missing_file_and_a_folder_get_one_line",
        "whole/test_sample.py::test_every_cell_is_exactly_what_the_page_prints",
    ),
}


def blocking(edit: Edit, sample: AuditedPublication, contracts: Contracts) -> set[str]:
    publication = recognise(edit(sample.pdf), contracts)
    findings = (*publication.findings, *audit(publication, contracts).findings)
    return {finding.code for finding in findings if finding.blocks}


@pytest.mark.parametrize("code", TABLES)
def test_a_figure_at_stake_keeps_the_document_back(
    code: str, sample: AuditedPublication, contracts: Contracts
) -> None:
    assert code in blocking(TABLES[code][0], sample, contracts)


def test_a_dash_that_ocr_takes_for_a_number_is_a_dash(
    sample: AuditedPublication, contracts: Contracts
) -> None:
    read = recognise(cell(EXPENDITURE, 9, 4, "一一", source="ocr")(sample.pdf), contracts)
    facts = {f.key[1:]: f for f in read.tables["expenditure"].facts}
    assert (facts["2080505", "project"].printed, facts["2080505", "project"].amount) == ("——", None)


def test_a_line_with_a_code_that_is_none_is_no_note(sample: AuditedPublication, contracts: Contracts) -> None:
    """Two codes that were printed over each other, in a line of dashes alone."""
    edit = row(EXPENDITURE, 9, "3300990067", UNKNOWN, *["——"] * 6)
    assert blocking(edit, sample, contracts) == {"unknown_row"}


@pytest.mark.parametrize("blanked", ["the first", "the second"])
def test_of_two_tables_the_one_that_holds_all_is_kept(
    blanked: str, sample: AuditedPublication, contracts: Contracts
) -> None:
    blank = [cell(EXPENDITURE, r, c, "") for r in range(3, 17) for c in range(2, 8)]
    edits = [again(EXPENDITURE, 2, *blank)] if blanked == "the second" else [again(EXPENDITURE, 2), *blank]
    publication = recognise(together(*edits)(sample.pdf), contracts)
    read, whole = (p.tables["expenditure"].facts for p in (publication, sample.publication))
    assert [(f.key, f.printed) for f in read] == [(f.key, f.printed) for f in whole]
    assert not [f for f in publication.findings if f.blocks]


@pytest.mark.parametrize("code", TABLES)
def test_without_a_figure_at_stake_the_document_is_let_through(
    code: str, sample: AuditedPublication, contracts: Contracts
) -> None:
    edited = TABLES[code][1](sample.pdf)
    assert edited is not sample.pdf
    assert blocking(lambda _: edited, sample, contracts) == set()


# -- whole files ---------------------------------------------------------------------------------


def saved(path: Path, **options: object) -> Path:
    with pikepdf.open(SAMPLE) as pdf:
        pdf.save(path, **options)  # type: ignore[arg-type]
    return path


def locked(path: Path, user: str, **allow: bool) -> Path:
    permissions = pikepdf.Permissions(**allow)
    return saved(path, encryption=pikepdf.Encryption(owner="o", user=user, allow=permissions))


def written(path: Path, data: bytes) -> Path:
    path.write_bytes(data)
    return path


def spoilt(path: Path, change: Callable[[Path], None]) -> Path:
    change(hostile.plain(path))
    return path


def without_pages(path: Path) -> Path:
    with pikepdf.new() as pdf:
        pdf.save(path)
    return path


WHOLE = SAMPLE.read_bytes()

#: By code: a file that cannot be read, and one like it that can.
FILES: dict[str, tuple[Callable[[Path], Path], Callable[[Path], Path]]] = {
    "missing": (lambda path: path, saved),
    "empty": (lambda path: written(path, b""), saved),
    "not_a_pdf": (
        lambda path: written(path, b"<html>404</html>"),
        lambda path: written(path.with_suffix(".aspx"), b"\n\n" + WHOLE),
    ),
    "damaged": (
        lambda path: spoilt(path, hostile.lost_content),
        lambda path: written(path, WHOLE.replace(b"/Title (", b"/Titel (")),
    ),
    "cut_off": (
        lambda path: written(path, WHOLE[:60_000]),
        lambda path: written(path, WHOLE + b"\r\n<!-- -->"),
    ),
    "encrypted": (lambda path: locked(path, "geheim"), lambda path: locked(path, "")),
    "not_extractable": (
        lambda path: locked(path, "", extract=False),
        lambda path: locked(path, "", modify_form=False, print_highres=False),
    ),
    "no_pages": (without_pages, saved),
}


@pytest.mark.parametrize("code", FILES)
def test_a_file_whose_figures_cannot_be_read_is_refused(code: str, tmp_path: Path) -> None:
    with pytest.raises(UnreadableDocumentError) as caught:
        read_pdf(FILES[code][0](tmp_path / "a.pdf"))
    assert caught.value.reason == code


@pytest.mark.parametrize("code", FILES)
def test_a_file_that_loses_no_figure_is_read(code: str, tmp_path: Path, sample: AuditedPublication) -> None:
    assert read_pdf(FILES[code][1](tmp_path / "a.pdf")).pages == sample.pdf.pages


@pytest.mark.parametrize(("pages", "refused"), [(23, True), (24, False)])
def test_a_file_is_too_large_only_beyond_its_limit(pages: int, refused: bool) -> None:
    settings = Settings(max_pages=pages)
    if not refused:
        assert len(read_pdf(SAMPLE, settings=settings).pages) == 24
        return
    with pytest.raises(UnreadableDocumentError) as caught:
        read_pdf(SAMPLE, settings=settings)
    assert caught.value.reason == "too_large"


# -- all of them ---------------------------------------------------------------------------------


def given_as_errors() -> Iterator[str]:
    """Codes that the program gives a finding of severity ``error``, but for those of whole files."""
    for path in (ROOT / "jcfs_etl").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and node.args:
                yield from (c for c in _as_errors(node.args[0], node.args[1:]) if c in CODES)


def _as_errors(code: ast.expr, others: Sequence[ast.expr]) -> Iterator[str]:
    """Codes of a call that come with ``error``; where both are chosen by one condition, branch by branch."""
    chosen = [arg for arg in others if "error" in strings(arg)]
    if not chosen:
        return
    if isinstance(code, ast.IfExp) and isinstance(chosen[0], ast.IfExp):
        for branch in ("body", "orelse"):
            if "error" in strings(getattr(chosen[0], branch)):
                yield from strings(getattr(code, branch))
    else:
        yield from strings(code)


def test_every_code_that_blocks_says_what_it_protects_and_is_tried_both_ways() -> None:
    protecting = {code for code, kind in CODES.items() if kind.protects}
    assert all(
        CODES[code].passes and CODES[code].protects_zh and CODES[code].passes_zh for code in protecting
    )
    assert set(given_as_errors()) <= protecting
    tried = TABLES.keys() | FILES.keys() | ELSEWHERE.keys() | {"too_large"}
    assert tried == protecting


def test_the_tests_that_are_named_are_there() -> None:
    for names in ELSEWHERE.values():
        for name in names:
            file, _, test = name.partition("::")
            defined = ast.walk(ast.parse((ROOT / "tests" / file).read_text(encoding="utf-8")))
            assert test in {node.name for node in defined if isinstance(node, ast.FunctionDef)}
