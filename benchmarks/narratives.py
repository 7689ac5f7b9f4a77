"""Scores the reading of narratives on a folder of excerpts whose every figure has its expected reading.

    python benchmarks/narratives.py FOLDER [--show misunderstood|unread|all]

FOLDER holds excerpts (``*.txt``; lines with ``## `` are headings, other ``#`` lines are remarks) and
``expected.csv`` with a row for every figure: file, before (the characters before it, ``/`` for a line's end),
printed, unit, subject, measure, against, direction. A figure is understood when everything said of it is
right: its number, subject, measure, what it is compared with and the direction. A figure that has no reading
(in a reason, no figure of the accounts, garbled) counts only when it is given one, as misunderstood.
"""

from __future__ import annotations

import argparse
import csv
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

from jcfs_etl.contracts import Contracts, load_contracts
from jcfs_etl.interpret.claims import read_section
from jcfs_etl.interpret.grammar import Grammar
from jcfs_etl.interpret.model import PERCENT, Claim
from jcfs_etl.interpret.prose import Passage, passage_of, sections_of
from jcfs_etl.labels import squeezed
from jcfs_etl.read.model import Box, TextLine
from jcfs_etl.recognise.model import Publication

#: Measures that have a reading; figures of others are to be left alone.
MEASURES = (
    *("amount", "budget", "adjusted_budget", "last_year", "share"),
    *("change", "growth", "completion", "count"),
)
#: Where an excerpt does not say which total is meant, any of that side is right.
_TOTALS = {
    "收入": [
        "收入总计",
        "收入合计",
        "财政拨款收入总计",
        "财政拨款收入合计",
        "本年收入",
        "一般公共预算财政拨款收入",
    ],
    "支出": [
        "支出总计",
        "支出合计",
        "财政拨款支出总计",
        "财政拨款支出合计",
        "本年支出",
        "一般公共预算财政拨款支出",
    ],
}
#: Where a sentence speaks of both totals of a form, either is right.
_TOTALS["收支总计"] = ["收支总计", "收入总计", "支出总计"]
_TOTALS["财政拨款收支总计"] = ["财政拨款收支总计", "财政拨款收入总计", "财政拨款支出总计"]
_NO_NAME = re.compile(r"\(未写明:?(.*)\)")


@dataclass(frozen=True)
class Expected:
    """A figure of an excerpt as it is to be read; ``line`` and ``column`` say where it stands."""

    file: str
    line: int
    column: int
    row: dict[str, str]

    @property
    def has_reading(self) -> bool:
        """Whether it states something of the accounts."""
        return self.row["measure"] in MEASURES


class Names:
    """Which subjects of the contract a name means."""

    def __init__(self, contracts: Contracts) -> None:
        """Takes the labels of the contract; ends such as 费用 and 支出 make no difference."""
        self._by_name: dict[str, set[str]] = defaultdict(set)
        for subject, contract in contracts.narrative.subjects.items():
            for label in contract.labels:
                self._by_name[_plain(label)].add(subject)
            for unit, counted in contract.counts.items():
                for label in contract.labels:
                    self._by_name[f"{_plain(label)}:{unit}"].add(counted)

    def of(self, name: str) -> set[str]:
        """Ids of the subjects that a name means; empty where the contract has none."""
        unsaid = _NO_NAME.fullmatch(squeezed(name))
        name = unsaid[1] if unsaid else name
        alike = _TOTALS.get(squeezed(name), [name])
        return {subject for one in alike for subject in self._by_name.get(_plain(one), ())}


def _plain(name: str) -> str:
    """A name without quotation marks and without what may stand or lack at its end."""
    return re.sub(r"(?:费|费用|支出|经费|次|数)+$", "", squeezed(name).replace('"', "")) or squeezed(name)


def main() -> None:
    """Score the folder of the command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--show", choices=("misunderstood", "unread", "all"), help="print these figures")
    arguments = parser.parse_args()
    contracts = load_contracts()
    names = Names(contracts)
    verdicts = []
    for path, rows in read_expected(arguments.folder):
        lines = path.read_text(encoding="utf-8").splitlines()
        claims = read_excerpt(lines, contracts)
        for expected in placed(path.name, lines, rows):
            found = claims.get((expected.line, expected.column), [])
            verdict = judged(expected, found, names)
            if verdict is not None:
                verdicts.append((expected, verdict))
            if arguments.show in ("all", verdict) and verdict not in (None, "understood"):
                print(f"{verdict}: {path.name} {_shown(expected)} | {'; '.join(map(_said, found))}")
    for title, by in (("province", _province), ("measure", lambda e: e.row["measure"])):
        print(f"\n{title:28} understood misunderstood unread")
        counts: dict[str, Counter[str]] = defaultdict(Counter)
        for expected, verdict in verdicts:
            counts[by(expected)][verdict] += 1
        for name, n in sorted(counts.items()):
            print(f"{name:28} {n['understood']:10} {n['misunderstood']:13} {n['unread']:6}")
    total = Counter(verdict for _, verdict in verdicts)
    print(
        f"\nunderstood {total['understood']}, misunderstood {total['misunderstood']}, "
        f"unread {total['unread']} of {len(verdicts)}"
    )


def read_expected(folder: Path) -> Iterable[tuple[Path, list[dict[str, str]]]]:
    """The excerpts of a folder with their expected rows, in the order of the file names."""
    rows: dict[str, list[dict[str, str]]] = defaultdict(list)
    with (folder / "expected.csv").open(encoding="utf-8-sig", newline="") as file:
        for row in csv.DictReader(file):
            rows[row["file"]].append(row)
    for name in sorted(rows):
        yield folder / name, rows[name]


def placed(file: str, lines: Sequence[str], rows: Iterable[dict[str, str]]) -> list[Expected]:
    """Where each expected figure stands, in the text as it is compared.

    Raises:
        ValueError: a figure does not stand in the excerpt.
    """
    text, starts = "", []
    for number, line in enumerate(lines):
        if not line.startswith("#"):
            starts.append((len(text), number))
            text += line + "/"
    found, cursor = [], 0
    for row in rows:
        sought = row["before"] + row["printed"].removesuffix("%")
        at = text.find(sought, max(0, cursor - len(row["before"])))
        if at < 0:
            raise ValueError(f"{file}: {sought!r} does not stand after character {cursor}")
        start = at + len(row["before"])
        cursor = at + len(sought)
        begin, number = max(s for s in starts if s[0] <= start)
        column = len(_passage(lines[number][: start - begin], number).text)
        found.append(Expected(file, number, column, row))
    return found


def read_excerpt(lines: Sequence[str], contracts: Contracts) -> dict[tuple[int, int], list[Claim]]:
    """Claims of an excerpt by the line and column at which their number stands."""
    passages = [
        _passage(line.removeprefix("## "), number)
        for number, line in enumerate(lines)
        if line.startswith("## ") or not line.startswith("#")
    ]
    sections = sections_of([p for p in passages if p.text], contracts, part="narrative")
    grammar = Grammar(contracts, _no_tables(_year(lines)))
    claims: dict[tuple[int, int], list[Claim]] = defaultdict(list)
    for section in sections:
        for claim in read_section(section, grammar).claims:
            if any(c.isdigit() for c in claim.printed):
                claims[claim.page, round(claim.box.x0)].append(claim)
    return claims


def judged(expected: Expected, claims: Sequence[Claim], names: Names) -> str | None:
    """What the reading of a figure is worth; None for one without a reading that has been given none."""
    if not expected.has_reading:
        return "misunderstood" if claims else None
    if not claims:
        return "unread"
    return "understood" if all(is_right(expected.row, c, names) for c in claims) else "misunderstood"


def is_right(row: dict[str, str], claim: Claim, names: Names) -> bool:
    """Whether a claim says what is expected: number, subject, measure, comparison and direction."""
    subject, _, code = claim.quantity.subject.partition("/")
    if row["code"]:
        named = code == row["code"]
    else:
        meant = names.of(row["subject"])
        named = subject in meant or (
            not code and _NO_NAME.fullmatch(row["subject"]) is not None and not meant
        )
    return (
        named and measure_of(claim) == row["measure"] and _against(row, claim, names) and _value(row, claim)
    )


def measure_of(claim: Claim) -> str:
    """The measure of expected.csv that a claim states."""
    period = claim.quantity.period
    if claim.form == "level":
        return (
            claim.kind
            if claim.kind == "count"
            else {"this": "amount", "last": "last_year"}.get(period, period)
        )
    if claim.form == "ratio":
        return "share" if claim.kind == "share" else "completion"
    return "change" if claim.form == "difference" else "growth"


def _against(row: dict[str, str], claim: Claim, names: Names) -> bool:
    if claim.base is None:
        return True
    if claim.kind == "share":
        return not names.of(row["against"]) or claim.base.subject in names.of(row["against"])
    return {"上年": ("last",), "预算": ("budget", "adjusted_budget")}.get(row["against"], ()).__contains__(
        claim.base.period
    )


def _value(row: dict[str, str], claim: Claim) -> bool:
    printed = abs(Decimal(row["printed"].replace(",", "").replace("，", "").rstrip("%")))
    same = abs(Decimal(claim.printed.replace(",", ""))) == printed
    if claim.unit == "%":
        same = same and abs(claim.value) == round(printed * PERCENT)
    down = row["direction"] == "down"
    return same and (not row["direction"] or not claim.value or (claim.value < 0) == down)


def _passage(line: str, number: int) -> Passage:
    """A line of which every character's box begins at its column in the compared text."""
    size = max(len(line), 1)
    passage = passage_of(TextLine(line, Box(0.0, 0.0, float(size), 1.0), 1.0), number)
    places = tuple(
        place._replace(box=Box(float(i), 0.0, float(i + 1), 1.0)) for i, place in enumerate(passage.places)
    )
    return Passage(passage.text, places)


def _no_tables(year: int | None) -> Publication:
    return Publication(None, year, None, None, None, None, {}, (), None, ())


def _year(lines: Sequence[str]) -> int | None:
    """The fiscal year that the first remark names."""
    found = re.search(r"(?<!\d)20\d\d(?!\d)", lines[0]) if lines[0].startswith("#") else None
    return int(found[0]) if found else None


def _province(expected: Expected) -> str:
    return expected.file.partition("_")[0]


def _shown(expected: Expected) -> str:
    row = expected.row
    return (
        f"…{row['before']}[{row['printed']}{row['unit']}] "
        f"{row['subject']} {row['code']} {row['measure']} {row['against']} {row['direction']}"
    )


def _said(claim: Claim) -> str:
    return f"{claim.claim} {claim.quantity} / {claim.base} = {claim.value}"


if __name__ == "__main__":
    main()
