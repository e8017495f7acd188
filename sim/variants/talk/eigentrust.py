"""EigenTrust: a provider's rating is the trust of all, where those who are trusted themselves count for more.

Kamvar, Schlosser & Garcia-Molina 2003, "The EigenTrust algorithm for reputation management in P2P networks",
Proceedings of the 12th World Wide Web Conference. Local trust is the surplus of good encounters of a tie,
s_ij = max(pos - neg, 0), normalised to c_ij = s_ij / sum of s_i, or the trust p = 1/n of a stranger where i trusts
nobody. Global trust is the principal eigenvector t = (1 - restart)*C't + restart*p, which power iteration reaches
from t = p. The n participants are all who buy or provide: peers, customers, firms and departments of all tiers.

The rating is written as `RATING_WORTH` encounters, a share t/(t + mean t of the providers) of them good: 1/2 for a
provider that is trusted as much as the mean.
"""

import numpy as np

from sim.compiled import compiled, inlined
from sim.records import NOBODY
from sim.relations import RATING_WORTH, partner_rows
from sim.rules.talk import recommend
from sim.state import World

CLOSE_ENOUGH = 1e-13  # sum of what one more step changes
MOST_STEPS = 5_000  # 0.99**5000 is less


def talk(world: World) -> None:
    """Let every buyer form an opinion, and every provider's rating follow the trust of all."""
    _talk(world, *np.zeros((3, len(world.actors))))


@compiled
def _talk(world, given, trusted, following):
    for i in range(len(world.ties)):
        recommend(world, i)
    find_global_trust(world, given, trusted, following)
    mean = 0.0
    for j in world.providers:
        mean += trusted[j] / len(world.providers)
    for j in world.providers:
        good = trusted[j] / (trusted[j] + mean)
        world.actors[j].rating_pos = RATING_WORTH * good
        world.actors[j].rating_neg = RATING_WORTH * (1.0 - good)


@compiled
def find_global_trust(world, given, trusted, following):
    """Fill `trusted` with the global trust of the participants, by row; the other two arrays are room for work.

    Sums are taken in the order of buyers and their slots: the bits are the same everywhere.
    """
    n = partner_rows(world).start
    for i in range(n):
        given[i] = _given(world, i) if i < len(world.ties) else 0.0
        trusted[i] = 1.0 / n
    for _ in range(MOST_STEPS):
        _pass_on(world, given, trusted, following, n)
        changed = 0.0
        for i in range(n):
            changed += abs(following[i] - trusted[i])
            trusted[i] = following[i]
        if changed < CLOSE_ENOUGH:
            return


@inlined
def _pass_on(world, given, trusted, following, n):
    """Take one step: following = (1 - restart)*C't + restart*p."""
    restart = world.market[0].restart
    to_all = 0.0
    for i in range(n):
        to_all += restart * trusted[i] if given[i] > 0.0 else trusted[i]
    for i in range(n):
        following[i] = to_all / n
    for i in range(len(world.ties)):
        if given[i] > 0.0:
            for s in range(world.ties.shape[1]):
                if world.ties[i, s].provider != NOBODY:
                    share = _surplus(world.ties[i, s]) / given[i]
                    following[world.ties[i, s].provider] += (1.0 - restart) * trusted[i] * share


@inlined
def _given(world, i):
    """Return the sum of buyer i's local trust."""
    total = 0.0
    for s in range(world.ties.shape[1]):
        if world.ties[i, s].provider != NOBODY:
            total += _surplus(world.ties[i, s])
    return total


@inlined
def _surplus(tie):
    """Return the local trust of a tie: good encounters remembered less bad ones, 0 at least."""
    return max(tie.pos - tie.neg, 0.0)
