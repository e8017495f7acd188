"""Fit the Bitcoin OTC market, write `docs/fitting.md` and its pictures: `python docs/make_fit.py` (some minutes)."""

import os
import time
from pathlib import Path

from scenarios.fitting.answers import (
    QUANTITY_COLUMNS,
    TARGET_COLUMNS,
    answer,
    effort,
    quantity_rows,
    table,
    target_rows,
)
from scenarios.fitting.findings import number, targets_of
from scenarios.fitting.patterns import PATTERNS
from scenarios.fitting.pictures import quantities_picture, targets_picture
from scenarios.fitting.posterior import Fit, fit
from scenarios.fitting.targets import prepare

HERE = Path(__file__).parent
NAME = "bitcoin-otc"
VARIANTS = ("transactional", "partnership", "platform")


PAGE = """# Fitting a market to data

Which values of a market's quantities give patterns like those observed? `valuenet fit` answers with a sample of points (approximate Bayesian
computation, sequential Monte Carlo: Toni et al. 2009, DOI 10.1098/rsif.2008.0172, by pyABC), an interval for each quantity, and for each target whether the market meets it.
(`docs/robustness.md` is about something else: how far conclusions depend on rules and constants of the model.)

    pip install "valuenet[fit]"
    valuenet fit own-numbers
    valuenet fit bitcoin-otc:platform --out fit

## A real market: the Bitcoin OTC ratings

28,473 ratings that people who traded on the Bitcoin OTC platform gave each other from November 2010 to October 2013
([`scenarios/data`](../scenarios/data/README.md)), in a market of traders who are all peers. The fit uses the second year; the third year is kept for checking,
and the first is the market's warming up: simulated and real market both begin with nobody knowing anybody.

The same seven patterns are read, by the same functions, from the data and from every simulated market:

{patterns}

A spell is 13 weeks. What was observed, with its standard error (200 samples of the raters with replacement; a rater keeps all its ratings):

{observed}

### What a period is, and where data and model do not measure the same

- A period is a week. The data know the second of each rating, the model at most one encounter of a buyer in a period; with longer periods, four new
  partners in a quarter, as observed, would be out of reach for that reason alone. So `turnover` and `frequency` are per week here.
- Each pair stands in the data once, however often the two traded: that somebody trades with the same person again cannot be seen in them, and the model's own
  measure `retention` has no counterpart. `rating_again` is about somebody who goes on trading with new people.
- A rating is given, or not, by choice, and the data do not say which trade it belongs to. In the model each first encounter of a pair is a rating.
- A real rating is a word on a scale from -10 to 10, and 1 is the most common one. The model has a satisfaction s from 0 to 1, which is read as 20 s - 10.
  Only the sign is compared. Where "not satisfied" begins is a convention of the model, not of the traders.
- In the data the number of people rises and falls in waves, and negative ratings come in bursts. The model's market has as many people all the time. Standard errors tell how surely a year is known, not how much years differ.
- 150 traders stand for the 1,355 and 2,144 who rate in the two years. Shares and means do not depend on that, Gini coefficients and reciprocity a little.
- Both sides of a real trade rate each other; in the model only the buyer does. So `reciprocity` is checked, not fitted: nothing in the market makes it. The same holds for
  `gini_given`: real people differ in how much they trade, those of the model do not.

### What came out

Three strategies that all traders follow are treated alike: the same priors, targets, seeds and effort (150 traders, 100 points, 8 populations, one run at a point).
`nearest` is the distance of the nearest point in standard errors, root mean square over the five fitted targets; `allowed` that of the whole posterior.

{summary}

![Intervals of the quantities](fitting-quantities.svg)

The axis of each panel is the prior.

![Observed values among simulated ones](fitting-targets.svg)

Black: observed, with its 90 % interval; colours: median and 90 % interval of fresh runs at points drawn from the posterior.

{comment}

{details}
## A calibration of one's own

Start from [`own-numbers.toml`](../scenarios/fits/own-numbers.toml), which needs no data but two numbers and how sure they are, or from
[`bitcoin-otc.toml`](../scenarios/fits/bitcoin-otc.toml), which counts its targets from ratings.

| table or key | says |
|---|---|
| `title`, `description`, `source` | texts for people |
| `scenario` | the market: a name of the library or a path, `:regime` after it |
| `[settings]` | settings on top, as with `--set` |
| `[variants.NAME]` | further settings; `valuenet fit FILE:NAME` takes them |
| `[data]` | `ratings`: a shipped network, or a `.csv` or `.csv.gz` beside the file with the columns `buyer`, `provider`, `rating` (-10 to 10) and `time` (seconds); `period_days`: length of a period |
| `[windows]` | `NAME = {{first = 51, last = 102, spell = 13}}`: periods of the run and, counted from the first rating, of the data |
| `[quantities]` | `NAME = [low, high]`: a uniform prior between two ends; any number of the market, as in `--x` of `valuenet map` |
| `[[targets]]` | `name`: a pattern, or any measure of the market; `window`; `use`: `"fit"`, or `"check"` for what is only looked at; `observed` and `error` (standard error) where it is not counted from the data |
| `[effort]` | `population` (100), `populations` (5), `most_tries` for each point kept (20), `replications` at each point, which run side by side (2), `resamples` of the data (200) |

A difference is measured in sqrt(error² + variance of 20 runs in the middle of the priors), so that neither the data's nor the market's chance counts as a miss.
A market in which a fitted target cannot be measured is further away than any other. Results depend on the seed (and on the versions of NumPy, SciPy and pyABC), not on `--workers`.
A quantity is told when its 90 % interval is narrower than 0.8 of its prior's; if it is not, these targets say nothing about it, and whatever its median is, it is not an estimate.
Few points make rough intervals: look at how many points of equal weight the posterior is worth.

From Python:

```python
from scenarios.fitting.findings import answer
from scenarios.fitting.posterior import fit
from scenarios.fitting.targets import prepare

print(answer(fit(prepare("own-numbers"), seed=1)))
```

{runs} runs in {minutes} minutes on two cores that had other work too; made by `python docs/make_fit.py`.
"""
COMMENT = """What the pictures say:

- **Who stays and who comes** (`rating_again`, `newcomers`) every strategy can reproduce in the year fitted, with much the same turnover. A year later newcomers are still met, but the share
  who rate again has fallen in the data, and not in the model, whose years are alike: partnership and platform miss it by little, the transactional interval is wide enough to hold it.
- **How much people trade with new partners** (`ratings_per_rater`) only the platform comes near. Without it buyers try fewer new
  sellers than the traders did, anywhere near the posterior. Bitcoin OTC is a place where strangers meet, and so is the platform; the other two show what it is not.
- **How unequal ratings received are** (`gini_received`) only the platform comes near, whose window shows the well rated ones first; the observed value lies just above its interval.
- **How many ratings are negative** (`negative`) no strategy reaches: in the model strangers are disappointed more often at their first encounter than traders said they were. Part of that may be the
  convention about where satisfaction ends, part that people hesitate to rate badly those who can rate back; the model has no such thing.
- **Reciprocity** and the **inequality of ratings given** are out of reach by construction, and by far: the model lacks what makes them (see above).
- **What the data do not tell**: without a platform `breadth` cannot matter, and the fit says so; with one these targets do not tell it either, nor `beta`. The intervals of `turnover`, `frequency` and
  `specificity` run up to an end of their priors (so does `beta` with partners), so that these ends, and not the data, close them there.
- The targets out of reach decide how near the posterior can come. It is a sample of the points that miss least, not of points that would have produced the data."""


def main() -> None:
    """Fit every variant alike and write the page."""
    start, workers = time.perf_counter(), os.cpu_count() or 1
    fits = [fit(prepare(f"{NAME}:{variant}"), seed=1, workers=workers) for variant in VARIANTS]
    minutes = (time.perf_counter() - start) / 60
    for name, picture in (("quantities", quantities_picture), ("targets", targets_picture)):
        (HERE / f"fitting-{name}.svg").write_text(picture(fits, VARIANTS), encoding="utf-8")
    filled = {
        "patterns": "\n".join(table(("pattern", "unit", "meaning"), _patterns())),
        "observed": "\n".join(table(("target", "second year", "third year"), _observed(fits[0]))),
        "summary": "\n".join(table(("strategy of all traders", "nearest", "allowed", "what came out"), _summary(fits))),
        "details": "\n".join(line for one, name in zip(fits, VARIANTS, strict=True) for line in _details(one, name)),
        "comment": COMMENT,
        "runs": str(sum(one.runs for one in fits)),
        "minutes": f"{minutes:.0f}",
    }
    (HERE / "fitting.md").write_text(PAGE.format(**filled), encoding="utf-8")


def _patterns() -> list[tuple[str, ...]]:
    return [(f"`{name}`", one.unit, one.meaning) for name, one in PATTERNS.items()]


def _observed(one: Fit) -> list[tuple[str, ...]]:
    found = {(target.name, target.window): target for target in one.problem.aims}
    rows = []
    for name in dict.fromkeys(target.name for target in one.problem.aims):
        years = [found.get((name, year)) for year in ("second year", "third year")]
        rows.append((f"`{name}`", *(f"{aim.observed:.3f} ± {aim.error:.3f}" if aim else "-" for aim in years)))
    return rows


def _summary(fits: list[Fit]) -> list[tuple[str, ...]]:
    return [
        (name, number(one.posterior.distances.min(), 1), number(one.posterior.allowed, 1), answer(one))
        for one, name in zip(fits, VARIANTS, strict=True)
    ]


def _details(one: Fit, name: str) -> list[str]:
    met = sum(found.met for found in targets_of(one))
    lines = [f"### {name}: {met} of {len(one.problem.aims)} targets met", "", effort(one), ""]
    lines += [*table(QUANTITY_COLUMNS, quantity_rows(one)), ""]
    return [*lines, *table(TARGET_COLUMNS, target_rows(one)), ""]


if __name__ == "__main__":
    main()
