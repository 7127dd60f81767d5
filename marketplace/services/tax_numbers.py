"""Keeping the tax number (NPWP) of a business. It never goes into the journal, a log or a notice."""

from __future__ import annotations

from datetime import datetime

from stdnum.exceptions import InvalidChecksum
from stdnum.id import npwp as library

from marketplace.models.businesses import Business
from marketplace.models.contracts import Contract
from marketplace.rules import tax_numbers as law
from marketplace.rules.policy import Actor, require
from marketplace.services import contract_parties, journal, keyring, moves, stdnums

KIND = "npwp"


def put(business: Business, text: str, actor: Actor, at: datetime) -> bool:
    """The owner says the NPWP, or with an empty text takes it off file; whether its check digit is as it should be.

    Raises Forbidden, Invalid("npwp").
    """
    require(actor, "business.npwp", business)
    digits = law.check_npwp(text) if text.strip() else ""
    moves.lock(business)
    if keep(business, digits):
        journal.record("business.change", business, actor, at, details={"changed": {KIND: "*"}})
    return not digits or stands(digits)


def keep(business: Business, digits: str) -> bool:
    """Put digits that were checked on file, none for empty ones; whether that changed anything."""
    if of(business) == digits:
        return False
    business.npwp_cipher = keyring.encrypt(digits) if digits else None
    business.npwp_hash = lookup(digits) if digits else None
    return True


def of(business: Business) -> str:
    """The NPWP in plain digits, empty when there is none. For screens only as `rules.tax_numbers` lets it be read."""
    return keyring.decrypt(business.npwp_cipher)


def shown_on(contract: Contract, actor: Actor) -> str:
    """The supplier's NPWP for who may read it on this contract; empty for everybody else, and when there is none.

    As it was when both sides confirmed; said later, as it is now. An owner who came after the one that confirmed reads
    the present one only.
    """
    business = contract.business
    if not law.may_read_for(actor, business.id, contract.buyer_id, contract.active_at):
        return ""
    signed, now = contract_parties.of(contract).supplier.npwp, of(business)
    if actor.business_id == business.id and actor.user_id != contract.supplier_confirmed_by_id:
        return now
    return signed or now


def lookup(digits: str) -> str:
    """Keyed hash by which an NPWP is found, equal for both forms of a number."""
    return keyring.lookup_hash(law.same_npwp(digits), KIND)


def stands(digits: str) -> bool:
    """Whether the library finds no wrong check digit. A number of 16 digits that begins with no 0 has none."""
    return stdnums.stands(library, digits, InvalidChecksum)
