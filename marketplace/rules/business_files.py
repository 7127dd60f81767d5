"""Photos and papers that an owner keeps with the business: which kinds, and who may open them.

UU PDP 27/2022 (articles 16 and 27: only what the purpose needs): a sole owner's NIB letter, tax number and deed carry
NIK, home address and signatures, so that buyers open them only once they have a contract with the business. Until then
they read that Dinkop has seen the paper, which is what they need to know.
"""

from __future__ import annotations

import re
from typing import Any

from marketplace.rules.policy import BUSINESS, COMPANY, DINKOP, Actor, Role
from marketplace.rules.refusals import Invalid
from marketplace.rules.words import N_, Word

MOST_PHOTOS = 8
LARGEST_PHOTO = 2 * 1024 * 1024
"""Bytes of a photo; browsers shrink one to a tenth of that before they send it."""
LONGEST_CAPTION = 80
LONGEST_NUMBER = 60


class PaperKind(Word):
    """A paper about the business itself; certificates have a life of their own."""

    NIB = "nib-letter", N_("Surat NIB")
    NPWP = "npwp", N_("NPWP")
    DEED = "deed", N_("Akta pendirian")
    SPPL = "sppl", N_("SPPL (lingkungan)")
    PROFILE = "company-profile", N_("Profil perusahaan")


OPEN_TO_BUYERS = frozenset({PaperKind.SPPL, PaperKind.PROFILE})
"""Papers without personal data of the owner."""
NUMBERED = frozenset({PaperKind.NIB, PaperKind.NPWP, PaperKind.DEED, PaperKind.SPPL})


def may_open(actor: Actor, kind: PaperKind, business_id: int, has_contract: bool) -> bool:
    """Whether `actor` may open a business's paper; `has_contract`: whether the actor's company has one with it.

    Its owner and Dinkop open every paper, its staff and every buyer those without personal data, and a company with a
    contract the others too.
    """
    if actor.role in DINKOP or (actor.role is Role.OWNER and actor.business_id == business_id):
        return True
    if actor.role in BUSINESS:
        return actor.business_id == business_id and kind in OPEN_TO_BUYERS
    return actor.role in COMPANY and (kind in OPEN_TO_BUYERS or has_contract)


def check_caption(caption: str) -> str:
    """The caption with single spaces. Raises Invalid("caption") when it is too long."""
    words = " ".join(caption.split())
    if len(words) > LONGEST_CAPTION:
        raise Invalid(
            "caption", "caption_long", N_("Keterangan foto paling panjang %(most)s huruf."), most=LONGEST_CAPTION
        )
    return words


def check_room(there: int, more: int) -> None:
    """Raise Invalid("photos") when a business would have too many photos."""
    if there + more > MOST_PHOTOS:
        raise Invalid(
            "photos", "photos_many", N_("Paling banyak %(most)s foto. Hapus dulu yang lama."), most=MOST_PHOTOS
        )


def check_photo_size(content: bytes) -> None:
    """Raise Invalid("photos") for a photo that is too large to be shown to people on slow lines."""
    if len(content) > LARGEST_PHOTO:
        raise Invalid(
            "photos",
            "photo_large",
            N_("Foto lebih dari %(limit)s MB. Perkecil dulu, atau nyalakan JavaScript supaya diperkecil sendiri."),
            limit=LARGEST_PHOTO // 1024**2,
        )


def check_number(kind: PaperKind, text: str) -> str:
    """The number of a paper, tidied; empty for a kind that has none. Raises Invalid("number")."""
    if kind not in NUMBERED:
        return ""
    number = " ".join(text.split())
    if not 0 < len(number) <= LONGEST_NUMBER:
        raise Invalid("number", "number_missing", N_("Tulis nomornya seperti di surat."))
    digits = re.sub(r"[\s.-]", "", number)
    lengths = {PaperKind.NIB: (13,), PaperKind.NPWP: (15, 16)}.get(kind)
    if lengths is None:
        return number
    if not (digits.isascii() and digits.isdecimal() and len(digits) in lengths):
        raise Invalid(
            "number",
            "number_digits",
            N_("Nomor ini harus %(count)s angka."),
            count=" / ".join(map(str, lengths)),
        )
    return digits


def masked(number: str) -> str:
    """The last four letters of a paper's number: its owner recognises it, nobody can use it."""
    return "•" * max(0, len(number) - 4) + number[-4:]


def paper_text(paper: Any) -> str:
    """What Dinkop's mark on a paper is tied to: another number or file is another version."""
    return f"v{paper.version}"
