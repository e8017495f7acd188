"""The Mesa face of one world.

`ValueNetwork` is a `mesa.Model`: it works in SolaraViz, `mesa.batch_run` and with a `DataCollector`. Behind
the face the compiled rules run, and the results are those of `sim.ensemble.run`, bit for bit.
"""

import copy
import secrets
from collections.abc import Mapping, Sequence
from functools import partial
from itertools import count
from operator import index
from typing import Any

import mesa
import numpy as np
from numpy.typing import NDArray
from pydantic import ValidationError

from sim.agents import VIEWS
from sim.buyers import Actor
from sim.config import Market, quantities
from sim.create import SEEDS, create, shocks_of
from sim.decisions import advance_with
from sim.ensemble import Run
from sim.fields import nearest
from sim.final import of_world
from sim.metrics import MEASURES, read
from sim.network import Network
from sim.period import advance
from sim.population import Population
from sim.sections import Strategy
from sim.totals import TOTALS, pooled

DRAWN_SEEDS = 2**53  # every JSON reader and spreadsheet keeps such a seed exactly


def plain_market() -> Market:
    """Return the market a model has when none is given: every default, and firms of one strategy."""
    return Market(strategies={"transactional": Strategy()})


def overridden(market: Market, settings: Mapping[str, Any]) -> Market:
    """Return `market` with other values for some of its quantities, given by name.

    Raises
    ------
    ValueError
        One sentence about the first name or value that is not allowed.
    """
    sections = {name: section for section, name, _ in quantities()}
    tables = market.model_dump()
    for name, value in settings.items():
        if name != "periods" and name not in sections:
            near = "" if name == "seed" else nearest(name, ["periods", *sections])
            hint = near or "; the seed is called rng"
            raise ValueError(f"{name} is not a quantity of a market{hint}")
        table = tables if name == "periods" else tables[sections[name]]
        table[name] = value.item() if isinstance(value, np.generic) else value
    try:
        return Market.model_validate(tables)
    except ValidationError as error:
        raise ValueError(_sentence(error)) from None


def _sentence(error: ValidationError) -> str:
    first = error.errors()[0]
    place = ".".join(map(str, first["loc"]))
    if first["type"] != "value_error":
        return f"{place} = {first['input']!r}: {first['msg'].lower()}"
    return f"{place}: {first['ctx']['error']}" if place else str(first["ctx"]["error"])


def seed_of(rng: Any) -> int:
    """Return the seed a model is given, or a random one.

    Raises
    ------
    ValueError
        If it is not a whole number from 0 to 2**64 - 1.
    """
    if rng is None:
        return secrets.randbelow(DRAWN_SEEDS)
    try:
        seed = index(rng)
    except TypeError:
        seed = -1
    if not 0 <= seed < SEEDS:
        raise ValueError(f"rng = {rng!r} is not a whole number from 0 to 2**64 - 1")
    return seed


def handed_over_by_mesa(name: str, value: Any) -> bool:
    """Whether a keyword is the `scenario` that SolaraViz of Mesa 3.5 adds when it makes a model again."""
    return name == "scenario" and type(value).__module__.startswith("mesa.")


def measured(name: str, model: "ValueNetwork") -> float:
    """Return a measure of the last period: a reporter that can be pickled."""
    return model.measures[name]


def reported(name: str, agent: Actor) -> Any:
    """Return an attribute of an agent, None where its kind has none: a reporter that can be pickled."""
    return getattr(agent, name, None)


class ValueNetwork(mesa.Model):
    """One market as a Mesa model.

    Parameters
    ----------
    market : Market, optional
        The market; without one, the defaults of every quantity and firms of one strategy, `transactional`.
    rng : int, optional
        The seed, 0 .. 2**64 - 1. Without one, a random seed is drawn; `seed` tells which.
    network : Network, optional
        An imported network.
    agents : mapping of int to class, optional
        Custom agents: the class that takes a row instead of the compiled `Customer`, `Peer` or `Firm`.
    agent_reporters : sequence of str, optional
        Attributes the data collector keeps of every agent in every period. None by default: in a large
        market that is more than the run itself.
    **kwargs
        Other values for single quantities of the market, by name: `complexity=0.3, turnover=0.1`. (Mesa's
        SolaraViz and `batch_run` make models this way.)

    Attributes
    ----------
    world : World
        The state. Agents and measures are views on it.
    period : int
        Periods done.
    running : bool
        False after the last of `market.periods`; `step` still works then.
    measures : dict of str to float
        Every measure of the last period; NaN where there was nothing to measure.
    datacollector : mesa.DataCollector
        Every measure, period by period; row 0 is the market before its first period.

    Raises
    ------
    ValueError
        One sentence about what is not allowed.
    """

    def __init__(
        self,
        market: Market | None = None,
        rng: int | None = None,
        network: Network | None = None,
        agents: Mapping[int, type[Actor]] | None = None,
        agent_reporters: Sequence[str] = (),
        **kwargs: Any,
    ) -> None:
        if not isinstance(market, Market | None):
            raise ValueError(
                f"market is a {type(market).__name__}: it must be a sim.config.Market, "
                "such as scenarios.load(name).market"
            )
        settings = {name: value for name, value in kwargs.items() if not handed_over_by_mesa(name, value)}
        self.market = overridden(market or plain_market(), settings)
        self.seed = seed_of(rng)
        super().__init__(rng=self.seed)
        self.network = network
        self.world = create(self.market, self.seed, network)
        self._totals: list[NDArray] = []
        self._views: dict[int, Actor] = {}
        self.custom: dict[int, Actor] = {}
        for row, kind in (agents or {}).items():
            self._place(row, kind)
        self.measures = self._measure(np.zeros(len(self.market.strategies) + 1, TOTALS))
        self.datacollector = mesa.DataCollector(
            {name: partial(measured, name) for name in MEASURES},
            {name: partial(reported, name) for name in self._checked(agent_reporters)},
        )
        self.datacollector.collect(self)

    def _place(self, row: int, kind: type[Actor]) -> None:
        if row not in self.agents.rows:
            raise ValueError(f"agents: there is no row {row!r}, rows are 0 to {len(self.agents) - 1}")
        compiled = VIEWS[int(self.world.actors["kind"][row])]
        if not (isinstance(kind, type) and issubclass(kind, compiled)):
            raise ValueError(f"agents: row {row} is a {compiled.__name__}, {kind!r} is not a subclass of it")
        self.custom[row] = self._views[row] = kind(self, row)

    def _checked(self, names: Sequence[str]) -> Sequence[str]:
        reported_on = [*self.agents_by_type, *self.custom.values()]  # custom agents may remember things of their own
        known = [name for one in reported_on for name in dir(one) if name[0] != "_"]
        for name in names:
            if name not in known:
                raise ValueError(f"agent_reporters: no agent has an attribute {name!r}{nearest(name, known)}")
        return names

    def agent(self, row: int) -> Actor:
        """Return the agent of a row. It is made when first asked for and stays the same object after that."""
        view = self._views.get(row)
        if view is None:
            view = self._views[row] = VIEWS[int(self.world.actors["kind"][row])](self, row)
        return view

    @property
    def agents(self) -> Population:
        """Everybody: peers, other customers, firms, partners, couriers, and the platform where there is one."""
        return Population(self, np.arange(len(self.world.actors) - (self.market.platform.platform_slots == 0)))

    @property
    def agents_by_type(self) -> dict[type[Actor], Population]:
        """Everybody, by class."""
        return {kind: Population(self, rows) for kind, rows in self.agents.rows_by_type().items()}

    @property
    def agent_types(self) -> list[type[Actor]]:
        """The classes of agents there are."""
        return list(self.agents_by_type)

    @property
    def period(self) -> int:
        """Periods done."""
        return int(self.world.clock["period"][0])

    @property
    def totals(self) -> NDArray:
        """What happened so far: TOTALS, shape (periods done, strategies + 1), as `sim.ensemble.Run.totals`."""
        return np.array(self._totals, TOTALS).reshape(-1, len(self.market.strategies) + 1)

    def as_run(self) -> Run:
        """Return the run so far, with the results `sim.ensemble.run` would give for as many periods."""
        return Run(self.market, self.seed, self.totals, self.world, of_world(self.world))

    def series(self) -> dict[str, NDArray]:
        """Return every measure, period by period; NaN where a period has nothing to measure."""
        return self.as_run().series()

    def step(self) -> None:
        """Run one period."""
        totals = np.zeros((1, len(self.market.strategies) + 1), TOTALS)
        if self.custom:
            advance_with(self.custom.values(), self.world, totals[0])
        else:
            advance(self.world, totals)
        self._totals.append(totals[0])
        self.measures = self._measure(totals[0])
        self.datacollector.collect(self)
        if self.period >= self.market.periods:
            self.running = False

    def shock(self, kind: str, **fields: Any) -> None:
        """Let something happen to the market from the next period on (`sim.shocks.Shock`; section 7.11 of docs/odd.md).

        The model's `market` takes the shock up, so a run of it from the start gives the same.

        Parameters
        ----------
        kind : str
            'supplier failure', 'fee change', ...
        **fields
            size, duration, tier, strategy, heard_by, seeds, as in a scenario file.

        Raises
        ------
        ValueError
            One sentence, if there is no such shock, this market cannot have it, or a period is given.
        """
        if "period" in fields:
            raise ValueError("shocks: period: what is applied by hand begins in the next period; leave it out")
        tables = self.market.model_dump()
        free = (f"by hand {n}" for n in count(1) if f"by hand {n}" not in tables["shocks"])
        tables["shocks"][next(free)] = {**fields, "kind": kind, "period": self.period + 1}
        try:
            self.market = Market.model_validate(tables)
        except ValidationError as error:
            raise ValueError(_sentence(error)) from None
        self.world = self.world._replace(shocks=shocks_of(self.market))

    def _measure(self, totals: NDArray) -> dict[str, float]:
        return {name: float(value) for name, value in read(pooled(totals, 0)).items()}

    def close(self) -> None:
        """Make Mesa 3.3 forget the model, if ordinary Mesa agents were made with it.

        Mesa 3.3 keeps every such model for ever (`Agent._ids`). The agents of a market are never registered
        with Mesa, so a model without others need not be closed.
        """
        getattr(mesa.Agent, "_ids", {}).pop(self, None)

    def __copy__(self) -> "ValueNetwork":
        """Return an independent copy: two models never share a world."""
        return copy.deepcopy(self)
