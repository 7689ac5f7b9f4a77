"""What the findings of the audit say: their figures, places and sums, in both languages.

English has the Chinese terms as the publication prints them.
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

from msgspec.structs import replace

from jcfs_etl.audit.model import Check, Term
from jcfs_etl.audit.statements import Cells, JudgedClaim, is_money
from jcfs_etl.contracts.model import Contracts
from jcfs_etl.contracts.naming import row_name
from jcfs_etl.findings import Both, Finding, Severity, Value, finding
from jcfs_etl.interpret.model import PERCENT, POINT, Claim
from jcfs_etl.money import in_unit
from jcfs_etl.places import Key
from jcfs_etl.recognise.model import Fact, Publication
from jcfs_etl.wording import in_chinese, joined, on_pages, sentence, shortened

#: Terms of a long sum that a message spells out.
_SPELLED = 8
#: Characters of a sentence of the narrative that a message quotes.
_QUOTED = 80
#: What the left side of an identity should be to its right side.
RELATIONS = {"=": Both("should be", "应为"), "<=": Both("should be at most", "应不大于")}


class Words:
    """Names the figures of one publication and says what is wrong with them."""

    def __init__(self, publication: Publication, contracts: Contracts) -> None:
        """Takes the publication and the contracts that named it."""
        self.publication, self.contracts = publication, contracts
        self._labels = {
            (t.dataset, row.row): row.label for t in publication.tables.values() for row in t.rows
        }

    def fact(self, key: Key) -> Fact:
        """The cell of a figure."""
        table = self.publication.tables[key.dataset]
        found = table.by_key.get(key)
        return found if found is not None else next(f for f in table.misprinted if f.key == key)

    def title(self, key: Key) -> str:
        """The title of a figure's table."""
        return self.publication.tables[key.dataset].title

    def say(self, name: str, /, **values: Value) -> Both:
        """A sentence of contracts/findings.yaml with its values."""
        return sentence(self.contracts, name, **values)

    def where(self, key: Key) -> Both:
        """Where a figure stands: ``支出决算表 page 7, 20801 人力资源和社会保障管理事务 基本支出``."""
        table = self.publication.tables[key.dataset]
        column = self.contracts.tables[key.dataset].columns[key.column].labels[0]
        label = self._labels.get((key.dataset, key.row), "")
        # A basis of 三公 is no printed label; it has the contract's.
        row = row_name(self.contracts.tables[key.dataset], key.row, "" if label == key.row else label)
        return self.say("place", title=table.title, page=self.fact(key).page, row=row, column=column)

    def amount(self, key: Key, value: int | None) -> str:
        """A value as the figure's table prints it, without its unit."""
        if value is None:
            return "blank"
        return str(value) if self.is_count(key) else in_unit(value, self._fen(key), "").strip()

    def printed(self, key: Key) -> str | Both:
        """What a figure says, without its unit."""
        value = self.fact(key).value
        return self.say("blank") if value is None else self.amount(key, value)

    def shown(self, key: Key) -> Both:
        """Where a figure stands and what it says there, with its unit."""
        unit = "" if self.fact(key).value is None else self.unit(key)
        return self.say("figure", where=self.where(key), amount=self.printed(key), unit=unit)

    def slip(self, reason: str) -> Both:
        """What slip a figure would be."""
        return Both(reason, in_chinese(reason, self.contracts) or reason)

    def unit(self, key: Key) -> str:
        """The money unit of the figure's table; empty for a count."""
        return "" if self.is_count(key) else self.publication.tables[key.dataset].money_unit or "元"

    def is_count(self, key: Key) -> bool:
        """Whether the figure counts pieces."""
        return self.contracts.tables[key.dataset].columns[key.column].measure == "count"

    def scaled(self, key: Key, *amounts: int | None) -> list[int | None]:
        """Amounts as findings have them: they speak in 分, and a count is so many 元, as in the checks."""
        scale = 100 if self.is_count(key) else 1
        return [None if amount is None else scale * amount for amount in amounts]

    def violated(self, check: Check) -> Finding:
        """An identity that does not hold."""
        key = check.key
        assert key is not None and check.equation is not None and check.computed is not None
        fact = self.fact(key)
        alone = len(check.equation.left) == 1 and check.equation.relation == "="
        ends = (check.computed - check.slack, check.computed + check.slack) if alone else (None, None)
        said = self._sides(check)
        found = Finding("identity_violated", "inconsistent", "document", values=said, check=check.check)
        return found.stating(*self.scaled(key, check.reported or 0, *ends)).at(key, fact.page, fact.box)

    def unlikely(self, check: Check) -> Finding:
        """An identity that rounding could explain but hardly does."""
        assert check.key is not None
        fact, said = self.fact(check.key), self._sides(check)
        found = Finding("unlikely_rounding", "warning", "document", values=said, check=check.check)
        return replace(found, reported=check.reported).at(check.key, fact.page, fact.box)

    def is_nothing(self, cells: Cells) -> bool:
        """Whether every cell of a sum is blank or zero."""
        return not any(self.fact(key).value for _, key in cells)

    def value(self, claim: Claim, value: Fraction | int) -> str:
        """A value of a claim's kind with its unit."""
        return self._in_words(claim, Fraction(value))

    def claimed(self, judged: JudgedClaim) -> Both:
        """A claim that alone holds, with what follows from the other figures to more decimals."""
        claim, computed, right = judged.claim, judged.computed, ""
        if computed is not None and (claim.kind in ("share", "rate") or claim.form == "growth"):
            right = in_percent(computed.value / PERCENT, 4)
        elif computed is not None:
            right = self._in_words(claim, computed.value)
        printed, text = as_printed(claim), quoted(claim, _QUOTED // 2)
        return self.say("claimed", page=claim.page, text=text, printed=printed, right=right)

    def contradicted(
        self,
        judged: Sequence[JudgedClaim],
        code: str = "claim_violated",
        because: Both | None = None,
        following: Sequence[JudgedClaim] = (),
        beside: Sequence[JudgedClaim] = (),
    ) -> Finding:
        """A claim of the narrative that the figures contradict; the same one may be stated repeatedly.

        Args:
            judged: the claim, as often as it is stated.
            code: of what kind the finding is.
            because: what explains it.
            following: claims that are right of what is stated here, and wrong like it.
            beside: claims of its sentence that are wrong in the same way.
        """
        first = judged[0]
        claim, computed = first.claim, first.computed
        assert computed is not None
        seen, right = self._seen(first), self._in_words(claim, computed.value)
        turned = code in ("direction_wrong", "unchanged_wrong")
        found = claim_finding(
            code,
            claim,
            "inconsistent",
            pages=on_pages(j.claim.page for j in judged),
            times=len(judged) if len(judged) > 1 else "",
            printed=claim.printed,
            unit=claim.unit + "".join(f", {as_printed(one.claim)}" for one in beside),
            # Chinese words and no number follow.
            seen=Both(seen.en, seen.zh.rstrip()) if turned else seen,
            right=self._turned(claim, computed.value) if turned else right,
            because=because or "",
            follows=self._follows(following),
        )
        if is_money(claim, self.contracts):
            found = found.stating(claim.value, int(computed.low), int(computed.high))
        is_of_one = len(first.cells) == 1 and claim.form == "level"
        return found.at(first.cells[0][1], claim.page, claim.box) if is_of_one else found

    def _turned(self, claim: Claim, value: Fraction) -> Both:
        """A change with its direction in words."""
        if not value:
            return Both("no change", "无增减变化")
        return self.change(self._in_words(claim, abs(value)), value < 0)

    def change(self, shown: str, is_less: bool) -> Both:
        """A change with its direction in words."""
        return self.say("change.less" if is_less else "change.more", shown=shown)

    def _follows(self, following: Sequence[JudgedClaim]) -> Both | str:
        """What was reckoned from a wrong amount, with what would be right."""
        parts = []
        for one in following:
            claim, printed = one.claim, as_printed(one.claim)
            # One that may be of several things has no one value that would be right.
            right = "" if one.computed is None else self._in_words(claim, one.computed.value)
            parts.append(self.say("follows.one", printed=printed, page=claim.page, right=right))
        return self.say("follows", every=joined(parts, ", ", "、")) if parts else ""

    def unexplained(self, judged: JudgedClaim) -> Finding:
        """A claim that may be of several things and is right of none."""
        claim = judged.claim
        candidates = [
            Both(f"{seen.en} {right}", f"{seen.zh}{right}")
            for one in judged.candidates
            if one.computed is not None
            for seen, right in [(self._seen(one), self._in_words(one.claim, one.computed.value))]
        ]
        may_be = joined(candidates, "; or ", "；或")
        said: dict[str, Value] = {"pages": on_pages([claim.page]), "printed": claim.printed}
        return claim_finding("claim_unexplained", claim, **said, unit=claim.unit, candidates=may_be)

    def _seen(self, judged: JudgedClaim) -> Both:
        """What a claim was held against, up to the amount that it comes to."""
        keys = judged.keys
        if not keys:
            return self.say("seen.stated")
        if judged.claim.form == "level" and len(keys) == 1:
            return self.say("seen.cell", where=self.where(keys[0]))
        shown = joined(map(self.shown, keys), "; ", "；")
        return self.say("seen.cells", shown=shown, s="s" if len(keys) == 1 else "")

    def _in_words(self, claim: Claim, value: Fraction) -> str:
        if claim.kind in ("share", "rate") or claim.form == "growth":
            return in_percent(value / PERCENT)
        if claim.kind == "score":
            return f"{float(value / POINT):g} {claim.unit}".strip()
        if not is_money(claim, self.contracts):
            return f"{value} {claim.unit}".strip()
        unit = claim.unit or self.unit_of(claim)
        fen = self.contracts.publication.money_units.get(unit, 100)
        return in_unit(int(value), fen, unit)

    def unit_of(self, claim: Claim) -> str:
        """The money unit of an amount without one; that of the tables where words imply the amount."""
        units = self.contracts.publication.money_units
        if any(c.isdigit() for c in claim.printed) and claim.value:
            fen = abs(Fraction(claim.value) / Fraction(Decimal(claim.printed.replace(",", ""))))
            return next((unit for unit, one in units.items() if one == fen), "元")
        return next((t.money_unit for t in self.publication.tables.values() if t.money_unit), "元")

    def _fen(self, key: Key) -> int:
        unit = self.publication.tables[key.dataset].money_unit or "元"
        return self.contracts.publication.money_units.get(unit, 100)

    def equation(self, check: Check) -> str:
        """Both sides in figures: ``支出决算表 page 5, 20801 基本支出: 220.55 = 220.54 + 0.01``."""
        assert check.equation is not None and check.key is not None
        key = check.key
        left, right = (self._side(key, terms) for terms in (check.equation.left, check.equation.right))
        return f"{self.where(key).en}: {left} {check.equation.relation} {right} {self.unit(key)}".strip()

    def _side(self, key: Key, terms: tuple[Term, ...]) -> str:
        return added_up([(t.weight, self.amount(key, t.value)) for t in terms if t.value is not None])

    def _sides(self, check: Check) -> dict[str, Value]:
        """Both sides in figures, and by how much they differ."""
        assert check.equation is not None and check.key is not None
        key = check.key
        several = len([t for t in check.equation.right if t.value is not None]) > 1
        return {
            "statement": check.statement,
            "where": self.where(key),
            "left": self._side(key, check.equation.left),
            "relation": RELATIONS[check.equation.relation],
            "right": self._side(key, check.equation.right),
            "computed": self.amount(key, check.computed) if several else "",
            "unit": self.unit(key),
            "difference": self.amount(key, check.residual),
        }


def as_printed(claim: Claim) -> str:
    """The figure of a claim with its unit."""
    return f"{claim.printed} {claim.unit}".strip()


def claim_finding(code: str, claim: Claim, severity: Severity = "warning", /, **values: Value) -> Finding:
    """What is to be said of a statement of the narrative, which it quotes."""
    found = finding(code, severity, claim.page, claim.box, sentence=quoted(claim), **values)
    return replace(found, check=claim.claim)


def counted(identities: int, statements: int) -> Both:
    """So many identities, and so many statements of the narrative."""
    parts = []
    if identities:
        english = f"{identities} {'identity' if identities == 1 else 'identities'}"
        parts.append(Both(english, f"{identities}条勾稽关系"))
    if statements:
        english = f"{statements} {'statement' if statements == 1 else 'statements'} of the narrative"
        parts.append(Both(english, f"情况说明中{statements}处表述"))
    return joined(parts, " and ", "和")


def added_up(terms: Sequence[tuple[int, str]]) -> str:
    """A sum in figures with their signs, the first ones of many."""
    shown = [("− " if weight < 0 else "+ ") + text for weight, text in terms]
    text = " ".join(shown[:_SPELLED]).removeprefix("+ ") or "0"
    return text + (f" + … ({len(shown)} figures)" if len(shown) > _SPELLED else "")


def in_percent(value: Fraction, decimals: int = 2) -> str:
    """A percentage as a person writes it, rounded half up."""
    exact = Decimal(value.numerator) / value.denominator
    return f"{exact.quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP):f} %"


def quoted(claim: Claim, most: int = _QUOTED) -> str:
    """The part of the sentence around the number, of at most so many characters."""
    return shortened(claim.sentence, max(claim.sentence.find(claim.printed), 0), most)
