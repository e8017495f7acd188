"""Markets in which everything is switched on, for measuring."""

from scenarios.scenario import load
from sim.config import Market

BETRAYAL = {"betrayal": {"kind": "betrayal", "period": 3, "size": 0.1}}


def whole(plain: Market, tables: dict[str, dict]) -> Market:
    """Return a market with other values in some of its tables."""
    content = plain.model_dump()
    return Market.model_validate(content | {name: content[name] | table for name, table in tables.items()})


def with_chain(customers: int) -> dict[str, dict]:
    """Return tables of a chain of two tiers, two departments, two partners per firm, advertising and shocks."""
    knobs = {"partnership": load("partnership").market.strategies["partnership"].model_dump() | {"advertising": 0.3}}
    tier = {"work": 0.1, "strategies": {"partnership": 1.0}}
    return {
        "chain": {"principal": tier | {"firms": customers // 100}, "wholesaler": tier | {"firms": customers // 20}},
        "departments": {"production": tier, "sales": tier},
        "partners": {"partners": customers // 8, "firms_per_partner": 2, "revenue_share": 0.05},
        "shocks": {"less": {"kind": "demand fall", "period": 2, "size": 0.1}, **BETRAYAL},
        "strategies": knobs,
    }


def with_couriers(customers: int) -> dict[str, dict]:
    """Return tables of couriers, of people who join and leave, and of shocks."""
    return {
        "couriers": {"couriers": customers // 20, "delivery_pay": 0.5},
        "participation": {"joining": 0.1},
        "shocks": {"breach": {"kind": "privacy breach", "period": 2, "size": 0.2}, **BETRAYAL},
    }
