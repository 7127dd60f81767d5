"""Writing the invented businesses into the database in bulk: 34,000 with offerings and certificates in seconds."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from random import Random
from typing import Any, cast

import typst
from sqlalchemy import Table, insert

from marketplace.models import Base, db
from marketplace.models.businesses import Business, Offering
from marketplace.models.certificates import Certificate
from marketplace.rules.businesses import BusinessState, Gender, Kind, Scale, search_text
from marketplace.rules.certificates import CertificateState
from marketplace.services import tax_numbers
from marketplace.services.keyring import encrypt, lookup_hash
from seeds.city import SeedBusiness, SeedCertificate
from seeds.documents import pdf

CHUNK = 4_000
TO_VERIFY = 8
"""One in so many certificates in process was sent in, with its paper, and waits to be verified."""
KINDS = {kind.value: kind for kind in Kind}
GENDERS = {"female": Gender.FEMALE, "male": Gender.MALE, "P": Gender.FEMALE, "L": Gender.MALE}


@dataclass(frozen=True)
class Written:
    """What was written of a business: its row's id beside the seed it came from."""

    id: int
    seed: SeedBusiness


def write_businesses(businesses: Sequence[SeedBusiness], today: date, luck: Random) -> list[Written]:
    """Insert the businesses with ids from 1 on, in order; their offerings and certificates too."""
    written = [Written(number, seed) for number, seed in enumerate(businesses, start=1)]
    _insert(Business, (_business(w, today, luck) for w in written))
    _insert(Offering, _offerings(written))
    _insert(Certificate, _certificates(written, today, luck))
    return written


def _insert(table: type[Base], rows: Iterable[dict[str, Any]]) -> None:
    batch: list[dict[str, Any]] = []
    for row in rows:
        batch.append(row)
        if len(batch) == CHUNK:
            db.session.execute(insert(cast(Table, table.__table__)), batch)
            batch = []
    if batch:
        db.session.execute(insert(cast(Table, table.__table__)), batch)


def moment(day: date, hour: int = 2) -> datetime:
    """An instant on `day`: `hour` o'clock UTC (Jakarta is seven hours ahead)."""
    return datetime.combine(day, time(hour), UTC)


def _business(w: Written, today: date, luck: Random) -> dict[str, Any]:
    b = w.seed
    registered = moment(max(date(2019, 1, 1), date(b.founded, 1, 1)) + timedelta(days=luck.randrange(300)))
    registered = min(registered, moment(today - timedelta(days=40)))
    active = b.status == "active"
    npwp = b.nik if active and b.nib else ""  # a person's taxpayer number is the NIK (see certificate_types.csv)
    return {
        "id": w.id,
        "code": f"U-{w.id:06d}",
        "name": b.name,
        "owner_name": b.owner_name,
        "owner_gender": GENDERS[b.gender],
        "owner_birth_date": b.birth_date,
        "nik_cipher": encrypt(b.nik),
        "nik_hash": lookup_hash(b.nik, "nik"),
        "npwp_cipher": encrypt(npwp) if npwp else None,
        "npwp_hash": tax_numbers.lookup(npwp) if npwp else None,
        "phone_cipher": encrypt(b.phone) if b.phone else None,
        "phone_hash": lookup_hash(b.phone, "phone") if b.phone else None,
        "nib": b.nib,
        "kind": KINDS[b.kind],
        "scale": Scale(b.scale),
        "annual_sales": b.annual_sales,
        "workers": b.workers,
        "founded_year": b.founded,
        "trade_code": b.trade,
        "activity": b.activity,
        "products": b.products,
        "area_code": b.kelurahan_code,
        "address": b.address,
        "lat": b.lat,
        "lon": b.lon,
        "in_dinkop": "dinkop" in b.sources,
        "in_sidt": "sidt" in b.sources,
        "state": BusinessState.ACTIVE if active else BusinessState.REGISTERED,
        "registered_at": registered,
        "verified_at": moment(today - timedelta(days=luck.randrange(30, 700))) if active else None,
        "trained_at": moment(today - timedelta(days=luck.randrange(60, 500))) if b.trained else None,
        "search_text": search_text(f"U-{w.id:06d}", b.name, b.owner_name, b.activity, b.products, b.nib or ""),
    }


def _offerings(written: Sequence[Written]) -> Iterator[dict[str, Any]]:
    for w in written:
        for o in w.seed.offerings:
            yield {
                "business_id": w.id,
                "category_code": o.category,
                "capacity_per_day": o.capacity_per_day,
                "minimum_order": o.minimum_order,
                "lead_days": o.lead_days,
                "unit_price": o.price,
            }


def _certificates(written: Sequence[Written], today: date, luck: Random) -> Iterator[dict[str, Any]]:
    number = 0
    paper = sample_paper()
    for w in written:
        for c in w.seed.certificates:
            if c.code == "NIB":
                continue
            number += 1
            row = _certificate(w, c, number, today, luck)
            if c.number is None and number % TO_VERIFY == 0:
                row |= _sent_in(row, number, today, paper)
            yield row


def _certificate(w: Written, c: SeedCertificate, number: int, today: date, luck: Random) -> dict[str, Any]:
    verified = c.number is not None
    submitted = moment(max(c.issued or today - timedelta(days=luck.randrange(3, 40)), date(2020, 1, 1)))
    return {
        "code": f"S-{today.year % 100:02d}-{number:05d}",
        "token": f"{luck.getrandbits(128):032x}"[:22],
        "business_id": w.id,
        "type_code": c.code,
        "number": c.number or "dalam proses",
        "holder_name": w.seed.owner_name,
        "issued_on": c.issued,
        "valid_until": c.valid_until,
        "expected_on": c.expected,
        "document_id": None,
        "state": CertificateState.VERIFIED if verified else CertificateState.SUBMITTED,
        "submitted_at": submitted,
        "verified_at": submitted + timedelta(days=2) if verified else None,
    }


def _sent_in(row: dict[str, Any], number: int, today: date, paper: bytes) -> dict[str, Any]:
    """What an owner sends once the issuer is done: number, dates and the paper; now it waits to be verified."""
    sent = moment(today - timedelta(days=1 + number % 9))
    document = pdf(f"{row['type_code']}.pdf", paper, f"contoh-{number:06d}-{row['token']}", None, sent)
    db.session.add(document)
    db.session.flush()
    issued = today - timedelta(days=12 + number % 20)
    return {
        "number": f"CONTOH/{number:06d}/CLG/{today.year}",
        "issued_on": issued,
        "valid_until": issued + timedelta(days=3 * 365),
        "expected_on": None,
        "document_id": document.id,
        "submitted_at": sent,
    }


def sample_paper() -> bytes:
    """A one-page PDF that says that it is only an example."""
    page = b"""#set page(paper: "a4")
#set text(size: 14pt)
#align(center + horizon)[*Contoh sertifikat*

Dokumen rekaan untuk mencoba verifikasi. Tidak berlaku.]"""
    return bytes(typst.compile(page, format="pdf", timestamp=0))
