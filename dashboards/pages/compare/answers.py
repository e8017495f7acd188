"""What a comparison says, in the words of a language: one sentence, and the table it rests on."""

from collections.abc import Sequence
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
PARTS = ("value_customers", "value_providers", "value_platform")
SIGNS = {1: "gains", -1: "loses", 0: "unclear"}


def answer(found: Comparison, said: Words) -> str:
    """Say in one sentence which regime creates the most value, and whether that is sure."""
    told = said["compare"]["answer"]
    if found.idle:
        return str(told["idle"])
    first, named, lead = found.best(), told["named"], found.best().lead
    numbers = {"value": first.value.mean, "lead": lead.difference, "low": lead.low, "high": lead.high}
    sentence = told["sure" if first.sure else "unsure"].format(
        best=named[found.scenarios[first.scenario].name],
        second=named[found.scenarios[first.runner_up].name],
        **{name: number(value, 2, said) for name, value in numbers.items()},
    )
    return str(sentence[0].upper() + sentence[1:])


def table(found: Comparison, said: Words) -> dict[str, Any]:
    """Return the table of means and paired differences, every cell as text, and all measures as CSV."""
    told = said["compare"]["table"]
    names = [said["common"]["regimes"][scenario.name]["title"] for scenario in found.scenarios]
    minus = [told["minus"].format(regime=name, baseline=names[0]) for name in names[1:]]
    changes = [found.differences(s) for s in range(1, len(found.outcomes))]
    rows = [_row(found, [change[name] for change in changes], name, digits, said) for name, digits in SHOWN.items()]
    return {
        "name": "compare",
        "caption": told["caption"].format(replications=found.replications, baseline=names[0]),
        "head": [told["measure"], names[0], *minus],
        "rows": [*rows, _verdicts(found, said)],
        "notes": [told["clear"], told["note"]],
    }


def _row(found: Comparison, changes: Sequence[Paired], name: str, digits: int, said: Words) -> dict[str, Any]:
    mean = estimate(found.outcomes[0].results[name]).mean
    return {
        "name": said["compare"]["measures"][name],
        "part": name in PARTS,
        "cells": [{"text": number(mean, digits, said)}, *(_cell(change, digits, said) for change in changes)],
    }


def _cell(change: Paired, digits: int, said: Words) -> dict[str, Any]:
    ends = {end: signed(getattr(change, end), digits, said) for end in ("low", "high")}
    never = change.low == change.high == 0  # such as the platform's value where neither has a platform
    return {
        "text": signed(change.difference, digits, said),
        "clear": change.sign != 0,
        "under": "" if never else said["compare"]["table"]["interval"].format(**ends),
    }


def _verdicts(found: Comparison, said: Words) -> dict[str, Any]:
    told = said["compare"]["table"]
    return {
        "name": told["verdict"],
        "look": "vn-verdict",
        "cells": [{"text": told["baseline"]}, *(_verdict(verdict, told) for verdict in found.verdicts())],
    }


def _verdict(verdict: Verdict, told: Words) -> dict[str, Any]:
    roles = [
        told["words"][SIGNS[change.sign]].format(role=told["roles"][role]) for role, change in verdict.roles.items()
    ]
    return {
        "text": told["yes"] if verdict.win_win else told["no"],
        "clear": True,
        "good": verdict.win_win,
        "under": "; ".join(roles),
    }
