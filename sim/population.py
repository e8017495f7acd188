"""The agents of a model as Mesa's tools expect them (`AgentSet`), but as rows, without making agents.

`len`, `select(agent_type=...)`, `get` and `agg` work on columns; everything else makes the views it needs.
Mesa's own `AgentSet` holds objects, so a market of a million customers would need a million of them.
"""

from collections.abc import Callable, Iterator, Sequence
from operator import attrgetter
from random import Random
from typing import Any

import numpy as np
from mesa.agent import AgentSet
from numpy.typing import NDArray

from sim.agents import VIEWS
from sim.buyers import Actor
from sim.fields import Field


class Population(Sequence[Actor]):
    """Some rows of a model, in order; used like a Mesa `AgentSet`, whose methods and parameters it has.

    Parameters
    ----------
    model : ValueNetwork
    rows : array_like of int
    """

    def __init__(self, model: Any, rows: Any) -> None:
        self.model = model
        self.rows: NDArray[np.int64] = np.asarray(rows, dtype=np.int64)

    def __len__(self) -> int:
        return len(self.rows)

    def __iter__(self) -> Iterator[Actor]:
        return map(self.model.agent, self.rows.tolist())

    def __contains__(self, agent: object) -> bool:
        return isinstance(agent, Actor) and agent.model is self.model and bool(np.any(self.rows == agent.row))

    def __getitem__(self, item: Any) -> Any:
        picked = self.rows[item].tolist()
        return [self.model.agent(row) for row in picked] if isinstance(item, slice) else self.model.agent(picked)

    @property
    def random(self) -> Random:
        """Mesa's random numbers of the model, for `shuffle`; the market itself never draws from them."""
        return self.model.random  # type: ignore[no-any-return]

    def rows_by_type(self) -> dict[type[Actor], NDArray[np.int64]]:
        """Return the rows of each class of agent, in order."""
        own = np.isin(self.rows, list(self.model.custom))
        kinds = self.model.world.actors["kind"][self.rows]
        groups = {VIEWS[kind]: self.rows[(kinds == kind) & ~own] for kind in np.unique(kinds[~own]).tolist()}
        types = {row: type(self.model.custom[row]) for row in self.rows[own].tolist()}
        return groups | {
            kind: np.array([r for r in types if types[r] is kind]) for kind in dict.fromkeys(types.values())
        }

    def to_list(self) -> list[Actor]:
        """Return the agents as a list."""
        return list(self)

    def get(self, attr_names: str | list[str], handle_missing: str = "error", default_value: Any = None) -> list[Any]:
        """Return an attribute of each agent, or a list of several of each.

        With `handle_missing="default"` an agent without the attribute has `default_value`.
        """
        if handle_missing not in ("error", "default"):
            raise ValueError(f"handle_missing: {handle_missing!r} is not 'error' or 'default'")
        missing = (default_value,) if handle_missing == "default" else ()
        if isinstance(attr_names, str):
            return self._column(attr_names, missing)
        columns = [self._column(name, missing) for name in attr_names]
        return [list(values) for values in zip(*columns, strict=True)]

    def _column(self, name: str, missing: tuple[Any, ...]) -> list[Any]:
        groups = self.rows_by_type()
        fields: dict[type[Actor], Any] = {kind: getattr(kind, name, None) for kind in groups}
        if not all(isinstance(field, Field) for field in fields.values()):
            return [getattr(agent, name, *missing) for agent in self]
        values: dict[int, Any] = {}
        for kind, rows in groups.items():
            values.update(zip(rows.tolist(), fields[kind].column(self.model, rows).tolist(), strict=True))
        return [values[row] for row in self.rows.tolist()]

    def agg(self, attribute: str, func: Any) -> Any:
        """Return func(values) of an attribute, or a list of results for several functions."""
        values = self.get(attribute)
        return func(values) if callable(func) else [one(values) for one in func]

    def set(self, attr_name: str, value: Any) -> "Population":
        """Set an attribute of every agent."""
        for agent in self:
            setattr(agent, attr_name, value)
        return self

    def select(
        self,
        filter_func: Callable[[Actor], bool] | None = None,
        at_most: float = float("inf"),
        inplace: bool = False,
        agent_type: type[Actor] | None = None,
    ) -> "Population":
        """Return the agents of a class for which `filter_func` holds, the first `at_most` (or that share) of them."""
        rows = self.rows
        if agent_type is not None:
            groups = [found for kind, found in self.rows_by_type().items() if issubclass(kind, agent_type)]
            rows = rows[np.isin(rows, np.concatenate([*groups, rows[:0]]))]
        most = len(self) * at_most if isinstance(at_most, float) and at_most <= 1 else at_most
        if filter_func is not None:
            rows = np.array([row for row in rows.tolist() if filter_func(self.model.agent(row))], np.int64)
        return self._with(rows[: int(min(most, len(rows)))], inplace)

    def sort(self, key: Callable[[Actor], Any] | str, ascending: bool = False, inplace: bool = False) -> "Population":
        """Return the agents by an attribute or a function of them, the highest first unless `ascending`."""
        value = attrgetter(key) if isinstance(key, str) else key
        ordered = sorted(self, key=value, reverse=not ascending)
        return self._with([agent.row for agent in ordered], inplace)

    def shuffle(self, inplace: bool = False) -> "Population":
        """Return the agents in random order."""
        rows = self.rows.tolist()
        self.random.shuffle(rows)
        return self._with(rows, inplace)

    def _with(self, rows: Any, inplace: bool) -> "Population":
        result = self if inplace else Population(self.model, ())
        result.rows = np.asarray(rows, dtype=np.int64)
        return result

    def groupby(self, by: Callable[[Actor], Any] | str, result_type: str = "agentset") -> Any:
        """Return Mesa's `GroupBy` of the agents, by an attribute or a function of them."""
        groups = AgentSet([], random=self.random).groupby(by)  # Mesa 3.3 and 3.5 keep the class in different places
        found: dict[Any, list[Actor]] = {}
        for agent in self:
            found.setdefault(by(agent) if callable(by) else getattr(agent, by), []).append(agent)
        as_rows = {key: Population(self.model, [agent.row for agent in agents]) for key, agents in found.items()}
        groups.groups = found if result_type == "list" else as_rows
        return groups

    def map(self, method: str | Callable[..., Any], *args: Any, **kwargs: Any) -> list[Any]:
        """Return what a method (by name) or a function returns for each agent."""
        if isinstance(method, str):
            return [getattr(agent, method)(*args, **kwargs) for agent in self]
        return [method(agent, *args, **kwargs) for agent in self]

    def do(self, method: str | Callable[..., Any], *args: Any, **kwargs: Any) -> "Population":
        """Call a method (by name) or a function for each agent."""
        self.map(method, *args, **kwargs)
        return self

    def shuffle_do(self, method: str | Callable[..., Any], *args: Any, **kwargs: Any) -> "Population":
        """Call a method (by name) or a function for each agent, in random order."""
        self.shuffle().do(method, *args, **kwargs)
        return self
