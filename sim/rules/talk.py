"""talk: encounters become public ratings and recommendations."""

from sim.compiled import compiled, inlined
from sim.records import NOBODY
from sim.relations import sales_of

RATING_MEMORY = 0.98
OPINION_RATE = 0.2


@compiled
def talk(world):
    """Let every buyer form an opinion, and ratings follow."""
    for i in range(len(world.ties)):
        recommend(world, i)
    for n in range(len(world.providers)):
        rate(world, n)


@inlined
def recommend(world, i):
    """Move buyer i's recommendation by 0.2 of the way to its satisfaction; its first encounter sets it."""
    encounter, person = world.encounters[i], world.actors[i]
    if encounter.slot != NOBODY:
        rate = 1.0 if encounter.first else OPINION_RATE
        person.recommends += rate * (encounter.satisfaction - person.recommends)


@inlined
def rate(world, n):
    """Age the n-th provider's public evidence by 0.98 and add this period's: y good and 1 - y bad per encounter.

    Who left the platform gives no rating.
    """
    provider = world.actors[world.providers[n]]
    pos, neg = RATING_MEMORY * provider.rating_pos, RATING_MEMORY * provider.rating_neg
    for sale in sales_of(world, n):
        i = world.sales[sale]
        if world.encounters[i].volume > 0 and not world.encounters[i].left:
            pos += world.encounters[i].satisfaction
            neg += 1.0 - world.encounters[i].satisfaction
    provider.rating_pos, provider.rating_neg = pos, neg
