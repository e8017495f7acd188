"""Networks from and to graph programs: GraphML and GEXF, through networkx. Edges point from provider to buyer."""

import io
import warnings
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from typing import BinaryIO, NamedTuple, NoReturn
from xml.parsers import expat

import networkx as nx
import numpy as np
from networkx.readwrite.gexf import GEXFReader
from numpy.typing import NDArray

from scenarios.catalogue import short
from scenarios.relationships import Draft, NetworkError, Participant, participant_of, shown, text_of, trust_of
from sim.network import CUSTOMER, FIRM, KINDS, PEER
from sim.records import NOBODY, ORIGINS
from sim.relations import beta_mean
from sim.state import World

DEEPEST = 20
CENTS = 100
BUYER_FIELDS = ("bought", "gains", "recommends")
PROVIDER_FIELDS = ("load", "capability", "engagement", "profit")
FIELDS_OF = {CUSTOMER: BUYER_FIELDS, PEER: BUYER_FIELDS + PROVIDER_FIELDS, FIRM: PROVIDER_FIELDS}
ACTOR_FIELDS = ("kind", "strategy", "cash", *BUYER_FIELDS, *PROVIDER_FIELDS)
TIE_FIELDS = ("trust", "skill", "insight", "tenure", "value", "price")

_BARE = b"<graphml>"  # some programs leave out the namespace that networkx looks for
_SPACED = b'<graphml xmlns="http://graphml.graphdrawing.org/xmlns">'
# What networkx's readers raise, besides their own error, on files they do not expect (ParseError is a SyntaxError).
_READER_ERRORS = (nx.NetworkXException, SyntaxError, LookupError, ValueError, TypeError, AttributeError, RuntimeError)


def draft_of_graph(file: str, data: bytes, ending: str) -> Draft:
    """Read the GraphML or GEXF text `data` of `file` (`ending` says which).

    Raises
    ------
    NetworkError
        If the XML is broken or dangerous, the graph is not directed, or a value is not allowed.
    """
    seen = _survey(file, data)
    graph = _parsed(file, data, ending)
    place_of = {node: place for place, node in enumerate(seen.nodes)}
    pairs = np.array([(place_of[s], place_of[t]) for s, t, _ in seen.edges], np.int32).reshape(-1, 2)
    trust = [_trust(file, graph, *edge) for edge in seen.edges]
    lines = np.array([line for _, _, line in seen.edges], np.int64)
    return Draft(file, _participants(file, seen.nodes, graph), pairs[:, 1], pairs[:, 0], np.array(trust, float), lines)


def _trust(file: str, graph: nx.DiGraph, source: str, target: str, line: int) -> float:
    place = f"{file}, line {line}, edge {shown(source)} to {shown(target)}"
    return trust_of(_texts(graph.get_edge_data(source, target)), place)


def _participants(file: str, nodes: Mapping[str, int], graph: nx.DiGraph) -> list[Participant]:
    people: dict[str, Participant] = {}
    for node, line in nodes.items():
        place = f"{file}, line {line}, node {shown(node)}"
        fields = _texts({**graph.graph.get("node_default", {}), **graph.nodes.get(node, {})})
        called = next((fields[key] for key in ("name", "label") if fields.get(key, "").strip()), node)
        name = text_of(called, "name", place)
        if not name:
            raise NetworkError(f"{place}: the name is empty; give a name, a label or an id")
        if name in people:
            raise NetworkError(f"{place}: the name {shown(name)} is taken ({people[name].place}); names must differ")
        people[name] = participant_of(name, fields, place)
    return list(people.values())


def _texts(data: Mapping[str, object] | None) -> dict[str, str]:
    return {key: str(value) for key, value in (data or {}).items() if value is not None}


class _Survey(NamedTuple):
    """The lines of the nodes, by id, and the edges (source, target, line), in the order of the file."""

    nodes: dict[str, int]
    edges: list[tuple[str, str, int]]


def _survey(file: str, data: bytes) -> _Survey:
    scan = _Scan(file)
    try:
        scan.parser.Parse(data, True)
    except NetworkError:
        raise
    except (expat.ExpatError, ValueError, LookupError) as error:
        why = expat.ErrorString(error.code) if isinstance(error, expat.ExpatError) else error
        raise NetworkError(f"{file}, line {scan.parser.CurrentLineNumber}: broken XML ({short(str(why))})") from None
    for source, target, line in scan.edges:
        for end in (source, target):
            if end not in scan.nodes:
                raise NetworkError(f"{file}, line {line}: an edge names {shown(end)}, but no node has this id")
    return _Survey(scan.nodes, scan.edges)


class _Scan:
    """One pass over the XML: notes lines, which networkx does not, and refuses what it would read wrongly.

    A document type is refused before anything is expanded, so no entity can fill the memory or open a file.
    """

    def __init__(self, file: str) -> None:
        self.file = file
        self.nodes: dict[str, int] = {}
        self.edges: list[tuple[str, str, int]] = []
        self.depth = self.graphs = 0
        self.parser = expat.ParserCreate(namespace_separator=" ")
        self.parser.StartDoctypeDeclHandler = self._doctype
        self.parser.StartElementHandler = self._open
        self.parser.EndElementHandler = self._close

    def _refuse(self, why: str) -> NoReturn:
        raise NetworkError(f"{self.file}, line {self.parser.CurrentLineNumber}: {why}")

    def _doctype(self, *_declaration: object) -> None:
        self._refuse("a document type (DOCTYPE, ENTITY) is not allowed; remove it")

    def _open(self, tag: str, fields: dict[str, str]) -> None:
        self.depth += 1
        if self.depth > DEEPEST:
            self._refuse(f"elements are nested more than {DEEPEST} deep")
        kind = tag.rpartition(" ")[2]
        if kind == "graph":
            self._graph(fields)
        elif kind == "node":
            self._node(fields)
        elif kind == "edge":
            self._edge(fields)

    def _close(self, _tag: str) -> None:
        self.depth -= 1

    def _graph(self, fields: dict[str, str]) -> None:
        self.graphs += 1
        if self.graphs > 1:
            self._refuse("a second graph; a file holds one, without graphs inside nodes")
        if fields.get("edgedefault", fields.get("defaultedgetype")) != "directed":
            self._refuse("the graph is not directed; edges must point from provider to buyer")

    def _node(self, fields: dict[str, str]) -> None:
        node = fields.get("id")
        if node is None:
            self._refuse("a node has no id; every node needs one")
        if node in self.nodes:
            self._refuse(f"node {shown(node)} is already in line {self.nodes[node]}; ids must differ")
        self.nodes[node] = self.parser.CurrentLineNumber

    def _edge(self, fields: dict[str, str]) -> None:
        if "source" not in fields or "target" not in fields:
            self._refuse("an edge needs a source (the provider) and a target (the buyer)")
        if fields.get("directed", "true") != "true" or fields.get("type", "directed") != "directed":
            self._refuse("an edge is not directed; edges must point from provider to buyer")
        self.edges.append((fields["source"], fields["target"], self.parser.CurrentLineNumber))


class _GraphMLTexts(nx.GraphMLReader):
    """networkx's reader, leaving every attribute as text: a bad number is then told with its place."""

    def construct_types(self) -> None:
        super().construct_types()
        self.python_type: Mapping[str, type] = defaultdict(lambda: str)


class _GEXFTexts(GEXFReader):
    """As `_GraphMLTexts`, for GEXF."""

    def construct_types(self) -> None:
        super().construct_types()
        self.python_type: Mapping[str, type] = defaultdict(lambda: str)


def _parsed(file: str, data: bytes, ending: str) -> nx.DiGraph:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            if ending == ".gexf":
                return nx.DiGraph(_GEXFTexts()(io.BytesIO(data)))
            graphs = _GraphMLTexts()(path=io.BytesIO(data.replace(_BARE, _SPACED, 1)))
            return nx.DiGraph(next(graphs))
    except StopIteration:
        raise NetworkError(f"{file}: no graph in it; a GraphML file has a <graphml> with one <graph>") from None
    except _READER_ERRORS as error:
        raise NetworkError(f"{file}: not readable as {ending[1:]}; networkx says {ascii(str(error))[:100]}") from None


def graph_of(world: World, strategies: Sequence[str], names: Sequence[str] | None) -> nx.DiGraph:
    """Return participants, in the order of their rows, and ties as a graph; platform and partners are left out."""
    graph = nx.DiGraph()
    for row, actor in enumerate(_rows(world.actors, ACTOR_FIELDS)):
        if actor["kind"] in FIELDS_OF:
            kind = KINDS[actor["kind"]]
            name = names[row] if names is not None else f"{kind} {row}"
            graph.add_node(row, name=name, label=name, kind=kind, cash=actor["cash"] / CENTS)
            graph.nodes[row].update((field, actor[field]) for field in FIELDS_OF[actor["kind"]])
            if actor["kind"] != CUSTOMER:
                graph.nodes[row]["strategy"] = strategies[actor["strategy"]]
    buyers, slots = np.nonzero(world.ties["provider"] != NOBODY)
    ties = world.ties[buyers, slots]
    goodwill = [beta_mean(good, bad) for good, bad in zip(ties["gpos"], ties["gneg"], strict=True)]
    current = (world.actors["current"][buyers] == slots).tolist()
    for t, tie in enumerate(_rows(ties, ("provider", "origin", *TIE_FIELDS))):
        provider, origin = tie.pop("provider"), ORIGINS[tie.pop("origin")]
        graph.add_edge(provider, int(buyers[t]), **tie, goodwill=goodwill[t], origin=origin, current=current[t])
    return graph


def _rows(records: NDArray, fields: Sequence[str]) -> Iterator[dict]:
    for values in zip(*(records[field].tolist() for field in fields), strict=True):
        yield dict(zip(fields, values, strict=True))


def write_graph(graph: nx.DiGraph, file: BinaryIO, ending: str) -> None:
    """Write `graph` into the open binary `file` as GraphML or GEXF."""
    if ending == ".gexf":
        nx.write_gexf(graph, file)
    else:
        nx.write_graphml_xml(graph, file)
