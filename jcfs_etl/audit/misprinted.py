"""Cells in which the publisher printed no figure: what stands there, and what the identities imply.

``1,23.45`` or ``l2.50`` is nothing that a person would take for a figure without a guess. Where both
engines read the same characters from the page, it is the publisher's: the amount is null, the data keep
what is printed, and a finding names the amount that the other figures imply.
"""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from math import ceil, floor

from msgspec.structs import replace

from jcfs_etl.audit.identities import bind
from jcfs_etl.audit.linear import FREE, Interval
from jcfs_etl.audit.model import BoundEquation, Figures
from jcfs_etl.audit.suspicion import ReadAgain, is_confirmed
from jcfs_etl.audit.words import Words
from jcfs_etl.contracts.model import Contracts
from jcfs_etl.findings import Both, Finding, Suspect, finding
from jcfs_etl.money import is_figure
from jcfs_etl.places import Key
from jcfs_etl.recognise.model import Fact, Publication


def misprinted_figures(
    publication: Publication, contracts: Contracts, words: Words, read_again: ReadAgain | None
) -> Iterator[Finding]:
    """A finding for each cell whose text is no figure.

    Args:
        publication: as recognised.
        contracts: the contracts that named it.
        words: names figures.
        read_again: another engine; without it a cell is taken as it was read.

    Yields:
        What the publisher misprinted, with the interval of what it must have been; and what the second
        engine does not read so, which keeps the document from being published.
    """
    figures = Figures.of_tables(publication.tables, contracts)
    for table in publication.tables.values():
        for fact in table.misprinted:
            if read_again is None or is_confirmed(fact, read_again):
                yield _misprinted(fact, implied(fact.key, figures, contracts), words)
            else:
                yield _unreadable(fact, words)


def implied(key: Key, figures: Figures, contracts: Contracts) -> Interval:
    """The interval that the true amount of an unreadable cell lies in, in 分 (or pieces).

    Args:
        key: the cell; no figure of the document.
        figures: all that could be read.
        contracts: the contracts.

    Returns:
        What every identity with this cell and otherwise readable figures allows; unbounded where there is
        none, and where they contradict each other.
    """
    # As if blank, so that identities are bound to it.
    with_it = replace(figures, values={**figures.values, key: None})
    bound = (e for home, i in contracts.homes for e in bind(i, home, with_it, contracts).equations)
    found = [box for equation in bound if (box := _solved(equation, key, figures)) is not None]
    if not found:
        return FREE
    low, high = max(low for low, _ in found), min(high for _, high in found)
    return FREE if low > high else Interval(ceil(low), floor(high))


def _solved(equation: BoundEquation, key: Key, figures: Figures) -> tuple[Fraction, Fraction] | None:
    """What an equation leaves to one of its figures; None where the figure cancels out."""
    coefficient = rest = tolerance = 0
    if equation.relation != "=":
        return None
    for side, terms in ((1, equation.left), (-1, equation.right)):
        for term in terms:
            if term.key == key:
                coefficient += side * term.weight
            else:
                rest += side * term.weight * (term.value or 0)
                tolerance += abs(term.weight) * figures.tolerance(term.key)
    if not coefficient:
        return None
    middle, width = Fraction(-rest, coefficient), Fraction(tolerance, abs(coefficient))
    return middle - width, middle + width


def _misprinted(fact: Fact, box: Interval, words: Words) -> Finding:
    low, high = words.scaled(fact.key, box.low, box.high)
    text = " ".join(fact.printed.split())
    finer = is_figure(fact.printed)
    reason = "more decimals than the column prints" if finer else "no figure is printed"
    implied = _in_words(fact.key, box, words)
    code = "finer_figure" if finer else "misprinted_figure"
    suspects = (Suspect(1, *fact.key, fact.printed, fact.page, low, high, reason),)
    found = finding(code, "inconsistent", where=words.where(fact.key), printed=text, implied=implied)
    found = replace(found, suspects=suspects).stating(None, low, high)
    return found.at(fact.key, fact.page, fact.box)


def _in_words(key: Key, box: Interval, words: Words) -> Both:
    if box.low is None or box.high is None:
        return Both("No identity says what it must have been.", "没有勾稽关系可以推算应为多少。")
    low, high = (f"{words.amount(key, end)} {words.unit(key)}".strip() for end in (box.low, box.high))
    if low == high:
        return Both(f"The other figures imply {low}.", f"按其他数字推算，应为 {low}。")
    return Both(
        f"The other figures imply an amount between {low} and {high}.",
        f"按其他数字推算，应在 {low} 与 {high} 之间。",
    )


def _unreadable(fact: Fact, words: Words) -> Finding:
    why = f"{fact.printed!r} is not a figure of its column, and a second engine does not read it from there"
    found = finding("unreadable_figure", "error", where=words.where(fact.key), printed=fact.printed, why=why)
    return found.at(fact.key, fact.page, fact.box)
