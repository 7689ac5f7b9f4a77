"""Findings in both languages: the same values, each sentence complete, nothing lost on the way."""

from __future__ import annotations

import ast

import pytest
from at_hand import ROOT
from given_codes import strings

from jcfs_etl import AuditedPublication
from jcfs_etl.cli.options import language
from jcfs_etl.contracts import Contracts, load_contracts
from jcfs_etl.findings import Both, Finding, Suspect, Value
from jcfs_etl.wording import filled, names_in, worded


@pytest.fixture(scope="module")
def contracts() -> Contracts:
    return load_contracts()


def test_every_kind_of_finding_is_said_in_chinese(contracts: Contracts) -> None:
    assert [code for code, kind in contracts.findings.items() if not kind.says_zh] == []


def test_both_templates_of_a_kind_show_the_same_values(contracts: Contracts) -> None:
    # The sentence of an identity and the doubt of a reading are English; Chinese names the figure instead.
    templates = {code: k for code, k in contracts.findings.items() if k.message or k.message_zh}
    assert "identity_violated" in templates
    for code, kind in templates.items():
        # Chinese nouns have no plural.
        english = names_in(kind.message) - {"statement", "why", "s"}
        assert english == names_in(kind.message_zh) - {"why"}, code


def test_a_sentence_shows_no_value_in_chinese_alone(contracts: Contracts) -> None:
    for name, text in contracts.sentences.items():
        assert names_in(text.zh) - {"all"} <= names_in(text.en), name


def test_every_finding_but_the_fault_of_a_file_has_a_template_of_its_own(contracts: Contracts) -> None:
    faults = {
        "missing",
        "empty",
        "not_a_pdf",
        "damaged",
        "cut_off",
        "encrypted",
        "not_extractable",
        "no_pages",
    }
    faults |= {"unreadable", "too_large", "too_slow", "processing_failed", "schema_violation"}
    # Nothing is to be added to what these are.
    faults |= {"no_unit", "no_year"}
    assert {code for code, kind in contracts.findings.items() if not kind.message} == faults


def test_a_finding_without_values_says_its_kind(contracts: Contracts) -> None:
    [finding] = worded([Finding("no_unit", "error", "extraction")], contracts)
    assert finding.message == contracts.findings["no_unit"].says
    assert finding.message_zh == "封面和各表表头均未写明单位名称。"


def test_what_an_optional_part_does_not_show_is_told_otherwise(contracts: Contracts) -> None:
    values: dict[str, Value] = {"table": "收入决算表", "page": 5, "row": "合计"}
    twice, second = worded(
        [
            Finding("duplicate_row", "error", "extraction", values={**values, "first": 4}),
            Finding("duplicate_row", "error", "extraction", values={**values, "column": "事业收入"}),
        ],
        contracts,
    )
    assert (
        twice.message
        == "收入决算表 page 5: 合计 stands twice, first on page 4; only the first is in the data"
    )
    assert second.message_zh == "《收入决算表》（第5页）“合计”“事业收入”有两个数字，数据采用前者。"


def test_the_data_have_every_message_in_both_languages(sample: AuditedPublication) -> None:
    rows = sample.findings
    assert len(rows) == 4
    for english, chinese in zip(rows["message"], rows["message_zh"], strict=True):
        assert english and chinese.endswith("。") and english != chinese


def test_a_finding_with_an_english_text_keeps_it_and_is_told_in_chinese(contracts: Contracts) -> None:
    [finding] = worded(
        [Finding("missing_table", "warning", "document", "收入决算表 was not found.")], contracts
    )
    assert finding.message == "收入决算表 was not found."
    assert finding.message_zh == "未找到应当公开的报表。收入决算表 was not found."


def test_an_identity_that_does_not_hold_says_figures_and_difference_in_chinese(contracts: Contracts) -> None:
    values: dict[str, Value] = {
        "statement": "The parts add up.",
        "where": Both("支出决算表 page 5, 合计 基本支出", "支出决算表（第5页）“合计”行“基本支出”栏"),
        "left": "10.00",
        "relation": Both("should be", "应为"),
        "right": "4.00 + 5.00",
        "computed": "9.00",
        "unit": "万元",
        "difference": "1.00",
        "explained": "",
    }
    [finding] = worded([Finding("identity_violated", "inconsistent", "document", values=values)], contracts)
    assert finding.message == (
        "The parts add up. 支出决算表 page 5, 合计 基本支出: 10.00 should be 4.00 + 5.00 = 9.00 万元; "
        "they differ by 1.00."
    )
    assert finding.message_zh == (
        "勾稽关系不符：支出决算表（第5页）“合计”行“基本支出”栏为 10.00，"
        "应为 4.00 + 5.00 = 9.00 万元，差额 1.00 万元。"
    )
    assert worded([finding], contracts) == (finding,)


def test_a_part_without_its_value_is_left_out_and_a_value_that_is_missing_is_an_error() -> None:
    assert filled("{a}[ of {b}].", {"a": "3", "b": ""}, "en") == "3."
    with pytest.raises(KeyError, match="a"):
        filled("{a}.", {}, "en")


@pytest.mark.parametrize(
    ("locale", "named", "expected"),
    [("zh_CN.UTF-8", None, "zh"), ("C.UTF-8", None, "en"), ("zh_CN.UTF-8", "en", "en"), ("C", "zh", "zh")],
)
def test_the_language_named_counts_before_the_locale(
    locale: str, named: str | None, expected: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LC_ALL", locale)
    assert language(named) == expected  # type: ignore[arg-type]


def test_every_doubt_of_a_reading_and_every_slip_has_its_chinese(contracts: Contracts) -> None:
    sources = [*(ROOT / "jcfs_etl" / "read").glob("*.py"), ROOT / "jcfs_etl" / "audit" / "edits.py"]
    texts = set()
    for path in sources:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Assign) and "doubt" in ast.unparse(node.targets[0]):
                texts |= set(strings(node.value))
            elif isinstance(node, ast.Yield) and isinstance(node.value, ast.Tuple):
                texts |= set(strings(node.value.elts[1]))
            elif isinstance(node, ast.Call) and ast.unparse(node.func) == "Edit":
                texts |= set(strings(node.args[1]))
    assert {"characters overlap", "figure lost", "one digit"} <= texts
    assert {text for text in texts if text} - contracts.phrases.keys() == set()


def test_why_a_reading_is_in_doubt_is_said_in_chinese(contracts: Contracts) -> None:
    values: dict[str, Value] = {
        "where": Both("page 1", "第1页"),
        "printed": "1.00",
        "how": Both("read", "已读取"),
    }
    doubt = Finding("uncertain_figure", "error", "extraction", values={**values, "why": "characters overlap"})
    [finding] = worded([doubt], contracts)
    assert "characters overlap" in finding.message
    assert finding.message_zh == "第1页的 1.00 已读取，不能确定：字符重叠。"


@pytest.mark.parametrize(
    ("reason", "chinese"),
    [
        ("one digit: 398.81 for 389.81", "一位数字有误：印作 398.81，应为 389.81"),
        ("the row printed in 元 where 万元 is meant", "整行按元列示，应为万元"),
        ("the column shifted by one", "整列错位一格"),
        ("stands 2 rows from its label", "距其名称2行"),
        ("neighbouring cells exchanged", "相邻单元格互换"),
        ("of a kind that no phrase knows", ""),
    ],
)
def test_the_slip_of_a_suspect_is_said_in_chinese(reason: str, chinese: str, contracts: Contracts) -> None:
    suspect = Suspect(1, "income", "total", "total", "398.81", 6, 0, 0, reason)
    [finding] = worded([Finding("no_unit", "error", "extraction", suspects=(suspect,))], contracts)
    assert finding.suspects[0].reason_zh == chinese
