"""What is held about a person, in words for the page and as plain data for the copy they take with them."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from flask_babel import gettext

from marketplace.models.businesses import Business
from marketplace.reads.bank_accounts import account_of
from marketplace.reads.business_files import papers_of, photos_of
from marketplace.reads.privacy import Held
from marketplace.services import bank_accounts, keyring
from marketplace.web.bank_accounts import masked_of
from marketplace.web.format import date_long, mask_nik, mask_phone

Facts = list[tuple[str, str]]


def facts_of(held: Held) -> dict[str, Facts]:
    """(label, value) of the account and of the business; NIK and phone numbers masked."""
    user, business = held.user, held.business
    account = [
        (gettext("Nama"), user.name),
        (gettext("E-mail"), user.email or "–"),
        (gettext("Nomor HP"), _masked_phone(user.phone_cipher)),
        (gettext("Akun dibuat"), date_long(user.created_at)),
        (gettext("Langkah di jejak audit"), str(held.deeds)),
    ]
    return {"account": account, "business": _business(business) if business else []}


def copy_of(held: Held) -> dict[str, Any]:
    """The whole of it, unmasked, for the person alone. Times are UTC, ISO 8601."""
    user, of = held.user, held.business
    return {
        "account": {
            "name": user.name,
            "email": user.email,
            "phone": keyring.decrypt(user.phone_cipher),
            "language": user.language,
            "created_at": user.created_at,
        },
        "roles": [
            {"role": str(m.role), "at": (m.buyer or m.business or user).name, "from": m.created_at, "until": m.ended_at}
            for m in held.memberships
        ],
        "sessions": [{"device": s.device, "from": s.created_at, "until": s.ended_at} for s in held.sessions],
        "claims": [
            {"code": c.code, "business": c.business.name, "consent_at": c.consent_at, "matched": c.evidence}
            for c in held.claims
        ],
        "business": _plain(of) if of else None,
        "shown_to_dinkop": [{"at": e.at, "by": e.actor_name, "what": e.details.get("what")} for e in held.looks],
    }


def _business(of: Business) -> Facts:
    account = masked_of(of.id)
    born = date_long(of.owner_birth_date) if of.owner_birth_date else "–"
    return [
        (gettext("Usaha"), f"{of.name} ({of.code})"),
        (gettext("Pemilik di berkas"), of.owner_name),
        (gettext("NIK"), mask_nik(keyring.decrypt(of.nik_cipher)) if of.nik_cipher else "–"),
        (gettext("Tanggal lahir"), born),
        (gettext("Jenis kelamin"), gettext(of.owner_gender.label) if of.owner_gender else "–"),
        (gettext("Nomor HP"), _masked_phone(of.phone_cipher)),
        (gettext("NIB"), of.nib or "–"),
        (gettext("Rekening usaha"), f"{account.bank} {account.number}" if account else "–"),
        (gettext("Alamat"), ", ".join(p for p in (of.address, of.area.kelurahan, of.area.kecamatan) if p)),
    ]


def _plain(of: Business) -> dict[str, Any]:
    account = account_of(of.id)
    return {
        "code": of.code,
        "name": of.name,
        "owner_name": of.owner_name,
        "owner_gender": str(of.owner_gender) if of.owner_gender else None,
        "owner_birth_date": of.owner_birth_date.isoformat() if of.owner_birth_date else None,
        "nik": keyring.decrypt(of.nik_cipher),
        "phone": keyring.decrypt(of.phone_cipher),
        "nib": of.nib,
        "address": of.address,
        "kelurahan": of.area.kelurahan,
        "lat": of.lat,
        "lon": of.lon,
        "activity": of.activity,
        "products": of.products,
        "annual_sales": of.annual_sales,
        "workers": of.workers,
        "bank_account": asdict(bank_accounts.opened(account)) if account else None,
        "open_days": of.open_days,
        "opens_at": of.opens_at.isoformat() if of.opens_at else None,
        "closes_at": of.closes_at.isoformat() if of.closes_at else None,
        "papers": [
            {"kind": str(p.kind), "number": keyring.decrypt(p.number_cipher), "file": p.document.name}
            for p in papers_of(of.id)
        ],
        "photos": [{"caption": p.caption, "added_at": p.added_at} for p in photos_of(of.id)],
        "registered_at": of.registered_at,
        "claimed_at": of.claimed_at,
    }


def _masked_phone(cipher: bytes | None) -> str:
    return mask_phone(keyring.decrypt(cipher)) if cipher else "–"
