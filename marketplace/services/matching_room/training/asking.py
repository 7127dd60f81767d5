"""The planner's question: money, packages, who holds and makes what, what is asked for, and least shares."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from sqlalchemy import func, select

from marketplace.models import db
from marketplace.models.businesses import Business, CapacityDay
from marketplace.rules.businesses import BusinessState, Kind
from marketplace.services.matching_room import suppliers
from marketplace.services.matching_room.training.demand import YEAR, YEAR_DAYS, demand
from matching.needs import Held

KECAMATAN = 8
"""Letters of an area's code that name its kecamatan, such as 36.72.01."""
MAY_JOIN, COOPERATIVE = "may:join", "is:cooperative"
"""Standing that packages may require beside certificates: one whom this money trains; a co-operative."""
LIVING = (BusinessState.REGISTERED, BusinessState.CLAIMED, BusinessState.ACTIVE)
"""States in which a business may be trained."""
REST = "/rest"
"""Ends the id of the row that keeps serving what a business serves today, whether or not its training succeeds."""


def lacks(code: str) -> str:
    """The standing of who has a use for `code` in their trade and does not hold it: nobody else fills a seat."""
    return f"lacks:{code}"


def passed(package: str) -> str:
    """The standing of who has passed `package`."""
    return f"passed:{package}"


@dataclass(frozen=True)
class Terms:
    """What the head of the office brings: rupiah, packages as the planner reads them, least shares by kecamatan (code)
    and by gender.

    `forecast`: last year's needs and declared spending are expected again. `desired`: what buyers call desirable counts
    as asked for, to plan for the day when they insist on it. `chance` (above 0, at most 1): how many of those enrolled
    come to hold the certificate in the end. `scales`: the classes of business that this money may train (empty: all).
    `passed`: codes of packages that a business has passed, by its id.
    """

    budget: int
    packages: Sequence[Mapping[str, Any]]
    min_shares: Mapping[str, float]
    genders: Mapping[str, float] = field(default_factory=dict)
    forecast: bool = True
    desired: bool = False
    chance: float = 1.0
    scales: frozenset[str] = frozenset()
    passed: Mapping[int, frozenset[str]] = field(default_factory=dict)


def question(terms: Terms, today: date) -> dict[str, Any]:
    """The planner's problem in plain values. Suppliers carry their database id as text.

    Not everybody who is enrolled comes to hold the certificate. The planner counts in certainties, so a business
    whose training may fail stands in two rows: `chance` of its capacity may be trained, the rest (`REST`) goes on
    serving what it serves today. What the plan unlocks is then what is to be expected, as capacity adds up over many.
    """
    trades = suppliers.parents()
    areas = [{"area": area, "min_share": share} for area, share in sorted(terms.min_shares.items())]
    genders = [{"gender": gender, "min_share": share} for gender, share in sorted(terms.genders.items())]
    asked = list(demand(trades, today, terms.forecast, terms.desired))
    useful = _useful(terms.packages, asked)
    return {
        "budget": terms.budget,
        "packages": [
            {**package, "requires": sorted({*package["requires"], MAY_JOIN, *map(lacks, package["grants"])})}
            for package in terms.packages
        ],
        "suppliers": list(_in_two(_suppliers(trades, today, terms, useful), asked, terms.chance)),
        "demand": asked,
        "quotas": areas + genders,
    }


def _useful(packages: Sequence[Mapping[str, Any]], asked: Iterable[Mapping[str, Any]]) -> dict[str, frozenset[str]]:
    """By trade, what is worth learning there: what its demand asks for, and what the packages that grant it require."""
    wanted: dict[str, set[str]] = defaultdict(set)
    for one in asked:
        wanted[one["category"]] |= set(one["requires"])
    granted = {code for package in packages for code in package["grants"]}
    return {trade: frozenset(_with_the_way(codes, packages) & granted) for trade, codes in wanted.items()}


def _with_the_way(codes: set[str], packages: Sequence[Mapping[str, Any]]) -> set[str]:
    while True:
        more = codes.union(*(package["requires"] for package in packages if codes & set(package["grants"])))
        if more == codes:
            return codes
        codes = more


def _in_two(
    rows: Iterable[dict[str, Any]], asked: Iterable[Mapping[str, Any]], chance: float
) -> Iterator[dict[str, Any]]:
    needs: dict[str, set[frozenset[str]]] = defaultdict(set)
    for one in asked:
        needs[one["category"]].add(frozenset(one["requires"]))
    for row in rows:
        hoped = int(row["capacity_per_day"] * chance)
        held = set(row["has"])
        if MAY_JOIN not in held:
            yield row
            continue
        yield {**row, "capacity_per_day": hoped}
        if hoped < row["capacity_per_day"] and any(need <= held for need in needs.get(row["category"] or "", ())):
            left = {"id": row["id"] + REST, "capacity_per_day": row["capacity_per_day"] - hoped}
            yield {**row, **left, "has": sorted(held - {MAY_JOIN})}


def _suppliers(
    trades: Mapping[str, str], today: date, terms: Terms, useful: Mapping[str, frozenset[str]]
) -> Iterator[dict[str, Any]]:
    """Everybody in the registry. Capacity that was never stated is the lower quartile of its trade's; what is promised
    already is taken off, as its average over the coming year."""
    b = Business
    columns = select(b.id, b.trade_code, b.owner_gender, b.kind, b.scale, b.state, b.in_dinkop, b.in_sidt)
    facts = {row.id: row for row in db.session.execute(columns)}
    gone = _promised(today)
    listed = []
    stated: dict[str, list[int]] = defaultdict(list)
    for supplier in suppliers.read():
        if supplier.debarred_until is not None and supplier.debarred_until >= today:
            continue
        code = facts[int(supplier.id)].trade_code or next(iter(supplier.categories), None)
        trade = trades.get(code, code) if code else None
        makes = (supplier.capacity or {}).get(trade) if trade else None
        if trade and makes:
            stated[trade].append(makes)
        listed.append((supplier, trade, makes))
    usual = {trade: sorted(known)[len(known) // 4] for trade, known in stated.items()}
    for supplier, trade, makes in listed:
        number = int(supplier.id)
        capacity = makes if makes is not None else usual.get(trade or "", 0)
        fact = facts[number]
        held = {one.code for one in supplier.certificates or () if _valid(one, today)} | set(_standing(fact, terms))
        yield {
            "id": supplier.id,
            "area": supplier.area[:KECAMATAN] if supplier.area else None,
            "category": trade,
            "capacity_per_day": max(0, capacity - gone.get((number, trade or ""), 0)),
            "has": sorted(held | {lacks(code) for code in useful.get(trade or "", frozenset()) - held}),
            "gender": str(fact.owner_gender) if fact.owner_gender is not None else None,
        }


def _standing(fact: Any, terms: Terms) -> Iterator[str]:
    listed = fact.in_dinkop or fact.in_sidt
    if listed and fact.state in LIVING and (not terms.scales or str(fact.scale) in terms.scales):
        yield MAY_JOIN
    if fact.kind is Kind.COOPERATIVE:
        yield COOPERATIVE
    for code in terms.passed.get(fact.id, ()):
        yield passed(code)


def _promised(today: date) -> dict[tuple[int, str], int]:
    """Units a day promised or reserved by business and trade, averaged over the coming year and rounded up."""
    query = (
        select(CapacityDay.business_id, CapacityDay.trade_code, func.sum(CapacityDay.promised + CapacityDay.reserved))
        .where(CapacityDay.day >= today, CapacityDay.day < today + YEAR)
        .group_by(CapacityDay.business_id, CapacityDay.trade_code)
    )
    return {(business, trade): -(-int(units) // YEAR_DAYS) for business, trade, units in db.session.execute(query)}


def _valid(held: Held, today: date) -> bool:
    return held.covers(today, today)
