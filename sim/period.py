"""One period of a world, and many: the rules of `SCHEDULE` run actor by actor.

A stage does one thing for a range of buyers or of providers, who read nothing that others write in the
same stage. So a stage may run in blocks, in any order and in several threads at once. Where a rule needs
everybody to be done with the one before, a new stage begins. Sums over buyers are taken block by block,
sums over a provider's buyers in the order of their rows: the bits do not depend on the threads.
"""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

from numpy.typing import NDArray

from sim.compiled import apart, staged
from sim.relations import buyers_of, list_sales
from sim.rules import all_standard, in_order
from sim.rules.adapt import adapt
from sim.rules.change import move_on, outdate, turn_trend
from sim.rules.choose import decide
from sim.rules.deliver import receive
from sim.rules.happen import happen
from sim.rules.learn import practise, renew, renew_helpers
from sim.rules.meet import be_shown, look_round, shop_window, show
from sim.rules.offer import ask, desk, prepare_helpers, set_terms
from sim.rules.settle import book, close_accounts, pay, pay_for_supplies
from sim.rules.talk import rate, recommend
from sim.rules.trust import hear_back, judge, judge_helpers
from sim.state import World
from sim.totals import BLOCK, add_up, amounts, blocks_of, count, count_buyer

BATCH = 64  # customers whose ties stay near the processor while they deal and settle


@staged
def open_period(world, block_amounts):
    """Begin a period: what is common to all."""
    block_amounts[:] = 0.0
    world.clock[0].period += 1
    turn_trend(world)
    happen(world)
    prepare_helpers(world)


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
        if j < world.market[0].peers and world.market[0].platform_slots > 0:
            show(world, j)


@apart
def deal(world, first, last, seen, best, room):
    """Let buyers find out what is offered, choose, and receive."""
    for i in range(first, last):
        if len(best) > 0 and i < world.market[0].customers:
            be_shown(world, i, seen, best)
        outdate(world, i)
        ask(world, i, room)
        decide(world, i, room)
        receive(world, i)


@apart
def conclude(world, first, last, totals):
    """Let buyers pay, learn and judge; `totals`, shape (blocks, strategies + 1), takes it up block by block."""
    for i in range(first, last):
        if i < world.market[0].customers:
            pay(world, i)
        else:
            pay_for_supplies(world, i)
        practise(world, i)
        judge(world, i)
        recommend(world, i)
        count_buyer(world, i, totals[i // BLOCK])


@staged
def exchange(world, first, last, totals, seen, best, room):
    """Let customers deal and settle, batch by batch."""
    for start in range(first, last, BATCH):
        end = min(start + BATCH, last)
        deal(world, start, end, seen, best, room)
        conclude(world, start, end, totals)


@staged
def supply(world, seen, best, room):
    """Let the tiers above the sellers supply each other and them, the highest first, at a price per unit."""
    for t in range(len(world.tiers) - 1, 0, -1):
        tier, buyers = world.tiers[t], buyers_of(world, t)
        prepare_offers(world, tier.place, tier.place + tier.providers)
        deal(world, buyers.start, buyers.stop, seen, best, room)


@staged
def settle_supplies(world, totals):
    """Settle the supplies for the volumes sold, from the sellers up."""
    for t in range(1, len(world.tiers)):
        tier, buyers = world.tiers[t], buyers_of(world, t)
        conclude(world, buyers.start, buyers.stop, totals)
        review(world, tier.place, tier.place + tier.providers)


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
    """Settle with helpers, the platform and the outside; add up what happened; let strategies change."""
    close_accounts(world)
    renew_helpers(world)
    judge_helpers(world)
    add_up(world, totals, total_amounts, block_amounts)
    adapt(world)


@staged
def run_periods(world, totals, total_amounts, blocks, block_amounts, seen, best, room):
    """Run one period per row of `totals`, in one compiled call."""
    customers, sellers = world.market[0].customers, world.tiers[0].providers
    for t in range(len(totals)):
        open_period(world, block_amounts)
        change_customers(world, 0, customers)
        look_for_providers(world, 0, len(world.ties))
        supply(world, seen, best, room)
        prepare_offers(world, 0, sellers)
        exchange(world, 0, customers, blocks, seen, best, room)
        list_sales(world)
        review(world, 0, sellers)
        settle_supplies(world, blocks)
        close_period(world, totals[t], total_amounts[t], block_amounts)


def advance(world: World, totals: NDArray, threads: int = 1) -> None:
    """Run one period per row of `totals`, shape (periods, strategies + 1), and fill the rows in.

    `totals` must be zero before. Several threads give the same bits; they pay in large markets.
    """
    if not all_standard(world):
        _advance_by_rules(world, totals)
        return
    blocks = blocks_of(world)
    if threads == 1:
        run_periods(world, totals, amounts(totals), blocks, amounts(blocks), *shop_window(world), desk(world))
        return
    with ThreadPoolExecutor(threads) as pool:
        for row, numbers in zip(totals, amounts(totals), strict=True):
            _run_period(world, row, numbers, blocks, pool, threads)


def _advance_by_rules(world: World, totals: NDArray) -> None:
    """Run the periods rule by rule, in one thread: a rule that this world has of its own is no stage."""
    for row in totals:
        world.clock["period"] += 1
        for turn in in_order(world):
            if turn.rule is adapt:
                count(world, row)
            turn.take()


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

    customers, sellers = int(world.market["customers"][0]), int(world.tiers["providers"][0])
    room = (*shop_window(world), desk(world))
    open_period(world, amounts(blocks))
    share_out(change_customers, customers)
    share_out(look_for_providers, len(world.ties))
    supply(world, *room)
    share_out(prepare_offers, sellers)
    share_out(exchange_part, customers)
    list_sales(world)
    share_out(review, sellers)
    settle_supplies(world, blocks)
    close_period(world, totals, numbers, amounts(blocks))
