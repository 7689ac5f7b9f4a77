"""Reference pages made from the contracts: every check in a section of its own, every column of the data."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from msgspec import Struct

from jcfs_etl.audit.words import Words, quoted
from jcfs_etl.contracts.arrow import UNIT, arrow_schema, dataset_names
from jcfs_etl.contracts.identity import Identity
from jcfs_etl.contracts.model import Contracts
from jcfs_etl.contracts.narrative import Subject
from jcfs_etl.contracts.table import Table
from jcfs_etl.labels import squeezed
from jcfs_etl.money import yuan
from jcfs_etl.report import markdown
from jcfs_etl.report.dictionary_zh import dictionary_page_zh

if TYPE_CHECKING:
    from jcfs_etl.interface import AuditedPublication

#: Words that some SQL or other keeps for itself, among those that columns could be called.
_SQL = frozenset({"check", "column", "default", "group", "left", "order", "right", "row", "table", "value"})
_MADE = "<!-- Made from the contracts by `jcfs contracts pages`; change those, not this page. -->"

_ENTRY = re.compile(
    r"^(?:[一二三四五六七八九十]+、|\([一二三四五六七八九十]+\))?(?P<term>[^:：]{2,30})[:：](?P<text>指.+|是指.+)$"
)

_BLOCKING = (
    "A code with *keeps back* keeps a document from being published when it comes with severity `error`: "
    "a figure could be lost, invented or misnamed. Where none is at stake, it is a note or nothing."
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
    first = _best(examples)
    lines = [
        "# Checks",
        _MADE,
        "",
        f"Examples are from {whose}. How a verdict is reached: a figure printed with half-unit h stands for "
        "[v − h, v + h], and an identity holds when the intervals of both sides meet; `rounding` says that "
        "they meet without the printed figures being equal.",
    ]
    for table in contracts.tables.values():
        lines += ["", f"## {table.title} (`{table.dataset}`)"]
        for identity in table.identities:
            lines += _identity(identity, [table], first)
    lines += ["", "## Between tables"]
    for identity in contracts.identities:
        named = dict.fromkeys(t.dataset for t in identity.parsed.terms if t.dataset)
        lines += _identity(identity, [contracts.tables[d] for d in named], first)
    lines += ["", "## Self-evaluation forms (项目支出绩效自评表)"]
    for identity in contracts.performance.identities:
        lines += _identity(identity, [], first)
    lines += ["", "## Between publications"]
    for between in (*contracts.across.years, *contracts.across.departments):
        lines += _stated(between)
    lines += ["", "## What the narrative states (情况说明)", *_claims(contracts, first)]
    lines += ["", "## Codes of findings", _BLOCKING, *_codes(contracts)]
    return "\n".join(lines) + "\n"


def _best(examples: Sequence[Example]) -> dict[str, Example]:
    """An example of each check."""
    best: dict[str, Example] = {}
    for example in examples:
        known = best.get(example.check)
        # What shows the rule at work: a difference, if only of rounding, before none.
        if known is None or (known.verdict == "exact" and example.verdict != "exact"):
            best[example.check] = example
    return best


def _codes(contracts: Contracts) -> Iterator[str]:
    """Every code of findings in a section."""
    for code, kind in sorted(contracts.findings.items()):
        yield from ("", f"### `{code}`", f"{kind.says} *{kind.remedy}*")
        yield from ("", kind.says_zh) if kind.says_zh else ()
        if kind.protects:
            yield from ("", f"- keeps back: {kind.protects}", f"- lets through: {kind.passes}")
            yield from (f"- 不予发布，以保护：{kind.protects_zh}", f"- 可以发布：{kind.passes_zh}")


def dictionary_page(contracts: Contracts, glossary: Mapping[str, str], whose: str) -> str:
    """Every dataset with its columns, units and, where the glossary (名词解释) defines one, the definition.

    Args:
        contracts: which datasets there are.
        glossary: definitions by term as printed.
        whose: which publication the definitions come from.
    """
    terms = {squeezed(term).strip('"'): text for term, text in glossary.items()}
    words = sorted({f.name for d in dataset_names(contracts) for f in arrow_schema(contracts, d)} & _SQL)
    lines = [
        "# Data dictionary",
        _MADE,
        "",
        "Every dataset is partitioned by `unit` (official name as printed) and `year` (fiscal year), which "
        "are not stored inside the files. Amounts are decimal128(18,2) in 元. Definitions in 「」 are "
        f"those of {whose}.",
        "",
        "`unit` is always the body whose accounts they are. What a column is measured in (元, %, pt) stands "
        "in the table's column *measured in*, and in the Parquet files under the key "
        f"`{UNIT}` of each column's metadata.",
        "",
        f'{_listed(words)} are words of SQL. Quote them: `select "row", "column" from cells` in DuckDB, '
        "PostgreSQL and Trino, with backquotes in Spark and MySQL.",
    ]
    for dataset in dataset_names(contracts):
        lines += _dataset(contracts, dataset, terms)
    return "\n".join(lines) + "\n"


def _dataset(contracts: Contracts, dataset: str, terms: Mapping[str, str]) -> Iterator[str]:
    """A dataset's section: its columns, and its rows where the form has them."""
    schema = arrow_schema(contracts, dataset)
    table = contracts.tables.get(dataset)
    title = f" — {table.title}" if table else ""
    yield from ("", f"## `{dataset}`{title}", schema.metadata[b"description"].decode(), "")
    yield from ("| column | type | measured in | Chinese | meaning |", "|---|---|---|---|---|")
    for column in schema:
        meta = {k.decode(): v.decode() for k, v in column.metadata.items()}
        meaning = meta["description"] + _defined([meta["label"]], terms)
        kind = "list" if str(column.type).startswith("list") else str(column.type)
        yield markdown.row(f"`{column.name}`", kind, meta.get(UNIT, ""), meta["label"], meaning)
    if table is not None:
        yield from _rows(table, terms)


def _listed(words: Sequence[str]) -> str:
    *most, last = (f"`{word}`" for word in words)
    return f"{', '.join(most)} and {last}" if most else last


def _rows(table: Table, terms: Mapping[str, str]) -> Iterator[str]:
    if not table.all_rows:
        return
    yield from ("", "| row | printed as | role | meaning |", "|---|---|---|---|")
    for name, row in table.all_rows.items():
        meaning = _defined(row.labels, terms).strip()
        yield markdown.row(f"`{name}`", "; ".join(row.labels), row.role, meaning)


def _defined(labels: Sequence[str], terms: Mapping[str, str]) -> str:
    for label in labels:
        if definition := terms.get(squeezed(label)):
            return f" 「{definition}」"
    return ""


def _identity(identity: Identity, tables: Sequence[Table], first: Mapping[str, Example]) -> Iterator[str]:
    yield from _stated(identity)
    for table in tables:
        if table.note:
            yield f"- note of {table.title}: {table.note}"
    yield from _example(identity.id, first)


def _stated(identity: Identity) -> Iterator[str]:
    yield from ("", f"### `{identity.id}`", identity.statement)
    if identity.statement_zh:
        yield from ("", identity.statement_zh, "")
    over = f", for each {' and '.join(identity.each)}" if identity.each else ""
    yield f"- equation: `{identity.equation}`{over}"


def _example(check: str, first: Mapping[str, Example]) -> Iterator[str]:
    example = first.get(check)
    yield (
        f"- example: {example.text} ({example.verdict})" if example else "- example: none in this publication"
    )


def _claims(contracts: Contracts, first: Mapping[str, Example]) -> Iterator[str]:
    by_subject: dict[str, list[Example]] = {}
    for name, example in first.items():
        by_subject.setdefault(name.rpartition(".")[0].partition("/")[0], []).append(example)
    subjects = contracts.narrative.subjects | contracts.narrative.families
    for name, subject in subjects.items():
        yield from ("", f"### `{name}`", subject.statement)
        labels = subject.names if isinstance(subject, Subject) else subject.labels
        if labels:
            yield f"- printed as: {', '.join(f'`{label}`' for label in labels)}"
        if subject.figure:
            yield f"- figure: `{subject.figure}`"
        for example in by_subject.get(name, [])[:_CLAIMS_SHOWN]:
            yield f"- example: `{example.check}` {example.text} ({example.verdict})"
