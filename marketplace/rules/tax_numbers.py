"""The tax number (NPWP) of a business: how it is written, and who may read it in full.

Who pays a supplier withholds tax and reports it under the supplier's NPWP, so a company needs it once it has a contract
with the business, and not before: a sole owner's NPWP may be the NIK (UU PDP 27/2022, only what the purpose needs).
"""

from __future__ import annotations

import re
from datetime import datetime

from marketplace.rules.policy import COMPANY, Actor, Role
from marketplace.rules.refusals import Invalid
from marketplace.rules.words import N_


def check_npwp(text: str) -> str:
    """An NPWP as its 15 digits (the old form) or 16 (a NIK, or the old form behind a 0). Raises Invalid("npwp").

    Its check digit is not judged here: numbers of the new form have none that is known (see services.tax_numbers).
    """
    digits = re.sub(r"[\s.-]", "", text)
    if not (digits.isascii() and digits.isdecimal()) or len(digits) not in (15, 16):
        raise Invalid(
            "npwp", "npwp_invalid", N_("NPWP terdiri dari 15 atau 16 angka, seperti di kartu atau surat NPWP.")
        )
    if not digits.strip("0"):
        raise Invalid("npwp", "npwp_zeros", N_("NPWP tidak bisa nol semua."))
    return digits


def same_npwp(digits: str) -> str:
    """One writing for the two forms of a number: 15 digits and the same 15 behind a 0."""
    return digits[1:] if len(digits) == 16 and digits.startswith("0") else digits


def may_read(actor: Actor, business_id: int) -> bool:
    """Whether `actor` may read the NPWP of a business in full on its own pages: its owner alone."""
    return actor.role is Role.OWNER and actor.business_id == business_id


def may_read_for(actor: Actor, business_id: int, buyer_id: int, signed_at: datetime | None) -> bool:
    """Whether `actor` may read the supplier's NPWP in full on a contract and what follows from it: the owner, and the
    company of that contract from `signed_at` on, when both sides had confirmed it (None: not yet)."""
    if may_read(actor, business_id):
        return True
    return actor.role in COMPANY and actor.buyer_id == buyer_id and signed_at is not None
