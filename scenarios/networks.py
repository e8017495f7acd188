"""Networks from files (CSV edge list, GraphML, GEXF) and a finished world back into a file (`docs/networks.md`)."""

import contextlib
import gzip
import os
import zlib
from collections.abc import Sequence
from pathlib import Path

from scenarios.edge_lists import draft_of_edge_list
from scenarios.graphs import draft_of_graph, graph_of, write_graph
from scenarios.relationships import NetworkError, network_of
from sim.network import Network
from sim.state import World

__all__ = ["NetworkError", "read_network", "shipped", "shipped_networks", "write_network"]

DATA = Path(__file__).parent / "data"
TABLES = (".csv", ".csv.gz")
GRAPHS = (".graphml", ".gexf")
PARTICIPANTS = ".participants.csv"
LARGEST = 50_000_000


def read_network(path: str | Path) -> Network:
    """Read who buys from whom, and with what trust, from a CSV edge list, GraphML or GEXF.

    Parameters
    ----------
    path : str or Path
        A file ending in .csv, .csv.gz, .graphml or .gexf, at most 50 MB uncompressed. Beside an edge
        list `market.csv` or `market.csv.gz`, `market.participants.csv` (or .csv.gz) is read too.

    Returns
    -------
    Network
        Rows: peers, customers, firms, each in order of first appearance. Trust in [0, 1] or NaN.

    Raises
    ------
    NetworkError
        If the file cannot be used: one sentence with file, line, value and what is allowed.
    """
    path = Path(path)
    ending = _ending(path, (*TABLES, *GRAPHS))
    if ending in GRAPHS:
        return network_of(draft_of_graph(path.name, contents(path), ending))
    stem = path.name[: -len(ending)]
    candidates = [path.with_name(stem + PARTICIPANTS + more) for more in ("", ".gz")]
    beside = next(((file.name, contents(file)) for file in candidates if os.path.isfile(file)), None)
    return network_of(draft_of_edge_list(path.name, contents(path), beside))


def write_network(path: Path, world: World, strategies: Sequence[str], names: Sequence[str] | None) -> None:
    """Write the participants and ties of a world as GraphML or GEXF; `read_network` reads it back.

    Parameters
    ----------
    path : Path
        Ends in .graphml or .gexf. Written whole or not at all.
    world : World
        After any period. Platform and partners have no ties and are left out.
    strategies : sequence of str
        Name of each row of `world.strategies`.
    names : sequence of str or None
        Name of each participant by row, as in `Network.names`; None: kind and row number.

    Raises
    ------
    NetworkError
        If the ending is another, or the file cannot be written.
    """
    ending = _ending(path, GRAPHS)
    partial = path.with_name(path.name + ".partial")
    try:
        with partial.open("wb") as file:
            write_graph(graph_of(world, strategies, names), file, ending)
        os.replace(partial, path)
    except OSError as error:
        raise NetworkError(f"{path}: cannot be written ({error.strerror})") from None
    finally:
        with contextlib.suppress(OSError):
            partial.unlink()


def shipped_networks() -> list[str]:
    """Return the names of the networks that come with the package, in alphabetical order."""
    files = (file.name.removesuffix(".csv.gz") for file in DATA.glob("*.csv.gz"))
    return sorted(name for name in files if not name.endswith(".participants"))


def shipped(name: str) -> Path | None:
    """Return the file of the shipped network `name`, or None where there is none."""
    return DATA / f"{name}.csv.gz" if name in shipped_networks() else None


def _ending(path: Path, allowed: tuple[str, ...]) -> str:
    for ending in allowed:
        if path.name.lower().endswith(ending):
            return ending
    raise NetworkError(f"{path.name}: not a network file by its name; it must end in {', '.join(sorted(allowed))}")


def contents(path: Path) -> bytes:
    """Return the uncompressed bytes of a file; never unpacks more than the limit."""
    if not os.path.isfile(path):  # False too for what cannot be a path
        raise NetworkError(f"{path}: no such file")
    try:
        with gzip.open(path) if path.suffix.lower() == ".gz" else path.open("rb") as file:
            data = file.read(LARGEST + 1)
    except (OSError, EOFError, zlib.error) as error:
        raise NetworkError(f"{path.name}: cannot be read ({getattr(error, 'strerror', None) or error})") from None
    if len(data) > LARGEST:
        raise NetworkError(f"{path.name}: more than {LARGEST // 10**6} MB uncompressed, the largest size that is read")
    return data
