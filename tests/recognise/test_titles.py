"""Titles of tables as other provinces print them: with labels, ordinals, classes and units around them."""

from __future__ import annotations

from pathlib import Path

import pytest
from drawing import canvas, draw_grid

from jcfs_etl.contracts.model import Contracts
from jcfs_etl.labels import squeezed
from jcfs_etl.read import read_pdf
from jcfs_etl.recognise.known_titles import match_title, titled_alone
from jcfs_etl.recognise.titles import captioned_grids

TITLES = {
    "income_expenditure_summary": [
        "部门收支决算总表",
        "表一：收入支出决算总表",
        "附表1：收入支出决算总表",
        "部门公开表1：收入支出决算总表",
        "收入支出决算总表（表一）",
        "收入支出决算总表 金额单位：万元",
        "收入支出决算总表（公开01表）单位：元",
        "GK01 收入支出决算总表",
        "财决公开01表 收入支出决算总表",
        "收入支出决算总表（单位：万元）",
        "收入支出决算总表（万元）",
        "公开01表 收入支出决算总表 2021年度",
        "收入支出决算总表（2021年度）",
        "收入支出决算总表（财决01表）",
        "【表1】收入支出决算总表",
        "部门决算公开表1 收入支出决算总表",
    ],
    "income": ["部门收入总表", "收入决算表（按功能分类列示）", "表 2-收入决算表", "公开02表 收入决算表"],
    "expenditure": ["部门支出总表", "表3、支出决算表", "支出决算表（按功能分类科目）"],
    "appropriation_summary": ["Z01-1-财政拨款收入支出决算总表", "财政拨款收支总表"],
    "general_budget_expenditure": [
        "一般公共预算财政拨款支出决算表（按功能分类）",
        "2016年度一般公共预算财政拨款支出决算表（公开表5）",
        "一般公共预算支出决算表（功能科目）",
    ],
    "basic_expenditure": [
        "基本支出决算表",
        "一般公共预算基本支出决算表（经济科目）",
        "一般公共预算财政拨款基本支出决算表（按经济分类）",
    ],
    "three_public": [
        "一般公共预算财政拨款“三公”经费支出决算表（一）",
        "财政拨款三公经费支出决算表",
        "一般公共预算财政拨款“三公”经费及会议费、培训费支出决算表",
        "“三公”经费、行政参公单位机关运行经费情况表",
        "2021年甲县财政拨款“三公”经费及相关信息统计表",
        "公开09表 机构运行信息表",
        "一般公共预算及政府性基金财政拨款“三公”经费支出决算表",
        "一般公共预算、政府性基金预算财政拨款“三公”经费支出决算表",
    ],
    "government_fund": ["政府性基金决算表", "表8：政府性基金预算财政拨款收入支出决算表"],
    "state_capital": ["国有资本经营支出决算表"],
}

#: Tables that other provinces publish beside them, and sentences about tables.
OTHERS = [
    "财政拨款支出决算明细表",
    "一般公共预算财政拨款支出决算明细表",
    "一般公共预算财政拨款项目支出决算表",
    "政府性基金预算财政拨款“三公”经费支出决算表",
    "国有资本经营预算财政拨款“三公”经费支出决算公开表",
    "2024年“三公”经费预算表",
    "收入决算表（按单位列示）",
    "一般公共预算支出决算表（经济科目）",
    "一般公共预算财政拨款基本支出决算表（按政府预算支出经济分类）",
    "一般公共预算“三公”经费预算情况表",
    "“三公”经费支出说明：见下表",
    "财政专户管理资金收入支出决算表",
    "项目收入支出决算表",
    "非税收入支出决算表",
    "一般公共预算财政拨款支出决算表说明",
    "详见表1：收入支出决算总表",
    "收入支出决算总表中的支出",
    "“三公”经费支出与上年对比情况表",
]


@pytest.mark.parametrize(
    ("dataset", "title"), [(dataset, title) for dataset, titles in TITLES.items() for title in titles]
)
def test_a_title_is_known_with_what_stands_around_it(dataset: str, title: str, contracts: Contracts) -> None:
    assert match_title(squeezed(title), contracts) == dataset


@pytest.mark.parametrize("title", OTHERS)
def test_the_title_of_another_table_is_none_of_ours(title: str, contracts: Contracts) -> None:
    assert match_title(squeezed(title), contracts) is None


@pytest.mark.parametrize(
    "title",
    ["《收入决算表》", "二、《收入决算表》", "表2：《收入决算表》", "《收入决算表（按功能分类列示）》"],
)
def test_a_title_may_stand_in_its_marks(title: str, contracts: Contracts) -> None:
    assert match_title(squeezed(title), contracts) == "income"
    assert match_title(squeezed(f"详见{title}"), contracts) is None


@pytest.mark.parametrize("left", ["年度", "23年度", "3年"])
def test_a_title_may_have_lost_a_part_of_its_year_at_the_edge_of_the_page(
    left: str, contracts: Contracts
) -> None:
    assert match_title(f"{left}收入决算表", contracts) == "income"


#: Words for a title that are none of its own, by the table that they mean where that has no other.
WORDED = {
    "income_expenditure_summary": ["收入支出决算公开表", "部门收支决算表", "2013年部门收支总体情况表"],
    "income": ["收入决算批复表", "部门收入总体情况表"],
    "expenditure": ["支出决算情况表", "单位支出总表"],
    "appropriation_summary": ["财政拨款收支决算表", "财政拨款收入支出决算公开表"],
    "general_budget_expenditure": ["一般公共预算支出情况表", "公共财政拨款支出决算表"],
    "basic_expenditure": ["财政拨款基本支出经济分类决算表", "一般公共预算基本支出表"],
    "government_fund": ["政府基金预算财政拨款收入支出决算表", "政府性基金预算支出表"],
    "state_capital": [
        "国有资本经营预算支出情况表",
        "国有资本预算财政拨款支出决算表",
        "国有资本经营财政拨款预算支出决算表",
    ],
    "three_public": ["一般公共预算相关经费支出决算表", "财政拨款有关经费决算情况表"],
}


@pytest.mark.parametrize(
    ("dataset", "title"), [(dataset, title) for dataset, titles in WORDED.items() for title in titles]
)
def test_a_title_in_other_words_counts_where_the_table_has_no_title_of_its_own(
    dataset: str, title: str, contracts: Contracts
) -> None:
    assert titled_alone(squeezed(title), {None}, contracts) == dataset
    assert titled_alone(squeezed(title), {None, dataset}, contracts) is None


@pytest.mark.parametrize(
    "title",
    [*OTHERS, "支出决算明细表", "政府采购支出情况表", "机关运行经费支出决算表", "国有资产占用情况表",
     "政府性基金预算表", "国有资本经营预算收入表", "一般公共预算收入情况表", "收入决算表（分单位）"],
)  # fmt: skip
def test_other_words_mean_no_other_table(title: str, contracts: Contracts) -> None:
    assert titled_alone(squeezed(title), {None}, contracts) is None


def test_a_table_of_the_same_title_and_other_codes_has_its_number(contracts: Contracts) -> None:
    title = squeezed("一般公共预算财政拨款支出决算表（二）")
    assert match_title(title, contracts) == "basic_expenditure"
    assert match_title(title.replace("二", "一"), contracts) == "general_budget_expenditure"


def test_the_title_of_another_table_may_stand_in_its_marks(contracts: Contracts, tmp_path: Path) -> None:
    drawing = canvas(tmp_path / "a.pdf")
    drawing.drawString(60, 780, "《项目支出决算表》")
    draw_grid(drawing, [["项目名称", "合计"], ["甲", "1.00"]], left=48, widths=[120, 80])
    drawing.save()
    (grid,) = captioned_grids(read_pdf(tmp_path / "a.pdf"), contracts)
    assert grid.title == "《项目支出决算表》"


@pytest.mark.parametrize(
    ("above", "dataset"),
    [
        ("甲省乙市丙区街道办事处2021年政府性基金预算财政拨款收入", "government_fund"),
        ("甲省乙市丙区街道办事处2021年国有资本经营预算财政拨款", "state_capital"),
        ("甲省乙市丙区街道办事处2021年一般公共预算财政拨款项目", None),
        ("甲省乙市丙区街道办事处2021年度", "expenditure"),
        ("甲省乙市丙区街道办事处", "expenditure"),
    ],
)
def test_the_rest_of_a_wrapped_title_is_no_title_of_its_own(
    above: str, dataset: str | None, contracts: Contracts, tmp_path: Path
) -> None:
    drawing = canvas(tmp_path / "a.pdf")
    drawing.setFont("STSong-Light", 15)
    for at, text in enumerate([above, "支出决算表"]):
        drawing.drawCentredString(300, 780 - 20 * at, text)
    drawing.setFont("STSong-Light", 9)
    drawing.drawString(400, 730, "单位：万元")
    draw_grid(
        drawing, [["科目编码", "科目名称", "合计"], ["201", "甲", "1.00"]], left=48, widths=[120, 80, 80]
    )
    drawing.save()
    (grid,) = captioned_grids(read_pdf(tmp_path / "a.pdf"), contracts)
    assert grid.dataset == dataset
    assert grid.title == (above if dataset != "expenditure" else "") + "支出决算表"


@pytest.mark.parametrize("leading", [17, 32])
def test_a_title_that_is_wrapped_is_one_however_wide_its_lines_are_set(
    leading: int, contracts: Contracts, tmp_path: Path
) -> None:
    drawing = canvas(tmp_path / "a.pdf")
    drawing.setFont("STSong-Light", 15)
    drawing.drawString(55, 780, "一般公共预算财政拨款项目支出明")
    drawing.drawString(152.5, 780 - leading, "细表")
    drawing.setFont("STSong-Light", 9)
    drawing.drawString(48, 730, "表7")
    draw_grid(drawing, [["项目名称", "合计"], ["甲", "1.00"]], left=48, widths=[120, 80])
    drawing.save()
    (grid,) = captioned_grids(read_pdf(tmp_path / "a.pdf"), contracts)
    assert (grid.dataset, grid.title) == (None, "一般公共预算财政拨款项目支出明细表")


def test_numbers_of_the_page_do_not_count_among_the_lines_at_its_foot(
    contracts: Contracts, tmp_path: Path
) -> None:
    drawing = canvas(tmp_path / "a.pdf")
    foot = ["支出决算表", "公开3表", "部门：甲市财政局", "2023年度", "单位：万元", "— 1 —", "第1页"]
    for at, words in enumerate(foot):
        drawing.drawString(60, 200 - 20 * at, words)
    drawing.showPage()
    draw_grid(drawing, [["科目编码", "科目名称", "本年支出合计"], ["", "合计", "30.00"]])
    drawing.save()
    (item,) = captioned_grids(read_pdf(tmp_path / "a.pdf"), contracts)
    assert (item.dataset, item.title) == ("expenditure", "支出决算表")


@pytest.mark.parametrize("title", ["项目支出决算表（单位：万元）", "资产情况表（2022年度）（单位：元）"])
def test_a_title_that_no_contract_knows_is_one_with_its_unit_of_money(
    title: str, contracts: Contracts, tmp_path: Path
) -> None:
    drawing = canvas(tmp_path / "a.pdf")
    drawing.drawString(60, 740, title)
    drawing.drawString(60, 725, "公开12表（单位：元）")
    draw_grid(drawing, [["项目", "金额"], ["甲", "1.00"]])
    drawing.save()
    (item,) = captioned_grids(read_pdf(tmp_path / "a.pdf"), contracts)
    assert (item.dataset, item.title) == (None, squeezed(title))
