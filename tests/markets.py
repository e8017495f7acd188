"""Random valid markets, drawn from the ranges that the configuration itself declares."""

from hypothesis import strategies as st
from pydantic.fields import FieldInfo

from sim.config import SECTIONS, Market, Strategy, quantities

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
    "partners": (0, 8),
}
GENERATED = ("none", "random", "small-world", "scale-free")
NAMES = ("first", "second", "third")


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
    tables: dict[str, dict] = {section: {} for section in SECTIONS}
    for section, name, field in quantities():
        if field.annotation in (int, float):
            tables[section][name] = draw(number(name, field))
        elif name in ("social", "market"):
            tables[section][name] = draw(st.sampled_from(GENERATED))
        else:
            tables[section][name] = draw(mixes())
    tables["partners"]["partners"] = min(tables["partners"]["partners"], tables["providers"]["firms"])
    alone = tables["providers"]["peer_share"] * tables["customers"]["customers"] < 1  # no peers a platform could show
    most = tables["customers"]["slots"] - alone
    tables["platform"]["platform_slots"] = min(tables["platform"]["platform_slots"], most)
    knobs = {name: {k: draw(number(k, f)) for k, f in Strategy.model_fields.items()} for name in NAMES}
    return Market.model_validate({**tables, "strategies": knobs, "periods": periods})
