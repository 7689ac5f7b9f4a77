"""Lines of text become parts, sections and paragraphs, and every character keeps its place."""

from __future__ import annotations

import pytest
from writing import HEIGHT, WIDTH, line, written

from jcfs_etl.contracts import Contracts
from jcfs_etl.interpret.passage import passage_of
from jcfs_etl.interpret.prose import ProseSection, read_prose
from jcfs_etl.places import Box
from jcfs_etl.read.model import Page, PdfDocument, TextLine

LONG = (
    "与上年相比，收入总计减少68.63万元，下降11.72%，主要原因是从严从实从细编制部门预算，"
    "坚决压缩一般性支出，着力压减非重点项目支出，并在年末结清了往年的款项，没有新的支出。"
)


def outline(sections: tuple[ProseSection, ...]) -> list[tuple[str, str]]:
    return [(section.part, section.heading) for section in sections]


def narrative(sections: tuple[ProseSection, ...]) -> dict[str, ProseSection]:
    return {section.heading: section for section in sections if section.part == "narrative"}


def test_the_sample_has_its_parts_and_sections(sample_pages: PdfDocument, contracts: Contracts) -> None:
    sections = read_prose(sample_pages, contracts)
    parts = list(dict.fromkeys(section.part for section in sections))
    assert parts == ["contents", "other", "overview", "narrative", "glossary"]
    assert [s.ids[-1] for s in sections if s.ids and s.heading[1] == "、"] == [
        "summary", "income", "expenditure", "appropriation", "general_budget", "basic",
        "government_fund", "state_capital", "three_public", "other", "performance", "performance",
    ]  # fmt: skip
    procurement = narrative(sections)["(二)政府采购情况说明"]
    assert procurement.ids == ("other", "procurement")
    assert not any("-17-" in section.text for section in sections), "page numbers are no text"


def test_lines_are_joined_into_paragraphs_over_a_page_break(contracts: Contracts) -> None:
    heading = "一、收入支出决算总体情况说明"
    document = written("第三部分 情况说明", heading, LONG, LONG, per_page=3, furniture=True)
    section = narrative(read_prose(document, contracts))[heading]
    plain = LONG.replace("，", ",")
    assert section.text == f"{plain}\n{plain}"
    start = len(heading) + 1
    assert section.passage.place(start, start + 3).page == 1
    pages = [section.passage.place(i, i + 1).page for i in range(start, len(section.passage.text))]
    assert pages[-1] == len(document.pages) > 1
    changes = [i for i, page in enumerate(pages) if i and page != pages[i - 1]]
    assert section.breaks == ((0, 1), *((i, pages[i]) for i in changes))


def test_numbers_of_pages_right_below_the_text_are_no_text(contracts: Contracts) -> None:
    """They stand far from the edge of the paper, but first or last on their pages, and count on with them."""
    heading = "一、收入支出决算总体情况说明"
    document = written("第三部分 情况说明", heading, LONG, LONG, LONG, per_page=3)
    pages = tuple(
        Page(
            page.number, WIDTH, HEIGHT, (), (*page.lines, line(f"— {page.number + 20} —", 160.0, 290.0, 9.0))
        )
        for page in document.pages
    )
    section = narrative(read_prose(PdfDocument("a.pdf", "", pages), contracts))[heading]
    assert section.text == "\n".join([LONG.replace("，", ",")] * 3)


def test_a_number_that_is_broken_between_lines_stays_one(contracts: Contracts) -> None:
    """Other pages as wide may begin further left, so that every line here seems to be indented."""
    heading = "三、支出决算情况说明"
    first = line("本单位本年度支出合计为一千元整，比上年减少很多很多，降幅为12.", 130, 96.0)
    # Two lines that end alike say where the right margin is.
    before = TextLine("本单位本年度收入合计为一千元整。", Box(96.0, 110.0, first.box.x1, 122.0), 12.0)
    short = (line(heading, 90), before, first, line("28%。", 150))
    wide = tuple(line("字" * 39, 90 + 20.0 * i, 40.0) for i in range(9))
    pages = (
        Page(1, WIDTH, HEIGHT, (), (line("第三部分 情况说明", 70), *wide)),
        Page(2, WIDTH, HEIGHT, (), short),
    )
    sections = read_prose(PdfDocument("a.pdf", "", pages), contracts)
    assert narrative(sections)[heading].text.endswith("降幅为12.28%。")


def test_a_line_after_a_full_one_goes_on_where_it_begins_no_further_in(contracts: Contracts) -> None:
    """Other pages as wide begin further left; the unit of an amount stands on the next line."""
    heading = "三、支出决算情况说明"
    full = line("本单位本年度支出合计为一千元整，比上年减少很多很多，一共减少5.00", 130, 72.0)
    before = TextLine("本单位本年度收入合计为一千元整，", Box(96.0, 110.0, full.box.x1, 122.0), 12.0)
    wide = tuple(line("字" * 39, 90 + 20.0 * i, 40.0) for i in range(9))
    pages = (
        Page(1, WIDTH, HEIGHT, (), (line("第三部分 情况说明", 70), *wide)),
        Page(2, WIDTH, HEIGHT, (), (line(heading, 90), before, full, line("万元。", 150))),
    )
    sections = read_prose(PdfDocument("a.pdf", "", pages), contracts)
    assert narrative(sections)[heading].text.endswith("一共减少5.00万元。")


def test_a_part_begins_on_a_page_whatever_stands_alone_on_the_one_before(contracts: Contracts) -> None:
    """Of a table's page its title alone is prose; it is as long as that page's lines are."""
    title = TextLine("“三公”经费、行政参公单位机关运行经费情况表", Box(120.0, 90.0, 475.0, 106.0), 16.0)
    heading = "二、收入决算情况说明"
    pages = (
        Page(1, WIDTH, HEIGHT, (), (title,)),
        Page(
            2, WIDTH, HEIGHT, (), (line("第三部分 2020年度部门决算情况说明", 70, 130.0), line(heading, 110))
        ),
    )
    assert outline(read_prose(PdfDocument("a.pdf", "", pages), contracts))[1:] == [
        ("narrative", "第三部分2020年度部门决算情况说明"),
        ("narrative", heading),
    ]


def test_a_list_without_indents_keeps_its_paragraphs(contracts: Contracts) -> None:
    lines = ["第三部分 情况说明", "二、收入决算情况说明", "其中：", "事业收入0万元；", "其他收入0.01万元。"]
    page = Page(1, WIDTH, HEIGHT, (), tuple(line(text, 90 + 20.0 * i) for i, text in enumerate(lines)))
    sections = read_prose(PdfDocument("a.pdf", "", (page,)), contracts)
    assert narrative(sections)["二、收入决算情况说明"].text == "其中:\n事业收入0万元;\n其他收入0.01万元。"


def test_the_narrative_is_found_without_the_heads_of_parts(contracts: Contracts) -> None:
    document = written(
        "收入决算表", "一、收入支出决算总体情况说明", "收入总计5万元。", "收入决算表", "注：本表。"
    )
    assert outline(read_prose(document, contracts)) == [
        ("other", "收入决算表"),
        ("narrative", "一、收入支出决算总体情况说明"),
        ("other", "收入决算表"),
    ]


def test_the_narrative_may_stand_before_the_tables(contracts: Contracts) -> None:
    document = written(
        "第一部分 概况",
        "第二部分 决算情况说明",
        "二、收入决算情况说明",
        "收入合计5万元。",
        "第三部分 决算表",
        "收入决算表",
    )
    assert outline(read_prose(document, contracts)) == [
        ("overview", "第一部分概况"),
        ("narrative", "第二部分决算情况说明"),
        ("narrative", "二、收入决算情况说明"),
        ("other", "第三部分决算表"),
        ("other", "收入决算表"),
    ]


def test_contents_end_where_their_first_entry_stands_again(contracts: Contracts) -> None:
    entries = ["第一部分 概况......1", "第三部分 情况说明......2", "二、收入决算情况说明......2"]
    document = written(
        "目录", *entries, "第一部分 概况", "第三部分 情况说明", "二、收入决算情况说明", "收入合计5万元。"
    )
    assert outline(read_prose(document, contracts)) == [
        ("contents", "目录"),
        ("overview", "第一部分概况"),
        ("narrative", "第三部分情况说明"),
        ("narrative", "二、收入决算情况说明"),
    ]


def test_a_heading_may_run_on_into_its_text(contracts: Contracts) -> None:
    text = "（一）机关运行经费支出情况。机关运行经费支出20.5万元。"
    sections = read_prose(written("第三部分 情况说明", text), contracts)
    section = narrative(sections)["(一)机关运行经费支出情况。"]
    assert (section.ids, section.text) == (("operating",), "机关运行经费支出20.5万元。")


def test_an_item_with_a_number_and_a_sentence_is_no_heading(contracts: Contracts) -> None:
    text = "1、公务接待费支出0万元，共接待0批次。"
    sections = read_prose(written("第三部分 情况说明", "九、“三公”经费支出决算情况说明", text), contracts)
    assert sections[-1].text == text.replace("，", ",")


@pytest.mark.parametrize(
    ("printed", "plain"),
    [
        ("６８．６３ 万元", "68.63万元"),
        ("“三公”经费", '"三公"经费'),
        ("①基本支出", "(1)基本支出"),
        ("面积5m²", "面积5m²"),
        ("2022，2023年", "2022、2023年"),
        ("１，２３４．５６", "1,234.56"),
        ("总计26，538.47万元", "总计26,538.47万元"),
        ("1，026，538.4万元", "1,026,538.4万元"),
        ("各为4125.49，4143.91万元", "各为4125.49、4143.91万元"),
        ("共13，100批次", "共13、100批次"),
    ],
)
def test_text_is_squeezed_without_making_figures(printed: str, plain: str) -> None:
    passage = passage_of(TextLine(printed, Box(0, 0, 100, 10), 10), 1)
    assert passage.text == plain
    assert passage.place(0, len(plain)).box == pytest.approx((0, 0, 100, 10))
    assert passage.place(len(plain) - 1, len(plain)).box.x1 == pytest.approx(100)


def test_two_columns_of_figures_do_not_become_one_number(contracts: Contracts) -> None:
    lines = (line("第三部分 情况说明", 90), line("12.3", 120), line("45.6", 120, 300))
    sections = read_prose(PdfDocument("a.pdf", "", (Page(1, WIDTH, HEIGHT, (), lines),)), contracts)
    assert sections[-1].text == "12.3\t45.6"


@pytest.mark.parametrize(
    ("heading", "section"),
    [
        ("2022年一般公共预算“三公”经费决算执行情况说明", "three_public"),
        ("二、机关运行经费", "operating"),
        ("一、2018年度部门决算收支增减情况说明", "summary"),
        ("三、2018年政府采购执行情况及分析", "procurement"),
        ("三、支出总体情况说明", "expenditure"),
    ],
)
def test_a_heading_that_no_list_has_is_known_by_its_key_word(
    heading: str, section: str, contracts: Contracts
) -> None:
    sections = read_prose(written("第三部分 情况说明", heading, "这里没有数字。"), contracts)
    assert sections[-1].ids == (section,)


def test_a_sentence_about_a_key_word_is_no_heading(contracts: Contracts) -> None:
    """Under no other heading it says all the same what it is of."""
    sections = read_prose(written("第三部分 情况说明", "二、机关运行经费支出2万元，减少1万元。"), contracts)
    assert (sections[-1].heading, sections[-1].ids) == ("", ("operating",))


@pytest.mark.parametrize("part", ["第三部分 情况说明", None])
def test_paragraphs_under_no_heading_say_themselves_what_they_are_of(
    part: str | None, contracts: Contracts
) -> None:
    """Items, comparisons and reasons are of what stands above; 财政拨款支出 may be of several sections."""
    texts = (
        "2022年度收、支总计均为5.00万元。",
        LONG,
        "本年收入合计5.00万元，其中：",
        "1.财政拨款收入4.00万元。",
        "增加原因是公务接待费增加2.00万元。",
        "2022年度财政拨款支出4.00万元。",
        "2022年度一般公共预算财政拨款支出4.00万元。",
        "截至2022年12月31日，本单位共有车辆2辆。",
    )
    sections = read_prose(written(*([part] if part else []), *texts), contracts)
    said = [(section.ids, section.text.count("\n") + 1) for section in sections if not section.heading]
    assert said == [
        (("summary",), 2),
        (("income",), 3),
        ((), 1),
        (("general_budget",), 1),
        (("assets",), 1),
    ]


@pytest.mark.parametrize(
    "foot", [("II", 170.0, 290.0, 9.0), ("第三页", 170.0, 290.0, 9.0), ("内部资料", 100.0, 250.0, 30.0)]
)
def test_what_stands_on_every_page_is_no_text(
    foot: tuple[str, float, float, float], contracts: Contracts
) -> None:
    """Numbers of pages that are not in digits, and watermarks, stand where lines of text may."""
    heading = "一、收入支出决算总体情况说明"
    document = written("第三部分 情况说明", heading, LONG, LONG, LONG, per_page=3)
    pages = tuple(Page(page.number, WIDTH, HEIGHT, (), (*page.lines, line(*foot))) for page in document.pages)
    section = narrative(read_prose(PdfDocument("a.pdf", "", pages), contracts))[heading]
    assert section.text == "\n".join([LONG.replace("，", ",")] * 3)


def test_a_part_begins_within_a_narrative_in_larger_letters_than_most(contracts: Contracts) -> None:
    """Notes and captions of the tables are most of the text, so that the narrative looks like titles."""
    notes = tuple(line(LONG[:60], 100.0 + 30 * at, 60.0, 8.0) for at in range(8))
    texts = [
        "第三部分 情况说明",
        "一、收入支出决算总体情况说明",
        "2023年度收入总计516.85万元，支出总计516.85万元。",
        "第四部分 名词解释",
        "一、基本支出：指人员和公用支出。",
    ]
    lines = tuple(line(text, 100.0 + 26 * at, 60.0, 11.0) for at, text in enumerate(texts))
    pages = tuple(Page(n, WIDTH, HEIGHT, (), placed) for n, placed in ((1, notes), (2, lines)))
    parts = [section.part for section in read_prose(PdfDocument("a.pdf", "", pages), contracts)]
    assert "glossary" in parts
