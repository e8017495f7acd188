"""What a visitor takes along: the table as CSV, the market as a scenario file, the command that repeats it."""

import csv
import io
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from scenarios.comparison import Comparison
from scenarios.scenario import Scenario
from scenarios.sentences import NAMED, toml_key, toml_text
from scenarios.statistics import estimate
from scenarios.store import cell
from sim.config import SECTIONS, sections_of
from sim.final import units

STEM = "valuenet-compare"
COLUMNS = (
    "measure",
    "unit",
    "scenario",
    "mean",
    "mean_low",
    "mean_high",
    "baseline",
    "difference",
    "difference_low",
    "difference_high",
    "effect_size",
    "pairs",
    "first_seed",
    "replications",
)

Tables = Mapping[str, Mapping[str, Any]]


def table_csv(found: Comparison) -> str:
    """Return every measure of every scenario, with its paired difference to the first one, as CSV."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(COLUMNS)
    baseline = found.scenarios[0].name
    for s, outcome in enumerate(found.outcomes):
        changes = found.differences(s)
        for name, (unit, _) in units().items():
            mean, change = estimate(outcome.results[name]).to_dict(), changes[name].to_dict()
            compared = [change[key] for key in ("difference", "low", "high", "effect_size", "pairs")] if s else [""] * 5
            writer.writerow(
                cell(value)
                for value in (
                    name,
                    unit,
                    outcome.scenario.name,
                    mean["mean"],
                    mean["low"],
                    mean["high"],
                    baseline if s else "",
                    *compared,
                    found.seed,
                    found.replications,
                )
            )
    return text.getvalue()


def command(found: Comparison) -> str:
    """Return the command that repeats a comparison from its scenario file."""
    return f"valuenet compare {STEM}.toml --seed {found.seed} --replications {found.replications}"


def scenario_file(scenarios: Sequence[Scenario], title: str, description: str) -> str:
    """Return a scenario file whose regimes are these scenarios: what they share above, the rest by regime.

    Loading `FILE:NAME` gives the market of the scenario of that name, on its network where all have the same.
    """
    tables = [_tables(scenario) for scenario in scenarios]
    shared = _shared(tables)
    head = {"title": title, "description": description}
    networks = {scenario.network_file for scenario in scenarios}
    head |= {"network": networks.pop()} if len(networks) == 1 and "" not in networks else {}
    lines = _lines(head | {"periods": scenarios[0].market.periods})
    lines += _sections(shared, "")
    for scenario, own in zip(scenarios, tables, strict=True):
        prefix = f"regime.{toml_key(scenario.name)}"
        lines += ["", f"[{prefix}]", *_lines({"title": scenario.title})]
        lines += _sections(_where(own, lambda *row: not _has(shared, *row)), f"{prefix}.")
    return "\n".join(lines) + "\n"


def _tables(scenario: Scenario) -> Tables:
    """Return the rows of a scenario by table: its sections, then its departments, chain, shocks and strategies."""
    market = scenario.market
    tables = sections_of(market)
    for kind in NAMED:
        tables |= {f"{kind}.{toml_key(name)}": one.model_dump() for name, one in getattr(market, kind).items()}
    return tables


def _shared(tables: Sequence[Tables]) -> Tables:
    """Return the rows that all scenarios have, and the tables of an order they agree on, even without a row.

    The order of tiers, shocks and strategies is part of a market: where scenarios do not have the same, nothing
    of it is shared.
    """
    first, others = tables[0], tables[1:]
    same = [kind for kind in NAMED if all(_of(kind, other) == _of(kind, first) for other in others)]
    common = _where(first, lambda *row: all(_has(other, *row) for other in others))
    return {name: rows for name, rows in common.items() if name in SECTIONS or name.partition(".")[0] in same}


def _of(kind: str, tables: Tables) -> list[str]:
    return [name for name in tables if name.startswith(f"{kind}.")]


def _where(tables: Tables, keep: Callable[[str, str, object], bool]) -> Tables:
    return {
        table: {key: value for key, value in rows.items() if keep(table, key, value)} for table, rows in tables.items()
    }


def _has(tables: Tables, table: str, key: str, value: object) -> bool:
    return key in tables.get(table, {}) and tables[table][key] == value


def _sections(tables: Tables, prefix: str) -> list[str]:
    """Return the tables' lines; a section without rows is left out, an entry of an order is not."""
    wanted = {name: rows for name, rows in tables.items() if rows or (not prefix and name not in SECTIONS)}
    return [line for name, rows in wanted.items() for line in ("", f"[{prefix}{name}]", *_lines(rows))]


def _lines(rows: Mapping[str, Any]) -> list[str]:
    return [f"{key} = {toml_text(value)}" for key, value in rows.items()]
