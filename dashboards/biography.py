"""Why a buyer went to another provider: the difference of utility at the moment of its choice, in its parts.

Buyers choose by U = (1 - risk*(1 - trust))*Vhat - price - switching*[s is not the current slot], plus the
subsidy on the platform (`sim.rules.choose.utility`). With k = 1 - risk*(1 - trust), what the new provider has
over the former one is exactly the sum of five parts, each in EUR:

    value      (k_new + k_old)/2 * (Vhat_new - Vhat_old)    it expects more of it
    trust      (Vhat_new + Vhat_old)/2 * (k_new - k_old)    it disregards less of what it expects
    price      price_old - price_new
    subsidy    subsidy * ([new on the platform] - [old on the platform])
    switching  switching * ([old is not current] - [new is not current])

The reason is the largest part where the new offer was the better one. Where it was not, the choice was one
of those that a logit leaves to chance.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.records import BY_PLATFORM, NOBODY

GONE = -2  # of a former provider: its firm was replaced by another
PARTS = ("value", "trust", "price", "subsidy", "switching")
REASONS = ("first", "department", "gone", "closed", "lost", "let_down", *PARTS[:4], "chance", "rule")
CODES = {name: code for code, name in enumerate(REASONS)}


class Moves(NamedTuple):
    """Buyers who deal with another provider than the last time, as they were when they chose; one row each.

    Attributes
    ----------
    period, buyer : ndarray of int, shape (moves,)
        When and who; periods count from 0.
    former : ndarray of int
        Row of the provider of the last deal, `NOBODY` before the first, `GONE` if that firm is no more.
    slot, current : ndarray of int
        Slot chosen, and slot of the last deal or `NOBODY`.
    ties : ndarray of TIE, shape (moves, slots)
        What the buyer and each provider it knew were to each other.
    shut, department, wrong : ndarray of bool
        Whether the former provider was closed, whether the buyer is served by its own department and does
        not choose, and whether its last delivery had gone wrong and was not put right.
    """

    period: NDArray
    buyer: NDArray
    former: NDArray
    slot: NDArray
    current: NDArray
    ties: NDArray
    shut: NDArray
    department: NDArray
    wrong: NDArray


def differences(moves: Moves, risk: float, switching: float, subsidy: float) -> NDArray[np.float64]:
    """Return the `PARTS` of U(new) - U(former) in EUR, shape (moves, 5); NaN where the former is no longer known."""
    rows = np.arange(len(moves.buyer))
    slots = _former_slot(moves)
    new, old = moves.ties[rows, moves.slot], moves.ties[rows, slots]
    kept_new, kept_old = (1 - risk * (1 - tie["trust"]) for tie in (new, old))
    value = (kept_new + kept_old) / 2 * (new["expected"] - old["expected"])
    trust = (new["expected"] + old["expected"]) / 2 * (kept_new - kept_old)
    mediated_new, mediated_old = (tie["origin"] == BY_PLATFORM for tie in (new, old))
    subsidised = subsidy * (mediated_new.astype(float) - mediated_old)
    effort = switching * ((slots != moves.current).astype(float) - (moves.slot != moves.current))
    parts = np.stack((value, trust, old["price"] - new["price"], subsidised, effort), axis=1)
    parts[slots == NOBODY] = np.nan
    return parts


def _former_slot(moves: Moves) -> NDArray:
    """Return the slot that holds the former provider, `NOBODY` where none does."""
    held = (moves.ties["provider"] == moves.former[:, None]) & (moves.former >= 0)[:, None]
    return np.where(held.any(axis=1), held.argmax(axis=1), NOBODY)


def reasons(moves: Moves, parts: NDArray[np.float64]) -> NDArray[np.uint8]:
    """Return the code of why each buyer went where it went (`REASONS`); `parts` as from `differences`.

    In this order: it had no provider yet; its own department serves it; the firm of the last deal was replaced;
    it was closed; the buyer no longer knew it; the new offer was not the better one (chance); else the largest
    part. Where that is trust and the last delivery had gone wrong for good, the buyer was let down.
    """
    unknown = np.isnan(parts[:, 0])
    known = np.where(unknown[:, None], 0.0, parts)
    largest = known[:, :4].argmax(axis=1)
    let_down = moves.wrong & (largest == PARTS.index("trust"))
    cases = {
        "department": moves.department,
        "first": moves.former == NOBODY,
        "gone": moves.former == GONE,
        "closed": ~unknown & moves.shut,
        "lost": unknown,
        "chance": known.sum(axis=1) <= 0,
        "let_down": let_down,
    }
    codes = [CODES[name] for name in cases]
    return np.select(list(cases.values()), codes, CODES[PARTS[0]] + largest).astype(np.uint8)


def by_another_rule(codes: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Return the codes where buyers do not choose by this utility: what it would say of them is no reason."""
    weighed = np.isin(codes, [CODES[name] for name in ("let_down", "chance", *PARTS[:4])])
    return np.where(weighed, CODES["rule"], codes).astype(np.uint8)
