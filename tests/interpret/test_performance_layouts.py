"""Self-evaluation forms as provinces lay them out: other titles, orders, headings and rows below."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from drawing import canvas
from factory.performance import draw_lattice
from read_forms import Read, read

from jcfs_etl.contracts import Contracts

TITLE = "甲县修桥补助绩效自评表"
FIELDS = ["项目名称 | 修桥补助 | < | < | < | <", "主管部门 | 甲局 | < | 实施单位 | 乙站 | <"]
MONEY = [
    "项目资金（万元） | | 全年预算数 | 全年执行数 | 执行率 | 得分",
    "^ | 年度资金总额 | 200.00 | 150.00 | 75.00% | 7.5",
]
UNSCORED = [
    "项目资金（万元） | < | 全年预算数 | 全年执行数 | 执行率 | <",
    "年度资金总额 | < | 200.00 | 150.00 | 75.00% | <",
]
GOALS = ["年度总体目标 | 预期目标 | < | 实际完成情况 | < | <", "^ | 修好两座桥 | < | 修好了一座 | < | <"]
HEAD = "绩效指标 | 二级指标 | 三级指标 | 年度指标值 | 实际完成值 | 得分"
ROWS = ["^ | 数量指标 | 修桥座数 | 2座 | 1座 | 60", "^ | 质量指标 | 验收合格率 | ≥95% | 100% | 20"]
TOTAL = "总分 | < | < | < | < | 87.5"
LEVEL2 = ["数量指标", "质量指标"]


def lattice_of(rows: list[str]) -> list[list[str]]:
    return [[text.strip() for text in row.split("|")] for row in rows]


def drawn(path: Path, contracts: Contracts, *pages: list[str], title: str = TITLE, second: str = "") -> Read:
    """Forms of six columns, each list of rows on a page of its own; the title above the first."""
    drawing = canvas(path / "forms.pdf")
    for number, rows in enumerate(pages):
        if number:
            drawing.showPage()
        draw_lattice(drawing, lattice_of(rows), [75.0] * 6, [t for t in (second if number else title,) if t])
    drawing.save()
    return read(path / "forms.pdf", contracts)


def form_of(**parts: list[str] | str) -> list[str]:
    """A form of six columns, parts of it replaced."""
    whole: dict[str, Any] = {
        "fields": FIELDS,
        "money": MONEY,
        "goals": GOALS,
        "head": HEAD,
        "rows": ROWS,
        "total": TOTAL,
        "foot": [],
    }
    found: list[str] = []
    for part in (whole | parts).values():
        found += [part] if isinstance(part, str) else part
    return [row for row in found if row]


def warned(got: Read) -> list[str]:
    return [f"{f.code}: {f.values}" for f in got.findings if f.severity != "info"]


def assert_read(got: Read, form: int = 1, name: str = "修桥补助") -> None:
    """The figures that every form here prints, and nothing that is not printed."""
    project = next(p for p in got.tables["performance_projects"] if p["form"] == form)
    assert (project["project"], project["department"], project["unit_name"]) == (name, "甲局", "乙站")
    assert (project["goals"], project["completion"]) == ("修好两座桥", "修好了一座")
    assert project["total_score"] == Decimal("87.5")
    (funds,) = (line for line in got.tables["performance_funds"] if line["form"] == form)
    assert (funds["annual_budget"], funds["executed"]) == (Decimal(2_000_000), Decimal(1_500_000))
    rows = [row for row in got.tables["performance_indicators"] if row["form"] == form]
    assert [row["level2"] for row in rows] == LEVEL2
    assert [row["level3"] for row in rows] == ["修桥座数", "验收合格率"]
    assert [row["actual"] for row in rows] == ["1座", "100%"]
    assert [row["score"] for row in rows] == [Decimal(60), Decimal(20)]


BESIDE = ["年度总体目标 | 年初设定目标 | 修好两座桥 | 实际完成情况 | 修好了一座 | <"]
FORMS = {
    "plain": form_of(),
    "goal and completion in one row": form_of(goals=BESIDE),
    "goal and completion in one row alone": form_of(
        goals=["年初设定目标 | 修好两座桥 | < | 实际完成情况 | 修好了一座 | <"]
    ),
    "goal and completion below each other": form_of(
        goals=[
            "年度总体目标 | 预期目标 | 修好两座桥 | < | < | <",
            "^ | 实际完成情况 | 修好了一座 | < | < | <",
        ]
    ),
    "heads with letters": form_of(
        money=[
            "预算执行情况（万元） | | 预算数（A） | 执行数（B） | 执行率（B/A） | 得分（10分*执行率）",
            "^ | 年度财政资金总额 | 200.00 | 150.00 | 75.00% | 7.5",
        ]
    ),
    "heads in two rows": form_of(
        head=[
            "绩效指标 | < | < | 年度指标值 | 实际完成值 | 得分",
            "一级指标 | 二级指标 | 三级指标 | 指标值 | ^ | ^",
        ],
        rows=[
            "产出指标 | 数量指标 | 修桥座数 | 2座 | 1座 | 60",
            "^ | 质量指标 | 验收合格率 | ≥95% | 100% | 20",
        ],
    ),
    "a column that is of no interest": form_of(
        head="二级指标 | 三级指标 | 年度指标值 | 实际完成值 | 完成率 | 得分",
        rows=[
            "数量指标 | 修桥座数 | 2座 | 1座 | 50% | 60",
            "质量指标 | 验收合格率 | ≥95% | 100% | 100% | 20",
        ],
    ),
    "indicators by their names alone": form_of(
        head="二级指标 | 指标名称 | 指标性质 | 年初指标值 | 全年完成值 | 得分",
        rows=["数量指标 | 修桥座数 | = | 2座 | 1座 | 60", "质量指标 | 验收合格率 | ≥ | 95% | 100% | 20"],
    ),
    "总分 above": form_of(
        fields=["项目名称 | 修桥补助 | < | < | 自评总分（分） | 87.5", FIELDS[1]], total=""
    ),
    "text blocks and notes below": form_of(
        foot=["说明 | 无 | < | < | < | <", "项目负责人：丙 | < | < | 财务负责人：丁 | < | <"]
    ),
    "money beside its labels": form_of(
        money=[
            "项目资金（万元） | 全年预算数 | 200.00 | 全年执行数 | 150.00 | <",
            "^ | 执行率 | 75.00% | 得分 | 7.5 | <",
        ]
    ),
    "grade behind its label": form_of(total="总分 | < | < | < | （自评等级：优） | 87.5"),
}  # fmt: skip


@pytest.mark.parametrize("kind", FORMS)
def test_the_layouts_of_provinces_are_read(kind: str, contracts: Contracts, tmp_path: Path) -> None:
    got = drawn(tmp_path, contracts, FORMS[kind])
    assert_read(got)
    assert warned(got) == []


def test_goals_above_their_texts_are_not_taken_for_texts_beside(contracts: Contracts, tmp_path: Path) -> None:
    goals = [
        "年度总体目标 | 预期目标 | 调整目标 | 实际完成情况 | 其他说明 | <",
        "^ | 修好两座桥 | | 修好了一座 | | <",
    ]
    (project,) = drawn(tmp_path, contracts, form_of(goals=goals)).tables["performance_projects"]
    assert project["goals"] in ("修好两座桥", None)
    assert project["completion"] in ("修好了一座", None)


def test_a_text_below_the_indicators_is_no_indicator(contracts: Contracts, tmp_path: Path) -> None:
    head = "一级指标 | 二级指标 | 三级指标 | 年度指标值 | 实际完成值 | 得分"
    rows = [row.replace("^", "产出指标") for row in ROWS]
    unknown = "其它情况 | 桥址地质复杂，工期延长 | < | < | < | <"
    got = drawn(tmp_path, contracts, form_of(head=head, rows=[*rows, unknown]))
    assert_read(got)
    (told,) = warned(got)
    assert "其它情况" in told, "and it is said"


def test_a_form_whose_title_alone_is_on_the_page_before_is_one(contracts: Contracts, tmp_path: Path) -> None:
    titled = [f"{TITLE} | < | < | < | < | <", "单位：万元 | < | < | < | < | <"]
    form = [row.replace("（万元）", "") for row in form_of()]
    other = [row.replace("修桥补助", "修路补助") for row in form]
    got = drawn(tmp_path, contracts, [*titled, *other], titled, form, title="附表")
    assert [f.pages for f in got.performance.forms] == [(1,), (2, 3)]
    assert_read(got, 2)
    assert warned(got) == []


@pytest.mark.parametrize("title", [TITLE, "项目支出绩效自评表"])
def test_a_title_above_each_page_begins_no_other_form(
    title: str, contracts: Contracts, tmp_path: Path
) -> None:
    drawing = canvas(tmp_path / "forms.pdf")
    form = form_of()
    cut = form.index(ROWS[1])
    for number, rows in enumerate((form[:cut], [ROWS[1].replace("^", ""), *form[cut + 1 :]])):
        if number:
            drawing.showPage()
        draw_lattice(drawing, lattice_of(rows), [75.0] * 6, [title])
    drawing.save()
    got = read(tmp_path / "forms.pdf", contracts)
    assert len(got.performance.forms) == 1
    assert_read(got)


@pytest.mark.parametrize("title", ["修桥补助项目自评表", "修桥补助情况"])
def test_a_form_whose_indicators_come_on_the_next_page_is_one(
    title: str, contracts: Contracts, tmp_path: Path
) -> None:
    got = drawn(tmp_path, contracts, [*FIELDS, *MONEY], [HEAD, *ROWS, TOTAL], title=title)
    (project,) = got.tables["performance_projects"]
    assert (project["project"], project["total_score"]) == ("修桥补助", Decimal("87.5"))
    assert len(got.tables["performance_funds"]) == 1 and len(got.tables["performance_indicators"]) == 2


def test_total_points_at_the_top_are_no_score(contracts: Contracts, tmp_path: Path) -> None:
    fields = ["项目名称 | 修桥补助 | 总分 | 100 | 年度 | 2023", FIELDS[1]]
    (project,) = drawn(tmp_path, contracts, form_of(fields=fields, total="")).tables["performance_projects"]
    assert project["total_score"] is None


def test_the_local_department_is_the_department(contracts: Contracts, tmp_path: Path) -> None:
    fields = [
        "转移支付（项目）名称 | 修桥补助 | < | < | < | <",
        "中央主管部门 | 某部 | < | < | < | <",
        "地方主管部门 | 甲局 | < | 资金使用单位 | 乙站 | <",
    ]
    got = drawn(tmp_path, contracts, form_of(fields=fields), title="转移支付区域（项目）绩效目标自评表")
    assert_read(got)
    assert warned(got) == []


def test_a_form_without_scores_lacks_no_total(contracts: Contracts, tmp_path: Path) -> None:
    rows = [row.rsplit("|", 1)[0] + "| 无偏差" for row in ROWS]
    got = drawn(
        tmp_path,
        contracts,
        form_of(money=UNSCORED, head=HEAD.replace("得分", "偏差原因"), rows=rows, total=""),
    )
    assert warned(got) == []


def test_a_form_that_begins_below_the_rest_of_another_is_its_own(
    contracts: Contracts, tmp_path: Path
) -> None:
    form = form_of(fields=[f"{TITLE} | < | < | < | < | <", *FIELDS])
    cut = form.index(ROWS[1])
    rest = [ROWS[1].replace("^", ""), *form[cut + 1 :]]
    other = [row.replace("修桥补助", "修路补助") for row in form[:cut]]
    got = drawn(tmp_path, contracts, other, [*rest, *form], title="附表")
    assert len(got.performance.forms) == 2
    assert_read(got, 1, "修路补助")
    assert_read(got, 2)
    assert warned(got) == []


@pytest.mark.parametrize(
    "title",
    ["项目支出绩效运行监控表", "项目支出绩效目标申报表", "项目绩效目标表", "绩效监控情况表（2023年1-7月）"],
)
def test_a_form_of_what_was_aimed_at_is_no_self_evaluation(
    title: str, contracts: Contracts, tmp_path: Path
) -> None:
    got = drawn(tmp_path, contracts, form_of(), title=title)
    assert not got.performance.forms


def test_a_form_that_is_printed_twice_is_in_the_data_once(contracts: Contracts, tmp_path: Path) -> None:
    got = drawn(tmp_path, contracts, form_of(), form_of(), title=TITLE)
    assert len(got.performance.forms) == 1
    assert got.codes == {"performance_repeated": 1}


def test_forms_alike_under_titles_of_two_projects_are_two(contracts: Contracts, tmp_path: Path) -> None:
    got = drawn(tmp_path, contracts, form_of(), form_of(), second=TITLE.replace("修桥", "修路"))
    assert len(got.performance.forms) == 2


def test_of_forms_whose_pages_alternate_the_first_pages_alone_are_read(
    contracts: Contracts, tmp_path: Path
) -> None:
    form = form_of()
    other = [row.replace("修桥", "修路").replace("验收合格率", "路面合格率") for row in form]
    cut = form.index(ROWS[1])
    first, second = ([each[cut].replace("^", ""), *each[cut + 1 :]] for each in (form, other))
    got = drawn(tmp_path, contracts, form[:cut], other[:cut], first, second)
    indicators = [(i["form"], i["level3"]) for i in got.tables["performance_indicators"]]
    assert indicators == [(1, "修桥座数"), (2, "修路座数")]
    assert got.codes["performance_pages_mixed"] == 1
    # One after the other, they are read in full.
    got = drawn(tmp_path, contracts, form[:cut], first, other[:cut], second)
    assert [len(form.indicators) for form in got.performance.forms] == [2, 2]


@pytest.mark.parametrize("part", ["上半年", "1-7月", "第三季度"])
def test_money_of_a_part_of_the_year_is_not_the_years(
    part: str, contracts: Contracts, tmp_path: Path
) -> None:
    got = drawn(tmp_path, contracts, [row.replace("全年", part) for row in form_of()], title=TITLE)
    assert all("executed" not in row or row["executed"] is None for row in got.tables["performance_funds"])


@pytest.mark.parametrize("title", ["甲局部门整体支出绩效自评表", "部门整体自评表", "整体绩效自评表"])
def test_a_form_of_a_whole_department_is_none_of_a_project(
    title: str, contracts: Contracts, tmp_path: Path
) -> None:
    got = drawn(tmp_path, contracts, form_of(), title=title)
    assert not got.performance.forms


def test_a_form_without_rules_is_said(contracts: Contracts, tmp_path: Path) -> None:
    drawing = canvas(tmp_path / "form.pdf")
    for at, row in enumerate(lattice_of(form_of())):
        for column, text in enumerate(row):
            drawing.drawString(40 + 85 * column, 760 - 20 * at, "" if text in "^<" else text)
    drawing.save()
    got = read(tmp_path / "form.pdf", contracts)
    assert got.codes == {"performance_unruled": 1} and not got.performance.forms


def test_heads_named_in_a_sentence_are_no_form(contracts: Contracts, tmp_path: Path) -> None:
    drawing = canvas(tmp_path / "prose.pdf")
    drawing.drawString(
        60, 700, "绩效自评表的一级指标、二级指标、三级指标与年度指标值均已公开，实际完成值良好。"
    )
    drawing.save()
    assert not read(tmp_path / "prose.pdf", contracts).findings


WEIGHTS = "绩效指标 | 二级指标 | 三级指标 | 实际完成值 | 分值 | 得分"


@pytest.mark.parametrize(
    ("weights", "total", "violated"),
    [
        ((60, 30), 100, False),  # the money block has its ten points unprinted
        ((60, 40), 100, False),  # 预算执行率 is one of the indicators
        ((60, 30), 90, False),  # 总分 is that of the indicators alone
        ((60, 20), 100, True),
        ((60, 50), 100, True),
    ],
)
def test_points_of_a_money_block_that_prints_none(
    weights: tuple[int, int], total: int, violated: bool, contracts: Contracts, tmp_path: Path
) -> None:
    rows = [f"^ | {name} | 指标{name} | 完成 | {w} | {w}" for name, w in zip(LEVEL2, weights, strict=True)]
    foot = f"总分 | < | < | < | {total} | {sum(weights)}"
    got = drawn(tmp_path, contracts, form_of(money=UNSCORED, head=WEIGHTS, rows=rows, total=foot))
    assert bool(got.violated) is violated


@pytest.mark.parametrize(("total", "violated"), [("75", set()), ("76", {"performance.total_score"})])
def test_the_total_is_that_of_the_indicators_where_they_have_all_points(
    total: str, violated: set[str], contracts: Contracts, tmp_path: Path
) -> None:
    rows = ["^ | 数量指标 | 修桥座数 | 1座 | 60 | 45", "^ | 质量指标 | 验收合格率 | 100% | 40 | 30"]
    foot = f"总分 | < | < | < | 100 | {total}"
    got = drawn(tmp_path, contracts, form_of(money=UNSCORED, head=WEIGHTS, rows=rows, total=foot))
    assert got.violated == violated


def test_texts_are_in_characters_where_a_program_wrote_radicals(contracts: Contracts, tmp_path: Path) -> None:
    fields = [FIELDS[0].replace("修桥补助", "⾷堂维修"), FIELDS[1]]
    (project,) = drawn(tmp_path, contracts, form_of(fields=fields)).tables["performance_projects"]
    assert project["project"] == "食堂维修"


@pytest.mark.parametrize(
    ("printed", "percent"), [("100.\n0%", "100.0"), ("75.00\n%", "75"), ("75.0\n0%", "75")]
)
def test_a_rate_that_wraps_is_one_figure(
    printed: str, percent: str, contracts: Contracts, tmp_path: Path
) -> None:
    executed = "200.00" if percent.startswith("100") else "150.00"
    money = [MONEY[0], MONEY[1].replace("75.00%", printed).replace("150.00", executed)]
    (line,) = drawn(tmp_path, contracts, form_of(money=money)).tables["performance_funds"]
    assert line["execution_rate"] == Decimal(percent)


@pytest.mark.parametrize("printed", ["75%\n80%", "75\n80.5%", "75\n80.50%"])
def test_two_rates_in_a_cell_are_none(printed: str, contracts: Contracts, tmp_path: Path) -> None:
    got = drawn(tmp_path, contracts, form_of(money=[MONEY[0], MONEY[1].replace("75.00%", printed)]))
    (line,) = got.tables["performance_funds"]
    assert line["execution_rate"] is None
    assert got.codes["performance_figure_unread"] == 1


LEVELS = "一级指标 | 二级指标 | 三级指标 | 年度指标值 | 实际完成值 | 得分"


def levels_of(got: Read) -> list[tuple[str | None, str | None]]:
    return [(row["level1"], row["level2"]) for row in got.tables["performance_indicators"]]


def test_names_in_cells_of_one_row_each_go_on_below_and_never_above(
    contracts: Contracts, tmp_path: Path
) -> None:
    rows = [
        "产出指标 | 数量指标 | 甲 | 2座 | 1座 | 30",
        " | 质量指标 | 乙 | 95% | 95% | 20",
        " | | 丙 | 95% | 95% | 20",
    ]
    after = ["满意度指标 | | 丁 | 90% | 90% | 10", TOTAL]
    got = drawn(tmp_path, contracts, form_of(head=LEVELS, rows=rows, total=""), after)
    output = [("产出指标", name) for name in ("数量指标", "质量指标", "质量指标")]
    assert levels_of(got) == [*output, ("满意度指标", None)]


def test_a_page_that_begins_right_of_merged_cells_goes_on(contracts: Contracts, tmp_path: Path) -> None:
    head = "绩效指标 | 一级指标 | 三级指标 | 年度指标值 | 实际完成值 | 得分"
    rows = ["^ | 产出指标 | 甲 | 2座 | 1座 | 30", "^ | 质量 | 乙 | 95% | 95% | 30"]
    drawing = canvas(tmp_path / "forms.pdf")
    draw_lattice(drawing, lattice_of(form_of(head=head, rows=rows, total="")), [75.0] * 6, [TITLE])
    drawing.showPage()
    # The side goes on over the whole page, and no level rule reaches its edge.
    drawing.translate(75, 0)
    below = ["效益指标 | 丙 | 5 | 4 | 20", "满意度 | 丁 | 90% | 91% | 7.5"]
    draw_lattice(drawing, lattice_of(below), [75.0] * 5, [])
    drawing.save()
    got = read(tmp_path / "forms.pdf", contracts)
    assert [str(row["score"]) for row in got.tables["performance_indicators"]][2:] == ["20.0000", "7.5000"]
    assert [row["level3"] for row in got.tables["performance_indicators"]] == ["甲", "乙", "丙", "丁"]


def test_goals_may_stand_beside_the_heading_of_their_block(contracts: Contracts, tmp_path: Path) -> None:
    text = "修好甲县的两座桥，并且在年内全部通过验收"
    goals = [f"年度总体目标 | {text} | < | < | < | <", "目标完成情况 | 修好了一座 | < | < | < | <"]
    got = drawn(tmp_path, contracts, form_of(goals=goals))
    (project,) = got.tables["performance_projects"]
    assert (project["goals"], project["completion"], warned(got)) == (text, "修好了一座", [])


def test_texts_below_the_money_are_no_source_of_funds(contracts: Contracts, tmp_path: Path) -> None:
    unknown = "^ | 年度任务 | 修好两座桥 | 进展 | 修好了一座 | <"
    got = drawn(tmp_path, contracts, form_of(money=[*MONEY, unknown]))
    assert [line["label"] for line in got.tables["performance_funds"]] == ["年度资金总额"]
    assert [text for text in warned(got) if "年度任务" in text]


@pytest.mark.parametrize("side", ["预算执行情况（万元）（20分）", "预算执行情况（万元）"])
@pytest.mark.parametrize("score", ["15", "21"])
def test_points_of_the_money_block_stand_in_its_heading_or_head(
    side: str, score: str, contracts: Contracts, tmp_path: Path
) -> None:
    head = "得分" if "20" in side else "得分（20分*执行率）"
    money = [
        f"{side} | | 全年预算数 | 全年执行数 | 执行率 | {head}",
        f"^ | 年度资金总额 | 200.00 | 150.00 | 75.00% | {score}",
    ]
    got = drawn(tmp_path, contracts, form_of(money=money, total=TOTAL.replace("87.5", str(80 + int(score)))))
    assert got.violated == ({"performance.execution_score"} if score == "21" else set())


SOURCES = [
    "项目资金（万元） | | 合计 | 财政拨款 | 上年结转 | 其他资金",
    "^ | 年初预算数 | 200.00 | 200.00 | |",
    "^ | 全年预算数 | 200.00 | 180.00 | | 20.00",
    "^ | 全年执行数 | 150.00 | 140.00 | | 10.00",
]


def test_sources_of_funds_may_be_columns(contracts: Contracts, tmp_path: Path) -> None:
    got = drawn(tmp_path, contracts, form_of(money=SOURCES, total=TOTAL.replace("87.5", "80")))
    lines = got.tables["performance_funds"]
    assert [(line["label"], line["is_total"]) for line in lines] == [
        ("合计", True),
        ("财政拨款", False),
        ("上年结转", False),
        ("其他资金", False),
    ]
    assert [line["initial_budget"] for line in lines] == [Decimal(2_000_000), Decimal(2_000_000), None, None]
    budgets, spent = ([line[name] for line in lines] for name in ("annual_budget", "executed"))
    assert budgets == [Decimal(2_000_000), Decimal(1_800_000), None, Decimal(200_000)]
    assert spent == [Decimal(1_500_000), Decimal(1_400_000), None, Decimal(100_000)]
    assert warned(got) == []


@pytest.mark.parametrize(
    "money",
    [
        [SOURCES[0].replace("合计", "乙"), *SOURCES[1:]],
        SOURCES[:3],
        [*SOURCES, SOURCES[3]],
        [SOURCES[0], *(row.replace("200.00", "见附表") for row in SOURCES[1:])],
    ],
)
def test_sources_in_columns_are_read_whole_or_not_at_all(
    money: list[str], contracts: Contracts, tmp_path: Path
) -> None:
    got = drawn(tmp_path, contracts, form_of(money=money))
    assert not got.tables["performance_funds"]
    assert warned(got), "and it is said"


def test_sources_stand_below_money_beside_its_labels(contracts: Contracts, tmp_path: Path) -> None:
    money = [
        "预算执行情况（万元） | 预算数： | 200.00 | 执行数： | 150.00 | <",
        "^ | 其中：财政拨款 | 180.00 | 其中：财政拨款 | 150.00 | <",
        "^ | 其他资金 | 20.00 | 其他资金 | | <",
    ]
    got = drawn(tmp_path, contracts, form_of(money=money))
    lines = got.tables["performance_funds"]
    assert [line["label"] for line in lines] == ["预算执行情况（万元）", "其中：财政拨款", "其他资金"]
    assert [line["annual_budget"] for line in lines] == [Decimal(n * 10_000) for n in (200, 180, 20)]
    assert [line["executed"] for line in lines] == [Decimal(1_500_000), Decimal(1_500_000), None]
    assert not [text for text in warned(got) if "unread" in text]


def test_other_labels_below_money_beside_its_labels_are_no_source(
    contracts: Contracts, tmp_path: Path
) -> None:
    money = [
        "预算执行情况（万元） | 预算数： | 200.00 | 执行数： | 150.00 | <",
        "^ | 财政拨款 | 180.00 | 其他资金 | 20.00 | <",
    ]
    got = drawn(tmp_path, contracts, form_of(money=money))
    assert len(got.tables["performance_funds"]) == 1
    assert [text for text in warned(got) if "180.00" in text]


@pytest.mark.parametrize(
    ("printed", "amount"),
    [("200.00\n00", 2_000_000), ("200.\n0000", 2_000_000), ("200.0\n10", None), ("200.00\n12", None)],
)
def test_an_amount_that_wraps_is_read_where_its_halves_are_none(
    printed: str, amount: int | None, contracts: Contracts, tmp_path: Path
) -> None:
    (line,) = drawn(
        tmp_path, contracts, form_of(money=[MONEY[0], MONEY[1].replace("200.00", printed)])
    ).tables["performance_funds"]
    assert line["annual_budget"] == (None if amount is None else Decimal(amount))


def test_points_of_each_level_are_not_those_of_the_indicators(contracts: Contracts, tmp_path: Path) -> None:
    head = "二级指标 | 分值 | 三级指标 | 实际完成值 | 分值 | 得分"
    rows = ["数量指标 | 90 | 甲 | 1座 | 60 | 60", "^ | ^ | 乙 | 2座 | 30 | 20"]
    got = drawn(tmp_path, contracts, form_of(head=head, rows=rows, total="总分 | < | < | < | 100 | 87.5"))
    weights = [row["weight"] for row in got.tables["performance_indicators"]]
    assert weights == [Decimal(60), Decimal(30)] and not got.violated and not warned(got)


def test_points_of_a_level_alone_are_not_passed_over(contracts: Contracts, tmp_path: Path) -> None:
    head = "一级指标 | 分值 | 三级指标 | 年度指标值 | 实际完成值 | 得分"
    rows = ["产出指标 | 90 | 甲 | 2座 | 1座 | 80"]
    got = drawn(tmp_path, contracts, form_of(head=head, rows=rows))
    assert [row["weight"] for row in got.tables["performance_indicators"]] == [Decimal(90)]


def test_a_list_of_projects_under_the_title_of_a_form_is_none(contracts: Contracts, tmp_path: Path) -> None:
    rows = [
        "序号 | 项目名称 | 年初预算数 | 全年预算数 | 全年执行数 | 执行率",
        "1 | 修桥补助 | 200.00 | 200.00 | 150.00 | 75.00%",
        "2 | 修路补助 | 100.00 | 100.00 | 100.00 | 100.00%",
    ]
    got = drawn(tmp_path, contracts, rows)
    assert not any(got.tables.values())
    assert got.codes["performance_not_understood"] == 1


@pytest.mark.parametrize(
    "row",
    [
        "项目资金（万元） | 年初预算数 | 200.00 | 全年预算数 | 200.00 | <",
        "项目资金（万元） | 全年预算数 | 见附表 | 全年执行数 | 150.00 | <",
        "项目资金（万元） | 全年预算数 | 200.00 | 全年执行数 | 150.00 | 140.00",
        "某某资金 | 全年预算数 | 200.00 | 全年执行数 | 150.00 | <",
    ],
)
def test_money_beside_labels_is_read_whole_or_not_at_all(
    row: str, contracts: Contracts, tmp_path: Path
) -> None:
    got = drawn(tmp_path, contracts, form_of(money=[row]))
    assert not got.tables["performance_funds"]
    assert warned(got), "and it is said"
