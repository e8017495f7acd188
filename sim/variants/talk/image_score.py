"""Image score: what a provider is publicly worth is a whole number from -5 to 5.

Nowak & Sigmund 1998, "Evolution of indirect reciprocity by image scoring", Nature 393: whoever is seen to help rises
by 1, whoever is seen to refuse falls by 1, from 0 at first and never beyond -5 and 5; others go by the score. Here
to help is to satisfy (y > 1/2), and each encounter is seen with probability `seen`; who left the platform is not
seen. A period's acts are counted together, so that their order makes no difference.

The score is written as `RATING_WORTH` encounters, a share (score + 5)/10 of them good: everything else reads it as it
reads any rating.
"""

import math

from sim import draws
from sim.compiled import compiled, inlined
from sim.draws import draw
from sim.maths import clip
from sim.relations import RATING_WORTH, sales_of
from sim.rules.talk import recommend

BEST = 5.0
STEP = RATING_WORTH / (2.0 * BEST)  # encounters that a step up moves from bad to good
GOOD = 0.5  # satisfaction above which a buyer was helped


@compiled
def talk(world):
    """Let every buyer form an opinion, and every provider's score follow what was seen of it."""
    for i in range(len(world.ties)):
        recommend(world, i)
    for n in range(len(world.providers)):
        _score(world, n)


@inlined
def _score(world, n):
    """Move the n-th provider's score by 1 for each encounter that was seen."""
    provider = world.actors[world.providers[n]]
    score = image(provider)
    for sale in sales_of(world, n):
        i = world.sales[sale]
        if _is_seen(world, i):
            score += 1.0 if world.encounters[i].satisfaction > GOOD else -1.0
    score = clip(score, -BEST, BEST)
    provider.rating_pos, provider.rating_neg = STEP * (BEST + score), STEP * (BEST - score)


@inlined
def _is_seen(world, i):
    """Whether others see buyer i's encounter."""
    encounter, clock = world.encounters[i], world.clock[0]
    lucky = draw(clock.key, draws.SEEN, clock.period, i, 0)[0] < world.market[0].seen
    return encounter.volume > 0 and not encounter.left and lucky


@compiled
def image(provider):
    """Return a provider's score, a whole number in [-5, 5]; evidence from elsewhere is read as the nearest score."""
    return clip(math.floor((provider.rating_pos - provider.rating_neg) / (2.0 * STEP) + 0.5), -BEST, BEST)
