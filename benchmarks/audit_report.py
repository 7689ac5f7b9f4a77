"""Tables of what benchmarks/audit.py measured, as Markdown."""

from __future__ import annotations

import math
import statistics
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from audit import Outcome, Trial

    from jcfs_etl.contracts import Contracts

#: Shares aimed at.
FOUND, FIRST, TOP_THREE, BOTH = 1.0, 0.95, 0.90, 0.85

_INTRODUCTION = """\
# The audit, measured on misprints

Written by `make bench-audit` (`python benchmarks/audit.py {options}`).

Documents: {made_up} made-up publications of all forms, from {least:,} to {most:,} figures, each figure
rounded on its own to what the form prints (0.01 万元, or 0.01 元), and {pdfs} read from PDFs. Each suffers
misprints of every kind, one at a time, in a table and a cell drawn by chance, tables first, so that small
tables count as much as large ones; then two at once. Each misprint breaks at least one identity: with the
printed figures as they stand, the sides differ by more than half a unit of the last decimal for every cell
of the equation, blanks included. Upper limits do not count. This is worked out in plain sums apart from
the audit. The narrative stays as it was.

*Found*: every identity so broken is reported as violated, and there is a finding. *First*, *top three*:
the best rank of a set of suspects that holds the misprinted cell; where several cells were misprinted in
one go, of a set that holds all of them and none beyond their column. A cell whose misprint breaks two
identities or more can be told from its neighbours; one whose misprint breaks a single identity only by
what kind of slip it would be.
"""


def failures(outcomes: Sequence[Outcome]) -> list[str]:
    """Misses of what must be right: unfound misprints, and faults found with unharmed documents."""
    blamed = [f"{o.name}, unharmed, is found fault with: {fault}" for o in outcomes for fault in o.faults]
    trials = (t for o in outcomes for t in o.trials)
    return blamed + [f"{t.document}: {t.kind} is not found: {t.story}" for t in trials if not t.found]


def markdown(outcomes: Sequence[Outcome], contracts: Contracts, options: str) -> str:
    """The report of a run.

    Args:
        outcomes: one a document.
        contracts: the contracts that were tried.
        options: those of the command line, to run it again.
    """
    from corpus import coverage, coverage_table

    trials = [t for o in outcomes for t in o.trials]
    single = [t for t in trials if not t.is_pair]
    two = [t for t in trials if t.is_pair]
    pdfs = [o for o in outcomes if o.reading is not None]
    titles = {dataset: f"{table.title} (`{dataset}`)" for dataset, table in contracts.tables.items()}
    cells = [o.cells for o in outcomes if o.reading is None] or [0]
    parts = [
        _INTRODUCTION.format(
            options=options,
            made_up=len(outcomes) - len(pdfs),
            least=min(cells),
            most=max(cells),
            pdfs=len(pdfs),
        ),
        "## Targets",
        _targets(single, two, outcomes),
        "## One misprint, by kind",
        _ranked("kind", _groups(single, lambda t: t.kind)),
        "## One misprint, by table",
        _ranked("table", _groups(single, lambda t: titles[t.dataset])),
        "## One misprint, by document",
        _ranked("document", _groups(single, lambda t: t.document.split(" ")[0])),
        "## Findings for one slip",
        "What a person reads of a slip: findings that the unharmed document does not have, notes aside.\n",
        _findings(trials),
        "## What cannot be seen",
        "Misprints of one cell drawn blindly over all figures, zeros included.\n",
        _blind(sum((o.shown for o in outcomes), Counter())),
        "## Time",
        "Seconds on the machine of the run, a core a document; ratios travel.\n",
        _times(outcomes),
        "## Identities and the documents on which they were tried",
        coverage_table(coverage((o.evaluated for o in outcomes), contracts)),
    ]
    return "\n\n".join(part.strip("\n") for part in parts) + "\n"


def _targets(single: Sequence[Trial], two: Sequence[Trial], outcomes: Sequence[Outcome]) -> str:
    several = [t for t in single if t.identities > 1]
    lone = [t for t in single if t.identities == 1]
    faults = sum(len(o.faults) for o in outcomes)
    warnings, equations = (sum(o.warnings for o in outcomes), sum(o.equations for o in outcomes))
    rows = [
        ("misprint found", FOUND, _share(single, lambda t: t.found)),
        ("cell first, two identities or more broken", FIRST, _share(several, _is_first)),
        ("cell first, one identity broken", None, _share(lone, _is_first)),
        ("cell among the first three, one identity broken", TOP_THREE, _share(lone, _is_high)),
        ("two misprints: found", FOUND, _share(two, lambda t: t.found)),
        ("two misprints: both cells among the suspects", BOTH, _share(two, lambda t: t.rank is not None)),
        ("two misprints: both cells among the first three", None, _share(two, _is_high)),
    ]
    lines = [[name, "—" if aim is None else f"{aim:.0%}", share] for name, aim, share in rows]
    lines.append(["faults found with unharmed documents", "0", f"{faults} of {len(outcomes)} documents"])
    soft = f"{warnings} of {equations:,} equations"
    lines.append(["warnings of unlikely rounding on unharmed documents", "—", soft])
    return _table(["what", "target", "reached"], lines)


def _is_first(trial: Trial) -> bool:
    return trial.rank == 1


def _is_high(trial: Trial) -> bool:
    return trial.rank is not None and trial.rank <= 3


def _groups(trials: Iterable[Trial], name: Callable[[Trial], str]) -> dict[str, list[Trial]]:
    groups: dict[str, list[Trial]] = {}
    for trial in trials:
        groups.setdefault(name(trial), []).append(trial)
    return groups


def _ranked(word: str, groups: dict[str, list[Trial]]) -> str:
    head = [word, "misprints", "found", "≥ 2 identities", "first", "top three"]
    head += ["1 identity", "first", "top three"]
    lines = []
    for name, trials in groups.items():
        line = [name, f"{len(trials):,}", _percent(trials, lambda t: t.found)]
        for group in ([t for t in trials if t.identities > 1], [t for t in trials if t.identities == 1]):
            line += [f"{len(group):,}", _percent(group, _is_first), _percent(group, _is_high)]
        lines.append(line)
    return _table(head, lines)


def _findings(trials: Sequence[Trial]) -> str:
    lines = []
    for kind, group in _groups(trials, lambda t: t.kind).items():
        counts = [t.findings for t in group]
        slips = 2 if group[0].is_pair else 1
        lines.append(
            [
                kind,
                f"{len(group):,}",
                f"{statistics.mean(t.identities for t in group):.2f}",
                f"{statistics.mean(counts):.2f}",
                _percent(group, lambda t, slips=slips: t.findings <= slips),  # type: ignore[misc]
                str(max(counts)),
            ]
        )
    head = ["kind", "documents", "identities broken", "findings", "one a slip", "most"]
    return _table(head, lines)


def _blind(shown: Counter[tuple[str, str]]) -> str:
    lines = []
    for kind in dict.fromkeys(kind for kind, _ in shown):
        count = sum(n for (k, _), n in shown.items() if k == kind)
        shares = [f"{shown[kind, outcome] / count:.1%}" for outcome in ("broken", "hidden", "unbound")]
        lines.append([kind, f"{count:,}", *shares])
    return _table(
        ["kind", "misprints", "break an identity", "hidden by rounding", "no identity binds"], lines
    )


def _times(outcomes: Sequence[Outcome]) -> str:
    drawn = [o for o in outcomes if o.reading is None]
    harmed = {
        "one misprint": [t.seconds for o in drawn for t in o.trials if not t.is_pair],
        "two misprints": [t.seconds for o in drawn for t in o.trials if t.is_pair],
    }
    lines = []
    if drawn:
        lines.append(["audit, made-up documents unharmed", *_spread([o.seconds for o in drawn])])
        lines += [[f"audit and search for the cell, {word}", *_spread(t)] for word, t in harmed.items() if t]
    for outcome in outcomes:
        if outcome.reading is not None:
            lines.append([f"{outcome.name}: read, recognised, interpreted", *_spread([outcome.reading])])
            lines.append([f"{outcome.name}: audit unharmed", *_spread([outcome.seconds])])
            times = [t.seconds for t in outcome.trials if not t.is_pair]
            lines.append([f"{outcome.name}: audit and search for the cell", *_spread(times)])
    return _table(["what", "times", "median", "95 %", "most"], lines)


def _spread(times: Sequence[float]) -> list[str]:
    ordered = sorted(times)
    late = ordered[math.ceil(0.95 * len(ordered)) - 1]
    return [f"{len(ordered):,}", *(f"{t:.3f}" for t in (statistics.median(ordered), late, ordered[-1]))]


def _share(trials: Sequence[Trial], is_so: Callable[[Trial], bool]) -> str:
    if not trials:
        return "—"
    return f"{_percent(trials, is_so)} ({sum(map(is_so, trials)):,} of {len(trials):,})"


def _percent(trials: Sequence[Trial], is_so: Callable[[Trial], bool]) -> str:
    """A share to a tenth of a percent, rounded down, so that 100.0 % means all."""
    if not trials:
        return "—"
    tenths = 1000 * sum(map(is_so, trials)) // len(trials)
    return f"{tenths // 10}.{tenths % 10} %"


def _table(head: Sequence[str], lines: Iterable[Sequence[str]]) -> str:
    rule = ["---", *["---:"] * (len(head) - 1)]
    return "\n".join("| " + " | ".join(row) + " |" for row in (head, rule, *lines))
