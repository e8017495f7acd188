"""Reports: one self-contained HTML page that can be read offline and printed."""

import os
import platform
from collections.abc import Sequence
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

import numpy as np
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from scenarios import figures, map_figures
from scenarios.comparison import Comparison
from scenarios.evidence import share_of_seeds
from scenarios.formats import FILTERS
from scenarios.maps import StrategyMap
from scenarios.outcome import fingerprint
from scenarios.pairing import labels
from scenarios.reasons import FACTORS, PARTS, ROLES, explain, reasons, roles_of
from scenarios.scenario import Scenario
from scenarios.sentences import unit
from scenarios.statistics import Estimate, estimate
from sim.config import quantities
from sim.final import units
from sim.metrics import PER_CUSTOMER
from sim.sections import Section, Strategy
from sim.version import MODEL_VERSION

TEMPLATES = Path(__file__).parent / "templates"
PACKAGES = ("valuenet", "numpy", "numba", "mesa")
BY_STRATEGY = {
    "share_providers": "share of providers",
    "share_encounters": "share of encounters",
    "profit": "profit, EUR per provider and period",
    "value_customers": "customers' value, EUR per encounter",
    "trust": "trust",
    "retention": "retention",
}
MOST_ROWS = 1024  # cells of a map in a table
BITCOIN_OTC = "bitcoin-otc"


def write_comparison(comparison: Comparison, path: Path, command: str = "") -> Path:
    """Write the report of a comparison.

    Parameters
    ----------
    comparison : Comparison
    path : Path
        Where to write the page; its folder must exist. It is written whole or not at all.
    command : str
        The command that made it, to be shown; by default the Python call.

    Raises
    ------
    OSError
        If the file cannot be written.
    """
    names = [scenario.name for scenario in comparison.scenarios]
    call = _python("compare", names, f"replications={comparison.replications}, seed={comparison.seed}")
    return _write(
        path,
        "comparison.html",
        {
            "comparison": comparison,
            "labels": comparison.labels,
            "command": command or call,
            "pictures": _pictures(comparison),
            "milestones": milestones(comparison.scenarios[0].market.periods),
            "sampled": figures.sampled(comparison.outcomes[0].example),
            "same_people": _same_people(comparison),
            "why": _why(comparison),
            "measures": _measures(comparison),
            "strategies": _by_strategy(comparison),
            "by_strategy": BY_STRATEGY.values(),
            **_common(comparison.scenarios),
        },
    )


def write_map(found: StrategyMap, path: Path, command: str = "") -> Path:
    """Write the report of a strategy map; parameters and errors as for `write_comparison`."""
    x, y = (f"{name}={values[0]:g}:{values[-1]:g}" for name, values in ((found.x, found.xs), (found.y, found.ys)))
    call = _python(
        "strategy_map",
        [scenario.name for scenario in found.scenarios],
        f"{x!r}, {y!r}, size={len(found.xs)}, replications={found.replications}, seed={found.seed}",
    )
    return _write(
        path,
        "map.html",
        {
            "found": found,
            "labels": found.labels,
            "command": command or call,
            "cells": found.cells(),
            "tabulated": len(found.xs) * len(found.ys) <= MOST_ROWS,
            "regions": found.regions(),
            "means": found.means(found.values),
            "winners": found.winners().tolist(),
            "contested": found.contested().tolist(),
            "confidence": found.confidence().tolist(),
            "replicated": found.replicated().tolist(),
            "picture": map_figures.grid(found, found.labels),
            "by_role": map_figures.grids_by_role(found, found.labels),
            "gains": found.gains(),
            **_common(found.scenarios),
        },
    )


def write_page(path: Path, template: str, scenarios: Sequence[Scenario], content: dict[str, Any]) -> Path:
    """Write a report of another kind: its own content and what every report says; errors as `write_comparison`."""
    return _write(path, template, _common(scenarios) | {"labels": labels(scenarios)} | content)


def _python(function: str, names: Sequence[str], arguments: str) -> str:
    loads = ", ".join(f"load({name!r})" for name in names)
    return f"from scenarios import {function}, load\n{function}([{loads}], {arguments})"


def _write(path: Path, template: str, content: dict[str, Any]) -> Path:
    """Fill in a template and put the page in place in one step."""
    pages = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    pages.filters |= FILTERS
    text = pages.get_template(template).render(content)
    partial = path.with_name(f"{path.name}.part")
    try:
        partial.write_text(text, encoding="utf-8", newline="\n")
        os.replace(partial, path)
    finally:
        partial.unlink(missing_ok=True)
    return path


def _common(scenarios: Sequence[Scenario]) -> dict[str, Any]:
    """Return what every report says: the markets, the strategies, the versions, the sources."""
    rows = [("periods", [str(s.market.periods) for s in scenarios], "periods", "length of a run")]
    rows += [
        (
            f"{section}.{name}",
            [_shown(getattr(getattr(s.market, section), name)) for s in scenarios],
            unit(field),
            field.description or "",
        )
        for section, name, field in quantities()
    ]
    rows += [row for table in ("departments", "chain", "shocks") for row in _tables(scenarios, table)]
    return {
        "scenarios": scenarios,
        "quantities": rows,
        "knobs": _knobs(scenarios, labels(scenarios)),
        "differing": [row for row in rows if len(set(row[1])) > 1],
        "market": scenarios[0].market,
        "hashes": [fingerprint(scenario) for scenario in scenarios],
        "versions": _versions(),
        "bitcoin_otc": any(s.network_file == BITCOIN_OTC for s in scenarios),
        "fixed_strategies": all(s.market.competition.imitate == s.market.competition.mutation == 0 for s in scenarios),
    }


def _tables(scenarios: Sequence[Scenario], kind: str) -> list[tuple[str, list[str], str, str]]:
    """Return rows of what the scenarios' departments, tiers or shocks say; a dash where a scenario has none."""
    held: list[dict[str, Section]] = [getattr(scenario.market, kind) for scenario in scenarios]
    found = {name: type(table) for tables in held for name, table in tables.items()}
    return [
        (
            f"{kind}.{name}.{key}",
            [_shown(getattr(tables[name], key)) if name in tables else "-" for tables in held],
            unit(field),
            field.description or "",
        )
        for name, section in found.items()
        for key, field in section.model_fields.items()
    ]


def _shown(value: Any) -> str:
    if isinstance(value, dict):
        return ", ".join(f"{name} {share:g}" for name, share in value.items())
    return f"{value:g}" if isinstance(value, float) else str(value)


def _knobs(scenarios: Sequence[Scenario], named: Sequence[str]) -> tuple[list[str], list[tuple]]:
    """Return (strategies, rows of knobs): a strategy that scenarios set differently has a column for each."""
    columns: dict[str, Strategy] = {}
    for scenario, title in zip(scenarios, named, strict=True):
        for name, strategy in scenario.market.strategies.items():
            if columns.setdefault(name, strategy) != strategy:
                columns[f"{name} ({title})"] = strategy
    rows = [
        (knob, [getattr(strategy, knob) for strategy in columns.values()], unit(field), field.description)
        for knob, field in Strategy.model_fields.items()
    ]
    return list(columns), rows


def _versions() -> list[tuple[str, str]]:
    """Return (what, version) of everything that results depend on."""
    found = [("model", str(MODEL_VERSION)), ("Python", platform.python_version())]
    for package in PACKAGES:
        try:
            found.append((package, version(package)))
        except PackageNotFoundError:
            found.append((package, "not installed as a package"))
    return found


def _pictures(comparison: Comparison) -> dict[str, str]:
    outcomes, named = comparison.outcomes, comparison.labels
    return {
        "value": figures.value_by_role(outcomes, named),
        "value_total": figures.over_time(outcomes, named, "value_total", PER_CUSTOMER),
        "trust": figures.over_time(outcomes, named, "trust", "mean trust, 0 to 1"),
        "why": figures.contributions(comparison.why(), named),
        "networks": figures.networks(outcomes, named),
    }


def _same_people(comparison: Comparison) -> bool:
    """Whether the customers end with the same needs in all scenarios (they do unless, say, turnover differs)."""
    needs = [outcome.example.needs for outcome in comparison.outcomes]
    return all(np.array_equal(needs[0], other) for other in needs[1:])


def milestones(periods: int) -> list[int]:
    """Return up to six periods, evenly spread from the first to the last."""
    return sorted({1 + (periods - 1) * n // 5 for n in range(6)})


def _why(comparison: Comparison) -> dict[str, Any]:
    """Return the reasons for the best against the runner-up, and in words for every other against the baseline."""
    why, outcomes, named = comparison.why(), comparison.outcomes, comparison.labels
    others = [reasons(outcomes, s, 0) for s in range(1, len(outcomes)) if {s, 0} != {why.scenario, why.against}]
    return {
        "reasons": why,
        "text": explain(why, outcomes, named),
        "others": [explain(o, outcomes, named) for o in others],
        "parts": [(PARTS[name], part) for name, part in why.contributions.items()],
        "factors": [
            (FACTORS[name], *(estimate(outcomes[s].results[name]) for s in (why.scenario, why.against)), factor)
            for name, factor in why.factors.items()
        ],
    }


def _measures(comparison: Comparison) -> dict[str, Any]:
    """Return the measures of every scenario, by role and all of them with their paired differences."""
    meanings = units()
    return {
        "meanings": meanings,
        "digits": {name: 2 if "EUR" in unit or "points" in unit else 3 for name, (unit, _) in meanings.items()},
        "verdicts": comparison.verdicts(),
        "roles": roles_of(comparison.outcomes),
        "best": comparison.best(),
        "best_by_role": {role: comparison.best(ROLES[role]) for role in ("customers", "providers")},
        "means": {name: [estimate(outcome.results[name]) for outcome in comparison.outcomes] for name in meanings},
        "against": comparison.against(),
        "seed_share": share_of_seeds(comparison.outcomes),
    }


def _by_strategy(comparison: Comparison) -> list[tuple[str, list[tuple[str, list[Estimate]]]]]:
    """Return (scenario, rows of strategies) for the scenarios in which several strategies meet."""
    return [
        (
            title,
            [(name, [estimate(measured[key]) for key in BY_STRATEGY]) for name, measured in outcome.strategies.items()],
        )
        for title, outcome in zip(comparison.labels, comparison.outcomes, strict=True)
        if outcome.strategies
    ]
