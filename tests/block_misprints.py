"""Slips of whole blocks that publishers make, done to a recognised publication."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import combinations
from random import Random

from misprints import Target, with_texts
from msgspec import Struct
from msgspec.structs import replace

from jcfs_etl.across.model import CuratedFigure, CuratedPublication
from jcfs_etl.audit.blocks import Stack, stacks
from jcfs_etl.audit.model import BoundEquation, Figures
from jcfs_etl.contracts.model import Contracts
from jcfs_etl.findings import Finding
from jcfs_etl.money import in_unit, yuan
from jcfs_etl.places import Key
from jcfs_etl.recognise.model import Fact, Publication, PublishedTable, TableRow

INSERTED = "lines inserted among the labels"
MOVED = "figures moved up or down"
REPEATED = "a block of figures repeated"
EXCHANGED = "two columns exchanged"
ROW = "a row in another unit"
COLUMN = "a column in another unit"
TABLE = "a table in another unit"
TAKEN = "a table taken over from another"
LAST_YEAR = "a table taken over from last year"
KINDS = (INSERTED, MOVED, REPEATED, EXCHANGED, ROW, COLUMN, TABLE, TAKEN)

#: Figures that must be wrong for a block that is displaced; fewer are slips of single cells.
_FIGURES = 4
#: How often another block is tried before a kind is given up on a document.
_TRIES = 60
#: Codes of items (项) and their groups that a made-up line has; no document prints them.
_LINES = tuple(f"{n:02d}" for n in range(91, 99))


class BlockMisprint(Struct, frozen=True):
    """A slip of a block.

    Attributes:
        kind: which one.
        publication: with it.
        dataset: the table.
        keys: figures that are not what was meant.
        rows: rows whose figures are displaced, in printed order.
        distance: rows that the figures stand above their labels.
        broken: how many equations do not hold with it that did before.
        lost: rows whose own figures are not printed any more.
        amounts: by how many different amounts those equations do not hold that have no figure in these rows.
    """

    kind: str
    publication: Publication
    dataset: str
    keys: frozenset[Key]
    rows: tuple[str, ...]
    distance: int = 0
    broken: int = 0
    lost: frozenset[str] = frozenset()
    amounts: int = 0

    @property
    def shown(self) -> frozenset[Key]:
        """The figures that are not nothing: small ones round to that in another unit."""
        by_key = self.publication.tables[self.dataset].by_key
        return frozenset(key for key in self.keys if by_key[key].value)


def block_misprint(
    kind: str, publication: Publication, contracts: Contracts, random: Random
) -> BlockMisprint | None:
    """A slip of this kind that breaks at least one identity; None where the document has no place for one."""
    for _ in range(_TRIES):
        drawn = _draw(kind, publication, contracts, random)
        if drawn is None or not drawn.keys:
            continue
        # Lines that were inserted are bound by identities of their own.
        broken = Target(drawn.publication, contracts).broken_as_printed
        if broken:
            gone = {key for key in drawn.keys if key.row in drawn.lost}
            firm = [e for e in broken if gone.isdisjoint(t.key for t in e.terms)]
            amounts = {abs(_difference(equation)) for equation in firm}
            return replace(drawn, broken=len(broken), amounts=len(amounts))
    return None


def _draw(kind: str, publication: Publication, contracts: Contracts, random: Random) -> BlockMisprint | None:
    figures = Figures.of_tables(publication.tables, contracts)
    every = [s for t in publication.filled for s in stacks(t, figures)]
    stack = random.choice(every)
    if kind == INSERTED:
        codes = [s for s in every if s.dataset in _CODED and len(s.rows) >= 5]
        return _inserted(random.choice(codes), publication, contracts, random) if codes else None
    if kind == MOVED:
        return _moved(stack, publication, contracts, random)
    if kind == REPEATED:
        return _repeated(stack, publication, contracts, random)
    if kind == EXCHANGED:
        return _exchanged(stack, publication, contracts, random)
    if kind in (ROW, COLUMN, TABLE):
        return _in_another_unit(kind, stack, publication, contracts, random)
    return _taken_over(every, publication, contracts, random)


_CODED = ("income", "expenditure", "general_budget_expenditure", "government_fund")


def _done(
    kind: str,
    publication: Publication,
    contracts: Contracts,
    texts: Mapping[Key, str],
    rows: Sequence[str],
    distance: int = 0,
) -> BlockMisprint | None:
    """With other texts in some cells; one without a digit stands for a blank."""
    texts = {key: text if any(c.isdigit() for c in text) else "" for key, text in texts.items()}
    blank = {key for key, text in texts.items() if not text}
    changed = with_texts(publication, {k: t for k, t in texts.items() if t}, contracts)
    tables = {
        dataset: replace(table, facts=tuple(_blank(f) if f.key in blank else f for f in table.facts))
        for dataset, table in changed.tables.items()
    }
    changed = replace(changed, tables=tables)
    before = {f.key: f.value or 0 for f in publication.facts}
    keys = frozenset(f.key for f in changed.facts if (f.value or 0) != before[f.key])
    if len(keys) < (2 if kind in (ROW, COLUMN, TABLE) else _FIGURES):
        return None
    return BlockMisprint(kind, changed, next(iter(keys)).dataset, keys, tuple(rows), distance)


def _difference(equation: BoundEquation) -> int:
    left = sum(t.weight * (t.value or 0) for t in equation.left)
    return left - sum(t.weight * (t.value or 0) for t in equation.right)


def _blank(fact: Fact) -> Fact:
    return replace(fact, printed="", amount=None, count=None, is_blank=True)


def _facts(publication: Publication, stack: Stack) -> list[list[Fact]]:
    by_key = publication.tables[stack.dataset].by_key
    return [[by_key[stack.key(i, j)] for j in range(len(stack.columns))] for i in range(len(stack.rows))]


def _is_whole(publication: Publication, stack: Stack) -> bool:
    """Whether the stack has a cell in every place, none of which counts."""
    by_key = publication.tables[stack.dataset].by_key
    return all(k in by_key and by_key[k].count is None for k in stack.place)


def _moved(
    stack: Stack, publication: Publication, contracts: Contracts, random: Random
) -> BlockMisprint | None:
    """Figures from one row on stand some rows up or down; what is pushed out at the end is lost."""
    n = len(stack.rows)
    if n < 5 or not _is_whole(publication, stack):
        return None
    away = random.randint(1, min(4, n // 3))
    distance = random.choice((away, -away))
    start = random.randint(0, n - away - 3)
    facts = _facts(publication, stack)
    texts: dict[Key, str] = {}
    for i in range(start, n):
        at = i + distance
        for j in range(len(stack.columns)):
            texts[stack.key(i, j)] = facts[at][j].printed if start <= at < n else ""
    moved = [stack.rows[i] for i in range(start, n) if start <= i - distance < n]
    done = _done(MOVED, publication, contracts, texts, moved, distance)
    return done and replace(done, lost=frozenset(stack.rows[start:n]) - frozenset(moved))


def _inserted(
    stack: Stack, publication: Publication, contracts: Contracts, random: Random
) -> BlockMisprint | None:
    """Lines inserted among the labels of a table of codes, the figures below them left where they are."""
    if not _is_whole(publication, stack):
        return None
    n, count = len(stack.rows), random.randint(1, 5)
    table = publication.tables[stack.dataset]
    items = [i for i, row in enumerate(stack.rows) if len(row) == 7 and i < n - 2]
    if not items:
        return None
    at = random.choice(items)
    group = stack.rows[at][:5]
    new = [c for c in (group + line for line in _LINES) if c not in stack.rows][:count]
    like = next(r for r in table.rows if r.row == stack.rows[at])
    lines = [replace(like, row=code, label=f"其他支出{code}") for code in new]
    place = next(k for k, r in enumerate(table.rows) if r.row == stack.rows[at]) + 1
    labels: list[TableRow] = [*table.rows[:place], *lines, *table.rows[place:]]
    order = [r.row for r in labels]
    facts = _facts(publication, stack)
    height = facts[-1][0].box.y1 - facts[-1][0].box.y0
    relaid: list[Fact] = []
    keys: set[Key] = set()
    for i, row in enumerate(order):
        below = max(0, i - n + 1)
        for printed in facts[min(i, n - 1)]:
            key = Key(stack.dataset, row, printed.key.column)
            box = printed.box
            box = box._replace(y0=box.y0 + below * height, y1=box.y1 + below * height)
            fact = replace(printed, key=key, box=box)
            fact = _blank(fact) if below else fact
            relaid.append(fact)
            meant = table.by_key.get(key)
            if (fact.value or 0) != (meant.value or 0 if meant else 0):
                keys.add(key)
    tables = {**publication.tables, stack.dataset: replace(table, rows=tuple(labels), facts=tuple(relaid))}
    rows = tuple(r for r in order[place + len(new) :])
    return BlockMisprint(
        INSERTED, replace(publication, tables=tables), stack.dataset, frozenset(keys), rows, len(new)
    )


def _repeated(
    stack: Stack, publication: Publication, contracts: Contracts, random: Random
) -> BlockMisprint | None:
    """A block copied over another one of the same columns, further up or down."""
    n = len(stack.rows)
    if n < 8 or not _is_whole(publication, stack):
        return None
    size = random.randint(3, n // 2)
    source = random.randint(0, n - size)
    target = random.randint(0, n - size)
    if abs(target - source) < size:
        return None
    facts = _facts(publication, stack)
    texts = {
        stack.key(target + i, j): facts[source + i][j].printed
        for i in range(size)
        for j in range(len(stack.columns))
    }
    return _done(REPEATED, publication, contracts, texts, stack.rows[target : target + size])


def _exchanged(
    stack: Stack, publication: Publication, contracts: Contracts, random: Random
) -> BlockMisprint | None:
    """The figures of two columns in each other's place; of a table of bases, of both bases."""
    by_key = publication.tables[stack.dataset].by_key
    if len(stack.rows) == 2 and len(stack.columns) > 1:
        pairs = [(stack.key(0, j), stack.key(1, j)) for j in range(len(stack.columns))]
    elif len(stack.columns) > 1:
        a, b = random.choice(list(combinations(range(len(stack.columns)), 2)))
        pairs = [(stack.key(i, a), stack.key(i, b)) for i in range(len(stack.rows))]
    else:
        return None
    if any(k not in by_key or by_key[k].count is not None for pair in pairs for k in pair):
        return None
    texts = {k: by_key[o].printed for pair in pairs for k, o in (pair, pair[::-1])}
    return _done(EXCHANGED, publication, contracts, texts, stack.rows)


def _in_another_unit(
    kind: str, stack: Stack, publication: Publication, contracts: Contracts, random: Random
) -> BlockMisprint | None:
    table = publication.tables[stack.dataset]
    by_row = contracts.tables[stack.dataset].kind == "bases"
    if kind == TABLE:
        facts = list(table.facts)
    elif (kind == ROW) != by_row:
        row = random.choice(stack.rows)
        facts = [f for f in table.facts if f.key.row == row]
    else:
        column = random.choice(stack.columns)
        facts = [f for f in table.facts if f.key.column == column and f.key.row in stack.rows]
    texts = {f.key: _other_unit(f, table, contracts) for f in facts if f.amount}
    if len({f.key for f in facts if f.amount}) < 2:
        return None
    return _done(kind, publication, contracts, texts, list(dict.fromkeys(f.key.row for f in facts)))


def _other_unit(fact: Fact, table: PublishedTable, contracts: Contracts) -> str:
    assert fact.amount is not None
    if table.money_unit == "万元":
        return str(yuan(fact.amount))
    unit = contracts.publication.money_units["万元"]
    # Two decimals, as who works in 万元 prints.
    rounded = round(fact.amount / (unit // 100)) * (unit // 100)
    return in_unit(rounded, unit, "").replace(",", "").strip() or "0"


def _taken_over(
    every: list[Stack], publication: Publication, contracts: Contracts, random: Random
) -> BlockMisprint | None:
    """A table with the figures of another one in its rows, as far as both have them."""
    stack, other = random.choice(every), random.choice(every)
    if stack.dataset == other.dataset or not _is_whole(publication, stack):
        return None
    shared = [row for row in stack.rows if row in other.rows]
    if len(shared) < 4 or not _is_whole(publication, other):
        return None
    theirs = publication.tables[other.dataset].by_key
    texts: dict[Key, str] = {}
    for row in stack.rows:
        for j, column in enumerate(stack.columns):
            there = Key(other.dataset, row, other.columns[j]) if j < len(other.columns) else None
            printed = theirs[there].printed if there is not None and row in shared else ""
            texts[Key(stack.dataset, row, column)] = printed
    return _done(TAKEN, publication, contracts, texts, stack.rows)


#: Codes of the findings that name a block, by kind of slip.
CODES = {
    INSERTED: "rows_displaced",
    MOVED: "rows_displaced",
    REPEATED: "block_repeated",
    EXCHANGED: "columns_exchanged",
    ROW: "other_money_unit",
    COLUMN: "other_money_unit",
    TABLE: "other_money_unit",
    TAKEN: "table_taken_over",
}
#: Amounts of so many digits that a block which is copied must have for that it can be told.
_COPIED, _DIGITS = 3, 3
#: Different amounts that a table of last year must print.
_STALE = 5
#: Amounts by which identities between printed figures must not hold for a displaced block to be told.
_BINDING = 2


def binds(slip: BlockMisprint) -> bool:
    """Whether anything tells a slip from one of single figures.

    Displaced figures: two identities between figures that are still printed do not hold, by two amounts; by
    one amount, only one row of figures is in the wrong place. Copied ones: three different amounts with
    digits enough are copied. In another unit: two figures are printed at all.
    """
    if slip.kind in (INSERTED, MOVED):
        return slip.amounts >= _BINDING
    if slip.kind == REPEATED:
        table = slip.publication.tables[slip.dataset]
        amounts = {abs(f.value) for f in table.facts if f.key.row in slip.rows and f.value}
        return sum(len(str(amount).rstrip("0")) >= _DIGITS for amount in amounts) >= _COPIED
    return len(slip.shown) > 1


def judged(slip: BlockMisprint, findings: Sequence[Finding]) -> str:
    """What an audit made of a slip: ``named``, ``and more``, ``one by one`` or ``wrong``."""
    blocks = [f for f in findings if f.code in CODES.values()]
    if not blocks:
        return "one by one"
    first = blocks[0]
    suspects = {Key(s.dataset, s.row, s.column) for s in first.suspects}
    is_right = first.code == CODES[slip.kind] and first.dataset == slip.dataset
    if first.code == "rows_displaced":
        above = first.values["side"] == "above"
        distance = first.values["distance"] if above else -int(str(first.values["distance"]))
        # Rows whose own figures are gone are not displaced.
        rows = {key.row for key in slip.keys} - slip.lost
        told = {key.row for key in suspects} - slip.lost
        is_near = any(first.values[end] for end in ("begins", "reaches")) and len(told ^ rows) < len(rows)
        is_whole = rows <= told and 2 * len(told - rows) <= len(rows)
        is_right = is_right and distance == slip.distance and (is_whole or is_near)
    elif first.code in ("block_repeated", "table_taken_over"):
        is_right = is_right and slip.keys <= suspects
    else:
        shown = slip.shown if slip.kind in (ROW, COLUMN, TABLE) else slip.keys
        is_right = is_right and suspects <= slip.keys and shown <= suspects
    if not is_right:
        return "wrong"
    beside = [f for f in findings if f is not first and f.severity in ("error", "inconsistent")]
    return "and more" if beside else "named"


class StaleTable(Struct, frozen=True):
    """A table that prints the figures of the year before.

    Attributes:
        publication: with it.
        dataset: the table.
        last: the publication of the year before, as it is curated.
    """

    publication: Publication
    dataset: str
    last: CuratedPublication


def stale_table(publication: Publication, before: Publication, random: Random) -> StaleTable | None:
    """One of the tables of both years with last year's figures; None where none is filled in both.

    Args:
        publication: this year's.
        before: last year's.
        random: draws the table.
    """
    both = sorted({t.dataset for t in publication.filled} & {t.dataset for t in before.filled})
    if not both:
        return None
    dataset = random.choice(both)
    tables = {**publication.tables, dataset: before.tables[dataset]}
    return StaleTable(replace(publication, tables=tables), dataset, curated(before, 2022))


def curated(publication: Publication, year: int) -> CuratedPublication:
    """A publication as it would be curated, as far as another year is held against it."""
    figures = {
        f.key: CuratedFigure(f.amount, f.amount or 0, f.amount or 0, f.page, f.box)
        for f in publication.facts
        if f.count is None
    }
    return CuratedPublication("某市统计局", year, f"某市统计局{year}.pdf", ("万元", 1_000_000), figures)


def judged_stale(slip: StaleTable, findings: Sequence[Finding], across: Sequence[Finding]) -> str:
    """What was made of a table of last year; other findings may stand beside the one that names it."""
    told = [f for f in across if f.code == "table_of_last_year"]
    if any(f.dataset != slip.dataset for f in told):
        return "wrong"
    if not told:
        return "one by one"
    return "and more" if any(f.severity in ("error", "inconsistent") for f in findings) else "named"


def binds_stale(slip: StaleTable) -> bool:
    """Whether the table prints five different amounts of three digits, which no two years have alike."""
    amounts = {abs(f.amount) for f in slip.publication.tables[slip.dataset].facts if f.amount}
    return sum(len(str(amount).rstrip("0")) >= _DIGITS for amount in amounts) >= _STALE
