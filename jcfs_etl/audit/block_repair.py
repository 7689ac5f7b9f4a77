"""What a publication says with the slips of whole blocks undone, and which violations they explain."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from msgspec import Struct
from msgspec.structs import replace

from jcfs_etl.audit.block_search import Block, find_blocks
from jcfs_etl.audit.bounds import bounds_of_claims
from jcfs_etl.audit.joint import system_of
from jcfs_etl.audit.linear import Interval
from jcfs_etl.audit.model import Check, Figures
from jcfs_etl.audit.problem import Problem
from jcfs_etl.audit.statements import JudgedClaim, judge_narrative
from jcfs_etl.contracts.model import Contracts
from jcfs_etl.interpret.model import Claim
from jcfs_etl.places import Key
from jcfs_etl.recognise.model import Fact, Publication


class Repair(Struct, frozen=True):
    """A publication with its block slips undone; nothing is undone in the data.

    Attributes:
        blocks: the slips; usually none.
        publication: with the figures that were meant; those that are lost are not on its forms.
        claims: the statements, judged on that.
        explained: the claims that each of the blocks explains.
    """

    blocks: tuple[Block, ...]
    publication: Publication
    claims: tuple[JudgedClaim, ...]
    explained: tuple[tuple[JudgedClaim, ...], ...] = ()

    @property
    def meant(self) -> Mapping[Key, Interval]:
        """What was meant where that is not what is printed."""
        return {key: box for block in self.blocks for key, box in block.slip.undone.items()}

    def explains(self, check: Check) -> bool:
        """Whether a violated identity holds with a block undone."""
        if check.verdict != "violated" or check.equation is None:
            return False
        return any(check.equation.name in block.explained for block in self.blocks)


def undone(
    claims: Sequence[Claim],
    judged: tuple[JudgedClaim, ...],
    checks: Sequence[Check],
    publication: Publication,
    contracts: Contracts,
) -> Repair:
    """Look for slips of whole blocks and undo them.

    Args:
        claims: of the narrative.
        judged: the same, judged on what is printed.
        checks: identities tried on what is printed.
        publication: as recognised.
        contracts: the contracts.

    Returns:
        The publication as it is where there is none.
    """
    if not any(c.verdict == "violated" for c in checks):
        return Repair((), publication, judged)
    figures = Figures.of_tables(publication.tables, contracts)
    # A violated statement that may be of several things does not say which figure is wrong.
    pairs = zip(claims, judged, strict=True)
    binding = [j for c, j in pairs if j.holds or (j.verdict == "violated" and not c.readings)]
    beside = bounds_of_claims(binding, publication.half)
    names = frozenset(c.name for c in beside.constraints)
    units = contracts.publication.money_units
    system = system_of(figures, checks, beside)
    blocks = find_blocks(Problem(system, figures, publication.tables, units, names))
    explained: list[tuple[JudgedClaim, ...]] = []
    repaired, now = publication, judged
    for block in blocks:
        repaired = with_meant(repaired, block.slip.undone, figures)
        then = list(zip(now, judge_narrative(claims, repaired, contracts), strict=True))
        explained.append(tuple(a for a, b in then if a.is_wrong and not b.is_wrong))
        now = tuple(b if a.is_wrong else a for a, b in then)
    return Repair(blocks, repaired, now, tuple(explained))


def noted(checks: Sequence[Check], repair: Repair) -> list[Check]:
    """The checks as tried, those that a block explains with a note that says so."""
    note = "the figures of a whole block are not those that were meant, and explain it"
    return [replace(c, note=note) if repair.explains(c) else c for c in checks]


def claims_noted(claims: Sequence[JudgedClaim], repair: Repair) -> tuple[JudgedClaim, ...]:
    """The claims as judged on what is printed, those that a block explains with a note that says so."""
    explained = {id(j) for found in repair.explained for j in found}
    note = "the figures of a whole block of a table are not those that were meant, and explain it"
    return tuple(replace(j, note=note) if id(j) in explained else j for j in claims)


def with_meant(publication: Publication, meant: Mapping[Key, Interval], figures: Figures) -> Publication:
    """With what was meant; a figure that is lost, or known less well than it should be, is left out."""
    tables = dict(publication.tables)
    for dataset in {key.dataset for key in meant}:
        facts: list[Fact] = []
        for fact in tables[dataset].facts:
            box = meant.get(fact.key)
            if box is None:
                facts.append(fact)
            elif box.width is not None and box.width <= 2 * figures.tolerance(fact.key) + 1:
                facts.append(replace(fact, amount=box.middle, is_blank=False))
        tables[dataset] = replace(tables[dataset], facts=tuple(facts))
    return replace(publication, tables=tables)
