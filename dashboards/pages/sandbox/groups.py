"""Which quantities of a scenario a visitor can turn: in groups, those that matter first, each in plain words."""

import math
from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

from dashboards.forms import entry, group, slider
from dashboards.links import Number
from dashboards.pages.sandbox.markets import numeric
from dashboards.words import Words
from scenarios.scenario import Scenario
from scenarios.sentences import unit
from sim.config import Market

TYPED = ("customers", "periods", "credit")  # numbers to type, not to slide
MARKET = [
    "complexity",
    "specificity",
    "value",
    "cost",
    "incident",
    "scale_economy",
    "firms",
    "firm_capacity",
    "peer_share",
    "peer_capacity",
    "partners",
    "complement",
    "revenue_share",
    "imitate",
    "mutation",
]
CUSTOMERS = [
    "customers",
    "turnover",
    "drift",
    "frequency",
    "switching",
    "search",
    "talk",
    "market_degree",
    "influencers",
    "consent",
    "risk",
    "beta",
    "command",
    "memory",
    "trust_weight",
]
STRATEGY = [
    "effort",
    "invest",
    "dialogue",
    "transparency",
    "repair",
    "markup",
    "share",
    "patience",
    "innovate",
    "orientation",
    "alignment",
]
STRATEGY += ["community", "advertising", "end_user_focus", "waste"]
PLATFORM = [
    "fee",
    "platform_slots",
    "breadth",
    "curation",
    "precision",
    "operating_cost",
    "customer_subsidy",
    "peer_subsidy",
    "leak",
    "data_rights",
    "joining",
    "outside_earnings",
    "attention",
    "first_peers",
    "first_members",
    "couriers",
    "delivery_pay",
    "delivery_weight",
    "courier_capacity",
]
LINK = ["firms", "known", "work", "input_weight", "orders"]
VIEWS = {  # how far sliders go, where a quantity is allowed more than is worth a look
    "specificity": (0.0, 8.0),
    "turnover": (0.0, 0.3),
    "drift": (0.0, 0.1),
    "imitate": (0.0, 0.2),
    "mutation": (0.0, 0.02),
    "markup": (-0.2, 1.0),
    "waste": (0.0, 1.0),
    "community": (0.0, 20.0),
    "beta": (0.0, 10.0),
    "market_degree": (1.0, 30.0),
    "slots": (1.0, 12.0),
    "breadth": (1.0, 60.0),
}
WIDE = 4.0  # other quantities without a natural end: up to four times what they are
STEPS = 100  # of a slider, about
SHARES = ("share", "probability")  # beginnings of the units that are written in per cent

Matters = Callable[[Market], bool]


def _partners(market: Market) -> bool:
    return market.partners.partners > 0


def _platform(market: Market) -> bool:
    return market.platform.platform_slots > 0


def _couriers(market: Market) -> bool:
    return market.couriers.couriers > 0


def _joining(market: Market) -> bool:
    return market.participation.joining > 0


def _linked(market: Market) -> bool:
    return bool(market.chain or market.departments)


def _advertised(market: Market) -> bool:
    return any(strategy.advertising > 0 for strategy in market.strategies.values())


def _listened(market: Market) -> bool:
    led = any(shock.seeds == "influencers" for shock in market.shocks.values())
    return led or any(strategy.community > 0 for strategy in market.strategies.values())


MATTERS: dict[str, Matters] = {  # quantities of the groups above that matter only sometimes
    "firms": lambda market: market.providers.firms > 0,
    "firm_capacity": lambda market: market.providers.firm_capacity > 0,
    "peer_share": lambda market: market.peers > 0,
    "peer_capacity": lambda market: market.peers > 0,
    "partners": _partners,
    "complement": _partners,
    "revenue_share": _partners,
    "imitate": lambda market: market.competition.imitate > 0 or len(market.strategies) > 1,
    "mutation": lambda market: market.competition.imitate > 0,
    "market_degree": lambda market: market.networks.market not in ("none", "imported"),
    "trust_weight": lambda market: "imported" in (market.networks.social, market.networks.market),
    "influencers": _listened,
    "community": _listened,
    "advertising": _advertised,
    "end_user_focus": _linked,
    "waste": lambda market: any(strategy.waste > 0 for strategy in market.strategies.values()),
    "joining": lambda market: _joining(market) or market.peers > 0,
    **dict.fromkeys(("outside_earnings", "attention", "first_peers", "first_members"), _joining),
    **dict.fromkeys(("couriers", "delivery_pay", "delivery_weight", "courier_capacity"), _couriers),
}


class Group(NamedTuple):
    """Quantities that belong together: key of their title, author's name of what they are about, names."""

    title: str
    about: str
    names: tuple[str, ...]


def groups_of(scenario: Scenario, there: Mapping[str, Number]) -> list[Group]:
    """Return the groups of the quantities that matter in a scenario; `there` holds all that can be set."""
    market = scenario.market
    groups = [Group("market", "", _mattering(MARKET, market)), Group("customers", "", _mattering(CUSTOMERS, market))]
    for kind in ("departments", "chain"):
        groups += [Group(kind, name, _prefixed(f"{kind}.{name}", LINK)) for name in getattr(market, kind)]
    knobs = _mattering(STRATEGY, market)
    groups += [Group("strategies", name, _prefixed(f"strategies.{name}", knobs)) for name in market.strategies]
    if _platform(market):
        groups.append(Group("platform", "", _mattering(PLATFORM, market)))
    kept = [group._replace(names=tuple(name for name in group.names if name in there)) for group in groups]
    return [group for group in kept if group.names]


def rest_of(groups: Sequence[Group], there: Mapping[str, Number]) -> Group:
    """Return a group of all other quantities; shocks have a place of their own."""
    shown = {name for group in groups for name in group.names}
    return Group("rest", "", tuple(name for name in there if name not in shown and not name.startswith("shocks.")))


def _mattering(names: Sequence[str], market: Market) -> tuple[str, ...]:
    return tuple(name for name in names if name not in MATTERS or MATTERS[name](market))


def _prefixed(prefix: str, names: Sequence[str]) -> tuple[str, ...]:
    return tuple(f"{prefix}.{name}" for name in names)


def named(word: str, said: Words) -> str:
    """Return what a strategy or link is called: in the language, or as its author wrote it."""
    return str(said["names"].get(word, word))


def label_of(name: str, said: Words) -> str:
    """Return what a field of the link is called: 'Effort (Partnership)' for one of a strategy."""
    entry, _, own = name.partition(".")[2].rpartition(".")
    if not entry:
        return str(said["sandbox"]["fields"].get(name) or said["quantities"][name]["label"])
    about = said["shocks"].get(entry, {}).get("label") or named(entry, said)
    return f"{said['quantities'][own]['label']} ({about})"


def controls(
    scenario: Scenario, fields: Mapping[str, Number], values: Mapping[str, Any], whole: bool, said: Words
) -> list:
    """Return the groups of sliders, as `Controls` takes them; `whole` adds all other quantities."""
    groups = groups_of(scenario, fields)
    units = units_of(scenario)
    shown = [*groups, *([rest_of(groups, fields)] if whole else [])]
    return [
        group(
            [control(name, fields[name], values[name], units[name], said) for name in one.names],
            said["sandbox"]["groups"][one.title].format(name=named(one.about, said)),
            opened=k == 0,
        )
        for k, one in enumerate(shown)
    ]


def control(name: str, field: Number, value: float, measured_in: str, said: Words) -> dict[str, Any]:
    """Return one slider or number, with its words."""
    own = name.rpartition(".")[2]
    low, high = view(own, field, value)
    shown = Number(field.default, low, high, 1.0 if not field.digits else _nice((high - low) / STEPS), field.digits)
    if own in TYPED:
        return entry(name, value, shown, said["quantities"][own])
    return slider(name, value, shown, said["quantities"][own], in_per_cent(name, field, measured_in))


def units_of(scenario: Scenario) -> dict[str, str]:
    """Return the unit of every number of a scenario."""
    return {name: unit(field) for name, field in numeric(scenario.market)}


def in_per_cent(name: str, field: Number, measured_in: str) -> bool:
    """Whether a number is written in per cent."""
    return (measured_in.startswith(SHARES) and field.high <= 1) or name.endswith((".markup", ".waste"))


def view(own: str, field: Number, value: float) -> tuple[float, float]:
    """Return the ends of a slider: wide enough for the value and for that of the scenario."""
    if own in TYPED:
        return field.low, field.high
    if own in VIEWS:
        low, high = VIEWS[own]
    elif field.high <= 1:
        low, high = field.low, field.high
    else:
        low, high = max(field.low, 0.0), _nice(WIDE * abs(field.default)) or (10.0 if field.digits else 5.0)
    return max(min(low, value, field.default), field.low), min(max(high, value, field.default), field.high)


def _nice(number: float) -> float:
    """Return a round number of about this size: 1, 2 or 5 times a power of ten; 0 for 0."""
    if number <= 0:
        return 0.0
    size = 10.0 ** math.floor(math.log10(number))
    return round(next(factor * size for factor in (1, 2, 5, 10) if factor * size >= number - 1e-12), 9)
