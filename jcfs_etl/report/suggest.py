"""What the contracts lack for one publication, as YAML for a folder of further contracts."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from difflib import get_close_matches
from typing import Any

import yaml

from jcfs_etl.contracts.model import Contracts
from jcfs_etl.contracts.naming import entry_to_add, line_to_add
from jcfs_etl.contracts.table import Table
from jcfs_etl.findings import Both, Finding
from jcfs_etl.recognise.model import Publication

#: A label with less in common is no suggestion.
_ALIKE, _MOST = 0.4, 3
#: The value of a finding that holds the printed name, by its code.
_PRINTED = {"unknown_row": "label", "unknown_column": "head", "unknown_head": ""}


def suggestions(publication: Publication, findings: Iterable[Finding], contracts: Contracts) -> str:
    """What would name the lines and columns that the contracts do not know.

    Returns:
        A file of YAML for each table, one after the other, each under a comment with its name: names that
        are nearly labels stand as they would in a contract; for lines and columns without a name the labels
        that they may mean stand in comments, because a person has to choose. Empty where nothing is unknown.
    """
    unknown = [f for f in findings if f.code in _PRINTED and f.severity != "info"]
    parts = []
    for dataset, table in contracts.tables.items():
        published = publication.tables.get(dataset)
        entries: dict[str, Any] = {}
        comments: list[str] = []
        for name in published.renamed if published else ():
            entry = entry_to_add(table, name.kind, name.id, name.printed)
            if entry is None:
                comments.append(line_to_add(table, name.kind, name.id, name.printed))
            else:
                _merge(entries, entry)
        for finding in unknown:
            if finding.dataset == dataset:
                comments += _perhaps(finding, table)
        if entries or comments:
            text = yaml.safe_dump({"extends": dataset, **entries}, allow_unicode=True, sort_keys=False)
            parts.append("\n".join([f"# tables/{dataset}.yaml", *dict.fromkeys(comments), text]))
    return "\n".join(parts)


def _merge(into: dict[str, Any], entry: dict[str, Any]) -> None:
    for key, value in entry.items():
        if isinstance(value, dict):
            _merge(into.setdefault(key, {}), value)
        else:
            into[key] = [*into.get(key, []), *value]


def _perhaps(finding: Finding, table: Table) -> Iterator[str]:
    """A line or column without a name, and what it may mean."""
    value = finding.values.get(_PRINTED[finding.code], "")
    printed = value.en if isinstance(value, Both) else str(value)
    if not printed:
        yield f"# page {finding.page}: the head of {table.title} names none of its columns"
        return
    if finding.code == "unknown_row":
        what, kind = "line", "row"
        specs = [*table.rows.items(), *(r for side in table.sides.values() for r in side.rows.items())]
        names = {label: key for key, row in specs for label in row.labels}
    else:
        what = kind = "column"
        names = {label: key for key, column in table.columns.items() for label in column.labels}
    word = printed.rsplit("/", 1)[-1]
    yield f"# page {finding.page}: no name for the {what} {printed}"
    for close in get_close_matches(word, list(names), n=_MOST, cutoff=_ALIKE):
        yield f"# perhaps {close}: {line_to_add(table, kind, names[close], word)}"
