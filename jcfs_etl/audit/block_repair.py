"""What a publication says with the slips of whole blocks undone, and which violations they explain."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from msgspec import Struct, field
from msgspec.structs import replace

from jcfs_etl.audit.block_search import Block, find_blocks
from jcfs_etl.audit.bounds import CLAIM, bounds_of_claims
from jcfs_etl.audit.joint import constraint_name, system_of
from jcfs_etl.audit.linear import Interval
from jcfs_etl.audit.model import Check, Figures
from jcfs_etl.audit.problem import Problem
from jcfs_etl.audit.statements import JudgedClaim, judge_narrative
from jcfs_etl.contracts.model import Contracts
from jcfs_etl.interpret.model import Claim
from jcfs_etl.places import Key
from jcfs_etl.recognise.model import Fact, Publication, PublishedTable


class Repair(Struct, frozen=True):
    """A publication with its block slips undone; nothing is undone in the data.

    Attributes:
        blocks: the slips; usually none.
        publication: with the figures that were meant; those that are lost are not on its forms.
        claims: the statements, judged on that.
        explained: by number of the block, the claims that it explains.
    """

    blocks: tuple[Block, ...]
    publication: Publication
    claims: tuple[JudgedClaim, ...]
    explained: Mapping[int, tuple[JudgedClaim, ...]] = field(default_factory=dict)

    @property
    def meant(self) -> Mapping[Key, Interval]:
        """What was meant where that is not what is printed."""
        return {key: box for block in self.blocks for key, box in block.slip.undone.items()}

    def explains(self, check: Check) -> bool:
        """Whether a violated identity holds with a block undone."""
        if check.verdict != "violated" or check.equation is None:
            return False
        return any(constraint_name(check.equation) in block.explained for block in self.blocks)


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
    nothing = Repair((), publication, judged)
    wrong = [c for c in checks if c.verdict == "violated"]
    if not wrong:
        return nothing
    figures = Figures.of_tables(publication.tables, contracts)
    # A violated statement that may be of several things does not say which figure is wrong.
    binding = [
        j
        for claim, j in zip(claims, judged, strict=True)
        if j.verdict in ("exact", "rounding") or (j.verdict == "violated" and not claim.readings)
    ]
    beside = bounds_of_claims(binding, publication.half)
    system = system_of(figures, checks, beside)
    names = frozenset(c.name for c in beside.constraints)
    units = contracts.publication.money_units
    blocks = find_blocks(Problem(system, figures, publication.tables, units, names))
    if not blocks:
        return nothing
    explained: dict[int, tuple[JudgedClaim, ...]] = {}
    repaired, now = publication, judged
    for number, block in enumerate(blocks):
        repaired = with_meant(repaired, block.slip.undone, figures)
        then = judge_narrative(claims, repaired, contracts)
        pairs = list(zip(now, then, strict=True))
        explained[number] = tuple(a for a, b in pairs if is_wrong(a) and not is_wrong(b))
        now = tuple(b if is_wrong(a) else a for a, b in pairs)
    return Repair(blocks, repaired, now, explained)


def noted(checks: Sequence[Check], repair: Repair) -> list[Check]:
    """The checks as tried, those that a block explains with a note that says so."""
    note = "the figures of a whole block are not those that were meant, and explain it"
    return [replace(c, note=note) if repair.explains(c) else c for c in checks]


def claims_noted(claims: Sequence[JudgedClaim], repair: Repair) -> tuple[JudgedClaim, ...]:
    """The claims as judged on what is printed, those that a block explains with a note that says so."""
    explained = {id(j) for found in repair.explained.values() for j in found}
    note = "the figures of a whole block of a table are not those that were meant, and explain it"
    return tuple(replace(j, note=note) if id(j) in explained else j for j in claims)


def identities_of(block: Block) -> int:
    """How many identities a block explains."""
    return sum(not name.startswith(CLAIM) for name in block.explained)


def is_wrong(judged: JudgedClaim) -> bool:
    """Whether nothing that a statement may be of bears it out."""
    return judged.verdict == "violated" or bool(judged.candidates)


def with_meant(publication: Publication, meant: Mapping[Key, Interval], figures: Figures) -> Publication:
    """With what was meant; a figure that is lost, or known less well than it should be, is left out."""
    tables = dict(publication.tables)
    for dataset in {key.dataset for key in meant}:
        tables[dataset] = _table_with(tables[dataset], meant, figures)
    return replace(publication, tables=tables)


def _table_with(table: PublishedTable, meant: Mapping[Key, Interval], figures: Figures) -> PublishedTable:
    facts: list[Fact] = []
    for fact in table.facts:
        box = meant.get(fact.key)
        if box is None:
            facts.append(fact)
        elif box.low is not None and box.high is not None and _is_as_fine(box, fact, figures):
            facts.append(replace(fact, amount=(box.low + box.high) // 2, is_blank=False))
    return replace(table, facts=tuple(facts))


def _is_as_fine(box: Interval, fact: Fact, figures: Figures) -> bool:
    assert box.low is not None and box.high is not None
    return box.high - box.low <= 2 * figures.tolerance(fact.key) + 1
