"""Make the pictures of the documentation from the shipped scenarios: `python docs/make_pictures.py`."""

from pathlib import Path

from matplotlib.figure import Figure

from scenarios.drawing import svg
from scenarios.map_figures import draw_map, map_legend
from scenarios.maps import strategy_map
from scenarios.scenario import load

HERE = Path(__file__).parent
REGIMES = ("transactional", "partnership", "platform")
AXES = ("complexity", "specificity")
ALT = "Where each regime creates the most value, over complexity and turnover and over specificity and turnover"


def main() -> None:
    """Write `strategy-map.svg`: the two maps side by side."""
    regimes = [load(name) for name in REGIMES]
    maps = [strategy_map(regimes, x=x, y="turnover", size=8, replications=10) for x in AXES]

    def draw(figure: Figure) -> None:
        for axes, found in zip(figure.subplots(1, 2), maps, strict=True):
            draw_map(axes, found, False)
        figure.legend(handles=map_legend(maps[0].labels), loc="outside upper center", ncols=2)

    (HERE / "strategy-map.svg").write_text(svg("strategy-map", ALT, 3.9, draw), encoding="utf-8")


if __name__ == "__main__":
    main()
