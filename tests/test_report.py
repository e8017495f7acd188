"""Reports: sound HTML that needs nothing from outside, obeys no user's text, and is the same every time."""

import re
import subprocess
import sys
from dataclasses import replace
from html import unescape
from html.parser import HTMLParser
from pathlib import Path
from xml.etree import ElementTree

import numpy as np
import pytest

from scenarios import figures
from scenarios.catalogue import names, regimes_of
from scenarios.comparison import compare
from scenarios.formats import NOTHING, change, interval, number, percent, signed
from scenarios.maps import strategy_map
from scenarios.report import write_comparison, write_map
from scenarios.scenario import load
from scenarios.statistics import Estimate, estimate, paired
from sim.ensemble import run

SMALL = {"customers": 40, "periods": 30, "firms": 8}
VOID = {"meta", "br"}
EVIL = '<script>alert("1")</script> & $x$ \\frac'


class Page(HTMLParser):
    """Reads a page strictly: every element is closed, in order."""

    def __init__(self, text):
        super().__init__()
        self.open, self.elements, self.words = [], [], []
        self.feed(text)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag, attrs):
        self.elements.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_startendtag(self, tag, attrs):
        self.elements.append((tag, dict(attrs)))

    def handle_data(self, data):
        self.words.append(data)

    def count(self, tag):
        return sum(name == tag for name, _ in self.elements)

    @property
    def text(self):
        return " ".join(" ".join(self.words).split())


def scenarios(**texts):
    named = (load("transactional", SMALL), load("partnership", SMALL), load("platform", SMALL))
    return [replace(scenario, **texts) for scenario in named]


@pytest.fixture(scope="module")
def found():
    return compare(scenarios(), replications=3)


@pytest.fixture(scope="module")
def mapped():
    return strategy_map(scenarios(), size=2, replications=2)


@pytest.fixture(scope="module")
def evil():
    return compare(scenarios(title=EVIL, description=EVIL), replications=2)


@pytest.fixture(scope="module", params=["comparison", "map", "evil"])
def page(request, tmp_path_factory, found, mapped, evil):
    path = tmp_path_factory.mktemp("report") / "report.html"
    if request.param == "map":
        return write_map(mapped, path).read_text("utf-8")
    return write_comparison(found if request.param == "comparison" else evil, path).read_text("utf-8")


def test_page_is_sound_html(page):
    read = Page(page)
    assert read.elements[0] == ("html", {"lang": "en"})
    assert (read.count("h1"), read.count("title"), read.count("script")) == (1, 1, 0)
    assert "nan" not in read.text.lower().split()
    ids = [attrs["id"] for _, attrs in read.elements if "id" in attrs]
    assert len(ids) == len(set(ids))


def test_page_needs_nothing_from_outside(page):
    for tag, attrs in Page(page).elements:
        assert not {name for name in attrs if name.startswith("on")}
        assert not {"src", "srcset", "data", "action"} & set(attrs)
        link = attrs.get("href") or attrs.get("xlink:href") or "#"
        assert link.startswith("#") or (tag == "a" and link.startswith("https://doi.org/")), link
    assert "@import" not in page
    assert set(re.findall(r"url\((.)", page)) <= {"#"}


def test_every_picture_has_words_and_a_table(page):
    read = Page(page)
    pictures = [attrs for tag, attrs in read.elements if tag == "svg"]
    assert pictures
    assert all(attrs["role"] == "img" and len(attrs["aria-label"]) > 30 for attrs in pictures)
    assert read.count("figcaption") == read.count("figure") == len(pictures)
    for after in page.split("</figure>")[1:]:
        assert "<table" in after
    for svg in re.findall(r"<svg.*?</svg>", page, re.DOTALL):
        ElementTree.fromstring(svg)


def test_page_is_small(page):
    assert len(page.encode()) < 1_000_000


def test_text_of_users_stays_text(evil, tmp_path):
    text = write_comparison(evil, tmp_path / "report.html").read_text("utf-8")
    assert Page(text).text.count("<script>") > 20  # seen as written, in the page and in the pictures
    assert "&lt;script&gt;" in "".join(re.findall(r"<text.*?</text>", text))
    assert "$x$" in "".join(re.findall(r"<text.*?</text>", text))


@pytest.mark.parametrize("title", ["_hidden", "\0\x1b[31m", "$", "x" * 3000, "漢字 🙂", 'id="a" url(#b)', " "])
def test_any_title_can_be_drawn(title, found, recwarn):
    svg = figures.value_by_role(found.outcomes, [title, "b", "c"])
    ElementTree.fromstring(svg)
    assert not recwarn.list


def test_same_numbers_same_bytes(found, mapped, tmp_path):
    for write, content in ((write_comparison, found), (write_map, mapped)):
        once, again = (write(content, tmp_path / name).read_bytes() for name in ("a.html", "b.html"))
        assert once == again


def test_the_numbers_are_on_the_page(found, tmp_path):
    text = Page(write_comparison(found, tmp_path / "report.html", "valuenet compare <a>").read_text("utf-8")).text
    assert found.answer() in text
    for verdict in found.verdicts():
        assert verdict.say(found.labels) in text
    for name, difference in found.differences(1).items():
        assert name in text
        if name.startswith("value_"):
            assert change(difference, 3 if name == "value_without_money" else 2) in text
    for wanted in ("valuenet compare <a>", "Grimm", "Jøsang", "win-win", "exchange.complexity"):
        assert wanted in text
    assert "Kumar" not in text


def test_the_map_is_on_the_page(mapped, tmp_path):
    text = Page(write_map(mapped, tmp_path / "report.html").read_text("utf-8")).text
    assert mapped.answer() in text
    assert "strategy_map([load('transactional')" in text
    assert "'turnover=0.005:0.3', size=2, replications=2, seed=1" in text
    for row in mapped.cells():
        for cell in row:
            assert change(cell.lead) in text


def test_the_python_calls_run(found, mapped, tmp_path):
    pages = (write_comparison(found, tmp_path / "a.html"), write_map(mapped, tmp_path / "b.html"))
    calls = [unescape(re.search(r"<pre>(.*?)</pre>", page.read_text("utf-8"), re.DOTALL)[1]) for page in pages]
    code, root = "\n".join(calls), Path(__file__).parent.parent
    done = subprocess.run([sys.executable, "-c", code], cwd=root, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_the_network_is_cited_where_it_is_used(found, tmp_path):
    outcomes = (
        replace(found.outcomes[0], scenario=replace(found.scenarios[0], network_file="bitcoin-otc")),
        *found.outcomes[1:],
    )
    assert "Kumar" in write_comparison(replace(found, outcomes=outcomes), tmp_path / "report.html").read_text("utf-8")


@pytest.mark.parametrize("settings", [{"customers": 1, "periods": 1}, {"frequency": 0.0}, {"dimensions": 1}])
def test_markets_at_the_edge_have_a_report(settings, tmp_path, recwarn):
    named = [load(name, SMALL | settings) for name in ("transactional", "partnership")]
    Page(write_comparison(compare(named * 4, 2), tmp_path / "report.html").read_text("utf-8"))
    assert not recwarn.list


def test_what_differs_between_scenarios_is_told(tmp_path):
    named = [load("partnership", SMALL), load("partnership", SMALL | {"strategies.partnership.share": 0.3})]
    text = Page(write_comparison(compare(named, 2), tmp_path / "report.html").read_text("utf-8")).text
    assert "nothing but the knobs" in text
    assert "partnership (Win-win partnerships (2))" in text


def test_a_report_that_cannot_be_written_leaves_nothing(found, tmp_path):
    (tmp_path / "report.html").mkdir()
    with pytest.raises(OSError, match=r"report\.html"):
        write_comparison(found, tmp_path / "report.html")
    assert [path.name for path in tmp_path.iterdir()] == ["report.html"]


def test_big_markets_are_sampled_in_pictures():
    world = run(load("transactional", {"customers": 600, "periods": 1}).market, 1).world
    shown = figures.drawn(world)
    assert figures.sampled(world)
    assert len(set(shown.tolist())) == figures.MOST_DRAWN
    assert (shown[0], shown[-1]) == (0, 599)


@pytest.mark.parametrize("dimensions", [1, 3])
def test_needs_of_any_dimension_have_a_place(dimensions):
    assert figures.plane(np.zeros((5, dimensions))).shape == (5, 2)


def test_numbers_as_people_read_them():
    assert [number(value) for value in (None, float("nan"))] == [NOTHING, NOTHING]
    assert [number(value) for value in (-0.001, 1.005, 123.4)] == ["0.00", "1.00", "123"]
    assert [signed(value) for value in (0.001, 2.0, -2.0)] == ["0.00", "+2.00", "-2.00"]
    assert interval(Estimate(1.0, 0.9, 1.1, 5)) == "1.00 (0.90 to 1.10)"
    assert interval(Estimate(0.0123, 0.0113, 0.0133, 5)) == "0.012 (0.011 to 0.013)"
    assert interval(estimate([1.0])) == "1.00"
    assert change(paired([2.0, 2.0], [1.0, 1.0])) == "+1.00 (+1.00 to +1.00)"
    assert percent(0.333) == "33 %"


def test_chains_and_shocks_are_listed_with_what_differs(tmp_path):
    small = {"customers": 30, "periods": 14, "shocks.newcomer.period": 5}
    named = [load(f"community:{regime}", small) for regime in ("anybody", "ambassadors")]
    text = write_comparison(compare(named, replications=2), tmp_path / "report.html").read_text("utf-8")
    assert "shocks.newcomer.seeds" in text
    assert "influencers" in text


@pytest.mark.parametrize("name", [name for name in names() if name != "bitcoin-otc"])
def test_every_scenario_of_the_library_can_be_compared_and_reported(name, tmp_path):
    small = {"customers": 20, "periods": 62}
    named = [load(regime, small) for regime in regimes_of(name)]
    baseline = replace(load("transactional", small), name="baseline")
    found = compare([*named, baseline], replications=2)
    text = write_comparison(found, tmp_path / "report.html").read_text("utf-8")
    assert named[0].title in unescape(text)
    assert ("suppliers" in found.verdicts()[-1].words) == bool(named[0].market.chain)
