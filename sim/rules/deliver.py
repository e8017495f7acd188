"""deliver: the encounters happen, some go wrong, some leave the platform."""

from sim import draws
from sim.compiled import compiled, inlined
from sim.draws import draw, pick
from sim.maths import exp, normal_quantile
from sim.money import CENTS, cents
from sim.records import BY_PLATFORM, NOBODY
from sim.relations import buyers_of, courier_rows, is_open, misfit_squared
from sim.rules.offer import cost_of, delivery_by, fit_and_value

RISK_OF_THE_NEW = 0.8  # how much more often the fully innovative fail
CLARITY = 0.6  # share of incidents that fully clear roles prevent
AFTER_REPAIR = 0.95  # share of the value left after a repair
CLOSE_PAIR = 0.7  # trust above which a pair may leave the platform


@compiled
def deliver(world, t=0):
    """Let every encounter of a buyer of tier t happen."""
    for i in buyers_of(world, t):
        receive(world, i)


@inlined
def receive(world, i):
    """Fill in what happened at buyer i's encounter: value, incident, repair, way of dealing."""
    encounter = world.encounters[i]
    slot = encounter.slot
    blank(encounter)
    if slot != NOBODY:
        encounter.slot, encounter.provider, encounter.volume = slot, world.ties[i, slot].provider, 1
        incident, repaired, leaves, noise = draw(world.clock[0].key, draws.DELIVER, world.clock[0].period, i, 0)
        _luck(world, i, encounter, incident, repaired, leaves)
        _worth(world, i, encounter, noise)
        if i >= world.market[0].customers:
            _agree(world, world.ties[i, slot], encounter)
        elif encounter.mediated and world.market[0].couriers > 0:
            _carry(world, i, encounter)


@inlined
def _agree(world, tie, encounter):
    """Fix the price of a supply, and what it costs, per unit: the volume shows when the customers have bought."""
    encounter.price, encounter.cost = cents(tie.price) / CENTS, cents(cost_of(world, tie, encounter)) / CENTS


@inlined
def _carry(world, i, encounter):
    """Let a random courier deliver, the next open one if it is closed; V is multiplied by d / mean d."""
    market, couriers = world.market[0], courier_rows(world)
    luck = draw(world.clock[0].key, draws.COURIER, world.clock[0].period, i, 0)[0]
    place = pick(luck, market.couriers)
    while not is_open(world.actors[couriers.start + place]):
        place = (place + 1) % market.couriers
    encounter.courier = couriers.start + place
    if market.delivery > 0.0:
        brought = delivery_by(world, encounter.courier) / market.delivery
        encounter.value *= brought
        encounter.relational *= brought


@inlined
def blank(encounter):
    """Empty the record of an encounter; only whether the buyer has a need stays."""
    encounter.slot, encounter.provider, encounter.courier = NOBODY, NOBODY, NOBODY
    encounter.volume = 0
    encounter.retained = encounter.first = encounter.incident = 0
    encounter.repaired = encounter.mediated = encounter.left = 0
    encounter.fit = encounter.trust = encounter.satisfaction = encounter.skill = encounter.insight = 0.0
    encounter.value = encounter.relational = encounter.price = encounter.cost = 0.0
    encounter.fee = encounter.subsidy = encounter.margin = 0.0
    encounter.partner_cost = encounter.partner_margin = encounter.platform_margin = 0.0
    encounter.courier_cost = encounter.courier_margin = 0.0


@inlined
def _luck(world, i, encounter, incident, repaired, leaves):
    """Decide incident, repair and disintermediation by draws; note whether the buyer stayed with its provider."""
    market = world.market[0]
    tie, person = world.ties[i, encounter.slot], world.actors[i]
    strategy = world.strategies[world.terms[tie.provider].strategy]
    chance = (
        market.incident
        * (1.0 + RISK_OF_THE_NEW * strategy.innovate)
        * (1.0 - CLARITY * market.roles_effect * strategy.role_clarity)
    )
    encounter.incident = 1 if incident < chance else 0
    if encounter.incident:
        encounter.repaired = 1 if repaired < strategy.repair else 0
    if tie.origin == BY_PLATFORM:
        close = tie.trust > CLOSE_PAIR
        encounter.left = 1 if close and leaves < market.leak * market.fee else 0
        encounter.mediated = 1 - encounter.left
    encounter.first = 1 if person.bought == 0 else 0
    encounter.retained = 1 if person.current == encounter.slot else 0


@inlined
def _worth(world, i, encounter, noise):
    """Set the value delivered, and the part of it that skill and insight made.

    V is multiplied by log-normal noise, by 0.95 after a repaired incident, by 1 - loss after another.
    """
    market, tie = world.market[0], world.ties[i, encounter.slot]
    encounter.trust = tie.trust
    gap = misfit_squared(world, i, tie.provider)
    encounter.fit, worth = fit_and_value(world, tie, gap, tie.skill, tie.insight)
    _, strangers = fit_and_value(world, tie, gap, 0.0, 0.0)
    if worth != tie.value:  # another rule made the offer: the same share of its value is relational
        strangers *= tie.value / worth if worth > 0.0 else 0.0
    kept = exp(market.noise * normal_quantile(noise))
    if encounter.incident:
        kept *= AFTER_REPAIR if encounter.repaired else 1.0 - market.loss
    encounter.value = tie.value * kept
    encounter.relational = (tie.value - strangers) * kept
