"""Cuts LXGW WenKai (Debian's fonts-lxgw-wenkai) down to what the factory prints.

python tests/factory/font/subset.py LXGWWenKai-Regular.ttf
"""

from __future__ import annotations

import argparse
from pathlib import Path

from fontTools.subset import Options, Subsetter  # type: ignore[import-untyped]
from fontTools.ttLib import TTFont  # type: ignore[import-untyped]

HERE = Path(__file__).resolve().parent
#: The licence reserves the original's names.
NAMES = {
    1: "Factory Kai",
    2: "Regular",
    3: "FactoryKai-Regular: subset",
    4: "Factory Kai",
    6: "FactoryKai-Regular",
}
_KEPT = {0, 5, 13, 14}


def main() -> None:
    """Read the full font named on the command line and write the subset."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("font", type=Path)
    wanted = {chr(code) for code in range(0x20, 0x7F)}
    for path in HERE.parent.rglob("*"):
        if path.suffix in {".py", ".yaml", ".tsv"}:
            wanted.update(path.read_text(encoding="utf-8"))
    font = TTFont(parser.parse_args().font, recalcTimestamp=False)
    options = Options()
    options.layout_features = []
    options.hinting = False
    options.name_IDs = ["*"]
    options.name_languages = ["*"]
    options.drop_tables += ["BASE", "DSIG", "GDEF", "GPOS", "GSUB", "vhea", "vmtx"]
    subsetter = Subsetter(options)
    subsetter.populate(text="".join(sorted(c for c in wanted if c.isprintable())))
    subsetter.subset(font)
    table = font["name"]
    table.names = [n for n in table.names if n.nameID in _KEPT and n.platformID == 3]
    for number, text in NAMES.items():
        table.setName(text, number, 3, 1, 0x409)
    font.save(HERE / "FactoryKai-Regular.ttf")


if __name__ == "__main__":
    main()
