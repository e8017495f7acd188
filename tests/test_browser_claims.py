"""The page 'Claims lab' in a real browser: found, predicted, run, looked into, stopped."""

from pathlib import Path

from dashboards.pages.claims.lab import Asked, claims, tried
from dashboards.pages.claims.telling import ruling
from dashboards.words import words
from dashboards.working import Tick
from tests.visits import Visit, in_browser

pytestmark = in_browser
GO_ON = Tick(lambda: True, lambda progress: None)


def verdict(name: str, lang: str = "en", replications: int = 12) -> str:
    """Return what the page should say of a claim."""
    return ruling(next(tried(Asked((name,), replications, 1), GO_ON)).answers[0], lang, words(lang))


def test_a_claim_is_found_predicted_run_and_looked_into(browser, address):
    visit = Visit(browser, address).open("claims", ready=".vn-cards")
    assert len(visit.page.query_selector_all(".vn-cards li")) == 32
    visit.page.fill("#vn-word", "green lights")
    visit.page.keyboard.press("Tab")
    visit.page.wait_for_function("document.querySelectorAll('.vn-cards li').length === 1")
    visit.page.focus(".vn-cards a")
    visit.page.keyboard.press("Enter")
    visit.page.wait_for_selector(".vn-question")
    assert "Green lights are not satisfied users." in visit.text(".vn-question h2")
    assert not visit.page.query_selector(".vn-outcome")
    visit.page.check("input[value=holds]")
    visit.page.wait_for_url("**guess=holds**")
    visit.page.click("text=Run the experiment")
    visit.page.wait_for_selector(".vn-outcome")
    assert verdict("C30") in visit.text(".vn-outcome-says")
    assert "redicted" in visit.text(".vn-outcome")
    visit.page.wait_for_selector(".vn-plot svg")
    assert visit.text(".vn-files code") == "valuenet claims C30 --replications 12 --seed 1"
    assert visit.page.query_selector("[aria-label='Run it with more: 24']")
    assert (visit.outside, visit.errors) == ([], [])


def test_everybody_can_use_an_opened_claim(browser, address):
    visit = Visit(browser, address).open("claims?lang=sv&claim=C19&run=1&guess=fails", ready=".vn-files")
    visit.page.wait_for_selector(".vn-plot svg")
    assert verdict("C19", "sv") in visit.text(".vn-outcome-says")
    assert "Det gäller inte" in visit.text(".vn-outcome")
    assert visit.violations() == []


def test_everybody_can_use_the_cards(browser, address):
    visit = Visit(browser, address).open("claims?lang=fi&source=E&seed=-4", ready=".vn-cards")
    assert visit.violations() == []
    assert len(visit.page.query_selector_all(".vn-cards li")) == sum("E" in one.source for one in claims().values())
    assert "Arvonta" in visit.text(".vn-notice")


def test_a_list_is_tried_as_a_queue_and_can_be_stopped(browser, address):
    visit = Visit(browser, address).open("claims?word=grow&seed=61", ready=".vn-cards")
    visit.page.click("text=Try all 3 shown")
    visit.page.wait_for_selector(".vn-ruling:not(.vn-ruling-untried)")
    visit.page.click("text=Stop")
    visit.page.wait_for_selector("text=Run again")
    left = len(visit.page.query_selector_all(".vn-ruling-untried"))
    assert left in (1, 2)


def test_a_claim_opens_its_markets_and_saves_its_contrasts(browser, address):
    visit = Visit(browser, address).open("claims?claim=C03&run=1", ready=".vn-files")
    with visit.page.expect_download() as saved:
        visit.page.click(".vn-files button")
    rows = Path(saved.value.path()).read_text("utf-8").splitlines()
    assert saved.value.suggested_filename == "valuenet-C03.csv" and rows[0].startswith("id,quantity,value")
    assert visit.page.get_attribute("text=“partnership” in the sandbox", "href").startswith(
        "/sandbox?lang=en&scenario="
    )
    visit.page.click("text=Both on page 1")
    visit.page.wait_for_selector("#vn-complexity")


def test_the_cards_and_a_claim_fit_a_phone(browser, address):
    for link, ready in (("claims?lang=fi", ".vn-cards"), ("claims?lang=fi&claim=C03&run=1", ".vn-files")):
        visit = Visit(browser, address, width=390, height=800).open(link, ready=ready)
        assert visit.page.evaluate("document.documentElement.scrollWidth") == 390
