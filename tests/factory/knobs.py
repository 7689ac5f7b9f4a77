"""What publishers do differently from one another whatever the form: drawn from the seed."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random
from typing import Literal

from factory.model import Look, Watermark

Commas = Literal["all", "none", "mixed"]


@dataclass(frozen=True)
class Knobs:
    """How one publication prints what its form prescribes."""

    money_unit: str
    commas: Commas
    zero: str
    repeat_head: bool
    roomy: bool
    narrow: bool
    look: Look
    split_codes: bool
    total_last: bool
    spaced_labels: bool
    full_width: bool
    empty_note: str
    ruled_blank_rows: int


def draw_knobs(random: Random, money_unit: str) -> Knobs:
    """Knobs at random; the form decides the money unit where it prescribes one ("" where not)."""
    marks = (
        None,
        None,
        Watermark("仅供公开", tiled=False, grey=0.8),
        Watermark("决算公开", tiled=True, grey=0.88),
    )
    return Knobs(
        money_unit=money_unit or random.choice(("万元", "万元", "元")),
        commas=random.choice(("all", "none", "mixed")),
        zero=random.choice(("", "", "0", "0.00", "——")),
        repeat_head=random.random() < 0.5,
        roomy=random.random() < 0.4,
        narrow=random.random() < 0.3,
        look=Look(
            good_font=random.random() < 0.6,
            rule=random.choice((0.25, 0.5, 0.5, 1.0, 1.5)),
            shaded=random.random() < 0.3,
            page_number=random.choice(("", "{}", "— {} —", "- {} -", "第{}页")),
            watermark=random.choice(marks),
        ),
        split_codes=random.random() < 0.3,
        total_last=random.random() < 0.3,
        spaced_labels=random.random() < 0.3,
        full_width=random.random() < 0.5,
        empty_note=random.choice(("说明：本表无数据", "注：本单位没有相关收支，故本表无数据。", "")),
        ruled_blank_rows=random.choice((0, 0, 1, 3)),
    )
