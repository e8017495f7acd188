"""Order up to: a firm that buys orders what its stock and its forecast ask for, not just what it sold.

Chen, Drezner, Ryan & Simchi-Levi 2000, "Quantifying the bullwhip effect in a simple supply chain: the impact of
forecasting, lead times, and information", Management Science 46(3), 436-443, without safety stock:

    y = L * mean of the last p periods' demand,  q = (y - (in stock and on order - owed to buyers))+, in whole units,

L being `lead_time` and p `forecast_window`. Demand is what the firm was asked for; with `shared_demand` = 1 the
forecast is of what its end customers bought. What it ordered beyond its sales, or less, it pays, or saves, at the price
of its inputs. What is short is owed and handed over later: nobody is turned away. Departments make what is needed.
"""

import math

from sim.compiled import compiled, inlined
from sim.money import cents
from sim.network import FIRM
from sim.notes import notes_of
from sim.records import NOBODY
from sim.relations import buyers_of, is_fixed, list_sales, place_of, sales_of
from sim.rules.settle import book, close_accounts, pay, take_supplies
from sim.state import World

POSITION, END_DEMAND, PAST = 0, 1, 2  # columns: units in stock and on order; units; then the periods' demand


def notes(world: World) -> int:
    """Return how many columns it keeps."""
    return PAST + int(world.market["forecast_window"][1])


def settle(world: World) -> None:
    """Settle as the standard rule does, but supplies for the units ordered."""
    _settle(world, notes_of(world, "settle"))


@compiled
def _settle(world, kept):
    for i in range(world.market[0].customers):
        pay(world, i)
    list_sales(world)
    for t in range(len(world.tiers)):
        if t > 0:
            for i in buyers_of(world, t):
                _be_supplied(world, i, kept)
        tier = world.tiers[t]
        for n in range(tier.place, tier.place + tier.providers):
            book(world, n)
    close_accounts(world)


@inlined
def _be_supplied(world, i, kept):
    """Let firm i take what it orders, and pay for what it did not sell: the rest is in the margin of its sales."""
    sold = world.tallies[i].served
    kept[i, END_DEMAND] = _end_demand(world, i, kept)
    _note_demand(world, kept[i], sold)
    if world.actors[i].kind != FIRM or is_fixed(world, i):
        take_supplies(world, i, sold)
        return
    ordered = 0 if world.encounters[i].slot == NOBODY else _order(world, kept[i], sold)
    kept[i, POSITION] += ordered - sold
    world.actors[i].cash -= cents(world.terms[i].inputs) * (ordered - sold)
    take_supplies(world, i, ordered)


@inlined
def _end_demand(world, i, kept):
    """Return what the end customers of firm i bought through it this period, in units."""
    total = 0.0
    for sale in sales_of(world, place_of(world, i)):
        buyer = world.sales[sale]
        if buyer < world.market[0].customers:
            total += world.encounters[buyer].volume
        else:
            total += kept[buyer, END_DEMAND]
    return total


@inlined
def _note_demand(world, kept, sold):
    """Write down this period's demand, as far as demand is shared the end customers', over that of p periods ago."""
    market = world.market[0]
    place = (world.clock[0].period - 1) % market.forecast_window
    kept[PAST + place] = (1.0 - market.shared_demand) * sold + market.shared_demand * kept[END_DEMAND]


@inlined
def _order(world, kept, sold):
    """Return how many units a firm orders, having sold so many; in the first period as many, it has its stock then."""
    market, total = world.market[0], 0.0
    periods = min(world.clock[0].period, market.forecast_window)
    for past in range(periods):
        total += kept[PAST + past]
    target = market.lead_time * total / periods
    if world.clock[0].period == 1:
        kept[POSITION] = target
    return max(math.floor(target - (kept[POSITION] - sold) + 0.5), 0)
