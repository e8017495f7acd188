"""The page 'Strategy map' in a real browser: growing, walked through, opened, saved, stopped."""

from pathlib import Path

from dashboards.pages.map.markets import FIELDS, asked_of, maps
from dashboards.pages.map.scenes import answer
from dashboards.words import words
from dashboards.working import Tick
from tests.visits import Visit, in_browser

pytestmark = in_browser
GO_ON = Tick(lambda: True, lambda progress: None)
SMALL = {"size": 4, "replications": 3, "customers": 40}
LINK = "map?size=4&replications=3&customers=40"


def whole(visit: Visit) -> Visit:
    """Wait until the map is whole."""
    visit.page.wait_for_selector(".vn-files")
    visit.page.wait_for_selector("progress", state="detached")
    visit.page.wait_for_selector(".vn-old", state="detached")
    return visit


def said(lang: str = "en", role: str = "all", **changes: object) -> str:
    """Return what the page should answer."""
    asked, _ = asked_of({name: field.default for name, field in FIELDS.items()} | SMALL | changes)
    return answer(list(maps(asked, GO_ON))[-1], role, lang, words(lang))


def test_the_map_is_drawn_offline_and_says_who_wins(browser, address):
    visit = whole(Visit(browser, address).open(LINK))
    assert visit.text(".vn-answer") == said()
    assert len(visit.page.query_selector_all(".vn-map a")) == 16
    assert visit.page.title() == words("en")["map"]["page"]["title"]
    assert visit.text(".vn-files code").startswith("valuenet map --x complexity --y turnover --size 4")
    assert (visit.outside, visit.errors) == ([], [])


def test_the_map_is_walked_through_and_opened_by_keyboard(browser, address):
    visit = whole(Visit(browser, address).open(LINK))
    assert len(visit.page.query_selector_all(".vn-map a[tabindex='0']")) == 1
    visit.page.focus(".vn-map a[tabindex='0']")
    first = visit.text(".vn-map-told")
    visit.page.keyboard.press("ArrowRight")
    visit.page.keyboard.press("ArrowUp")
    second = visit.text(".vn-map-told")
    assert "Complexity 0%" in first and "Complexity 30%" in second and "€ per customer" in second
    visit.page.keyboard.press("Enter")
    visit.page.wait_for_url("**/?lang=en&complexity=0.3&turnover=0.0195743*&customers=40&seed=1")
    visit.page.wait_for_selector("#vn-complexity")
    assert visit.page.input_value("#vn-complexity") == "0.3"


def test_everybody_can_use_the_map(browser, address):
    visit = whole(Visit(browser, address).open(f"{LINK}&lang=sv&x=turnover"))
    assert visit.violations() == []
    assert visit.text(".vn-answer") == said("sv", x="turnover", y="complexity")
    assert "två olika storheter" in visit.text(".vn-notice")


def test_controls_make_another_map_and_its_link(browser, address):
    visit = whole(Visit(browser, address).open(LINK))
    visit.page.select_option("#vn-role", "customers")
    visit.page.wait_for_url("**role=customers**")
    visit.page.wait_for_function(
        "said => document.querySelector('.vn-answer').textContent.trim() === said", arg=said(role="customers")
    )
    visit.page.select_option("#vn-x", "turnover")
    visit.page.wait_for_url("**x=turnover&y=complexity**")
    swapped = said(role="customers", x="turnover", y="complexity")
    visit.page.wait_for_function(
        "said => document.querySelector('.vn-answer').textContent.trim() === said", arg=swapped
    )
    again = whole(Visit(browser, address).open(visit.page.url.removeprefix(f"{address}/")))
    assert again.text(".vn-answer") == swapped and again.page.input_value("#vn-y") == "complexity"


def test_the_picture_and_the_cells_are_saved(browser, address):
    visit = whole(Visit(browser, address).open(f"{LINK}&lang=fi"))
    with visit.page.expect_download() as saved:
        visit.page.click(".vn-map button:has-text('SVG')")
    svg = Path(saved.value.path()).read_text("utf-8")
    assert svg.startswith("<svg") and "Monimutkaisuus" in svg and "href=" not in svg and "Kertakauppa" in svg
    with visit.page.expect_download() as saved:
        visit.page.click(".vn-map button:has-text('PNG')")
    assert Path(saved.value.path()).read_bytes().startswith(b"\x89PNG")
    with visit.page.expect_download() as saved:
        visit.page.click(".vn-files button")
    assert saved.value.suggested_filename == "valuenet-map.csv"
    assert len(Path(saved.value.path()).read_text("utf-8").splitlines()) == 17


def test_a_map_grows_and_can_be_stopped_and_gone_on_with(browser, address):
    visit = Visit(browser, address).open("map?size=12&replications=10&seed=51")
    visit.page.wait_for_selector(".vn-map a")
    assert "A first look" in visit.text(".vn-answer")
    visit.page.click("text=Stop")
    visit.page.wait_for_selector("text=Run again")
    measured = visit.text(".vn-answer")
    visit.page.click("text=Run again")
    visit.page.wait_for_function("was => document.querySelector('.vn-answer').textContent.trim() !== was", arg=measured)
    visit.page.select_option("#vn-x", "fee")  # nobody waits for the rest
    visit.page.wait_for_url("**x=fee**")


def test_the_map_fits_a_phone(browser, address):
    visit = whole(Visit(browser, address, width=390, height=800).open(f"{LINK}&lang=fi"))
    assert visit.page.evaluate("document.documentElement.scrollWidth") == 390
    sizes = visit.page.evaluate(
        "[...document.querySelectorAll('.vn-map text')].map(t => parseFloat(getComputedStyle(t).fontSize))"
    )
    assert min(sizes) >= 15
