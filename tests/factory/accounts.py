"""Random accounts of one unit that add up exactly, in integers of 分.

They start from what each functional code (项) had, received and spent out of each budget and beside
the budgets; every published table is worked out of that, so that all identities hold by construction.
"""

from __future__ import annotations

import csv
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from random import Random

HERE = Path(__file__).parent
BUDGETS = ("general_budget", "government_fund", "state_capital")
SOURCES = ("superior_subsidy", "institutional", "commercial", "affiliate_remittance", "other")
OWN_KINDS = ("basic", "project", "remitted_to_superior", "commercial", "subsidy_to_affiliates")
#: Classes of the general budget; 224 is from 2019 on.
_GENERAL_CLASSES = ("201", "204", "205", "206", "207", "208", "210", "211", "212", "213", "221", "224", "229")
_FUND_GROUPS = ("21208", "22960")
_CAPITAL_GROUPS = ("22301",)
#: What makes each unit's name: a place and a body.
_PLACES = ("泽川市", "云溪县", "临河区", "青岭市", "安平县", "石桥区", "江北新区", "东湖市")
_BODIES = ("民政局", "教育局", "水务局", "人民法院", "图书馆", "第一小学", "应急管理局", "司法局",
           "社会保险事业服务中心", "农业农村局（本级）", "机关事务管理局", "文化馆")  # fmt: skip
_PERSONNEL = ("301", "303")
VEHICLES = ("deputy_minister", "principal_official", "confidential", "emergency", "law_enforcement",
            "special_technical", "retired_cadre", "other")  # fmt: skip


@dataclass(frozen=True)
class Appropriation:
    """What a code has of one budget."""

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


@dataclass(frozen=True)
class Own:
    """What a code takes in and spends beside appropriations, by source and by kind."""

    income: Mapping[str, int]
    spent: Mapping[str, int]


@dataclass(frozen=True)
class ThreePublic:
    """三公 on one basis."""

    abroad: int
    vehicle_purchase: int
    vehicle_operation: int
    hospitality: int

    @property
    def vehicles(self) -> int:
        return self.vehicle_purchase + self.vehicle_operation

    @property
    def total(self) -> int:
        return self.abroad + self.vehicles + self.hospitality


@dataclass(frozen=True)
class Accounts:
    """One unit's year."""

    unit: str
    year: int
    scope: str
    names: Mapping[str, str]
    budgets: Mapping[str, Mapping[str, Appropriation]]
    own: Mapping[str, Own]
    own_opening: int
    own_used: int
    distribution: int
    economic: Mapping[str, int]
    three_public: Mapping[str, ThreePublic]
    procurement: Mapping[str, int]
    operating: Mapping[str, int]
    vehicles: Mapping[str, int]
    equipment: int

    def opening(self, budget: str) -> int:
        return sum(a.opening for a in self.budgets[budget].values())

    def income(self, budget: str) -> int:
        return sum(a.income for a in self.budgets[budget].values())

    @property
    def own_income(self) -> int:
        return sum(sum(o.income.values()) for o in self.own.values())

    @property
    def own_spent(self) -> int:
        return sum(sum(o.spent.values()) for o in self.own.values())

    @property
    def own_closing(self) -> int:
        brought = self.own_opening + self.own_used + self.own_income
        return brought - self.own_spent - self.distribution


def draw_accounts(random: Random, year: int, economic_codes: Sequence[str]) -> Accounts:
    """Accounts drawn at random; the state capital budget is there from 2020 on.

    Args:
        random: where chance comes from.
        year: the fiscal year.
        economic_codes: economic items (款) that the form prints, 309 and 311 left out.
    """
    names = _functional_names(year)
    budgets = {
        "general_budget": _general_budget(random, names, year),
        "government_fund": _other_budget(random, names, _FUND_GROUPS),
        "state_capital": _other_budget(random, names, _CAPITAL_GROUPS) if year >= 2020 else {},
    }
    own = _own(random, tuple(budgets["general_budget"]))
    own_income = sum(sum(o.income.values()) for o in own.values())
    own_spent = sum(sum(o.spent.values()) for o in own.values())
    used, distribution = _perhaps(random, 0.2), _perhaps(random, 0.2)
    # What the unit had of its own always suffices for what it spent.
    opening = max(0, own_spent + distribution - used - own_income) + _perhaps(random, 0.6)
    basic = sum(a.basic for a in budgets["general_budget"].values())
    economic = dict(zip(economic_codes, _shares(random, basic, len(economic_codes), 0.45), strict=True))
    nothing = random.random() < 0.15
    final = ThreePublic(
        *(
            0 if nothing and not economic.get(code, 0) else economic.get(code, 0) + _perhaps(random, 0.3)
            for code in ("30212", "31013", "30231", "30217")
        )
    )
    budget = ThreePublic(
        *(
            0 if nothing else amount + _perhaps(random, 0.5)
            for amount in (final.abroad, final.vehicle_purchase, final.vehicle_operation, final.hospitality)
        )
    )
    vehicles = [0 if random.random() < 0.6 else random.randint(1, 30) for _ in VEHICLES]
    return Accounts(
        unit=random.choice(_PLACES) + random.choice(_BODIES),
        year=year,
        scope=random.choice(("部门", "单位")),
        names=names,
        budgets=budgets,
        own=own,
        own_opening=opening,
        own_used=used,
        distribution=distribution,
        economic=economic,
        three_public={"budget": budget, "final": final},
        procurement={k: _perhaps(random, 0.6) for k in ("goods", "works", "services")},
        operating={k: _perhaps(random, 0.4) for k in ("administrative", "civil_service_managed")},
        vehicles=dict(zip(VEHICLES, vehicles, strict=True)),
        equipment=random.choice((0, 0, random.randint(1, 40))),
    )


def _functional_names(year: int) -> dict[str, str]:
    with (HERE / "data" / "functional.tsv").open(encoding="utf-8", newline="") as file:
        names = dict(csv.reader(file, delimiter="\t"))
    if year <= 2018:
        names |= {"207": "文化体育与传媒支出", "210": "医疗卫生与计划生育支出"}
        names = {c: n for c, n in names.items() if not c.startswith("224")}
    return names


def _amount(random: Random) -> int:
    """From some 30 元 to some billions, in 分; round sums are common in real accounts."""
    fen = int(10 ** random.uniform(3.5, random.choice((7.0, 8.5, 10.0, 11.5))))
    return fen if random.random() < 0.7 else max(1, fen // 10**6) * 10**6


def _perhaps(random: Random, chance: float) -> int:
    return _amount(random) if random.random() < chance else 0


def _shares(random: Random, whole: int, count: int, chance: float) -> list[int]:
    """Random parts that add up to the whole; each of them is there with a chance."""
    weights = [random.random() ** 3 if random.random() < chance else 0.0 for _ in range(count)]
    weights[0] += 0.1
    parts = [int(whole * (w / sum(weights))) for w in weights]
    parts[0] += whole - sum(parts)
    return parts


def _items(names: Mapping[str, str], prefix: str) -> list[str]:
    return [c for c in names if len(c) == 7 and c.startswith(prefix)]


def _general_budget(random: Random, names: Mapping[str, str], year: int) -> dict[str, Appropriation]:
    classes = [c for c in _GENERAL_CLASSES if year >= 2019 or c != "224"]
    chosen = sorted({"208", "210", "221", *random.sample(classes, random.randint(1, 5))})
    pool = [c for cls in chosen for c in _items(names, cls) if c[:5] not in _FUND_GROUPS]
    kept = [c for c in pool if random.random() < 0.7] or pool[:1]
    found = {code: _appropriation(random) for code in kept}
    if not any(a.basic for a in found.values()):
        found[kept[0]] = Appropriation(0, 7_654_321, 7_654_321, 0)
    return found


def _appropriation(random: Random) -> Appropriation:
    opening = _perhaps(random, 0.25)
    income = _amount(random) if random.random() < 0.9 else 0
    spent = opening + income - (random.randint(0, opening + income) if random.random() < 0.2 else 0)
    kind = random.choice(("basic", "project", "both"))
    basic = spent if kind == "basic" else 0 if kind == "project" else random.randint(0, spent)
    return Appropriation(opening, income, basic, spent - basic)


def _other_budget(
    random: Random, names: Mapping[str, str], groups: Sequence[str]
) -> dict[str, Appropriation]:
    if random.random() < 0.5:
        return {}
    pool = [c for group in groups for c in _items(names, group)]
    return {
        code: _appropriation(random) for code in sorted(random.sample(pool, random.randint(1, len(pool))))
    }


def _own(random: Random, codes: Sequence[str]) -> dict[str, Own]:
    if random.random() < 0.3:
        return {}
    found = {}
    for code in sorted(random.sample(codes, min(len(codes), random.randint(1, 3)))):
        income = {source: _perhaps(random, 0.4) for source in SOURCES}
        if random.random() < 0.1:
            # What was paid back stands with a minus sign.
            income["other"] = -_amount(random)
        found[code] = Own(income, {kind: _perhaps(random, 0.3) for kind in OWN_KINDS})
    return found
