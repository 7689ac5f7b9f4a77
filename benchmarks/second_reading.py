"""Says how many figures of publications the second engine confirms, and names those that it does not.

    python benchmarks/second_reading.py data/raw/*.pdf tests/fixtures/*.pdf FOLDER/*.pdf
    python benchmarks/second_reading.py --made-up 18 --letter-spaced data/raw/*.pdf

With --made-up as many publications of the factory are drawn besides, each form by each producer, and with
--letter-spaced a copy of every file of the factory and of every file named is set with white between its
characters.

A figure that an identity contradicts and that the second engine does not confirm keeps its document from
being published. So on files that are read rightly the share is to be as near to 1 as can be. Blank cells
count too: they are confirmed where the second engine finds no digit.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from collections.abc import Sequence
from itertools import product
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "tests"))

from jcfs_etl import read_publication  # noqa: E402
from jcfs_etl.audit.suspicion import is_confirmed  # noqa: E402
from jcfs_etl.errors import UnreadableDocumentError  # noqa: E402
from jcfs_etl.read.second import SecondReading  # noqa: E402

#: Seed of the first made-up publication.
_SEED = 5000
#: Figures named for each document.
_NAMED = 5


def main() -> int:
    """Read the files; 1 when less than the share asked for is confirmed."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("files", nargs="*", type=Path)
    parser.add_argument("--least", type=float, default=0.999, help="share that is enough (default: 0.999)")
    parser.add_argument("--made-up", type=int, default=0, help="draw so many publications besides")
    parser.add_argument("--letter-spaced", action="store_true", help="read a letter-spaced copy of each, too")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        files = [*options.files, *made_up(options.made_up, Path(folder))]
        if options.letter_spaced:
            files += [spaced(path, Path(folder)) for path in files]
        share = confirmed_share(files)
    return 0 if share >= options.least else 1


def made_up(count: int, folder: Path) -> list[Path]:
    """Publications of the factory, forms and producers taking turns."""
    from factory.forms import forms
    from factory.producers import PRODUCERS
    from factory.publication import draw_document

    kinds = list(product(PRODUCERS, forms()))
    paths = []
    for number in range(count):
        producer, form = kinds[number % len(kinds)]
        paths.append(folder / f"{form}.{producer}.{_SEED + number}.pdf")
        paths[-1].write_bytes(PRODUCERS[producer](draw_document(form, _SEED + number)))
    return paths


def spaced(path: Path, folder: Path) -> Path:
    """A copy with white between its characters."""
    from misprinted import letter_spaced

    copy = folder / f"letter-spaced.{path.name}"
    copy.write_bytes(path.read_bytes())
    letter_spaced(copy)
    return copy


def confirmed_share(files: Sequence[Path]) -> float:
    """Read files and print how many figures of each are confirmed; the share of all."""
    figures = confirmed = 0
    reading = again = 0.0
    for path in files:
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
    return share


if __name__ == "__main__":
    sys.exit(main())
