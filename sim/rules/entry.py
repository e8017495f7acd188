"""entry: a new firm takes the row of one that is gone, and people join or leave the platform."""

from sim import draws
from sim.compiled import apart, inlined
from sim.draws import draw
from sim.maths import logistic
from sim.records import FIXED
from sim.relations import NEUTRAL, alliance, courier_rows, fill
from sim.rules.settle import gain

WINDOW_RATE = 0.1  # per period, of the smoothing of what a customer gains through the platform


@apart
def enter(world, j):
    """Let an entrant take row j. The rest of the economy bears a debt, or takes what is left."""
    firm = world.actors[j]
    world.clock[0].outside += firm.cash
    firm.cash, firm.load, firm.profit, firm.mean_skill, firm.edge = 0, 0, 0.0, 0.0, 0.0
    firm.rating_pos, firm.rating_neg, firm.engagement, firm.pleased = 0.0, 0.0, NEUTRAL, NEUTRAL
    for s in range(firm.partners):
        tie = alliance(world, j, s)
        fill(world, tie, tie.provider, FIXED)


@apart
def reconsider(world):
    """Let peers, couriers and customers decide whether they take part in the platform from the next period on."""
    market = world.market[0]
    peers_earn = _mean_profit(world, range(market.peers))
    couriers_earn = _mean_profit(world, courier_rows(world))
    members_gain = _mean_window(world)
    for row in range(market.peers):
        _join_as_provider(world, row, peers_earn)
    for row in courier_rows(world):
        _join_as_provider(world, row, couriers_earn)
    for i in range(market.customers):
        _join_as_customer(world, i, members_gain)


@inlined
def _mean_profit(world, rows):
    """Return the mean smoothed profit, in EUR, of those of `rows` who take part; 0 if nobody does."""
    total, count = 0.0, 0
    for row in rows:
        if world.actors[row].takes_part:
            total += world.actors[row].profit
            count += 1
    return total / count if count > 0 else 0.0


@inlined
def _mean_window(world):
    """Bring up to date what members gain through the platform, and return its mean; 0 without members."""
    total, count = 0.0, 0
    for i in range(world.market[0].customers):
        person, encounter = world.actors[i], world.encounters[i]
        if person.member:
            gained = gain(encounter) if encounter.mediated else 0.0
            person.window += WINDOW_RATE * (gained - person.window)
            total += person.window
            count += 1
    return total / count if count > 0 else 0.0


@inlined
def _join_as_provider(world, row, others_earn):
    """P(takes part) = logistic(selection*(profit - outside_earnings)), of its own profit, or of that of its kind."""
    market, actor = world.market[0], world.actors[row]
    reconsiders, decides, _, _ = draw(world.clock[0].key, draws.JOIN, world.clock[0].period, row, 0)
    if reconsiders < market.joining:
        earns = actor.profit if actor.takes_part else others_earn
        actor.takes_part = 1 if decides < logistic(market.selection * (earns - market.outside_earnings)) else 0


@inlined
def _join_as_customer(world, i, others_gain):
    """P(member) = logistic(selection*(gain through the platform - attention)), its own gain, or that of members."""
    market, person = world.market[0], world.actors[i]
    _, _, reconsiders, decides = draw(world.clock[0].key, draws.JOIN, world.clock[0].period, i, 0)
    if reconsiders < market.joining:
        gains = person.window if person.member else others_gain
        stays = decides < logistic(market.selection * (gains - market.attention))
        if stays and not person.member:
            person.window = others_gain
        person.member = 1 if stays else 0
