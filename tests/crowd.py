"""A market with agents of every kind, for the tests of the Mesa face."""

from scenarios.scenario import load
from sim import Market, ValueNetwork
from sim.ensemble import Run

FIRST_FIRM = 40
SIZES = {
    "customers": FIRST_FIRM,
    "peer_share": 15 / FIRST_FIRM,
    "firms": 8,
    "partners": 4,
    "platform_slots": 2,
    "periods": 24,
}
MIX = {"firm_strategies": {"transactional": 0.5, "partnership": 0.5}}


def everybody() -> Market:
    """Return a market of peers, other customers, firms of two strategies, partners and a platform."""
    return load("partnership", {**SIZES, **MIX}).market


def stepped(model: ValueNetwork, periods: int) -> ValueNetwork:
    """Step a model and return it."""
    for _ in range(periods):
        model.step()
    return model


def bits(model: ValueNetwork | Run) -> list[bytes]:
    """Return every bit of a world and of what was counted in it."""
    return [array.tobytes() for array in model.world] + [model.totals.tobytes()]
