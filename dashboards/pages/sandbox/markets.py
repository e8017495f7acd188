"""The market a visitor asks for: a scenario of the library or a file of one's own, changed, with shocks added."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from functools import lru_cache
from typing import NamedTuple

from pydantic import ValidationError
from pydantic.fields import FieldInfo

from dashboards.limits import CUSTOMERS, PERIODS
from dashboards.links import Number
from dashboards.pages.sandbox.happening import Happening, shock_of
from dashboards.uploads import SCENARIO, path_of
from scenarios.catalogue import LIBRARY, ScenarioError, names, read_toml
from scenarios.networks import shipped_networks
from scenarios.scenario import Scenario, load
from scenarios.sentences import NAMED, limits
from scenarios.size import seconds
from scenarios.variation import GIVEN_BY_A_NETWORK, set_quantities, value_of
from sim.config import Market, quantities_in
from sim.shocks import SIZES

OWN = "file"  # what the scenario of one's own file is called in a link
USUAL = "transactional"
MOST_PEOPLE = 5000  # in a network that is brought or shipped
SLOWEST = 3.0  # s of one run
SHORTEST = 12  # periods
FINE = 6  # digits a quantity is kept with
CAPS = {"firms": 200, "partners": 200, "couriers": 400, "breadth": 200, "firms_per_partner": 50, "dimensions": 8}


class Asked(NamedTuple):
    """What a run depends on besides its seed: a scenario by name, the key of a file, what is changed and added."""

    scenario: str = USUAL
    file: str = ""
    values: tuple[tuple[str, float], ...] = ()
    shocks: tuple[Happening, ...] = ()

    @property
    def shipped(self) -> "Asked":
        """The same scenario as it was shipped or brought."""
        return Asked(self.scenario, self.file)


def is_own(key: str) -> bool:
    """Whether a key belongs to a scenario somebody brought; False for a network, or where there is nothing."""
    path = path_of(key)
    return path is not None and path.name == SCENARIO


@lru_cache
def library_names() -> tuple[str, ...]:
    """Return the names of all scenarios of the library, each followed by those of its regimes."""
    regimes = {name: read_toml(LIBRARY / f"{name}.toml", f"{name}.toml").get("regime", {}) for name in names()}
    return tuple(full for name in names() for full in (name, *(f"{name}:{regime}" for regime in regimes[name])))


@lru_cache(64)
def base_of(scenario: str, file: str) -> Scenario:
    """Return a scenario as it was shipped or brought; a file that is a network is what the scenario stands on.

    Raises
    ------
    ScenarioError
        One sentence: what is wrong with the file. It is too large for this page where it says `TooLarge`.
    """
    if not file:
        return load(scenario)
    path = path_of(file)
    if path is None:
        raise ScenarioError(f"{file[:8]}: the file is no longer here; bring it again")
    if path.name == SCENARIO:
        _refuse_files_of_the_server(read_toml(path, SCENARIO))
        found = load(f"{path}{scenario.removeprefix(OWN)}")
    else:
        found = load(scenario, network=path)
    refuse_too_large(found)
    return found


class TooLarge(ScenarioError):
    """A market this page cannot show: `quantity`, what it has, and the most there may be."""

    def __init__(self, quantity: str, given: float, most: float) -> None:
        super().__init__(f"{quantity} = {given:g} is more than {most:g}")
        self.quantity, self.given, self.most = quantity, given, most


def refuse_too_large(scenario: Scenario) -> None:
    """Raise TooLarge if a market has too many customers or periods, or takes too long, for a class server."""
    market = scenario.market
    most = MOST_PEOPLE if scenario.network else CUSTOMERS
    for quantity, given, top in (
        ("customers", market.customers.customers, most),
        ("firms", market.providers.firms, MOST_PEOPLE),
        ("periods", market.periods, PERIODS),
        ("run", seconds(market, 1, 1), SLOWEST),
    ):
        if given > top:
            raise TooLarge(quantity, given, top)


def _refuse_files_of_the_server(content: Mapping[str, object]) -> None:
    """Refuse a scenario that names a file as its network: here that would be a file of the server's."""
    regimes = content.get("regime")
    tables = [content, *(regimes.values() if isinstance(regimes, dict) else ())]
    for table in tables:
        network = table.get("network") if isinstance(table, dict) else None
        if network is not None and network not in shipped_networks():
            known = ", ".join(shipped_networks())
            raise ScenarioError(f"{SCENARIO}: network is not a shipped one ({known}); bring the network itself")


def regimes_in(scenario: Scenario) -> list[str]:
    """Return the names in a link of the regimes of one's own scenario, itself first."""
    return [OWN, *(f"{OWN}:{name.rpartition(':')[2]}" for name in scenario.regimes)]


def numeric(market: Market) -> Iterator[tuple[str, FieldInfo]]:
    """Yield (name, field) of every number a visitor can change, by its own name or 'strategies.partnership.effort'."""
    yield "periods", Market.model_fields["periods"]
    for _, name, field in quantities_in(market):
        if field.annotation in (int, float):
            yield name, field
    for kind, model in NAMED.items():
        for entry in getattr(market, kind):
            for name, field in model.model_fields.items():
                if field.annotation in (int, float):
                    yield f"{kind}.{entry}.{name}", field


def value_in(market: Market, name: str) -> float:
    """Return the value of a number in a market."""
    return market.periods if name == "periods" else value_of(market, name)


def fields_of(scenario: Scenario) -> dict[str, Number]:
    """Return every number a visitor can change, with what it is in this scenario and how far it may go here."""
    given = [name for _, name in GIVEN_BY_A_NETWORK] if scenario.network else []
    return {name: _field(scenario, name, field) for name, field in numeric(scenario.market) if name not in given}


def _field(scenario: Scenario, name: str, field: FieldInfo) -> Number:
    market, (low, high) = scenario.market, limits(field) or (0.0, 0.0)
    default, own = value_in(market, name), name.rpartition(".")[2]
    if name.startswith("shocks.") and own == "size":
        low, high = SIZES.get(market.shocks[name.split(".", 1)[1].removesuffix(".size")].kind, (0.0, 1.0))
    if name == "periods":
        low, high = max([SHORTEST, *(shock.period for shock in market.shocks.values())]), PERIODS
    if name.startswith("shocks.") and own in ("period", "duration"):
        high = market.periods
    high = max(default, min(high, CUSTOMERS if own == "customers" else CAPS.get(own, high)))
    whole = field.annotation is int
    return Number(default, min(low, default), high, 1 if whole else 0.01, 0 if whole else FINE)


def changed(scenario: Scenario, values: Mapping[str, float], shocks: Sequence[Happening]) -> Scenario:
    """Return a scenario with other values and more shocks, checked.

    Raises
    ------
    ScenarioError
        If they do not go together, or make the market too large for this page.
    """
    quantities_set = {name: value for name, value in values.items() if name != "periods"}
    moved = set_quantities(scenario, quantities_set) if quantities_set else scenario
    content = moved.market.model_dump() | {"periods": int(values.get("periods", moved.market.periods))}
    added = [shock_of(one, moved.market) for one in shocks]
    content["shocks"] |= dict(zip(_free_names(moved.market, len(added)), added, strict=True))
    try:
        market = Market.model_validate(content)
    except ValidationError as error:
        raise ScenarioError(f"{scenario.name}: {error.errors()[0]['msg']}") from None
    if late := [name for name, shock in market.shocks.items() if shock.period > market.periods]:
        raise ScenarioError(f"{scenario.name}: shocks.{late[0]} would begin after the run's last period")
    found = replace(moved, market=market)
    refuse_too_large(found)
    return found


def _free_names(market: Market, count: int) -> list[str]:
    numbered = (f"added-{k}" for k in range(1, 2 * len(market.shocks) + count + 1))
    return [name for name in numbered if name not in market.shocks][:count]


def fitted(
    scenario: Scenario, values: Mapping[str, float], shocks: Sequence[Happening]
) -> tuple[dict[str, float], list[Happening], list[str]]:
    """Return the values and shocks that go together, first come first served, and names or codes of the rest."""
    if _goes(scenario, values, shocks):
        return dict(values), list(shocks), []
    kept: dict[str, float] = {}
    happening: list[Happening] = []
    for name, value in values.items():
        kept |= {name: value} if _goes(scenario, kept | {name: value}, ()) else {}
    for shock in shocks:
        happening += [shock] if _goes(scenario, kept, [*happening, shock]) else []
    refused = [name for name in values if name not in kept]
    return kept, happening, refused + [shock.code for shock in shocks if shock not in happening]


def _goes(scenario: Scenario, values: Mapping[str, float], shocks: Sequence[Happening]) -> bool:
    try:
        changed(scenario, values, shocks)
    except ScenarioError:
        return False
    return True


@lru_cache(256)
def scenario_of(asked: Asked) -> Scenario:
    """Return the scenario asked for, whole."""
    return changed(base_of(asked.scenario, asked.file), dict(asked.values), asked.shocks)
