"""Which strategies are in play in a scenario and what they do: its own, its business models', the library's."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from scenarios.business_models import Line, read_models
from scenarios.catalogue import STRATEGIES, ScenarioError, did_you_mean, listed, names, read_toml
from scenarios.layers import LONGEST_NAME, Sources, at, where
from scenarios.sentences import LINKS, MIXES, MODELS, NAMED, Keys, shown
from sim.config import MOST_STRATEGIES
from sim.network import Network


def refuse_odd_names(data: dict[str, Any], sources: Sources) -> None:
    """Raise ScenarioError if the author's name of a strategy, tier, department or shock cannot be printed."""
    for table in (*NAMED, MODELS):
        for name in data.get(table, {}):
            if not name.isprintable() or not 0 < len(name) <= LONGEST_NAME:
                allowed = f"1 to {LONGEST_NAME} printable characters"
                raise ScenarioError(f"{sources.label}: {table}: {shown(name)} is not {allowed}")


def refuse_unknown_tiers(data: dict[str, Any], sources: Sources) -> None:
    """Raise ScenarioError if a shock hits a tier that there is not."""
    tiers = [name for table in LINKS for name in data.get(table, {})]
    for shock, table in data.get("shocks", {}).items():
        tier = at(table, ("tier",))
        if isinstance(tier, str) and tier and tier not in tiers:
            label, dotted = where(("shocks", shock, "tier"), sources)
            known = f"; there are {listed(tiers)}" if tiers else "; this scenario has no tiers"
            hint = did_you_mean(tier, tiers, known)
            raise ScenarioError(f"{label}: {dotted}: there is no tier {shown(tier)}{hint}")


def strategies_in_play(
    data: dict[str, Any], people: Network | None, reference: str, sources: Sources
) -> tuple[dict[str, Any], dict[str, tuple[Line, ...]]]:
    """Return the knobs of every strategy in play, in order of first mention, and the business models in plain words.

    A strategy is in play when it has a table of its own, is a business model, is in the mix of somebody there is, is a
    new entrant's, or is followed by somebody in the network. Its knobs lie over those of the business model of its
    name, or else of the library's strategy.
    """
    own, shelf = data.get("strategies", {}), names(STRATEGIES)
    models = read_models(data, lambda keys: where(keys, sources))
    if len(own) > MOST_STRATEGIES:
        raise ScenarioError(f"{sources.label}: strategies: there are {len(own)}; a market may have {MOST_STRATEGIES}")
    known, in_play = list(dict.fromkeys((*own, *models, *shelf))), dict.fromkeys((*own, *models))
    for keys, name, takes_part in _mentioned(data):
        _refuse_unknown(name, known, *where(keys, sources))
        if takes_part:
            in_play[name] = None
    for name in dict.fromkeys(people.strategies if people else ()):
        if name:
            _refuse_unknown(name, known, Path(reference).name, "strategy")
            in_play[name] = None
    given = {name: model.knobs for name, model in models.items()}
    knobs = {name: _knobs(own.get(name, {}), given.get(name) or _of_library(name, shelf)) for name in in_play}
    return knobs, {name: model.lines for name, model in models.items()}


def _mentioned(data: dict[str, Any]) -> Iterator[tuple[Keys, str, bool]]:
    """Yield (place, strategy, whether anybody could follow it) of every mix and every new entrant."""
    counts: list[tuple[Keys, Any]] = [(mix, at(data, count)) for mix, count in MIXES.items()]
    counts += [((table, name, "strategies"), 1) for table in LINKS for name in data.get(table, {})]
    for mix, count in counts:
        shares = at(data, mix)
        for name in shares if isinstance(shares, dict) else ():
            yield (*mix, name), name, count not in (0, None)
    for shock, table in data.get("shocks", {}).items():
        strategy = at(table, ("strategy",))
        if isinstance(strategy, str) and strategy:
            yield ("shocks", shock, "strategy"), strategy, True


def _refuse_unknown(name: str, known: list[str], label: str, dotted: str) -> None:
    if name not in known:
        hint = did_you_mean(name, known, f"; there are {listed(known)}")
        raise ScenarioError(f"{label}: {dotted}: there is no strategy {shown(name)}{hint}")


def _knobs(own: Any, usual: dict[str, Any]) -> Any:
    return usual | own if isinstance(own, dict) else own


def _of_library(name: str, shelf: list[str]) -> dict[str, Any]:
    if name not in shelf:
        return {}
    return dict(read_toml(STRATEGIES / f"{name}.toml", f"strategies/{name}.toml").get("knobs", {}))
