"""The words and tables beside the pictures of an experiment, and what its runs are cited with."""

import csv
import io
from collections.abc import Mapping
from typing import Any

from dashboards.pages.research.jobs import COMMAND
from dashboards.pages.research.labels import Labels
from dashboards.pages.research.results import Outcome, citation, verdicts
from dashboards.words import number, percent, signed
from scenarios.evidence import RISK
from scenarios.store import cell
from scenarios.sweeps.design import SCENARIO
from scenarios.sweeps.summary import ROW

MOST_SHOWN = 60  # rows; the file has all
P_DIGITS = 3


def answer(found: Outcome, measure: str, named: Labels) -> str:
    """Say at how many points the other scenarios are surely better than the first, and how much is luck."""
    told, summary = named.said["research"]["results"], found.summaries[measure]
    more, less, neither = verdicts(summary.rows)
    said = []
    if more + less + neither:
        counts = {"more": more, "less": less, "neither": neither, "all": more + less + neither}
        key = "answer_one" if len(found.scenarios) == 2 else "answer_many"
        others = named.scenario(found.scenarios[1])
        blanks = {"measure": named.measure(measure), "baseline": named.scenario(found.baseline), "other": others}
        said.append(told[key].format(**blanks, **counts))
    if summary.seeds.share == summary.seeds.share:
        said.append(told["luck"].format(share=percent(summary.seeds.share, 0, named.said)))
    return " ".join(said)


def state(found: Outcome, named: Labels) -> list[str]:
    """Say how many runs there are, and what failed."""
    told, said = named.said["research"]["results"], named.said
    runs = int(found.manifest["runs"])
    key = "saved" if found.done == runs else "saved_part"
    sentences = [told[key].format(done=number(found.done, 0, said), runs=number(runs, 0, said))]
    if found.failures:
        sentences.append(told["failed"].format(failed=number(found.failures, 0, said), why=found.failed[0]))
    return sentences


def table(found: Outcome, measure: str, named: Labels) -> dict[str, Any]:
    """Return every point with its interval and its difference from the first scenario."""
    told, rows = named.said["research"]["results"], found.summaries[measure].rows
    baseline = named.scenario(found.baseline)
    apart = [told["minus"].format(baseline=baseline), told["p"]] if len(found.scenarios) > 1 else []
    head = [told["scenario"], *map(named.quantity, found.factors), named.measure(measure), told["runs"], *apart]
    shown = {"shown": min(MOST_SHOWN, len(rows)), "all": len(rows)}
    note = [told["first_rows"].format(**shown)] if len(rows) > MOST_SHOWN else []
    return {
        "name": f"points-{measure.replace(' ', '-')}",
        "caption": told["caption"].format(measure=named.measure(measure)),
        "head": head,
        "rows": [_row(row, found, bool(apart), named) for row in rows[:MOST_SHOWN]],
        "notes": [*note, told["clear"], told["interval"]] if apart else [*note, told["interval"]],
        "csv": points_csv(found, measure),
    }


def _row(row: Mapping[str, Any], found: Outcome, compared: bool, named: Labels) -> dict[str, Any]:
    cells = [{"text": named.number(row[factor])} for factor in found.factors]
    cells += [_estimate(row["mean"], row["low"], row["high"], named), {"text": number(row["n"], 0, named.said)}]
    if compared:
        clear = row["p_holm"] is not None and bool(row["p_holm"] <= RISK)
        change = _estimate(row["difference"], row["difference_low"], row["difference_high"], named, sign=True)
        cells += [change | {"clear": clear}, {"text": _p(row["p_holm"], named)}]
    return {"name": named.scenario(row[SCENARIO]), "cells": cells}


def _p(value: float | None, named: Labels) -> str:
    least = 10**-P_DIGITS
    if value is not None and value < least:
        return f"< {number(least, P_DIGITS, named.said)}"
    return number(value, P_DIGITS, named.said)


def _estimate(
    mean: float | None, low: float | None, high: float | None, named: Labels, sign: bool = False
) -> dict[str, Any]:
    digits = _digits(mean)
    write = signed if sign else number
    if low is None or high is None:
        return {"text": write(mean, digits, named.said)}
    ends = {"low": write(low, digits, named.said), "high": write(high, digits, named.said)}
    return {"text": write(mean, digits, named.said), "under": named.said["research"]["results"]["ends"].format(**ends)}


def _digits(value: float | None) -> int:
    return 1 if value is not None and abs(value) >= 100 else 2 if value is not None and abs(value) >= 10 else 3


def points_csv(found: Outcome, measure: str) -> str:
    """Return every point as CSV, in the names of the code."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    names = [SCENARIO, *found.factors, *ROW]
    writer.writerow(["measure", *names])
    writer.writerows([cell(measure), *(cell(row[name]) for name in names)] for row in found.summaries[measure].rows)
    return text.getvalue()


def files(texts: Mapping[str, str], named: Labels) -> dict[str, Any]:
    """Return the files to take along, with the command that makes the same results again."""
    told = named.said["research"]["files"]
    labels = {name: told["scenario"].format(name=name) if name.startswith("scenario-") else told[name.partition(".")[0]]
              for name in texts}  # fmt: skip
    return {
        "heading": told["heading"],
        "before": told["before"],
        "command": COMMAND,
        "files": [{"name": f"valuenet-{name}", "label": labels[name], "content": texts[name]} for name in texts],
    }


def cited(found: Outcome, named: Labels) -> str:
    """Return the line to cite the results with."""
    return str(named.said["research"]["results"]["citation"].format(**citation(found.manifest)))
