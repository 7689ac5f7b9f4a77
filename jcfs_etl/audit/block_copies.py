"""Blocks of figures that repeat others: copied over a block, or a table taken over from another one.

Rows of one item have the same figures as their 款 and 类, and a unit with one budget the same table twice;
so what repeats is only asked about where identities do not hold, and tried like every other hypothesis.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterator, Sequence

from jcfs_etl.audit.blocks import BlockSlip, Stack
from jcfs_etl.audit.linear import FREE
from jcfs_etl.audit.model import Figures
from jcfs_etl.places import Key

#: Different figures that a block must repeat, and digits that each of them must have.
_DIFFERENT = 3
_DIGITS = 3
#: Or so many figures of any length, and digits that they have together.
_MANY, _TOGETHER = 5, 10
#: Rows of it that do not have their figures from their own items or groups.
_ROWS = 2
#: Digits of a figure by which the place that it comes from is looked for.
_LOOKED_FOR = 2
#: Offsets of one block that are looked at, the likeliest first.
_OFFSETS = 12
#: Share of its figures that a table has from another one.
_TAKEN = 0.95

Place = tuple[int, int, int]


def copies(stacks: Sequence[Stack], suspects: Collection[Key], figures: Figures) -> Iterator[BlockSlip]:
    """Blocks with suspect figures that repeat a block elsewhere in their table, whose own figures are lost.

    Args:
        stacks: of all tables.
        suspects: figures in violated identities.
        figures: the document's, for what is a count.
    """
    places: dict[tuple[str, int], list[Place]] = defaultdict(list)
    for number, stack in enumerate(stacks):
        for (i, j), value in _told(stack, figures):
            places[stack.dataset, abs(value)].append((number, i, j))
    for number, stack in enumerate(stacks):
        votes: dict[Place, set[int]] = defaultdict(set)
        for (i, j), value in _told(stack, figures):
            if stack.key(i, j) in suspects:
                for other, k, column in places[stack.dataset, abs(value)]:
                    if (other, k, column) != (number, i, j):
                        votes[other, k - i, column - j].add(value)
        likely = Counter({offset: sum(map(_digits, found)) for offset, found in votes.items()}).most_common(
            _OFFSETS
        )
        for (other, rows, columns), _ in likely:
            yield from _repeated(stack, stacks[other], rows, columns, figures)


def _told(stack: Stack, figures: Figures) -> Iterator[tuple[tuple[int, int], int]]:
    """Amounts that can be recognised again, by place."""
    for i, row in enumerate(stack.values):
        for j, value in enumerate(row):
            if value and _digits(value) >= _LOOKED_FOR and not figures.is_count(stack.key(i, j)):
                yield (i, j), value


def _repeated(stack: Stack, other: Stack, down: int, right: int, figures: Figures) -> Iterator[BlockSlip]:
    """The blocks of a stack that repeat what stands so many rows below and columns at right."""
    m = len(stack.columns)
    shared = [j for j in range(m) if 0 <= j + right < len(other.columns)]
    shared = [j for j in shared if not figures.is_count(stack.key(0, j))]
    choices = {tuple(shared), *((j,) for j in shared)} if shared else set()
    for columns in sorted(choices, key=lambda chosen: (-len(chosen), chosen)):
        run: list[int] = []
        for i in range(len(stack.rows) + 1):
            if i < len(stack.rows) and 0 <= i + down < len(other.rows):
                here = [stack.values[i][j] or 0 for j in columns]
                there = [other.values[i + down][j + right] or 0 for j in columns]
                if here == there:
                    run.append(i)
                    continue
            told = _trimmed(stack, run, columns)
            for rows in (told, run) if told != run else (run,):
                if found := _block(stack, other, rows, columns, down, right, figures):
                    yield found
            run = []


def _trimmed(stack: Stack, run: list[int], columns: tuple[int, ...]) -> list[int]:
    """Without blank rows at both ends."""
    told = [i for i in run if not stack.is_blank(i, columns)]
    return [i for i in run if told and told[0] <= i <= told[-1]]


def _block(
    stack: Stack,
    other: Stack,
    run: list[int],
    columns: tuple[int, ...],
    down: int,
    right: int,
    figures: Figures,
) -> BlockSlip | None:
    # An only item has the figures of its group: that says nothing.
    told = [i for i in run if right or not _is_of(stack.rows[i], other.rows[i + down])]
    # Lines without a code stand in no group; that they have the figures of others is told by how many.
    named = [i for i in run if i in told or not _have_codes(stack.rows[i], other.rows[i + down])]
    # The last line of a form may well have the figures of the one before.
    told_rows = [i for i in named if not stack.is_blank(i, columns)]
    is_striking = not right and stack is other and len(told_rows) >= _ROWS and _is_told(stack, named, columns)
    if not is_striking and (len(told) < _ROWS or not _is_told(stack, told, columns)):
        return None
    keys = [stack.key(i, j) for i in run for j in columns]
    keys = [key for key in keys if key in figures.values]
    source = tuple(other.key(i + down, j + right) for i in run for j in columns)
    rows = tuple(stack.rows[i] for i in run)
    names = tuple(stack.columns[j] for j in columns)
    meant = dict.fromkeys(keys, FREE)
    return BlockSlip("repeated", stack.dataset, rows, names, meant, source=source, is_striking=is_striking)


def _have_codes(row: str, other: str) -> bool:
    return row.isdigit() and other.isdigit()


def _is_told(stack: Stack, rows: Sequence[int], columns: Sequence[int]) -> bool:
    """Whether no other rows have so many different amounts alike by chance."""
    values = {abs(value) for i in rows for j in columns if (value := stack.values[i][j])}
    are_many = len(values) >= _MANY and sum(map(_digits, values)) >= _TOGETHER
    return are_many or sum(map(_is_telling, values)) >= _DIFFERENT


def taken_over(stacks: Sequence[Stack], suspects: Collection[Key], figures: Figures) -> Iterator[BlockSlip]:
    """Tables with suspect figures whose rows have the figures of the same rows of another table."""
    for stack in stacks:
        if not any(key in suspects for key in stack.place):
            continue
        for other in stacks:
            shared = [row for row in stack.rows if row in other.rows]
            if other.dataset == stack.dataset or len(shared) < _DIFFERENT:
                continue
            for right in range(1 - len(stack.columns), len(other.columns)):
                found = _taken(stack, other, shared, right, figures)
                if found is not None:
                    yield found


def _taken(
    stack: Stack, other: Stack, shared: Sequence[str], right: int, figures: Figures
) -> BlockSlip | None:
    columns = [j for j in range(len(stack.columns)) if 0 <= j + right < len(other.columns)]
    mine = {row: i for i, row in enumerate(stack.rows)}
    theirs = {row: i for i, row in enumerate(other.rows)}
    same: list[int] = []
    printed = 0
    for i, row in enumerate(stack.rows):
        for j, value in enumerate(stack.values[i]):
            if not _is_telling(value):
                continue
            printed += 1
            if row in theirs and j in columns and other.values[theirs[row]][j + right] == value:
                assert value is not None
                same.append(value)
    if len(set(same)) < _DIFFERENT or len(same) < _TAKEN * printed:
        return None
    rows = [row for row in shared if not stack.is_blank(mine[row], range(len(stack.columns)))]
    keys = [stack.key(i, j) for i in range(len(stack.rows)) for j in range(len(stack.columns))]
    source = tuple(other.key(theirs[row], j + right) for row in rows for j in columns)
    meant = {key: FREE for key in keys if key in figures.values and not figures.is_count(key)}
    return BlockSlip("taken_over", stack.dataset, stack.rows, stack.columns, meant, source=source)


def _is_of(row: str, other: str) -> bool:
    """Whether one of two rows is a part of the other, by their codes."""
    codes = sorted((row, other), key=len)
    return codes[1].startswith(codes[0]) or not _have_codes(row, other)


def _is_telling(value: int | None) -> bool:
    """Whether a figure has digits enough to be recognised again."""
    return _digits(value or 0) >= _DIGITS


def _digits(value: int) -> int:
    """Digits of an amount without the zeros at its end."""
    return len(str(abs(value)).rstrip("0"))
