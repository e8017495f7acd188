"""How much memory a market needs: too large a one is refused with a smaller proposal."""

from scenarios.catalogue import ScenarioError
from sim.config import Market
from sim.state import TIE

GIGABYTE = 1e9
LARGEST = 4.0 * GIGABYTE
PER_ACTOR = 400  # bytes
PER_DIMENSION = 24  # bytes of needs, offering and understood need
PER_LINK = 56  # bytes of a friendship or reach, while they are built
PER_TOTAL = 2 * 32 * 8  # bytes of one row of totals, and of the measures read from it


def memory(market: Market) -> float:
    """Return the bytes a run of `market` takes, roughly."""
    return market.customers.customers * _per_customer(market) + _fixed(market)


def _per_customer(market: Market) -> float:
    networks = market.networks
    links = networks.social_degree * (networks.social not in ("none", "imported"))
    links += networks.market_degree * (networks.market not in ("none", "imported"))
    return market.customers.slots * TIE.itemsize + _per_actor(market) + links * PER_LINK


def _per_actor(market: Market) -> float:
    return PER_ACTOR + market.exchange.dimensions * PER_DIMENSION


def _fixed(market: Market) -> float:
    rows = market.periods * (len(market.strategies) + 1)
    return (market.providers.firms + market.partners.partners) * _per_actor(market) + rows * PER_TOTAL


def refuse_if_too_large(market: Market, label: str) -> None:
    """Raise ScenarioError, with a size that would fit, if a run of `market` takes more than 4 GB."""
    needed = memory(market)
    if needed <= LARGEST:
        return
    fitting = _rounded((LARGEST - _fixed(market)) / _per_customer(market))  # what is fixed never takes that much
    raise ScenarioError(
        f"{label}: a run would take about {needed / GIGABYTE:.1f} GB of memory, "
        f"more than the {LARGEST / GIGABYTE:g} GB allowed; customers.customers = {fitting} would fit"
    )


def _rounded(number: float) -> int:
    """Round down to two digits."""
    digits = 10 ** max(len(str(int(number))) - 2, 0)
    return int(number) // digits * digits
