"""Looking several times at growing replications, with intervals that stay valid however many looks there are.

Stopping when an interval happens to exclude a limit would make false alarms likelier than 5 %: with five looks at
95 % they reach 14 % (Armitage, McPherson & Rowe 1969, doi:10.2307/2343787). So each look uses Student's interval of
confidence 1 - 0.05/looks: by Bonferroni's inequality all of them together hold the mean with at least 95 %.
"""

import math

from scipy.special import stdtr

from scenarios.statistics import Paired

RISK = 0.05  # of any interval of all looks missing its mean


def looks_of(most: int, batch: int) -> list[int]:
    """Return after how many replications one looks: batch, 2 batch, ... and at `most`."""
    return [*range(batch, most, batch), most]


def level(looks: int) -> float:
    """Return the confidence of the interval of one look out of `looks`: 0.95 when it is the only one."""
    return 1 - RISK / looks


def confidence(lead: Paired, looks: int) -> float:
    """Return with which confidence, over all looks together, the interval of a lead excludes 0.

    Parameters
    ----------
    lead : Paired
        A mean of 0 or more, at the look that was the last.
    looks : int
        How many looks there might have been.

    Returns
    -------
    float
        0 .. 1: the largest confidence of Student's interval that leaves 0 out, 1 - p of the two-sided test, with
        Bonferroni's correction for the looks (1 - looks p, and not below 0). The lead is sure where it is above
        0.95. 1 where the differences do not vary; 0 where there is no difference, or a single pair.
    """
    if lead.pairs < 2 or not lead.difference > 0:
        return 0.0
    if lead.effect_size is None:
        return 1.0
    p = 2 * float(stdtr(lead.pairs - 1, -lead.effect_size * math.sqrt(lead.pairs)))
    return max(1 - looks * p, 0.0)
