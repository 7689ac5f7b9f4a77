"""Every figure that a form can print, worked out of the accounts: by dataset, row and column, in 分."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping

from factory.accounts import BUDGETS, OWN_KINDS, SOURCES, Accounts, Appropriation

#: A figure by dataset, row and column.
Values = dict[tuple[str, str, str], int]
Rows = Mapping[str, Mapping[str, int]]


def figures(accounts: Accounts) -> Values:
    """All figures of all tables, zeros included where a row is on every form."""
    values: Values = {}
    tables: dict[str, Rows] = {
        "income": _tree(_income(accounts)),
        "expenditure": _tree(_expenditure(accounts)),
        "general_budget_expenditure": _tree(_budget(accounts.budgets["general_budget"])),
        "government_fund": _tree(_budget(accounts.budgets["government_fund"])),
        "state_capital": _tree(_budget(accounts.budgets["state_capital"])),
        "basic_expenditure": _basic(accounts),
        "three_public": _three_public(accounts),
        "disclosure_statistics": _statistics(accounts),
    }
    tables["appropriation_summary"] = _appropriation_summary(accounts)
    tables["income_expenditure_summary"] = _summary(accounts, tables["expenditure"])
    for dataset, rows in tables.items():
        for row, columns in rows.items():
            for column, fen in columns.items():
                values[dataset, row, column] = fen
    return values


def rows_of(values: Values, dataset: str) -> list[str]:
    """Codes of a table that have any figure but zero, in ascending order, ``total`` left out."""
    found = {row for (d, row, _), fen in values.items() if d == dataset and fen and row.isdigit()}
    return sorted(found)


def _tree(leaves: Rows) -> dict[str, dict[str, int]]:
    """Sums over 款, 类 and all."""
    rows: dict[str, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    for code, amounts in leaves.items():
        for row in (code, code[:5], code[:3], "total"):
            for column, fen in amounts.items():
                rows[row][column] += fen
    return rows


def _income(accounts: Accounts) -> Rows:
    rows: dict[str, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    for budget in BUDGETS:
        for code, a in accounts.budgets[budget].items():
            rows[code]["fiscal_appropriation"] += a.income
            rows[code]["total"] += a.income
    for code, own in accounts.own.items():
        for source in SOURCES:
            rows[code][source] += own.income[source]
            rows[code]["total"] += own.income[source]
    return rows


def _expenditure(accounts: Accounts) -> Rows:
    rows: dict[str, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    for budget in BUDGETS:
        for code, a in accounts.budgets[budget].items():
            for kind, fen in (("basic", a.basic), ("project", a.project), ("total", a.spent)):
                rows[code][kind] += fen
    for code, own in accounts.own.items():
        for kind in OWN_KINDS:
            rows[code][kind] += own.spent[kind]
            rows[code]["total"] += own.spent[kind]
    return rows


def _budget(codes: Mapping[str, Appropriation]) -> Rows:
    return {
        code: {
            "opening_balance": a.opening,
            "income": a.income,
            "total": a.spent,
            "basic": a.basic,
            "project": a.project,
            "closing_balance": a.closing,
        }
        for code, a in codes.items()
    }


def _basic(accounts: Accounts) -> Rows:
    amounts: dict[str, int] = defaultdict(int)
    for code, fen in accounts.economic.items():
        amounts[code] += fen
        amounts[code[:3]] += fen
        amounts["personnel_total" if code[:3] in ("301", "303") else "public_total"] += fen
    return {row: {"amount": fen} for row, fen in amounts.items()}


def _three_public(accounts: Accounts) -> Rows:
    return {
        basis: {
            "total": t.total,
            "abroad": t.abroad,
            "vehicles": t.vehicles,
            "vehicle_purchase": t.vehicle_purchase,
            "vehicle_operation": t.vehicle_operation,
            "hospitality": t.hospitality,
        }
        for basis, t in accounts.three_public.items()
    }


def _statistics(accounts: Accounts) -> Rows:
    money = {f"procurement_{k}": fen for k, fen in accounts.procurement.items()}
    money["procurement_total"] = sum(money.values())
    money |= {f"operating_{k}": fen for k, fen in accounts.operating.items()}
    counts = {f"vehicles_{k}": n for k, n in accounts.vehicles.items()}
    counts |= {"vehicles_total": sum(counts.values()), "equipment_over_1m": accounts.equipment}
    return {row: {"amount": v} for row, v in money.items()} | {row: {"count": v} for row, v in counts.items()}


def _appropriation_summary(accounts: Accounts) -> Rows:
    rows: dict[str, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    for budget in BUDGETS:
        opening, income = accounts.opening(budget), accounts.income(budget)
        for row in (f"{budget}_income", "income_total", "income_grand_total"):
            rows[row]["total"] += income
        for row in (f"opening_{budget}", "opening_balance", "income_grand_total"):
            rows[row]["total"] += opening
        for code, a in accounts.budgets[budget].items():
            for column in ("total", budget):
                rows[code[:3]][column] += a.spent
                rows["expenditure_total"][column] += a.spent
                rows["closing_balance"][column] += a.closing
                rows["expenditure_grand_total"][column] += a.spent + a.closing
    return rows


def _summary(accounts: Accounts, expenditure: Rows) -> Rows:
    rows = {f"{budget}_income": accounts.income(budget) for budget in BUDGETS}
    # Before 2019 one line stands for all budgets.
    rows["fiscal_appropriation_income"] = sum(rows.values())
    for source in SOURCES:
        rows[f"{source}_income"] = sum(own.income[source] for own in accounts.own.values())
    openings = sum(accounts.opening(budget) for budget in BUDGETS)
    closings = sum(a.closing for codes in accounts.budgets.values() for a in codes.values())
    income_total = rows["fiscal_appropriation_income"] + accounts.own_income
    spent = expenditure["total"]["total"]
    rows |= {row: columns["total"] for row, columns in expenditure.items() if len(row) == 3}
    rows |= {
        "income_total": income_total,
        "nonfiscal_balance_used": accounts.own_used,
        "opening_balance": openings + accounts.own_opening,
        "income_grand_total": income_total + accounts.own_used + openings + accounts.own_opening,
        "expenditure_total": spent,
        "surplus_distribution": accounts.distribution,
        "closing_balance": closings + accounts.own_closing,
        "expenditure_grand_total": spent + accounts.distribution + closings + accounts.own_closing,
    }
    return {row: {"amount": fen} for row, fen in rows.items()}
