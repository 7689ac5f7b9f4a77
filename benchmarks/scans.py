"""How well scans are read: makes scans of PDFs whose figures are known, reads them, and counts.

    python benchmarks/scans.py                                  # the sample, as `make test` knows it
    python benchmarks/scans.py report.pdf --truth truth.csv     # another PDF and its figures
    python benchmarks/scans.py --noise 25 --dpi 200 --quality 40

Without --truth the figures of the PDF's own text layer count as true. The last column must be 0.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "tests"))
# Figures belong to one core, whatever the machine has.
os.environ.setdefault("OMP_NUM_THREADS", "1")

from conftest import DATA, SAMPLE, read_truth  # noqa: E402
from scanning import scan  # noqa: E402

from jcfs_etl import AuditedPublication, read_publication  # noqa: E402

Cells = dict[tuple[str, str, str], str]


def main() -> None:
    """Scan, read, count, print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("pdf", nargs="?", type=Path, default=SAMPLE)
    parser.add_argument("--truth", type=Path, help="cells as table,row,column,printed")
    parser.add_argument("--degrees", type=float, default=0.5)
    parser.add_argument("--noise", type=float, default=8.0, help="standard deviation, of 255")
    parser.add_argument("--dpi", type=int, default=300)
    parser.add_argument("--quality", type=int, default=85, help="of the JPEG")
    args = parser.parse_args()
    truth_file = args.truth or (DATA / "sample.truth.csv" if args.pdf == SAMPLE else None)
    truth = read_truth(truth_file) if truth_file else cells_of(read_publication(args.pdf))
    with tempfile.TemporaryDirectory() as folder:
        made = scan(
            args.pdf,
            Path(folder) / "scan.pdf",
            degrees=args.degrees,
            noise=args.noise,
            dpi=args.dpi,
            quality=args.quality,
        )
        began, spent = time.perf_counter(), time.process_time()
        document = read_publication(made)
        seconds, cpu = time.perf_counter() - began, time.process_time() - spent
    report(document, truth)
    count = len(document.pdf.pages)
    print(f"{count} pages, {seconds / count:.2f} s a page, {cpu / count:.2f} s of processor a page")


def cells_of(document: AuditedPublication) -> Cells:
    """Every cell of a document as printed."""
    return {tuple(f.key): f.printed for f in document.publication.facts}


def report(document: AuditedPublication, truth: Cells) -> None:
    """Print how many figures are exact, how many are wrong, and how many of those are not marked."""
    read = cells_of(document)
    marked = {(f.dataset, f.row, f.column) for f in document.all_findings if f.blocks}
    # A table or row that was not recognised is reported as a whole.
    lost = {f.dataset for f in document.all_findings if f.blocks and f.row is None}
    wrong = [k for k in truth if read.get(k) != truth[k]] + [k for k in read if k not in truth]
    figures = [k for k in truth if truth[k]]
    bad = [k for k in wrong if truth.get(k) or read.get(k)]
    silent = [k for k in wrong if k not in marked and not (k not in read and k[0] in lost)]
    print(f"{document.status}: {document.reason or 'every figure is certain'}")
    print(f"cells {len(truth)}, exact {len(truth) - sum(k in truth for k in wrong)}")
    exact = len(figures) - sum(k in truth for k in bad)
    print(f"figures {len(figures)}, exact {exact}, marked not certain {len(marked)}, wrong {len(bad)}")
    print(f"wrong and not marked {len(silent)}")
    for key in wrong:
        print(
            "  ",
            *key,
            repr(truth.get(key)),
            "read",
            repr(read.get(key)),
            "" if key in marked else "NOT MARKED",
        )


if __name__ == "__main__":
    main()
