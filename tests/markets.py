"""Random valid markets with every feature, drawn from the ranges that the configuration itself declares."""

from typing import Any

from hypothesis import strategies as st
from pydantic import BaseModel
from pydantic.fields import FieldInfo

from sim.config import SECTIONS, Market, most_partners, quantities
from sim.sections import Department, Strategy, Tier
from sim.shocks import MEANT_FOR, SHOCKS, SIZES, Shock

# Sizes a test can afford. Everything else uses its whole declared range.
SMALL = {
    "customers": (1, 40),
    "firms": (0, 8),
    "dimensions": (1, 3),
    "slots": (1, 8),
    "platform_slots": (0, 8),
    "breadth": (1, 15),
    "social_degree": (0, 8),
    "market_degree": (1, 8),
    "partners": (0, 12),
    "firms_per_partner": (1, 8),
    "couriers": (0, 6),
}
GENERATED = ("none", "random", "small-world", "scale-free")
NAMES = ("first", "second", "third")
PASSED_ON = 0.9  # share of the price that partners may get in all


def limits(name: str, field: FieldInfo) -> tuple[float, float]:
    """Return the declared range of a quantity, or the affordable one."""
    declared = {type(rule).__name__: rule for rule in field.metadata}
    return SMALL.get(name) or (declared["Ge"].ge, declared["Le"].le)


def number(name: str, field: FieldInfo) -> st.SearchStrategy:
    """Draw one quantity; the ends of its range come up often."""
    low, high = limits(name, field)
    if field.annotation is int:
        return st.integers(int(low), int(high))
    return st.floats(low, high, allow_nan=False) | st.sampled_from([float(low), float(high), field.default])


def mixes() -> st.SearchStrategy:
    """Draw shares over the three strategies that sum to 1."""
    parts = st.lists(st.integers(0, 4), min_size=3, max_size=3).filter(any)
    return parts.map(lambda p: {name: n / sum(p) for name, n in zip(NAMES, p, strict=True)})


@st.composite
def markets(draw: st.DrawFn, periods: int = 6) -> Market:
    """Draw a market of up to 40 customers in which every quantity takes any allowed value."""
    tables: dict[str, Any] = {section: {} for section in SECTIONS}
    for section, name, field in quantities():
        if section in ("rules", "variants"):  # the standard ones; the others: tests/test_variants.py
            continue
        if field.annotation in (int, float):
            tables[section][name] = draw(number(name, field))
        elif name in ("social", "market"):
            tables[section][name] = draw(st.sampled_from(GENERATED))
        else:
            tables[section][name] = draw(mixes())
    _make_possible(tables)
    if tables["providers"]["firms"] and draw(st.booleans()):
        tables["departments"], tables["chain"] = draw(upstream())
    knobs = {name: {k: draw(number(k, f)) for k, f in Strategy.model_fields.items()} for name in NAMES}
    market = Market.model_validate({**tables, "strategies": knobs, "periods": periods})
    struck = market.model_dump() | {"shocks": draw(shocks(market))}
    return Market.model_validate(struck)


def _make_possible(tables: dict[str, dict]) -> None:
    """Bring quantities that limit each other within their limits."""
    customers, providers, partners = tables["customers"], tables["providers"], tables["partners"]
    alone = providers["peer_share"] * customers["customers"] < 1  # no peers a platform could show
    most = customers["slots"] - alone
    tables["platform"]["platform_slots"] = min(tables["platform"]["platform_slots"], most)
    if tables["platform"]["platform_slots"] == 0:
        tables["couriers"]["couriers"] = 0
    if providers["firms"] == 0:
        partners["partners"] = 0
    partners["firms_per_partner"] = min(partners["firms_per_partner"], max(providers["firms"], 1))
    if having := most_partners(partners["partners"], partners["firms_per_partner"], providers["firms"]):
        partners["revenue_share"] = min(partners["revenue_share"], PASSED_ON / having)


@st.composite
def upstream(draw: st.DrawFn) -> tuple[dict[str, dict], dict[str, dict]]:
    """Draw departments and tiers of a chain, at least one of either, whose work leaves some to the sellers."""
    departments, chain = draw(st.integers(0, 2)), draw(st.integers(0, 3))
    chain = chain or int(departments == 0)
    share = 1 / (departments + chain)
    made = [
        {f"{kind.__name__} {n}": _table(draw, kind, share) for n in range(count)}
        for kind, count in ((Department, departments), (Tier, chain))
    ]
    return made[0], made[1]


def _table(draw: st.DrawFn, kind: type[BaseModel], share: float) -> dict[str, Any]:
    fields = {name: field for name, field in kind.model_fields.items() if field.annotation in (int, float)}
    table = {name: draw(number(name, field)) for name, field in fields.items()}
    if "firms" in table:
        table["firms"] = max(table["firms"], 1)
    return table | {"work": table["work"] * share, "strategies": draw(mixes())}


@st.composite
def shocks(draw: st.DrawFn, market: Market) -> dict[str, dict]:
    """Draw up to four shocks that the market can have."""
    firms, platform, peers = market.providers.firms > 0, market.platform.platform_slots > 0, market.peers > 0
    needs = {"price war": firms, "new entrant": firms, "supplier failure": firms or peers, "betrayal": firms or peers}
    needs |= {"fee change": platform, "fee cap": platform, "licence rule": peers}
    kinds = [kind for kind in SHOCKS if needs.get(kind, True)]
    drawn = draw(st.lists(st.sampled_from(kinds), max_size=4))
    return {f"shock {n}": _shock(draw, kind, market) for n, kind in enumerate(drawn)}


def _shock(draw: st.DrawFn, kind: str, market: Market) -> dict[str, Any]:
    low, high = SIZES.get(kind, (0.0, 1.0))
    table = {"kind": kind, "period": draw(st.integers(1, market.periods)), "size": draw(st.floats(low, high))}
    given = {
        "duration": st.integers(0, 3),
        "tier": st.sampled_from(["", *market.departments, *market.chain]),
        "strategy": st.sampled_from(["", *market.strategies]),
        "heard_by": number("heard_by", Shock.model_fields["heard_by"]),
        "seeds": st.sampled_from(["random", "influencers"]),
    }
    return table | {name: draw(values) for name, values in given.items() if kind in MEANT_FOR[name]}
