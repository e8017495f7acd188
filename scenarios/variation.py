"""Varying quantities of a market: which ones there are, the values worth looking at, setting one or several.

A quantity is named by itself ('turnover'), with its section ('customers.turnover'), or, where its table has a name of
the author's, by its whole path: 'strategies.partnership.effort', 'chain.principal.firms', 'shocks.breach.size'.
"""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from numbers import Real
from typing import Any

import numpy as np
from numpy.typing import NDArray
from pydantic import ValidationError
from pydantic.fields import FieldInfo

from scenarios.catalogue import ScenarioError, did_you_mean, listed, short
from scenarios.layers import at, keys_of
from scenarios.scenario import Scenario
from scenarios.sentences import MIXES, NAMED, Keys, limits, plain, sentence, shown
from scenarios.size import refuse_if_too_large
from sim.config import Market, quantities

# Where a quantity's allowed range is wider than what is worth a look.
SPANS = {"complexity": (0.0, 0.9), "turnover": (0.005, 0.3), "specificity": (0.0, 8.0), "size": (0.0, 0.95)}
LOG_FROM = 20  # axes whose ends differ by this factor or more are spaced by equal factors
GIVEN_BY_A_NETWORK = (("customers", "customers"), ("providers", "firms"), ("providers", "peer_share"))
NOBODY_FOLLOWS = "no such strategy"  # what a market says when a number of followers rises from 0
TIMES = 4  # other quantities with a wide range: from a quarter of the default to four times it


def find(name: str) -> tuple[str, str, FieldInfo]:
    """Return (section, name, field) of a numeric quantity; of 'chain.principal.firms' the section is 'chain.principal'.

    Raises
    ------
    ScenarioError
        If no quantity has this name, or it is not a number.
    """
    keys = keys_of(name, 0)
    if keys[0] in NAMED and len(keys) > 1:
        return _find_in(keys)
    known = {key: place for place in _numeric() for key in (place[1], f"{place[0]}.{place[1]}")}
    if name not in known:
        paths = [f"{table}.NAME.{key}" for table, model in NAMED.items() for key in _numbers(model.model_fields)]
        hint = did_you_mean(name, [*known, *paths], "; `valuenet show NAME` lists them")
        raise ScenarioError(f"{shown(name)}: no numeric quantity of a market has this name{hint}")
    return known[name]


def _numeric() -> list[tuple[str, str, FieldInfo]]:
    return [place for place in quantities() if place[2].annotation in (int, float)]


def _numbers(fields: dict[str, FieldInfo]) -> list[str]:
    return [key for key, field in fields.items() if field.annotation in (int, float)]


def _find_in(keys: Keys) -> tuple[str, str, FieldInfo]:
    fields = NAMED[keys[0]].model_fields
    if len(keys) != 3 or keys[2] not in _numbers(fields):
        table = ".".join(keys[: max(len(keys) - 1, 1)]) if len(keys) < 4 else ".".join(keys[:2])
        hint = did_you_mean(keys[-1], _numbers(fields), f"; {keys[0]} have {', '.join(_numbers(fields))}")
        raise ScenarioError(f"{shown('.'.join(keys))}: {short(table)} has no numeric quantity of this name{hint}")
    return f"{keys[0]}.{keys[1]}", keys[2], fields[keys[2]]


def keys_in(market: Market, name: str) -> Keys:
    """Return the place of a quantity in a market.

    Raises
    ------
    ScenarioError
        If the name is unknown, or the market has no such strategy, tier, department or shock.
    """
    section, key, _ = find(name)
    table, dot, entry = section.partition(".")
    if not dot:
        return section, key
    there: Iterable[str] = getattr(market, table)
    if entry not in there:
        known = f"; there are {listed(there)}" if there else "; this scenario has none"
        raise ScenarioError(f"{short(name)}: there is no {table}.{short(entry)}{did_you_mean(entry, there, known)}")
    return table, entry, key


def value_of(market: Market, name: str) -> float:
    """Return the value a quantity has in a market."""
    value: Any = market
    for key in keys_in(market, name):
        value = value[key] if isinstance(value, dict) else getattr(value, key)
    return value


def vary(scenario: Scenario, name: str, value: float) -> Scenario:
    """Return `scenario` with one quantity set to another value (rounded where it counts something), checked again.

    Raises
    ------
    ScenarioError
        If the name is unknown, or the market does not allow the value.
    """
    return set_quantities(scenario, {name: value})


def set_quantities(scenario: Scenario, values: Mapping[str, float]) -> Scenario:
    """Return `scenario` with several quantities set, checked once: values that need each other may come together.

    Parameters
    ----------
    scenario : Scenario
    values : mapping of str to float
        By name, as everywhere; rounded where a quantity counts something.

    Raises
    ------
    ScenarioError
        If a name is unknown or given twice, or the market does not allow the values.
    """
    content = scenario.market.model_dump()
    placed: dict[Keys, str] = {}
    for name, value in values.items():
        keys, field = keys_in(scenario.market, name), find(name)[2]
        if scenario.network is not None and keys in GIVEN_BY_A_NETWORK:
            dotted = ".".join(keys)
            raise ScenarioError(f"{scenario.name}: {dotted} cannot be varied: the network says how many take part")
        if keys in placed:
            raise ScenarioError(f"{short(placed[keys])} and {short(name)} are the same quantity; give it once")
        placed[keys] = name
        at(content, keys[:-1])[keys[-1]] = _number(value, field)
    return _checked(scenario, content, tuple(placed))


def _number(value: object, field: FieldInfo) -> object:
    """Return a number as a quantity holds it; what is none, or too large, stays as it is: the market refuses it."""
    if isinstance(value, bool) or not isinstance(value, Real):
        return value
    try:
        return round(float(value)) if field.annotation is int else float(value)
    except (OverflowError, ValueError):
        return value


def _checked(scenario: Scenario, content: dict[str, Any], changed: tuple[Keys, ...]) -> Scenario:
    """Return `scenario` with a market of this content, or say which of the quantities changed is to blame."""
    try:
        market = Market.model_validate(content)
    except ValidationError as error:
        first = error.errors()[0]
        if NOBODY_FOLLOWS in first["msg"]:
            blamed = [keys for keys in changed if keys in MIXES.values()] or changed
            dotted = " and ".join(".".join(keys) for keys in blamed)
            raise ScenarioError(
                f"{scenario.name}: {dotted} cannot be varied: nobody follows a strategy for it in this scenario"
            ) from None
        raise ScenarioError(sentence(first, lambda keys: (scenario.name, ".".join(keys)))) from None
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
    refuse_odd_range(f"{section}.{key}: {low:g} to {high:g}", field, low, high)
    values = spaced(low, high, size, by_factors(low, high))
    if field.annotation is int:
        values = np.unique(np.round(values))
        if len(values) < size:
            raise ScenarioError(f"{section}.{key}: {low:g} to {high:g} holds fewer than {size} different whole numbers")
    return name, values


def refuse_odd_range(said: str, field: FieldInfo, low: float, high: float) -> None:
    """Raise ScenarioError unless two ends ascend within what a quantity may be; `said` is how a message names them."""
    lowest, highest = limits(field) or (0.0, 0.0)
    if not lowest <= low < high <= highest:
        raise ScenarioError(
            f"{said} is not a range from a lower to a higher value within {plain(lowest)} to {plain(highest)}"
        )


def spaced(low: float, high: float, size: int, by_factors: bool) -> NDArray:
    """Return `size` values from `low` to `high`, with equal steps or equal factors, both ends exact, shape (size,)."""
    values = np.geomspace(low, high, size) if by_factors else np.linspace(low, high, size)
    values[[0, -1]] = low, high
    return values


def by_factors(low: float, high: float) -> bool:
    """Return whether values from `low` to `high` are spaced by equal factors, not by equal steps."""
    return low > 0 and high / low >= LOG_FROM


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
