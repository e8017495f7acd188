"""The market of `docs/odd.md` once more, in idiomatic Mesa: one object per participant, one method per decision.

Written from the page alone, without the rules of `sim/`. Where the two give the same trajectories, page,
engine and reference say the same thing. To learn the model, read `market.py` first: its `step` is the schedule.
"""

from tests.reference.market import ReferenceMarket

__all__ = ["ReferenceMarket"]
