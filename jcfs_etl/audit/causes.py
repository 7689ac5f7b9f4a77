"""What is wrong, one cause at a time: a slip with every identity and statement that does not hold for it.

Identities that share a figure are violated together when it is wrong. The audit explains them together
(:mod:`jcfs_etl.audit.localise`); here an explanation is taken apart into slips, and each slip takes its
identities and statements with it, so that a person reads of it once.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import TypeVar

from msgspec import Struct
from msgspec.structs import replace

from jcfs_etl.audit.block_repair import with_meant
from jcfs_etl.audit.bounds import claim_number
from jcfs_etl.audit.linear import Interval
from jcfs_etl.audit.localise import Conflict, SuspectCell, SuspectSet
from jcfs_etl.audit.model import Check, Figures
from jcfs_etl.audit.statements import JudgedClaim, judge_narrative
from jcfs_etl.contracts.model import Contracts
from jcfs_etl.interpret.model import Claim
from jcfs_etl.places import Key
from jcfs_etl.recognise.model import Publication

_Noted = TypeVar("_Noted", Check, JudgedClaim)


class Cause(Struct, frozen=True):
    """One slip, and what does not hold for it.

    Attributes:
        cells: the figures that are wrong by it in the likeliest explanation; none where there is none, and
            the identities are those that are connected by their figures.
        checks: violated identities that they stand in, in the order of the contracts.
        conflict: with all explanations; None where the whole was not asked.
        claims: statements that are right of what was meant.
    """

    cells: tuple[SuspectCell, ...]
    checks: tuple[Check, ...]
    conflict: Conflict | None
    claims: tuple[JudgedClaim, ...] = ()

    @property
    def keys(self) -> frozenset[Key]:
        """The figures that are wrong by it."""
        return frozenset(cell.key for cell in self.cells)

    @property
    def places(self) -> int:
        """How many identities and statements do not hold for it."""
        return len(self.checks) + len(self.claims)


def causes_of(
    checks: Iterable[Check], conflicts: Sequence[Conflict], binding: Sequence[JudgedClaim]
) -> tuple[Cause, ...]:
    """The violated identities by what is wrong.

    Args:
        checks: identities tried; each violated one is in a cause.
        conflicts: what the audit of the whole located.
        binding: the statements that it was tried with, in the order of their constraints.

    Returns:
        Causes in the order of their first identities.
    """
    named = [(check.equation.name, check) for check in checks if check.equation is not None]
    violated = [check for _, check in named if check.verdict == "violated"]
    causes: list[Cause] = []
    told: set[int] = set()
    for conflict in conflicts:
        mine = [c for name, c in named if c.verdict == "violated" and name in conflict.constraints]
        for cells in _slips(conflict.sets[0]) if conflict.sets and mine else ():
            keys = {cell.key for cell in cells}
            touched = tuple(check for check in mine if keys & check.keys)
            if touched:
                causes.append(Cause(cells, touched, conflict, _stated(conflict, keys, binding)))
                told |= {id(check) for check in touched}
        left = tuple(check for check in mine if id(check) not in told)
        # Without an explanation, those that share figures are told together.
        groups = [left] if not conflict.sets and left else [(check,) for check in left]
        causes += [Cause((), group, conflict) for group in groups]
        told |= {id(check) for check in mine}
    causes += [Cause((), (check,), None) for check in violated if id(check) not in told]
    order = {id(check): n for n, check in enumerate(violated)}
    return tuple(sorted(causes, key=lambda cause: order[id(cause.checks[0])]))


def with_claims(
    causes: Sequence[Cause],
    claims: Sequence[Claim],
    judged: Sequence[JudgedClaim],
    publication: Publication,
    contracts: Contracts,
) -> tuple[tuple[Cause, ...], tuple[JudgedClaim, ...]]:
    """Give each cause the statements that hold with what was meant in the place of what is printed.

    Args:
        causes: of the document.
        claims: of the narrative.
        judged: the same, judged.
        publication: that they were judged on.
        contracts: the contracts.

    Returns:
        The causes, and the statements as they are with every slip mended.
    """
    if not causes or not any(one.is_wrong for one in judged):
        return tuple(causes), tuple(judged)
    # What figures should have been, where that is known on both sides.
    boxes = ((cell.key, Interval(cell.low, cell.high)) for cause in causes for cell in cause.cells)
    meant = {key: box for key, box in boxes if box.width is not None}
    mended = with_meant(publication, meant, Figures.of_tables(publication.tables, contracts))
    # A figure that is not known to its last decimal would be missing, and say nothing of a statement.
    known = {fact.key for fact in mended.facts}
    then = judge_narrative(claims, mended, contracts)
    told = {id(claim) for cause in causes for claim in cause.claims}
    now: list[JudgedClaim] = []
    found: list[JudgedClaim] = []
    for before, after in zip(judged, then, strict=True):
        keys = _keys_of(before)
        is_mended = before.is_wrong and not after.is_wrong and keys <= known and not keys.isdisjoint(meant)
        if id(before) in told or is_mended:
            found.append(before)
            now.append(replace(before, verdict="rounding", candidates=()) if after.is_wrong else after)
        else:
            now.append(before)
    return tuple(_shared_out(causes, found)), tuple(now)


def _shared_out(causes: Iterable[Cause], found: Sequence[JudgedClaim]) -> Iterator[Cause]:
    """Each cause with the statements that it explains; the first of several has a statement."""
    taken: set[int] = set()
    for cause in causes:
        mine = tuple(j for j in found if id(j) not in taken and not cause.keys.isdisjoint(_keys_of(j)))
        taken |= {id(j) for j in mine}
        yield replace(cause, claims=mine)


def notes(causes: Iterable[Cause]) -> Mapping[int, str]:
    """What is to be noted at identities and statements that are told with others, by their ids as objects."""
    found: dict[int, str] = {}
    for cause in causes:
        if cause.cells and cause.places > 1:
            note = f"told of {'/'.join(cause.cells[0].key)}, which would explain it"
            for one in (*cause.checks, *cause.claims):
                found.setdefault(id(one), note)
    return found


def with_notes(
    items: Sequence[_Noted], as_explained: Sequence[object], told: Mapping[int, str]
) -> list[_Noted]:
    """Checks or claims with their notes.

    Args:
        items: what gets the notes.
        as_explained: the same, as the causes know them.
        told: notes by ids of the latter.
    """
    return [
        replace(item, note=told[id(known)]) if id(known) in told else item
        for item, known in zip(items, as_explained, strict=True)
    ]


def _slips(best: SuspectSet) -> list[tuple[SuspectCell, ...]]:
    """An explanation by slips: all of a known slip, else one figure each; printed twice alike is one."""
    if best.known_slip:
        return [best.cells]
    groups: dict[object, list[SuspectCell]] = {}
    for cell in best.cells:
        groups.setdefault((cell.printed, cell.meant) if cell.meant else cell.key, []).append(cell)
    return [tuple(group) for group in groups.values()]


def _stated(
    conflict: Conflict, keys: Collection[Key], binding: Sequence[JudgedClaim]
) -> tuple[JudgedClaim, ...]:
    """Statements that are violated and hold with the figures set aside."""
    aside = {number for name in conflict.sets[0].aside if (number := claim_number(name)) is not None}
    numbers = {number for name in conflict.constraints if (number := claim_number(name)) is not None} - aside
    return tuple(
        binding[number]
        for number in sorted(numbers)
        if binding[number].verdict == "violated" and not _keys_of(binding[number]).isdisjoint(keys)
    )


def _keys_of(judged: JudgedClaim) -> set[Key]:
    return {key for one in (judged, *judged.candidates) for key in one.keys}
