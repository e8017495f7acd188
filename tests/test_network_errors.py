"""Network files that are refused: the one sentence each gives, with file and line."""

import gzip
import random
import time
from pathlib import Path

import pytest

from scenarios.networks import NetworkError, read_network

DOCUMENTATION = Path(__file__).parents[1] / "docs" / "networks.md"
PEOPLE = "name,kind\nAnna,customer\nBen,customer\n"
TIERS = "in this one-tier release a tier is empty, 0 for customers or 1 for providers"
TOO_LITTLE = "too little for a market; it needs at least one buyer and one provider"
CELLS = "put quotes round a cell with the delimiter in it, or write decimals with a point"

EDGE_LISTS = [
    ("", "line 1: no column buyer; the header needs buyer and provider, and may have trust, rating, time"),
    ("buyer\na\n", "line 1: no column provider; the header needs buyer and provider, and may have trust, rating, time"),
    ("buyer,provider,turst\n", "line 1: unknown column 'turst'; did you mean 'trust'?"),
    ("Buyer,provider\n", "line 1: unknown column 'Buyer'; did you mean 'buyer'?"),
    ("buyer,provider,colour\n", "line 1: unknown column 'colour'; allowed are buyer, provider, trust, rating, time"),
    ("buyer,provider,buyer\n", "line 1: column buyer is there twice; give it once"),
    ("buyer,provider,trust,rating\n", "line 1: both trust and rating; give one of them"),
    ("buyer,provider\n", TOO_LITTLE),
    ("buyer,provider\na,x\n\n,x\n", "line 4: buyer is empty; every row needs one"),
    ("buyer,provider,trust\na,x, \n", "line 2: trust is empty; every row needs one"),
    ("buyer,provider,trust\na,x,0,5\n", f"line 2: the number of cells is 4, the header has 3; {CELLS}"),
    ("buyer,provider\na\n", f"line 2: the number of cells is 1, the header has 2; {CELLS}"),
    *[(f"buyer;provider;trust\na;x;1\nb;x;{bad}\n", f"line 3: trust is '{bad}'; it must be a number from 0 to 1")
      for bad in ("high", "NaN", "inf", "1e999", "1,01", "-0.1", "1_0", "0x1", "1.0,0", "\N{ARABIC-INDIC DIGIT ZERO}")],
    ("buyer,provider,rating\na,x,11\n", "line 2: rating is '11'; it must be a number from -10 to 10"),
    ("buyer,provider,time\na,x,noon\n", "line 2: time is 'noon'; it must be a number from -1e+15 to 1e+15"),
    ('buyer,provider\n"two\nlines",x\na,a\n', "line 4: 'a' buys from itself; a relationship has two participants"),
    ("buyer,provider,time\nb,x,1\na,x,9\na, x,5\na,x,1\n",
     "line 4: buyer 'a' and provider 'x' are already in line 3; give each relationship once"),
    ("buyer,provider,time\na,x,9\nb,b,1\n", "line 3: 'b' buys from itself; a relationship has two participants"),
    ("buyer,provider\na\0b,x\n", "line 2: buyer 'a\\x00b' has a control character; use printable text"),
    ('buyer,provider\na,x\n"b,x\nc,x\n',
     "line 3: not readable as CSV (unexpected end of data); look for a quote too many"),
    (b"buyer,provider\na,x\nB\xf6rje,x\n", "line 3: not UTF-8 text; save the file as CSV in UTF-8"),
    ("buyer,provider\na,x\n".encode("utf-16"), "line 1: not UTF-8 text; save the file as CSV in UTF-8"),
]  # fmt: skip

PARTICIPANTS = [
    (PEOPLE + "Siso,firm\n", "m.csv, line 2: provider 'Sisu' is not in m.participants.csv; did you mean 'Siso'?"),
    (PEOPLE, "m.csv, line 2: provider 'Sisu' is not in m.participants.csv; add it there, or correct the name"),
    (PEOPLE + "Sisu,frim\n", "m.participants.csv, line 4: unknown kind 'frim'; did you mean 'firm'?"),
    (PEOPLE + "Sisu,platform\n",
     "m.participants.csv, line 4: unknown kind 'platform'; allowed are customer, firm, peer"),
    (PEOPLE + "Anna,peer\n",
     "m.participants.csv, line 4: 'Anna' is already at m.participants.csv, line 2; give each participant once"),
    (PEOPLE + "Sisu,customer\n", "m.csv, line 2: 'Sisu' is a customer (m.participants.csv, line 4) but provides; "
                                 "who buys and provides is a peer"),
    ("name,kind\nAnna,peer\nSisu,firm\nBen,firm\n",
     "m.csv, line 3: 'Ben' is a firm (m.participants.csv, line 4) but buys; firms cannot buy in this one-tier release"),
    (PEOPLE + "Sisu,\nIdle,\n", "m.participants.csv, line 5: 'Idle' has no relationship that tells its kind; "
                                "give one: customer, firm, peer"),
    (PEOPLE + " ,firm\n", "m.participants.csv, line 4: name is empty; every row needs one"),
    ("name,kind,tiers\n", "m.participants.csv, line 1: unknown column 'tiers'; did you mean 'tier'?"),
    ("name\n",
     "m.participants.csv, line 1: no column kind; the header needs name and kind, and may have strategy, tier"),
    ("name,kind,tier\nAnna,,0\nBen,,\nSisu,firm,2\n", f"m.participants.csv, line 4: tier is '2'; {TIERS}"),
    ("name,kind,tier\nAnna,,0\nBen,,1\nSisu,firm,1\n",
     f"m.participants.csv, line 3: 'Ben' is a customer of tier 1; {TIERS}"),
    ("name,kind,tier\nAnna,,0\nBen,,\nSisu,,0\n", f"m.participants.csv, line 4: 'Sisu' is a firm of tier 0; {TIERS}"),
    ("name,kind,strategy\nAnna,,lean\nBen,,\nSisu,,\n",
     "m.participants.csv, line 2: 'Anna' is a customer with strategy 'lean'; only providers follow one"),
]  # fmt: skip


def graphml(body: str, edges: str = "directed") -> str:
    """Put nodes and edges, from line 6 on, into a GraphML document with the attributes that matter."""
    keys = "".join(f'<key id="{name}" for="{of}" attr.name="{name}" attr.type="{kind}"/>\n' for name, of, kind in
                   (("kind", "node", "string"), ("name", "node", "string"), ("trust", "edge", "double")))  # fmt: skip
    return (f'<graphml xmlns="http://graphml.graphdrawing.org/xmlns">\n{keys}<graph edgedefault="{edges}">\n'
            f"{body}\n</graph></graphml>")  # fmt: skip


def gexf(body: str, edges: str = "directed") -> str:
    """Put nodes and edges, from line 3 on, into a GEXF document."""
    return (f'<gexf xmlns="http://www.gexf.net/1.2draft" version="1.2">\n<graph defaultedgetype="{edges}">\n'
            f"{body}\n</graph></gexf>")  # fmt: skip


TWO = '<node id="p"/>\n<node id="q"/>\n'
BOMB = '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;">]>\n'
POINT = "edges must point from provider to buyer"
GRAPHS = [
    (".graphml", graphml(TWO), "m.graphml, line 6, node 'p': 'p' has no relationship that tells its kind; "
                               "give one: customer, firm, peer"),
    (".graphml", graphml(""), f"m.graphml: {TOO_LITTLE}"),
    (".graphml", graphml(TWO + '<edge source="p" target="r"/>'),
     "m.graphml, line 8: an edge names 'r', but no node has this id"),
    (".graphml", graphml(TWO + '<edge source="p"/>'),
     "m.graphml, line 8: an edge needs a source (the provider) and a target (the buyer)"),
    (".graphml", graphml(TWO + '<node id="p"/>'), "m.graphml, line 8: node 'p' is already in line 6; ids must differ"),
    (".graphml", graphml(TWO + "<node/>"), "m.graphml, line 8: a node has no id; every node needs one"),
    (".graphml", graphml(TWO + '<edge source="p" target="q"/>\n' * 2),
     "m.graphml, line 9: buyer 'q' and provider 'p' are already in line 8; give each relationship once"),
    (".graphml", graphml(TWO + '<edge id="same" source="p" target="q"/>\n' * 2),
     "m.graphml, line 9: buyer 'q' and provider 'p' are already in line 8; give each relationship once"),
    (".graphml", graphml(TWO + '<edge source="q" target="q"/>'),
     "m.graphml, line 8: 'q' buys from itself; a relationship has two participants"),
    *[(".graphml", graphml(TWO + f'<edge source="p" target="q"><data key="trust">{bad}</data></edge>'),
       f"m.graphml, line 8, edge 'p' to 'q': trust is '{bad}'; it must be a number from 0 to 1")
      for bad in ("high", "NaN", "2")],
    (".graphml", graphml('<node id="p"><data key="kind">bank</data></node>'),
     "m.graphml, line 6, node 'p': unknown kind 'bank'; allowed are customer, firm, peer"),
    (".graphml", graphml(TWO + '<node id="n"><data key="name">p</data></node>'),
     "m.graphml, line 8, node 'n': the name 'p' is taken (m.graphml, line 6, node 'p'); names must differ"),
    (".graphml", graphml('<node id=" "/>'),
     "m.graphml, line 6, node ' ': the name is empty; give a name, a label or an id"),
    (".graphml", graphml(TWO + '<node id="f"><data key="kind">firm</data></node><edge source="p" target="f"/>'),
     "m.graphml, line 8: 'f' is a firm (m.graphml, line 8, node 'f') but buys; "
     "firms cannot buy in this one-tier release"),
    (".graphml", graphml(TWO, "undirected"), f"m.graphml, line 5: the graph is not directed; {POINT}"),
    (".graphml", graphml(TWO + '<edge directed="false" source="p" target="q"/>'),
     f"m.graphml, line 8: an edge is not directed; {POINT}"),
    (".graphml", graphml('<node id="p"><graph edgedefault="directed"/></node>'),
     "m.graphml, line 6: a second graph; a file holds one, without graphs inside nodes"),
    (".graphml", graphml(TWO).replace("</graph>", ""), "m.graphml, line 9: broken XML (mismatched tag)"),
    (".graphml", "", "m.graphml, line 1: broken XML (no element found)"),
    (".graphml", "<html/>", "m.graphml: no graph in it; a GraphML file has a <graphml> with one <graph>"),
    (".graphml", BOMB + graphml(TWO), "m.graphml, line 1: a document type (DOCTYPE, ENTITY) is not allowed; remove it"),
    (".graphml", "<a>" * 21, "m.graphml, line 1: elements are nested more than 20 deep"),
    (".gexf", BOMB + gexf(TWO), "m.gexf, line 1: a document type (DOCTYPE, ENTITY) is not allowed; remove it"),
    (".gexf", gexf(TWO, "undirected"), f"m.gexf, line 2: the graph is not directed; {POINT}"),
    (".gexf", gexf(TWO).replace(' defaultedgetype="directed"', ""),
     f"m.gexf, line 2: the graph is not directed; {POINT}"),
    (".gexf", gexf(f'<nodes>{TWO}</nodes><edges>\n<edge type="mutual" source="p" target="q"/></edges>'),
     f"m.gexf, line 6: an edge is not directed; {POINT}"),
    (".gexf", gexf(f'<nodes>{TWO}</nodes><edges><edge source="p" target="q"><attvalues><attvalue for="9" value="1"/>'
                   "</attvalues></edge></edges>"),
     "m.gexf: not readable as gexf; networkx says 'No attribute defined for=9.'"),
    (".gexf", "<gexf/>", "m.gexf: not readable as gexf; networkx says 'No <graph> element in GEXF file.'"),
    (".gexf", gexf(TWO).replace("<gexf", '<gexf xmlns:a="b}c"'),
     "m.gexf: not readable as gexf; networkx says 'syntax error: line 1, column 0'"),
]  # fmt: skip


def told(path: Path) -> str:
    """Return the sentence that reading `path` gives."""
    with pytest.raises(NetworkError) as caught:
        read_network(path)
    return str(caught.value)


def saved(folder: Path, text: str | bytes, name: str = "m.csv") -> Path:
    (folder / name).write_bytes(text if isinstance(text, bytes) else text.encode())
    return folder / name


@pytest.mark.parametrize("text, sentence", EDGE_LISTS)
def test_a_bad_edge_list_is_told_in_one_sentence_with_file_and_line(tmp_path, text, sentence):
    assert told(saved(tmp_path, text)) == f"m.csv{': ' if sentence == TOO_LITTLE else ', '}{sentence}"


@pytest.mark.parametrize("people, sentence", PARTICIPANTS)
def test_a_bad_participants_file_is_told_in_one_sentence_with_file_and_line(tmp_path, people, sentence):
    saved(tmp_path, people, "m.participants.csv")
    assert told(saved(tmp_path, "buyer,provider\nAnna,Sisu\nBen,Sisu\n")) == sentence


@pytest.mark.parametrize("ending, text, sentence", GRAPHS)
def test_a_bad_graph_is_told_in_one_sentence_with_line_and_id(tmp_path, ending, text, sentence):
    assert told(saved(tmp_path, text, "m" + ending)) == sentence


def test_the_error_shown_in_the_documentation_is_the_one_given(tmp_path):
    saved(tmp_path, "name,kind\nAnna,customer\nBen,costumer\n", "market.participants.csv")
    sentence = told(saved(tmp_path, "buyer,provider\nAnna,Ben\n", "market.csv"))
    assert f"\n    {sentence}\n" in DOCUMENTATION.read_text("utf-8")


@pytest.mark.parametrize("kinds", ["Anna,customer\nBen,customer\n", "Anna,firm\nBen,firm\n", "Anna,peer\n"])
def test_a_market_needs_a_buyer_and_a_provider(tmp_path, kinds):
    saved(tmp_path, "name,kind\n" + kinds, "m.participants.csv")
    assert told(saved(tmp_path, "buyer,provider\n")) == f"m.csv: {TOO_LITTLE}"


def test_files_that_cannot_be_read_at_all(tmp_path):
    assert told(tmp_path / "no.csv") == f"{tmp_path / 'no.csv'}: no such file"
    assert told(Path("nul\0.csv")).endswith(": no such file")
    assert told(tmp_path / ("x" * 300 + ".csv")).endswith(": no such file")
    assert told(saved(tmp_path, "", "x" * 245 + ".csv")).endswith("may have trust, rating, time")  # none beside it
    (tmp_path / "folder.csv").mkdir()
    assert told(tmp_path / "folder.csv").endswith(": no such file")
    endings = "it must end in .csv, .csv.gz, .gexf, .graphml"
    assert told(saved(tmp_path, "", "m.xlsx")) == f"m.xlsx: not a network file by its name; {endings}"
    assert told(saved(tmp_path, "plain", "m.csv.gz")).startswith("m.csv.gz: cannot be read (Not a gzipped file")
    whole = gzip.compress(b"buyer,provider\na,x\n")
    assert told(saved(tmp_path, whole[:-9], "m.csv.gz")).startswith("m.csv.gz: cannot be read (Compressed file ended")


def test_a_gzip_bomb_is_refused_without_being_unpacked(tmp_path):
    bomb = saved(tmp_path, gzip.compress(bytes(10**7)) * 100, "m.csv.gz")
    started = time.perf_counter()
    assert told(bomb) == "m.csv.gz: more than 50 MB uncompressed, the largest size that is read"
    assert time.perf_counter() - started < 2


def test_a_name_among_many_alike_is_told_at_once(tmp_path):
    names = ["".join(random.Random(n).sample("abcdefghij" * 10, 100)) for n in range(10_000)]
    saved(tmp_path, "name,kind\n" + "".join(f"{name},peer\n" for name in names[1:]), "m.participants.csv")
    started = time.perf_counter()
    assert "is not in m.participants.csv" in told(saved(tmp_path, f"buyer,provider\n{names[0]},x\n"))
    assert time.perf_counter() - started < 2
