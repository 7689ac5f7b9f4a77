"""Printed labels compared: what makes no difference, and what does."""

from __future__ import annotations

import pytest
from figures import CONTRACTS

from jcfs_etl.labels import squeezed


@pytest.mark.parametrize(
    ("printed", "form"),
    [
        pytest.param("行 政 单 位", "行政单位", id="inner spaces"),
        pytest.param(" 合　　计\n", "合计", id="full-width spaces and line feeds"),
        pytest.param("公务接待\t费\u00a0", "公务接待费", id="tabs and no-break spaces"),
        pytest.param("⾏政单位", "行政单位", id="Kangxi radical 行"),
        pytest.param("收⼊⽀出决算总表", "收入支出决算总表", id="Kangxi radicals 入 and 支"),
        pytest.param("⾦额", "金额", id="Kangxi radical 金"),
        pytest.param("财政专戶", "财政专户", id="a form of 户 of the same glyph"),
        pytest.param("因公出国（境）费", "因公出国(境)费", id="full-width brackets"),
        pytest.param("单价１００万元：ＡＢ", "单价100万元:AB", id="full-width digits, letters and colon"),
        pytest.param("“三公”经费", '"三公"经费', id="curly quotation marks"),
        pytest.param("＂三公＂经费", '"三公"经费', id="full-width quotation marks"),
        pytest.param("„三公”经费", '"三公"经费', id="low quotation mark"),
        pytest.param("2023–2024", "2023-2024", id="en dash"),
        pytest.param("2023－2024", "2023-2024", id="full-width hyphen"),
        pytest.param("", "", id="nothing"),
    ],
)
def test_shapes_and_spaces_make_no_difference(printed: str, form: str) -> None:
    assert squeezed(printed) == form


@pytest.mark.parametrize("printed", ["⾏ 政（单）位", "“三公”　经费", "２０２３–２４"])
def test_a_squeezed_text_stays_as_it_is(printed: str) -> None:
    assert squeezed(squeezed(printed)) == squeezed(printed)


def test_different_words_stay_different() -> None:
    labels = ["年初结转和结余", "年末结转和结余", "结转和结余", "年初财政拨款结转和结余"]
    assert len({squeezed(label) for label in labels}) == len(labels)


@pytest.mark.parametrize(
    ("printed", "label"),
    [
        ("一、一般公共预算财政拨款收入", "一般公共预算财政拨款收入"),
        ("二十六、抗疫特别国债安排的支出", "抗疫特别国债安排的支出"),
        ("（一）基本支出", "基本支出"),
        ("(二)项目支出", "项目支出"),
        ("（12）其他用车", "其他用车"),
        ("1.货物", "货物"),
        ("1．货物", "货物"),
        ("10、其他", "其他"),
        ("一. 一般公共服务支出", "一般公共服务支出"),
        ("二．外交支出", "外交支出"),
        ("三，国防支出", "国防支出"),
        ("2）公务用车运行维护费", "公务用车运行维护费"),
        ("其中：政府性基金", "政府性基金"),
        ("其中:政府性基金", "政府性基金"),
        (" 其 中 ： 1 . 工 程 ", "工程"),
        ("一、其中：（一）1.基本支出", "基本支出"),
        ("一、“三公”经费", '"三公"经费'),
    ],
)
def test_leading_ordinals_are_no_part_of_a_label(printed: str, label: str) -> None:
    assert CONTRACTS.label(printed) == label


@pytest.mark.parametrize(
    "printed",
    [
        "一般公共预算财政拨款",
        "三公经费",
        "十年规划",
        "1.5倍",
        "2023年度",
        "30101",
        "100万元(含)以上设备",
        "支出(一)",
        "合计其中:",
    ],
)
def test_what_only_looks_like_an_ordinal_stays(printed: str) -> None:
    assert CONTRACTS.label(printed) == printed


def test_an_ordinal_alone_leaves_nothing() -> None:
    assert CONTRACTS.label("一、") == ""
    assert CONTRACTS.label("其中：") == ""


def test_classes_are_known_by_every_name_in_use_with_or_without_ordinal() -> None:
    for printed in ("七、文化旅游体育与传媒支出", "文化体育与传媒支出", "七、文化旅游 体育与传媒⽀出"):
        assert CONTRACTS.class_of_label[CONTRACTS.label(printed)] == "207"
