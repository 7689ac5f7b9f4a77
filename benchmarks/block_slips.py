"""Displaces whole blocks of figures in publications that add up, and counts what the audit makes of each.

    python benchmarks/block_slips.py --documents 112 --seed 0
    python benchmarks/block_slips.py --kind exchanged --stories 20

Made-up publications of all forms and sizes suffer each kind of slip once, in a table drawn by chance: lines
inserted among the labels, figures moved up or down, a block copied over another one, two columns exchanged,
a row, a column or a table in another unit of money, a table with another one's figures. `named`: one finding
that names what happened, the table, the figures and the distance, and nothing beside it. `and more`: the
same, with other findings beside it. `one by one`: every violated identity by itself, as before. `wrong`:
another block, or another thing that happened. `nothing binds`: one by one as well, where nothing tells the
slip from one of single figures (tests/block_misprints.py, `binds`). A table of last year is told when that
year is curated, too; what the publication itself contradicts of it stands beside. Exit code 1 when anything
is wrong.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections import Counter
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT / "tests"), str(ROOT / "benchmarks")]

if TYPE_CHECKING:
    from jcfs_etl.findings import Finding

#: Series of the documents that stand for the year before.
_BEFORE = 1_000
_OUTCOMES = ("named", "and more", "one by one", "wrong", "nothing binds", "no place")


def main() -> int:
    """Draw, displace, audit and count; 1 when a block is wrongly explained."""
    from block_misprints import (
        KINDS,
        LAST_YEAR,
        binds,
        binds_stale,
        block_misprint,
        curated,
        judged,
        judged_stale,
        stale_table,
    )
    from made_up import made_up, pages_of

    from jcfs_etl.across.judge import audit_across
    from jcfs_etl.audit import audit
    from jcfs_etl.contracts import load_contracts
    from jcfs_etl.interpret import interpret
    from jcfs_etl.recognise import recognise

    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--documents", type=int, default=112)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--kind", default="", help="only kinds with this in their name")
    parser.add_argument("--stories", type=int, default=10, help="wrong ones that are told")
    options = parser.parse_args()
    contracts = load_contracts()
    counts: dict[str, Counter[str]] = {
        kind: Counter() for kind in (*KINDS, LAST_YEAR) if options.kind in kind
    }
    seconds: list[float] = []
    stories: list[str] = []
    for number in range(options.documents):
        pages = pages_of(made_up(number, options.seed))
        publication, said = interpret(pages, recognise(pages, contracts), contracts)
        for kind, outcomes in counts.items():
            random = Random(f"{options.seed}/{number}/{kind}")
            if kind == LAST_YEAR:
                before = recognise(pages_of(made_up(number, options.seed + _BEFORE)), contracts)
                stale = stale_table(publication, before, random)
                if stale is None:
                    outcomes["no place"] += 1
                    continue
                began = time.process_time()
                own = audit(stale.publication, contracts, said).findings
                seconds.append(time.process_time() - began)
                across = audit_across(
                    curated(stale.publication, 2023), stale.last, {}, [], contracts
                ).findings
                outcome = judged_stale(stale, own, across)
                outcomes[
                    "nothing binds" if outcome == "one by one" and not binds_stale(stale) else outcome
                ] += 1
                continue
            slip = block_misprint(kind, publication, contracts, random)
            if slip is None:
                outcomes["no place"] += 1
                continue
            began = time.process_time()
            findings = audit(slip.publication, contracts, said).findings
            seconds.append(time.process_time() - began)
            outcome = judged(slip, findings)
            if outcome == "one by one" and not binds(slip):
                outcome = "nothing binds"
            outcomes[outcome] += 1
            if outcome == "wrong":
                stories.append(
                    f"{number}, {kind}, {slip.dataset} {slip.distance} {slip.rows}: {_told(findings)}"
                )
    width = max(map(len, counts))
    print(f"{'':{width}}", *(f"{name:>13}" for name in _OUTCOMES))
    for kind, outcomes in counts.items():
        print(f"{kind:{width}}", *(f"{outcomes[name]:>13}" for name in _OUTCOMES))
    for story in stories[: options.stories]:
        print(story)
    seconds.sort()
    print(f"seconds to audit one: half within {seconds[len(seconds) // 2]:.2f}, all within {seconds[-1]:.2f}")
    return 1 if stories else 0


def _told(findings: tuple[Finding, ...]) -> str:
    return "; ".join(f.message for f in findings[:3])


if __name__ == "__main__":
    sys.exit(main())
