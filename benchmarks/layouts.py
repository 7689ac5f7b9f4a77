"""Cells read exactly, trap by trap: this project beside camelot's default settings and pdfplumber.

Writes a Markdown table; ``docs/layouts.md`` is its output. The traps are small PDFs with a ``truth.json``
that maps each name to pages, tables and their rows, as described in their README.
"""

from __future__ import annotations

import argparse
import json
import sys
import unicodedata
import warnings
from collections.abc import Callable, Sequence
from pathlib import Path

import camelot
import pdfplumber

from jcfs_etl.read import read_pdf

#: A table as rows of cell texts, a merged cell's text in its upper left cell only.
Rows = list[list[str]]
#: Tables page by page.
Reading = list[list[Rows]]

#: The heading of the part that another benchmark writes.
BELOW = "# Producers and traits"
_INTRODUCTION = """# Layout traps
Cells read exactly, out of all cells of the true grids; white space does not count. A merged
cell's text stands in its upper left cell. A reader that finds a grid of another size loses the
cells that do not coincide. Made by
`python benchmarks/layouts.py --traps FOLDER --output docs/layouts.md`,
with camelot {camelot} and pdfplumber {pdfplumber} at their default settings.

"""


def ours(path: Path) -> Reading:
    """This project's reading."""
    reading: Reading = []
    for page in read_pdf(path).pages:
        tables = []
        for grid in page.grids:
            starts = {(c.row, c.column): c.text for c in grid.cells}
            tables.append(
                [[starts.get((r, c), "") for c in range(grid.column_count)] for r in range(grid.row_count)]
            )
        reading.append(tables)
    return reading


def camelot_default(path: Path) -> Reading:
    """What camelot reads as it comes."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        tables = camelot.read_pdf(str(path), pages="all")
    reading: Reading = [[] for _ in range(_page_count(path))]
    for table in tables:
        reading[table.page - 1].append(table.data)
    return reading


def plumber(path: Path) -> Reading:
    """What pdfplumber reads as it comes."""
    with pdfplumber.open(path) as pdf:
        return [
            [[[cell or "" for cell in row] for row in table] for table in page.extract_tables()]
            for page in pdf.pages
        ]


def _page_count(path: Path) -> int:
    with pdfplumber.open(path) as pdf:
        return len(pdf.pages)


def exact(reading: Reading, truth: Reading) -> int:
    """Cells of the truth that a reading has, table by table in page order."""
    count = 0
    for page, tables in enumerate(truth):
        found = reading[page] if page < len(reading) else []
        for index, rows in enumerate(tables):
            table = found[index] if index < len(found) else []
            for r, row in enumerate(rows):
                for c, text in enumerate(row):
                    inside = r < len(table) and c < len(table[r])
                    count += inside and _plain(table[r][c]) == _plain(text)
    return count


def _plain(text: str) -> str:
    return "".join(unicodedata.normalize("NFKC", text).split())


def main(arguments: Sequence[str] | None = None) -> int:
    """Read every trap with every reader and write the table."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--traps", type=Path, required=True, help="folder with the PDFs and truth.json")
    parser.add_argument("--output", type=Path, help="write the table here instead of to the terminal")
    options = parser.parse_args(arguments)
    truths: dict[str, list[list[dict[str, Rows]]]] = json.loads(
        (options.traps / "truth.json").read_text(encoding="utf-8")
    )
    readers: dict[str, Callable[[Path], Reading]] = {
        "jcfs_etl": ours,
        "camelot default": camelot_default,
        "pdfplumber": plumber,
    }
    lines = [f"| trap | cells | {' | '.join(readers)} |", "|---|--:|" + "--:|" * len(readers)]
    sums = dict.fromkeys(("cells", *readers), 0)
    for name in sorted(truths):
        truth = [[table["topleft"] for table in page] for page in truths[name]]
        cells = sum(len(row) for page in truth for rows in page for row in rows)
        counts = {}
        for reader, read in readers.items():
            try:
                counts[reader] = exact(read(options.traps / f"{name}.pdf"), truth)
            except Exception as error:  # a reader that fails has read nothing
                print(f"{reader} on {name}: {type(error).__name__}: {error}", file=sys.stderr)
                counts[reader] = 0
            sums[reader] += counts[reader]
        sums["cells"] += cells
        lines.append(f"| {name} | {cells} | {' | '.join(str(counts[r]) for r in readers)} |")
        print(f"\r{name:30}", end="", file=sys.stderr)
    share = [f"**{sums[r]}** ({sums[r] / sums['cells']:.1%})" for r in readers]
    lines.append(f"| **all** | **{sums['cells']}** | {' | '.join(share)} |")
    text = _INTRODUCTION.format(camelot=camelot.__version__, pdfplumber=pdfplumber.__version__)
    text += "\n".join(lines) + "\n"
    if options.output:
        # What benchmarks/producers.py has written below stays.
        before = options.output.read_text(encoding="utf-8") if options.output.exists() else ""
        below = "".join(before.partition(BELOW)[1:])
        options.output.write_text(f"{text}\n{below}" if below else text, encoding="utf-8")
    else:
        print(text)
    return 0


if __name__ == "__main__":
    sys.exit(main())
