"""The page 'Research' in a real browser: design, run, stop, go on, look, take along."""

import csv
import io
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from dashboards.pages.research import jobs
from dashboards.words import words
from tests.visits import Visit, in_browser, serve

pytestmark = in_browser
EN = words("en")["research"]
SMALL = "customers=40&periods=12&replications=3&varied=fee:0.05:0.3:2,turnover:0.01:0.09:2&measures=trust,nps"
LONG = "replications=800&customers=400&varied=fee:0.05:0.3:3"
SCRIPT = "<img src=x onerror=alert(1)>"


@pytest.fixture(scope="module")
def address(tmp_path_factory) -> Iterator[str]:
    """Serve the dashboard with a folder of its own for experiments; stop what is left at work."""
    folder = tmp_path_factory.mktemp("research")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(jobs.PLACE, str(folder / "jobs"))
        yield from serve(folder, "dashboards.serving:app")
        for one in jobs._all():
            (one / jobs.WAITING).unlink(missing_ok=True)
            jobs.stop(one.name)


def opened(browser, address, query: str = "", **more) -> Visit:
    return Visit(browser, address, **more).open(f"research?{query}", ready=".vn-before")


def run(visit: Visit) -> None:
    visit.page.click(".vn-before .vn-play:not([disabled])")
    visit.page.wait_for_url(re.compile("job=[0-9a-f]{32}"))


def says(visit: Visit, sentence: str) -> None:
    """Wait until the experiment's state is this sentence; figures are blanks."""
    pattern = re.sub(r"\\\{\w+\\\}", r"[\\d,]+", re.escape(sentence))
    visit.page.wait_for_function(
        "pattern => [...document.querySelectorAll('.vn-answer')].some((p) => new RegExp(pattern).test(p.textContent))",
        arg=pattern,
    )


def saved(visit: Visit, label: str) -> bytes:
    with visit.page.expect_download() as download:
        visit.page.click(f"button:text-is('{label}')")
    return Path(download.value.path()).read_bytes()


def choose(visit: Visit, text: str) -> None:
    visit.page.set_input_files("#vn-own", {"name": "own.toml", "mimeType": "text/plain", "buffer": text.encode()})


def test_an_experiment_from_design_to_data(browser, address):
    visit = opened(browser, address, SMALL)
    visit.page.wait_for_selector(".vn-facts")
    assert "36 = 12 points × 3" in visit.text(".vn-facts")
    assert visit.violations() == []
    run(visit)
    says(visit, EN["job"]["finished"])
    visit.page.wait_for_selector(".vn-figure svg")
    assert len(visit.page.query_selector_all(".vn-figure")) == 2 + 3
    assert visit.violations() == []
    runs = list(csv.DictReader(io.StringIO(saved(visit, EN["files"]["runs_csv"]).decode())))
    assert len(runs) == 36
    assert pq.read_table(io.BytesIO(saved(visit, EN["files"]["runs_parquet"]))).num_rows == 36
    design = tomllib.loads(saved(visit, EN["files"]["design"]).decode())
    assert (design["replications"], design["factors"]["fee"]) == (3, {"low": 0.05, "high": 0.3, "steps": 2})
    visit.page.select_option("#vn-measure", "nps")
    visit.page.wait_for_function("document.querySelector('.vn-figure strong').textContent.includes('NPS')")
    again = Visit(browser, address).open(visit.page.url.removeprefix(f"{address}/"), ready=".vn-figure svg")
    assert again.text(".vn-figure strong") == visit.text(".vn-figure strong")
    assert (visit.outside, visit.errors, again.errors) == ([], [], [])


def test_nobody_sees_it_without_the_key(browser, address):
    visit = opened(browser, address, f"job={'0' * 32}")
    says(visit, EN["job"]["gone"])
    assert visit.page.query_selector(".vn-figure") is None
    visit.open("research?job=../../etc&lang=fi", ready=".vn-notice")
    assert words("fi")["research"]["fields"]["job"] in visit.text(".vn-notice")


def test_it_is_stopped_and_goes_on_whatever_happens_to_the_page(browser, address):
    visit = opened(browser, address, LONG)
    run(visit)
    link = visit.page.url
    says(visit, EN["job"]["running"])
    visit.close()
    visit = Visit(browser, address).open(link.removeprefix(f"{address}/"), ready=".vn-doing progress")
    visit.page.click(f"button:text-is('{EN['job']['stop']}')")
    says(visit, EN["job"]["stopped"])
    visit.page.click(f"button:text-is('{EN['job']['resume']}')")
    says(visit, EN["job"]["running"])
    visit.page.click(f"button:text-is('{EN['job']['stop']}')")
    says(visit, EN["job"]["stopped"])
    assert visit.errors == []


def test_the_form_is_the_link_and_says_what_it_will_take(browser, address):
    visit = opened(browser, address, f"lang=fi&{SMALL}", width=390, height=800)
    visit.page.wait_for_selector(".vn-facts")
    visit.page.select_option(".vn-box-varied .vn-add select", "complexity")
    visit.page.click(".vn-box-varied .vn-add button")
    visit.page.wait_for_function("document.querySelector('.vn-facts')?.textContent.includes('108 = 36')")
    assert "complexity" in visit.page.url
    assert visit.page.evaluate("document.documentElement.scrollWidth") <= 390
    visit.page.fill("[aria-label^='Tasoja: Monimutkaisuus']", "20")
    visit.page.press("[aria-label^='Tasoja: Monimutkaisuus']", "Tab")
    visit.page.fill("#vn-replications", "500")
    visit.page.press("#vn-replications", "Tab")
    visit.page.wait_for_selector(".vn-before .vn-notice")
    assert "10\xa0000" in visit.text(".vn-before .vn-notice")
    assert visit.page.is_disabled(".vn-before .vn-play")
    assert visit.errors == []


def test_a_file_of_ones_own_runs_or_is_refused(browser, address):
    visit = opened(browser, address, SMALL)
    choose(visit, 'scenarios = ["/etc/passwd"]')
    visit.page.wait_for_selector(".vn-before .vn-notice")
    assert "/etc/passwd" in visit.text(".vn-before .vn-notice")
    choose(visit, "scenarios = [")
    visit.page.wait_for_function(
        "document.querySelector('.vn-before .vn-notice')?.textContent.includes('not valid TOML')"
    )
    head = f'title = "{SCRIPT}"\nreplications = 2\nscenarios = {{plain = "transactional", "{SCRIPT}" = "platform"}}\n'
    choose(visit, head + "[settings]\ncustomers = 20\nperiods = 4\n")
    run(visit)
    says(visit, EN["job"]["finished"])
    visit.page.wait_for_selector(".vn-figure svg")
    assert visit.page.query_selector("main img") is None
    assert SCRIPT in visit.text(".vn-table")
    assert visit.errors == []
