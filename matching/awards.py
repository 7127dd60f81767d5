"""The cheapest exact split of one lot over bids."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple

from . import explain
from .errors import BadInput
from .needs import MAX_QUANTITY
from .solver import quiet_solver, status

MAX_BIDS: Final = 10_000


@dataclass(frozen=True, slots=True)
class Bid:
    """An offer: ``price`` rupiah per unit, up to ``quantity_per_day`` units a day.

    ``min_quantity``: the fewest units a day the bidder will do, if any at all.
    """

    id: str
    price: int
    quantity_per_day: int
    min_quantity: int = 1

    def __post_init__(self) -> None:
        if not isinstance(self.id, str) or not self.id:
            raise BadInput("bids.id", "empty")
        for name in ("price", "quantity_per_day", "min_quantity"):
            value = getattr(self, name)
            if isinstance(value, bool) or not isinstance(value, int):
                raise BadInput(f"bids.{name}", "not_a_number")
            if not 0 <= value <= MAX_QUANTITY:
                raise BadInput(f"bids.{name}", "out_of_range")


class Share(NamedTuple):
    """What one bid gets: units a day, and rupiah a day for them."""

    bid_id: str
    quantity_per_day: int
    cost_per_day: int


class Split(NamedTuple):
    """The cheapest award. ``single``: the cheapest bid that could do all of it alone.

    When nothing covers the quantity, ``feasible`` is False, the allocation is
    empty and ``reason`` names the limit that stands in the way.
    """

    feasible: bool
    allocation: tuple[Share, ...]
    cost_per_day: int
    single: Share | None
    reason: str


def best_split(
    bids: Sequence[Bid],
    quantity_per_day: int,
    max_suppliers: int | None = None,
    min_share: int = 1,
    lang: str = "id",
) -> Split:
    """Split ``quantity_per_day`` over ``bids`` at the least cost, exactly.

    Each chosen bid gets at least ``min_share`` and its own minimum, at most what
    it offers; at most ``max_suppliers`` are chosen (None: no limit). One minimum
    each and a limit on their number make this a small mixed-integer programme,
    solved to proven optimality by HiGHS; without them filling up from the
    cheapest is already optimal. Equal bids go to the earlier one.
    """
    explain.check_language(lang)
    most = _checked(bids, quantity_per_day, max_suppliers, min_share)
    floors = [max(1, min_share, bid.min_quantity) for bid in bids]
    usable = [i for i, bid in enumerate(bids) if floors[i] <= min(bid.quantity_per_day, quantity_per_day)]
    single = _single([bids[i] for i in usable], quantity_per_day)
    reason = _obstacle(bids, usable, quantity_per_day, most, lang)
    if reason:
        return Split(False, (), 0, single, reason)
    chosen: list[int] | None = _cheapest_first(bids, usable, floors, quantity_per_day, most)
    if chosen is None:
        chosen = _solve(bids, usable, floors, quantity_per_day, most)
    if chosen is None:
        return Split(False, (), 0, single, _no_fit(lang))
    shares = _fill(bids, chosen, floors, quantity_per_day)
    return Split(True, shares, sum(share.cost_per_day for share in shares), single, "")


def _checked(bids: Sequence[Bid], quantity: int, max_suppliers: int | None, min_share: int) -> int:
    limits = {"quantity_per_day": quantity, "min_share": min_share}
    if max_suppliers is not None:
        limits["max_suppliers"] = max_suppliers
    for name, value in limits.items():
        if isinstance(value, bool) or not isinstance(value, int):
            raise BadInput(name, "not_a_number")
        if not 1 <= value <= MAX_QUANTITY:
            raise BadInput(name, "out_of_range")
    if len(bids) > MAX_BIDS:
        raise BadInput("bids", "out_of_range")
    if len({bid.id for bid in bids}) != len(bids):
        raise BadInput("bids.id", "duplicate")
    return len(bids) if max_suppliers is None else min(max_suppliers, len(bids))


def _single(bids: Sequence[Bid], quantity: int) -> Share | None:
    able = [bid for bid in bids if bid.quantity_per_day >= quantity]
    if not able:
        return None
    best = min(able, key=lambda bid: bid.price)
    return Share(best.id, quantity, best.price * quantity)


def _obstacle(bids: Sequence[Bid], usable: list[int], quantity: int, most: int, lang: str) -> str:
    """Why the quantity cannot be reached even by the largest offers; empty when it can."""
    offers = sorted((bids[i].quantity_per_day for i in usable), reverse=True)
    if sum(offers) < quantity:
        total, want = explain.number(sum(offers), lang), explain.number(quantity, lang)
        return explain.said(
            lang,
            f"Semua tawaran bersama hanya {total} per hari dari {want} yang dibutuhkan.",
            f"All bids together reach only {total} a day of the {want} needed.",
        )
    if sum(offers[:most]) < quantity:
        total = explain.number(sum(offers[:most]), lang)
        return explain.said(
            lang,
            f"Dengan paling banyak {most} pemasok hanya tercapai {total} per hari.",
            f"With at most {most} suppliers only {total} a day is reached.",
        )
    return ""


def _no_fit(lang: str) -> str:
    return explain.said(
        lang,
        "Tidak ada gabungan yang pas dengan jumlah terkecil tiap pemasok.",
        "No combination fits the smallest quantities of the suppliers.",
    )


def _cheapest_first(
    bids: Sequence[Bid], usable: list[int], floors: list[int], quantity: int, most: int
) -> list[int] | None:
    """Fill up from the cheapest; the bids used, or None when that breaks a limit.

    Where it breaks none it is optimal: no unit could be bought cheaper.
    """
    left = quantity
    chosen: list[int] = []
    for i in sorted(usable, key=lambda i: bids[i].price):
        if left == 0:
            break
        take = min(left, bids[i].quantity_per_day)
        if take < floors[i] or len(chosen) == most:
            return None
        chosen.append(i)
        left -= take
    return chosen


def _useful(bids: Sequence[Bid], usable: list[int], floors: list[int], most: int) -> list[int]:
    """Drop bids that ``most`` others beat in price, offer and minimum: some optimum lacks them."""
    kept: list[int] = []
    for i in sorted(usable, key=lambda i: (bids[i].price, -bids[i].quantity_per_day, floors[i], i)):
        better = sum(bids[j].quantity_per_day >= bids[i].quantity_per_day and floors[j] <= floors[i] for j in kept)
        if better < most:
            kept.append(i)
    return kept


def _solve(bids: Sequence[Bid], usable: list[int], floors: list[int], quantity: int, most: int) -> list[int] | None:
    """Which bids the optimum uses, by mixed-integer programming; None when there is none.

    For chosen bids the quantities form an interval-bounded sum, whose vertices
    are whole numbers, so only the choice needs to be binary.
    """
    candidates = _useful(bids, usable, floors, most)
    solver = quiet_solver()
    solver.setOptionValue("mip_rel_gap", 0.0)
    solver.setOptionValue("mip_abs_gap", 0.0)
    dearest = max(1, *(bids[i].price for i in candidates))
    share = [solver.addVariable(0.0, bids[i].quantity_per_day / quantity, bids[i].price / dearest) for i in candidates]
    used = [solver.addBinary() for _ in candidates]
    for k, i in enumerate(candidates):
        offer = min(bids[i].quantity_per_day, quantity) / quantity
        solver.addConstr(share[k] <= offer * used[k])
        solver.addConstr(share[k] >= floors[i] / quantity * used[k])
    solver.addConstr(sum(share) == 1.0)
    solver.addConstr(sum(used) <= float(most))
    solver.minimize()
    if status(solver) != "Optimal":
        return None
    values = solver.getSolution().col_value[len(candidates) :]
    return [i for i, value in zip(candidates, values, strict=True) if value > 0.5]


def _fill(bids: Sequence[Bid], chosen: list[int], floors: list[int], quantity: int) -> tuple[Share, ...]:
    """Whole quantities for the chosen bids: everyone's minimum, the rest to the cheapest."""
    given = {i: floors[i] for i in chosen}
    left = quantity - sum(given.values())
    for i in sorted(chosen, key=lambda i: (bids[i].price, i)):
        more = min(left, bids[i].quantity_per_day - given[i])
        given[i] += more
        left -= more
    order = sorted(chosen, key=lambda i: (bids[i].price, i))
    return tuple(Share(bids[i].id, given[i], given[i] * bids[i].price) for i in order if given[i])


def award_of(problem: object) -> dict[str, object]:
    """`best_split` on plain JSON values, as the shell and the API exchange them.

    ``problem``: quantity_per_day, bids (id, price, quantity_per_day, optional
    min_quantity), optional max_suppliers, min_share, lang. Raises `BadInput`
    naming the field.
    """
    if not isinstance(problem, dict):
        raise BadInput("problem", "not_json")
    bids = problem.get("bids")
    if not isinstance(bids, list) or not all(isinstance(bid, dict) for bid in bids):
        raise BadInput("bids", "not_a_list")
    made = [
        Bid(
            bid.get("id", ""),
            bid.get("price", None),
            bid.get("quantity_per_day", None),
            bid.get("min_quantity", 1),
        )
        for bid in bids
    ]
    split = best_split(
        made,
        problem.get("quantity_per_day", 0),
        problem.get("max_suppliers"),
        problem.get("min_share", 1),
        problem.get("lang", "id"),
    )
    return {
        "feasible": split.feasible,
        "allocation": [share._asdict() for share in split.allocation],
        "cost_per_day": split.cost_per_day,
        "single": split.single._asdict() if split.single else None,
        "reason": split.reason,
    }
