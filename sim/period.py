"""One period of a world, and many: the rules of `SCHEDULE` run actor by actor.

A stage does one thing for a range of buyers or of providers, who read nothing that others write in the
same stage. So a stage may run in blocks, in any order and in several threads at once. Where a rule needs
everybody to be done with the one before, a new stage begins. Sums over buyers are taken block by block,
sums over a provider's buyers in the order of their rows: the bits do not depend on the threads.
"""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

from numpy.typing import NDArray

from sim.compiled import staged
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
from sim.totals import BLOCK, add_up, amounts, blocks_of, count_buyer


@staged
def open_period(world, block_amounts):
    """Begin a period: what is common to all."""
    block_amounts[:] = 0.0
    world.clock[0].period += 1
    turn_trend(world)
    for p in partner_rows(world):
        set_partner_terms(world, p)


@staged
def change_customers(world, first, last):
    """Let the customers in rows first .. last - 1 move on."""
    for i in range(first, last):
        move_on(world, i)


@staged
def look_for_providers(world, first, last):
    """Let buyers search and hear from friends."""
    for i in range(first, last):
        look_round(world, i)


@staged
def prepare_offers(world, first, last):
    """Set the terms of the n-th providers, first <= n < last, and what the platform shows of them."""
    for n in range(first, last):
        j = world.providers[n]
        set_terms(world, j)
        if j < world.market[0].peers:
            show(world, j)


@staged
def exchange(world, first, last, totals, seen, best, room):
    """Let buyers deal; `totals`, shape (blocks, strategies + 1), takes up what happened in each block."""
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
        count_buyer(world, i, totals[i // BLOCK])


@staged
def review(world, first, last):
    """Let the n-th providers, first <= n < last, book their sales, learn, and be judged."""
    for n in range(first, last):
        book(world, n)
        renew(world, n)
        hear_back(world, n)
        rate(world, n)


@staged
def close_period(world, totals, total_amounts, block_amounts):
    """Settle with the platform and the outside; add up what happened; let strategies change."""
    close_accounts(world)
    add_up(world, totals, total_amounts, block_amounts)
    adapt(world)


@staged
def run_periods(world, totals, total_amounts, blocks, block_amounts, seen, best, room):
    """Run one period per row of `totals`, in one compiled call."""
    buyers, providers = len(world.ties), len(world.providers)
    for t in range(len(totals)):
        open_period(world, block_amounts)
        change_customers(world, 0, buyers)
        look_for_providers(world, 0, buyers)
        prepare_offers(world, 0, providers)
        exchange(world, 0, buyers, blocks, seen, best, room)
        list_sales(world)
        review(world, 0, providers)
        close_period(world, totals[t], total_amounts[t], block_amounts)


def advance(world: World, totals: NDArray, threads: int = 1) -> None:
    """Run one period per row of `totals`, shape (periods, strategies + 1), and fill the rows in.

    `totals` must be zero before. Several threads give the same bits; they pay in large markets.
    """
    blocks = blocks_of(world)
    if threads == 1:
        run_periods(world, totals, amounts(totals), blocks, amounts(blocks), *shop_window(world), desk(world))
        return
    with ThreadPoolExecutor(threads) as pool:
        for row, numbers in zip(totals, amounts(totals), strict=True):
            _run_period(world, row, numbers, blocks, pool, threads)


def _run_period(
    world: World, totals: NDArray, numbers: NDArray, blocks: NDArray, pool: ThreadPoolExecutor, threads: int
) -> None:
    """Do what one turn of `run_periods` does, each stage in parts for several threads."""

    def share_out(stage: Callable, count: int) -> None:
        """Run a stage over 0 .. count - 1 in parts of whole blocks, several for each thread."""
        part = max(count // (4 * threads * BLOCK), 1) * BLOCK
        list(pool.map(lambda first: stage(world, first, min(first + part, count)), range(0, count, part)))

    def exchange_part(world: World, first: int, last: int) -> None:
        exchange(world, first, last, blocks, *shop_window(world), desk(world))

    buyers, providers = len(world.ties), len(world.providers)
    open_period(world, amounts(blocks))
    share_out(change_customers, buyers)
    share_out(look_for_providers, buyers)
    share_out(prepare_offers, providers)
    share_out(exchange_part, buyers)
    list_sales(world)
    share_out(review, providers)
    close_period(world, totals, numbers, amounts(blocks))
