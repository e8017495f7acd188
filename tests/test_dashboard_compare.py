"""The page 'Compare' without a browser: films, answers, what can be taken along."""

import csv
import io
import json
import tomllib
from dataclasses import replace

import pytest

from dashboards import exports
from dashboards.pages.compare import scenes
from dashboards.pages.compare.answers import answer, table
from dashboards.pages.compare.markets import (
    REGIMES,
    REPLICATIONS,
    Choices,
    Pictures,
    comparison,
    pictures,
    scenarios_of,
)
from dashboards.words import number, signed, words
from dashboards.working import Stopped, Tick
from scenarios.comparison import compare
from scenarios.scenario import load
from sim.final import units

SMALL = Choices(customers=40, turnover=0.05, seed=7)
GO_ON = Tick(lambda: True, lambda progress: None)


@pytest.fixture(scope="module")
def found():
    return comparison(SMALL, GO_ON)


@pytest.fixture(scope="module")
def made() -> Pictures:
    return pictures(SMALL, GO_ON)


def test_the_regimes_share_one_market():
    markets = [scenario.market for scenario in scenarios_of(replace(SMALL, complexity=0.3, fee=0.4))]
    for market in markets:
        assert (market.exchange.complexity, market.customers.turnover, market.platform.fee) == (0.3, 0.05, 0.4)
        assert market.customers.customers == SMALL.customers
    assert [market.peers for market in markets] == [0, 0, SMALL.customers]


# Pictures


@pytest.mark.parametrize("language", ["en", "fi", "sv"])
def test_scenes_are_json_in_every_language(made, language):
    figures = scenes.charts(made, words(language))
    json.dumps(figures, allow_nan=False)
    drawn = {figure["name"]: [one["name"] for one in figure["option"]["series"]] for figure in figures}
    titles = [words(language)["common"]["regimes"][regime]["title"] for regime in REGIMES]
    assert drawn == {name: titles[2:] if name == "value_platform" else titles for name in scenes.SHOWN}
    scales = {(f["option"]["yAxis"]["min"], f["option"]["yAxis"]["max"]) for f in figures if f["name"] in scenes.VALUES}
    assert len(scales) == 1
    assert all(figure["follow"] for figure in figures)


# Answers


@pytest.mark.parametrize("language", ["en", "fi", "sv"])
def test_the_answer_names_the_winner_and_its_lead(found, language):
    said, first = words(language), found.best()
    text = answer(found, said)
    for part in (
        said["compare"]["answer"]["named"][found.scenarios[first.runner_up].name],
        number(first.lead.low, 2, said),
    ):
        assert part in text
    assert said["compare"]["answer"]["named"][found.scenarios[first.scenario].name].lower() in text.lower()
    assert "{" not in text


def test_an_unsure_lead_is_called_unsure(found):
    outcomes = (found.outcomes[0], replace(found.outcomes[0], scenario=found.outcomes[1].scenario))
    assert answer(replace(found, outcomes=outcomes), words("en")).startswith("No clear winner: transactional")


def test_the_table_holds_the_paired_differences(found):
    said = words("fi")
    told, changes = table(found, said), [found.differences(1), found.differences(2)]
    total = told["rows"][0]
    assert [cell["text"] for cell in total["cells"][1:]] == [
        signed(change["value_total"].difference, 2, said) for change in changes
    ]
    assert [cell["clear"] for cell in total["cells"][1:]] == [change["value_total"].sign != 0 for change in changes]
    assert number(abs(changes[0]["value_total"].low), 2, said) in total["cells"][1]["under"]
    assert [cell["good"] for cell in told["rows"][-1]["cells"][1:]] == [verdict.win_win for verdict in found.verdicts()]
    assert told["rows"][3]["cells"][1]["under"] == ""  # neither has a platform


def test_the_csv_holds_every_measure_of_every_regime(found):
    rows = list(csv.DictReader(io.StringIO(exports.table_csv(found))))
    assert len(rows) == len(REGIMES) * len(units())
    row = next(r for r in rows if r["scenario"] == "platform" and r["measure"] == "trust")
    change = found.differences(2)["trust"]
    assert [float(row[key]) for key in ("difference", "difference_low", "effect_size")] == [
        change.difference, change.low, change.effect_size]  # fmt: skip
    assert {(r["first_seed"], r["replications"]) for r in rows} == {("7", str(REPLICATIONS))}


def test_the_scenario_file_and_the_command_repeat_the_answer(found, tmp_path):
    file = tmp_path / f"{exports.STEM}.toml"
    said = words("sv")["compare"]["exports"]
    file.write_text(exports.scenario_file(scenarios_of(SMALL), said["title"], said["description"]), "utf-8")
    assert tomllib.loads(file.read_text("utf-8"))["title"] == said["title"]
    again = [load(f"{file}:{regime}") for regime in REGIMES]
    assert [scenario.market for scenario in again] == [scenario.market for scenario in scenarios_of(SMALL)]
    assert exports.command(found) == f"valuenet compare {file.name} --seed 7 --replications {REPLICATIONS}"
    repeated = compare(again, REPLICATIONS, SMALL.seed)
    told, before = (one.to_dict()["differences"] for one in (repeated, found))
    assert [row["measures"] for row in told] == [row["measures"] for row in before]


def test_what_is_stopped_leaves_nothing_behind():
    other, runs = replace(SMALL, seed=8), []

    class Counted(Tick):
        def __call__(self, done: int | None = None, of: int | None = None) -> None:
            runs.append(1)
            if len(runs) == 3:
                raise Stopped

    stopping = Counted(lambda: True, lambda progress: None)
    with pytest.raises(Stopped):
        comparison(other, stopping)
    comparison(other, stopping)
    assert len(runs) == 3 + len(REGIMES) * REPLICATIONS
