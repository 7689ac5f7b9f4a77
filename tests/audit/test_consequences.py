"""What follows from a wrong amount is told with it; what is wrong by itself is told by itself."""

from __future__ import annotations

import pytest
from test_readings import audited

from jcfs_etl.contracts import Contracts
from jcfs_etl.findings import Finding
from jcfs_etl.read.model import PdfDocument
from jcfs_etl.recognise import recognise
from jcfs_etl.recognise.model import Publication
from jcfs_etl.report.terminal import at_stake, ranked


@pytest.fixture(scope="module")
def publication(sample_pages: PdfDocument, contracts: Contracts) -> Publication:
    """The sample: 本年收入合计 and 财政拨款收入 430.21 万元."""
    return recognise(sample_pages, contracts)


def violated(section: str, text: str, publication: Publication, contracts: Contracts) -> list[Finding]:
    result = audited(section, text, publication, contracts)
    return [f for f in result.findings if f.code in ("claim_violated", "claim_unexplained")]


def test_a_share_that_follows_from_a_wrong_amount_is_told_with_it(
    publication: Publication, contracts: Contracts
) -> None:
    text = "本年收入合计430.21万元，其中：财政拨款收入340.21万元，占本年收入的79.08%。"
    (finding,) = violated("income", text, publication, contracts)
    assert "340.21 万元 cannot be right" in finding.message
    assert finding.message.endswith("From it follows 79.08 % on page 1 (should be 100.00 %).")
    assert finding.message_zh.endswith("由此推算的第1页 79.08 %（应为 100.00 %）也有误。")


def test_a_bare_share_that_follows_of_one_reading_is_told_with_it(
    publication: Publication, contracts: Contracts
) -> None:
    text = "本年收入合计430.21万元，其中：财政拨款收入340.21万元，占79.08%。"
    (finding,) = violated("income", text, publication, contracts)
    assert finding.message.endswith("From it follows 79.08 % on page 1.")


def test_a_share_that_does_not_follow_is_wrong_by_itself(
    publication: Publication, contracts: Contracts
) -> None:
    text = "本年收入合计430.21万元，其中：财政拨款收入340.21万元，占本年收入的71.03%。"
    found = violated("income", text, publication, contracts)
    assert len(found) == 2
    assert not any("follows" in f.message for f in found)


def test_a_growth_that_is_right_of_the_table_stays_right(
    publication: Publication, contracts: Contracts
) -> None:
    text = "本年收入合计430.21万元，其中：财政拨款收入340.21万元，占本年收入的100%。"
    (finding,) = violated("income", text, publication, contracts)
    assert "follows" not in finding.message


def _row(severity: str, reported: int | None, implied: int | None, ranks: int = 0) -> dict[str, object]:
    suspects = [{"rank": rank} for rank in range(1, ranks + 1)]
    return {
        "severity": severity,
        "reported": reported,
        "implied_low": implied,
        "implied_high": implied,
        "suspects": suspects,
    }


def test_findings_are_ranked_by_what_is_at_stake_and_how_sure_it_is() -> None:
    small, great = _row("inconsistent", 100, 90), _row("inconsistent", 10_000, 1)
    doubtful = _row("inconsistent", 10_000, 1, ranks=10)
    note, nothing = _row("info", 10**9, 0), _row("inconsistent", None, None)
    order = ranked([note, nothing, small, doubtful, great])
    assert order == [great, doubtful, small, nothing, note]
    assert at_stake(_row("warning", 5, None)) == 0
    assert at_stake(_row("warning", 5, 5)) == 0
