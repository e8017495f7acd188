"""The dashboard as a class meets it: a place for everybody, many at once, a clean start and end."""

import asyncio
import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
import tomllib
import urllib.request
from pathlib import Path

import pytest

pytest.importorskip("solara", reason="the dashboard needs Solara: pip install 'valuenet[app]'")
pytest.importorskip("psutil", reason="the class is watched with psutil: pip install 'valuenet[test]'")

import psutil

from dashboards import limits, places
from dashboards.serving import FRAME, NO_ZOOM, framed
from dashboards.shelf import Shelf
from dashboards.words import TEXT, languages, words
from scenarios.cli import main
from scenarios.commands.app import _seen_as
from tests.classroom import Seen, Student, attend, lesson, served
from tests.soak import SOAK
from tests.wire import ROOT, Page, alone

PLACES = 3


@pytest.fixture(scope="module")
def room():
    """Serve a small class with two workers; yield its address and process."""
    with served("--workers", "2", "--students", str(PLACES), SOLARA_KERNEL_CULL_TIMEOUT="1s") as (address, server):
        yield address, server


# A place for everybody


def test_who_comes_when_the_class_is_full_is_told_and_let_in_later(room):
    async def go():
        pages = [await Page(room[0]).open(f"?seed={n}&customers=20") for n in range(PLACES)]
        for page in pages:
            await page.until(lambda page=page: page.having("form"))
        late = await Page(room[0]).open("?lang=fi&customers=20")
        sentence = limits.refusal("students", PLACES, words("fi"))
        await late.until(lambda: sentence in json.dumps(list(late.widgets.values()), ensure_ascii=False, default=str))
        assert not late.having("form")
        pages[0].socket.transport.abort()  # lost without a word
        await late.until(lambda: late.having("form"), 20)
        for page in (*pages, late):
            await page.close()

    alone(go())


def test_places_are_counted_over_workers_and_freed_when_one_dies(tmp_path, monkeypatch):
    monkeypatch.setenv(places.FOLDER, str(tmp_path))
    monkeypatch.setenv(places.MOST, "3")
    for page in "abcg":
        places.came(page)
    assert [places.take(page, page).limit for page in "abcd"] == ["", "", "", "students"]
    assert places.take("a", "a").limit == ""  # it has one
    places.left("b")
    code = "import sys; from dashboards import places; print(places.take('e', 'e'), places.take('f', 'f'))"
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    done = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=True)
    assert done.stdout == "Answer(limit='', taken=2) Answer(limit='students', taken=3)\n"
    now = time.time()
    monkeypatch.setattr("time.time", lambda: now + places.LOST - 1)
    places.live()  # of this worker, not of the one that has ended
    monkeypatch.setattr("time.time", lambda: now + places.LOST + 1)
    assert places.take("g", "g") == places.Answer("", 2)


def test_a_page_that_had_gone_before_it_got_a_place_gives_it_back(tmp_path, monkeypatch):
    monkeypatch.setenv(places.FOLDER, str(tmp_path))
    places.came("there")
    assert [places.take(page, page).taken for page in ("there", "gone")] == [0, 1]
    places.live()
    assert places.take("other", "other").taken == 1
    places.left("there")


def test_one_visitor_has_so_many_pages(tmp_path, monkeypatch):
    monkeypatch.setenv(places.FOLDER, str(tmp_path))
    found = [places.take(str(n), "one").limit for n in range(limits.PAGES + 1)]
    assert found == [""] * limits.PAGES + ["pages"]
    assert places.take("x", "other").limit == ""


def test_a_queue_has_an_end(monkeypatch):
    monkeypatch.setattr("dashboards.shelf.QUEUE", 2)
    shelf, hold, waits = Shelf(9), threading.Event(), []
    asked = [(n, lambda: hold.wait(20), lambda: waits.append(1)) for n in range(3)]
    makers = [threading.Thread(target=shelf.get, args=one) for one in asked]
    for one in makers:
        one.start()
        time.sleep(0.1)
    with pytest.raises(limits.Refused, match="queue"):
        shelf.get("late", lambda: 1)
    calm = threading.Thread(target=shelf.calm, args=(lambda: None,))
    calm.start()
    calm.join(0.2)
    assert calm.is_alive()
    hold.set()
    for one in (*makers, calm):
        one.join(20)
    assert len(shelf) == 3 and shelf.get("late", lambda: 1) == 1


@pytest.mark.parametrize("language", languages())
def test_every_limit_has_a_sentence(language):
    told = tomllib.loads((TEXT / language / "serving.toml").read_text("utf-8"))["limits"]
    for name in told:
        sentence = limits.refusal(name, 1234, words(language))
        assert "{" not in sentence and f"1{words(language)['common']['thousands']}234" in sentence


def test_the_frame_speaks_the_language(room):
    theirs = Path(sys.modules["solara.server.server"].__file__).parent
    files = ("templates/solara.html.j2", "static/main-vuetify.js")
    frame = "".join((theirs / name).read_text("utf-8") for name in files)
    for text in (*(one[0] for one in FRAME), NO_ZOOM):
        assert text in frame, text  # or a new Solara says it otherwise
    english = ("disconnected.<", "Restoring session…<", "Loading app'", "Loading resources")
    assert not [text for text in english if text in framed(frame, "fi")]
    assert words("fi")["serving"]["frame"]["lost"] in urllib.request.urlopen(f"{room[0]}/?lang=fi").read().decode()


# Start and end


@pytest.mark.parametrize("sign", [signal.SIGTERM, signal.SIGINT])
def test_it_stops_at_once_and_leaves_nothing_behind(sign):
    with served("--workers", "2") as (address, server):
        family = psutil.Process(server.pid).children(recursive=True)
        alone(Page(address).open("?customers=20"))
        server.send_signal(sign)
        assert server.wait(15) == 0
    assert psutil.wait_procs(family, 5)[1] == []
    with socket.socket() as place:
        assert place.connect_ex(("127.0.0.1", int(address.rpartition(":")[2]))) != 0


@pytest.mark.skipif(sys.platform == "win32", reason="there is no kill -9")
def test_workers_do_not_outlive_their_server():
    with served("--workers", "2") as (_, server):
        family = psutil.Process(server.pid).children(recursive=True)
        server.kill()
        assert psutil.wait_procs(family, places.HEARD + 12)[1] == []


def test_a_taken_port_is_said_before_anything_starts(capsys):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        assert main(["app", "--port", str(port)]) == 1
    said = capsys.readouterr()
    assert said.err.count("\n") == 1 and f"localhost:{port}" in said.err and "name another: --port N" in said.err


def test_a_class_is_told_an_address_it_can_reach():
    assert _seen_as("localhost") == "localhost" and _seen_as("::1") == "[::1]"
    assert _seen_as("0.0.0.0") not in ("0.0.0.0", "")


# Many at once


def test_a_crowd_is_dealt_out_among_the_workers(room):
    workers = [c for c in psutil.Process(room[1].pid).children() if c.net_connections()]

    async def go():
        pages = [Page(room[0]) for _ in range(40)]
        await asyncio.gather(*(page.connect() for page in pages))
        found = [sum(c.status == "ESTABLISHED" for c in worker.net_connections()) for worker in workers]
        await asyncio.gather(*(page.close() for page in pages))
        return found

    assert min(alone(go())) >= 5


def test_a_small_class_works_side_by_side(room):
    seen = Seen()
    students = [Student(room[0], n, seen) for n in range(1, PLACES + 1)]

    async def go():
        await attend(students, 12, seen)
        for student in students:
            await student.close()

    alone(go())
    assert seen.errors == []
    assert len(seen.clicks) >= PLACES
    assert len(set(seen.films.values())) == len(seen.films)


@pytest.mark.skipif(not SOAK, reason="60 students for 5 minutes: VALUENET_SOAK=1")
def test_a_class_of_sixty():
    with served("--workers", "2", SOLARA_KERNEL_CULL_TIMEOUT="10s") as (address, server):
        told = alone(lesson(address, server.pid, 60, 300))
    assert told["error_count"] == 0 and told["same_films"] == 0
    assert told["click_p95"] < 1
    assert told["memory_after"] <= 1.1 * told["memory_before"]
