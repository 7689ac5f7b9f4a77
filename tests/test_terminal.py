"""What the terminal says: what needs a look first, in 80 columns, in the words and the unit of the page."""

from __future__ import annotations

import io
from dataclasses import replace

from rich.cells import cell_len
from rich.console import Console, RenderableType

from jcfs_etl import AuditedPublication
from jcfs_etl.contracts import Contracts
from jcfs_etl.report.summary import RunSummary, SummaryLine
from jcfs_etl.report.terminal import run_table, suspect_lines


def shown(what: RenderableType, width: int = 80) -> list[str]:
    output = io.StringIO()
    Console(file=output, width=width).print(what)
    return output.getvalue().splitlines()


FINE = SummaryLine("甲.pdf", "published", "甲局", "2023", "9", "156 exact", "", 14, "", pages=20)
WITH_FINDINGS = replace(FINE, source="乙.pdf", unit="乙局", findings="2 inconsistent", needs_a_look=True)
REFUSED = replace(
    FINE,
    source="2023/上海市普陀区规划和自然资源局2024年度部门决算公开文本.pdf",
    status="quarantined",
    unit="上海市普陀区规划和自然资源局",
    reason="政府性基金预算财政拨款收入支出决算表 page 18: 合计 stands under a head that nothing knows",
)


def test_sixty_documents_fit_80_columns_and_what_needs_a_look_comes_first() -> None:
    lines = shown(run_table(RunSummary((*[FINE] * 57, WITH_FINDINGS, REFUSED, REFUSED), 1.0)))
    assert max(map(cell_len, lines)) <= 80
    text = "\n".join(lines)
    assert (
        text.index("quarantined") < text.index("乙局") < text.index("57 published with nothing to look at.")
    )
    assert "甲局" not in text, "what is fine is a count"


def test_more_than_a_screen_of_documents_to_look_at_is_folded() -> None:
    lines = shown(run_table(RunSummary((WITH_FINDINGS,) * 60, 1.0)))
    assert "… and 20 more to look at: jcfs findings, jcfs quarantine list" in lines


def test_one_is_not_many() -> None:
    said = RunSummary((FINE,), 1.0).sentence()
    assert said.startswith("1 document, 20 pages: ")
    assert (
        RunSummary((replace(FINE, pages=1, changed=1),) * 2, 1.0)
        .sentence()
        .startswith("2 documents, 2 pages")
    )


def test_a_suspect_is_told_in_the_unit_and_the_words_of_the_page(contracts: Contracts) -> None:
    suspect = {
        "rank": 1,
        "dataset": "income",
        "row": "2040601",
        "column": "total",
        "printed": "3955.70",
        "page": 7,
        "implied_low": "3955650.00",
        "implied_high": "3955750.00",
        "reason": "point moved",
    }
    [line] = suspect_lines([suspect], contracts, "万元")
    assert (
        "收入决算表, 2040601 本年收入合计: 3955.70 万元, should be between 395.565 万元 and 395.575 万元"
        in line
    )
    [line] = suspect_lines([{**suspect, "row": "total"}], contracts, "元")
    assert "收入决算表, 合计 本年收入合计: 3955.70 元, should be between 3,955,650.00 元" in line


def test_a_publication_is_represented_in_one_line(sample: AuditedPublication) -> None:
    assert len(repr(sample)) < 250
    assert "晋城市人力资源和社会保障综合服务中心" in repr(sample) and "published" in repr(sample)
