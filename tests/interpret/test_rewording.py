"""Other words for the same are read the same: synonyms, order and punctuation change no reading."""

from __future__ import annotations

import re
from collections import Counter

import pytest
from at_hand import DATA
from excerpts import claims_of, read_excerpt
from marked import judged, read_marked
from rewording import REWRITINGS

from jcfs_etl.contracts import Contracts
from jcfs_etl.interpret.publication import interpret_narrative
from jcfs_etl.read.model import PdfDocument
from jcfs_etl.recognise import recognise

SENTENCES = (DATA / "wordings" / "develop.txt").read_text(encoding="utf-8")


def reworded(text: str, name: str) -> list[str]:
    """The excerpts that a rewriting changes, changed; headings stay."""
    rewrite = REWRITINGS[name]
    parts = [part for part in re.split(r"(?m)^(?=# )", text) if part.strip()]
    changed = [
        "\n".join(line if line.startswith("#") else rewrite(line) for line in part.split("\n"))
        for part in parts
    ]
    return [new for old, new in zip(parts, changed, strict=True) if old != new]


@pytest.mark.parametrize("name", REWRITINGS)
def test_other_words_make_no_other_reading(name: str, contracts: Contracts) -> None:
    worth: Counter[str | None] = Counter()
    for part in reworded(SENTENCES, name):
        for excerpt in read_marked(part):
            claims = read_excerpt(excerpt.lines, contracts)
            worth.update(judged(m, claims.get((m.line, m.column), [])) for m in excerpt.marks)
    assert worth["understood"], "the rewriting changes something"
    assert worth["misunderstood"] == 0
    assert worth["unread"] <= worth.total() / 50


def test_the_samples_narrative_reworded_says_what_it_said(
    sample_pages: PdfDocument, contracts: Contracts
) -> None:
    """All rewritings that keep the order of figures, one after the other, on real text."""
    publication = recognise(sample_pages, contracts)
    lines = ["# 2023"]
    for section in interpret_narrative(sample_pages, publication, contracts).sections:
        if section.part == "narrative":
            lines += [f"## {section.heading}", *section.text.split("\n")]

    def said(lines: list[str]) -> Counter[tuple[object, ...]]:
        claims = claims_of(lines, contracts, publication)
        return Counter((c.quantity, c.form, c.base, c.value, c.is_approximate) for c in claims)

    before = said(lines)
    assert before.total() > 100
    for name, rewrite in REWRITINGS.items():
        after = said([line if line.startswith("#") else rewrite(line) for line in lines])
        assert not after - before, f"{name} makes a reading that was none"
        assert (before - after).total() <= before.total() / 50, name
