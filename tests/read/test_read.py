"""Reading: grids, cells and lines from pages drawn in many ways; watermarks set aside with a reason."""

from __future__ import annotations

import json
import subprocess
import sys
import unicodedata
from pathlib import Path
from typing import Any

import pytest
from at_hand import SAMPLE, shared
from drawing import FONT, canvas, draw_grid
from reportlab.lib.colors import HexColor

from jcfs_etl.read import Page, read_pdf
from jcfs_etl.read.camelot_hooks import find_grids

ROWS = [["项目", "行次", "金额"], ["一、事业收入", "1", "1,234.56"], ["二、经营收入", "2", ""]]


def read_drawn(path: Path) -> Page:
    return read_pdf(path).pages[0]


def texts(page: Page, grid: int = 0) -> list[list[str]]:
    found = page.grids[grid]
    return [[found.by_position[r, c].text for c in range(found.column_count)] for r in range(found.row_count)]


def test_cells_hold_their_own_text_and_blank_cells_none(tmp_path: Path) -> None:
    drawing = canvas(tmp_path / "a.pdf")
    draw_grid(drawing, ROWS)
    drawing.save()
    assert texts(read_drawn(tmp_path / "a.pdf")) == ROWS


def test_neighbours_that_nearly_touch_are_not_glued_together(tmp_path: Path) -> None:
    drawing = canvas(tmp_path / "a.pdf")
    draw_grid(drawing, [["9746.50", "一、一般公共服务支出"], ["1.00", "二、外交支出"]], widths=[36, 120])
    drawing.save()
    assert texts(read_drawn(tmp_path / "a.pdf"))[0] == ["9746.50", "一、一般公共服务支出"]


@pytest.mark.parametrize(
    ("end", "figure", "label", "is_sure"),
    [
        (95.5, "9746.50", "一、外交支出", True),
        (95.5, "0", "一、外交支出", True),
        (97.0, "9746.50", "一、外交支出", False),  # over the rule
        (95.5, "9746.", "50", False),  # one figure that runs over, or two
        (95.5, "第12", "款", False),  # one label that runs over, or two
    ],
)
def test_a_figure_and_a_label_that_touch_are_parted_by_the_rule_between_them(
    tmp_path: Path, end: float, figure: str, label: str, is_sure: bool
) -> None:
    drawing = canvas(tmp_path / "a.pdf")
    draw_grid(drawing, [["金额", "项目"], ["", ""]], widths=[36, 120], left=60, top=700, height=20)
    drawing.drawRightString(end, 666, figure)
    drawing.drawString(end + 1, 666, label)
    drawing.save()
    left, right = (read_drawn(tmp_path / "a.pdf").grids[0].by_position[1, c] for c in (0, 1))
    if is_sure:
        assert (left.text, left.doubt, right.text, right.doubt) == (figure, "", label, "")
    else:
        assert left.doubt or right.doubt or left.confidence < 1


def test_a_grid_without_any_text_is_kept(tmp_path: Path) -> None:
    drawing = canvas(tmp_path / "a.pdf")
    drawing.drawString(60, 720, "政府性基金预算财政拨款收入支出决算表")
    draw_grid(drawing, [["", "", ""], ["", "", ""]])
    drawing.save()
    grid = read_drawn(tmp_path / "a.pdf").grids[0]
    assert grid.is_blank
    assert (grid.row_count, grid.column_count) == (2, 3)


def test_boxes_are_points_from_the_upper_left(tmp_path: Path) -> None:
    drawing = canvas(tmp_path / "a.pdf")
    draw_grid(drawing, ROWS, left=60, top=700, height=20)
    drawing.save()
    page = read_drawn(tmp_path / "a.pdf")
    box = page.grids[0].by_position[1, 2].box
    assert box == pytest.approx((240, page.height - 680, 330, page.height - 660), abs=0.6)


def test_text_outside_grids_comes_in_lines_from_the_top(tmp_path: Path) -> None:
    drawing = canvas(tmp_path / "a.pdf")
    drawing.drawString(60, 600, "注：本表无数据")
    drawing.drawString(60, 720, "部门名称：甲局")
    drawing.drawString(400, 720, "单位：万元")
    draw_grid(drawing, ROWS)
    drawing.save()
    lines = [line.text for line in read_drawn(tmp_path / "a.pdf").lines]
    assert lines == ["部门名称：甲局", "单位：万元", "注：本表无数据"]


def test_blanks_that_a_font_does_not_have_are_as_wide_as_its_character_for_none(tmp_path: Path) -> None:
    drawing = canvas(tmp_path / "a.pdf")
    drawing.drawString(60, 720, "甲市\u00a0\u00a0教育局")
    draw_grid(drawing, [["合计\u00a0", "\u00a01.00"]])
    drawing.save()
    page = read_drawn(tmp_path / "a.pdf")
    (line,) = page.lines
    assert line.text == "甲市 教育局"
    assert line.box.x1 == pytest.approx(60 + 7 * 9)
    assert texts(page) == [["合计", "1.00"]]


@pytest.mark.parametrize(
    ("kind", "reason"),
    [
        ("oblique", "oblique"),
        ("invisible", "invisible"),
        ("white", "white on white"),
        ("faint", "faint"),
        ("large", "large and light"),
    ],
)
def test_what_is_not_content_is_set_aside_with_its_reason(tmp_path: Path, kind: str, reason: str) -> None:
    drawing = canvas(tmp_path / "a.pdf")
    draw_grid(drawing, ROWS)
    drawing.saveState()
    drawing.setFont(FONT, 9)
    if kind == "large":
        drawing.setFillGray(0.8)
        drawing.setFont(FONT, 30)
    text = drawing.beginText(250, 663)
    if kind == "oblique":
        drawing.translate(250, 663)
        drawing.rotate(45)
        text = drawing.beginText(0, 0)
    elif kind == "invisible":
        text.setTextRenderMode(3)
    elif kind == "white":
        drawing.setFillGray(1)
    elif kind == "faint":
        drawing.setFillAlpha(0.2)
    text.textOut("999.99")
    drawing.drawText(text)
    drawing.restoreState()
    drawing.save()
    page = read_drawn(tmp_path / "a.pdf")
    assert texts(page) == ROWS
    assert [(s.reason, s.text) for s in page.set_aside] == [(reason, "999.99")]


def test_light_tiles_are_a_watermark_but_grey_zeros_are_figures(tmp_path: Path) -> None:
    drawing = canvas(tmp_path / "a.pdf")
    draw_grid(drawing, [["项目", "金额"], ["一、事业收入收入收入", "1.00"], ["二、经营收入收入收入", "2.00"]])
    drawing.setFillGray(0.7)
    for y in (690, 670, 650):
        drawing.drawString(200, y, "内部")
        drawing.drawString(300, y, "0.00")
    drawing.save()
    page = read_drawn(tmp_path / "a.pdf")
    assert [(s.reason, s.text) for s in page.set_aside] == [("light and repeated", "内部")] * 3
    assert [line.text for line in page.lines] == ["0.00"] * 3


def test_white_text_on_a_dark_fill_is_content(tmp_path: Path) -> None:
    drawing = canvas(tmp_path / "a.pdf")
    drawing.setFillGray(0.2)
    drawing.rect(60, 680, 270, 20, fill=1, stroke=0)
    drawing.setFillGray(1)
    draw_grid(drawing, ROWS[:1] * 2)
    drawing.save()
    page = read_drawn(tmp_path / "a.pdf")
    assert texts(page)[0] == ROWS[0]
    assert {s.reason for s in page.set_aside} == {"white on white"}, "the second row has no fill"


@pytest.mark.parametrize("colour", ["#1f497d", "#9bbb59", "#f79646", "#ffc000"])
def test_a_white_head_is_no_watermark_however_often_its_words_stand_there(
    tmp_path: Path, colour: str
) -> None:
    drawing = canvas(tmp_path / "a.pdf")
    drawing.setFillColor(HexColor(colour))
    drawing.rect(60, 680, 360, 20, fill=1, stroke=0)
    drawing.setFillGray(1)
    draw_grid(drawing, [["项目", "合计", "合计", "合计"]])
    drawing.setFillGray(0)
    draw_grid(drawing, [["一、事业收入", "1.00", "2.00", "3.00"]] * 5, top=680)
    drawing.save()
    page = read_drawn(tmp_path / "a.pdf")
    assert texts(page)[0] == ["项目", "合计", "合计", "合计"]
    assert not page.set_aside


def test_characters_printed_twice_for_bold_count_once(tmp_path: Path) -> None:
    drawing = canvas(tmp_path / "a.pdf")
    draw_grid(drawing, ROWS)
    drawing.saveState()
    drawing.translate(0.3, 0)
    draw_grid(drawing, ROWS)
    drawing.restoreState()
    drawing.save()
    page = read_drawn(tmp_path / "a.pdf")
    assert texts(page) == ROWS
    assert {s.reason for s in page.set_aside} == {"printed twice"}


def test_equal_digits_side_by_side_are_not_taken_for_overprinting(tmp_path: Path) -> None:
    drawing = canvas(tmp_path / "a.pdf")
    draw_grid(drawing, [["111.11", "00.00"], ["1", "2"]], size=4)
    drawing.save()
    assert texts(read_drawn(tmp_path / "a.pdf"))[0] == ["111.11", "00.00"]


def test_a_page_of_narrative_costs_no_picture(monkeypatch: pytest.MonkeyPatch) -> None:
    """camelot would render a page to look for rules; the vector engine must not."""

    def refuse(*_: object, **__: object) -> None:
        raise AssertionError("a page was rendered")

    monkeypatch.setattr("camelot.backends.image_conversion.ImageConversionBackend.to_array", refuse)
    monkeypatch.setattr("camelot.backends.image_conversion.ImageConversionBackend.convert", refuse)
    assert len(read_pdf(SAMPLE).pages) == 24


def test_contract_with_camelot_layout_hook_sees_every_page_once() -> None:
    pages = find_grids(SAMPLE)
    assert len(pages) == 24
    assert all(content.width > 0 and content.height > 0 for content, _ in pages)


def test_contract_with_camelot_rules_come_to_the_grids_that_it_makes_of_lines() -> None:
    from camelot.parsers.lattice import Lattice
    from playa.miner import LTContainer, LTLine

    from jcfs_etl.read.camelot_hooks import _RuledGrids

    grids = 0
    for content, _ in find_grids(SAMPLE):
        lines: LTContainer[LTLine] = LTContainer((0.0, 0.0, content.width, content.height))
        rules = [(r.x0, content.height - r.y1, r.x1, content.height - r.y0) for r in content.rules]
        for rule in rules:
            line = LTLine()
            line.set_bbox(rule)
            lines.add(line)
        kinds: tuple[Any, Any] = (Lattice, _RuledGrids)
        its_own, ours = (kind(engine="vector") for kind in kinds)
        its_own.layout, ours.layout = lines, rules
        its_own._generate_table_bbox_vector()
        ours._generate_table_bbox_vector()
        assert ours.table_bbox_parses == its_own.table_bbox_parses
        assert ours.horizontal_segments == its_own.horizontal_segments
        assert ours.vertical_segments == its_own.vertical_segments
        grids += len(ours.table_bbox_parses)
    assert grids


def test_contract_with_camelot_cells_are_those_of_its_own_tables() -> None:
    from camelot.core import Table

    make: Any = Table
    tables = [table for _, found in find_grids(SAMPLE) for table in found]
    assert tables
    for table in tables:
        its_own = make(table.cols, table.rows)
        corners = [[(c.x1, c.y1, c.x2, c.y2) for c in row] for row in its_own.cells]
        assert [[(c.x1, c.y1, c.x2, c.y2) for c in row] for row in table.cells] == corners


def test_contract_with_camelot_reading_needs_no_pandas_and_camelot_itself_has_it() -> None:
    """It takes longer to load than a document to read."""
    program = """
import sys
from jcfs_etl.read import read_pdf
assert read_pdf(sys.argv[1]).pages and "pandas" not in sys.modules
import camelot.core, pandas
assert camelot.core.pd.DataFrame is pandas.DataFrame and sys.modules["pandas"] is pandas
assert len(camelot.read_pdf(sys.argv[1], pages="6")[0].df) > 5
"""
    subprocess.run([sys.executable, "-c", program, str(SAMPLE)], check=True)


def test_contract_with_camelot_tables_come_without_its_own_text() -> None:
    tables = [table for _, found in find_grids(SAMPLE) for table in found]
    assert tables
    assert not any(cell.text for table in tables for row in table.cells for cell in row)


def test_contract_with_camelot_near_empty_grids_are_not_rejected() -> None:
    """公开07表 has a head and an empty 合计 row; camelot alone drops a grid that is 90 % empty."""
    _, tables = find_grids(SAMPLE)[12]
    assert [(len(t.rows), len(t.cols)) for t in tables] == [(4, 8)]


def test_contract_with_camelot_edges_tell_merged_cells(tmp_path: Path) -> None:
    drawing = canvas(tmp_path / "a.pdf")
    for x in (60, 240):
        drawing.line(x, 700, x, 660)
    drawing.line(150, 680, 150, 660)
    for y in (700, 680, 660):
        drawing.line(60, y, 240, y)
    drawing.drawString(120, 686, "收入")
    drawing.save()
    cell = read_drawn(tmp_path / "a.pdf").grids[0].by_position[0, 1]
    assert (cell.column, cell.column_span, cell.text) == (0, 2, "收入")


TRAPS = (
    json.loads(truth.read_text("utf-8"))
    if (truth := SAMPLE.parents[3] / "shared/layouts/truth.json").exists()
    else {}
)


@pytest.mark.parametrize("trap", sorted(TRAPS) or ["(none at hand)"])
def test_layout_trap_is_read_as_its_true_grid(trap: str) -> None:
    shared("layouts/truth.json")
    pages = read_pdf(shared(f"layouts/{trap}.pdf")).pages
    assert len(pages) == len(TRAPS[trap])
    for page, tables in zip(pages, TRAPS[trap], strict=True):
        assert len(page.grids) == len(tables)
        for grid, table in zip(page.grids, tables, strict=True):
            starts = {(c.row, c.column): c.text for c in grid.cells}
            read = [
                [plain(starts.get((r, c), "")) for c in range(grid.column_count)]
                for r in range(grid.row_count)
            ]
            assert read == [[plain(text) for text in row] for row in table["topleft"]]


def plain(text: str) -> str:
    return "".join(unicodedata.normalize("NFKC", text).split())
