"""A market in Mesa's SolaraViz: sliders, charts of the measures, and the customers by trust and cash.

python -m solara run docs/examples/solaraviz.py --production --no-open --no-check-version
"""

import solara
from matplotlib.figure import Figure
from mesa.visualization import Slider, SolaraViz, make_plot_component

from scenarios import load
from sim import Customer, ValueNetwork

PARAMETERS = {
    "market": load("partnership").market,
    "complexity": Slider("Complexity of the exchange", 0.5, 0.0, 1.0, 0.1),
    "turnover": Slider("Turnover of customers", 0.02, 0.0, 0.3, 0.01),
    "rng": Slider("Seed", 1, 1, 100, 1),
}


def trust_and_cash(model):
    """Draw each customer's trust in its provider against its cash; SolaraViz calls this after each step."""
    customers = model.agents.select(agent_type=Customer)
    figure = Figure()
    axes = figure.subplots()
    axes.scatter(customers.get("trust"), customers.get("cash"), s=8)
    axes.set(xlabel="trust in the current provider", ylabel="cash (EUR)", xlim=(0, 1))
    return solara.FigureMatplotlib(figure)


@solara.component
def Page():  # noqa: N802 - the name Solara looks for
    """Show one model. It is made here, not in the module: there, all browsers would share it."""
    model = solara.use_memo(lambda: ValueNetwork(PARAMETERS["market"], rng=1), [])
    components = [make_plot_component(["trust", "satisfaction"]), make_plot_component("value_total"), trust_and_cash]
    SolaraViz(model, components=components, model_params=PARAMETERS, name="A value network")
