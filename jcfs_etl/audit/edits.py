"""The slip of a finger that would turn the figure that was meant into the one that is printed.

A slip is costed by how many others of its kind could have befallen the figure that was meant: a
misplaced sign is one of one, a wrong digit one of nine for each digit. So the cheaper of two slips is
the likelier where all kinds are equally common.
"""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from functools import lru_cache
from itertools import pairwise

from msgspec import Struct

from jcfs_etl.audit.linear import Interval

#: A figure that is not printed at all: it could have been any, but fewer are lost than mistyped.
LOST = 2_000
#: Two slips in one figure, beside what each of them costs.
_TWICE = 40
#: How much rarer figures below zero are than others: what was meant hardly ever is one.
BELOW_ZERO = 100
#: Any other value: no evidence but the equations.
ANY = 1_000_000
#: Places that a point may have moved.
_PLACES = 3
#: Values that an interval may hold to be looked at one by one.
_FEW = 200


class Edit(Struct, frozen=True):
    """A slip that explains a printed figure.

    Attributes:
        cost: how unlikely it is; see above.
        kind: in words, such as ``two digits exchanged``.
        meant: the figure that was meant, in steps of the last printed decimal (see :class:`Scale`); None
            where the interval leaves it open.
    """

    cost: int
    kind: str
    meant: int | None


class Scale(Struct, frozen=True):
    """How a table prints: steps of the last decimal in 分, and how many decimals."""

    step: int
    decimals: int

    def text(self, steps: int) -> str:
        """A figure as the table prints it, without thousands commas."""
        return f"{Decimal(steps).scaleb(-self.decimals):.{self.decimals}f}"


def smallest_edit(printed: str, value: int | None, implied: Interval, scale: Scale) -> Edit:
    """The likeliest slip that leads from a figure within an interval to the printed one.

    Args:
        printed: the figure's text; only its digits, sign and point count.
        value: what was read from it, in 分 (or pieces); None where it is blank or a dash.
        implied: where the true amount must lie, in 分 (or pieces).
        scale: how the table prints.

    Returns:
        The edit of least cost; rounding counts in it.
    """
    window = _window(implied, scale)
    if value is None:
        is_negative = window.high is not None and window.high < 0
        return Edit(LOST * (BELOW_ZERO if is_negative else 1), "figure lost", _only(window))
    text = _plain(printed, value, scale)
    best: Edit | None = None
    for cost, kind, meant in _single(text, scale):
        if window.holds(meant) and meant * scale.step != value:
            found = Edit(_with_rounding(cost, meant, window), kind, meant)
            if best is None or (found.cost, found.kind) < (best.cost, best.kind):
                best = found
    if best is not None:
        return best
    return _double(text, window, value, scale) or Edit(ANY, "any other value", _only(window))


def _with_rounding(cost: int, meant: int, window: Interval) -> int:
    """The cost with what rounding adds: the further from the middle, the less likely.

    The sum of n roundings that spans the window has a standard deviation of sqrt(n / 3) half-units, so
    the likelihood falls as exp(-3 d² / w) with d steps from the middle of 2 w; here to first order.
    """
    if window.low is None or window.high is None or window.low == window.high:
        return cost
    off = 2 * meant - window.low - window.high
    twice = 2 * (window.high - window.low)
    return cost * (twice + 3 * off * off) // twice


def _window(implied: Interval, scale: Scale) -> Interval:
    """Printed figures, in steps, that stand for some amount of an interval."""
    half = scale.step // 2
    low = None if implied.low is None else -((half - implied.low) // scale.step)
    high = None if implied.high is None else (implied.high + half) // scale.step
    return Interval(low, high)


def _only(window: Interval) -> int | None:
    return window.low if window.low == window.high else None


def _plain(printed: str, value: int, scale: Scale) -> str:
    """The printed text as sign, digits and point; from the value where it is written otherwise."""
    text = printed.replace(",", "").replace("\n", "").strip()
    shape = text.removeprefix("-")
    if not shape.replace(".", "", 1).isascii() or not shape.replace(".", "", 1).isdigit():
        return scale.text(value // scale.step)
    whole, _, decimals = text.partition(".")
    while len(decimals) > scale.decimals and decimals.endswith("0"):
        decimals = decimals[:-1]
    return f"{whole}.{decimals}" if decimals else whole


@lru_cache(maxsize=1024)
def _single(text: str, scale: Scale) -> tuple[tuple[int, str, int], ...]:
    """Figures, in steps, one slip away from a printed text, with the cost and kind of the slip."""
    return tuple(sorted(_slips(text, scale)))


def _slips(text: str, scale: Scale) -> Iterator[tuple[int, str, int]]:
    sign, body = ("-", text[1:]) if text.startswith("-") else ("", text)
    for cost, kind, other in _typed(body):
        meant = _steps(sign + other, scale)
        if meant is not None:
            yield cost, kind, meant
    for cost, kind, other in _pointed(body, scale):
        whole, _, decimals = other.partition(".")
        # A point moved right leaves zeros behind that the table would not print.
        kept = decimals[: scale.decimals] + decimals[scale.decimals :].rstrip("0")
        meant = _steps(f"{sign}{whole}.{kept}", scale)
        if meant is not None:
            yield cost, kind, meant
    opposite = _steps(body if sign else "-" + body, scale)
    if opposite is not None:
        yield 1 if sign else BELOW_ZERO, "sign", opposite


def _typed(body: str) -> Iterator[tuple[int, str, str]]:
    digits = [k for k, c in enumerate(body) if c.isdigit()]
    n = len(digits)
    for k in digits:
        for digit in "0123456789":
            if digit != body[k]:
                yield 9 * n, "one digit", body[:k] + digit + body[k + 1 :]
    for k, after in pairwise(digits):
        if body[k] != body[after]:
            swapped = list(body)
            swapped[k], swapped[after] = swapped[after], swapped[k]
            yield n, "two digits exchanged", "".join(swapped)
    for k in range(len(body) + 1):
        for digit in "0123456789":
            yield n + 1, "a digit lost", body[:k] + digit + body[k:]
    if "." not in body:
        for digit in "0123456789":
            yield n + 1, "a digit lost", f"{body}.{digit}"
    for k in digits:
        doubled = any(0 <= j < len(body) and body[j] == body[k] for j in (k - 1, k + 1))
        kind, cost = ("a digit doubled", n) if doubled else ("a digit too many", 10 * n)
        yield cost, kind, body[:k] + body[k + 1 :]


def _pointed(body: str, scale: Scale) -> Iterator[tuple[int, str, str]]:
    whole, _, decimals = body.partition(".")
    for places in range(1, _PLACES + 1):
        left = whole.rjust(places + 1, "0")
        yield 2 * places, "point moved", f"{left[:-places]}.{left[-places:]}{decimals}"
        right = decimals.ljust(places, "0")
        moved = f"{int(whole + right[:places])}.{right[places:]}"
        yield 2 * places, "point moved", moved
        # Decimals that fell off the end when it moved.
        missing = scale.decimals - len(right[places:])
        for end in range(1, 10**missing) if missing > 0 else ():
            yield 2 * places * 10, "point moved", f"{moved}{end:0{missing}d}"


def _steps(text: str, scale: Scale) -> int | None:
    """A text in steps of the last decimal; None where the table would not print it so."""
    sign, body = (-1, text[1:]) if text.startswith("-") else (1, text)
    whole, _, decimals = body.partition(".")
    if not whole or len(decimals) > scale.decimals or (len(whole) > 1 and whole[0] == "0"):
        return None
    return sign * int(whole + decimals.ljust(scale.decimals, "0"))


def _double(text: str, window: Interval, value: int, scale: Scale) -> Edit | None:
    """Two slips, where the interval leaves few figures."""
    if window.low is None or window.high is None or window.high - window.low > _FEW:
        return None
    printed = text.removeprefix("-").replace(".", "").lstrip("0")
    best: Edit | None = None
    for meant in range(window.low, window.high + 1):
        if (meant < 0) != text.startswith("-") or meant * scale.step == value:
            continue
        digits = str(abs(meant))
        if distance(printed, digits) <= 2:
            cost = _with_rounding(9 * len(digits) * _TWICE, meant, window)
            if best is None or cost < best.cost:
                best = Edit(cost, "two slips", meant)
    return best


def distance(a: str, b: str) -> int:
    """Digits to change, lose, add or exchange with the next one to turn one text into another."""
    before: list[int] = []
    row = list(range(len(b) + 1))
    for i, x in enumerate(a, start=1):
        older, before, row = before, row, [i] + [0] * len(b)
        for j, y in enumerate(b, start=1):
            row[j] = min(before[j] + 1, row[j - 1] + 1, before[j - 1] + (x != y))
            if i > 1 and j > 1 and x == b[j - 2] and a[i - 2] == y:
                row[j] = min(row[j], older[j - 2] + 1)
    return row[-1]
