"""Reasons given for a change in the other direction than the narrative states: 减少5万元,增长的原因是…."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from decimal import Decimal

from jcfs_etl.audit.spots import spot_of
from jcfs_etl.contracts.model import Contracts
from jcfs_etl.findings import Finding
from jcfs_etl.interpret.model import Section


def contradicting_reasons(sections: Sequence[Section], contracts: Contracts) -> Iterator[Finding]:
    """A finding for each reason whose word of direction is the other of the change that it follows.

    Args:
        sections: all prose of the publication.
        contracts: ``reasons`` of contracts/disclosure.yaml, and the words of direction of the narrative.

    Yields:
        Reasons right after a change, and those for the change from last year where the paragraph has stated
        none that way.
    """
    words, down = contracts.disclosure.reasons, contracts.narrative.directions.down
    after, change, of_year = map(words.compiled, (words.right_after, words.change, words.of_last_year))
    for section in sections:
        for paragraph in re.finditer(r"[^\n]+", section.text) if section.part == "narrative" else ():
            reasons = [(m, [m], True) for m in after.finditer(paragraph[0])]
            for match in of_year.finditer(paragraph[0]):
                before = [*change.finditer(paragraph[0], 0, match.start())]
                reasons.append((match, before, any(c["last"] for c in before)))
            for reason, changes, is_told in reasons:
                told = [c for c in changes if Decimal(c["number"].replace(",", ""))]
                goes_down = reason["printed"] in down
                if is_told and told and all((c["way"] in down) != goes_down for c in told):
                    at, printed = paragraph.start() + reason.start("printed"), reason["printed"]
                    spot = spot_of(section, at, at + len(printed))
                    yield spot.finding("reason_contradicts", "warning", printed=printed, said=told[0]["way"])
