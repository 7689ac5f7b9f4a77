"""The forms that publishers fill in, read from data/designs.yaml and data/forms.yaml."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml

DATA = Path(__file__).parent / "data"


@dataclass(frozen=True)
class Design:
    """How one table is drawn; data/designs.yaml says what the keys mean.

    Attributes:
        total: where 合计 of a table of codes stands: ``row`` (first or last, as the publisher likes),
            ``in_head`` (on the row of 类, 款, 项) or ``last_merged`` (last, merged over the codes).
    """

    dataset: str
    shape: str
    head: tuple[str, ...] = ()
    columns: tuple[str, ...] = ()
    landscape: bool = False
    may_be_empty: bool = False
    codes: int = 1
    total: str = "row"
    left: tuple[tuple[str, str], ...] = ()
    tail: tuple[tuple[str, str, str, str], ...] = ()
    items: tuple[tuple[str, str], ...] = ()
    blocks: int = 0
    heading: bool = False
    personnel: tuple[str, ...] = ()
    public: tuple[str, ...] = ()
    dashed: tuple[str, ...] = ()
    words: tuple[str, ...] = ()


@dataclass(frozen=True)
class Form:
    """A province's or year's publication: its tables in order."""

    name: str
    years: tuple[int, ...]
    classes: tuple[tuple[str, str], ...]
    tables: tuple[tuple[str, Design], ...]
    label: str
    unit_label: str
    money_label: str
    note: bool
    money_unit: str = ""
    narrative_first: bool = False
    shared_pages: bool = False
    foot_titles: bool = False

    @property
    def economic_classes(self) -> tuple[str, ...]:
        """Economic classes that the form prints with figures."""
        design = next(d for _, d in self.tables if d.dataset == "basic_expenditure")
        return tuple(c for c in (*design.personnel, *design.public) if c not in design.dashed)


@cache
def economic_names() -> dict[str, str]:
    """Names of economic classes and items by code."""
    lines = (DATA / "economic.tsv").read_text(encoding="utf-8").splitlines()
    return dict(line.split("\t") for line in lines)


@cache
def forms() -> dict[str, Form]:
    """All forms by name."""
    written = yaml.safe_load((DATA / "forms.yaml").read_text(encoding="utf-8"))
    designs = yaml.safe_load((DATA / "designs.yaml").read_text(encoding="utf-8"))["designs"]
    classes = {
        year: tuple((word[:3], word[4:]) for word in words) for year, words in written["classes"].items()
    }
    found = {}
    for name, form in written["forms"].items():
        tables = tuple((t["title"], _design(designs, t["design"])) for t in form.pop("tables"))
        years = tuple(form.pop("years"))
        found[name] = Form(name, years, classes[form.pop("classes")], tables, **form)
    return found


def _design(designs: dict[str, dict[str, Any]], name: str) -> Design:
    """A design with what its base says and it does not."""
    keys: dict[str, Any] = {}
    base: str | None = name
    while base is not None:
        keys = designs[base] | keys
        base = designs[base].get("base")
    keys.pop("base", None)
    keys["columns"] = tuple(keys.get("columns", "").split())
    keys["left"] = tuple(keys.get("left", {}).items())
    keys["tail"] = tuple(tuple(row) for row in keys.get("tail", ()))
    items = keys.get("items", ())
    keys["items"] = tuple(items.items()) if isinstance(items, dict) else tuple(_item(i) for i in items)
    values: dict[str, Any] = {k: tuple(v) if isinstance(v, list) else v for k, v in keys.items()}
    return Design(**values)


def _item(text: str) -> tuple[str, str]:
    """``id=label``, or a heading or unknown line without an id."""
    key, found, label = text.partition("=")
    return (key, label) if found else ("", text)
