"""A scenario: a market, and the imported network it stands on, from a strict TOML file (`docs/scenarios.md`).

The layers, each over the one before: the defaults of `sim.config`, the file, the regime asked for, the
settings of the caller. The network, where there is one, says who takes part. What is wrong is said in
one sentence: file, field, value, what is allowed.
"""

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any

from pydantic import ValidationError

from scenarios.business_models import Line
from scenarios.catalogue import (
    LIBRARY,
    REPLICATION,
    REPLICATIONS,
    Place,
    ScenarioError,
    did_you_mean,
    find,
    library,
    read_toml,
    refuse_unprintable,
    regimes_of,
)
from scenarios.in_play import refuse_odd_names, refuse_unknown_tiers, strategies_in_play
from scenarios.layers import Sources, at, layered, layers_of, where
from scenarios.networks import NetworkError, read_network, shipped, shipped_networks
from scenarios.sentences import NAMED, sentence, shown, toml_key, toml_text
from scenarios.size import refuse_if_too_large
from scenarios.texts import Texts, read_texts
from sim.config import Market, sections_of
from sim.network import FIRM, PEER, Network

__all__ = ["Scenario", "ScenarioError", "dump_scenario", "library", "load", "regimes_of"]

NOTHING: Mapping[str, object] = MappingProxyType({})
Reader = Callable[[Path], Network]


@dataclass(frozen=True)
class Scenario:
    """A market with a name.

    Attributes
    ----------
    name : str
        As asked for: 'transactional', 'bitcoin-otc:platform', or the stem of a file.
    title, description : str
        In English, or whatever language the author writes.
    market : Market
    network : Network or None
    regimes : tuple of str
        Names under which the file's regimes can be loaded; empty where it has none.
    network_file : str
        Shipped name or path of the network; empty without one.
    texts : dict of str to Texts
        What the file says for people, by language; always in 'en'.
    business_models : dict of str to tuple of Line
        How the file's business models became strategies.
    """

    name: str
    title: str
    description: str
    market: Market
    network: Network | None = field(default=None, repr=False)
    regimes: tuple[str, ...] = ()
    network_file: str = ""
    texts: Mapping[str, Texts] = field(default_factory=dict, repr=False)
    business_models: Mapping[str, tuple[Line, ...]] = field(default_factory=dict, repr=False)

    @property
    def question(self) -> str:
        """The question the scenario asks; empty where the file has none."""
        return self.told("en").question

    @property
    def look_at(self) -> str:
        """What to look at in the results; empty where the file does not say."""
        return self.told("en").look_at

    @property
    def source(self) -> str:
        """Where the scenario comes from; empty where the file does not say."""
        return self.told("en").source

    def told(self, language: str) -> Texts:
        """Return the texts in a language; in English what it lacks."""
        english = self.texts.get("en", Texts(self.title, self.description))
        return english.under(self.texts.get(language, Texts()))


def load(name: str | Path, overrides: Mapping[str, object] = NOTHING, network: str | Path | None = None) -> Scenario:
    """Load a scenario.

    Parameters
    ----------
    name : str or Path
        A name of the library ('transactional') or a path to a .toml file; ':regime' after it picks a regime.
    overrides : mapping
        Settings on top: {'exchange.complexity': 0.3}, or by the quantity's own name {'complexity': 0.3}.
    network : str or Path, optional
        A network in place of the scenario's own: a file, or the name of a shipped one.

    Raises
    ------
    ScenarioError
        One sentence: file, field, value, what is allowed.
    """
    place = find(name)
    content, read = read_toml(place.path, place.label), cache(read_network)  # once, however many regimes there are
    if place.path.parent == REPLICATIONS:
        content.pop(REPLICATION, None)
    scenario = _scenario(place, layers_of(content, place, overrides), network, read)
    for regime in () if place.regime else content.get("regime", ()):
        one = place._replace(regime=regime)
        _scenario(one, layers_of(content, one, NOTHING), None, read)  # a mistake in it shows at once
    return scenario


def _scenario(place: Place, sources: Sources, network: str | Path | None, read: Reader) -> Scenario:
    """Make one scenario of its layers."""
    data = layered(sources)
    texts = read_texts(data, sources)
    refuse_odd_names(data, sources)
    people, reference = _network(data.pop("network", None), network, sources, place.path.parent, read)
    if people is not None:
        _take_part(data, people, sources, of_scenario=network is None)
    data["strategies"], models = strategies_in_play(data, people, reference, sources)
    refuse_unknown_tiers(data, sources)
    market, regimes, told = _market(data, people, sources), _regime_names(place, sources), texts["en"]
    return Scenario(place.name, told.title, told.description, market, people, regimes, reference, texts, models)


def _regime_names(place: Place, sources: Sources) -> tuple[str, ...]:
    scenario = place.path.stem if place.path.parent in (LIBRARY, REPLICATIONS) else place.path
    return tuple(f"{scenario}:{regime}" for regime in sources.regimes)


def _network(
    own: object, asked: str | Path | None, sources: Sources, folder: Path, read: Reader
) -> tuple[Network | None, str]:
    """Read the network asked for, or else the scenario's own. Return it with how a scenario file names it."""
    label, dotted = where(("network",), sources) if asked is None else ("setting", "network")
    if own is not None and not isinstance(own, str):
        raise ScenarioError(f"{label}: {dotted} = {shown(own)} is not the name of a network")
    if asked is None and own is None:
        return None, ""
    reference, folder = (str(own), folder) if asked is None else (str(asked), Path())
    try:
        if path := shipped(reference):
            return read(path), reference
        path = folder / reference
        if not os.path.isfile(path):  # False too for what cannot be a path
            hint = did_you_mean(reference, shipped_networks(), f"; shipped are {', '.join(shipped_networks())}")
            raise ScenarioError(f"{label}: {dotted} = {shown(reference)} is neither a file nor a shipped network{hint}")
        resolved = path.resolve()
        refuse_unprintable(str(resolved), f"{label}: {dotted} = ")
        return read(path), resolved.as_posix()
    except NetworkError as error:
        raise ScenarioError(str(error)) from None


def _take_part(data: dict[str, Any], people: Network, sources: Sources, of_scenario: bool) -> None:
    """Let the network say how many take part, and use it for both networks where the scenario names no other.

    Numbers given with the network must agree with it; those of a scenario written for another do not count.
    """
    counts = {
        ("customers", "customers"): people.buying,
        ("providers", "firms"): people.count(FIRM),
        ("providers", "peer_share"): people.count(PEER) / max(people.buying, 1),
    }
    for keys, count in counts.items():
        layers = (sources.given, sources.over, sources.base) if of_scenario else (sources.given,)
        given = next((value for layer in layers if (value := at(layer, keys)) is not None), count)
        if given != count:
            label, dotted = where(keys, sources)
            raise ScenarioError(f"{label}: {dotted} = {shown(given)} is not the network's {count}; leave it out")
        data[keys[0]] = data.get(keys[0], {}) | {keys[1]: count}
    data["networks"] = {"social": "imported", "market": "imported"} | data.get("networks", {})


def _market(data: dict[str, Any], people: Network | None, sources: Sources) -> Market:
    """Check everything and make the market."""
    try:
        market = Market.model_validate(data)
    except ValidationError as error:
        first, *others = error.errors(include_url=False)
        more = f" (and {len(others)} more)" if others else ""
        raise ScenarioError(sentence(first, lambda keys: where(keys, sources)) + more) from None
    for keys in (("networks", "social"), ("networks", "market")):
        if people is None and at(data, keys) == "imported":
            label, dotted = where(keys, sources)
            raise ScenarioError(
                f'{label}: {dotted} = "imported" needs a network: write network = "FILE" above the '
                "first table, or give --network FILE"
            )
    _refuse_late_shocks(market, sources)
    refuse_if_too_large(market, sources.label)
    return market


def _refuse_late_shocks(market: Market, sources: Sources) -> None:
    """Refuse a shock that would begin after the run has ended: it would never happen."""
    for name, shock in market.shocks.items():
        if shock.period > market.periods:
            label, dotted = where(("shocks", name, "period"), sources)
            raise ScenarioError(f"{label}: {dotted} = {shock.period} is after the run's last period, {market.periods}")


def dump_scenario(scenario: Scenario) -> str:
    """Return the effective scenario, defaults included, as TOML that loads back to the same market."""
    market = scenario.market
    tables = sections_of(market)
    for kind in NAMED:
        tables |= {f"{kind}.{toml_key(name)}": one.model_dump() for name, one in getattr(market, kind).items()}
    english = {"title": scenario.title, "description": scenario.description} | scenario.told("en").given()
    tables |= {language: told.given() for language, told in scenario.texts.items() if language != "en"}
    head = english | ({"network": scenario.network_file} if scenario.network_file else {})
    lines = _lines(head | {"periods": market.periods})
    for name, table in tables.items():
        lines += ["", f"[{name}]", *_lines(table)]
    return "\n".join(lines) + "\n"


def _lines(table: dict[str, Any]) -> list[str]:
    return [f"{key} = {toml_text(value)}" for key, value in table.items()]
