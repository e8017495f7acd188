"""What a visitor takes along: the table as CSV, the market as a scenario file, the command that repeats it."""

import csv
import io
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from scenarios.comparison import Comparison
from scenarios.scenario import Scenario
from scenarios.sentences import toml_key, toml_text
from scenarios.statistics import estimate
from scenarios.store import cell
from sim.config import SECTIONS
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

    Loading `FILE:NAME` gives the market of the scenario of that name.
    """
    tables = [_tables(scenario) for scenario in scenarios]
    shared = _where(tables[0], lambda *row: all(_has(other, *row) for other in tables[1:]))
    lines = _lines({"title": title, "description": description, "periods": scenarios[0].market.periods})
    lines += _sections(shared, "")
    for scenario, own in zip(scenarios, tables, strict=True):
        prefix = f"regime.{toml_key(scenario.name)}"
        lines += ["", f"[{prefix}]", *_lines({"title": scenario.title})]
        lines += _sections(_where(own, lambda *row: not _has(shared, *row)), f"{prefix}.")
    return "\n".join(lines) + "\n"


def _tables(scenario: Scenario) -> Tables:
    market = scenario.market
    sections = {section: getattr(market, section).model_dump() for section in SECTIONS}
    return sections | {f"strategies.{toml_key(name)}": s.model_dump() for name, s in market.strategies.items()}


def _where(tables: Tables, keep: Callable[[str, str, object], bool]) -> Tables:
    return {
        table: {key: value for key, value in rows.items() if keep(table, key, value)} for table, rows in tables.items()
    }


def _has(tables: Tables, table: str, key: str, value: object) -> bool:
    return key in tables.get(table, {}) and tables[table][key] == value


def _sections(tables: Tables, prefix: str) -> list[str]:
    return [line for name, rows in tables.items() if rows for line in ("", f"[{prefix}{name}]", *_lines(rows))]


def _lines(rows: Mapping[str, Any]) -> list[str]:
    return [f"{key} = {toml_text(value)}" for key, value in rows.items()]
