"""What of the narrative's contract is the same for every publication, worked out once."""

from __future__ import annotations

import re
from decimal import Decimal

from jcfs_etl.contracts.beginnings import ByBeginning
from jcfs_etl.contracts.model import Contracts
from jcfs_etl.contracts.narrative import Phrase
from jcfs_etl.contracts.once import once
from jcfs_etl.contracts.patterns import NUMBER, compiled, matching_any, names_in, placeholders, union
from jcfs_etl.interpret.model import Period
from jcfs_etl.labels import squeezed

#: What a subject's own pattern states, by the placeholder in it.
_OWN = {
    "money": Phrase(patterns=(), states={"money": "amount"}),
    "count": Phrase(patterns=(), states={"count": "count"}),
}


class Phrasebook:
    """Compiled patterns of the contract.

    Args:
        contracts: the contracts.
    """

    def __init__(self, contracts: Contracts) -> None:
        contract = contracts.narrative
        words, values = contract.words, placeholders(contracts)
        self.money_units = dict(contracts.publication.money_units)
        for short, whole in contract.short_units.items():
            if whole in self.money_units:
                self.money_units[short] = self.money_units[whole]
        units = sorted(map(re.escape, self.money_units), key=len, reverse=True)
        self.amount = re.compile(rf"({NUMBER})({'|'.join(units)})")
        self.any_thing = frozenset(contract.any_thing)
        self.pointing_back, self.spent_on = re.compile(contract.pointing_back), re.compile(contract.spent_on)
        self.last_years = re.compile(contract.last_years)
        self.dividing, self.all_of = re.compile(contract.divides_classes), re.compile(contract.all_of)
        #: A year where it ends, and the start of a clause with the year where one stands there.
        self.year_ends = re.compile(words["a_year"] + "$")
        self.next_clause = re.compile(f",(?:{words['a_year']})?$")
        self.after_comma = union(contract.after_comma, words)
        self.of_budgets, self.years = re.compile(contract.of_budgets), re.compile(r"(?<!\d)20\d\d(?=年)")
        self.relative = frozenset(map(squeezed, contract.relative))
        self.after_heading = re.compile(contract.after_headings)
        self.item = union(contract.layout.headings, words)
        self.goes_on = union(contract.goes_on, words)
        self.anew = union(contract.anew, words)
        self.among = union(contract.among, words)
        #: Words before a clause that say that it is of a part: 其中, and what divides an amount without it.
        self.ends_among = re.compile(
            rf"(?:(?:{self.among.pattern}|元{re.escape(contract.among_them)})[,:]?\n?"
            r"(?:\(?[0-9一二三四五]{1,2}[.、)])?|元:|\()$"
        )
        self.narrower = union(contract.narrower, words)
        self.otherwise = [
            (frozenset(map(squeezed, one.label)), re.compile(one.followed_by), one.subject)
            for one in contract.means_otherwise
        ]
        self.restricting = union(contract.restricting, words)
        self.ends, self.ended = union(contract.ends.labels, words), union(contract.ends.after, words)
        self.short_labels = union(contract.short_labels, words)
        self.money_words = union(contract.money_words, words)
        self.this_year = union(contract.this_year, words)
        self._add_patterns(contracts, words, values)

    def _add_patterns(self, contracts: Contracts, words: dict[str, str], values: dict[str, str]) -> None:
        """Patterns with placeholders."""
        contract = contracts.narrative
        phrases = [
            (phrase, compiled(pattern, words, values))
            for phrase in contract.phrases.values()
            for pattern in phrase.patterns
        ]
        references: list[tuple[Period | None, re.Pattern[str]]] = [
            (reference.period, compiled(pattern, words, values))
            for reference in contract.references.values()
            for pattern in reference.patterns
        ]
        asides = [
            (aside, compiled(pattern, words, values))
            for aside in contract.asides.values()
            for pattern in aside.patterns
        ]
        own_patterns = [
            (
                (name, _OWN["money" if "money" in names_in(pattern) else "count"]),
                compiled(pattern, words, values),
            )
            for name, subject in contract.subjects.items()
            for pattern in subject.patterns
        ]
        contexts = [(name, union(patterns, words)) for name, patterns in contract.contexts.items()]
        self.any_context = matching_any(pattern.pattern for _, pattern in contexts)
        self.phrases, self.references = ByBeginning(phrases), ByBeginning(references)
        self.own_patterns, self.contexts = ByBeginning(own_patterns), ByBeginning(contexts)
        #: Whatever is looked for at every place of the text, but for asides.
        self.anything = ByBeginning([*phrases, *references, *own_patterns, *contexts])
        self.asides = ByBeginning(asides)
        self.firsts = self.anything.firsts | self.asides.firsts
        self.number_asides = ByBeginning(pair for pair in asides if not pair[0].figures)
        self.count_units = {
            squeezed(form): unit for unit, forms in contract.count_units.items() for form in forms
        }

    def amounts_in(self, text: str) -> set[int]:
        """The amounts that a text states with their unit, in 分."""
        return {
            int(Decimal(number.replace(",", "")) * self.money_units[unit])
            for number, unit in self.amount.findall(text)
        }


phrasebook = once(Phrasebook)
