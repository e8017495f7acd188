"""Random small markets in which there is usually something to trade.

`tests.markets` takes every quantity from its whole declared range; most such markets are dead. Here what makes or
breaks a market stays near the defaults and the rest is as wild as ever.
"""

import random
from typing import Any

from pydantic.fields import FieldInfo

from sim.config import SECTIONS, Market, most_partners, quantities
from sim.sections import Department, Section, Strategy, Tier
from sim.shocks import MEANT_FOR, SHOCKS, SIZES
from tests.markets import GENERATED, NAMES

RANGES: dict[str, tuple[float, float]] = {
    # sizes a test can afford
    "dimensions": (1, 5), "customers": (8, 40), "slots": (2, 8), "firms": (1, 8), "partners": (0, 8),
    "platform_slots": (0, 6), "breadth": (1, 15), "social_degree": (2, 8), "market_degree": (2, 8),
    "firm_capacity": (0, 8), "peer_capacity": (1, 5), "couriers": (0, 5), "courier_capacity": (1, 6),
    "firms_per_partner": (1, 3), "peer_share": (0, 0.6),
    # what makes or breaks a market
    "value": (16, 60), "specificity": (0, 1.5), "complexity": (0, 0.8), "incident": (0, 0.4), "noise": (0, 0.3),
    "cost": (0, 6), "c_effort": (0, 3), "c_invest": (0, 2), "c_dialogue": (0, 2), "c_transparency": (0, 1),
    "c_repair": (0, 4), "c_innovate": (0, 2), "scale_economy": (0, 1),
    "c_advertising": (0, 2), "c_delivery": (0, 2), "delivery_pay": (0, 3), "delivery_weight": (0, 1),
    "frequency": (0.5, 1), "turnover": (0, 0.15), "drift": (0, 0.1), "trend_flip": (0, 0.3), "beta": (0.2, 8),
    "risk": (0, 0.7), "switching": (0, 2), "search": (0, 0.6), "talk": (0, 0.6),
    "complement": (0, 2), "revenue_share": (0, 0.4),
    "fee": (0, 0.5), "operating_cost": (0, 1), "customer_subsidy": (0, 2), "peer_subsidy": (0, 2), "leak": (0.5, 1),
    "curation": (0, 0.6), "influencers": (0, 0.4), "memory": (0.6, 1),
    "imitate": (0, 0.3), "selection": (0, 5), "mutation": (0, 0.1), "credit": (0, 60), "engagement_rate": (0, 0.3),
    "joining": (0, 0.4), "first_peers": (0.3, 1), "first_members": (0.3, 1), "outside_earnings": (0, 3),
    "attention": (0, 3),
    "markup": (-1, 0.5), "effort": (0.4, 1), "community": (0, 5), "waste": (0, 0.3),
}  # fmt: skip
TIER = {"firms": (1, 6), "known": (1, 4), "work": (0.0, 0.15), "input_weight": (0.15, 0.7), "orders": (0.0, 1.0)}
LAST_SHOCK = 20  # period
BEARABLE = {"need jump": 0.6, "demand fall": 0.6, "supplier failure": 0.6, "licence rule": 0.6}  # most of a size


def lively(number: int) -> Market:
    """Return random market `number`."""
    luck = random.Random(number)
    tables: dict[str, dict] = {section: {} for section in SECTIONS}
    for section, name, field in quantities():
        if section in ("rules", "variants"):  # the standard ones; the others: tests/test_variants.py
            continue
        if field.annotation in (int, float):
            tables[section][name] = quantity(luck, name, field)
        elif name in ("social", "market"):
            tables[section][name] = luck.choice(GENERATED)
        else:
            tables[section][name] = mix(luck)
    reconcile(luck, tables)
    knobs = {name: {k: quantity(luck, k, f) for k, f in Strategy.model_fields.items()} for name in NAMES}
    upstream = {"departments": tiers(luck, Department, "department"), "chain": tiers(luck, Tier, "tier")}
    shocks = dict(shock(luck, tables, upstream) for _ in range(luck.choice((0, 1, 2, 3, 6))))
    return Market.model_validate({**tables, **upstream, "shocks": shocks, "strategies": knobs})


def reconcile(luck: random.Random, tables: dict[str, dict]) -> None:
    """Make quantities fit each other."""
    firms, slots = tables["providers"]["firms"], tables["customers"]["slots"]
    partners, platform = tables["partners"], tables["platform"]
    partners["firms_per_partner"] = min(partners["firms_per_partner"], firms)
    most = most_partners(partners["partners"], partners["firms_per_partner"], firms)
    partners["revenue_share"] = min(partners["revenue_share"], 0.3 / max(most, 1))
    alone = tables["providers"]["peer_share"] * tables["customers"]["customers"] < 1
    platform["platform_slots"] = min(platform["platform_slots"], slots - alone)
    if platform["platform_slots"] == 0 or luck.random() < 0.4:
        tables["couriers"]["couriers"] = 0
    if luck.random() < 0.4:
        tables["participation"] = {}


def tiers(luck: random.Random, kind: type[Section], name: str) -> dict[str, dict]:
    """Return none to three departments, or tiers of a chain."""
    return {f"{name} {n}": tier(luck, kind) for n in range(luck.choice((0, 0, 0, 1, 1, 2, 3)))}


def tier(luck: random.Random, kind: type[Section]) -> dict[str, Any]:
    """Return the quantities of one tier."""
    table: dict[str, Any] = {"strategies": mix(luck)}
    for name, (low, high) in TIER.items():
        if name in kind.model_fields:
            table[name] = luck.randint(low, high) if isinstance(low, int) else luck.uniform(low, high)
    return table


def shock(luck: random.Random, tables: dict[str, dict], upstream: dict[str, dict]) -> tuple[str, dict[str, Any]]:
    """Return a shock that the market has grounds for, and its name."""
    peers = int(tables["providers"]["peer_share"] * tables["customers"]["customers"] + 0.5)
    grounds = {"licence rule": peers, "fee change": tables["platform"]["platform_slots"]}
    grounds["fee cap"] = grounds["fee change"]
    kind = luck.choice([kind for kind in SHOCKS if grounds.get(kind, 1)])
    low, high = SIZES.get(kind, (0.0, BEARABLE.get(kind, 1.0)))
    table: dict[str, Any] = {"kind": kind, "period": luck.randint(1, LAST_SHOCK)}
    table["size"] = luck.uniform(low, min(high, 1.0))
    if kind in MEANT_FOR["duration"]:
        table["duration"] = luck.choice((0, 1, 3, 8))
    if kind in MEANT_FOR["tier"]:
        table["tier"] = luck.choice(["", *upstream["departments"], *upstream["chain"]])
    if kind == "new entrant":
        table["strategy"] = luck.choice(("", *NAMES))
        table["heard_by"] = luck.choice((0.0, luck.random()))
        table["seeds"] = luck.choice(("random", "influencers"))
    return f"shock {luck.getrandbits(32)}", table


def quantity(luck: random.Random, name: str, field: FieldInfo) -> float:
    """Return one quantity: anything in its range, one of the ends, or the default."""
    declared = {type(rule).__name__: rule for rule in field.metadata}
    low, high = RANGES.get(name) or (declared["Ge"].ge, declared["Le"].le)
    if field.annotation is int:
        return luck.randint(int(low), int(high))
    end, default = luck.choice((float(low), float(high))), float(field.default)
    near = default if low <= default <= high else end
    return luck.choices((luck.uniform(low, high), end, near), (0.6, 0.1, 0.3))[0]


def mix(luck: random.Random) -> dict[str, float]:
    """Return shares of the three strategies that sum to 1."""
    parts = [luck.randint(0, 4) for _ in NAMES]
    parts[luck.randrange(len(parts))] += 1
    return {name: part / sum(parts) for name, part in zip(NAMES, parts, strict=True)}
