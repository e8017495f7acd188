"""What a change has done, in the words of a language: one sentence, and the table it rests on."""

from typing import Any

from dashboards.pages.sandbox.runs import REPLICATIONS, Shown
from dashboards.words import Words, number, signed
from scenarios.comparison import Comparison
from scenarios.outcome import Outcome
from scenarios.reasons import roles_of, verdict
from scenarios.statistics import Paired, estimate, paired
from sim.config import Market

COMMON = [
    "value_without_money",
    "needs_met",
    "trust",
    "satisfaction",
    "retention",
    "fit",
    "skill",
    "insight",
    "nps",
    "price",
    "unit_cost",
    "profit",
    "gini_gains",
]
SOMETIMES = {  # measures of what not every market has
    "mediated": lambda market: market.platform.platform_slots > 0,
    "left_platform": lambda market: market.platform.platform_slots > 0,
    "supplier_trust": lambda market: bool(market.chain or market.departments),
    "shock_loss": lambda market: bool(market.shocks),
    "recovery_time": lambda market: bool(market.shocks),
}
DIGITS = {"nps": 0, "recovery_time": 0}
EUROS, SHARES = 2, 3  # digits of amounts, and of all other measures
IN_EUROS = ("value_", "price", "unit_cost", "profit", "switching_advantage")
SIGNS = {1: "gains", -1: "loses", 0: "unclear"}


def digits_of(measure: str) -> int:
    """Return how many digits a measure is written with."""
    euros = measure.startswith(IN_EUROS) and measure != "value_without_money"
    return DIGITS.get(measure, EUROS if euros else SHARES)


def answer(shown: Shown, said: Words) -> str:
    """Say in one sentence what the change does to total value, for whom, and whether that is sure."""
    found, told = shown.comparison, said["sandbox"]["answer"]
    if found is None:
        return ""
    after = estimate(found.outcomes[-1].results["value_total"])
    if shown.same:
        numbers = {"after": after.mean, "low": after.low, "high": after.high}
        return _filled(told["same"], numbers, said)
    before = estimate(found.outcomes[0].results["value_total"])
    if not shown.paired:
        return _filled(told["unpaired"], {"before": before.mean, "after": after.mean}, said)
    change = paired(found.outcomes[1].results["value_total"], found.outcomes[0].results["value_total"])
    sentence = {1: told["rises"], -1: told["falls"], 0: told["unclear"]}[change.sign]
    numbers = {"before": before.mean, "after": after.mean}
    signs = {end: signed(getattr(change, end), EUROS, said) for end in ("difference", "low", "high")}
    return _filled(sentence, numbers, said, roles=roles(found, said), **signs)


def _filled(sentence: str, numbers: dict[str, float], said: Words, **words: str) -> str:
    return sentence.format(**{name: number(value, EUROS, said) for name, value in numbers.items()}, **words)


def roles(found: Comparison, said: Words) -> str:
    """Say who gains and who loses."""
    told, named = said["sandbox"]["roles"], said["common"]["roles"]
    changes = verdict(found.outcomes, 1).roles
    sentence = "; ".join(told[SIGNS[change.sign]].format(role=named[role]) for role, change in changes.items())
    return sentence[0].upper() + sentence[1:]


def measures_of(outcomes: tuple[Outcome, ...]) -> list[str]:
    """Return the measures worth a row: of the roles and things that are there in one of the markets."""
    markets: list[Market] = [outcome.scenario.market for outcome in outcomes]
    more = [name for name, there in SOMETIMES.items() if any(there(market) for market in markets)]
    return ["value_total", *roles_of(outcomes).values(), *COMMON, *more]


def table(shown: Shown, said: Words) -> dict[str, Any] | None:
    """Return the table of means before and after with the paired differences, every cell as text."""
    found, told = shown.comparison, said["sandbox"]["table"]
    if found is None:
        return None
    held = shown.paired and not shown.same
    heads = (
        [said["sandbox"]["single"]["title"]]
        if shown.same
        else [told["before"], told["after"], *([told["difference"]] if held else [])]
    )
    return {
        "name": "sandbox",
        "caption": told["caption" if held else "alone"].format(replications=REPLICATIONS),
        "head": [told["measure"], *heads],
        "rows": [_row(found, name, held, said) for name in measures_of(found.outcomes)],
        "notes": [told["clear"]] if held else [],
    }


def _row(found: Comparison, name: str, held: bool, said: Words) -> dict[str, Any]:
    digits, values = digits_of(name), [outcome.results[name] for outcome in found.outcomes]
    cells = [_mean(one, digits, said) for one in values]
    cells += [_difference(paired(values[1], values[0]), digits, said)] if held else []
    part = name.startswith("value_") and name not in ("value_total", "value_without_money")
    return {"name": said["measures"][name]["label"], "part": part, "cells": cells}


def _mean(values: Any, digits: int, said: Words) -> dict[str, Any]:
    found = estimate(values)
    ends = {"low": number(found.low, digits, said), "high": number(found.high, digits, said)}
    under = said["sandbox"]["table"]["interval"].format(**ends) if found.n > 1 and found.low < found.high else ""
    return {"text": number(found.mean, digits, said), "under": under}


def _difference(change: Paired, digits: int, said: Words) -> dict[str, Any]:
    ends = {end: signed(getattr(change, end), digits, said) for end in ("low", "high")}
    none = change.pairs < 2 or change.low == change.high == 0
    under = "" if none else said["sandbox"]["table"]["interval"].format(**ends)
    return {"text": signed(change.difference, digits, said), "clear": change.sign != 0, "under": under}
