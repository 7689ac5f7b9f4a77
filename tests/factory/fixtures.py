"""Publications printed once by programs that not every machine has, kept with what they must give."""

from __future__ import annotations

import json
from pathlib import Path

from factory.model import Document, Look

FOLDER = Path(__file__).resolve().parents[1] / "fixtures"
#: Program, form and seed; the seeds give publications that are short and differ in their knobs.
FIXTURES = (("libreoffice", "before_2019", 79), ("chromium", "shanghai_2024", 112))

#: Name, program of factory.printing, form, seed and traits.
OFFICE_FIXTURES = (
    ("word", "word", "national_2020", 68,
     frozenset({"rows break", "narrow labels", "running head", "stamp", "titles in the table"})),
    ("excel", "excel", "before_2019", 140,
     frozenset({"number formats", "brackets", "hidden rows", "text runs over", "title apart"})),
    ("html", "html", "narrative_first", 81, frozenset({"stamp"})),
)  # fmt: skip


def fixture_path(program: str) -> Path:
    """Where a program's publication is kept."""
    return FOLDER / f"{program}.pdf"


def write_truth(document: Document, path: Path) -> None:
    """Keep what a publication must give: the factory may change, the PDF does not."""
    kept = {
        "title": document.title,
        "unit": document.unit,
        "year": document.year,
        "money_unit": document.money_unit,
        "cells": [[*key, text] for key, text in document.truth.items()],
    }
    path.write_text(
        json.dumps(kept, ensure_ascii=False, separators=(",", ":")).replace("],[", "],\n[") + "\n",
        encoding="utf-8",
    )


def fixture_document(program: str) -> Document:
    """A kept publication's document, as far as it is needed for comparing."""
    kept = json.loads(fixture_path(program).with_suffix(".truth.json").read_text(encoding="utf-8"))
    return Document(
        title=kept["title"],
        unit=kept["unit"],
        year=kept["year"],
        money_unit=kept["money_unit"],
        sections=(),
        look=Look(),
        truth={(dataset, row, column): text for dataset, row, column, text in kept["cells"]},
    )
