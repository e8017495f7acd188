"""The tiers of the chain: who sells, and what a delivery of the tier is worth and takes."""

import math
from collections.abc import Iterator
from dataclasses import dataclass, field

import mesa

from sim import sections
from sim.config import Market


@dataclass(eq=False)
class Tier:
    """One tier; number 0 sells to the customers.

    Attributes
    ----------
    providers, buyers : list
        Who sells here (tier 0: firms, then peers), and who buys from them.
    worth : float
        Euros a perfect delivery is worth.
    work : float
        Share of the work of a whole delivery.
    weight : float
        Share of its buyer's value that hangs on what is delivered here.
    terms : Tier or Department or None
        The quantities (None: tier 0).
    """

    number: int
    worth: float
    work: float
    weight: float = 0.0
    name: str = ""
    terms: sections.Tier | sections.Department | None = None
    providers: list[mesa.Agent] = field(default_factory=list)
    buyers: list[mesa.Agent] = field(default_factory=list)

    @property
    def internal(self) -> bool:
        """Whether these are departments."""
        return isinstance(self.terms, sections.Department)

    @property
    def firms(self) -> list[mesa.Agent]:
        """The firms (or departments) of the tier, by row."""
        return [provider for provider in self.providers if not provider.is_customer]

    def support(self, delivered: float) -> float:
        """Return what inputs from this tier make of its buyer's value: 1 for a perfect delivery."""
        return 1 - self.weight + self.weight * (delivered / self.worth if self.worth else 0.0)


def tiers_of(market: Market) -> Iterator[Tier]:
    """Yield the tiers of a market without anybody in them, tier 0 first."""
    upstream = market.upstream
    worth = market.exchange.value
    yield Tier(0, worth=worth, work=max(1 - math.fsum(terms.work for _, terms in upstream), 0.0))
    for number, (name, terms) in enumerate(upstream, start=1):
        worth *= terms.input_weight
        yield Tier(number, worth, terms.work, terms.input_weight, name, terms)
