"""Tables whose title, unit and money stand in ruled rows above the head; titles that two tables have."""

from __future__ import annotations

from pathlib import Path

import pytest
from drawing import canvas, draw_grid
from factory.performance import draw_lattice
from one_table import Rows, errors, one_table
from small_accounts import INCOME, SUMMARY

from jcfs_etl import AuditedPublication, read_publication
from jcfs_etl.contracts import load_contracts
from jcfs_etl.read.document import read_pdf
from jcfs_etl.recognise.captions import with_captions_outside, with_headings_left_out

WIDTHS = [160.0, 70.0, 160.0, 70.0]
CAPTION = ["编制单位：甲市财政局", "财决公开01表  金额单位：万元"]


def captioned(
    folder: Path, title: str, beside: list[str], rows: Rows, *, pages: int = 1
) -> AuditedPublication:
    """A table that begins with rows of its title and of what goes with it, on each of its pages."""
    drawing = canvas(folder / "a.pdf")
    drawing.drawString(60, 780, "甲市财政局2024年度部门决算")
    head, body = rows[:2], rows[2:]
    share = -(-len(body) // pages)
    for page in range(pages):
        if page:
            drawing.showPage()
        draw_grid(drawing, [[title]], widths=[sum(WIDTHS)])
        draw_grid(drawing, [beside], top=680, widths=[230, 230])
        part = [*head, *body[page * share : (page + 1) * share]]
        draw_grid(drawing, part, top=660, widths=WIDTHS)
    drawing.save()
    return read_publication(folder / "a.pdf")


@pytest.mark.parametrize("pages", [1, 2])
def test_a_title_in_a_ruled_row_of_its_table_is_its_title(tmp_path: Path, pages: int) -> None:
    document = captioned(tmp_path, "收入支出决算总表", CAPTION, SUMMARY, pages=pages)
    assert errors(document) == set()
    table = document.publication.tables["income_expenditure_summary"]
    assert table.money_unit == "万元"
    assert {f.key.row: f.amount for f in table.facts}["income_grand_total"] == 465_000_000
    assert document.publication.unit == "甲市财政局"


@pytest.mark.parametrize(
    "money",
    [
        "金额单位：人民币万元",
        "金额单位：万元（保留两位小数）",
        "单位（万元）",
        "计量单位：万元",
        "金额：万元",
    ],
)
def test_the_unit_of_money_in_a_ruled_row_may_be_in_other_words(tmp_path: Path, money: str) -> None:
    beside = ["编制单位：甲市财政局", money]
    document = captioned(tmp_path, "收入支出决算总表", beside, SUMMARY)
    assert errors(document) == set()
    assert document.publication.money_unit == "万元"


def test_a_caption_of_several_lines_in_one_ruled_cell_is_lines(tmp_path: Path) -> None:
    drawing = canvas(tmp_path / "a.pdf")
    drawing.drawString(60, 780, "甲市财政局2024年度部门决算")
    draw_grid(drawing, [[""]], widths=[sum(WIDTHS)], height=60)
    drawing.drawString(230, 686, "收入支出决算总表")
    drawing.drawString(440, 666, "财决公开01表")
    drawing.drawString(62, 646, "单位名称：甲市财政局")
    drawing.drawString(440, 646, "单位：万元")
    draw_grid(drawing, SUMMARY, top=640, widths=WIDTHS)
    drawing.save()
    document = read_publication(tmp_path / "a.pdf")
    assert errors(document) == set()
    assert document.publication.tables["income_expenditure_summary"].money_unit == "万元"


def test_unit_and_money_in_a_ruled_row_below_a_title_are_a_caption(tmp_path: Path) -> None:
    drawing = canvas(tmp_path / "a.pdf")
    drawing.drawString(60, 780, "甲市财政局2024年度部门决算")
    drawing.drawString(230, 710, "收入支出决算总表")
    draw_grid(drawing, [["编制单位：甲市财政局", "附表1 金额单位：万元"]], widths=[230, 230])
    draw_grid(drawing, SUMMARY, top=680, widths=WIDTHS)
    drawing.save()
    document = read_publication(tmp_path / "a.pdf")
    assert errors(document) == set()
    assert document.publication.tables["income_expenditure_summary"].money_unit == "万元"


@pytest.mark.parametrize("number", ["", "公开10表"])
def test_a_table_that_no_contract_knows_has_its_title_from_a_ruled_row_too(
    tmp_path: Path, number: str
) -> None:
    """Without it, it could be a part of the table before that has other columns."""
    drawing = canvas(tmp_path / "a.pdf")
    drawing.drawString(60, 780, "甲市财政局2024年度部门决算")
    drawing.drawString(230, 740, "收入支出决算总表")
    drawing.drawString(440, 720, "单位：万元")
    draw_grid(drawing, SUMMARY, widths=WIDTHS)
    drawing.showPage()
    drawing.setFont("STSong-Light", 9)
    draw_grid(drawing, [["国有资产占有使用情况表"]], widths=[450])
    drawing.drawString(400, 686 - 5, number)
    draw_grid(
        drawing, [["行次", "资产总额", "流动资产"], ["1", "120.00", "20.00"]], top=680, widths=[150] * 3
    )
    drawing.save()
    document = read_publication(tmp_path / "a.pdf")
    assert errors(document) == set()
    assert "国有资产占有使用情况表" in document.publication.unknown[0].description


@pytest.mark.parametrize("row", [["项目支出明细", ""], ["合计", "12.00"]])
def test_a_row_that_is_no_caption_stays_in_the_table(tmp_path: Path, row: list[str]) -> None:
    document = captioned(tmp_path, "收入支出决算总表", row, SUMMARY)
    assert "missing_table" in {f.code for f in document.all_findings}
    assert not document.publication.tables


def test_a_form_number_of_the_final_accounts_is_no_title(tmp_path: Path) -> None:
    drawing = canvas(tmp_path / "a.pdf")
    drawing.drawString(60, 780, "甲市财政局2024年度部门决算")
    drawing.drawString(200, 740, "收入决算表")
    drawing.drawString(400, 720, "财决公开02表")
    drawing.drawString(60, 706, "单位：万元")
    draw_grid(drawing, INCOME, left=20, widths=[50, 90, *[68] * 6])
    drawing.save()
    document = read_publication(tmp_path / "a.pdf")
    assert errors(document) == set()
    assert "income" in document.publication.tables


def test_a_title_of_two_tables_means_the_one_that_no_other_grid_is(tmp_path: Path) -> None:
    alone = one_table(tmp_path, "收入支出决算表", SUMMARY)
    assert errors(alone) == set()
    assert "income_expenditure_summary" in alone.publication.tables


def test_a_title_of_two_tables_is_another_beside_the_table_itself(tmp_path: Path) -> None:
    drawing = canvas(tmp_path / "a.pdf")
    drawing.drawString(60, 780, "甲市财政局2024年度部门决算")
    for title, rows in (
        ("收入支出决算总表", SUMMARY),
        ("收入支出决算表", [[*r[:1], *r[1:]] for r in INCOME]),
    ):
        drawing.drawString(60, 740, title)
        drawing.drawString(60, 720, "单位：万元")
        draw_grid(drawing, rows, left=20, widths=[555 / len(rows[0])] * len(rows[0]), size=7)
        drawing.showPage()
        drawing.setFont("STSong-Light", 9)
    drawing.save()
    document = read_publication(tmp_path / "a.pdf")
    assert errors(document) == set()
    assert [table.page for table in document.publication.unknown] == [2]


ITEMS = ["合计", "因公出国（境）费", "小计", "公务用车购置费", "公务用车运行费", "公务接待费"]
NOTE = "注：本表反映三公经费支出预决算情况。预算数为全年预算数。"
SIGNED = ["单位负责人：张三", "填报人：李四 联系电话：0351-2023456"]


def with_foot(folder: Path, foot: list[list[str]]) -> AuditedPublication:
    """三公 in one row of figures, and ruled rows below it."""
    drawing = canvas(folder / "a.pdf")
    drawing.setPageSize((842, 842))
    drawing.drawString(60, 780, "甲市财政局2023年度部门决算")
    drawing.drawString(200, 740, "财政拨款“三公”经费支出决算表")
    drawing.drawString(480, 720, "单位：万元")
    draw_grid(drawing, [["预算数", "决算数"]], widths=[360, 360])
    figures = ["5.00", "", "4.00", "", "4.00", "1.00", "4.50", "", "3.50", "", "3.50", "1.00"]
    draw_grid(drawing, [ITEMS * 2, figures], top=680, widths=[60] * 12, size=6)
    for at, row in enumerate(foot):
        draw_grid(drawing, [row], top=640 - 20 * at, widths=[720 / len(row)] * len(row))
    drawing.save()
    return read_publication(folder / "a.pdf")


@pytest.mark.parametrize("foot", [[[NOTE]], [SIGNED], [[NOTE], [""], SIGNED]])
def test_notes_and_signatures_in_ruled_rows_are_no_rows_of_the_table(
    tmp_path: Path, foot: list[list[str]]
) -> None:
    document = with_foot(tmp_path, foot)
    assert errors(document) == set()
    facts = {
        f.key.column: f.amount
        for f in document.publication.tables["three_public"].facts
        if f.key.row == "final"
    }
    assert facts["total"] == 4_500_000 and facts["hospitality"] == 1_000_000
    assert document.publication.account.left_over == 0


def test_a_row_of_figures_below_a_table_stays_in_it(tmp_path: Path) -> None:
    assert "duplicate_row" in errors(with_foot(tmp_path, [["6.00", "7.00"]]))


def test_words_in_a_ruled_row_say_that_a_table_is_empty(tmp_path: Path) -> None:
    drawing = canvas(tmp_path / "a.pdf")
    drawing.drawString(60, 780, "甲市财政局2023年度部门决算")
    drawing.drawString(200, 740, "政府性基金预算财政拨款收入支出决算表")
    drawing.drawString(480, 720, "单位：万元")
    head = [
        "科目编码",
        "科目名称",
        "年初结转和结余",
        "本年收入",
        "小计",
        "基本支出",
        "项目支出",
        "年末结转和结余",
    ]
    draw_grid(drawing, [head, [""] * 8], left=20, widths=[69] * 8, size=7)
    draw_grid(drawing, [["本单位无政府性基金预算收支，故本表无数据。"]], left=20, top=660, widths=[552])
    drawing.save()
    document = read_publication(tmp_path / "a.pdf")
    assert errors(document) == set()
    table = document.publication.tables["government_fund"]
    assert (table.state, table.declared_empty) == ("empty", True)


def _noted(folder: Path, suffix: str, note: str) -> set[str]:
    """Codes of what keeps back a table, with words behind its title and below it."""
    drawing = canvas(folder / "a.pdf")
    drawing.drawString(60, 780, "甲市财政局2021年度部门决算")
    drawing.drawString(60, 740, "“三公”经费支出决算表" + suffix)
    drawing.drawString(60, 720, "单位：万元")
    draw_grid(drawing, [["项目", "决算数"], ["合计", "1.00"], ["公务接待费", "1.00"]], top=700)
    drawing.drawString(60, 600, note)
    drawing.save()
    return errors(read_publication(folder / "a.pdf"))


@pytest.mark.parametrize(
    ("suffix", "note"),
    [
        ("（更正后）", ""),
        ("", "注：本表为更正前数据。"),
        ("", "更正：合计应为2.00。"),
        ("", "勘误：合计应为2.00。"),
    ],
)
def test_a_table_that_is_corrected_keeps_the_document_back(suffix: str, note: str, tmp_path: Path) -> None:
    assert "corrected_figures" in _noted(tmp_path, suffix, note)


@pytest.mark.parametrize("note", ["", "注：含会计差错更正后的数字。", "以前年度差错更正"])
def test_corrections_of_errors_in_accounting_are_no_finding(note: str, tmp_path: Path) -> None:
    assert "corrected_figures" not in _noted(tmp_path, "", note)


def _in_units(folder: Path, *units: str, on_next: str = "") -> set[str]:
    """Codes of what keeps back a table with such units of money above it, and one above its next page."""
    drawing = canvas(folder / "a.pdf")
    drawing.drawString(60, 780, "甲市财政局2021年度部门决算")
    drawing.drawString(60, 760, "“三公”经费支出决算表")
    for place, unit in enumerate(units):
        drawing.drawString(60 + 200 * place, 740 - 12 * place, f"单位：{unit}")
    rows = [["项目", "决算数"], ["合计", "1.00"], ["公务接待费", "1.00"]]
    draw_grid(drawing, rows[:2] if on_next else rows, top=700)
    if on_next:
        drawing.showPage()
        drawing.setFont("STSong-Light", 9)
        drawing.drawString(60, 760, f"单位：{on_next}")
        draw_grid(drawing, rows[2:], top=740)
    drawing.save()
    return errors(read_publication(folder / "a.pdf"))


@pytest.mark.parametrize(("units", "on_next"), [(["元", "万元"], ""), (["万元", "元"], ""), (["元"], "万元")])
def test_two_units_of_money_above_one_table_keep_the_document_back(
    units: list[str], on_next: str, tmp_path: Path
) -> None:
    assert _in_units(tmp_path, *units, on_next=on_next) == {"mixed_money_units"}


@pytest.mark.parametrize(("units", "on_next"), [(["元", "元"], ""), (["万元"], "万元"), (["人", "万元"], "")])
def test_one_unit_of_money_that_is_said_again_does_not(
    units: list[str], on_next: str, tmp_path: Path
) -> None:
    assert not _in_units(tmp_path, *units, on_next=on_next)


def test_headings_of_a_spreadsheet_around_its_cells_are_left_out(tmp_path: Path) -> None:
    drawing = canvas(tmp_path / "a.pdf")
    cover = ["|A", "1|甲市财政局", "2|2024年度部门决算"]
    words = ["|A", "1|第三部分 部门决算情况说明", "2|2024年度本年收入合计460.00万元。"]
    sheet = [
        "|A|B|C|D",
        "1|收入支出决算总表|<|<|<",
        "2|部门：甲市财政局|<|<|单位：万元",
        *(f"{at}|{'|'.join(row)}" for at, row in enumerate(SUMMARY, 3)),
    ]
    for rows, widths in ((cover, [20.0, 460.0]), (sheet, [20.0, *WIDTHS]), (words, [20.0, 460.0])):
        draw_lattice(drawing, [row.split("|") for row in rows], widths, [], top=780)
        drawing.showPage()
    drawing.save()
    document = read_publication(tmp_path / "a.pdf")
    assert errors(document) == set()
    assert (document.publication.unit, document.publication.year) == ("甲市财政局", 2024)
    table = document.publication.tables["income_expenditure_summary"]
    assert {f.key.row: f.printed for f in table.facts}["expenditure_grand_total"] == "465.00"
    assert list(document.claims["claim"]) == ["income.amount"]


@pytest.mark.parametrize("label", ["决算公开01表", "财决批复01表", "Z01"])
def test_the_number_of_a_table_in_a_ruled_row_may_be_in_other_words(tmp_path: Path, label: str) -> None:
    drawing = canvas(tmp_path / "a.pdf")
    drawing.drawString(60, 780, "甲市财政局2024年度部门决算")
    rows = [["收入支出决算总表", "<", "<", "<"], ["编制单位：甲市财政局", label, "", "单位：元"], *SUMMARY]
    draw_lattice(drawing, rows, WIDTHS, [], top=740)
    drawing.save()
    document = read_publication(tmp_path / "a.pdf")
    assert errors(document) == set()
    head = document.publication.tables["income_expenditure_summary"].title
    assert (head, document.record.money_unit) == ("收入支出决算总表", "元")
    assert not [f for f in document.all_findings if f.code == "unknown_column"]


def test_the_unit_of_money_of_all_heads_is_the_documents(tmp_path: Path) -> None:
    rows = [["项目", "决算数（万元）", "项目", "决算数（万元）"], *SUMMARY[2:]]
    drawing = canvas(tmp_path / "a.pdf")
    drawing.drawString(60, 780, "甲市财政局2024年度部门决算")
    drawing.drawString(230, 710, "收入支出决算总表")
    draw_grid(drawing, rows, widths=WIDTHS)
    drawing.save()
    document = read_publication(tmp_path / "a.pdf")
    assert (document.record.money_unit, document.record.decimals) == ("万元", -2)


def test_a_caption_in_a_ruled_cell_may_wrap(tmp_path: Path) -> None:
    drawing = canvas(tmp_path / "a.pdf")
    drawing.drawString(60, 780, "甲市财政局2024年度部门决算")
    drawing.drawString(230, 710, "收入支出决算总表")
    draw_grid(drawing, [[""] * 2], widths=[230, 230], top=700, height=30)
    for x, y, text in (
        (62, 686, "编制单位：甲市"),
        (62, 674, "财政局"),
        (470, 686, "单位：万"),
        (470, 674, "元"),
    ):
        drawing.drawString(x, y, text)
    draw_grid(drawing, SUMMARY, top=670, widths=WIDTHS)
    drawing.save()
    document = read_publication(tmp_path / "a.pdf")
    assert errors(document) == set()
    assert document.record.money_unit == "万元"
    assert "conflicting_unit" not in {f.code for f in document.all_findings}


def test_a_table_of_counts_has_a_caption_too(tmp_path: Path) -> None:
    drawing = canvas(tmp_path / "a.pdf")
    rows = [
        "国有资产占用情况表|<",
        "部门：甲市财政局 公开10表 单位：辆、台（套）|<",
        "项目|数量",
        "车辆数合计|6",
    ]
    draw_lattice(drawing, [row.split("|") for row in rows], [300.0, 100.0], [], top=780)
    drawing.save()
    (page,) = with_captions_outside(read_pdf(tmp_path / "a.pdf"), load_contracts()).pages
    assert page.lines[0].text == "国有资产占用情况表"
    assert [grid.row_count for grid in page.grids] == [2]


@pytest.mark.parametrize(
    "head", [["1", "A", "B", "C", "D"], ["", "A", "B", "B", "D"], ["", "A", "B", "c", "D"]]
)
def test_other_letters_above_a_table_are_no_headings(tmp_path: Path, head: list[str]) -> None:
    drawing = canvas(tmp_path / "a.pdf")
    rows = [head, *([str(at), *row] for at, row in enumerate(SUMMARY, 1))]
    draw_grid(drawing, rows, widths=[20.0, *WIDTHS])
    drawing.save()
    (page,) = (pdf := read_pdf(tmp_path / "a.pdf")).pages
    assert with_headings_left_out(pdf, load_contracts()).pages == (page,)
