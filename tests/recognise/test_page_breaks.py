"""What a page break has cut is put together before it is named: rows, codes, figures and heads."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest
from drawing import FONT, canvas, draw_grid

from jcfs_etl import AuditedPublication, read_publication

HEAD = [["科目编码", "科目名称", "合计", "基本支出", "项目支出"]]
ROWS = [
    ["合计", "", "470.74", "300.00", "170.74"],
    ["208", "社会保障和就业支出", "300.00", "300.00", ""],
    ["20805", "行政事业单位养老支出", "300.00", "300.00", ""],
    ["221", "住房保障支出", "170.74", "", "170.74"],
]
#: 221 stands last and is not broken down, as 208 is.
ERRORS_OF_A_SINGLE_TABLE = {"missing_table", "lines_cut_off"}


def drawn(
    folder: Path,
    *pages: Sequence[Sequence[str]],
    title: str = "一般公共预算财政拨款支出决算表",
    widths: Sequence[float] = (60, 150, 80, 80, 80),
) -> AuditedPublication:
    """A table over as many pages as grids are given."""
    drawing = canvas(folder / "a.pdf")
    drawing.drawString(60, 780, "甲市财政局2024年度部门决算")
    drawing.drawString(60, 740, title)
    drawing.drawString(60, 720, "公开05表  单位：万元")
    for rows in pages:
        draw_grid(drawing, rows, widths=widths)
        drawing.showPage()
    drawing.save()
    return read_publication(folder / "a.pdf")


def whole(document: AuditedPublication) -> bool:
    """Whether every figure is there as if nothing had been cut, and nothing keeps it from being published."""
    table = document.publication.tables["general_budget_expenditure"]
    figures = [["".join(f.printed.split()) for f in table.facts if f.key.row == r.row] for r in table.rows]
    names = [r.label for r in table.rows]
    expected = [row[2:] for row in ROWS]
    errors = {f.code for f in document.all_findings if f.severity == "error"} - ERRORS_OF_A_SINGLE_TABLE
    return figures == expected and names[1:] == [row[1] for row in ROWS[1:]] and not errors


def test_a_row_is_cut_in_its_name(tmp_path: Path) -> None:
    upper, lower = ["208", "社会保障和就", *ROWS[1][2:]], ["", "业支出", "", "", ""]
    assert whole(drawn(tmp_path, [*HEAD, ROWS[0], upper], [lower, *ROWS[2:]]))


def test_a_row_is_cut_under_a_repeated_head(tmp_path: Path) -> None:
    upper, lower = ["208", "社会保障和就", *ROWS[1][2:]], ["", "业支出", "", "", ""]
    assert whole(drawn(tmp_path, [*HEAD, ROWS[0], upper], [*HEAD, lower, *ROWS[2:]]))


def test_a_figure_is_cut_in_its_last_digits(tmp_path: Path) -> None:
    upper, lower = ["221", "住房保障", "170.7", "", "170.7"], ["", "支出", "4", "", "4"]
    document = drawn(tmp_path, [*HEAD, *ROWS[:3], upper], [lower])
    assert whole(document)
    fact = next(f for f in document.publication.facts if f.key.row == "221")
    assert (fact.printed, fact.amount, fact.page) == ("170.7\n4", 170_7400_00, 1)


def test_a_code_is_cut(tmp_path: Path) -> None:
    """208 over 05 was drafted as 208, with a note only."""
    upper, lower = ["208", "行政事业单位养", "300.00", "300.00", ""], ["05", "老支出", "", "", ""]
    assert whole(drawn(tmp_path, [*HEAD, *ROWS[:2], upper], [lower, ROWS[3]]))


def test_a_row_is_cut_over_three_pages(tmp_path: Path) -> None:
    pieces = [["208", "社会保", *ROWS[1][2:]], ["", "障和就", "", "", ""], ["", "业支出", "", "", ""]]
    assert whole(drawn(tmp_path, [*HEAD, ROWS[0], pieces[0]], [pieces[1]], [pieces[2], *ROWS[2:]]))


@pytest.mark.parametrize("head", [[], HEAD])
def test_code_name_and_figures_are_cut_over_three_pages(tmp_path: Path, head: list[list[str]]) -> None:
    """No two of the three pieces make a row with a figure."""
    pieces = [
        ["2", "行政事业", "3", "300.", ""],
        ["08", "单位养老", "00.0", "0", ""],
        ["05", "支出", "0", "0", ""],
    ]
    lower = [[*head, pieces[1]], [*head, pieces[2], ROWS[3]]]
    assert whole(drawn(tmp_path, [*HEAD, *ROWS[:2], pieces[0]], *lower))


def test_a_piece_of_a_code_that_is_a_code_itself_is_no_row(tmp_path: Path) -> None:
    """2210 over 201 was read as 201 without a word."""
    rows = [*ROWS[:3], ["2210201", *ROWS[3][1:]]]
    upper, lower = ["2210", "住房", "", "", ""], ["201", "保障支出", *ROWS[3][2:]]
    document = drawn(tmp_path, [*HEAD, *rows[:3], upper], [lower])
    assert {f.key.row for f in document.publication.facts} == {"total", "208", "20805", "2210201"}


def test_a_page_between_without_rules_loses_nothing_in_silence(tmp_path: Path) -> None:
    """The rest of the table stands two pages below, and what is between holds no grid."""
    drawing = canvas(tmp_path / "a.pdf")
    drawing.drawString(60, 780, "甲市财政局2024年度部门决算")
    drawing.drawString(60, 740, "一般公共预算财政拨款支出决算表")
    drawing.drawString(60, 720, "公开05表  单位：万元")
    draw_grid(drawing, [*HEAD, *ROWS[:3]], widths=[60, 150, 80, 80, 80])
    drawing.showPage()
    drawing.showPage()
    draw_grid(drawing, ROWS[3:], widths=[60, 150, 80, 80, 80])
    drawing.save()
    document = read_publication(tmp_path / "a.pdf")
    assert "unjoined_grid" in {f.code for f in document.all_findings if f.blocks}


def test_all_figures_of_a_cut_row_may_stand_on_the_next_page(tmp_path: Path) -> None:
    upper, lower = ["221", "住房保障", "", "", ""], ["", "支出", "170.74", "", "170.74"]
    document = drawn(tmp_path, [*HEAD, *ROWS[:3], upper], [lower])
    assert whole(document)
    assert {f.page for f in document.publication.facts if f.key.row == "221" and f.printed} == {2}


def test_a_head_that_is_cut_within_its_words_is_told(tmp_path: Path) -> None:
    upper, lower = ["科目", "科目", "合", "基本", "项目"], ["编码", "名称", "计", "支出", "支出"]
    document = drawn(tmp_path, [upper], [lower, *ROWS])
    assert "unknown_head" in {f.code for f in document.all_findings if f.blocks}


@pytest.mark.parametrize(
    "lower",
    [
        ["", "支出", "170.74", "", "170.74"],  # both pieces are figures by themselves
        ["", "支出", "x", "", "4"],
    ],
)
def test_pieces_that_make_no_figure_are_refused(tmp_path: Path, lower: list[str]) -> None:
    upper = ["221", "住房保障", "170.74", "", "170.74"]
    document = drawn(tmp_path, [*HEAD, *ROWS[:3], upper], [lower])
    codes = {f.code for f in document.all_findings if f.severity == "error"} - ERRORS_OF_A_SINGLE_TABLE
    assert codes == {"unknown_row"}


def test_a_cut_figure_that_no_identity_binds_is_not_certain(tmp_path: Path) -> None:
    rows = [["合计", "", "", "", ""], ROWS[1], ["221", "住房保障", "", "170.7", ""]]
    document = drawn(tmp_path, [*HEAD, *rows], [["", "支出", "", "4", ""]])
    assert "uncertain_figure" in {f.code for f in document.all_findings}


def test_a_row_printed_again_below_a_page_break_is_a_note(tmp_path: Path) -> None:
    """A head that repeats a row too many loses nothing."""
    assert whole(drawn(tmp_path, [*HEAD, *ROWS[:3]], [*HEAD, ROWS[0], ROWS[3]]))


def test_a_row_printed_again_with_another_figure_is_refused(tmp_path: Path) -> None:
    other = [*ROWS[0][:2], "470.75", *ROWS[0][3:]]
    document = drawn(tmp_path, [*HEAD, *ROWS[:3]], [*HEAD, other, ROWS[3]])
    assert "duplicate_row" in {f.code for f in document.all_findings if f.severity == "error"}


def test_a_head_printed_again_where_the_first_was_cut_is_no_piece_of_a_row(tmp_path: Path) -> None:
    upper, lower = ["功能分类", "科目名称", "合计", "基本支出", "项目支出"], ["科目编码", "", "", "", ""]
    blank = ["20806", "企业改革补助", "", "", ""]
    head = ["功能分类科目编码", *upper[1:]]
    document = drawn(tmp_path, [upper], [lower, *ROWS[:3], blank], [head, ROWS[3]])
    assert not {"misprinted_figure", "unfamiliar_name"} & {f.code for f in document.all_findings}
    labels = [row.label for row in document.publication.tables["general_budget_expenditure"].rows]
    assert labels[-2:] == ["企业改革补助", "住房保障支出"]


def test_the_third_piece_of_a_word_of_the_head_is_no_figure(tmp_path: Path) -> None:
    upper = ["科目编码", "科目名称", "合", "基本", "项目"]
    below = [["", "", "计", "支出", "支"], ["合计", "", "470.74", "300.00", "170.74"]]
    document = drawn(tmp_path, [upper], [*below, *ROWS[1:]])
    assert "general_budget_expenditure" not in document.publication.tables
    assert "unknown_head" in {f.code for f in document.all_findings if f.blocks}


def test_the_rest_of_a_name_that_is_a_name_itself_is_no_row(tmp_path: Path) -> None:
    """本年收入 over 合计: each is a label of a line, and 合计 alone would be 总计."""
    rows = [
        ["项目", "金额", "项目", "金额"],
        ["一、一般公共预算财政拨款", "90.00", "一、一般公共服务支出", "90.00"],
        ["本年收入", "90.00", "本年支出合计", "90.00"],
    ]
    below = [["合计", "", "", ""], ["总计", "90.00", "总计", "90.00"]]
    drawing = canvas(tmp_path / "a.pdf")
    for y, text in (
        (780, "甲市财政局2024年度部门决算"),
        (740, "财政拨款收入支出决算总表"),
        (720, "单位：万元"),
    ):
        drawing.drawString(60, y, text)
    for page in ([["收入", "收入", "支出", "支出"], *rows], below):
        draw_grid(drawing, page, widths=[150, 80, 150, 80])
        drawing.showPage()
    drawing.save()
    document = read_publication(tmp_path / "a.pdf")
    assert {f.code for f in document.all_findings if f.blocks} == {"missing_table"}
    lines = [r.row for r in document.publication.tables["appropriation_summary"].rows]
    assert [lines.count(row) for row in ("income_total", "income_grand_total")] == [1, 1]


@pytest.mark.parametrize("mark", ["（续）", "（续表）", " 续表"])
def test_a_table_goes_on_where_its_title_says_so(tmp_path: Path, mark: str) -> None:
    """On the same page, too: the program breaks the page elsewhere than whoever has cut the table."""
    drawing = canvas(tmp_path / "a.pdf")
    drawing.drawString(60, 780, "甲市财政局2024年度部门决算")
    for y, rows, after in ((740, [*HEAD, *ROWS[:2]], ""), (560, [*HEAD, *ROWS[2:]], mark)):
        drawing.drawString(60, y, "一般公共预算财政拨款支出决算表" + after)
        drawing.drawString(60, y - 20, "公开05表  单位：万元")
        draw_grid(drawing, rows, top=y - 40, widths=[60, 150, 80, 80, 80])
    drawing.save()
    assert whole(read_publication(tmp_path / "a.pdf"))


@pytest.mark.parametrize(
    ("mark", "head", "joined"),
    [
        ("（续表）", HEAD, True),
        ("", HEAD, False),
        ("（续表）", [["科目编码", "科目名称", "合计", "项目支出", "基本支出"]], False),
    ],
)
def test_what_goes_on_with_the_same_head_may_be_set_in_other_widths(
    tmp_path: Path, mark: str, head: list[list[str]], joined: bool
) -> None:
    """A word processor fits the columns of each part to its own texts."""
    drawing = canvas(tmp_path / "a.pdf")
    drawing.drawString(60, 780, "甲市财政局2024年度部门决算")
    for rows, after, widths in (
        ([*HEAD, *ROWS[:2]], "", [60, 150, 80, 80, 80]),
        ([*head, *ROWS[2:]], mark, [70, 110, 90, 95, 85]),
    ):
        drawing.setFont(FONT, 9)
        drawing.drawString(60, 740, f"一般公共预算财政拨款支出决算表{after}")
        drawing.drawString(60, 720, "公开05表  单位：万元")
        draw_grid(drawing, rows, widths=widths)
        drawing.showPage()
    drawing.save()
    document = read_publication(tmp_path / "a.pdf")
    printed = [f.printed for f in document.publication.facts if f.key.row == "221"]
    assert printed == (ROWS[3][2:] if joined else [])
    assert ("duplicate_table" in {f.code for f in document.all_findings}) != joined


def test_what_goes_on_below_a_part_of_other_widths_has_those(tmp_path: Path) -> None:
    drawing = canvas(tmp_path / "a.pdf")
    drawing.drawString(60, 780, "甲市财政局2024年度部门决算")
    own, other = [60, 150, 80, 80, 80], [70, 110, 90, 95, 85]
    name = "一般公共预算财政拨款支出决算表"
    for title, rows, widths in (
        (name, [*HEAD, *ROWS[:2]], own),
        (f"{name}（续表）", [*HEAD, ROWS[2]], other),
        ("", ROWS[3:], other),
    ):
        drawing.setFont(FONT, 9)
        drawing.drawString(60, 740, title)
        drawing.drawString(60, 720, "单位：万元" if title else "")
        draw_grid(drawing, rows, widths=widths)
        drawing.showPage()
    drawing.save()
    assert whole(read_publication(tmp_path / "a.pdf"))


@pytest.mark.parametrize(("again", "codes"), [("300.00", set()), ("301.00", {"duplicate_row"})])
def test_a_row_that_is_repeated_with_the_head_above_a_like_named_one(
    again: str, codes: set[str], tmp_path: Path
) -> None:
    head = [["项目", "行次", "金额", "项目", "行次", "合计"]]
    first = ["一、一般公共预算财政拨款", "1", "300.00", "一、一般公共服务支出", "7", "310.00"]
    rows = [
        ["本年收入合计", "2", "300.00", "本年支出合计", "8", "310.00"],
        ["年初财政拨款结转和结余", "3", "10.00", "年末财政拨款结转和结余", "9", ""],
        ["一般公共预算财政拨款", "4", "10.00", "", "10", ""],
    ]
    total = ["总计", "6", "310.00", "总计", "12", "310.00"]
    pages = [*head, first, *rows], [*head, [*first[:2], again, *first[3:]], total]
    document = drawn(tmp_path, *pages, title="财政拨款收入支出决算总表", widths=[120, 30, 70] * 2)
    found = {finding.code for finding in document.all_findings if finding.severity == "error"}
    assert found == {"missing_table"} | codes
