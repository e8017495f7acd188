"""What the form of a design is given: words and numbers in one language, ready for JSON."""

from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from typing import Any

from dashboards.links import Choice, Field, Number, Word
from dashboards.pages.research.designs import (
    FEWEST_LEVELS,
    LEVELS,
    MEASURES,
    METHODS,
    MOST_LEVELS,
    MOST_MEASURES,
    MOST_SCENARIOS,
    MOST_VARIED,
    SCENARIOS,
    Asked,
    Problem,
    Varied,
    quantities_there,
    scenarios_there,
    usual,
    varied_text,
)
from dashboards.pages.research.jobs import TOKEN
from dashboards.pages.research.labels import Labels, labels
from sim.create import SEEDS
from sim.final import units

VARIED = (Varied("complexity", 0, 0.9, 4), Varied("turnover", 0.01, 0.2, 3))
SIZES: dict[str, Field] = {
    "replications": Number(10, 2, 500, 1, 0),
    "seed": Number(1, 0, min(SEEDS, 1_000_000) - 501, 1, 0),
    "customers": Number(0, 0, 20_000, 20, 0),
    "periods": Number(0, 0, 1_000, 12, 0),
}
SECTIONS = (
    "exchange",
    "customers",
    "providers",
    "partners",
    "platform",
    "participation",
    "couriers",
    "networks",
    "competition",
    "costs",
)
LIST = r"[a-z0-9_:,. -]{0,400}"
FIELDS: dict[str, Field] = {
    "job": Word("", rf"({TOKEN})?"),
    "scenarios": Word(",".join(SCENARIOS), LIST),
    "varied": Word(varied_text(VARIED), r"[a-zA-Z0-9_:,.+-]{0,400}"),
    "method": Choice(METHODS[0], METHODS),
    "number": Number(32, 2, 512, 1, 0),
    **SIZES,
    "measures": Word(",".join(MEASURES), LIST),
    "measure": Word("", LIST),
    "along": Word("", LIST),
    "across": Word("", LIST),
}

Option = dict[str, Any]


def form(asked: Asked, problems: Iterable[Problem], notices: Sequence[str], language: str) -> dict[str, Any]:
    """Return the form with what is chosen and what there is to choose from."""
    named = labels(language)
    told = named.said["research"]
    wrong = [told["problems"][one.key].format(given=one.given[:60], used=one.used) for one in problems]
    sizes = [_size(name, field, getattr(asked, name), named) for name, field in SIZES.items()]
    return {
        "lang": language,
        **told["form"],
        "labels": told["fields"],
        "help": told["form"],
        "chosen": _chosen(asked, named),
        "there": _there(language),
        "most": {"scenarios": MOST_SCENARIOS, "varied": MOST_VARIED, "measures": MOST_MEASURES},
        "method": asked.method,
        "methods": [{"value": name, "label": told["methods"][name]} for name in METHODS],
        "levels_ends": [FEWEST_LEVELS, MOST_LEVELS, LEVELS],
        "number": _size("number", FIELDS["number"], asked.number, named),
        "sizes": sizes,
        "notices": [*notices, *wrong],
    }


def _size(name: str, field: Any, value: int, named: Labels) -> Option:
    told = named.said["research"]
    ends = {"value": value, "low": field.low, "high": field.high, "step": 1}
    return {"name": name, "label": told["fields"][name], "help": told["form"][name], **ends}


def _chosen(asked: Asked, named: Labels) -> dict[str, list[Option]]:
    return {
        "scenarios": [{"name": name, "label": named.scenario(name)} for name in asked.scenarios],
        "varied": [_quantity(one, named) for one in asked.varied],
        "measures": [{"name": name, "label": named.measure(name)} for name in asked.measures],
    }


def _quantity(one: Varied, named: Labels) -> Option:
    _, lowest, highest = quantities_there()[one.name]
    ends = {"lowest": lowest, "highest": highest}
    return {"name": one.name, "label": named.quantity(one.name), **one._asdict(), **ends}


@cache
def _there(language: str) -> dict[str, list[Option]]:
    """Return what can be added, in groups."""
    named = labels(language)
    scenarios = _grouped((name.partition(":")[0], name, named.scenario(name)) for name in scenarios_there())
    quantities = quantities_there()
    varied = {
        section: [_quantity(usual(name), named) for name, (its, *_) in quantities.items() if its == section]
        for section in SECTIONS
    }
    sections = named.said["research"]["sections"]
    return {
        "scenarios": [{"title": _family(own, named), "options": own} for own in scenarios.values()],
        "varied": [{"title": sections[one], "options": options} for one, options in varied.items()],
        "measures": [{"title": "", "options": [{"name": name, "label": named.measure(name)} for name in units()]}],
    }


def _grouped(rows: Iterable[tuple[str, str, str]]) -> dict[str, list[Option]]:
    groups: dict[str, list[Option]] = {}
    for group, name, label in rows:
        groups.setdefault(group, []).append({"name": name, "label": label})
    return groups


def _family(options: Sequence[Mapping[str, Any]], named: Labels) -> str:
    """Return the name of a scenario that has several regimes; '' where it stands for itself."""
    return str(options[0]["name"]).partition(":")[0] if len(options) > 1 else ""
