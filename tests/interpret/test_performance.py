"""Self-evaluation forms (项目支出绩效自评表): read exactly, audited, and never guessed at."""

from __future__ import annotations

import csv
import random
import re
import shutil
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any, Literal

import pytest
from at_hand import ROOT, SAMPLE
from drawing import canvas
from factory.performance import (
    KINDS,
    FormKind,
    Lattice,
    Look,
    MadeForm,
    MadeIndicator,
    captions,
    draw_forms,
    draw_lattice,
    lattice,
    make_form,
    with_figure,
)
from read_forms import Read, expected_funds, expected_indicators, expected_project, read

from jcfs_etl.contracts import Contracts, contracts_folder, load_contracts
from jcfs_etl.errors import ContractError
from jcfs_etl.interpret.performance_model import Performance
from jcfs_etl.read.model import PdfDocument
from jcfs_etl.recognise import Publication, recognise
from jcfs_etl.wording import worded

# -- the sample ------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def sample_forms(sample_pages: PdfDocument, contracts: Contracts) -> Read:
    return read(SAMPLE, contracts, recognise(sample_pages, contracts))


def printed_forms() -> Iterator[list[list[str]]]:
    """The forms of the sample as its source prints them, rows of cells."""
    for path in sorted((ROOT / "data" / "sample" / "forms").glob("*.tsv")):
        with path.open(encoding="utf-8", newline="") as file:
            rows = list(csv.reader(file, delimiter="\t", quoting=csv.QUOTE_NONE))
        yield [row for row in rows if row and row != ["---"]]


def filled(rows: list[list[str]]) -> Lattice:
    """Rows in which every cell holds the text of the cell that covers it."""
    whole: Lattice = []
    for row in rows:
        cells: list[str] = []
        for column, text in enumerate(row):
            cells.append(whole[-1][column] if text == "^" else cells[-1] if text == "<" else text)
        whole.append(cells)
    return whole


def test_every_indicator_of_the_sample_is_as_printed(sample_forms: Read) -> None:
    names = ["level1", "level2", "level3", "target_initial", "target_adjusted", "actual"]
    names += ["weight", "score", "deviation"]
    expected = []
    for rows in printed_forms():
        block = [r for r in filled(rows) if r[0] == "绩效指标" and r[1] != "一级指标"]
        expected += [dict(zip(names, row[1:], strict=True)) for row in block]
    read_rows = [
        {name: shown(row[name]) for name in names} for row in sample_forms.tables["performance_indicators"]
    ]
    assert read_rows == expected
    assert [row["form"] for row in sample_forms.tables["performance_indicators"]] == [1] * 15 + [2] * 7 + [
        3
    ] * 10


def test_every_money_row_of_the_sample_is_as_printed(sample_forms: Read) -> None:
    names = ["declared", "compiled", "annual_budget", "executed", "balance", "execution_rate", "score"]
    printed: list[tuple[str, ...]] = []
    for rows in printed_forms():
        block = [r for r in filled(rows)[4:] if r[0].startswith("项目资金预算安排")]
        printed += [(row[1], *row[2:9]) for row in block]
    lines = [line for form in sample_forms.performance.forms for line in form.funds]
    assert [(line.label, *(line.figures[n].printed for n in names)) for line in lines] == printed
    funds = sample_forms.tables["performance_funds"]
    assert [(r["executed"], r["declared"], r["execution_rate"], r["page"]) for r in funds] == [
        (Decimal(executed), Decimal(declared), Decimal(100), page)
        for executed, declared, page in (
            ("290990.00", "420000.00", 21),
            ("549600.00", "550000.00", 23),
            ("574660.00", "1000000.00", 24),
        )
        for _ in range(2)
    ]


def test_names_goals_texts_and_totals_of_the_sample_are_as_printed(sample_forms: Read) -> None:
    projects = sample_forms.tables["performance_projects"]
    texts = ["implementation", "output", "benefit", "satisfaction"]
    texts += ["experience", "problems", "improvements"]
    for project, rows in zip(projects, printed_forms(), strict=True):
        whole = filled(rows)
        by_side = {side: [r for r in whole if r[0] == side] for side in {r[0] for r in whole}}
        assert project["project"] == by_side["项目名称"][0][2]
        goals = by_side["项目年度绩效目标"][1]
        assert (bare(project["goals"]), bare(project["completion"])) == (bare(goals[1]), bare(goals[5]))
        analysis = [bare(row[3]) for row in by_side["项目绩效分析"]]
        assert [bare(project[name]) for name in texts] == analysis
        assert [shown(project["total_score"]), project["grade"]] == by_side["总分"][0][8:]
    names = [(p["department_code"], p["department"], p["unit_code"], p["unit_name"]) for p in projects]
    centre = "晋城市人力资源和社会保障综合服务中心"
    assert names == [
        ("144", "晋城市人力资源和社会保障", "144001", centre),
        ("144", "晋城市人力资源和社会保障局", "144004", centre),
        ("144", "晋城市人力资源和社会保障局", "144004", centre),
    ]
    assert [(p["first_page"], p["last_page"]) for p in projects] == [(21, 22), (23, 23), (24, 24)]


def test_the_sample_gives_two_findings_and_no_other(sample_forms: Read) -> None:
    assert sample_forms.codes == {"execution_rate_contradicted": 1, "conflicting_unit_code": 1}
    assert all((f.severity, f.origin) == ("inconsistent", "document") for f in sample_forms.findings)
    rate, code = sample_forms.findings
    for words in (
        "69% (page 22) against",
        "99.92% (page 23) against",
        "57.5% (page 24) against",
        "预算编制数",
    ):
        assert words in rate.message
    assert "144001 on page 21" in code.message
    assert "144004 on page 23, 24" in code.message


def test_everything_else_in_the_sample_holds(sample_forms: Read) -> None:
    assert sample_forms.violated == {"performance.text_execution_rate"}
    last = {c.check: c for c in sample_forms.checks}
    assert (last["performance.weights"].computed, last["performance.total_score"].computed) == (10_000, 9_500)
    # 57.5 万元 in the text stands for 57.466.
    assert last["performance.text_executed"].verdict == "rounding"
    assert last["performance.project_expenditure"].computed == 141_530_000
    absent = {c.check for c in sample_forms.checks if c.verdict == "not_applicable"}
    assert absent == {"performance.initial_budget", "performance.total_weight"}


def test_every_grid_that_a_form_was_read_from_is_named(sample_forms: Read, sample_pages: PdfDocument) -> None:
    grids = [(p.number, g.box) for p in sample_pages.pages[20:] for g in p.grids]
    assert list(sample_forms.performance.taken) == grids


# -- made-up forms ---------------------------------------------------------------------------------


@pytest.mark.parametrize("seed", range(12))
@pytest.mark.parametrize("kind", KINDS)
def test_made_up_forms_are_read_exactly_and_hold(
    kind: FormKind, seed: int, contracts: Contracts, tmp_path: Path
) -> None:
    chance = random.Random(seed)
    forms = [(make_form(kind, 100 * seed + i), Look.drawn_from(chance)) for i in range(2)]
    got = read(draw_forms(tmp_path / "forms.pdf", forms), contracts)
    assert [f.message for f in got.findings] == []
    assert_exact(got, [form for form, _ in forms])
    tried = Counter(c.verdict for c in got.checks)
    assert tried["violated"] == 0
    assert tried["exact"] > 20


def test_forms_of_several_kinds_follow_each_other_and_share_a_page(
    contracts: Contracts, tmp_path: Path
) -> None:
    forms = [replace(make_form(kind, 5), analysis={}) for kind in ("national", "shanxi")]
    short = [replace(f, indicators=f.indicators[:2], goals="目标", completion="完成") for f in forms]
    path = draw_forms(tmp_path / "forms.pdf", [(f, Look()) for f in short], together=True)
    got = read(path, contracts)
    assert [f.pages for f in got.performance.forms] == [(1,), (1,)]
    assert_exact(got, short)


def assert_exact(got: Read, forms: list[MadeForm]) -> None:
    """Every row of the three datasets is what the forms print."""
    projects, funds, indicators = (
        got.tables[f"performance_{d}"] for d in ("projects", "funds", "indicators")
    )
    assert [without_places(p) for p in projects] == [expected_project(f, n) for n, f in enumerate(forms, 1)]
    assert [without_places(r) for r in funds] == [
        r for n, f in enumerate(forms, 1) for r in expected_funds(f, n)
    ]
    assert [without_places(r) for r in indicators] == [
        r for n, f in enumerate(forms, 1) for r in expected_indicators(f, n)
    ]


def without_places(row: dict[str, Any]) -> dict[str, Any]:
    places = {"page", "x0", "y0", "x1", "y1", "first_page", "last_page"}
    return {name: value for name, value in row.items() if value is not None and name not in places}


def shown(value: Decimal | str | None) -> str:
    if value is None:
        return ""
    return f"{value.normalize():f}" if isinstance(value, Decimal) else value


def bare(text: str | None) -> str:
    return "".join((text or "").split())


# -- each identity can fail ------------------------------------------------------------------------


def raised(text: str) -> str:
    """A figure made greater by far more than rounding explains."""
    return str(Decimal(text.removesuffix("%")) + 7) + ("%" if text.endswith("%") else "")


def more_money(column: str, row: int = 0) -> Callable[[MadeForm], MadeForm]:
    return lambda form: with_figure(form, row, column, raised(form.money[row][1][column]))


def other_weight(form: MadeForm) -> MadeForm:
    return with_indicator(form, "weight")


def higher_score(form: MadeForm) -> MadeForm:
    return with_indicator(form, "score")


def with_indicator(form: MadeForm, column: str) -> MadeForm:
    first = form.indicators[0]
    figures = first.figures | {column: raised(first.figures[column])}
    return replace(form, indicators=[MadeIndicator(first.texts, figures), *form.indicators[1:]])


def other_text(old: str, new: str) -> Callable[[MadeForm], MadeForm]:
    def change(form: MadeForm) -> MadeForm:
        label, text = form.analysis["implementation"]
        figures = form.money[0][1]
        before = old.format(executed=figures["executed"], rate=figures["execution_rate"].strip("%"))
        assert before in text
        return replace(form, analysis={"implementation": (label, text.replace(before, new, 1))})

    return change


BROKEN: dict[str, tuple[FormKind, Callable[[MadeForm], MadeForm]]] = {
    "performance.execution_rate": ("national", more_money("execution_rate")),
    "performance.balance": ("shanxi", more_money("balance")),
    "performance.declared": ("shanxi", more_money("declared")),
    "performance.compiled": ("shanxi", more_money("compiled")),
    "performance.initial_budget": ("national", more_money("initial_budget", 1)),
    "performance.annual_budget": ("national", more_money("annual_budget", 1)),
    "performance.executed": ("shanxi", more_money("executed", 1)),
    "performance.weights": ("shanxi", other_weight),
    "performance.total_weight": ("national", lambda form: replace(form, total_weight="99")),
    "performance.total_score": ("sichuan", lambda form: replace(form, total_score=raised(form.total_score))),
    "performance.indicator_score": ("national", higher_score),
    "performance.execution_score": ("shanxi", more_money("score")),
    "performance.text_executed": ("shanxi", other_text("执行{executed}", "执行77777.77")),
    "performance.text_execution_rate": ("shanxi", other_text("率为{rate}%", "率为5%")),
}


@pytest.mark.parametrize("check", BROKEN)
def test_a_figure_that_breaks_an_identity_is_seen(check: str, contracts: Contracts, tmp_path: Path) -> None:
    kind, change = BROKEN[check]
    form = make_form(kind, 11)
    got = read(draw_forms(tmp_path / "forms.pdf", [(change(form), Look())]), contracts)
    assert check in got.violated
    finding = next(f for f in got.findings if f.check == check)
    assert (finding.severity, finding.origin) == ("inconsistent", "document")
    assert f"page {finding.page}" in finding.message
    assert form.project in finding.message


def test_every_identity_of_the_contract_can_fail(contracts: Contracts) -> None:
    ids = {identity.id for identity in contracts.performance.identities}
    assert ids - set(BROKEN) == {"performance.project_expenditure"}, "that one is broken below"


def test_projects_cannot_spend_more_than_the_table_says(
    sample_pages: PdfDocument, contracts: Contracts, tmp_path: Path
) -> None:
    tables = recognise(sample_pages, contracts).tables
    publication = Publication("甲", 2023, None, None, "万元", -2, tables, (), None, ())
    forms = [replace(make_form("shanxi", seed), money_unit="万元") for seed in (1, 2)]
    got = read(draw_forms(tmp_path / "forms.pdf", [(f, Look()) for f in forms]), contracts, publication)
    assert "performance.project_expenditure" in got.violated
    finding = next(f for f in got.findings if f.check == "performance.project_expenditure")
    assert "should be at most 141.53" in finding.message


def test_codes_of_one_unit_that_differ_are_one_finding(contracts: Contracts, tmp_path: Path) -> None:
    first, second = (replace(make_form("shanxi", seed), unit="甲市服务中心") for seed in (1, 2))
    path = draw_forms(tmp_path / "forms.pdf", [(f, Look()) for f in (first, second, first)])
    got = read(path, contracts)
    assert got.codes["conflicting_unit_code"] == 1
    same = draw_forms(
        tmp_path / "same.pdf", [(first, Look()), (replace(second, unit_code=first.unit_code), Look())]
    )
    assert read(same, contracts).codes["conflicting_unit_code"] == 0


def test_a_year_in_a_name_is_not_the_forms_year(contracts: Contracts, tmp_path: Path) -> None:
    form = replace(make_form("national", 3), project="2021年设备更新")
    got = read(draw_forms(tmp_path / "forms.pdf", [(form, Look())]), contracts)
    assert [f.year for f in got.performance.forms] == [2023]
    assert got.codes == {}


def test_a_subtotal_among_the_sources_binds_nothing(contracts: Contracts, tmp_path: Path) -> None:
    form = make_form("national", 3)
    total = form.money[0][1]
    form = replace(form, money=[*form.money, ("财政资金小计", dict(total, weight="—", score="—"))])
    got = read(draw_forms(tmp_path / "forms.pdf", [(form, Look())]), contracts)
    assert got.codes == {}
    assert next(c for c in got.checks if c.check == "performance.executed").verdict == "not_applicable"


@pytest.mark.parametrize("stated", ["执行12.3456789", "执行1,23", "执行5"])
def test_a_text_that_states_no_single_amount_is_not_judged(
    stated: str, contracts: Contracts, tmp_path: Path
) -> None:
    form = other_text("执行{executed}", stated)(replace(make_form("shanxi", 11), money_unit="元"))
    label, text = form.analysis["implementation"]
    twice = text + ("全年实际支出9.5元。" if stated == "执行5" else "")
    form.analysis["implementation"] = (label, twice)
    got = read(draw_forms(tmp_path / "forms.pdf", [(form, Look())]), contracts)
    check = next(c for c in got.checks if c.check == "performance.text_executed")
    assert check.verdict == "not_applicable"


def test_a_number_that_belongs_to_a_name_is_no_code(contracts: Contracts, tmp_path: Path) -> None:
    form = replace(make_form("national", 3), unit="110指挥中心", unit_code="")
    got = read(draw_forms(tmp_path / "forms.pdf", [(form, Look())]), contracts)
    assert_exact(got, [form])


def test_a_form_of_another_year_is_a_finding(contracts: Contracts, tmp_path: Path) -> None:
    path = draw_forms(tmp_path / "forms.pdf", [(make_form("national", 3), Look())])
    other = Publication(None, 2022, None, None, "万元", -2, {}, (), None, ())
    assert read(path, contracts, other).codes == {"performance_other_year": 1}


# -- what is not on any known form is reported, never guessed ---------------------------------------


def drawn(path: Path, rows: Lattice, widths: list[float], form: MadeForm) -> Path:
    drawing = canvas(path)
    draw_lattice(drawing, rows, widths, captions(form, Look()))
    drawing.save()
    return path


def changed(kind: FormKind, old: str, new: str, tmp_path: Path) -> Path:
    """A form in which one printed text, wherever it stands, is another."""
    form = make_form(kind, 4)
    rows, widths = lattice(form, Look())
    assert any(old in row for row in rows)
    return drawn(tmp_path / "form.pdf", [[new if t == old else t for t in row] for row in rows], widths, form)


def test_a_column_without_a_head_is_reported_and_not_read(contracts: Contracts, tmp_path: Path) -> None:
    got = read(changed("national", "分值", "", tmp_path), contracts)
    assert got.codes["performance_not_understood"] == 1 and not got.codes["performance_cell_unread"]
    assert all(row["weight"] is None for row in got.tables["performance_indicators"])
    assert got.violated == set()


def test_a_head_that_no_contract_knows_is_reported(contracts: Contracts, tmp_path: Path) -> None:
    got = read(changed("shanxi", "资金结(转)余", "奇怪的数", tmp_path), contracts)
    assert got.codes["performance_unknown_head"] == 1
    assert all(row["balance"] is None for row in got.tables["performance_funds"])
    assert got.violated == set()


def test_two_columns_under_one_head_are_not_read(contracts: Contracts, tmp_path: Path) -> None:
    got = read(changed("shanxi", "调整后指标值", "年初指标值", tmp_path), contracts)
    (finding,) = [f for f in got.findings if f.code == "performance_not_understood"]
    assert finding.severity == "warning" and str(finding.values["heads"]).count("年初指标值")
    assert all(row["target_initial"] is None for row in got.tables["performance_indicators"])


@pytest.mark.parametrize("head", ["全年预算数(A)", "全年执行数(B)"])
def test_a_money_block_without_its_heads_is_not_read(head: str, contracts: Contracts, tmp_path: Path) -> None:
    got = read(changed("national", head, "某数", tmp_path), contracts)
    assert got.codes["performance_no_funds"] == 1
    assert got.tables["performance_funds"] == []
    assert got.codes["performance_cell_unread"] >= 2


def test_a_form_without_total_is_reported(contracts: Contracts, tmp_path: Path) -> None:
    form = make_form("national", 4)
    rows, widths = lattice(form, Look())
    got = read(drawn(tmp_path / "form.pdf", rows[:-1], widths, form), contracts)
    assert got.codes == {"performance_no_total": 1}
    assert got.tables["performance_projects"][0]["total_score"] is None


def test_a_form_that_names_no_money_unit_has_no_amounts(contracts: Contracts, tmp_path: Path) -> None:
    form = make_form("national", 4)
    got = read(changed("national", f"项目资金({form.money_unit})", "项目资金", tmp_path), contracts)
    assert got.codes["performance_no_money_unit"] == 1
    assert got.codes["performance_figure_unread"] == 3 * len(form.money)
    assert all(row["executed"] is None for row in got.tables["performance_funds"])


@pytest.mark.parametrize("text", ["12.3.4", "约12", "1 2", "#DIV/0!", "12\n13"])
def test_a_figure_that_cannot_be_read_is_reported_with_its_place(
    text: str, contracts: Contracts, tmp_path: Path
) -> None:
    form = with_figure(make_form("shanxi", 4), 0, "executed", text)
    got = read(draw_forms(tmp_path / "form.pdf", [(form, Look())]), contracts)
    finding = next(f for f in got.findings if f.code == "performance_figure_unread")
    assert finding.page == 1
    assert finding.box is not None
    assert "performance.executed" not in got.violated


def test_a_rate_that_may_be_a_share_is_not_read(contracts: Contracts, tmp_path: Path) -> None:
    form = with_figure(make_form("shanxi", 4), 0, "execution_rate", "0.98")
    got = read(draw_forms(tmp_path / "form.pdf", [(form, Look())]), contracts)
    assert got.codes["performance_figure_unread"] == 1
    assert got.tables["performance_funds"][0]["execution_rate"] is None


@pytest.mark.parametrize("kind", KINDS)
def test_a_form_of_another_layout_is_one_note(kind: FormKind, contracts: Contracts, tmp_path: Path) -> None:
    drawing = random.Random(f"relabelled/{kind}")
    gaps = {"performance_unknown_head", "performance_cell_unread"}
    seen = Counter[str]()
    for number in range(8):
        form = make_form(kind, 40 + number)
        rows, widths = lattice(form, Look())
        labels = sorted(
            {t for row in rows for t in row if re.fullmatch(r"[^0-9.<^]{2,14}", t) and t != form.project}
        )
        share = (0.1, 0.3, 0.6, 1.0)[number % 4]
        others = {
            t: f"{'甲乙丙丁戊己庚辛'[i % 8]}列{i}" for i, t in enumerate(labels) if drawing.random() < share
        }
        # The project is what makes a form of it.
        others = {t: other for t, other in others.items() if not t.startswith("项目名称")}
        relabelled = [[others.get(t, t) for t in row] for row in rows]
        got = read(drawn(tmp_path / f"{number}.pdf", relabelled, widths, form), contracts)
        told = [f for f in got.findings if f.code in gaps or f.code.startswith("performance_no")]
        assert len(told) <= 8, [f.code for f in told]
        notes = [f for f in told if f.code == "performance_not_understood"]
        assert len(notes) <= 1 and (not notes or len(told) == 1)
        assert got.violated == set(), "what is understood of it holds"
        seen.update(f.code for f in notes)
    assert seen["performance_not_understood"] >= 3


def test_a_form_of_a_whole_department_is_left_alone(contracts: Contracts, tmp_path: Path) -> None:
    form = make_form("national", 4)
    rows, widths = lattice(form, Look())
    drawing = canvas(tmp_path / "form.pdf")
    draw_lattice(drawing, rows, widths, ["甲局部门整体支出绩效自评表"])
    drawing.save()
    assert read(tmp_path / "form.pdf", contracts).performance == Performance()


def test_an_extra_column_is_reported_and_the_rest_is_read(contracts: Contracts, tmp_path: Path) -> None:
    form = make_form("shanxi", 4)
    rows, widths = lattice(form, Look())
    head = next(i for i, row in enumerate(rows) if "三级指标" in row)
    longer = [[*row, "<" if i < head else ""] for i, row in enumerate(rows)]
    longer[head][-1] = "上年数"
    for i in range(head + 1, head + 1 + len(form.indicators)):
        longer[i][-1] = "3"
    got = read(drawn(tmp_path / "form.pdf", longer, [*widths, 30.0], form), contracts)
    assert got.codes == {"performance_not_understood": 1}
    (finding,) = worded(got.findings, contracts)
    assert f"Unknown heads: 上年数. Taken for nothing: {len(form.indicators)} cells" in finding.message
    assert [without_places(r) for r in got.tables["performance_indicators"]] == expected_indicators(form, 1)


def test_an_indicator_that_a_page_break_cuts_is_one_row(contracts: Contracts, tmp_path: Path) -> None:
    form = make_form("shanxi", 4)
    rows, widths = lattice(form, Look())
    head = next(i for i, row in enumerate(rows) if "三级指标" in row)
    first = rows[head + 1]
    first[3], rest = first[3][:2], ["^", "^", "^", first[3][2:], "", "", "", "", "", "其余"]
    first[9] = "原因"
    form.indicators[0].texts["deviation"] = "原因其余"
    drawing = canvas(tmp_path / "form.pdf")
    top = draw_lattice(drawing, rows[: head + 2], widths, captions(form, Look()))
    assert top > 0
    drawing.showPage()
    below = [list(rest), *rows[head + 2 :]]
    below[0][0] = below[0][1] = below[0][2] = ""
    draw_lattice(drawing, below, widths, [])
    drawing.save()
    got = read(tmp_path / "form.pdf", contracts)
    assert [f.message for f in got.findings] == []
    assert_exact(got, [form])


@pytest.mark.parametrize("cut_label", [False, True])
@pytest.mark.parametrize(
    ("kind", "begins"),
    [
        *(("shanxi", begins) for begins in ("主管部门", "资金总额", "产出情况", "总分")),
        *(("national", begins) for begins in ("主管部门", "资金总额", "总分")),
    ],
)
def test_a_row_that_a_page_break_cuts_is_read_as_if_it_were_whole(
    kind: Literal["shanxi", "national"], cut_label: bool, begins: str, contracts: Contracts, tmp_path: Path
) -> None:
    form = make_form(kind, 4)
    rows, widths = lattice(form, Look())
    at = next(i for i, row in enumerate(rows) if any(begins in text for text in row))
    upper, lower = list(rows[at]), ["" for _ in rows[at]]
    label = next(c for c, text in enumerate(upper) if begins in text)
    for c, text in enumerate(upper):
        if c == label and cut_label:
            upper[c], lower[c] = text[:2], text[2:]
        elif c > label and text == "<":
            lower[c] = text
        elif c > label and len(text) > 6 and not text[0].isdigit():
            upper[c], lower[c] = text[:-2], text[-2:]
    first = next(c for c, text in enumerate(upper) if text != "^")
    lower[:first] = [""] * first
    drawing = canvas(tmp_path / "form.pdf")
    draw_lattice(drawing, [*rows[:at], upper], widths, captions(form, Look()))
    drawing.showPage()
    below = [[*row] for row in (lower, *rows[at + 1 :])]
    draw_lattice(drawing, below, widths, [])
    drawing.save()
    got = read(tmp_path / "form.pdf", contracts)
    assert [f.message for f in got.findings] == []
    assert_exact(got, [form])


@pytest.mark.parametrize("repeated", [1, 2])
def test_a_form_whose_first_rows_are_repeated_on_each_page_is_one(
    repeated: int, contracts: Contracts, tmp_path: Path
) -> None:
    form = make_form("shanxi", 4)
    rows, widths = lattice(form, Look())
    head = next(i for i, row in enumerate(rows) if "三级指标" in row)
    drawing = canvas(tmp_path / "form.pdf")
    draw_lattice(drawing, rows[: head + 2], widths, captions(form, Look()))
    drawing.showPage()
    below = [list(row) for row in (*rows[:repeated], *rows[head + 2 :])]
    # A merged cell is cut by the page: its lower part is blank.
    below[repeated] = ["" if text == "^" else text for text in below[repeated]]
    draw_lattice(drawing, below, widths, [])
    drawing.save()
    got = read(tmp_path / "form.pdf", contracts)
    assert [f.message for f in got.findings] == []
    assert_exact(got, [form])


def test_two_forms_in_one_grid_are_two(contracts: Contracts, tmp_path: Path) -> None:
    forms = [
        replace(make_form("national", seed), indicators=make_form("national", seed).indicators[:2])
        for seed in (4, 5)
    ]
    looks = [Look(), Look(title_inside=True)]
    parts = [lattice(form, look) for form, look in zip(forms, looks, strict=True)]
    rows = [row for part, _ in parts for row in part]
    got = read(drawn(tmp_path / "form.pdf", rows, parts[0][1], forms[0]), contracts)
    assert_exact(got, forms)
    assert len(got.performance.taken) == len({p for f in got.performance.forms for p in f.pages})


def test_a_weight_merged_over_two_rows_is_counted_once(contracts: Contracts, tmp_path: Path) -> None:
    form = make_form("national", 4)
    rows, widths = lattice(form, Look())
    head = next(i for i, row in enumerate(rows) if "三级指标" in row)
    column = rows[head].index("分值")
    first, second = form.indicators[:2]
    both = Decimal(first.figures["weight"]) + Decimal(second.figures["weight"])
    rows[head + 1][column], rows[head + 2][column] = str(both), "^"
    got = read(drawn(tmp_path / "form.pdf", rows, widths, form), contracts)
    assert "performance.weights" not in got.violated
    assert [r["weight"] for r in got.tables["performance_indicators"][:2]] == [both, None]


def test_a_figure_under_a_strange_head_at_the_left_is_no_label(contracts: Contracts, tmp_path: Path) -> None:
    got = read(changed("national", "年初预算数", "某年数", tmp_path), contracts)
    assert got.tables["performance_funds"] == [] or not any(
        ch.isdigit() for r in got.tables["performance_funds"] for ch in r["label"]
    )
    assert got.codes["performance_unknown_head"] == 1


# -- the contract ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ('coded_pattern: "^(?P<code>', 'coded_pattern: "^(?P<other>', "does not capture the code"),
        ("needs: [annual_budget, executed]", "needs: [annual_budget, spent]", "there is no spent"),
        ("labels: [目标申报数]", "labels: [预算编制数]", "预算编制数 is a label of declared already"),
        (
            "[row, annual_budget] - performance_funds[row, executed]",
            "[row, annual_budget] - performance_funds[row, spent]",
            "there is no performance_funds[row, spent]",
        ),
        ("[row, executed] / ", "[row, score] / ", "figures of different kinds"),
        ("[row, executed] / ", "[row, executed] of ", "expected a term"),
        ("id: performance.balance", "id: performance.weights", "performance.weights stands twice"),
        ("    declared: {labels", "    asked_for: {labels", "no column asked_for"),
        ("other_bases: [compiled", "other_bases: [planned", "there is no planned"),
    ],
)
def test_a_damaged_contract_says_where(old: str, new: str, says: str, tmp_path: Path) -> None:
    folder = tmp_path / "contracts"
    shutil.copytree(contracts_folder(), folder)
    file = folder / "performance.yaml"
    text = file.read_text("utf-8")
    assert old in text
    file.write_text(text.replace(old, new, 1), "utf-8")
    with pytest.raises(ContractError, match=r"performance\.yaml:\d+: ") as error:
        load_contracts(folder)
    assert says in str(error.value)
