"""The dashboard without a browser: films, words, links, answers, what can be taken along."""

import csv
import io
import json
import string
import threading
import tomllib
from dataclasses import replace

import numpy as np
import pytest

from dashboards import exports, scenes
from dashboards.answers import answer, table
from dashboards.choices import CONTROLS, Choices, link, parse
from dashboards.markets import REGIMES, REPLICATIONS, Pictures, Shelf, comparison, pictures, scenarios_of
from dashboards.trajectory import FULL, NO_DEAL, THROUGH_PLATFORM, pack, record, seats
from dashboards.words import TEXT, languages, number, signed, words
from scenarios.comparison import compare
from scenarios.scenario import load
from sim.create import create
from sim.ensemble import run
from sim.final import units
from sim.network import FIRM, PEER

SMALL = Choices(customers=40, turnover=0.05, seed=7)


def keep_on() -> None:
    """Never stop a computation."""


@pytest.fixture(scope="module")
def found():
    return comparison(SMALL, keep_on)


@pytest.fixture(scope="module")
def made() -> Pictures:
    return pictures(SMALL, keep_on)


def leaves(node: object, path: str = "") -> dict[str, str]:
    if isinstance(node, dict):
        return {key: text for name, below in node.items() for key, text in leaves(below, f"{path}.{name}").items()}
    assert isinstance(node, str), path
    return {path: node}


def blanks(text: str) -> set[str | None]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name is not None}


def letters(text: str) -> str:
    """Return a text without what is filled in."""
    return "".join(fixed for fixed, *_ in string.Formatter().parse(text))


# Words


def test_the_three_languages_are_there():
    assert languages() == ("en", "fi", "sv")
    assert {path.stem for path in TEXT.iterdir()} == set(languages())


@pytest.mark.parametrize("language", ["fi", "sv"])
def test_every_language_says_everything(language):
    english, said = leaves(words("en")), leaves(words(language))
    assert said.keys() == english.keys()
    assert {path for path in said if blanks(said[path]) != blanks(english[path])} == set()
    assert {path for path in said if bool(said[path]) != bool(english[path])} == set()
    untranslated = {path for path, text in said.items() if text == english[path] and len(letters(text)) > 8}
    assert untranslated <= {".exports.toml"}


def test_numbers_are_written_as_in_the_language():
    assert [number(-1.256, 2, words(language)) for language in languages()] == ["−1.26", "−1,26", "−1,26"]
    assert [signed(value, 1, words("en")) for value in (0.3, -0.04, 0.04, -2.0, float("nan"))] == [
        "+0.3", "0.0", "0.0", "−2.0", "–"]  # fmt: skip


# Links


@pytest.mark.parametrize("choices", [Choices(), SMALL, Choices(0.3, 4.25, 0.125, 0.0, 400, 999_999, "fi")])
def test_a_link_leads_back(choices):
    assert parse(link(choices)[1:]) == (choices, [])


@pytest.mark.parametrize(
    ("query", "name", "used"),
    [
        ("complexity=7", "complexity", 1.0),
        ("complexity=-1e308", "complexity", 0.0),
        ("specificity=inf", "specificity", 8.0),
        ("fee=nan", "fee", Choices.fee),
        ("turnover=", "turnover", Choices.turnover),
        ("customers=2000000", "customers", 400),
        ("customers=1%3Cscript%3E", "customers", Choices.customers),
        ("seed=-3", "seed", 0),
        ("lang=../../etc", "lang", "en"),
    ],
)
def test_what_is_wrong_in_a_link_is_clamped_and_told(query, name, used):
    choices, notices = parse(query)
    assert choices == replace(Choices(), **{name: used})
    assert [notice.name for notice in notices] == [name]
    assert all(scenes.notice_text(notices[0], words(language)) for language in languages())


@pytest.mark.parametrize(
    "query", [None, "", "x=1&y", "&&==", "%ff%00=%", "a=" + "b" * 100_000, "&".join("abcd=1" * 500)]
)
def test_any_other_link_is_the_default_market(query):
    assert parse(query) == (Choices(), [])


def test_too_many_customers_get_a_sentence():
    choices, notices = parse("customers=5000")
    assert choices.customers == CONTROLS["customers"].high == 400
    for language in languages():
        said = scenes.form(choices, notices, words(language))["notices"]
        assert len(said) == 1
        assert "400" in said[0]
        assert "5000" in said[0]


def test_the_regimes_share_one_market():
    markets = [scenario.market for scenario in scenarios_of(replace(SMALL, complexity=0.3, fee=0.4))]
    for market in markets:
        assert (market.exchange.complexity, market.customers.turnover, market.platform.fee) == (0.3, 0.05, 0.4)
        assert market.customers.customers == SMALL.customers
    assert [market.peers for market in markets] == [0, 0, SMALL.customers]


# Films


@pytest.mark.parametrize("place", range(len(REGIMES)))
def test_a_film_shows_the_run_itself(made, place):
    film, market = made.films[place], scenarios_of(SMALL)[place].market
    done = run(market, SMALL.seed)
    for name, values in film.series.items():
        np.testing.assert_array_equal(values, done.series()[name])
    deals = done.world.encounters
    dealt = deals["slot"] != -1
    np.testing.assert_array_equal(film.partners[-1] != NO_DEAL, dealt)
    np.testing.assert_array_equal((film.partners[-1] & ~np.uint16(THROUGH_PLATFORM))[dealt], deals["provider"][dealt])
    np.testing.assert_array_equal((film.partners[-1] >= THROUGH_PLATFORM)[dealt], deals["mediated"][dealt] == 1)
    assert np.abs(film.trust[-1][dealt] / FULL - deals["trust"][dealt]).max() <= 0.5 / FULL
    content = done.world.actors["recommends"][: len(deals)]
    assert np.abs(film.content[-1] / FULL - content).max() <= 0.5 / FULL
    assert np.flatnonzero(done.world.actors["kind"] == FIRM).tolist() == list(film.firms)
    assert np.flatnonzero(done.world.actors["kind"] == PEER).tolist() == list(film.peers)
    assert film.platform == (film.partners[film.partners != NO_DEAL] >= THROUGH_PLATFORM).any()


def test_a_packed_film_is_read_as_the_browser_does(made):
    packed, n = pack(made.films), made.films[0].trust.size
    assert len(packed) == 4 * n * len(REGIMES)
    for k, film in enumerate(made.films):
        start = 4 * n * k
        np.testing.assert_array_equal(np.frombuffer(packed, "<u2", n, start), film.partners.ravel())
        np.testing.assert_array_equal(np.frombuffer(packed, "u1", n, start + 2 * n), film.trust.ravel())
        np.testing.assert_array_equal(np.frombuffer(packed, "u1", n, start + 3 * n), film.content.ravel())


def test_too_large_a_market_for_a_film_is_refused():
    with pytest.raises(ValueError, match="at most 32767 actors, this market has 40025"):
        record(load("transactional", {"customers": 40_000, "periods": 1}).market, 1)


def test_everybody_sits_in_the_same_place_in_all_pictures(made):
    for scenario in scenarios_of(SMALL):
        assert seats(scenario.market, SMALL.seed)["customers"] == made.seats["customers"]
    turns = np.array(made.seats["customers"])
    np.testing.assert_allclose(np.sort(turns), np.arange(len(turns)) / len(turns), atol=1e-4)
    assert len(made.seats["firms"]) == len(made.films[0].firms)


def test_neighbours_need_similar_things(made):
    needs = create(scenarios_of(SMALL)[0].market, SMALL.seed).needs
    around = needs[np.argsort(made.seats["customers"])]
    apart = np.linalg.norm(around - np.roll(around, 1, axis=0), axis=1).mean()
    anyhow = np.linalg.norm(needs - np.roll(needs, 1, axis=0), axis=1).mean()
    assert apart < 0.7 * anyhow


@pytest.mark.parametrize("language", ["en", "fi", "sv"])
def test_scenes_are_json_in_every_language(made, language):
    stage, series = scenes.stage(made, language), scenes.series(made, language)
    json.dumps([stage, series], allow_nan=False)
    assert [regime["name"] for regime in stage["regimes"]] == list(REGIMES)
    assert [regime["series"]["value_platform"][-1] is None for regime in series["regimes"]] == [True, True, False]
    done = run(scenarios_of(SMALL)[0].market, SMALL.seed)
    assert series["settled"] == done.settled.start


# Answers


@pytest.mark.parametrize("language", ["en", "fi", "sv"])
def test_the_answer_names_the_winner_and_its_lead(found, language):
    said, first = words(language), found.best()
    text = answer(found, said)
    for part in (said["answer"]["named"][found.scenarios[first.runner_up].name], number(first.lead.low, 2, said)):
        assert part in text
    assert said["answer"]["named"][found.scenarios[first.scenario].name].lower() in text.lower()
    assert "{" not in text


def test_an_unsure_lead_is_called_unsure(found):
    outcomes = (found.outcomes[0], replace(found.outcomes[0], scenario=found.outcomes[1].scenario))
    assert answer(replace(found, outcomes=outcomes), words("en")).startswith("No clear winner: transactional")


def test_the_table_holds_the_paired_differences(found):
    said = words("fi")
    told, changes = table(found, said), [found.differences(1), found.differences(2)]
    total = told["rows"][0]
    assert [cell["difference"] for cell in total["cells"]] == [
        signed(change["value_total"].difference, 2, said) for change in changes
    ]
    assert [cell["clear"] for cell in total["cells"]] == [change["value_total"].sign != 0 for change in changes]
    assert number(abs(changes[0]["value_total"].low), 2, said) in total["cells"][0]["interval"]
    assert [cell["win_win"] for cell in told["verdict"]["cells"]] == [verdict.win_win for verdict in found.verdicts()]
    assert told["rows"][3]["cells"][0]["interval"] == ""  # neither has a platform


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
    said = words("sv")["exports"]
    file.write_text(exports.scenario_file(scenarios_of(SMALL), said["title"], said["description"]), "utf-8")
    assert tomllib.loads(file.read_text("utf-8"))["title"] == said["title"]
    again = [load(f"{file}:{regime}") for regime in REGIMES]
    assert [scenario.market for scenario in again] == [scenario.market for scenario in scenarios_of(SMALL)]
    assert exports.command(found) == f"valuenet compare {file.name} --seed 7 --replications {REPLICATIONS}"
    repeated = compare(again, REPLICATIONS, SMALL.seed)
    told, before = (one.to_dict()["differences"] for one in (repeated, found))
    assert [row["measures"] for row in told] == [row["measures"] for row in before]


# What sessions share


def test_a_shelf_makes_once_and_forgets_the_oldest():
    shelf, made = Shelf(2), []

    def make(key: str) -> str:
        made.append(key)
        return key.upper()

    threads = [threading.Thread(target=shelf.get, args=("a", lambda: make("a"))) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert made == ["a"]
    assert [shelf.get(key, lambda key=key: make(key)) for key in "bacb"] == list("BACB")
    assert made == ["a", "b", "c", "b"]
    assert len(shelf) == 2


def test_what_is_stopped_leaves_nothing_behind():
    other, runs = replace(SMALL, seed=8), []

    class Enough(Exception):
        pass

    def stop() -> None:
        runs.append(1)
        if len(runs) == 3:
            raise Enough

    with pytest.raises(Enough):
        comparison(other, stop)
    comparison(other, lambda: runs.append(1))
    assert len(runs) == 3 + len(REGIMES) * REPLICATIONS
