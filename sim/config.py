"""What a market is: its sections, the tiers of its chain, its shocks and its strategies.

A `Market` is frozen and checked when it is made, so nothing behind it has to check again.
"""

import math
import operator
from collections.abc import Iterator
from typing import Any, Self

from pydantic import Field, model_validator
from pydantic.fields import FieldInfo

from sim.rule_sections import Rules, Variants
from sim.sections import (
    SHARES_TOLERANCE,
    Competition,
    Costs,
    Couriers,
    Customers,
    Department,
    Exchange,
    Networks,
    Participation,
    Partners,
    Platform,
    Providers,
    Section,
    Strategy,
    Tier,
    knob,
)
from sim.shocks import Shock

MOST_TIERS, MOST_SHOCKS, MOST_STRATEGIES = 16, 64, 64
MOST_PASSED_ON = 0.9  # share of the price that may go to partners
MOST_PARTNERS = 2**15 - 1  # of one firm: its terms count them in two bytes


class Market(Section):
    """One market: the whole input of a run besides the seed and an imported network."""

    periods: int = knob(120, 1, 100_000, "periods", "length of a run")
    exchange: Exchange = Exchange()
    costs: Costs = Costs()
    customers: Customers = Customers()
    providers: Providers = Providers()
    partners: Partners = Partners()
    platform: Platform = Platform()
    participation: Participation = Participation()
    couriers: Couriers = Couriers()
    networks: Networks = Networks()
    competition: Competition = Competition()
    rules: Rules = Rules()
    variants: Variants = Variants()
    departments: dict[str, Department] = Field(default={}, max_length=MOST_TIERS)
    chain: dict[str, Tier] = Field(default={}, max_length=MOST_TIERS)
    shocks: dict[str, Shock] = Field(default={}, max_length=MOST_SHOCKS)
    strategies: dict[str, Strategy] = Field(min_length=1, max_length=MOST_STRATEGIES)

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        _at_most(self, "platform.platform_slots", "customers.slots")
        if self.couriers.couriers > 0 and self.platform.platform_slots == 0:
            raise ValueError("couriers.couriers: there is no platform to work for; platform.platform_slots is 0")
        if self.platform.platform_slots == self.customers.slots and self.peers == 0:
            raise ValueError("platform.platform_slots: the platform fills every slot, but there are no peers to show")
        self._check_partners()
        self._check_chain()
        self._check_shocks()
        for key, followers, mix in self.mixes():
            self._know_strategies(key, followers, mix)
        return self

    @property
    def peers(self) -> int:
        """Number of customers who also provide."""
        return int(self.providers.peer_share * self.customers.customers + 0.5)

    @property
    def upstream(self) -> tuple[tuple[str, Department | Tier], ...]:
        """The tiers above the firms that sell, nearest first: their departments, then the chain."""
        return (*reversed(self.departments.items()), *reversed(self.chain.items()))

    def size_of(self, tier: Department | Tier) -> int:
        """Return how many firms or departments a tier has."""
        return tier.firms if isinstance(tier, Tier) else self.providers.firms

    def mixes(self) -> Iterator[tuple[str, int, dict[str, float]]]:
        """Yield (key, how many follow it, shares) of every mix of strategies."""
        yield "providers.firm_strategies", self.providers.firms, self.providers.firm_strategies
        yield "providers.peer_strategies", self.peers, self.providers.peer_strategies
        yield "partners.partner_strategies", self.partners.partners, self.partners.partner_strategies
        yield "couriers.courier_strategies", self.couriers.couriers, self.couriers.courier_strategies
        for section, tiers in (("departments", self.departments), ("chain", self.chain)):
            for name, tier in tiers.items():
                yield f"{section}.{name}.strategies", self.size_of(tier), tier.strategies

    def _check_partners(self) -> None:
        partners, firms = self.partners, self.providers.firms
        if partners.partners == 0:
            return
        if partners.firms_per_partner > firms:
            raise ValueError(
                f"partners.firms_per_partner: {partners.firms_per_partner} is more than providers.firms = {firms}"
            )
        most = most_partners(partners.partners, partners.firms_per_partner, firms)
        if most > MOST_PARTNERS:
            raise ValueError(f"partners.partners: one firm would have {most}, at most {MOST_PARTNERS} are possible")
        if most * partners.revenue_share > MOST_PASSED_ON + SHARES_TOLERANCE:
            passed = f"{most} partners of one firm would get {most * partners.revenue_share:g} of its price"
            raise ValueError(f"partners.revenue_share: {passed}, at most {MOST_PASSED_ON} is possible")

    def _check_chain(self) -> None:
        tiers: dict[str, Department | Tier] = {**self.departments, **self.chain}
        if tiers and self.providers.firms == 0:
            raise ValueError("providers.firms: 0, but a chain or departments need firms that sell to the customers")
        if both := set(self.departments) & set(self.chain):
            raise ValueError(f"chain.{min(both)}: a department has this name already; each must have its own")
        work = math.fsum(tier.work for tier in tiers.values())
        if work > 1 + SHARES_TOLERANCE:
            section = "chain" if self.chain else "departments"
            raise ValueError(f"{section}: the work of all tiers sums to {work:g}, it must be at most 1")

    def _check_shocks(self) -> None:
        for name, shock in self.shocks.items():
            for key, is_there in self._grounds(shock):
                if not is_there:
                    raise ValueError(f"shocks.{name}.kind: a {shock.kind} needs a market with {key}")
            if shock.tier and shock.tier not in self.departments and shock.tier not in self.chain:
                known = ", ".join((*self.departments, *self.chain)) or "none"
                raise ValueError(f"shocks.{name}.tier: there is no tier {shock.tier}; the chain has {known}")
            if shock.strategy and shock.strategy not in self.strategies:
                known = ", ".join(sorted(self.strategies))
                raise ValueError(f"shocks.{name}.strategy: no such strategy {shock.strategy}; there are {known}")

    def _grounds(self, shock: Shock) -> Iterator[tuple[str, bool]]:
        """Yield (what a shock needs to have an effect, whether the market has it)."""
        if shock.kind in ("price war", "new entrant") or (
            shock.kind in ("supplier failure", "betrayal") and not self.peers
        ):
            yield "firms", self.providers.firms > 0
        if shock.kind in ("fee change", "fee cap"):
            yield "a platform", self.platform.platform_slots > 0
        if shock.kind == "licence rule":
            yield "peers", self.peers > 0

    def _know_strategies(self, key: str, followers: int, mix: dict[str, float]) -> None:
        for name in mix:
            if followers and name not in self.strategies:
                known = ", ".join(sorted(self.strategies))
                raise ValueError(f"{key}.{name}: no such strategy; there are {known}")


def most_partners(partners: int, firms_per_partner: int, firms: int) -> int:
    """Return the most partners one firm has: partner p works with firm floor(p*firms/partners) and those after it."""
    if partners == 0:
        return 0
    first = [0] * firms
    for p in range(partners):
        first[p * firms // partners] += 1
    most, having = 0, sum(first[-n] for n in range(1, firms_per_partner))
    for firm in range(firms):
        having += first[firm]
        most = max(most, having)
        having -= first[firm - firms_per_partner + 1]
    return most


def _at_most(market: Market, key: str, limit: str) -> None:
    """Refuse a market in which quantity `key` is above quantity `limit`, both as section.name."""
    value, most = (operator.attrgetter(name)(market) for name in (key, limit))
    if value > most:
        raise ValueError(f"{key}: {value} is more than {limit} = {most}")


SECTIONS = tuple(name for name, field in Market.model_fields.items() if isinstance(field.default, Section))


def quantities() -> Iterator[tuple[str, str, FieldInfo]]:
    """Yield (section, name, field) of every quantity a market's sections declare, in order."""
    for section in SECTIONS:
        for name, field in type(Market.model_fields[section].default).model_fields.items():
            yield section, name, field


def quantities_in(market: Market) -> Iterator[tuple[str, str, FieldInfo]]:
    """Yield those quantities of a market's sections that its rules read."""
    for section, name, field in quantities():
        if market.rules.read(field):
            yield section, name, field


def sections_of(market: Market) -> dict[str, dict[str, Any]]:
    """Return a market's sections as tables, without what is at its default and no rule of the market reads."""
    tables: dict[str, dict[str, Any]] = {}
    for section, name, field in quantities():
        value = getattr(getattr(market, section), name)
        if market.rules.read(field) or value != field.default:
            tables.setdefault(section, {})[name] = value
    return tables
