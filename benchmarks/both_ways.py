"""Holds the loop over a page's tokens to the PDF library's walk on damaged pages, by the thousand.

    python benchmarks/both_ways.py --cases 2000
    python benchmarks/both_ways.py --pdf ../shared/real --cases 500 --only 317

Pages are taken from the sample, from the PDFs named and from made-up publications. The content of each case
is damaged as seed and number say, and packed anew in half of the cases, so that no checksum tells. Both ways
must come to equal pages or to the same refusal. Files that differ are kept and listed; exit code 1 says that
there are some.
"""

from __future__ import annotations

import argparse
import random
import shutil
import sys
import tempfile
from collections import Counter
from pathlib import Path

import pikepdf

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "tests"))

from both_ways import damaged, outcome, walked_alone  # noqa: E402
from factory.forms import forms  # noqa: E402
from factory.producers import PRODUCERS  # noqa: E402
from factory.publication import draw_document  # noqa: E402


def documents(folder: Path, named: list[Path]) -> list[Path]:
    """The sample, the PDFs named, and a made-up publication of each producer."""
    found = sorted((ROOT / "data" / "raw").glob("*.pdf"))
    for place in named:
        found += sorted(place.rglob("*.pdf")) if place.is_dir() else [place]
    for number, producer in enumerate(PRODUCERS):
        path = folder / f"made-up-{producer}.pdf"
        path.write_bytes(PRODUCERS[producer](draw_document(list(forms())[number % len(forms())], number)))
        found.append(path)
    return found


def damaged_page(source: Path, path: Path, chance: random.Random) -> bool:
    """Write one page of a document, its content damaged and unpacked; say whether it has any."""
    with pikepdf.open(source) as pdf, pikepdf.Pdf.new() as made:
        made.pages.append(chance.choice(list(pdf.pages)))
        page = made.pages[0]
        page.contents_coalesce()
        content = bytes(page.Contents.read_bytes()) if "/Contents" in page else b""
        if not content.strip():
            return False
        page.Contents = made.make_stream(damaged(content, chance))
        compressed = chance.random() < 0.5
        made.save(path, compress_streams=compressed, deterministic_id=True)
    return True


def main() -> None:
    """Hold both ways to each other."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--cases", type=int, default=200, help="damaged pages (default: 200)")
    parser.add_argument("--seed", type=int, default=0, help="another seed gives other damages (default: 0)")
    parser.add_argument("--only", type=int, help="repeat one case")
    parser.add_argument("--pdf", type=Path, nargs="*", default=[], help="further PDFs and folders of PDFs")
    parser.add_argument("--keep", type=Path, default=Path("both-ways"), help="where differing files are kept")
    chosen = parser.parse_args()
    counts: Counter[str] = Counter()
    differing = 0
    with tempfile.TemporaryDirectory(prefix="jcfs-both-") as place:
        sources = documents(Path(place), chosen.pdf)
        for number in range(chosen.cases) if chosen.only is None else [chosen.only]:
            chance = random.Random(f"{chosen.seed}/{number}")
            path = Path(place) / "page.pdf"
            try:
                if not damaged_page(chance.choice(sources), path, chance):
                    counts["blank"] += 1
                    continue
            except (pikepdf.PdfError, pikepdf.PasswordError):
                counts["not opened"] += 1
                continue
            looped = outcome(path)
            with walked_alone():
                walked = outcome(path)
            counts["refused" if looped.startswith("damaged") else "read"] += 1
            if looped != walked:
                differing += 1
                chosen.keep.mkdir(exist_ok=True)
                shutil.copy(path, chosen.keep / f"{chosen.seed}-{number}.pdf")
                print(f"case {number} differs:\n    {looped[:200]}\n    {walked[:200]}")
    print(", ".join(f"{count} {what}" for what, count in counts.items()), f"; {differing} differ", sep="")
    raise SystemExit(1 if differing else 0)


if __name__ == "__main__":
    main()
