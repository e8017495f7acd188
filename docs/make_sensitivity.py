"""Find what drives the results of each regime; write `docs/sensitivity.md`: `python docs/make_sensitivity.py`.

Some hours on two cores. What is found is kept in `docs/sensitivity.json`, so that an interrupted study goes on where
it stopped. `--page` writes only the page and its pictures, of what there is.
"""

import sys
import time
from functools import partial
from pathlib import Path
from typing import Any

from scenarios.driver_chapter import chapter_of, page
from scenarios.driver_figures import bars_by_regime, tiles
from scenarios.driver_study import Design, study
from scenarios.kept import keep, read_kept
from scenarios.scenario import load

HERE = Path(__file__).parent
KEPT, PAGE = HERE / "sensitivity.json", HERE / "sensitivity.md"
REGIMES = ("transactional", "partnership", "platform")
MEASURES = ("value_total", "value_customers", "trust", "value_without_money", "retention", "nps")
DESIGN = Design(MEASURES, trajectories=30, strongest=10, points=512, replications=2)
SHOWN, LEAST = 10, 0.1  # bars of a regime; share of the variance from which on a quantity has a row of tiles
READING = """
What comes out is a ranking of quantities *within these ranges*: `dimensions` leads for value partly because a count
moves by at least one, here from 1 to 3; what a regime leaves at 0 moves up from there. Read so, value follows from
how far needs and offerings can be apart (`dimensions`), from `cost` and from how often there is a need: that is what
every regime lives on, and chance adds next to nothing. The regimes differ in the rest. Of transactional suppliers,
retention follows from how sharply buyers choose (`beta`), trust from `memory` as much as from `cost`. In partnerships
the provider's `share` of the surplus is what trust, retention and recommendation follow from before all else, and a
fifth of what customers gain: fairness is the lever, more than effort or investment in these ranges. On the platform
`cost` comes first for value, trust and recommendation, since peers have neither scale nor skill to set against it;
retention follows from what there is to choose from (`dimensions`, `peer_capacity`). Value without money needs skill:
a first tenth of `invest` makes a third to nearly half of its variance where nobody invests otherwise; in partnerships
it is whether relations last."""


def main() -> None:
    """Run what is missing, then write the page."""
    kept: dict[str, Any] = read_kept(KEPT)
    if "--page" not in sys.argv:
        for regime in REGIMES:
            own = kept.setdefault(regime, {})
            study(load(regime), DESIGN, own, partial(save, kept, regime))
    write(kept)


def save(kept: dict[str, Any], regime: str) -> None:
    """Keep what was found so far."""
    keep(KEPT, kept)
    done = [f"{len(kept[regime].get(stage, []))} points of {stage}" for stage in ("screening", "decomposition")]
    print(time.strftime("%H:%M"), regime, *done, flush=True)


def write(kept: dict[str, Any]) -> None:
    """Write the page and its pictures."""
    found = chapter_of(kept, DESIGN)
    PAGE.write_text(page(found, READING), encoding="utf-8")
    shares = {regime: one.shares for regime, one in found.decomposed.items() if one.shares}
    if shares:
        value = {regime: by_measure[MEASURES[0]] for regime, by_measure in shares.items()}
        (HERE / "sensitivity-value.svg").write_text(bars_by_regime(value, MEASURES[0], SHOWN), encoding="utf-8")
        (HERE / "sensitivity-tiles.svg").write_text(tiles(shares, LEAST), encoding="utf-8")


if __name__ == "__main__":
    main()
