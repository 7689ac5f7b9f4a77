"""Slips seen in the words of a narrative, and why a statement is wrong: told with what would be right."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from figures import accounts
from msgspec.structs import replace

from jcfs_etl import AuditedPublication
from jcfs_etl.audit import audit
from jcfs_etl.audit.readings import as_reckoned
from jcfs_etl.audit.spans import Span
from jcfs_etl.audit.statements import stated
from jcfs_etl.audit.wordings import wording_slips
from jcfs_etl.audit.years import own_years_compared
from jcfs_etl.contracts import Contracts
from jcfs_etl.findings import Finding
from jcfs_etl.interpret.model import PERCENT, Claim, ClaimKind, Form, Quantity, Section
from jcfs_etl.places import Box
from jcfs_etl.recognise.model import Publication
from jcfs_etl.wording import worded

_EMPTY = Publication(None, 2023, None, None, None, None, {}, (), None, ())
TURNED = "增加68.63万元,下降18.98%。"
GROWN = "增加51.63万元,增长13.64%。"


def section(text: str, part: str = "narrative") -> Section:
    return Section(part, "一、某情况说明", text, 7, ((0, 7),))  # type: ignore[arg-type]


def slips(sample: AuditedPublication, text: str, part: str = "narrative") -> list[Finding]:
    found = wording_slips([section(text, part)], sample.publication, sample.contracts)
    return list(worded(found, sample.contracts))


@pytest.mark.parametrize(
    ("text", "code", "printed", "right"),
    [
        ("支出增加1193.20万元,增长13.95。主要原因:", "percent_sign_missing", "13.95", "应为 13.95%"),
        ("国内公务接待支出0.39万(含外宾0.00万元)。", "unit_missing", "0.39万", "应为 0.39万元"),
        ("三公经费减少0.15万元,下降(增长)27.78%。", "template_left", "下降(增长)", "应只写“下降”"),
        ("三公经费增加0.15万元,增长(下降)27.78%。", "template_left", "增长(下降)", "应只写“增长”"),
        ("支出合计XX万元。", "template_left", "XX", "残留的模板用语"),
    ],
)
def test_a_slip_of_the_words_is_told_with_what_would_be_right(
    sample: AuditedPublication, text: str, code: str, printed: str, right: str
) -> None:
    [finding] = slips(sample, text)
    assert (finding.code, finding.page, finding.severity) == (code, 7, "warning")
    assert printed in finding.message and printed in finding.message_zh and right in finding.message_zh
    assert not finding.blocks


@pytest.mark.parametrize(
    "text",
    [
        "支出增加1193.20万元,增长13.95%。",
        "比上年决算数增加20.63万元,增长1,055.4%。",
        "单价100万(含)以上设备0台。单价50万元(含)以上的通用设备0台。",
        "服务群众5万人次,涉及金额3.2万元。",
        "服务群众12.5万,覆盖率100%。",
        "与上年相比,支出减少0.15万元,下降27.78%。",
    ],
)
def test_words_that_are_right_are_left_alone(sample: AuditedPublication, text: str) -> None:
    assert slips(sample, text) == []


@pytest.mark.parametrize(
    ("text", "difference"),
    [
        ("年初预算为10.00万元,支出决算为12.50万元。决算数小于预算数的主要原因:", "2.50"),
        ("年初预算为10.00万元,支出决算为9.00万元。决算数大于预算数的主要原因:", "1.00"),
        ("年初预算数为10.00万元,决算数为10.02万元。决算数同预算数持平。", "0.02"),
    ],
)
def test_a_final_figure_that_is_not_as_the_words_compare_it(
    sample: AuditedPublication, text: str, difference: str
) -> None:
    [finding] = slips(sample, text)
    assert (finding.code, finding.severity) == ("comparison_wrong", "inconsistent")
    assert f"by {difference} 万元" in finding.message and f"差额 {difference} 万元" in finding.message_zh


@pytest.mark.parametrize(
    "text",
    [
        "年初预算为10.00万元,支出决算为9.00万元。决算数小于预算数的主要原因:",
        # Rounding can hide so much.
        "年初预算为10.00万元,支出决算为10.00万元。决算数小于预算数的主要原因:",
        "年初预算为10.00万元,支出决算为10.01万元。决算数与预算数持平。",
        "年初预算为10.00万元,支出决算为9.40万元。决算数与预算数基本持平。",
        # What follows 其中 is said of a part.
        "年初预算为10.00万元,支出决算为9.00万元,其中:公务接待费决算数大于预算数。",
    ],
)
def test_a_comparison_that_the_figures_allow_is_left_alone(sample: AuditedPublication, text: str) -> None:
    assert slips(sample, text) == []


def line_of(sample: AuditedPublication) -> tuple[str, dict[str, str], str]:
    """A 项 of the sample's table whose amount no other has, the labels above it, and the amount."""
    table = sample.publication.tables["general_budget_expenditure"]
    labels = {row.row: row.label for row in table.rows}
    amounts = {f.key.row: f.printed.strip() for f in table.facts if f.key.column == "total"}
    code = next(
        c for c in labels if len(c) == 7 and list(amounts.values()).count(amounts[c]) == 1 and amounts[c]
    )
    return code, labels, amounts[code]


def test_a_line_called_otherwise_than_in_the_table_is_known_by_its_amount(
    sample: AuditedPublication,
) -> None:
    code, labels, amount = line_of(sample)
    above = f"1、{labels[code[:3]]}(类){labels[code[:5]]}(款)"
    [finding] = slips(sample, f"{above}别的名称(项)。支出决算为{amount}万元。")
    assert (finding.code, finding.row, finding.severity) == ("name_differs", code, "info")
    assert f"为“{labels[code]}”（{code}）" in finding.message_zh and "别的名称" in finding.message
    assert slips(sample, f"{above}{labels[code]}(项)。支出决算为{amount}万元。") == []
    assert slips(sample, f"{above}别的名称(项)。支出决算为99999.99万元。") == [], "nothing says which"


def test_a_section_called_otherwise_is_known_by_its_item_and_told_once(sample: AuditedPublication) -> None:
    code, labels, amount = line_of(sample)
    text = f"{labels[code[:3]]}(类)别的名称(款){labels[code]}(项)。支出决算为{amount}万元。"
    [finding] = slips(sample, f"{text}\n{text}")
    assert (finding.code, finding.row) == ("name_differs", code[:5])


def test_a_units_name_in_another_spelling_names_the_pages(sample: AuditedPublication) -> None:
    unit = "晋城市人力资源与社会保障综合服务中心"
    [finding] = slips(sample, f"{unit}2023年度无政府性基金预算。")
    assert (finding.code, finding.page) == ("other_spelling", 7)
    assert unit in finding.message and "综合服务中心" in finding.message_zh
    assert slips(sample, "晋城市人力资源和社会保障综合服务中心无政府性基金预算。") == []


# -- statements that are wrong, and why ------------------------------------------------------------


def claim(
    subject: str,
    form: Form,
    kind: ClaimKind,
    value: int,
    printed: str,
    unit: str,
    sentence: str,
    base: Quantity | None = None,
    half: int = 5_000,
) -> Claim:
    return Claim(
        kind, form, Quantity(subject), base, value, half, printed, unit,
        claim=f"{subject}.{kind}", sentence=sentence, page=18, box=Box(0, 0, 1, 1),
    )  # fmt: skip


def audited(sample: AuditedPublication, claims: Sequence[Claim]) -> list[Finding]:
    said = sample.interpretation
    narrative = replace(said.narrative, claims=tuple(claims), sections=())
    result = audit(sample.publication, sample.contracts, replace(said, narrative=narrative))
    codes = {
        *("claim_violated", "direction_wrong", "figure_copied", "shares_off_whole", "stated_twice"),
        *("no_base", "count_contradicts", "jointly_inconsistent"),
    }
    return [f for f in result.findings if f.code in codes]


def test_a_figure_taken_over_from_another_section_names_it(sample: AuditedPublication) -> None:
    right = claim("basic_of_all", "level", "amount", 288_680_000, "288.68", "万元", "基本支出288.68万元。")
    wrong = replace(
        claim("personnel", "level", "amount", 288_680_000, "288.68", "万元", "人员经费288.68万元。"), page=19
    )
    [finding] = audited(sample, [right, wrong])
    assert finding.code == "figure_copied" and "人员经费合计" in finding.message
    assert "It is the figure of page 18, “基本支出288.68万元。”" in finding.message
    assert "疑为误用该数" in finding.message_zh


def test_a_direction_turned_round_says_so(sample: AuditedPublication) -> None:
    last = Quantity("income", "last")
    claims = [
        claim("income", "level", "amount", 430_210_000, "430.21", "万元", "本年收入430.21万元。"),
        claim("income", "difference", "change", 68_630_000, "68.63", "万元", TURNED, last),
        claim("income", "growth", "change", -18_98 * 100, "18.98", "%", TURNED, last, 50),
    ]
    [finding] = audited(sample, claims)
    assert "The figures give an increase, the words a decrease." in finding.message
    assert "文字却为减少" in finding.message_zh


def test_a_percentage_of_nothing_is_told_as_such(sample: AuditedPublication) -> None:
    budget, last = Quantity("reserved_for_sme", "budget"), Quantity("reserved_for_sme", "last")
    now = claim("reserved_for_sme", "level", "amount", 307_820_000, "307.82", "万元", "支出307.82万元。")
    nothing = replace(
        claim("reserved_for_sme", "level", "amount", 0, "0", "万元", "年初预算为0万元。"), quantity=budget
    )
    rate = claim("reserved_for_sme", "ratio", "rate", 95_89 * 100, "95.89", "%", "完成95.89%。", budget, 50)
    [finding] = audited(sample, [now, nothing, rate])
    assert (finding.code, finding.severity) == ("no_base", "warning")
    assert "95.89 %" in finding.message and "基数为0" in finding.message_zh
    change = claim(
        "reserved_for_sme", "difference", "change", 307_820_000, "307.82", "万元", "增加307.82万元。", last
    )
    growth = claim(
        "reserved_for_sme", "growth", "change", 100 * PERCENT, "100.00", "%", "增长100.00%。", last, 50
    )
    [finding] = audited(sample, [now, change, growth])
    assert finding.code == "no_base" and "上年数为0" in finding.message_zh
    zero = claim("reserved_for_sme", "level", "amount", 0, "0", "万元", "支出0万元。")
    none = claim("reserved_for_sme", "ratio", "rate", 0, "0", "%", "完成0%。", budget, 50)
    assert audited(sample, [zero, nothing, none]) == [], "0 % of nothing is how a blank is written"


def test_money_for_no_reception_is_told(sample: AuditedPublication) -> None:
    money = claim("domestic_hospitality", "level", "amount", 3_900_000, "3.90", "万元", "接待支出3.90万元。")
    none = claim("domestic_hospitality_batches", "level", "count", 0, "0", "批次", "接待0批次。", half=0)
    [finding] = audited(sample, [money, none])
    assert finding.code == "count_contradicts" and "3.90 万元" in finding.message
    some = replace(none, value=2, printed="2")
    assert audited(sample, [money, some]) == []


def test_two_values_of_one_quantity_name_both_places(sample: AuditedPublication) -> None:
    first = claim(
        "reserved_for_sme", "level", "amount", 10_000_000, "10.00", "万元", "机关运行经费10.00万元。"
    )
    other = replace(first, value=11_000_000, printed="11.00", sentence="机关运行经费支出11.00万元。", page=20)
    [finding] = audited(sample, [first, other])
    assert "Page 18 states “机关运行经费10.00万元。”" in finding.message and finding.page == 20


def test_a_nought_with_its_decimals_may_be_less_than_half_of_the_last() -> None:
    bare = claim("reserved_for_sme", "level", "amount", 0, "0", "万元", "支出0万元。", half=5_000_000)
    full = replace(bare, printed="0.00", half=5_000)
    assert stated(bare, 1) == Span.around(0, 1)
    assert stated(full, 1) == Span.around(0, 5_000)


def test_a_change_is_as_exact_as_the_amounts_that_it_was_taken_from() -> None:
    budget = Quantity("reserved_for_sme", "budget")
    now = claim("reserved_for_sme", "level", "amount", 51_290_000, "51.29", "万元", "支出51.29万元。")
    before = replace(now, quantity=budget, value=8_048_920_000, printed="8048.92")
    change = claim(
        "reserved_for_sme", "difference", "change", -7_997_630_000, "7997.63", "万元", "减少。", budget
    )
    other = replace(change, value=-7_997_650_000, printed="7997.65")
    found = as_reckoned([now, before, change, other])
    assert [one.half for one in found] == [5_000, 5_000, 15_000, 5_000]


def test_a_completion_names_the_budget_it_is_of(sample: AuditedPublication) -> None:
    budget = Quantity("general_budget", "budget")
    stated = replace(
        claim("general_budget", "level", "amount", 485_940_000, "485.94", "万元", "年初预算485.94万元。"),
        quantity=budget,
    )
    rate = claim("general_budget", "ratio", "rate", 98_53 * 100, "98.53", "%", "完成98.53%。", budget, 50)
    [finding] = audited(sample, [stated, rate])
    assert "88.53 %" in finding.message and "The base is 485.94 万元, stated on page 18." in finding.message


def test_what_only_together_does_not_fit_says_what_would_follow(sample: AuditedPublication) -> None:
    last = Quantity("income", "last")
    text = "增加0.11万元,增长0.02%,即0.026%。"
    # 0.11 of 430.21 may be 0.02 % or 0.026 %, each within rounding, but not both.
    claims = [
        claim("income", "difference", "change", 110_000, "0.11", "万元", text, last),
        claim("income", "growth", "change", 200, "0.02", "%", text, last, 50),
        claim("income", "growth", "change", 260, "0.026", "%", text, last, 5),
    ]
    [finding] = audited(sample, claims)
    assert finding.code == "jointly_inconsistent"
    assert "0.02 %, where 0.0256 % follows" in finding.message
    assert "0.026 %，推算为 0.0256 %" in finding.message_zh
    assert "income.growth" not in finding.message, "no id of ours"


def test_what_a_part_of_the_receptions_counts_is_no_count_of_all(sample: AuditedPublication) -> None:
    text = "公务接待2批次,其中:接待外宾0批次。"
    money = claim("hospitality", "level", "amount", 3_900_000, "3.90", "万元", "接待支出3.90万元。")
    none = claim("hospitality_batches", "level", "count", 0, "0", "批次", text, half=0)
    assert [f.code for f in audited(sample, [money, none])] == ["claim_violated"], "no money in the table"


def test_shares_that_do_not_come_to_a_whole_are_told_with_the_one_that_is_wrong(
    sample: AuditedPublication,
) -> None:
    whole, text = Quantity("expenditure"), "基本支出288.68万元,占67.20%;项目支出141.53万元,占32.90%。"
    claims = [
        claim("basic_of_all", "ratio", "share", 67_20 * 100, "67.20", "%", text, whole, 50),
        claim("project_of_all", "ratio", "share", 32_90 * 100, "32.90", "%", text, whole, 50),
    ]
    [finding] = audited(sample, claims)
    assert "67.10 %" in finding.message
    assert "The 2 shares stated come to 100.10 %." in finding.message
    assert "所列2项占比合计 100.10 %，不为100%。" in finding.message_zh


@pytest.mark.parametrize(
    ("text", "wrong"),
    [
        ("2023年度“三公”经费支出决算数小于预算数的主要原因:", []),
        ("“三公”经费财政拨款支出决算大于年初预算数的原因:", ["决算大于年初预算数"]),
        (
            "公务接待费支出决算数大于预算数,公务用车运行维护费决算小于预算数。",
            ["决算数大于预算数"],
        ),
        ("“三公”经费支出决算数与预算数持平。", ["决算数与预算数持平"]),
        # What stands before it is told by itself.
        ("年初预算为10.00万元,支出决算为12.00万元。三公经费支出决算数大于预算数。", []),
        ("项目支出决算数大于预算数。", []),
    ],
)
def test_a_final_figure_named_is_held_against_its_budget_of_the_tables(
    text: str, wrong: list[str], contracts: Contracts
) -> None:
    """Every budget of 三公经费 is more than its final figure there."""
    publication = replace(_EMPTY, tables=accounts())
    found = wording_slips([section(text.translate({8220: 34, 8221: 34}))], publication, contracts)
    assert [f.values["printed"] for f in found if f.code == "comparison_wrong"] == wrong


def test_a_section_on_the_next_year_compares_with_this(contracts: Contracts) -> None:
    publication = replace(_EMPTY, tables=accounts())
    text = "三公经费12.00万元,比2023年减少1.00万元。"
    for heading, told in (("二、三公经费决算情况", 1), ("三、2024年三公经费预算安排情况", 0)):
        one = replace(section(text), heading=heading)
        assert len(list(own_years_compared([one], publication, contracts))) == told
