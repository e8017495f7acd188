"""Tables and files of claims: what is varied, what came out of every check, what can be taken along."""

import io
from collections.abc import Mapping
from typing import Any

from dashboards.links import Place
from dashboards.pages.claims.lab import command
from dashboards.pages.claims.telling import called, measured, said_of, signs
from dashboards.pages.compare.markets import REGIMES
from dashboards.words import Words, number
from scenarios.claim_answers import contrast_rows
from scenarios.claim_decisions import Finding, Status
from scenarios.claim_verdicts import Answer
from scenarios.claim_words import mean as mean_told
from scenarios.claim_words import named, precise, span, written
from scenarios.claim_words import words as claim_words
from scenarios.claims import Claim
from scenarios.sentences import toml_text
from scenarios.statistics import Estimate
from scenarios.store import columns_of, print_csv


def experiment(claim: Claim, lang: str, said: Words) -> dict[str, Any]:
    """Return the table of what is varied and measured."""
    told = said["claims"]["varied"]
    rows = [(told["base"], setting(claim.base, lang, said))]
    rows += [(named(claim, name, lang), setting(table, lang, said)) for name, table in claim.conditions.items()]
    rows += [(named(claim, name, lang), setting(table, lang, said)) for name, table in claim.variants.items()]
    joint = claim_words(lang)["list"]
    for boundary in claim.boundaries:
        values = joint.join(written(value, lang) for value in boundary.values)
        rows.append((told["tried"], f"{called(boundary.quantity, said)}: {values}"))
    asked = dict.fromkeys(measured(check.measured, lang, said) for check in claim.checks)
    rows.append((told["measured"], "; ".join(asked)))
    shown = [{"name": name, "cells": [{"text": text or told["nothing"]}]} for name, text in rows]
    return {"caption": told["caption"], "head": [told["name"], told["sets"]], "rows": shown}


def setting(table: str | Mapping[str, Any], lang: str, said: Words) -> str:
    """Return what a market sets over the base, in words; whole tables as a scenario file has them."""
    titles = {regime: said["common"]["regimes"][regime]["title"] for regime in REGIMES}
    if isinstance(table, str):
        return str(titles.get(table, table))
    named_ = [titles.get(table["scenario"], table["scenario"])] if "scenario" in table else []
    parts = [
        f"{key} = {toml_text(value)}" if isinstance(value, dict) else f"{called(key, said)} = {written(value, lang)}"
        for key, value in table.items()
        if key != "scenario"
    ]
    return "; ".join([*named_, *parts])


def checks_table(answer: Answer, lang: str, said: Words) -> dict[str, Any]:
    """Return the table of the contrasts at the base."""
    told = said["claims"]["tables"]
    rows = [
        {"name": said_of(answer.claim, check, one, lang, said), "cells": _finding(one, lang, said)}
        for check, result in zip(answer.claim.checks, answer.points[0].checks, strict=True)
        for one in result.findings
    ]
    heads = [told[key] for key in ("check", "mean", "interval", "size", "true")]
    return {"name": f"{answer.claim.id}-checks", "caption": told["checks"], "head": heads, "rows": rows}


def _finding(one: Finding, lang: str, said: Words) -> list[dict[str, Any]]:
    return [
        {"text": signs(precise(one.mean, lang)), "clear": True},
        {"text": signs(span(one.low, one.high, lang))},
        {"text": number(one.effect_size, 2, said)},
        _mark(one.status, lang),
    ]


def _mark(status: Status, lang: str) -> dict[str, Any]:
    good = None if status == Status.UNDECIDED else status == Status.TRUE
    return {"text": claim_words(lang)[status.word], "good": good, "clear": True}


def edge_tables(answer: Answer, lang: str, said: Words) -> list[dict[str, Any]]:
    """Return for each boundary the table of what came out at its values."""
    told, claim = said["claims"]["tables"], answer.claim
    heads = [f"{n}. {measured(check.measured, lang, said)}" for n, check in enumerate(claim.checks, 1)]
    tables = []
    for edge in answer.edges:
        at = {one.point.value: one for one in answer.points if one.point.quantity == edge.quantity}
        rows = []
        for value in edge.values:
            result = at.get(value, answer.points[0])
            cells = [
                {"text": _mean(check.main, lang), "good": _mark(check.status, lang)["good"]} for check in result.checks
            ]
            rows.append({"name": written(value, lang), "cells": [*cells, _mark(result.status, lang)]})
        name = called(edge.quantity, said)
        caption = told["edge"].format(quantity=name)
        head_ = [name, *heads, told["all"]]
        tables.append({"name": f"{claim.id}-{edge.quantity}", "caption": caption, "head": head_, "rows": rows})
    return tables


def _mean(one: Finding, lang: str) -> str:
    return signs(mean_told(Estimate(one.mean, one.low, one.high, one.n), lang))


def files(answer: Answer, place: Place) -> dict[str, Any]:
    """Return what can be taken along: every contrast at every value, and the command that gives the same."""
    told, text, name = place.said["claims"]["exports"], io.StringIO(), answer.claim.id
    print_csv(text, columns_of(contrast_rows([answer])))
    return {
        "heading": told["heading"],
        "before": told["command"],
        "command": command([name], place.values, place.lang),
        "files": [{"label": told["csv"], "name": f"valuenet-{name}.csv", "content": text.getvalue()}],
    }
