"""Files that visitors bring: taken whole, kept by their hash, refused in one sentence that names file and line."""

import base64
import os
import re
from pathlib import Path
from urllib.parse import urlencode

import pytest

from dashboards import uploads
from dashboards.limits import UPLOAD
from dashboards.pages.sandbox import markets, reading, scenes
from dashboards.pages.sandbox.bringing import Mine, brought, in_use, mine
from dashboards.pages.sandbox.forms import options
from dashboards.pages.sandbox.markets import Asked, base_of, scenario_of
from dashboards.words import words
from scenarios.networks import read_network
from scenarios.scenario import load

LIBRARY = Path(markets.__file__).parents[3] / "scenarios" / "library"
NETWORKS = Path(__file__).parent.parent / "docs" / "networks"
CHAIN = (LIBRARY / "smartphone-chain.toml").read_bytes()
NOTHING = Asked()
MARKET = b'title = "T"\ndescription = "D"\n[providers]\nfirms = 3\nfirm_strategies = {transactional = 1.0}\n'


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    monkeypatch.setenv(uploads.FOLDER, str(tmp_path / "server"))
    base_of.cache_clear()
    scenario_of.cache_clear()
    return tmp_path / "server" / "uploads"


def bring(name: str, content: bytes, asked: Asked = NOTHING, language: str = "en"):
    return brought({"name": name, "content": base64.b64encode(content).decode()}, asked, words(language))


def test_a_scenario_of_ones_own_runs_with_its_regimes():
    found = bring("my own market.TOML", CHAIN)
    assert (found.scenario, found.wrong) == ("file", "")
    for regime in ("", ":transactional"):
        start = reading.start_of(f"file={found.key}&scenario=file{regime}")
        assert start.scenario.market == load(f"smartphone-chain{regime}").market and start.problems == ()
    titles = options(Asked("file", found.key), "fi", words("fi"))
    assert titles["file:transactional"] == "Oma tiedostosi: Älypuhelinketju, joka lenkki vain toimittaa"


@pytest.mark.parametrize("language", ["en", "fi", "sv"])
def test_what_is_in_use_is_told_in_one_sentence(language):
    said = words(language)
    found = bring("m.toml", MARKET.replace(b"3", b"1"))
    asked = Asked(found.scenario, found.key)
    know = {found.key: mine({"name": "m.toml"}, Asked(values=(("complexity", 0.9),)), {})}
    told = in_use(asked, know, said)
    assert " m.toml" in told["says"] and said["sandbox"]["own"]["firm"].format(count=1) in told["says"]
    assert told["reset"] == said["sandbox"]["own"]["reset"]
    assert in_use(asked._replace(values=(("complexity", 0.4),)), know, said)["reset"] == ""
    alone = in_use(asked, {}, said)  # a link that somebody else opens
    assert alone["says"] == told["says"].replace(" m.toml", "") and alone["reset"] == ""
    assert not any(in_use(Asked(), know, said).values())


def test_participants_go_by_the_name_of_their_network():
    network = bring("schools.csv", (NETWORKS / "market.csv").read_bytes())
    known = {network.key: mine({"name": "schools.csv"}, Asked(), {})}
    joined = {"name": "schools.participants.csv"}
    assert mine(joined, Asked(file=network.key), known) == Mine("schools.csv", False)
    assert mine(joined, Asked(file=network.key), {}).name == ""


def test_a_regime_that_is_not_there_gives_the_scenario_itself():
    found = bring("chain.toml", CHAIN)
    start = reading.start_of(f"file={found.key}&scenario=file:nothing")
    assert (start.name, len(start.problems)) == ("file", 1)
    told = reading.sentence_of(start.problems[0], {}, words("sv"))
    assert "scenario.toml" in told and "nothing" in told and "/" not in told


@pytest.mark.parametrize("name", ["file/../../other.toml", "files", "file\0"])
def test_what_follows_the_word_for_ones_own_file_is_no_path(name):
    found = bring("chain.toml", CHAIN)
    start = reading.start_of(urlencode({"file": found.key, "scenario": name}))
    assert (start.name, start.problems) == ("file", ())


@pytest.mark.parametrize("name", ["market.csv", "market.graphml", "market.gexf"])
def test_a_network_of_ones_own_runs_under_every_scenario(name):
    found = bring(name, (NETWORKS / name).read_bytes(), Asked("partnership"))
    assert (found.scenario, found.wrong) == ("partnership", "")
    for scenario in ("transactional", "partnership", "platform"):
        network = scenario_of(Asked(scenario, found.key)).network
        assert network.names == read_network(NETWORKS / name).names or name == "market.csv"


def test_participants_join_their_network(tmp_path):
    edges, people = (NETWORKS / name for name in ("market.csv", "market.participants.csv"))
    assert bring(people.name, people.read_bytes(), language="fi").wrong.endswith(
        words("fi")["sandbox"]["upload"]["alone"]
    )
    first = bring(edges.name, edges.read_bytes())
    both = bring(people.name, people.read_bytes(), Asked(file=first.key))
    assert both.key != first.key
    assert scenario_of(Asked(file=both.key)).network.names == read_network(edges).names
    for one in scenes.network_files(both.key, words("en")["sandbox"]["exports"]):
        (tmp_path / one["name"]).write_bytes(base64.b64decode(one["base64"]))
    saved = tmp_path / "saved.toml"
    saved.write_text(scenes.scenario_file(Asked("partnership", both.key)), encoding="utf-8")
    assert load(saved).market == scenario_of(Asked("partnership", both.key)).market


@pytest.mark.parametrize(
    ("name", "content", "told"),
    [
        ("m.toml", b'title = "T"\n[providers\n', "m.toml is not valid TOML: .* line 2"),
        ("m.toml", MARKET + b"frims = 3\n", "m.toml: providers.frims is not a known key; did you mean providers.firms"),
        ("m.toml", MARKET.replace(b"3", b"nan"), "m.toml: providers.firms = nan"),
        (
            "m.toml",
            MARKET.replace(b"\n[", b'\nnetwork = "/etc/passwd.csv"\n[', 1),
            "m.toml: network is not a shipped one",
        ),
        ("m.toml", MARKET + b'[regime.a]\nnetwork = "../x.csv"\n', "m.toml: network is not a shipped one"),
        ("m.toml", MARKET + b"[customers]\ncustomers = 100000\n", "Customers: 100,000 is more than the 400"),
        ("m.toml", b"periods = 5000\n" + MARKET, "Length of the run: 5,000 is more than the 400"),
        ("m.toml", b"\xff\xfe", "m.toml: line 1 is not UTF-8"),
        ("m.csv", b"buyer,provider\nann,bob\nann,ann\n", "m.csv, line 3"),
        ("m.csv", b"buyer,provider,trust\nann,bob,7\n", "m.csv, line 2"),
        ("m.csv", b"a,b\n1,2\n", "m.csv, line 1"),
        ("m.csv", b"", "m.csv"),
        ("m.graphml", b'<?xml version="1.0"?><!DOCTYPE x []><graphml/>', "m.graphml"),
        ("m.gexf", b"<gexf>", "m.gexf"),
        ("m.exe", b"MZ", "m.exe cannot be used: its name must end in"),
        ("m.csv.gz", b"\x1f\x8b", "m.csv.gz cannot be used: its name must end in"),
        ("big.toml", b"#" * (UPLOAD + 1), "big.toml cannot be used: it is larger"),
        ("../../up.exe\x00\n", b"", "cannot be used"),
    ],
)
def test_what_is_wrong_is_said_in_one_sentence(name, content, told):
    found = bring(name, content)
    assert found.key == "" and "\n" not in found.wrong
    assert re.search(told, found.wrong), found.wrong
    assert "server" not in found.wrong and "/tmp" not in found.wrong
    assert bring(name, content, language="fi").wrong != found.wrong


def test_content_that_is_none_is_refused():
    assert brought({"name": "m.toml", "content": "%%%"}, Asked(), words("en")).wrong
    assert brought({}, Asked(), words("en")).wrong


@pytest.mark.parametrize(
    "name", ["../../../evil.toml", "/etc/evil.toml", "a\x00b.toml", "CON.toml", "x" * 5000 + ".toml"]
)
def test_a_files_name_is_never_a_path(name, folder, tmp_path):
    found = bring(name, MARKET)
    assert found.wrong == ""
    there = {path.relative_to(tmp_path).as_posix() for path in tmp_path.rglob("*") if path.is_file()}
    assert there == {f"server/uploads/{found.key}/scenario.toml"}
    assert folder.stat().st_mode & 0o077 == 0


@pytest.mark.parametrize("key", ["", "..", "../" * 3, "0" * 63, "G" * 64, "0" * 64 + "\n", "0" * 64])
def test_only_a_hash_leads_to_a_file(key):
    there = uploads.bring("m.toml", MARKET)
    assert uploads.path_of(key) is uploads.path_of(f"{there}/../{there}") is None


def test_the_same_content_is_kept_once_and_the_oldest_makes_room(folder, monkeypatch):
    monkeypatch.setattr(uploads, "MOST_KEPT", 3)
    keys = []
    for k in range(4):
        keys.append(uploads.bring("m.toml", MARKET + b"#" * k))
        os.utime(folder / keys[-1], (k + 1, k + 1))
        assert uploads.bring("other name.toml", MARKET + b"#" * k) == keys[-1]
        os.utime(folder / keys[-1], (k + 1, k + 1))
    assert uploads.path_of(keys[0]) is None and all(uploads.path_of(key) for key in keys[1:])
    for k in (1, 2, 3):
        os.utime(folder / keys[k], (k, k))
    uploads.path_of(keys[1])  # it is used: another makes room
    uploads.bring("m.toml", MARKET + b"#" * 9)
    assert [bool(uploads.path_of(key)) for key in keys[1:]] == [True, False, True]


def test_a_folder_of_somebody_else_is_not_used(monkeypatch):
    monkeypatch.setattr(os, "getuid", lambda: 12345)
    with pytest.raises(OSError, match="somebody else"):
        uploads.bring("m.toml", MARKET)
