"""Heads of tables are paths of words: each column is named from the top down, or by nothing at all."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest
from drawing import canvas, draw_grid
from msgspec.structs import replace
from one_table import errors, one_table

from jcfs_etl import AuditedPublication, read_publication
from jcfs_etl.contracts import Contracts, load_contracts
from jcfs_etl.places import Box
from jcfs_etl.read.model import Cell, Grid
from jcfs_etl.recognise.head import Head, head_words
from jcfs_etl.recognise.heads import HeadReader
from jcfs_etl.recognise.missing import empty_tables
from jcfs_etl.recognise.stakes import hold_amounts
from jcfs_etl.recognise.stitching import OtherGrid
from jcfs_etl.recognise.titles import CaptionedGrid
from jcfs_etl.report.suggest import suggestions

#: (row, column, rows, columns, text)
Placed = tuple[int, int, int, int, str]
CODES: list[Placed] = [(0, 0, 2, 1, "功能分类科目编码"), (0, 1, 2, 1, "科目名称")]


def grid(placed: Sequence[Placed], body: Sequence[Sequence[str]]) -> Grid:
    """A grid with a head of two rows and a body."""
    width = max(c + span for _, c, _, span, _ in placed)
    cells = [
        Cell(r, c, rows, columns, text, Box(c * 50, r * 20, (c + columns) * 50, (r + rows) * 20))
        for r, c, rows, columns, text in placed
    ]
    for r, texts in enumerate(body, start=2):
        cells += [
            Cell(r, c, 1, 1, text, Box(c * 50, r * 20, c * 50 + 50, r * 20 + 20))
            for c, text in enumerate(texts)
        ]
    edges = tuple(float(c * 50) for c in range(width + 1))
    return Grid(1, edges, tuple(float(r * 20) for r in range(len(body) + 3)), tuple(cells))


def read(
    contracts: Contracts, dataset: str, placed: Sequence[Placed], body: Sequence[Sequence[str]] = ()
) -> Head:
    return HeadReader(contracts.tables[dataset], contracts).read(grid(placed, body))


def named(head: Head) -> list[str | None]:
    """The column of each column of figures; a detail as ``of …``."""
    [block] = head.blocks
    return [f"of {v.detail_of}" if v.detail_of else v.column for v in block.values]


def split(word: str, at: int, *below: str) -> list[Placed]:
    """A word merged over the words below it."""
    return [(0, at, 1, len(below), word), *((1, at + i, 1, 1, text) for i, text in enumerate(below))]


FUND = ["opening_balance", "income", "total", "basic", "project", "closing_balance"]
PARTS = ("小计", "基本支出", "项目支出")


def fund(
    *, spent: str = "本年支出", parts: Sequence[str] = PARTS, opening: str = "年初结转和结余"
) -> list[Placed]:
    return [
        *CODES,
        (0, 2, 2, 1, opening),
        (0, 3, 2, 1, "本年收入"),
        *split(spent, 4, *parts),
        (0, 7, 2, 1, "年末结转和结余"),
    ]


@pytest.mark.parametrize(
    "placed",
    [
        fund(),
        fund(parts=("合计", "基本支出", "项目支出")),
        fund(spent="本年支出(万元)"),
        fund(spent="2024年支出", opening="年初结转和结余（万元）"),
        fund(opening="2024年年初结转和结余"),
        fund(opening="一、年初结转和结余*"),
        fund(parts=("小计（7=8+9）", "基本支出 8", "项目支出(9)")),
    ],
)
def test_years_units_ordinals_and_marks_around_a_word_change_nothing(
    contracts: Contracts, placed: list[Placed]
) -> None:
    assert named(read(contracts, "government_fund", placed)) == FUND


def test_a_word_under_a_column_that_it_is_no_part_of_is_not_that_word(contracts: Contracts) -> None:
    """Read by its lowest word alone, the opening balance became the year's expenditure."""
    placed = [
        *CODES,
        *split("年初结转和结余", 2, *PARTS),
        (0, 5, 2, 1, "本年收入"),
        *split("本年支出", 6, *PARTS),
        (0, 9, 2, 1, "年末结转和结余"),
    ]
    balance = ["opening_balance", "of opening_balance", "of opening_balance"]
    assert named(read(contracts, "government_fund", placed)) == [*balance, *FUND[1:]]


def test_a_word_that_a_page_cuts_in_two_is_one_word(contracts: Contracts) -> None:
    """年初结转和 stands at the foot of a page, 结余 at the head of the next."""
    cut = [
        *CODES,
        *((row, column, 1, 1, word) for column in (2, 7) for row, word in enumerate(("年初结转和", "结余"))),
        (0, 3, 2, 1, "本年收入"),
        *split("本年支出", 4, *PARTS),
    ]
    cut = [(r, c, rs, cs, text.replace("年初", "年末") if c == 7 else text) for r, c, rs, cs, text in cut]
    head = read(contracts, "government_fund", cut)
    assert named(head) == FUND
    [block] = head.blocks
    assert block.values[0].named_by == block.values[-1].named_by == "label"


@pytest.mark.parametrize(
    "words", [("小计", "教育收费"), ("小计", "其中：教育收费"), ("决算数", "其中：教育收费")]
)
def test_an_unknown_word_under_a_known_one_is_a_detail(contracts: Contracts, words: tuple[str, ...]) -> None:
    placed = [*CODES, (0, 2, 2, 1, "本年收入合计"), *split("事业收入", 3, *words)]
    assert named(read(contracts, "income", placed)) == ["total", "institutional", "of institutional"]


def test_two_heads_for_one_column_name_neither(contracts: Contracts) -> None:
    placed = [*CODES, (0, 2, 2, 1, "合计"), (0, 3, 2, 1, "基本支出"), (0, 4, 2, 1, "2022年基本支出")]
    assert named(read(contracts, "general_budget_expenditure", placed)) == ["total", None, None]


@pytest.mark.parametrize("word", ["支出功能分类", "功能分类", "项目（按支出用途）"])
@pytest.mark.parametrize("numbering", [[], [["栏次", "1", "栏次", "2"]]])
def test_labels_make_a_column_one_of_names_whatever_groups_it(
    contracts: Contracts, word: str, numbering: list[list[str]]
) -> None:
    """栏次 below the word, or one that only groups columns, hid that labels stand there."""
    placed = [
        *split("收入", 0, "项目（按资金来源）", "决算数"),
        *((r, c + 2, rs, cs, t) for r, c, rs, cs, t in split("支出", 0, word, "决算数")),
    ]
    lines = [["一、一般公共预算财政拨款收入", "2.00", "一、一般公共服务支出", "1.00"]]
    lines += [["二、事业收入", "", "二、外交支出", "1.00"], ["本年收入合计", "2.00", "本年支出合计", "2.00"]]
    blocks = read(contracts, "income_expenditure_summary", placed, [*numbering, *lines]).blocks
    assert [(b.side, b.names, [v.column for v in b.values]) for b in blocks] == [
        ("income", (0,), ["amount"]),
        ("expenditure", (2,), ["amount"]),
    ]


def test_figures_below_a_word_that_groups_are_no_labels(contracts: Contracts) -> None:
    placed = [*split("收入", 0, "项目", "决算数"), (0, 2, 1, 1, "支出"), (1, 2, 1, 1, "功能分类")]
    lines = [["一、一般公共预算财政拨款收入", "2.00", "1.00"], ["本年收入合计", "2.00", "2.00"]]
    blocks = read(contracts, "income_expenditure_summary", placed, lines).blocks
    assert [b.names for b in blocks] == [(0,)]


WORDS = ["合计", "", "1.00", "2.00", "合计", "基本支出", "项目支出", "3.00"]


def test_words_of_the_head_in_the_first_row_below_it_belong_to_the_head(contracts: Contracts) -> None:
    placed = [p for p in fund() if p[4] not in PARTS]
    placed = [(r, c, 2 if text == "本年支出" else rows, n, text) for r, c, rows, n, text in placed]
    head = read(contracts, "government_fund", placed, [WORDS, ["212", "城乡", *["4.00"] * 6]])
    assert named(head) == FUND
    assert [cell.text for cell in head.words_below] == ["合计", "基本支出", "项目支出"]
    assert head.row_count == 2


def test_figures_below_a_merged_head_are_no_words(contracts: Contracts) -> None:
    placed = [(r, c, 2 if n > 1 else rows, n, text) for r, c, rows, n, text in fund() if text not in PARTS]
    head = read(contracts, "government_fund", placed, [[*WORDS[:4], "6.00", "6.00", "", "3.00"]])
    assert head.words_below == ()
    assert named(head) == ["opening_balance", "income", "total", "total", "total", "closing_balance"]


def test_units_in_brackets_are_kept_in_mind(contracts: Contracts) -> None:
    assert read(contracts, "government_fund", fund(spent="本年支出（元）")).money_units == {"元"}


def published(
    folder: Path, rows: Sequence[Sequence[str]], unit: str = "万元", title: str = "收入决算表"
) -> AuditedPublication:
    """A page with one table."""
    drawing = canvas(folder / "a.pdf")
    drawing.drawString(60, 780, "甲市财政局2024年度部门决算")
    drawing.drawString(60, 740, title)
    drawing.drawString(60, 720, f"公开02表  单位：{unit}")
    width = 450 / (len(rows[0]) - 2)
    draw_grid(drawing, rows, left=20, widths=[40, 65, *[width] * (len(rows[0]) - 2)], size=min(9, width / 7))
    drawing.save()
    return read_publication(folder / "a.pdf")


def income(detail: str, *, whole: str = "9.00", head: str = "其中：教育收费") -> list[list[str]]:
    rows = [["项目", "", "本年收入合计", "财政拨款收入", "事业收入", "事业收入"]]
    rows += [["科目编码", "科目名称", "", "", "小计", head]]
    return [*rows, *([*key, "30.00", "21.00", whole, detail] for key in (["合计", ""], ["208", "社会保障"]))]


def codes_of(document: AuditedPublication) -> set[str]:
    return {f.code for f in document.all_findings if f.severity == "error"} - {"missing_table"}


@pytest.mark.parametrize("detail", ["", "0.00", "4.00", "9.00"])
def test_a_detail_is_passed_over_where_its_whole_is_printed(tmp_path: Path, detail: str) -> None:
    document = published(tmp_path, income(detail))
    assert codes_of(document) == set()
    said = [f.message for f in document.all_findings if f.code == "column_set_aside"]
    assert ["教育收费" in message for message in said] == [True] * bool(detail)
    assert document.publication.tables["income"].columns == ("total", "fiscal_appropriation", "institutional")


@pytest.mark.parametrize(("detail", "whole"), [("9.01", "9.00"), ("4.00", "")])
def test_a_detail_that_its_whole_does_not_hold_is_refused(tmp_path: Path, detail: str, whole: str) -> None:
    assert codes_of(published(tmp_path, income(detail, whole=whole))) == {"unknown_column"}


@pytest.mark.parametrize(("unit", "codes"), [("万元", set()), ("元", {"mixed_money_units"})])
def test_a_unit_in_the_head_that_is_not_the_tables_is_refused(
    tmp_path: Path, unit: str, codes: set[str]
) -> None:
    rows = income("")
    rows[0][2] = f"本年收入合计（{unit}）"
    assert codes_of(published(tmp_path, rows)) == codes


OTHERS = ["上级补助收入", "事业收入", "经营收入", "附属单位上缴收入", "其他收入"]


def summary(*heads: str) -> list[list[str]]:
    """A whole table with columns beside those of the form."""
    filled = ["30.00", "30.00", "", "", "", "", "", *["20.00", "50.00%", "见附件"][: len(heads)]]
    form = [
        "本年收入合计",
        "财政拨款收入",
        "上级补助收入",
        "事业收入",
        "经营收入",
        "附属单位上缴收入",
        "其他收入",
    ]
    rows = [["科目编码", "科目名称", *form, *heads]]
    return [*rows, *([*key, *filled] for key in (["合计", ""], ["208", "社会保障"]))]


@pytest.mark.parametrize(
    "heads",
    [
        ("上年决算数",),
        ("上年决算数", "增减%", "备注"),
        ("上年数", "比上年增减(%)", "说明"),
        ("年初预算数", "完成预算的%"),
        ("2023年年初预算数", "完成年初预算%"),
        ("上年同期数", "增长率", "变动原因"),
    ],
)
def test_columns_that_no_dataset_promises_are_left_out_whole(tmp_path: Path, heads: Sequence[str]) -> None:
    document = published(tmp_path, summary(*heads))
    assert codes_of(document) == set()
    assert len(document.publication.tables["income"].columns) == 7
    notes = [f.message for f in document.all_findings if f.code == "column_set_aside"]
    assert len(notes) == len(heads)
    assert document.publication.account.left_over == 0


@pytest.mark.parametrize("change", ["2014年决算数比2013年增减%", "2014年支出较2013年支出增长率"])
def test_a_change_between_two_years_is_no_column_of_either(contracts: Contracts, change: str) -> None:
    head = read(
        contracts,
        "general_budget_expenditure",
        [*CODES, (0, 2, 2, 1, "2013年决算数"), *split("2014年决算数", 3, *PARTS), (0, 6, 2, 1, change)],
    )
    assert named(head) == [None, "total", "basic", "project", None]
    assert [v.set_aside for v in head.blocks[0].values] == [True, False, False, False, True]


@pytest.mark.parametrize("head", ["上年结转收入", "其他收入决算", "上级财政收入数", "上年其他收入"])
def test_a_column_that_may_be_the_years_own_is_not_left_out(tmp_path: Path, head: str) -> None:
    assert codes_of(published(tmp_path, summary(head))) in ({"unknown_column"}, {"uncertain_name"})


def near(total: str, of_which: str, head: str = "财政拔款收入") -> list[list[str]]:
    """A misspelt column beside one that is named by its label, and their sum."""
    rows = [["科目编码", "科目名称", "本年收入合计", "其他收入", head]]
    amounts = [total, "10.00", of_which]
    return [*rows, *([*key, *amounts] for key in (["合计", ""], ["208", "社会保障"]))]


def test_a_misspelt_head_is_certain_where_a_sum_needs_it(tmp_path: Path) -> None:
    document = published(tmp_path, near("30.00", "20.00"))
    assert codes_of(document) == set()
    assert document.publication.tables["income"].columns == ("total", "fiscal_appropriation", "other")
    [note] = [f for f in document.all_findings if f.code == "near_name"]
    assert "财政拔款收入" in note.message
    assert "财政拨款收入" in note.message_zh


def test_a_misspelt_head_is_refused_where_nothing_holds_with_it(tmp_path: Path) -> None:
    document = published(tmp_path, near("30.00", "25.00"))
    assert codes_of(document) == {"uncertain_name"}
    [finding] = [f for f in document.all_findings if f.code == "uncertain_name"]
    assert "columns: {fiscal_appropriation: {labels: [财政拔款收入]}}" in finding.message


def test_two_misspelt_addends_of_one_sum_prove_nothing(tmp_path: Path) -> None:
    rows = near("30.00", "20.00")
    rows[0][3] = "其他的收入"
    assert codes_of(published(tmp_path, rows)) == {"uncertain_name"}


def test_a_column_is_not_left_out_where_one_of_the_form_is_not_there(tmp_path: Path) -> None:
    rows = [[text for at, text in enumerate(row) if at != 8] for row in summary("上年数")]
    assert codes_of(published(tmp_path, rows)) == {"unknown_column"}


def years(*heads: str) -> list[list[str]]:
    rows = [["科目编码", "科目名称", *heads, "财政拨款收入", *OTHERS]]
    return [
        *rows,
        *([*key, "20.00", "30.00", "30.00", *[""] * 5] for key in (["合计", ""], ["208", "社会保障"])),
    ]


def test_of_columns_of_several_years_the_publications_own_is_taken(tmp_path: Path) -> None:
    document = published(tmp_path, years("2023年收入合计", "2024年收入合计"))
    assert codes_of(document) == set()
    facts = document.publication.tables["income"].facts
    assert {f.amount for f in facts if f.key.column == "total"} == {30_00 * 10_000}


def test_columns_of_other_years_alone_are_refused(tmp_path: Path) -> None:
    document = published(tmp_path, years("2022年收入合计", "2023年收入合计"))
    assert codes_of(document) == {"columns_of_another_year"}


def test_what_is_suggested_for_an_uncertain_name_mends_it(tmp_path: Path) -> None:
    rows = near("30.00", "20.00")
    rows[0][3] = "其他的收入"
    document = published(tmp_path, rows)
    assert codes_of(document) == {"uncertain_name"}
    text = suggestions(document.publication, document.all_findings, document.contracts)
    (tmp_path / "more" / "tables").mkdir(parents=True)
    (tmp_path / "more" / "tables" / "income.yaml").write_text(text, encoding="utf-8")
    contracts = load_contracts(extra=[tmp_path / "more"])
    mended = read_publication(tmp_path / "a.pdf", contracts=contracts)
    assert codes_of(mended) == set()
    assert set(mended.cells["named_by"]) == {"label"}


def test_what_an_unknown_column_may_mean_is_suggested_in_comments(tmp_path: Path) -> None:
    document = published(tmp_path, near("30.00", "20.00", "上级财政收入数"))
    text = suggestions(document.publication, document.all_findings, document.contracts)
    assert "# page 1: no name for the column 上级财政收入数" in text
    assert "# perhaps 上级补助收入: columns: {superior_subsidy: {labels: [上级财政收入数]}}" in text


def test_a_table_without_figures_is_empty_whatever_its_head(tmp_path: Path) -> None:
    rows = [["科目编码", "科目名称", "甲", "乙"], ["", "", "", ""], ["", "", "", ""]]
    document = published(tmp_path, rows)
    assert codes_of(document) == set()
    assert document.publication.tables["income"].state == "empty"
    assert "empty_unknown_head" in {f.code for f in document.all_findings}
    assert "income" not in document.publication.missing


def test_a_detail_may_be_a_part_of_its_whole_that_is_not_named(tmp_path: Path) -> None:
    """项目支出 cut to 出 under 本年支出: the whole is printed, and yet a column of the form would be lost."""
    rows = [["科目编码", "科目名称", "本年支出", "本年支出", "本年支出"], ["", "", "合计", "基本支出", "出"]]
    rows += [["合计", "", "30.00", "20.00", "10.00"], ["208", "社会保障", "30.00", "20.00", "10.00"]]
    document = published(tmp_path, rows, title="一般公共预算财政拨款支出决算表")
    assert codes_of(document) == {"unknown_column"}


def test_a_table_that_was_read_by_ocr_is_not_empty_because_no_figure_was_seen(contracts: Contracts) -> None:
    """A recogniser that saw the head alone may have missed every figure."""
    box = Box(40, 200, 400, 260)
    cells = [Cell(0, c, 1, 1, text, box, source="ocr") for c, text in enumerate(("科目编码", "甲", "乙"))]
    seen = Grid(1, (40.0, 160.0, 280.0, 400.0), (200.0, 260.0), tuple(cells))
    drawn = replace(seen, cells=tuple(replace(c, source="text") for c in cells))
    for grid, found in ((seen, []), (drawn, ["income"])):
        other = OtherGrid(CaptionedGrid(grid, "income", "收入决算表", (), (), True))
        assert [t.dataset for t in empty_tables([other], {}, "万元", contracts)] == found


@pytest.mark.parametrize(
    "amount", ["12000", "12,000", "2030", "12'000.50", "(1,200)", "1 200.00", "2,05", ".3"]
)
def test_a_row_of_figures_alone_is_never_a_part_of_the_head(amount: str, tmp_path: Path) -> None:
    """A form of one row has no label in it, and what is blank says nothing."""
    head = ["合计", "因公出国（境）费", "公务用车购置及运行费", "公务接待费"]
    document = one_table(tmp_path, "“三公”经费支出决算表", [head, [amount, "", "", amount]])
    cells = document.cells
    printed = dict(zip(cells["column"], cells["printed"], strict=True))
    assert {k: v for k, v in printed.items() if v} == {"total": amount, "hospitality": amount}


@pytest.mark.parametrize("amount", ["12.50万元", "5元", "￥1,200.00"])
def test_a_row_of_amounts_with_their_unit_is_no_head_either(amount: str, tmp_path: Path) -> None:
    head = ["合计", "因公出国（境）费", "公务用车购置及运行费", "公务接待费"]
    document = one_table(tmp_path, "“三公”经费支出决算表", [head, [amount, "", "", amount]])
    assert "unreadable_figure" in errors(document)


@pytest.mark.parametrize("row", [["2022", "2023"], ["2023年", "2024年"], ["项目", "2023"], ["(1)", "2=3+4"]])
def test_years_and_numbers_of_columns_are_no_amounts(row: list[str]) -> None:
    assert not hold_amounts(row)


def test_the_words_of_a_table_are_made_once_and_never_taken_for_those_of_another(
    contracts: Contracts,
) -> None:
    table, other = contracts.tables["income"], contracts.tables["expenditure"]
    words = head_words(table, contracts)
    assert head_words(table, contracts) is words
    assert head_words(other, contracts).columns != words.columns
    assert head_words(table, contracts.model_copy()) is not words


@pytest.mark.parametrize(
    ("again", "codes"), [(["基本支出", "项目支出"], set()), (["项目支出", "基本支出"], {"unknown_column"})]
)
def test_a_head_said_again_with_its_columns_in_another_order_is_never_passed_over(
    again: list[str], codes: set[str], tmp_path: Path
) -> None:
    head = ["科目编码", "科目名称", "合计"]
    rows = [
        [*head, "基本支出", "项目支出"],
        ["", "合计", "3.00", "1.00", "2.00"],
        ["201", "一般公共服务支出", "1.00", "1.00", "0.00"],
        [*head, *again],
        ["205", "教育支出", "2.00", "0.00", "2.00"],
    ]
    assert errors(one_table(tmp_path, "一般公共预算财政拨款支出决算表", rows)) == codes


@pytest.mark.parametrize("year", ["2021年度", "2021年"])
def test_a_year_alone_is_no_word_of_a_head(year: str, contracts: Contracts) -> None:
    # It is the caption's, and a table without rules would begin with it.
    for table in contracts.tables.values():
        words = head_words(table, contracts)
        assert words.word(year) not in words.known


@pytest.mark.parametrize(
    ("numbers", "are_whole"),
    [
        (("1", "2", "款\n3", "财政拨款\n4"), True),
        (("1", "2", "款\n3", "财政拨款\n5"), False),  # no numbers of columns
        (("1", "2", "出\n3", "财政拨款\n4"), False),  # no word of this head
    ],
)
def test_words_that_run_over_into_the_row_of_numbers_are_whole(
    contracts: Contracts, numbers: Sequence[str], are_whole: bool
) -> None:
    words = ("项目", "行次", "金额", "项目", "行次", "合计", "一般公共预算财政拨", "政府性基金预算")
    below = ("栏次", "", numbers[0], "栏次", "", *numbers[1:])
    placed = [(r, c, 1, 1, text) for r, row in enumerate((words, below)) for c, text in enumerate(row)]
    head = read(contracts, "appropriation_summary", placed)
    found = [value.column for block in head.blocks for value in block.values]
    assert (found == ["total", "total", "general_budget", "government_fund"]) is are_whole


@pytest.mark.parametrize(
    ("last", "is_whole"),
    [("护费\n5", True), ("护费\n7", False), ("货\n5", False)],  # no numbers of columns; no word of this head
)
def test_words_may_run_over_into_numbers_that_stand_alone(
    contracts: Contracts, last: str, is_whole: bool
) -> None:
    words = ("合计", "因公出国（境）费", "小计", "公务用车购置费", "公务用车运行维", "公务接待费")
    below = ("1", "2", "3", "4", last, "6")
    placed = [(r, c, 1, 1, text) for r, row in enumerate((words, below)) for c, text in enumerate(row)]
    head = read(contracts, "three_public", placed, [["3.00", "", "2.00", "", "2.00", "1.00"]])
    assert ("vehicle_operation" in [v.column for b in head.blocks for v in b.values]) is is_whole
