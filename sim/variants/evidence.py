"""How a rule that keeps trust as a number writes it as evidence, so that the rest of the market can read it.

Everything else reads trust as (pos + 1)/(pos + neg + 2), with a public rating added where there is one. Evidence
whose sum is -d, with 0 <= d <= 1, reads as any trust T: pos = T*(2 - d) - 1. So d can carry a second number.
A slot without evidence reads as T = 0.5, d = 0; evidence from elsewhere (a friend's word) as its trust, d = 0.
Bad news that is added to it (a breach of privacy) lowers T as it should, but d is lost in it.
"""

from sim.compiled import compiled, inlined
from sim.relations import beta_mean


@compiled
def as_number(pos, neg):
    """Return (T, d), both in [0, 1], of evidence."""
    return beta_mean(pos, neg), max(-(pos + neg), 0.0)


@inlined
def as_evidence(trust, second):
    """Return (pos, neg) of a trust and a second number, both in [0, 1]."""
    room = 2.0 - second
    return trust * room - 1.0, (1.0 - trust) * room - 1.0
