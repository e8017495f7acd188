"""`valuenet show`: one scenario as it takes effect, every quantity with value, unit, range and meaning."""

from argparse import Namespace
from typing import Any

from pydantic.fields import FieldInfo

from scenarios.catalogue import STRATEGIES, names, read_toml
from scenarios.commands.console import console, print_json, table
from scenarios.commands.options import scenario_of
from scenarios.scenario import Scenario, dump_scenario
from scenarios.sentences import allowed, limits, toml_text, unit
from sim.config import Market, Strategy, quantities


def command(args: Namespace) -> int:
    """Print the effective scenario as tables, as TOML or as JSON."""
    scenario = scenario_of(args, args.name)
    if args.json:
        print_json(_record(scenario))
    elif args.toml:
        print(dump_scenario(scenario), end="")
    else:
        _print(scenario)
    return 0


def _record(scenario: Scenario) -> dict[str, Any]:
    return {
        "valuenet": "show",
        "name": scenario.name,
        "title": scenario.title,
        "description": scenario.description,
        "network": scenario.network_file or None,
        "regimes": list(scenario.regimes),
        "strategies": list(scenario.market.strategies),
        "quantities": _market(scenario) + _knobs(scenario),
        "toml": dump_scenario(scenario),
    }


def _market(scenario: Scenario) -> list[dict[str, Any]]:
    market = scenario.market
    rows = [_row("periods", market.periods, Market.model_fields["periods"])]
    for section, name, field in quantities():
        rows.append(_row(f"{section}.{name}", getattr(getattr(market, section), name), field))
    return rows


def _knobs(scenario: Scenario) -> list[dict[str, Any]]:
    rows = []
    for strategy, knobs in scenario.market.strategies.items():
        usual = _usual(strategy)
        rows += [
            _row(f"strategies.{strategy}.{name}", getattr(knobs, name), field, usual.get(name, field.default))
            for name, field in Strategy.model_fields.items()
        ]
    return rows


def _usual(strategy: str) -> dict[str, Any]:
    """Return the knobs of the library's strategy of this name."""
    if strategy not in names(STRATEGIES):
        return {}
    return read_toml(STRATEGIES / f"{strategy}.toml", f"strategies/{strategy}.toml")["knobs"]


def _row(key: str, value: Any, field: FieldInfo, default: Any = None) -> dict[str, Any]:
    low, high = limits(field) or (None, None)
    default = field.default if default is None else default
    return {
        "key": key,
        "value": value,
        "unit": unit(field),
        "low": low,
        "high": high,
        "meaning": field.description,
        "default": default,
        "changed": value != default,
    }


def _print(scenario: Scenario) -> None:
    screen = console()
    screen.print(f"{scenario.name}: {scenario.title}\n{scenario.description}")
    if scenario.network:
        screen.print(f"Network: {scenario.network_file}, {len(scenario.network.names)} participants")
    screen.print("* differs from the default")
    fields = {"periods": Market.model_fields["periods"]} | {f"{s}.{n}": field for s, n, field in quantities()}
    rows = [
        (_mark(row), row["key"], _shown(row["value"]), allowed(fields[row["key"]]), row["meaning"])
        for row in _market(scenario)
    ]
    screen.print(table(("", "quantity", "value", "allowed", "meaning"), rows))
    screen.print(_table_of_strategies(scenario))


def _table_of_strategies(scenario: Scenario) -> Any:
    named = list(scenario.market.strategies)
    cells = {row["key"]: f"{_shown(row['value'])}{_mark(row)}" for row in _knobs(scenario)}
    rows = [
        (name, *(cells[f"strategies.{strategy}.{name}"] for strategy in named), allowed(field), str(field.description))
        for name, field in Strategy.model_fields.items()
    ]
    return table(("knob", *named, "allowed", "meaning"), rows, right=range(1, len(named) + 1))


def _mark(row: dict[str, Any]) -> str:
    return "*" if row["changed"] else ""


def _shown(value: Any) -> str:
    return value if isinstance(value, str) else toml_text(value)
