"""Network files: what is read, and the way back into a file (what is refused: test_network_errors.py)."""

import csv
import gzip
import io
import math
import random
import time
from pathlib import Path

import networkx as nx
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scenarios.networks import NetworkError, read_network, shipped, shipped_networks, write_network
from sim.config import Customers, Market, Networks, Platform, Providers, Strategy
from sim.ensemble import run
from sim.network import CUSTOMER, FIRM, KINDS, PEER, Network
from sim.records import NOBODY
from sim.state import World

ROOT = Path(__file__).parents[1]
DOCS = ROOT / "docs"
EXAMPLES = ("market.csv", "spreadsheet.csv", "ratings.csv", "market.graphml", "market.gexf")
NAMES = st.text(st.characters(codec="utf-8", exclude_categories=["C"]), min_size=1, max_size=8).map(
    lambda text: " ".join(text.split())
)


def saved(folder: Path, text: str | bytes, name: str = "m.csv") -> Path:
    (folder / name).write_bytes(text if isinstance(text, bytes) else text.encode())
    return folder / name


def trust_between(network: Network) -> dict[tuple[str, str], float]:
    ends = zip(network.buyers, network.providers, network.trust, strict=True)
    return {(network.names[b], network.names[p]): float(t) for b, p, t in ends}


def kinds(network: Network) -> dict[str, str]:
    return {name: KINDS[kind] for name, kind in zip(network.names, network.kinds, strict=True)}


@pytest.mark.parametrize("example", EXAMPLES)
def test_every_example_of_the_documentation_is_the_same_market(example):
    network = read_network(DOCS / "networks" / example)
    assert kinds(network) == {
        "Ben": "peer", "Anna": "customer", "Cleo": "customer", "Sisu Oy": "firm", "Björk AB": "firm"
    }  # fmt: skip
    assert trust_between(network) == pytest.approx({
        ("Anna", "Sisu Oy"): 0.8, ("Anna", "Björk AB"): 0.35, ("Ben", "Sisu Oy"): 0.9, ("Cleo", "Ben"): 0.65
    })  # fmt: skip
    assert f"networks/{example}" in (DOCS / "networks.md").read_text("utf-8")


@pytest.mark.parametrize("example", ["market.csv", "market.graphml", "market.gexf"])
def test_strategies_are_kept_as_text(example):
    network = read_network(DOCS / "networks" / example)
    assert dict(zip(network.names, network.strategies, strict=True)) == {
        "Ben": "peer", "Anna": "", "Cleo": "", "Sisu Oy": "partnership", "Björk AB": "transactional"
    }  # fmt: skip


def test_rows_are_peers_then_customers_then_firms_in_order_of_appearance(tmp_path):
    network = read_network(saved(tmp_path, "buyer,provider\nc2,f2\nc1,f1\np2,f2\np1,f1\nc1,p2\nc1,p1\n"))
    assert network.names == ("p2", "p1", "c2", "c1", "f2", "f1")
    assert network.kinds.tolist() == [PEER, PEER, CUSTOMER, CUSTOMER, FIRM, FIRM]
    assert np.isnan(network.trust).all()


def test_relationships_are_in_order_of_time_and_else_of_the_file(tmp_path):
    network = read_network(saved(tmp_path, "time,buyer,provider\n5,a,x\n-1.5,b,x\n5,c,x\n0,d,x\n"))
    assert [network.names[row] for row in network.buyers] == ["b", "d", "a", "c"]
    rows = "".join(f"{buyer},x,{buyer % 2}\n" for buyer in range(100))
    network = read_network(saved(tmp_path, "buyer,provider,time\n" + rows))
    assert [int(network.names[row]) for row in network.buyers] == [*range(0, 100, 2), *range(1, 100, 2)]


@pytest.mark.parametrize("text, trust", [
    ("buyer;provider;trust\na;x;0,25\n", 0.25),
    ("\ufeffbuyer,provider,trust\r\na,x,.25\r\n\r\n,,\r\n", 0.25),
    ("buyer,provider,trust\ra,x,2.5e-1\r", 0.25),
    ('buyer,provider,trust\n" a ", "x","0,25"', 0.25),
    ("trust;provider;buyer\n1;x;a\n;;\n", 1.0),
    ("buyer,provider,rating\na,x,-10\n", 0.0),
    ("buyer,provider,rating\na,x,\N{MINUS SIGN}5,\n".replace("5,", "5"), 0.25),
    ("buyer;provider;rating\na;x;+7,0\n", 0.85),
])  # fmt: skip
def test_spreadsheets_may_differ_in_delimiter_decimals_line_ends_and_quotes(tmp_path, text, trust):
    assert trust_between(read_network(saved(tmp_path, text))) == pytest.approx({("a", "x"): trust})
    assert trust_between(read_network(saved(tmp_path, gzip.compress(text.encode()), "M.CSV.GZ"))) == pytest.approx(
        {("a", "x"): trust}
    )


@pytest.mark.parametrize("name", ["m.participants.csv", "m.participants.csv.gz"])
def test_participants_beside_a_compressed_edge_list_are_found(tmp_path, name):
    people = b"name,kind,tier\nidle,firm,1\nx,peer,1\ny,peer,0\na,,\n"
    saved(tmp_path, gzip.compress(people) if name.endswith("gz") else people, name)
    network = read_network(saved(tmp_path, gzip.compress(b"buyer,provider\na,x\n"), "m.csv.gz"))
    assert kinds(network) == {"x": "peer", "y": "peer", "a": "customer", "idle": "firm"}


@pytest.mark.parametrize("ending", [".graphml", ".gexf"])
def test_foreign_attributes_defaults_and_a_missing_namespace_do_no_harm(tmp_path, ending):
    graph = nx.DiGraph()
    graph.add_node("1", label="Sisu", colour="red", weight=3, size=1.5, vip=True)
    graph.add_edge("1", "2", trust=0.5, note="x", weight=2.0, old=False)
    path = tmp_path / f"m{ending}"
    (nx.write_gexf if ending == ".gexf" else nx.write_graphml_xml)(graph, path)
    assert trust_between(read_network(path)) == {("2", "Sisu"): 0.5}
    bare = path.read_text().replace(path.read_text().partition("<graphml")[2].partition(">")[0], "", 1)
    assert ending == ".gexf" or "<graphml>" in bare
    assert ending == ".gexf" or trust_between(read_network(saved(tmp_path, bare, "bare.graphml")))


def test_a_kind_may_be_the_default_of_the_graph(tmp_path):
    text = (DOCS / "networks" / "market.graphml").read_text("utf-8")
    text = text.replace('attr.name="kind" attr.type="string"/>', 'attr.name="kind"><default>peer</default></key>')
    network = read_network(saved(tmp_path, text, "m.graphml"))
    assert kinds(network) == {
        "Anna": "peer", "Ben": "peer", "Cleo": "customer", "Sisu Oy": "peer", "Björk AB": "firm"
    }  # fmt: skip


def test_bitcoin_otc_is_shipped_and_read_in_well_under_a_second():
    assert shipped_networks() == ["bitcoin-otc"]
    assert shipped("../bitcoin-otc") is None
    network, seconds = None, math.inf
    for _ in range(3):
        started = time.perf_counter()
        network = read_network(shipped("bitcoin-otc"))
        seconds = min(seconds, time.perf_counter() - started)
    assert seconds < 1
    assert [network.count(kind) for kind in (PEER, CUSTOMER, FIRM)] == [4839, 24, 0]
    assert len(network.trust) == 28_473
    assert trust_between(network)["6", "2"] == 0.7
    rated = np.zeros(len(network.names), bool)
    rated[network.providers] = True
    assert (rated == (network.kinds == PEER)).all()
    for file in shipped("bitcoin-otc").parent.glob("*.gz"):
        assert file.read_bytes()[3:8] == bytes(5), f"{file.name} carries a name or a time of packing"


@st.composite
def markets(draw: st.DrawFn) -> Network:
    """Draw a small network in canonical form: sizes, names, relationships and trust."""
    peers, customers, firms = draw(st.tuples(st.integers(1, 3), st.integers(1, 4), st.integers(1, 3)))
    kind = np.repeat(np.array([PEER, CUSTOMER, FIRM], np.int8), [peers, customers, firms])
    names = draw(st.lists(NAMES.filter(bool), min_size=len(kind), max_size=len(kind), unique=True))
    pairs = [(b, p) for b in range(peers + customers) for p in range(len(kind)) if kind[p] != CUSTOMER and b != p]
    chosen = draw(st.lists(st.sampled_from(pairs), min_size=1, unique=True))
    trust = draw(st.lists(st.floats(0, 1), min_size=len(chosen), max_size=len(chosen)))
    buyers, providers = np.array(chosen, np.int32).T
    strategies = tuple("" if k == CUSTOMER else draw(st.sampled_from(["", "lean", "kind"])) for k in kind)
    return Network(tuple(names), kind, strategies, buyers, providers, np.array(trust))


def as_csv(rows: list, delimiter: str) -> str:
    text = io.StringIO()
    csv.writer(text, delimiter=delimiter).writerows(rows)
    return text.getvalue()


@settings(max_examples=60)
@given(network=markets(), delimiter=st.sampled_from(",;"))
def test_a_spreadsheet_gives_back_exactly_what_was_written(tmp_path_factory, network, delimiter):
    folder = tmp_path_factory.mktemp("csv")
    columns = zip(network.names, network.kinds, network.strategies, strict=True)
    people = [(name, KINDS[kind], strategy) for name, kind, strategy in columns]
    edges = [(b, p, str(t).replace(".", "," if delimiter == ";" else "."))
             for (b, p), t in trust_between(network).items()]  # fmt: skip
    saved(folder, as_csv([("name", "kind", "strategy"), *people], delimiter), "m.participants.csv")
    back = read_network(saved(folder, as_csv([("buyer", "provider", "trust"), *edges], delimiter)))
    assert (back.names, back.strategies) == (network.names, network.strategies)
    for field in ("kinds", "buyers", "providers", "trust"):
        assert np.array_equal(getattr(back, field), getattr(network, field)), field


def finished(network: Network, platform_slots: int) -> World:
    market = Market(
        periods=5,
        customers=Customers(customers=network.buying, slots=4, turnover=0.1),
        providers=Providers(
            firms=network.count(FIRM),
            peer_share=network.count(PEER) / network.buying,
            firm_strategies={"lean": 1.0},
            peer_strategies={"kind": 1.0},
        ),
        platform=Platform(platform_slots=platform_slots),
        networks=Networks(social="imported", market="imported"),
        strategies={"lean": Strategy(), "kind": Strategy(markup=0.0, share=0.5)},
    )  # fmt: skip
    return run(market, 7, network).world


@settings(max_examples=20)
@given(network=markets(), ending=st.sampled_from([".graphml", ".gexf"]), platform_slots=st.integers(0, 2))
def test_an_exported_world_is_read_back(tmp_path_factory, network, ending, platform_slots):
    world = finished(network, platform_slots)
    path = tmp_path_factory.mktemp("graph") / f"world{ending}"
    write_network(path, world, ["lean", "kind"], network.names)
    back = read_network(path)
    assert back.names == network.names
    assert np.array_equal(back.kinds, network.kinds)
    held = {(network.names[b], network.names[tie["provider"]]): tie["trust"]
            for b, slots in enumerate(world.ties) for tie in slots if tie["provider"] != NOBODY}  # fmt: skip
    assert trust_between(back) == pytest.approx(held, abs=1e-9)
    followed = [("lean", "kind")[row] if kind != CUSTOMER else ""
                for row, kind in zip(world.actors["strategy"][:-1], back.kinds, strict=True)]  # fmt: skip
    assert list(back.strategies) == followed


def test_an_export_carries_what_participants_and_ties_have(tmp_path):
    network = read_network(DOCS / "networks" / "spreadsheet.csv")
    world = finished(network, 0)
    write_network(tmp_path / "world.graphml", world, ["lean", "kind"], None)
    graph = nx.read_graphml(tmp_path / "world.graphml")
    assert [data["name"] for _, data in graph.nodes(data=True)] == ["peer 0", "customer 1", "customer 2", "firm 3",
                                                                     "firm 4"]  # fmt: skip
    documented = (DOCS / "networks.md").read_text("utf-8")
    for row, data in graph.nodes(data=True):
        assert data["cash"] == world.actors["cash"][int(row)] / 100
        assert all(f"`{field}`" in documented for field in data)
    for provider, buyer, data in graph.edges(data=True):
        slot = world.ties["provider"][int(buyer)].tolist().index(int(provider))
        tie = world.ties[int(buyer), slot]
        assert data["goodwill"] == (tie["gpos"] + 1) / (tie["gpos"] + tie["gneg"] + 2)
        assert data["current"] == (world.actors["current"][int(buyer)] == slot)
        assert all(data[field] == tie[field] for field in ("trust", "skill", "insight", "tenure", "value", "price"))
        assert all(f"`{field}`" in documented for field in data)


def test_an_export_is_written_whole_or_not_at_all(tmp_path):
    network = read_network(DOCS / "networks" / "market.csv")
    world = finished(Network(network.names, network.kinds, ("",) * 5, network.buyers, network.providers,
                             network.trust), 0)  # fmt: skip
    with pytest.raises(NetworkError, match=r"^world.csv: .* must end in .gexf, .graphml$"):
        write_network(tmp_path / "world.csv", world, ["lean", "kind"], None)
    with pytest.raises(NetworkError, match=r"world.gexf: cannot be written \(No such file or directory\)"):
        write_network(tmp_path / "none" / "world.gexf", world, ["lean", "kind"], None)
    kept = saved(tmp_path, "before", "world.gexf")
    with pytest.raises(IndexError):
        write_network(kept, world, [], None)
    assert [file.name for file in tmp_path.iterdir()] == ["world.gexf"]
    assert kept.read_text() == "before"


def mutated(data: bytes, dice: random.Random) -> bytes:
    """Damage a file: cut, repeat, overwrite or insert something, once or a few times."""
    odd = (
        b",",
        b";",
        b'"',
        b"\n",
        b"\0",
        b"\xff",
        b"<",
        b">",
        b"&x;",
        b"nan",
        b"1e999",
        b"<!DOCTYPE a>",
        b"9" * 99,
        b"0",
    )
    for _ in range(dice.choice((1, 1, 1, 4))):
        at = dice.randrange(len(data) + 1)
        end = at + dice.choice((0, 1, 8, 200))
        data = data[:at] + dice.choice((b"", data[at:end] * 2, dice.choice(odd))) + data[end:]
    return data


def test_damaged_files_give_a_network_or_a_sentence_and_never_another_error(tmp_path):
    refused = 0
    for seed in range(300):
        dice = random.Random(seed)
        example = DOCS / "networks" / EXAMPLES[seed % len(EXAMPLES)]
        path = saved(tmp_path, mutated(example.read_bytes(), dice), "m" + example.suffix)
        try:
            read_network(path)
        except NetworkError as error:
            refused += 1
            assert str(error).startswith("m.")
            assert str(error).isprintable()
    assert 100 < refused < 250
