"""The narrative with every statement marked: held, rounded, violated, unread, or held against nothing."""

from __future__ import annotations

import re
from collections.abc import Sequence

from msgspec import Struct, field

from jcfs_etl.contracts.model import Contracts
from jcfs_etl.labels import squeezed
from jcfs_etl.report.site.model import Run, SectionView, Statement
from jcfs_etl.report.site.rows import Row, Rows, place_of, plain
from jcfs_etl.wording import taking

#: Parts of a publication that are shown; the contents (目录) and the cover say nothing of their own.
PARTS = ("overview", "narrative", "glossary", "other")
#: The finding about a figure of the narrative that no pattern takes.
UNREAD = "claim_unread"
#: Verdicts from the worst: of two statements in one number the worse one is shown.
_WORST = ("violated", "unread", "rounding", "exact", "not_applicable")


class _Text(Struct):
    """A section's text without white space, and where each of its characters stands in the text."""

    row: Row
    text: str = ""
    at: list[int] = field(default_factory=list)
    marks: list[tuple[int, int, Run]] = field(default_factory=list)


class _Mark(Struct, frozen=True):
    """A number of the narrative that is to be marked."""

    sentence: str
    printed: str
    state: str
    told: str
    ref: str


def statements(rows: Rows) -> tuple[Statement, ...]:
    """Every statement of the narrative in printed order."""
    return tuple(
        Statement(
            _subject(rows.contracts, claim),
            f"{claim['printed']}{claim['printed_unit']}",
            "" if claim["computed"] is None else plain(claim["computed"]) + claim["printed_unit"],
            claim["verdict"],
            claim["page"],
            place_of(f"s{number}", claim),
            claim["note"] or "",
        )
        for number, claim in enumerate(rows.of("claims"))
    )


def sections(rows: Rows, found: Sequence[Statement]) -> tuple[SectionView, ...]:
    """The prose with its statements marked, as :func:`statements` gives them."""
    texts = [_squeezed(row) for row in rows.of("sections") if row["part"] in PARTS]
    narrative = [t for t in texts if t.row["part"] == "narrative"] or texts
    for mark in [*_claimed(rows, found), *_unread(rows)]:
        _place(mark, narrative)
    return tuple(
        SectionView(t.row["part"], t.row["heading"], t.row["page"], _paragraphs(t))
        for t in texts
        if t.row["heading"] or t.row["text"]
    )


def _claimed(rows: Rows, found: Sequence[Statement]) -> list[_Mark]:
    """One mark for each number, however many statements it makes."""
    by_box: dict[tuple[int, float, float], list[tuple[Statement, Row]]] = {}
    for statement, claim in zip(found, rows.of("claims"), strict=True):
        at = (claim["page"], claim["x0"], claim["y0"])
        by_box.setdefault(at, []).append((statement, claim))
    marks = []
    for group in by_box.values():
        statement, claim = min(group, key=lambda pair: _WORST.index(pair[0].state))
        told = " ".join(filter(None, (statement.subject, statement.computed)))
        marks.append(_Mark(claim["sentence"], claim["printed"], statement.state, told, statement.place.ref))
    return marks


def _unread(rows: Rows) -> list[_Mark]:
    kind = rows.contracts.findings.get(UNREAD)
    pattern = taking(kind.message, ".*?") if kind is not None else None
    marks = []
    for finding in rows.of("findings"):
        if finding["code"] == UNREAD and pattern and (match := pattern.fullmatch(finding["message"])):
            values = match.groupdict()
            sentence = values.get("sentence", "").strip("…")
            marks.append(_Mark(sentence, values.get("printed", ""), "unread", "", ""))
    return marks


def _squeezed(row: Row) -> _Text:
    made = _Text(row)
    for at, character in enumerate(row["text"]):
        plain = squeezed(character)
        made.text += plain
        made.at += [at] * len(plain)
    return made


def _place(mark: _Mark, texts: Sequence[_Text]) -> None:
    """Note where a number stands: in its sentence, after what is marked there already."""
    sentence, printed = squeezed(mark.sentence), squeezed(mark.printed)
    if not printed:
        return
    for text in texts:
        start = text.text.find(sentence)
        while start >= 0:
            for number in re.finditer(rf"(?<!\d)(?<!\d[.,]){re.escape(printed)}(?!\d|[.,]\d)", text.text):
                if not start <= number.start() < start + len(sentence):
                    continue
                begin, end = text.at[number.start()], text.at[number.end() - 1] + 1
                if all(end <= b or begin >= e for b, e, _ in text.marks):
                    told = Run(text.row["text"][begin:end], mark.state, mark.told, mark.ref)
                    text.marks.append((begin, end, told))
                    return
            start = text.text.find(sentence, start + 1)


def _paragraphs(text: _Text) -> tuple[tuple[Run, ...], ...]:
    whole = text.row["text"]
    paragraphs: list[list[Run]] = [[]]

    def plain(piece: str) -> None:
        first, *others = piece.split("\n")
        for index, line in enumerate((first, *others)):
            if index:
                paragraphs.append([])
            if line:
                paragraphs[-1].append(Run(line))

    at = 0
    for begin, end, run in sorted(text.marks, key=lambda m: m[0]):
        plain(whole[at:begin])
        paragraphs[-1].append(run)
        at = end
    plain(whole[at:])
    return tuple(tuple(p) for p in paragraphs if p)


def _subject(contracts: Contracts, claim: Row) -> str:
    """What a statement is about, in the words of the contracts."""
    subject = contracts.narrative.subjects.get(claim["subject"])
    labels = getattr(subject, "labels", ()) or ()
    return labels[0] if labels else ""
