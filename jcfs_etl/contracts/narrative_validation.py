"""What must be true of the narrative's contract: patterns compile, and every name names something."""

from __future__ import annotations

import re
from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from typing import get_args

from jcfs_etl.contracts.files import Located
from jcfs_etl.contracts.identity_validation import figures_of_tables
from jcfs_etl.contracts.model import Contracts
from jcfs_etl.contracts.narrative import NumberName, Phrase
from jcfs_etl.contracts.patterns import expanded, placeholders
from jcfs_etl.labels import squeezed

At = list[str | int]
_NAME = re.compile(r"\{([^{}0-9,][^{}]*)\}")
_SLOT = re.compile(r"\{([^{}]*)\}")
#: What patterns may say in braces beside the contract's own words.
_NUMBERS = frozenset(get_args(NumberName))
_IN_PHRASES = _NUMBERS | {"direction", "whole"}
_OF_PUBLICATION = frozenset({"unit", "this_year"})


def validate_narrative(contracts: Contracts, file: Located) -> None:
    """Check the patterns and names of ``narrative.yaml``.

    Raises:
        ContractError: naming file and line of the first fault.
    """
    narrative = contracts.narrative
    # As the narrative is read: Python keeps the expressions until then.
    values = {**dict.fromkeys(_OF_PUBLICATION, "0"), **placeholders(contracts)}
    for at, pattern, allowed in _patterns(contracts):
        _pattern(pattern, allowed, narrative.words, values, file, at)
    for name, phrase in narrative.phrases.items():
        _phrase(contracts, phrase, file, ["phrases", name])
    for name, statement in narrative.statements.items():
        if (statement.form == "level") != (statement.base is None):
            message = f"{statement.form} with base {statement.base}"
            raise file.error(["statements", name], message, "a level has no base, others do")
    _subjects(contracts, file)
    _families(contracts, file)
    _divided(contracts, file)
    _labels(contracts, file)
    forms: dict[str, str] = {}
    for unit, printed in narrative.count_units.items():
        for form in printed:
            if forms.setdefault(squeezed(form), unit) != unit:
                raise file.error(
                    ["count_units", unit], f"{form} stands for two units", "a form is of one unit"
                )


def _patterns(contracts: Contracts) -> Iterator[tuple[At, str, frozenset[str]]]:
    """Every pattern of the contract, where it stands, and what it may name beside the words."""
    narrative = contracts.narrative
    none: frozenset[str] = frozenset()
    listed: list[tuple[Sequence[str | int], Sequence[str], frozenset[str]]] = [
        (["layout", "headings"], narrative.layout.headings, none),
        *((["layout", "parts", part], words, none) for part, words in narrative.layout.parts.items()),
        *((["sections", section], words, none) for section, words in narrative.sections.items()),
        *((["contexts", context], words, none) for context, words in narrative.contexts.items()),
        (["this_year"], narrative.this_year, none),
        (["openers"], narrative.openers, _OF_PUBLICATION),
        (["links"], narrative.links, _OF_PUBLICATION),
        (["carriers"], narrative.carriers, _OF_PUBLICATION),
        *((["references", n, "patterns"], r.patterns, none) for n, r in narrative.references.items()),
        *((["asides", n, "patterns"], a.patterns, none) for n, a in narrative.asides.items()),
        *((["phrases", n, "patterns"], p.patterns, _IN_PHRASES) for n, p in narrative.phrases.items()),
        *((["subjects", n, "patterns"], s.patterns, _NUMBERS) for n, s in narrative.subjects.items()),
    ]
    for at, patterns, allowed in listed:
        for index, pattern in enumerate(patterns):
            yield [*at, index], pattern, allowed
    for name, family in narrative.families.items():
        yield ["families", name, "complete"], family.complete, none


def _pattern(
    pattern: str,
    allowed: frozenset[str],
    words: Mapping[str, str],
    values: Mapping[str, str],
    file: Located,
    at: At,
) -> None:
    for name in _NAME.findall(pattern):
        if name not in words and name not in allowed:
            known = ", ".join(sorted({*words, *allowed}))
            raise file.error(at, f"nothing is called {{{name}}} here", f"use one of {known}")
    whole = expanded(expanded(pattern, words), values)
    if file.compiled(whole, at).match("") is not None and pattern:
        raise file.error(at, "the pattern takes the empty text", "make one of its pieces necessary")


def _phrase(contracts: Contracts, phrase: Phrase, file: Located, at: At) -> None:
    narrative = contracts.narrative
    statements = narrative.statements
    places = {*narrative.sections, *narrative.contexts}
    _known(phrase.within, places, "section or context", file, [*at, "within"])
    for slot, name in phrase.states.items():
        if name not in statements:
            raise file.error([*at, "states", slot], f"there is no statement {name}", "see `statements`")
        if (slot == "implied") != (statements[name].value is not None):
            raise file.error(
                [*at, "states", slot], f"{name} has a value of its own or it has not", "`implied` needs one"
            )
    numbers = {slot for slot in phrase.states if slot != "implied"}
    for index, pattern in enumerate(phrase.patterns):
        captured = set(_NAME.findall(pattern)) & _NUMBERS
        if captured != numbers:
            raise file.error(
                [*at, "patterns", index],
                f"the pattern gives {', '.join(sorted(captured)) or 'no number'}, `states` speaks of "
                f"{', '.join(sorted(numbers)) or 'none'}",
                "state every number of each pattern",
            )


def _subjects(contracts: Contracts, file: Located) -> None:
    narrative = contracts.narrative
    places = {*narrative.sections, *narrative.contexts}
    for name, subject in narrative.subjects.items():
        at: At = ["subjects", name]
        if "/" in name or "." in name or name in narrative.families:
            raise file.error(at, f"{name} cannot be the id of a subject", "ids are words that stand once")
        _known(subject.within, places, "section or context", file, [*at, "within"])
        _known(subject.share_of, narrative.subjects, "subject", file, [*at, "share_of"])
        _known(subject.counts.values(), narrative.subjects, "subject", file, [*at, "counts"])
        if subject.counted_by is not None:
            _known([subject.counted_by], narrative.subjects, "subject", file, [*at, "counted_by"])
        _known(subject.counts, narrative.count_units, "unit", file, [*at, "counts"])
        for key, figure in (("figure", subject.figure), ("budget_figure", subject.budget_figure)):
            if figure is not None:
                figures_of_tables(contracts, file, [*at, key], figure)
        for index, pattern in enumerate(subject.patterns):
            numbers = set(_NAME.findall(pattern)) & _NUMBERS
            if len(numbers) != 1 or not numbers <= {"money", "count"}:
                problem = "the pattern of a subject gives one {money} or {count}"
                raise file.error([*at, "patterns", index], problem, "write it")


def _divided(contracts: Contracts, file: Located) -> None:
    subjects = contracts.narrative.subjects
    for name, other in contracts.narrative.likely_same_money.items():
        _known([name, other], subjects, "subject", file, ["likely_same_money", name])
    for name, parts in contracts.narrative.divided.items():
        _known([name, *parts], subjects, "subject", file, ["divided", name])
    _known(contracts.narrative.rests, subjects, "subject", file, ["rests"])


def _families(contracts: Contracts, file: Located) -> None:
    narrative = contracts.narrative
    places = {*narrative.sections, *narrative.contexts}
    for name, family in narrative.families.items():
        at: At = ["families", name]
        _known(family.within, places, "section or context", file, [*at, "within"])
        _known(family.share_of, narrative.subjects, "subject", file, [*at, "share_of"])
        _known([family.rows_of], contracts.tables, "table", file, [*at, "rows_of"])
        _known(family.also, narrative.families, "family", file, [*at, "also"])
        _known(family.also_where, contracts.tables, "table", file, [*at, "also_where"])
        for index, label in enumerate(family.labels):
            slots = _SLOT.findall(label)
            if not slots or any(not re.fullmatch("[123]~?", slot) for slot in slots):
                raise file.error(
                    [*at, "labels", index], "a form names {1}, {2} or {3}", "see contracts/README.md"
                )
        codes = contracts.functional if family.classification == "functional" else contracts.economic
        # The row `code` stands for every code of the classification alike.
        figure, any_code = family.figure, f"[{next(iter(codes))},"
        if figure.count("[code,") != figure.count("["):
            raise file.error([*at, "figure"], f"{figure} has another row", "name the row `code` in a family")
        figures_of_tables(contracts, file, [*at, "figure"], figure.replace("[code,", any_code))


def _labels(contracts: Contracts, file: Located) -> None:
    """No label may mean two subjects in one section."""
    owners: dict[tuple[str, str], str] = {}
    for name, subject in contracts.narrative.subjects.items():
        own = [("labels", n, label) for n, label in enumerate(subject.labels)]
        for key, index, label in [*own, *(("spoken", n, label) for n, label in enumerate(subject.spoken))]:
            for place in subject.within or ("",):
                owner = owners.setdefault((squeezed(label), place), name)
                if owner != name:
                    raise file.error(
                        ["subjects", name, key, index],
                        f"{label} is a label of {owner} already",
                        "a label means one subject in a section",
                    )


def _known(names: Iterable[str], pool: Container[str], what: str, file: Located, at: At) -> None:
    file.require(names, pool, at, f"there is no {what} {{}}", f"name a {what} of the contracts")
