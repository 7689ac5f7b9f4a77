"""Prints the publications of tests/fixtures anew: needs LibreOffice and Chromium on the path.

cd tests && python -m factory.make_fixtures [NAME ...]
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

import pikepdf

from factory import printing
from factory.fixtures import FIXTURES, FOLDER, OFFICE_FIXTURES, fixture_path, write_truth
from factory.model import Document
from factory.producers.office import flat_odt
from factory.producers.web import html
from factory.publication import draw_document
from factory.rough import rough_font, roughened
from factory.sample_pages import FONT_FILE, sample_html
from factory.traits import Traits, with_traits


def by_libreoffice(document: Document, folder: Path) -> Path:
    """Print with LibreOffice."""
    family = "Factory Kai" if document.look.good_font else "Factory Kai Odd"
    source = folder / "document.fodt"
    source.write_text(flat_odt(document, family), encoding="utf-8")
    return _from_libreoffice(source, rough_font(document.look.good_font))


def by_chromium(document: Document, folder: Path) -> Path:
    """Print with Chromium."""
    source = folder / "document.html"
    source.write_text(html(document, rough_font(document.look.good_font)), encoding="utf-8")
    return _from_chromium(source)


def sample_by_libreoffice(folder: Path) -> Path:
    """Print the sample's content as HTML with LibreOffice."""
    source = folder / "document.html"
    source.write_text(sample_html(font=None, landscape=False), encoding="utf-8")
    return _from_libreoffice(source, roughened(FONT_FILE.read_bytes()))


def sample_by_chromium(folder: Path) -> Path:
    """Print the sample's content as HTML with Chromium."""
    source = folder / "document.html"
    font = roughened(FONT_FILE.read_bytes())
    source.write_text(sample_html(font=font, landscape=True), encoding="utf-8")
    return _from_chromium(source)


def _from_libreoffice(source: Path, font: bytes) -> Path:
    """The font is installed for this run alone."""
    folder = source.parent
    fonts = folder / ".fonts"
    fonts.mkdir()
    (fonts / "kai.ttf").write_bytes(font)
    _run("soffice", f"-env:UserInstallation=file://{folder}/profile", "--headless", "--convert-to", "pdf",
         "--outdir", str(folder), str(source), home=folder)  # fmt: skip
    return source.with_suffix(".pdf")


def _from_chromium(source: Path) -> Path:
    folder, target = source.parent, source.with_suffix(".pdf")
    _run("chromium", "--headless", "--no-sandbox", "--disable-gpu", "--disable-pdf-tagging",
         "--no-pdf-header-footer", f"--user-data-dir={folder}/profile", f"--print-to-pdf={target}",
         source.as_uri(), home=folder)  # fmt: skip
    return target


def _smaller(printed: Path, kept: Path) -> None:
    """The same PDF with its objects in compressed streams."""
    with pikepdf.open(printed) as pdf:
        pdf.save(
            kept,
            object_stream_mode=pikepdf.ObjectStreamMode.generate,
            recompress_flate=True,
            deterministic_id=True,
        )


def _run(*command: str, home: Path) -> None:
    subprocess.run(
        command, check=True, timeout=240, env=os.environ | {"HOME": str(home)}, capture_output=True
    )


def main() -> None:
    """Write every fixture with its truth, or those named."""
    printers = {"libreoffice": by_libreoffice, "chromium": by_chromium}
    FOLDER.mkdir(exist_ok=True)
    for program, form, seed in FIXTURES:
        _keep(program, draw_document(form, seed), printers[program])
    for name, program, form, seed, traits in OFFICE_FIXTURES:
        _keep(name, with_traits(draw_document(form, seed), traits, seed), by_office(program, traits))
    for name, printer in (
        ("sample_libreoffice", sample_by_libreoffice),
        ("sample_chromium", sample_by_chromium),
    ):
        if not sys.argv[1:] or name in sys.argv[1:]:
            with tempfile.TemporaryDirectory() as folder:
                _smaller(printer(Path(folder)), fixture_path(name))


def by_office(program: str, traits: Traits) -> Callable[[Document, Path], Path]:
    """Printing with a program of :mod:`factory.printing`, with a document's traits."""

    def printed(document: Document, folder: Path) -> Path:
        path = folder / f"document.{printing.PROGRAMS[program].rpartition('.')[2]}"
        path.write_bytes(printing.source(document, program, traits))
        if program == "chromium":
            printing.by_chromium(path, folder)
        else:
            printing.by_libreoffice([path], folder)
        return path.with_suffix(".pdf")

    return printed


def _keep(name: str, document: Document, printer: Callable[[Document, Path], Path]) -> None:
    if sys.argv[1:] and name not in sys.argv[1:]:
        return
    path = fixture_path(name)
    with tempfile.TemporaryDirectory() as folder:
        _smaller(printer(document, Path(folder)), path)
    write_truth(document, path.with_suffix(".truth.json"))
    sys.stderr.write(f"{path.name}: {path.stat().st_size} bytes\n")


if __name__ == "__main__":
    main()
