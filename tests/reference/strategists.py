"""Those who follow a strategy (`Strategist`), and those of them with skills and limits of their own (`Able`)."""

import mesa

from sim.draws import PERSON
from tests.reference.buyers import Actor
from tests.reference.maths import clip
from tests.reference.tie import Encounter


class Strategist(Actor):
    """Whoever follows a strategy.

    Attributes
    ----------
    strategy : str
        Its name.
    engagement : float
        Of its people, in [0, 1].
    pleased : float or None
        Mean satisfaction of last period's buyers, in [0, 1] (None: there were none).
    betrays : bool
        Whether it makes no effort.
    effort, effort_cost : float
        Effective effort before reciprocity, in [0, 1], and its cost in euros per encounter, this period.
    """

    betrays = False

    def __init__(self, model: mesa.Model, row: int, strategy: str) -> None:
        super().__init__(model, row)
        self.follow(strategy)
        self.engagement = 0.5
        self.pleased: float | None = None

    def follow(self, strategy: str) -> None:
        """Adopt a strategy."""
        self.strategy = strategy
        self.knobs = self.model.market.strategies[strategy]

    def prepare(self) -> None:
        """Settle on this period's effort."""
        effort = 0.0 if self.betrays else self.knobs.effort
        self.effort = clip(effort * (0.8 + 0.4 * self.engagement))
        self.effort_cost = self.model.market.costs.c_effort * self.effort**2

    def be_moved(self) -> None:
        """Let the engagement of one's people follow the mood of the buyers served last period."""
        if self.pleased is not None:
            self.engagement += self.model.market.exchange.engagement_rate * (self.pleased - self.engagement)

    def hear(self, served: list[Encounter]) -> None:
        """Keep in mind how satisfied the period's buyers were."""
        units = sum(encounter.volume for encounter in served)
        liked = sum(encounter.volume * encounter.satisfaction for encounter in served)
        self.pleased = liked / units if units else None


class Able(Strategist):
    """Whoever is good at something and can do so much of it well.

    Attributes
    ----------
    capability : float
        Quality, in [0, 1].
    capacity, load : int
        Encounters a period that are served well (0: no limit), and those of last period.
    served : list of Encounter
        This period's.
    profit : float
        Euros per period, smoothed.
    """

    def __init__(self, model: mesa.Model, row: int, strategy: str) -> None:
        super().__init__(model, row, strategy)
        _, _, quality, size = self.luck(PERSON)
        self.capability = 0.7 + 0.3 * quality
        self.capacity = self.room(size)
        self.load = 0
        self.profit = 0.0
        self.served: list[Encounter] = []

    def room(self, luck: float) -> int:
        """Return the capacity."""
        raise NotImplementedError

    @property
    def load_factor(self) -> float:
        """What crowding leaves of the value."""
        return self.capacity / self.load if 0 < self.capacity < self.load else 1.0

    @property
    def earned(self) -> float:
        """What was kept this period, in euros."""
        raise NotImplementedError

    def book(self) -> None:
        """Smooth the period's profit into the memory of it."""
        self.profit += 0.1 * (self.earned - self.profit)


def worth(margin: float, cost: float) -> float:
    """Return how satisfied a provider is with a margin, in [0, 1]."""
    if cost == 0:
        return 1.0 if margin > 0 else 0.0
    return clip(margin / (0.2 * cost))
