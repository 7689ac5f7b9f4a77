"""Every kind of slip in a narrative is one finding of its own kind, in wordings of several styles."""

from __future__ import annotations

import pytest
from at_hand import DATA
from test_readings import audited

from jcfs_etl.contracts import Contracts
from jcfs_etl.findings import Finding
from jcfs_etl.read.model import PdfDocument
from jcfs_etl.recognise import recognise
from jcfs_etl.recognise.model import Publication

#: What is true of the sample and of narratives of one sentence, and figures left unread.
_OTHERS = {"disclosure", "unlikely_rounding", "line_number_skipped", "claim_unread"}


@pytest.fixture(scope="module")
def publication(sample_pages: PdfDocument, contracts: Contracts) -> Publication:
    """The sample: 收入总计 516.85 万元, 本年支出 430.21 of which 基本 288.68, 项目 141.53; no 三公经费."""
    return recognise(sample_pages, contracts)


def told(section: str, text: str, publication: Publication, contracts: Contracts) -> list[Finding]:
    found = audited(section, text, publication, contracts).findings
    return [f for f in found if f.code not in _OTHERS]


LINES = (DATA / "kinds_of_slips.txt").read_text(encoding="utf-8").splitlines()
CASES = [line.split(" | ") for line in LINES if not line.startswith("#")]


@pytest.mark.parametrize(
    ("section", "text", "code", "printed", "chinese"), [case for case in CASES if len(case) == 5]
)
def test_a_slip_is_one_finding_of_its_own_kind(
    section: str,
    text: str,
    code: str,
    printed: str,
    chinese: str,
    publication: Publication,
    contracts: Contracts,
) -> None:
    [finding] = told(section, text, publication, contracts)
    assert finding.code == code
    assert printed in finding.message
    assert chinese in finding.message_zh
    assert not finding.blocks


@pytest.mark.parametrize(("section", "text"), [case for case in CASES if len(case) == 2])
def test_what_is_no_slip_is_left_alone(
    section: str, text: str, publication: Publication, contracts: Contracts
) -> None:
    assert told(section, text, publication, contracts) == []
