"""Slips in the words of narratives of made-up publications: what the audit finds, and names first.

    python benchmarks/slips.py --slips 600 --clean 200
    python benchmarks/slips.py --write docs/audit-benchmark.md

A made-up publication is given a narrative in one of the wordings of tests/factory/data/narratives that were
held back from the work (``--looked-at`` takes the others), its figures worked out from the tables. One slip
at a time is put into it, and the whole is interpreted and audited. ``--write`` puts the tables into the
section of that file that tells of narratives.
"""

from __future__ import annotations

import argparse
import re
import sys
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from random import Random

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tests"))

import narrating
from made_up import made_up, pages_of
from narrating import Amounts, Figure, Sentence, narrated, wordings
from writing import written

from jcfs_etl.audit import audit
from jcfs_etl.contracts import Contracts, load_contracts
from jcfs_etl.findings import SEVERITIES, Finding
from jcfs_etl.interpret import interpret
from jcfs_etl.interpret.model import Quantity
from jcfs_etl.read.model import PdfDocument
from jcfs_etl.recognise import recognise

BEGINS, ENDS = "<!-- narratives: begin -->", "<!-- narratives: end -->"
#: Size of the letters of made-up pages, in points.
_SIZE = 10.0
#: Characters of a sentence that a finding quotes at least.
_QUOTED = 16
#: True of made-up publications as they are: what short narratives leave out, rounding that hardly explains.
_TRUE = frozenset({"disclosure", "unlikely_rounding"})
#: What is aimed at: found, of what anything binds; the right sentence first.
FOUND, FIRST = 0.97, 0.95


@dataclass(frozen=True)
class Slip:
    """A narrative with one slip.

    Attributes:
        kind: what slipped.
        sentence: which sentence.
        text: the sentence as it now reads.
        is_bound: whether anything else in the document contradicts it, worked out in plain sums.
    """

    kind: str
    sentence: int
    text: str
    is_bound: bool


@dataclass(frozen=True)
class Trial:
    """What the audit said to a slip."""

    wording: str
    slip: Slip
    found: bool
    first: bool
    read: bool
    said: str


class Narrated:
    """A made-up publication with a narrative.

    Args:
        number, seed: the made-up publication.
        lines: the wording.
        contracts: the contracts.
    """

    def __init__(self, number: int, seed: int, lines: list[str], contracts: Contracts) -> None:
        document = made_up(number, seed)
        sections = tuple(s for s in document.sections if "情况说明" not in getattr(s.blocks[0], "text", ""))
        self._pages = pages_of(replace(document, sections=sections))
        self._contracts = contracts
        self._publication = recognise(self._pages, contracts)
        self.amounts = Amounts(self._publication, contracts, Random(f"{seed}/{number}"))
        self.sentences = narrated(lines, self.amounts)

    def allowed(self, subject: str) -> tuple[str, ...]:
        """Wholes that a share of a subject may be of."""
        return self._contracts.narrative.subjects[subject].share_of

    def findings(self, sentences: Sequence[str]) -> tuple[list[Finding], list[tuple[str, int, object]]]:
        """What the audit finds, worst first, with the sentence, page and box of each figure that was read."""
        paragraphs = ["第三部分 情况说明"]
        heading = ""
        for sentence, text in zip(self.sentences, sentences, strict=True):
            if sentence.heading != heading:
                heading = sentence.heading
                paragraphs += [heading, text]
            elif sentence.begins:
                paragraphs.append(text)
            else:
                paragraphs[-1] += text
        pages = list(self._pages.pages)
        for page in written(*paragraphs).pages:
            # The letters of the made-up pages, so that none is a title.
            lines = tuple(replace(line, size=_SIZE) for line in page.lines)
            pages.append(replace(page, number=len(pages) + 1, lines=lines))
        document = PdfDocument("made-up.pdf", "", tuple(pages))
        publication, said = interpret(document, recognise(document, self._contracts), self._contracts)
        result = audit(publication, self._contracts, said)
        told = [f for f in result.findings if f.severity != "info" and f.code not in _TRUE]
        told.sort(key=lambda f: SEVERITIES.index(f.severity))
        places = [(c.sentence, c.page, c.box) for c in said.narrative.claims]
        return told, places  # type: ignore[return-value]


# -- slips ---------------------------------------------------------------------------------------


def slips_of(narrative: Narrated, random: Random) -> Iterator[Slip]:
    """One slip of each kind that can be put into a narrative."""
    for kind, put in KINDS.items():
        places = [(i, f) for i, s in enumerate(narrative.sentences) for f in s.figures]
        random.shuffle(places)
        for index, figure in places:
            sentence = narrative.sentences[index]
            text = put(sentence, figure, narrative, random)
            if text is not None and text != sentence.text:
                yield Slip(kind, index, text, _is_bound(figure, _moved(sentence, figure, text), narrative))
                break


def _with(sentence: Sentence, figure: Figure, printed: str) -> str:
    return sentence.text[: figure.start] + printed + sentence.text[figure.end :]


def _differs(figure: Figure, other: str) -> bool:
    """Whether another figure cannot be this one rounded."""
    return abs(float(figure.printed) - float(other)) > 0.05


def _digit(sentence: Sentence, figure: Figure, narrative: Narrated, random: Random) -> str | None:
    """One digit is another, not the last but one decimal at most."""
    places = [i for i, c in enumerate(figure.printed[:-1]) if c.isdigit()]
    at = random.choice(places)
    digit = random.choice([d for d in "123456789" if d != figure.printed[at]])
    return _with(sentence, figure, figure.printed[:at] + digit + figure.printed[at + 1 :])


def _unit(sentence: Sentence, figure: Figure, narrative: Narrated, random: Random) -> str | None:
    """元 for 万元."""
    after = sentence.text[figure.end :]
    is_nought = not float(figure.printed)  # which is the same in any unit
    return sentence.text[: figure.end] + after[1:] if after.startswith("万元") and not is_nought else None


def _stale(sentence: Sentence, figure: Figure, narrative: Narrated, random: Random) -> str | None:
    """Last year's figure for this year's."""
    if figure.form != "level" or figure.quantity.period != "this":
        return None
    last = narrative.amounts.of(Quantity(figure.quantity.subject, "last"))
    printed = f"{(last or 0) / 1_000_000:.2f}"
    return _with(sentence, figure, printed) if _differs(figure, printed) else None


def _copied(sentence: Sentence, figure: Figure, narrative: Narrated, random: Random) -> str | None:
    """An amount of another section."""
    if figure.form != "level":
        return None
    others = [
        f.printed
        for s in narrative.sentences
        if s.heading != sentence.heading
        for f in s.figures
        if f.form == "level" and _differs(figure, f.printed)
    ]
    return _with(sentence, figure, random.choice(others)) if others else None


def _turned(sentence: Sentence, figure: Figure, narrative: Narrated, random: Random) -> str | None:
    """The other direction."""
    if figure.direction is None or float(figure.printed) < 0.05:
        return None
    start, end, other = figure.direction
    return sentence.text[:start] + other + sentence.text[end:]


def _other_base(sentence: Sentence, figure: Figure, narrative: Narrated, random: Random) -> str | None:
    """The share of another total."""
    if figure.form != "ratio" or figure.base is None or figure.base.period != "this":
        return None
    now, against = narrative.amounts.of(figure.quantity), narrative.amounts.of(figure.base)
    # Where the words name no whole, any that the contract allows is a reading, and no slip.
    allowed = {narrative.amounts.of(Quantity(n)) for n in narrative.allowed(figure.quantity.subject)}
    wholes = ("income", "income_grand_total", "expenditure", "general_budget", "three_public")
    for name in random.sample(wholes, len(wholes)):
        other = narrative.amounts.of(Quantity(name))
        if other and now and other != against and now <= other and other not in allowed:
            printed = f"{100 * now / other:.2f}"
            is_allowed = any(one and f"{100 * now / one:.2f}" == printed for one in allowed)
            if not is_allowed and _differs(figure, printed):
                return _with(sentence, figure, printed)
    return None


def _renamed(sentence: Sentence, figure: Figure, narrative: Narrated, random: Random) -> str | None:
    """The name of another subject of the sentence, whose amount is another."""
    if figure.name is None or figure.form != "level":
        return None
    start, end = figure.name
    name = sentence.text[start:end]
    others = [
        sentence.text[slice(*f.name)]
        for f in sentence.figures
        if f.name is not None and f.form == "level" and _differs(figure, f.printed)
    ]
    others = [other for other in others if other != name]
    return sentence.text[:start] + random.choice(others) + sentence.text[end:] if others else None


KINDS: dict[str, Callable[[Sentence, Figure, Narrated, Random], str | None]] = {
    "wrong digit": _digit,
    "wrong unit": _unit,
    "last year's figure": _stale,
    "copied from another section": _copied,
    "direction turned": _turned,
    "share of another base": _other_base,
    "name of another": _renamed,
}


def _moved(sentence: Sentence, figure: Figure, text: str) -> float:
    """By how much a slip changes the number of its figure; endless where it changes what it is of."""
    if text[: figure.start] != sentence.text[: figure.start]:
        return float("inf")
    found = re.match(r"[0-9.]+", text[figure.start :])
    number = float(found[0]) if found is not None else float("inf")
    return abs(number - float(figure.printed)) or float("inf")


def _is_bound(figure: Figure, moved: float, narrative: Narrated) -> bool:
    """Whether the tables, or another figure of the narrative, contradict a slip in a figure.

    An amount is bound by its cell or by a second statement of it; a change by what both years were, or by
    the growth, as exactly as its two decimals say; a growth and a completion by both amounts, or by the
    change.
    """
    stated = [f for s in narrative.sentences for f in s.figures if f is not figure]

    def is_known(quantity: Quantity) -> bool:
        levels = (f.quantity == quantity for f in stated if f.form == "level")
        return narrative.amounts.has_cells(quantity) or any(levels)

    def is_stated(form: str) -> bool:
        return any((f.quantity, f.base, f.form) == (figure.quantity, figure.base, form) for f in stated)

    if figure.form == "level":
        if narrative.amounts.has_cells(figure.quantity):
            return True
        # An amount of another year: bound by what is said of the change from it.
        return any(f.base == figure.quantity for f in stated)
    assert figure.base is not None
    if is_known(figure.base):
        return True
    if figure.form == "difference":
        # Half a hundredth of a per cent of last year's amount, in 万元, and the decimals of both figures.
        slack = (narrative.amounts.of(figure.base) or 0) / 1_000_000 * 0.00005 + 0.02
        return is_stated("growth") and moved > slack
    # The decimals of the change and of both amounts leave a growth so much room.
    now, before = ((narrative.amounts.of(q) or 0) / 1_000_000 for q in (figure.quantity, figure.base))
    change = abs(now - before)
    slack = float(figure.printed) * (0.005 / change + 0.01 / before) + 0.01 if change and before > 0 else 0.0
    return is_stated("difference") and moved > slack


# -- trials --------------------------------------------------------------------------------------


def _trial(wording: str, narrative: Narrated, slip: Slip) -> Trial:
    texts = [s.text for s in narrative.sentences]
    texts[slip.sentence] = slip.text
    findings, places = narrative.findings(texts)
    squeezed = _compared(slip.text)
    here = [(page, box) for sentence, page, box in places if _compared(sentence) in squeezed]
    # A message quotes only a piece of a long sentence.
    pieces = [squeezed[i : i + _QUOTED] for i in range(max(1, len(squeezed) - _QUOTED))]

    def is_here(finding: Finding) -> bool:
        message = _compared(finding.message)
        at_place = any((finding.page, finding.box) == place for place in here)
        return at_place or any(piece in message for piece in pieces)

    right = [is_here(finding) for finding in findings]
    read = any(_compared(sentence) in squeezed for sentence, _, _ in places)
    said = findings[0].message if findings else "nothing"
    return Trial(wording, slip, any(right), bool(right) and right[0], read, said)


def _compared(text: str) -> str:
    """A text as findings quote it."""
    return unicodedata.normalize("NFKC", text).replace("“", '"').replace("”", '"').replace(" ", "")


def run(slips: int, clean: int, seed: int, name: str) -> tuple[list[Trial], list[str], int]:
    """Draw narratives until there are as many clean documents and slips as asked for.

    Returns:
        The trials, the false findings on clean documents in words, and how many of these there were.
    """
    contracts = load_contracts()
    texts = list(wordings(name).items())
    trials: list[Trial] = []
    false: list[str] = []
    number = 0
    while number < clean or len(trials) < slips:
        wording, lines = texts[number % len(texts)]
        narrative = Narrated(number, seed, lines, contracts)
        findings, _ = narrative.findings([s.text for s in narrative.sentences])
        false += [f"{wording}, document {number}: {f.code}: {f.message}" for f in findings]
        if len(trials) < slips:
            random = Random(f"slips/{seed}/{number}")
            trials += [_trial(wording, narrative, slip) for slip in slips_of(narrative, random)]
        number += 1
    return trials, false, number


def markdown(trials: Sequence[Trial], false: Sequence[str], clean: int, options: str) -> str:
    """The section of the report."""
    bound = [t for t in trials if t.slip.is_bound]
    wordings_ = len({t.wording for t in trials})
    rows = defaultdict(list)
    for trial in trials:
        rows[trial.slip.kind].append(trial)
    lines = [
        BEGINS,
        "## Slips in narratives",
        "",
        f"`python benchmarks/slips.py {options}`: made-up publications with",
        f"narratives in {wordings_} wordings (`tests/factory/data/narratives`); one slip at a time in a",
        "sentence and figure drawn by chance. *Bound*: the tables or another figure of the narrative",
        "contradict it, worked out apart from the audit. *Found*: a finding that stands at the sentence;",
        "*first*: no other finding comes before it. What such a short narrative leaves undisclosed is true",
        "and not counted.",
        "",
        "| what | target | reached |",
        "| --- | ---: | ---: |",
        f"| found, of what anything binds | {FOUND:.0%} | {_share(bound, lambda t: t.found)} |",
        f"| the right sentence first | {FIRST:.0%} | {_share(bound, lambda t: t.first)} |",
        f"| findings on clean documents | 0 | {len(false)} on {clean} |",
        "",
        "| kind | slips | bound | found | first | nothing read of the sentence |",
        "| --- | ---: | ---: | ---: | ---: | ---: |",
    ]
    for kind, some in rows.items():
        b = [t for t in some if t.slip.is_bound]
        lines.append(
            f"| {kind} | {len(some)} | {len(b)} | {_share(b, lambda t: t.found)} | "
            f"{_share(b, lambda t: t.first)} | {sum(not t.read for t in b)} |"
        )
    return "\n".join([*lines, ENDS])


def _share(trials: Sequence[Trial], is_so: Callable[[Trial], bool]) -> str:
    if not trials:
        return "—"
    n = sum(map(is_so, trials))
    tenths = 1000 * n // len(trials)
    return f"{tenths // 10}.{tenths % 10} % ({n} of {len(trials)})"


def main() -> int:
    """Draw, slip, audit and report; 1 when a clean document is found fault with."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--slips", type=int, default=600)
    parser.add_argument("--clean", type=int, default=200, help="clean documents at least")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--looked-at", action="store_true", help="take the wordings that were looked at")
    parser.add_argument("--wordings", type=Path, help="a folder with wordings of its own, held_back.txt")
    parser.add_argument("--write", type=Path, help="write the tables into this Markdown file")
    parser.add_argument("--stories", type=int, default=0, help="bound slips told that were not found first")
    options = parser.parse_args()
    name = "looked_at" if options.looked_at else "held_back"
    narrating.FOLDER = options.wordings or narrating.FOLDER
    trials, false, clean = run(options.slips, options.clean, options.seed, name)
    text = markdown(
        trials, false, clean, f"--slips {options.slips} --clean {options.clean} --seed {options.seed}"
    )
    print(text)
    missed = [t for t in trials if t.slip.is_bound and not t.first]
    for trial in missed[: options.stories]:
        slip = trial.slip
        print(f"{trial.wording}, {slip.kind}: {slip.text} | found {trial.found} | {trial.said[:160]}")
    for line, n in Counter(false).most_common(20):
        print(f"false ({n}): {line}")
    if options.write:
        whole = options.write.read_text(encoding="utf-8")
        before, _, rest = whole.partition(BEGINS)
        after = rest.partition(ENDS)[2]
        options.write.write_text(f"{before.rstrip()}\n\n{text}\n{after}", encoding="utf-8")
    return 1 if false else 0


if __name__ == "__main__":
    sys.exit(main())
