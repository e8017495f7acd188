"""The map a visitor asks for, measured step by step and kept for whoever asks next."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache, partial
from typing import Any, NamedTuple

from dashboards.limits import CUSTOMERS, MAP_WORK, THREADS
from dashboards.links import SEED, Choice, Field, Number, Word
from dashboards.pages.compare.markets import REGIMES
from dashboards.shelf import Shelf
from dashboards.working import Tick
from scenarios.growing import Plan, grown, steps
from scenarios.maps import StrategyMap
from scenarios.scenario import Scenario, load
from scenarios.variation import axis

OURS = "regimes"  # what the three regimes are called in a link
KEPT = 200  # steps of maps; about 0.1 MB each at the usual size
FEWEST = 3  # replications


class Span(NamedTuple):
    """A quantity as an axis: its ends when none are given, how far they may go, the digits they are kept with."""

    low: float
    high: float
    least: float
    most: float
    digits: int


SPANS = {
    "complexity": Span(0.0, 0.9, 0.0, 1.0, 2),
    "turnover": Span(0.005, 0.3, 0.0, 0.9, 3),
    "specificity": Span(0.0, 8.0, 0.0, 20.0, 2),
    "drift": Span(0.0, 0.08, 0.0, 0.3, 3),
    "frequency": Span(0.1, 1.0, 0.05, 1.0, 2),
    "search": Span(0.0, 0.3, 0.0, 1.0, 2),
    "talk": Span(0.0, 0.3, 0.0, 1.0, 2),
    "risk": Span(0.0, 1.0, 0.0, 1.0, 2),
    "switching": Span(0.0, 4.0, 0.0, 10.0, 2),
    "consent": Span(0.0, 1.0, 0.0, 1.0, 2),
    "fee": Span(0.0, 0.5, 0.0, 0.8, 2),
    "incident": Span(0.0, 0.3, 0.0, 0.9, 2),
    "loss": Span(0.0, 1.0, 0.0, 1.0, 2),
    "suspicion": Span(0.0, 1.0, 0.0, 1.0, 2),
    "skill_gain": Span(0.0, 3.0, 0.0, 10.0, 2),
}
LIBRARY = (  # with regimes of their own, which are no different markets; no network says how many take part
    "business-model",
    "cold-start",
    "community",
    "daycare",
    "faster-horses",
    "fee-cap",
    "food-delivery",
    "home-sharing",
    "inside-out",
    "internal-customers",
    "it-partner",
    "mixed-market",
    "outsourcing-sla",
    "parish",
    "price-war",
    "privacy-breach",
    "ride-sharing",
    "smartphone-chain",
)
ROLES = ("all", "customers", "providers", "partners", "suppliers", "couriers", "platform")
END = Word("", r"\d{1,3}(\.\d{1,4})?")
FIELDS: dict[str, Field] = {
    "scenario": Choice(OURS, (OURS, *LIBRARY)),
    "x": Choice("complexity", tuple(SPANS)),
    "y": Choice("turnover", tuple(SPANS)),
    "role": Choice("all", ROLES),
    "x_low": END,
    "x_high": END,
    "y_low": END,
    "y_high": END,
    "size": Number(8, 4, 12, 1, 0),
    "replications": Number(10, FEWEST, 20, 1, 0),
    "customers": Number(100, 40, CUSTOMERS, 20, 0),
    "seed": SEED,
}


class Along(NamedTuple):
    """One axis: a quantity from a lower to a higher end."""

    name: str
    low: float
    high: float

    @property
    def text(self) -> str:
        """The axis as `valuenet map` takes it."""
        return f"{self.name}={self.low:g}:{self.high:g}"

    @property
    def short(self) -> str:
        """The same, by its name alone where its ends are the usual ones."""
        _, values = axis(self.name, 2)
        return self.name if (values[0], values[-1]) == (self.low, self.high) else self.text


@dataclass(frozen=True)
class Asked:
    """All that a map depends on."""

    scenario: str
    x: Along
    y: Along
    size: int
    replications: int
    customers: int
    seed: int


@dataclass(frozen=True, eq=False)
class Shown:
    """A map as far as it is measured, and what was asked."""

    asked: Asked
    map: StrategyMap

    @property
    def whole(self) -> bool:
        """Whether every cell was measured."""
        return bool(self.map.mesh.measured.all())


class Wrong(NamedTuple):
    """What could not be taken as it was given: a key of the notices, and what they are filled with."""

    key: str
    axis: str = ""
    values: tuple[tuple[str, float], ...] = ()


def asked_of(values: dict[str, Any]) -> tuple[Asked, list[Wrong]]:
    """Return the map that the fields of a link ask for, the nearest there is, and what had to be changed."""
    other = next(name for name in FIELDS["y"].options if name != values["x"])  # type: ignore[union-attr]
    y = values["y"] if values["y"] != values["x"] else "turnover" if values["x"] != "turnover" else other
    wrong = [] if y == values["y"] else [Wrong("same", y)]
    along, more = along_of(values["x"], values["x_low"], values["x_high"])
    up, still_more = along_of(y, values["y_low"], values["y_high"])
    asked = Asked(
        values["scenario"], along, up, *(values[name] for name in ("size", "replications", "customers", "seed"))
    )
    most = most_replications(asked)
    too_much = [Wrong("work", "", (("most", most), ("size", asked.size), ("customers", asked.customers)))]
    fits = asked.replications <= most
    asked = asked if fits else Asked(**{**vars(asked), "replications": most})
    return asked, wrong + more + still_more + ([] if fits else too_much)


def along_of(name: str, low: str, high: str) -> tuple[Along, list[Wrong]]:
    """Return an axis with the ends given, the usual ones where none are, or where they make no range."""
    span = SPANS[name]
    ends = [float(low) if low else span.low, float(high) if high else span.high]
    kept = [round(min(max(end, span.least), span.most), span.digits) for end in ends]
    if kept[0] >= kept[1]:
        kept = [span.low, span.high]
    given = (("low", ends[0]), ("high", ends[1]), ("used_low", kept[0]), ("used_high", kept[1]))
    return Along(name, *kept), [Wrong("ends", name, given)] if kept != ends else []


def most_replications(asked: Asked) -> int:
    """Return how many replications a map of this size may have on a class server."""
    cells = asked.size**2 * len(scenarios_of(asked.scenario, asked.customers))
    return max(FEWEST, MAP_WORK // (cells * asked.customers))


@lru_cache(64)
def scenarios_of(scenario: str, customers: int) -> tuple[Scenario, ...]:
    """Return the three regimes, or those of a scenario of the library, with so many customers."""
    names = REGIMES if scenario == OURS else load(scenario).regimes
    return tuple(load(name, {"customers.customers": customers}) for name in names)


def chosen(before: dict[str, Any], now: dict[str, Any]) -> dict[str, Any]:
    """Return the fields of the link after a visitor has changed the controls.

    Another quantity along an axis comes with its usual ends; the one of the other axis changes places with it.
    """
    values = dict(now)
    if now["x"] == now["y"]:
        changed, other = ("x", "y") if now["x"] != before["x"] else ("y", "x")
        values[other] = before[changed]
    for side in ("x", "y"):
        span, moved = SPANS[values[side]], values[side] != before[side]
        for end, usual in (("low", span.low), ("high", span.high)):
            value = now[f"{side}_{end}"]
            values[f"{side}_{end}"] = (
                "" if moved or value in ("", usual) else f"{float(value):.4f}".rstrip("0").rstrip(".")
            )
    return values


# All that sessions share: steps of maps, which depend on nothing but what was asked.
MAPS = Shelf(KEPT)


def plan_of(asked: Asked) -> Plan:
    """Return what the map is measured from: the same as `command` says."""
    scenarios = scenarios_of(asked.scenario, asked.customers)
    return Plan(scenarios, asked.x.text, asked.y.text, asked.size, asked.replications, asked.seed)


def maps(asked: Asked, tick: Tick) -> Iterator[Shown]:
    """Yield the map asked for as it grows, made or kept; at once whole where it is kept whole."""
    plan, last = plan_of(asked), len(steps(asked.size)) - 1
    kept = MAPS.look((asked, last))
    if kept is not None:
        yield Shown(asked, kept)
        return
    tick(0, plan.runs)
    found = None
    for step in range(last + 1):
        found = MAPS.get((asked, step), partial(grown, plan, step, found, tick, THREADS), tick.wait)
        tick(found.runs, plan.runs)
        yield Shown(asked, found)


def command(asked: Asked, role: str) -> str:
    """Return the command that makes the same map."""
    name = "" if asked.scenario == OURS else f" {asked.scenario}"
    of = "" if role == "all" else f" --role {role}"
    size = f"--size {asked.size} --replications {asked.replications} --seed {asked.seed}"
    return f"valuenet map{name} --x {asked.x.short} --y {asked.y.short} {size} --set customers={asked.customers}{of}"
