"""The data dictionary in Chinese, made from the contracts as the English one is."""

from __future__ import annotations

from collections.abc import Iterator

import pyarrow as pa

from jcfs_etl.contracts.arrow import dataset_names
from jcfs_etl.contracts.chinese import columns_in_chinese, dataset_description, dataset_label, value_words
from jcfs_etl.contracts.model import Contracts
from jcfs_etl.report import markdown

_MADE = "<!-- 由 `jcfs contracts pages` 根据合约生成；要改请改合约，不要改本页。 -->"


def dictionary_page_zh(contracts: Contracts) -> str:
    """Every dataset, its columns and coded values, and the views, in Chinese."""
    lines = [
        "# 数据字典",
        _MADE,
        "",
        "每个数据集按 `unit`（单位）和 `year`（年度）分区存放，这两列由文件夹名给出，不在文件里面；合并文件"
        "（`_compact`）里有 `unit` 一列。",
        "",
        f"- `unit`（单位）：{contracts.chinese.partition['unit']}",
        f"- `year`（年度）：{contracts.chinese.partition['year']}",
        "",
        "金额单位一律为元，类型为 decimal128(18,2)，与原文所印数字完全一致。空白为空（null），0.00 为零；"
        "“——”为空，并在“单元格”里照录原文。",
        "",
        "“中文列名”就是 `jcfs views` 所建中文视图的列名（`docs/bi.md`）；中文视图里，代码值换成了文字，"
        "如 `violated` 显示为“不符”。英文版见 `docs/data-dictionary.md`，各条勾稽关系见 `docs/checks.md`。",
        "",
        "列名 `check`、`column`、`row` 等是 SQL 的保留字，使用时要加双引号。",
    ]
    for dataset in dataset_names(contracts):
        lines += _dataset(contracts, dataset)
    lines += ["", "# 视图", "`jcfs views` 在数据集之外建立的视图，查询语句在 `contracts/views.yaml`。"]
    for name, view in contracts.views.items():
        lines += ["", f"## {view.name} `{name}`", view.description_zh, ""]
        lines += ["| 列 | 中文列名 | 计量单位 | 含义 |", "|---|---|---|---|"]
        for column, told in view.columns.items():
            meaning = told.description_zh + _words(contracts, name, column)
            lines.append(markdown.row(f"`{column}`", told.label, told.unit or "", meaning))
    return "\n".join([*lines, "", "# 发现的类别", *_findings(contracts)]) + "\n"


def _dataset(contracts: Contracts, dataset: str) -> Iterator[str]:
    yield from ("", f"## {dataset_label(contracts, dataset)} `{dataset}`")
    yield from (dataset_description(contracts, dataset), "")
    yield from ("| 列 | 中文列名 | 类型 | 计量单位 | 含义 |", "|---|---|---|---|---|")
    # Unit and year come first, and are described above.
    for column in columns_in_chinese(contracts, dataset)[2:]:
        meaning = column.description + _words(contracts, dataset, column.name)
        yield markdown.row(f"`{column.name}`", column.label, _kind(column.type), column.unit, meaning)


def _findings(contracts: Contracts) -> Iterator[str]:
    yield from ("", "| 代号 | 含义 |", "|---|---|")
    for code, kind in sorted(contracts.findings.items()):
        yield markdown.row(f"`{code}`", kind.says_zh or kind.says)


def _words(contracts: Contracts, dataset: str, column: str) -> str:
    """The coded values of a column with their words; names of datasets have sections of their own."""
    if column == "dataset" or not (words := value_words(contracts, dataset, column)):
        return ""
    return "取值：" + "，".join(f"`{value}` {word}" for value, word in words.items()) + "。"


def _kind(kind: pa.DataType) -> str:
    """A type in words."""
    if pa.types.is_decimal(kind):
        return f"小数（{kind.scale} 位）"
    if pa.types.is_list(kind):
        return "列表"
    if pa.types.is_boolean(kind):
        return "是否"
    if pa.types.is_integer(kind):
        return "整数"
    return "浮点数" if pa.types.is_floating(kind) else "文本"
