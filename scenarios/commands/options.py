"""Options that several commands take."""

from argparse import Namespace

from scenarios.catalogue import ScenarioError, parse_settings, regimes_of
from scenarios.scenario import Scenario, load


def scenario_of(args: Namespace, name: str) -> Scenario:
    """Load one scenario with the settings and the network given on the command line."""
    settings = parse_settings(args.set)
    if args.periods is not None:
        settings["periods"] = args.periods
    return load(name, settings, args.network)


def scenarios_of(args: Namespace, names: list[str]) -> list[Scenario]:
    """Load the scenarios to be compared; a single one stands for its regimes."""
    asked = regimes_of(names[0]) if len(names) == 1 else names
    if len(asked) == 1:
        raise ScenarioError(f"{asked[0]} has no regimes to compare: name two scenarios or more")
    loaded = [scenario_of(args, name) for name in asked]
    for n, scenario in enumerate(loaded):
        if scenario.name in [before.name for before in loaded[:n]]:
            raise ScenarioError(f"two of the scenarios are called {scenario.name}; their names must differ")
    return loaded
