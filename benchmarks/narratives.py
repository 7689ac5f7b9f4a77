"""Scores the reading of narratives on a folder of excerpts whose every figure has its expected reading.

    python benchmarks/narratives.py FOLDER [--show misunderstood|unread|all]

FOLDER holds excerpts (``*.txt``; lines with ``## `` are headings, other ``#`` lines are remarks) and
``expected.csv`` with a row for every figure: file, before (the characters before it, ``/`` for a line's end),
printed, unit, subject, measure, against, direction. A figure is understood when everything said of it is
right: its number, subject, measure, what it is compared with and the direction. A figure that has no reading
(in a reason, no figure of the accounts, garbled) counts only when it is given one, as misunderstood.

A folder without ``expected.csv``, such as tests/data/wordings, holds texts with marks (tests/marked.py).
"""

from __future__ import annotations

import argparse
import csv
import re
import sys
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import NamedTuple

sys.path.append(str(Path(__file__).resolve().parents[1] / "tests"))

from excerpts import line_passage, read_excerpt
from marked import score

from jcfs_etl.contracts import Contracts, load_contracts
from jcfs_etl.interpret.model import PERCENT, Claim
from jcfs_etl.labels import squeezed

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
            for label in contract.names:
                self._by_name[_plain(label)].add(subject)
            for unit, counted in contract.counts.items():
                for label in contract.names:
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
    is_listed = (arguments.folder / "expected.csv").exists()
    judge = listed if is_listed else marked
    verdicts = list(judge(arguments.folder, contracts))
    for one in verdicts:
        if arguments.show in ("all", one.verdict) and one.verdict != "understood":
            print(f"{one.verdict}: {one.shown}")
    for title, by in (("province", lambda v: v.province), ("measure", lambda v: v.measure)):
        print(f"\n{title:28} understood misunderstood unread")
        counts: dict[str, Counter[str]] = defaultdict(Counter)
        for one in verdicts:
            counts[by(one)][one.verdict] += 1
        for name, n in sorted(counts.items()):
            print(f"{name:28} {n['understood']:10} {n['misunderstood']:13} {n['unread']:6}")
    total = Counter(one.verdict for one in verdicts)
    print(
        f"\nunderstood {total['understood']}, misunderstood {total['misunderstood']}, "
        f"unread {total['unread']} of {len(verdicts)}"
    )


class Verdict(NamedTuple):
    """What the reading of one figure is worth, and for people what it is of and was read as."""

    verdict: str
    province: str
    measure: str
    shown: str


def listed(folder: Path, contracts: Contracts) -> Iterable[Verdict]:
    """Every figure of ``expected.csv`` that has a reading or has been given one."""
    names = Names(contracts)
    for path, rows in read_expected(folder):
        lines = path.read_text(encoding="utf-8").splitlines()
        claims = read_excerpt(lines, contracts)
        for expected in placed(path.name, lines, rows):
            found = claims.get((expected.line, expected.column), [])
            verdict = judged(expected, found, names)
            if verdict is not None:
                shown = f"{path.name} {_shown(expected)} | {'; '.join(map(_said, found))}"
                yield Verdict(verdict, path.name.partition("_")[0], expected.row["measure"], shown)


def marked(folder: Path, contracts: Contracts) -> Iterable[Verdict]:
    """Every figure of the marked texts of a folder, see tests/marked.py."""
    for path in sorted(folder.glob("*.txt")):
        for excerpt, mark, verdict, found in score(path, contracts):
            of = f"{'/'.join(sorted(mark.subjects)) or 'nothing'} {mark.measure}"
            shown = f"{path.name} {excerpt.lines[0]}: …{mark.before}[{mark.printed}{mark.unit}] {of}"
            shown += f" | {'; '.join(map(_said, found))}"
            yield Verdict(verdict, excerpt.lines[0].split()[1], mark.measure, shown)


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
        column = len(line_passage(lines[number][: start - begin], number).text)
        found.append(Expected(file, number, column, row))
    return found


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
