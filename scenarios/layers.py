"""The layers of a scenario: its file, the regime asked for, the caller's settings; and where a value came from."""

from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from scenarios.catalogue import DEEPEST, LANGUAGES, Place, ScenarioError, did_you_mean, listed, short
from scenarios.sentences import LINKS, MIXES, MODELS, NAMED, TABLES, Keys, is_mix, shown
from sim.config import SECTIONS, quantities
from sim.sections import Couriers, Partners, Providers

MOST_REGIMES = 64
LONGEST_NAME = 64  # characters of a strategy's, a tier's, a shock's, an activity's or a regime's name
DEFAULT = {  # the mixes there are by default
    "providers": Providers().model_dump(),
    "partners": Partners().model_dump(),
    "couriers": Couriers().model_dump(),
}


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
    """Split a setting's name; a quantity's own name stands for its full one. Names of the author's may hold dots."""
    parts = dotted.split(".")
    sections = {name: section for section, name, _ in quantities()}
    is_section = parts[0] in SECTIONS and (len(parts) > 1 or isinstance(value, dict))
    if parts[0] in sections and not is_section:
        parts = [sections[parts[0]], *parts]
    if len(parts) > 2 and (parts[0], parts[1]) in MIXES:
        return (parts[0], parts[1], ".".join(parts[2:]))
    if parts[0] in NAMED and len(parts) > 2:
        return _keys_in(parts, isinstance(value, dict))
    if len(parts) > DEEPEST:
        raise ScenarioError(f"setting: {shown(dotted)} is not a known key")
    return tuple(parts)


def _keys_in(parts: list[str], is_table: bool) -> Keys:
    """Split a name such as chain.principal.firms, or chain.principal.strategies.partnership."""
    if parts[0] in LINKS and "strategies" in parts[2:-1]:
        mix = parts.index("strategies", 2)
        return (parts[0], ".".join(parts[1:mix]), "strategies", ".".join(parts[mix + 1 :]))
    of_entry = is_table and parts[-1] not in NAMED[parts[0]].model_fields
    return (parts[0], ".".join(parts[1:])) if of_entry else (parts[0], ".".join(parts[1:-1]), parts[-1])


def layered(sources: Sources) -> dict[str, Any]:
    """Lay the file, the regime and the settings over the mixes of strategies there are by default."""
    data = _with_mixes(_with_titles(_merged(_merged(DEFAULT, sources.base), sources.over), sources))
    for keys, value in sources.settings:
        _refuse_new_entry(keys, data)
        data = _with_mixes(_put(data, keys, value))
    for table in (*TABLES, *LANGUAGES[1:]):
        if not isinstance(data.get(table, {}), dict):
            label, dotted = where((table,), sources)
            raise ScenarioError(f"{label}: {dotted} = {shown(data[table])} is not a table")
    return data


def _with_titles(data: dict[str, Any], sources: Sources) -> dict[str, Any]:
    """Add the name of the regime to the titles it does not replace."""
    if not sources.regime:
        return data
    titles: dict[str, Any] = {} if "title" in sources.over else {"title": f"{data.get('title', '')}: {sources.regime}"}
    for language in LANGUAGES[1:]:
        title = at(data, (language, "title"))
        if title and at(sources.over, (language, "title")) is None:
            titles[language] = {"title": f"{title}: {sources.regime}"}
    return _merged(data, titles)


def _with_mixes(data: dict[str, Any]) -> dict[str, Any]:
    """Give each tier and department the mix of strategies it has by default, where it has none."""
    tables = {}
    for table in LINKS:
        if isinstance(tiers := data.get(table), dict):
            usual = {"strategies": NAMED[table].model_fields["strategies"].default}
            tables[table] = {name: usual | tier if isinstance(tier, dict) else tier for name, tier in tiers.items()}
    return data | tables


def _refuse_new_entry(keys: Keys, data: dict[str, Any]) -> None:
    """Refuse a setting inside a tier, department or shock that there is not; a slip of the pen would make one."""
    entries = data.get(keys[0], {})
    if keys[0] == "strategies" or keys[0] not in (*NAMED, MODELS) or len(keys) < 3 or not isinstance(entries, dict):
        return
    if keys[1] not in entries:
        known = f"; there are {listed(entries)}" if entries else "; this scenario has none"
        hint = did_you_mean(keys[1], entries, known)
        raise ScenarioError(f"setting: {'.'.join(map(short, keys))}: there is no {keys[0]}.{short(keys[1])}{hint}")


def _merged(base: dict[str, Any], over: dict[str, Any], path: Keys = ()) -> dict[str, Any]:
    """Lay one table over another, table by table; a mix of strategies replaces the whole mix."""
    both = dict(base)
    for key, value in over.items():
        inside, place = base.get(key), (*path, key)
        deeper = isinstance(value, dict) and isinstance(inside, dict) and not is_mix(place)
        both[key] = _merged(inside, value, place) if deeper else value  # type: ignore[arg-type]
    return both


def _put_all(data: dict[str, Any], settings: Iterable[tuple[Keys, object]]) -> dict[str, Any]:
    for keys, value in settings:
        data = _put(data, keys, value)
    return data


def _put(data: Any, keys: Keys, value: object, path: Keys = ()) -> dict[str, Any]:
    table = data if isinstance(data, dict) else {}
    if len(keys) == 1:
        return _merged(table, {keys[0]: value}, path)
    return {**table, keys[0]: _put(table.get(keys[0]), keys[1:], value, (*path, keys[0]))}


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
