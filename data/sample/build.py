"""Print the sample publication: a reconstruction of one unit's final accounts for 2023.

Everything printed is read from the data files beside this script; the same files give the same
bytes.
"""

import argparse
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml
from grids import Look, grid_table, read_grid
from reportlab.lib.colors import Color
from reportlab.lib.pagesizes import A4, landscape
from reportlab.pdfbase.pdfmetrics import registerFont
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import (
    BaseDocTemplate,
    Flowable,
    Frame,
    NextPageTemplate,
    PageBreak,
    PageTemplate,
    Spacer,
)
from typeset import (
    CENTRED,
    COVER,
    FONT,
    FORM_TITLE,
    NOTE,
    PART,
    SMALL_NOTE,
    TITLE,
    CaptionLine,
    ContentsLine,
    paragraph,
    prose,
)

HERE = Path(__file__).resolve().parent
RAW = HERE.parent / "raw"
FONT_FILE = HERE / "font" / "SampleKai-Regular.ttf"

# Cover and contents carry no page number; counting starts behind them.
UNNUMBERED_PAGES = 2
MARGINS = {"portrait": (45.0, 50.0), "landscape": (38.0, 36.0)}  # at the sides, above and below
WATERMARK_SIZE, WATERMARK_ANGLE = 84, 40
WATERMARK_COLOUR = Color(0.7, 0.7, 0.7, alpha=0.4)


class Publication(BaseDocTemplate):
    """A PDF whose every page carries its number and the watermark."""

    def __init__(self, path: Path, *, title: str, watermark: str) -> None:
        """Prepare the two page shapes.

        Args:
            path: File to write.
            title: Title in the PDF's properties.
            watermark: Text laid across each page.
        """
        super().__init__(
            str(path),
            invariant=1,
            title=title,
            subject="Reconstructed from the published figures",
            author="jcfs_etl",
            creator="data/sample/build.py",
        )
        self.watermark = watermark
        for name, (width, height) in {"portrait": A4, "landscape": landscape(A4)}.items():
            side, end = MARGINS[name]
            frame = Frame(
                side, end, width - 2 * side, height - 2 * end,
                leftPadding=0, rightPadding=0, topPadding=0, bottomPadding=0,
            )  # fmt: skip
            self.addPageTemplates(
                PageTemplate(name, [frame], onPageEnd=self._finish, pagesize=(width, height))
            )

    def _finish(self, canvas: Canvas, _: BaseDocTemplate) -> None:
        """Add what lies over the content: page number and watermark."""
        width, height = canvas._pagesize
        number = canvas.getPageNumber() - UNNUMBERED_PAGES
        canvas.saveState()
        if number > 0:
            canvas.setFont(FONT, 10)
            canvas.drawCentredString(width / 2, 22, f"- {number} -")
        canvas.translate(width / 2, height / 2)
        canvas.rotate(WATERMARK_ANGLE)
        canvas.setFillColor(WATERMARK_COLOUR)
        canvas.setFont(FONT, WATERMARK_SIZE)
        canvas.drawCentredString(0, -WATERMARK_SIZE / 3, self.watermark)
        canvas.restoreState()


def _prose_file(name: str) -> Iterator[Flowable]:
    """Set one file of ``prose/``."""
    yield from prose((HERE / "prose" / name).read_text(encoding="utf-8"))


def _look(settings: dict[str, Any]) -> Look:
    """Take from the settings of a table or form how its grid is set."""
    return Look(
        settings["widths"],
        settings["align"],
        settings["head_rows"],
        settings["font_size"],
        settings["min_row"],
        frozenset(settings["centred"]),
    )


def _grid(path: Path, look: Look) -> Iterator[Flowable]:
    """Set a grid, going on to a new page without repeating the head where the file says so."""
    for index, rows in enumerate(read_grid(path)):
        if index:
            yield PageBreak()
        yield grid_table(rows, look, 0 if index else look.head_rows)


def front(publication: dict[str, Any]) -> Iterator[Flowable]:
    """Set cover and contents."""
    yield Spacer(0, 220)
    yield paragraph(publication["unit"], COVER)
    yield paragraph(publication["heading"], COVER)
    yield PageBreak()
    yield paragraph(publication["contents_heading"], PART)
    for line in (HERE / "contents.tsv").read_text(encoding="utf-8").splitlines():
        yield ContentsLine(*line.split("\t"))


def table_pages(settings: dict[str, Any], unit: str) -> Iterator[Flowable]:
    """Set one of the ten tables, with its caption above and its notes below.

    Args:
        settings: The table's entry in ``publication.yaml``, defaults filled in.
        unit: Name of the unit whose accounts these are.
    """
    size = settings["font_size"] + 0.5
    name, year = f"{settings['unit_label']}：{unit}", settings["year"]
    if settings["year_follows_unit"]:
        name, year = f"{name} {year}", ""
    yield paragraph(settings["title"], TITLE)
    yield CaptionLine(right=settings["label"], size=size)
    yield CaptionLine(name, year, settings["money"], size=size)
    yield Spacer(0, 4)
    yield from _grid(HERE / "tables" / f"{settings['file']}.tsv", _look(settings))
    for note in filter(None, (settings["note"], settings["remark"])):
        yield paragraph(note, NOTE)


def form_pages(settings: dict[str, Any]) -> Iterator[Flowable]:
    """Set one self-evaluation form.

    Args:
        settings: The form's entry in ``publication.yaml``, defaults filled in.
    """
    yield paragraph(settings["title"], FORM_TITLE)
    yield paragraph(settings["year"], CENTRED)
    yield from _grid(HERE / "forms" / f"{settings['file']}.tsv", _look(settings))
    for note in settings["notes"]:
        yield paragraph(note, SMALL_NOTE)


def story(publication: dict[str, Any]) -> Iterator[Flowable]:
    """Set the whole publication, cover to annex.

    Args:
        publication: What ``publication.yaml`` holds.
    """
    yield from front(publication)
    yield PageBreak()
    yield from _prose_file("1_overview.txt")
    for index, entry in enumerate(publication["tables"]):
        settings = publication["table_defaults"] | entry
        yield NextPageTemplate("landscape" if settings["landscape"] else "portrait")
        yield PageBreak()
        if index == 0:
            yield paragraph(publication["tables_heading"], PART)
        yield from table_pages(settings, publication["unit"])
    yield NextPageTemplate("portrait")
    yield PageBreak()
    yield from _prose_file("3_narrative.txt")
    yield PageBreak()
    yield from _prose_file("4_glossary.txt")
    yield Spacer(0, 14)
    yield paragraph(publication["annex_heading"], PART)
    for entry in publication["forms"]:
        yield PageBreak()
        yield from form_pages(publication["form_defaults"] | entry)


def build(output: Path | None = None) -> Path:
    """Write the PDF.

    Args:
        output: File to write; by default the publication's own name under ``data/raw``.

    Returns:
        The file written.
    """
    text = (HERE / "publication.yaml").read_text(encoding="utf-8")
    publication = yaml.safe_load(text)
    path = output or RAW / f"{publication['name']}.pdf"
    path.parent.mkdir(parents=True, exist_ok=True)
    registerFont(TTFont(FONT, str(FONT_FILE)))
    document = Publication(path, title=publication["name"], watermark=publication["watermark"])
    document.build(list(story(publication)))
    return path


def main() -> None:
    """Read the command line and write the PDF."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--output", type=Path, help="file to write (default: under data/raw)")
    print(build(parser.parse_args().output).name)


if __name__ == "__main__":
    main()
