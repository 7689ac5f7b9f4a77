"""Self-evaluation forms in other provinces' words: heads and labels of made-up forms printed otherwise.

Each word of the printed form has other ones that such forms use. Half of them, told apart by a checksum
and not by hand, are held back from the work on the contract. Traps are columns that look like a known one.
"""

from __future__ import annotations

import random
import zlib
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any

from drawing import canvas
from factory.performance import KINDS, Lattice, Look, MadeForm, captions, draw_lattice, lattice, make_form

_FILE = Path(__file__).parent / "data" / "form_words.txt"
#: Other words by the printed one.
WORDS: Mapping[str, Sequence[str]] = {
    word: others.split()
    for line in _FILE.read_text(encoding="utf-8").splitlines()
    if not line.startswith("#")
    for word, _, others in [line.partition(": ")]
}
#: Rows of the money block by where the money comes from, in the place of those that are drawn.
SOURCES = [
    ["其中:当年财政拨款", "上年结转资金", "其他资金"],
    ["其中:财政拨款", "上年结转", "其他资金"],
    ["其中:中央补助", "省级资金", "单位自有资金"],
    ["其中:一般公共预算", "政府性基金", "非财政拨款"],
    ["财政拨款", "财政专户管理资金", "单位资金"],
]
#: Heads of columns that no form's data has; what stands under them must be taken for nothing.
TRAPS = [
    "上年执行数",
    "调整前预算数",
    "累计执行数",
    "年末预算数",
    "追加预算数",
    "上年实际完成值",
    "去年得分",
    "预算差额",
    "下年预算数",
]
TITLES = "项目支出绩效自评表 项目支出绩效自评情况表 项目绩效自评结果表 专项资金绩效自评表".split()  # noqa: SIM905


def is_held_back(word: str, other: str) -> bool:
    """Whether a word is held back from the work."""
    return zlib.crc32(f"{word}/{other}".encode()) % 2 == 1


def drawn(seed: int, held_back: bool, share: float = 0.4) -> tuple[MadeForm, Lattice, list[float], Look]:
    """A form in other words: each printed word has another with a chance of ``share``; some have a trap."""
    chance = random.Random(f"form words/{seed}/{held_back}")
    form = make_form(KINDS[seed % len(KINDS)], 5000 + seed)
    sources = chance.choice(SOURCES)
    form = replace(
        form,
        money=[form.money[0], *((sources[n], figures) for n, (_, figures) in enumerate(form.money[1:]))],
    )
    look = Look(narrow_page=chance.choice([60.0, 420.0]), title_inside=False)
    rows, widths = lattice(form, look)
    others = {
        word: chance.choice(known)
        for word, alternatives in WORDS.items()
        if (known := [o for o in alternatives if is_held_back(word, o) == held_back])
        and chance.random() < share
    }
    changed = [[_other(text, others) for text in row] for row in rows]
    form = replace(form, money=[(_other(label, others), figures) for label, figures in form.money])
    if chance.random() < 0.3:
        _trap(changed, widths, form, chance)
    if chance.random() < 0.15:
        form = _without_scores(changed, rows, form)
    return form, changed, widths, look


def _other(text: str, others: Mapping[str, str]) -> str:
    for unit in ("", "(万元)", "(元)", ":"):
        word = text.removesuffix(unit) if unit else text
        if (not unit or text.endswith(unit)) and word in others:
            return others[word] + unit
    return text


def _trap(rows: Lattice, widths: list[float], form: MadeForm, chance: random.Random) -> None:
    """One column more at the right of the indicators or beside the money, with figures like the others."""
    head = next(i for i, row in enumerate(rows) if "一级指标" in row)
    for i, row in enumerate(rows):
        row.append("<" if not head <= i <= head + len(form.indicators) else "")
    rows[head][-1] = chance.choice(TRAPS)
    for i in range(head + 1, head + 1 + len(form.indicators)):
        rows[i][-1] = str(chance.randint(1, 90))
    widths.append(34.0)


def _without_scores(changed: Lattice, rows: Lattice, form: MadeForm) -> MadeForm:
    """The indicators without a score, their column left blank under its head."""
    head = next(i for i, row in enumerate(rows) if "一级指标" in row)
    column = rows[head].index("得分")
    for i in range(head + 1, head + 1 + len(form.indicators)):
        changed[i][column] = ""
    made = [replace(m, figures={**m.figures, "score": ""}) for m in form.indicators]
    return replace(form, indicators=made)


def draw(path: Path, seed: int, held_back: bool) -> MadeForm:
    """Print a form in other words and give its truth."""
    form, rows, widths, look = drawn(seed, held_back)
    title = TITLES[seed % len(TITLES)]
    drawing = canvas(path)
    above = [title, *captions(form, look)[1:]]
    scale = 520 / sum(widths)
    draw_lattice(drawing, rows, [w * min(1.0, scale) for w in widths], above, look)
    drawing.save()
    return form


def scored(
    got: Mapping[str, list[dict[str, Any]]], expected: Mapping[str, list[dict[str, Any]]]
) -> Counter[str]:
    """Values that are ``exact``, ``left`` out, or ``other`` than printed, over the three datasets."""
    counts: Counter[str] = Counter()
    for dataset, rows in expected.items():
        mine = got[dataset]
        for n, row in enumerate(rows):
            read = mine[n] if n < len(mine) else {}
            for name in row.keys() | {k for k, v in read.items() if v is not None}:
                if name in _PLACES:
                    continue
                want, have = row.get(name), read.get(name)
                if have is None:
                    counts["left"] += 1
                else:
                    counts["exact" if have == want else "other"] += 1
                    if have != want:
                        counts[f"other: {dataset} {name}: {have} for {want}"] += 1
        extra = mine[len(rows) :]
        counts["other"] += sum(
            v is not None for row in extra for k, v in row.items() if isinstance(v, Decimal)
        )
    return counts


_PLACES = {"form", "line", "position", "page", "x0", "y0", "x1", "y1", "first_page", "last_page", "is_total"}
