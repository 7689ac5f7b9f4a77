"""Unit and year are what the places of a publication agree on; stamps are no part of a name."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest
from drawing import FONT, canvas, draw_grid

from jcfs_etl import AuditedPublication, read_publication

UNIT = "甲市规划和自然资源局"
TITLES = ["收入决算表", "支出决算表", "一般公共预算财政拨款支出决算表"]
HEADS = [
    ["科目编码", "科目名称", "本年收入合计", "财政拨款收入"],
    ["科目编码", "科目名称", "本年支出合计", "基本支出"],
    ["科目编码", "科目名称", "合计", "基本支出"],
]
#: A line of the cover: text and size of its letters.
Line = tuple[str, int]


def drawn(
    folder: Path, cover: Sequence[Line], units: Sequence[str], years: Sequence[int]
) -> AuditedPublication:
    """A cover, and a table a page that names its unit and year, where they are given."""
    drawing = canvas(folder / "a.pdf")
    for at, (text, size) in enumerate(cover):
        drawing.setFont(FONT, size)
        drawing.drawCentredString(300, 700 - 40 * at, text)
    drawing.showPage()
    for title, head, unit, year in zip(TITLES, HEADS, units, years, strict=True):
        drawing.setFont(FONT, 9)
        drawing.drawString(60, 740, title)
        drawing.drawString(60, 720, f"编制单位：{unit}" if unit else "公开表")
        drawing.drawString(260, 720, f"{year}年度" if year else "决算")
        drawing.drawString(400, 720, "单位：万元")
        draw_grid(drawing, [head, ["合计", "", "1.00", "1.00"]], widths=[60, 150, 90, 90])
        drawing.showPage()
    drawing.save()
    return read_publication(folder / "a.pdf")


def codes(document: AuditedPublication) -> set[str]:
    return {f.code for f in document.all_findings if f.code.startswith(("conflicting", "no_", "other_"))}


@pytest.mark.parametrize("above", ["附件2", "仅供内部审核", "部门决算公开文本", "甲市人民政府信息公开"])
@pytest.mark.parametrize("size", [12, 22])
def test_lines_above_the_name_on_the_cover_are_no_part_of_it(tmp_path: Path, above: str, size: int) -> None:
    cover = [(above, size), (UNIT, 22), ("2024年度部门决算", 22)]
    document = drawn(tmp_path, cover, [UNIT] * 3, [2024] * 3)
    assert (document.unit, document.year, codes(document)) == (UNIT, 2024, set())


@pytest.mark.parametrize("units", [[UNIT] * 3, [""] * 3])
def test_a_name_over_two_lines_of_one_size_is_one_name(tmp_path: Path, units: list[str]) -> None:
    cover = [("甲市规划和", 22), ("自然资源局2024年度部门决算", 22)]
    assert drawn(tmp_path, cover, units, [2024] * 3).unit == UNIT


def test_a_smaller_line_above_the_name_is_left_out_where_no_other_page_names_the_unit(tmp_path: Path) -> None:
    cover = [("仅供内部审核", 12), (f"{UNIT}2024年度部门决算", 22)]
    assert drawn(tmp_path, cover, [""] * 3, [2024] * 3).unit == UNIT


@pytest.mark.parametrize(
    ("above", "name", "unit"),
    [
        ("甲市教育局", "乙丙县应急管理局", "乙丙县应急管理局"),
        ("上海市教育委员会", "上海市电化教育馆", "上海市电化教育馆"),
        ("中国共产党甲乙市委员会", "组织部", "中国共产党甲乙市委员会组织部"),
        ("甲乙市人民代表大会常务委员会", "办公厅", "甲乙市人民代表大会常务委员会办公厅"),
        ("甲乙市人民政府", "经济技术开发区管理委员会", "甲乙市人民政府经济技术开发区管理委员会"),
        ("甲乙市", "丙丁区教育局", "甲乙市丙丁区教育局"),
    ],
)
def test_a_body_above_one_with_a_place_of_its_own_is_its_superior(
    tmp_path: Path, above: str, name: str, unit: str
) -> None:
    cover = [(above, 22), (name, 22), ("2024年度部门决算", 22)]
    assert drawn(tmp_path, cover, [""] * 3, [2024] * 3).unit == unit


def test_a_name_that_other_pages_write_whole_has_no_superior_in_it(tmp_path: Path) -> None:
    cover = [("甲市教育局", 22), ("甲市实验小学", 22), ("2024年度部门决算", 22)]
    assert drawn(tmp_path, cover, ["甲市教育局甲市实验小学"] * 3, [2024] * 3).unit == "甲市教育局甲市实验小学"


def test_three_pages_that_agree_outweigh_a_cover_that_says_otherwise(tmp_path: Path) -> None:
    cover = [("乙市财政局2023年度部门决算", 22)]
    document = drawn(tmp_path, cover, [UNIT] * 3, [2024] * 3)
    assert (document.unit, document.year) == (UNIT, 2024)
    assert codes(document) == {"conflicting_unit", "conflicting_year"}


def test_a_single_page_that_deviates_is_a_finding_and_never_the_key(tmp_path: Path) -> None:
    cover = [(f"{UNIT}2024年度部门决算", 22)]
    document = drawn(tmp_path, cover, ["乙市财政局", UNIT, UNIT], [2024, 2024, 2023])
    assert (document.unit, document.year) == (UNIT, 2024)
    assert codes(document) == {"conflicting_unit", "conflicting_year"}


def test_another_spelling_is_the_same_unit(tmp_path: Path) -> None:
    cover = [(f"{UNIT}2024年度部门决算", 22)]
    document = drawn(tmp_path, cover, ["甲市规划与自然资源局", UNIT, UNIT], [2024] * 3)
    assert (document.unit, codes(document)) == (UNIT, {"other_spelling"})


def test_a_name_that_its_cell_has_cut_is_the_same_unit(tmp_path: Path) -> None:
    cover = [(f"{UNIT}2024年度部门决算", 22)]
    document = drawn(tmp_path, cover, ["甲市规划和自然", "甲市规划和自然", UNIT], [2024] * 3)
    assert (document.unit, codes(document)) == (UNIT, {"other_spelling"})


@pytest.mark.parametrize(
    ("cover", "name", "kept"),
    [
        ("新疆甲县财政局", "甲县财政局", "新疆甲县财政局"),
        ("甲县财政局", "乙省丙市甲县财政局", "乙省丙市甲县财政局"),
        ("甲县财政局", "甲县财政局（汇总）", "甲县财政局"),
        ("乙丙县财政局", "县财政局", "乙丙县财政局"),
    ],
)
def test_a_name_with_the_places_before_it_is_the_same_unit(
    tmp_path: Path, cover: str, name: str, kept: str
) -> None:
    document = drawn(tmp_path, [(f"{cover}2024年度部门决算", 22)], [name] * 3, [2024] * 3)
    assert (document.unit, codes(document)) == (kept, {"other_spelling"})


def test_a_name_with_another_body_before_it_is_another_unit(tmp_path: Path) -> None:
    cover = [("甲县教育局2024年度部门决算", 22)]
    assert "conflicting_unit" in codes(drawn(tmp_path, cover, ["甲县教育局第一小学"] * 3, [2024] * 3))


@pytest.mark.parametrize(
    "cover",
    [
        [("甲县司法局二〇二四年度部门决算", 22)],
        [("甲县司法局", 22), ("（2024年度）", 22), ("部门决算公开", 22)],
    ],
)
def test_the_year_of_a_cover_in_characters_or_brackets(tmp_path: Path, cover: list[Line]) -> None:
    document = drawn(tmp_path, [*cover, ("二〇二五年九月", 12)], [""] * 3, [0] * 3)
    assert (document.unit, document.year) == ("甲县司法局", 2024)


@pytest.mark.parametrize("line", ["金额单位：人民币万元", "单位（万元）", "计量单位：万元", "金额：万元"])
def test_the_unit_of_money_in_other_words(tmp_path: Path, line: str) -> None:
    drawing = canvas(tmp_path / "a.pdf")
    drawing.drawString(60, 780, "甲县司法局2024年度部门决算")
    drawing.drawString(60, 740, TITLES[0])
    drawing.drawString(400, 720, line)
    draw_grid(drawing, [HEADS[0], ["合计", "", "1.00", "1.00"]], widths=[60, 150, 90, 90])
    drawing.save()
    assert read_publication(tmp_path / "a.pdf").publication.money_unit == "万元"


def test_without_a_cover_most_pages_decide(tmp_path: Path) -> None:
    document = drawn(tmp_path, [("公开", 22)], ["乙市财政局", UNIT, UNIT], [2024] * 3)
    assert (document.unit, codes(document)) == (UNIT, {"conflicting_unit"})


def test_two_units_stated_equally_often_are_not_chosen_between(tmp_path: Path) -> None:
    document = drawn(tmp_path, [("公开", 22)], ["乙市财政局", UNIT, ""], [2024] * 3)
    assert document.unit is None
    assert codes(document) == {"conflicting_unit", "no_unit"}
    assert document.status == "quarantined"


def test_tables_of_the_body_itself_do_not_rename_its_department(tmp_path: Path) -> None:
    cover = [(f"{UNIT}2024年度部门决算", 22)]
    assert drawn(tmp_path, cover, [f"{UNIT}（本级）"] * 3, [2024] * 3).unit == UNIT


def test_a_name_that_wraps_above_the_tables_is_one_name(tmp_path: Path) -> None:
    for name, cover, at in ((UNIT, UNIT, 8), ("乙市财政局", "", 4)):
        drawing = canvas(tmp_path / "a.pdf")
        if cover:
            drawing.setFont(FONT, 22)
            drawing.drawCentredString(300, 700, f"{cover}2024年度部门决算")
        drawing.showPage()
        for title, head in zip(TITLES, HEADS, strict=True):
            drawing.setFont(FONT, 9)
            drawing.drawString(60, 740, title)
            drawing.drawString(60, 720, f"编制单位：{name[:at]}")
            drawing.drawString(60, 709, f"{name[at:]} 2024年度" if cover else name[at:])
            drawing.drawString(260, 714, "2024年度")
            drawing.drawString(400, 714, "单位：万元")
            draw_grid(drawing, [head, ["合计", "", "1.00", "1.00"]], widths=[60, 150, 90, 90])
            drawing.showPage()
        drawing.save()
        document = read_publication(tmp_path / "a.pdf")
        assert (document.unit, document.year, codes(document)) == (name, 2024, set())


def test_a_note_below_the_name_is_no_part_of_it_where_other_places_name_the_unit(tmp_path: Path) -> None:
    drawing = canvas(tmp_path / "a.pdf")
    drawing.setFont(FONT, 22)
    drawing.drawCentredString(300, 700, f"{UNIT}2024年度部门决算")
    drawing.showPage()
    for title, head in zip(TITLES, HEADS, strict=True):
        drawing.setFont(FONT, 9)
        drawing.drawString(60, 740, title)
        drawing.drawString(60, 720, f"编制单位：{UNIT}")
        drawing.drawString(60, 709, "仅供内部审核")
        drawing.drawString(400, 714, "单位：万元")
        draw_grid(drawing, [head, ["合计", "", "1.00", "1.00"]], widths=[60, 150, 90, 90])
        drawing.showPage()
    drawing.save()
    document = read_publication(tmp_path / "a.pdf")
    assert (document.unit, codes(document)) == (UNIT, set())


def told(
    folder: Path, text: Sequence[str], cover: Sequence[Line] = (), titles: str = "", below: str = ""
) -> AuditedPublication:
    """Tables that name neither unit nor year, and a page of text; titles may have words before them."""
    drawing = canvas(folder / "a.pdf")
    for at, (line, size) in enumerate(cover):
        drawing.setFont(FONT, size)
        drawing.drawCentredString(300, 700 - 40 * at, line)
    if cover:
        drawing.showPage()
    for title, head in zip(TITLES, HEADS, strict=True):
        drawing.setFont(FONT, 9)
        drawing.drawString(60, 740, titles + title)
        drawing.drawString(400, 720, "单位：万元")
        draw_grid(drawing, [head, ["合计", "", "1.00", "1.00"]], widths=[60, 150, 90, 90])
        drawing.drawString(60, 640, below)
        drawing.showPage()
    drawing.setFont(FONT, 12)
    for at, line in enumerate(text):
        drawing.drawString(60, 760 - 20 * at, line)
    drawing.save()
    return read_publication(folder / "a.pdf")


SAID = [
    "一、收入支出决算总体情况说明",
    f"　　{UNIT}2024年度收入总计1.00万元。与2023年度相比增加0.50万元。",
    "二、收入决算情况说明",
    f"　　{UNIT}2024年度收入合计1.00万元。",
]


@pytest.mark.parametrize("cover", [[], [("部门决算公开", 22)], [("附件2", 12), ("2024年度部门决算", 22)]])
def test_a_unit_that_only_the_narrative_names_is_found(tmp_path: Path, cover: list[Line]) -> None:
    document = told(tmp_path, SAID, cover)
    assert (document.unit, document.year, codes(document)) == (UNIT, 2024, set())


def test_titles_of_tables_name_unit_and_year(tmp_path: Path) -> None:
    document = told(tmp_path, [], titles=f"{UNIT}2024年度")
    assert (document.unit, document.year, codes(document)) == (UNIT, 2024, set())


def test_a_declaration_under_an_empty_table_names_them(tmp_path: Path) -> None:
    below = f"注：{UNIT}2024年度无政府性基金预算财政拨款收支，故本表无数据。"
    document = told(tmp_path, [], below=below)
    assert (document.unit, document.year) == (UNIT, 2024)


def test_a_cover_may_name_the_unit_without_the_year(tmp_path: Path) -> None:
    said = ["一、收入决算情况说明", "　　2024年度收入合计1.00万元。"]
    document = told(tmp_path, said, [("附件2", 12), (UNIT, 22), ("部门决算", 22)])
    assert (document.unit, document.year) == (UNIT, 2024)


@pytest.mark.parametrize("stamp", ["附件2", "仅供内部审核", "（盖章）", "部门决算公开文本"])
def test_a_stamp_alone_above_the_title_is_no_unit(tmp_path: Path, stamp: str) -> None:
    document = told(tmp_path, [], [(stamp, 22), ("2024年度部门决算", 22)])
    assert (document.unit, document.year, codes(document)) == (None, 2024, {"no_unit"})


def test_text_that_tells_of_two_units_alike_names_neither(tmp_path: Path) -> None:
    said = [
        "一、收入决算情况说明",
        f"　　{UNIT}2024年度收入1.00万元。",
        "　　乙市财政局2024年度收入1.00万元。",
    ]
    assert told(tmp_path, said).unit is None


def test_text_never_outweighs_a_head(tmp_path: Path) -> None:
    said = [line.replace(UNIT, "乙市财政局").replace("2024", "2023") for line in SAID]
    document = told(tmp_path, said, [(f"{UNIT}2024年度部门决算", 22)])
    assert (document.unit, document.year) == (UNIT, 2024)


def test_of_two_readings_of_a_cover_the_text_says_which_is_the_name(tmp_path: Path) -> None:
    cover = [("仅供内部审核", 22), (UNIT, 22), ("2024年度部门决算", 22)]
    assert told(tmp_path, SAID, cover).unit == UNIT


@pytest.mark.parametrize(
    "cover",
    [
        [("2024年度", 26), (f"{UNIT}部门决算", 26)],
        [(f"2024年度{UNIT}部门决算", 22)],
        [("2024年度", 26), (UNIT, 26), ("部门决算公开", 26)],
        [("附件2", 12), (f"2024年{UNIT}决算", 22)],
    ],
)
def test_the_year_may_stand_before_the_name(tmp_path: Path, cover: list[Line]) -> None:
    document = drawn(tmp_path, cover, [""] * 3, [0] * 3)
    assert (document.unit, document.year, codes(document)) == (UNIT, 2024, set())


@pytest.mark.parametrize(
    "line",
    [
        "2024年度部门决算公开",
        "2024年度一般公共预算支出决算",
        "2024年度全县财政总决算",
        "2024年度决算目录第一部分概况",
    ],
)
def test_what_follows_a_year_is_no_unit_where_no_body_is_named(tmp_path: Path, line: str) -> None:
    assert drawn(tmp_path, [(line, 22)], [""] * 3, [0] * 3).unit is None


def test_the_number_of_the_table_may_stand_behind_the_name(tmp_path: Path) -> None:
    document = drawn(tmp_path, [("部门决算公开", 22)], [f"{UNIT}公开02表"] * 3, [2024] * 3)
    assert (document.unit, document.year) == (UNIT, 2024)


@pytest.mark.parametrize(
    "unit",
    [
        "共青团甲县委员会",
        "本溪市财政局",
        "全椒县审计局",
        "第二人民医院",
        "附属小学幼儿园",
        "全州县乙镇人民政府",
    ],
)
@pytest.mark.parametrize("is_first", [True, False])
def test_bodies_whose_names_begin_as_other_words_do(tmp_path: Path, unit: str, is_first: bool) -> None:
    """共 is no 共计, 本溪 no 本部门 and 全椒 no 全县."""
    cover = (
        [("2024年度", 22), (f"{unit}部门决算", 22)] if is_first else [(unit, 22), ("2024年度部门决算", 22)]
    )
    assert drawn(tmp_path, cover, [""] * 3, [0] * 3).unit == unit


@pytest.mark.parametrize(
    "label",
    [
        *(
            "公开部门",
            "填报单位",
            "编报单位",
            "部门名称",
            "单位（公章）",
            "部门（单位）名称",
            "单位全称",
            "预算单位",
        ),
        *("财决公开01表 部门", "部门：[001]", "部门：302088"),
    ],
)
def test_the_unit_stands_behind_labels_of_several_words(tmp_path: Path, label: str) -> None:
    drawing = canvas(tmp_path / "a.pdf")
    for title, head in zip(TITLES, HEADS, strict=True):
        drawing.setFont(FONT, 9)
        drawing.drawString(60, 740, title)
        drawing.drawString(60, 720, f"{label}{'' if '：' in label else '：'}{UNIT}")
        drawing.drawString(400, 720, "单位：万元")
        draw_grid(drawing, [head, ["合计", "", "1.00", "1.00"]], widths=[60, 150, 90, 90])
        drawing.showPage()
    drawing.save()
    assert read_publication(tmp_path / "a.pdf").unit == UNIT


@pytest.mark.parametrize("label", ["表4", "附表四", "公开04表", "财决04表", "Z04", "批复04表"])
def test_the_number_of_a_table_beside_the_unit_is_no_part_of_it(tmp_path: Path, label: str) -> None:
    cover = [(f"{UNIT}2024年度部门决算", 22)]
    document = drawn(tmp_path, cover, [f"{UNIT} {label}"] * 3, [0] * 3)
    assert (document.unit, codes(document)) == (UNIT, set())


@pytest.mark.parametrize("kind", ["（部门）", "（单位）"])
def test_what_kind_of_accounts_it_is_may_stand_behind_the_name(tmp_path: Path, kind: str) -> None:
    cover = [(f"{UNIT}{kind}2024年度部门决算公开说明", 22)]
    document = drawn(tmp_path, cover, [UNIT] * 3, [2024] * 3)
    assert (document.unit, document.year, codes(document)) == (UNIT, 2024, set())


def with_parts(folder: Path, cover: str, part: str, units: Sequence[str]) -> AuditedPublication:
    """A cover, the head of a part, and a table a page, each with the unit's name."""
    drawing = canvas(folder / "a.pdf")
    drawing.setFont(FONT, 22)
    drawing.drawCentredString(300, 700, f"{cover}2024年度部门决算")
    drawing.showPage()
    drawing.setFont(FONT, 16)
    drawing.drawCentredString(300, 700, f"第二部分 {part}2024年度部门决算表")
    drawing.showPage()
    for title, head, unit in zip(TITLES, HEADS, units, strict=True):
        drawing.setFont(FONT, 9)
        drawing.drawString(60, 740, title)
        drawing.drawString(60, 720, f"编制单位：{unit}")
        drawing.drawString(400, 720, "单位：万元")
        draw_grid(drawing, [head, ["合计", "", "1.00", "1.00"]], widths=[60, 150, 90, 90])
        drawing.showPage()
    drawing.save()
    return read_publication(folder / "a.pdf")


OWN = f"{UNIT}（本级）"


@pytest.mark.parametrize(
    ("part", "units", "found"),
    [
        (UNIT, [OWN] * 3, "other_spelling"),
        (UNIT, [OWN, UNIT, OWN], "conflicting_unit"),
        ("乙市财政局", [OWN] * 3, "conflicting_unit"),
    ],
)
def test_the_head_of_a_part_may_leave_off_whose_accounts_they_are(
    tmp_path: Path, part: str, units: list[str], found: str
) -> None:
    document = with_parts(tmp_path, OWN, part, units)
    assert (document.unit, codes(document)) == (f"{UNIT}(本级)", {found})


@pytest.mark.parametrize(
    ("cover", "part", "caption", "kept"),
    [
        ("甲市残联", "甲市残联", "甲市残疾人联合会", "甲市残联"),
        ("甲县乙乡人民政府", "甲县乙乡政府", "甲县乙乡人民政府", "甲县乙乡人民政府"),
        ("甲县人力资源和社会保障局", "甲县人社局", "甲县人社局", "甲县人力资源和社会保障局"),
        ("新宾县林草局", "新宾县林草局", "新宾满族自治县林业和草原局", "新宾县林草局"),
        ("耿马傣族佤族自治县财政局", "耿马县财政局", "耿马傣族佤族自治县财政局", "耿马傣族佤族自治县财政局"),
    ],
)
def test_a_short_name_is_the_same_unit(
    tmp_path: Path, cover: str, part: str, caption: str, kept: str
) -> None:
    document = with_parts(tmp_path, cover, part, [caption] * 3)
    assert (document.unit, codes(document)) == (kept, {"other_spelling"})


@pytest.mark.parametrize(
    ("one", "other"),
    [("甲县第二人民医院", "甲县人民医院"), ("甲县中医医院", "甲县医院"), ("甲县第一中学", "甲县中学")],
)
def test_a_shorter_name_may_be_another_body(tmp_path: Path, one: str, other: str) -> None:
    assert "conflicting_unit" in codes(with_parts(tmp_path, one, other, [one] * 3))
