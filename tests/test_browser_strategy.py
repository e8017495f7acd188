"""The page 'Your strategy' in a real browser: a knob turned, the picture moved, a link taken, a file played."""

import time
import tomllib
from pathlib import Path

import pytest

from dashboards.links import read
from dashboards.pages.strategy.answers import answer
from dashboards.pages.strategy.plays import FIELDS, choices_of, played
from dashboards.words import words
from dashboards.working import Tick
from scenarios.cli import main
from scenarios.contest.hints import whole
from tests.visits import Visit, in_browser

pytestmark = in_browser
GO_ON = Tick(lambda: True, lambda progress: None)


def expected(query: str, lang: str = "en") -> str:
    values, _ = read(query, FIELDS)
    return answer(played(choices_of(values), GO_ON), words(lang))


def whole_page(visit: Visit) -> str:
    """Wait until the hints have been played too, and return the answer."""
    visit.page.wait_for_selector("text=Turn one knob")
    return visit.answered()


def test_the_page_plays_offline_and_says_where_it_landed(browser, address):
    visit = Visit(browser, address).open("strategy?market=simple&effort=0.4")
    assert whole_page(visit) == expected("market=simple&effort=0.4")
    assert visit.page.title() == words("en")["strategy"]["page"]["title"]
    assert visit.page.locator(".vn-plot svg").count() == 5
    assert visit.page.locator("h1").count() == 1
    assert visit.page.locator(".vn-plot svg text", has_text="you").count() >= 4
    assert (visit.outside, visit.errors) == ([], [])


def test_a_knob_turned_by_keyboard_moves_the_place_within_moments(browser, address):
    visit = Visit(browser, address).open("strategy")
    first = whole_page(visit)
    visit.page.focus("#vn-markup")
    began = time.monotonic()
    visit.page.keyboard.press("ArrowRight")
    visit.page.wait_for_url("**markup=0.25**")
    visit.page.wait_for_function("was => document.querySelector('.vn-answer').textContent.trim() !== was", arg=first)
    visit.page.wait_for_function("!document.querySelector('.vn-answer.vn-old')")
    took = time.monotonic() - began
    assert visit.text(".vn-answer") == expected("markup=0.25")
    assert took < 10, took  # under a second on an idle machine; tests run beside each other
    visit.page.go_back()
    visit.page.wait_for_function("was => document.querySelector('.vn-answer').textContent.trim() === was", arg=first)


def test_a_strategy_to_start_from_and_a_hint_are_taken_over(browser, address):
    visit = Visit(browser, address).open("strategy")
    whole_page(visit)
    visit.page.select_option("#vn-start", "shopkeeper")
    visit.page.wait_for_url("**effort=0.75**")
    visit.page.wait_for_selector("text=Better than 936 of 1,000")
    assert visit.page.input_value("#vn-start") == "shopkeeper"
    whole_page(visit)
    hint = visit.page.locator(".vn-table", has_text="Turn one knob").locator("a").first
    href = hint.get_attribute("href")
    hint.click()
    visit.page.wait_for_url(f"**{href}")
    visit.page.wait_for_function("document.querySelector('#vn-start').value === 'own'")
    assert whole_page(visit) == expected(href.partition("?")[2])


def test_the_table_beside_a_picture_has_its_numbers(browser, address):
    visit = Visit(browser, address).open("strategy?lang=fi")
    visit.answered()
    visit.page.locator(".vn-under summary").first.click()
    rows = visit.page.locator(".vn-under details[open] tbody tr")
    rows.first.wait_for()
    counts = [int(text) for text in rows.locator("td:nth-child(3)").all_inner_texts()]
    assert sum(counts) == 1000
    assert rows.filter(has_text="sinä").count() == 1


def test_everybody_can_use_the_page(browser, address):
    visit = Visit(browser, address, width=390).open("strategy?lang=sv&effort=5&market=moon")
    visit.page.wait_for_selector(f"text={words('sv')['strategy']['hints']['knob']}")
    visit.answered()
    folded = visit.page.locator(".vn-group:not([open]) > summary")
    while folded.count():
        folded.first.click()
    assert visit.violations() == []
    assert visit.page.locator(".vn-notice").count() == 2
    assert visit.text("h1") == words("sv")["strategy"]["page"]["heading"]
    assert visit.page.evaluate("document.documentElement.scrollWidth") <= 390


def test_the_file_saved_plays_the_same_from_the_command_line(browser, address, tmp_path, capsys):
    visit = Visit(browser, address).open("strategy?market=simple&effort=0.3&share=0.1")
    said = whole_page(visit)
    with visit.page.expect_download() as saved:
        visit.page.click("text=Your strategy (TOML)")
    assert saved.value.suggested_filename == "my-strategy.toml"
    content = Path(saved.value.path()).read_text("utf-8")
    assert tomllib.loads(content)["knobs"] == whole({"effort": 0.3, "share": 0.1})
    (tmp_path / "my-strategy.toml").write_text(content)
    assert main(["play", str(tmp_path / "my-strategy.toml"), "--market", "simple"]) == 0
    better = said.partition("more than ")[2].split()[0]
    assert f"{better} of 1,000" in capsys.readouterr().out


@pytest.mark.parametrize("language", ["fi", "sv"])
def test_the_language_is_switched_and_the_strategy_stays(browser, address, language):
    visit = Visit(browser, address).open("strategy?market=platform&invest=0.5")
    whole_page(visit)
    visit.page.click(f"nav a[lang={language}]")
    visit.page.wait_for_selector(f"html[lang={language}]")
    visit.page.wait_for_selector(f"text={words(language)['strategy']['page']['turning']}")
    assert visit.answered() == expected("market=platform&invest=0.5", language)
