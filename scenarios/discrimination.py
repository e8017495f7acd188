"""How well scores tell good from bad: the area under the ROC curve, and its interval where cases belong together."""

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from sim import draws
from sim.compiled import compiled
from sim.draws import NUMBERS, draw, pick

SAMPLES = 1_000
ENDS = (0.025, 0.975)


class Judged:
    """Scores of cases, in order: what the area under the curve needs, however often a case counts."""

    def __init__(self, scores: NDArray) -> None:
        self.order = np.argsort(scores, kind="stable")
        ascending = scores[self.order]
        self.first = np.flatnonzero(np.r_[True, ascending[1:] != ascending[:-1]])

    def area(self, good: NDArray, times: NDArray) -> float:
        """Return the chance that a good case scores higher than a bad one, of equals half; NaN without either.

        (Mann & Whitney 1947; Hanley & McNeil 1982.) Each case counts `times` as often; sums are of whole numbers,
        hence exact.
        """
        counted = times[self.order]
        bad_ones = np.where(good[self.order], 0, counted)
        ups, downs = (np.add.reduceat(part, self.first) for part in (counted - bad_ones, bad_ones))
        pairs = float(ups.sum()) * float(downs.sum())
        twice = np.sum(ups * (2 * np.cumsum(downs) - downs))
        return float(twice) / (2 * pairs) if pairs else float("nan")


def area(scores: NDArray, good: NDArray) -> float:
    """Return the area under the ROC curve of scores, shape (cases,), for cases that are good or not."""
    return Judged(scores).area(good, np.ones(len(good), np.int64))


def resampled_areas(scores: Mapping[str, NDArray], good: NDArray, groups: NDArray, key: int) -> dict[str, NDArray]:
    """Return the areas of each scoring in `SAMPLES` samples of the groups with replacement, shape (samples,).

    Whole groups are drawn (the cluster bootstrap: Field & Welsh 2007, doi:10.1111/j.1467-9868.2007.00593.x), the same
    for every scoring, so that differences are paired. The draws are fixed by `key`.
    """
    people, group = np.unique(groups, return_inverse=True)
    judged = {name: Judged(each) for name, each in scores.items()}
    found = {name: np.zeros(SAMPLES) for name in scores}
    for sample in range(SAMPLES):
        times = np.zeros(len(people), np.int64)
        _draw_sample(times, np.uint64(key), sample)
        for name, one in judged.items():
            found[name][sample] = one.area(good, times[group])
    return found


def interval(values: NDArray) -> tuple[float, float]:
    """Return the 2.5 % and the 97.5 % quantile of samples, leaving out NaN."""
    low, high = np.nanquantile(values, ENDS)
    return float(low), float(high)


@compiled
def _draw_sample(times: NDArray, key: np.uint64, sample: int) -> None:
    """Count how often each of as many as `times` holds is drawn in as many draws."""
    for drawn in range(len(times)):
        luck = draw(key, draws.RESAMPLE, sample, 0, drawn // NUMBERS)[drawn % NUMBERS]
        times[pick(luck, len(times))] += 1
