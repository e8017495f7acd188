"""The boundary table: every quantity at its ends and beyond is refused with a sentence, or makes a sound market.

With VALUENET_SOAK set the largest market, of gigabytes, is run as well.
"""

import itertools
import math
from collections.abc import Mapping
from pathlib import Path

import numpy as np
import pytest

from scenarios.catalogue import ScenarioError, parse_settings
from scenarios.scenario import Scenario, load
from scenarios.sentences import MIXES, limits
from scenarios.variation import axis, vary
from sim.config import SECTIONS, Market, Strategy, quantities
from sim.create import create
from sim.network import FIRM
from sim.period import advance
from sim.rulebook import PLACES, field_of, variants
from sim.state import check
from sim.totals import TOTALS
from tests.markets import SMALL
from tests.soak import SOAK

PERIODS = 4
LARGE = 200_000  # customers from which a market is not run, but for one in the soak
NETWORKS = ("none", "random", "small-world", "scale-free", "imported", "", "None")
# A small market in which everything there is takes part: whatever quantity is changed, it counts.
EVERYBODY: Mapping[str, object] = {
    "periods": PERIODS,
    "customers": 12,
    "slots": 4,
    "firms": 4,
    "peer_share": 0.25,
    "partners": 2,
    "platform_slots": 2,
    "market": "random",
    "firm_strategies": {"transactional": 0.5, "partnership": 0.5},
    "imitate": 0.5,
    "mutation": 0.5,
    "credit": 10.0,
}
NUMBERS = {f"{section}.{name}": field for section, name, field in quantities() if limits(field)}
NUMBERS |= {"periods": Market.model_fields["periods"]}
NUMBERS |= {f"strategies.transactional.{name}": field for name, field in Strategy.model_fields.items()}
WORDS = [f"{section}.{name}" for section, name, field in quantities() if not limits(field)]
ANYWHERE = (
    *("0", "0.0", "-0.0", "1", "1.0", "-1", "1e-308", "5e-324", "-5e-324", "1e308", "-1e308", "nan", "inf", "-inf"),
    *("9223372036854775807", "9223372036854775808", "18446744073709551616"),  # 2**63 - 1, 2**63, 2**64
)
LIMITED_BY_OTHERS = (
    "partners.partners",
    "partners.firms_per_partner",
    "partners.revenue_share",
    "platform.platform_slots",
    "couriers.couriers",
    "customers.slots",
    "providers.firms",
)


def rule_that_reads(key: str) -> dict[str, str]:
    """Return the setting that makes a quantity of `variants` matter; nothing for others."""
    extra = NUMBERS[key].json_schema_extra
    of = extra.get("of", []) if isinstance(extra, dict) else []
    return next(({field_of(place): name} for place in PLACES for name in of if name in variants(place)), {})


def at_the_ends(key: str) -> list[str]:
    """Return the ends of a quantity and what is next to them, on either side, as TOML."""
    low, high = limits(NUMBERS[key])  # type: ignore[misc]
    if NUMBERS[key].annotation is int:
        return [str(int(end) + more) for end in (low, high) for more in (-1, 0, 1)]
    return [
        repr(float(n)) for end in (low, high) for n in (math.nextafter(end, -math.inf), end, math.nextafter(end, 1e9))
    ]


def loaded(settings: Mapping[str, object]) -> Scenario | None:
    """Load the market of everybody with settings on top; None where a sentence refuses it."""
    try:
        return load("partnership", {**EVERYBODY, **settings})
    except ScenarioError as error:
        said = str(error)
        assert said.isprintable() and len(said) < 400 and said.startswith(("setting: ", "partnership.toml: ")), said
        return None


def is_sound(scenario: Scenario) -> bool:
    """Run a few periods, each of which leaves a sound world and numbers that are finite."""
    world = create(scenario.market, 1, scenario.network)
    assert check(world) == []
    for _ in range(PERIODS):
        totals = np.zeros((1, len(scenario.market.strategies) + 1), TOTALS)
        advance(world, totals)
        assert check(world) == []
        assert all(np.isfinite(totals[name]).all() for name in TOTALS.names)  # type: ignore[union-attr]
    return True


def tried(settings: Mapping[str, object]) -> bool:
    """Whether a market is taken; it is then sound."""
    scenario = loaded(settings)
    if scenario is None:
        return False
    return scenario.market.customers.customers >= LARGE or is_sound(scenario)


@pytest.mark.parametrize("key", NUMBERS)
def test_every_quantity_at_its_ends_and_beyond(key: str) -> None:
    low, high = limits(NUMBERS[key])  # type: ignore[misc]
    whole = NUMBERS[key].annotation is int
    for text in dict.fromkeys((*ANYWHERE, *at_the_ends(key))):
        value = parse_settings([f"{key}={text}"])[key]
        inside = low <= value <= high and not (whole and isinstance(value, float))
        taken = tried({key: value, **rule_that_reads(key)})
        assert taken <= inside, f"{key} = {text} is out of range and taken"
        assert taken or not inside or key in LIMITED_BY_OTHERS, f"{key} = {text} is in range and refused"


@pytest.mark.parametrize("key", [key for key in WORDS if key.startswith("networks.")])
def test_every_kind_of_network(key: str) -> None:
    taken = [kind for kind in NETWORKS if tried({key: kind})]
    assert taken == ["none", "random", "small-world", "scale-free"]


MIXED = {
    "{}": False,
    "{transactional = 0.0}": False,
    "{transactional = -0.0, partnership = 0}": False,
    "{transactional = 1e-308}": False,
    "{transactional = 1e308, partnership = 1e308}": False,
    "{transactional = 1e308, partnership = -1e308}": False,
    "{transactional = 2.0, partnership = -1.0}": False,
    "{transactional = 0.5, partnership = 0.500001}": False,
    "{transactional = nan}": False,
    "{transactional = 9223372036854775808}": False,
    "{transactional = 1}": True,
    "{transactional = 1.0, partnership = 0.0}": True,
    "{transactional = -0.0, partnership = 1.0}": True,
    "{transactional = 1e-308, partnership = 1.0}": True,
    "{transactional = 5e-324, peer = 1, partnership = 0}": True,
    "{transactional = 0.3333333333, partnership = 0.3333333333, peer = 0.3333333333}": True,
}


@pytest.mark.parametrize("mix", [f"{section}.{name}" for section, name in MIXES])
@pytest.mark.parametrize("text", MIXED)
def test_shares_that_do_not_sum_to_one_are_refused(mix: str, text: str) -> None:
    assert tried(parse_settings([f"{mix}={text}"])) == MIXED[text]


SIZES = [  # customers, firms, share of peers, partners, slots, platform's slots, taken?
    (1, 1, 0.0, 0, 1, 0, True),
    (1, 0, 1.0, 0, 1, 0, True),  # the only buyer is the only provider: there is nobody to meet
    (1, 0, 1.0, 0, 1, 1, True),
    (1, 0, 0.0, 0, 1, 0, False),
    (1, 0, 1e-308, 0, 1, 0, True),  # a share so small that nobody is a peer
    (1, 1, 0.0, 1, 1, 0, True),
    (1, 1, 0.0, 2, 1, 0, True),
    (1, 1, 0.0, 7, 1, 0, False),  # seven partners of one firm would get more than its price
    (2, 0, 1.0, 0, 32, 32, True),
    (2, 1, 0.0, 0, 32, 32, False),
    (12, 100_000, 1.0, 100_000, 32, 32, True),
    (12, 100_000, 0.0, 100_000, 1, 0, True),
    (2_000_000, 1, 0.0, 0, 32, 0, False),  # more memory than a run may take
    (2_000_000, 100_000, 1.0, 100_000, 1, 0, True),
]


@pytest.mark.parametrize("sizes", SIZES, ids=str)
def test_none_one_and_the_most_actors(sizes: tuple) -> None:
    names = ("customers", "firms", "peer_share", "partners", "slots", "platform_slots")
    settings = dict(zip(names, sizes[:-1], strict=True)) | {"social": "none", "market": "none", "dimensions": 1}
    assert tried(settings) == sizes[-1]
    assert not SOAK or not sizes[-1] or is_sound(load("partnership", {**EVERYBODY, **settings}))


@pytest.mark.parametrize("kind", ["random", "small-world", "scale-free"])
@pytest.mark.parametrize("degree", [0, 1, 2, 1000])
@pytest.mark.parametrize("customers", [1, 2, 12])
def test_networks_of_hardly_anybody(kind: str, degree: int, customers: int) -> None:
    for rewiring in (0.0, 1.0):
        assert tried({"social": kind, "social_degree": degree, "social_rewiring": rewiring, "customers": customers})
        if degree:
            assert tried({"market": kind, "market_degree": degree, "market_rewiring": rewiring, "customers": customers})


def test_every_section_at_either_end_at_once() -> None:
    """All markets in which each section's quantities are at their lowest or at their highest, by the standard rules."""
    sections = [section for section in SECTIONS if section not in ("rules", "variants")]
    ends = {
        (section, high): {
            name: (SMALL.get(name) or limits(field))[high]  # type: ignore[index]
            for where, name, field in quantities()
            if where == section and limits(field) and name != "firms"
        }
        for section in sections
        for high in (0, 1)
    }
    taken = 0
    for choice in itertools.product((0, 1), repeat=len(sections)):
        at = {key: value for pair in zip(sections, choice, strict=True) for key, value in ends[pair].items()}
        taken += tried({**at, "firms": 8})
    assert taken > 128


EDGE_LISTS = {
    "nobody knows anybody": ("", "Anna,customer\nSisu,firm\n"),
    "two peers": ("", "Anna,peer\nBen,peer\n"),
    "one relationship": ("a,x,1\n", ""),
    "everybody knows everybody": ("".join(f"p{i},p{j},0\n" for i in range(9) for j in range(9) if i != j), ""),
    "more providers than slots": ("".join(f"a,f{n},0.5\n" for n in range(99)), ""),
    "one provider of many": ("".join(f"b{n},x,1e-308\n" for n in range(99)), ""),
}


@pytest.mark.parametrize("slots", [1, 32])
@pytest.mark.parametrize("edges, people", EDGE_LISTS.values(), ids=EDGE_LISTS)
def test_networks_at_the_edge(edges: str, people: str, slots: int, tmp_path: Path) -> None:
    (tmp_path / "my.csv").write_text("buyer,provider,trust\n" + edges)
    if people:
        (tmp_path / "my.participants.csv").write_text("name,kind\n" + people)
    for weight in (0.0, 1e-308, 100.0):
        scenario = load("transactional", {"slots": slots, "trust_weight": weight}, tmp_path / "my.csv")
        assert is_sound(scenario)
        assert scenario.network is not None and scenario.network.count(FIRM) == scenario.market.providers.firms


@pytest.mark.parametrize("ends", ["0:1e-308", "5e-324:1", "1e-308:1e-307", "0:1", "0.5:0.5000000000000001", "-0.0:1"])
@pytest.mark.parametrize("size", [2, 5, 64])
def test_axes_of_a_map_stay_within_their_ends(ends: str, size: int) -> None:
    name, values = axis(f"turnover={ends}", size)
    assert len(values) == size and (np.diff(values) >= 0).all() and ((values >= 0) & (values <= 1)).all()
    assert is_sound(vary(load("partnership", EVERYBODY), name, values[-1]))


@pytest.mark.parametrize(
    "ends", ["nan:1", "0:nan", "0:inf", "-inf:0", "1:0", "0:0", "-1e-308:1", "0:1e308", "0:1:2", ":"]
)
def test_axes_beyond_the_range_are_refused(ends: str) -> None:
    for quantity in ("turnover", "firms"):
        with pytest.raises(ScenarioError):
            axis(f"{quantity}={ends}", 2)
