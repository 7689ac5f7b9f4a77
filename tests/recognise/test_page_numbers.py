"""Pages whose numbers leave some out: what stood there may be missing."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest
from drawing import FONT, canvas

from jcfs_etl.contracts import Contracts
from jcfs_etl.read import read_pdf
from jcfs_etl.recognise.lost import skipped_pages


def skipped(path: Path, numbers: Sequence[str], contracts: Contracts, y: float = 40) -> list[tuple[int, int]]:
    """Pages after a gap, with how many are left out; ``numbers`` is what stands at each page's foot."""
    drawing = canvas(path)
    for number in numbers:
        drawing.setFont(FONT, 9)
        drawing.drawString(60, 500, "一般公共预算财政拨款支出 1,234.56")
        drawing.drawString(300, y, number)
        drawing.showPage()
    drawing.save()
    found = skipped_pages(read_pdf(path), contracts)
    return [(int(str(f.values["page"])), int(str(f.values["count"]))) for f in found]


@pytest.mark.parametrize(
    ("numbers", "expected"),
    [
        (["1", "2", "4", "5"], [(3, 1)]),
        (["", "-1-", "-2-", "-5-", "-6-"], [(4, 2)]),
        (["第1页", "第2页", "第4页 共5页", "第5页 共5页"], [(3, 1)]),
        # Where nothing stands at the foot of the pages between, they are there.
        (["1", "2", "", "4", "5"], []),
        (["1", "2", "", "5", "6"], [(4, 1)]),
        (["1", "2", "3", "4", "5", "6"], []),
        # Tables count by themselves between the pages of a text that goes on.
        (["1", "2", "1", "2", "3", "3", "4"], []),
        (["1", "2", "3", "1", "2", "4", "5"], []),
        # One number that does not count on with others is a figure, or a slip.
        (["1", "2", "5"], []),
        (["1", "3", "4"], []),
        (["1", "2", "9", "3", "4"], []),
        # Another way to count begins.
        (["1", "2", "101", "102"], []),
        (["2", "1", "1", "1"], []),
    ],
)
def test_a_gap_is_told_where_pages_count_on_from_each_other(
    numbers: list[str], expected: list[tuple[int, int]], contracts: Contracts, tmp_path: Path
) -> None:
    assert skipped(tmp_path / "a.pdf", numbers, contracts) == expected


def test_numbers_in_the_middle_of_pages_are_none_of_theirs(contracts: Contracts, tmp_path: Path) -> None:
    assert skipped(tmp_path / "a.pdf", ["1", "2", "4", "5"], contracts, 300) == []


def test_a_publication_without_one_of_its_pages_says_so(tmp_path: Path) -> None:
    import pikepdf
    from at_hand import SAMPLE

    from jcfs_etl import read_publication

    with pikepdf.open(SAMPLE) as pdf:
        del pdf.pages[12]
        pdf.save(tmp_path / "a.pdf")
    (finding,) = (f for f in read_publication(tmp_path / "a.pdf").all_findings if f.code == "pages_skipped")
    assert "Page 13 bears the number 12, and page 12 before it 10" in finding.message
    assert "缺1页" in finding.message_zh
