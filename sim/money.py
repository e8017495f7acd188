"""Money: whole cents, each amount rounded once."""

import math

import numpy as np

from sim.compiled import compiled

CENTS = 100.0
ROUNDING = 1e-6  # cents; 29 % of 100 is 28.999999999999996 in binary


@compiled
def cents(euros):
    """Return euros as whole cents, halves up; 64 bits wide without compilation too, whatever they are multiplied by."""
    return np.int64(math.floor(euros * CENTS + 0.5))


@compiled
def part_of(amount, share):
    """Return a share of an amount in whole cents, rounded down: what a split leaves over stays with the payer."""
    return np.int64(math.floor(amount * share + ROUNDING))
