"""Claims and sections of the prose as Arrow tables in the shape that the contracts promise."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pyarrow as pa

from jcfs_etl.audit.statements import Cells, JudgedClaim, is_money
from jcfs_etl.contracts.arrow import arrow_schema
from jcfs_etl.contracts.model import Contracts
from jcfs_etl.curate.records import edges_of, money_of, term_of
from jcfs_etl.interpret.model import PERCENT, POINT, Claim, Section
from jcfs_etl.money import yuan
from jcfs_etl.places import Key
from jcfs_etl.recognise.model import Fact, Publication

_FOUR = Decimal("0.0001")
#: Numbers of a claim have 18 digits, four of them decimals.
_MOST = 10**14


def claims_table(claims: Sequence[JudgedClaim], publication: Publication, contracts: Contracts) -> pa.Table:
    """Every statement of the narrative with its verdict, in printed order."""
    facts = {f.key: f for table in publication.tables.values() for f in table.facts}
    rows = []
    for judged in claims:
        claim = judged.claim
        money = is_money(claim, contracts)
        scale = _scale(claim, contracts)
        rows.append(
            {
                "claim": claim.claim,
                "kind": claim.kind,
                "subject": claim.quantity.subject,
                "period": claim.quantity.period,
                "base": None if claim.base is None else f"{claim.base.subject}.{claim.base.period}",
                "value": _decimal(Fraction(claim.value, scale)),
                "printed_unit": claim.unit,
                "amount": yuan(claim.value) if money else None,
                "printed": claim.printed,
                "sentence": claim.sentence,
                "page": claim.page,
                **edges_of(claim.box),
                "cells": [
                    *_terms("left", judged.cells, facts, contracts),
                    *_terms("right", judged.base_cells, facts, contracts),
                ],
                "computed": None if judged.computed is None else _computed(judged.computed.value / scale),
                "verdict": judged.verdict,
                "note": judged.note,
            }
        )
    return pa.Table.from_pylist(rows, schema=arrow_schema(contracts, "claims"))


def sections_table(sections: Sequence[Section], contracts: Contracts) -> pa.Table:
    """Every piece of prose in printed order."""
    rows = [
        {"part": s.part, "position": i, "heading": s.heading, "text": s.text, "page": s.page}
        for i, s in enumerate(sections, 1)
    ]
    return pa.Table.from_pylist(rows, schema=arrow_schema(contracts, "sections"))


def _scale(claim: Claim, contracts: Contracts) -> int:
    """How many of the value's unit make one printed unit."""
    if claim.kind in ("share", "rate"):
        return PERCENT
    if claim.kind == "score":
        return POINT
    if not is_money(claim, contracts):
        return 1
    return contracts.publication.money_units.get(claim.unit, 100)


def _decimal(value: Fraction) -> Decimal:
    return (Decimal(value.numerator) / Decimal(value.denominator)).quantize(_FOUR)


def _computed(value: Fraction) -> Decimal | None:
    """What figures give; None where that says nothing: a rate over next to nothing has too many digits."""
    return _decimal(value) if abs(value) < _MOST else None


def _terms(side: str, cells: Cells, facts: Mapping[Key, Fact], contracts: Contracts) -> list[dict[str, Any]]:
    terms = []
    for weight, key in cells:
        # Counts are shown in the same column, a piece as 1.00.
        scale = 100 if (key.dataset, key.column) in contracts.counts else 1
        terms.append(term_of(side, weight, key, money_of(facts[key].value, scale), facts[key].page))
    return terms
