"""Reference pages made from the contracts: every check in a section of its own, every column of the data."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any

import pyarrow as pa
from msgspec import Struct

from jcfs_etl.audit.words import Words, quoted
from jcfs_etl.contracts.arrow import UNIT, arrow_schema, dataset_in_english, dataset_names
from jcfs_etl.contracts.chinese import columns_in_chinese, dataset_description, dataset_label, value_words
from jcfs_etl.contracts.identity import Identity
from jcfs_etl.contracts.model import Contracts
from jcfs_etl.contracts.table import Table
from jcfs_etl.labels import squeezed
from jcfs_etl.money import yuan
from jcfs_etl.report.rendering import rendered

if TYPE_CHECKING:
    from jcfs_etl.interface import AuditedPublication

#: Words that some SQL or other keeps for itself, among those that columns could be called.
_SQL = frozenset({"check", "column", "default", "group", "left", "order", "right", "row", "table", "value"})
_ENTRY = re.compile(
    r"^(?:[一二三四五六七八九十]+、|\([一二三四五六七八九十]+\))?(?P<term>[^:：]{2,30})[:：](?P<text>指.+|是指.+)$"
)

#: Examples of one subject of the narrative.
_CLAIMS_SHOWN = 4


class Example(Struct, frozen=True):
    """An identity or a claim as it came out on a publication, in one line."""

    check: str
    verdict: str
    text: str


def reference_pages(document: AuditedPublication) -> dict[str, str]:
    """The pages by file name, with examples and definitions from a publication."""
    whose = f"{document.unit} {document.year}"
    return {
        "checks.md": checks_page(document.contracts, examples_of(document), whose),
        "data-dictionary.md": dictionary_page(document.contracts, glossary_of(document), whose),
        "data-dictionary.zh-CN.md": dictionary_page_zh(document.contracts),
    }


def examples_of(document: AuditedPublication) -> list[Example]:
    """Every identity and claim tried on a publication, in words."""
    words = Words(document.publication, document.contracts)
    examples = [
        Example(c.check, c.verdict, words.equation(c))
        for c in document.result.checks
        if c.equation is not None and c.key is not None and c.key.dataset in document.publication.tables
    ]
    examples += [
        Example(c.check, c.verdict, f"{yuan(c.reported)} against {yuan(c.computed)}")
        for c in document.result.checks
        if c.check.startswith("performance.") and c.reported is not None and c.computed is not None
    ]
    examples += [
        Example(j.claim.claim, j.verdict, f"page {j.claim.page}: “{quoted(j.claim, 40)}”")
        for j in document.result.claims
    ]
    return examples


def glossary_of(document: AuditedPublication) -> dict[str, str]:
    """Terms of the glossary (名词解释) with their definitions, as printed."""
    text = "\n".join(
        f"{s.heading}\n{s.text}" for s in document.interpretation.narrative.sections if s.part == "glossary"
    )
    entries = (_ENTRY.match(squeezed(line)) for line in text.split("\n"))
    return {m["term"].strip('"'): m["text"] for m in entries if m}


def checks_page(contracts: Contracts, examples: Sequence[Example], whose: str) -> str:
    """Every check in a section: what it says, which form's note it comes from, an example.

    Args:
        contracts: whose identities, claims and finding codes are listed.
        examples: checks and claims as they came out on a publication.
        whose: which publication the examples come from.
    """
    best = _best(examples)
    of_subject: dict[str, list[Example]] = defaultdict(list)
    for name, example in best.items():
        of_subject[name.rpartition(".")[0].partition("/")[0]].append(example)

    def tables_of(identity: Identity) -> list[Table]:
        named = dict.fromkeys(term.dataset for term in identity.parsed.terms if term.dataset)
        return [contracts.tables[dataset] for dataset in named]

    return _page(
        "checks.md",
        contracts,
        whose=whose,
        examples=best,
        tables_of=tables_of,
        subjects=contracts.narrative.subjects | contracts.narrative.families,
        of_subject=of_subject,
        claims_shown=_CLAIMS_SHOWN,
    )


def _best(examples: Sequence[Example]) -> dict[str, Example]:
    """An example of each check."""
    best: dict[str, Example] = {}
    for example in examples:
        known = best.get(example.check)
        # What shows the rule at work: a difference, if only of rounding, before none.
        if known is None or (known.verdict == "exact" and example.verdict != "exact"):
            best[example.check] = example
    return best


def dictionary_page(contracts: Contracts, glossary: Mapping[str, str], whose: str) -> str:
    """Every dataset with its columns, units and, where the glossary (名词解释) defines one, the definition.

    Args:
        contracts: which datasets there are.
        glossary: definitions by term as printed.
        whose: which publication the definitions come from.
    """
    terms = {squeezed(term).strip('"'): text for term, text in glossary.items()}

    def defined(labels: Sequence[str]) -> str:
        found = (terms.get(squeezed(label)) for label in labels)
        return next((f" 「{definition}」" for definition in found if definition), "")

    def columns(dataset: str) -> Iterator[tuple[str, ...]]:
        for column in arrow_schema(contracts, dataset):
            said = {k.decode(): v.decode() for k, v in column.metadata.items()}
            kind = "list" if pa.types.is_list(column.type) else str(column.type)
            yield column.name, kind, said.get(UNIT, ""), said["label"], said["description"]

    return _page(
        "data-dictionary.md",
        contracts,
        whose=whose,
        unit_key=UNIT,
        sql=sorted({n for d in dataset_names(contracts) for n in arrow_schema(contracts, d).names} & _SQL),
        describes=partial(dataset_in_english, contracts),
        columns=columns,
        defined=defined,
    )


def dictionary_page_zh(contracts: Contracts) -> str:
    """Every dataset, its columns and coded values, and the views, in Chinese."""
    return _page(
        "data-dictionary.zh-CN.md",
        contracts,
        label=partial(dataset_label, contracts),
        describes=partial(dataset_description, contracts),
        columns=partial(columns_in_chinese, contracts),
        values=partial(value_words, contracts),
        kind=_kind,
    )


def _kind(kind: pa.DataType) -> str:
    """A type in Chinese words."""
    if pa.types.is_decimal(kind):
        return f"小数（{kind.scale} 位）"
    if pa.types.is_list(kind):
        return "列表"
    if pa.types.is_boolean(kind):
        return "是否"
    if pa.types.is_integer(kind):
        return "整数"
    return "浮点数" if pa.types.is_floating(kind) else "文本"


def _page(name: str, contracts: Contracts, **values: Any) -> str:
    return rendered(name, contracts=contracts, datasets=dataset_names(contracts), **values)
