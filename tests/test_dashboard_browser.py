"""The dashboard in a real browser, as `valuenet app` serves it: offline, in step, for everybody."""

import importlib.util
import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import pytest

from dashboards.answers import answer
from dashboards.choices import Choices
from dashboards.markets import comparison, pictures
from dashboards.trajectory import FULL, NO_DEAL
from dashboards.words import words
from scenarios.commands.app import OFFLINE

NEEDS = "the browser tests need solara (pip install 'valuenet[app]'), playwright, and chromium on the PATH"
sync_api = pytest.importorskip("playwright.sync_api", reason=NEEDS)
CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
if CHROMIUM is None or importlib.util.find_spec("solara") is None:
    pytest.skip(NEEDS, allow_module_level=True)

ROOT = Path(__file__).parent.parent
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
PATIENCE = 120_000  # ms: rules may have to be compiled first
FAILING, SLOW = 13, 14  # seeds
# The app itself, but one market fails and one takes long.
APP = f"""
import time
from dashboards.app import routes
from dashboards.pages import compare

made = compare.pictures

def pictures(choices, tick):
    if choices.seed == {FAILING}:
        raise RuntimeError("broken on purpose")
    while choices.seed == {SLOW}:
        tick()
        time.sleep(0.05)
    return made(choices, tick)

compare.pictures = pictures
"""


def free_port() -> int:
    with socket.socket() as place:
        place.bind(("localhost", 0))
        return place.getsockname()[1]


def wait_for(address: str, server: subprocess.Popen) -> None:
    for _ in range(600):
        assert server.poll() is None, "the server stopped"
        try:
            urllib.request.urlopen(address, timeout=5).close()
            return
        except OSError:
            time.sleep(0.1)
    raise AssertionError("the server did not start")


@pytest.fixture(scope="module")
def address(tmp_path_factory):
    """Serve the app as `valuenet app` does, from a folder of its own."""
    folder, port = tmp_path_factory.mktemp("app"), free_port()
    (folder / "shown.py").write_text(APP)
    command = [sys.executable, "-m", "solara", "run", str(folder / "shown.py"), "--host", "localhost"]
    command += ["--port", str(port), "--production", "--no-open", "--no-check-version"]
    with (folder / "log").open("w") as log:
        server = subprocess.Popen(
            command, cwd=folder, env={**os.environ, **OFFLINE, "PYTHONPATH": str(ROOT)}, stdout=log, stderr=log
        )
    try:
        wait_for(f"http://localhost:{port}", server)
        yield f"http://localhost:{port}"
    finally:
        server.terminate()
        server.wait(20)


@pytest.fixture(scope="module")
def browser():
    with sync_api.sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield opened
        opened.close()


class Visit:
    """A visitor with a browser profile of its own; keeps what went wrong and what went out."""

    def __init__(self, browser, address: str, width: int = 1280, height: int = 900, motion: str = "reduce"):
        self.page = browser.new_context(
            viewport={"width": width, "height": height}, reduced_motion=motion, accept_downloads=True
        ).new_page()
        self.address, self.outside, self.errors, self.traffic = address, [], [], 0
        self.page.set_default_timeout(PATIENCE)
        self.page.on("request", self._requested)
        self.page.on("pageerror", lambda error: self.errors.append(str(error)))
        self.page.on("console", lambda said: self.errors.append(said.text) if said.type == "error" else None)
        self.page.on(
            "websocket", lambda socket: [socket.on(f"frame{way}", self._moved) for way in ("sent", "received")]
        )

    def _requested(self, request) -> None:
        if not request.url.startswith((self.address, "data:", "blob:")):
            self.outside.append(request.url)

    def _moved(self, frame) -> None:
        self.traffic += len(frame)

    def open(self, query: str = "") -> "Visit":
        self.page.goto(f"{self.address}/{query}")
        self.page.wait_for_selector(".vn-doing")
        return self

    def answered(self) -> str:
        """Wait until the answer belongs to the market chosen, and return it."""
        self.page.wait_for_selector(".vn-table")
        self.page.wait_for_selector("progress", state="detached")
        self.page.wait_for_selector(".vn-old", state="detached")
        return self.text(".vn-answer")

    def text(self, where: str) -> str:
        return self.page.text_content(where).strip()

    def ink(self, k: int) -> int:
        """Return how many pixels of a network picture are drawn."""
        return self.page.evaluate(
            """k => {
                const canvas = document.querySelectorAll("canvas")[k];
                const picture = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
                return picture.data.filter((value, i) => i % 4 === 3 && value).length;
            }""",
            k,
        )


def test_the_page_opens_offline_and_says_the_answer(browser, address):
    visit = Visit(browser, address).open("?customers=40")
    assert visit.answered() == answer(comparison(Choices(customers=40), lambda: None), words("en"))
    assert visit.page.title() == words("en")["page"]["title"]
    assert [visit.ink(k) > 10_000 for k in range(3)] == [True] * 3
    assert len(visit.page.query_selector_all(".vn-charts figure svg path.vn-cursor")) == 6
    assert (visit.outside, visit.errors) == ([], [])


def test_the_browser_reads_the_film_right(browser, address):
    visit, films = Visit(browser, address).open("?customers=40"), pictures(Choices(customers=40), lambda: None).films
    visit.answered()
    for k, film in enumerate(films, 1):
        dealt = film.partners[-1] != NO_DEAL
        label = visit.page.get_attribute(f"figure:nth-child({k}) canvas", "aria-label")
        assert f"period 120: {dealt.sum()} of 40 customers deal with {len(film.firms + film.peers)} providers" in label
        said = [float(part.split()[-1]) for part in label.rstrip(".").split(";")[1].split(",")]
        assert said == pytest.approx([film.trust[-1][dealt].mean() / FULL, film.content[-1].mean() / FULL], abs=0.006)


def test_everybody_can_use_the_page(browser, address):
    axe = pytest.importorskip("axe_playwright_python.base", reason="needs axe-playwright-python")
    visit = Visit(browser, address).open("?lang=sv&customers=1000")
    visit.answered()
    visit.page.evaluate((Path(axe.__file__).parent / "axe.min.js").read_text("utf-8"))
    found = visit.page.evaluate("axe.run()")
    assert [(one["id"], [node["target"] for node in one["nodes"]]) for one in found["violations"]] == []
    assert visit.page.evaluate("document.documentElement.lang") == "sv"
    assert visit.text("h1") == words("sv")["page"]["heading"]


def test_the_film_plays_in_step_without_the_server(browser, address):
    visit = Visit(browser, address, motion="no-preference").open("?customers=40")
    visit.answered()
    visit.page.wait_for_timeout(500)
    before, at = visit.traffic, visit.text(".vn-player output")
    visit.page.wait_for_function("was => document.querySelector('.vn-player output').textContent !== was", arg=at)
    visit.page.click(".vn-play")
    visit.page.click("[title='To the start']")
    first = [visit.page.get_attribute(f"figure:nth-child({k}) canvas", "aria-label") for k in (1, 2, 3)]
    visit.page.click("[title='One period on']")
    assert visit.text(".vn-player output") == "Period 2 of 120"
    assert visit.text(".vn-now caption") == "The numbers of period 2"
    assert all("period 1:" in label for label in first)
    visit.page.focus(".vn-player input")
    visit.page.keyboard.press("End")
    assert visit.text(".vn-now caption") == "The numbers of period 120"
    assert visit.traffic == before


def test_who_wants_no_motion_gets_none(browser, address):
    visit = Visit(browser, address, motion="reduce").open("?customers=40")
    visit.answered()
    assert visit.text(".vn-player output") == "Period 120 of 120"
    assert visit.text(".vn-play") == "Play"


def test_controls_make_links_and_links_make_controls(browser, address):
    visit = Visit(browser, address).open("?customers=40&complexity=0.3")
    first = visit.answered()
    visit.page.focus("#vn-complexity")
    for _ in range(4):
        visit.page.keyboard.press("ArrowRight")
    visit.page.wait_for_url("**complexity=0.5&**")
    visit.page.wait_for_function("was => document.querySelector('.vn-answer').textContent.trim() !== was", arg=first)
    second = visit.answered()
    assert first != second == answer(comparison(Choices(customers=40), lambda: None), words("en"))
    visit.page.click("nav a[lang=fi]")
    visit.page.wait_for_url("**lang=fi**")
    visit.page.wait_for_selector("html[lang=fi]")
    again = Visit(browser, address).open(visit.page.url.removeprefix(f"{address}/"))
    assert again.answered() == answer(comparison(Choices(customers=40), lambda: None), words("fi"))
    assert again.page.input_value("#vn-complexity") == "0.5"
    visit.page.fill("#vn-customers", "1000")
    visit.page.keyboard.press("Tab")
    assert "400" in visit.text(".vn-notice")
    assert visit.page.input_value("#vn-customers") == "400"


def test_a_file_is_saved_in_the_browser(browser, address):
    visit = Visit(browser, address).open("?customers=40")
    visit.answered()
    with visit.page.expect_download() as saved:
        visit.page.click("text=Scenario (TOML)")
    assert saved.value.suggested_filename == "valuenet-compare.toml"
    assert "customers = 40" in Path(saved.value.path()).read_text("utf-8")


def test_a_failure_stays_in_its_session_and_heals(browser, address):
    broken = Visit(browser, address).open(f"?customers=40&seed={FAILING}")
    broken.page.wait_for_selector(f"text={words('en')['status']['failed']}")
    other = Visit(browser, address).open("?customers=40")
    assert other.answered()
    broken.page.fill("#vn-seed", "1")
    broken.page.keyboard.press("Tab")
    assert broken.answered() == other.answered()


def test_a_run_can_be_stopped_and_started_again(browser, address):
    visit = Visit(browser, address).open(f"?customers=40&seed={SLOW}")
    visit.page.click("text=Stop")
    visit.page.wait_for_selector("text=Stopped.")
    visit.page.click("text=Run again")
    visit.page.wait_for_selector("progress")
    visit.page.fill("#vn-seed", "1")
    visit.page.keyboard.press("Tab")
    assert visit.answered()


def test_the_page_fits_a_phone(browser, address):
    visit = Visit(browser, address, width=390, height=800).open("?customers=40&lang=fi")
    visit.answered()
    assert visit.page.evaluate("document.documentElement.scrollWidth") == 390
