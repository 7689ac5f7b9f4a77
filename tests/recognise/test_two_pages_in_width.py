"""A sheet printed over two pages in width: the right half belongs to the rows of the left one."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest
from drawing import canvas, draw_grid
from made_up import made_up, recognised
from reportlab.pdfgen.canvas import Canvas

from jcfs_etl import AuditedPublication, read_publication
from jcfs_etl.contracts import load_contracts

TITLE = "支出决算表"
HEAD = (["科目编码", "科目名称"], ["本年支出合计", "基本支出", "项目支出"])
ROWS = [
    (["", "合计"], ["30.00", "21.00", "9.00"]),
    (["205", "教育支出"], ["10.00", "7.00", "3.00"]),
    (["20502", "普通教育"], ["10.00", "7.00", "3.00"]),
    (["206", "科学技术支出"], ["20.00", "14.00", "6.00"]),
    (["20602", "基础研究"], ["20.00", "14.00", "6.00"]),
]


def printed(path: Path, pages: Sequence[tuple[str, list[list[str]]]]) -> AuditedPublication:
    """A cover, and pages each of which has the words of a title and a grid."""
    drawing = canvas(path)
    drawing.drawString(60, 700, "甲市财政局2023年度部门决算")
    drawing.showPage()
    for words, rows in pages:
        drawing.setFont("STSong-Light", 9)
        drawing.drawString(60, 780, words)
        if words and words != "算表":
            drawing.drawString(60, 765, "单位：万元")
        if rows:
            draw_grid(drawing, rows, top=750)
        drawing.showPage()
    drawing.save()
    return read_publication(path)


def half(side: int, rows: Sequence[tuple[list[str], list[str]]]) -> list[list[str]]:
    return [HEAD[side], *(row[side] for row in rows)]


def figures(read: AuditedPublication) -> dict[tuple[str, str], tuple[str, int]]:
    rows = read.cells.to_dict("records")
    return {(r["row"], r["column"]): (r["printed"], r["page"]) for r in rows if r["dataset"] == "expenditure"}


def test_the_right_half_is_read_in_the_rows_of_the_left_one(tmp_path: Path) -> None:
    # Its title is cut by the edge of the page.
    read = printed(tmp_path / "a.pdf", [(TITLE, half(0, ROWS)), ("算表", half(1, ROWS))])
    found = figures(read)
    assert len(found) == 15
    assert found["205", "project"] == ("3.00", 3)
    assert found["20602", "basic"] == ("14.00", 3)
    assert {f.code for f in read.all_findings if f.blocks and f.dataset in (None, "expenditure")} == set()


def test_the_note_below_a_left_half_may_have_a_page_of_its_own(tmp_path: Path) -> None:
    note = "注：本表反映部门本年度各项支出情况。"
    read = printed(tmp_path / "a.pdf", [(TITLE, half(0, ROWS)), (note, []), ("", half(1, ROWS))])
    assert len(figures(read)) == 15
    assert figures(read)["205", "project"] == ("3.00", 4)


@pytest.mark.parametrize("order", ["over, then down", "down, then over"])
def test_a_table_of_two_by_two_pages_is_read_in_either_order(tmp_path: Path, order: str) -> None:
    upper, lower = ROWS[:3], [*ROWS[3:], (["20699", "其他科学技术支出"], ["0.00", "0.00", "0.00"])]
    a = (TITLE, half(0, upper)), ("算表", half(1, upper))
    b = (TITLE, half(0, lower)), ("算表", half(1, lower))
    pages = [a[0], a[1], b[0], b[1]] if order == "over, then down" else [a[0], b[0], a[1], b[1]]
    found = figures(printed(tmp_path / "a.pdf", pages))
    assert len(found) == 18
    assert found["205", "project"] == ("3.00", 3 if order == "over, then down" else 4)
    assert found["20602", "basic"] == ("14.00", 5)


def test_the_last_pages_may_have_few_rows(tmp_path: Path) -> None:
    """合计 alone stands on the last page of both halves."""
    last = [*ROWS[1:], ROWS[0]]
    pages = [(TITLE, half(0, last[:4])), ("算表", half(1, last[:4]))]
    pages += [("", half(0, last[4:])), ("", half(1, last[4:]))]
    found = figures(printed(tmp_path / "a.pdf", pages))
    assert len(found) == 15
    assert found["total", "basic"] == ("21.00", 5)


def test_a_title_below_the_left_half_is_that_of_the_table_after_both(tmp_path: Path) -> None:
    """On one sheet the next table's title stands below the left half; the right one is printed between."""
    drawing = canvas(tmp_path / "a.pdf")
    drawing.drawString(60, 700, "甲市财政局2023年度部门决算")
    other = "一般公共预算财政拨款支出决算表"
    for words, rows, below in (
        (TITLE, half(0, ROWS[:4]), ""),
        ("算表", half(1, ROWS[:4]), ""),
        ("", half(0, ROWS[4:]), other),
        ("", half(1, ROWS[4:]), ""),
        ("", [[*HEAD[0], "本年支出合计"], *([*a, b[0]] for a, b in ROWS)], ""),
    ):
        drawing.showPage()
        drawing.setFont("STSong-Light", 9)
        drawing.drawString(60, 780, words)
        drawing.drawString(60, 765, "单位：万元" if words != "算表" else "")
        draw_grid(drawing, rows, top=750)
        drawing.drawString(60, 300, below)
    drawing.save()
    read = read_publication(tmp_path / "a.pdf")
    assert len(figures(read)) == 15
    assert read.publication.tables["general_budget_expenditure"].pages == (6,)


def test_a_column_of_the_right_half_that_no_contract_knows_is_told_with_its_place(tmp_path: Path) -> None:
    rows = [[*HEAD[1], "甲乙丙", "备注"], *([*row[1], "", "无"] for row in ROWS)]
    read = printed(tmp_path / "a.pdf", [(TITLE, half(0, ROWS)), ("算表", rows)])
    assert len(figures(read)) == 15
    told = {f.code: f for f in read.all_findings if f.code in ("unknown_column", "column_set_aside")}
    assert {code: f.page for code, f in told.items()} == {"unknown_column": 3, "column_set_aside": 3}


def test_two_tables_of_the_same_rows_are_two_where_titles_stand_at_the_foot_before(tmp_path: Path) -> None:
    drawing = canvas(tmp_path / "a.pdf")
    drawing.drawString(60, 700, "甲市财政局2023年度部门决算")
    second = [[*HEAD[0], "财政拨款收入", "其他收入"], *([*a, b[1], b[2]] for a, b in ROWS)]
    for rows, below in (
        ([["甲", "乙"]], TITLE),
        ([HEAD[0] + HEAD[1], *(a + b for a, b in ROWS)], "收入决算表"),
        (second, ""),
    ):
        drawing.showPage()
        drawing.setFont("STSong-Light", 9)
        drawing.drawString(60, 780, "单位：万元")
        draw_grid(drawing, rows, top=750)
        drawing.drawString(60, 300, below)
    drawing.save()
    read = read_publication(tmp_path / "a.pdf")
    assert {name: table.pages for name, table in read.publication.tables.items()} == {
        "expenditure": (3,),
        "income": (4,),
    }


def test_what_is_left_of_a_title_names_no_other_table(tmp_path: Path) -> None:
    pages = [("一般公共预算财政拨款支出决算表", half(0, ROWS)), ("支出决算表", half(1, ROWS))]
    read = printed(tmp_path / "a.pdf", pages)
    assert {c["dataset"] for c in read.cells.to_dict("records")} == {"general_budget_expenditure"}


def test_a_page_with_other_rows_is_no_right_half(tmp_path: Path) -> None:
    read = printed(tmp_path / "a.pdf", [(TITLE, half(0, ROWS)), ("", half(1, ROWS[:4]))])
    assert read.status != "published"
    assert not figures(read)
    assert {"unknown_head", "stray_grid"} & {f.code for f in read.all_findings if f.blocks}


def test_a_running_head_does_not_part_a_grid_from_the_table_before(tmp_path: Path) -> None:
    """A part of a table was passed over as a table of an unknown kind, and its figures were lost."""
    drawing = canvas(tmp_path / "a.pdf")
    titles = ["收入决算表", "一般公共预算财政拨款支出决算表", TITLE, ""]
    grids = [[HEAD[0] + HEAD[1], *(a + b for a, b in ROWS)]] * 3 + [[["经营支出", "2"], ["7.00", "1"]]]
    for title, rows in zip(titles, grids, strict=True):
        drawing.setFont("STSong-Light", 9)
        drawing.drawString(200, 820, "甲市财政局部门决算公开文本")
        if title:
            drawing.drawString(60, 780, title)
            drawing.drawString(60, 765, "单位：万元")
        draw_grid(drawing, rows, top=750)
        drawing.showPage()
    drawing.save()
    read = read_publication(tmp_path / "a.pdf")
    assert [f.page for f in read.all_findings if f.code == "unjoined_grid" and f.blocks] == [4]


@pytest.mark.parametrize("title", ["项目支出决算表（单位：万元）", "项目支出的有关情况"])
def test_a_table_below_its_own_title_is_no_right_half(tmp_path: Path, title: str) -> None:
    """Of short tables with lines of one height the rows coincide by chance."""
    other = [["项目支出"], *([f"{n}.00"] for n in range(1, 6))]
    pages = [(TITLE, [row[:-1] for row in keyed(ROWS, 0, 1, 2)]), (title, other)]
    assert {page for _, page in figures(printed(tmp_path / "a.pdf", pages)).values()} == {2}


@pytest.mark.parametrize(
    ("left", "right"), [("支出决", "出决算表"), ("支出决", "算表"), ("2023年度支", "出决算表")]
)
def test_a_title_may_be_cut_by_the_edge_of_the_left_half(tmp_path: Path, left: str, right: str) -> None:
    # What a glyph at the edge belongs to may stand on both halves.
    found = figures(printed(tmp_path / "a.pdf", [(left, half(0, ROWS)), (right, half(1, ROWS))]))
    assert len(found) == 15
    assert found["205", "project"] == ("3.00", 3)


def test_a_title_as_a_whole_is_no_rest_of_one(tmp_path: Path) -> None:
    pages = [("公开03表", half(0, ROWS)), (TITLE, keyed(ROWS, 0, 1, 2))]
    read = printed(tmp_path / "a.pdf", pages)
    assert read.publication.tables["expenditure"].pages == (3,)


def test_a_head_over_both_halves_may_have_the_year_in_it(tmp_path: Path) -> None:
    left = [["合计", "因公出国（境）费", "小计"], ["5.00", "1.00", "3.00"], ["", "", ""], ["", "", ""]]
    right = [["公务用车运行维护费", "公务接待费"], ["3.00", "1.00"], ["", ""], ["", ""]]
    drawing = canvas(tmp_path / "a.pdf")
    drawing.drawString(60, 700, "甲市财政局2023年度部门决算")
    for words, over, rows in (("“三公”经费支出决算表", "2023年度决算数", left), ("算表", "", right)):
        drawing.showPage()
        drawing.setFont("STSong-Light", 9)
        drawing.drawString(60, 780, words)
        drawing.drawString(60, 765, "单位：万元")
        drawing.rect(60, 730, 90 * len(rows[0]), 20)
        drawing.drawString(100, 736, over)
        draw_grid(drawing, rows, top=730)
    drawing.save()
    facts = read_publication(tmp_path / "a.pdf").publication.tables["three_public"].facts
    assert {f.key.column: (f.key.row, f.printed) for f in facts if f.amount} == {
        "total": ("final", "5.00"),
        "abroad": ("final", "1.00"),
        "vehicles": ("final", "3.00"),
        "vehicle_operation": ("final", "3.00"),
        "hospitality": ("final", "1.00"),
    }


def keyed(rows: Sequence[tuple[list[str], list[str]]], *columns: int) -> list[list[str]]:
    """Some columns of figures beside the codes and names, which each page begins with."""
    return [HEAD[0] + [HEAD[1][c] for c in columns], *(a + [b[c] for c in columns] for a, b in rows)]


def test_each_page_may_begin_with_the_same_columns(tmp_path: Path) -> None:
    pages = [(TITLE, keyed(ROWS, 0)), ("", keyed(ROWS, 1)), ("算表", keyed(ROWS, 2))]
    read = printed(tmp_path / "a.pdf", pages)
    found = figures(read)
    assert len(found) == 15
    assert found["205", "project"] == ("3.00", 4)
    assert found["20602", "basic"] == ("14.00", 3)
    assert {f.code for f in read.all_findings if f.blocks and f.dataset in (None, "expenditure")} == set()


@pytest.mark.parametrize("order", ["over, then down", "down, then over"])
def test_pages_that_begin_with_the_same_columns_may_go_on_below(tmp_path: Path, order: str) -> None:
    last = [*ROWS[1:], ROWS[0]]
    grids = [keyed(rows, *columns) for rows in (last[:4], last[4:]) for columns in ((0, 1), (2,))]
    if order == "down, then over":
        grids = [grids[0], grids[2], grids[1], grids[3]]
    pages = [(TITLE if at == 0 else "", grid) for at, grid in enumerate(grids)]
    found = figures(printed(tmp_path / "a.pdf", pages))
    assert len(found) == 15
    assert found["total", "project"] == ("9.00", 5)


@pytest.mark.parametrize("columns", [(1, 2), (0, 1, 2)])
def test_another_table_of_the_same_rows_without_its_title_is_kept_back(
    tmp_path: Path, columns: tuple[int, ...]
) -> None:
    """Its title may be a picture: its figures are never those of the table before."""
    other = [(a, [f"1{v}" for v in b]) for a, b in ROWS]
    read = printed(tmp_path / "a.pdf", [(TITLE, keyed(ROWS, 0, 1, 2)), ("", keyed(other, *columns))])
    assert any(f.blocks and f.code != "missing_table" for f in read.all_findings)
    assert all(page == 2 for _, page in figures(read).values())


def test_a_table_of_the_same_lines_with_its_title_on_the_page_before_is_no_right_half() -> None:
    # Its rows are those of the table before to the point, as a right half's are, but it names them itself.
    tables = recognised(made_up(4, seed=21), load_contracts()).tables
    assert {name: tables[name].pages for name in ("income", "expenditure")} == {
        "income": (6,),
        "expenditure": (7,),
    }


def draw_merged(drawing: Canvas, rows: Sequence[Sequence[str]], keys: int) -> None:
    """A grid in which a row whose first text is the only one of its keys has one cell for all of them."""
    edges = [60 + 60 * n for n in range(len(rows[0]) + 1)]
    for at, row in enumerate([*rows, []]):
        drawing.line(edges[0], 750 - 20 * at, edges[-1], 750 - 20 * at)
        merged = not any(row[1:keys])
        for n, x in enumerate(edges if row else []):
            if not (merged and 0 < n < keys):
                drawing.line(x, 750 - 20 * at, x, 730 - 20 * at)
        for x, text in zip(edges, row, strict=False):
            drawing.drawString(x + 3, 736 - 20 * at, text)


def test_columns_on_each_page_may_be_fewer_than_a_cell_is_merged_over(tmp_path: Path) -> None:
    drawing = canvas(tmp_path / "a.pdf")
    drawing.drawString(60, 700, "甲市财政局2023年度部门决算")
    head = [["项目", "", *HEAD[1]], [*HEAD[0], "", "", ""]]
    body, total = [a + b for a, b in ROWS[1:]], ["合计", "", *ROWS[0][1]]
    other = ["207", "文化旅游体育与传媒支出", "0.00", "0.00", "0.00"]
    for columns in ((0, 1, 2, 3), (0, 4)):
        for rows in ([*head, *body], [other, total]):
            drawing.showPage()
            drawing.setFont("STSong-Light", 9)
            if columns[1] == 1 and rows[0] is head[0]:
                drawing.drawString(60, 780, TITLE)
                drawing.drawString(60, 765, "单位：万元")
            # On the right the words of a cell that reaches beyond the first column are left out.
            shown = [[row[n] if n or row[1] or columns[1] == 1 else "" for n in columns] for row in rows]
            draw_merged(drawing, shown, columns[1] + 1 if columns[1] == 1 else 1)
    drawing.save()
    found = figures(read_publication(tmp_path / "a.pdf"))
    assert found["total", "project"] == ("9.00", 5)
    assert found["20502", "project"] == ("3.00", 4)
    assert len(found) == 18


def test_halves_of_one_form_are_as_wide_and_have_other_heads(tmp_path: Path) -> None:
    """The second page does not go on below the first, though its columns are the same."""
    income = ["一、一般公共预算财政拨款收入", "本年收入合计", "年初结转和结余", "总计"]
    expenditure = ["一、一般公共服务支出", "本年支出合计", "年末结转和结余", "总计"]
    left, right = (
        [
            [head, ""],
            ["项目", "金额"],
            *([label, amount] for label, amount in zip(labels, amounts, strict=True)),
        ]
        for head, labels, amounts in (
            ("收入", income, ("10.00", "10.00", "2.00", "12.00")),
            ("支出", expenditure, ("9.00", "9.00", "3.00", "12.00")),
        )
    )
    read = printed(tmp_path / "a.pdf", [("收入支出决算总表", left), ("算总表", right)])
    found = {f.key.row: f.printed for f in read.publication.tables["income_expenditure_summary"].facts}
    assert found["income_total"] == "10.00" and found["expenditure_total"] == "9.00"
    assert found["opening_balance"] == "2.00" and found["closing_balance"] == "3.00"
