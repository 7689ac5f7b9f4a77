"""Suspects: which figures would be wrong, how, and how likely that is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any

from msgspec import Struct

from jcfs_etl.audit.edits import Scale, smallest_edit
from jcfs_etl.audit.linear import Interval, Variable
from jcfs_etl.audit.model import Figures
from jcfs_etl.audit.slips import Slip
from jcfs_etl.places import Key
from jcfs_etl.recognise.model import Fact, PublishedTable

#: Cost of holding a statement of the narrative for wrong: somewhat more than a slip in one digit.
_STATEMENT = 200


class SuspectCell(Struct, frozen=True):
    """A figure that may be wrong, as printed.

    Attributes:
        low, high: where its true amount must lie if it is the one, in 分 (or pieces); None where unbounded.
        reason: what slip it would be, and from which figure.
        slip: the kind of slip alone.
        meant: the figure that was meant, as the table would print it; empty where that is open.
    """

    key: Key
    printed: str
    page: int
    low: int | None
    high: int | None
    reason: str
    slip: str
    meant: str = ""


class SuspectSet(Struct, frozen=True):
    """Figures that together explain a conflict.

    Attributes:
        cells: in page order.
        aside: statements beside the tables that would be wrong instead or as well: names of
            constraints, and quantities.
        cost: how unlikely the slips are (see :mod:`jcfs_etl.audit.edits`); compares sets of one size.
        reason: what slip it would be.
        known_slip: whether one known slip explains all of it.
        firm: whether that slip mends more than one contradiction; one alone may be chance.
    """

    cells: tuple[SuspectCell, ...]
    aside: tuple[Variable, ...]
    cost: int
    reason: str
    known_slip: bool = False
    firm: bool = False

    @property
    def size(self) -> int:
        """How many slips it takes."""
        return 1 if self.known_slip else len(self.cells) + len(self.aside)


class Telling:
    """Tells explanations in terms of what is printed, and ranks them.

    ``places`` has page, upper edge, left edge and number of each fact.
    """

    def __init__(
        self, figures: Figures, tables: Mapping[str, PublishedTable], money_units: Mapping[str, int]
    ) -> None:
        self._figures, self._tables, self._money_units = figures, tables, money_units
        self.facts: dict[Key, Fact] = {f.key: f for t in tables.values() for f in t.facts}
        self.places = {k: (f.page, f.box.y0, f.box.x0, n) for n, (k, f) in enumerate(self.facts.items())}

    def set_aside(self, implied: Mapping[Key, Interval], aside: Sequence[Variable]) -> SuspectSet:
        """Figures set aside, each with the smallest slip that leads to it from what the rest implies.

        Args:
            implied: the interval of each figure, in 分 (or pieces), in page order.
            aside: statements that are set aside, too.
        """
        cost = _STATEMENT ** len(aside)
        cells = []
        for key, box in implied.items():
            scale = self._scale(key)
            edit = smallest_edit(self.facts[key].printed, self._figures.values[key], box, scale)
            cost *= edit.cost
            meant = "" if edit.meant is None else scale.text(edit.meant)
            reason = f"{edit.kind}: {_shown(self.facts[key])} for {meant}" if meant else edit.kind
            cells.append(self._cell(key, box, reason, edit.kind, meant))
        reasons = [cell.reason for cell in cells] + [f"{name} is wrong" for name in aside]
        return SuspectSet(tuple(cells), tuple(aside), cost, "; ".join(reasons))

    def slipped(self, slip: Slip, firm: bool) -> SuspectSet:
        """A known slip; ``firm`` when it mends more than one contradiction."""
        keys = sorted(slip.meant, key=lambda key: self.places[key])
        cells = tuple(
            self._cell(key, slip.meant[key], slip.reason, slip.reason, self._only(key, slip.meant[key]))
            for key in keys
        )
        return SuspectSet(cells, (), slip.cost, slip.reason, True, firm)

    def rank(self, suspects: SuspectSet) -> tuple[Any, ...]:
        """Sorts firm known slips first, then by cells, smaller slips, doubtful readings, page order."""
        return (
            not suspects.firm,
            suspects.size,
            suspects.cost,
            len(suspects.cells) + len(suspects.aside),
            min((_surety(self.facts[c.key]) for c in suspects.cells), default=1.0),
            [self.places[c.key] for c in suspects.cells],
            [str(name) for name in suspects.aside],
        )

    def _cell(self, key: Key, box: Interval, reason: str, slip: str, meant: str) -> SuspectCell:
        fact = self.facts[key]
        return SuspectCell(key, fact.printed, fact.page, box.low, box.high, reason, slip, meant)

    def _only(self, key: Key, box: Interval) -> str:
        """The one figure whose rounding is an interval; empty where it is wider."""
        scale = self._scale(key)
        if box.low is None or box.high is None or box.high - box.low > scale.step:
            return ""
        return scale.text(round(Fraction(box.low + box.high, 2 * scale.step)))

    def _scale(self, key: Key) -> Scale:
        if self._figures.is_count(key):
            return Scale(1, 0)
        step = max(1, 2 * self._figures.tolerance(key))
        unit = self._money_units.get(self._tables[key.dataset].money_unit or "", 100)
        # Units and steps are powers of ten.
        return Scale(step, max(0, len(str(unit)) - len(str(step))))


def _surety(fact: Fact) -> float:
    """How sure the reading is: 1 for a text layer, less where OCR was in doubt."""
    return fact.confidence if fact.source == "ocr" else 1.0


def _shown(fact: Fact) -> str:
    return fact.printed.replace("\n", "").strip() or "blank"
