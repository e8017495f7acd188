"""What a visitor lets happen: shocks as a link has them, as buttons make them, and as a market takes them."""

import re
from collections.abc import Sequence
from typing import NamedTuple

from pydantic import ValidationError

from sim.config import Market
from sim.shocks import AT_ONCE, MEANT_FOR, SHOCKS, SIZES, Shock

MOST_ADDED = 8  # shocks
FINE = 6  # digits of a size
USUAL_SIZES = {"fee change": 0.1, "fee cap": 0.1, "supplier failure": 0.25, "price war": 0.25, "new entrant": 1.0}
USUAL_DURATIONS = {"price war": 12}  # other shocks last for good
USUAL_HEARD_BY = 0.1  # of the customers, of a new entrant
CODE = re.compile(r"([a-z-]{3,20})_(\d{1,6})_(-?[\d.]{1,8})_(\d{1,6})(?:_(\d{1,2}))?")


class Happening(NamedTuple):
    """A shock that a visitor has added; the tier it hits is counted upward from those who sell, who are 0."""

    kind: str
    period: int
    size: float
    duration: int = 0
    tier: int = 0

    @property
    def code(self) -> str:
        """The shock as a link has it: 'fee-change_60_0.1_0'; the tier stands last where it is not 0."""
        tier = f"_{self.tier}" if self.tier else ""
        return f"{self.kind.replace(' ', '-')}_{self.period}_{self.size:g}_{self.duration}{tier}"


def shock_of(one: Happening, market: Market) -> dict[str, object]:
    """Return a shock as a market's content has it."""
    more: dict[str, object] = {"heard_by": USUAL_HEARD_BY} if one.kind == "new entrant" else {}
    more |= {"tier": market.upstream[one.tier - 1][0]} if one.tier else {}
    given = {"kind": one.kind, "period": one.period, "size": one.size, "duration": one.duration}
    return Shock.model_validate(given | more).model_dump()


def kinds_of(market: Market) -> list[str]:
    """Return the kinds of shocks that can happen to a market."""
    return [kind for kind in SHOCKS if _grounded(market, kind)]


def _grounded(market: Market, kind: str) -> bool:
    shock = Shock(kind=kind, size=0.0)  # type: ignore[arg-type]
    try:
        Market.model_validate(market.model_dump() | {"shocks": {"one": shock.model_dump()}})
    except ValidationError:
        return False
    return True


def tiers_of(market: Market, kind: str) -> range:
    """Return the tiers that a kind of shock can hit; most can hit those who sell only."""
    return range(len(market.upstream) + 1 if kind in MEANT_FOR["tier"] else 1)


def usual(kind: str, period: int, tier: int = 0) -> Happening:
    """Return a shock of a kind as it first comes."""
    return Happening(kind, period, USUAL_SIZES.get(kind, 0.5), USUAL_DURATIONS.get(kind, 0), tier)


def read_shocks(text: str, market: Market) -> tuple[list[Happening], list[str]]:
    """Read the shocks a link adds; return them within range, and the codes that were not taken as they stood."""
    found: list[Happening] = []
    odd: list[str] = []
    for code in filter(None, text.split("~")):
        shock = _read_shock(code, market)
        if shock is None or len(found) == MOST_ADDED:
            odd.append(code)
            continue
        found.append(shock)
        odd += [code] if shock.code != code else []
    return found, odd


def _read_shock(code: str, market: Market) -> Happening | None:
    matched = CODE.fullmatch(code)
    kind = matched[1].replace("-", " ") if matched else ""
    tier = int(matched[5] or 0) if matched else 0
    if matched is None or kind not in kinds_of(market) or tier not in tiers_of(market, kind):
        return None
    try:
        size = float(matched[3])
    except ValueError:
        return None
    low, high = SIZES.get(kind, (0.0, 1.0))
    duration = 0 if kind in AT_ONCE else min(int(matched[4]), market.periods)
    period = min(max(int(matched[2]), 1), market.periods)
    return Happening(kind, period, round(min(max(size, low), high), FINE), duration, tier)


def write_shocks(shocks: Sequence[Happening]) -> str:
    """Return shocks as a link has them."""
    return "~".join(shock.code for shock in shocks)
