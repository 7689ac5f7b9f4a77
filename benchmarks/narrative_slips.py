"""Narratives of made-up publications, and the slips that are put into them one at a time.

What the tables or another figure of the narrative contradict is worked out here in plain sums, apart from the
audit. `slips.py` runs them.
"""

from __future__ import annotations

import dataclasses
import re
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from random import Random

from msgspec.structs import replace

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tests"))

from made_up import made_up, pages_of
from narrating import Amounts, Figure, Sentence, narrated
from writing import written

from jcfs_etl.audit import audit
from jcfs_etl.contracts import Contracts
from jcfs_etl.findings import SEVERITIES, Finding
from jcfs_etl.interpret import interpret
from jcfs_etl.interpret.model import Quantity
from jcfs_etl.read.model import PdfDocument
from jcfs_etl.recognise import recognise

#: Size of the letters of made-up pages, in points.
_SIZE = 10.0
#: 分 of 万元, and what rounding leaves between two figures of two decimals at most, with room.
_TEN_THOUSAND = 1_000_000
_ROUNDED = Fraction(5, 100)
#: True of made-up publications as they are: what short narratives leave out, rounding that hardly explains.
_TRUE = frozenset({"disclosure", "unlikely_rounding"})


@dataclass(frozen=True)
class Slip:
    """A narrative with one slip.

    Attributes:
        kind: what slipped.
        sentence: which sentence.
        text: the sentence as it now reads.
        is_bound: whether anything else in the document contradicts it, worked out in plain sums.
    """

    kind: str
    sentence: int
    text: str
    is_bound: bool


class Narrated:
    """A made-up publication with a narrative.

    Args:
        number, seed: the made-up publication.
        lines: the wording.
        contracts: the contracts.
    """

    def __init__(self, number: int, seed: int, lines: list[str], contracts: Contracts) -> None:
        document = made_up(number, seed)
        sections = tuple(s for s in document.sections if "情况说明" not in getattr(s.blocks[0], "text", ""))
        self._pages = pages_of(dataclasses.replace(document, sections=sections))
        self._contracts = contracts
        self._publication = recognise(self._pages, contracts)
        self.amounts = Amounts(self._publication, contracts, Random(f"{seed}/{number}"))
        self.sentences = narrated(lines, self.amounts)

    def allowed(self, subject: str) -> tuple[str, ...]:
        """Wholes that a share of a subject may be of."""
        return self._contracts.narrative.subjects[subject].share_of

    def findings(self, sentences: Sequence[str]) -> tuple[list[Finding], list[tuple[str, int, object]]]:
        """What the audit finds, worst first, with the sentence, page and box of each figure that was read."""
        paragraphs = ["第三部分 情况说明"]
        heading = ""
        for sentence, text in zip(self.sentences, sentences, strict=True):
            if sentence.heading != heading:
                heading = sentence.heading
                paragraphs += [heading, text]
            elif sentence.begins:
                paragraphs.append(text)
            else:
                paragraphs[-1] += text
        pages = list(self._pages.pages)
        for page in written(*paragraphs).pages:
            # The letters of the made-up pages, so that none is a title.
            lines = tuple(replace(line, size=_SIZE) for line in page.lines)
            pages.append(replace(page, number=len(pages) + 1, lines=lines))
        document = PdfDocument("made-up.pdf", "", tuple(pages))
        publication, said = interpret(document, recognise(document, self._contracts), self._contracts)
        result = audit(publication, self._contracts, said)
        told = [f for f in result.findings if f.severity != "info" and f.code not in _TRUE]
        told.sort(key=lambda f: SEVERITIES.index(f.severity))
        places = [(c.sentence, c.page, c.box) for c in said.narrative.claims]
        return told, places  # type: ignore[return-value]


# -- slips ---------------------------------------------------------------------------------------


def slips_of(narrative: Narrated, random: Random) -> Iterator[Slip]:
    """One slip of each kind that can be put into a narrative."""
    for kind, put in KINDS.items():
        places = [(i, f) for i, s in enumerate(narrative.sentences) for f in s.figures]
        random.shuffle(places)
        for index, figure in places:
            sentence = narrative.sentences[index]
            text = put(sentence, figure, narrative, random)
            if text is not None and text != sentence.text:
                yield Slip(kind, index, text, _is_bound(figure, _moved(sentence, figure, text), narrative))
                break


def _with(sentence: Sentence, figure: Figure, printed: str) -> str:
    return sentence.text[: figure.start] + printed + sentence.text[figure.end :]


def _differs(figure: Figure, other: str) -> bool:
    """Whether another figure cannot be this one rounded."""
    return abs(Fraction(figure.printed) - Fraction(other)) > _ROUNDED


def _digit(sentence: Sentence, figure: Figure, narrative: Narrated, random: Random) -> str | None:
    """One digit is another, not the last but one decimal at most."""
    places = [i for i, c in enumerate(figure.printed[:-1]) if c.isdigit()]
    at = random.choice(places)
    digit = random.choice([d for d in "123456789" if d != figure.printed[at]])
    return _with(sentence, figure, figure.printed[:at] + digit + figure.printed[at + 1 :])


def _unit(sentence: Sentence, figure: Figure, narrative: Narrated, random: Random) -> str | None:
    """元 for 万元."""
    after = sentence.text[figure.end :]
    is_nought = not Fraction(figure.printed)  # which is the same in any unit
    return sentence.text[: figure.end] + after[1:] if after.startswith("万元") and not is_nought else None


def _stale(sentence: Sentence, figure: Figure, narrative: Narrated, random: Random) -> str | None:
    """Last year's figure for this year's."""
    if figure.form != "level" or figure.quantity.period != "this":
        return None
    last = narrative.amounts.of(Quantity(figure.quantity.subject, "last"))
    printed = f"{(last or 0) / 1_000_000:.2f}"
    return _with(sentence, figure, printed) if _differs(figure, printed) else None


def _copied(sentence: Sentence, figure: Figure, narrative: Narrated, random: Random) -> str | None:
    """An amount of another section."""
    if figure.form != "level":
        return None
    others = [
        f.printed
        for s in narrative.sentences
        if s.heading != sentence.heading
        for f in s.figures
        if f.form == "level" and _differs(figure, f.printed)
    ]
    return _with(sentence, figure, random.choice(others)) if others else None


def _turned(sentence: Sentence, figure: Figure, narrative: Narrated, random: Random) -> str | None:
    """The other direction."""
    if figure.direction is None or Fraction(figure.printed) < _ROUNDED:
        return None
    start, end, other = figure.direction
    return sentence.text[:start] + other + sentence.text[end:]


def _other_base(sentence: Sentence, figure: Figure, narrative: Narrated, random: Random) -> str | None:
    """The share of another total."""
    if figure.form != "ratio" or figure.base is None or figure.base.period != "this":
        return None
    now, against = narrative.amounts.of(figure.quantity), narrative.amounts.of(figure.base)
    # Where the words name no whole, any that the contract allows is a reading, and no slip.
    allowed = {narrative.amounts.of(Quantity(n)) for n in narrative.allowed(figure.quantity.subject)}
    wholes = ("income", "income_grand_total", "expenditure", "general_budget", "three_public")
    for name in random.sample(wholes, len(wholes)):
        other = narrative.amounts.of(Quantity(name))
        if other and now and other != against and now <= other and other not in allowed:
            printed = f"{100 * now / other:.2f}"
            is_allowed = any(one and f"{100 * now / one:.2f}" == printed for one in allowed)
            if not is_allowed and _differs(figure, printed):
                return _with(sentence, figure, printed)
    return None


def _renamed(sentence: Sentence, figure: Figure, narrative: Narrated, random: Random) -> str | None:
    """The name of another subject of the sentence, whose amount is another."""
    if figure.name is None or figure.form != "level":
        return None
    start, end = figure.name
    name = sentence.text[start:end]
    others = [
        sentence.text[slice(*f.name)]
        for f in sentence.figures
        if f.name is not None and f.form == "level" and _differs(figure, f.printed)
    ]
    others = [other for other in others if other != name]
    return sentence.text[:start] + random.choice(others) + sentence.text[end:] if others else None


KINDS: dict[str, Callable[[Sentence, Figure, Narrated, Random], str | None]] = {
    "wrong digit": _digit,
    "wrong unit": _unit,
    "last year's figure": _stale,
    "copied from another section": _copied,
    "direction turned": _turned,
    "share of another base": _other_base,
    "name of another": _renamed,
}


def _moved(sentence: Sentence, figure: Figure, text: str) -> Fraction | None:
    """By how much a slip changes the number of its figure; None where it changes what it is of."""
    found = re.match(r"[0-9.]+", text[figure.start :])
    if text[: figure.start] != sentence.text[: figure.start] or found is None:
        return None
    return abs(Fraction(found[0]) - Fraction(figure.printed)) or None


def _is_bound(figure: Figure, moved: Fraction | None, narrative: Narrated) -> bool:
    """Whether the tables, or another figure of the narrative, contradict a slip in a figure.

    An amount is bound by its cell or by a second statement of it; a change by what both years were, or by
    the growth, as exactly as its two decimals say; a growth and a completion by both amounts, or by the
    change.
    """
    stated = [f for s in narrative.sentences for f in s.figures if f is not figure]

    def is_known(quantity: Quantity) -> bool:
        levels = (f.quantity == quantity for f in stated if f.form == "level")
        return narrative.amounts.has_cells(quantity) or any(levels)

    def is_stated(form: str) -> bool:
        return any((f.quantity, f.base, f.form) == (figure.quantity, figure.base, form) for f in stated)

    if figure.form == "level":
        if narrative.amounts.has_cells(figure.quantity):
            return True
        # An amount of another year: bound by what is said of the change from it.
        return any(f.base == figure.quantity for f in stated)
    assert figure.base is not None
    if is_known(figure.base):
        return True
    if figure.form == "difference":
        # Half a hundredth of a per cent of last year's amount, in 万元, and the decimals of both figures.
        slack = Fraction(narrative.amounts.of(figure.base) or 0, _TEN_THOUSAND) / 20_000 + Fraction(2, 100)
        return is_stated("growth") and (moved is None or moved > slack)
    # The decimals of the change and of both amounts leave a growth so much room.
    now, before = (
        Fraction(narrative.amounts.of(q) or 0, _TEN_THOUSAND) for q in (figure.quantity, figure.base)
    )
    change, slack = abs(now - before), Fraction(0)
    if change and before > 0:
        slack = Fraction(figure.printed) * (1 / (200 * change) + 1 / (100 * before)) + Fraction(1, 100)
    return is_stated("difference") and (moved is None or moved > slack)
