"""The market: firms, partners and customers who exchange value and trust each other or not.

`from sim import ValueNetwork, Market` is all most people need. Names are looked up when they are first
used, so that importing one part does not load Numba or Mesa for another.
"""

import importlib

_PLACES = {
    "MODEL_VERSION": "sim.version",
    "Market": "sim.config",
    "Strategy": "sim.sections",
    "Shock": "sim.shocks",
    "run": "sim.ensemble",
    "simulate": "sim.ensemble",
    "create": "sim.create",
    "ValueNetwork": "sim.model",
    "Customer": "sim.buyers",
    "Firm": "sim.agents",
    "Department": "sim.agents",
    "Courier": "sim.agents",
    "Partner": "sim.agents",
    "Peer": "sim.agents",
    "Platform": "sim.agents",
}
__all__ = list(_PLACES)


def __getattr__(name: str) -> object:
    if name not in _PLACES:
        raise AttributeError(f"module 'sim' has no attribute {name!r}")
    return getattr(importlib.import_module(_PLACES[name]), name)
