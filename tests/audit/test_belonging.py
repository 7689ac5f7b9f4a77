"""Tables that say they are of another year or unit: published only where something tells whose they are."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest
from factory.model import Block, CaptionLine, Document, Grid, Section, Text
from factory.producers import PRODUCERS
from factory.publication import draw_document
from msgspec import structs

from jcfs_etl import AuditedPublication, read_publication
from jcfs_etl.audit.belonging import other_covers
from jcfs_etl.contracts.model import Contracts
from jcfs_etl.findings import finding

#: A publication whose 三公 nothing ties to other tables, with figures in it.
FORM, SEED = "shanxi_2023", 100
THREE, INCOME = "财政拨款“三公”经费支出决算表", "收入决算表"

FIGURE = re.compile(r"[\d,]+\.[\d\n]+")

Change = Callable[[Block], Block]


def _errors(document: Document, title: str, change: Change, folder: Path) -> set[tuple[str, str | None]]:
    """Codes and datasets of what keeps the document back once the heading of one table is changed."""
    sections = tuple(
        replace(s, blocks=tuple(map(change, s.blocks))) if Text(title, "title") in s.blocks else s
        for s in document.sections
    )
    path = folder / "a.pdf"
    path.write_bytes(PRODUCERS["reportlab"](replace(document, sections=sections)))
    return {(f.code, f.dataset) for f in read_publication(path).all_findings if f.blocks}


def _before_title(words: str) -> Change:
    def change(block: Block) -> Block:
        if isinstance(block, Text) and block.style == "title":
            return replace(block, text=words + block.text)
        return block

    return change


def _behind_title(words: str) -> Change:
    def change(block: Block) -> Block:
        if isinstance(block, Text) and block.style == "title":
            return replace(block, text=block.text + words)
        return block

    return change


def _caption(**said: str) -> Change:
    return lambda block: replace(block, **said) if isinstance(block, CaptionLine) and block.left else block


@pytest.fixture(scope="module")
def document() -> Document:
    return draw_document(FORM, SEED)


@pytest.mark.parametrize(
    ("change", "kind"),
    [
        (_before_title("2019年度"), "year"),
        (_caption(middle="2019年度"), "year"),
        (_before_title("甲乙县第二中学"), "unit"),
        (_before_title("甲乙县第二中学2019年度"), "year"),
        (_caption(left="部门名称：甲乙县第二中学"), "unit"),
        (_before_title("二级单位"), "unit"),
        (_before_title("局属事业单位"), "unit"),
        (_behind_title("（二级单位）"), "unit"),
        (_before_title("上年"), "year"),
        (_behind_title("（上年）"), "year"),
    ],
)
def test_a_table_of_another_year_or_unit_is_kept_back_where_nothing_ties_it(
    change: Change, kind: str, document: Document, tmp_path: Path
) -> None:
    assert _errors(document, THREE, change, tmp_path) == {(f"table_of_another_{kind}", "three_public")}


def _figures(change: Callable[[re.Match[str]], str], title: str = "") -> Change:
    """Figures of a table changed, and its title, where another is given."""

    def changed(block: Block) -> Block:
        if isinstance(block, Text) and block.style == "title" and title:
            return replace(block, text=title)
        if not isinstance(block, Grid):
            return block
        rows = (tuple(c and replace(c, text=FIGURE.sub(change, c.text)) for c in row) for row in block.rows)
        return replace(block, rows=tuple(rows))

    return changed


def _same(printed: re.Match[str]) -> str:
    return printed[0]


def _less(printed: re.Match[str]) -> str:
    """The amount of a budget, of which more was spent."""
    digits = re.sub(r"[,\n]", "", printed[0])
    return f"{Decimal(digits) * 9 / 10:.2f}"


@pytest.mark.parametrize(
    ("changed", "change", "kept"),
    [
        (INCOME, _figures(_less), True),
        (INCOME, _figures(_less, "部门收入总表"), True),
        (INCOME, _figures(_same, "部门收入总表"), False),
        (THREE, _figures(_less, "一般公共预算“三公”经费支出表"), True),
        # Nothing contradicts it, and it says that it is of final accounts.
        (THREE, _figures(_same), False),
    ],
)
def test_a_table_of_a_budget_in_the_place_of_one_of_the_accounts_is_kept_back(
    changed: str, change: Change, kept: bool, document: Document, tmp_path: Path
) -> None:
    found = {code for code, _ in _errors(document, changed, change, tmp_path)}
    assert found == ({"untied_table"} if kept else set())


@pytest.mark.parametrize(
    "change",
    [_before_title("2019年度"), _caption(middle="2019年度"), _caption(left="部门名称：甲乙县第二中学")],
)
def test_a_heading_of_last_year_over_figures_that_other_tables_have_is_a_slip(
    change: Change, document: Document, tmp_path: Path
) -> None:
    assert _errors(document, INCOME, change, tmp_path) == set()


def test_the_own_year_and_the_own_name_in_other_words_are_no_others(
    document: Document, tmp_path: Path
) -> None:
    unit, year = document.unit, document.year
    for words in (f"{year}年度", f"{unit}{year}年", f"{unit}（本级）", "本部门", f"{year - 1}至{year}年度"):
        assert _errors(document, THREE, _before_title(words), tmp_path) == set(), words


def test_a_table_of_units_below_that_holds_the_publications_figures_is_said(
    document: Document, tmp_path: Path
) -> None:
    assert _errors(document, INCOME, _before_title("二级单位"), tmp_path) == set()
    said = {f.code: f.message for f in read_publication(tmp_path / "a.pdf").all_findings}
    assert "二级单位" in said["heading_of_another"]


@pytest.mark.parametrize("own", ["本级", "机关"])
def test_a_table_of_the_body_alone_beside_those_of_the_whole_is_kept_back(
    own: str, document: Document, tmp_path: Path
) -> None:
    whole = replace(
        document,
        sections=tuple(
            replace(
                s, blocks=tuple(_caption(left=f"部门：{document.unit}（含二级单位）")(b) for b in s.blocks)
            )
            for s in document.sections
        ),
    )
    alone = _caption(left=f"部门：{document.unit}（{own}）")
    assert _errors(whole, THREE, alone, tmp_path) == {("table_of_another_unit", "three_public")}
    assert _errors(whole, THREE, lambda block: block, tmp_path) == set()


@pytest.mark.parametrize("words", ["及二级单位", "（含二级单位）"])
def test_the_whole_of_a_body_and_its_units_is_no_other_unit(
    words: str, document: Document, tmp_path: Path
) -> None:
    assert not _errors(document, THREE, _caption(left=f"部门：{document.unit}{words}"), tmp_path)


@pytest.mark.parametrize("kind", ["高等学校", "行政事业单位", "市直部门", "人民法院"])
def test_a_kind_of_body_before_a_title_is_no_other_unit(
    kind: str, document: Document, tmp_path: Path
) -> None:
    assert not _errors(document, THREE, _before_title(kind), tmp_path)


def _with_cover(document: Document, lines: tuple[str, ...], folder: Path) -> set[str]:
    """Codes of what keeps the document back once a page with these lines stands before its last table."""
    at = next(n for n, s in enumerate(document.sections) if Text(THREE, "title") in s.blocks)
    said = (line.format(unit=document.unit, year=document.year, last=document.year - 1) for line in lines)
    cover = Section(tuple(Text(line, "cover") for line in said))
    path = folder / "a.pdf"
    sections = (*document.sections[:at], cover, *document.sections[at:])
    path.write_bytes(PRODUCERS["reportlab"](replace(document, sections=sections)))
    return {f.code for f in read_publication(path).all_findings if f.blocks}


@pytest.mark.parametrize(
    "lines",
    [
        ("甲乙县第二中学", "{year}年度单位决算"),
        ("甲乙县第二中学{year}年度决算公开",),
        ("甲乙县教育局", "（{year}年度）", "部门决算"),
        ("{unit}", "{last}年度部门决算"),
        ("{unit}", "（{last}年度）", "部门决算"),
        ("第四部分", "甲乙县第二中学{year}年度部门决算表"),
    ],
)
def test_a_cover_of_another_body_or_year_among_the_tables_keeps_the_document_back(
    lines: tuple[str, ...], document: Document, tmp_path: Path
) -> None:
    assert _with_cover(document, lines, tmp_path) == {"another_cover"}


@pytest.mark.parametrize(
    "lines",
    [
        ("{unit}", "{year}年度部门决算"),
        ("甲乙市教育局", "{unit}", "{year}年度部门决算"),
        ("第二部分", "{unit}{year}年度部门决算表"),
        ("第二部分", "{year}年度部门决算表"),
        ("第三部分", "{year}年度部门决算情况说明"),
        ("{unit}（本级）", "{year}年度部门决算"),
        ("部门决算公开表",),
    ],
)
def test_a_cover_of_the_own_body_or_the_head_of_a_part_among_the_tables_does_not(
    lines: tuple[str, ...], document: Document, tmp_path: Path
) -> None:
    assert not _with_cover(document, lines, tmp_path)


@pytest.mark.parametrize(
    ("cover", "tables", "is_kept"),
    [
        ("(本级)", "(汇总)", True),
        ("(含下属单位)", "(本级)", True),
        ("(本级)", "", False),
        ("", "(汇总)", False),
    ],
)
def test_a_cover_of_the_body_alone_over_tables_of_the_whole_keeps_the_document_back(
    cover: str, tables: str, is_kept: bool, sample: AuditedPublication, contracts: Contracts
) -> None:
    said = finding("conflicting_unit", "inconsistent", 1, other=f"某局{cover}")
    publication = structs.replace(sample.publication, unit=f"某局{tables}", findings=(said,))
    assert [(f.code, f.severity) for f in other_covers(publication, contracts)] == (
        [("another_cover", "error")] if is_kept else []
    )
