"""An owner submits, Dinkop judges."""

from __future__ import annotations

from datetime import date, datetime

import pytest
from flask import Flask
from sqlalchemy import func, select

from marketplace.models import db
from marketplace.models.audit import Event
from marketplace.models.businesses import Business, SupplierChange
from marketplace.models.certificates import Certificate
from marketplace.models.documents import Document
from marketplace.models.notices import Notice
from marketplace.rules.certificates import CertificateSheet, CertificateState
from marketplace.rules.policy import Actor, Role
from marketplace.rules.refusals import Forbidden, Invalid, WrongState
from marketplace.services import certificates as service
from marketplace.services import documents
from tests.factories import accounts, businesses, tenders

SHEET = CertificateSheet("HALAL", "ID12345678901234567", "BPJPH", "Siti Contoh", date(2026, 1, 5))
WHY = "Fotonya tidak terbaca, kirim yang lebih terang."


def paper(actor: Actor, at: datetime) -> Document:
    return documents.keep("halal.pdf", b"%PDF-1.7 halal", actor, at)


def submitted(at: datetime, of: Business | None = None, sheet: CertificateSheet = SHEET) -> Certificate:
    holder = of or businesses.business()
    owner = accounts.actor(Role.OWNER, business=holder)
    return service.submit(holder, sheet, paper(owner, at), owner, at)


def changes(of: Business) -> int:
    db.session.flush()
    return db.session.scalar(select(func.count()).where(SupplierChange.business_id == of.id)) or 0


def test_a_submitted_certificate_waits_and_its_verifiers_are_told(app: Flask, at: datetime) -> None:
    verifier = accounts.member(Role.VERIFIER)
    made = submitted(at)
    assert (made.state, len(made.token)) == (CertificateState.SUBMITTED, 22)
    notice = db.session.scalar(select(Notice).where(Notice.user_id == verifier.id))
    assert notice.href == f"/verifikasi/{made.code}"


def test_a_certificate_without_its_paper_is_not_taken(app: Flask, at: datetime) -> None:
    of = businesses.business()
    with pytest.raises(Invalid) as refusal:
        service.submit(of, SHEET, None, accounts.actor(Role.OWNER, business=of), at)
    assert refusal.value.field == "file"


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"number": ""}, "number"),
        ({"type_code": "TIDAK_ADA"}, "type_code"),
        ({"issued_on": date(2026, 12, 1)}, "issued_on"),
        ({"valid_until": date(2026, 11, 1)}, "valid_until"),
    ],
)
def test_what_cannot_be_is_refused_at_its_field(app: Flask, at: datetime, change: dict, field: str) -> None:
    with pytest.raises(Invalid) as refusal:
        submitted(at, sheet=CertificateSheet(**{**SHEET.__dict__, **change}))
    assert refusal.value.field == field


def test_the_same_number_is_not_sent_twice_whatever_its_spacing(app: Flask, at: datetime) -> None:
    of = businesses.business()
    submitted(at, of)
    with pytest.raises(Invalid):
        submitted(at, of, CertificateSheet("HALAL", " id12345678901234567 "))


def test_verifying_reaches_ranking_at_once_and_tells_what_it_opened(app: Flask, at: datetime) -> None:
    of = businesses.business(capacity=2_000)
    open_need = tenders.tender()
    tenders.lot(open_need, certificates=("NIB", "HALAL"))
    owner = accounts.member(Role.OWNER, business=of)
    made = submitted(at, of)
    db.session.commit()
    before = changes(of)
    opens = service.verify(made, accounts.actor(Role.VERIFIER), at)
    assert (made.state, made.verified_at, opens) == (CertificateState.VERIFIED, at, 1)
    assert changes(of) == before + 1
    notice = db.session.scalars(select(Notice).where(Notice.user_id == owner.id).order_by(Notice.id.desc())).first()
    assert notice.params["opens"] == 1


def test_nobody_verifies_for_a_business_of_their_own(app: Flask, at: datetime) -> None:
    of = businesses.business()
    made = submitted(at, of)
    person = accounts.member(Role.VERIFIER)
    accounts.member(Role.OWNER, business=of, who=person)
    judge = Actor(user_id=person.id, role=Role.VERIFIER)
    for verb in (lambda: service.verify(made, judge, at), lambda: service.reject(made, WHY, judge, at)):
        with pytest.raises(Forbidden):
            verb()
    assert made.state is CertificateState.SUBMITTED


def test_a_clerk_does_not_verify(app: Flask, at: datetime) -> None:
    with pytest.raises(Forbidden):
        service.verify(submitted(at), accounts.actor(Role.CLERK), at)


def test_a_number_that_is_verified_elsewhere_is_not_verified_again(app: Flask, at: datetime) -> None:
    verifier = accounts.actor(Role.VERIFIER)
    service.verify(submitted(at), verifier, at)
    with pytest.raises(WrongState):
        service.verify(submitted(at), verifier, at)


def test_what_its_issuer_still_works_on_cannot_be_verified_until_it_is_completed(app: Flask, at: datetime) -> None:
    of = businesses.business()
    owner = accounts.actor(Role.OWNER, business=of)
    made = businesses.certificate(of, "HALAL", state=CertificateState.SUBMITTED)
    made.expected_on, made.issued_on = date(2026, 12, 20), None
    with pytest.raises(WrongState):
        service.verify(made, accounts.actor(Role.VERIFIER), at)
    service.complete(made, SHEET, paper(owner, at), owner, at)
    service.verify(made, accounts.actor(Role.VERIFIER), at)
    assert (made.state, made.number) == (CertificateState.VERIFIED, SHEET.number)


def test_a_rejected_certificate_comes_back_corrected_with_its_old_paper(app: Flask, at: datetime) -> None:
    of = businesses.business()
    made = submitted(at, of)
    old = made.document_id
    service.reject(made, WHY, accounts.actor(Role.HEAD), at)
    assert (made.state, made.reason) == (CertificateState.REJECTED, WHY)
    corrected = CertificateSheet("HALAL", "ID00000000000000009")
    service.resubmit(made, corrected, None, accounts.actor(Role.OWNER, business=of), at)
    assert (made.state, made.number, made.reason) == (CertificateState.SUBMITTED, "ID00000000000000009", "")
    db.session.flush()
    assert made.document_id == old


def test_a_revoked_certificate_counts_no_longer(app: Flask, at: datetime) -> None:
    of = businesses.business()
    made, verifier = submitted(at, of), accounts.actor(Role.VERIFIER)
    service.verify(made, verifier, at)
    before = changes(of)
    service.revoke(made, "Dicabut penerbitnya menurut surat.", verifier, at)
    assert made.state is CertificateState.REVOKED
    assert changes(of) == before + 1


def test_a_verified_nib_becomes_the_businesss_own(app: Flask, at: datetime) -> None:
    of = businesses.business(nib=None)
    service.verify(submitted(at, of, CertificateSheet("NIB", "9120001234567")), accounts.actor(Role.VERIFIER), at)
    assert of.nib == "9120001234567"
    assert "9120001234567" in of.search_text


def test_every_judgement_is_in_the_journal(app: Flask, at: datetime) -> None:
    made = submitted(at)
    service.reject(made, WHY, accounts.actor(Role.VERIFIER), at)
    query = select(Event.verb).where(Event.thing_type == "certificates").order_by(Event.seq)
    assert list(db.session.scalars(query)) == ["certificate.submit", "certificate.reject"]
