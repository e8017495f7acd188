"""Measures: one function each, of the totals of a period or of many, of one strategy or of the market.

A new measure is one new function here; tables, charts, sweeps and labels find it by its name.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


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
    sellers = t["gain_firms"] + t["gain_peers"]
    helpers = t["gain_partners"] + t["gain_couriers"] + t["gain_suppliers"]
    return per(t["gain_customers"] + sellers + helpers + t["gain_platform"], t["customers"])


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
def value_couriers(t):
    """Couriers' value: pay after the cost of the delivery and of their effort."""
    return per(t["gain_couriers"], t["customers"])


@measure(PER_CUSTOMER, +1)
def value_suppliers(t):
    """Suppliers' value: margin of the tiers above the firms that sell."""
    return per(t["gain_suppliers"], t["customers"])


@measure(PER_CUSTOMER, +1)
def value_platform(t):
    """Platform's value: fees minus subsidies."""
    return per(t["gain_platform"], t["customers"])


@measure("EUR per newcomer and period", +1)
def value_newcomers(t):
    """Newcomers' value: what customers gain in their first 12 periods."""
    return per(t["newcomers_gain"], t["newcomers"])


@measure("share", 0)
def value_without_money(t):
    """Share of the value delivered that skill and insight made: it moves no money."""
    return per(t["relational"], t["value"])


@measure("encounters per customer and period", +1)
def encounters(t):
    """Encounters: how often customers find a deal worth making."""
    return per(t["encounters"], t["customers"])


@measure("share", +1)
def needs_met(t):
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
def goodwill(t):
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
    """Mean cost of an encounter to all who work for it."""
    return per(t["cost"], t["encounters"])


@measure("EUR per provider and period", +1)
def profit(t):
    """Mean profit of a provider that sells to customers."""
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


@measure("providers", 0)
def providers(t):
    """Number of providers; by strategy, how many follow it."""
    return np.asarray(t["providers"], float)


@measure("share", +1)
def supplier_trust(t):
    """Mean trust of firms and departments in who supplies them."""
    return per(t["supply_trust"], t["supplies"])


@measure("1", +1)
def supply_quality(t):
    """Mean value of supplies against that of a perfect delivery; luck (`noise`) can lift it above 1."""
    return per(t["supply_quality"], t["supplies"])


@measure("share", +1)
def capability(t):
    """Mean capability of the providers."""
    return per(t["capability"], t["providers"])


@measure("share", +1)
def engagement(t):
    """Mean engagement of the providers' people."""
    return per(t["engagement"], t["providers"])


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
