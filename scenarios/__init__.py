"""Questions asked of the market: scenarios, runs, comparisons.

`from scenarios import load, run, compare` is all most people need. Names are looked up when they are first
used, so that listing scenarios loads neither Numba nor Mesa.
"""

import importlib

_PLACES = {
    "library": "scenarios.catalogue",
    "regimes_of": "scenarios.catalogue",
    "load": "scenarios.scenario",
    "dump_scenario": "scenarios.scenario",
    "Scenario": "scenarios.scenario",
    "ScenarioError": "scenarios.catalogue",
    "run": "scenarios.runs",
    "simulate": "scenarios.simulation",
    "save_run": "scenarios.runs",
    "compare": "scenarios.comparison",
    "strategy_map": "scenarios.maps",
    "claims_library": "scenarios.catalogue",
    "find_claims": "scenarios.claims",
    "try_claims": "scenarios.claim_verdicts",
    "save_claims": "scenarios.claim_answers",
    "read_network": "scenarios.networks",
    "write_network": "scenarios.networks",
    "save_comparison": "scenarios.answers",
    "save_map": "scenarios.answers",
    "sensitivity_analysis": "scenarios.drivers",
    "SensitivityPlan": "scenarios.driver_plans",
    "save_sensitivity": "scenarios.driver_answers",
    "problem": "scenarios.sensitivity",
    "save_world": "scenarios.checkpoint",
    "load_world": "scenarios.checkpoint",
    "read_design": "scenarios.sweeps.design",
    "sweep": "scenarios.sweeps.running",
    "resume": "scenarios.sweeps.running",
    "open_sweep": "scenarios.sweeps.results",
    "summary": "scenarios.sweeps.summary",
    "play": "scenarios.contest.entry",
}
__all__ = list(_PLACES)


def __getattr__(name: str) -> object:
    if name not in _PLACES:
        raise AttributeError(f"module 'scenarios' has no attribute {name!r}")
    return getattr(importlib.import_module(_PLACES[name]), name)
