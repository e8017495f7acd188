"""Varying one quantity of a market: which ones there are, the values worth looking at, setting one."""

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray
from pydantic import ValidationError
from pydantic.fields import FieldInfo

from scenarios.catalogue import ScenarioError, did_you_mean
from scenarios.scenario import Scenario
from scenarios.sentences import limits, plain, sentence, shown
from scenarios.size import refuse_if_too_large
from sim.config import Market, quantities

# Where a quantity's allowed range is wider than what is worth a look.
SPANS = {"complexity": (0.0, 0.9), "turnover": (0.005, 0.3), "specificity": (0.0, 8.0)}
LOG_FROM = 20  # axes whose ends differ by this factor or more are spaced by equal factors
GIVEN_BY_A_NETWORK = ("customers", "firms", "peer_share")
FOLLOWERS = ("firms", "peer_share", "partners")
TIMES = 4  # other quantities with a wide range: from a quarter of the default to four times it


def find(name: str) -> tuple[str, str, FieldInfo]:
    """Return (section, name, field) of a numeric quantity, by its own name or as section.name.

    Raises
    ------
    ScenarioError
        If no quantity has this name, or it is not a number.
    """
    known = {
        key: place
        for place in quantities()
        if place[2].annotation in (int, float)
        for key in (place[1], f"{place[0]}.{place[1]}")
    }
    if name not in known:
        hint = did_you_mean(name, known, "; `valuenet show NAME` lists them")
        raise ScenarioError(f"{shown(name)}: no numeric quantity of a market has this name{hint}")
    return known[name]


def value_of(market: Market, name: str) -> float:
    """Return the value a quantity has in a market."""
    section, key, _ = find(name)
    return getattr(getattr(market, section), key)


def vary(scenario: Scenario, name: str, value: float) -> Scenario:
    """Return `scenario` with one quantity set to another value (rounded where it counts something), checked again.

    Raises
    ------
    ScenarioError
        If the name is unknown, or the market does not allow the value.
    """
    section, key, field = find(name)
    if scenario.network is not None and key in GIVEN_BY_A_NETWORK:
        raise ScenarioError(f"{scenario.name}: {section}.{key} cannot be varied: the network says how many take part")
    content = scenario.market.model_dump()
    content[section][key] = round(value) if field.annotation is int else float(value)
    try:
        market = Market.model_validate(content)
    except ValidationError as error:
        if key in FOLLOWERS:
            raise ScenarioError(
                f"{scenario.name}: {section}.{key} cannot be varied: nobody follows a strategy for it in this scenario"
            ) from None
        raise ScenarioError(sentence(error.errors()[0], lambda keys: (scenario.name, ".".join(keys)))) from None
    refuse_if_too_large(market, scenario.name)
    return replace(scenario, market=market)


def axis(text: str, size: int) -> tuple[str, NDArray]:
    """Return the name of a quantity and `size` ascending values of it, shape (size,).

    Parameters
    ----------
    text : str
        'turnover', between its usual ends, or 'turnover=0.01:0.2'. Ends that differ by a factor of 20 or
        more give equal factors, others equal steps.

    Raises
    ------
    ScenarioError
        If the name is unknown, the ends are no numbers, outside the allowed range or in the wrong order, or
        a quantity that counts has fewer whole values between the ends than `size`.
    """
    name, given, ends = text.partition("=")
    section, key, field = find(name)
    lowest, highest = limits(field) or (0.0, 0.0)
    low, high = _ends(text, ends) if given else _usual_ends(key, field, lowest, highest)
    if not lowest <= low < high <= highest:
        raise ScenarioError(
            f"{section}.{key}: {low:g} to {high:g} is not a range from a lower to a higher value "
            f"within {plain(lowest)} to {plain(highest)}"
        )
    by_factors = low > 0 and high / low >= LOG_FROM
    values = np.geomspace(low, high, size) if by_factors else np.linspace(low, high, size)
    values[[0, -1]] = low, high
    if field.annotation is int:
        values = np.unique(np.round(values))
        if len(values) < size:
            raise ScenarioError(f"{section}.{key}: {low:g} to {high:g} holds fewer than {size} different whole numbers")
    return name, values


def _ends(text: str, ends: str) -> tuple[float, float]:
    try:
        low, high = map(float, ends.split(":"))
    except ValueError:
        raise ScenarioError(
            f"{shown(text)}: write a quantity with two ends as NAME=LOW:HIGH, such as turnover=0.01:0.2"
        ) from None
    return low, high


def _usual_ends(key: str, field: FieldInfo, low: float, high: float) -> tuple[float, float]:
    """Return the span worth a look: the whole range of a share, else around the default."""
    if key in SPANS:
        return SPANS[key]
    if high <= 1:
        return low, high
    if field.default == 0:
        raise ScenarioError(f"{key}: its default is 0 and its range is wide; give two ends, such as {key}=0:5")
    return max(low, field.default / TIMES), min(high, field.default * TIMES)
