"""Puts a whole publication together from a form and a seed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from random import Random

from factory.accounts import Accounts, draw_accounts
from factory.figures import Values, figures
from factory.forms import Form, economic_names, forms
from factory.knobs import Knobs, draw_knobs
from factory.model import Block, CaptionLine, Document, FootTitle, Section, Text, Truth
from factory.rows import chinese
from factory.tables import TableSetter


@dataclass(frozen=True)
class _Table:
    title: str
    heading: tuple[Block, ...]
    body: tuple[Block, ...]
    landscape: bool
    shareable: bool


def draw_document(
    form_name: str, seed: int, resize: Callable[[Accounts], Accounts] = lambda accounts: accounts
) -> Document:
    """A made-up publication; the same form and seed give the same one."""
    form = forms()[form_name]
    random = Random(f"{form_name}/{seed}")
    knobs = draw_knobs(random, form.money_unit)
    codes = [c for c in economic_names() if len(c) == 5 and c[:3] in form.economic_classes]
    accounts = resize(draw_accounts(random, random.choice(form.years), codes))
    values = figures(accounts)
    setter = TableSetter(form, accounts, values, knobs, random)
    truth: Truth = {}
    tables, unknown = [], []
    for number, (title, design) in enumerate(form.tables, 1):
        grid, cells, filled = setter.set(design)
        truth |= cells
        if not design.dataset:
            unknown.append(title)
        notes: list[Block] = []
        if form.note:
            notes.append(Text("注：本表反映部门本年度相关收支情况。", "note"))
        if not filled and design.dataset and knobs.empty_note:
            notes.append(Text(knobs.empty_note, "note"))
        heading, caption = _captions(form, accounts, knobs, title, number)
        tables.append(_Table(title, heading, (*caption, grid, *notes), design.landscape, len(grid.rows) < 14))
    sections = _sections(form, accounts, knobs, values, tables, random)
    return Document(
        title=f"{accounts.unit}{accounts.year}年度{accounts.scope}决算",
        unit=accounts.unit,
        year=accounts.year,
        money_unit=knobs.money_unit,
        sections=tuple(sections),
        look=knobs.look,
        truth=truth,
        unknown_titles=tuple(unknown),
    )


def _captions(
    form: Form, accounts: Accounts, knobs: Knobs, title: str, number: int
) -> tuple[tuple[Block, ...], tuple[Block, ...]]:
    colon = "：" if knobs.full_width else ":"
    money = f"{form.money_label}{colon}{knobs.money_unit}"
    heading: tuple[Block, ...] = (Text(title, "title"),)
    label = form.label.format(n=number, c=chinese(number)) if form.label else ""
    if not form.unit_label:
        return heading, (CaptionLine(right=money),)
    unit = f"{form.unit_label}{colon}{accounts.unit}"
    return heading, (
        *((CaptionLine(right=label),) if label else ()),
        CaptionLine(unit, f"{accounts.year}年度", money),
    )


def _sections(
    form: Form, accounts: Accounts, knobs: Knobs, values: Values, tables: list[_Table], random: Random
) -> list[Section]:
    year, scope = accounts.year, accounts.scope
    parts = ["概况", f"{year}年度{scope}决算表", f"{year}年度{scope}决算情况说明", "名词解释"]
    if form.narrative_first:
        parts[1], parts[2] = parts[2], parts[1]
    heads = [f"第{chinese(i)}部分 {part}" for i, part in enumerate(parts, 1)]
    cover = Section((Text(accounts.unit, "cover"), Text(f"{year}年度{scope}决算", "cover")))
    entries = [Text("目录", "part")]
    for head in heads:
        entries.append(Text(head, "entry"))
        if head.endswith("决算表"):
            entries += [Text(f"{chinese(i)}、{t.title}", "entry") for i, t in enumerate(tables, 1)]
    drawn = _table_sections(form, tables, random)
    first = drawn[0]
    at = 2 if form.narrative_first else 1
    drawn[0] = Section((Text(heads[at], "part"), *first.blocks), first.landscape)
    prose = Section((Text(heads[3 - at], "part"), *_narrative(accounts, knobs, values)))
    middle = [prose, *drawn] if form.narrative_first else [*drawn, prose]
    about = Section(
        (Text(heads[0], "part"), Text(f"一、主要职责。{accounts.unit}依法履行职责，承办交办的其他事项。"))
    )
    words = Section(
        (Text(heads[3], "part"), Text("一、财政拨款收入：指单位从同级财政部门取得的财政预算资金。"))
    )
    return [cover, Section(tuple(entries)), about, *middle, words]


def _table_sections(form: Form, tables: list[_Table], random: Random) -> list[Section]:
    """Each table on a page of its own; or small ones together, or a title on the page before."""
    sections: list[Section] = []
    shared = False
    for table in tables:
        last = sections[-1] if sections else None
        if (
            form.shared_pages
            and last
            and table.shareable
            and shared
            and not (table.landscape or last.landscape)
        ):
            blocks = (*last.blocks, *table.heading, *table.body)
            sections[-1] = Section(blocks, last.landscape)
        elif form.foot_titles and last and random.random() < 0.4:
            sections[-1] = Section((*last.blocks, FootTitle(table.title)), last.landscape)
            sections.append(Section(table.body, table.landscape))
        else:
            sections.append(Section((*table.heading, *table.body), table.landscape))
        shared = table.shareable
    return sections


def _narrative(accounts: Accounts, knobs: Knobs, values: Values) -> list[Text]:
    """Sentences that repeat figures of the tables, as printed there."""
    fen = {"元": 100, "万元": 1_000_000}[knobs.money_unit]

    def amount(dataset: str, row: str, column: str) -> str:
        return f"{values.get((dataset, row, column), 0) / fen:.2f}{knobs.money_unit}"

    summary = "income_expenditure_summary"
    total = amount(summary, "income_grand_total", "amount")
    return [
        Text("一、收入支出决算总体情况说明"),
        Text(f"{accounts.year}年度收入总计{total}，支出总计{total}。"),
        Text("二、收入决算情况说明"),
        Text(f"本年收入合计{amount(summary, 'income_total', 'amount')}。"),
        Text("三、支出决算情况说明"),
        Text(
            f"本年支出合计{amount(summary, 'expenditure_total', 'amount')}，"
            f"其中：基本支出{amount('expenditure', 'total', 'basic')}，"
            f"项目支出{amount('expenditure', 'total', 'project')}。"
        ),
        Text("四、政府性基金预算收支情况说明"),
        Text(f"政府性基金预算财政拨款支出{amount('government_fund', 'total', 'total')}。"),
    ]
