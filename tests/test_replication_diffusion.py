"""Diffusion: the published peak, and that advertising and word of mouth are all that spreads the good."""

import numpy as np
import pytest

from scenarios.replication import Preset, read_replication
from scenarios.replications.diffusion import curve, measure, peak

NAME = "diffusion"
PRESET = Preset(NAME)


def test_every_check_passes():
    found = measure(PRESET)
    checks = read_replication(NAME).checks
    assert [check.measure for check in checks if not check.passes(found[check.measure])] == []
    assert set(found) == {check.measure for check in checks}


def test_nobody_tells_what_nobody_has():
    silent = {"strategies.newcomer.advertising": 0.0, "talk": 1.0, "periods": 30}
    assert not curve(PRESET, 1, silent).any()


def test_advertising_alone_reaches_a_constant_share_of_the_rest():
    """F(t) = 1 - (1 - 0.2*advertising)**t without word of mouth."""
    adopted = curve(PRESET, 1, {"strategies.newcomer.advertising": 0.5, "talk": 0.0, "periods": 20})
    assert adopted == pytest.approx(1 - 0.9 ** np.arange(21), abs=0.03)


def test_word_of_mouth_grows_with_the_share_who_have_adopted():
    """1 - F falls by the factor (1 - p)*(1 - q*F) each period, among people who all meet, or nearly."""
    adopted = curve(PRESET, 2, {"strategies.newcomer.advertising": 0.1, "talk": 0.4, "periods": 25})
    expected = 1 - (1 - adopted[:-1]) * 0.98 * (1 - 0.4 * adopted[:-1])
    assert adopted[1:] == pytest.approx(expected, abs=0.02)


def test_fewer_friends_slow_it_down():
    many, few = (curve(PRESET, 3, {"social_degree": degree, "periods": 600})[-1] for degree in (100, 4))
    assert many > few + 0.04


def test_the_peak_of_a_smooth_curve_is_found():
    time = np.arange(1001) / 100
    share = 1 / (1 + np.exp(-1.5 * (time - 5.2)))
    assert peak(share) == pytest.approx((5.2, 0.5), abs=0.01)
