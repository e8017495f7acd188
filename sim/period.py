"""One period of a world, and many: the rules of `SCHEDULE` run actor by actor.

A stage does one thing for a range of buyers or of providers, who read nothing that others write in the
same stage. So a stage may run in blocks, in any order and in several threads at once. Where a rule needs
everybody to be done with the one before, a new stage begins. Sums over buyers are taken block by block,
sums over a provider's buyers in the order of their rows: the bits do not depend on the threads.
"""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import numpy as np
from numpy.typing import NDArray

from sim.compiled import allocating, compiled
from sim.relations import list_sales, partner_rows
from sim.rules.adapt import adapt
from sim.rules.change import move_on, outdate, turn_trend
from sim.rules.choose import decide
from sim.rules.deliver import receive
from sim.rules.learn import practise, renew
from sim.rules.meet import be_shown, look_round, shop_window, show
from sim.rules.offer import ask, desk, set_partner_terms, set_terms
from sim.rules.settle import book, close_accounts, pay
from sim.rules.talk import rate, recommend
from sim.rules.trust import hear_back, judge
from sim.state import World
from sim.totals import BLOCK, TOTALS, add_rows, count_buyer, count_provider


@compiled
def open_period(world):
    """Begin a period: what is common to all."""
    world.clock[0].period += 1
    turn_trend(world)
    for p in partner_rows(world):
        set_partner_terms(world, p)


@compiled
def change_customers(world, first, last):
    """Let the customers in rows first .. last - 1 move on."""
    for i in range(first, last):
        move_on(world, i)


@compiled
def look_for_providers(world, first, last):
    """Let buyers search and hear from friends."""
    for i in range(first, last):
        look_round(world, i)


@compiled
def prepare_offers(world, first, last):
    """Set the terms of the n-th providers, first <= n < last, and what the platform shows of them."""
    for n in range(first, last):
        j = world.providers[n]
        set_terms(world, j)
        if j < world.market[0].peers:
            show(world, j)


@allocating
def exchange(world, first, last, totals):
    """Let buyers deal, in blocks; `totals`, shape (blocks, strategies + 1), takes up what happened in each."""
    seen, best = shop_window(world)
    room = desk(world)
    for start in range(first, last, BLOCK):
        deal(world, start, min(start + BLOCK, last), totals[start // BLOCK], seen, best, room)


@compiled
def deal(world, first, last, totals, seen, best, room):
    """Let the buyers of one block deal: from the platform's recommendation to their own."""
    for i in range(first, last):
        if len(best) > 0:
            be_shown(world, i, seen, best)
        outdate(world, i)
        ask(world, i, room)
        decide(world, i, room)
        receive(world, i)
        pay(world, i)
        practise(world, i)
        judge(world, i)
        recommend(world, i)
        count_buyer(world, i, totals)


@compiled
def list_all_sales(world):
    """Tell every provider whom it served."""
    list_sales(world)


@compiled
def review(world, first, last):
    """Let the n-th providers, first <= n < last, book their sales, learn, and be judged."""
    for n in range(first, last):
        book(world, n)
        renew(world, n)
        hear_back(world, n)
        rate(world, n)


@compiled
def close_period(world, blocks, totals):
    """Settle with the platform and the outside; add up the blocks and the providers in `totals`."""
    close_accounts(world)
    for block in blocks:
        add_rows(totals, block)
    for j in world.providers:
        count_provider(world, j, totals)


@allocating
def advance(world, totals):
    """Run one period per row of `totals`, shape (periods, strategies + 1), and fill the rows in."""
    buyers, providers = len(world.ties), len(world.providers)
    for t in range(len(totals)):
        blocks = np.zeros(((buyers + BLOCK - 1) // BLOCK, totals.shape[1]), TOTALS)
        open_period(world)
        change_customers(world, 0, buyers)
        look_for_providers(world, 0, buyers)
        prepare_offers(world, 0, providers)
        exchange(world, 0, buyers, blocks)
        list_all_sales(world)
        review(world, 0, providers)
        close_period(world, blocks, totals[t])
        adapt(world)


def advance_in_threads(world: World, totals: NDArray, threads: int) -> None:
    """Do what `advance` does, with the same bits, in several threads: it pays in large markets."""
    buyers, providers = len(world.ties), len(world.providers)
    with ThreadPoolExecutor(threads) as pool:
        for t in range(len(totals)):
            blocks = np.zeros((-(-buyers // BLOCK), totals.shape[1]), TOTALS)
            open_period(world)
            _in_parts(pool, threads, change_customers, buyers, world)
            _in_parts(pool, threads, look_for_providers, buyers, world)
            _in_parts(pool, threads, prepare_offers, providers, world)
            _in_parts(pool, threads, exchange, buyers, world, blocks)
            list_all_sales(world)
            _in_parts(pool, threads, review, providers, world)
            close_period(world, blocks, totals[t])
            adapt(world)


def _in_parts(
    pool: ThreadPoolExecutor, threads: int, stage: Callable, count: int, world: World, *rest: NDArray
) -> None:
    """Run a stage over 0 .. count - 1, in parts of whole blocks, several for each thread."""
    part = max(count // (4 * threads * BLOCK), 1) * BLOCK
    starts = range(0, count, part)
    list(pool.map(lambda first: stage(world, first, min(first + part, count), *rest), starts))
