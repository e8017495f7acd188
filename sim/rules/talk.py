"""talk: encounters become public ratings and recommendations."""

from sim.compiled import compiled
from sim.state import NOBODY

RATING_MEMORY = 0.98
OPINION_RATE = 0.2


@compiled
def talk(world):
    """Age all public evidence by 0.98 and add this period's: y good and 1 - y bad for each encounter.

    Who left the platform gives no rating. A buyer's recommendation follows its satisfaction: its first
    encounter sets it, each later one moves it by 0.2 of the difference.
    """
    for j in world.providers:
        world.actors[j].rating_pos *= RATING_MEMORY
        world.actors[j].rating_neg *= RATING_MEMORY
    for i in range(len(world.ties)):
        encounter, person = world.encounters[i], world.actors[i]
        if encounter.slot != NOBODY:
            rate = 1.0 if encounter.first else OPINION_RATE
            person.recommends += rate * (encounter.satisfaction - person.recommends)
            if not encounter.left:
                world.actors[encounter.provider].rating_pos += encounter.satisfaction
                world.actors[encounter.provider].rating_neg += 1.0 - encounter.satisfaction
