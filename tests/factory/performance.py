"""Made-up self-evaluation forms (项目支出绩效自评表): figures that add up, printed on several forms."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path
from typing import Literal

from drawing import FONT, canvas
from reportlab.pdfgen.canvas import Canvas

#: A cell of a lattice: text, ``<`` the cell at its left goes on, ``^`` the cell above goes on.
Lattice = list[list[str]]
FormKind = Literal["shanxi", "national", "sichuan"]
KINDS: tuple[FormKind, ...] = ("shanxi", "national", "sichuan")

_SIZE, _LEADING, _PAD = 7.0, 9.0, 2.0
_LEFT, _TOP, _BOTTOM = 45.0, 770.0, 60.0
_WORDS = "设备运行维护次数按时完成率群众满意程度工作效率提升保障服务质量系统巡检培训档案整理宣传活动"
_LEVELS = [
    ("产出指标", ["数量指标", "质量指标", "时效指标"]),
    ("成本指标", ["经济成本指标"]),
    ("效益指标", ["社会效益指标", "生态效益指标"]),
    ("满意度指标", ["服务对象满意度指标"]),
]
_SOURCES = ["市县区财政资金", "上年结转资金", "其他资金", "财政专户管理资金"]


@dataclass
class MadeIndicator:
    """An indicator: its texts and figures as printed, by column id."""

    texts: dict[str, str]
    figures: dict[str, str]


@dataclass
class MadeForm:
    """A form as printed: the truth that a reading must reach.

    ``money`` are label and printed figures by column id of each money row, 资金总额 first.
    """

    kind: FormKind
    project: str
    department: str
    department_code: str
    unit: str
    unit_code: str
    money_unit: str
    money: list[tuple[str, dict[str, str]]]
    goals: str
    completion: str
    indicators: list[MadeIndicator]
    total_score: str
    total_weight: str
    grade: str
    analysis: dict[str, tuple[str, str]]


@dataclass(frozen=True)
class Look:
    """How a form is laid out.

    ``broken`` says where the text of a merged cell stands that a page break cuts: in the ``first`` part, in
    ``each``, or in the ``last``.
    """

    title_inside: bool = False
    unit_above: bool = False
    repeat_head: bool = False
    broken: Literal["first", "each", "last"] = "first"
    narrow_page: float = _BOTTOM
    code_mark: str = "-"

    @classmethod
    def drawn_from(cls, chance: random.Random) -> Look:
        """A look at random."""
        return cls(
            chance.random() < 0.3,
            chance.random() < 0.3,
            chance.random() < 0.5,
            chance.choice(["first", "each", "last"]),
            chance.choice([_BOTTOM, 300.0, 420.0, 500.0]),
            chance.choice(["-", " "]),
        )


def make_form(kind: FormKind, seed: int) -> MadeForm:
    """A form whose figures add up; the figures of money and computed scores are rounded each on its own."""
    chance = random.Random(f"{kind} {seed}")
    unit = chance.choice(["万元", "元"])
    decimals = chance.choice([2, 3]) if unit == "万元" else 2
    money, execution = _money(kind, chance, unit, decimals)
    indicators, total = _indicators(kind, chance)
    score = total + execution
    analysis = {}
    if kind == "shanxi":
        labels = {
            "implementation": "项目实施和预算执行情况",
            "output": "产出情况及分析",
            "satisfaction": "满意度情况",
            "problems": "项目管理中存在的问题及原因分析",
        }
        analysis = {name: (label, _prose(chance, 90)) for name, label in labels.items()}
        first = money[0][1]
        said = f"全年实际执行{first['executed']}{unit},预算执行率为{first['execution_rate'].strip('%')}%。"
        analysis["implementation"] = (labels["implementation"], said + _prose(chance, 40))
    elif kind == "sichuan":
        labels = {"conclusion": "评价结论", "problems": "存在问题"}
        analysis = {name: (label, _prose(chance, 40)) for name, label in labels.items()}
    return MadeForm(
        kind=kind,
        project=_name(chance, 10) + "经费",
        department="甲市" + _name(chance, 4) + "局",
        department_code="" if kind != "shanxi" else str(chance.randrange(100, 999)),
        unit="甲市" + _name(chance, 5) + "中心",
        unit_code="" if kind != "shanxi" else str(chance.randrange(100000, 999999)),
        money_unit=unit,
        money=money,
        goals=_prose(chance, 120),
        completion=_prose(chance, 100),
        indicators=indicators,
        total_score=_plain(score),
        total_weight="" if kind == "shanxi" else "100",
        grade=chance.choice(["优", "良", "中"]) if kind == "shanxi" else "",
        analysis=analysis,
    )


def _money(
    kind: FormKind, chance: random.Random, unit: str, decimals: int
) -> tuple[list[tuple[str, dict[str, str]]], Decimal]:
    sources = chance.sample(_SOURCES, chance.randint(1, 3))
    true: list[list[Decimal]] = []
    for _ in sources:
        budget = Decimal(chance.randrange(100_000, 9_000_000)) / 10_000
        executed = budget if chance.random() < 0.4 else budget * chance.randrange(200, 1000) / 1000
        initial = budget if chance.random() < 0.5 else budget * chance.randrange(500, 1500) / 1000
        amounts = (initial, budget, executed)
        # 元 is printed to the 分 and is exact; 万元 is rounded.
        true.append([a.quantize(Decimal("0.01")) if unit == "元" else a for a in amounts])
    rows = [[sum(column, Decimal(0)) for column in zip(*true, strict=True)], *true]
    labels = [chance.choice(["资金总额", "年度资金总额", "资金总额:"]), *sources]
    if kind == "sichuan":
        labels[0] = "总额"
    if kind != "shanxi":
        labels[1] = "其中：" + labels[1]
    percent = chance.choice(["", "%"]) if kind == "shanxi" else "%"
    printed: list[tuple[str, dict[str, str]]] = []
    execution = Decimal(0)
    for index, (label, (initial, budget, executed)) in enumerate(zip(labels, rows, strict=True)):
        texts = [_rounded(v, decimals) for v in (initial, budget, executed, budget - executed)]
        rate = _rounded(executed / budget * 100, 2)
        score = _rounded(Decimal(rate) / 10, 2)
        if index == 0:
            execution = Decimal(score)
        row = {"annual_budget": texts[1], "executed": texts[2], "execution_rate": rate + percent}
        if kind == "shanxi":
            row |= {"declared": texts[0], "compiled": texts[0], "balance": texts[3], "score": score}
        else:
            dash = chance.choice(["—", "——", "/"])
            row |= {"initial_budget": texts[0], "weight": "10" if index == 0 else dash}
            row |= {"score": score if index == 0 else dash}
        printed.append((label, row))
    return printed, execution


def _indicators(kind: FormKind, chance: random.Random) -> tuple[list[MadeIndicator], Decimal]:
    names = [(one, two) for one, twos in _LEVELS for two in twos for _ in range(chance.randint(1, 4))]
    halves = [1] * len(names)
    for _ in range(180 - len(names)):
        halves[chance.randrange(len(names))] += 1
    made, total = [], Decimal(0)
    for (one, two), half in zip(names, halves, strict=True):
        weight = Decimal(half) / 2
        score = weight
        if chance.random() < 0.3:
            score = Decimal(_rounded(weight * chance.randrange(50, 100) / 100, 2))
        total += score
        number = chance.randrange(1, 999)
        texts = {"level1": one, "level2": two, "level3": _name(chance, chance.randint(4, 22))}
        if kind == "shanxi":
            texts |= dict.fromkeys(("target_initial", "target_adjusted"), f"≥{number}次")
            texts["actual"] = f"{number}次"
        elif kind == "national":
            texts |= {"target_initial": f"≥{number}%", "actual": f"{number}.5%"}
        else:
            texts |= dict.fromkeys(("target_initial", "actual"), str(number))
            texts |= {"relation": "≥", "measure_unit": "次"}
        if score != weight:
            texts["deviation"] = _prose(chance, chance.randint(5, 30))
        made.append(MadeIndicator(texts, {"weight": _plain(weight), "score": _plain(score)}))
    return made, total


def _name(chance: random.Random, length: int) -> str:
    return "".join(chance.choice(_WORDS) for _ in range(length))


def _prose(chance: random.Random, length: int) -> str:
    return "".join(
        chance.choice(_WORDS) if i % 12 else str(chance.randrange(1, 2999)) for i in range(1, length + 1)
    )


def _rounded(value: Decimal, decimals: int) -> str:
    return str(value.quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP))


def _plain(value: Decimal) -> str:
    return f"{value.normalize():f}"


# -- printing --------------------------------------------------------------------------------------

_HEADS = {
    "shanxi": {
        "level1": ("一级指标", 42),
        "level2": ("二级指标", 50),
        "level3": ("三级指标", 75),
        "target_initial": ("年初指标值", 52),
        "target_adjusted": ("调整后指标值", 56),
        "actual": ("实际完成值", 52),
        "weight": ("分值", 40),
        "score": ("得分", 40),
        "deviation": ("偏差原因分析及改进措施", 58),
    },
    "national": {
        "level1": ("一级指标", 42),
        "level2": ("二级指标", 52),
        "level3": ("三级指标", 100),
        "target_initial": ("年度指标值", 58),
        "actual": ("实际完成值", 58),
        "weight": ("分值", 45),
        "score": ("得分", 45),
        "deviation": ("偏差原因分析及改进措施", 65),
    },
    "sichuan": {
        "level1": ("一级指标", 42),
        "level2": ("二级指标", 52),
        "level3": ("三级指标", 100),
        "relation": ("指标性质", 38),
        "target_initial": ("指标值", 42),
        "measure_unit": ("度量单位", 38),
        "actual": ("完成值", 45),
        "weight": ("权重", 34),
        "score": ("得分", 34),
        "deviation": ("未完成原因分析", 40),
    },
}
_SIDE = 40


def lattice(form: MadeForm, look: Look) -> tuple[Lattice, list[float]]:
    """The form as rows of cells, and the widths of its columns."""
    heads = _HEADS[form.kind]
    widths = [float(_SIDE), *(float(width) for _, width in heads.values())]
    count = len(widths)
    rows: Lattice = []
    if look.title_inside:
        rows.append(_spread([("项目支出绩效自评表", count)]))
    rows.append(_spread([("项目名称", 2), (form.project, count - 2)]))
    mark = look.code_mark
    department = form.department_code + mark + form.department if form.department_code else form.department
    unit = form.unit_code + mark + form.unit if form.unit_code else form.unit
    names = ("主管部门及代码", "预算单位") if form.kind == "shanxi" else ("主管部门", "实施单位")
    rows.append(_spread([(names[0], 2), (department, 3), (names[1], 1), (unit, count - 6)]))
    rows += _money_rows(form, look, count)
    half = (count - 1) // 2
    side, left, right = {
        "shanxi": ("项目年度绩效目标", "年度目标", "实际完成情况"),
        "national": ("年度总体目标", "预期目标", "实际完成情况"),
        "sichuan": ("项目年度目标完成情况", "项目年度目标", "年度目标完成情况"),
    }[form.kind]
    rows.append([side, *_spread([(left, half), (right, count - 1 - half)])])
    rows.append(["^", *_spread([(form.goals, half), (form.completion, count - 1 - half)])])
    rows += _indicator_rows(form, [head for head, _ in heads.values()])
    total = ["总分" if form.kind != "sichuan" else "合计", *["<"] * (count - 4)]
    rows.append([*total, form.total_weight, form.total_score, form.grade])
    if not form.total_weight:
        rows[-1][count - 3] = "<"
    for index, (label, text) in enumerate(form.analysis.values()):
        side = ("^" if index else "项目绩效分析") if form.kind == "shanxi" else label
        rest = [(label, 2), (text, count - 3)] if form.kind == "shanxi" else [(text, count - 1)]
        rows.append([side, *_spread(rest)])
    return rows, widths


def _money_rows(form: MadeForm, look: Look, count: int) -> Lattice:
    unit = "" if look.unit_above else f"({form.money_unit})"
    rows: Lattice
    if form.kind == "shanxi":
        columns = ["declared", "compiled", "annual_budget", "executed", "balance", "execution_rate", "score"]
        heads = ["全年预算数", "全年执行数", "资金结(转)余", "执行率", "得分", "偏差原因分析及改进措施"]
        first = ["项目资金预算安排及执行进度" + unit, "", "年初预算数", "<", *heads]
        rows = [first, ["^", "^", "目标申报数", "预算编制数", *["^"] * 6]]
    else:
        columns = ["initial_budget", "annual_budget", "executed", "weight", "execution_rate", "score"]
        if form.kind == "national":
            heads = ["年初预算数", "全年预算数(A)", "全年执行数(B)", "分值", "执行率(B/A)", "得分"]
            side, corner = "项目资金" + unit, ""
        else:
            heads = ["年初预算", "调整后预算数", "预算执行数", "权重", "预算执行率", "得分"]
            side, corner = "预算执行情况(10分)", "年度预算数" + unit
        spare = count - 2 - len(heads)
        rows = [[side, corner, *["<"] * spare, *heads]]
    for label, figures in form.money:
        cells = [figures[name] for name in columns]
        spare = count - 2 - len(cells) - (1 if form.kind == "shanxi" else 0)
        end = [""] if form.kind == "shanxi" else []
        rows.append(["^", label, *["<"] * spare, *cells, *end])
    return rows


def _indicator_rows(form: MadeForm, heads: Sequence[str]) -> Lattice:
    rows = [["绩效指标", *heads]]
    before: dict[str, str] = {}
    for indicator in form.indicators:
        row = ["^"]
        for name in _HEADS[form.kind]:
            text = indicator.texts.get(name, indicator.figures.get(name, ""))
            same = name in ("level1", "level2") and before.get("level1") == indicator.texts["level1"]
            row.append("^" if same and before.get(name) == text else text)
        before = indicator.texts
        rows.append(row)
    return rows


def _spread(cells: Sequence[tuple[str, int]]) -> list[str]:
    return [part for text, span in cells for part in (text, *["<"] * (span - 1))]


def draw_forms(path: Path, forms: Sequence[tuple[MadeForm, Look]], *, together: bool = False) -> Path:
    """Print forms, each on a page of its own unless they shall stand ``together``."""
    drawing = canvas(path)
    top = _TOP
    for index, (form, look) in enumerate(forms):
        if index and not together:
            drawing.showPage()
            top = _TOP
        rows, widths = lattice(form, look)
        top = draw_lattice(drawing, rows, widths, captions(form, look), look, top) - 40
    drawing.save()
    return path


def captions(form: MadeForm, look: Look) -> list[str]:
    """The lines above a form."""
    lines = [] if look.title_inside else [f"{form.project}项目支出绩效自评表"]
    return [*lines, "(2023年度)", *([f"单位：{form.money_unit}"] if look.unit_above else [])]


def draw_lattice(
    drawing: Canvas,
    rows: Lattice,
    widths: Sequence[float],
    above: Sequence[str],
    look: Look | None = None,
    top: float = _TOP,
) -> float:
    """Draw a lattice with merged cells from a height downwards, on as many pages as it needs.

    Returns:
        Where it ends on the last page.
    """
    look = look or Look()
    heights = [_height(row, widths) for row in rows]
    drawing.setFont(FONT, 10)
    for line in above:
        drawing.drawString(_LEFT, top, line)
        top -= 14
    head = next((i for i, row in enumerate(rows) if "三级指标" in row), None)
    start = 0
    carried = False
    while start < len(rows):
        repeated = (
            [head] if carried and look.repeat_head and head is not None and _inside(rows, head, start) else []
        )
        room = top - look.narrow_page - sum(heights[i] for i in repeated)
        end = start
        while end < len(rows) and (end == start or sum(heights[start : end + 1]) <= room):
            end += 1
        # A page break never parts a head from what stands below it.
        while end < len(rows) and end - 1 > start and _is_head(rows, end - 1, head):
            end -= 1
        top = _draw_part(drawing, rows, widths, heights, [*repeated, *range(start, end)], top, look)
        start, carried = end, True
        if start < len(rows):
            drawing.showPage()
            top = _TOP
    return top


def _is_head(rows: Lattice, index: int, head: int | None) -> bool:
    return (
        index == head
        or "年度目标" in rows[index]
        or "预期目标" in rows[index]
        or "执行" in "".join(rows[index][3:])
    )


def _inside(rows: Lattice, head: int, start: int) -> bool:
    """Whether a page begins among the indicators."""
    return (
        head < start < len(rows)
        and rows[start][0] == "^"
        and all(r[0] == "^" for r in rows[head + 1 : start + 1])
    )


def _draw_part(
    drawing: Canvas,
    rows: Lattice,
    widths: Sequence[float],
    heights: Sequence[float],
    part: Sequence[int],
    top: float,
    look: Look,
) -> float:
    edges = [_LEFT + sum(widths[:i]) for i in range(len(widths) + 1)]
    y = [top]
    for index in part:
        y.append(y[-1] - heights[index])
    drawing.setFont(FONT, _SIZE)
    for place, column, owner, down, right in _cells(rows, part):
        text = rows[owner][column]
        is_first, is_last = owner in part, _last_row(rows, owner, column) in part
        if not is_first and not (look.broken == "each" or (look.broken == "last" and is_last)):
            text = ""
        if is_first and not is_last and look.broken == "last":
            text = ""
        x0, x1, y0, y1 = edges[column], edges[column + right], y[place], y[place + down]
        drawing.rect(x0, y1, x1 - x0, y0 - y1)
        lines = wrapped(text, x1 - x0)
        at = (y0 + y1) / 2 + len(lines) * _LEADING / 2 - _SIZE
        for line in lines:
            drawing.drawString(x0 + _PAD, at, line)
            at -= _LEADING
    return y[-1]


def _cells(rows: Lattice, part: Sequence[int]) -> Iterator[tuple[int, int, int, int, int]]:
    """Cells of some rows: place and column, the row that holds the text, rows down and columns right."""
    for place, index in enumerate(part):
        for column, text in enumerate(rows[index]):
            goes_on = text == "^" and place and part[place - 1] == index - 1
            if text == "<" or goes_on:
                continue
            owner = index
            while rows[owner][column] == "^":
                owner -= 1
            right = 1
            while column + right < len(rows[owner]) and rows[owner][column + right] == "<":
                right += 1
            down = 1
            while (
                place + down < len(part)
                and part[place + down] == index + down
                and rows[index + down][column] == "^"
            ):
                down += 1
            yield place, column, owner, down, right


def _last_row(rows: Lattice, owner: int, column: int) -> int:
    last = owner
    while last + 1 < len(rows) and rows[last + 1][column] == "^":
        last += 1
    return last


def wrapped(text: str, width: float) -> list[str]:
    """Lines that fit; digits and Latin letters are half as wide as Chinese characters."""
    lines: list[str] = []
    for part in text.split("\n") if text else ():
        line, used = "", 0.0
        for character in part:
            wide = _SIZE * (0.56 if character.isascii() else 1.0)
            if line and used + wide > width - 2 * _PAD:
                lines.append(line)
                line, used = "", 0.0
            line += character
            used += wide
        lines.append(line)
    return lines


def _height(row: Sequence[str], widths: Sequence[float]) -> float:
    most = 1
    for column, text in enumerate(row):
        if text in ("<", "^"):
            continue
        right = 1
        while column + right < len(row) and row[column + right] == "<":
            right += 1
        # Headings at the left are merged over several rows, which give them room.
        if column:
            most = max(most, len(wrapped(text, sum(widths[column : column + right]))))
    return most * _LEADING + 8


def with_figure(form: MadeForm, row: int, column: str, text: str) -> MadeForm:
    """The form with another figure in a money row."""
    money = [(label, dict(figures)) for label, figures in form.money]
    money[row][1][column] = text
    return replace(form, money=money)
