"""What the page's forms are given: the choice of a market, its sliders, what was changed, what happens when."""

from functools import lru_cache
from typing import Any

from dashboards.forms import entry, group, select
from dashboards.links import SEED, Number, Place
from dashboards.pages.sandbox.groups import in_per_cent, label_of, named, units_of
from dashboards.pages.sandbox.happening import MOST_ADDED, Happening, kinds_of, tiers_of
from dashboards.pages.sandbox.markets import FINE, OWN, Asked, base_of, fields_of, library_names, regimes_in
from dashboards.pages.sandbox.reading import is_network
from dashboards.words import Words, number, shortest, signed, words
from scenarios.catalogue import LIBRARY, ScenarioError, read_toml, texts_in
from scenarios.scenario import Scenario
from sim.config import Market
from sim.shocks import AT_ONCE, SIZES

CENT = 100  # a share of 1, in per cent
SHOCK_STEP = 5  # of a size in per cent


@lru_cache
def library_titles(lang: str) -> dict[str, str]:
    """Return the title in a language of every scenario of the library and of every regime."""
    return {name: _title(name, lang) for name in library_names()}


def _title(name: str, lang: str) -> str:
    file, _, regime = name.partition(":")
    content = read_toml(LIBRARY / f"{file}.toml", f"{file}.toml")
    texts = texts_in(content, lang)
    if regime:
        own = texts_in(content["regime"][regime], lang)
        return str(own.get("title", f"{texts['title']}: {regime}"))
    return str(texts["title"])


def title_of(asked: Asked, lang: str) -> str:
    """Return the title of a scenario, in a language where it has one; it says so if it stands on one's network."""
    title = base_of(asked.scenario, asked.file).told(lang).title
    return str(words(lang)["sandbox"]["choose"]["on_network"].format(title=title)) if is_network(asked.file) else title


def chooser(asked: Asked, place: Place) -> dict[str, Any]:
    """Return the group that chooses a market: its scenario, the draw, and whether all quantities are shown."""
    words = {
        name: {"label": place.said["sandbox"]["fields"][name], "help": place.said["sandbox"]["choose"][name]}
        for name in ("scenario", "seed", "all")
    }
    scenario = select("scenario", asked.scenario, options(asked, place.lang, place.said), words["scenario"])
    seed = entry("seed", place.values["seed"], SEED, words["seed"])
    whole = {"name": "all", "kind": "check", "value": bool(place.values["all"]), **words["all"]}
    return group([scenario, seed, whole])


def options(asked: Asked, lang: str, said: Words) -> dict[str, str]:
    """Return the titles of the scenarios there are to choose from, by name: those of one's own file first."""
    told, titles = said["sandbox"]["choose"], library_titles(lang)
    if is_network(asked.file):
        return {name: told["on_network"].format(title=title) for name, title in titles.items()}
    own = regimes_in(base_of(OWN, asked.file)) if asked.scenario.startswith(OWN) else []
    return {name: told["own"].format(title=_own_title(name, asked.file, lang)) for name in own} | titles


def _own_title(name: str, file: str, lang: str) -> str:
    try:
        return base_of(name, file).told(lang).title
    except ScenarioError:  # a regime of it that is too large for this page
        return name


def changes(asked: Asked, before: Asked, lang: str, said: Words) -> dict[str, Any]:
    """Return what is changed, and what it is held against."""
    told, base = said["sandbox"]["changes"], base_of(asked.scenario, asked.file)
    fields, units = fields_of(base), units_of(base)
    listed = [
        {"name": name, "text": _change(name, value, fields[name], units[name], said)} for name, value in asked.values
    ]
    listed += [
        {
            "name": shock.code,
            "text": told["shock"].format(period=shock.period, label=_named(shock.kind, shock.tier, base.market, said)),
        }
        for shock in asked.shocks
    ]
    shipped = before == asked.shipped
    against = told["shipped" if shipped else "kept"].format(title=title_of(before, lang))
    there = {"keep": before != asked, "back": not shipped, "reset": bool(listed)}
    buttons = [{"name": name, "label": told[name]} for name, wanted in there.items() if wanted]
    words = {name: told[name] for name in ("heading", "none", "drop")}
    return {**words, "changes": listed, "against": against, "buttons": buttons}


def _change(name: str, value: float, field: Number, measured_in: str, said: Words) -> str:
    told = said["sandbox"]["changes"]["value"]
    share = in_per_cent(name, field, measured_in)
    numbers = {"value": _written(value, share, said), "usual": _written(field.default, share, said)}
    return str(told.format(label=label_of(name, said), **numbers))


def _written(value: float, share: bool, said: Words) -> str:
    """Write a number as its slider does."""
    return shortest(CENT * value, 1, said) + said["common"]["percent"] if share else shortest(value, FINE, said)


def happenings(scenario: Scenario, asked: Asked, values: dict[str, Any], said: Words) -> dict[str, Any]:
    """Return the buttons of what can happen, and what is going to: of the scenario itself, then what was added."""
    told, market = said["sandbox"]["shocks"], scenario.market
    periods = int(values["periods"])
    kinds = [
        {"kind": kind, "tier": tier, "help": said["shocks"][kind]["help"], "label": _named(kind, tier, market, said)}
        for kind in kinds_of(market)
        for tier in tiers_of(market, kind)
    ]
    coming = [_coming(f"shocks.{name}", _as_set(name, values, market), market, periods, said) for name in market.shocks]
    added = [_coming(str(k), shock, market, periods, said) for k, shock in enumerate(asked.shocks)]
    coming += [one | {"removable": True} for one in added]
    words = {name: told[name] for name in ("heading", "help", "period", "list", "remove")}
    full = len(asked.shocks) >= MOST_ADDED
    return {**words, "periods": periods, "kinds": kinds, "coming": coming, "full": full}


def _as_set(name: str, values: dict[str, Any], market: Market) -> Happening:
    """Return a shock of the scenario itself, with what was set."""
    period, size, duration = (values[f"shocks.{name}.{own}"] for own in ("period", "size", "duration"))
    tiers = ["", *(tier for tier, _ in market.upstream)]
    return Happening(market.shocks[name].kind, int(period), size, int(duration), tiers.index(market.shocks[name].tier))


def _named(kind: str, tier: int, market: Market, said: Words) -> str:
    """Return what a shock is called, with the tier it hits if that is not those who sell."""
    label = str(said["shocks"][kind]["label"])
    return f"{label} ({named(market.upstream[tier - 1][0], said)})" if tier else label


def _coming(key: str, shock: Happening, market: Market, periods: int, said: Words) -> dict[str, Any]:
    """Return one shock with its fields; sizes are in per cent."""
    told, low_high = said["sandbox"]["shocks"], SIZES.get(shock.kind, (0.0, 1.0))
    low, high = (round(CENT * end) for end in low_high)
    size = {"name": "size", "label": told["points" if shock.kind == "fee change" else "size"], "low": low, "high": high}
    fields = [{"name": "period", "label": told["begins"], "value": shock.period, "low": 1, "high": periods, "step": 1}]
    fields.append(size | {"value": round(CENT * shock.size, 4), "step": SHOCK_STEP})
    if shock.kind not in AT_ONCE:
        fields.append(
            {"name": "duration", "label": told["lasts"], "value": shock.duration, "low": 0, "high": periods, "step": 1}
        )
    says = said["shocks"][shock.kind]["size"].format(size=_size(shock, said))
    label = _named(shock.kind, shock.tier, market, said)
    return {"id": key, "label": label, "says": says, "fields": fields, "removable": False}


def _size(shock: Happening, said: Words) -> str:
    """Write the size of a shock: in per cent, or in points with their sign."""
    if shock.kind == "fee change":
        return signed(CENT * shock.size, 0, said)
    return f"{number(CENT * shock.size, 0, said)}{said['common']['percent']}"


def moved(shocks: tuple[Happening, ...], place: int, name: str, value: float) -> list[Happening]:
    """Return shocks with one field of one of them set, as its form gives it."""
    given: dict[str, Any] = {name: value / CENT if name == "size" else int(value)}
    return [Happening(**(shock._asdict() | given)) if k == place else shock for k, shock in enumerate(shocks)]
