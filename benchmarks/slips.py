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
import sys
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from random import Random

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tests"))

import narrating
from narrating import wordings
from narrative_slips import Narrated, Slip, slips_of

from jcfs_etl.contracts import load_contracts
from jcfs_etl.findings import Finding

BEGINS, ENDS = "<!-- narratives: begin -->", "<!-- narratives: end -->"
#: Characters of a sentence that a finding quotes at least.
_QUOTED = 16
#: What is aimed at: found, of what anything binds; the right sentence first.
FOUND, FIRST = 0.97, 0.95


@dataclass(frozen=True)
class Trial:
    """What the audit said to a slip."""

    wording: str
    slip: Slip
    found: bool
    first: bool
    read: bool
    said: str


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
