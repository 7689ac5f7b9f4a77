"""Prints documents with programs that not every machine has: LibreOffice and Chromium.

On Debian: ``apt-get install libreoffice-writer libreoffice-calc chromium``. LibreOffice is started
once for many files, with a profile of its own and the factory's fonts installed for it alone.
"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
from collections.abc import Sequence
from pathlib import Path

from factory.model import Document
from factory.producers.excel import xlsx_file
from factory.producers.web import html, office_html
from factory.producers.word import docx_file
from factory.rough import rough_font
from factory.traits import Traits

#: Programs by the word that names them, with the ending of the file that each is given.
PROGRAMS = {"word": "docx", "excel": "xlsx", "html": "html", "chromium": "web.html"}
HOW_TO_INSTALL = {
    "soffice": "LibreOffice is missing: apt-get install libreoffice-writer libreoffice-calc",
    "chromium": "Chromium is missing: apt-get install chromium",
}
#: Seconds that LibreOffice may take to start, and for a file.
_START, _EACH = 120, 60


class NotInstalledError(RuntimeError):
    """A program is not on this machine; the message says how to get it."""


def need(program: str) -> str:
    """The path of ``soffice`` or ``chromium``.

    Raises:
        NotInstalledError: it is not there.
    """
    path = shutil.which(program)
    if path is None:
        raise NotInstalledError(HOW_TO_INSTALL[program])
    return path


def family(document: Document) -> str:
    """Name of the installed font that a document is set in."""
    return "Factory Kai" if document.look.good_font else "Factory Kai Odd"


def source(document: Document, program: str, traits: Traits) -> bytes:
    """The file that a program is given."""
    if program == "word":
        return docx_file(document, family(document), traits)
    if program == "excel":
        return xlsx_file(document, family(document), traits)
    if program == "html":
        return office_html(document, family(document), traits).encode()
    return html(document, rough_font(document.look.good_font), traits).encode()


def by_libreoffice(files: Sequence[Path], folder: Path) -> None:
    """Print files of one kind with one LibreOffice; each PDF lies beside its file.

    A file that LibreOffice cannot print has none; the caller sees to it.

    Args:
        files: sources, all of one ending.
        folder: holds the program's profile and fonts.
    """
    fonts = folder / ".fonts"
    if not fonts.exists():
        fonts.mkdir(parents=True)
        for good in (True, False):
            (fonts / f"{good}.ttf").write_bytes(rough_font(good))
    for place in dict.fromkeys(file.parent for file in files):
        batch = [str(file) for file in files if file.parent == place]
        # Read by its word processor and not by its web view, which knows no pages.
        reader = ["--infilter=HTML (StarWriter)"] if batch[0].endswith(".html") else []
        _run(
            [need("soffice"), f"-env:UserInstallation=file://{folder}/profile", "--headless", *reader,
             "--convert-to", "pdf", "--outdir", str(place), *batch],
            folder, _START + _EACH * len(batch),
        )  # fmt: skip


def by_chromium(file: Path, folder: Path) -> None:
    """Print one file with Chromium; its PDF lies beside it."""
    target = file.with_suffix(".pdf")
    _run(
        [need("chromium"), "--headless", "--no-sandbox", "--disable-gpu", "--disable-pdf-tagging",
         "--no-pdf-header-footer", f"--user-data-dir={folder}/chromium", f"--print-to-pdf={target}",
         file.as_uri()],
        folder, _START,
    )  # fmt: skip


def _run(command: Sequence[str], home: Path, seconds: float) -> None:
    """Run a program that starts others, and end them all when it takes too long."""
    process = subprocess.Popen(
        command,
        env=os.environ | {"HOME": str(home)},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        process.wait(seconds)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
