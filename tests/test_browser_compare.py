"""The page 'Compare' in a real browser: offline, in step, for everybody."""

from pathlib import Path

from dashboards.pages.compare.answers import answer
from dashboards.pages.compare.markets import Choices, comparison
from dashboards.words import words
from dashboards.working import Tick
from tests.visits import FAILING, SLOW, Visit, in_browser

pytestmark = in_browser
GO_ON = Tick(lambda: True, lambda progress: None)


def ink(visit, k: int) -> int:
    """Return how many pixels of a network picture are drawn."""
    return visit.page.evaluate(
        """k => {
            const canvas = document.querySelectorAll("canvas")[k];
            const picture = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
            return picture.data.filter((value, i) => i % 4 === 3 && value).length;
        }""",
        k,
    )


def test_the_page_opens_offline_and_says_the_answer(browser, address):
    visit = Visit(browser, address).open("?customers=40")
    assert visit.answered() == answer(comparison(Choices(customers=40), GO_ON), words("en"))
    assert visit.page.title() == words("en")["compare"]["page"]["title"]
    assert [ink(visit, k) > 10_000 for k in range(3)] == [True] * 3
    assert len(visit.page.query_selector_all(".vn-plot svg")) == 7
    assert (visit.outside, visit.errors) == ([], [])


def test_everybody_can_use_the_page(browser, address):
    visit = Visit(browser, address).open("?lang=sv&customers=1000")
    visit.answered()
    assert visit.violations() == []
    assert visit.page.evaluate("document.documentElement.lang") == "sv"
    assert visit.text("h1") == words("sv")["compare"]["page"]["heading"]


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
    place = "document.querySelector('.vn-cursor').getBoundingClientRect().x"
    early = visit.page.evaluate(place)
    assert all("period 1:" in label for label in first)
    visit.page.focus(".vn-player input")
    visit.page.keyboard.press("End")
    assert visit.page.evaluate(place) > early + 100
    assert visit.traffic == before


def test_who_wants_no_motion_gets_none(browser, address):
    visit = Visit(browser, address, motion="reduce").open("?customers=40")
    visit.answered()
    assert visit.text(".vn-player output") == "Period 120 of 120"
    assert visit.text(".vn-play") == "Play"


def test_controls_make_links_and_links_make_controls(browser, address):
    visit = Visit(browser, address).open("?customers=40&complexity=0.2")
    first = visit.answered()
    visit.page.focus("#vn-complexity")
    for _ in range(4):
        visit.page.keyboard.press("ArrowRight")
    visit.page.wait_for_url("**complexity=0.4**")
    visit.page.wait_for_function("was => document.querySelector('.vn-answer').textContent.trim() !== was", arg=first)
    second = visit.answered()
    assert first != second == answer(comparison(Choices(complexity=0.4, customers=40), GO_ON), words("en"))
    visit.page.click("nav a[lang=fi]")
    visit.page.wait_for_url("**lang=fi**")
    visit.page.wait_for_selector("html[lang=fi]")
    again = Visit(browser, address).open(visit.page.url.removeprefix(f"{address}/"))
    assert again.answered() == answer(comparison(Choices(complexity=0.4, customers=40), GO_ON), words("fi"))
    assert again.page.input_value("#vn-complexity") == "0.4"
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
    broken.page.wait_for_selector(f"text={words('en')['common']['status']['failed']}")
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


def test_the_page_is_taken_along_as_a_report(browser, address):
    visit = Visit(browser, address).open("?customers=40&lang=sv&complexity=0.3")
    said = visit.answered()
    with visit.page.expect_download() as saved:
        visit.page.click(f"text={words('sv')['common']['foot']['report']}")
    report = Path(saved.value.path()).read_text("utf-8")
    reader = Visit(browser, address)
    reader.page.set_content(report)
    assert reader.text("h1") == words("sv")["compare"]["page"]["heading"]
    assert reader.text(".vn-answer") == said
    assert "Komplexitet: 30\xa0%" in reader.page.inner_text("body")
    pictures_there = reader.page.evaluate(
        "[...document.images].map((image) => image.complete && image.naturalWidth > 100)"
    )
    assert pictures_there
    assert all(pictures_there)
    assert len(reader.page.query_selector_all(".vn-plot svg")) == 7
    assert "customers=40" in reader.page.inner_text("body")
    assert reader.page.query_selector_all("button, input, script") == []
    assert (reader.outside, reader.errors) == ([], [])


def test_the_link_is_copied(browser, address):
    visit = Visit(browser, address).open("?customers=40")
    visit.answered()
    visit.page.click(f"text={words('en')['common']['foot']['link']}")
    visit.page.wait_for_selector(f"text={words('en')['common']['foot']['copied']}")


def test_pictures_are_saved(browser, address):
    visit = Visit(browser, address).open("?customers=40")
    visit.answered()
    for kind, start in (("PNG", b"\x89PNG"), ("SVG", b"<svg"), ("CSV", b"period,")):
        with visit.page.expect_download() as saved:
            visit.page.click(f"figure.vn-figure >> nth=0 >> text={kind}")
        assert saved.value.suggested_filename == f"valuenet-value_total.{kind.lower()}"
        assert Path(saved.value.path()).read_bytes().startswith(start)
