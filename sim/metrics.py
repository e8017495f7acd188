"""Measures: pure readings of a world.

Once a period `count` adds up what happened, by the strategy of the provider it happened with (a last
group holds the buyers who dealt with nobody). Every measure is then one function of these totals, for a
period or for many, for one strategy or for the market. A new measure is one new function here.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sim.compiled import compiled
from sim.network import FIRM
from sim.relations import goodwill
from sim.state import NOBODY, World, record

PROMOTER, DETRACTOR = 9, 6
SCALE_OF_RECOMMENDATION = 10

TOTALS = record(
    ("customers", "f8"),         # buyers in the group
    ("needs", "f8"),             # of them with a need
    ("encounters", "f8"),
    ("mediated", "f8"),          # encounters through the platform
    ("left", "f8"),              # encounters that left it
    ("incidents", "f8"),
    ("repaired", "f8"),
    ("returning", "f8"),         # encounters of buyers who had bought before
    ("retained", "f8"),          # of them with the same provider
    ("promoters", "f8"),
    ("detractors", "f8"),
    ("value", "f8"),             # EUR
    ("relational", "f8"),        # EUR of it that skill and insight made
    ("revenue", "f8"),           # EUR
    ("cost", "f8"),              # EUR
    ("gain_customers", "f8"),    # EUR: value - price + subsidy
    ("gain_firms", "f8"),        # EUR of margin
    ("gain_peers", "f8"),        # EUR of margin
    ("gain_partners", "f8"),     # EUR of margin
    ("gain_platform", "f8"),     # EUR: fees - subsidies
    ("fit", "f8"),               # sums over encounters
    ("trust", "f8"),
    ("goodwill", "f8"),
    ("skill", "f8"),
    ("insight", "f8"),
    ("satisfaction", "f8"),
    ("advantage", "f8"),         # EUR: value of the tie used minus the best untried one
    ("alternatives", "f8"),      # encounters with an untried alternative
    ("providers", "f8"),         # sums over providers
    ("capability", "f8"),
    ("engagement", "f8"),
    ("volume_squared", "f8"),    # sum of squared encounters served
)


@compiled
def count(world, totals):
    """Add up this period in `totals` (strategies + 1 rows), which must be zero before."""
    for i in range(len(world.ties)):
        encounter = world.encounters[i]
        group = len(totals) - 1
        if encounter.slot != NOBODY:
            group = world.actors[encounter.provider].strategy
            _count_encounter(world, i, encounter, totals[group])
        totals[group].customers += 1
        totals[group].needs += encounter.wants
    for j in world.providers:
        served = float(world.tallies[j].served)
        total = totals[world.actors[j].strategy]
        total.providers += 1
        total.capability += world.actors[j].capability
        total.engagement += world.actors[j].engagement
        total.volume_squared += served * served


@compiled
def _count_encounter(world, i, encounter, total):
    tie = world.ties[i, encounter.slot]
    total.encounters += 1
    total.mediated += encounter.mediated
    total.left += encounter.left
    total.incidents += encounter.incident
    total.repaired += encounter.repaired
    total.returning += 1 - encounter.first
    total.retained += encounter.retained
    total.fit += encounter.fit
    total.trust += encounter.trust
    total.goodwill += goodwill(tie)
    total.skill += tie.skill
    total.insight += tie.insight
    total.satisfaction += encounter.satisfaction
    _count_recommendation(world.actors[i].recommends, total)
    _count_money(world, encounter, total)
    _count_alternative(world, i, encounter, total)


@compiled
def _count_recommendation(recommends, total):
    """Promoters say 9 or 10, detractors 0 to 6 (Reichheld 2003)."""
    points = int(SCALE_OF_RECOMMENDATION * recommends + 0.5)
    if points >= PROMOTER:
        total.promoters += 1
    elif points <= DETRACTOR:
        total.detractors += 1


@compiled
def _count_money(world, encounter, total):
    total.value += encounter.value
    total.relational += encounter.relational
    total.revenue += encounter.price
    total.cost += encounter.cost + encounter.partner_cost
    total.gain_customers += encounter.value - encounter.price + encounter.subsidy
    if world.actors[encounter.provider].kind == FIRM:
        total.gain_firms += encounter.margin
    else:
        total.gain_peers += encounter.margin
    total.gain_partners += encounter.partner_margin
    total.gain_platform += encounter.platform_margin


@compiled
def _count_alternative(world, i, encounter, total):
    """Compare the tie used with the best one this buyer has never tried."""
    best, found = 0.0, False
    for s in range(world.ties.shape[1]):
        tie = world.ties[i, s]
        if tie.provider != NOBODY and tie.tenure == 0:
            best = max(best, tie.value) if found else tie.value
            found = True
    if found:
        total.alternatives += 1
        total.advantage += world.ties[i, encounter.slot].value - best


@dataclass(frozen=True)
class Measure:
    """One measure: its name, unit, meaning, how it is read from totals, and whether more is better."""

    name: str
    unit: str
    meaning: str
    read: Callable[[NDArray], NDArray]
    better: int


MEASURES: dict[str, Measure] = {}


def measure(unit: str, better: int = 0) -> Callable[[Callable], Callable]:
    """Declare a function of totals as a measure; `better` is +1, -1, or 0 where it depends."""
    def declare(read: Callable[[NDArray], NDArray]) -> Callable[[NDArray], NDArray]:
        meaning = (read.__doc__ or "").strip().rstrip(".")
        MEASURES[read.__name__] = Measure(read.__name__, unit, meaning, read, better)
        return read
    return declare


def per(amount: NDArray, number: NDArray) -> NDArray:
    """Return amount / number, NaN where there was nothing to divide by."""
    return np.divide(amount, number, out=np.full(np.shape(amount), np.nan), where=np.asarray(number) > 0)


PER_CUSTOMER = "EUR per customer and period"


@measure(PER_CUSTOMER, +1)
def value_total(t):
    """Total value: what everybody together gains."""
    firms_and_peers = t["gain_firms"] + t["gain_peers"]
    return per(t["gain_customers"] + firms_and_peers + t["gain_partners"] + t["gain_platform"], t["customers"])


@measure(PER_CUSTOMER, +1)
def value_customers(t):
    """Customers' value: value received minus price paid, plus subsidies."""
    return per(t["gain_customers"], t["customers"])


@measure(PER_CUSTOMER, +1)
def value_providers(t):
    """Providers' value: margin of firms and peers together."""
    return per(t["gain_firms"] + t["gain_peers"], t["customers"])


@measure(PER_CUSTOMER, +1)
def value_firms(t):
    """Firms' value: margin after all costs."""
    return per(t["gain_firms"], t["customers"])


@measure(PER_CUSTOMER, +1)
def value_peers(t):
    """Peers' value: margin after all costs, fees and subsidies."""
    return per(t["gain_peers"], t["customers"])


@measure(PER_CUSTOMER, +1)
def value_partners(t):
    """Partners' value: share of the revenue after the cost of their effort."""
    return per(t["gain_partners"], t["customers"])


@measure(PER_CUSTOMER, +1)
def value_platform(t):
    """Platform's value: fees minus subsidies."""
    return per(t["gain_platform"], t["customers"])


@measure("share", 0)
def value_without_money(t):
    """Share of the value delivered that skill and insight made: it moves no money."""
    return per(t["relational"], t["value"])


@measure("encounters per customer and period", +1)
def encounters(t):
    """Encounters: how often customers find a deal worth making."""
    return per(t["encounters"], t["customers"])


@measure("share", +1)
def served(t):
    """Share of needs that end in an encounter."""
    return per(t["encounters"], t["needs"])


@measure("share", +1)
def retention(t):
    """Share of returning buyers who deal with the same provider as last time."""
    return per(t["retained"], t["returning"])


@measure("share", -1)
def churn(t):
    """Share of returning buyers who deal with another provider than last time."""
    return per(t["returning"] - t["retained"], t["returning"])


@measure("share", +1)
def trust(t):
    """Mean trust of buyers in the provider they deal with."""
    return per(t["trust"], t["encounters"])


@measure("share", +1)
def goodwill_mean(t):
    """Mean goodwill of providers toward the buyer they deal with."""
    return per(t["goodwill"], t["encounters"])


@measure("share", +1)
def satisfaction(t):
    """Mean satisfaction of buyers with their encounter."""
    return per(t["satisfaction"], t["encounters"])


@measure("points, -100 to 100", +1)
def nps(t):
    """Net promoter score: per cent promoters minus per cent detractors."""
    return 100 * per(t["promoters"] - t["detractors"], t["encounters"])


@measure("share", +1)
def fit(t):
    """Mean fit of offering and need."""
    return per(t["fit"], t["encounters"])


@measure("share", +1)
def skill(t):
    """Mean relation-specific skill of the ties used."""
    return per(t["skill"], t["encounters"])


@measure("share", +1)
def insight(t):
    """Mean insight of providers into the buyer they serve."""
    return per(t["insight"], t["encounters"])


@measure("share", -1)
def incidents(t):
    """Share of encounters in which something went wrong."""
    return per(t["incidents"], t["encounters"])


@measure("share", +1)
def green_light(t):
    """Share of encounters without an incident, or with a repaired one: every indicator is green."""
    return per(t["encounters"] - t["incidents"] + t["repaired"], t["encounters"])


@measure("EUR per encounter", 0)
def price(t):
    """Mean price paid."""
    return per(t["revenue"], t["encounters"])


@measure("EUR per encounter", -1)
def unit_cost(t):
    """Mean cost of an encounter to its provider and partner."""
    return per(t["cost"], t["encounters"])


@measure("EUR per provider and period", +1)
def profit(t):
    """Mean profit of a provider."""
    return per(t["gain_firms"] + t["gain_peers"], t["providers"])


@measure("share of revenue", 0)
def margin(t):
    """Margin of the providers as a share of their revenue."""
    return per(t["gain_firms"] + t["gain_peers"], t["revenue"])


@measure("EUR", 0)
def switching_advantage(t):
    """Value of the tie used minus that of the best alternative the buyer never tried."""
    return per(t["advantage"], t["alternatives"])


@measure("share", 0)
def concentration(t):
    """Herfindahl-Hirschman index of the providers' volumes: 1 is a monopoly."""
    return per(t["volume_squared"], t["encounters"] ** 2)


@measure("share", 0)
def mediated(t):
    """Share of encounters that go through the platform."""
    return per(t["mediated"], t["encounters"])


@measure("share", 0)
def left_platform(t):
    """Share of the encounters found on the platform that are dealt outside it."""
    return per(t["left"], t["left"] + t["mediated"])


@measure("share", +1)
def capability(t):
    """Mean capability of the providers."""
    return per(t["capability"], t["providers"])


@measure("share", +1)
def engagement(t):
    """Mean engagement of the providers' people."""
    return per(t["engagement"], t["providers"])


def pooled(totals: NDArray, axis: int) -> NDArray:
    """Sum totals over an axis (strategies, or periods), field by field."""
    out = np.zeros(np.delete(totals.shape, axis), TOTALS)
    for name in TOTALS.names:  # type: ignore[union-attr]
        out[name] = totals[name].sum(axis=axis)
    return out


def read(totals: NDArray) -> dict[str, NDArray]:
    """Return every measure of an array of totals, with the totals' shape."""
    return {name: m.read(totals) for name, m in MEASURES.items()}


def means(totals: NDArray) -> dict[str, NDArray]:
    """Return the mean of every measure over periods (axis 0), leaving out periods with nothing to measure."""
    means = {}
    for name, values in read(totals).items():
        there = np.isfinite(values)
        means[name] = per(np.where(there, values, 0.0).sum(axis=0), there.sum(axis=0))
    return means


def gini(gains: NDArray) -> float:
    """Return the Gini coefficient of gains, in [0, 1]; losses count as zero, no gains at all as equality."""
    ordered = np.sort(np.maximum(gains, 0.0))
    n, total = len(ordered), ordered.sum()
    if n == 0 or total == 0:
        return 0.0
    return float((2 * np.arange(1, n + 1) - n - 1) @ ordered / (n * total))


def gini_gains(world: World) -> float:
    """Return the Gini coefficient of what customers have gained since the start of the run."""
    return gini(world.actors["gains"][: len(world.ties)])
