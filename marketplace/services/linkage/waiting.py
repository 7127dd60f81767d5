"""Requests to be registered that wait and ask for the same business as another."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from marketplace.models import db
from marketplace.models.registrations import Registration
from marketplace.rules.registrations import Likeness, RegistrationState
from marketplace.services.linkage.suspects import like_name, likeness_of

MOST = 20
"""Waiting requests that are shown beside one."""


class Numbers(NamedTuple):
    """What tells a request's person: the hash of the NIK, the NIB, the hash of the phone number."""

    nik_hash: str | None
    nib: str | None
    phone_hash: str | None


def same_waiting(name: str, owner: str, numbers: Numbers, besides: int = 0) -> list[tuple[Registration, Likeness]]:
    """Waiting requests for the same business, the oldest first, each with the strongest reason: the same NIK, the same
    NIB, the same phone number with a like name, or the same names. The request with the id `besides` is left out."""
    query = select(Registration).where(Registration.state == RegistrationState.MADE, Registration.id != besides)
    query = query.options(joinedload(Registration.area)).order_by(Registration.id)
    found = []
    for one in db.session.scalars(query):
        why = next(_reasons(one, name, owner, numbers), None)
        if why is not None:
            found.append((one, why))
    return found


def beside(request: Registration) -> list[tuple[Registration, Likeness]]:
    """Other waiting requests that look the same as this one, at most MOST."""
    numbers = Numbers(request.nik_hash, request.nib, request.phone_hash)
    return same_waiting(request.name, request.owner_name, numbers, request.id)[:MOST]


def _reasons(one: Registration, name: str, owner: str, numbers: Numbers) -> Iterator[Likeness]:
    if numbers.nik_hash and one.nik_hash == numbers.nik_hash:
        yield Likeness.NIK
    if numbers.nib and one.nib == numbers.nib:
        yield Likeness.NIB
    if numbers.phone_hash and one.phone_hash == numbers.phone_hash and like_name(name, one.name):
        yield Likeness.PHONE
    why = likeness_of(name, owner, one.name, one.owner_name)
    if why is not None:
        yield why
