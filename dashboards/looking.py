"""What is noted of a world while it runs: at the moment of the choice, and at the end of each period."""

import numpy as np
from numpy.typing import NDArray

from dashboards.biography import GONE, Moves
from sim.network import DEPARTMENT, FIRM
from sim.records import BY_PLATFORM, NOBODY
from sim.state import World

# Fields of the world's records that are noted at the end of each period.
ENCOUNTERS = (
    *("provider", "courier", "volume", "mediated", "incident", "repaired"),
    *("trust", "satisfaction", "price", "relational"),
)
ACTORS = (
    *("strategy", "closed", "betrays", "takes_part", "member", "arrived"),
    *("engagement", "rating_pos", "rating_neg", "recommends"),
)
STATES = {  # field: what it is called when it becomes 1, and 0
    "closed": ("closes", "opens"),
    "betrays": ("betrays", "keeps_faith"),
    "takes_part": ("joins", "leaves"),
    "member": ("follows", "unfollows"),
}
EVENTS = ("arrives", "strategy", *(name for names in STATES.values() for name in names))


class Looks:
    """The notes of one run; each look takes some tens of microseconds.

    Attributes
    ----------
    encounters, actors : dict of ndarray, shape (periods, rows)
        Fields of the world's records at the end of each period, before strategies change.
    served, allied, renewed : ndarray, shape (periods, rows)
        Units served, trust of each firm in each of its partners, and firms that took a row over.
    """

    def __init__(self, world: World, periods: int) -> None:
        def room(array: NDArray) -> NDArray:
            return np.empty((periods, *array.shape), array.dtype)

        self.encounters = {name: room(world.encounters[name]) for name in ENCOUNTERS}
        self.actors = {name: room(world.actors[name]) for name in ACTORS}
        self.served, self.allied = room(world.tallies["served"]), room(world.alliances["trust"])
        self.renewed = np.zeros((periods, len(world.actors)), bool)
        self._moves: list[tuple] = []
        self._firms = np.isin(world.actors["kind"], (FIRM, DEPARTMENT))
        self._values = world.actors["values"].copy()
        self._fixed = _fixed(world)
        self._former = np.full(len(world.ties), NOBODY)
        self._wrong = np.zeros(len(world.ties), bool)

    def at_choice(self, t: int, world: World) -> None:
        """Note, once all have chosen, who goes to another provider than the last time."""
        self._forget(t, world)
        rows = np.flatnonzero(world.encounters["slot"] != NOBODY)
        slots = world.encounters["slot"][rows]
        moved = world.ties["provider"][rows, slots] != self._former[rows]
        rows, slots = rows[moved], slots[moved]
        former, current, ties = self._former[rows], world.actors["current"][rows], world.ties[rows]
        period = np.full(len(rows), t)
        fixed, wrong = self._fixed[rows], self._wrong[rows]
        self._moves.append((period, rows, former, slots, current, ties, _shut(world, former, ties), fixed, wrong))

    def _forget(self, t: int, world: World) -> None:
        """Let newcomers have no former provider, and those of a firm that was replaced one that is gone."""
        new = self._firms & ((world.terms["bankrupt"] == 1) | (world.actors["values"] != self._values))
        self._values[:] = world.actors["values"]
        if new.any():
            self.renewed[t] = new
            self._former[np.isin(self._former, np.flatnonzero(new))] = GONE
            self._former[new[: len(self._former)]] = NOBODY
        came = world.actors["arrived"][: len(self._former)] == world.clock["period"][0]
        self._former[came] = NOBODY
        self._wrong[self._former == NOBODY] = False

    def at_end(self, t: int, world: World) -> None:
        """Note what happened to everybody in period t."""
        for name, kept in self.encounters.items():
            kept[t] = world.encounters[name]
        for name, kept in self.actors.items():
            kept[t] = world.actors[name]
        self.served[t], self.allied[t] = world.tallies["served"], world.alliances["trust"]
        dealt = np.flatnonzero(world.encounters["slot"] != NOBODY)
        deals = world.encounters[dealt]
        self._former[dealt] = deals["provider"]
        self._wrong[dealt] = (deals["incident"] == 1) & (deals["repaired"] == 0)

    def moves(self) -> Moves:
        """Return all moves that came to a deal: who was supplied for nothing it sold did not buy after all."""
        moves = Moves(*(np.concatenate(column) for column in zip(*self._moves, strict=True)))
        dealt = self.encounters["provider"][moves.period, moves.buyer] != NOBODY
        return Moves(*(column[dealt] for column in moves))

    def events(self) -> dict[str, NDArray]:
        """Return what happened to somebody, by period: `EVENTS`, with the number of the new strategy as detail."""
        seen, periods = self.actors, np.arange(1, len(self.renewed) + 1)[:, None]
        found = [((seen["arrived"] == periods) & ~self._firms) | self.renewed, _changed(seen["strategy"])]
        for name in STATES:
            changed = _changed(seen[name])
            found += [changed & (seen[name] == 1), changed & (seen[name] == 0)]
        period, row, event = np.argwhere(np.stack(found, axis=-1)).T
        detail = np.where(event == EVENTS.index("strategy"), seen["strategy"][period, row], 0)
        return {"period": period, "row": row, "event": event, "detail": detail}


def _shut(world: World, former: NDArray, ties: NDArray) -> NDArray[np.bool_]:
    """Return whose former provider could not be chosen: closed, or without a courier (`sim.rules.choose.is_shut`)."""
    shut = (former >= 0) & (world.terms["closed"][former] == 1)
    if world.market["couriers"][0] > 0 and world.market["carriers"][0] == 0:
        held = (ties["provider"] == former[:, None]) & (ties["origin"] == BY_PLATFORM)
        shut |= held.any(axis=1)
    return shut


def _changed(column: NDArray) -> NDArray[np.bool_]:
    """Return where a field, shape (periods, rows), differs from the period before."""
    return np.vstack((np.zeros_like(column[:1], bool), column[1:] != column[:-1]))


def _fixed(world: World) -> NDArray[np.bool_]:
    """Return which buyers are served by their own department."""
    rows = np.arange(len(world.ties))
    source = np.where(rows < world.market["customers"][0], 0, world.actors["tier"][rows] + 1)
    return world.tiers["internal"][source] == 1
