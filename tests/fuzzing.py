"""Odd, wrong and hostile input, made from valid files: the case of a kind and a number is the same every time."""

import gzip
import json
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple
from xml.sax.saxutils import escape, quoteattr

from scenarios.catalogue import LIBRARY, ScenarioError, parse_settings
from scenarios.networks import NetworkError, read_network
from scenarios.scenario import load
from scenarios.sentences import NAMED, limits
from sim.config import SECTIONS, quantities
from sim.sections import Strategy
from sim.shocks import SHOCKS
from tests.damage import Chance, damaged

NETWORKS = Path(__file__).parents[1] / "docs" / "networks"
ODD_VALUES = (
    *("nan", "-inf", "-1", "1e999", "2.5", "9223372036854775808", "true", "'a'", "{}", "[" * 25 + "]" * 25, "9" * 5000),
)
NAMES = ("Anna", "Ben", "Cleo", "Björk AB", "=1+1", "<b>&", '"quoted"', "a;b", "a,b", "漢字", "../x", "NUL", "x" * 300)
ODD_NAMES = ("", " ", "\0", "\x1b[31m", "\u2028", "\ufffe", "Anna\n", "transactional", "\N{RIGHT-TO-LEFT OVERRIDE}a")
MORE_SETTINGS = (
    *("periods=1", "fee", "=", "a" * 300, "a." * 30 + "a=1", "exchange={value = 3}", "exchange=3", "title=", "title=a"),
    *(
        "strategies.a.b.markup=0.5",
        "chain.a.firms=3",
        "chain.a.b={firms = 3}",
        "shocks.a={kind = 'price war'}",
        "shocks.a.size=0.5",
        "departments.sales={orders = 1}",
        "business_models.a.earnings=3",
        "fi.title='a'",
        "providers.firm_strategies.partnership=0.5",
        "firm_strategies.x.y=0",
        "network=no.csv",
    ),
)
# Exchanged everywhere in a file, so that the XML stays well-formed.
XML_WORDS = (
    "id=", "key=", "for=", "title=", "class=", "label=", "value=", "attr.name=", "attr.type=", "source=", "xmlns=",
    "graph ", "nodes", "edges", "attvalues", "attvalue ", "attribute ", "attributes", "data", "key ", "node", "edge",
    '"string"', '"double"', '"trust"', "'t'", '"edge"', 'version="1.2"', "'0'", "'1'", ".net/", "<graph ", "<node ",
    ">", '<graph xmlns:a="b}c" ', '<node xmlns="b}c" ', '<edge xmlns:a="" ', "<parallel/>", "<graph/>", "<edge/>",
    "<data/>", '<node start="a" ', '<node pid="0" ', '<key for="all" id="k"/>', '"boolean"', '"long"', '"liststring"',
    "<default/>",
)  # fmt: skip
NUMBERS = ("0", "1", "0.5", "0,5", "1e-308", "-0.0", " 0.25 ", ".5", "1.")
ODD_NUMBERS = ("", "nan", "inf", "1e999", "-1", "1.0.0", "\N{ARABIC-INDIC DIGIT ONE}", "1_0", "true", "9" * 400)

Files = dict[str, bytes]


class Case(NamedTuple):
    """Files, of which the first is loaded, with a regime picked and settings on top."""

    kind: str
    number: int
    files: Files
    settings: tuple[str, ...] = ()
    regime: str = ""


def case(kind: str, number: int) -> Case:
    """Make case `number` of a kind of `KINDS`."""
    chance = Chance(f"{kind} {number}")
    made = KINDS[kind](chance)
    return made._replace(kind=kind, number=number) if isinstance(made, Case) else Case(kind, number, made)


def answer(tried: Case, folder: Path) -> str:
    """Load a case in an empty folder. Return the sentence it is refused with, '' when it is taken."""
    for name, data in tried.files.items():
        (folder / name).write_bytes(data)
    first = folder / next(iter(tried.files))
    try:
        if first.suffix == ".toml":
            load(f"{first}{tried.regime}", parse_settings(tried.settings))
        else:
            read_network(first)
    except (ScenarioError, NetworkError) as error:
        return str(error).replace(f"{folder}/", "")
    finally:
        for name in tried.files:
            (folder / name).unlink()
    return ""


def damaged_scenario(chance: Chance) -> Files:
    """Damage a scenario of the library, but for the one whose network takes long to read."""
    texts = [path.read_bytes() for path in sorted(LIBRARY.glob("*.toml")) if path.stem != "bitcoin-otc"]
    return {"my.toml": damaged(chance.choice(texts), chance)}


def written_scenario(chance: Chance) -> Case:
    """Write a scenario of random tables, with a mistake here and there, on a network or not."""
    head = [f"title = {_text(chance)}", f"description = {_text(chance)}"]
    files = {}
    if chance.random() < 0.3:
        head.append(f'network = "{chance.choice(("my.csv", "./my.csv", "my.csv", "../my.csv", "/dev/null"))}"')
        files = written_edge_list(chance)
    lines, regimes = (
        [*head, *_tables(chance, "")],
        [_slip(f"a{n}", chance) for n in range(chance.choice((0, 0, 1, 2, 2)))],
    )
    for regime in regimes:
        lines += [f"[regime.{regime}]", *_tables(chance, f"regime.{regime}.")]
    if chance.random() < 0.04:
        lines = [*head, chance.choice(("regime = 3", "regime.a = 3", 'regime."a:b" = {}', 'regime."" = {}'))]
    picked = chance.choice(("", *(f":{regime}" for regime in regimes), *((":b",) if chance.random() < 0.1 else ())))
    return Case("", 0, {"my.toml": "\n".join(lines).encode()} | files, regime=picked)


def _text(chance: Chance) -> str:
    odd = chance.random() < 0.02
    return chance.choice(("3", '""', '"\\u001b"', '"' + "x" * 3000 + '"')) if odd else json.dumps(chance.choice(NAMES))


def _tables(chance: Chance, prefix: str) -> list[str]:
    known = list(quantities())
    lines = []
    for section in chance.sample(SECTIONS, chance.randint(0, 4)):
        own = [(name, field) for where, name, field in known if where == section]
        lines.append(f"[{prefix}{_slip(section, chance)}]")
        lines += [f"{_slip(name, chance)} = {_value(field, chance)}" for name, field in chance.sample(own, 2)]
    for table, model in NAMED.items():
        if chance.random() < 0.25:
            name, fields = (
                json.dumps(chance.choice(NAMES)),
                [one for one in model.model_fields.items() if one[0] != "kind"],
            )
            lines.append(f"[{prefix}{table}.{name}]")
            lines += [f'kind = "{_slip(chance.choice(SHOCKS), chance)}"'] if table == "shocks" else []
            lines += [f"{_slip(key, chance)} = {_value(field, chance)}" for key, field in chance.sample(fields, 2)]
    return lines + (_business_model(prefix, chance) if chance.random() < 0.2 else [])


def _business_model(prefix: str, chance: Chance) -> list[str]:
    """Write a business model: with odd values now and then, and often with costs that do not add up."""
    built, value = (
        chance.choice(("effort", "dialogue", "repair", "nothing")),
        chance.choice(("0.1", "0.5", *ODD_VALUES)),
    )
    return [
        f"[{prefix}business_models.{json.dumps(chance.choice(NAMES))}]",
        f'{_slip("value_proposition", chance)} = "{_slip(chance.choice(("product", "both", "fit")), chance)}"',
        f'customer = {{{_slip("who", chance)} = "{chance.choice(("everyone", "a community", "the end customer"))}"}}',
        f'earnings = {{by = "{chance.choice(("mark-up", "shared surplus"))}", rate = {value}}}',
        f'activities.a = {{kind = "value-adding", builds = "{built}", cost = {chance.choice(("0.5", "1.0", value))}}}',
        f'activities.b = {{kind = "necessary", cost = {chance.choice(("4", "4.0", "3.5"))}}}',
    ]


def _slip(name: str, chance: Chance) -> str:
    return chance.choice((name[1:], name + "s", f'"{name}."', f"{name}.{name}")) if chance.random() < 0.02 else name


def _value(field, chance: Chance) -> str:
    """Write a value of a quantity: any that is allowed, its ends often, or sometimes something else."""
    between = limits(field)
    if chance.random() < 0.06:
        return chance.choice(ODD_VALUES)
    if field.annotation is str:
        return json.dumps(chance.choice(("", "", "partnership", *NAMES)))
    if between is None:
        share = chance.choice((0.0, 0.25, 1.0))
        mix = f"{{transactional = {share}, partnership = {1 - share + (chance.random() < 0.1)}}}"
        return mix if isinstance(field.default, dict) else chance.choice(('"none"', '"random"', '"imported"'))
    low, high = between
    whole = field.annotation is int
    low, high = (int(low), int(high)) if whole else (float(low), float(high))
    return repr(chance.choice((low, high, chance.randint(low, high) if whole else chance.uniform(low, high))))


def settings(chance: Chance) -> Case:
    """Set quantities of a library's scenario, as `--set` does."""
    known = [(chance.choice((name, f"{section}.{name}")), field) for section, name, field in quantities()]
    known += [(f"strategies.transactional.{name}", field) for name, field in Strategy.model_fields.items()]
    picked = chance.choices(known, k=chance.choice((1, 1, 2, 3)))
    texts = [f"{_slip(name, chance)}={_value(field, chance)}" for name, field in picked]
    if chance.random() < 0.1:
        texts.append(chance.choice(MORE_SETTINGS))
    if chance.random() < 0.2:
        texts[0] = damaged(texts[0].encode(), chance).decode("utf-8", "surrogateescape")
    return Case("", 0, {"my.toml": (LIBRARY / "mixed-market.toml").read_bytes()}, tuple(texts))


def damaged_network(*names: str) -> Callable[[Chance], Files]:
    """Return a maker of damaged examples of the documentation; the second, if any, stays beside the first."""

    def made(chance: Chance) -> Files:
        texts = [(NETWORKS / name).read_bytes() for name in names]
        hurt = chance.randrange(len(texts))
        texts[hurt] = damaged(texts[hurt], chance)
        return {"my" + name[name.index(".") :]: text for name, text in zip(names, texts, strict=True)}

    return made


def packed(chance: Chance) -> Files:
    """Damage a compressed edge list before or after it was compressed."""
    data = (NETWORKS / "market.csv").read_bytes()
    whole = gzip.compress(damaged(data, chance), mtime=0)
    return {"my.csv.gz": whole if chance.random() < 0.6 else damaged(whole, chance)}


def written_edge_list(chance: Chance) -> Files:
    """Write an edge list of random names and numbers, with a mistake here and there."""
    extra = chance.choice(((), ("trust",), ("rating",), ("time",), ("trust", "time"), ("trust", "rating")))
    between = chance.choice(",;")
    rows = [["buyer", "provider", *extra]]
    for _ in range(chance.randint(1, 12)):
        rows.append([_name(chance, NAMES[:6]), _name(chance, NAMES[6:]), *(_number(chance) for _ in extra)])
    ends = chance.choice(("\n", "\r\n", "\r"))
    return {"my.csv": ends.join(between.join(map(_quoted, row)) for row in rows).encode("utf-8", "surrogatepass")}


def _quoted(cell: str) -> str:
    return '"' + cell.replace('"', '""') + '"' if set(cell) & set('",;\n') else cell


def _name(chance: Chance, names: tuple[str, ...]) -> str:
    return chance.choice(ODD_NAMES if chance.random() < 0.02 else names) + chance.choice(("", "", " 2", " 3"))


def _number(chance: Chance) -> str:
    return chance.choice(ODD_NUMBERS if chance.random() < 0.02 else NUMBERS)


def written_graph(chance: Chance) -> Files:
    """Write a GraphML or GEXF of random nodes, edges and attributes, with a mistake here and there."""
    ending = chance.choice((".graphml", ".gexf"))
    names = [_name(chance, NAMES) for _ in range(chance.randint(1, 8))]
    pairs = [(a, b) for a in range(len(names)) for b in range(len(names)) if a != b or chance.random() < 0.02]
    edges = chance.sample(pairs, min(len(pairs), chance.randint(1, 6)))
    write = _graphml if ending == ".graphml" else _gexf
    text = write(chance, names, edges)
    if chance.random() < 0.6:
        there = [word for word in XML_WORDS if word in text]
        text = text.replace(chance.choice(there), chance.choice((*XML_WORDS, "x", "x:y", 'a=""', "xml:lang")))
    data = text.encode("utf-8", "surrogatepass")
    return {"my" + ending: damaged(data, chance) if chance.random() < 0.1 else data}


def _graphml(chance: Chance, names: list[str], edges: list[tuple[int, int]]) -> str:
    keys = "".join(f'<key id="{k}" for="{of}" attr.name="{k}" attr.type="{_slip("string", chance)}"/>'
                   for k, of in (("name", "node"), ("kind", "node"), ("trust", "edge")))  # fmt: skip
    node, edge = "<node id='{}'><data key='name'>{}</data></node>\n", "<edge source='{}' target='{}'>{}</edge>\n"
    nodes = "".join(node.format(n, escape(name)) for n, name in enumerate(names))
    ties = "".join(edge.format(a, b, f"<data key='trust'>{_number(chance)}</data>") for a, b in edges)
    body = f'{keys}<graph edgedefault="directed">{nodes}{ties}</graph>'
    return f'<graphml xmlns="http://graphml.graphdrawing.org/xmlns">{body}</graphml>'


def _gexf(chance: Chance, names: list[str], edges: list[tuple[int, int]]) -> str:
    keys = f'<attributes class="edge"><attribute id="t" title="trust" type="{_slip("double", chance)}"/></attributes>'
    nodes = "".join(f"<node id='{n}' label={quoteattr(name)}/>\n" for n, name in enumerate(names))
    value = "<attvalues><attvalue for='t' value='{}'/></attvalues>"
    ties = "".join(f"<edge source='{a}' target='{b}'>{value.format(_number(chance))}</edge>\n" for a, b in edges)
    body = f'<graph defaultedgetype="directed">{keys}<nodes>{nodes}</nodes><edges>{ties}</edges></graph>'
    return f'<gexf xmlns="http://www.gexf.net/1.2draft" version="1.2">{body}</gexf>'


KINDS: dict[str, Callable[[Chance], Files | Case]] = {
    "damaged scenario": damaged_scenario,
    "written scenario": written_scenario,
    "settings": settings,
    "damaged edge list": damaged_network("ratings.csv"),
    "damaged participants": damaged_network("market.csv", "market.participants.csv"),
    "packed edge list": packed,
    "written edge list": written_edge_list,
    "damaged GraphML": damaged_network("market.graphml"),
    "damaged GEXF": damaged_network("market.gexf"),
    "written graph": written_graph,
}
