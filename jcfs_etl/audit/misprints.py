"""What a table shows by itself to be misprinted: cells whose text is no figure, and 行次 that do not run on.

Where no figure is printed (``1,23.45``, ``l2.50``) and a second engine reads the same, the amount is null and
a finding names what is implied.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

from msgspec.structs import replace

from jcfs_etl.audit.hitting import implied_by
from jcfs_etl.audit.identities import bind
from jcfs_etl.audit.joint import constraint_of
from jcfs_etl.audit.linear import FREE, Interval, System, Variable
from jcfs_etl.audit.model import Figures
from jcfs_etl.audit.suspicion import ReadAgain, is_confirmed
from jcfs_etl.audit.words import Words
from jcfs_etl.contracts.model import Contracts
from jcfs_etl.findings import Both, Finding, Suspect, finding
from jcfs_etl.money import is_figure
from jcfs_etl.places import Key
from jcfs_etl.recognise.model import Fact, Publication, PublishedTable
from jcfs_etl.wording import listed


def misprinted_figures(words: Words, read_again: ReadAgain | None) -> Iterator[Finding]:
    """A finding for each cell whose text is no figure.

    Args:
        words: names figures.
        read_again: another engine; without it a cell is taken as it was read.

    Yields:
        What the publisher misprinted, with the interval of what it must have been; and what the second
        engine does not read so, which keeps the document from being published.
    """
    tables = words.publication.tables
    figures = Figures.of_tables(tables, words.contracts)
    for table in tables.values():
        for fact in table.misprinted:
            if read_again is None or is_confirmed(fact, read_again):
                yield _misprinted(fact, _implied(fact.key, figures, words.contracts), words)
            else:
                yield _unreadable(fact, words)


def _implied(key: Key, figures: Figures, contracts: Contracts) -> Interval:
    """Where the true amount of an unreadable cell must lie, in 分 (or pieces).

    It is what every identity with this cell and otherwise readable figures allows; unbounded where there is
    none, and where they contradict each other.
    """
    # As if blank, so that identities are bound to it.
    with_it = replace(figures, values={**figures.values, key: None})
    equations = (e for home, i in contracts.homes for e in bind(i, home, with_it, contracts).equations)
    bound = (constraint_of(equation) for equation in equations if equation.relation == "=")
    own = {c.name: c for c in bound if any(variable == key for _, variable in c.terms)}
    if not own:
        return FREE
    around: dict[Variable, Interval] = {k: with_it.around(k, value) for k, value in with_it.values.items()}
    matrix = System(around, tuple(own.values())).matrix
    found = implied_by(matrix, [matrix.column[key]], ())
    return FREE if isinstance(found, frozenset) else found[matrix.column[key]]


def _misprinted(fact: Fact, box: Interval, words: Words) -> Finding:
    low, high = words.scaled(fact.key, box.low, box.high)
    text = " ".join(fact.printed.split())
    finer = is_figure(fact.printed)
    reason = "more decimals than the column prints" if finer else "no figure is printed"
    implied = _implied_words(fact.key, box, words)
    code = "finer_figure" if finer else "misprinted_figure"
    suspects = (Suspect(1, *fact.key, fact.printed, fact.page, low, high, reason),)
    found = finding(code, "inconsistent", where=words.where(fact.key), printed=text, implied=implied)
    found = replace(found, suspects=suspects).stating(None, low, high)
    return found.at(fact.key, fact.page, fact.box)


def _implied_words(key: Key, box: Interval, words: Words) -> Both:
    if box.low is None or box.high is None:
        return words.say("implies")
    low, high = (f"{words.amount(key, end)} {words.unit(key)}".strip() for end in (box.low, box.high))
    return words.say("implies.one" if low == high else "implies.between", low=low, high=high)


def _unreadable(fact: Fact, words: Words) -> Finding:
    why = f"{fact.printed!r} is not a figure of its column, and a second engine does not read it from there"
    found = finding("unreadable_figure", "error", where=words.where(fact.key), printed=fact.printed, why=why)
    return found.at(fact.key, fact.page, fact.box)


def line_number_slips(publication: Publication) -> Iterator[Finding]:
    """A finding for each table whose printed 行次 skip or repeat a number.

    Both sides of a form count on from one another, and lines without a label are numbered as well.
    """
    for table in publication.filled:
        counts = Counter(n.number for n in table.line_numbers)
        if len(counts) < 2:
            continue
        numbers = sorted(counts)
        skipped = sorted(set(range(numbers[0], numbers[-1])) - counts.keys())
        repeated = [n for n in numbers if counts[n] > 1]
        for which, code in ((skipped, "line_number_skipped"), (repeated, "line_number_repeated")):
            if which:
                yield _slip(code, table, which, (numbers[0], numbers[-1]))


def _slip(code: str, table: PublishedTable, which: Sequence[int], ends: tuple[int, int]) -> Finding:
    after = max((n for n in table.line_numbers if n.number <= which[0]), key=lambda n: n.number)
    at, numbers = (after.page, after.box), listed(map(str, which))
    return table.finding(code, "warning", *at, numbers=numbers, first=ends[0], last=ends[1])
