"""The page 'Strategy map' without a browser: what is asked, measured, said and linked."""

import csv
import io
import json

import numpy as np
import pytest

from dashboards.links import PATHS, read
from dashboards.pages.compare.markets import CONTROLS as COMPARED
from dashboards.pages.compare.markets import REGIMES
from dashboards.pages.map.markets import (
    FEWEST,
    FIELDS,
    LIBRARY,
    MAPS,
    SPANS,
    Along,
    Asked,
    Shown,
    asked_of,
    chosen,
    command,
    maps,
    most_replications,
    scenarios_of,
)
from dashboards.pages.map.scenes import answer, cells_table, files, picture, shares, wrong_told
from dashboards.words import languages, number, percent, words
from dashboards.working import Stopped, Tick
from scenarios.catalogue import names
from scenarios.contest.game import SCENARIO as CONTEST
from scenarios.maps import strategy_map
from scenarios.scenario import load
from scenarios.variation import axis, vary

GO_ON = Tick(lambda: True, lambda progress: None)
SMALL = Asked("regimes", Along("complexity", 0.0, 0.9), Along("turnover", 0.005, 0.3), 4, 3, 40, 5)
USUAL = {name: field.default for name, field in FIELDS.items()}


def href(page: str, **values: object) -> str:
    return PATHS[page] + "?" + json.dumps(values)


@pytest.fixture(scope="module")
def grown() -> list[Shown]:
    return list(maps(SMALL, GO_ON))


# --- what is asked -----------------------------------------------------------------------------------------


def test_an_empty_link_asks_for_the_map_of_the_command_line() -> None:
    asked, wrong = asked_of(USUAL)
    assert wrong == [] and asked == Asked(
        "regimes", Along("complexity", 0.0, 0.9), Along("turnover", 0.005, 0.3), 8, 10, 100, 1
    )
    assert (asked.x.short, asked.y.short) == ("complexity", "turnover")


@pytest.mark.parametrize("name", SPANS)
def test_every_quantity_can_be_an_axis(name: str) -> None:
    span = SPANS[name]
    _, values = axis(Along(name, span.low, span.high).text, 4)
    axis(Along(name, span.least, span.most).text, 4)
    for regime in REGIMES:
        for value in (*values[[0, -1]], span.least, span.most):
            vary(load(regime), name, float(value))
    assert all(words(lang)["quantities"][name]["label"] for lang in languages())


def test_the_library_of_the_page_is_that_of_scenarios_with_regimes() -> None:
    with_regimes = [name for name in names() if load(name).regimes and not load(name).network_file]
    assert list(LIBRARY) == [name for name in with_regimes if name != CONTEST]  # its regimes are different markets
    assert [s.name for s in scenarios_of("fee-cap", 60)] == ["fee-cap:free", "fee-cap:capped"]
    assert {s.market.customers.customers for s in scenarios_of("mixed-market", 60)} == {60}


@pytest.mark.parametrize(
    ("query", "asked", "told"),
    [
        ("x=turnover", ("turnover", "complexity"), "A map needs two different quantities; “Complexity” is used"),
        ("x_low=0.8&x_high=0.2", (0.0, 0.9), "Complexity: 0.80 to 0.20 is no range here; 0.00 to 0.90 is used."),
        ("x_high=7", (0.0, 1.0), "0.00 to 7.00 is no range here; 0.00 to 1.00 is used."),
        ("size=12&replications=20&customers=400", (8,), "at most 5 runs of each here, so 5 are used"),
    ],
)
def test_what_is_no_map_gets_a_sentence_and_the_nearest(query: str, asked: tuple, told: str) -> None:
    values, notices = read(query, FIELDS)
    found, wrong = asked_of(values)
    assert notices == [] and len(wrong) == 1 and told in wrong_told(wrong[0], words("en"))
    if query == "x=turnover":
        assert (found.x.name, found.y.name) == asked
    elif query.startswith("x_"):
        assert found.x[1:] == asked
    else:
        assert found.replications == most_replications(found) == 5
    assert all(wrong_told(wrong[0], words(lang)) for lang in languages())


def test_however_large_a_map_is_a_few_runs_are_left() -> None:
    values = USUAL | {"size": 12, "customers": 400, "scenario": "mixed-market"}
    assert asked_of(values)[0].replications >= FEWEST


def test_another_quantity_comes_with_its_ends_and_changes_places() -> None:
    now = USUAL | {"x_low": 0.2, "x_high": 0.9, "y_low": 0.005, "y_high": 0.3}
    assert chosen(USUAL, now)["x_low"] == "0.2" and chosen(USUAL, now)["x_high"] == ""
    other = chosen(USUAL, now | {"x": "fee"})
    assert (other["x"], other["x_low"], other["y"]) == ("fee", "", "turnover")
    swapped = chosen(USUAL, now | {"x": "turnover"})
    assert (swapped["x"], swapped["y"]) == ("turnover", "complexity")
    assert {swapped[end] for end in ("x_low", "x_high", "y_low", "y_high")} == {""}


def test_the_command_makes_the_same_map() -> None:
    fees = Asked("fee-cap", Along("fee", 0.1, 0.4), SMALL.y, 4, 3, 40, 5)
    assert command(fees, "customers") == (
        "valuenet map fee-cap --x fee=0.1:0.4 --y turnover --size 4 --replications 3 --seed 5 "
        "--set customers=40 --role customers"
    )


# --- what is measured --------------------------------------------------------------------------------------


def test_the_map_grows_into_that_of_the_command_line(grown: list[Shown]) -> None:
    scenarios = [load(regime, {"customers": 40}) for regime in REGIMES]
    whole = strategy_map(scenarios, size=4, replications=3, seed=5)
    assert [shown.whole for shown in grown] == [False, True]
    assert grown[-1].map.to_dict() == whole.to_dict()


def test_a_map_is_measured_once(grown: list[Shown]) -> None:
    ticks = []
    again = list(maps(SMALL, Tick(lambda: True, ticks.append)))
    assert [shown.map for shown in again] == [grown[-1].map] and ticks == []


def test_who_stops_leaves_what_was_measured() -> None:
    asked = Asked("regimes", SMALL.x, SMALL.y, 4, 3, 40, 77)
    left = iter([True] * 100)
    with pytest.raises(Stopped):
        list(maps(asked, Tick(lambda: next(left, False), lambda progress: None)))
    assert MAPS.look((asked, 0)) is not None and MAPS.look((asked, 1)) is None


# --- what is said ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("lang", languages())
def test_the_answer_says_every_share(grown: list[Shown], lang: str) -> None:
    said, (first, last) = words(lang), grown
    for region in last.map.regions():
        title = said["common"]["regimes"][REGIMES[region.scenario]]["title"]
        assert (f"{title} " in answer(last, "all", lang, said)) == bool(region.share)
        assert not region.share or percent(region.share, 0, said) in answer(last, "all", lang, said)
    assert percent(float(last.map.contested().mean()), 0, said) in answer(last, "all", lang, said)
    assert answer(first, "all", lang, said).startswith(said["map"]["answer"]["grows"].format(measured=9, cells=16))


def test_a_role_has_a_map_of_its_own(grown: list[Shown]) -> None:
    said, shown = words("en"), grown[-1]
    winners = shown.map.for_role("platform").winners().tolist()
    drawn = picture(shown, "platform", "en", said, href)
    assert [[c["look"] for c in drawn["cells"] if c["row"] == row] for row in range(4)] == winners
    assert "platform" in answer(shown, "platform", "en", said)
    assert answer(shown, "couriers", "en", said) == answer(shown, "all", "en", said)


def test_every_cell_tells_its_numbers_and_opens_its_market(grown: list[Shown]) -> None:
    said, shown = words("fi"), grown[-1]
    drawn = picture(shown, "all", "fi", said, href)
    assert len(drawn["cells"]) == 16 and len({cell["href"] for cell in drawn["cells"]}) == 16
    for cell in drawn["cells"]:
        best = shown.map.cells()[cell["row"]][cell["column"]]
        assert best is not None and number(best.value.mean, 2, said) in cell["says"] and cell["measured"]
        assert cell["text"] == ("ABC" if best.sure else "abc")[best.scenario] and cell["sure"] == best.sure
        path, _, query = cell["href"].partition("?")
        values = json.loads(query)
        assert path == "/" and (values["customers"], values["seed"]) == (40, 5)
        link = "&".join(f"{name}={value}" for name, value in values.items())
        assert read(link, COMPARED)[1] == []  # page 1 takes it as it stands
        assert values["complexity"] == pytest.approx(shown.map.xs[cell["column"]], abs=0.006)


def test_a_market_that_page_1_cannot_show_opens_in_the_sandbox() -> None:
    asked = Asked("fee-cap", Along("fee", 0.1, 0.4), SMALL.y, 4, 3, 40, 5)
    shown = list(maps(asked, GO_ON))[-1]
    cell = picture(shown, "all", "sv", words("sv"), href)["cells"][0]
    assert cell["href"].startswith("/sandbox?") and '"scenario": "fee-cap:' in cell["href"]


def test_cells_not_measured_yet_say_so(grown: list[Shown]) -> None:
    cells = picture(grown[0], "all", "en", words("en"), href)["cells"]
    guessed = [cell for cell in cells if not cell["measured"]]
    assert len(guessed) == 7 and all("Not measured yet" in cell["says"] and cell["lead"] == "" for cell in guessed)
    assert len(cells_table(grown[0], "all", "en", words("en"), href)["rows"]) == 9


def test_tables_and_files_hold_the_same_numbers(grown: list[Shown]) -> None:
    said, shown = words("en"), grown[-1]
    rows = shares(shown, "all", "en", said)["rows"]
    assert [row["cells"][0]["text"] for row in rows] == [percent(r.share, 0, said) for r in shown.map.regions()]
    saved = files(shown, "all", said)
    lines = list(csv.DictReader(io.StringIO(saved["files"][0]["content"])))
    assert len(lines) == 16 and lines[0]["best"] == REGIMES[shown.map.winners()[0][0]]
    assert np.isclose(float(lines[-1]["turnover"]), 0.3) and "value_customers platform" in lines[0]
    assert saved["command"].startswith("valuenet map --x complexity --y turnover --size 4")
