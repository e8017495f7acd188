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

from scenarios.catalogue import (
    LIBRARY,
    STRATEGIES,
    Place,
    ScenarioError,
    did_you_mean,
    find,
    library,
    listed,
    names,
    read_toml,
    refuse_unprintable,
    regimes_of,
)
from scenarios.layers import LONGEST_NAME, Sources, at, layered, layers_of, where
from scenarios.networks import NetworkError, read_network, shipped, shipped_networks
from scenarios.sentences import MIXES, sentence, shown, toml_key, toml_text
from scenarios.size import refuse_if_too_large
from sim.config import SECTIONS, Market
from sim.network import FIRM, PEER, Network

__all__ = ["Scenario", "ScenarioError", "dump_scenario", "library", "load", "regimes_of"]

LONGEST_TEXT = 2000  # characters of a title or description
MOST_STRATEGIES = 64
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
    market : Market
    network : Network or None
    regimes : tuple of str
        Names under which the file's regimes can be loaded; empty where it has none.
    network_file : str
        Shipped name or path of the network; empty without one.
    """

    name: str
    title: str
    description: str
    market: Market
    network: Network | None = field(default=None, repr=False)
    regimes: tuple[str, ...] = ()
    network_file: str = ""


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
    scenario = _scenario(place, layers_of(content, place, overrides), network, read)
    for regime in () if place.regime else content.get("regime", ()):
        one = place._replace(regime=regime)
        _scenario(one, layers_of(content, one, NOTHING), None, read)  # a mistake in it shows at once
    return scenario


def _scenario(place: Place, sources: Sources, network: str | Path | None, read: Reader) -> Scenario:
    """Make one scenario of its layers."""
    data = layered(sources)
    title, description = _text(data, "title", sources), _text(data, "description", sources)
    people, reference = _network(data.pop("network", None), network, sources, place.path.parent, read)
    if people is not None:
        _take_part(data, people, sources, of_scenario=network is None)
    data["strategies"] = _strategies(data, people, reference, sources)
    market, regimes = _market(data, people, sources), _regime_names(place, sources)
    return Scenario(place.name, title, description, market, people, regimes, reference)


def _regime_names(place: Place, sources: Sources) -> tuple[str, ...]:
    scenario = place.path.stem if place.path.parent == LIBRARY else place.path
    return tuple(f"{scenario}:{regime}" for regime in sources.regimes)


def _text(data: dict[str, Any], key: str, sources: Sources) -> str:
    """Take a text for people out of `data`."""
    text = data.pop(key, None)
    label, dotted = where((key,), sources)
    if text is None:
        raise ScenarioError(f'{label}: {dotted} is missing; write {key} = "..." above the first table')
    if not isinstance(text, str) or not text.strip() or len(text) > LONGEST_TEXT:
        raise ScenarioError(f"{label}: {dotted} = {shown(text)} is not a text of 1 to {LONGEST_TEXT} characters")
    text = " ".join(text.split())
    if not text.isprintable():
        raise ScenarioError(f"{label}: {dotted} = {shown(text)} has characters that cannot be printed")
    return text


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


def _strategies(data: dict[str, Any], people: Network | None, reference: str, sources: Sources) -> dict[str, Any]:
    """Return the knobs of every strategy in play, in order of first mention.

    A strategy is in play when it has a table of its own, is in the mix of firms, peers or partners that there are,
    or is followed by somebody in the network. Its knobs lie over those of the library's strategy.
    """
    own, shelf = data.get("strategies", {}), names(STRATEGIES)
    if len(own) > MOST_STRATEGIES:
        raise ScenarioError(f"{sources.label}: strategies: there are {len(own)}; a market may have {MOST_STRATEGIES}")
    for name in own:
        if not name.isprintable() or not 0 < len(name) <= LONGEST_NAME:
            allowed = f"1 to {LONGEST_NAME} printable characters"
            raise ScenarioError(f"{sources.label}: strategies: {shown(name)} is not {allowed}")
    known, in_play = list(dict.fromkeys((*own, *shelf))), dict.fromkeys(own)
    for mix, count in MIXES.items():
        shares = at(data, mix)
        for name in shares if isinstance(shares, dict) else ():
            _refuse_unknown(name, known, *where((*mix, name), sources))
            if at(data, count) != 0:
                in_play[name] = None
    for name in dict.fromkeys(people.strategies if people else ()):
        if name:
            _refuse_unknown(name, known, Path(reference).name, "strategy")
            in_play[name] = None
    return {name: _knobs(name, own.get(name, {}), shelf) for name in in_play}


def _refuse_unknown(name: str, known: list[str], label: str, dotted: str) -> None:
    if name not in known:
        hint = did_you_mean(name, known, f"; there are {listed(known)}")
        raise ScenarioError(f"{label}: {dotted}: there is no strategy {shown(name)}{hint}")


def _knobs(name: str, own: Any, shelf: list[str]) -> Any:
    if name not in shelf or not isinstance(own, dict):
        return own
    return read_toml(STRATEGIES / f"{name}.toml", f"strategies/{name}.toml").get("knobs", {}) | own


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
    refuse_if_too_large(market, sources.label)
    return market


def dump_scenario(scenario: Scenario) -> str:
    """Return the effective scenario, defaults included, as TOML that loads back to the same market."""
    market = scenario.market
    tables: dict[str, dict] = {section: getattr(market, section).model_dump() for section in SECTIONS}
    tables |= {f"strategies.{toml_key(name)}": knobs.model_dump() for name, knobs in market.strategies.items()}
    head = {"title": scenario.title, "description": scenario.description}
    head |= {"network": scenario.network_file} if scenario.network_file else {}
    lines = _lines(head | {"periods": market.periods})
    for name, table in tables.items():
        lines += ["", f"[{name}]", *_lines(table)]
    return "\n".join(lines) + "\n"


def _lines(table: dict[str, Any]) -> list[str]:
    return [f"{key} = {toml_text(value)}" for key, value in table.items()]
