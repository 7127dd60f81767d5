"""Registered businesses that may be the one that asks to be registered: by their numbers, and by the comparison with
which the registry looks for twins, so that slips, swapped words and another place do not hide one."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from rapidfuzz import fuzz, process
from sqlalchemy import select
from sqlalchemy.orm import joinedload

from marketplace.models import db
from marketplace.models.businesses import Business
from marketplace.models.registrations import Registration
from marketplace.rules.registrations import Likeness, most_alike_first
from marketplace.services import keyring
from marketplace.services.linkage.finding import GONE, rows_of
from marketplace.services.matching_room.linkage import Suspect, likely_same

MOST = 8
"""Businesses shown beside one request."""
NEAR_BOTH, NEAR_ONE = 200, 50
"""How many are compared field by field: the nearest by business and owner together, and by either alone. Comparing
all 34,000 takes seconds; of the twins in a generated registry of that size these find 85 of 100 by names and place
alone and 99 with the NIK, in about half a second."""
LEAST = 0.05
"""Probability from which a business is shown: a person judges, and a twin that is made costs more than a look."""


@dataclass(frozen=True)
class Alike:
    """A registered business that may be the one asked for: numbers that are the same, and what the comparison says
    (None where it saw too little)."""

    business: Business
    numbers: tuple[Likeness, ...]
    compared: Suspect | None


def alike(request: Registration) -> list[Alike]:
    """Businesses of the registry that may be the one asked for: those with a number of it, then the likeliest."""
    numbers = dict(most_alike_first(_same_numbers(request)))
    compared = {one.business: one for one in _compared(request, numbers)}
    ranked = [*numbers, *(key for key in compared if key not in numbers)][:MOST]
    query = select(Business).where(Business.id.in_(ranked)).options(joinedload(Business.area))
    known = {business.id: business for business in db.session.scalars(query)}
    return [Alike(known[key], numbers.get(key, ()), compared.get(key)) for key in ranked if key in known]


def _same_numbers(request: Registration) -> Iterator[tuple[int, Likeness]]:
    same = (
        (Business.nik_hash, request.nik_hash, Likeness.NIK),
        (Business.nib, request.nib, Likeness.NIB),
        (Business.phone_hash, request.phone_hash, Likeness.PHONE),
    )
    for column, value, why in same:
        if value:
            query = select(Business.id).where(column == value, Business.state.not_in(GONE)).limit(MOST)
            yield from ((key, why) for key in db.session.scalars(query))


def _compared(request: Registration, besides: Collection[int]) -> list[Suspect]:
    """The nearest by names, and those `besides`, compared with the request field by field, the likeliest first."""
    query = select(Business.id, Business.name, Business.owner_name).where(Business.state.not_in(GONE))
    found = db.session.execute(query.order_by(Business.id)).all()
    if not found:
        return []
    ids = np.array([row[0] for row in found])
    business = _nearness(request.name, [row[1] for row in found])
    owner = _nearness(request.owner_name, [row[2] for row in found])
    nearest = set(besides)
    for score, most in ((business + owner, NEAR_BOTH), (business, NEAR_ONE), (owner, NEAR_ONE)):
        nearest.update(ids[np.argsort(-score, kind="stable")[:most]].tolist())
    return likely_same(_row_of(request), rows_of(nearest), len(found), LEAST)


def _nearness(wanted: str, texts: list[str]) -> npt.NDArray[np.int32]:
    """0 to 100 for each text, whatever the order of the words."""
    low = [text.lower() for text in texts]
    points = process.cdist([wanted.lower()], low, scorer=fuzz.token_sort_ratio, dtype=np.uint8)
    return np.asarray(points[0], np.int32)


def _row_of(request: Registration) -> dict[str, str | None]:
    return {
        "id": request.code,
        "name": request.name,
        "owner": request.owner_name,
        "nik": keyring.decrypt(request.nik_cipher),
        "nib": request.nib,
        "phone": keyring.decrypt(request.phone_cipher),
        "kelurahan": request.area.kelurahan,
        "category": request.trade_code,
    }
