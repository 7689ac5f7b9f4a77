"""Misprints: slips that publishers make, done to a recognised publication."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from random import Random

from msgspec.structs import replace

from jcfs_etl.audit import Figures
from jcfs_etl.audit.identities import bind
from jcfs_etl.audit.model import BoundEquation
from jcfs_etl.contracts.model import Contracts
from jcfs_etl.money import UnreadableFigureError, read_figure, to_fen, yuan
from jcfs_etl.places import Key
from jcfs_etl.recognise.model import Fact, Publication, PublishedTable

#: New texts by cell.
Changes = dict[Key, str]

#: Places by which a decimal point is shifted.
_SHIFTS = (-2, -1, 1, 2)
#: Points by which edges of neighbouring cells may miss each other.
_EDGE = 1.0
#: How often another cell is tried before a kind of misprint is given up on a document.
_TRIES = 40


# -- texts ---------------------------------------------------------------------------------------


def one_digit_changed(text: str) -> Iterator[str]:
    """``12.34`` → ``17.34``."""
    for at, digit in _digits(text):
        for other in "0123456789":
            if other != digit:
                yield text[:at] + other + text[at + 1 :]


def two_digits_swapped(text: str) -> Iterator[str]:
    """``12.34`` → ``21.34``, or ``13.24`` over the point."""
    places = list(_digits(text))
    for (left, one), (right, other) in pairwise(places):
        if one != other:
            yield text[:left] + other + text[left + 1 : right] + one + text[right + 1 :]


def a_digit_lost(text: str) -> Iterator[str]:
    """``12.34`` → ``1.34``."""
    for at, _ in _digits(text):
        yield text[:at] + text[at + 1 :]


def a_digit_doubled(text: str) -> Iterator[str]:
    """``12.34`` → ``122.34``."""
    for at, digit in _digits(text):
        yield text[:at] + digit + text[at:]


def point_shifted(text: str) -> Iterator[str]:
    """``12.34`` → ``123.4``, by one place or two in either direction; zeros fill up what is short."""
    sign, plain = ("-", text[1:]) if text.startswith("-") else ("", text)
    whole, _, fraction = plain.partition(".")
    for places in _SHIFTS:
        digits = "00" + whole + fraction + "00"
        at = 2 + len(whole) + places
        moved = digits[:at].lstrip("0") or "0"
        rest = digits[at:-2] if at < len(digits) - 2 else ""
        yield f"{sign}{moved}.{rest}" if rest else sign + moved


def sign_changed(text: str) -> Iterator[str]:
    """``12.34`` → ``-12.34``, and back."""
    yield text[1:] if text.startswith("-") else "-" + text


#: Misprints of one cell: from the plain text of a figure to the texts it could become.
OF_ONE_CELL: dict[str, Callable[[str], Iterator[str]]] = {
    "one digit changed": one_digit_changed,
    "two digits swapped": two_digits_swapped,
    "a digit lost": a_digit_lost,
    "a digit doubled": a_digit_doubled,
    "point shifted": point_shifted,
    "sign changed": sign_changed,
}
EXCHANGED = "neighbours exchanged"
COLUMN = "a column in 元 for 万元"
TWO = "two misprints"
KINDS = (*OF_ONE_CELL, EXCHANGED, COLUMN)


def edits(kind: str, printed: str) -> list[str]:
    """What a printed figure could become by a misprint of one cell, each once.

    Thousands commas are set anew where the figure has them. What would not read as a figure, or begin
    with a zero too many, is no candidate: it would be noticed without any identity.
    """
    plain = printed.replace("\n", "").replace(",", "").strip()
    texts = (t for t in OF_ONE_CELL[kind](plain) if _is_figure(t) and t != plain)
    return list(dict.fromkeys(_grouped(t) if "," in printed else t for t in texts))


def _digits(text: str) -> Iterator[tuple[int, str]]:
    return ((at, character) for at, character in enumerate(text) if character.isdigit())


def _is_figure(text: str) -> bool:
    whole, point, fraction = text.removeprefix("-").partition(".")
    if not whole or (len(whole) > 1 and whole[0] == "0") or (point and not fraction):
        return False
    return read_figure(text).value is not None


def _grouped(plain: str) -> str:
    sign = "-" if plain.startswith("-") else ""
    whole, point, fraction = plain.removeprefix("-").partition(".")
    return f"{sign}{int(whole):,}{point}{fraction}"


# -- documents -----------------------------------------------------------------------------------


def with_texts(publication: Publication, changes: Mapping[Key, str], contracts: Contracts) -> Publication:
    """The same publication with other texts in some cells, and the amounts that these say.

    Raises:
        UnreadableFigureError: a text is no amount in the table's unit.
    """
    tables = dict(publication.tables)
    for dataset in {key.dataset for key in changes}:
        table = tables[dataset]
        fen = contracts.publication.money_units[table.money_unit or "元"]
        facts = tuple(_reprinted(f, changes[f.key], fen) if f.key in changes else f for f in table.facts)
        tables[dataset] = replace(table, facts=facts)
    return replace(publication, tables=tables)


def _reprinted(fact: Fact, text: str, unit_fen: int) -> Fact:
    value = read_figure(text).value
    if value is None:
        raise UnreadableFigureError(f"{text!r} is not a figure")
    if fact.count is None:
        return replace(fact, printed=text, amount=to_fen(value, unit_fen), is_blank=False)
    if value != int(value):
        raise UnreadableFigureError(f"{value} is no whole number")
    return replace(fact, printed=text, count=int(value), is_blank=False)


@dataclass(frozen=True)
class Misprint:
    """One or more cells of a publication, misprinted.

    Attributes:
        kind: what happened.
        changes: the new text of each cell that changed.
        around: cells that may be suspected together with those, such as the rest of their column.
        broken: equations that no longer hold within what rounding can hide.
        publication: as recognised from the misprinted document.
    """

    kind: str
    changes: Changes
    around: frozenset[Key]
    broken: tuple[BoundEquation, ...]
    publication: Publication

    @property
    def keys(self) -> frozenset[Key]:
        """The cells that changed."""
        return frozenset(self.changes)

    @property
    def is_seen_in_every_cell(self) -> bool:
        """Whether each cell that changed stands in an identity that is broken."""
        return self.keys <= {t.key for e in self.broken for t in e.terms}


class Target:
    """A publication that adds up, to be misprinted.

    Which equations bind a cell comes from the binding of the contracts; whether a misprint breaks one
    is worked out here in plain sums, apart from the audit.

    Args:
        publication: as recognised.
        contracts: the contracts.
    """

    def __init__(self, publication: Publication, contracts: Contracts) -> None:
        self.publication = publication
        self.contracts = contracts
        self._figures = Figures.of_tables(publication.tables, contracts)
        self._facts = {f.key: f for t in publication.tables.values() for f in t.facts}

    @cached_property
    def equations(self) -> tuple[BoundEquation, ...]:
        """Every equation (upper limits left out) that the contracts bind to figures of this document."""
        homes = [(d, i) for d, t in self.contracts.tables.items() for i in t.identities]
        found: list[BoundEquation] = []
        for home, identity in [*homes, *((None, i) for i in self.contracts.identities)]:
            found += bind(identity, home, self._figures, self.contracts).equations
        return tuple(e for e in found if e.relation == "=")

    @property
    def broken_as_printed(self) -> tuple[BoundEquation, ...]:
        """Equations that the figures violate as they stand."""
        values = {key: fact.value for key, fact in self._facts.items()}
        return tuple(e for e in self.equations if self._is_broken(e, values))

    @cached_property
    def bound(self) -> tuple[Key, ...]:
        """The printed figures that stand in an equation."""
        return tuple(dict.fromkeys(t.key for e in self.equations for t in e.terms if t.value is not None))

    def broken(self, publication: Publication) -> tuple[BoundEquation, ...]:
        """Equations that figures of a misprinted copy violate: by more than all its cells can hide.

        A printed figure hides half a unit of its last decimal, and so does a blank cell; a count
        hides nothing.
        """
        values = {f.key: f.value for t in publication.tables.values() for f in t.facts}
        changed = {key for key, value in values.items() if value != self._facts[key].value}
        touched = (e for e in self.equations if any(t.key in changed for t in e.terms))
        return tuple(e for e in touched if self._is_broken(e, values))

    def _is_broken(self, equation: BoundEquation, values: Mapping[Key, int | None]) -> bool:
        left = sum(t.weight * (values[t.key] or 0) for t in equation.left)
        right = sum(t.weight * (values[t.key] or 0) for t in equation.right)
        return abs(left - right) > sum(self._figures.tolerance(t.key) for t in equation.terms)

    # -- drawing ---------------------------------------------------------------------------------

    def misprint(self, kind: str, random: Random) -> Misprint | None:
        """A misprint of this kind that breaks an identity; None where the document has no place for one.

        Tables take turns by chance, then the cells of the table, so that small tables count as much as
        large ones.
        """
        for _ in range(_TRIES):
            drawn = self._draw(kind, random)
            found = self._done(kind, *drawn) if drawn else None
            if found is not None and (kind == COLUMN or found.is_seen_in_every_cell):
                return found
        return None

    def two_misprints(self, random: Random) -> Misprint | None:
        """Two cells misprinted at once, each of them in an identity that is broken."""
        for _ in range(_TRIES):
            one, other = (self._draw(random.choice(tuple(OF_ONE_CELL)), random) for _ in range(2))
            if one is None or other is None or one[0].keys() & other[0].keys():
                continue
            found = self._done(TWO, {**one[0], **other[0]}, frozenset())
            if found is not None and found.is_seen_in_every_cell:
                return found
        return None

    def shown(self, kind: str, random: Random) -> str | None:
        """What becomes of a misprint of one cell drawn blindly over all figures.

        Returns:
            ``unbound`` where no identity binds the cell, ``hidden`` where rounding can hide the change,
            ``broken`` where an identity shows it; None where the figure cannot be misprinted so.
        """
        key = random.choice([k for k, f in self._facts.items() if f.value is not None])
        texts = self._edits(kind, key)
        if not texts:
            return None
        if key not in self.bound:
            return "unbound"
        changes = {key: random.choice(texts)}
        broken = self.broken(with_texts(self.publication, changes, self.contracts))
        return "broken" if broken else "hidden"

    def _done(self, kind: str, changes: Changes, around: frozenset[Key]) -> Misprint | None:
        publication = with_texts(self.publication, changes, self.contracts)
        broken = self.broken(publication)
        return Misprint(kind, changes, around, broken, publication) if broken else None

    def _draw(self, kind: str, random: Random) -> tuple[Changes, frozenset[Key]] | None:
        by_table: dict[str, list[Key]] = defaultdict(list)
        for key in self.bound:
            by_table[key.dataset].append(key)
        key = random.choice(by_table[random.choice(sorted(by_table))])
        if kind == COLUMN:
            return self._column(key)
        if kind == EXCHANGED:
            return self._exchange(key, random)
        texts = self._edits(kind, key)
        return ({key: random.choice(texts)}, frozenset()) if texts else None

    def _edits(self, kind: str, key: Key) -> list[str]:
        fact = self._facts[key]
        fen = self.contracts.publication.money_units[self._table(key).money_unit or "元"]
        return [t for t in edits(kind, fact.printed) if _says_otherwise(fact, t, fen)]

    def _exchange(self, key: Key, random: Random) -> tuple[Changes, frozenset[Key]] | None:
        """The figure and the one in the next cell at right or below, where there is another figure."""
        mine = self._facts[key]
        near = [
            f
            for f in self._table(key).facts
            if f.value is not None
            and f.value != mine.value
            and (f.count is None) == (mine.count is None)
            and _touch(mine, f)
        ]
        if not near:
            return None
        other = random.choice(near)
        return {key: other.printed, other.key: mine.printed}, frozenset()

    def _column(self, key: Key) -> tuple[Changes, frozenset[Key]] | None:
        """Every amount of the printed column in 元; a column of 三公 is one basis."""
        table = self._table(key)
        if table.money_unit != "万元" or self._facts[key].count is not None:
            return None
        sides = {r.row: r.side for r in table.rows}
        by_row = self.contracts.tables[key.dataset].kind == "bases"
        column = [
            f
            for f in table.facts
            if f.count is None
            and (f.key.row == key.row if by_row else f.key.column == key.column)
            and sides[f.key.row] == sides[key.row]
        ]
        changes = {f.key: _in_yuan(f) for f in column if f.value}
        return (changes, frozenset(f.key for f in column)) if len(changes) > 1 else None

    def _table(self, key: Key) -> PublishedTable:
        return self.publication.tables[key.dataset]


def _touch(one: Fact, other: Fact) -> bool:
    """Whether the other's cell begins where this one's ends, at right or below."""
    a, b = one.box, other.box
    right = abs(a.x1 - b.x0) + abs(a.y0 - b.y0) + abs(a.y1 - b.y1) < _EDGE
    below = abs(a.y1 - b.y0) + abs(a.x0 - b.x0) + abs(a.x1 - b.x1) < _EDGE
    return one.page == other.page and (right or below)


def _in_yuan(fact: Fact) -> str:
    assert fact.amount is not None
    text = str(yuan(fact.amount))
    return _grouped(text) if "," in fact.printed else text


def _says_otherwise(fact: Fact, text: str, unit_fen: int) -> bool:
    try:
        return _reprinted(fact, text, unit_fen).value != fact.value
    except UnreadableFigureError:
        return False
