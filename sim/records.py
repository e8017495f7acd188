"""The records of a world: one dtype each, every field with its unit."""

import numpy as np
from numpy.typing import DTypeLike

from sim.config import quantities
from sim.rule_sections import Rules
from sim.sections import Strategy

OWN, REFERRAL, BY_PLATFORM, FIXED = 0, 1, 2, 3
ORIGINS = ("own search", "referral", "platform", "fixed")
NOBODY = -1


def record(*fields: tuple) -> np.dtype:
    """Return an aligned record dtype whose fields are attributes, compiled or not.

    Raises
    ------
    TypeError
        If a byte would belong to no field (checkpoints compare bytes), or a field is called like something
        that NumPy's records have (`size`): without compilation that would be read instead.
    """
    aligned = np.dtype(list(fields), align=True)
    if aligned.itemsize != sum(np.dtype(field[1]).itemsize for field in fields):
        raise TypeError(f"a record with a gap: {fields}")
    if taken := {field[0] for field in fields} & set(dir(np.record)):
        raise TypeError(f"a record has {taken} of its own")
    return np.dtype((np.record, aligned))


def _numbers(fields: dict) -> list[tuple[str, DTypeLike]]:
    types: dict[type | None, DTypeLike] = {float: "f8", int: "i8"}
    return [(name, types[field.annotation]) for name, field in fields.items() if field.annotation in types]


MARKET = record(
    *_numbers({name: field for _, name, field in quantities()}),
    ("peers", "i8"),  # customers who also provide
    ("advertised", "i8"),  # 1: some strategy advertises
    ("breached", "i8"),  # period in which data were last misused, 0: never
    ("price_level", "f8"),  # what firms that sell ask, as a share of what they would without a price war
    ("carriers", "i8"),  # open couriers
    ("delivery", "f8"),  # share of the value that a courier is expected to bring
)
RULES = record(*((name, "S32") for name in Rules().chosen()))  # which rule acts at each place of the schedule
STRATEGY = record(*_numbers(dict(Strategy.model_fields)))

CLOCK = record(
    ("key", "u8"),  # the world's seed
    ("period", "i8"),  # periods done
    ("outside", "i8"),  # cents paid to the rest of the economy
)
TIER = record(  # who sells to the tier below; tier 0 to the customers
    ("row", "i8"),  # of its first firm
    ("place", "i8"),  # of its first provider in `providers`
    ("providers", "i8"),  # how many there are
    ("firms", "i8"),  # of them firms or departments: all but the peers
    ("slots", "i8"),  # own slots of its buyers
    ("internal", "i8"),  # 1: departments, one for each buyer
    ("worth", "f8"),  # EUR: value of a perfect delivery to its buyers
    ("work", "f8"),  # share of the work of a delivery
    ("input_weight", "f8"),  # share of its buyers' own worth that hangs on it
    ("orders", "f8"),  # how far departments are commanded
)
SHOCK = record(
    ("kind", "i8"),  # place in sim.shocks.SHOCKS
    ("period", "i8"),  # in which it begins
    ("end", "i8"),  # first period in which it is over
    ("amount", "f8"),  # the scenario's `size`
    ("tier", "i8"),  # whose providers it hits
    ("strategy", "i8"),  # of a new entrant, or NOBODY
    ("heard_by", "f8"),  # share of the customers who hear of it
    ("seeds", "i8"),  # 1: influencers hear of it first
)
ACTOR = record(
    ("kind", "i1"),  # CUSTOMER, PEER, FIRM, PARTNER, PLATFORM, DEPARTMENT, COURIER
    ("consents", "i1"),  # 1: lets its data be used
    ("influencer", "i1"),  # 1: among those with most friends
    ("takes_part", "i1"),  # 1: a peer or courier who provides
    ("member", "i1"),  # 1: a customer who follows the platform
    ("closed", "i1"),  # 1: a shock keeps it from providing
    ("betrays", "i1"),  # 1: makes no effort
    ("disposition", "i1"),  # how a buyer chooses, where buyers differ (sim.variants.choose.dispositions)
    ("tier", "i4"),  # in which it provides
    ("partners", "i4"),  # a firm's partners
    ("current", "i4"),  # slot of the provider served by last, or NOBODY
    ("strategy", "i4"),  # row of `strategies`
    ("capacity", "i4"),  # encounters per period in full quality; 0 = no limit
    ("load", "i4"),  # encounters served in the last period
    ("arrived", "i8"),  # period in which the buyer came
    ("bought", "i8"),  # encounters as a buyer since arrival
    ("cash", "i8"),  # cents
    ("values", "f8"),  # [0, 1] what the actor holds dear
    ("aspiration", "f8"),  # EUR of gain per encounter taken for granted
    ("recommends", "f8"),  # [0, 1] smoothed satisfaction of a buyer
    ("privacy", "f8"),  # [0, 1] consents while this is below `consent` * data_trust
    ("data_trust", "f8"),  # [0, 1] in how data are used
    ("window", "f8"),  # EUR per period gained through the platform, smoothed
    ("edge", "f8"),  # share by which a new entrant's offer is better
    ("gains", "f8"),  # EUR of value gained as a buyer since the start of the run
    ("capability", "f8"),  # [0, 1] quality of what is provided
    ("engagement", "f8"),  # [0, 1] of a provider's people
    ("pleased", "f8"),  # [0, 1] mean satisfaction of last period's buyers
    ("mean_skill", "f8"),  # [0, 1] mean skill of the ties served last
    ("rating_pos", "f8"),  # public evidence, encounters
    ("rating_neg", "f8"),
    ("profit", "f8"),  # EUR per period, smoothed
)
TERMS = record(  # what a provider brings to all its buyers this period
    ("strength", "f8"),  # EUR: value * capability * load factor
    ("effort_part", "f8"),  # effort ** alpha
    ("asked", "f8"),  # EUR asked before the surplus is shared, off the platform
    ("share", "f8"),
    ("patience", "f8"),
    ("values", "f8"),  # [0, 1] as the actor's
    ("unit_cost", "f8"),  # EUR, off the platform, inputs included
    ("strategy", "i4"),  # as the actor's
    ("partners", "i2"),  # as the actor's
    ("closed", "i2"),  # 1: nobody can choose it
    ("asked_mediated", "f8"),  # EUR asked before the surplus is shared, on the platform
    ("rating", "f8"),  # [0, 1] public rating
    ("trust", "f8"),  # [0, 1] of a buyer on the platform without evidence of its own
    ("cooperation", "f8"),  # [0, 1] of such a buyer's tie
    ("effort", "f8"),  # [0, 1] effective effort before reciprocity
    ("following", "i4"),  # strategy after adapt
    ("bankrupt", "i4"),  # 1: leaves in adapt
    ("inputs", "f8"),  # EUR per unit for what it buys itself, whole cents
    ("partner_cost", "f8"),  # EUR per unit that its partners spend, whole cents
)
TIE = record(
    ("provider", "i4"),  # row, or NOBODY
    ("origin", "i4"),  # OWN, REFERRAL, BY_PLATFORM, FIXED
    ("tenure", "i8"),  # encounters so far
    ("pos", "f8"),  # buyer's evidence about the provider, encounters
    ("neg", "f8"),
    ("gpos", "f8"),  # provider's evidence about the buyer, encounters
    ("gneg", "f8"),
    ("skill", "f8"),  # [0, 1] relation-specific competence
    ("insight", "f8"),  # [0, 1] how well the provider understands this buyer
    ("known", "f8"),  # [0, 1] how well the buyer can judge the fit before buying
    ("trust", "f8"),  # [0, 1] from the evidence, with the rating on platform ties
    ("cooperation", "f8"),  # [0, 1] what trust and goodwill leave of co-creation
    ("value", "f8"),  # EUR this encounter would be worth
    ("expected", "f8"),  # EUR the buyer expects
    ("price", "f8"),  # EUR asked
)
ENCOUNTER = record(  # what happened to a buyer this period; first what its provider wants to know
    ("slot", "i4"),  # or NOBODY: no encounter
    ("provider", "i4"),
    ("volume", "i4"),  # units: 1 for a customer, what it sold itself for a firm
    ("courier", "i4"),  # row of who carried it, or NOBODY
    ("left", "i1"),  # 1: met on the platform, dealt outside it
    ("mediated", "i1"),  # 1: through the platform, with fee and rating
    ("retained", "i1"),  # 1: the same provider as last time
    ("first", "i1"),  # 1: the buyer's first encounter
    ("incident", "i1"),
    ("repaired", "i1"),
    ("wants", "i1"),  # 1: had a need this period
    ("reserve", "i1"),  # fills the eight bytes up
    ("price", "f8"),  # EUR paid
    ("cost", "f8"),  # EUR it cost the provider, inputs and courier included
    ("margin", "f8"),  # EUR kept by the provider
    ("platform_margin", "f8"),  # EUR of fee less subsidies
    ("satisfaction", "f8"),  # [0, 1]
    ("skill", "f8"),  # [0, 1] after the encounter
    ("insight", "f8"),  # [0, 1] after the encounter
    ("fit", "f8"),  # [0, 1]
    ("trust", "f8"),  # [0, 1] before the encounter
    ("value", "f8"),  # EUR delivered
    ("relational", "f8"),  # EUR of it that skill and insight made
    ("fee", "f8"),  # EUR
    ("subsidy", "f8"),  # EUR from the platform to the buyer
    ("partner_cost", "f8"),  # EUR paid by the provider's partners to the outside
    ("partner_margin", "f8"),  # EUR kept by the partners
    ("courier_cost", "f8"),  # EUR paid by the courier to the outside
    ("courier_margin", "f8"),  # EUR kept by the courier
)
TALLY = record(  # a provider's, partner's or courier's period
    ("served", "i8"),  # units
    ("cents", "i8"),  # kept
    ("outside", "i8"),  # cents paid to the outside
    ("platform", "i8"),  # cents the platform kept of its encounters
    ("shared", "i8"),  # cents a firm passed on to each of its partners
    ("pleased", "f8"),  # sum of the satisfaction of its buyers, of a partner's or courier's
    ("revenue", "f8"),  # EUR
    ("margin", "f8"),  # EUR
)
DESK = record(  # one of the providers a buyer decides between
    ("misfit", "f8"),  # |theta - x|**2
    ("key", "i8"),  # orders the providers by row
    ("weight", "f8"),  # in the logit
)
SHOWN = record(  # one of the peers the platform shows a buyer
    ("peer", "i8"),  # row, or NOBODY
    ("score", "f8"),
)
