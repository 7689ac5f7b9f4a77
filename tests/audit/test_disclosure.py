"""What a publication fails to disclose: notes of their own kind, with what each rule is founded on."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from msgspec.structs import replace

from jcfs_etl import AuditedPublication
from jcfs_etl.audit.disclosure import undisclosed
from jcfs_etl.contracts import Contracts
from jcfs_etl.findings import Finding
from jcfs_etl.interpret.model import Section
from jcfs_etl.places import Key
from jcfs_etl.recognise.model import Publication
from jcfs_etl.wording import worded


def changed(sections: Sequence[Section], old: str, new: str) -> list[Section]:
    found = [replace(s, heading=s.heading.replace(old, new), text=s.text.replace(old, new)) for s in sections]
    assert found != list(sections), f"{old} stands in the sample"
    return found


def told(
    sample: AuditedPublication,
    sections: Sequence[Section],
    publication: Publication | None = None,
    contracts: Contracts | None = None,
    members: Sequence[str] = (),
) -> list[Finding]:
    contracts = contracts or sample.contracts
    found = undisclosed(sections, members, publication or sample.publication, contracts)
    assert all(f.severity in ("info", "warning") and not f.blocks for f in found)
    return list(worded(found, contracts))


@pytest.fixture(scope="module")
def sections(sample: AuditedPublication) -> tuple[Section, ...]:
    return sample.interpretation.narrative.sections


def spent(sample: AuditedPublication) -> Publication:
    """The sample with money for hospitality."""
    publication, key = sample.publication, Key("three_public", "final", "hospitality")
    table = publication.tables[key.dataset]
    facts = tuple(replace(f, printed="1.00", amount=1_000_000) if f.key == key else f for f in table.facts)
    assert facts != table.facts
    tables = {**publication.tables, key.dataset: replace(table, facts=facts)}
    return replace(publication, tables=tables)


def test_the_sample_discloses_all(sample: AuditedPublication, sections: tuple[Section, ...]) -> None:
    assert told(sample, sections) == []


def test_a_part_that_is_not_there(sample: AuditedPublication, sections: tuple[Section, ...]) -> None:
    [finding] = told(sample, [s for s in sections if s.part not in ("glossary", "contents")])
    assert finding.check == "disclosure.parts" and finding.severity == "warning"
    assert finding.message_zh.startswith("缺少“名词解释”部分。应当公开。（依据：")


def test_an_entry_of_the_contents_without_its_heading(
    sample: AuditedPublication, sections: tuple[Section, ...]
) -> None:
    without = [s for s in sections if "国有资本经营预算财政拨款支出决算情况说明" not in s.heading]
    [finding] = told(sample, without)
    assert (finding.check, finding.page, finding.severity) == ("disclosure.contents", 2, "info")
    assert "国有资本经营预算财政拨款支出决算情况说明" in finding.message


def test_a_heading_in_nearly_the_words_of_the_contents_will_do(
    sample: AuditedPublication, sections: tuple[Section, ...]
) -> None:
    other = changed(sections, "十、其他重要事项情况说明", "十、其他重要事项说明")
    assert told(sample, other) == []


def test_money_of_the_three_public_items_needs_its_counts(
    sample: AuditedPublication, sections: tuple[Section, ...]
) -> None:
    none = [replace(s, text="无。") if s.part == "narrative" else s for s in sections]
    [finding] = told(sample, none, spent(sample))
    assert finding.check == "disclosure.three_public"
    assert "公务接待批次、公务接待人次" in finding.message_zh and "团组" in finding.message_zh, (
        "the rule's ground"
    )
    for text in ("国内公务接待2批次、26人次。", "全年共接待来访团组2个、来宾26人次。"):
        stated = [replace(s, text=text) if "三公" in s.heading else s for s in none]
        assert told(sample, stated, spent(sample)) == []
    assert told(sample, none) == [], "nothing was spent, so nothing is to be stated"


def test_a_title_of_another_unit_names_its_page(
    sample: AuditedPublication, sections: tuple[Section, ...]
) -> None:
    strange = Section("overview", "", "甲市人力资源局2023年度部门决算表", 3, ((0, 3),))
    [finding] = told(sample, [*sections, strange])
    assert (finding.check, finding.page) == ("disclosure.titles", 3)
    assert "甲市人力资源局" in finding.message and "综合服务中心" in finding.message_zh
    assert told(sample, [*sections, strange], members=["甲市人力资源局"]) == []


def test_a_class_by_its_old_name(sample: AuditedPublication, sections: tuple[Section, ...]) -> None:
    old = changed(sections, "卫生健康支出", "医疗卫生与计划生育支出")
    [finding] = told(sample, old)
    assert finding.check == "disclosure.old_names" and "应为“卫生健康支出”" in finding.message_zh
    assert told(sample, old, replace(sample.publication, year=2018)) == []


def test_a_rule_can_be_switched_off(sample: AuditedPublication, sections: tuple[Section, ...]) -> None:
    rules = sample.contracts.disclosure.rules
    off = rules.model_copy(update={"parts": rules.parts.model_copy(update={"enabled": False})})
    disclosure = sample.contracts.disclosure.model_copy(update={"rules": off})
    contracts = sample.contracts.model_copy(update={"disclosure": disclosure})
    short = [s for s in sections if s.part not in ("glossary", "contents")]
    assert told(sample, short) and told(sample, short, contracts=contracts) == []


def test_tables_without_a_narrative_are_left_alone(
    sample: AuditedPublication, sections: tuple[Section, ...]
) -> None:
    assert told(sample, [s for s in sections if s.part != "narrative"]) == []
