"""Forms that hold more than ours: 会议费 beside 三公, counts below it, parts one above their whole."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from pathlib import Path

import pytest
from drawing import canvas, draw_grid
from one_table import Rows, errors, one_table

from jcfs_etl import AuditedPublication, read_publication
from jcfs_etl.labels import squeezed
from jcfs_etl.recognise.details import is_within


def notes(document: AuditedPublication, code: str) -> int:
    return sum(f.code == code for f in document.all_findings)


def printed(document: AuditedPublication, dataset: str) -> dict[tuple[str, str], str]:
    facts = document.publication.tables[dataset].facts
    return {(f.key.row, f.key.column): f.printed for f in facts if f.amount}


WITH_MEETINGS = [
    [
        "项目",
        "“三公”经费",
        "“三公”经费",
        "“三公”经费",
        "“三公”经费",
        "“三公”经费",
        "“三公”经费",
        "会议费",
        "培训费",
    ],
    [
        "项目",
        "小计",
        "因公出国（境）费用",
        "公务接待费",
        *["公务用车购置及运行费"] * 3,
        "会议费",
        "培训费",
    ],
    [
        "项目",
        "小计",
        "因公出国（境）费用",
        "公务接待费",
        "小计",
        "公务用车购置费",
        "公务用车运行维护费",
        "会议费",
        "培训费",
    ],
    ["预算数", "9.00", "", "2.00", "7.00", "", "7.00", "3.00", "4.00"],
    ["决算数", "8.00", "", "1.50", "6.50", "", "6.50", "2.00", "1.00"],
]


def test_bases_may_stand_in_the_rows_beside_money_of_no_dataset(tmp_path: Path) -> None:
    document = one_table(tmp_path, "一般公共预算财政拨款“三公”经费及会议费、培训费支出决算表", WITH_MEETINGS)
    assert errors(document) == set()
    assert printed(document, "three_public") == {
        ("budget", "total"): "9.00",
        ("budget", "hospitality"): "2.00",
        ("budget", "vehicles"): "7.00",
        ("budget", "vehicle_operation"): "7.00",
        ("final", "total"): "8.00",
        ("final", "hospitality"): "1.50",
        ("final", "vehicles"): "6.50",
        ("final", "vehicle_operation"): "6.50",
    }
    assert notes(document, "column_set_aside") == 2


def listed(*extra: Sequence[str]) -> Rows:
    return [
        ["项目", "行次", "预算数", "决算统计数"],
        ["栏次", "", "1", "2"],
        ["一、“三公”经费支出", "1", "—", "—"],
        ["（一）支出合计", "2", "9.00", "8.00"],
        ["1．因公出国（境）费", "3", "0.00", "0.00"],
        ["2．公务用车购置及运行维护费", "4", "7.00", "6.50"],
        ["（1）公务用车购置费", "5", "0.00", "0.00"],
        ["（2）公务用车运行维护费", "6", "7.00", "6.50"],
        ["3．公务接待费", "7", "2.00", "1.50"],
        ["（1）国内接待费", "8", "—", "1.50"],
        *extra,
    ]


COUNTS = [
    ["（二）相关统计数", "9", "—", "—"],
    ["1．因公出国（境）团组数（个）", "10", "—", "0"],
    ["4．公务用车保有量（辆）", "11", "—", "3"],
    ["5．国内公务接待批次（个）", "12", "—", "21"],
    ["其中：外事接待批次（个）", "13", "—", "0"],
    ["二、机关运行经费", "14", "—", "88.10"],
    ["（一）行政单位", "15", "—", "88.10"],
]


def test_counts_and_operating_funds_below_the_items_are_set_aside(tmp_path: Path) -> None:
    document = one_table(tmp_path, "“三公”经费、行政参公单位机关运行经费情况表", listed(*COUNTS))
    assert errors(document) == set()
    figures = printed(document, "three_public")
    assert figures["budget", "total"] == "9.00"
    assert figures["final", "total"] == "8.00"
    assert len(figures) == 8
    assert notes(document, "row_set_aside") == len(COUNTS)


@pytest.mark.parametrize(
    "label",
    ["（2）国（境）外接待费", "4．公务用车保有量（辆）", "（1）行政单位", "（3）其他", "1．政府采购货物支出"],
)
def test_a_line_without_figures_is_a_heading(tmp_path: Path, label: str) -> None:
    rows = listed([label, "9", "", ""])
    document = one_table(tmp_path, "“三公”经费、行政参公单位机关运行经费情况表", rows)
    assert errors(document) == set()
    assert len(printed(document, "three_public")) == 8


@pytest.mark.parametrize(
    ("label", "text"),
    [
        ("6.公务接待人数（人）", "2856"),
        ("三、“三公”经费增减变化原因等说明", "比2014年减少0.54万元，降低5.5%。"),
    ],
)
def test_people_and_reasons_below_the_items_are_set_aside(tmp_path: Path, label: str, text: str) -> None:
    document = one_table(tmp_path, "“三公”经费决算情况表", listed([label, "9", "", text]))
    assert errors(document) == set()
    assert notes(document, "row_set_aside") == 1


def test_a_figure_in_the_label_of_a_line_without_others_is_left_over(tmp_path: Path) -> None:
    rows = listed(["（3）其他 1.00", "9", "", ""])
    document = one_table(tmp_path, "“三公”经费、行政参公单位机关运行经费情况表", rows)
    assert errors(document) == {"token_left_over"}


def test_money_of_a_line_that_is_neither_is_kept_back(tmp_path: Path) -> None:
    document = one_table(
        tmp_path, "“三公”经费、行政参公单位机关运行经费情况表", listed(["二、差旅费", "9", "1.00", "2.00"])
    )
    assert errors(document) == {"unknown_row"}


def test_a_second_total_with_another_figure_is_kept_back(tmp_path: Path) -> None:
    rows = [*listed()]
    rows[2] = ["一、“三公”经费支出", "1", "9.10", "8.00"]
    assert "duplicate_row" in errors(one_table(tmp_path, "“三公”经费情况表", rows))


@pytest.mark.parametrize(
    ("parts", "whole", "within"),
    [
        (("2085.12", "769.62"), "2854.73", True),
        (("2085.12", "769.63"), "2854.73", False),
        (("2854.74",), "2854.73", False),
        (("2854.74", "0.00"), "2854.73", False),
        (("1.01", "1.01", "1.01", "1.01"), "4.02", True),
        (("1.01", "1.01", "1.01", "1.01"), "4.01", False),
        (("8", "3"), "10", False),
    ],
)
def test_rounded_parts_may_exceed_their_whole_as_far_as_rounding_goes(
    parts: Sequence[str], whole: str, within: bool
) -> None:
    assert is_within([Decimal(part) for part in parts], Decimal(whole)) is within


@pytest.mark.parametrize(("numbers", "known"), [(["1", "2", "3"], True), (["1", "2", "4"], False)])
def test_columns_are_numbered_beside_the_end_of_a_word_above(
    tmp_path: Path, numbers: list[str], known: bool
) -> None:
    """A spreadsheet prints 功能分类科目编码 over the edge of its cell: 码 stands beside 款."""
    rows = [
        ["项目", "项目", "项目", "项目", "本年支出合计", "基本支出", "项目支出"],
        ["功能分类科目编", "", "", "科目名称", "", "", ""],
        ["类", "码款", "项", "栏次", *numbers],
        ["合计", "", "", "", "5.00", "3.00", "2.00"],
        ["201", "", "", "一般公共服务支出", "5.00", "3.00", "2.00"],
    ]
    document = one_table(tmp_path, "一般公共预算财政拨款支出决算表", rows)
    assert (errors(document) == set()) is known


@pytest.mark.parametrize("form", ["{}{}", "{} {}", "[{}]{}", "{}-{}"])
def test_a_code_and_its_name_may_stand_in_one_cell(tmp_path: Path, form: str) -> None:
    named = [
        ("201", "一般公共服务支出"),
        ("20105", "统计信息事务"),
        ("2010301", "行政运行"),
    ]
    rows = [
        ["科目", "本年支出合计", "基本支出", "项目支出"],
        ["合计", "5.00", "3.00", "2.00"],
        *([form.format(code, name), "5.00", "3.00", "2.00"] for code, name in named),
    ]
    document = one_table(tmp_path, "支出决算表", rows)
    assert errors(document) == set()
    assert {row for row, _ in printed(document, "expenditure")} == {"total", *(code for code, _ in named)}
    table = document.publication.tables["expenditure"]
    assert [squeezed(row.label) for row in table.rows][1:] == [squeezed(name) for _, name in named]


@pytest.mark.parametrize("label", ["2019年支出", "12一般公共服务支出", "901一般公共服务支出", "2010301"])
def test_digits_before_a_name_are_no_code_where_they_are_none(tmp_path: Path, label: str) -> None:
    rows = [
        ["科目", "本年支出合计", "基本支出", "项目支出"],
        ["合计", "5.00", "3.00", "2.00"],
        [label, "5.00", "3.00", "2.00"],
    ]
    found = one_table(tmp_path, "支出决算表", rows)
    known = label == "2010301"
    assert ("unknown_row" in errors(found)) is not known


def spread(folder: Path, widths: Sequence[float]) -> AuditedPublication:
    """A known table, an unknown one that goes on below in columns of some widths, and a known one."""
    known = [
        ["科目编码", "科目名称", "本年支出合计", "基本支出", "项目支出"],
        ["合计", "", "5.00", "3.00", "2.00"],
    ]
    other = [
        ["科目编码", "科目名称", "工资福利支出", "资本性支出"],
        ["201", "一般公共服务支出", "3.00", "2.00"],
    ]
    drawing = canvas(folder / "a.pdf")
    drawing.drawString(60, 780, "甲市财政局2021年度部门决算")
    for title, rows, columns in (
        ("支出决算表", known, [90.0] * 5),
        ("财政拨款支出决算明细表", other, [90.0] * 4),
        ("", other[1:], widths),
        ("一般公共预算财政拨款支出决算表", known, [90.0] * 5),
    ):
        drawing.showPage()
        drawing.setFont("STSong-Light", 9)
        drawing.drawString(60, 780, title)
        drawing.drawString(60, 760, "单位：万元" if title else "")
        draw_grid(drawing, rows, top=740, widths=columns)
    drawing.save()
    return read_publication(folder / "a.pdf")


def test_an_unknown_table_may_go_on_on_the_next_page(tmp_path: Path) -> None:
    document = spread(tmp_path, [90.0] * 4)
    assert errors(document) == set()
    told = [f.message for f in document.all_findings if f.code == "unknown_table"]
    assert len(told) == 2 and all("财政拨款支出决算明细表" in message for message in told)


def test_a_grid_of_other_columns_below_an_unknown_table_is_none_of_it(tmp_path: Path) -> None:
    assert errors(spread(tmp_path, [60.0, 120.0, 60.0, 60.0])) == {"stray_grid"}


@pytest.mark.parametrize(
    "heads", [("年初预算数", "调整预算数"), ("预算数", "调整后预算数"), ("批复预算数", "预算调整数")]
)
def test_budgets_beside_the_final_accounts_are_set_aside(tmp_path: Path, heads: tuple[str, str]) -> None:
    side = ["项目", *heads, "决算数"]
    rows = [
        ["收入"] * 4 + ["支出"] * 4,
        [*side, *side],
        ["一、财政拨款收入", "8.00", "9.00", "5.00", "一、一般公共服务支出", "8.00", "9.00", "5.00"],
        ["本年收入合计", "8.00", "9.00", "5.00", "本年支出合计", "8.00", "9.00", "5.00"],
        ["总计", "8.00", "9.00", "5.00", "总计", "8.00", "9.00", "5.00"],
    ]
    document = one_table(tmp_path, "收入支出决算总表", rows)
    assert errors(document) == set()
    assert set(printed(document, "income_expenditure_summary").values()) == {"5.00"}


VEHICLES = "公务用车购置及运行维护费"


def grouped(*reception: str) -> list[list[str]]:
    """三公 in two columns of names: what is bought and run of vehicles stands beside their name."""
    return [
        ["项目", "项目", "预算数", "决算数"],
        ["合计", "", "12.00", "10.00"],
        ["因公出国（境）费", "", "", "1.00"],
        [VEHICLES, "小计", "9.00", "7.00"],
        [VEHICLES, "公务用车购置费", "", "2.00"],
        [VEHICLES, "公务用车运行维护费", "9.00", "5.00"],
        ["公务接待费", "", "3.00", "2.00"],
        *([[*reception]] if reception else []),
    ]


@pytest.mark.parametrize(
    ("reception", "codes"),
    [
        ((), set()),
        (("公务接待费", "其中：外事接待费", "", "0.50"), set()),
        (("政府性基金预算", "公务接待费", "", "0.50"), {"unknown_row"}),
        (("公务接待费", "公务用车购置费", "", "0.50"), {"unknown_row"}),
    ],
)
def test_parts_of_an_item_may_stand_beside_its_name(
    tmp_path: Path, reception: tuple[str, ...], codes: set[str]
) -> None:
    document = one_table(tmp_path, "财政拨款“三公”经费支出决算表", grouped(*reception))
    assert errors(document) == codes
    assert printed(document, "three_public") == {
        ("budget", "total"): "12.00",
        ("budget", "vehicles"): "9.00",
        ("budget", "vehicle_operation"): "9.00",
        ("budget", "hospitality"): "3.00",
        ("final", "total"): "10.00",
        ("final", "abroad"): "1.00",
        ("final", "vehicles"): "7.00",
        ("final", "vehicle_purchase"): "2.00",
        ("final", "vehicle_operation"): "5.00",
        ("final", "hospitality"): "2.00",
    }
