"""Learning by reinforcement: strengths, the bids of an auction, and what experience makes of a strength.

Kirman & Vriend 2001, "Evolving market structure: an ACE model of price dispersion and loyalty", Journal of Economic
Dynamics and Control 25, 459-502 (after Holland's classifier systems): of the actions there are the one with the highest
bid is taken. A bid is the strength, scaled to [0, 1] over these actions, plus normal noise of standard deviation 0.1;
with probability 0.025 it is a mere uniform draw. The action's strength then moves to its reward: s = memory*s +
(1 - memory)*reward. All start at 1; what is kept is s - 1.
"""

from sim.compiled import compiled, inlined
from sim.draws import draw
from sim.maths import normal_quantile

FIRST = 1.0  # strength of what was never tried
NOISE, TREMBLE = 0.1, 0.025
NEVER = -1.0  # strength of what cannot be done


@compiled
def bid(strength, low, high, trembles, luck):
    """Return the bid of an action among actions whose strengths lie from `low` to `high`; two draws decide."""
    if trembles < TREMBLE:
        return luck
    scaled = (strength - low) / (high - low) if high > low else 0.5
    return scaled + NOISE * normal_quantile(luck)


@inlined
def strongest(kept, first, count, key, purpose, period, actor, place):
    """Return which of the `count` actions kept from `first` on makes the highest bid; draws from `place` on."""
    low = high = kept[first]
    for n in range(count):
        low, high = min(low, kept[first + n]), max(high, kept[first + n])
    four = draw(key, purpose, period, actor, place)
    best, highest = 0, bid(kept[first], low, high, four[0], four[1])
    for n in range(1, count):
        if n % 2 == 0:
            four = draw(key, purpose, period, actor, place + n // 2)
        offered = bid(kept[first + n], low, high, four[2 * (n % 2)], four[2 * (n % 2) + 1])
        if offered > highest:
            best, highest = n, offered
    return best


@inlined
def most_promising(room, count, key, purpose, period, actor, place):
    """Return which of the `count` weights in `room` makes the highest bid, those of `NEVER` aside; -1 without any."""
    low, high = 0.0, NEVER
    for c in range(count):
        if room[c].weight != NEVER:
            low = room[c].weight if high == NEVER else min(low, room[c].weight)
            high = max(high, room[c].weight)
    best, highest = -1, 0.0
    for c in range(count):
        four = draw(key, purpose, period, actor, place + c)
        if room[c].weight != NEVER:
            offered = bid(room[c].weight, low, high, four[0], four[1])
            if best < 0 or offered > highest:
                best, highest = c, offered
    return best


@compiled
def moved(kept, memory, reward):
    """Return what is kept of a strength after a reward: s - 1 of s = memory*s + (1 - memory)*reward."""
    return memory * kept + (1.0 - memory) * (reward - FIRST)
