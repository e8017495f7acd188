"""Random small markets in which there is usually something to trade.

`tests.markets` takes every quantity from its whole declared range; most such markets are dead. Here what makes or
breaks a market stays near the defaults and the rest is as wild as ever.
"""

import random

from pydantic.fields import FieldInfo

from sim.config import SECTIONS, Market, Strategy, quantities
from tests.markets import GENERATED, NAMES

RANGES: dict[str, tuple[float, float]] = {
    # sizes a test can afford
    "dimensions": (1, 5), "customers": (8, 40), "slots": (2, 8), "firms": (1, 8), "partners": (0, 8),
    "platform_slots": (0, 6), "breadth": (1, 15), "social_degree": (2, 8), "market_degree": (2, 8),
    "firm_capacity": (0, 8), "peer_capacity": (1, 5),
    # what makes or breaks a market
    "value": (12, 40), "specificity": (0, 4), "complexity": (0, 0.8), "incident": (0, 0.4), "noise": (0, 0.3),
    "cost": (0, 6), "c_effort": (0, 3), "c_invest": (0, 2), "c_dialogue": (0, 2), "c_transparency": (0, 1),
    "c_repair": (0, 4), "c_innovate": (0, 2), "scale_economy": (0, 1),
    "frequency": (0.5, 1), "turnover": (0, 0.15), "drift": (0, 0.1), "trend_flip": (0, 0.3), "beta": (0.2, 8),
    "risk": (0, 0.7), "switching": (0, 2), "search": (0, 0.6), "talk": (0, 0.6),
    "complement": (0, 2), "revenue_share": (0, 0.4),
    "fee": (0, 0.5), "operating_cost": (0, 2), "customer_subsidy": (0, 2), "peer_subsidy": (0, 2), "leak": (0.5, 1),
    "curation": (0, 0.6), "influencers": (0, 0.4), "memory": (0.6, 1),
    "imitate": (0, 0.3), "selection": (0, 5), "mutation": (0, 0.1), "credit": (0, 60),
    "markup": (-1, 0.5), "effort": (0.4, 1), "community": (0, 5), "waste": (0, 0.3),
}  # fmt: skip


def lively(number: int) -> Market:
    """Return random market `number`."""
    luck = random.Random(number)
    tables: dict[str, dict] = {section: {} for section in SECTIONS}
    for section, name, field in quantities():
        if field.annotation in (int, float):
            tables[section][name] = quantity(luck, name, field)
        elif name in ("social", "market"):
            tables[section][name] = luck.choice(GENERATED)
        else:
            tables[section][name] = mix(luck)
    firms, slots = tables["providers"]["firms"], tables["customers"]["slots"]
    tables["partners"]["partners"] = min(tables["partners"]["partners"], firms)
    alone = tables["providers"]["peer_share"] * tables["customers"]["customers"] < 1
    tables["platform"]["platform_slots"] = min(tables["platform"]["platform_slots"], slots - alone)
    knobs = {name: {k: quantity(luck, k, f) for k, f in Strategy.model_fields.items()} for name in NAMES}
    return Market.model_validate({**tables, "strategies": knobs})


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
