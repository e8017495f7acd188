"""`valuenet show`: one scenario as it takes effect, every quantity with value, unit, range and meaning."""

from argparse import Namespace
from collections.abc import Iterator
from typing import Any

from pydantic.fields import FieldInfo
from rich.console import Console
from rich.table import Table

from scenarios.catalogue import STRATEGIES, names, read_toml
from scenarios.commands.console import console, print_json, table
from scenarios.commands.options import scenario_of
from scenarios.scenario import Scenario, dump_scenario
from scenarios.sentences import NAMED, allowed, limits, toml_text, unit
from sim.config import Market, quantities_in

FIRST_COLUMN = {"departments": "department", "chain": "tier", "shocks": "shock", "strategies": "knob"}
LABELS = {
    "en": {"question": "Question", "look_at": "Look at", "source": "Source"},
    "fi": {"question": "Kysymys", "look_at": "Katso", "source": "Lähde"},
    "sv": {"question": "Fråga", "look_at": "Se på", "source": "Källa"},
}


def command(args: Namespace) -> int:
    """Print the effective scenario as tables, as TOML or as JSON."""
    scenario = scenario_of(args, args.name)
    if args.json:
        print_json(_record(scenario, args.language))
    elif args.toml:
        print(dump_scenario(scenario), end="")
    else:
        _print(scenario, args.language)
    return 0


def _record(scenario: Scenario, language: str) -> dict[str, Any]:
    return {
        "valuenet": "show",
        "name": scenario.name,
        **scenario.told(language)._asdict(),
        "network": scenario.network_file or None,
        "regimes": list(scenario.regimes),
        "strategies": list(scenario.market.strategies),
        "quantities": _market(scenario) + [row for kind in NAMED for row in _named(scenario, kind)],
        "business_models": {
            name: [line._asdict() for line in lines] for name, lines in scenario.business_models.items()
        },
        "toml": dump_scenario(scenario),
    }


def _quantities(scenario: Scenario) -> Iterator[tuple[str, Any, FieldInfo]]:
    """Yield (key, value, field) of every quantity of the market itself."""
    market = scenario.market
    yield "periods", market.periods, Market.model_fields["periods"]
    for section, name, field in quantities_in(market):
        yield f"{section}.{name}", getattr(getattr(market, section), name), field


def _market(scenario: Scenario) -> list[dict[str, Any]]:
    return [_row(key, value, field) for key, value, field in _quantities(scenario)]


def _named(scenario: Scenario, kind: str) -> list[dict[str, Any]]:
    """Return the quantities of all departments, tiers, shocks or strategies."""
    rows = []
    for name, one in getattr(scenario.market, kind).items():
        usual = _usual(name) if kind == "strategies" else {}
        rows += [
            _row(f"{kind}.{name}.{key}", getattr(one, key), field, usual.get(key))
            for key, field in NAMED[kind].model_fields.items()
        ]
    return rows


def _usual(strategy: str) -> dict[str, Any]:
    """Return the knobs of the library's strategy of this name."""
    if strategy not in names(STRATEGIES):
        return {}
    return read_toml(STRATEGIES / f"{strategy}.toml", f"strategies/{strategy}.toml")["knobs"]


def _row(key: str, value: Any, field: FieldInfo, default: Any = None) -> dict[str, Any]:
    low, high = limits(field) or (None, None)
    if default is None and not field.is_required():
        default = field.default
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


def _print(scenario: Scenario, language: str) -> None:
    screen, told = console(), scenario.told(language)
    screen.print(f"{scenario.name}: {told.title}\n{told.description}")
    for key, label in LABELS[language].items():
        if text := getattr(told, key):
            screen.print(f"{label}: {text}")
    if scenario.network:
        screen.print(f"Network: {scenario.network_file}, {len(scenario.network.names)} participants")
    screen.print("* differs from the default")
    rows = []
    for key, value, field in _quantities(scenario):
        rows.append((_mark(_row(key, value, field)), key, _shown(value), allowed(field), field.description or ""))
    screen.print(table(("", "quantity", "value", "allowed", "meaning"), rows))
    _print_models(scenario, screen)
    for kind in NAMED:
        if getattr(scenario.market, kind):
            screen.print(_side_by_side(scenario, kind))


def _print_models(scenario: Scenario, screen: Console) -> None:
    """Show how each business model became a strategy."""
    for name, lines in scenario.business_models.items():
        rows = [(line.element, line.says, line.knob, f"{line.value:g}", line.how) for line in lines]
        columns = ("element", "what the file says", "knob", "value", "how")
        screen.print(table(columns, rows, title=f"Business model {name}", right=(3,)))


def _side_by_side(scenario: Scenario, kind: str) -> Table:
    """Show the departments, tiers, shocks or strategies, a column each."""
    named = list(getattr(scenario.market, kind))
    cells = {row["key"]: f"{_shown(row['value'])}{_mark(row)}" for row in _named(scenario, kind)}
    rows = [
        (key, *(cells[f"{kind}.{name}.{key}"] for name in named), allowed(field), str(field.description))
        for key, field in NAMED[kind].model_fields.items()
    ]
    return table((FIRST_COLUMN[kind], *named, "allowed", "meaning"), rows, right=range(1, len(named) + 1))


def _mark(row: dict[str, Any]) -> str:
    return "*" if row["changed"] else ""


def _shown(value: Any) -> str:
    return value if isinstance(value, str) else toml_text(value)
