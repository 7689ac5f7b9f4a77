"""Self-evaluation forms without rules: read where each word has its row and the figures prove each other."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest
from drawing import FONT, canvas
from read_forms import Read, read

from jcfs_etl.contracts import Contracts

SIZE, LEADING = 8.0, 10.0
MIDDLES = (45.0, 110.0, 200.0, 280.0, 350.0, 410.0, 470.0)
#: Rows of texts by column; a blank one stands for none, and lines of one text are parted by a slash.
FIELDS = ["项目名称 | 修桥补助 | | | | |", "主管部门 | 甲局 | | 实施单位 | 乙站 | |"]
MONEY = [
    "项目资金 | | 全年预算数 | 全年执行数 | 分值 | 执行率 | 得分",
    "（万元） | 年度资金总额 | 200.00 | 150.00 | 10 | 75.00% | 7.5",
    "| 其中：财政拨款 | 180.00 | 150.00 | — | 83.33% | —",
    "| 上年结转 | | | | |",
    "| 其他资金 | 20.00 | 0.00 | — | 0.00% | —",
]
GOALS = ["年度目标 | 预期目标 | | | 实际完成情况 | |", "| 修好两座桥 | | | 修好了一座 | |"]
HEAD = "一级指标 | 二级指标 | 三级指标 | 年度/指标值 | 实际完成值 | 分值 | 得分"
ROWS = [
    "| 数量指标 | 修桥座数 | 2座 | 1座 | 60 | 60",
    "产出指标 | | 桥面病害处治/完成情况 | ≥95% | 100% | 10 | 8",
    "| 质量指标 | 验收合格率 | 按照有关规定/及时/办理 | 达成预期指标 | 20 | 20",
]
TOTAL = "| | 总分 | | | 100 | 95.5"


def drawn(path: Path, contracts: Contracts, *forms: list[str], offset: float = 0.0) -> Read:
    """Forms without a rule on one page, each text about the middle of its row; ``offset`` moves 桥面…."""
    drawing, top = canvas(path / "form.pdf"), 800.0
    for rows in forms:
        drawing.setFont(FONT, 14)
        drawing.drawCentredString(260, top, "项目支出绩效自评表")
        drawing.setFont(FONT, SIZE)
        top -= 26
        for row in rows:
            texts = [text.strip().split("/") for text in row.split("|")]
            height = LEADING * max(len(lines) for lines in texts) + 4
            for x, lines in zip(MIDDLES, texts, strict=True):
                first = top - height / 2 + LEADING * (len(lines) - 1) / 2
                for at, line in enumerate(lines):
                    moved = offset if line.startswith(("桥面", "完成情况")) else 0
                    drawing.drawCentredString(x, first - LEADING * at - moved - SIZE / 3, line)
            top -= height
        top -= 30
    drawing.save()
    return read(path / "form.pdf", contracts)


def form_of(
    *, money: list[str] = MONEY, rows: list[str] = ROWS, total: str = TOTAL, head: str = HEAD
) -> list[str]:
    return [row for row in (*FIELDS, *money, *GOALS, head, *rows, total) if row]


def test_a_form_without_rules_is_read_where_its_figures_add_up(contracts: Contracts, tmp_path: Path) -> None:
    got = drawn(tmp_path, contracts, form_of())
    (project,) = got.tables["performance_projects"]
    assert (project["project"], project["department"], project["unit_name"]) == ("修桥补助", "甲局", "乙站")
    assert (project["total_weight"], project["total_score"]) == (Decimal(100), Decimal("95.5"))
    funds = got.tables["performance_funds"]
    assert [f["label"] for f in funds] == ["年度资金总额", "其中：财政拨款", "上年结转", "其他资金"]
    budgets = [Decimal(2_000_000), Decimal(1_800_000), None, Decimal(200_000)]
    assert [f["annual_budget"] for f in funds] == budgets
    rows = got.tables["performance_indicators"]
    assert [r["level3"] for r in rows] == ["修桥座数", "桥面病害处治完成情况", "验收合格率"]
    assert [r["target_initial"] for r in rows] == ["2座", "≥95%", "按照有关规定及时办理"]
    assert [r["actual"] for r in rows] == ["1座", "100%", "达成预期指标"]
    assert [(r["weight"], r["score"]) for r in rows] == [
        (Decimal(60), Decimal(60)),
        (Decimal(10), Decimal(8)),
        (Decimal(20), Decimal(20)),
    ]
    assert {r["level1"] for r in rows} == {None}, "names over several rows are left out"
    assert got.codes == {"performance_aligned": 1} and not got.violated


def test_names_that_stand_beside_every_indicator_are_read(contracts: Contracts, tmp_path: Path) -> None:
    rows = [f"产出指标 | 数量指标 |{row.split('|', 2)[2]}" for row in ROWS]
    got = drawn(tmp_path, contracts, form_of(rows=rows))
    levels = [(r["level1"], r["level2"]) for r in got.tables["performance_indicators"]]
    assert levels == [("产出指标", "数量指标")] * 3


REFUSED = {
    "scores do not come to 总分": form_of(total=TOTAL.replace("95.5", "94.5")),
    "weights do not come to theirs": form_of(total=TOTAL.replace("100", "90")),
    "sources do not come to their sum": form_of(money=[r.replace("20.00", "30.00") for r in MONEY]),
    "the rate is not theirs": form_of(money=[r.replace("83.33%", "63.33%") for r in MONEY]),
    "an amount may be two": form_of(money=[r.replace("180.00", "180./00") for r in MONEY[:2]]
                                    + [MONEY[2].replace("180.00", "18/0.00"), *MONEY[3:]]),
    "points of two rows in one": form_of(rows=[ROWS[0], ROWS[1].replace("10 | 8", "|"), ROWS[2]]),
    "no head of the indicators": form_of(head=HEAD.replace("三级指标", "其他")),
}  # fmt: skip


@pytest.mark.parametrize("why", REFUSED)
def test_a_form_whose_reading_nothing_proves_is_left_and_said(
    why: str, contracts: Contracts, tmp_path: Path
) -> None:
    got = drawn(tmp_path, contracts, REFUSED[why])
    assert not any(got.tables.values())
    assert got.codes == {"performance_unruled": 1}


@pytest.mark.parametrize("offset", [5.0, -5.0, 9.0])
def test_a_text_between_rows_belongs_to_none(offset: float, contracts: Contracts, tmp_path: Path) -> None:
    got = drawn(tmp_path, contracts, form_of(), offset=offset)
    assert not any(got.tables.values()) and got.codes == {"performance_unruled": 1}


@pytest.mark.parametrize(
    ("row", "read_as"),
    [
        ("主管部门 | 甲县某某/事务局 | | 实施单位 | 乙站 | |", ("修桥补助", "甲县某某事务局", "乙站")),
        ("主管部门 | 甲局 | | 实施单位/（盖章） | 乙站 | |", ("修桥补助", None, None)),
        ("主管部门 | 甲局 | | 实施单位 | 乙站 | 其他事项 | 丙", ("修桥补助", None, None)),
        ("主管部门 | 甲局 | | 实施单位 | 乙站 | 自评得分 | 95.5", ("修桥补助", "甲局", "乙站")),
        # Lines without a label at their left may be those of any field.
        ("主管/部门 | 甲局 | | 实施单位 | 乙站 | |", (None, None, None)),
    ],
)
def test_a_field_is_read_with_all_its_lines_or_not_at_all(
    row: str, read_as: tuple[str | None, ...], contracts: Contracts, tmp_path: Path
) -> None:
    form = [row if text == FIELDS[1] else text for text in form_of()]
    (project,) = drawn(tmp_path, contracts, ["（2023年度） | | | | | |", *form]).tables[
        "performance_projects"
    ]
    assert (project["project"], project["department"], project["unit_name"]) == read_as


def test_two_forms_without_rules_share_a_page(contracts: Contracts, tmp_path: Path) -> None:
    other = [row.replace("修桥补助", "修路补助") for row in form_of()]
    got = drawn(tmp_path, contracts, form_of(), other)
    assert [f["form"] for f in got.tables["performance_funds"]] == [1] * 4 + [2] * 4
    got = drawn(tmp_path, contracts, form_of(), REFUSED["scores do not come to 总分"])
    assert len(got.tables["performance_projects"]) == 1
    assert got.codes == {"performance_aligned": 1, "performance_unruled": 1}


def test_without_a_total_the_money_alone_is_read(contracts: Contracts, tmp_path: Path) -> None:
    got = drawn(tmp_path, contracts, form_of(total=""))
    assert len(got.tables["performance_funds"]) == 4 and not got.tables["performance_indicators"]
    assert got.codes["performance_no_indicators"] == 1
