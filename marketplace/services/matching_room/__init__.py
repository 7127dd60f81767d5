"""The only room that knows the matching library: lots and businesses go in, answers come out as plain records.

Every answer is computed on an index of the city's businesses that this process keeps fresh (see `shelf`). Ask before
changing businesses in the same transaction: what is not committed yet may still be taken back.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from marketplace.models.businesses import Business
from marketplace.models.tenders import Lot
from marketplace.services.matching_room import promises
from marketplace.services.matching_room import wanted as asking
from marketplace.services.matching_room.answers import (
    COMPONENT_LABELS,
    Lift,
    Match,
    Miss,
    NearMiss,
    OpenBid,
    Opportunity,
    Part,
    Ranking,
    Share,
    Split,
    Supply,
    misses_of,
    parts_of,
    supply_of,
)
from marketplace.services.matching_room.calendars import Span, spans_of
from marketplace.services.matching_room.certified import asking_for, opened_by
from marketplace.services.matching_room.reading import Quote, Understood, understand
from marketplace.services.matching_room.several import understand_parts
from marketplace.services.matching_room.shelf import at_hand, configure
from marketplace.services.matching_room.trades import trades
from marketplace.services.matching_room.wanted import Wanted, of_lot, of_sheet
from matching import awards, lifts
from matching import ranking as ranks
from matching.policy import COMPONENTS

__all__ = [
    "COMPONENT_LABELS",
    "Lift",
    "Match",
    "Miss",
    "NearMiss",
    "OpenBid",
    "Opportunity",
    "Part",
    "Quote",
    "Ranking",
    "Share",
    "Span",
    "Split",
    "Supply",
    "Understood",
    "Wanted",
    "asking_for",
    "best_split",
    "configure",
    "lacks",
    "lift",
    "of_lot",
    "of_sheet",
    "opened_by",
    "opportunities",
    "ranking",
    "supplies",
    "supply",
    "supply_by_day",
    "trades",
    "understand",
    "understand_parts",
    "warm",
]


def warm() -> int:
    """Have the index ready before the first visitor asks; returns how many businesses it holds."""
    with at_hand() as index:
        return int(index.size)


def supply(lot: Lot | Wanted, at: datetime, lang: str = "id") -> Supply:
    """Who could supply `lot`: counts only, for the live panel."""
    wanted = lot if isinstance(lot, Wanted) else of_lot(lot)
    taken = promises.promised(wanted)
    with at_hand() as index:
        panel = ranks.supply(index, asking.need_of(wanted, at, lang), taken, asking.policy_of(None), lang)
    return supply_of(panel.supply, panel.gates, panel.relaxations)


def supply_by_day(wanted: Wanted, at: datetime, lang: str = "id") -> tuple[Supply, tuple[Span, ...]]:
    """Who could supply what is being written, and what is free together on each day of delivery (or week)."""
    gone = promises.gone_by_day(wanted)
    taken = {str(business_id): max(of_one.values()) for business_id, of_one in gone.items()}
    with at_hand() as index:
        found = ranks.rank(index, asking.need_of(wanted, at), asking.policy_of(None), ranks.AT_ONCE, taken, lang)
        passing = {int(match.supplier_id) for match in found.matches} if gone else set()
    supplied = supply_of(found.supply, found.gates, found.relaxations)
    theirs = {business_id: days for business_id, days in gone.items() if business_id in passing}
    return supplied, spans_of(wanted.days, supplied.capacity_per_day, theirs)


def supplies(lots: Sequence[Lot], at: datetime, lang: str = "id") -> list[Supply]:
    """The same for many saved lots, in a few statements however many they are."""
    taken = promises.promised_of(lots)
    policy = asking.policy_of(None)
    with at_hand() as index:
        panels = [
            ranks.supply(index, asking.need_of(of_lot(lot), at, lang), taken[lot.id], policy, lang) for lot in lots
        ]
    return [supply_of(panel.supply, panel.gates, panel.relaxations) for panel in panels]


def ranking(
    lot: Lot, at: datetime, top: int = 50, lang: str = "id", weights: Mapping[str, int] | None = None
) -> Ranking:
    """The best `top` suppliers of `lot` with their reasons, those just outside, and the supply.

    `weights` (points by criterion, usually the tender's own) bend the policy within its published bounds.
    """
    wanted = of_lot(lot)
    taken = promises.promised(wanted)
    policy = asking.policy_of(lot.tender.weights if weights is None else weights)
    with at_hand() as index:
        found = ranks.rank(index, asking.need_of(wanted, at, lang), policy, top, taken, lang)
        matches = tuple(
            Match(int(m.supplier_id), m.rank, m.score * 100, parts_of(m.parts), m.assumed, m.km, m.free_per_day)
            for m in found.matches
        )
        near = tuple(NearMiss(int(n.supplier_id), n.score * 100, misses_of(n.misses, lang)) for n in found.near)
    supplied = supply_of(found.supply, found.gates, found.relaxations)
    return Ranking(matches, near, supplied, dict(zip(COMPONENTS, policy.weights.as_tuple(), strict=True)))


def lacks(lot: Lot, business_ids: Sequence[int], at: datetime, lang: str = "id") -> dict[int, tuple[Miss, ...]]:
    """What each business lacks for `lot`; empty for one that fits, and none for one of a trade too far away."""
    wanted = of_lot(lot)
    taken, need, found = promises.promised(wanted), asking.need_of(wanted, at), {}
    with at_hand() as index:
        for business_id in business_ids:
            key = str(business_id)
            if index.slot(key) < 0:
                continue
            gone = {need.id: taken.get(key, 0)}
            for fit in lifts.best_needs(index, key, [need], asking.policy_of(None), 1, lang, promised=gone):
                found[business_id] = misses_of(fit.misses, lang)
    return found


def opportunities(business: Business, at: datetime, lang: str = "id", top: int = 200) -> list[Opportunity]:
    """The open lots that suit a business, those it could bid for today first, then by score; with reasons."""
    lots, needs, taken = promises.open_needs(business, at, lang)
    with at_hand() as index:
        if index.slot(str(business.id)) < 0:
            return []
        fits = lifts.best_needs(index, str(business.id), needs, asking.policy_of(None), top, lang, promised=taken)
    return [Opportunity(lots[f.need_id].id, f.score * 100, parts_of(f.parts), misses_of(f.misses, lang)) for f in fits]


def lift(business: Business, at: datetime, lang: str = "id") -> list[Lift]:
    """Which single step (a certificate, more capacity, a fuller profile) opens most open lots to a business."""
    lots, needs, taken = promises.open_needs(business, at, lang)
    with at_hand() as index:
        if index.slot(str(business.id)) < 0:
            return []
        steps = lifts.lift(index, str(business.id), needs, asking.policy_of(None), lang, promised=taken)
    return [
        Lift(s.kind, s.code, s.amount, s.count, s.value, tuple(lots[i].id for i in s.need_ids), s.sentence)
        for s in steps
    ]


def best_split(
    bids: Sequence[OpenBid],
    quantity_per_day: int,
    max_suppliers: int | None = None,
    min_share: int = 1,
    lang: str = "id",
) -> Split:
    """The cheapest way to cover `quantity_per_day` with opened bids, exactly."""
    offers = [awards.Bid(str(b.id), b.price, b.quantity_per_day, b.min_quantity) for b in bids]
    found = awards.best_split(offers, quantity_per_day, max_suppliers, min_share, lang)
    shares = tuple(Share(int(s.bid_id), s.quantity_per_day, s.cost_per_day) for s in found.allocation)
    single = None if found.single is None else Share(int(found.single.bid_id), *found.single[1:])
    return Split(found.feasible, shares, found.cost_per_day, single, found.reason)
