"""How much memory and time markets need: too large ones are refused with a smaller proposal."""

from scenarios.catalogue import ScenarioError
from sim.config import Market
from sim.records import TIE
from sim.sections import Tier

GIGABYTE = 1e9
LARGEST = 4.0 * GIGABYTE
PER_ACTOR = 500  # bytes
PER_DIMENSION = 16  # bytes of needs and offering
PER_LINK = 56  # bytes of a friendship or reach, while they are built
PER_TIE = 1e-7  # seconds of one slot in one period, on a slow core
RULE_BY_RULE = 4.0  # how much longer a market with rules of its own takes
PER_CANDIDATE = 2e-8  # seconds of one peer the platform looks at
LONGEST = 24 * 3600  # seconds
PER_CARRIED = 1e-8  # seconds of one courier in one period
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
    """Return the bytes of everybody but the customers, and of the totals."""
    rows = market.periods * (len(market.strategies) + 1)
    tiers = sum(market.size_of(tier) for _, tier in market.upstream)
    alliances = market.partners.partners * market.partners.firms_per_partner
    others = market.providers.firms + tiers + market.partners.partners + market.couriers.couriers
    ties = alliances + sum(buyers * market.customers.slots for buyers, _ in _links(market))
    return others * _per_actor(market) + ties * TIE.itemsize + rows * PER_TOTAL


def _links(market: Market) -> list[tuple[int, int]]:
    """Return (buyers, providers each can know) of every tier above the firms that sell."""
    links, buyers = [], market.providers.firms
    for _, tier in market.upstream:
        links.append((buyers, min(tier.known, market.customers.slots) if isinstance(tier, Tier) else 1))
        buyers = market.size_of(tier)
    return links


def refuse_if_too_large(market: Market, label: str) -> None:
    """Raise ScenarioError, with a size that would fit, if a run of `market` takes more than 4 GB."""
    needed = memory(market)
    if needed <= LARGEST:
        return
    fitting = _rounded(max(LARGEST - _fixed(market), 0) / _per_customer(market))
    smaller = f"customers.customers = {fitting} would fit" if fitting else "take fewer firms, tiers or slots"
    raise ScenarioError(
        f"{label}: a run would take about {needed / GIGABYTE:.1f} GB of memory, "
        f"more than the {LARGEST / GIGABYTE:g} GB allowed; {smaller}"
    )


def seconds(market: Market, runs: int, workers: int) -> float:
    """Return how long `runs` of a market take, roughly."""
    shown = market.platform.breadth if market.platform.platform_slots else 0
    customer = market.customers.slots * PER_TIE + shown * PER_CANDIDATE
    firms = sum(buyers * known for buyers, known in _links(market)) * PER_TIE
    alliances = market.partners.partners * market.partners.firms_per_partner * PER_TIE
    period = market.customers.customers * customer + firms + alliances + market.couriers.couriers * PER_CARRIED
    return period * market.periods * runs / workers * (1.0 if market.rules.are_standard() else RULE_BY_RULE)


def refuse_if_too_long(needed: float) -> None:
    """Raise ScenarioError if a command would take longer than `LONGEST`."""
    if needed > LONGEST:
        raise ScenarioError(
            f"this would take about {duration(needed)}, more than the {duration(LONGEST)} allowed; "
            "take fewer customers, periods or replications"
        )


def duration(seconds: float) -> str:
    """Return a time in words."""
    for unit, size in (("days", 86_400), ("hours", 3600), ("minutes", 60)):
        if seconds >= 2 * size:
            return f"{seconds / size:.0f} {unit}"
    return f"{seconds:.0f} seconds"


def _rounded(number: float) -> int:
    """Round down to two digits."""
    digits = 10 ** max(len(str(int(number))) - 2, 0)
    return int(number) // digits * digits
