"""The narrative is read into claims: every figure ends in one, in an aside, or as unread."""

from __future__ import annotations

import csv
import re
from pathlib import Path

import pytest
from at_hand import DATA, PLANNING, PUTUO, TAMPERED, shared
from writing import HEADINGS, written

from jcfs_etl import read_publication
from jcfs_etl.contracts import Contracts, load_contracts
from jcfs_etl.contracts.loading import contracts_folder
from jcfs_etl.errors import ContractError
from jcfs_etl.interpret.cells import figures_of
from jcfs_etl.interpret.model import Claim, Narrative, Quantity
from jcfs_etl.interpret.publication import interpret_narrative
from jcfs_etl.places import Key
from jcfs_etl.read import read_pdf
from jcfs_etl.read.model import PdfDocument
from jcfs_etl.recognise import recognise
from jcfs_etl.recognise.model import Publication


@pytest.fixture(scope="module")
def publication(sample_pages: PdfDocument, contracts: Contracts) -> Publication:
    return recognise(sample_pages, contracts)


@pytest.fixture(scope="module")
def narrative(sample_pages: PdfDocument, publication: Publication, contracts: Contracts) -> Narrative:
    return interpret_narrative(sample_pages, publication, contracts)


def read(path: Path, contracts: Contracts) -> tuple[Narrative, Publication]:
    document = read_pdf(path)
    publication = recognise(document, contracts)
    return interpret_narrative(document, publication, contracts), publication


def said(claim: Claim) -> str:
    """A claim in a few words: what of which period, value as printed scale, and against what."""
    subject, period = claim.quantity
    unit = {"count": 1, "share": 100, "rate": 100, "score": 10_000}.get(claim.kind, 100)
    value = f"{claim.value / unit:g}" if claim.kind != "count" else str(claim.value)
    against = f" vs {claim.base.subject}/{claim.base.period}" if claim.base is not None else ""
    about = " ~" if claim.is_approximate else ""
    return f"{subject}/{period} {claim.claim.partition('.')[2]} {value}{against}{about}"


def rows(narrative: Narrative) -> list[list[str]]:
    return [
        [
            str(claim.page),
            claim.claim,
            *claim.quantity,
            claim.form,
            *(claim.base or ("", "")),
            str(claim.value),
            str(claim.half),
            claim.printed,
            claim.unit,
        ]
        for claim in narrative.claims
    ]


def expected(name: str) -> list[list[str]]:
    with (DATA / f"{name}.claims.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.reader(file))[1:]


def test_every_claim_of_the_sample_is_read(narrative: Narrative) -> None:
    assert rows(narrative) == expected("sample")
    assert narrative.unread == ()
    assert narrative.figures == sum(any(c.isdigit() for c in claim.printed) for claim in narrative.claims)


def test_every_claim_of_the_shanghai_form_is_read(contracts: Contracts) -> None:
    narrative, publication = read(shared(PUTUO), contracts)
    assert rows(narrative) == expected("putuo")
    assert narrative.unread == ()
    stated = {claim.quantity: claim.value for claim in narrative.claims if claim.form == "level"}
    total = figures_of(Quantity("appropriation_total"), publication, contracts)
    assert stated[Quantity("appropriation_total")] == 300_000, "the publisher's slip stays as printed"
    assert total == ((1, Key("appropriation_summary", "income_grand_total", "total")),)


def test_levels_agree_with_the_cells_they_speak_of(
    narrative: Narrative, publication: Publication, contracts: Contracts
) -> None:
    compared = 0
    for claim in narrative.claims:
        cells = figures_of(claim.quantity, publication, contracts)
        if claim.form != "level" or cells is None:
            continue
        facts = [(weight, publication.tables[key.dataset].by_key[key]) for weight, key in cells]
        total = sum(weight * (fact.value or 0) for weight, fact in facts)
        assert abs(total - claim.value) <= claim.half + 5000, said(claim)
        compared += 1
    assert compared > 60


@pytest.mark.parametrize("per_page", [5, 9, 40])
def test_claims_do_not_depend_on_where_lines_and_pages_break(
    per_page: int, narrative: Narrative, publication: Publication, contracts: Contracts
) -> None:
    """Numbers are broken between lines and pages as well."""
    text = [
        p for s in narrative.sections if s.part == "narrative" for p in (s.heading, *s.text.split("\n")) if p
    ]
    again = interpret_narrative(written(*text, per_page=per_page, furniture=True), publication, contracts)
    assert [row[1:] for row in rows(again)] == [row[1:] for row in rows(narrative)]
    assert again.unread == ()


def test_a_tampered_copy_is_read_as_it_stands(contracts: Contracts) -> None:
    narrative, _ = read(shared(TAMPERED), contracts)
    assert narrative.unread == ()
    assert narrative.figures == 102


def test_a_figure_knows_its_page_and_box(narrative: Narrative, sample_pages: PdfDocument) -> None:
    for claim in narrative.claims:
        page = sample_pages.pages[claim.page - 1]
        x, y = (claim.box.x0 + claim.box.x1) / 2, (claim.box.y0 + claim.box.y1) / 2
        lines = [line for line in page.lines if line.box.holds(x, y)]
        assert any(claim.printed[:2] in line.text for line in lines), said(claim)


def test_quantities_without_cells_have_none(publication: Publication, contracts: Contracts) -> None:
    assert figures_of(Quantity("income", "last"), publication, contracts) is None
    assert figures_of(Quantity("self_evaluation_money"), publication, contracts) is None
    assert figures_of(Quantity("functional/20199"), publication, contracts) is None
    assert figures_of(Quantity("functional/208", "budget"), publication, contracts) is None
    assert figures_of(Quantity("three_public", "budget"), publication, contracts) == (
        (1, Key("three_public", "budget", "total")),
    )


CHANGE = "income_grand_total/this change -686300 vs income_grand_total/last"
DECLINE = "income_grand_total/this growth -1172 vs income_grand_total/last"
UNCHANGED = "income_grand_total/this unchanged 0 vs income_grand_total/last"

# Wordings that publications use, with what each says. The year is the sample's, 2023.
WORDINGS = [
    (
        "expenditure",
        "与2022年度决算数相比，支出合计增加20.00万元（增长25.00%），为100.00万元。",
        [
            "expenditure/this change 200000 vs expenditure/last",
            "expenditure/this growth 2500 vs expenditure/last",
            "expenditure/this amount 1e+06",
        ],
    ),
    (
        "expenditure",
        "本年支出合计100.00万元，其中：基本支出占32.00%，金额为32.00万元。",
        [
            "expenditure/this amount 1e+06",
            "basic_of_all/this share 3200 vs expenditure/this",
            "basic_of_all/this amount 320000",
        ],
    ),
    (
        "general_budget",
        "一般公共预算财政拨款支出与年初预算相比，年初预算数100.00万元，决算数108.84万元，预决算差异率8.84%。",
        [
            "general_budget/budget budget 1e+06",
            "general_budget/this amount 1.0884e+06",
            "general_budget/this growth_on_budget 884 vs general_budget/budget",
        ],
    ),
    # Totals and changes.
    (
        "summary",
        "2023年度收入、支出总计均为516.85万元。与2022年相比，收、支总计各减少68.63万元，下降11.72%。",
        [
            "grand_total/this amount 5.1685e+06",
            "grand_total/this change -686300 vs grand_total/last",
            "grand_total/this growth -1172 vs grand_total/last",
        ],
    ),
    (
        "summary",
        "收入总计516.85万元，较上年增加5万元，增长0.98%；支出总计516.85万元，较2022年度决算数增加5万元。",
        [
            "income_grand_total/this amount 5.1685e+06",
            "income_grand_total/this change 50000 vs income_grand_total/last",
            "income_grand_total/this growth 98 vs income_grand_total/last",
            "expenditure_grand_total/this amount 5.1685e+06",
            "expenditure_grand_total/this change 50000 vs expenditure_grand_total/last",
        ],
    ),
    ("summary", "收入总计比上年决算数减少68.63万元。", [CHANGE]),
    ("summary", "收入总计同比下降11.72%。", [DECLINE]),
    ("summary", "收入总计比上年下降-11.72%。", [DECLINE]),
    ("summary", "收入总计比上年增减-11.72%。", [DECLINE]),
    ("summary", "与上年相比，收入总计减少68.63万元（下降11.72%）。", [
        CHANGE,
        DECLINE,
    ]),
    ("summary", "收入总计与上年持平。", [UNCHANGED]),
    ("summary", "收入总计与上年基本持平。", [f"{UNCHANGED} ~"]),
    ("summary", "收入总计较上年无变化。", [UNCHANGED]),
    ("summary", "收入总计比上年无增加或减少。", [UNCHANGED]),
    ("summary", "收入总计约516.85万元。", ["income_grand_total/this amount 5.1685e+06 ~"]),
    ("summary", "收入总计516余万元。", ["income_grand_total/this amount 5.16e+06 ~"]),
    ("summary", "2022年度收入总计585.48万元。", ["income_grand_total/last amount 5.8548e+06"]),
    ("summary", "2022年度收入总计585.48万元，本年度收入总计516.85万元。", [
        "income_grand_total/last amount 5.8548e+06",
        "income_grand_total/this amount 5.1685e+06",
    ]),
    ("expenditure", "2022年度本年支出200.10万元，2023年支出212.82万元。", [
        "expenditure/last amount 2.001e+06",
        "expenditure/this amount 2.1282e+06",
    ]),
    # How it is printed.
    ("summary", "收入总计５１６．８５万元。", ["income_grand_total/this amount 5.1685e+06"]),
    ("summary", "收入总计 5,168. 50 万 元 。", ["income_grand_total/this amount 5.1685e+07"]),
    ("summary", "收 入 总 计 516.85 万元。", ["income_grand_total/this amount 5.1685e+06"]),
    ("summary", "与上年相比，收入总计减少68.63，支出总计减少68.63万元。", [
        CHANGE,
        "expenditure_grand_total/this change -686300 vs expenditure_grand_total/last",
    ]),
    # Shares.
    ("income", "财政拨款收入430.20万元，占本年收入合计的99.99%。", [
        "fiscal_appropriation/this amount 4.302e+06",
        "fiscal_appropriation/this share 9999 vs income/this",
    ]),
    ("expenditure", "基本支出288.68万元，占总支出的67.10%；项目支出141.53万元，占比32.90%。", [
        "basic_of_all/this amount 2.8868e+06",
        "basic_of_all/this share 6710 vs expenditure/this",
        "project_of_all/this amount 1.4153e+06",
        "project_of_all/this share 3290 vs expenditure/this",
    ]),
    ("income", "收入总计中，本年收入430.21万元，占比83.24%；年初结转和结余86.64万元，占比16.76%。", [
        "income/this amount 4.3021e+06",
        "income/this share 8324 vs income_grand_total/this",
        "opening_balance/this amount 866400",
        "opening_balance/this share 1676 vs income_grand_total/this",
    ]),
    ("three_public", "公务接待费较2022年决算数略有减少，减少0.54万元，降低5.50%。", [
        "hospitality/this change -5400 vs hospitality/last",
        "hospitality/this growth -550 vs hospitality/last",
    ]),
    ("three_public", "公务接待费2.00万元，比去年1.50万元多0.50万元；"
        "公务用车运行维护费3.00万元，比去年3.10万元少0.10万元。", [
        "hospitality/this amount 20000",
        "hospitality/last amount 15000",
        "hospitality/this change 5000 vs hospitality/last",
        "vehicle_operation/this amount 30000",
        "vehicle_operation/last amount 31000",
        "vehicle_operation/this change -1000 vs vehicle_operation/last",
    ]),
    ("summary", "“三公”经费支出决算中，公务接待费支出决算6.81万元，占0.84%。", [
        "hospitality/this amount 68100",
        "hospitality/this share 84 vs three_public/this",
    ]),
    ("income", "本年收入430.21万元中，财政拨款收入占99.99%。", [
        "income/this amount 4.3021e+06",
        "fiscal_appropriation/this share 9999 vs income/this",
    ]),
    ("income", "财政拨款收入为最主要的收入来源，金额430.20万元，占收入合计的99.99%。", [
        "fiscal_appropriation/this amount 4.302e+06",
        "fiscal_appropriation/this share 9999 vs income/this",
    ]),
    ("expenditure", "本年支出430.21万元，其中：基本支出占67.10%（288.68万元）。", [
        "expenditure/this amount 4.3021e+06",
        "basic_of_all/this share 6710 vs expenditure/this",
        "basic_of_all/this amount 2.8868e+06",
    ]),
    ("expenditure", "基本支出、项目支出分别为288.68万元、141.53万元，占比分别为67.10%、32.90%。", [
        "basic_of_all/this amount 2.8868e+06",
        "project_of_all/this amount 1.4153e+06",
        "basic_of_all/this share 6710 vs expenditure/this",
        "project_of_all/this share 3290 vs expenditure/this",
    ]),
    ("expenditure", "本年支出430.21万元。项目支出141.53万元。与上年支出500.00万元相比，减少69.79万元。", [
        "expenditure/this amount 4.3021e+06",
        "project_of_all/this amount 1.4153e+06",
        "expenditure/last amount 5e+06",
        "expenditure/this change -697900 vs expenditure/last",
    ]),
    ("income", "我单位取得收入430.21万元，同比下降5%（22.64万元）。", [
        "income/this amount 4.3021e+06",
        "income/this growth -500 vs income/last",
        "income/this change -226400 vs income/last",
    ]),
    ("three_public", "公务接待费年初预算5万元，年中调整为4万元。", [
        "hospitality/budget budget 50000",
        "hospitality/adjusted_budget adjusted_budget 40000",
    ]),
    ("summary", "收支规模由2022年的500.00万元增加到516.85万元，增加16.85万元。", [
        "grand_total/last last_year 5e+06",
        "grand_total/this amount 5.1685e+06",
        "grand_total/this change 168500 vs grand_total/last",
    ]),
    ("income", "财政拨款收入430.20万元，占收入合计430.21万元的99.99%。", [
        "fiscal_appropriation/this amount 4.302e+06",
        "income/this amount_of_whole 4.3021e+06",
        "fiscal_appropriation/this share 9999 vs income/this",
    ]),
    ("basic", "包括人员经费和公用经费，支出分别为262.67万元和26.01万元，各占基本支出的90.99%和9.01%。", [
        "personnel/this amount 2.6267e+06",
        "public/this amount 260100",
        "personnel/this share 9099 vs general_budget_basic/this",
        "public/this share 901 vs general_budget_basic/this",
    ]),
    ("appropriation", "与2022年相比，财政拨款收入由500.00万元减少到430.21万元，降幅为13.96%。", [
        "appropriation_income_of_year/last compared_amount 5e+06",
        "appropriation_income_of_year/this amount 4.3021e+06",
        "appropriation_income_of_year/this growth -1396 vs appropriation_income_of_year/last",
    ]),
    ("summary", "收入总计516.85万元（2022年585.48万元），支出总计516.85万元，收入减少68.63万元。", [
        "income_grand_total/this amount 5.1685e+06",
        "income_grand_total/last last_year 5.8548e+06",
        "expenditure_grand_total/this amount 5.1685e+06",
        CHANGE,
    ]),
    ("expenditure", "2023年实际支出430.21万元，2022年实际支出400.00万元，2023年较2022年增加支出30.21万元。", [
        "expenditure/this amount 4.3021e+06",
        "expenditure/last last_year 4e+06",
        "expenditure/this change 302100 vs expenditure/last",
    ]),
    ("general_budget", "一般公共预算财政拨款支出规模430.21万元，比2022年度的400.00万元，增加30.21万元。", [
        "general_budget/this amount 4.3021e+06",
        "general_budget/last amount 4e+06",
        "general_budget/this change 302100 vs general_budget/last",
    ]),
    ("income", "占比最高的是财政拨款收入，430.20万元，占99.99%。", [
        "fiscal_appropriation/this amount 4.302e+06",
        "fiscal_appropriation/this share 9999 vs income/this",
    ]),
    ("general_budget", "社会保障和就业（类）389.81万元，其中行政事业单位养老支出（款）27.73万元，占7.11%。", [
        "functional/208/this amount 3.8981e+06",
        "functional/20805/this amount 277300",
        "functional/20805/this share 711 vs functional/208/this",
    ]),
    # What counts, and what is said after it.
    ("three_public", "国内公务接待支出0.64万元，接待国内来访团组7个，来宾58人次。", [
        "domestic_hospitality/this amount 6400",
        "domestic_hospitality_batches/this count 7",
        "domestic_hospitality_people/this count 58",
    ]),
    ("three_public", "公务接待费1万元，主要用于来访，累计接待9批次、接待总人数46人，与预算相比，下降50%。", [
        "hospitality/this amount 10000",
        "hospitality_batches/this count 9",
        "hospitality_people/this count 46",
        "hospitality/this growth -5000 vs hospitality/budget",
    ]),
    ("three_public", "公务用车运行费支出9万元，年末公务用车保有量6辆，与2023年年初预算相比，下降10%。", [
        "vehicle_operation/this amount 90000",
        "vehicles_kept/this count 6",
        "vehicle_operation/this growth -1000 vs vehicle_operation/budget",
    ]),
    ("three_public", "公务接待费9万元，国内接待2批次、3人、9万元，外事接待0批次、0人、0元。较上年减少1元。", [
        "hospitality/this amount 90000",
        "domestic_hospitality_batches/this count 2",
        "domestic_hospitality_people/this count 3",
        "domestic_hospitality/this amount 90000",
        "foreign_affairs_hospitality_batches/this count 0",
        "foreign_affairs_hospitality_people/this count 0",
        "foreign_affairs_hospitality/this amount 0",
        "hospitality/this change -1 vs hospitality/last",
    ]),
    ("three_public", "因公出国（境）费决算为0万元，由于预算数为0，无法计算百分比，与上年相比增加0万元。", [
        "abroad/this amount 0",
        "abroad/this change 0 vs abroad/last",
    ]),
    ("procurement", "授予中小企业合同金额80万元，占支出总额的80%。", [
        "contracts_to_sme/this amount 800000",
        "contracts_to_sme/this share 8000 vs procurement/this",
    ]),
    # Rates that have lost their per cent sign.
    ("expenditure", "基本支出288.68万元，占本年支出的67.10；项目支出占比32.90，同比增幅为5.30。", [
        "basic_of_all/this amount 2.8868e+06",
        "basic_of_all/this share 6710 vs expenditure/this",
        "project_of_all/this share 3290 vs expenditure/this",
        "project_of_all/this growth 530 vs project_of_all/last",
    ]),
    ("income", "本年收入430.21万元，同比下降7.55，减少35.00万元。", [
        "income/this amount 4.3021e+06",
        "income/this growth -755 vs income/last",
        "income/this change -350000 vs income/last",
    ]),
    ("three_public", "公务接待费决算3万元，完成年初预算的75.00。", [
        "hospitality/this amount 30000",
        "hospitality/this completion 7500 vs hospitality/budget",
    ]),
    # Codes.
    ("general_budget", "2080108信息化建设支出141.53万元；行政事业单位养老（款）支出27.73万元，占6.45%。", [
        "functional/2080108/this amount 1.4153e+06",
        "functional/20805/this amount 277300",
        "functional/20805/this share 645 vs general_budget/this",
    ]),
    ("general_budget", "卫生健康（类）支出16.51万元，占3.84%。", [
        "functional/210/this amount 165100",
        "functional/210/this share 384 vs general_budget/this",
    ]),
    (
        "general_budget",
        "1、社会保障和就业支出（类）行政事业单位养老支出（款）机关事业单位基本养老保险缴费支出（项）。主要用于：缴费。年初预算为27.73万元，支出决算为27.73万元。决算数与预算数基本持平。",
        [
            "functional/2080505/budget budget 277300",
            "functional/2080505/this amount 277300",
            "functional/2080505/this unchanged 0 vs functional/2080505/budget ~",
        ],
    ),
    (
        "general_budget",
        "1、社会保障和就业支出（208类）行政事业单位养老支出（05款）机关事业单位基本养老保险缴费支出（05项）27.73万元，占6.45%。年初预算为27.73万元，支出决算为27.73万元。",
        [
            "functional/2080505/this amount 277300",
            "functional/2080505/this share 645 vs general_budget/this",
            "functional/2080505/budget budget 277300",
            "functional/2080505/this amount 277300",
        ],
    ),
    ("basic", "人员经费262.67万元，占基本支出的90.99%，主要包括：基本工资79.07万元、津贴补贴10.38万元。", [
        "personnel/this amount 2.6267e+06",
        "personnel/this share 9099 vs general_budget_basic/this",
        "economic/30101/this amount 790700",
        "economic/30102/this amount 103800",
    ]),
    # Budgets and 三公.
    (
        "three_public",
        "“三公”经费年初预算为5万元，支出决算为4.5万元，完成年初预算的90%，比年初预算减少0.5万元，较上年增加0.2万元。",
        [
            "three_public/budget budget 50000",
            "three_public/this amount 45000",
            "three_public/this completion 9000 vs three_public/budget",
            "three_public/this change -5000 vs three_public/budget",
            "three_public/this change 2000 vs three_public/last",
        ],
    ),
    ("three_public", "“三公”经费支出决算4.5万元，完成全年预算5万元的90%。", [
        "three_public/this amount 45000",
        "three_public/budget budget 50000",
        "three_public/this completion 9000 vs three_public/budget",
    ]),
    ("three_public", "公务接待费支出0.5万元，完成预算100%，与预算相比无变化，与2022年度决算数相同。", [
        "hospitality/this amount 5000",
        "hospitality/this completion 10000 vs hospitality/budget",
        "hospitality/this unchanged 0 vs hospitality/budget",
        "hospitality/this unchanged 0 vs hospitality/last",
    ]),
    ("three_public", "公务接待费支出0万元，完成预算--%，较年初预算数减少0.1万元，增长--%。", [
        "hospitality/this amount 0",
        "hospitality/this change -1000 vs hospitality/budget",
    ]),
    ("three_public", "因公出国（境）费支出1.2万元，全年安排因公出国（境）团组2个，累计5人次。", [
        "abroad/this amount 12000",
        "abroad_groups/this count 2",
        "abroad_people/this count 5",
    ]),
    ("three_public", "国内公务接待5批次，42人次（其中外事接待1批次，3人次）。", [
        "domestic_hospitality_batches/this count 5",
        "domestic_hospitality_people/this count 42",
        "foreign_affairs_hospitality_batches/this count 1",
        "foreign_affairs_hospitality_people/this count 3",
    ]),
    ("three_public", "“三公”经费支出4万元，较上年5万元减少1万元，下降20%，较预算数6万元减少2万元。", [
        "three_public/this amount 40000",
        "three_public/last amount 50000",
        "three_public/this change -10000 vs three_public/last",
        "three_public/this growth -2000 vs three_public/last",
        "three_public/budget amount 60000",
        "three_public/this change -20000 vs three_public/budget",
    ]),
    ("summary", "本年收入4万元，比2022年度本年收入5万元减少1万元。", [
        "income/this amount 40000",
        "income/last amount 50000",
        "income/this change -10000 vs income/last",
    ]),
    ("three_public", "公务接待费2万元（其中：国内接待费1.5万元），比上年减少1万元；因公出国（境）团组0次。", [
        "hospitality/this amount 20000",
        "domestic_hospitality/this amount 15000",
        "hospitality/this change -10000 vs hospitality/last",
        "abroad_groups/this count 0",
    ]),
    ("three_public", "本部门一般公共预算财政拨款安排的“三公”经费支出4万元，全部为公车运行及维护费用4万元。", [
        "three_public/this amount 40000",
        "vehicle_operation/this amount 40000",
    ]),
    ("summary", "本单位机关运行经费支出20.5万元。", ["operating/this amount 205000"]),
    # Wordings that no list of sentences has.
    ("three_public", "公务用车购置数及保有量分别为1辆和30辆。", [
        "vehicles_bought/this count 1",
        "vehicles_kept/this count 30",
    ]),
    ("three_public", "三公经费较2022年减少2万元，其中：公务接待费持平；公务用车运行费减少2万元。", [
        "three_public/this change -20000 vs three_public/last",
        "hospitality/this unchanged 0 vs hospitality/last",
        "vehicle_operation/this change -20000 vs vehicle_operation/last",
    ]),
    ("three_public", "三公经费预算5万元，其中，公务接待费2万元；决算为4万元，其中，公务接待费1万元。", [
        "three_public/budget budget 50000",
        "hospitality/budget amount 20000",
        "three_public/this amount 40000",
        "hospitality/this amount 10000",
    ]),
    ("three_public", "公务接待费1.5万元，国内接待15批次，共计120人；外宾接待0批次。", [
        "hospitality/this amount 15000",
        "domestic_hospitality_batches/this count 15",
        "domestic_hospitality_people/this count 120",
        "foreign_affairs_hospitality_batches/this count 0",
    ]),
    ("three_public", "公务接待费2万元。主要用于接待上级部门，公务接待2批次、26人次。", [
        "hospitality/this amount 20000",
        "hospitality_batches/this count 2",
        "hospitality_people/this count 26",
    ]),
    ("income", "总支出50万元，其中本年支出49万元。", [
        "expenditure_grand_total/this amount 500000",
        "expenditure/this amount 490000",
    ]),
    ("three_public", "公务接待费决算15万元，年初预算20万元，减少5万元。", [
        "hospitality/this amount 150000",
        "hospitality/budget budget 200000",
        "hospitality/this change -50000 vs hospitality/budget",
    ]),
    ("summary", "与2022年度相比，收入增加2万元、支出增加3万元，分别增长4.17%、6.38%。", [
        "income/this change 20000 vs income/last",
        "expenditure/this change 30000 vs expenditure/last",
        "income/this growth 417 vs income/last",
        "expenditure/this growth 638 vs expenditure/last",
    ]),
    ("three_public", "公务接待费2万元，主要用于接待上级部门，完成年初预算的80%。", [
        "hospitality/this amount 20000",
        "hospitality/this completion 8000 vs hospitality/budget",
    ]),
    ("three_public", "公务接待费预算数2万元，调整数3万元，决算数1万元。", [
        "hospitality/budget budget 20000",
        "hospitality/adjusted_budget adjusted_budget 30000",
        "hospitality/this amount 10000",
    ]),
    ("three_public", "2023年“三公”经费决算数据比2022年“三公”经费决算数据减少16.5万元。", [
        "three_public/this change -165000 vs three_public/last",
    ]),
    ("summary", "收入、支出较上年分别下降18%、21.6%。", [
        "income_grand_total/this growth -1800 vs income_grand_total/last",
        "expenditure_grand_total/this growth -2160 vs expenditure_grand_total/last",
    ]),
    ("procurement", "工程支出、服务支出分别为3万元、2万元，分别占60%、40%。", [
        "procurement_works/this amount 30000",
        "procurement_services/this amount 20000",
        "procurement_works/this share 6000 vs procurement/this",
        "procurement_services/this share 4000 vs procurement/this",
    ]),
    ("three_public", "“三公”经费年初预算10万元，调整预算数9万元，决算数8万元，完成调整预算的88.89%。", [
        "three_public/budget budget 100000",
        "three_public/adjusted_budget budget 90000",
        "three_public/this amount 80000",
        "three_public/this completion 8889 vs three_public/adjusted_budget",
    ]),
    ("three_public", "三公经费预算5万元，其中：公务接待费2万元；三公经费支出4万元，决算数小于预算数1万元。", [
        "three_public/budget budget 50000",
        "hospitality/budget amount 20000",
        "three_public/this amount 40000",
        "three_public/this change_on_budget -10000 vs three_public/budget",
    ]),
    ("three_public", "公务接待费支出2.05万元，年初预算为2.95万元，差值为0.9万元。", [
        "hospitality/this amount 20500",
        "hospitality/budget budget 29500",
        "hospitality/this change 9000 vs hospitality/budget",
    ]),
    ("three_public", "国内公务接待批次20批，接待人次180人，共支出2.1万。", [
        "domestic_hospitality_batches/this count 20",
        "domestic_hospitality_people/this count 180",
        "domestic_hospitality/this amount 21000",
    ]),
    ("three_public", "公务接待费比2022年度公务接待费减少1.2万元，与2023年度预算相比，减少0.2万元。", [
        "hospitality/this change -12000 vs hospitality/last",
        "hospitality/this change -2000 vs hospitality/budget",
    ]),
    ("income", "总收入100万元，比上年增5.3%，其中：本年收入90万元，年初结转和结余10万元。", [
        "income_grand_total/this amount 1e+06",
        "income_grand_total/this growth 530 vs income_grand_total/last",
        "income/this amount 900000",
        "opening_balance/this amount 100000",
    ]),
    ("expenditure", "支出合计90万元，比上年增加3.50万元，增长13.95。", [
        "expenditure/this amount 900000",
        "expenditure/this change 35000 vs expenditure/last",
        "expenditure/this growth 1395 vs expenditure/last",
    ]),
    # Other matters.
    ("operating", "机关运行经费支出（与公用经费之和一致）20.5万元，比2022年增加1.2万元，增长6.2%。", [
        "operating/this amount 205000",
        "operating/this change 12000 vs operating/last",
        "operating/this growth 620 vs operating/last",
    ]),
    ("procurement", "授予中小企业合同金额80万元，占政府采购支出总额的80%，"
        "其中：授予小微企业合同金额40万元，占授予中小企业合同金额的50%。", [
        "contracts_to_sme/this amount 800000",
        "contracts_to_sme/this share 8000 vs procurement/this",
        "contracts_to_small/this amount 400000",
        "contracts_to_small/this share 5000 vs contracts_to_sme/this",
    ]),
    ("assets", "截至2023年12月31日，本部门共有车辆5辆，其中，其他用车2辆；"
        "单价50万元以上通用设备1台（套）。", [
        "assets_vehicles/this count 5",
        "assets_vehicles_other/this count 2",
        "assets_general_equipment/this count 1",
    ]),
    ("performance", "对2个项目开展绩效自评，共涉及资金35.6万元，平均得分99.43分。", [
        "self_evaluation_projects/this count 2",
        "self_evaluation_money/this amount 356000",
        "self_evaluation_score/this score 9943",
    ]),
    ("summary", "“三公”经费支出3万元，其中：公务接待费2万元。\n图1：收、支决算总计变动情况图", [
        "three_public/this amount 30000",
        "hospitality/this amount 20000",
    ]),
    ("government_fund", "本年收入3万元，本年支出2万元，年末结转和结余1万元。", [
        "government_fund_received/this amount 30000",
        "government_fund/this amount 20000",
        "government_fund_closing/this amount 10000",
    ]),
]  # fmt: skip


@pytest.mark.parametrize(("section", "text", "claims"), WORDINGS)
def test_a_wording_says(
    section: str, text: str, claims: list[str], publication: Publication, contracts: Contracts
) -> None:
    narrative = interpret_narrative(
        written("第三部分 情况说明", HEADINGS[section], text), publication, contracts
    )
    assert [said(claim) for claim in narrative.claims] == claims
    assert narrative.unread == ()


# What must not be understood, with the figures that stay unread.
UNREAD = [
    # What a sentence names without a figure is what it goes on to speak of, and not the section's subject.
    ("three_public", "公务接待费严格控制，较上年减少0.54万元，降低5.50%。", ["0.54", "5.50"]),
    ("three_public", "“三公”经费9.00万元。公务接待费厉行节约，比上年减少1.00万元。", ["1.00"]),
    ("three_public", "公务接待费支出5.00万元。慰问费2023年决算数3.00万元。", ["3.00"]),
    ("summary", "困难补助年初预算为18.00万元，实际支出14.20万元。", ["18.00", "14.20"]),
    ("expenditure", "困难补助支出5.00万元，下降3%。", ["5.00", "3"]),
    ("three_public", "三公经费预算54.00万元，其中，公务接待费支出决算42.00万元。", ["42.00"]),
    ("three_public", "人均公务接待费0.5万元。", ["0.5"]),
    ("three_public", "年初预算安排的公务接待费为3万元。", ["3"]),
    ("three_public", "不含下属单位的公务接待费为3万元。", ["3"]),
    ("summary", "与2021年度相比，收入总计减少68.63万元。", ["68.63"]),
    ("summary", "收入总计减少68.63万元。", ["68.63"]),
    ("summary", "2025年收入总计600万元，支出总计600万元。", ["600", "600"]),
    ("general_budget", "下属单位的某项支出5万元，占比3%。", ["5", "3"]),
    ("procurement", "货物、工程、服务支出共100万元。", ["100"]),
    ("procurement", "工程支出、服务支出分别为3万元、2万元、1万元。", ["3", "2", "1"]),
    ("operating", "比2022年持平，主要原因是人员增加3人，差旅费增加1.2万元。", ["3", "1.2"]),
    ("three_public", "公务接待费与上年持平，比年初预算减少；会议费减少0.1万元。", ["0.1"]),
    ("three_public", "公务接待费比年初预算持平；公务用车运行维护费支出1万元，减少0.2万元。", ["0.2"]),
    ("summary", "收入总计0.123456789万元。", ["0.123456789"]),
    ("three_public", "县直财政拨款资金安排的三公经费支出9万元，比上年减少1万元。", ["9", "1"]),
    ("three_public", "公务接待费决算3万元，比上年预算数减少1万元。", ["1"]),
    ("summary", "收入总计减少，主要原因是一是人员减少5人；二是项目支出减少6万元。", ["5", "6"]),
    ("three_public", "公务接待费决算3万元，年初预算4万元，比2022年预算减少1万元。", ["1"]),
    ("three_public", "公务接待费决算3万元，与2022年度预算相比，减少1万元。", ["1"]),
    ("three_public", "公务接待费3万元，差旅费5万元，占50%，较上年增加1万元。", ["5", "50", "1"]),
    ("expenditure", "本年支出430.21万元，比上年增加收入30.21万元。", ["30.21"]),
    ("summary", "收入总计165141.73，支出总计16.51万元。", ["165141.73"]),
]


@pytest.mark.parametrize(("section", "text", "unread"), UNREAD)
def test_what_is_not_certain_stays_unread(
    section: str, text: str, unread: list[str], publication: Publication, contracts: Contracts
) -> None:
    narrative = interpret_narrative(
        written("第三部分 情况说明", HEADINGS[section], text), publication, contracts
    )
    assert [figure.printed for figure in narrative.unread] == unread
    assert all(
        figure.sentence in re.sub(r"\s", "", text).translate(str.maketrans("，；", ",;"))
        for figure in narrative.unread
    )


def test_what_is_said_of_an_item_without_a_label_is_not_of_its_group(
    publication: Publication, contracts: Contracts
) -> None:
    item = "社会保障和就业支出（类）行政事业单位养老支出（款）退休人员活动费支出（项）"
    text = f"{item}。年初预算为0.88万元，支出决算为0.88万元。"
    narrative = interpret_narrative(
        written("第三部分 情况说明", HEADINGS["general_budget"], text), publication, contracts
    )
    assert narrative.claims == ()
    assert [figure.printed for figure in narrative.unread] == ["0.88", "0.88"]


def test_the_six_statements_about_items_of_another_name_raise_no_alarm() -> None:
    document = read_publication(shared(PLANNING))
    wrong = [j.claim.printed for j in document.result.claims if j.verdict == "violated"]
    assert wrong == ["99.86", "13.95", "95.45", "5377.64", "4896.98"]
    subjects = {j.claim.quantity.subject for j in document.result.claims}
    assert {"functional/2080599", "functional/2200199"} <= subjects, "found by the amount, and by a near name"


def test_a_bare_side_may_be_of_either_total_that_the_paragraph_states(
    publication: Publication, contracts: Contracts
) -> None:
    text = "收入总计9.00万元（包含收入合计7.00万元、年初结转和结余2.00万元）。收入较上年增加1.00万元。"
    pages = written("第三部分 情况说明", HEADINGS["summary"], text)
    change = interpret_narrative(pages, publication, contracts).claims[-1]
    read = [change.quantity.subject, *(other.quantity.subject for other in change.readings)]
    assert sorted(read) == ["income", "income_grand_total"]


def test_dates_and_ordinals_are_no_figures(publication: Publication, contracts: Contracts) -> None:
    text = "1、截至2023年12月31日，根据财预〔2023〕15号，2024年3月5日第2次会议审议。"
    narrative = interpret_narrative(
        written("第三部分 情况说明", HEADINGS["operating"], text), publication, contracts
    )
    assert (narrative.figures, narrative.claims) == (0, ())


def layer(folder: Path, text: str) -> Contracts:
    (folder / "narrative.yaml").write_text(text, encoding="utf-8")
    return load_contracts(contracts_folder(), [folder])


def test_a_layer_adds_a_wording_without_python(tmp_path: Path, publication: Publication) -> None:
    contracts = layer(
        tmp_path,
        "subjects: {operating: {labels: [办公运转费]}}\n"
        "phrases: {change: {patterns: ['净{direction}了{amount}整']}}\n"
        "directions: {up: [走高]}\n",
    )
    text = "办公运转费3万元，与上年相比，办公运转费净走高了1万元整。"
    narrative = interpret_narrative(
        written("第三部分 情况说明", HEADINGS["operating"], text), publication, contracts
    )
    assert [said(c) for c in narrative.claims] == [
        "operating/this amount 30000",
        "operating/this change 10000 vs operating/last",
    ]


FAMILY = "families: {x: {statement: X., classification: functional, rows_of: income, labels: ['{1}'], "


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("phrases: {change: {patterns: ['{direction}(']}}", "not a regular expression"),
        ("phrases: {change: {patterns: ['{direction}了']}}", "the pattern gives no number"),
        ("phrases: {x: {patterns: ['{amount}'], states: {amount: y}}}", "there is no statement y"),
        ("links: ['{nothing}']", "nothing is called {nothing}"),
        ("links: ['支?']", "takes the empty text"),
        ("subjects: {x: {statement: X., within: [nowhere]}}", "there is no section or context nowhere"),
        ("subjects: {x: {statement: X., figure: 'income[nothing, total]'}}", "income has no row nothing"),
        ("subjects: {x: {statement: X., figure: 'income[total, nothing]'}}", "income has no column nothing"),
        ("subjects: {x: {statement: X., figure: 'nothing[total, total]'}}", "there is no table nothing"),
        ("subjects: {x: {statement: X., share_of: nothing}}", "there is no subject nothing"),
        ("subjects: {x: {statement: X., within: income, labels: [事业收入]}}", "of institutional_income"),
        ("subjects: {x: {statement: X., patterns: ['{percent}']}}", "gives one {money} or {count}"),
        ("subjects: {functional: {statement: X.}}", "cannot be the id of a subject"),
        ("statements: {x: {kind: share, form: ratio}}", "ratio with base None"),
        ("families: {economic: {labels: ['{4}']}}", "a form names {1}, {2} or {3}"),
        (FAMILY + "figure: 'income[total, total]'}}", "income[total, total] has another row"),
        (FAMILY + "figure: 'income[code, nothing]'}}", "income has no column nothing"),
        ("count_units: {辆: [个]}", "个 stands for two units"),
    ],
)  # fmt: skip
def test_a_fault_of_the_contract_is_named_with_file_and_line(tmp_path: Path, text: str, message: str) -> None:
    with pytest.raises(ContractError, match=re.escape(message)) as error:
        layer(tmp_path, f"# A layer.\n{text}\n")
    assert f"{tmp_path / 'narrative.yaml'}:2" in str(error.value)


def test_a_paragraph_that_names_a_subject_is_of_the_next(
    publication: Publication, contracts: Contracts
) -> None:
    narrative = interpret_narrative(
        written(
            "第三部分 情况说明",
            HEADINGS["three_public"],
            "（一）公务接待费支出情况",
            "2023年决算数8万元，比上年增加1万元。",
        ),
        publication,
        contracts,
    )
    assert [said(claim) for claim in narrative.claims] == [
        "hospitality/this amount 80000",
        "hospitality/this change 10000 vs hospitality/last",
    ]


def test_items_of_a_list_are_compared_as_the_words_before_it_say(
    publication: Publication, contracts: Contracts
) -> None:
    narrative = interpret_narrative(
        written(
            "第三部分 情况说明",
            HEADINGS["three_public"],
            "三公经费较上年增加3万元，其中：",
            "1、公务接待费增加1万元。",
            "2、公务用车运行维护费增加2万元。",
        ),
        publication,
        contracts,
    )
    assert [said(claim) for claim in narrative.claims] == [
        "three_public/this change 30000 vs three_public/last",
        "hospitality/this change 10000 vs hospitality/last",
        "vehicle_operation/this change 20000 vs vehicle_operation/last",
    ]
