"""Tables without rules, or with level ones only, are read where every figure's place is certain."""

from __future__ import annotations

import importlib
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from drawing import canvas
from factory.comparison import compare_read
from factory.model import Cell, Document, Grid, Text
from factory.publication import draw_document

from jcfs_etl import AuditedPublication, read_publication
from jcfs_etl.contracts import load_contracts
from jcfs_etl.places import Box
from jcfs_etl.read.model import Word
from jcfs_etl.recognise.aligned_head import HeadLayout, lay_out
from jcfs_etl.recognise.aligned_words import lines_of

Read = Callable[[Document, str], AuditedPublication]


@pytest.fixture
def read_without(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Read:
    """Draws a document without rules, or with level ones only, and reads it."""
    producer = importlib.import_module("factory.producers.reportlab")
    table = producer.Table

    def read(document: Document, rules: str) -> AuditedPublication:
        def drawn(data: Any, style: list[Any], **more: Any) -> Any:
            kept = [command for command in style if command[0] not in ("GRID", "BACKGROUND")]
            if rules == "level":
                kept += [(side, (0, 0), (-1, -1), 0.5, producer.black) for side in ("LINEABOVE", "LINEBELOW")]
            return table(data, style=kept, **more)

        monkeypatch.setattr(producer, "Table", drawn)
        (tmp_path / "a.pdf").write_bytes(producer.draw(document))
        return read_publication(tmp_path / "a.pdf")

    return read


@pytest.mark.parametrize(
    ("form", "rules", "seed"),
    [("shanxi_2023", "no", 0), ("shanghai_2024", "level", 1), ("shanghai_2024", "no", 4)],
)
def test_a_publication_without_rules_is_read_whole(
    form: str, rules: str, seed: int, read_without: Read
) -> None:
    document = draw_document(form, seed)
    read = read_without(document, rules)
    result = compare_read(document, read)
    assert result.is_right, str(result)
    notes = [f for f in read.all_findings if f.code == "read_by_alignment"]
    assert len(notes) == 1
    assert f"page {notes[0].page}" in notes[0].message
    # A figure between others carries that its place was told without rules.
    facts = [f for f in read.publication.facts if f.key.dataset == "income" and f.value is not None]
    assert facts
    assert all(f.is_aligned and f.confidence < 1 for f in facts)


def test_a_table_without_rules_is_read_under_a_title_in_other_words(read_without: Read) -> None:
    document = draw_document("shanxi_2023", 0)
    sections = tuple(
        replace(section, blocks=tuple(_reworded(block) for block in section.blocks))
        for section in document.sections
    )
    read = read_without(replace(document, sections=sections), "no")
    assert "二、收入决算情况表" in {line.text for page in read.pdf.pages for line in page.lines}
    result = compare_read(document, read)
    assert result.is_right, str(result)


def _reworded(block: Any) -> Any:
    title = "收入决算表"
    if not isinstance(block, Text) or not block.text.endswith(title) or "支出" in block.text:
        return block
    return replace(block, text=block.text.replace(title, "收入决算情况表"))


def test_figures_that_break_an_identity_keep_a_table_without_rules_back(read_without: Read) -> None:
    """With rules the publisher's slip is published with its finding; without, it may be our own."""
    document = draw_document("shanxi_2023", 0)
    slip = _with_slip(document)
    read = read_without(slip, "no")
    assert read.status == "quarantined"
    uncertain = [f for f in read.all_findings if f.code == "uncertain_figure"]
    assert uncertain
    assert all("without rules" in f.message and f.page for f in uncertain)


def _with_slip(document: Document) -> Document:
    """The document with another total of its expenditure."""
    key = ("expenditure", "total", "total")
    right = document.truth[key]
    wrong = "9" + right

    def changed(block: Any) -> Any:
        if not isinstance(block, Grid):
            return block
        rows = tuple(
            tuple(replace(c, text=wrong) if isinstance(c, Cell) and c.text == right else c for c in row)
            for row in block.rows
        )
        return replace(block, rows=rows)

    done = False
    sections = []
    for section in document.sections:
        blocks = section.blocks
        holds = any(isinstance(b, Grid) and "对附属单位补助支出" in str(b.rows[:2]) for b in blocks)
        if holds and not done:
            blocks, done = tuple(changed(b) for b in blocks), True
        sections.append(replace(section, blocks=blocks))
    assert done
    return replace(document, sections=tuple(sections), truth=document.truth | {key: wrong})


def test_prose_under_a_title_is_no_table(tmp_path: Path) -> None:
    drawing = canvas(tmp_path / "a.pdf")
    drawing.drawString(60, 700, "甲市财政局2023年度部门决算")
    drawing.showPage()
    drawing.setFont("STSong-Light", 12)
    drawing.drawString(60, 780, "收入支出决算总表")
    drawing.setFont("STSong-Light", 9)
    for index in range(12):
        drawing.drawString(
            60, 750 - 16 * index, f"本年收入 {index}2.00 万元，本年支出 {index}1.50 万元，其中"
        )
    drawing.save()
    read = read_publication(tmp_path / "a.pdf")
    assert read.status != "published"
    assert len(read.cells) == 0


def words(rows: list[tuple[float, list[tuple[str, float, float]]]]) -> list[Word]:
    """Words with their left and right ends, by height."""
    return [
        Word(text, Box(x0, y - 8, x1, y + 1), y, 9.0, run=round(1000 * y + x0))
        for y, row in rows
        for text, x0, x1 in row
    ]


WORDS = ("科目编码", "本年收入合计", "事业收入", "其他收入")
HEAD = [(100.0, [(word, 60.0 + 90 * n, 60.0 + 90 * n + 9 * len(word)) for n, word in enumerate(WORDS)])]


def ending(text: str, x: float) -> tuple[str, float, float]:
    """A text that ends at a place."""
    return text, x - 5 * len(text), x


def laid_out(body: list[tuple[float, list[tuple[str, float, float]]]]) -> HeadLayout | None:
    """The columns of a table with the head above."""
    return lay_out(lines_of(words(HEAD)), words(body), (), lambda text: len(text) > 2)


def test_a_column_that_has_only_a_head_takes_no_figure_of_its_neighbours() -> None:
    """Nothing stands under 事业收入, and the figures of 其他收入 begin left of its head."""
    body = [
        (
            120.0 + 15 * n,
            [(code, 50.0, 80.0), ending(total, 222.0), ending(other, 402.0)],
        )
        for n, (code, total, other) in enumerate(
            [("208", "1,020.55", "20.55"), ("20801", "20.50", "0.50"), ("210", "1.05", "1,000.05")]
        )
    ]
    layout = laid_out(body)
    assert layout is not None
    assert layout.numeric == (False, True, False, True)


def test_figures_between_two_heads_are_told_by_where_they_end_or_not_at_all() -> None:
    """Between 本年收入合计 and 事业收入 those of one length may be either's; those of two end a column."""
    alike = [(120.0 + 15 * n, [("208", 50.0, 65.0), ("0.00", 210.0, 230.0)]) for n in range(3)]
    assert laid_out(alike) is None
    unlike = [
        (120.0 + 15 * n, [("208", 50.0, 65.0), ending(text, 232.0)])
        for n, text in enumerate(["0.0", "10.00", "0.50"])
    ]
    layout = laid_out(unlike)
    assert layout is not None
    assert layout.numeric == (False, True, False, False)


def test_labels_in_several_lines_belong_to_their_codes(read_without: Read) -> None:
    """Labels are wrapped around the height of their code, in rows that follow each other closely."""
    document = draw_document("national_2020", 3)
    narrow = tuple(
        replace(s, blocks=tuple(_narrowed(b) if isinstance(b, Grid) else b for b in s.blocks))
        for s in document.sections
    )
    read = read_without(replace(document, sections=narrow), "no")
    result = compare_read(document, read, wraps=True)
    assert result.is_right, str(result)
    names = {row.label for row in read.publication.tables["expenditure"].rows if row.level == 1}
    known = {category.name for category in load_contracts().functional.values()}
    assert names <= known


def _narrowed(grid: Grid) -> Grid:
    widths = list(grid.widths)
    for c in range(len(widths)):
        body = [row[c] for row in grid.rows[grid.head_rows :]]
        cells = [cell for cell in body if cell is not None and cell.text and cell.column_span == 1]
        if cells and all(cell.align == "l" and not cell.text.isdigit() for cell in cells):
            widths[c] = min(widths[c], 6 * grid.font_size + 6)
    return replace(grid, widths=tuple(widths))


def test_words_under_each_other_are_two_where_the_head_makes_no_sense_with_one() -> None:
    """支出 over the middle one of its three columns is no 支出合计, though the table has such a word."""

    def centred(text: str, x: float) -> tuple[str, float, float]:
        return text, x - 4.5 * len(text), x + 4.5 * len(text)

    head = [
        (100.0, [centred("收入", 105.0), centred("支出", 330.0)]),
        (114.0, [centred(t, x) for t, x in (("项目", 60.0), ("金额", 150.0), ("项目", 240.0))]),
    ]
    head[1][1].extend([centred("合计", 330.0), centred("基金", 420.0)])
    body = [
        (
            140.0 + 14 * n,
            [("甲", 45.0, 54.0), ending("12.00", 180.0), ("乙", 225.0, 234.0), ending("5.00", 360.0)],
        )
        for n in range(4)
    ]
    body[2][1].append(ending("5.00", 450.0))
    known = {"收入", "支出", "项目", "金额", "合计", "基金", "支出合计"}
    layout = lay_out(lines_of(words(head)), words(body), (), known.__contains__)
    assert layout is not None and layout.levels == 2
    assert [(cell.text, cell.columns) for cell in layout.cells if cell.rows == (0, 0)] == [
        ("收入", (0, 1)),
        ("支出", (2, 4)),
    ]


ITEMS = [
    ("合计", "10.80", "9.67"),
    ("1.因公出国（境）费", "0.00", "0.00"),
    ("2.公务接待费", "1.96", "1.96"),
    ("3.公务用车购置及运行费", "8.84", "7.71"),
    ("其中：|（1）公务用车运行维护费", "8.84", "7.71"),
    ("（2）公务用车购置费", "0.00", "0.00"),
]


def vehicles_page(
    folder: Path, place: Callable[[Any], None], title: str = "财政拨款“三公”经费支出决算表"
) -> AuditedPublication:
    """A publication of one table alone, without rules between its columns."""
    drawing = canvas(folder / "a.pdf")
    drawing.drawString(60, 780, "甲市财政局2023年度部门决算")
    drawing.drawString(200, 740, title)
    drawing.drawString(60, 720, "部门：甲市财政局")
    drawing.drawString(480, 720, "单位：万元")
    place(drawing)
    drawing.drawString(60, 500, "注：预算数为全年预算数。")
    drawing.showPage()
    drawing.setFont("STSong-Light", 9)
    drawing.drawString(60, 780, "第三部分 2023年度部门决算情况说明")
    drawing.save()
    return read_publication(folder / "a.pdf")


def amounts_of(read: AuditedPublication) -> dict[tuple[str, str], int]:
    facts = read.publication.tables["three_public"].facts
    return {(f.key.row, f.key.column): (f.amount or 0) // 10_000 for f in facts}


def test_a_list_of_items_without_rules_is_read_by_its_labels(tmp_path: Path) -> None:
    def place(drawing: Any) -> None:
        for x, word in ((180, "项目"), (370, "预算数"), (485, "决算数")):
            drawing.drawString(x, 690, word)
        for at, (label, budget, final) in enumerate(ITEMS):
            y = 676 - 14 * at
            for part, x in zip(label.split("|"), (60, 85), strict=False):
                drawing.drawString(x, y, part)
            drawing.drawRightString(440, y, budget)
            drawing.drawRightString(555, y, final)

    read = vehicles_page(tmp_path, place)
    assert {f.code for f in read.all_findings if f.blocks} <= {"missing_table"}
    found = amounts_of(read)
    assert found["budget", "total"] == 1080 and found["final", "vehicle_operation"] == 771
    assert len(found) == 12


@pytest.mark.parametrize("next_page", ["", "一、收入支出决算总体情况说明"])
def test_a_head_of_three_levels_between_two_rules_is_read_by_its_words(
    tmp_path: Path, next_page: str
) -> None:
    """Three rules in all are above the head, below it and below the only row; a text may follow the table."""
    edges = [40 + 62 * at for at in range(13)]

    def centred(drawing: Any, first: int, last: int, y: float, text: str) -> None:
        drawing.drawCentredString((edges[first] + edges[last + 1]) / 2, y, text)

    def place(drawing: Any) -> None:
        drawing.setPageSize((842, 842))
        drawing.setFont("STSong-Light", 7)
        for y in (706, 646, 630):
            drawing.line(edges[0], y, edges[-1], y)
        for at, basis in ((0, "预算数"), (6, "决算数")):
            centred(drawing, at, at + 5, 696, basis)
            centred(drawing, at + 2, at + 4, 676, "公务用车购置及运行费")
            for column, word in ((0, "合计"), (1, "因公出国（境）费"), (5, "公务接待费")):
                centred(drawing, at + column, at + column, 666, word)
            for column, word in ((2, "小计"), (3, "公务用车购置费"), (4, "公务用车运行费")):
                centred(drawing, at + column, at + column, 656, word)
        row = "10.80 0.00 8.84 0.00 8.84 1.96 9.67 0.00 7.71 0.00 7.71 1.96"
        for at, text in enumerate(row.split()):
            drawing.drawRightString(edges[at + 1] - 3, 636, text)
        if next_page:
            drawing.showPage()
            drawing.setFont("STSong-Light", 12)
            drawing.drawString(60, 740, next_page)
        drawing.setFont("STSong-Light", 9)

    read = vehicles_page(tmp_path, place)
    assert {f.code for f in read.all_findings if f.blocks} <= {"missing_table"}
    found = amounts_of(read)
    assert found["budget", "total"] == 1080 and found["final", "hospitality"] == 196
    assert len(found) == 12


def test_parts_with_heads_of_their_own_hold_amounts_at_the_right_and_counts_in_the_middle(
    tmp_path: Path,
) -> None:
    parts = {
        "一、政府采购情况": [("合计", "36.20"), ("货物", "11.14"), ("工程", ""), ("服务", "25.06")],
        "二、机关运行经费": [("(一) 行政单位", "137.43"), ("(二) 参照公务员法管理事业单位", "")],
        "三、国有资产占用情况": [
            ("(一) 车辆数合计(辆)", "12"),
            ("4. 应急保障用车", "10"),
            ("8. 其他用车", "2"),
        ],
    }

    def place(drawing: Any) -> None:
        y, number = 700, 0
        for part, lines in parts.items():
            drawing.drawCentredString(298, y, part)
            for x, word in ((180, "项目"), (380, "行次"), (485, "统计数")):
                drawing.drawCentredString(x, y - 14, word)
            y -= 28
            for label, figure in lines:
                number += 1
                drawing.drawString(60, y, label)
                drawing.drawCentredString(380, y, str(number))
                if "." in figure:
                    drawing.drawRightString(555, y, figure)
                else:
                    drawing.drawCentredString(485, y, figure)
                drawing.line(50, y - 4, 560, y - 4)
                y -= 14

    read = vehicles_page(tmp_path, place, "部门决算公开相关信息统计表")
    assert {f.code for f in read.all_findings if f.blocks} <= {"missing_table"}
    table = read.publication.tables["disclosure_statistics"]
    printed = {f.key.row: f.printed for f in table.facts}
    assert printed["procurement_services"] == "25.06" and printed["vehicles_total"] == "12"
    assert printed["operating_administrative"] == "137.43"
