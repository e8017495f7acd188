"""The Mesa face of a world: the same results, the tools of Mesa, models that neither meet nor stay."""

import copy
import gc
import inspect
import pickle  # noqa: TID251 - only what this file has pickled itself
import re
import runpy
import tracemalloc
import warnings
import weakref
from pathlib import Path

import mesa
import numpy as np
import pytest

from sim import Customer, Firm, Market, Strategy, ValueNetwork
from sim.ensemble import run
from sim.metrics import MEASURES
from tests.crowd import bits, stepped

DOCS = Path(__file__).parent.parent / "docs"
SMALL = {"customers": 40, "periods": 12}
SIZES = {"transactional": SMALL, "partnership": {**SMALL, "partners": 5}, "platform": {**SMALL, "peer_share": 0.5}}
NEW_BATCH_RUN = "rng" in inspect.signature(mesa.batch_run).parameters


@pytest.fixture
def small(market):
    """Return a small market with peers and a platform."""
    return market("platform", SIZES["platform"])


def test_results_are_those_of_the_ensemble(market, regime):
    of_regime = market(regime, SIZES[regime])
    model, alone = ValueNetwork(of_regime, rng=7), run(of_regime, 7)
    model.run_model()
    assert (model.period, model.running) == (12, False)
    assert bits(model) == bits(alone)
    assert model.as_run().results() == pytest.approx(alone.results(), rel=0, abs=0, nan_ok=True)
    for name, values in alone.series().items():
        np.testing.assert_array_equal(model.series()[name], values)


def test_a_model_without_arguments_is_a_plain_market():
    market = Market(strategies={"transactional": Strategy()})
    assert bits(stepped(ValueNetwork(rng=3), 2))[:-1] == bits(stepped(ValueNetwork(market, rng=3), 2))[:-1]


def test_without_a_seed_each_model_has_its_own_and_tells_it(small):
    one, other = ValueNetwork(small), ValueNetwork(small)
    assert one.seed != other.seed
    assert bits(stepped(one, 3)) == bits(stepped(ValueNetwork(small, rng=np.int64(one.seed)), 3))


def test_quantities_can_be_given_by_name(market):
    named = ValueNetwork(market("partnership", SMALL), rng=1, complexity=np.float64(0.8), firms=np.int64(6), periods=5)
    written = market("partnership", {**SMALL, "complexity": 0.8, "firms": 6, "periods": 5})
    assert named.market == written
    named.run_model()
    assert bits(named) == bits(run(written, 1))


@pytest.mark.parametrize(("arguments", "sentence"), [
    ({"complexty": 0.3}, "complexty is not a quantity of a market; did you mean complexity?"),
    ({"seed": 1}, "seed is not a quantity of a market; the seed is called rng"),
    ({"scenario": "x"}, "scenario is not a quantity of a market; the seed is called rng"),
    ({"complexity": 1.5}, "exchange.complexity = 1.5: input should be less than or equal to 1"),
    ({"firms": 2.5}, "providers.firms = 2.5: input should be a valid integer"),
    ({"turnover": float("nan")}, "customers.turnover = nan: input should be"),
    ({"firm_strategies": {"transactional": 0.5}}, "providers.firm_strategies: the shares sum to 0.5"),
    ({"partners": 30}, "partners.partner_strategies.partnership: no such strategy; there are transactional"),
    ({"couriers": 3}, "couriers.couriers: there is no platform to work for; platform.platform_slots is 0"),
    ({"rng": 1.5}, "rng = 1.5 is not a whole number from 0 to 2**64 - 1"),
    ({"rng": -1}, "rng = -1 is not a whole number"),
    ({"market": "partnership"}, "market is a str: it must be a sim.config.Market"),
    ({"social": "imported"}, "networks: 'imported' needs a network file"),
    ({"agents": {224: Customer}}, "agents: there is no row 224, rows are 0 to 223"),
    ({"agents": {0: Firm}}, "agents: row 0 is a Customer, <class 'sim.agents.Firm'> is not a subclass of it"),
    ({"agents": {0: 3}}, "agents: row 0 is a Customer, 3 is not a subclass of it"),
    ({"agent_reporters": ["chash"]}, "agent_reporters: no agent has an attribute 'chash'; did you mean cash?"),
])  # fmt: skip
def test_wrong_arguments_get_one_sentence(arguments, sentence):
    with pytest.raises(ValueError, match=re.escape(sentence)) as told:
        ValueNetwork(**arguments)
    assert "\n" not in str(told.value)


def test_data_collector_has_every_measure_of_every_period(small):
    model = stepped(ValueNetwork(small, rng=1, agent_reporters=("cash", "trust", "margin")), 6)
    measures = model.datacollector.get_model_vars_dataframe()
    assert list(measures) == list(MEASURES)
    assert measures.iloc[0].drop("providers").isna().all()
    for name, values in model.series().items():
        np.testing.assert_array_equal(measures[name][1:], values)
    agents = model.datacollector.get_agent_vars_dataframe()
    assert agents.loc[6]["cash"].tolist() == model.agents.get("cash")
    assert agents.loc[6].loc[39, "margin"] is None or np.isnan(agents.loc[6].loc[39, "margin"])  # no provider


def test_a_data_collector_of_ones_own_is_used(small):
    model = ValueNetwork(small, rng=1)
    model.datacollector = mesa.DataCollector(agenttype_reporters={Customer: {"cash": "cash"}})
    stepped(model, 2)
    assert len(model.datacollector.get_agenttype_vars_dataframe(Customer)) == 2 * 20


def test_batch_run_sweeps_quantities_and_seeds(small):
    swept, seeds = {"market": [small], "complexity": [0.0, 0.5]}, {"rng": [1, 2]}
    if NEW_BATCH_RUN:
        rows = mesa.batch_run(ValueNetwork, swept, **seeds, max_steps=10, display_progress=False)
    else:
        rows = mesa.batch_run(ValueNetwork, swept | seeds, max_steps=10, display_progress=False)
    assert len(rows) == 4
    for row in rows:
        model = stepped(ValueNetwork(small, rng=row["rng"], complexity=row["complexity"]), 10)
        assert row["Step"] == 10
        assert {name: row[name] for name in MEASURES} == pytest.approx(model.measures, rel=0, abs=0, nan_ok=True)


def test_models_stepped_in_turn_do_not_meet(small, market):
    markets = [small, market("partnership", SMALL), small]
    together = [ValueNetwork(m, rng=seed) for seed, m in enumerate(markets)]
    for _ in range(12):
        for model in together:
            model.step()
            model.agents.shuffle()
    assert [bits(model) for model in together] == [bits(run(m, seed)) for seed, m in enumerate(markets)]


@pytest.mark.parametrize("copied", [copy.copy, copy.deepcopy, lambda model: pickle.loads(pickle.dumps(model))])  # noqa: S301
def test_a_copy_continues_like_the_original(small, copied):
    model = stepped(ValueNetwork(small, rng=5, agent_reporters=["cash"]), 4)
    seen = model.agent(0)
    other = copied(model)
    assert other.agent(0) is not seen
    assert other.agent(0).model is other
    stepped(other, 8)
    assert (model.period, other.period, other.running) == (4, 12, False)
    assert bits(other) == bits(run(small, 5))
    assert len(other.datacollector.get_model_vars_dataframe()) == 13


def test_mesas_random_numbers_do_not_touch_the_market(small):
    model = ValueNetwork(small, rng=5)
    for _ in range(12):
        model.random.random()
        model.rng.random()
        model.step()
    assert bits(model) == bits(run(small, 5))


def test_a_model_let_go_is_freed_without_closing_it(small):
    model = stepped(ValueNetwork(small, rng=1, agents={25: type("Own", (Customer,), {})}), 2)
    assert len(list(model.agents)) == 41
    gone = weakref.ref(model)
    del model
    gc.collect()
    assert gone() is None


def test_close_frees_a_model_with_ordinary_mesa_agents(small):
    model = ValueNetwork(small, rng=1)
    mesa.Agent(model)
    model.close()
    gone = weakref.ref(model)
    del model
    gc.collect()
    assert gone() is None


def test_two_hundred_models_leave_no_memory_behind(small):
    def use(seeds):
        for seed in seeds:
            list(stepped(ValueNetwork(small, rng=seed), 1).agents)
        gc.collect()
        return tracemalloc.get_traced_memory()[0]

    tracemalloc.start()
    try:
        before = use(range(5))
        assert use(range(200)) - before < 100_000  # bytes; one model has more
    finally:
        tracemalloc.stop()


def test_a_hundred_thousand_customers_make_no_agents(market):
    model = ValueNetwork(market("transactional", {"customers": 100_000, "firms": 100, "social": "none"}), rng=1)
    model.step()
    assert len(model.agents) == 100_100
    assert model.agents_by_type[Customer].agg("cents", sum) < 0
    alive = [thing for thing in gc.get_objects() if isinstance(thing, Customer) and thing.model is model]
    assert alive == []


def test_no_warnings_from_mesa(small):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        stepped(ValueNetwork(small, rng=1), 1).agents.groupby("kind").count()


def test_code_of_the_page_runs(tmp_path, monkeypatch):
    blocks = re.findall(
        r"^```python\n(.*?)^```", (DOCS / "mesa.md").read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL
    )
    assert len(blocks) >= 6
    page = tmp_path / "page.py"
    page.write_text("\n".join(blocks), encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    runpy.run_path(str(page))


@pytest.mark.parametrize("name", ["custom_agents", "batch_run"])
def test_examples_run(name, capsys):
    runpy.run_path(str(DOCS / "examples" / f"{name}.py"), run_name="__main__")
    assert capsys.readouterr().out


def words(widget):
    """Yield every text a widget shows."""
    for child in getattr(widget, "children", None) or []:
        yield from [child] if isinstance(child, str) else words(child)


@pytest.mark.filterwarnings("ignore::UserWarning:solara")
def test_solaraviz_steps_and_resets_the_model():
    solara, vuetify, widgets = map(pytest.importorskip, ("solara", "ipyvuetify", "ipywidgets"))
    page = runpy.run_path(str(DOCS / "examples" / "solaraviz.py"))["Page"]
    box, context = solara.render(solara.AppLayout(children=[page()]), handle_error=False)
    buttons = {"".join(button.children): button for button in context.find(vuetify.Btn).widgets if button.children}
    shown = []
    for label in ("Step", "Step", "Reset", "Step"):
        buttons[label].click()
        shown += [text.split()[-1].removesuffix(".0") for text in words(box) if re.match("Step: |Time: ", text)]
    charts = len(context.find(widgets.Image).widgets)
    complaints = [list(words(alert)) for alert in context.find(vuetify.Alert).widgets]
    context.close()
    assert (shown, charts, complaints) == (["1", "2", "0", "1"], 3, [])
