"""Which figures that are not sure by their reading are certain: those that an identity binds to others.

They were read by OCR, put together over a page break or a blank, or stand in a table without rules.
Recognisers are sure of wrong digits too, so confidence alone proves nothing. An identity that holds
does: a wrong digit would break it. So does a narrative that states the same digits.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence

from jcfs_etl.audit.model import Check
from jcfs_etl.audit.statements import JudgedClaim
from jcfs_etl.audit.suspicion import ReadAgain
from jcfs_etl.contracts.model import Contracts
from jcfs_etl.contracts.table import Table
from jcfs_etl.findings import Both, Finding, Value, finding
from jcfs_etl.labels import squeezed
from jcfs_etl.money import read_grouped_figure, read_whole_or_joined, same_characters
from jcfs_etl.places import Key
from jcfs_etl.recognise.model import Fact, Publication, TableRow
from jcfs_etl.wording import figure_place, sentence

#: Digits before a name.
_DIGITS = re.compile(r"\W*(\d+)")
#: A figure that is bound loosely must have been read with at least this confidence in every character.
_SURE = 0.97


def uncertain_figures(
    publication: Publication,
    checks: Iterable[Check],
    contracts: Contracts,
    look_again: ReadAgain | None = None,
    claims: Iterable[JudgedClaim] = (),
) -> Iterator[Finding]:
    """A finding for each figure whose reading alone is not sure, and that cannot be taken for certain.

    Of a figure in a table without rules the digits are sure and its place is not: in another row or column
    it would break what binds it by more than rounding, so it is certain where something does and nothing is
    broken.

    Args:
        publication: as recognised.
        checks: every identity tried on it.
        contracts: the contracts, for the classification of codes.
        look_again: what a scanned cell reads in each of several cuts and sizes. A figure that no identity
            contradicts and that reads the same in all of them is certain without an identity that binds it.
        claims: what the narrative states. A figure of a text layer that it states digit by digit is certain.

    Yields:
        Findings that keep the document from being published; none for whole figures of a text layer.
    """
    checks = list(checks)
    facts = [f for f in publication.facts if (f.source == "ocr" or f.confidence < 1) and f.value is not None]
    if not facts:
        return
    stated = _stated(claims, {f.key: f for f in publication.facts})
    doubts = _Doubts(facts, publication, checks, contracts, stated)
    for fact in facts:
        why: Value | None = doubts.of(fact)
        if why is not None and not doubts.speak_against(fact) and _reads_alike(fact, look_again):
            why = None
        why = why or doubts.of_its_code(fact)
        if why is not None:
            yield _finding(fact, why, contracts.tables[fact.key.dataset])


class _Doubts:
    """What speaks against figures that are read by OCR or put together."""

    def __init__(
        self,
        facts: Sequence[Fact],
        publication: Publication,
        checks: Sequence[Check],
        contracts: Contracts,
        stated: set[Key],
    ) -> None:
        self._contracts = contracts
        aligned = {f.key for f in facts if f.is_aligned}
        put_together = {f.key for f in facts if f.source == "text"}
        grouped = {f.key for f in facts if read_grouped_figure(f.printed) is not None}
        cut = put_together - aligned - grouped
        self._put_together = put_together | aligned
        self._short = set(_short_of_decimals(f for f in facts if f.is_aligned))
        self._shorter = set(_short_of_decimals(publication.facts))
        self._firm, self._loose = _bound(checks, cut)
        self._firm |= stated & (put_together - aligned)
        self._proven = _proven(checks, {f.key for f in facts if f.source == "ocr"})
        self._contradicted = {key for c in checks if c.verdict == "violated" for key in c.keys}
        self._rows = {(t.dataset, r.row): r for t in publication.filled for r in t.rows}
        self._codes = Counter(row for _, row in self._rows)

    def speak_against(self, fact: Fact) -> bool:
        """Whether a figure stands in an identity that does not hold, or has fewer decimals than others.

        What lies over a figure, as the ring of a seal, reads 1 in every cut and size.
        """
        return fact.key in self._contradicted | self._shorter

    def of(self, fact: Fact) -> str | None:
        """Why a figure is not certain; None where identities show that it is."""
        key = fact.key
        if key not in self._firm | self._loose:
            return "no identity that holds binds it to another figure"
        if key not in self._firm and fact.confidence < _SURE:
            return "what binds it would forgive a wrong last digit, and it was not read surely enough"
        if key in self._short - self._firm:
            return "it has fewer decimals than others of its table, and what binds it forgives a lost digit"
        if fact.source == "ocr" and fact.value and key not in self._proven:
            return "only copies of it bind it, which may all have been misread alike"
        if key in self._put_together & self._contradicted:
            return "an identity that it stands in does not hold"
        return None

    def of_its_code(self, fact: Fact) -> Both | None:
        """Why the code of a figure's row is not certain: it was read by OCR, and nothing confirms it.

        Where its lower level was not told from the name, the row would be the one above it.
        """
        dataset, row = fact.key.dataset, fact.key.row
        if fact.source != "ocr":
            return None
        label = self._rows[dataset, row].label
        digits = _DIGITS.match(label)
        if digits and row.isdigit() and digits[1] not in row:
            return sentence(self._contracts, "digits_before", name=squeezed(label))
        if _is_known(self._rows[dataset, row], dataset, self._codes, self._contracts):
            return None
        return sentence(self._contracts, "code_unknown", code=row)


def _stated(claims: Iterable[JudgedClaim], facts: Mapping[Key, Fact]) -> set[Key]:
    """Figures of which the narrative states all digits as they are printed, alone or with noughts."""
    stated = set()
    for judged in claims:
        if judged.claim.form != "level" or judged.verdict != "exact":
            continue
        of = [facts[key] for _, key in judged.cells if key in facts and facts[key].value]
        if len(of) == 1 and _digits(of[0].printed) == _digits(judged.claim.printed):
            stated.add(of[0].key)
    return stated


def _digits(printed: str) -> str:
    return "".join(character for character in squeezed(printed) if character.isdigit())


def _short_of_decimals(facts: Iterable[Fact]) -> Iterator[Key]:
    """Figures with fewer decimals than their table prints: the last digit may stand apart, or be covered.

    Rounding would excuse that; a program that leaves closing zeros out prints such figures as well.
    """
    tables: dict[str, list[tuple[int, Fact]]] = defaultdict(list)
    for fact in facts:
        if fact.count is None and fact.amount:
            tables[fact.key.dataset].append((read_whole_or_joined(fact.printed).decimals, fact))
    for figures in tables.values():
        [(usual, _)] = Counter(decimals for decimals, _ in figures).most_common(1)
        yield from (fact.key for decimals, fact in figures if decimals < usual)


def _reads_alike(fact: Fact, look_again: ReadAgain | None) -> bool:
    """Whether a scanned cell reads the same in every cut and size."""
    if look_again is None or fact.source != "ocr":
        return False
    texts = look_again(fact.page, fact.box)
    return bool(texts) and all(same_characters(text, fact.printed) for text in texts)


def _bound(checks: Iterable[Check], cut: set[Key]) -> tuple[set[Key], set[Key]]:
    """Figures that equations bind firmly, and those that they bind loosely.

    An equation that holds within rounding would hold with another last digit, too. So a figure is bound
    firmly only where every equation that it stands in holds exactly, and loosely where some equation
    holds by no more than rounding is likely to leave. An equation with one figure, all else being
    blank, binds nothing, and neither does an upper limit. Nor does one among figures of which all may have
    been cut: a column that is cut as a whole still adds up.
    """
    holding: set[Key] = set()
    shaken: set[Key] = set()
    for check in checks:
        if check.equation is None or check.equation.relation != "=":
            continue
        keys = {t.key for t in check.equation.terms if t.value is not None}
        if len(keys) < 2 or keys <= cut:
            continue
        if check.verdict != "exact":
            shaken |= keys
        if check.holds and not check.unlikely:
            holding |= keys
    return holding - shaken, holding


def _proven(checks: Iterable[Check], by_ocr: set[Key]) -> set[Key]:
    """Figures that a sum binds, or that are the same as one that a sum binds or the file's text says.

    A recogniser that takes one digit for another does so in every copy of a figure, and so does a copier that
    loses a stroke of it: an equation of two figures proves nothing alone.
    """
    proven: set[Key] = set()
    copies: list[set[Key]] = []
    for check in checks:
        if check.equation is None or check.equation.relation != "=" or not check.holds or check.unlikely:
            continue
        keys = {t.key for t in check.equation.terms if t.value}
        if len(keys) > 2 or not keys <= by_ocr:
            proven |= keys
        else:
            copies.append(keys)
    while reached := [keys for keys in copies if keys & proven and not keys <= proven]:
        proven |= set().union(*reached)
    return proven


def _is_known(row: TableRow, dataset: str, codes: Counter[str], contracts: Contracts) -> bool:
    """Whether a code, read by OCR as its figures are, is confirmed; a wrong digit in it moves a row."""
    if not row.row.isdigit() or not contracts.tables[dataset].is_coded:
        return True
    if contracts.tables[dataset].kind == "economic":
        category = contracts.economic.get(row.row)
        return category is not None and contracts.label(category.name) == contracts.label(row.label)
    category = contracts.functional.get(row.row)
    return codes[row.row] > 1 or category is not None


def _finding(fact: Fact, why: Value, table: Table) -> Finding:
    if fact.source == "ocr":
        how = "read by OCR"
    elif fact.is_aligned:
        how = "read out of a table without rules between its cells"
    else:
        how = (
            "put together over a blank or a line's or page's end or stands at its cell's edge, "
            "where digits may be cut,"
        )
    where = figure_place(table, fact.key.row, fact.key.column, fact.page)
    found = finding(
        "uncertain_figure", "error", where=where, printed=squeezed(fact.printed), how=how, why=why
    )
    return found.at(fact.key, fact.page, fact.box)
