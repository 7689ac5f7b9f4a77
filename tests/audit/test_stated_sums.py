"""Totals and parts that only the narrative states add up, and nothing rose by more than there is."""

from __future__ import annotations

import pytest
from excerpts import claims_of

from jcfs_etl.audit.model import Figures
from jcfs_etl.audit.stated_sums import stated_sums
from jcfs_etl.audit.statements import judge_claims
from jcfs_etl.contracts import Contracts
from jcfs_etl.findings import Finding
from jcfs_etl.recognise.model import Publication
from jcfs_etl.wording import worded

PROCUREMENT = "（二）政府采购支出情况"
ASSETS = "（三）国有资产占有使用情况说明"
THREE_PUBLIC = "七、财政拨款“三公”经费支出决算情况说明"
KINDS = "部级领导干部用车0辆、机要通信用车1辆、执法执勤用车0辆"
TOTALS = "“三公”经费支出决算比2022年减少19.66万元，其中：因公出国（境）费支出决算与2022年持平；"


def told(heading: str, text: str, contracts: Contracts) -> list[Finding]:
    """What is found, on a form none of whose tables has cells for these."""
    lines = ["# 某省 2023 局", f"## {heading}", text]
    nothing = Publication(None, 2023, None, None, None, None, {}, (), None, ())
    claims = claims_of(lines, contracts, nothing)
    judged = judge_claims(claims, {}, Figures.of_tables({}, contracts), 0)
    return list(worded([*stated_sums(judged, contracts)], contracts))


@pytest.mark.parametrize(
    ("heading", "text", "printed", "sum_"),
    [
        (
            PROCUREMENT,
            "政府采购支出总额7871.90万元，其中：货物支出410.53万元、工程支出4276.20万元、服务支出2885.17万元。",
            "7871.90 万元",
            "410.53 + 4,276.20 + 2,885.17 = 7,571.90 万元",
        ),
        # Parts that are left out were nothing, if the others are no more than the whole.
        (PROCUREMENT, "政府采购支出总额10.00万元，其中：货物支出12.00万元。", "10.00 万元", "12.00 万元"),
        (ASSETS, f"共有车辆4辆，其中：{KINDS}、其他用车2辆。", "4 辆", "0 + 1 + 0 + 2 = 3 辆"),
        (ASSETS, f"共有车辆2辆，其中：{KINDS}、其他用车2辆。", "2 辆", "= 3 辆"),
        (
            THREE_PUBLIC,
            "“三公”经费支出10.00万元，公务用车购置及运行维护费支出7.00万元，公务接待费支出3.00万元。"
            f"{TOTALS}公务用车购置及运行维护费支出决算减少20.06万元；公务接待费支出决算增加0.60万元。",
            "19.66 万元",
            "0.00 − 20.06 + 0.60 = -19.46 万元",
        ),
    ],
)
def test_a_total_that_is_not_its_parts_together(
    heading: str, text: str, printed: str, sum_: str, contracts: Contracts
) -> None:
    [finding] = told(heading, text, contracts)
    assert (finding.code, finding.severity) == ("parts_off_total", "inconsistent")
    assert printed in finding.message and sum_ in finding.message
    assert sum_ in finding.message_zh


@pytest.mark.parametrize(
    ("heading", "text"),
    [
        (PROCUREMENT, "政府采购支出总额10.00万元，其中：货物4.00万元、工程0万元、服务6.00万元。"),
        # Rounded each on its own.
        (PROCUREMENT, "政府采购支出总额10.00万元，其中：货物3.33万元、工程3.33万元、服务3.33万元。"),
        # A part that is not stated may be the rest.
        (PROCUREMENT, "政府采购支出总额10.00万元，其中：货物支出4.00万元、工程支出0万元。"),
        (PROCUREMENT, "政府采购支出总额约10万元，其中：货物4.00万元、工程0万元、服务9.00万元。"),
        (ASSETS, f"共有车辆4辆，其中：{KINDS}、其他用车3辆。"),
        (ASSETS, f"共有车辆4辆，其中：{KINDS}。"),
        # A kind that no contract knows, and what is told of one more closely.
        (ASSETS, f"共有车辆5辆，其中：{KINDS}、洒水车1辆、其他用车3辆。"),
        (ASSETS, f"共有车辆4辆，其中：{KINDS}、其他用车3辆（消防车2辆、工程车1辆）。"),
        (
            THREE_PUBLIC,
            f"{TOTALS}公务用车购置及运行维护费支出决算减少20.06万元；公务接待费支出决算增加0.40万元。",
        ),
        # One of the three is not spoken of.
        (
            THREE_PUBLIC,
            "“三公”经费支出决算比2022年减少19.66万元，其中：公务接待费支出决算增加0.60万元。",
        ),
    ],
)
def test_what_adds_up_or_may_add_up_is_left_alone(heading: str, text: str, contracts: Contracts) -> None:
    assert told(heading, text, contracts) == []


def test_an_increase_of_more_than_there_is(contracts: Contracts) -> None:
    [finding] = told(THREE_PUBLIC, "公务接待费支出0.40万元，比上年增加0.60万元，增长100%。", contracts)
    assert (finding.code, finding.severity) == ("rise_above_amount", "inconsistent")
    assert "0.60 万元" in finding.message and "0.40 万元" in finding.message


@pytest.mark.parametrize(
    "text",
    ["公务接待费支出0.40万元，比上年增加0.40万元。", "公务接待费支出0.40万元，比上年减少0.60万元。"],
)
def test_changes_that_can_be(text: str, contracts: Contracts) -> None:
    assert told(THREE_PUBLIC, text, contracts) == []
