"""Every code that the program gives a finding is explained in the contracts, and none besides."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

from jcfs_etl.contracts import load_contracts

ROOT = Path(__file__).resolve().parents[1]
CODES = load_contracts().findings

#: Calls whose first string is a code, and which of their arguments it is.
_MAKERS = {
    "Finding": 0,
    "UnreadableDocumentError": 0,
    "_refused": 2,
    "_add": 0,
    "report": 0,
    "_finding": 0,
    "refused_document": 2,
}
#: Codes that are put together from parts.
_COMPOSED = {
    "conflicting_unit",
    "conflicting_year",
    "conflicting_scope",
    "conflicting_money_unit",
    "no_unit",
    "no_year",
}


def strings(node: ast.AST) -> Iterator[str]:
    """String constants that an expression can come to."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield node.value
    elif isinstance(node, ast.IfExp):
        yield from strings(node.body)
        yield from strings(node.orelse)


def codes_given() -> set[str]:
    found = set(_COMPOSED)
    for path in [*(ROOT / "jcfs_etl").rglob("*.py"), *(ROOT / "flows").rglob("*.py")]:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call):
                name = (
                    node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
                )
                place = _MAKERS.get(name)
                if place is not None and len(node.args) > place:
                    found |= set(strings(node.args[place]))
            elif isinstance(node, ast.Tuple) and node.elts and isinstance(node.elts[0], ast.Constant):
                # Rows of (code, words, …) that are turned into findings one by one.
                found |= {c for c in strings(node.elts[0]) if c.startswith("performance_no_")}
            elif isinstance(node, ast.Assign) and [getattr(t, "id", "") for t in node.targets] == ["code"]:
                found |= set(strings(node.value))
            elif isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Tuple):
                names = [getattr(t, "id", "") for t in node.targets[0].elts]
                if "code" in names and isinstance(node.value, ast.Tuple):
                    found |= set(strings(node.value.elts[names.index("code")]))
    return {code for code in found if code.replace("_", "").isalpha()}


def test_every_code_is_explained() -> None:
    assert codes_given() - CODES.keys() == set()


def test_no_code_is_explained_that_nothing_gives() -> None:
    # Given through a default, or through a table of words.
    elsewhere = {
        "unreadable_figure",
        "line_number_skipped",
        "line_number_repeated",
        "conflicting_publication",
        "conflicting_unit_code",
        "conflicting_department_code",
    }
    elsewhere |= load_contracts().disclosure.wordings.keys()
    elsewhere |= {i.together for i in load_contracts().performance.identities if i.together}
    assert CODES.keys() - codes_given() - elsewhere == set()


def test_every_kind_says_what_it_is_and_what_to_do() -> None:
    for kind in CODES.values():
        assert kind.says.endswith(".") and kind.remedy.endswith(".")
