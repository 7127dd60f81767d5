"""What one certificate means for its holder: the open lots that it opens, and those that ask for it.

A business is judged here by itself, in an index of its own: gates look at no other business, and what is being decided
in this transaction never reaches the index that everybody asks.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime

from marketplace.models.businesses import Business
from marketplace.models.tenders import Lot
from marketplace.rules.tenders import Level
from marketplace.services.matching_room import promises, suppliers
from marketplace.services.matching_room import wanted as asking
from matching import lifts
from matching.index import Index
from matching.needs import Held, Need, Supplier


def opened_by(business: Business, code: str, begins: date | None, ends: date | None, at: datetime) -> list[Lot]:
    """The open lots that a certificate `code`, valid from `begins` to `ends` (None: open), opens to a business: closed
    to it as it stands, open once it holds the certificate. Ask before the certificate is verified."""
    lots, needs, taken = promises.open_needs(business, at, "id")
    stands = next(iter(suppliers.read([business.id])), None)
    if stands is None or not needs:
        return []
    holds = replace(stands, certificates=(*(stands.certificates or ()), Held(code, begins, ends)))
    before, after = (_open_to(one, needs, taken) for one in (stands, holds))
    return [lot for need_id, lot in lots.items() if need_id in after - before]


def asking_for(business: Business, code: str, at: datetime) -> list[Lot]:
    """The open lots of the business's trade that insist on `code` and lack nothing else of it: what stands or falls
    with that certificate."""
    lots, needs, taken = promises.open_needs(business, at, "id")
    asked = {
        need_id
        for need_id, lot in lots.items()
        if any(r.certificate_code == code and r.level is Level.MANDATORY for r in lot.requirements)
    }
    stands = next(iter(suppliers.read([business.id])), None)
    if stands is None or not asked:
        return []
    others = tuple(one for one in stands.certificates or () if one.code != code)
    holds = replace(stands, certificates=(*others, Held(code)))
    open_to_it = _open_to(holds, [need for need in needs if need.id in asked], taken)
    return [lot for need_id, lot in lots.items() if need_id in open_to_it]


def _open_to(supplier: Supplier, needs: Sequence[Need], taken: Mapping[str, int]) -> set[str]:
    """Ids of the needs that lack nothing of a business."""
    index = Index.build([supplier], supplier.area, suppliers.parents())
    fits = lifts.best_needs(index, supplier.id, needs, asking.policy_of(None), len(needs), promised=taken)
    return {fit.need_id for fit in fits if not fit.misses}
