"""The columns of a table without rules: which column of words stands under which word of the head."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from msgspec import Struct

from jcfs_etl.places import Box
from jcfs_etl.recognise.aligned_words import Alignment, Cluster, lines_of

#: Texts keep this distance (points) from the edge of their column.
_PADDING = 3.0


class HeadCell(Struct, frozen=True):
    """A cell of a head: its text, the box around it, and the levels and columns it covers, ends included."""

    text: str
    box: Box
    rows: tuple[int, int]
    columns: tuple[int, int] = (0, 0)

    @property
    def x(self) -> float:
        """Its middle."""
        return (self.box.x0 + self.box.x1) / 2


class Column(Struct, frozen=True):
    """A column: the lowest word that heads it, and the words under it; None where only its head is there.

    ``alone`` says that the head is its own, and not over others, too; ``usual`` how figures stand in columns.
    """

    head: HeadCell
    cluster: Cluster | None
    alone: bool
    usual: Alignment

    @property
    def middle(self) -> float:
        """Its middle, as its head or its words tell."""
        if self.alone or self.cluster is None:
            return self.head.x
        return (self.cluster.x0 + self.cluster.x1) / 2

    @property
    def x0(self) -> float:
        """Where its texts begin."""
        boxes = ([self.cluster.x0] if self.cluster else []) + ([self.head.box.x0] if self.alone else [])
        return min(boxes)

    @property
    def x1(self) -> float:
        """Where its texts end."""
        boxes = ([self.cluster.x1] if self.cluster else []) + ([self.head.box.x1] if self.alone else [])
        return max(boxes)

    def ends(self, padding: float) -> float | None:
        """Where it ends, as figures at its right edge tell."""
        return self.cluster.x1 + padding if self._aligned("right") and self.cluster else None

    def begins(self, padding: float) -> float | None:
        """Where it begins, as labels at its left edge tell."""
        return self.cluster.x0 - padding if self._aligned("left") and self.cluster else None

    def mirrored(self, alignment: Alignment) -> float | None:
        """Where the other edge is, its head being in the middle; None when its texts are not aligned so."""
        if not (self.alone and self._aligned(alignment)):
            return None
        edge = self.ends(_PADDING) if alignment == "right" else self.begins(_PADDING)
        return None if edge is None else 2 * self.head.x - edge

    def _aligned(self, alignment: Alignment) -> bool:
        return self.cluster is not None and alignment == (
            self.usual
            if self.cluster.alignment == "any" and self.cluster.is_numeric
            else self.cluster.alignment
        )


def columns_under(
    leaves: Sequence[HeadCell], clusters: Sequence[Cluster], usual: Alignment
) -> list[Column] | None:
    """A column for each lowest word of the head, and for each column of words under it."""
    clusters, known = _one_a_head(clusters, [_head_of(cluster, leaves, usual) for cluster in clusters])
    heads = _heads_of(clusters, known, leaves)
    if heads is None:
        return None
    columns: list[Column] = []
    for index, leaf in enumerate(leaves):
        found = [cluster for cluster, head in zip(clusters, heads, strict=True) if head == index]
        if len(found) > 1 and any(cluster.is_numeric for cluster in found):
            return None
        alone = len(found) < 2
        columns += [Column(leaf, cluster, alone, usual) for cluster in found or (None,)]
    in_order = all(a.x1 <= b.x0 for a, b in pairwise(columns))
    return columns if in_order else None


def _one_a_head(
    clusters: Sequence[Cluster], known: Sequence[int | None]
) -> tuple[list[Cluster], list[int | None]]:
    """Columns of figures with the heads that they show, those of one head put together.

    Amounts stand at the right and counts in the middle of one column where no line has both.
    """
    found: list[tuple[Cluster, int | None]] = []
    for cluster, head in zip(clusters, known, strict=True):
        before, above = found[-1] if found else (cluster, None)
        if head is not None and head == above:
            words = (*before.words, *cluster.words)
            figures = all(c.is_numeric or c.is_codes for c in (before, cluster))
            if figures and not (before.is_codes and cluster.is_codes) and len(lines_of(words)) == len(words):
                found[-1] = (Cluster(before.x0, max(before.x1, cluster.x1), words), head)
                continue
        found.append((cluster, head))
    return [cluster for cluster, _ in found], [head for _, head in found]


def _heads_of(
    clusters: Sequence[Cluster], known: Sequence[int | None], leaves: Sequence[HeadCell]
) -> list[int] | None:
    """A head for each column of words, where those that do not show theirs have one place left alone.

    Columns do not overlap and keep the order of their heads. Several columns of codes and labels may stand
    under one head, but only one of figures.
    """
    ways: list[list[int]] = [[]]
    for index, (cluster, head) in enumerate(zip(clusters, known, strict=True)):
        options = range(len(leaves)) if head is None else (head,)
        found = []
        for way in ways:
            for at in options:
                if way and at < way[-1]:
                    continue
                same = bool(way) and way[-1] == at
                if same and (cluster.is_numeric or clusters[index - 1].is_numeric):
                    continue
                found.append([*way, at])
        ways = [way for way in found if _has_room(way, clusters, leaves)][: 1 << 10]
    if len(ways) > 1:
        # Codes go with codes and labels with labels.
        ways = [way for way in ways if not _are_mixed(way, clusters)]
    return ways[0] if len(ways) == 1 else None


def _are_mixed(way: Sequence[int], clusters: Sequence[Cluster]) -> bool:
    """Whether codes and labels stand under one head."""
    pairs = list(zip(way, clusters, strict=True))
    return any(a == b and one.is_codes != other.is_codes for (a, one), (b, other) in pairwise(pairs))


def _has_room(way: Sequence[int], clusters: Sequence[Cluster], leaves: Sequence[HeadCell]) -> bool:
    """Whether the last column of words, with its head, leaves the other heads and columns alone."""
    at = way[-1]
    mine = [cluster for cluster, head in zip(clusters, way, strict=False) if head == at]
    x0 = min(leaves[at].box.x0, *(c.x0 for c in mine))
    x1 = max(leaves[at].box.x1, *(c.x1 for c in mine))
    others = [(leaf.box.x0, leaf.box.x1) for index, leaf in enumerate(leaves) if index != at]
    others += [(c.x0, c.x1) for c, head in zip(clusters, way, strict=False) if head != at]
    return all(b <= x0 or x1 <= a for a, b in others)


def usual_alignment(clusters: Sequence[Cluster], leaves: Sequence[HeadCell]) -> Alignment:
    """How the figures of a table stand in their columns, where all that show it agree.

    Where none shows it by itself, as in a table of one row, those under a head of their own show what it is
    not.
    """
    figures = [cluster for cluster in clusters if cluster.is_numeric]
    shown = {c.alignment for c in figures} - {"any"}
    if shown:
        return next(iter(shown)) if len(shown) == 1 else "any"
    under = [(c, over[0]) for c in figures if len(over := _over_it(c, leaves)) == 1]
    ways: list[Alignment] = []
    if all(_at_right(c, leaves) == at for c, at in under):
        ways.append("right")
    if all(_at_left(c, leaves) == at for c, at in under):
        ways.append("left")
    if all(abs((c.x0 + c.x1) / 2 - leaves[at].x) <= _PADDING for c, at in under):
        ways.append("centre")
    return ways[0] if under and len(ways) == 1 else "any"


def _over_it(cluster: Cluster, leaves: Sequence[HeadCell]) -> list[int]:
    return [at for at, leaf in enumerate(leaves) if leaf.box.x0 < cluster.x1 and cluster.x0 < leaf.box.x1]


def _at_right(cluster: Cluster, leaves: Sequence[HeadCell]) -> int:
    return sum(leaf.x < cluster.x1 for leaf in leaves) - 1


def _at_left(cluster: Cluster, leaves: Sequence[HeadCell]) -> int:
    return sum(leaf.x <= cluster.x0 for leaf in leaves)


def _head_of(cluster: Cluster, leaves: Sequence[HeadCell], usual: Alignment) -> int | None:
    """The head that a column of words stands under; None where it cannot be told.

    Texts that end at one place stand at the right edge of their column: it ends after the middle of its own
    head and before that of the next. With texts that begin at one place it is the other way round.
    """
    over = _over_it(cluster, leaves)
    alignment = cluster.alignment
    if alignment == "any" and cluster.is_numeric:
        alignment = usual
    if alignment == "right":
        at = _at_right(cluster, leaves)
    elif alignment == "left":
        at = _at_left(cluster, leaves)
    else:
        return over[0] if len(over) == 1 else None
    if not 0 <= at < len(leaves) or (over and at not in over):
        return None
    return at


def edges_between(columns: Sequence[Column]) -> list[float]:
    """Where columns end: where aligned texts do, or as far on the other side of a head's middle."""
    edges = [_first_edge(columns[0])]
    for left, right in pairwise(columns):
        low, high = left.x1, right.x0
        near = [left.ends(_PADDING), right.begins(_PADDING)]
        far = [left.mirrored("left"), right.mirrored("right")]
        found = [x for x in near if x is not None] or [x for x in far if x is not None and low <= x <= high]
        edge = sum(found) / len(found) if found else (low + high) / 2
        edges.append(min(max(edge, low), high) if high - low > 2 * _PADDING else (low + high) / 2)
    last = columns[-1]
    mirrored = last.mirrored("left")
    return [*edges, max(last.x1 + _PADDING, mirrored if mirrored is not None else 0.0)]


def _first_edge(column: Column) -> float:
    mirrored = column.mirrored("right")
    return min(column.x0 - _PADDING, mirrored) if mirrored is not None else column.x0 - _PADDING
