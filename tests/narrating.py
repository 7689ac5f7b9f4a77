"""Narratives for made-up publications, in wordings that are data: every figure worked out from the tables.

A wording is a text with marks as in tests/marked.py, without figures: ``[|SUBJECT MEASURE]``. ``~last`` is
a change against last year in either direction, whose word stands before it as ``{up|down}``; ``{年}`` and
``{上年}`` are years, and ``«…»`` encloses the name of a subject. A sentence of which a figure cannot be
worked out on a form is left out.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path
from random import Random

from jcfs_etl.contracts import Contracts
from jcfs_etl.interpret.cells import figures_of
from jcfs_etl.interpret.model import Period, Quantity
from jcfs_etl.recognise.model import Publication

FOLDER = Path(__file__).parent / "factory" / "data" / "narratives"
_PIECE = re.compile(r"\[\|(?P<reading>[^\]]*)\]|\{(?P<up>[^{}|]+)\|(?P<down>[^{}|]+)\}|«(?P<name>[^»]+)»")
_SENTENCE = re.compile(r"[^。]*。|[^。]+$")
#: 分 in a 万元.
_WAN = 1_000_000


@dataclass(frozen=True)
class Figure:
    """A figure of a narrative.

    Attributes:
        start, end: where it stands in its sentence.
        quantity: what it is of; this year's for changes and shares.
        form: ``level``, ``difference``, ``growth`` or ``ratio``.
        base: what it is compared with; None for a level.
        printed: as printed, without sign.
        direction: where the word of its direction stands, and its opposite.
        name: where the name of its subject stands, if it stands before it.
    """

    start: int
    end: int
    quantity: Quantity
    form: str
    base: Quantity | None
    printed: str
    direction: tuple[int, int, str] | None = None
    name: tuple[int, int] | None = None


@dataclass(frozen=True)
class Sentence:
    """A sentence with its figures, under its heading."""

    heading: str
    text: str
    figures: tuple[Figure, ...]
    #: Whether it begins a paragraph.
    begins: bool


@dataclass
class Amounts:
    """What every quantity comes to, in 分: of the tables, else drawn near what they say of this year."""

    publication: Publication
    contracts: Contracts
    random: Random
    drawn: dict[Quantity, int] = field(default_factory=dict)

    def of(self, quantity: Quantity) -> int | None:
        """The amount; None where the form has no cell for this year's."""
        cells = figures_of(quantity, self.publication, self.contracts)
        if cells is not None:
            facts = [(weight, self.publication.tables[key.dataset].by_key[key]) for weight, key in cells]
            return sum(weight * (fact.amount or 0) for weight, fact in facts)
        if quantity.period == "this":
            return None
        if quantity not in self.drawn:
            now = self.of(Quantity(quantity.subject))
            if now is None:
                return None
            near = now * self.random.randint(80, 125) // 100
            self.drawn[quantity] = near - near % (_WAN // 100)
        return self.drawn[quantity]

    def has_cells(self, quantity: Quantity) -> bool:
        """Whether it stands in the tables."""
        return figures_of(quantity, self.publication, self.contracts) is not None


def wordings(name: str) -> Mapping[str, list[str]]:
    """The wordings of a file of the factory, each as its lines, by name."""
    text = (FOLDER / f"{name}.txt").read_text(encoding="utf-8")
    parts = [part.strip().split("\n") for part in re.split(r"(?m)^# ", text) if part.strip()]
    return {lines[0]: lines[1:] for lines in parts}


def narrated(lines: list[str], amounts: Amounts) -> list[Sentence]:
    """The sentences of a wording for one publication."""
    year = amounts.publication.year or 0
    sentences: list[Sentence] = []
    heading = ""
    for pattern in lines:
        line = pattern.replace("{年}", str(year)).replace("{上年}", str(year - 1))
        if line.startswith("## "):
            heading = line.removeprefix("## ")
            continue
        begins = True
        for match in _SENTENCE.finditer(line):
            sentence = _sentence(heading, match[0], amounts, begins)
            if sentence is not None:
                sentences.append(sentence)
                begins = False
    return sentences


def _sentence(heading: str, pattern: str, amounts: Amounts, begins: bool) -> Sentence | None:
    text, at = "", 0
    figures: list[Figure] = []
    turn: tuple[int, int, str, str] | None = None
    name: tuple[int, int] | None = None
    pieces = list(_PIECE.finditer(pattern))
    for index, piece in enumerate(pieces):
        text += pattern[at : piece.start()]
        at = piece.end()
        if piece["name"]:
            name = (len(text), len(text) + len(piece["name"]))
            text += piece["name"]
        elif piece["up"]:
            # Which of the words it is, the figure after it says.
            following = next(p["reading"] for p in pieces[index:] if p["reading"] is not None)
            worth = _worth(following, pattern[at:], figures, amounts)
            if worth is None:
                return None
            word, other = (piece["down"], piece["up"]) if worth[3] < 0 else (piece["up"], piece["down"])
            turn = (len(text), len(text) + len(word), other, word)
            text += word
        else:
            worth = _worth(piece["reading"], pattern[at : at + 1], figures, amounts)
            if worth is None:
                return None
            quantity, form, base, value = worth
            printed = f"{abs(value):.2f}"
            is_turned = turn is not None and form in ("difference", "growth")
            figures.append(
                Figure(
                    len(text),
                    len(text) + len(printed),
                    quantity,
                    form,
                    base,
                    printed,
                    turn[:3] if is_turned and turn is not None else None,
                    name,
                )
            )
            text += printed
            if is_turned:
                turn = None
            name = None
    return Sentence(heading, text + pattern[at:], tuple(figures), begins)


def _worth(
    reading: str, after: str, figures: list[Figure], amounts: Amounts
) -> tuple[Quantity, str, Quantity | None, Decimal] | None:
    """What a mark states: of what, how, against what and how much; None where nothing can be stated."""
    words = reading.split()
    measure = words.pop() if words and words[-1][0] in "=~/" else ""
    subject = words[0].split(",")[0] if words else figures[-1].quantity.subject
    quantity = Quantity(subject)
    now = amounts.of(quantity)
    if now is None:
        return None
    if measure[:1] in ("", "="):
        period: Period = measure[1:] or "this"  # type: ignore[assignment]
        level = amounts.of(Quantity(subject, period))
        return (
            None
            if not level or level < 0
            else (Quantity(subject, period), "level", None, _rounded(Decimal(level) / _WAN))
        )
    named = measure[1:].split(",")[0]
    is_period = named in ("last", "budget")
    base = Quantity(subject, named) if is_period else Quantity(named)  # type: ignore[arg-type]
    against = amounts.of(base)
    if not against or not now or min(now, against) < _WAN // 100:
        return None
    now_, against_ = Decimal(now) / _WAN, Decimal(against) / _WAN
    if measure[0] == "/":
        return quantity, "ratio", base, _rounded(100 * now_ / against_)
    if not re.match(r"[^%]{0,2}%", _after_mark(after)):
        return quantity, "difference", base, _rounded(now_) - _rounded(against_)
    return quantity, "growth", base, _rounded(100 * (now_ - against_) / against_)


def _after_mark(text: str) -> str:
    """What stands after the next mark, or here where none follows."""
    return text[text.index("]") + 1 :] if "]" in text else text


def _rounded(value: Decimal) -> Decimal:
    return value.quantize(Decimal("0.01"), ROUND_HALF_UP)
