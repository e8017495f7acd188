"""The layers of a scenario: its file, the regime asked for, the caller's settings; and where a value came from."""

from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from scenarios.catalogue import DEEPEST, Place, ScenarioError, did_you_mean, listed, short
from scenarios.sentences import MIXES, Keys, shown
from sim.config import SECTIONS, Partners, Providers, quantities

MOST_REGIMES = 64
LONGEST_NAME = 64  # characters of a strategy's or a regime's name
WHOLE = {mix for _, mix in MIXES}  # tables that a later layer replaces as a whole


class Sources(NamedTuple):
    """Where values come from, so that a sentence can name the file and field an author has to change."""

    label: str
    regime: str
    regimes: tuple[str, ...]
    base: dict[str, Any]
    over: dict[str, Any]
    given: dict[str, Any]
    settings: tuple[tuple[Keys, object], ...]


def layers_of(content: Mapping[str, Any], place: Place, settings: Mapping[str, object]) -> Sources:
    """Take the content of a scenario's file apart."""
    base = dict(content)
    regimes = base.pop("regime", {})
    if not isinstance(regimes, dict) or not all(isinstance(table, dict) for table in regimes.values()):
        raise ScenarioError(f"{place.label}: regime must hold tables such as [regime.platform.providers]")
    if len(regimes) > MOST_REGIMES:
        raise ScenarioError(f"{place.label}: regime: there are {len(regimes)}; a scenario may have {MOST_REGIMES}")
    for name in regimes:
        if not name.isprintable() or ":" in name or not 0 < len(name) <= LONGEST_NAME:
            allowed = f"1 to {LONGEST_NAME} printable characters without a colon"
            raise ScenarioError(f"{place.label}: regime: {shown(name)} is not {allowed}")
    over = _regime(regimes, place)
    placed = tuple((keys_of(key, value), value) for key, value in settings.items())
    given = _put_all({}, placed)
    return Sources(place.label, place.regime, tuple(regimes), base, over, given, placed)


def _regime(regimes: dict[str, dict[str, Any]], place: Place) -> dict[str, Any]:
    if place.regime and place.regime not in regimes:
        known = f"; there are {listed(regimes)}" if regimes else "; this scenario has no regimes"
        hint = did_you_mean(place.regime, regimes, known)
        raise ScenarioError(f"{place.label}: there is no regime {shown(place.regime)}{hint}")
    return regimes.get(place.regime, {})


def keys_of(dotted: str, value: object) -> Keys:
    """Split a setting's name; a quantity's own name stands for its full one. Strategy names may hold dots."""
    parts = dotted.split(".")
    sections = {name: section for section, name, _ in quantities()}
    is_section = parts[0] in SECTIONS and (len(parts) > 1 or isinstance(value, dict))
    if parts[0] in sections and not is_section:
        parts = [sections[parts[0]], *parts]
    if parts[0] == "strategies" and len(parts) > 2:
        return ("strategies", ".".join(parts[1:-1]), parts[-1])
    if len(parts) > 2 and (parts[0], parts[1]) in MIXES:
        return (parts[0], parts[1], ".".join(parts[2:]))
    if len(parts) > DEEPEST:
        raise ScenarioError(f"setting: {shown(dotted)} is not a known key")
    return tuple(parts)


def layered(sources: Sources) -> dict[str, Any]:
    """Lay the file, the regime and the settings over the providers there are by default."""
    default = {"providers": Providers().model_dump(), "partners": Partners().model_dump()}
    data = _merged(_merged(default, sources.base), sources.over)
    if sources.regime and "title" not in sources.over:
        data["title"] = f"{data.get('title', '')}: {sources.regime}"
    data = _put_all(data, sources.settings)
    for section in (*SECTIONS, "strategies"):
        if not isinstance(data.get(section, {}), dict):
            label, dotted = where((section,), sources)
            raise ScenarioError(f"{label}: {dotted} = {shown(data[section])} is not a table")
    return data


def _merged(base: dict[str, Any], over: dict[str, Any]) -> dict[str, Any]:
    """Lay one table over another, table by table; a mix of strategies replaces the whole mix."""
    both = dict(base)
    for key, value in over.items():
        inside = base.get(key)
        deeper = isinstance(value, dict) and isinstance(inside, dict) and key not in WHOLE
        both[key] = _merged(inside, value) if deeper else value  # type: ignore[arg-type]
    return both


def _put_all(data: dict[str, Any], settings: Iterable[tuple[Keys, object]]) -> dict[str, Any]:
    for keys, value in settings:
        data = _put(data, keys, value)
    return data


def _put(data: Any, keys: Keys, value: object) -> dict[str, Any]:
    table = data if isinstance(data, dict) else {}
    if len(keys) == 1:
        return _merged(table, {keys[0]: value})
    return {**table, keys[0]: _put(table.get(keys[0]), keys[1:], value)}


def at(data: Any, keys: Keys) -> Any:
    """Return what a table of tables holds at `keys`, None where there is nothing."""
    for key in keys:
        data = data.get(key) if isinstance(data, dict) else None
    return data


def where(keys: Keys, sources: Sources) -> tuple[str, str]:
    """Return the file and the dotted name under which the author finds what is at `keys`."""
    dotted = ".".join(map(short, keys))
    if at(sources.given, keys) is not None:
        return "setting", dotted
    if at(sources.over, keys) is not None:
        return sources.label, f"regime.{short(sources.regime)}.{dotted}"
    of_library = len(keys) == 3 and keys[0] == "strategies" and at(sources.base, keys) is None
    return (f"strategies/{short(keys[1])}.toml", f"knobs.{keys[2]}") if of_library else (sources.label, dotted)
