"""What the terminal says: what needs a look first, in 80 columns, in the words and the unit of the page."""

from __future__ import annotations

import io

from at_hand import ROOT
from msgspec.structs import replace
from rich.cells import cell_len
from rich.console import Console, RenderableType

from jcfs_etl import AuditedPublication
from jcfs_etl.contracts import Contracts
from jcfs_etl.report.summary import RunSummary, SummaryLine
from jcfs_etl.report.terminal import quarantine_table, run_table, suspect_lines
from jcfs_etl.report.texts import Texts, english


def shown(what: RenderableType, width: int = 80) -> list[str]:
    output = io.StringIO()
    Console(file=output, width=width).print(what)
    return output.getvalue().splitlines()


FINE = SummaryLine("甲.pdf", "published", "甲局", "2023", "9", "156 exact", changed=14, pages=20)
WITH_FINDINGS = replace(FINE, source="乙.pdf", unit="乙局", findings={"inconsistent": 2})
REFUSED = replace(
    FINE,
    source="2023/上海市普陀区规划和自然资源局2024年度部门决算公开文本.pdf",
    status="quarantined",
    unit="上海市普陀区规划和自然资源局",
    reason="政府性基金预算财政拨款收入支出决算表 page 18: 合计 stands under a head that nothing knows",
)


def test_sixty_documents_fit_80_columns_and_what_needs_a_look_comes_first() -> None:
    lines = shown(run_table(RunSummary((*[FINE] * 57, WITH_FINDINGS, REFUSED, REFUSED)), english()))
    assert max(map(cell_len, lines)) <= 80
    text = "\n".join(lines)
    assert (
        text.index("quarantined") < text.index("乙局") < text.index("57 published with nothing to look at.")
    )
    assert "甲局" not in text, "what is fine is a count"


def test_more_than_a_screen_of_documents_to_look_at_is_folded() -> None:
    lines = shown(run_table(RunSummary((WITH_FINDINGS,) * 60), english()))
    assert "… and 20 more to look at: jcfs findings, jcfs quarantine list" in lines


def test_one_is_not_many() -> None:
    said = RunSummary((FINE,)).sentence()
    assert said.startswith("1 document, 20 pages: ")
    assert RunSummary((replace(FINE, pages=1, changed=1),) * 2).sentence().startswith("2 documents, 2 pages")


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
    [line] = suspect_lines([suspect], "万元", english())
    assert (
        "收入决算表, 2040601 本年收入合计: 3955.70 万元, should be between 395.565 万元 and 395.575 万元"
        in line
    )
    [line] = suspect_lines([{**suspect, "row": "total"}], "元", english())
    assert "收入决算表, 合计 本年收入合计: 3955.70 元, should be between 3,955,650.00 元" in line


def test_a_publication_is_represented_in_one_line(sample: AuditedPublication) -> None:
    assert len(repr(sample)) < 250
    assert "晋城市人力资源和社会保障综合服务中心" in repr(sample) and "published" in repr(sample)


# -- in Chinese -----------------------------------------------------------------------------------


def test_a_run_in_chinese_says_the_same(contracts: Contracts) -> None:
    say = Texts(contracts, "zh")
    summary = RunSummary(
        (*[FINE] * 57, replace(WITH_FINDINGS, findings={"inconsistent": 2, "warning": 1}), REFUSED),
        compared=3,
        disagreements=("one",),
        stages={"read": 1.25, "audit": 0.5},
        elapsed=10.0,
    )
    text = "\n".join(shown(run_table(summary, say), width=200))
    for words in (
        "已隔离",
        "不符 2、提示 1",
        "57 份已发布，没有需要查看的。",
        "59 份文件，共 1180 页：已发布 58、已隔离 1；写入 826 个文件。与其他决算比对 3 份，1 处不一致。",
        "每秒 118.0 页，历时 10.0 秒；读取 1.2 秒、审核 0.5 秒；隔离原因：unknown 1",
    ):
        assert words in text, words
    assert max(map(cell_len, shown(run_table(summary, say)))) <= 80
    english_text = summary.sentence()
    assert english_text == (
        "59 documents, 1180 pages: 58 published, 1 quarantined; 826 files written. "
        "3 held against others, 1 disagreement."
    )


def test_a_suspect_in_chinese(contracts: Contracts) -> None:
    suspect = {"rank": 1, "dataset": "income", "row": "total", "column": "total", "printed": "", "page": 7}
    more = {
        "implied_low": "3955650.00",
        "implied_high": "3955650.00",
        "reason": "x",
        "reason_zh": "小数点移位",
    }
    [line] = suspect_lines([suspect | more], "万元", Texts(contracts, "zh"))
    assert "可疑处 1：" in line
    assert "第7页，收入决算表, 合计 本年收入合计：空白，应为 395.565 万元（小数点移位）" in line


def test_heads_of_tables_in_chinese(contracts: Contracts) -> None:
    lines = shown(quarantine_table([], Texts(contracts, "zh")))
    assert all(word in lines[1] for word in ("文件", "状态", "单位", "年度", "原因"))


def test_every_text_is_used(contracts: Contracts) -> None:
    """What is in the file and nowhere in the program is a leftover."""
    sources = [*(ROOT / "jcfs_etl").rglob("*.py"), *(ROOT / "flows").rglob("*.py")]
    texts = (path.read_text("utf-8") for path in sources)
    program = "\n".join(texts).replace("'", chr(34))
    for name in contracts.texts:
        parts = name.split(".")
        made = [f'f"{".".join(parts[:n])}.{{' for n in range(1, len(parts))]
        said = [
            f'"{name}"',
            f'counted("{parts[0]}"',
            f'.word("{".".join(parts[:-1])}"',
            f'.count("{parts[-1]}"',
        ]
        assert any(call in program for call in (*said, *made)), name
