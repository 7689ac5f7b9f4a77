"""A statement is wrong only when all that it may be of says so."""

from __future__ import annotations

from random import Random

import pytest
from made_up import made_up, recognised
from narrating import Amounts, narrated
from writing import HEADINGS, written

from jcfs_etl.audit.publication import Audit, audit
from jcfs_etl.contracts import Contracts
from jcfs_etl.interpret import Interpretation
from jcfs_etl.interpret.publication import interpret_narrative
from jcfs_etl.read.model import PdfDocument
from jcfs_etl.recognise import recognise
from jcfs_etl.recognise.model import Publication


@pytest.fixture(scope="module")
def publication(sample_pages: PdfDocument, contracts: Contracts) -> Publication:
    """The sample: 收入总计 516.85 万元, of which the year's income 430.21, of which 财政拨款 430.21."""
    return recognise(sample_pages, contracts)


def audited(section: str, text: str, publication: Publication, contracts: Contracts) -> Audit:
    said = interpret_narrative(written("第三部分 情况说明", HEADINGS[section], text), publication, contracts)
    return audit(publication, contracts, Interpretation(said))


def told(result: Audit) -> list[tuple[str, str]]:
    return [(f.code, f.message) for f in result.findings if f.code.startswith("claim_")]


def test_total_income_may_be_the_grand_total_and_what_is_said_of_it_too(
    publication: Publication, contracts: Contracts
) -> None:
    text = "总收入516.85万元，比上年减少68.63万元，下降11.72%。"
    result = audited("summary", text, publication, contracts)
    assert told(result) == []
    assert {judged.claim.quantity.subject for judged in result.claims} == {"income_grand_total"}


@pytest.mark.parametrize(
    ("growth", "wrong"),
    [("11.72%", 0), ("13.76%", 0), ("12.72%", 1)],
    ids=["of the grand total", "of the year's income", "of neither"],
)
def test_a_change_without_its_amount_may_be_of_either_total(
    growth: str, wrong: int, publication: Publication, contracts: Contracts
) -> None:
    text = f"与上年相比，今年收入减少68.63万元，下降{growth}，主要原因：项目减少。"
    assert len(told(audited("summary", text, publication, contracts))) == wrong


@pytest.mark.parametrize("before", ["", "收入总计516.85万元，其中"])
@pytest.mark.parametrize(("growth", "wrong"), [("0.70%", 0), ("0.90%", 1)])
def test_a_change_of_either_total_is_not_of_the_one_whose_change_is_stated_by_name(
    before: str, growth: str, wrong: int, publication: Publication, contracts: Contracts
) -> None:
    text = "收入总计516.85万元。与上年相比，收入减少0.04万元，下降0.01%。"
    text += f"{before}本年收入430.21万元，较上年增加3.00万元，增长{growth}。"
    result = audited("summary", text, publication, contracts)
    assert bool(told(result)) == bool(wrong)


@pytest.mark.parametrize(
    "share",
    ["100%", "83.24%"],
    ids=["of the year's income", "of the grand total"],
)
def test_a_bare_share_may_be_of_either_total(
    share: str, publication: Publication, contracts: Contracts
) -> None:
    text = f"财政拨款收入430.21万元，占{share}。"
    result = audited("income", text, publication, contracts)
    assert told(result) == []
    assert [judged.verdict for judged in result.claims] != []


@pytest.mark.parametrize(("first", "second"), [("100%", "100%"), ("83.24%", "83.24%")])
def test_shares_that_are_stated_together_may_be_of_either_whole(
    first: str, second: str, publication: Publication, contracts: Contracts
) -> None:
    """财政拨款收入 is all of the year's income, and 83.24 % of the grand total."""
    text = f"财政拨款收入430.21万元，占{first}；一般公共预算财政拨款收入430.21万元，占{second}。"
    assert told(audited("income", text, publication, contracts)) == []


def test_shares_that_are_stated_together_are_of_one_whole(
    publication: Publication, contracts: Contracts
) -> None:
    text = "基本支出288.68万元，占67.10%；项目支出141.53万元，占27.38%。"
    found = audited("expenditure", text, publication, contracts).findings
    (message,) = (f.message for f in found if f.code in ("claim_violated", "shares_off_whole"))
    assert "27.38 % cannot be right" in message and "give 32.90 %" in message


@pytest.mark.parametrize(
    ("text", "wrong"),
    [
        ("收入总计中，本年收入430.21万元，占比83.24%；年初结转和结余86.64万元，占比16.76%。", None),
        ("收入总计中，本年收入430.21万元，占比83.24%；年初结转和结余86.64万元，占比20.14%。", "20.14"),
        (
            "收入总计516.85万元，其中：本年收入430.21万元，占83.24%；年初结转和结余86.64万元，占16.67%。",
            "16.67",
        ),
    ],
)
def test_words_before_the_parts_say_what_their_shares_are_of(
    text: str, wrong: str | None, publication: Publication, contracts: Contracts
) -> None:
    found = audited("income", text, publication, contracts).findings
    messages = [f.message for f in found if f.code in ("claim_violated", "shares_off_whole")]
    assert len(messages) == (wrong is not None)
    assert all(wrong is None or f"{wrong} % cannot be right" in message for message in messages)


@pytest.mark.parametrize(
    ("compared", "subject"),
    [
        ("与上年支出500.00万元相比，减少69.79万元", "expenditure"),
        ("较上年支出150.00万元减少8.47万元", "project_of_all"),
    ],
    ids=["of the total", "of the part spoken of last"],
)
def test_a_comparison_after_the_parts_is_of_what_its_figures_fit(
    compared: str, subject: str, publication: Publication, contracts: Contracts
) -> None:
    text = f"本年支出合计430.21万元。项目支出141.53万元。{compared}。"
    result = audited("expenditure", text, publication, contracts)
    assert told(result) == []
    assert result.claims[-1].claim.quantity.subject == subject


def test_what_fits_to_the_last_digit_is_meant_rather_than_what_rounding_lets_pass(
    publication: Publication, contracts: Contracts
) -> None:
    """总支出 is 430.21 万元 of the year or 516.85 in all: neither may be off by a digit."""
    result = audited("summary", "总支出516.85万元，比上年减少68.63万元。", publication, contracts)
    assert {judged.claim.quantity.subject for judged in result.claims} == {"expenditure_grand_total"}


@pytest.mark.parametrize(
    "right",
    [
        "收入总计516.85万元，比上年减少68.63万元，下降11.72%。",
        "收入总计516.85万元，较上年585.48万元，减少68.63万元。",
        "收入总计516.85万元，上年为585.48万元，减少68.63万元，下降11.72%。",
    ],
)
def test_an_amount_that_was_copied_is_not_excused_by_another_reading(
    right: str, publication: Publication, contracts: Contracts
) -> None:
    """The change, and growth or last year's amount, are of 收入总计, whose amount is the year's income."""
    assert told(audited("summary", right, publication, contracts)) == []
    copied = right.replace("516.85", "430.21")
    ((code, message),) = told(audited("summary", copied, publication, contracts))
    assert code == "claim_violated" and "430.21 万元 cannot be right" in message


@pytest.mark.parametrize(
    "alone",
    [
        "收入总计430.21万元，比上年减少68.63万元，下降13.76%。",
        "收入总计430.21万元，较上年498.84万元，减少68.63万元。",
    ],
)
def test_where_all_is_of_another_reading_that_is_meant(
    alone: str, publication: Publication, contracts: Contracts
) -> None:
    assert told(audited("summary", alone, publication, contracts)) == [], "all is of the year's income"


def test_a_share_that_a_slip_of_the_pen_made_is_wrong(publication: Publication, contracts: Contracts) -> None:
    result = audited("income", "财政拨款收入430.21万元，占93.24%。", publication, contracts)
    ((code, message),) = told(result)
    assert code == "claim_violated"
    assert "83.2" in message


def test_what_no_reading_explains_is_told_with_its_candidates(
    publication: Publication, contracts: Contracts
) -> None:
    result = audited("summary", "总收入777.11万元。", publication, contracts)
    ((code, message),) = told(result)
    assert code == "claim_unexplained"
    assert "430.21" in message
    assert "516.85" in message


def test_a_name_that_is_certain_is_held_against_its_figure_alone(
    publication: Publication, contracts: Contracts
) -> None:
    result = audited("income", "本年收入合计516.85万元。", publication, contracts)
    assert [code for code, _ in told(result)] == ["claim_violated"]


@pytest.mark.parametrize(
    ("section", "wording"),
    [
        (
            "income",
            "本年收入[|income]万元，其中：财政拨款收入[|fiscal_appropriation]万元，"
            "占[|fiscal_appropriation /income]%（其中：一般公共预算财政拨款收入[|general_budget_income]万元，"
            "占[|general_budget_income /fiscal_appropriation]%）；"
            "事业收入[|institutional_income]万元，占[|institutional_income /income]%。",
        ),
        (
            "expenditure",
            "本年支出[|expenditure]万元，基本支出[|basic_of_all]万元，占[|basic_of_all /expenditure]%，"
            "其中人员经费占[|personnel /basic_of_all]%；项目支出占[|project_of_all /expenditure]%。",
        ),
        (
            "three_public",
            "“三公”经费支出[|three_public]万元，公务用车购置及运行维护费[|vehicles]万元，占"
            "[|vehicles /three_public]%；公务用车购置费[|vehicle_purchase]万元，"
            "占[|vehicle_purchase /vehicles]%；公务接待费[|hospitality]万元，"
            "占[|hospitality /three_public]%。",
        ),
        (
            "income",
            "收入总计[|income_grand_total]万元，其中：本年收入[|income]万元，"
            "占[|income /income_grand_total]%，包括财政拨款收入[|fiscal_appropriation]万元，"
            "占[|fiscal_appropriation /income]%，"
            "事业收入[|institutional_income]万元，占[|institutional_income /income]%；"
            "年初结转和结余[|opening_balance]万元，占[|opening_balance /income_grand_total]%。",
        ),
    ],
)
def test_parts_of_a_part_are_shares_of_that(section: str, wording: str, contracts: Contracts) -> None:
    made = recognised(made_up(8), contracts)
    amounts = Amounts(made, contracts, Random(1))
    (sentence,) = narrated([f"## {HEADINGS[section]}", wording], amounts)
    result = audited(section, sentence.text, made, contracts)
    assert told(result) == []
    assert sum(judged.claim.kind == "share" for judged in result.claims) >= 3
