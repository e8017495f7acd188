"""A file a visitor brings: kept if a market can be made of it, else refused in one sentence; told when in use."""

import base64
import binascii
from collections.abc import Mapping
from typing import Any, NamedTuple

from dashboards.pages.sandbox.markets import OWN, USUAL, Asked, base_of, is_own, library_names
from dashboards.pages.sandbox.reading import is_network, sentence_of, shown_name, unusable
from dashboards.uploads import PARTICIPANTS, Refused, bring
from dashboards.words import Words, number
from scenarios.catalogue import ScenarioError, short


class Brought(NamedTuple):
    """The key of a file and the scenario to run on it, or what is wrong with it in one sentence."""

    key: str
    scenario: str
    wrong: str


class Mine(NamedTuple):
    """What only the session knows of a file it has brought: its own name, and whether changes were taken back."""

    name: str
    reset: bool


UNKNOWN = Mine("", False)


def brought(file: Mapping[str, Any], asked: Asked, said: Words) -> Brought:
    """Keep what a visitor has brought, if a market can be made of it."""
    name, told = str(file.get("name", "")), said["sandbox"]["upload"]
    try:
        key = bring(name, base64.b64decode(str(file.get("content", "")), validate=True), beside=asked.file)
    except Refused as reason:
        return Brought("", "", told["wrong"].format(name=short(name), why=told[str(reason)]))
    except binascii.Error:
        return Brought("", "", told["wrong"].format(name=short(name), why=told["ending"]))
    scenario = OWN if is_own(key) else asked.scenario if asked.scenario in library_names() else USUAL
    try:
        base_of(scenario, key)
    except ScenarioError as error:
        return Brought("", "", _named(sentence_of(unusable(error, key), {}, said), key, name))
    return Brought(key, scenario, "")


def mine(file: Mapping[str, Any], asked: Asked, former: Mapping[str, Mine]) -> Mine:
    """Return what is remembered of a file just brought; participants go by the name of the network they join."""
    name = short(str(file.get("name", "")))
    if name.lower().endswith(PARTICIPANTS.removeprefix("network")):
        name = former.get(asked.file, UNKNOWN).name
    return Mine(name, bool(asked.values or asked.shocks))


def in_use(asked: Asked, known: Mapping[str, Mine], said: Words) -> dict[str, str]:
    """Say which file of the visitor's is in use and what is in it; empty words where there is none."""
    told = said["sandbox"]["own"]
    if not asked.file:
        return {"says": "", "reset": "", "remove": ""}
    market, own = base_of(asked.scenario, asked.file).market, known.get(asked.file, UNKNOWN)
    counts = {
        "customers": _counted("customer", "customers", market.customers.customers, said),
        "firms": _counted("firm", "firms", market.providers.firms, said),
    }
    says = told["network" if is_network(asked.file) else "scenario"].format(name=own.name and f" {own.name}", **counts)
    untouched = not (asked.values or asked.shocks)
    return {"says": says, "reset": told["reset"] if own.reset and untouched else "", "remove": told["remove"]}


def _counted(one: str, many: str, count: int, said: Words) -> str:
    told = said["sandbox"]["own"]
    return str(told[one if count == 1 else many].format(count=number(count, 0, said)))


def _named(sentence: str, key: str, name: str) -> str:
    """Return a sentence with the file's own name in place of the one it is kept under."""
    return sentence.replace(shown_name(key), short(name))
