"""What is held about a person, in words for the page and as plain data for the copy they take with them."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime
from typing import Any

from flask_babel import gettext

from marketplace.models.accounts import User
from marketplace.models.bids import Bid
from marketplace.models.businesses import Business
from marketplace.models.certificates import Certificate
from marketplace.models.disputes import Dispute
from marketplace.models.registrations import Registration
from marketplace.models.training import Enrolment
from marketplace.reads.bank_accounts import account_of
from marketplace.reads.business_files import papers_of, photos_of
from marketplace.reads.privacy import Held
from marketplace.services import bank_accounts, keyring, tax_numbers
from marketplace.web.bank_accounts import masked_of
from marketplace.web.format import date_long, mask_nik, mask_phone

Facts = list[tuple[str, str]]


def facts_of(held: Held) -> dict[str, Facts]:
    """(label, value) of the account and of the business; NIK, NPWP and phone numbers masked."""
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
    """The whole of it, unmasked, for the person alone. Days and times are Python's own; times are UTC."""
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
        "disputes": [_dispute(one, user) for one in held.disputes],
        "registrations": [_registration(one) for one in held.registrations],
        "business": _plain(of) if of else None,
        "trainings": [_training(one) for one in held.enrolments],
        "certificates": [_certificate(one) for one in held.certificates],
        "bids": [_bid(one) for one in held.bids],
        "questions": [
            {"need": q.tender.code, "text": q.text, "asked_at": q.asked_at, "answer": q.answer} for q in held.questions
        ],
        "requests": [
            {"code": r.code, "kind": str(r.kind), "text": r.text, "made_at": r.made_at, "answered_at": r.decided_at}
            for r in held.requests
        ],
        "shown_to_dinkop": [{"at": e.at, "by": e.actor_name, "what": e.details.get("what")} for e in held.looks],
    }


def consents_of(held: Held) -> list[tuple[str, str, datetime]]:
    """(what for, of which business, when) of each consent and declaration that the person gave."""
    claims = [
        (
            gettext("Klaim %(code)s: data dipakai untuk memeriksa klaim", code=one.code),
            one.business.name,
            one.consent_at,
        )
        for one in held.claims
    ]
    disputes = [
        (
            gettext("Sengketa %(code)s: data dipakai untuk memeriksa kepemilikan", code=one.code),
            one.business.name,
            one.consent_at,
        )
        for one in held.disputes
        if one.user_id == held.user.id
    ]
    registrations = [
        (
            gettext("Permintaan %(code)s: data dipakai untuk mendaftarkan usaha", code=one.code),
            one.name,
            one.consent_at,
        )
        for one in held.registrations
    ]
    trainings = [
        (
            gettext("Pelatihan %(code)s: pernyataan peserta", code=one.cohort.code),
            one.business.name,
            one.declared_at,
        )
        for one in held.enrolments
        if one.declared_at is not None
    ]
    return [*claims, *disputes, *registrations, *trainings]


def _dispute(of: Dispute, user: User) -> dict[str, Any]:
    """The person's own side of it, and how it ended; what the other side said is the other's."""
    said: dict[str, Any] = {"code": of.code, "business": of.business.name, "kind": str(of.kind), "state": str(of.state)}
    if of.user_id == user.id:
        said |= {"text": of.text, "matched": of.evidence, "file": of.document.name if of.document else None}
        said |= {"consent_at": of.consent_at, "made_at": of.made_at}
    if of.holder_id == user.id:
        paper = of.answer_document
        said |= {"answer": of.answer, "answer_file": paper.name if paper else None, "answered_at": of.answered_at}
    return said | {"decided_at": of.decided_at, "reason": of.reason}


def _registration(of: Registration) -> dict[str, Any]:
    return {
        "code": of.code,
        "state": str(of.state),
        "name": of.name,
        "owner_name": of.owner_name,
        "nik": keyring.decrypt(of.nik_cipher),
        "phone": keyring.decrypt(of.phone_cipher),
        "email": of.email,
        "nib": of.nib,
        "kelurahan": of.area.kelurahan,
        "trade": of.trade_code,
        "activity": of.activity,
        "consent_at": of.consent_at,
        "made_at": of.made_at,
        "decided_at": of.decided_at,
        "reason": of.reason,
    }


def _training(of: Enrolment) -> dict[str, Any]:
    cohort = of.cohort
    return {
        "package": cohort.package.name,
        "cohort": cohort.code,
        "from": cohort.starts_on,
        "until": cohort.ends_on,
        "state": str(of.state),
        "by_itself": of.by_itself,
        "invited_at": of.invited_at,
        "declared_at": of.declared_at,
        "applied_at": of.applied_at,
        "days_there": [row.day for row in of.days],
        "before_score": of.before_score,
        "after_score": of.after_score,
        "paper": of.paper_code,
        "certificate": of.certificate.code if of.certificate else None,
        "decided_at": of.decided_at,
        "reason": of.reason,
    }


def _certificate(of: Certificate) -> dict[str, Any]:
    return {
        "code": of.code,
        "type": of.type_code,
        "number": of.number,
        "issuer": of.issuer,
        "holder": of.holder_name,
        "issued_on": of.issued_on,
        "valid_until": of.valid_until,
        "state": str(of.state),
    }


def _bid(of: Bid) -> dict[str, Any]:
    """What was offered; a bid that is still sealed has no prices outside its seal."""
    lines = [{"lot": one.lot.number, "quantity_per_day": one.quantity_per_day, "price": one.price} for one in of.lines]
    said = {"code": of.code, "need": of.tender.code, "buyer": of.tender.buyer.name, "state": str(of.state)}
    return said | {"note": of.note, "created_at": of.created_at, "submitted_at": of.submitted_at, "lines": lines}


def _business(of: Business) -> Facts:
    account = masked_of(of.id)
    born = date_long(of.owner_birth_date) if of.owner_birth_date else "–"
    return [
        (gettext("Usaha"), f"{of.name} ({of.code})"),
        (gettext("Pemilik di berkas"), of.owner_name),
        (gettext("NIK"), mask_nik(keyring.decrypt(of.nik_cipher)) if of.nik_cipher else "–"),
        ("NPWP", mask_nik(tax_numbers.of(of)) or "–"),
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
        "owner_birth_date": of.owner_birth_date,
        "nik": keyring.decrypt(of.nik_cipher),
        "npwp": tax_numbers.of(of),
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
        "opens_at": of.opens_at,
        "closes_at": of.closes_at,
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
