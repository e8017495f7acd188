"""Designs: which points and runs an experiment has, and what is refused."""

import os

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from scipy.stats import qmc

from scenarios.catalogue import ScenarioError
from scenarios.sweeps.design import read_design
from scenarios.sweeps.plan import plan_of
from scenarios.sweeps.work import identity

SOAK = os.environ.get("VALUENET_SOAK") == "1"
P = 'scenarios = ["platform"]\n'
SMALL = "[settings]\ncustomers = 20\nperiods = 6\n"


@pytest.fixture
def design(tmp_path):
    """Return a reader of a design's text."""

    def read(text, **files):
        for name, content in files.items():
            (tmp_path / name.replace("_", ".", 1)).write_text(content)
        (tmp_path / "d.toml").write_text(text)
        return read_design(tmp_path / "d.toml")

    return read


def rows(made, *names):
    return list(zip(*(made.points[name].to_pylist() for name in names), strict=True))


def test_grid_has_every_combination_once_under_every_scenario(design):
    made = design(
        'scenarios = ["transactional", "partnership"]\nreplications = 3\n'
        "[factors]\nturnover = [0.01, 0.1]\ncomplexity = {low = 0.0, high = 1.0, steps = 3}\n"
    )
    wanted = {(s, t, c) for s in ("transactional", "partnership") for t in (0.01, 0.1) for c in (0.0, 0.5, 1.0)}
    assert set(rows(made, "scenario", "turnover", "complexity")) == wanted
    assert len(made.points) == 12
    assert made.runs == 36


def test_a_scale_in_factors_keeps_both_ends(design):
    made = design(
        'scenarios = ["platform"]\n[factors]\nturnover = {low = 0.01, high = 0.16, steps = 5, scale = "log"}\n'
    )
    assert made.points["turnover"].to_pylist() == pytest.approx([0.01, 0.02, 0.04, 0.08, 0.16])


def test_runs_are_numbered_by_replication_first(design):
    made = design('scenarios = ["partnership"]\nreplications = 3\nseed = 40\n[factors]\nturnover = [0.01, 0.1]\n')
    jobs = list(plan_of(made).jobs(0, 6))
    assert [(job.run, job.point, job.replication, job.seed) for job in jobs] == [
        (0, 0, 0, 40),
        (1, 1, 0, 40),
        (2, 0, 1, 41),
        (3, 1, 1, 41),
        (4, 0, 2, 42),
        (5, 1, 2, 42),
    ]


def test_latin_hypercube_has_one_point_in_every_slice(design):
    made = design(
        'scenarios = ["platform"]\n[points]\nmethod = "latin-hypercube"\nnumber = 50\n'
        '[factors]\nfee = {low = 0.1, high = 0.6}\nturnover = {low = 0.01, high = 0.1, scale = "log"}\n'
    )
    fee = (np.array(made.points["fee"]) - 0.1) / 0.5
    turnover = np.log(np.array(made.points["turnover"]) / 0.01) / np.log(10)
    for units in (fee, turnover):
        assert sorted(np.floor(units * 50)) == list(range(50))


def test_sobol_is_scipys_sequence(design):
    made = design(
        'scenarios = ["platform"]\n[points]\nmethod = "sobol"\nnumber = 16\nseed = 7\n'
        "[factors]\nfee = {low = 0.0, high = 0.5}\ncomplexity = {low = 0.0, high = 1.0}\n"
    )
    units = qmc.Sobol(2, rng=7).random(16)
    assert np.array(made.points["fee"]) == pytest.approx(units[:, 0] / 2)
    assert np.array(made.points["complexity"]) == pytest.approx(units[:, 1])


def test_a_sample_shares_out_listed_values_and_rounds_what_counts(design):
    made = design(
        'scenarios = ["platform"]\n[points]\nmethod = "sobol"\nnumber = 32\n'
        '[factors]\n"networks.social" = ["random", "small-world"]\n'
        "breadth = {low = 3, high = 10}\nfee = {low = 0.0, high = 0.5}\n"
    )
    assert made.points["networks.social"].to_pylist().count("random") == 16
    assert all(isinstance(value, int) for value in made.points["breadth"].to_pylist())
    assert {variant.market.networks.social for variant in made.variants} == {"random", "small-world"}
    row = rows(made, "networks.social", "breadth", "fee")[5]
    market = made.market(5).market
    assert (market.networks.social, market.platform.breadth, market.platform.fee) == row


@pytest.mark.parametrize("kind", ["csv", "parquet"])
def test_a_list_gives_each_row_as_it_is(design, tmp_path, kind):
    table = pa.table({"scenario": ["transactional", "platform"], "turnover": [0.02, 0.03], "customers": [50, 60]})
    pq.write_table(table, tmp_path / "p.parquet")
    csv = "scenario,turnover,customers\ntransactional,0.02,50\nplatform,0.03,60\n"
    made = design(
        f'scenarios = ["platform", "transactional"]\n[points]\nmethod = "list"\nfile = "p.{kind}"\n', p_csv=csv
    )
    assert rows(made, "scenario", "turnover", "customers") == [("transactional", 0.02, 50), ("platform", 0.03, 60)]
    assert made.market(1).market.platform.platform_slots > 0
    assert made.market(0).market.customers.customers == 50


def test_no_factor_at_all_is_one_point_a_scenario(design):
    assert len(design('scenarios = ["partnership", "platform"]\n').points) == 2


def test_scenarios_may_be_named_and_lie_beside(design):
    made = design(
        'scenarios = {mine = "own.toml", theirs = "transactional"}\n',
        own_toml='title = "Own"\ndescription = "d"\n[customers]\ncustomers = 30\n',
    )
    assert made.points["scenario"].to_pylist() == ["mine", "theirs"]
    assert made.market(0).market.customers.customers == 30


MISTAKES = {
    "[factors]\nturnover = [0.1]": "scenarios is missing",
    'scenarios = ["nowhere"]': "nowhere: there is no such scenario",
    'scenarios = ["platform", "platform"]': "there twice",
    P + "replicatoins = 3": "replicatoins is not a known key; did you mean replications?",
    P + "replications = 0": "replications = 0 is not allowed",
    P + "[factors]\nturnovr = [0.1]": "no numeric quantity of a market has this name; did",
    P + "[factors]\nturnover = [0.1, 0.1]": "one of them twice",
    P + "[factors]\nturnover = []": "has no values",
    P + "[factors]\nturnover = [0.1, 1.5]": "point 2: platform: customers.turnover = 1.5 is out of range",
    P + "[factors]\nturnover = {low = 0.1, high = 0.2}": "factors.turnover: steps is missing",
    P + "[factors]\nturnover = {low = 0.3, high = 0.2, steps = 3}": "is not below",
    P + '[factors]\nfee = {low = 0.0, high = 0.2, steps = 3, scale = "log"}': "is not above 0",
    P + "[settings]\nfee = 0.1\n[factors]\nfee = [0.1, 0.2]": "settings: fee is a factor too",
    P + '[settings]\n"platform.fee" = 0.1\n[factors]\nfee = [0.1, 0.2]': "is a factor too",
    P + '[points]\nmethod = "sobol"\nnumber = 100\n[factors]\nfee = {low = 0.0, high = 0.5}': "power of two",
    P + '[points]\nmethod = "sobol"\n[factors]\nfee = {low = 0.0, high = 0.5}': "needs number",
    P + '[points]\nmethod = "sobol"\nnumber = 8': "needs at least one",
    P + "[points]\nnumber = 8": "has no number",
    P + '[points]\nmethod = "list"\nfile = "none.csv"': "none.csv: the file cannot be read",
    P + '[keep]\nmeasures = ["trusty"]': "there is no measure 'trusty'; did you mean trust?",
    P + '[keep]\nmeasures = ["trust of nobody"]': "no scenario has a strategy 'nobody'",
    P + '[keep]\nseries = ["gini_gains"]': "keep.series: there is no measure",
    P + '[factors]\ntrust = ["a"]': "trust",
    'scenarios = {a = "platform", b = "platform"}': "scenarios: a and b are the same market",
    P + "[factors]\nfee = 0.1": "factors.fee: is neither a list of values nor a range",
    P + "[factors]\nfee = {low = 0.1}": "factors.fee.high is missing",
    P + "replications = 1000000\n[factors]\nfee = {low = 0.0, high = 0.5, steps = 1000}": "a sweep may have",
    P + '[factors]\nturnover = [0.1, "a"]': "factors.turnover holds numbers and texts",
    P + "[factors]\nfirms = [1, 99999999999999999999]": "factors.firms holds numbers and texts, or a number of more",
    P + f"[factors]\nfirms = {{low = 1, high = {10**40}, steps = 3}}": "is not a range from a lower to a higher value",
    P + "[factors]\nturnover = {low = 0.5, high = 1.5, steps = 3}": "factors.turnover: 0.5 to 1.5 is not a range",
    'scenarios = {"a\\nb" = "platform"}': "scenarios: a?b: the name has characters that cannot be printed",
    P + 'title = "a\\u0000b"': "title: a?b: the name has characters",
    P + '[points]\nmethod = "list"\nfile = "a\\u0000.csv"': "points.file: a?.csv: the name has characters",
    P + "seed = 18446744073709551615\nreplications = 2": "too large for 2 replications",
}


@pytest.mark.parametrize("text", MISTAKES, ids=range(len(MISTAKES)))
def test_a_mistake_gets_one_sentence(design, text):
    with pytest.raises(ScenarioError) as told:
        plan_of(design(text))
    assert MISTAKES[text] in str(told.value)
    assert "\n" not in str(told.value)


TABLES = {
    "turnover\n0.1\n0.1\n": "points 1 and 2 are the same market",
    "turnover\n0.1\nfast\n": "column turnover holds numbers and 'fast'",
    "turnover,turnover\n0.1,0.2\n": "different names",
    "turnover,fee\n0.1\n": "line 2 has 1 cells, line 1 has 2",
    "turnover\n": "there are no points in it",
    "turnover,fee\n0.1,\n": "line 2: fee is empty",
    "turnover\nnan\n": "is not a finite number",
    "variant,turnover\n1,0.1\n": "variant: no quantity of a market has this name",
    "firms\n1_0\n": "is not a whole number",
    "firms\n99999999999999999999\n": "a number of more than 64 bits",
    "scenario,turnover\nother,0.1\n": "is not among the scenarios",
}


@pytest.mark.parametrize("text", TABLES, ids=range(len(TABLES)))
def test_a_mistake_in_a_list_gets_one_sentence(design, text):
    with pytest.raises(ScenarioError, match=TABLES[text].replace("(", r"\(")):
        design('scenarios = ["platform"]\n[points]\nmethod = "list"\nfile = "p.csv"\n', p_csv=text)


def test_no_two_runs_share_their_identity(design):
    replications = 1000 if SOAK else 20
    steps = 1000 if SOAK else 25
    made = design(
        f'scenarios = ["transactional", "platform"]\nreplications = {replications}\n{SMALL}'
        f"[factors]\nturnover = {{low = 0.01, high = 0.5, steps = {steps // 2}}}\n"
    )
    markets = [made.market(point) for point in range(len(made.points))]
    seen = {identity(market, made.seed + r) for market in markets for r in range(replications)}
    assert len(seen) == made.runs


def test_identity_is_a_function_of_market_and_seed_alone(design):
    first = design('scenarios = ["platform"]\n[factors]\nfee = [0.1, 0.2]\n').market(1)
    second = design('title = "x"\nscenarios = {other = "platform"}\n[settings]\nfee = 0.2\n').market(0)
    assert identity(first, 3) == identity(second, 3)
    assert identity(first, 3) != identity(first, 4)
