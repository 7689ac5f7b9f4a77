"""Slips of whole blocks: what a publication says with them undone, and one finding for each."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from msgspec import Struct
from msgspec.structs import replace

from jcfs_etl.audit.block_search import Block, find_blocks
from jcfs_etl.audit.bounds import CLAIM, bounds_of_claims
from jcfs_etl.audit.joint import system_of
from jcfs_etl.audit.linear import FREE, Interval
from jcfs_etl.audit.model import Check, Figures
from jcfs_etl.audit.problem import Problem
from jcfs_etl.audit.statements import JudgedClaim, judge_narrative
from jcfs_etl.audit.words import Words, counted
from jcfs_etl.contracts.model import Contracts
from jcfs_etl.contracts.naming import row_name
from jcfs_etl.contracts.table import Table
from jcfs_etl.findings import Both, Finding, Suspect, Value
from jcfs_etl.interpret.model import Claim
from jcfs_etl.places import Key
from jcfs_etl.recognise.model import Fact, Publication
from jcfs_etl.wording import listed, on_pages

#: Columns of a block that a message names one by one.
_COLUMNS = 3


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


def block_findings(repair: Repair, words: Words) -> Iterator[Finding]:
    """One finding for each block whose figures are not those that were meant.

    Args:
        repair: the blocks, and the statements that they explain.
        words: names the figures as printed.
    """
    for block, explained in zip(repair.blocks, repair.explained, strict=True):
        yield _Teller(block, words).finding(len(explained))


class _Teller:
    """Tells one block."""

    def __init__(self, block: Block, words: Words) -> None:
        self._block, self._slip, self._words = block, block.slip, words
        self._published = words.publication.tables[block.slip.dataset]
        self._labels = {row.row: row.label for row in self._published.rows}

    def finding(self, statements: int) -> Finding:
        """The finding, with every figure of the block as one set of suspects."""
        said: dict[str, Value] = {
            "where": self._where(),
            "rows": self._rows(),
            "columns": self._columns(),
            "then": self._then(statements),
        }
        match self._slip.kind:
            case "shifted":
                return self._finding("rows_displaced", {**said, **self._shifted()})
            case "exchanged":
                return self._finding("columns_exchanged", said)
            case "unit":
                printed, unit = self._slip.units
                return self._finding("other_money_unit", {**said, "printed": printed, "unit": unit})
            case "repeated":
                which = "their own are not printed"
                if self._slip.is_either:
                    which = "one of the two was copied over the other"
                return self._finding("block_repeated", {**said, "source": self._source(), "which": which})
            case _:
                return self._finding("table_taken_over", {**said, "source": self._source()})

    def _finding(self, code: str, values: dict[str, Value]) -> Finding:
        key = max(self._slip.meant, key=self._difference)
        fact, box = self._words.fact(key), self._meant(key)
        first = self._words.fact(next(iter(self._slip.meant)))
        suspects, at = tuple(self._suspects()), first.box if first.page == fact.page else fact.box
        found = Finding(code, "inconsistent", "document", values=values, suspects=suspects)
        return found.stating(fact.amount or 0, box.low, box.high).at(key, fact.page, at)

    def _suspects(self) -> Iterator[Suspect]:
        reasons = {
            "shifted": f"stands {abs(self._slip.distance)} rows from its label",
            "exchanged": "columns exchanged",
            "unit": f"printed in {self._slip.units[0]} where {self._slip.units[1]} is meant",
            "repeated": "repeats the figure of another row",
            "taken_over": "taken over from another table",
        }
        for key in self._slip.meant:
            fact, box = self._words.fact(key), self._meant(key)
            reason = reasons[self._slip.kind]
            yield Suspect(1, *key, fact.printed, fact.page, box.low, box.high, reason)

    def _meant(self, key: Key) -> Interval:
        box = self._slip.meant[key]
        return self._block.implied.get(key, FREE) if box == FREE else box

    def _difference(self, key: Key) -> int:
        middle = self._meant(key).middle
        return 0 if middle is None else abs((self._words.fact(key).value or 0) - middle)

    # Words

    def _where(self) -> Both:
        pages = on_pages(self._words.fact(key).page for key in self._slip.meant)
        return self._words.say("block.where", title=self._published.title, pages=pages)

    def _span(self, rows: Sequence[str]) -> Both:
        """Names of rows, the first and the last of several."""
        name = "block.one" if len(rows) == 1 else "block.span"
        return self._words.say(name, first=rows[0], last=rows[-1])

    def _row(self, row: str) -> str:
        label = self._labels.get(row, "")
        return row_name(self._table, row, "" if label == row else label)

    @property
    def _table(self) -> Table:
        return self._words.contracts.tables[self._slip.dataset]

    def _rows(self) -> Both:
        rows, count = self._span([*map(self._row, self._slip.rows)]), len(self._slip.rows)
        return self._words.say("block.row" if count == 1 else "block.rows", rows=rows, count=count)

    def _columns(self) -> Both | str:
        printed = {
            c for c in self._published.columns if any(f.key.column == c for f in self._published.facts)
        }
        names = [self._table.columns[c].labels[0] for c in self._slip.columns]
        if printed <= set(self._slip.columns) and self._slip.kind != "exchanged":
            return "all columns" if len(names) > 1 else ""
        if self._slip.kind == "exchanged":
            return Both(" and ".join(names[:2]), "与".join(f"“{n}”" for n in names[:2]))
        s = "" if len(names) == 1 else "s"
        return self._words.say("block.columns", s=s, names=listed(names, _COLUMNS))

    def _shifted(self) -> dict[str, Value]:
        slip, away = self._slip, abs(self._slip.distance)
        return {
            "distance": away,
            "s": "" if away == 1 else "s",
            "side": "above" if slip.distance > 0 else "below",
            "begins": self._row(slip.first) if slip.first else "",
            "reaches": self._row(slip.last) if slip.last else "",
            "lost": "" if slip.first or slip.last else self._lost(),
        }

    def _lost(self) -> Both | str:
        """The rows whose own figures are not printed any more, where it is certain which."""
        meant = self._slip.meant
        lost = {key.row for key, box in meant.items() if box == FREE}
        rows = [self._row(row.row) for row in self._published.rows if row.row in lost]
        return self._span(rows) if rows else ""

    def _source(self) -> Both:
        keys = self._slip.source
        table = self._words.publication.tables[keys[0].dataset]
        labels = {row.row: row.label for row in table.rows}
        contract = self._words.contracts.tables[table.dataset]
        if self._slip.kind == "taken_over":
            return self._words.say("block.table", title=table.title, pages=on_pages(table.pages))
        if {k.row for k in keys} == set(self._slip.rows):
            names = [contract.columns[c].labels[0] for c in dict.fromkeys(k.column for k in keys)]
            return self._words.say("block.column", names=listed(names, _COLUMNS))
        first, last = (row_name(contract, k.row, labels.get(k.row, "")) for k in (keys[0], keys[-1]))
        return self._span([first, last])

    def _then(self, statements: int) -> Both:
        identities = sum(not name.startswith(CLAIM) for name in self._block.explained)
        lost = self._slip.kind in ("repeated", "taken_over")
        ends = {"s": "s", "es": "es"} if identities + statements == 1 else {"s": "", "es": ""}
        what = counted(identities, statements)
        return self._words.say("block.then_without" if lost else "block.then", what=what, **ends)
