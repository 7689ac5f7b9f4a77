"""The shipped contracts keep what is promised to users; a damaged contract says where it is damaged."""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Iterator, Sequence
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import pyarrow as pa
import pytest
import yaml
from figures import CONTRACTS, SHIPPED

from jcfs_etl.contracts import Contracts, load_contracts
from jcfs_etl.contracts.arrow import arrow_schema, dataset_names
from jcfs_etl.contracts.equations import Equation, Selector
from jcfs_etl.errors import ContractError

# -- what users are promised: ids of datasets, rows and columns never change -----------------------

CLASSES = (
    "201 202 203 204 205 206 207 208 210 211 212 213 214 215 216 217 219 220 221 222 223 224 229 231 232 234"
)
PROMISED_COLUMNS = {
    "income_expenditure_summary": "amount",
    "income": (
        "total fiscal_appropriation superior_subsidy institutional commercial affiliate_remittance other"
    ),
    "expenditure": "total basic project remitted_to_superior commercial subsidy_to_affiliates",
    "appropriation_summary": "total general_budget government_fund state_capital",
    "general_budget_expenditure": "total basic project",
    "basic_expenditure": "amount",
    "government_fund": "opening_balance income total basic project closing_balance",
    "state_capital": "opening_balance income total basic project closing_balance",
    "three_public": "total abroad vehicles vehicle_purchase vehicle_operation hospitality",
    "disclosure_statistics": "amount count",
}
PROMISED_ROWS = {
    "income_expenditure_summary": (
        "general_budget_income government_fund_income state_capital_income fiscal_appropriation_income "
        "superior_subsidy_income institutional_income commercial_income affiliate_remittance_income "
        "other_income income_total nonfiscal_balance_used opening_balance income_grand_total "
        "expenditure_total surplus_distribution closing_balance expenditure_grand_total"
    ),
    "income": "total",
    "expenditure": "total",
    "appropriation_summary": (
        "general_budget_income government_fund_income state_capital_income income_total opening_balance "
        "opening_general_budget opening_government_fund opening_state_capital income_grand_total "
        "expenditure_total closing_balance expenditure_grand_total"
    ),
    "general_budget_expenditure": "total",
    "basic_expenditure": "personnel_total public_total",
    "government_fund": "total",
    "state_capital": "total",
    "three_public": "budget final",
    "disclosure_statistics": (
        "procurement_total procurement_goods procurement_works procurement_services "
        "operating_administrative operating_civil_service_managed "
        "vehicles_total vehicles_deputy_minister vehicles_principal_official vehicles_confidential "
        "vehicles_emergency vehicles_law_enforcement vehicles_special_technical vehicles_retired_cadre "
        "vehicles_other equipment_over_1m"
    ),
}
#: Labels that publications print, by dataset and row or column; more may be added.
PROMISED_LABELS = {
    ("income_expenditure_summary", "nonfiscal_balance_used"): [
        "使用非财政拨款结余",
        "使用非财政拨款结余和专用结余",
        "使用非财政拨款结余(含专用结余)",
        "用事业基金弥补收支差额",
    ],
    ("income_expenditure_summary", "fiscal_appropriation_income"): ["财政拨款收入"],
    ("appropriation_summary", "opening_government_fund"): ["政府性基金预算财政拨款"],
    ("appropriation_summary", "total"): ["金额", "决算数", "合计"],
    ("expenditure", "subsidy_to_affiliates"): ["对附属单位补助支出"],
    ("general_budget_expenditure", "total"): ["小计", "合计"],
    ("three_public", "vehicles"): ["公务用车购置及运行维护费", "公务用车购置及运行费", "小计"],
    ("three_public", "vehicle_operation"): ["公务用车运行维护费", "公务用车运行费"],
    ("disclosure_statistics", "vehicles_total"): ["车辆数合计(辆)"],
    ("disclosure_statistics", "equipment_over_1m"): ["单价100万元(含)以上设备(不含车辆)"],
}
#: Columns that name a row, before the amounts.
PROMISED_KEYS = {
    "lines": "side line label line_no role",
    "functional": "code name level is_leaf",
    "economic": "code name level is_leaf group",
    "bases": "basis",
}


def test_no_promised_dataset_column_or_row_is_lost() -> None:
    lost = [
        (dataset, what, name)
        for what, promised in (("column", PROMISED_COLUMNS), ("row", PROMISED_ROWS))
        for dataset, names in promised.items()
        for name in names.split()
        if dataset not in CONTRACTS.tables
        or name
        not in (CONTRACTS.tables[dataset].columns if what == "column" else CONTRACTS.tables[dataset].all_rows)
    ]
    assert lost == []


def test_no_promised_functional_class_or_label_is_lost() -> None:
    assert set(CLASSES.split()) <= set(CONTRACTS.functional)
    for (dataset, name), labels in PROMISED_LABELS.items():
        table = CONTRACTS.tables[dataset]
        known = table.columns[name].labels if name in table.columns else table.all_rows[name].labels
        assert set(labels) <= set(known), (dataset, name)


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("一般公共服务支出", "201"),
        ("文化体育与传媒支出", "207"),
        ("医疗卫生与计划生育支出", "210"),
        ("资源勘探信息等支出", "215"),
        ("国土海洋气象等支出", "220"),
        ("抗疫特别国债安排的支出", "234"),
    ],
)
def test_functional_classes_are_known_by_their_names_of_all_years(name: str, code: str) -> None:
    assert CONTRACTS.class_of_label[name] == code


def test_every_class_belongs_to_the_expenditure_side_of_both_summaries() -> None:
    sides = [
        CONTRACTS.tables[d].sides["expenditure"]
        for d in ("income_expenditure_summary", "appropriation_summary")
    ]
    assert [side.classes_part_of for side in sides] == ["expenditure_total"] * 2


def test_every_economic_class_belongs_to_personnel_or_public_expenditure() -> None:
    groups = {code: category.group for code, category in CONTRACTS.economic.items() if len(code) == 3}
    assert {code for code, group in groups.items() if group == "personnel"} == {"301", "303"}
    assert {code for code, group in groups.items() if group == "public"} == set(groups) - {"301", "303"}
    assert all(c.group == groups[code[:3]] for code, c in CONTRACTS.economic.items())


def test_without_a_folder_the_shipped_contracts_are_loaded_and_only_once(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for name in ("JCFS_CONTRACTS", "JCFS_CONTRACTS_EXTRA"):
        monkeypatch.delenv(name, raising=False)
    assert load_contracts().version == CONTRACTS.version
    assert load_contracts() is load_contracts()


def test_another_folder_can_be_named_in_the_environment(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("JCFS_CONTRACTS", str(tmp_path / "none"))
    with pytest.raises(ContractError, match="no such folder"):
        load_contracts()


# -- equations ----------------------------------------------------------------------------------


def test_an_equation_is_taken_apart() -> None:
    equation = Equation.parse("[row, closing] = [row, opening] + income[total, income] - [parts of x, total]")
    assert equation.relation == "="
    assert [(t.weight, t.dataset) for t in equation.terms] == [
        (1, None),
        (1, None),
        (1, "income"),
        (-1, None),
    ]
    assert [t.row for t in equation.right] == [
        Selector("each", "row"),
        Selector("id", "total"),
        Selector("parts", "x"),
    ]
    assert Equation.parse("[a, b] <= - [children of parent, c]").right[0].weight == -1
    share = Equation.parse("[row, rate] = funds[row, executed] / funds[row, budget]")
    assert share.relation == "/" and [str(t) for t in share.right] == [
        "funds[row, executed]",
        "funds[row, budget]",
    ]
    assert [str(t) for t in Equation.parse("100 = last.x[parts of total, weight]").terms] == [
        "100",
        "last.x[parts of total, weight]",
    ]


def test_every_identity_says_what_it_is_in_both_languages() -> None:
    for identity in CONTRACTS.all_identities:
        assert identity.statement.endswith(".") and identity.statement_zh.endswith("。"), identity.id


# -- damaged contracts --------------------------------------------------------------------------


class Damage(NamedTuple):
    """A contract file in which ``old`` became ``new``, and the line that the error must name.

    ``line`` is a text that stands on the culprit's line after the damage, or the line's number.
    """

    file: str
    old: str
    new: str
    line: str | int
    says: str


TABLE, CROSS, PUBLICATION, DATASETS = (
    "tables/income.yaml",
    "identities.yaml",
    "publication.yaml",
    "datasets.yaml",
)
ACROSS, PERFORMANCE = "across.yaml", "performance.yaml"
SUMMARY, BASIC, THREE = (
    f"tables/{t}.yaml" for t in ("income_expenditure_summary", "basic_expenditure", "three_public")
)
FUNCTIONAL, ECONOMIC = "classifications/functional.csv", "classifications/economic.csv"
OF_COLUMNS = '"[row, total] = [row, parts of total]"'
BASES = """  bases:
    basis: {type: string, label: 口径, description: "budget (预算数) or final (决算数)."}
"""
OF_PERSONNEL = "[parts of personnel_total, amount]"

DAMAGES = {
    # form
    "unknown key": Damage(TABLE, "kind: functional\n", "kind: functional\ncolour: red\n", "colour", "colour"),
    "unknown key of a column": Damage(
        TABLE,
        "part_of: total, description: All other",
        "partof: total, description: All other",
        "partof",
        "partof",
    ),
    "missing key": Damage(TABLE, "title: 收入决算表\n", "", 1, "title: field required"),
    "unknown kind": Damage(TABLE, "kind: functional", "kind: tree", "kind: tree", "kind"),
    "no labels": Damage(
        THREE,
        "concept: hospitality, labels: [公务接待费用]",
        "labels: []",
        "labels: []",
        "labels",
    ),
    "id of an identity": Damage(TABLE, "id: income.total", "id: Income total", "id: Income total", "id"),
    "duplicate key": Damage(
        TABLE, "kind: functional\n", "kind: functional\nkind: bases\n", "kind: bases", "'kind' stands twice"
    ),
    "duplicate key deeper": Damage(
        SUMMARY,
        "other_income: {",
        "income_total: {",
        "role: subtotal, part_of: income_gr",
        "'income_total' stands twice",
    ),
    "colon in a bare text": Damage(
        TABLE, "kind: functional", "kind: functional: x", "functional: x", "not valid YAML"
    ),
    "tab for spaces": Damage(TABLE, "  total: {", "\ttotal: {", "\ttotal: {", "not valid YAML"),
    "control character": Damage(TABLE, "functional", "functional\x01", "\x01", "not valid YAML"),
    "unknown tag": Damage(TABLE, "kind: functional", "kind: !kind functional", "!kind", "not valid YAML"),
    "impossible date": Damage(TABLE, "kind: functional", "kind: 2023-13-32", "2023-13-32", ""),
    "list for a key": Damage(TABLE, "kind: functional", "kind: functional\n? [a, b]\n: c", "? [a, b]", ""),
    "no mapping": Damage(CROSS, "identities:\n", "- identities:\n", 1, "dictionary"),
    "type of a dataset's column": Damage(
        DATASETS, "{type: integer, label: 页,", "{type: int, label: 页,", "{type: int, label: 页,", "type"
    ),
    "unknown kind of key columns": Damage(
        DATASETS, "  bases:\n    basis: {", "  trees:\n    basis: {", "trees:", "trees"
    ),
    "missing kind of key columns": Damage(DATASETS, BASES, "", "kinds:", "bases"),
    # names of things
    "unknown column to be part of": Damage(
        TABLE,
        "part_of: total, description: All other",
        "part_of: sum, description: All other",
        "part_of: sum",
        "column sum",
    ),
    "unknown row to be part of": Damage(
        SUMMARY,
        "surplus_distribution: {concept: surplus_distribution, part_of: expenditure_grand_total,",
        "surplus_distribution: {concept: surplus_distribution, part_of: income_total,",
        "surplus_distribution: {",
        "no income_total",
    ),
    "unknown row to come after": Damage(
        "tables/appropriation_summary.yaml",
        "after: opening_balance, part_of",
        "after: opening, part_of",
        "after: opening,",
        "no opening",
    ),
    "unknown row for classes": Damage(
        SUMMARY,
        "classes_part_of: expenditure_total",
        "classes_part_of: expenditure",
        "classes_part_of",
        "no row expenditure",
    ),
    "unknown column of a side": Damage(
        SUMMARY,
        "支出(按支出功能分类)]\n    columns: [amount]",
        "支出(按支出功能分类)]\n    columns: [amounts]",
        "[amounts]",
        "no column amounts",
    ),
    "unknown column of a row": Damage(
        "tables/disclosure_statistics.yaml",
        "concept: procurement_goods, column: amount",
        "concept: procurement_goods, column: money",
        "concept: procurement_goods",
        "no money",
    ),
    "rows in place of sides": Damage(BASIC, "kind: economic", "kind: lines", "kind: lines", "has sides"),
    "group that no class has": Damage(BASIC, "group: public", "group: pubic", "group: pubic", "pubic"),
    "group of a class that no total has": Damage(
        ECONOMIC,
        "303,对个人和家庭的补助,personnel",
        "303,对个人和家庭的补助,personel",
        "personel,",
        "personel",
    ),
    "unknown required table": Damage(
        PUBLICATION, "- {dataset: income, from", "- {dataset: incomes, from", "incomes", "incomes"
    ),
    # twice
    "a table's two contracts": Damage(
        TABLE, "dataset: income", "dataset: expenditure", 1, "has a contract already"
    ),
    "a title of two tables": Damage(
        TABLE,
        "aliases: [部门收入决算表",
        "aliases: [支 出决算表",
        "aliases",
        "a title of expenditure already",
    ),
    "a label of two rows of a side": Damage(
        SUMMARY,
        "concept: commercial_income, part_of",
        "concept: commercial_income, labels: [上级补助收入], part_of",
        "commercial_income: {",
        "a label of superior_subsidy_income already",
    ),
    "a label of two rows, written below its row": Damage(
        SUMMARY,
        "labels: [使用非财政",
        "labels: [其他收入, 使用非财政",
        "labels: [其他收入, 使",
        "a label of other_income already",
    ),
    "a label of two rows but for its ordinal": Damage(
        SUMMARY,
        "concept: commercial_income,",
        "concept: commercial_income, labels: [二、事业收入],",
        "commercial_income: {",
        "a label of institutional_income already",
    ),
    "a label of a row and a functional class": Damage(
        SUMMARY,
        "concept: surplus_distribution,",
        "concept: surplus_distribution, labels: [教育支出],",
        "surplus_distribution: {",
        "a label of 205 already",
    ),
    "a concept that is not there": Damage(
        TABLE, "concept: other_income", "concept: other", "concept: other,", "there is no concept other"
    ),
    "a label that its concept has": Damage(
        TABLE,
        "concept: other_income,",
        "concept: other_income, labels: [其他收入],",
        "  other: {",
        "a label of other_income already",
    ),
    "a concept without labels": Damage(
        "concepts.yaml",
        "  other_income: {labels: [其他收入]}",
        "  other_income: {labels: []}",
        "  other_income: {",
        "labels",
    ),
    "a label of two concepts of one table": Damage(
        "concepts.yaml",
        "  other_income: {labels: [其他收入]}",
        "  other_income: {labels: [其他收入, 经营收入]}",
        "  other_income: {",
        "经营收入",
    ),
    "a label of two columns": Damage(
        TABLE,
        "concept: other_income,",
        "concept: other_income, labels: [经营收入],",
        "  other: {",
        "a label of commercial already",
    ),
    "a label of two columns but for its ordinal": Damage(
        TABLE,
        "concept: other_income,",
        "concept: other_income, labels: [1.经营收入],",
        "  other: {",
        "a label of commercial already",
    ),
    "a row of both sides": Damage(
        SUMMARY,
        "      surplus_distribution: {",
        "      opening_balance: {",
        "opening_balance: {concept: surplus_distribution",
        "row opening_balance stands twice",
    ),
    "an identity of two tables": Damage(
        TABLE,
        "id: income.total",
        "id: expenditure.total",
        "id: expenditure.total",
        "expenditure.total stands twice",
    ),
    "an identity within and between tables": Damage(
        CROSS, "id: cross.abroad", "id: income.total", "id: income.total", "income.total stands twice"
    ),
    "a name of two functional classes": Damage(
        FUNCTIONAL, "217,金融支出,", "217,金融支出,商业服务业等支出;", "217,", "商业服务业等支出"
    ),
    # equations
    "unknown column": Damage(
        TABLE, OF_COLUMNS, '"[row, sum] = [row, parts of total]"', "[row, sum]", "no column sum"
    ),
    "column of the other side": Damage(
        "tables/appropriation_summary.yaml",
        "[income_grand_total, total] = [expenditure_grand_total, total]",
        "[income_grand_total, state_capital] = [expenditure_grand_total, total]",
        "[income_grand_total, state_capital]",
        "state_capital",
    ),
    "unknown row": Damage(
        SUMMARY, "[income_total, amount] = ", "[income, amount] = ", "[income, amount]", "no row income"
    ),
    "unknown row of another table": Damage(
        CROSS,
        "three_public[final, abroad]",
        "three_public[actual, abroad]",
        "actual",
        "three_public has no row actual",
    ),
    "unknown code": Damage(CROSS, "[30212, amount]", "[39212, amount]", "39212", "no row 39212"),
    "unknown table": Damage(
        CROSS, "= income[total, total]", "= incomes[total, total]", "incomes", "no table incomes"
    ),
    "no table": Damage(
        CROSS, "= income[total, total]", "= [total, total]", "= [total, total]", "needs its dataset"
    ),
    "parts of an unknown row": Damage(
        SUMMARY,
        "[parts of income_total, amount]",
        "[parts of income, amount]",
        "parts of income,",
        "no row income",
    ),
    "parts of a column that has none": Damage(
        TABLE, OF_COLUMNS, '"[row, total] = [row, parts of other]"', "parts of other", "other"
    ),
    "parts of an economic class": Damage(
        BASIC, OF_PERSONNEL, "[parts of 301, amount]", "parts of 301", "301"
    ),
    "each that the equation does not range over": Damage(
        TABLE,
        f"each: row\n    equation: {OF_COLUMNS}",
        f"each: [row, column]\n    equation: {OF_COLUMNS}",
        "each: [row, column]",
        "ranges over ['row']",
    ),
    "each that is not said": Damage(
        CROSS, "    each: class\n", "", "id: cross.expenditure_classes", "ranges over ['class']"
    ),
    "unknown each": Damage(TABLE, "each: row\n", "each: line\n", "each: line", "each"),
    "children without each": Damage(
        TABLE, "each: [parent, column]", "each: column", '"[parent, column] =', "children of parent needs"
    ),
    "children for a column": Damage(
        TABLE,
        "[parent, column] = [children of parent, column]",
        "[parent, column] = [parent, children of parent]",
        "[parent, children of parent]",
        "",
    ),
    "a row for a column": Damage(TABLE, OF_COLUMNS, '"[total, row] = [total, other]"', "[total, row]", ""),
    "a column for a row": Damage(
        TABLE,
        "[total, column] = [parts of total, column]",
        "[column, total] = [parts of total, column]",
        "[column, total]",
        "column",
    ),
    "each row between tables": Damage(
        CROSS,
        'each: class\n    equation: "income_expenditure_summary[class, amount] = expenditure[class, total]"',
        'each: row\n    equation: "income_expenditure_summary[row, amount] = expenditure[row, total]"',
        "each: row",
        "",
    ),
    "two equals signs": Damage(TABLE, OF_COLUMNS, '"[row, total] == [row, other]"', "==", "one '=' or '<='"),
    "no relation": Damage(
        TABLE, OF_COLUMNS, '"[row, total] + [row, other]"', "[row, total] + ", "one '=' or '<='"
    ),
    "empty side": Damage(TABLE, OF_COLUMNS, '"[row, total] ="', '[row, total] ="', "is empty"),
    "no sign": Damage(
        TABLE, OF_COLUMNS, '"[row, total] = [row, other] [row, other]"', "] [", "expected a term"
    ),
    "unclosed term": Damage(
        TABLE, OF_COLUMNS, '"[row, total] = [row, other"', '[row, other"', "expected a term"
    ),
    "a number in a table": Damage(TABLE, OF_COLUMNS, '"[row, total] = 100"', "= 100", "no figure of a table"),
    "a share in a table": Damage(
        TABLE, OF_COLUMNS, '"[row, total] = [row, other] / [row, total]"', "other] /", "not divided"
    ),
    "a share of a sum": Damage(
        PERFORMANCE,
        "/ performance_funds[row, annual_budget]",
        "/ performance_funds[row, annual_budget] + performance_funds[row, declared]",
        "+ performance_funds[row, declared]",
        "a share is one figure of another",
    ),
    "last year's figure in a table": Damage(
        TABLE, OF_COLUMNS, '"[row, total] = last.income[row, total]"', "last.income", "this publication alone"
    ),
    "whose figure nobody knows": Damage(
        TABLE, OF_COLUMNS, '"[row, total] = next.income[row, total]"', "next.income", "there is no next"
    ),
    "a year against itself": Damage(
        ACROSS,
        "= last.government_fund[",
        "= government_fund[",
        "= government_fund[",
        "write last.government_fund",
    ),
    "units for a year": Damage(
        ACROSS,
        "= last.government_fund[",
        "= units.government_fund[",
        "= units.gov",
        "write last.government_fund",
    ),
    "a sum of two years": Damage(
        ACROSS,
        "= last.state_capital[row, closing_balance]",
        "= last.state_capital[row, closing_balance] + last.state_capital[row, total]",
        "+ last.state_capital[row, total]",
        "one figure",
    ),
    "a row that forms do not have": Damage(
        PERFORMANCE,
        "performance_indicators[row, score] <=",
        "performance_indicators[total, score] <=",
        "performance_indicators[total, score]",
        "there is no performance_indicators[total, score]",
    ),
    "forms of a sum of rows": Damage(
        PERFORMANCE,
        "forms.performance_funds[total,",
        "forms.performance_funds[parts of total,",
        "forms.performance_funds[parts",
        "there is no forms.performance_funds[parts of total, executed]",
    ),
    "points against money": Damage(
        PERFORMANCE,
        "performance_funds[total, score] <= performance_funds[total, weight]",
        "performance_funds[total, score] <= performance_funds[total, executed]",
        "[total, score] <= performance_funds[total, executed]",
        "different kinds",
    ),
    "last year where tables are empty": Damage(
        PUBLICATION,
        '"appropriation_summary[opening_government_fund, total]"',
        '"last.appropriation_summary[opening_government_fund, total]"',
        "last.appropriation_summary",
        "no figure of this publication",
    ),
    "three words": Damage(
        TABLE, OF_COLUMNS, '"[row, total] = [row, all of it]"', "all of it", "not a row or column"
    ),
    # patterns
    "bad pattern": Damage(
        PUBLICATION,
        'contents_pattern: "^目录$"',
        'contents_pattern: "^(目录$"',
        "^(目录$",
        "not a regular expression",
    ),
    "bad pattern of a list": Damage(
        PUBLICATION, '- "空表列示"', '- "空表[列示"', "空表[列示", "not a regular expression"
    ),
    "bad pattern of what is declined": Damage(
        PUBLICATION, 'pattern: "绩效自评表', 'pattern: "*绩效自评表', '"*绩效', "not a regular expression"
    ),
    "bad pattern of other words": Damage(
        "tables/income.yaml",
        "财政拨款收入: '(?:本级",
        "财政拨款收入: '((?:本级",
        "((?:本级",
        "not a regular expression",
    ),
    "other words for no label": Damage(
        "tables/income.yaml",
        "{财政拨款收入: '",
        "{收入来源: '",
        "{收入来源: ",
        "收入来源 is none of the labels",
    ),
    "other words for no word of heads": Damage(
        PUBLICATION, '    科目编码: "(?:', '    编了码: "(?:', "编了码", "编了码 is none of the labels"
    ),
    "bad pattern of titles": Damage(
        "tables/income.yaml", "titles_alone: '(?:", "titles_alone: '((?:", "titles_alone", "not a regular"
    ),
    "form of a column that is not there": Damage(
        "tables/income.yaml",
        "told_by_columns: [total,",
        "told_by_columns: [all,",
        "told_by_columns",
        "there is no column all",
    ),
    "form of a row that is not there": Damage(
        "tables/appropriation_summary.yaml",
        "told_by_rows: [income_total,",
        "told_by_rows: [all,",
        "told_by_rows",
        "there is no row all",
    ),
    "pattern that does not capture the year": Damage(
        PUBLICATION,
        "第[一二三四五六]部分[^0-9]*(?P<year>20",
        "第[一二三四五六]部分[^0-9]*(20",
        "[^0-9]*(20",
        "year",
    ),
    # classifications
    "head of a classification": Damage(
        FUNCTIONAL, "code,name,aliases", "code,label,aliases", 1, "the head is"
    ),
    "code twice": Damage(FUNCTIONAL, "217,金融支出", "216,金融支出", "216,金融支出", "216 stands twice"),
    "not a code": Damage(FUNCTIONAL, "217,金融支出", "2170,金融支出", "2170", "'2170' is no code"),
    "too few fields": Damage(FUNCTIONAL, "217,金融支出,", "217,金融支出", "217,", "not 3 fields"),
    "too many fields": Damage(
        ECONOMIC, "30101,基本工资,personnel,", "30101,基本工资,personnel,,", "30101", "not 4 fields"
    ),
    "no name": Damage(FUNCTIONAL, "217,金融支出,", "217,,", "217,", "name"),
}


def damaged(folder: Path, changes: Sequence[tuple[str, str, str]]) -> Path:
    """A copy of the shipped contracts with some texts changed."""
    shutil.copytree(SHIPPED, folder)
    for name, old, new in changes:
        text = (folder / name).read_text(encoding="utf-8")
        assert old in text, "the damage must hit something"
        (folder / name).write_text(text.replace(old, new, 1), encoding="utf-8")
    return folder


@pytest.fixture(scope="module", autouse=True)
def parsed_once() -> Iterator[None]:
    """All files of a damaged copy but one say what those of other copies say: a text is parsed once."""
    compose, parsed = yaml.compose, cache(yaml.compose)

    def compose_once(text: str, Loader: Any) -> Any:  # noqa: N803  as it is called
        # What is merged into a mapping is put into the tree itself when values are made of it.
        return (compose if "<<" in text else parsed)(text, Loader=Loader)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(yaml, "compose", compose_once)
        yield


def error_of(folder: Path) -> ContractError:
    with pytest.raises(ContractError) as caught:
        load_contracts(folder, extra=())
    return caught.value


@pytest.mark.parametrize("damage", DAMAGES.values(), ids=DAMAGES)
def test_a_damaged_contract_says_where(damage: Damage, tmp_path: Path) -> None:
    folder = damaged(tmp_path / "contracts", [damage[:3]])
    lines = (folder / damage.file).read_text(encoding="utf-8").split("\n")
    line = damage.line
    if isinstance(line, str):
        line = next(number for number, text in enumerate(lines, start=1) if str(damage.line) in text)
    error = error_of(folder)
    assert str(error).startswith(f"{damage.file}:{line}: "), str(error)
    assert damage.says in error.message
    assert error.remedy


@pytest.mark.parametrize("file", [TABLE, CROSS, PUBLICATION, DATASETS, FUNCTIONAL, ECONOMIC])
def test_an_empty_or_unreadable_file_is_named(file: str, tmp_path: Path) -> None:
    folder = damaged(tmp_path / "contracts", [])
    for number, content in enumerate((b"", b"title: \xff\xfe")):
        copy = tmp_path / f"copy {number}"
        shutil.copytree(folder, copy)
        (copy / file).write_bytes(content)
        assert str(error_of(copy)).startswith(f"{file}:1: ")


@pytest.mark.parametrize("file", [CROSS, PUBLICATION, DATASETS, FUNCTIONAL, ECONOMIC])
def test_a_missing_file_is_named(file: str, tmp_path: Path) -> None:
    folder = damaged(tmp_path / "contracts", [])
    (folder / file).unlink()
    assert str(error_of(folder)).startswith(f"{file}:1: cannot be read")


def test_a_table_that_other_contracts_speak_of_cannot_be_left_out(tmp_path: Path) -> None:
    folder = damaged(tmp_path / "contracts", [])
    (folder / TABLE).unlink()
    line = next(
        number
        for number, text in enumerate(
            (SHIPPED / PUBLICATION).read_text(encoding="utf-8").split("\n"), start=1
        )
        if "{dataset: income," in text
    )
    assert str(error_of(folder)).startswith(f"{PUBLICATION}:{line}: no table contract fills income")


def test_a_folder_without_tables_is_no_folder_of_contracts(tmp_path: Path) -> None:
    folder = damaged(tmp_path / "contracts", [])
    shutil.rmtree(folder / "tables")
    assert str(error_of(folder)).startswith("tables:1: ")


# -- version ------------------------------------------------------------------------------------


def version(folder: Path, *changes: tuple[str, str, str]) -> str:
    return load_contracts(damaged(folder, changes), extra=()).version


def test_the_version_is_that_of_the_contracts_wherever_they_lie(tmp_path: Path) -> None:
    assert version(tmp_path / "copy") == CONTRACTS.version
    assert len(CONTRACTS.version) == 12
    assert int(CONTRACTS.version, 16) >= 0


@pytest.mark.parametrize(
    "change",
    [
        pytest.param((TABLE, "All other income.", "Any other income."), id="table"),
        pytest.param((FUNCTIONAL, "217,金融支出,", "217,金融支出,金融等支出"), id="classification"),
        pytest.param((PUBLICATION, "from: 2020", "from: 2021"), id="publication"),
        pytest.param((DATASETS, "as printed.", "as it is printed."), id="datasets"),
    ],
)
def test_the_version_changes_with_any_contract(change: tuple[str, str, str], tmp_path: Path) -> None:
    assert version(tmp_path / "copy", change) != CONTRACTS.version


def test_the_version_does_not_change_with_the_readme(tmp_path: Path) -> None:
    assert version(tmp_path / "copy", ("README.md", "# Contracts", "# The contracts")) == CONTRACTS.version


# -- Arrow --------------------------------------------------------------------------------------


@pytest.mark.parametrize("dataset", dataset_names(CONTRACTS))
def test_every_field_says_what_it_is_and_in_which_unit(dataset: str) -> None:
    schema = arrow_schema(CONTRACTS, dataset)
    assert schema.metadata[b"description"]
    for field in schema:
        assert field.metadata[b"description"].decode()
        assert field.metadata[b"label"].decode()
        if field.type == pa.decimal128(18, 2):
            assert field.metadata[b"measured_in"].decode() == "元"
        else:
            assert not pa.types.is_decimal(field.type) or field.type == pa.decimal128(18, 4)
        assert not pa.types.is_floating(field.type) or field.name in ("x0", "y0", "x1", "y1", "confidence")


@pytest.mark.parametrize("dataset", PROMISED_COLUMNS)
def test_a_table_has_its_key_columns_and_then_its_amounts(dataset: str) -> None:
    table = CONTRACTS.tables[dataset]
    names = PROMISED_KEYS[table.kind].split() + list(table.columns)
    schema = arrow_schema(CONTRACTS, dataset)
    assert schema.names == names
    for name, column in table.columns.items():
        is_count = (dataset, name) == ("disclosure_statistics", "count")
        assert schema.field(name).type == (pa.int32() if is_count else pa.decimal128(18, 2))
        assert schema.field(name).metadata[b"measured_in"].decode() == ("个" if is_count else "元")
        assert schema.field(name).metadata[b"label"].decode() == column.labels[0]
        assert schema.field(name).nullable


def test_keys_are_never_null() -> None:
    ids = {"lines": "line", "functional": "code", "economic": "code", "bases": "basis"}
    for dataset, table in CONTRACTS.tables.items():
        assert not arrow_schema(CONTRACTS, dataset).field(ids[table.kind]).nullable


@pytest.mark.parametrize("dataset", ["cells", "checks", "findings", "documents"])
def test_amounts_of_checks_and_findings_are_money_too(dataset: str) -> None:
    schema = arrow_schema(CONTRACTS, dataset)
    money = {field.name for field in schema if field.type == pa.decimal128(18, 2)}
    assert (
        money
        == {
            "cells": {"amount", "low", "high"},
            "checks": {"reported", "computed", "residual", "tolerance"},
            "findings": {"reported", "implied_low", "implied_high"},
            "documents": set(),
        }[dataset]
    )


def test_a_dataset_that_no_contract_describes_has_no_schema() -> None:
    with pytest.raises(KeyError):
        arrow_schema(CONTRACTS, "debts")


def test_a_changed_contract_changes_the_schema(tmp_path: Path) -> None:
    changed: Contracts = load_contracts(
        damaged(tmp_path / "copy", [(TABLE, "All other income.", "Any other income.")]), extra=()
    )
    descriptions = [
        arrow_schema(c, "income").field("other").metadata[b"description"] for c in (CONTRACTS, changed)
    ]
    assert descriptions == [b"All other income.", b"Any other income."]


def test_added_or_changed_columns_raise_the_version_of_the_datasets(contracts: Contracts) -> None:
    """Whoever changes a column puts the new version and hash here, beside the older ones."""
    columns = [
        f"{dataset}.{field.name}: {field.type}"
        for dataset in sorted(dataset_names(contracts))
        for field in arrow_schema(contracts, dataset)
    ]
    assert (contracts.datasets.version, hashlib.sha256("\n".join(columns).encode()).hexdigest()[:12]) == (
        5,
        "79058bce98b4",
    )
    assert {arrow_schema(contracts, d).metadata[b"schema_version"] for d in dataset_names(contracts)} == {
        b"5"
    }
