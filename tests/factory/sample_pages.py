"""The sample's content as HTML whose rows may break over pages, for other programs to print.

Everything printed is read from data/sample, as by its own build.py; a grid runs on as it comes.
"""

from __future__ import annotations

import base64
from collections.abc import Iterator
from html import escape
from pathlib import Path
from typing import Any

import yaml

SAMPLE = Path(__file__).resolve().parents[2] / "data" / "sample"
FONT_FILE = SAMPLE / "font" / "SampleKai-Regular.ttf"
#: The name that the sample's font has where it is installed.
FAMILY = "Sample Kai"
_LEFT, _ABOVE, _NEXT_PAGE = "<", "^", "---"
_PORTRAIT = 505.0
_STYLE = """
@font-face {{ font-family: "{family}"; src: url(data:font/ttf;base64,{font}); }}
@page {{ size: A4; margin: 45pt; }}
@page wide {{ size: A4 landscape; margin: 38pt; }}
body, h1, h2, h3, p, td {{ font-family: "{family}"; }}
body {{ margin: 0; font-size: 12pt; }}
.next {{ page-break-before: always; }}
.wide {{ page: wide; }}
h1, h2 {{ font-weight: normal; font-size: 15pt; text-align: center; }}
h3 {{ font-weight: normal; font-size: 13pt; }}
table {{ border-collapse: collapse; table-layout: fixed; }}
td {{ border: 0.75pt solid black; padding: 2pt; overflow-wrap: anywhere; vertical-align: middle; }}
.caption td {{ border: none; }}
"""


def sample_html(*, font: bytes | None, landscape: bool) -> str:
    """One file with everything in it.

    Args:
        font: put into the file; without it the font is named only.
        landscape: set wide tables on pages of their own shape, for programs that know such pages.
    """
    publication = yaml.safe_load((SAMPLE / "publication.yaml").read_text(encoding="utf-8"))
    embedded = base64.b64encode(font or b"").decode()
    parts = [
        f"<!doctype html><html lang=zh><meta charset=utf-8><title>{escape(publication['name'])}</title>",
        f"<style>{_STYLE.format(family=FAMILY, font=embedded)}</style><body>",
        f"<h1 style='font-size: 25pt'>{publication['unit']}</h1>",
        f"<h1 style='font-size: 25pt'>{publication['heading']}</h1>",
        *_contents(publication["contents_heading"]),
        *_prose("1_overview.txt"),
    ]
    for index, entry in enumerate(publication["tables"]):
        settings = publication["table_defaults"] | entry
        heading = publication["tables_heading"] if index == 0 else ""
        wide = " wide" if landscape and settings["landscape"] else ""
        parts.append(f"<div class='next{wide}'>")
        parts += _table(settings, publication["unit"], heading, next_page=not wide)
        parts.append("</div>")
    parts += [
        *_prose("3_narrative.txt"),
        *_prose("4_glossary.txt"),
        f"<h1>{publication['annex_heading']}</h1>",
    ]
    for entry in publication["forms"]:
        settings = publication["form_defaults"] | entry
        parts += [f"<h2 class=next>{settings['title']}</h2>", f"<p align=center>{settings['year']}</p>"]
        parts.append(_grid(SAMPLE / "forms" / f"{settings['file']}.tsv", settings))
        parts += [f"<p style='font-size: 8pt'>{escape(note)}</p>" for note in settings["notes"]]
    return "\n".join(parts)


def _contents(heading: str) -> Iterator[str]:
    yield f"<h1 class=next>{heading}</h1>"
    for line in (SAMPLE / "contents.tsv").read_text(encoding="utf-8").splitlines():
        entry, page = line.split("\t")
        yield f"<p>{escape(entry)}{'.' * 30}{page}</p>"


def _prose(name: str) -> Iterator[str]:
    style = " class=next"
    for block in (SAMPLE / "prose" / name).read_text(encoding="utf-8").strip().split("\n\n"):
        marks, _, rest = block.rpartition("# ") if block.startswith("#") else ("", "", block)
        tag = "p" if rest == block else "h3" if marks else "h1"
        yield f"<{tag}{style}>{escape(rest)}</{tag}>"
        style = ""


def _table(settings: dict[str, Any], unit: str, heading: str, *, next_page: bool) -> Iterator[str]:
    name, year = f"{settings['unit_label']}：{unit}", settings["year"]
    if settings["year_follows_unit"]:
        name, year = f"{name} {year}", ""
    style = " class=next" if next_page else ""
    if heading:
        yield f"<h1{style}>{heading}</h1>"
        style = ""
    yield f"<h2{style}>{settings['title']}</h2><p align=right>{settings['label']}</p>"
    cells = "".join(
        f"<td width='{share}%' align={align}>{escape(text)}</td>"
        for text, share, align in ((name, 50, "left"), (year, 20, "center"), (settings["money"], 30, "right"))
    )
    yield f"<table class=caption width='100%' border=0 style='font-size: 9pt'><tr>{cells}</tr></table>"
    yield _grid(SAMPLE / "tables" / f"{settings['file']}.tsv", settings)
    for note in filter(None, (settings["note"], settings["remark"])):
        yield f"<p style='font-size: 9pt'>{escape(note)}</p>"


def _grid(path: Path, settings: dict[str, Any]) -> str:
    lines = [line for line in path.read_text(encoding="utf-8").splitlines() if line != _NEXT_PAGE]
    widths = settings["widths"]
    rows = [(line.split("\t") + [""] * len(widths))[: len(widths)] for line in lines]
    owner: dict[tuple[int, int], tuple[int, int]] = {}
    for r, row in enumerate(rows):
        for c, text in enumerate(row):
            before = (r, c - 1) if text == _LEFT else (r - 1, c)
            owner[r, c] = owner[before] if text in (_LEFT, _ABOVE) else (r, c)
    aligned = {"l": "left", "c": "center", "r": "right"}
    printed = []
    for r, row in enumerate(rows):
        cells = []
        for c, text in enumerate(row):
            if owner[r, c] != (r, c):
                continue
            parts = [place for place, root in owner.items() if root == (r, c)]
            height, width = max(p[0] for p in parts) - r + 1, max(p[1] for p in parts) - c + 1
            align = "center" if r < settings["head_rows"] else aligned[settings["align"][c]]
            words = escape(text).replace("\\n", "<br>")
            cells.append(f"<td rowspan={height} colspan={width} align={align}>{words}</td>")
        printed.append(f"<tr>{''.join(cells)}</tr>")
    scale = 1.0 if settings.get("landscape") else min(1.0, _PORTRAIT / sum(widths))
    columns = "".join(f"<col width='{w * scale:.0f}pt' style='width: {w * scale:.0f}pt'>" for w in widths)
    return (
        f"<table border=1 cellspacing=0 style='font-size: {settings['font_size']}pt; "
        f"width: {sum(widths) * scale:.0f}pt'><colgroup>{columns}</colgroup>{''.join(printed)}</table>"
    )
