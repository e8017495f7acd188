"""A served class in a real browser: a full class, a lost server, a page that comes back, a crowd around."""

import asyncio
import re
import threading

import pytest

from dashboards import limits
from dashboards.words import words
from tests.classroom import Seen, Student, attend, served
from tests.visits import Visit, in_browser

pytestmark = in_browser
PLACES = 3


@pytest.fixture(scope="module")
def room():
    """Serve a small class with two workers; yield its address and process."""
    with served("--workers", "2", "--students", str(PLACES)) as (address, server):
        yield address, server


@pytest.fixture(scope="module")
def address(room):
    """Return the address of the class."""
    return room[0]


def test_a_full_class_opens_by_itself_when_somebody_leaves(browser, address):
    inside = [Visit(browser, address).open("?customers=20") for _ in range(PLACES)]
    late = Visit(browser, address).open("?lang=sv&customers=20&complexity=0.3", ready=".vn-full")
    said = words("sv")
    assert late.text(".vn-full h2") == said["serving"]["full"]["title"]
    assert late.text(".vn-full p") == limits.refusal("students", PLACES, said)
    assert late.violations() == []
    inside[0].close()
    late.page.wait_for_selector("#vn-complexity", timeout=15_000)
    assert late.page.input_value("#vn-complexity") == "0.3"
    assert late.errors == []
    for visit in (*inside[1:], late):
        visit.close()


def test_a_page_that_comes_back_at_any_worker_goes_on(browser, address):
    visit = Visit(browser, address).open("?lang=fi&customers=20&complexity=0.35")
    first = visit.answered()
    back = "n => solara.debug.reconnectCount > n && solara.debug.viewMounted() && !app.$data.remounting"
    said = "said => document.querySelector('.vn-answer')?.textContent.trim() === said"
    for n in range(4):  # some of them at the other worker
        assert visit.page.evaluate("solara.debug.dropConnection()")
        visit.page.wait_for_function(back, arg=n)
        visit.page.wait_for_function(said, arg=first)
    assert visit.page.input_value("#vn-complexity") == "0.35"
    assert visit.errors == []
    visit.close()


def test_a_page_waits_for_its_server_and_says_so(browser):
    with served("--workers", "1") as (address, _):
        visit = Visit(browser, address).open("?lang=sv&customers=20")
        visit.answered()
    visit.page.wait_for_selector(".vn-lost", state="visible")
    shown = visit.page.inner_text("body")
    assert words("sv")["serving"]["frame"]["lost"] in shown
    assert not re.search("disconnected|refresh|Restoring", shown)
    with served("--workers", "1", port=int(address.rpartition(":")[2])):
        visit.page.wait_for_selector(".vn-lost", state="hidden", timeout=60_000)
        assert visit.answered()
        visit.close()


def test_an_unknown_page_says_so_to_everybody(browser, address):
    visit = Visit(browser, address).open("no-such-page?lang=fi", ready="h1")
    assert visit.text("h1") == words("fi")["serving"]["unknown"]["title"]
    assert visit.violations() == []
    visit.page.click("a")
    visit.page.wait_for_selector("html[lang=fi] .vn-doing")
    visit.close()


def test_two_browsers_play_amid_a_crowd(browser):
    seen, over = Seen(), []
    with served("--workers", "2") as (address, _):
        students = [Student(address, n, seen) for n in range(1, 9)]

        async def crowd():
            await attend(students, 15, seen)
            await asyncio.gather(*(student.close() for student in students))
            over.append(True)

        thread = threading.Thread(target=lambda: asyncio.run(crowd()))
        thread.start()
        visits = [Visit(browser, address, motion="no-preference").open(f"?seed={seed}") for seed in (91, 92)]
        answers = [visit.answered() for visit in visits]
        for visit in visits:
            at = visit.text(".vn-player output")
            visit.page.wait_for_function(
                "was => document.querySelector('.vn-player output').textContent !== was", arg=at
            )
        assert answers[0] != answers[1]
        assert [(visit.outside, visit.errors) for visit in visits] == [([], [])] * 2
        thread.join(120)
    assert over and seen.errors == []
