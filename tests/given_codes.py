"""The codes of findings that the program can give, read from its source."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from at_hand import ROOT

from jcfs_etl.contracts import load_contracts

CODES = load_contracts().findings


#: Calls whose first string is a code, and which of their arguments it is.
_MAKERS = {
    "Finding": 0,
    "UnreadableDocumentError": 0,
    "_refused": 2,
    "_add": 0,
    "report": 0,
    "finding": 0,
    "_finding": 0,
    "claim_finding": 0,
    "unruled_finding": 0,
    "Explanation": 0,
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
    "heading_of_another",
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
