"""Where something stands in the prose of a publication: its sentence and its page."""

from __future__ import annotations

from msgspec import Struct

from jcfs_etl.findings import Finding, Severity, Value, finding
from jcfs_etl.interpret.model import Section
from jcfs_etl.wording import shortened

#: Characters of a sentence that a message quotes.
_QUOTED = 80
#: Marks at which a sentence ends.
ENDS = "。;\n"


class Spot(Struct, frozen=True):
    """The sentence around something, and its page."""

    sentence: str
    page: int

    def finding(self, code: str, severity: Severity, /, **values: Value) -> Finding:
        """What is wrong there, with the sentence among the values."""
        return finding(code, severity, self.page, sentence=self.sentence, **values)


def sentence_at(text: str, at: int) -> int:
    """Where the sentence around a position begins."""
    return max(text.rfind(mark, 0, at) for mark in ENDS) + 1


def spot_of(section: Section, start: int, end: int) -> Spot:
    """Where a stretch of a section's text stands."""
    text = section.text
    first = sentence_at(text, start)
    ends = [at for mark in ENDS if (at := text.find(mark, end)) >= 0]
    last = min(ends) + 1 if ends else len(text)
    sentence = text[first:last].strip("\n")
    return Spot(shortened(sentence, start - first, _QUOTED), section.page_at(start))
