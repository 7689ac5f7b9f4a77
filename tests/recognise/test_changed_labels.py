"""Labels printed otherwise, rows and columns moved, lines taken out or put in: exact, or refused."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from at_hand import SAMPLE, shared
from drawing import canvas, draw_grid
from rearranging import rearranged
from relabelling import Relabelled, figures, relabelled, with_text

from jcfs_etl import read_publication
from jcfs_etl.contracts import Contracts
from jcfs_etl.read.document import read_pdf
from jcfs_etl.recognise.publication import recognise

Changed = Callable[..., Iterator[Relabelled]]


def _never_other(
    path: Path, contracts: Contracts, count: int, changed_in: Changed = relabelled, more_than: float = -1
) -> None:
    """Figures are the same or the document is refused, and more than so many are not refused."""
    document = read_pdf(path)
    publication = recognise(document, contracts)
    truth = figures(publication)
    published = 0
    for changed in changed_in(document, publication, contracts, count, seed=7):
        if other := changed.differing(truth):
            assert changed.is_refused, (changed.change, changed.before, changed.after, changed.page, other)
        elif published <= more_than:
            published += not changed.is_refused
    assert published > more_than


def test_a_changed_label_never_gives_another_figure(contracts: Contracts) -> None:
    _never_other(SAMPLE, contracts, 150, more_than=75)


def test_nor_do_rows_and_columns_that_are_moved_taken_out_or_put_in(contracts: Contracts) -> None:
    _never_other(SAMPLE, contracts, 120, rearranged, more_than=60)


@pytest.mark.parametrize("changed_in", [relabelled, rearranged])
@pytest.mark.parametrize(
    "name", ["上海市普陀区财政局2024年度部门决算.pdf", "上海市普陀区规划和自然资源局2024年度部门决算.pdf"]
)
def test_nor_on_a_real_publication(contracts: Contracts, name: str, changed_in: Changed) -> None:
    _never_other(shared("real") / name, contracts, 50, changed_in)


def test_a_basis_of_one_item_is_not_set_aside(contracts: Contracts) -> None:
    """Other items keep their 预算数; the figure under 增减% may be this item's."""
    path = shared("real") / "上海市普陀区规划和自然资源局2024年度部门决算.pdf"
    document = read_pdf(path)
    publication = recognise(document, contracts)
    [page] = publication.tables["three_public"].pages
    grid = document.pages[page - 1].grids[0]
    last = [cell for cell in grid.cells if cell.text == "预算数"][-1]
    changed = recognise(with_text(document, page, 0, last, "增减%"), contracts)
    assert any(f.blocks and f.dataset == "three_public" for f in changed.findings)


@pytest.mark.parametrize("head", ["备注", "上年数"])
def test_an_item_of_two_bases_is_not_set_aside(tmp_path: Path, head: str) -> None:
    """合计 of 三公, both bases of it, under a word of columns that no dataset promises."""
    items = [head, "因公出国(境)费", "公务接待费"]
    rows = [[item for item in items for _ in range(2)], ["预算数", "决算数"] * 3]
    drawing = canvas(tmp_path / "a.pdf")
    drawing.drawString(60, 780, "甲市财政局2024年度部门决算")
    drawing.drawString(60, 740, "财政拨款“三公”经费支出决算表")
    drawing.drawString(60, 720, "公开07表  单位：万元")
    draw_grid(drawing, [*rows, ["3.00", "2.00", "1.00", "1.00", "2.00", "1.00"]], widths=[75] * 6)
    drawing.save()
    document = read_publication(tmp_path / "a.pdf")
    assert any(f.blocks and f.dataset == "three_public" for f in document.all_findings)
