"""An owner submits, Dinkop judges."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError

from marketplace.models import db
from marketplace.models.audit import Event
from marketplace.models.businesses import Business, SupplierChange
from marketplace.models.certificates import Certificate
from marketplace.models.documents import Document
from marketplace.models.notices import Notice
from marketplace.reads import certificates as reading
from marketplace.rules.calendars import jakarta_date
from marketplace.rules.certificates import CertificateSheet, CertificateState
from marketplace.rules.policy import Actor, Role
from marketplace.rules.refusals import Faults, Forbidden, Invalid, WrongState
from marketplace.services import certificates as service
from marketplace.services import documents, matching_room
from marketplace.services.businesses import mark_changed
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
        ({"number": " " * 70}, "number"),
        ({"number": "9" * 61}, "number"),
        ({"holder_name": "x" * 201}, "holder_name"),
        ({"valid_until": date(2026, 1, 5)}, "valid_until"),
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
    opened = service.verify(made, accounts.actor(Role.VERIFIER), at)
    assert (made.state, made.verified_at, opened) == (CertificateState.VERIFIED, at, [open_need.lots[1]])
    assert changes(of) == before + 1
    notice = db.session.scalars(select(Notice).where(Notice.user_id == owner.id).order_by(Notice.id.desc())).first()
    assert notice.params["opens"] == 1
    assert open_need.code in notice.params["needs"]
    assert notice.href == f"/sertifikat/{made.code}/rincian"
    assert reading.opened_by(made) == [open_need.lots[1]]


def test_the_moment_it_is_verified_its_holder_appears_in_the_ranking_and_leaves_it_when_revoked(
    app: Flask, at: datetime
) -> None:
    of = businesses.business(capacity=2_000)
    need = tenders.tender()
    lot = tenders.lot(need, certificates=("NIB", "HALAL"))
    made = submitted(at, of)
    db.session.commit()

    def ranked() -> list[int]:
        db.session.flush()
        return [match.business_id for match in matching_room.ranking(lot, at).matches]

    assert ranked() == []
    verifier = accounts.actor(Role.VERIFIER)
    service.verify(made, verifier, at)
    assert ranked() == [of.id]
    service.revoke(made, "Dicabut penerbitnya menurut surat.", verifier, at)
    assert ranked() == []


def test_a_certificate_opens_only_what_it_was_all_that_was_lacking_and_only_while_it_is_valid(
    app: Flask, at: datetime
) -> None:
    of = businesses.business(capacity=2_000)
    need = tenders.tender()  # its first lot asks for a NIB only: open before as after
    tenders.lot(need, certificates=("HALAL", "SLHS"))
    january = tenders.lot(need, certificates=("HALAL",))
    ends = date(2026, 12, 31)
    assert matching_room.opened_by(of, "HALAL", date(2026, 1, 5), None, at) == [january]
    assert matching_room.opened_by(of, "HALAL", date(2026, 1, 5), ends, at) == []
    assert matching_room.asking_for(of, "HALAL", at) == [january]
    assert matching_room.opportunities(of, at)[0].misses == ()  # asking "what if" has changed nothing
    assert matching_room.opened_by(of, "HALAL", date(2026, 1, 5), None, at) == [january]


def test_an_expired_certificate_falls_out_of_the_ranking_by_itself(app: Flask, at: datetime) -> None:
    of = businesses.business(capacity=2_000)
    lot = tenders.lot(tenders.tender(), certificates=("HALAL",))
    held = businesses.certificate(of, "HALAL", until=lot.end_on)
    db.session.commit()
    assert [match.business_id for match in matching_room.ranking(lot, at).matches] == [of.id]
    held.valid_until = lot.end_on - timedelta(days=1)
    mark_changed(of.id)
    db.session.flush()
    assert matching_room.ranking(lot, at).matches == ()


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


def test_everything_that_is_wrong_is_told_at_once(app: Flask, at: datetime) -> None:
    of = businesses.business()
    sheet = CertificateSheet("HALAL", "", issued_on=date(2027, 1, 1), valid_until=date(2026, 12, 1))
    with pytest.raises(Faults) as refusal:
        service.submit(of, sheet, None, accounts.actor(Role.OWNER, business=of), at)
    assert [fault.field for fault in refusal.value.faults] == ["number", "issued_on", "valid_until", "file"]


def test_a_number_that_stands_for_another_business_is_refused_and_free_again_once_that_is_rejected(
    app: Flask, at: datetime
) -> None:
    first = submitted(at)
    with pytest.raises(Invalid) as refusal:
        submitted(at)
    assert [fault.code for fault in refusal.value.faults] == ["number_used"]  # type: ignore[attr-defined]
    service.reject(first, WHY, accounts.actor(Role.VERIFIER), at)
    assert submitted(at).state is CertificateState.SUBMITTED
    with pytest.raises(Invalid):
        service.resubmit(first, SHEET, None, accounts.actor(Role.OWNER, business=first.business), at)


@pytest.mark.parametrize("state", [CertificateState.SUBMITTED, CertificateState.VERIFIED])
def test_the_database_too_refuses_a_number_that_stands_already(
    app: Flask, at: datetime, state: CertificateState
) -> None:
    first, second = (businesses.certificate(businesses.business(), "HALAL", state=s) for s in (state, state))
    second.number = first.number
    with pytest.raises(IntegrityError):
        db.session.flush()
    db.session.rollback()


def test_what_ends_soon_is_renewed_under_its_own_number_and_counts_until_its_last_day(app: Flask, at: datetime) -> None:
    """Vehicle tests, memberships and registrations keep their number from term to term."""
    verifier, of = accounts.actor(Role.VERIFIER), businesses.business(capacity=2_000)
    lot = tenders.lot(tenders.tender(), certificates=("SLHS",))
    term = CertificateSheet("SLHS", "SLHS/7/CLG", "Dinas Kesehatan", "", date(2026, 1, 5), date(2027, 3, 31))
    old = submitted(at, of, term)
    service.verify(old, verifier, at)
    with pytest.raises(Invalid):
        submitted(at, of, replace(term, valid_until=date(2030, 3, 31)))  # as long as it lasts
    later = datetime(2027, 1, 5, 3, 0, tzinfo=UTC)
    new = submitted(later, of, replace(term, issued_on=date(2027, 1, 2), valid_until=date(2030, 1, 1)))
    assert (old.renewed, old.state) == (True, CertificateState.VERIFIED)
    db.session.commit()
    assert [match.business_id for match in matching_room.ranking(lot, later).matches] == [of.id]
    service.verify(new, verifier, later)
    assert new.state is CertificateState.VERIFIED
    with pytest.raises(Invalid):
        submitted(later, None, term)  # the number is nobody else's all the while


def test_the_number_of_a_renewal_that_was_rejected_stays_its_holders(app: Flask, at: datetime) -> None:
    of = businesses.business()
    old = businesses.certificate(of, "HALAL", until=date(2026, 12, 1))
    sheet = replace(SHEET, number=old.number)
    new = submitted(at, of, sheet)
    service.reject(new, WHY, accounts.actor(Role.VERIFIER), at)
    with pytest.raises(Invalid) as refusal:
        submitted(at, None, sheet)
    assert refusal.value.code == "number_used"
    service.resubmit(new, sheet, None, accounts.actor(Role.OWNER, business=of), at)
    assert new.state is CertificateState.SUBMITTED


def test_who_is_slower_with_the_same_number_reads_the_fault_and_not_an_error(
    app: Flask, at: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two send the same number at once: the second asked before the first had written."""
    of = businesses.business()
    owner = accounts.actor(Role.OWNER, business=of)
    file, asked = paper(owner, at), []

    def others(business_id: int, sheet: CertificateSheet, besides: Certificate | None, at: datetime) -> Invalid | None:
        if not asked:
            asked.append(business_id)
            other = businesses.certificate(businesses.business(), sheet.type_code, state=CertificateState.SUBMITTED)
            other.number = sheet.number
            db.session.flush()
            return None
        return really(business_id, sheet, besides, at)

    really = service._fault_of_number
    monkeypatch.setattr(service, "_fault_of_number", others)
    with pytest.raises(Invalid) as refusal:
        service.submit(of, SHEET, file, owner, at)
    assert refusal.value.code == "number_used"


def test_a_number_that_is_verified_elsewhere_is_not_verified_again(app: Flask, at: datetime) -> None:
    """Records from before numbers were kept apart, written in another case."""
    verifier = accounts.actor(Role.VERIFIER)
    first = submitted(at)
    service.verify(first, verifier, at)
    first.number = first.number.lower()
    second = businesses.certificate(businesses.business(), "HALAL", state=CertificateState.SUBMITTED)
    second.number = SHEET.number
    with pytest.raises(WrongState):
        service.verify(second, verifier, at)


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


def test_a_verified_number_is_not_sent_again_under_another_type_and_the_other_is_named(
    app: Flask, at: datetime
) -> None:
    first = submitted(at)
    service.verify(first, accounts.actor(Role.VERIFIER), at)
    with pytest.raises(Faults) as refusal:
        submitted(at, first.business, replace(SHEET, type_code="SLHS"))
    assert [fault.code for fault in refusal.value.faults] == ["number_other_type"]
    assert first.code in str(refusal.value.faults[0].params["other"])


def test_no_certificate_lasts_longer_than_twenty_years(app: Flask, at: datetime) -> None:
    of, end = businesses.business(), jakarta_date(at).replace(year=at.year + 20)
    with pytest.raises(Faults) as refusal:
        submitted(at, of, replace(SHEET, valid_until=end + timedelta(days=1)))
    assert [fault.code for fault in refusal.value.faults] == ["too_far"]
    assert submitted(at, of, replace(SHEET, valid_until=end)).valid_until == end
