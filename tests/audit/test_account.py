"""The token account: every numeric token on the pages of published tables ends in exactly one place."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest
from drawing import canvas, draw_grid
from msgspec.structs import replace

from jcfs_etl import AuditedPublication, read_publication
from jcfs_etl.contracts import Contracts
from jcfs_etl.read.model import Cell, Grid, Page, PdfDocument
from jcfs_etl.recognise import Publication, recognise

HEAD = [
    ["项目", "", "本年支出", "", ""],
    ["科目代码", "科目名称", "小计", "基本支出", "项目支出"],
    ["栏次", "", "1", "2", "3"],
]
BODY = [
    ["合计", "", "30.00", "20.00", "10.00"],
    ["208", "社会保障和就业支出", "30.00", "20.00", "10.00"],
    ["20805", "行政事业单位养老支出", "30.00", "20.00", "10.00"],
]


def drawn(folder: Path, rows: Sequence[Sequence[str]]) -> AuditedPublication:
    """A page with 一般公共预算财政拨款支出决算表."""
    drawing = canvas(folder / "a.pdf")
    drawing.drawString(60, 780, "甲市财政局2024年度部门决算")
    drawing.drawString(60, 740, "一般公共预算财政拨款支出决算表")
    drawing.drawString(60, 720, "公开05表  单位：万元")
    draw_grid(drawing, rows, widths=[60, 150, 80, 80, 80])
    drawing.drawString(60, 400, "注：2024年有3个单位。")
    drawing.drawString(300, 30, "- 7 -")
    drawing.save()
    return read_publication(folder / "a.pdf")


def test_every_token_of_a_page_ends_somewhere(tmp_path: Path) -> None:
    account = drawn(tmp_path, HEAD + BODY).publication.account
    assert account.figures == 9
    assert account.codes == 2
    assert account.numbers == 3, "the column numbers of 栏次"
    # 2024 on the cover and in the note, 05 of the label, 3 units, page 7
    assert account.outside == 5
    assert (account.left_over, account.other_tables, account.set_aside) == (0, 0, 0)


def test_the_sample_has_nothing_left_over(sample: AuditedPublication) -> None:
    account = sample.publication.account
    filled = sum(f.value is not None for f in sample.publication.facts)
    assert (account.figures, account.left_over) == (filled, 0)
    assert account.codes == 109 + 3 * 13, "the economic codes, and 13 functional codes in three tables"
    assert account.total > 500


def test_a_figure_in_an_unknown_row_is_left_over_and_blocks_publication(tmp_path: Path) -> None:
    document = drawn(tmp_path, [*HEAD, *BODY, ["", "另有一行", "1.00", "", ""]])
    assert document.publication.account.left_over == 1
    [finding] = [f for f in document.all_findings if f.code == "unknown_row"]
    assert "另有一行" in finding.message and "1.00" in finding.message
    assert finding.blocks and document.status == "quarantined"
    assert "token_left_over" not in {f.code for f in document.all_findings}, "it is said once"


@pytest.mark.parametrize(("at", "code"), [(0, "uncertain_name"), (1, "unknown_row")])
def test_a_label_is_never_forced_onto_the_nearest_one(tmp_path: Path, at: int, code: str) -> None:
    """Where 合计 stands on the form it may be 合计, and one class alone does not make that certain."""
    body = list(BODY[1:])
    body.insert(at, ["各科目数", "", "30.00", "20.00", "10.00"])
    document = drawn(tmp_path, [*HEAD, *body])
    assert code in {f.code for f in document.all_findings if f.blocks}


def test_a_figure_under_an_unknown_column_is_left_over(tmp_path: Path) -> None:
    rows = [*HEAD, *BODY]
    rows[1] = ["科目代码", "科目名称", "小计", "基本支出", "其中：基本建设"]
    document = drawn(tmp_path, rows)
    assert document.publication.account.left_over == 3
    messages = [f.message for f in document.all_findings if f.code == "unknown_column"]
    assert len(messages) == 3 and all("基本建设" in m for m in messages)


def test_a_token_that_was_taken_for_nothing_is_a_finding_with_its_place(
    sample: AuditedPublication, contracts: Contracts
) -> None:
    """A stray figure beside 公开01表's blank income rows, as a shifted table would leave it."""
    document = with_text(sample.pdf, page=4, row=12, column=0, text="9.99")
    publication = recognise(document, contracts)
    assert publication.account.left_over == 1
    [finding] = [f for f in publication.findings if f.severity == "error"]
    assert finding.page == 4 and finding.box is not None and "9.99" in finding.message
    assert finding.blocks


def test_a_figure_in_a_merged_cell_is_not_used_twice_in_silence(
    sample: AuditedPublication, contracts: Contracts
) -> None:
    publication = recognise(merged_down(sample.pdf, page=10, row=4, column=2), contracts)
    [finding] = [f for f in publication.findings if f.code == "token_used_twice"]
    assert finding.dataset == "general_budget_expenditure" and finding.blocks


def test_unknown_tables_are_listed_with_title_page_and_size(sample: AuditedPublication) -> None:
    listed = [table.description for table in recognise(sample.pdf, sample.contracts).unknown]
    assert sample.record.tables_unknown == (), "they are self-evaluation forms"
    assert listed[0] == (
        "page 21: 劳动能力鉴定和干部人事档案管理工作经费项目支出绩效自评表, 25 rows × 10 columns"
    )
    assert len(listed) == 4


@pytest.mark.parametrize("text", ["12 34", "12.34 56.78", "约5.00", "5.00元"])
def test_what_is_no_figure_is_reported_and_never_guessed(tmp_path: Path, text: str) -> None:
    rows = [*HEAD, *BODY]
    rows[4] = ["208", "社会保障和就业支出", text, "20.00", "10.00"]
    document = drawn(tmp_path, rows)
    [finding] = [f for f in document.all_findings if f.code == "unreadable_figure"]
    assert (finding.row, finding.column, finding.page) == ("208", "total", 1)
    assert document.publication.account.left_over > 0
    assert not [c for c in document.result.checks if c.verdict == "violated"]


def with_text(document: PdfDocument, *, page: int, row: int, column: int, text: str) -> PdfDocument:
    def change(cell: Cell) -> Cell:
        return replace(cell, text=text) if (cell.row, cell.column) == (row, column) else cell

    return changed(document, page, lambda grid: replace(grid, cells=tuple(change(c) for c in grid.cells)))


def merged_down(document: PdfDocument, *, page: int, row: int, column: int) -> PdfDocument:
    def merge(grid: Grid) -> Grid:
        cells = [c for c in grid.cells if (c.row, c.column) != (row + 1, column)]
        return replace(
            grid,
            cells=tuple(replace(c, row_span=2) if (c.row, c.column) == (row, column) else c for c in cells),
        )

    return changed(document, page, merge)


def changed(document: PdfDocument, page: int, change: object) -> PdfDocument:
    def on(p: Page) -> Page:
        return replace(p, grids=tuple(change(g) for g in p.grids)) if p.number == page else p  # type: ignore[operator]

    return replace(document, pages=tuple(on(p) for p in document.pages))


def test_the_account_is_part_of_the_record(sample: AuditedPublication) -> None:
    assert isinstance(sample.publication, Publication)
    assert sample.record.tokens == sample.publication.account
