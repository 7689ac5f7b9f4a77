"""Where something stands in the prose of a publication: its sentence and its page."""

from __future__ import annotations

from msgspec import Struct

from jcfs_etl.findings import Finding, Severity, Value, finding
from jcfs_etl.interpret.model import Section
from jcfs_etl.interpret.passage import begin_of, end_of
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


def spot_of(section: Section, start: int, end: int) -> Spot:
    """Where a stretch of a section's text stands."""
    text = section.text
    first = begin_of(text, start, ENDS)
    sentence = text[first : end_of(text, end, ENDS) + 1].strip("\n")
    return Spot(shortened(sentence, start - first, _QUOTED), section.page_at(start))
