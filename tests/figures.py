"""Made-up accounts of one unit that add up exactly, as published tables.

The accounts start from what was brought forward, received and spent on each functional code out of
each budget; every table is worked out from that in plain arithmetic, without looking at the contracts.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from at_hand import ROOT
from msgspec.structs import replace

from jcfs_etl.audit import Check, Figures
from jcfs_etl.audit.identities import Binding, bind
from jcfs_etl.audit.spans import judge
from jcfs_etl.contracts import load_contracts
from jcfs_etl.contracts.identity import Identity
from jcfs_etl.places import Box, Key
from jcfs_etl.recognise.model import Fact, Publication, PublishedTable, TableRow

SHIPPED = ROOT / "contracts"
CONTRACTS = load_contracts(SHIPPED, extra=())

#: 0.01 万元 in 分, the unit of the last printed decimal, and half of it.
STEP = 10_000
HALF = STEP // 2

#: Amounts by row and column in 分; None where the cell is blank.
Rows = Mapping[str, Mapping[str, int | None]]
Tables = dict[str, PublishedTable]

#: Each identity of the shipped contracts, with the dataset whose contract holds it.
IDENTITIES: dict[str, tuple[Identity, str | None]] = {
    identity.id: (identity, home)
    for home, identities in (
        *((d, t.identities) for d, t in CONTRACTS.tables.items()),
        (None, CONTRACTS.identities),
    )
    for identity in identities
}


class Fund(NamedTuple):
    """What a code has of one budget, in 0.01 万元."""

    opening: int
    income: int
    basic: int
    project: int

    @property
    def spent(self) -> int:
        return self.basic + self.project

    @property
    def closing(self) -> int:
        return self.opening + self.income - self.spent


class Own(NamedTuple):
    """What a code takes in and spends beside appropriations, in 0.01 万元."""

    superior_subsidy: int
    institutional: int
    commercial: int
    affiliate_remittance: int
    other: int
    basic: int
    project: int
    remitted_to_superior: int
    commercial_spent: int
    subsidy_to_affiliates: int

    @property
    def income(self) -> int:
        return sum(self[:5])

    @property
    def spent(self) -> int:
        return sum(self[5:])


BUDGETS: dict[str, dict[str, Fund]] = {
    "general_budget": {
        "2080101": Fund(1203, 80051, 60033, 20017),
        "2080199": Fund(507, 9013, 4001, 5003),
        "2080505": Fund(11, 7009, 6007, 1001),
        "2101102": Fund(29, 4003, 3011, 907),
        "2120101": Fund(41, 2503, 1201, 1103),
    },
    "government_fund": {
        "2120801": Fund(301, 5003, 211, 4507),
        "2120899": Fund(17, 907, 101, 601),
        "2290401": Fund(23, 1511, 307, 1009),
    },
    "state_capital": {
        "2230201": Fund(103, 1207, 131, 1019),
        "2230299": Fund(7, 509, 113, 307),
        "2230301": Fund(13, 211, 19, 173),
    },
}
OWN: dict[str, Own] = {
    "2080101": Own(1301, 2203, 307, 211, 109, 1501, 1103, 401, 223, 127),
    "2120101": Own(53, 61, 67, 71, 73, 79, 83, 89, 97, 101),
}
OWN_OPENING, OWN_USED, SURPLUS_DISTRIBUTION = 4021, 1009, 713

#: Basic expenditure of the general public budget by economic code, without basic wages (30101).
ECONOMIC = {
    "30102": 9001,
    "30199": 307,
    "30201": 2503,
    "30212": 101,
    "30217": 53,
    "30231": 211,
    "30302": 1307,
    "30399": 29,
    "31002": 401,
    "31013": 1901,
}


def accounts(*, before_2019: bool = False) -> Tables:
    """All ten tables with every row and column filled.

    Args:
        before_2019: print one line 财政拨款收入 on 收入支出决算总表 in place of one for each budget,
            and 合计 of all economic classes on the table of basic expenditure.
    """
    tables = (
        _summary(before_2019),
        published("income", {"": code_tree(_income_by_code())}),
        published("expenditure", {"": code_tree(_expenditure_by_code())}),
        _appropriation_summary(),
        published(
            "general_budget_expenditure",
            {
                "": code_tree(
                    {
                        code: {"total": f.spent, "basic": f.basic, "project": f.project}
                        for code, f in BUDGETS["general_budget"].items()
                    }
                )
            },
        ),
        published("basic_expenditure", {"": _basic_expenditure(one_total=before_2019)}),
        _with_balances("government_fund"),
        _with_balances("state_capital"),
        published(
            "three_public", {"": {"budget": _three(131, 2003, 331, 97), "final": _three(113, 1907, 307, 61)}}
        ),
        _statistics(),
    )
    return {table.dataset: table for table in tables}


def published(dataset: str, sides: Mapping[str, Rows], *, half: int = HALF) -> PublishedTable:
    """A published table of rows in printed order, by side; a form without sides has one named ""."""
    rows = [(side, row, amounts) for side, group in sides.items() for row, amounts in group.items()]
    codes = [row for _, row, _ in rows if row.isdigit()]
    facts = []
    for line, (_, row, amounts) in enumerate(rows):
        for index, (column, value) in enumerate(amounts.items()):
            box = Box(100.0 + 60 * index, 100.0 + 12 * line, 160.0 + 60 * index, 112.0 + 12 * line)
            facts.append(_fact(Key(dataset, row, column), value, box))
    return PublishedTable(
        dataset=dataset,
        title=CONTRACTS.tables[dataset].title,
        pages=(5,),
        state="filled",
        declared_empty=False,
        money_unit="万元",
        half=half,
        rows=tuple(
            TableRow(
                row,
                f"项目{row}",
                side=side,
                level=len(row) // 2 if row.isdigit() else 0,
                is_leaf=row.isdigit() and not any(c != row and c.startswith(row) for c in codes),
            )
            for side, row, _ in rows
        ),
        facts=tuple(facts),
        columns=tuple(dict.fromkeys(column for _, _, amounts in rows for column in amounts)),
    )


def publication(tables: Tables) -> Publication:
    """A publication of these tables."""
    return Publication(
        unit="某市示例服务中心",
        year=2023,
        scope="unit",
        title="某市示例服务中心2023年度单位决算",
        money_unit="万元",
        decimals=-2,
        tables=tables,
        missing=(),
        declined=None,
        findings=(),
    )


def figures_of(tables: Tables) -> Figures:
    """What identities can be bound to."""
    return Figures.of_tables(tables, CONTRACTS)


def bound(identity_id: str, tables: Tables) -> Binding:
    """An identity of the shipped contracts, bound to these tables."""
    identity, home = IDENTITIES[identity_id]
    return bind(identity, home, figures_of(tables), CONTRACTS)


def tried(identity_id: str, tables: Tables) -> list[Check]:
    """An identity of the shipped contracts tried on these tables; empty where it does not bind."""
    figures = figures_of(tables)
    return [judge(equation, figures) for equation in bound(identity_id, tables).equations]


def value_of(tables: Tables, key: Key) -> int:
    """The amount of a cell that is not blank."""
    value = tables[key.dataset].by_key[key].value
    assert value is not None
    return value


def with_value(tables: Tables, key: Key, value: int | None) -> Tables:
    """The same tables with another value in one cell; None makes it blank."""
    table = tables[key.dataset]
    assert key in table.by_key
    facts = tuple(_fact(key, value, f.box) if f.key == key else f for f in table.facts)
    return tables | {key.dataset: replace(table, facts=facts)}


def without_rows(tables: Tables, dataset: str, *rows: str) -> Tables:
    """The same tables on a form that does not print these rows."""
    table = tables[dataset]
    assert set(rows) <= {r.row for r in table.rows}
    kept = replace(
        table,
        rows=tuple(r for r in table.rows if r.row not in rows),
        facts=tuple(f for f in table.facts if f.key.row not in rows),
    )
    return tables | {dataset: kept}


def without_columns(tables: Tables, dataset: str, *columns: str) -> Tables:
    """The same tables on a form that does not print these columns."""
    table = tables[dataset]
    assert set(columns) <= set(table.columns)
    kept = replace(
        table,
        columns=tuple(c for c in table.columns if c not in columns),
        facts=tuple(f for f in table.facts if f.key.column not in columns),
    )
    return tables | {dataset: kept}


def without_cell(tables: Tables, key: Key) -> Tables:
    """The same tables with one cell that could not be read: the row is there, the figure is not."""
    table = tables[key.dataset]
    assert key in table.by_key
    return tables | {key.dataset: replace(table, facts=tuple(f for f in table.facts if f.key != key))}


def code_tree(items: Mapping[str, Mapping[str, int]]) -> dict[str, dict[str, int]]:
    """Amounts in 分 of items (项), summed up into 款, 类 and 合计, in the order in which forms print them."""
    tree: dict[str, dict[str, int]] = {}
    for code, amounts in items.items():
        for row in ("total", code[:3], code[:5], code):
            sums = tree.setdefault(row, dict.fromkeys(amounts, 0))
            for column, amount in amounts.items():
                sums[column] += amount * STEP
    return {row: tree[row] for row in ("total", *sorted(c for c in tree if c != "total"))}


def _fact(key: Key, value: int | None, box: Box) -> Fact:
    count = key.column == "count"
    printed = "" if value is None else str(value) if count else f"{value / 10**6:.6f}"
    return Fact(key, printed, None if count else value, value if count else None, value is None, 5, box)


def _codes() -> list[str]:
    return sorted({code for budget in BUDGETS.values() for code in budget} | set(OWN))


def _income_by_code() -> dict[str, dict[str, int]]:
    rows = {}
    for code in _codes():
        own = OWN.get(code, Own(*[0] * 10))
        fiscal = sum(budget[code].income for budget in BUDGETS.values() if code in budget)
        rows[code] = {
            "total": fiscal + own.income,
            "fiscal_appropriation": fiscal,
            "superior_subsidy": own.superior_subsidy,
            "institutional": own.institutional,
            "commercial": own.commercial,
            "affiliate_remittance": own.affiliate_remittance,
            "other": own.other,
        }
    return rows


def _expenditure_by_code() -> dict[str, dict[str, int]]:
    rows = {}
    for code in _codes():
        own = OWN.get(code, Own(*[0] * 10))
        funds = [budget[code] for budget in BUDGETS.values() if code in budget]
        rows[code] = {
            "total": sum(f.spent for f in funds) + own.spent,
            "basic": sum(f.basic for f in funds) + own.basic,
            "project": sum(f.project for f in funds) + own.project,
            "remitted_to_superior": own.remitted_to_superior,
            "commercial": own.commercial_spent,
            "subsidy_to_affiliates": own.subsidy_to_affiliates,
        }
    return rows


def _summary(before_2019: bool) -> PublishedTable:
    own = list(OWN.values())
    received = {b: sum(f.income for f in funds.values()) for b, funds in BUDGETS.items()}
    spent = {code: row["total"] for code, row in code_tree(_expenditure_by_code()).items() if len(code) == 3}
    income = sum(received.values()) + sum(o.income for o in own)
    opening = sum(f.opening for funds in BUDGETS.values() for f in funds.values()) + OWN_OPENING
    own_closing = OWN_OPENING + OWN_USED - SURPLUS_DISTRIBUTION + sum(o.income - o.spent for o in own)
    closing = sum(f.closing for funds in BUDGETS.values() for f in funds.values()) + own_closing
    lines = {"fiscal_appropriation_income": sum(received.values())} if before_2019 else {}
    if not before_2019:
        lines = {f"{budget}_income": amount for budget, amount in received.items()}
    lines |= {
        "superior_subsidy_income": sum(o.superior_subsidy for o in own),
        "institutional_income": sum(o.institutional for o in own),
        "commercial_income": sum(o.commercial for o in own),
        "affiliate_remittance_income": sum(o.affiliate_remittance for o in own),
        "other_income": sum(o.other for o in own),
        "income_total": income,
        "nonfiscal_balance_used": OWN_USED,
        "opening_balance": opening,
        "income_grand_total": income + OWN_USED + opening,
    }
    total = sum(spent.values())
    return published(
        "income_expenditure_summary",
        {
            "income": {row: {"amount": amount * STEP} for row, amount in lines.items()},
            "expenditure": {
                **{code: {"amount": amount} for code, amount in spent.items()},
                "expenditure_total": {"amount": total},
                "surplus_distribution": {"amount": SURPLUS_DISTRIBUTION * STEP},
                "closing_balance": {"amount": closing * STEP},
                "expenditure_grand_total": {"amount": total + (SURPLUS_DISTRIBUTION + closing) * STEP},
            },
        },
    )


def _appropriation_summary() -> PublishedTable:
    received = {b: sum(f.income for f in funds.values()) * STEP for b, funds in BUDGETS.items()}
    opening = {b: sum(f.opening for f in funds.values()) * STEP for b, funds in BUDGETS.items()}
    closing = {b: sum(f.closing for f in funds.values()) * STEP for b, funds in BUDGETS.items()}
    classes = sorted({code[:3] for funds in BUDGETS.values() for code in funds})
    by_class = {
        name: {
            b: sum(f.spent for code, f in funds.items() if code.startswith(name)) * STEP
            for b, funds in BUDGETS.items()
        }
        for name in classes
    }
    spent = {b: sum(f.spent for f in funds.values()) * STEP for b, funds in BUDGETS.items()}
    lines = {
        **{f"{b}_income": amount for b, amount in received.items()},
        "income_total": sum(received.values()),
        "opening_balance": sum(opening.values()),
        **{f"opening_{b}": amount for b, amount in opening.items()},
        "income_grand_total": sum(received.values()) + sum(opening.values()),
    }
    spending = {
        **by_class,
        "expenditure_total": spent,
        "closing_balance": closing,
        "expenditure_grand_total": {b: spent[b] + closing[b] for b in BUDGETS},
    }
    return published(
        "appropriation_summary",
        {
            "income": {row: {"total": amount} for row, amount in lines.items()},
            "expenditure": {row: {"total": sum(by.values()), **by} for row, by in spending.items()},
        },
    )


def _with_balances(budget: str) -> PublishedTable:
    items = {
        code: {
            "opening_balance": f.opening,
            "income": f.income,
            "total": f.spent,
            "basic": f.basic,
            "project": f.project,
            "closing_balance": f.closing,
        }
        for code, f in BUDGETS[budget].items()
    }
    return published(budget, {"": code_tree(items)})


def _basic_expenditure(*, one_total: bool) -> dict[str, dict[str, int]]:
    wages = sum(f.basic for f in BUDGETS["general_budget"].values()) - sum(ECONOMIC.values())
    leaves = {"30101": wages, **ECONOMIC}
    classes = {c: sum(v for code, v in leaves.items() if code[:3] == c) for c in ("301", "302", "303", "310")}
    amounts = dict(sorted({**leaves, **classes}.items())) | {
        "personnel_total": classes["301"] + classes["303"],
        "public_total": classes["302"] + classes["310"],
    }
    if one_total:
        amounts["total"] = sum(classes.values())
    return {row: {"amount": amount * STEP} for row, amount in amounts.items()}


def _three(abroad: int, purchase: int, operation: int, hospitality: int) -> dict[str, int]:
    amounts = {
        "total": abroad + purchase + operation + hospitality,
        "abroad": abroad,
        "vehicles": purchase + operation,
        "vehicle_purchase": purchase,
        "vehicle_operation": operation,
        "hospitality": hospitality,
    }
    return {column: amount * STEP for column, amount in amounts.items()}


def _statistics() -> PublishedTable:
    money = {
        "procurement_total": 4001 + 5003 + 6007,
        "procurement_goods": 4001,
        "procurement_works": 5003,
        "procurement_services": 6007,
        "operating_administrative": 8009,
        "operating_civil_service_managed": 211,
    }
    kinds = (
        "deputy_minister",
        "principal_official",
        "confidential",
        "emergency",
        "law_enforcement",
        "special_technical",
        "retired_cadre",
        "other",
    )
    vehicles = {f"vehicles_{kind}": number for number, kind in enumerate(kinds, start=1)}
    pieces = {"vehicles_total": sum(vehicles.values()), **vehicles, "equipment_over_1m": 3}
    return published(
        "disclosure_statistics",
        {
            "all": {
                **{row: {"amount": amount * STEP} for row, amount in money.items()},
                **{row: {"count": count} for row, count in pieces.items()},
            }
        },
    )


def blank_cells(tables: Tables, keys: Iterable[Key]) -> Tables:
    """The same tables with nothing printed in these cells."""
    for key in keys:
        tables = with_value(tables, key, None)
    return tables
