"""From conflicts to findings: which cells would explain them, and whose slip it is.

A suspect, and what a violated identity binds, is read again from the page by another engine. What both
engines read stands on the page: the slip is the publisher's and is published with the data. What they read
differently is ours, or in doubt, and keeps the document from being published.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence

from msgspec.structs import replace

from jcfs_etl.audit.bounds import CLAIM, claim_number
from jcfs_etl.audit.cause_findings import cause_finding, unexplained_finding
from jcfs_etl.audit.causes import Cause
from jcfs_etl.audit.localise import Conflict, SuspectSet
from jcfs_etl.audit.model import Check
from jcfs_etl.audit.statements import JudgedClaim
from jcfs_etl.audit.words import Words
from jcfs_etl.errors import UnreadableDocumentError
from jcfs_etl.findings import Both, Finding, Suspect, Value, finding
from jcfs_etl.money import same_characters
from jcfs_etl.places import Box, Key
from jcfs_etl.recognise.model import Fact
from jcfs_etl.wording import joined

_IDEOGRAPHS = re.compile(r"[\u3400-\u9fff]")
_DIGIT = re.compile(r"\d")
#: Cells of one explanation that a message names one by one.
_NAMED = 3

#: Reads what stands in a box of a page (from 1) with another engine; more than one text where a word
#: crosses the edge of the box.
ReadAgain = Callable[[int, Box], tuple[str, ...]]


def with_suspects(
    causes: Sequence[Cause],
    conflicts: Sequence[Conflict],
    checks: Sequence[Check],
    words: Words,
    read_again: ReadAgain | None,
    claims: Sequence[JudgedClaim] = (),
    displaced: Sequence[Key] = (),
) -> list[Finding]:
    """One finding for each slip with its suspects, and what no identity alone shows.

    Args:
        causes: the slips, each with the identities and statements that do not hold for it.
        conflicts: what the audit of the whole publication located.
        checks: every identity tried.
        words: names figures.
        read_again: another engine; without it a suspect is taken as it was read.
        claims: the statements of the narrative that bind, in the order of their constraints.
        displaced: figures of blocks that are not what was meant; they are read again, too.

    Returns:
        The findings with suspects, then those of figures that only together do not fit, then those of
        suspects that the second engine reads otherwise.
    """
    names_of = {c.equation.name: c for c in checks if c.equation is not None}
    findings = [_caused(cause, words) for cause in causes]
    violated = {name for name, check in names_of.items() if check.verdict == "violated"}
    apart = [_jointly(c, names_of, claims, words) for c in conflicts if violated.isdisjoint(c.constraints)]
    suspected = [cell.key for c in conflicts for found in c.sets for cell in found.cells]
    # Where much is wrong at once, as by a font with a wrong map, the suspects may be none of it.
    bound = [key for name in sorted(violated) for key in sorted(names_of[name].keys)]
    again = dict.fromkeys((*displaced, *suspected, *bound))
    facts = (words.publication.tables[k.dataset].by_key[k] for k in again)
    doubted = [_doubted(f, words) for f in facts if read_again and not is_confirmed(f, read_again)]
    return findings + apart + doubted


def _caused(cause: Cause, words: Words) -> Finding:
    """One slip: the identity that it violates, or the figures that are wrong where it violates several."""
    suspects = tuple(_suspects(cause.conflict, words)) if cause.conflict is not None else ()
    if not cause.cells and len(cause.checks) > 1:
        return unexplained_finding(cause, words)
    if cause.cells and cause.places > 1:
        return replace(cause_finding(cause, words), suspects=suspects)
    found = words.violated(cause.checks[0])
    if cause.conflict is None:
        return found
    values = {**found.values, "explained": _explained(cause.conflict, words)}
    return replace(found, suspects=suspects, values=values)


def _suspects(conflict: Conflict, words: Words) -> Iterator[Suspect]:
    for rank, found in enumerate(conflict.sets, 1):
        for cell in found.cells:
            low, high = words.scaled(cell.key, cell.low, cell.high)
            yield Suspect(rank, *cell.key, cell.printed, cell.page, low, high, cell.reason)


def _explained(conflict: Conflict, words: Words) -> Both:
    """What would explain a conflict, in one sentence; suspects say in the data what slip each would be."""
    if not conflict.sets:
        return words.say("explained.none" if conflict.complete else "explained.none_tried")
    best, count = _in_words(conflict.sets[0], words), len(conflict.sets) - 1
    others = words.say("explained.others", count=count, s="s" if count > 1 else "") if count else ""
    untried = "" if conflict.complete else words.say("explained.untried")
    return words.say("explained", best=best, others=others, untried=untried)


def _in_words(found: SuspectSet, words: Words) -> Both:
    if not found.cells:
        return words.say("statement_wrong")
    if len(found.cells) > _NAMED:
        first, last = (words.where(found.cells[at].key) for at in (0, -1))
        return words.say("slip_from", first=first, last=last, reason=found.reason)
    named = (words.say("slip_at", where=words.where(c.key), reason=c.reason) for c in found.cells)
    return joined(named, "; and ", "、")


def _jointly(
    conflict: Conflict, checks: Mapping[str, Check], claims: Sequence[JudgedClaim], words: Words
) -> Finding:
    """Figures and statements of which each identity alone holds."""
    known = [checks[name] for name in conflict.constraints if name in checks]
    beside = [n for n in conflict.constraints if n not in checks]
    numbers = dict.fromkeys(n for name in beside if (n := claim_number(name)) is not None)
    said = [words.claimed(claims[number]) for number in numbers]
    forms = [n.split()[0] for n in beside if not n.startswith(CLAIM)]
    parts = [f"“{text}”" for text in dict.fromkeys(c.statement for c in known)]
    keys = list(dict.fromkeys(c.key for c in known if c.key is not None))
    chinese = [words.where(key).zh for key in keys[:_NAMED]]
    if len(keys) > _NAMED:
        chinese[-1] += f"等{len(keys)}个数字"
    parts += [text.en for text in said]
    chinese += [text.zh for text in said]
    if forms:
        parts.append(f"what the self-evaluation forms state ({', '.join(dict.fromkeys(forms))})")
        chinese.append("绩效自评表的数字")
    both, explained = Both("; ".join(parts), "；".join(chinese)), _explained(conflict, words)
    found = finding("jointly_inconsistent", "inconsistent", parts=both, explained=explained)
    found = replace(found, suspects=tuple(_suspects(conflict, words)))
    return found.at(keys[0], words.fact(keys[0]).page, words.fact(keys[0]).box) if keys else found


def is_confirmed(fact: Fact, read_again: ReadAgain) -> bool:
    """Whether the second engine reads the same from the same place; a blank must stay blank."""
    if fact.source != "text":
        return False
    try:
        texts = read_again(fact.page, fact.box)
    except UnreadableDocumentError:
        return False
    if not _DIGIT.search(fact.printed):
        return any(not _DIGIT.search(text) for text in texts)
    # A name that runs into the cell of a figure, or a stamp over it, is no part of the figure.
    return any(same_characters(_IDEOGRAPHS.sub("", text), fact.printed) for text in texts)


def _doubted(fact: Fact, words: Words) -> Finding:
    how = (
        Both("it was read by OCR", "由文字识别（OCR）读取")
        if fact.source == "ocr"
        else Both("a second engine does not read it from there", "另一程序在该处读取的结果不同")
    )
    printed = fact.printed or Both("blank", "空白")
    said: dict[str, Value] = {"where": words.where(fact.key), "printed": printed, "how": how}
    return Finding("misread_suspect", "error", "extraction", values=said).at(fact.key, fact.page, fact.box)
