"""The player in a real browser: networks of any scenarios, biographies, pictures and films to take along."""

from pathlib import Path

import numpy as np
import pytest

from dashboards.biography import REASONS
from dashboards.footage import shoot
from dashboards.words import words
from scenarios.scenario import load
from sim.records import NOBODY
from tests.visits import Visit, in_browser, serve

pytestmark = in_browser
# The dashboard with a page that shows a film of any scenarios: ?show=NAME,NAME&periods=24
APP = """
import numpy as np
import solara
from urllib.parse import parse_qsl

from dashboards import app as dashboard
from dashboards.links import language_of
from dashboards.player import Clip, Player
from dashboards.serving import app
from dashboards.trajectory import record
from scenarios.scenario import load
from sim.network import CUSTOMER, FIRM, Network

EVIL = "<img src=x onerror=document.title='hurt'>"
NAMED = Network(
    (EVIL, "Bo", "Shop"), np.array([CUSTOMER, CUSTOMER, FIRM], np.int8), ("", "", ""),
    np.array([0, 1], np.int32), np.array([2, 2], np.int32), np.array([0.8, 0.9]),
)

def films(names, periods):
    if names == "named":
        plain = load("transactional", {"customers": 2, "firms": 1, "periods": periods}).market
        networks = plain.networks.model_copy(update={"social": "imported", "market": "imported"})
        return [Clip(record(plain.model_copy(update={"networks": networks}), 1, NAMED), EVIL)]
    return [Clip(record(load(name, {"periods": periods}), 7), name) for name in names.split(",")]

@solara.component
def Page():
    search = solara.use_router().search or ""
    query = dict(parse_qsl(search))
    asked = query.get("show", "transactional,partnership,platform"), int(query.get("periods", 24))
    clips = solara.use_memo(lambda: films(*asked), [asked])
    Player(clips, language_of(search)[0])

dashboard.routes[0] = solara.Route(path="/", component=Page, layout=dashboard.Layout)
"""
READY = ".vn-nets canvas"
ALL_SORTS = "?show=smartphone-chain:partnership,it-partner:partner,food-delivery:fair-pay,internal-customers:command"
YELLOW = """k => {
    const canvas = document.querySelectorAll(".vn-nets canvas")[k];
    const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
    let found = 0;
    for (let n = 0; n < data.length; n += 4) found += data[n] === 240 && data[n + 1] === 228 && data[n + 2] === 66;
    return found;
}"""
FRAMES = """seconds => new Promise((done) => {
    let drawn = 0;
    const begun = performance.now(), count = ({ detail }) => { drawn += detail.playing; };
    window.addEventListener("valuenet-frame", count);
    setTimeout(() => {
        window.removeEventListener("valuenet-frame", count);
        done((1000 * drawn) / (performance.now() - begun));
    }, 1000 * seconds);
})"""


@pytest.fixture(scope="module")
def stage(tmp_path_factory):
    folder = tmp_path_factory.mktemp("stage")
    (folder / "stage_app.py").write_text(APP)
    yield from serve(folder, "stage_app:app")


def frames_a_second(visit: Visit, seconds: float) -> float:
    """Return how many frames are drawn while the film plays; each is drawn before the next is asked for."""
    return visit.page.evaluate(FRAMES, seconds)


def choose(visit: Visit, who: int, film: int = 0, other: int | None = None) -> None:
    """Choose somebody with the fields, as by keyboard."""
    visit.page.select_option(".vn-choice label:nth-of-type(1) select", str(film))
    visit.page.select_option(".vn-choice label:nth-of-type(2) select", str(who))
    if other is not None:
        visit.page.select_option(".vn-choice label:nth-of-type(3) select", str(other))


def chosen(visit: Visit, label: int) -> str:
    return visit.page.input_value(f".vn-choice label:nth-of-type({label}) select")


def rows(visit: Visit, table: int) -> list[list[str]]:
    """Return the texts of a table of the biography."""
    return visit.page.evaluate(
        """n => [...document.querySelectorAll(".vn-biography table")[n].tBodies[0].rows]
            .map((row) => [...row.cells].map((cell) => cell.textContent.trim()))""",
        table,
    )


def click(visit: Visit, film: int, x: float, y: float) -> None:
    """Click a network at a place in [-1, 1]."""
    box = visit.page.query_selector_all(READY)[film].bounding_box()
    places = box["x"] + box["width"] * (1 + x) / 2, box["y"] + box["height"] * (1 - y) / 2
    visit.page.mouse.click(*map(float, places))


def test_three_networks_of_200_customers_play_smoothly(browser, stage):
    visit = Visit(browser, stage, motion="no-preference")
    visit.open("?periods=120", ready=READY)
    assert frames_a_second(visit, 3) >= 10
    for k in range(3):
        visit.page.wait_for_function(f"({YELLOW})({k}) > 100")  # money is on its way
    assert (visit.outside, visit.errors) == ([], [])
    visit.close()


def test_the_browser_reads_every_sort_of_film_right(browser, stage):
    visit = Visit(browser, stage).open(ALL_SORTS, ready=READY)
    assert visit.text(".vn-player output") == "Period 24 of 24"  # who wants no motion sees the end, at rest
    for k, name in enumerate(ALL_SORTS.removeprefix("?show=").split(",")):
        film = shoot(load(name, {"periods": 24}), 7)
        customers = slice(0, film.market.customers.customers)
        dealt = film.deals["provider"][-1, customers] != NOBODY
        label = visit.page.query_selector_all(READY)[k].get_attribute("aria-label")
        assert label.startswith(f"{name}, period 24: {dealt.sum()} of 200 customers")
        said = [float(part.split()[-1]) for part in label.rstrip(".").split(";")[1].split(",")]
        told = [film.deals[what][-1, customers] for what in ("trust", "content")]
        assert said == pytest.approx([told[0][dealt].mean(), told[1].mean()], abs=0.008)
    legend = visit.text(".vn-legend-nets")
    for kind in ("tier", "department", "partner", "courier", "platform", "peer"):
        assert words("en")["film"][kind] in legend
    visit.page.click(".vn-play")
    visit.page.wait_for_timeout(500)
    assert [visit.page.evaluate(YELLOW, k) for k in range(4)] == [0] * 4  # one period after the other, nothing between
    assert visit.text(".vn-play") == "Pause"
    assert (visit.outside, visit.errors) == ([], [])
    visit.close()


def test_it_plays_steps_and_tells_stories_without_the_server(browser, stage):
    visit = Visit(browser, stage, motion="no-preference").open(ready=READY)
    visit.page.wait_for_timeout(500)
    before = visit.traffic
    visit.page.wait_for_function("document.querySelector('.vn-player output').textContent.includes('Period 3 ')")
    visit.page.click(".vn-play")
    assert visit.page.evaluate(YELLOW, 0) == 0  # what is on its way is shown only while it plays
    visit.page.click("[title='To the start']")
    visit.page.click("[title='One period on']")
    visit.page.click("[title='One period on']")
    visit.page.click("[title='One period back']")
    assert visit.text(".vn-player output") == "Period 2 of 24"
    visit.page.focus(".vn-player input")
    visit.page.keyboard.press("End")
    assert visit.text(".vn-player output") == "Period 24 of 24"
    visit.page.keyboard.press("ArrowLeft")
    assert visit.text(".vn-player output") == "Period 23 of 24"
    choose(visit, 12, film=1)
    assert rows(visit, 0)
    assert visit.traffic == before
    visit.close()


def stays(film, buyer: int) -> list[list]:
    """Return (from, to, provider, deals, mean paid, reason) of every stay of a buyer with one provider."""
    found: list[list] = []
    moves = {
        (t, i): REASONS[why]
        for t, i, why in zip(film.moves["period"], film.moves["buyer"], film.moves["reason"], strict=True)
    }
    for t, j in enumerate(film.deals["provider"][:, buyer].tolist()):
        if j == NOBODY:
            continue
        if (t, buyer) in moves:
            found.append([t + 1, t + 1, j, 0, 0.0, moves[t, buyer]])
        found[-1][1], found[-1][3] = t + 1, found[-1][3] + 1
        found[-1][4] += film.deals["paid"][t, buyer]
    return found


def test_a_biography_says_with_whom_and_why(browser, stage):
    visit = Visit(browser, stage).open(ready=READY)
    film, said = shoot(load("transactional", {"periods": 24}), 7), words("en")["film"]
    came = set(film.events["row"].tolist())
    loyal = [i for i in range(200) if i not in came]
    buyer = max(loyal, key=lambda i: len({stay[5] for stay in stays(film, i)}))
    choose(visit, buyer)
    told, expected = rows(visit, 0), stays(film, buyer)
    assert len({stay[5] for stay in expected}) >= 3
    assert [row[:4] for row in told] == [[str(a), str(b), f"Firm {j}", str(n)] for a, b, j, n, *_ in expected]
    for row, (*_, deals, paid, why) in zip(told, expected, strict=True):
        assert float(row[4]) == pytest.approx(paid / deals, abs=0.006)
        assert row[7].startswith(said["why"][why])
    visit.close()


def test_a_story_leads_on_to_others(browser, stage):
    visit = Visit(browser, stage).open(ready=READY)
    film = shoot(load("transactional", {"periods": 24}), 7)
    came = set(film.events["row"].tolist())
    buyer = next(i for i in range(200) if i not in came and len(stays(film, i)) > 3)
    firm = stays(film, buyer)[0][2]
    choose(visit, buyer, other=firm)
    assert {row[2] for row in rows(visit, 0)} == {f"Firm {firm}"}
    visit.page.click(".vn-biography td button")
    assert chosen(visit, 2) == str(firm)
    served = film.deals["provider"] == firm
    buyers = np.flatnonzero(served.any(axis=0)).tolist()
    assert sorted(row[0] for row in rows(visit, 0)) == sorted(f"Customer {i}" for i in buyers)
    assert f"Served: {served.sum()} units; buyers: {len(buyers)}." in visit.text(".vn-biography")
    visit.close()


def lonely(film) -> tuple[np.ndarray, int, int]:
    """Return the place on a tie of the last period that is farthest from everything else, and its ends."""
    seats, share = np.stack((film.cast["x"], film.cast["y"]), axis=1)[:-1], np.linspace(0.1, 0.9, 33)[:, None]
    firm = film.deals["provider"][-1]
    buyers = np.flatnonzero(firm != NOBODY)
    ties = [(1 - share) * seats[i] + share * seats[firm[i]] for i in buyers]
    found = []
    for n, tie in enumerate(ties):
        others = np.concatenate([seats, *ties[:n], *ties[n + 1 :]])
        apart = np.linalg.norm(tie[:, None] - others, axis=2).min(axis=1)
        found.append((apart.max(), n, int(apart.argmax())))
    _, n, at = max(found)
    return ties[n][at], int(buyers[n]), int(firm[buyers[n]])


def test_a_click_finds_people_and_ties(browser, stage):
    visit = Visit(browser, stage).open(ready=READY)
    film = shoot(load("transactional", {"periods": 24}), 7)
    x, y = film.cast["x"], film.cast["y"]
    click(visit, 0, x[17], y[17])
    assert (chosen(visit, 2), chosen(visit, 1)) == ("17", "0")
    click(visit, 1, x[203], y[203])
    assert (chosen(visit, 2), chosen(visit, 1)) == ("203", "1")
    place, i, j = lonely(film)
    click(visit, 0, *place)
    assert [chosen(visit, n) for n in (1, 2, 3)] == ["0", str(i), str(j)]
    visit.close()


def test_pictures_and_films_are_taken_along(browser, stage):
    visit = Visit(browser, stage, motion="no-preference").open("?lang=fi&periods=12", ready=READY)
    said = words("fi")["film"]
    with visit.page.expect_download() as picture:
        visit.page.click(f"text={said['png']}")
    begin = Path(picture.value.path()).read_bytes()[:8]
    assert (begin, picture.value.suggested_filename[-4:]) == (b"\x89PNG\r\n\x1a\n", ".png")
    visit.page.click(f"text={said['webm']}")
    visit.page.wait_for_selector(f"text={said['webm_busy']}")
    with visit.page.expect_download() as film:  # once it has been played to its end
        assert visit.text(".vn-player output") != "Jakso 12/12"
    content = Path(film.value.path()).read_bytes()
    assert content[:4] == b"\x1a\x45\xdf\xa3"
    assert len(content) > 20_000
    assert visit.errors == []
    visit.close()


def test_names_of_imported_networks_are_only_text(browser, stage):
    visit = Visit(browser, stage).open("?show=named", ready=READY)
    choose_only = ".vn-choice label:nth-of-type(1) select"  # one film: no choice of it
    visit.page.select_option(choose_only, "0")
    assert "<img src=x" in visit.text(".vn-biography")
    assert visit.page.query_selector_all("img[src=x]") == []
    assert visit.page.title() != "hurt"
    visit.close()


@pytest.mark.parametrize(("language", "width"), [("fi", 390), ("sv", 1280)])
def test_everybody_can_read_the_stories(browser, stage, language, width):
    visit = Visit(browser, stage, width=width).open(f"{ALL_SORTS}&lang={language}", ready=READY)
    choose(visit, 201, film=1)  # a firm with partners
    assert visit.violations() == []
    visit.page.focus(".vn-choice label:nth-of-type(2) select")
    visit.page.keyboard.press("ArrowDown")
    assert chosen(visit, 2) == "202"
    assert visit.page.evaluate("document.documentElement.scrollWidth") == width
    visit.close()
