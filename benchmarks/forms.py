"""Self-evaluation forms in other provinces' words: what is read exactly, what is left out, what is other.

    python benchmarks/forms.py --forms 120
    python benchmarks/forms.py --forms 120 --held-back

Made-up forms whose heads and labels are other words than those of the forms that the contract was written
for (``tests/form_words.py``), some with a column that looks like a known one and is not, without scores, or
over two pages. Counted are the values of the three datasets. Exit code 1 when any is other than printed.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections import Counter
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT / "tests")]


def main() -> int:
    """Draw, read and count; 1 when a value is other than printed."""
    from form_words import draw, scored
    from read_forms import expected_funds, expected_indicators, expected_project, read

    from jcfs_etl.contracts import load_contracts

    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--forms", type=int, default=120)
    parser.add_argument("--first", type=int, default=0)
    parser.add_argument("--held-back", action="store_true", help="words that are held back from the work")
    parser.add_argument("--stories", action="store_true", help="what was not read of each form")
    options = parser.parse_args()
    contracts = load_contracts()
    counts: Counter[str] = Counter()
    codes: Counter[str] = Counter()
    whole = 0
    violated: Counter[str] = Counter()
    with tempfile.TemporaryDirectory() as folder:
        for number in range(options.first, options.first + options.forms):
            form = draw(Path(folder) / "form.pdf", number, options.held_back)
            got = read(Path(folder) / "form.pdf", contracts)
            expected = {
                "performance_projects": [expected_project(form, 1)],
                "performance_funds": expected_funds(form, 1),
                "performance_indicators": expected_indicators(form, 1),
            }
            found = scored(got.tables, expected)
            counts += found
            whole += not found["left"] and not found["other"]
            warned = {f.code for f in got.findings if f.severity != "info"}
            codes.update(f.code for f in got.findings)
            violated.update(got.violated)
            if options.stories and (found["left"] or found["other"]):
                told = "; ".join(f.message for f in got.findings)
                print(f"{number} {form.kind}: {found['left']} left; {sorted(warned)} {told[:600]}")
    values = counts["exact"] + counts["left"] + counts["other"]
    print(f"{options.forms} forms, {whole} whole; of {values} values {counts['exact']} exact, "
          f"{counts['left']} left, {counts['other']} other")  # fmt: skip
    print("findings:", dict(codes.most_common()), "violated:", dict(violated))
    for story in [c for c in counts if c.startswith("other:")][:20]:
        print(story)
    return 1 if counts["other"] else 0


if __name__ == "__main__":
    sys.exit(main())
