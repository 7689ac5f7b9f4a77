"""Self-evaluation forms in words that no contract lists: read exactly, or left out and said so."""

from __future__ import annotations

from pathlib import Path

import pytest
from drawing import canvas
from factory.performance import FormKind, Look, captions, draw_lattice, lattice, make_form
from form_words import draw, scored
from read_forms import Read, expected_funds, expected_indicators, expected_project, read

from jcfs_etl.contracts import Contracts
from jcfs_etl.interpret.performance_words import rate_says
from jcfs_etl.wording import worded


@pytest.mark.parametrize("held_back", [False, True])
@pytest.mark.parametrize("seed", range(900, 908))
def test_forms_in_other_words_are_read_exactly_or_left_out(
    seed: int, held_back: bool, contracts: Contracts, tmp_path: Path
) -> None:
    form = draw(tmp_path / "form.pdf", seed, held_back)
    got = read(tmp_path / "form.pdf", contracts)
    found = scored(
        got.tables,
        {
            "performance_projects": [expected_project(form, 1)],
            "performance_funds": expected_funds(form, 1),
            "performance_indicators": expected_indicators(form, 1),
        },
    )
    assert not found["other"], found
    assert found["exact"] > 9 * found["left"]
    assert got.violated == set()
    assert not found["left"] or [f for f in got.findings if f.severity == "warning"]


def relabelled(kind: FormKind, heads: dict[str, str], contracts: Contracts, folder: Path) -> Read:
    """A form with other heads."""
    form = make_form(kind, 4)
    rows, widths = lattice(form, Look())
    assert all(any(head in row for row in rows) for head in heads)
    drawing = canvas(folder / "form.pdf")
    others = [[heads.get(text, text) for text in row] for row in rows]
    draw_lattice(drawing, others, widths, captions(form, Look()))
    drawing.save()
    return read(folder / "form.pdf", contracts)


def test_what_is_taken_for_a_known_head_is_one_note(contracts: Contracts, tmp_path: Path) -> None:
    heads = {"全年执行数(B)": "资金支付(B)", "实际完成值": "年末完成情况", "总分": "评价总分"}
    got = relabelled("national", heads, contracts, tmp_path)
    [finding] = worded(got.findings, contracts)
    assert (finding.code, finding.severity) == ("performance_near_names", "info")
    assert "“资金支付(B)” = 全年执行数, “年末完成情况” = 实际完成值, “评价总分” = 总分" in finding.message
    assert "按文字和位置归入：“资金支付(B)” = 全年执行数、" in finding.message_zh
    assert all(row["executed"] is not None for row in got.tables["performance_funds"])


@pytest.mark.parametrize(
    ("kind", "head", "other", "column"),
    [
        ("national", "全年执行数(B)", "上年执行数(B)", "executed"),
        ("national", "年初预算数", "年末预算数", "initial_budget"),
        ("sichuan", "调整后预算数", "调整前预算数", "annual_budget"),
        ("sichuan", "预算执行数", "累计执行数", "executed"),
        ("shanxi", "资金结(转)余", "上年结转", "balance"),
        ("shanxi", "调整后指标值", "历史指标值", "target_adjusted"),
        ("national", "实际完成值", "上年完成值", "actual"),
        ("national", "年度指标值", "中期目标值", "target_initial"),
        ("national", "得分", "扣分", "score"),
    ],
)
def test_a_head_of_another_quantity_is_never_taken(
    kind: FormKind, head: str, other: str, column: str, contracts: Contracts, tmp_path: Path
) -> None:
    got = relabelled(kind, {head: other}, contracts, tmp_path)
    for dataset in ("performance_funds", "performance_indicators"):
        assert all(row.get(column) is None for row in got.tables[dataset])
    codes = {"performance_unknown_head", "performance_not_understood", "performance_no_indicators"}
    assert codes & set(got.codes) or got.codes["performance_no_funds"]


def test_indicators_without_heads_are_no_part_of_the_goals(contracts: Contracts, tmp_path: Path) -> None:
    form = make_form("national", 4)
    got = relabelled("national", {"三级指标": "内容", "实际完成值": "上年数"}, contracts, tmp_path)
    [project] = got.tables["performance_projects"]
    assert (project["goals"], project["completion"]) == (form.goals, form.completion)
    assert got.tables["performance_indicators"] == []


@pytest.mark.parametrize(
    ("rows", "says"),
    [
        ([("98.48%", "1,110.14", "1093.24")], "proves"),
        ([("98.48%", "1110.14", "1093.24"), ("97.00", "100.00", "90.00")], "contradicts"),
        ([("100.00%", "415.94", "415.94")], "proves"),
        ([("100.00%", "415.94", "415.93"), ("0.00%", "12.00", "0.00")], "nothing"),
        ([("—", "415.94", "415.94"), ("", "", "")], "nothing"),
    ],
)
def test_a_rate_proves_its_columns_where_something_is_left(
    rows: list[tuple[str, str, str]], says: str
) -> None:
    names = ("execution_rate", "annual_budget", "executed")
    assert rate_says([dict(zip(names, row, strict=True)) for row in rows]) == says


@pytest.mark.parametrize(
    "heads",
    [
        {"年初预算数": "年初预算", "全年预算数(A)": "调整后预算", "全年执行数(B)": "实际支出"},
        {
            "执行率(B/A)": "支出率",
            "年度指标值": "绩效指标值",
            "实际完成值": "绩效完成值",
            "总分": "绩效自评总得分",
        },
        {
            "年度总体目标": "年度总体绩效目标",
            "偏差原因分析及改进措施": "未达标原因及改进措施",
            "年度指标值": "计划指标值",
        },
    ],
)
def test_heads_of_other_provinces_are_known(
    heads: dict[str, str], contracts: Contracts, tmp_path: Path
) -> None:
    got = relabelled("national", heads, contracts, tmp_path)
    assert not got.findings
    assert (
        got.tables["performance_funds"]
        == relabelled("national", {}, contracts, tmp_path).tables["performance_funds"]
    )
