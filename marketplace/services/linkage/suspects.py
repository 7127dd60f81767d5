"""Registered businesses that may be the one that asks to be registered: by equal names, by their numbers, and by the
comparison with which the registry looks for twins, so that slips, swapped words and another place do not hide one."""

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
from marketplace.services.matching_room.linkage import Suspect, likely_same, tidy_business, tidy_person

MOST = 8
"""Businesses shown beside one request."""
NEAR_BOTH, NEAR_ONE = 200, 50
"""How many are compared field by field: the nearest by business and owner together, and by either alone. Comparing
all 34,000 takes seconds; of the twins in a generated registry of that size these find 85 of 100 by names and place
alone and 99 with the NIK, in about half a second."""
VERY_LIKE = 85
"""Likeness of two names (0 to 100, whatever the order of the words) from which they may well be the same."""
FAR = 50
"""Names less like each other than this, as they are written, are not tidied and compared again."""
LEAST = 0.05
"""Probability from which a business is shown: a person judges, and a twin that is made costs more than a look."""


@dataclass(frozen=True)
class Alike:
    """A registered business that may be the one asked for: names and numbers that are the same, and what the
    comparison says (None where it saw too little)."""

    business: Business
    same: tuple[Likeness, ...]
    compared: Suspect | None


def alike(request: Registration) -> list[Alike]:
    """Businesses of the registry that may be the one asked for: those with its names, whatever the comparison says,
    those with a number of it, then the likeliest."""
    known = _known(request)
    same = dict(most_alike_first([*_same_names(request, known), *_same_numbers(request)]))
    compared = {one.business: one for one in _compared(request, known, same)}
    ranked = [*same, *(key for key in compared if key not in same)][:MOST]
    query = select(Business).where(Business.id.in_(ranked)).options(joinedload(Business.area))
    found = {business.id: business for business in db.session.scalars(query)}
    return [Alike(found[key], same.get(key, ()), compared.get(key)) for key in ranked if key in found]


@dataclass(frozen=True)
class _Known:
    """The registry's names, and how near they are to those of the request (0 to 100)."""

    ids: npt.NDArray[np.int64]
    names: list[str]
    owners: list[str]
    name: npt.NDArray[np.int32]
    owner: npt.NDArray[np.int32]


def _known(request: Registration) -> _Known:
    query = select(Business.id, Business.name, Business.owner_name).where(Business.state.not_in(GONE))
    rows = db.session.execute(query.order_by(Business.id)).all()
    names, owners = [row[1] for row in rows], [row[2] for row in rows]
    ids = np.array([row[0] for row in rows], np.int64)
    return _Known(ids, names, owners, _nearness(request.name, names), _nearness(request.owner_name, owners))


def _same_names(request: Registration, known: _Known) -> Iterator[tuple[int, Likeness]]:
    """Those with the same business name and the same or very like owner, however they are written."""
    for place in np.flatnonzero((known.name >= FAR) & (known.owner >= FAR)).tolist():
        why = likeness_of(request.name, request.owner_name, known.names[place], known.owners[place])
        if why is not None:
            yield int(known.ids[place]), why


def likeness_of(name: str, owner: str, other_name: str, other_owner: str) -> Likeness | None:
    """Whether two are one by their names: the same business name, tidied, and the same or a very like owner."""
    if tidy_business(name) != tidy_business(other_name):
        return None
    one, other = tidy_person(owner), tidy_person(other_owner)
    if sorted(one.split()) == sorted(other.split()):
        return Likeness.NAMES
    within = set(one.split()) <= set(other.split()) or set(other.split()) <= set(one.split())
    return Likeness.NAME if within or fuzz.token_sort_ratio(one, other) >= VERY_LIKE else None


def like_name(name: str, other: str) -> bool:
    """Whether two business names, tidied, are the same or differ by a slip or two."""
    return fuzz.token_sort_ratio(tidy_business(name), tidy_business(other)) >= VERY_LIKE


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


def _compared(request: Registration, known: _Known, besides: Collection[int]) -> list[Suspect]:
    """The nearest by names, and those `besides`, compared with the request field by field, the likeliest first."""
    if not known.names:
        return []
    nearest = set(besides)
    for score, most in ((known.name + known.owner, NEAR_BOTH), (known.name, NEAR_ONE), (known.owner, NEAR_ONE)):
        nearest.update(known.ids[np.argsort(-score, kind="stable")[:most]].tolist())
    return likely_same(_row_of(request), rows_of(nearest), len(known.names), LEAST)


def _nearness(wanted: str, texts: list[str]) -> npt.NDArray[np.int32]:
    """0 to 100 for each text, whatever the order of the words."""
    if not texts:
        return np.empty(0, np.int32)
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
