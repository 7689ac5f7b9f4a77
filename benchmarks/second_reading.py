"""Says how many figures of publications the second engine confirms, and names those that it does not.

    python benchmarks/second_reading.py data/raw/*.pdf tests/fixtures/*.pdf FOLDER/*.pdf

A figure that an identity contradicts and that the second engine does not confirm keeps its document from
being published. So on files that are read rightly the share is to be as near to 1 as can be. Blank cells
count too: they are confirmed where the second engine finds no digit.
"""

from __future__ import annotations

import argparse
import sys
import time
from pathlib import Path

from jcfs_etl import read_publication
from jcfs_etl.audit.suspicion import is_confirmed
from jcfs_etl.errors import UnreadableDocumentError
from jcfs_etl.read.second import SecondReading

#: Figures named for each document.
_NAMED = 5


def main() -> int:
    """Read the files; 1 when less than the share asked for is confirmed."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("files", nargs="+", type=Path)
    parser.add_argument("--least", type=float, default=0.999, help="share that is enough (default: 0.999)")
    options = parser.parse_args()
    figures = confirmed = 0
    reading = again = 0.0
    for path in options.files:
        began = time.perf_counter()
        try:
            publication = read_publication(path).publication
        except UnreadableDocumentError as error:
            print(f"{path.name}: not read: {error}")
            continue
        read = time.perf_counter()
        with SecondReading(path) as second:
            facts = [f for f in publication.facts if f.source == "text"]
            others = [f for f in facts if not is_confirmed(f, second.texts)]
        reading += read - began
        again += time.perf_counter() - read
        figures += len(facts)
        confirmed += len(facts) - len(others)
        print(f"{path.name}: {len(facts) - len(others)} of {len(facts)}")
        for fact in others[:_NAMED]:
            print(f"    page {fact.page}, {'/'.join(fact.key)}: {fact.printed or 'blank'}")
    share = confirmed / figures if figures else 0.0
    print(
        f"{confirmed:,} of {figures:,} figures confirmed ({share:.4%}); "
        f"{reading:.1f} s for reading and auditing, {again:.1f} s for every figure again"
    )
    return 0 if share >= options.least else 1


if __name__ == "__main__":
    sys.exit(main())
