"""Why a statement of the narrative is wrong, as far as the other statements tell, and what cannot be stated.

A figure taken over from another section, an amount that is off by as much as another, shares that do not come
to a whole, words that turn the direction round; a percentage of nothing, money spent on no reception.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from typing import NamedTuple

from jcfs_etl.audit.statements import WHOLE, JudgedClaim
from jcfs_etl.audit.words import Words, as_printed, claim_finding, in_percent, quoted
from jcfs_etl.contracts.model import Contracts
from jcfs_etl.contracts.narrative import Subject
from jcfs_etl.findings import Both, Finding
from jcfs_etl.interpret.model import PERCENT, Claim, Quantity
from jcfs_etl.wording import joined, on_pages

#: Digits that two equal figures must have at least to be more than chance.
_TELLING = 4
#: By how much shares of small amounts may miss 100 % because of these amounts' rounding.
_ROOM = PERCENT // 2
#: Characters of another statement that an explanation quotes.
_QUOTED = 40


class Explanation(NamedTuple):
    """Of what kind a wrong statement is, and why in a sentence."""

    code: str
    words: Both


class Explanations:
    """Explains violated statements by all that a narrative states."""

    def __init__(self, claims: Sequence[JudgedClaim], words: Words) -> None:
        """Takes all claims in printed order."""
        self._claims = claims
        self._words = words

    def of(self, judged: JudgedClaim) -> Explanation | None:
        """What explains a violated claim; None where nothing does."""
        by_form = (self._unchanged, self._turned, self._copied, self._off_as_much)
        tried = (explain(judged) for explain in (*by_form, self._shares, self._other_place, self._base))
        return next((found for found in tried if found is not None), None)

    def _unchanged(self, judged: JudgedClaim) -> Explanation | None:
        """持平 where it is not."""
        claim = judged.claim
        if claim.form != "difference" or any(c.isdigit() for c in claim.printed):
            return None
        based = self._base(judged)
        return Explanation("unchanged_wrong", based.words if based is not None else Both("", ""))

    def _turned(self, judged: JudgedClaim) -> Explanation | None:
        """A decrease that is an increase, or the reverse."""
        claim, computed = judged.claim, judged.computed
        if computed is None or claim.form not in ("difference", "growth") or not claim.value:
            return None
        if not computed.low <= -claim.value + claim.half or not computed.high >= -claim.value - claim.half:
            return None
        words = self._words.say("says_more" if computed.value < 0 else "says_less")
        based = self._base(judged)
        return Explanation("direction_wrong", joined([words, based.words], " ", "") if based else words)

    def _copied(self, judged: JudgedClaim) -> Explanation | None:
        """A figure that is right elsewhere, of something else."""
        claim = judged.claim
        if claim.form != "level" or len(claim.printed.replace(".", "").lstrip("0")) < _TELLING:
            return None
        for other in self._claims:
            same = other.claim.form == "level" and other.claim.value == claim.value
            if same and other.verdict == "exact" and other.claim.quantity != claim.quantity:
                page, text = other.claim.page, quoted(other.claim, _QUOTED)
                return Explanation("figure_copied", self._words.say("taken_from", page=page, text=text))
        return None

    def _off_as_much(self, judged: JudgedClaim) -> Explanation | None:
        """An amount that is off by as much as another one."""
        claim, computed = judged.claim, judged.computed
        if computed is None or claim.form != "level":
            return None
        residual = claim.value - computed.value
        for judged_too in self._claims:
            other, of = judged_too.claim, judged_too.computed
            if judged_too.verdict != "violated" or of is None or other.quantity == claim.quantity:
                continue
            if other.form == "level" and other.value - of.value == residual:
                shown = self._words.value(claim, abs(residual))
                page, printed = other.page, other.printed
                words = self._words.say("off_as_much", shown=shown, printed=printed, page=page)
                return Explanation("claim_violated", words)
        return None

    def _shares(self, judged: JudgedClaim) -> Explanation | None:
        """Shares of one whole that do not come to it, though their amounts do."""
        claim = judged.claim
        if claim.form != "ratio" or claim.kind != "share":
            return None
        shares = {
            j.claim.quantity: j
            for j in self._claims
            if (j.claim.form, j.claim.kind, j.claim.base) == ("ratio", "share", claim.base)
            and j.claim.sentence == claim.sentence
            and j.computed is not None
        }
        whole = sum((j.computed.value for j in shares.values() if j.computed is not None), Fraction())
        total = sum(j.claim.value for j in shares.values())
        if len(shares) < 2 or abs(whole - WHOLE) > PERCENT // 100 or abs(total - WHOLE) < PERCENT // 100:
            return None
        shown = in_percent(Fraction(total, PERCENT))
        words = self._words.say("shares_come_to", count=len(shares), shown=shown)
        return Explanation("shares_off_whole", words)

    def _other_place(self, judged: JudgedClaim) -> Explanation | None:
        """The other statement of the same quantity, where no table has it."""
        claim = judged.claim
        if claim.form != "level" or judged.cells:
            return None
        for other in self._claims:
            level = other.claim.form == "level" and other.verdict != "violated"
            if level and other.claim.quantity == claim.quantity and other.claim.value != claim.value:
                page, text = other.claim.page, quoted(other.claim, _QUOTED)
                return Explanation("stated_twice", self._words.say("stated_at", page=page, text=text))
        return None

    def _base(self, judged: JudgedClaim) -> Explanation | None:
        """What a change or a percentage was reckoned from, where no table has it."""
        claim = judged.claim
        if claim.form == "level" or judged.base_cells:
            return None
        change = ("difference", claim.quantity, claim.base) if claim.form != "difference" else None
        for stated in (other.claim for other in self._claims):
            level = stated.form == "level" and stated.quantity == claim.base
            if stated.unit and (level or (stated.form, stated.quantity, stated.base) == change):
                name, at = "base_stated" if level else "change_stated", stated.page
                words = self._words.say(name, shown=as_printed(stated), page=at)
                return Explanation("claim_violated", words)
        return None


def impossible_claims(claims: Sequence[JudgedClaim], words: Words) -> Iterator[Finding]:
    """Statements that no figures could make true.

    Args:
        claims: all claims of a narrative, judged.
        words: says values, and knows which counts belong to which amounts.

    Yields:
        A percentage of a base that is zero; shares of parts that do not come to a whole; money spent where
        nothing was counted; fewer people than groups.
    """
    levels: dict[Quantity, Claim] = {}
    for judged in claims:
        if judged.claim.form == "level" and not judged.claim.is_approximate:
            levels.setdefault(judged.claim.quantity, judged.claim)
    yield from _without_base(claims, levels, words)
    yield from _off_whole(claims, words.contracts)
    yield from _without_count(levels, words.contracts)
    yield from _fewer_people(levels, words.contracts)


def _without_base(
    claims: Sequence[JudgedClaim], levels: Mapping[Quantity, Claim], words: Words
) -> Iterator[Finding]:
    changes = {
        (j.claim.quantity, j.claim.base): j.claim
        for j in claims
        if j.claim.form == "difference" and j.claim.unit and not j.claim.is_approximate
    }
    for judged in claims:
        claim = judged.claim
        if claim.form not in ("growth", "ratio") or claim.kind not in ("change", "rate"):
            continue
        if not claim.value or claim.is_approximate or claim.base is None or judged.computed is not None:
            continue
        now, base = levels.get(claim.quantity), levels.get(claim.base)
        change = changes.get((claim.quantity, claim.base))
        if now is None or not now.value:
            continue
        if judged.base_cells and words.is_nothing(judged.base_cells):
            why = Both("the base is 0 in the table", "报表中基数为0")
        elif base is not None and base.value == 0:
            why = Both(f"the base is stated as 0 on page {base.page}", f"第{base.page}页所述基数为0")
        elif claim.form == "growth" and change is not None and change.value == now.value:
            why = Both(
                f"a change of {change.printed} {change.unit} to {now.printed} {now.unit} leaves 0 before",
                f"增加 {change.printed} {change.unit}即为本年数 {now.printed} {now.unit}，上年数为0",
            )
        else:
            continue
        yield claim_finding("no_base", claim, printed=as_printed(claim), why=why)


def _off_whole(claims: Sequence[JudgedClaim], contracts: Contracts) -> Iterator[Finding]:
    """Shares of parts of one whole whose amounts are not known, and that come to more than it, or to less."""
    groups: dict[tuple[str, Quantity], dict[str, JudgedClaim]] = {}
    for judged in claims:
        claim = judged.claim
        if claim.kind == "share" and claim.base is not None and not claim.is_approximate:
            groups.setdefault((claim.sentence, claim.base), {})[claim.quantity.subject] = judged
    for (_, base), group in groups.items():
        parts = contracts.narrative.divided.get(base.subject, ())
        shares = {name: one for name, one in group.items() if name in parts}
        # What is judged by its amounts is told by itself; 占0% of each says that there is no whole.
        is_nothing = not any(one.claim.value for one in shares.values())
        if len(shares) < 2 or is_nothing or not all(one.computed is None for one in shares.values()):
            continue
        off = sum(one.claim.value for one in shares.values()) - WHOLE
        room = sum(one.claim.half for one in shares.values()) + _ROOM
        if off <= room and not (len(shares) == len(parts) and off < -room):
            continue
        first, total = next(iter(shares.values())).claim, in_percent(Fraction(off + WHOLE, PERCENT))
        yield claim_finding(
            "shares_off_whole",
            first,
            pages=on_pages([first.page]),
            times="",
            printed=", ".join(as_printed(one.claim) for one in shares.values()),
            unit="",
            seen=Both("Together they come to", "合计为 "),
            right=total,
            because=Both("They are parts of one whole.", "同一总额的各项占比合计应为100%，不为100%即有误。"),
            follows="",
        )


def _counts_more(count: Claim) -> bool:
    """Whether its sentence counts more of the same, as 2批次,其中:接待外宾0批次 does."""
    return re.search(rf"(?<![0-9.])[1-9][0-9,]*{re.escape(count.unit)}", count.sentence) is not None


def _without_count(levels: Mapping[Quantity, Claim], contracts: Contracts) -> Iterator[Finding]:
    subjects = contracts.narrative.subjects
    for name, subject in subjects.items():
        amount = levels.get(Quantity(name))
        if amount is None or amount.kind != "amount" or amount.value <= 0:
            continue
        known = _counted(subject, levels)
        part = subjects.get(subject.counted_by or "")
        if not known and part is not None:
            # Receptions at home are all that there were where nothing is said of others.
            others = [s for n, s in subjects.items() if name in s.share_of and n != subject.counted_by]
            spoken = [c.value for other in others for c in _counted(other, levels)]
            spoken += [c.value for n, s in subjects.items() if s in others and (c := levels.get(Quantity(n)))]
            known = _counted(part, levels) if not any(spoken) else []
        if known and not any(count.value for count in known):
            count, of = as_printed(known[0]), as_printed(amount)
            yield claim_finding("count_contradicts", known[0], count=count, amount=of, where=amount.page)


def _counted(subject: Subject, levels: Mapping[Quantity, Claim]) -> list[Claim]:
    """The counts of a subject that are stated; not 0 where the sentence counts more of the same."""
    counts = [levels.get(Quantity(count)) for count in dict.fromkeys(subject.counts.values())]
    return [c for c in counts if c is not None and not (not c.value and _counts_more(c))]


def _fewer_people(levels: Mapping[Quantity, Claim], contracts: Contracts) -> Iterator[Finding]:
    """Fewer people than groups that they came in."""
    for subject in contracts.narrative.subjects.values():
        groups, people = (levels.get(Quantity(subject.counts.get(unit, ""))) for unit in ("批次", "人次"))
        if subject.costs is not None or groups is None or people is None:
            continue
        if 0 < people.value < groups.value:
            said = {"people": as_printed(people), "groups": as_printed(groups)}
            yield claim_finding("fewer_people", people, **said, where=groups.page)
