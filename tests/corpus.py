"""The corpus on which identities must be seen to bind: the sample, made-up publications, real ones."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from jcfs_etl.audit import Audit
from jcfs_etl.contracts.model import Contracts


@dataclass(frozen=True)
class Coverage:
    """How often an identity was tried.

    Attributes:
        identity: its id.
        statement: the identity in a sentence.
        documents: documents on which it was tried.
        equations: equations tried on them.
    """

    identity: str
    statement: str
    documents: int
    equations: int


def evaluated(audit: Audit) -> Counter[str]:
    """The identities tried on a document, with the number of equations of each."""
    return Counter(check.check for check in audit.checks if check.verdict != "not_applicable")


def coverage(documents: Iterable[Mapping[str, int]], contracts: Contracts) -> list[Coverage]:
    """Every identity of the contracts with the documents on which it was tried, in their order.

    Args:
        documents: for each document what :func:`evaluated` says of it.
        contracts: the contracts.
    """
    seen: Counter[str] = Counter()
    tried: Counter[str] = Counter()
    for document in documents:
        seen.update(document.keys())
        tried.update(document)
    identities = [*(i for t in contracts.tables.values() for i in t.identities), *contracts.identities]
    return [Coverage(i.id, i.statement, seen[i.id], tried[i.id]) for i in identities]


def coverage_table(rows: Iterable[Coverage]) -> str:
    """The coverage as a Markdown table."""
    head = ["| identity | says | documents | equations |", "| --- | --- | ---: | ---: |"]
    return "\n".join(
        [*head, *(f"| `{r.identity}` | {r.statement} | {r.documents:,} | {r.equations:,} |" for r in rows)]
    )
