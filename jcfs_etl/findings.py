"""What a person should know about a document: the value that every stage may add to."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal, TypeAlias

from msgspec import Struct, field
from msgspec.structs import replace

from jcfs_etl.places import Box, Key

#: ``error``: something could not be read or is not there. ``inconsistent``: figures or statements of
#: the publication disagree with each other. ``warning``: unlikely, look. ``info``: worth knowing.
Severity = Literal["error", "inconsistent", "warning", "info"]
SEVERITIES: tuple[Severity, ...] = ("error", "inconsistent", "warning", "info")

#: ``document``: it stands so in the publication. ``extraction``: ours, or in doubt.
Origin = Literal["document", "extraction"]

Language = Literal["en", "zh"]


class Both(Struct, frozen=True):
    """Words that are given in both languages, such as the sentence of an identity.

    Attributes:
        en, zh: the English and the Chinese words.
    """

    en: str
    zh: str


#: What a template may show: text as printed, numbers, and words in both languages.
Value: TypeAlias = str | int | Both


class Suspect(Struct, frozen=True):
    """A cell that would explain what does not add up, alone or together with others.

    Attributes:
        rank: place of its set among all sets that would, from 1; the cells of one set share it.
        dataset, row, column: the figure.
        printed: the figure as printed.
        page: where it stands.
        implied_low, implied_high: the interval its true amount must lie in, in 分; None where unbounded.
        reason: what kind of slip it would be, such as ``two digits exchanged``.
        reason_zh: the same in Chinese; empty until the templates are filled in.
    """

    rank: int
    dataset: str
    row: str
    column: str
    printed: str
    page: int
    implied_low: int | None
    implied_high: int | None
    reason: str
    reason_zh: str = ""


class Finding(Struct, frozen=True):
    """One thing found, with its place and, where it is about money, the amounts in 分.

    Attributes:
        code: stable code of the kind of finding.
        severity: how bad it is.
        origin: whose it is; an error of extraction keeps the document from being published.
        message: one or two sentences with figures and pages; empty until the templates are filled in.
        dataset, row, column: the figure concerned.
        page, box: where it stands.
        check: the identity concerned.
        reported: what the document states, in 分.
        implied_low, implied_high: the interval that the other figures allow, in 分.
        suspects: cells that would explain it, best first.
        values: what the templates of its code in contracts/findings.yaml show, by name.
        message_zh: the message in Chinese; empty until the templates are filled in.
    """

    code: str
    severity: Severity
    origin: Origin
    message: str = ""
    dataset: str | None = None
    row: str | None = None
    column: str | None = None
    page: int | None = None
    box: Box | None = None
    check: str | None = None
    reported: int | None = None
    implied_low: int | None = None
    implied_high: int | None = None
    suspects: tuple[Suspect, ...] = ()
    values: Mapping[str, Value] = field(default_factory=dict)
    message_zh: str = ""

    @property
    def blocks(self) -> bool:
        """Whether the document cannot be published for certain because of it."""
        return self.severity == "error" and self.origin == "extraction"

    def at(self, key: Key, page: int | None, box: Box | None = None) -> Finding:
        """The same of a figure, with where that stands."""
        return replace(self, dataset=key.dataset, row=key.row, column=key.column, page=page, box=box)

    def of(self, dataset: str | None = None, row: str | None = None, column: str | None = None) -> Finding:
        """The same of a table, by default its own, and of a row or column of it."""
        return replace(self, dataset=dataset or self.dataset, row=row, column=column)

    def stating(self, reported: int | None, low: int | None, high: int | None) -> Finding:
        """The same with what the document states, and the interval that the other figures allow, in 分."""
        return replace(self, reported=reported, implied_low=low, implied_high=high)


def finding(
    code: str, severity: Severity, page: int | None = None, box: Box | None = None, /, **values: Value
) -> Finding:
    """Something found at a place: an error is our reading's, and anything else the document's.

    Args:
        code: the kind of finding.
        severity: how bad it is.
        page: where it stands.
        box: where it stands on the page.
        **values: what the templates of its code show, the page among them.
    """
    origin: Origin = "extraction" if severity == "error" else "document"
    shown = values if page is None else {"page": page, **values}
    return Finding(code, severity, origin, page=page, box=box, values=shown)
