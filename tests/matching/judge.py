"""The slow judge: the whole ranking from the textbook, one business and one loop at a time.

It shares the reading of texts (`matching.relevance`) with the engine and nothing else: gates,
components, counts and relaxations are written here again from their definitions in README.md.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from matching import relevance
from matching.classify import NEARNESS, TRADES
from matching.needs import ANY, Need, Supplier
from matching.policy import COMPONENTS, Policy


@dataclass
class Verdict:
    """What the judge says of one business; ``fails`` holds (gate, certificate code)."""

    supplier: Supplier
    looked_at: bool
    fails: set[tuple[str, str]] = field(default_factory=set)
    values: dict[str, float] = field(default_factory=dict)
    score: float = 0.0
    km: float | None = None
    free: int | None = None


@dataclass(frozen=True)
class Setting:
    """What surrounds a need: fine codes and their trades, the policy, and promises."""

    parents: Mapping[str, str]
    policy: Policy
    promised: Mapping[str, int]


def judge(suppliers: Sequence[Supplier], need: Need, setting: Setting) -> list[Verdict]:
    """A verdict on every business."""
    rows = relevance.businesses([s.name for s in suppliers], [s.text() for s in suppliers])
    meant = relevance.need(need.text)
    words = relevance.text_score(meant, rows) if suppliers else []
    prices = [price for s in suppliers for price in answering(s.prices, need, setting, meant)]
    reference = need.ceiling_price or (float(np.median(prices)) if prices else math.nan)
    verdicts = []
    for i, supplier in enumerate(suppliers):
        entries = declared(supplier) or read_trades(rows, i)
        nearness = [affinity(code, need, setting, meant) for code, _ in entries]
        trade = max((a * s for a, (_, s) in zip(nearness, entries, strict=True)), default=float(meant.affinity[-1]))
        text = min(1.0, float(words[i]))
        related = any(a > 0 for a in nearness)
        if need.category is None:
            looked_at = related or text > 0 or (not entries and trade > 0)
        else:
            looked_at = related or (not entries and text > 0)
        verdict = Verdict(supplier, looked_at)
        verdict.km = distance(supplier, need)
        verdict.free = free_capacity(supplier, need, setting, meant)
        verdict.fails = gates(verdict, need, bool(entries), trade, setting.policy)
        role = float(meant.role[rows.role[i]])
        floor = relevance.SETTINGS.floor
        unknown = setting.policy.unknown
        price = price_of(supplier, need, setting, meant)
        verdict.values = {
            "category": role * trade,
            "text": role * text * (floor + (1 - floor) * trade),
            "capacity": unknown.capacity
            if verdict.free is None
            else min(1.0, verdict.free / max(1, need.quantity_per_day or 0)),
            "certificates": certificates(supplier, need, unknown.certificates),
            "distance": unknown.distance if verdict.km is None else 1 / (1 + verdict.km / setting.policy.half_km),
            "record": record(supplier),
            "price": unknown.price
            if price is None or not reference > 0
            else min(1.0, max(0.0, 1.5 - price / reference)),
        }
        verdicts.append(verdict)
    weights = applicable(need, setting, meant, rows, reference)
    for verdict in verdicts:
        verdict.score = sum(weights[c] * verdict.values[c] for c in COMPONENTS)
    return verdicts


def trade_of(code: str, setting: Setting) -> str:
    return setting.parents.get(code, code)


def declared(supplier: Supplier) -> list[tuple[str, float]]:
    return [(code, 1.0) for code in supplier.categories]


def read_trades(rows: relevance.Businesses, i: int) -> list[tuple[str, float]]:
    power = relevance.SETTINGS.confidence_power
    return [
        (TRADES[trade], float(rows.confidence[i, k]) ** power)
        for k, trade in enumerate(rows.trades[i].tolist())
        if trade >= 0 and rows.confidence[i, k] > 0
    ]


def affinity(code: str, need: Need, setting: Setting, meant: relevance.Need) -> float:
    trade = trade_of(code, setting)
    if need.category is None:
        return float(meant.affinity[TRADES.index(trade)])
    wanted = trade_of(need.category, setting)
    if trade != wanted or need.category == wanted:
        return float(NEARNESS[TRADES.index(trade), TRADES.index(wanted)])
    if code == need.category:
        return 1.0
    return (1 + setting.policy.sibling) / 2 if code == wanted else setting.policy.sibling


def distance(supplier: Supplier, need: Need) -> float | None:
    places = (supplier.lat, supplier.lon, need.lat, need.lon)
    if any(number is None for number in places):
        return None
    lat_a, lon_a, lat_b, lon_b = (math.radians(float(number or 0.0)) for number in places)
    cosine = math.sin(lat_a) * math.sin(lat_b) + math.cos(lat_a) * math.cos(lat_b) * math.cos(lon_a - lon_b)
    if cosine < 0.99999:
        return 6371.0088 * math.acos(max(-1.0, cosine))
    half = math.sin((lat_a - lat_b) / 2) ** 2 + math.cos(lat_a) * math.cos(lat_b) * math.sin((lon_a - lon_b) / 2) ** 2
    return 2 * 6371.0088 * math.asin(math.sqrt(half))


def answering(figures: Mapping[str, int], need: Need, setting: Setting, meant: relevance.Need) -> list[int]:
    """Capacities or prices under codes that answer the need."""
    if need.category is None:
        best = int(np.argmax(meant.affinity[:-1]))
        wanted = TRADES[best] if meant.affinity[best] > 0 else None
        return [v for c, v in figures.items() if c == ANY or trade_of(c, setting) == wanted]
    wanted = trade_of(need.category, setting)
    if need.category == wanted:
        return [v for c, v in figures.items() if c == ANY or trade_of(c, setting) == wanted]
    return [v for c, v in figures.items() if c in {ANY, need.category, wanted}]


def free_capacity(supplier: Supplier, need: Need, setting: Setting, meant: relevance.Need) -> int | None:
    known = answering(supplier.capacity or {}, need, setting, meant)
    return max(0, max(known) - setting.promised.get(supplier.id, 0)) if known else None


def price_of(supplier: Supplier, need: Need, setting: Setting, meant: relevance.Need) -> int | None:
    return min(answering(supplier.prices, need, setting, meant), default=None)


def gates(verdict: Verdict, need: Need, known: bool, trade: float, policy: Policy) -> set[tuple[str, str]]:
    supplier = verdict.supplier
    fails = set()
    if supplier.active is False or supplier.registered is False:
        fails.add(("status", ""))
    if need.category is not None and known and trade < policy.near_enough:
        fails.add(("category", ""))
    if verdict.km is not None and need.max_km is not None and verdict.km > need.max_km:
        fails.add(("distance", ""))
    if supplier.debarred_until and need.today and supplier.debarred_until >= need.today:
        fails.add(("debarment", ""))
    least = max(1, (need.min_share or 1) if need.split else (need.quantity_per_day or need.min_share or 1))
    if verdict.free is not None and verdict.free < least:
        fails.add(("capacity", ""))
    for code in need.required:
        if supplier.certificates is not None and not holds(supplier, code, need):
            fails.add(("certificate", code))
    return fails


def holds(supplier: Supplier, code: str, need: Need) -> bool:
    window = need.window()
    held = [h for h in supplier.certificates or () if h.code == code]
    return any(window is None or h.covers(*window) for h in held)


def certificates(supplier: Supplier, need: Need, unknown: float) -> float:
    if supplier.certificates is None:
        return unknown
    codes = {h.code for h in supplier.certificates if holds(supplier, h.code, need)} - set(need.required)
    wanted = set(need.desired) - set(need.required)
    return len(codes & wanted) / len(wanted) if wanted else 1 - 0.6 ** len(codes)


def record(supplier: Supplier) -> float:
    n = supplier.deliveries_total
    on_time = (supplier.deliveries_on_time + 0.8 * 6) / (n + 6)
    share = supplier.quantity_accepted_share
    accepted = 0.9 if share is None else (share * n + 0.9 * 6) / (n + 6)
    stars = min(max(0.0, (supplier.rating_sum - supplier.rating_count) / 4), supplier.rating_count)
    rating = (stars + 0.75 * 4) / (supplier.rating_count + 4)
    return 0.4 * on_time + 0.3 * accepted + 0.3 * rating


def applicable(
    need: Need, setting: Setting, meant: relevance.Need, rows: relevance.Businesses, reference: float
) -> dict[str, float]:
    applies = dict.fromkeys(COMPONENTS, True)
    applies["text"] = any(term in rows.vocabulary for term in meant.terms)
    applies["capacity"] = bool(need.quantity_per_day)
    applies["distance"] = need.lat is not None and need.lon is not None
    applies["price"] = reference > 0
    if need.category is None:
        applies["category"] = bool(meant.affinity.any())
    weights = {c: getattr(setting.policy.weights, c) if applies[c] else 0.0 for c in COMPONENTS}
    return {c: w / sum(weights.values()) for c, w in weights.items()}
