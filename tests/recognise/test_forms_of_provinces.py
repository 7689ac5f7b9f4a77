"""Words of forms that whole provinces print: where 三公 stands, how labels of forms and heads are written."""

from __future__ import annotations

from pathlib import Path

import pytest
from drawing import canvas, draw_grid
from one_table import Rows, errors, one_table

from jcfs_etl import AuditedPublication, read_publication
from jcfs_etl.contracts.model import Contracts
from jcfs_etl.places import Box
from jcfs_etl.read import read_pdf
from jcfs_etl.read.model import Cell
from jcfs_etl.recognise.codes import code_notes
from jcfs_etl.recognise.model import TableRow
from jcfs_etl.recognise.titles import captioned_grids


def printed(document: AuditedPublication, dataset: str) -> dict[tuple[str, str], str]:
    facts = document.publication.tables[dataset].facts
    return {(f.key.row, f.key.column): f.printed for f in facts if f.amount}


#: 机构运行信息表 (Chongqing, Inner Mongolia) and 部门决算相关信息统计表 (Fujian): 三公 beside all else.
RUNNING = [
    ["项目", "行次", "预算数", "决算数", "项目", "行次", "决算数"],
    ["栏次", "", "1", "2", "栏次", "", "3"],
    ["一、“三公”经费支出", "1", "—", "—", "四、机关运行经费", "13", "—"],
    ["（一）支出合计", "2", "9.00", "7.00", "（一）行政单位", "14", "88.10"],
    ["1．因公出国（境）费", "3", "", "", "（二）参照公务员法管理事业单位", "15", ""],
    ["2．公务用车购置及运行维护费", "4", "9.00", "7.00", "五、国有资产占用情况", "16", "—"],
    ["（1）公务用车购置费", "5", "", "", "（一）车辆数合计（辆）", "17", "4"],
    ["（2）公务用车运行维护费", "6", "9.00", "7.00", "1．副部（省）级及以上领导用车", "18", "0"],
    ["3．公务接待费", "7", "", "", "2．主要领导干部用车", "19", "0"],
    ["其中：外事接待费", "8", "—", "0.00", "3．执法执勤用车", "20", "4"],
    ["（二）相关统计数", "9", "—", "—", "（二）单价100万元（含）以上专用设备（台，套）", "21", "0"],
    ["1．公务用车保有量（辆）", "10", "—", "4", "六、政府采购支出信息", "22", "—"],
    ["二、会议费", "11", "—", "1.20", "（一）政府采购支出合计", "23", "30.00"],
    ["三、培训费", "12", "—", "0.80", "（二）政府采购授予中小企业合同金额", "24", "20.00"],
]


@pytest.mark.parametrize("title", ["机构运行信息表", "部门决算相关信息统计表"])
def test_the_three_may_stand_among_all_that_a_body_runs_on(title: str, tmp_path: Path) -> None:
    document = one_table(tmp_path, title, RUNNING)
    assert errors(document) == set()
    assert printed(document, "three_public") == {
        ("budget", "total"): "9.00",
        ("budget", "vehicles"): "9.00",
        ("budget", "vehicle_operation"): "9.00",
        ("final", "total"): "7.00",
        ("final", "vehicles"): "7.00",
        ("final", "vehicle_operation"): "7.00",
    }


def test_the_heading_of_the_three_may_have_no_figure_at_all(tmp_path: Path) -> None:
    rows = [*RUNNING[:2], ["一、“三公”经费支出", "1", "", "", *RUNNING[2][4:]], *RUNNING[3:]]
    document = one_table(tmp_path, "机构运行信息表", rows)
    assert errors(document) == set()
    assert printed(document, "three_public")["final", "total"] == "7.00"


def test_an_item_that_came_blank_and_comes_again_is_kept_back(tmp_path: Path) -> None:
    rows = [*RUNNING[:9], ["3．公务接待费", "8", "—", "0.40", *RUNNING[9][4:]], *RUNNING[10:]]
    assert errors(one_table(tmp_path, "机构运行信息表", rows)) == {"duplicate_row"}


def test_money_of_such_a_form_that_nobody_knows_is_kept_back(tmp_path: Path) -> None:
    rows = [*RUNNING, ["四、差旅费", "13", "—", "2.00", "", "26", ""]]
    assert errors(one_table(tmp_path, "机构运行信息表", rows)) == {"unknown_row"}


#: 三公 of the one year in one row, 会议费 and 培训费 beside it and counts below it (Jiangsu).
WITH_COUNTS = [
    ["“三公”经费合计", "因公出国（境）费", *["公务用车购置及运行费"] * 3, "公务接待费", "会议费", "培训费"],
    [
        "“三公”经费合计",
        "因公出国（境）费",
        "小计",
        "公务用车购置费",
        "公务用车运行维护费",
        "公务接待费",
        "会议费",
        "培训费",
    ],
    ["8.00", "", "6.50", "", "6.50", "1.50", "1.20", "3.40"],
]
COUNTS = [
    ["相关统计数：", "", "", "", "", "", "", ""],
    ["项目", "", "", "统计数", "项目", "", "", "统计数"],
    ["因公出国（境）团组数（个）", "", "", "0", "公务用车保有量（辆）", "", "", "2"],
    ["召开会议次数（个）", "", "", "3", "参加会议人次（人）", "", "", "90"],
]


def test_counts_below_one_row_of_money_are_set_aside(tmp_path: Path) -> None:
    title = "一般公共预算“三公”经费、会议费、培训费支出决算表"
    document = one_table(tmp_path, title, [*WITH_COUNTS, *COUNTS])
    assert errors(document) == set()
    assert printed(document, "three_public") == {
        ("final", "total"): "8.00",
        ("final", "vehicles"): "6.50",
        ("final", "vehicle_operation"): "6.50",
        ("final", "hospitality"): "1.50",
    }


@pytest.mark.parametrize(
    "row", [["差旅费", "", "", "0.40", "", "", "", ""], ["8.10", "", "6.50", "", "6.50", "1.60", "", ""]]
)
def test_what_stands_below_and_is_no_count_is_kept_back(row: list[str], tmp_path: Path) -> None:
    assert errors(one_table(tmp_path, "“三公”经费支出决算表", [*WITH_COUNTS, row])) != set()


def test_a_column_may_say_which_it_is_the_sum_of(tmp_path: Path) -> None:
    names = ["合计", "因公出国（境）费", *["公务用车购置及运行费"] * 3, "公务接待费"]
    parts = ["合计", "因公出国（境）费", "小计", "公务用车购置费", "公务用车运行费", "公务接待费"]
    numbers = ["1", "2", "3=4+5", "4", "5", "6", "7", "8", "9=10+11", "10", "11", "12"]
    rows = [
        [*["预算数"] * 6, *["决算数"] * 6],
        names * 2,
        parts * 2,
        numbers,
        ["9.00", "", "7.00", "", "7.00", "2.00", "8.00", "", "6.50", "", "6.50", "1.50"],
    ]
    document = one_table(tmp_path, "财政拨款“三公”经费支出决算表", rows)
    assert errors(document) == set()
    assert len(printed(document, "three_public")) == 8


OPERATING = [
    [
        "合计",
        "合计",
        "公务用车购置及运行费",
        "公务用车购置及运行费",
        "公务接待费",
        "公务接待费",
        "机关运行经费",
    ],
    ["预算数", "决算数", "预算数", "决算数", "预算数", "决算数", "决算数"],
    ["9.00", "8.00", "7.00", "6.50", "2.00", "1.50", "88.10"],
]


def test_operating_funds_beside_the_three_are_set_aside(tmp_path: Path) -> None:
    more = [["因公出国（境）费"] * 2, ["预算数", "决算数"], ["", ""]]
    kinds = [["购置费"] * 2 + ["运行费"] * 2, ["预算数", "决算数"] * 2, ["", "", "7.00", "6.50"]]
    rows = [[*row[:2], *a, *row[2:4], *b, *row[4:]] for row, a, b in zip(OPERATING, more, kinds, strict=True)]
    document = one_table(tmp_path, "一般公共预算财政拨款“三公”经费及机关运行经费支出决算表", rows)
    assert errors(document) == set()
    assert len(printed(document, "three_public")) == 8


@pytest.mark.parametrize(("abroad", "codes"), [("0.50", set()), ("1.60", {"token_left_over"})])
def test_kinds_of_receptions_in_columns(abroad: str, codes: set[str], tmp_path: Path) -> None:
    rows = [[*row[:6]] for row in WITH_COUNTS]
    rows[0] += ["公务接待费"] * 2
    rows[1] = [*rows[1][:5], "小计", "国内接待费", "国（境）外接待费"]
    rows[2] += ["1.00", abroad]
    assert errors(one_table(tmp_path, "“三公”经费支出决算表", rows)) == codes


def listed(head: tuple[str, str, str], total: str, vehicles: str, running: str) -> Rows:
    return [
        [*head],
        [total, "9.00", "8.00"],
        ["1.因公出国（境）费", "0.00", "0.00"],
        ["2.公务接待费", "2.00", "1.50"],
        [f"3.{vehicles}", "7.00", "6.50"],
        [f"其中：{running}", "7.00", "6.50"],
        ["公务用车购置费", "0.00", "0.00"],
    ]


@pytest.mark.parametrize(
    ("head", "total", "vehicles", "running"),
    [
        (("项目", "预算数", "执行数"), "总计", "公务用车购置及运行维护费", "公务用车运行维护费"),
        (("支出项目", "年度预算", "决算支出数"), "“三公”经费小计", "公务用车经费", "公务用车运行维护经费"),
    ],
)
def test_words_of_lists(
    head: tuple[str, str, str], total: str, vehicles: str, running: str, tmp_path: Path
) -> None:
    document = one_table(tmp_path, "“三公”经费支出决算表", listed(head, total, vehicles, running))
    assert errors(document) == set()
    assert len(printed(document, "three_public")) == 8


def test_what_separates_budget_and_final_figure_is_set_aside(tmp_path: Path) -> None:
    rows = listed(("项目", "预算数", "决算数"), "合计", "公务用车购置及运行费", "公务用车运行费")
    rows = [[*row, "差额" if n == 0 else "0.50"] for n, row in enumerate(rows)]
    assert errors(one_table(tmp_path, "“三公”经费支出决算表", rows)) == set()


def test_the_part_of_a_source_may_stand_beside_it(tmp_path: Path) -> None:
    rows = [
        ["科目编码", "科目名称", "本年收入合计", "财政拨款收入", "上级补助收入", "事业收入"],
        ["201", "一般公共服务支出", "9.00", "5.00", "", "4.00"],
        ["合计", "", "9.00", "5.00", "", "4.00"],
    ]
    for row, more in zip(rows, ["其中：教育收费", "3.00", "3.00"], strict=True):
        row.append(more)
    for row, more in zip(rows, ["经营收入", "", ""], strict=True):
        row += [more, "附属单位上缴收入" if more else "", "其他收入" if more else ""]
    document = one_table(tmp_path, "收入决算表", rows)
    assert errors(document) == set()
    assert printed(document, "income")["201", "institutional"] == "4.00"


def test_a_part_that_exceeds_its_source_is_kept_back(tmp_path: Path) -> None:
    rows = [
        ["科目编码", "科目名称", "本年收入合计", "财政拨款收入", "事业收入", "其中：教育收费"],
        ["合计", "", "9.00", "5.00", "4.00", "4.50"],
    ]
    assert "unknown_column" in errors(one_table(tmp_path, "收入决算表", rows))


def test_balances_may_be_broken_down_by_whose_money_they_are(tmp_path: Path) -> None:
    rows = [
        ["收入", "收入", "支出", "支出"],
        ["收入项目", "金额", "支出项目", "金额"],
        ["一、事业收入（含教育收费）", "9.00", "一、教育支出", "8.00"],
        ["本年收入合计", "9.00", "本年支出合计", "8.00"],
        ["年初结转和结余", "3.00", "年末结转和结余", "4.00"],
        ["其中：财政拨款结转和结余", "1.00", "其中：财政拨款结转和结余", "2.00"],
        ["总计", "12.00", "总计", "12.00"],
    ]
    document = one_table(tmp_path, "收入支出决算总表", rows)
    assert errors(document) == set()
    assert printed(document, "income_expenditure_summary")["institutional_income", "amount"] == "9.00"


@pytest.mark.parametrize("label", ["财决公开01表", "决算公开01表", "部门公开1表", "GK01表", "公开第一表"])
def test_the_label_of_a_form_is_no_title(label: str, contracts: Contracts, tmp_path: Path) -> None:
    drawing = canvas(tmp_path / "a.pdf")
    drawing.drawString(60, 780, "收入支出决算总表")
    drawing.drawString(400, 765, label)
    drawing.drawString(60, 750, "部门：甲县司法局")
    draw_grid(drawing, [["项目", "决算数"], ["本年收入合计", "1.00"]], left=48, top=740, widths=[120, 80])
    drawing.save()
    (grid,) = captioned_grids(read_pdf(tmp_path / "a.pdf"), contracts)
    assert grid.dataset == "income_expenditure_summary"


@pytest.mark.parametrize(
    ("code", "name"),
    [
        ("30311", "住房公积金"),
        ("30310", "生产补贴"),
        ("30104", "其他社会保障缴费"),
        ("304", "对企事业单位的补贴"),
    ],
)
def test_names_of_the_classification_before_2018_are_familiar(
    code: str, name: str, contracts: Contracts
) -> None:
    table = contracts.tables["basic_expenditure"]
    cell = Cell(0, 0, 1, 1, name, Box(0, 0, 10, 10))
    assert not [*code_notes(TableRow(code, name), table.title, 1, cell, table, contracts)]


def lists_of(*tables: tuple[str, Rows], folder: Path) -> AuditedPublication:
    """A publication of tables, one a page."""
    drawing = canvas(folder / "a.pdf")
    drawing.drawString(60, 780, "甲市财政局2021年度部门决算")
    for title, rows in tables:
        drawing.setFont("STSong-Light", 9)
        drawing.drawString(60, 740, title)
        drawing.drawString(60, 720, "单位：万元")
        draw_grid(drawing, rows, left=20, widths=[150, 100, 100])
        drawing.showPage()
    drawing.save()
    return read_publication(folder / "a.pdf")


HEAD = ("项目", "预算数", "决算数")
ALL = listed(HEAD, "合计", "公务用车购置及运行费", "公务用车运行费")
PART = [[*row[:2], {"8.00": "7.00", "1.50": "0.50"}.get(row[2], row[2])] for row in ALL]


@pytest.mark.parametrize("turned", [False, True])
def test_of_two_tables_the_one_of_the_datasets_money_is_taken(turned: bool, tmp_path: Path) -> None:
    tables = [
        ("财政拨款“三公”经费支出决算表", ALL),
        ("一般公共预算财政拨款“三公”经费支出决算表", PART),
    ]
    document = lists_of(*(reversed(tables) if turned else tables), folder=tmp_path)
    assert errors(document) == set()
    assert printed(document, "three_public")["final", "total"] == "8.00"
    assert [f.severity for f in document.all_findings if f.code == "table_of_other_money"] == ["info"]


@pytest.mark.parametrize(
    "titles",
    [
        ["财政拨款“三公”经费支出决算表"] * 2,
        ["“三公”经费支出情况表", "一般公共预算财政拨款“三公”经费支出决算表"],
    ],
)
def test_two_tables_that_differ_are_kept_back_where_no_title_says_why(
    titles: list[str], tmp_path: Path
) -> None:
    assert errors(lists_of((titles[0], ALL), (titles[1], PART), folder=tmp_path)) != set()


@pytest.mark.parametrize("turned", [False, True])
def test_basic_expenditure_of_all_budgets_gives_way(turned: bool, tmp_path: Path) -> None:
    whole = [["科目编码", "科目名称", "合计"], ["302", "商品和服务支出", "9.00"], ["合计", "", "9.00"]]
    mine = [["科目编码", "科目名称", "合计"], ["302", "商品和服务支出", "8.00"], ["合计", "", "8.00"]]
    tables = [
        ("财政拨款基本支出决算表（经济科目）", whole),
        ("一般公共预算基本支出决算表（经济科目）", mine),
    ]
    document = lists_of(*(reversed(tables) if turned else tables), folder=tmp_path)
    assert errors(document) == set()
    assert printed(document, "basic_expenditure")["302", "amount"] == "8.00"


@pytest.mark.parametrize(
    ("code", "alone", "codes"),
    [("201", False, set()), ("302", False, {"unknown_head"}), ("201", True, {"unknown_head"})],
)
def test_basic_expenditure_by_functional_class_beside_that_by_economic_class_is_another_table(
    code: str, alone: bool, codes: set[str], tmp_path: Path
) -> None:
    mine = [["科目编码", "科目名称", "合计"], ["302", "商品和服务支出", "8.00"], ["合计", "", "8.00"]]
    other = [["科目编码", "科目名称", "办公费"], [code, "某项支出", "9.00"], ["合计", "", "9.00"]]
    tables = [
        ("一般公共预算财政拨款基本支出决算表", mine),
        ("财政拨款“三公”经费支出决算表", ALL),
        ("一般公共预算财政拨款基本支出决算明细表", other),
    ]
    document = lists_of(*tables[1 if alone else 0 :], folder=tmp_path)
    assert errors(document) == codes


@pytest.mark.parametrize(
    ("title", "at", "codes"),
    [
        ("“三公”经费增减变化情况表", 2, set()),
        ("“三公”经费增减变化情况表", 1, {"duplicate_row"}),  # right after it, it may go on with it
        ("财政拨款“三公”经费支出决算表", 2, {"unknown_head"}),  # as may one under the same title
    ],
)
def test_a_table_of_three_public_with_another_head_after_the_form_is_none_of_it(
    title: str, at: int, codes: set[str], tmp_path: Path
) -> None:
    changes = [
        ["项目", "增减额", "增减原因"],
        ["公务接待费", "-0.30", "厉行节约"],
        ["公务用车运行费", "0.00", ""],
    ]
    mine = [["科目编码", "科目名称", "合计"], ["302", "商品和服务支出", "8.00"], ["合计", "", "8.00"]]
    tables = [("财政拨款“三公”经费支出决算表", ALL), ("一般公共预算财政拨款基本支出决算表", mine)]
    document = lists_of(*tables[:at], (title, changes), *tables[at:], folder=tmp_path)
    assert errors(document) == codes


@pytest.mark.parametrize(("rows", "exact"), [(14, -4), (5, -2)])
def test_many_whole_amounts_are_rounded_to_whole_units(rows: int, exact: int, tmp_path: Path) -> None:
    body = [[str(200 + n), f"甲{n}", str(37 * n + 1)] for n in range(1, rows)]
    document = one_table(
        tmp_path, "一般公共预算财政拨款支出决算表", [["科目编码", "科目名称", "合计"], *body]
    )
    assert document.publication.decimals == exact


@pytest.mark.parametrize(("printed_below", "codes"), [("0.00", set()), ("0.01", {"unknown_row"})])
def test_a_blank_line_of_noughts_holds_nothing(printed_below: str, codes: set[str], tmp_path: Path) -> None:
    rows = [
        ["科目编码", "科目名称", "合计", "基本支出", "项目支出"],
        ["201", "一般公共服务支出", "5.00", "5.00", "0.00"],
        ["合计", "", "5.00", "5.00", "0.00"],
        ["", "", printed_below, "0.00", printed_below],
    ]
    assert errors(one_table(tmp_path, "一般公共预算财政拨款支出决算表", rows)) == codes
