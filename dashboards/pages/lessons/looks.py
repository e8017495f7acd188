"""How what is compared looks: a way of trading keeps its colour and shape in every picture."""

from collections.abc import Mapping

from dashboards.pages.compare.markets import REGIMES
from dashboards.pages.lessons.rounds import Round

OPTIONS = "options."  # how the places of options begin


def looks_of(asked: Round, markets: Mapping[str, str]) -> dict[str, int]:
    """Return a place in `figures.LOOKS` for each name, which stands for a market.

    It is that of the market's scenario, as on the first page; where these do not tell the names apart or are no way
    of trading, the names take the places in the order given.
    """
    scenarios = [(asked.base | asked.markets[market])["scenario"] for market in markets.values()]
    if len(set(scenarios)) == len(scenarios) and set(scenarios) <= set(REGIMES):
        return {name: REGIMES.index(scenario) for name, scenario in zip(markets, scenarios, strict=True)}
    return {name: look for look, name in enumerate(markets)}


def option_looks(asked: Round) -> dict[str, int]:
    """Return the look of each option, whichever comes out highest."""
    places = {place: quantity.of for place, quantity in asked.quantities().items() if place.startswith(OPTIONS)}
    return looks_of(asked, {place.removeprefix(OPTIONS): market for place, market in places.items()})
