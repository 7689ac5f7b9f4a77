"""Tables whose title, unit and money stand in ruled rows above the head; titles that two tables have."""

from __future__ import annotations

from pathlib import Path

import pytest
from drawing import canvas, draw_grid
from one_table import Rows, errors, one_table
from small_accounts import INCOME, SUMMARY

from jcfs_etl import AuditedPublication, read_publication

WIDTHS = [160.0, 70.0, 160.0, 70.0]
CAPTION = ["编制单位：甲市财政局", "财决公开01表  金额单位：万元"]


def captioned(
    folder: Path, title: str, beside: list[str], rows: Rows, *, pages: int = 1
) -> AuditedPublication:
    """A table that begins with rows of its title and of what goes with it, on each of its pages."""
    drawing = canvas(folder / "a.pdf")
    drawing.drawString(60, 780, "甲市财政局2024年度部门决算")
    head, body = rows[:2], rows[2:]
    share = -(-len(body) // pages)
    for page in range(pages):
        if page:
            drawing.showPage()
        draw_grid(drawing, [[title]], widths=[sum(WIDTHS)])
        draw_grid(drawing, [beside], top=680, widths=[230, 230])
        part = [*head, *body[page * share : (page + 1) * share]]
        draw_grid(drawing, part, top=660, widths=WIDTHS)
    drawing.save()
    return read_publication(folder / "a.pdf")


@pytest.mark.parametrize("pages", [1, 2])
def test_a_title_in_a_ruled_row_of_its_table_is_its_title(tmp_path: Path, pages: int) -> None:
    document = captioned(tmp_path, "收入支出决算总表", CAPTION, SUMMARY, pages=pages)
    assert errors(document) == set()
    table = document.publication.tables["income_expenditure_summary"]
    assert table.money_unit == "万元"
    assert {f.key.row: f.amount for f in table.facts}["income_grand_total"] == 465_000_000
    assert document.publication.unit == "甲市财政局"


@pytest.mark.parametrize("row", [["项目支出明细", ""], ["合计", "12.00"]])
def test_a_row_that_is_no_caption_stays_in_the_table(tmp_path: Path, row: list[str]) -> None:
    document = captioned(tmp_path, "收入支出决算总表", row, SUMMARY)
    assert "missing_table" in {f.code for f in document.all_findings}
    assert not document.publication.tables


def test_a_form_number_of_the_final_accounts_is_no_title(tmp_path: Path) -> None:
    drawing = canvas(tmp_path / "a.pdf")
    drawing.drawString(60, 780, "甲市财政局2024年度部门决算")
    drawing.drawString(200, 740, "收入决算表")
    drawing.drawString(400, 720, "财决公开02表")
    drawing.drawString(60, 706, "单位：万元")
    draw_grid(drawing, INCOME, left=20, widths=[50, 90, *[68] * 6])
    drawing.save()
    document = read_publication(tmp_path / "a.pdf")
    assert errors(document) == set()
    assert "income" in document.publication.tables


def test_a_title_of_two_tables_means_the_one_that_no_other_grid_is(tmp_path: Path) -> None:
    alone = one_table(tmp_path, "收入支出决算表", SUMMARY)
    assert errors(alone) == set()
    assert "income_expenditure_summary" in alone.publication.tables


def test_a_title_of_two_tables_is_another_beside_the_table_itself(tmp_path: Path) -> None:
    drawing = canvas(tmp_path / "a.pdf")
    drawing.drawString(60, 780, "甲市财政局2024年度部门决算")
    for title, rows in (
        ("收入支出决算总表", SUMMARY),
        ("收入支出决算表", [[*r[:1], *r[1:]] for r in INCOME]),
    ):
        drawing.drawString(60, 740, title)
        drawing.drawString(60, 720, "单位：万元")
        draw_grid(drawing, rows, left=20, widths=[555 / len(rows[0])] * len(rows[0]), size=7)
        drawing.showPage()
        drawing.setFont("STSong-Light", 9)
    drawing.save()
    document = read_publication(tmp_path / "a.pdf")
    assert errors(document) == set()
    assert [table.page for table in document.publication.unknown] == [2]
