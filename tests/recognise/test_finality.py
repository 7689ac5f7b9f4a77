"""Publications that say of themselves that their figures are not the year's final ones."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest
from drawing import FONT, canvas, draw_grid
from one_table import errors

from jcfs_etl import read_publication

CODES = {"draft_figures", "part_of_year", "budget_heading"}
COVER = ("甲市财政局", "2021年度部门决算")


def _found(
    folder: Path, cover: Sequence[str] = COVER, middle: str = "2021年度", stamp: str = "", text: str = ""
) -> set[str]:
    """Which of these findings a publication of a cover and one table gives."""
    drawing = canvas(folder / "a.pdf")
    for place, line in enumerate(cover):
        drawing.drawString(200, 600 - 40 * place, line)
    drawing.showPage()
    drawing.setFont(FONT, 10)
    if stamp:
        drawing.saveState()
        drawing.translate(200, 300)
        drawing.rotate(45)
        drawing.drawString(0, 0, stamp)
        drawing.restoreState()
    drawing.drawString(60, 770, text)
    drawing.drawString(60, 740, "“三公”经费支出决算表")
    drawing.drawString(60, 720, "部门：甲市财政局")
    drawing.drawString(250, 720, middle)
    drawing.drawString(450, 720, "单位：万元")
    draw_grid(drawing, [["项目", "决算数"], ["合计", "1.00"], ["公务接待费", "1.00"]], top=700)
    drawing.save()
    return errors(read_publication(folder / "a.pdf")) & CODES


@pytest.mark.parametrize(
    ("lines", "code"),
    [
        (("甲市财政局", "2021年度部门决算（征求意见稿）"), "draft_figures"),
        (("甲市财政局", "2021年度部门决算", "（草案）"), "draft_figures"),
        (("甲市财政局2021年度部门决算（未经审计）",), "draft_figures"),
        (("甲市财政局", "2021年上半年部门决算"), "part_of_year"),
        (("甲市财政局2021年第三季度决算公开",), "part_of_year"),
        (("甲市财政局", "2021年1-6月", "部门决算"), "part_of_year"),
        (("甲市财政局", "2021年度部门预算"), "budget_heading"),
        (("甲市财政局", "2021年度", "部门预算公开"), "budget_heading"),
        (("第五部分 2022年度部门预算表",), "budget_heading"),
    ],
)
def test_a_cover_of_a_draft_a_part_of_the_year_or_a_budget_keeps_the_document_back(
    lines: tuple[str, ...], code: str, tmp_path: Path
) -> None:
    assert _found(tmp_path, lines) == {code}


@pytest.mark.parametrize(
    "lines",
    [
        ("甲市财政局", "2021年度部门决算", "2022年第三季度编制"),
        ("甲市财政局", "2021年1-12月部门决算"),
        ("甲市财政局2021年度部门预算执行情况和决算",),
        ("甲市财政局", "2021年度部门决算（公开稿）"),
    ],
)
def test_a_cover_of_the_whole_year_does_not(lines: tuple[str, ...], tmp_path: Path) -> None:
    assert not _found(tmp_path, lines)


@pytest.mark.parametrize(("stamp", "codes"), [("征求意见稿", {"draft_figures"}), ("内部资料", set())])
def test_a_watermark_of_a_draft_keeps_the_document_back(stamp: str, codes: set[str], tmp_path: Path) -> None:
    assert _found(tmp_path, stamp=stamp) == codes


@pytest.mark.parametrize(
    ("middle", "codes"),
    [("2021年上半年", {"part_of_year"}), ("2021年7-12月", {"part_of_year"}), ("2021年1-12月", set())],
)
def test_a_caption_of_a_part_of_the_year_keeps_the_document_back(
    middle: str, codes: set[str], tmp_path: Path
) -> None:
    assert _found(tmp_path, middle=middle) == codes


@pytest.mark.parametrize("text", ["2021年上半年起草法规草案。", "负责法规草案的起草工作，2021年第三季度，"])
def test_text_that_speaks_of_drafts_and_parts_of_the_year_is_no_finding(text: str, tmp_path: Path) -> None:
    assert not _found(tmp_path, text=text)
