"""Cut a full Chinese font down to the glyphs that the sample prints.

Give the path of the full font (LXGWWenKai-Regular.ttf); the subset is written next to this script.
"""

import argparse
from pathlib import Path

from fontTools.subset import Options, Subsetter
from fontTools.ttLib import TTFont

HERE = Path(__file__).resolve().parent
FAMILY = "Sample Kai"
POSTSCRIPT_NAME = "SampleKai-Regular"

# The licence reserves the names of the original, so the subset must not carry them.
COPYRIGHT, FAMILY_ID, STYLE, UNIQUE, FULL, VERSION, POSTSCRIPT, LICENCE, LICENCE_URL = (
    0, 1, 2, 3, 4, 5, 6, 13, 14,
)  # fmt: skip


def characters(folder: Path) -> set[str]:
    """Collect every character that the sample's data files hold, and all of printable ASCII.

    Args:
        folder: Where the sample's text, TSV and YAML files are, at any depth.
    """
    found = {chr(code) for code in range(0x20, 0x7F)}
    for path in sorted(folder.rglob("*")):
        if path.suffix in {".tsv", ".txt", ".yaml"} and path.parent != HERE:
            found.update(path.read_text(encoding="utf-8"))
    return {character for character in found if character.isprintable()}


def rename(font: TTFont) -> None:
    """Give the font a name of its own; copyright, version and licence stay as they were."""
    table = font["name"]
    kept = {COPYRIGHT, VERSION, LICENCE, LICENCE_URL}
    table.names = [n for n in table.names if n.nameID in kept and n.platformID == 3]
    new = {
        FAMILY_ID: FAMILY,
        STYLE: "Regular",
        UNIQUE: f"{POSTSCRIPT_NAME}: subset",
        FULL: FAMILY,
        POSTSCRIPT: POSTSCRIPT_NAME,
    }
    for name_id, text in new.items():
        table.setName(text, name_id, 3, 1, 0x409)


def main() -> None:
    """Read the full font named on the command line and write the subset."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("font", type=Path, help="the full font, e.g. LXGWWenKai-Regular.ttf")
    parser.add_argument("--output", type=Path, default=HERE / "SampleKai-Regular.ttf")
    arguments = parser.parse_args()

    wanted = characters(HERE.parent)
    font = TTFont(arguments.font, recalcTimestamp=False)
    missing = sorted(wanted - {chr(code) for code in font.getBestCmap()})
    if missing:
        parser.error(f"{arguments.font.name} has no glyph for {' '.join(missing)}")

    options = Options()
    options.layout_features = []
    options.hinting = False
    options.name_IDs = ["*"]
    options.name_languages = ["*"]
    options.drop_tables += ["BASE", "DSIG", "GDEF", "GPOS", "GSUB", "vhea", "vmtx"]
    subsetter = Subsetter(options)
    subsetter.populate(text="".join(sorted(wanted)))
    subsetter.subset(font)
    rename(font)
    font.save(arguments.output)
    print(f"{arguments.output.name}: {len(wanted)} characters, {arguments.output.stat().st_size // 1024} kB")


if __name__ == "__main__":
    main()
