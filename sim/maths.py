"""exp, log and the normal quantile with the same bits everywhere.

Library versions differ in the last bit between platforms and between compiled and interpreted code.
These use only + - * /, square root and exact scaling by powers of two, which IEEE 754 fixes.
"""

import math
from decimal import Decimal

import numpy as np

from sim.compiled import compiled, inlined

STEPS = 64  # of exp within a factor of two
PARTS_OF_TWO = np.array([float(Decimal(2) ** (Decimal(j) / STEPS)) for j in range(STEPS)])  # correctly rounded
STEPS_PER_E = 92.33248261689366  # STEPS / ln 2
STEP_HIGH, STEP_LOW = 0.010830424260348082, 4.3590106387089914e-10  # ln 2 / STEPS
SHIFT = 1100  # makes the whole part positive, so that cutting off rounds down
EXP_LOWEST, EXP_HIGHEST = -708.0, 709.0
LEAST_POWER = -1074
POWERS_OF_TWO = np.ldexp(1.0, np.arange(LEAST_POWER, 1024))

LN2_HIGH = 6.93147180369123816490e-01
LN2_LOW = 1.90821492927058770002e-10
SQRT_TWO = 1.41421356237309504880
MANTISSA_BITS, MANTISSA, ONE, BIAS = 52, 0xFFFFFFFFFFFFF, 0x3FF0000000000000, 1023
LEAST_NORMAL, RAISE, RAISED_BY = 2.0**-1022, 2.0**54, 54


@compiled
def exp(x):
    """Return e**x, within 1 ulp; 0 below -708, e**709 above 709.

    x = (64*k + j)*ln2/64 + r: e**x = 2**k * 2**(j/64) * e**r, the last by its series (Tang 1989).
    """
    if x < EXP_LOWEST:
        return 0.0
    x = min(x, EXP_HIGHEST)
    n = np.int64(x * STEPS_PER_E + (STEPS * SHIFT + 0.5)) - STEPS * SHIFT
    r = (x - n * STEP_HIGH) - n * STEP_LOW
    square = r * r
    beyond_one = (
        r
        + square * (0.5 + r * 1.66666666666666667e-01)
        + (square * square) * (4.16666666666666667e-02 + r * 8.33333333333333333e-03)
    )
    part = PARTS_OF_TWO[n & (STEPS - 1)]
    return (part + part * beyond_one) * POWERS_OF_TWO[n // STEPS - LEAST_POWER]


@compiled
def log(x):
    """Return ln(x) for x > 0, within 1 ulp (FreeBSD msun e_log.c)."""
    k = 0
    if x < LEAST_NORMAL:
        x, k = x * RAISE, -RAISED_BY
    bits = np.float64(x).view(np.int64)
    fraction = np.int64(bits & MANTISSA | ONE).view(np.float64)
    k += (bits >> MANTISSA_BITS) - BIAS
    if fraction > SQRT_TWO:
        fraction *= 0.5
        k += 1
    f = fraction - 1.0
    s = f / (2.0 + f)
    z = s * s
    w = z * z
    t1 = w * (3.999999999940941908e-01 + w * (2.222219843214978396e-01 + w * 1.531383769920937332e-01))
    t2 = z * (6.666666666666735130e-01 + w * (2.857142874366239149e-01 + w * (
        1.818357216161805012e-01 + w * 1.479819860511658591e-01)))
    half = 0.5 * f * f
    return k * LN2_HIGH - ((half - (s * (half + t1 + t2) + k * LN2_LOW)) - f)


@compiled
def power(x, a):
    """Return x**a for x >= 0 and a >= 0; 0**0 = 1."""
    if x <= 0.0:
        return 1.0 if a == 0.0 else 0.0
    return exp(a * log(x))


@compiled
def logistic(x):
    """Return 1 / (1 + e**-x)."""
    return 1.0 / (1.0 + exp(-x))


@compiled
def clip(x, low, high):
    """Return x kept within [low, high]."""
    return min(max(x, low), high)


@compiled
def normal_quantile(p):
    """Return the standard normal deviate with lower tail p in (0, 1): Wichura 1988, AS 241, PPND16."""
    q = p - 0.5
    if abs(q) <= 0.425:
        return q * _central(0.180625 - q * q)
    r = math.sqrt(-log(min(p, 1.0 - p)))
    tail = _near_tail(r - 1.6) if r <= 5.0 else _far_tail(r - 5.0)
    return -tail if q < 0.0 else tail


@inlined
def _central(r):
    top = (((((((2.5090809287301226727e3 * r + 3.3430575583588128105e4) * r + 6.7265770927008700853e4) * r
               + 4.5921953931549871457e4) * r + 1.3731693765509461125e4) * r + 1.9715909503065514427e3) * r
            + 1.3314166789178437745e2) * r + 3.3871328727963666080e0)
    low = (((((((5.2264952788528545610e3 * r + 2.8729085735721942674e4) * r + 3.9307895800092710610e4) * r
               + 2.1213794301586595867e4) * r + 5.3941960214247511077e3) * r + 6.8718700749205790830e2) * r
            + 4.2313330701600911252e1) * r + 1.0)
    return top / low


@inlined
def _near_tail(r):
    top = (((((((7.74545014278341407640e-4 * r + 2.27238449892691845833e-2) * r + 2.41780725177450611770e-1) * r
               + 1.27045825245236838258e0) * r + 3.64784832476320460504e0) * r + 5.76949722146069140550e0) * r
            + 4.63033784615654529590e0) * r + 1.42343711074968357734e0)
    low = (((((((1.05075007164441684324e-9 * r + 5.47593808499534494600e-4) * r + 1.51986665636164571966e-2) * r
               + 1.48103976427480074590e-1) * r + 6.89767334985100004550e-1) * r + 1.67638483018380384940e0) * r
            + 2.05319162663775882187e0) * r + 1.0)
    return top / low


@inlined
def _far_tail(r):
    top = (((((((2.01033439929228813265e-7 * r + 2.71155556874348757815e-5) * r + 1.24266094738807843860e-3) * r
               + 2.65321895265761230930e-2) * r + 2.96560571828504891230e-1) * r + 1.78482653991729133580e0) * r
            + 5.46378491116411436990e0) * r + 6.65790464350110377720e0)
    low = (((((((2.04426310338993978564e-15 * r + 1.42151175831644588870e-7) * r + 1.84631831751005468180e-5) * r
               + 7.86869131145613259100e-4) * r + 1.48753612906148512510e-2) * r + 1.36929880922735805310e-1) * r
            + 5.99832206555887937690e-1) * r + 1.0)
    return top / low


@compiled
def reflect(x):
    """Return x mirrored at 0 and 1 until it lies between them."""
    if 0.0 <= x <= 1.0:
        return x
    x = abs(x) % 2.0
    return 2.0 - x if x > 1.0 else x
