"""What a comparison says, in the words of a language: one sentence, and the table it rests on."""

from typing import Any

from dashboards.words import Words, number, signed
from scenarios.comparison import Comparison
from scenarios.reasons import Verdict
from scenarios.statistics import Paired, estimate

SHOWN = {
    "value_total": 2,
    "value_customers": 2,
    "value_providers": 2,
    "value_platform": 2,  # digits
    "value_without_money": 3,
    "trust": 3,
    "retention": 3,
    "nps": 0,
}
SIGNS = {1: "gains", -1: "loses", 0: "unclear"}


def answer(found: Comparison, said: Words) -> str:
    """Say in one sentence which regime creates the most value, and whether that is sure."""
    if found.idle:
        return said["answer"]["idle"]
    first, named, lead = found.best(), said["answer"]["named"], found.best().lead
    numbers = {"value": first.value.mean, "lead": lead.difference, "low": lead.low, "high": lead.high}
    sentence = said["answer"]["sure" if first.sure else "unsure"].format(
        best=named[found.scenarios[first.scenario].name],
        second=named[found.scenarios[first.runner_up].name],
        **{name: number(value, 2, said) for name, value in numbers.items()},
    )
    return sentence[0].upper() + sentence[1:]


def table(found: Comparison, said: Words) -> dict[str, Any]:
    """Return the table of means and paired differences, every cell as text."""
    told, names = said["table"], [said["regimes"][scenario.name]["title"] for scenario in found.scenarios]
    return {
        "caption": told["caption"].format(replications=found.replications, baseline=names[0]),
        "head": [
            told["measure"],
            names[0],
            *(told["minus"].format(regime=name, baseline=names[0]) for name in names[1:]),
        ],
        "rows": [_row(found, name, digits, said) for name, digits in SHOWN.items()],
        "verdict": {
            "name": told["verdict"],
            "baseline": told["baseline"],
            "cells": [_verdict(verdict, said) for verdict in found.verdicts()],
        },
        "notes": [told["clear"], told["note"]],
    }


def _row(found: Comparison, name: str, digits: int, said: Words) -> dict[str, Any]:
    changes = [found.differences(s)[name] for s in range(1, len(found.outcomes))]
    mean = estimate(found.outcomes[0].results[name]).mean
    return {
        "name": said["measures"][name],
        "part": name in ("value_customers", "value_providers", "value_platform"),
        "mean": number(mean, digits, said),
        "cells": [_cell(change, digits, said) for change in changes],
    }


def _cell(change: Paired, digits: int, said: Words) -> dict[str, Any]:
    ends = {end: signed(getattr(change, end), digits, said) for end in ("low", "high")}
    never = change.low == change.high == 0  # such as the platform's value where neither has a platform
    return {
        "difference": signed(change.difference, digits, said),
        "clear": change.sign != 0,
        "interval": "" if never else said["table"]["interval"].format(**ends),
    }


def _verdict(verdict: Verdict, said: Words) -> dict[str, Any]:
    told = said["table"]
    roles = [
        told["words"][SIGNS[change.sign]].format(role=told["roles"][role]) for role, change in verdict.roles.items()
    ]
    return {
        "win_win": verdict.win_win,
        "word": told["yes"] if verdict.win_win else told["no"],
        "roles": "; ".join(roles),
    }
