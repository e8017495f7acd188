"""Films of runs: what they show is the run itself, and why buyers moved is what they computed."""

import json

import numpy as np
import pytest

from dashboards.biography import CODES, REASONS
from dashboards.footage import MOST_ACTORS, is_too_large, shoot
from dashboards.looking import EVENTS
from dashboards.packing import MEDIATED, NO_ROW, join, press
from dashboards.player import Clip, refusal, stage
from dashboards.seating import DEPARTMENTS, FIRMS, seats
from dashboards.trajectory import pack, record
from dashboards.words import languages, words
from scenarios.catalogue import names
from scenarios.scenario import load
from sim.create import create
from sim.ensemble import run
from sim.network import DEPARTMENT, FIRM, KINDS, PARTNER
from sim.records import NOBODY

SHORT = {"periods": 24}
ALL_SORTS = (
    "transactional",
    "platform",
    "smartphone-chain:partnership",
    "internal-customers:command",
    "it-partner:partner",
    "food-delivery:fair-pay",
    "mixed-market:all-compete",
)


@pytest.fixture(scope="module")
def films():
    return {name: shoot(load(name, SHORT), 7) for name in ALL_SORTS}


def read(packed: bytes) -> tuple[dict, list[dict]]:
    """Return head and columns as the browser reads them."""
    start = 4 + int.from_bytes(packed[:4], "little")
    head = json.loads(packed[4:start])
    found = []
    for film in head["films"]:
        columns = film["columns"].items()
        found.append(
            {
                name: np.frombuffer(packed, f"<{kind}", length, start + film["start"] + first) * step
                for name, (kind, first, length, step) in columns
            }
        )
        assert all(first % 4 == 0 for _, first, _, _ in film["columns"].values())
    return head, found


# The run itself


@pytest.mark.parametrize("name", [name for name in names() if name != "bitcoin-otc"])
def test_a_film_of_any_scenario_shows_the_run_itself(name):
    scenario = load(name, {"periods": max([24, *(s.period + 2 for s in load(name).market.shocks.values())])})
    film, done = shoot(scenario, 3), run(scenario.market, 3, scenario.network)
    for measure, values in done.series().items():
        np.testing.assert_array_equal(film.series[measure], values)
    last, deals = {field: values[-1] for field, values in film.deals.items()}, done.world.encounters
    for field in ("provider", "mediated", "incident", "repaired", "courier", "trust", "satisfaction"):
        np.testing.assert_array_equal(last[field], deals[field])
    np.testing.assert_array_equal(last["paid"], deals["price"] * deals["volume"])
    np.testing.assert_array_equal(last["content"], done.world.actors["recommends"][: len(deals)])
    rows = film.cast["providers"]
    np.testing.assert_array_equal(film.provided["served"][-1], done.world.tallies["served"][rows])
    np.testing.assert_array_equal(film.provided["engagement"][-1], done.world.actors["engagement"][rows])


def test_what_is_bought_is_served(films):
    for film in films.values():
        sold = {row: n for n, row in enumerate(film.cast["providers"].tolist())}
        for t in (0, 11, 23):
            rows, units = np.unique(film.deals["provider"][t][: film.market.customers.customers], return_counts=True)
            served = {row: film.provided["served"][t][sold[row]] for row in rows.tolist() if row != NOBODY}
            assert served == {row: n for row, n in zip(rows.tolist(), units.tolist(), strict=True) if row != NOBODY}


def test_partners_keep_their_firms_and_trust(films):
    film = films["it-partner:partner"]
    done = run(film.market, film.seed)
    assert len(film.cast["partner"]) == np.count_nonzero(done.world.alliances["provider"] != NOBODY) > 0
    first = film.cast["firm"][0] - film.market.customers.customers
    assert film.allied[-1][0] == done.world.alliances["trust"][first, 0]
    assert {film.cast["kind"][row] for row in film.cast["partner"]} == {PARTNER}


def test_too_large_a_market_is_refused_in_words():
    scenario = load("bitcoin-otc")
    with pytest.raises(ValueError, match="at most 1000 actors"):
        shoot(scenario, 1)
    assert is_too_large(load("transactional", {"periods": 5000}).market)
    for language in languages():
        said = words(language)
        assert str(MOST_ACTORS)[-3:] in refusal(scenario.market, said)
        assert refusal(load("transactional").market, said) == ""


def test_moves_are_where_deals_change_hands(films):
    for film in films.values():
        moved = set(zip(film.moves["period"].tolist(), film.moves["buyer"].tolist(), strict=True))
        assert len(moved) == len(film.moves["period"])
        came = film.events["event"] == EVENTS.index("arrives")
        arrived = set(zip(film.events["period"][came].tolist(), film.events["row"][came].tolist(), strict=True))
        gone = (film.moves["reason"] == CODES["gone"]).any()
        for i, column in enumerate(film.deals["provider"].T.tolist()):
            before = NOBODY
            for t, j in enumerate(column):
                before = NOBODY if (t, i) in arrived else before
                if j != NOBODY and not gone:
                    assert ((t, i) in moved) == (j != before)
                before = before if j == NOBODY else j


# Bytes and seats


def test_a_packed_film_is_read_as_the_browser_does(films):
    head, found = read(join([press(film) for film in films.values()]))
    assert (head["reasons"], head["events"], head["kinds"]) == (list(REASONS), list(EVENTS), list(KINDS))
    for film, told, columns in zip(films.values(), head["films"], found, strict=True):
        assert (told["periods"], told["buyers"]) == film.deals["provider"].shape
        assert [tier["internal"] for tier in told["tiers"]].count(True) == len(film.market.departments)
        provider = film.deals["provider"].ravel()
        np.testing.assert_array_equal(columns["provider"], np.where(provider == NOBODY, NO_ROW, provider))
        np.testing.assert_array_equal(columns["flags"].astype(int) & MEDIATED, film.deals["mediated"].ravel())
        for name in ("trust", "satisfaction", "content"):
            assert np.abs(columns[name] - film.deals[name].ravel()).max() <= 0.5 / 255 + 1e-12
        for name in ("paid", "knowledge"):
            assert np.abs(columns[name] - film.deals[name].ravel()).max() <= 0.5 * told["columns"][name][3] + 1e-9
        np.testing.assert_array_equal(columns["move_reason"], film.moves["reason"])
        known = ~np.isnan(film.moves["parts"]).ravel()
        step = told["columns"]["differences"][3]
        assert np.abs(columns["differences"][known] - film.moves["parts"].ravel()[known]).max() <= step / 2 + 1e-9
        np.testing.assert_allclose(columns["differences"][~known], -0x8000 * step)
        np.testing.assert_array_equal(columns["served"], film.provided["served"].ravel())


def test_everybody_sits_in_the_same_place_in_all_pictures():
    places = [
        seats(create(load(name, {"customers": 60}).market, 4)) for name in ("transactional", "partnership", "platform")
    ]
    np.testing.assert_array_equal(places[0], places[1])
    np.testing.assert_array_equal(places[0][:60], places[2][:60])
    assert np.abs(np.concatenate(places)).max() <= 1
    assert len(np.unique(places[0].round(4), axis=0)) == len(places[0])


def test_neighbours_need_similar_things():
    world = create(load("transactional").market, 4)
    x, y = seats(world)[:200].T
    around = world.needs[np.argsort(np.arctan2(y, x))]
    apart = np.linalg.norm(around - np.roll(around, 1, axis=0), axis=1).mean()
    anyhow = np.linalg.norm(world.needs - np.roll(world.needs, 1, axis=0), axis=1).mean()
    assert apart < 0.7 * anyhow


def test_departments_stand_behind_their_firm_and_tiers_further_inside():
    world = create(load("internal-customers:command").market, 4)
    places, kinds = seats(world), world.actors["kind"]
    radii = np.linalg.norm(places, axis=1)
    np.testing.assert_allclose(radii[kinds == FIRM], FIRMS, atol=1e-6)
    firms, behind = places[kinds == FIRM], places[kinds == DEPARTMENT][:12]
    np.testing.assert_allclose(behind / (FIRMS - DEPARTMENTS), firms / FIRMS, atol=1e-6)
    chain = create(load("smartphone-chain:partnership").market, 4)
    depth = np.linalg.norm(seats(chain), axis=1)
    inside = [depth[(chain.actors["kind"] == FIRM) & (chain.actors["tier"] == t)].max() for t in range(3)]
    assert inside == sorted(inside, reverse=True)


# Words


@pytest.mark.parametrize("language", ["en", "fi", "sv"])
def test_whatever_can_happen_has_words(language):
    said = words(language)["film"]
    assert set(said["why"]) == {*REASONS, "part", "less", "wrong"}
    assert set(said["events"]) == set(EVENTS)
    assert set(said["groups"]) == set(KINDS) == set(said["kinds"]) - {"tier"}


def test_the_stage_says_what_is_shown(films):
    clips = [Clip(record(film.market, film.seed), name) for name, film in films.items()]
    assert pack([clip.film for clip in clips]) == join([press(film) for film in films.values()])
    told = json.loads(json.dumps(stage(clips, "fi")))
    assert [film["title"] for film in told["films"]] == list(films)
    assert (told["lang"], told["words"]["play"]) == ("fi", words("fi")["film"]["play"])
