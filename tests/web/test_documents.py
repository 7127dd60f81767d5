"""A file goes to those who may see the thing it belongs to, and to nobody else."""

from __future__ import annotations

import pytest
from flask import Flask

from marketplace.models import db
from marketplace.models.bids import Bid, BidDocument
from marketplace.models.documents import Document
from marketplace.models.tenders import Tender, TenderDocument, TenderInvitation
from marketplace.rules.bids import BidState
from marketplace.rules.documents import LARGEST
from marketplace.rules.policy import Role
from marketplace.rules.refusals import Invalid
from marketplace.rules.tenders import DRAIN, Method, TenderState
from marketplace.services import documents, sealing
from tests.factories import accounts, bids, businesses, tenders
from tests.factories.tenders import PRESENT
from tests.visitors import Visitor

PDF = b"%PDF-1.7 a small file"
PNG = b"\x89PNG\r\n\x1a\n and so on"


def stored(content: bytes = PDF, name: str = "denah.pdf", sealed_to: Tender | None = None) -> Document:
    return documents.keep(
        name, content, accounts.actor(Role.OFFICER, tenders.tender().buyer), PRESENT, sealed_to=sealed_to
    )


def of_tender(tender: Tender) -> str:
    document = stored()
    db.session.add(TenderDocument(tender_id=tender.id, document_id=document.id))
    return f"/dokumen/{document.token}"


def of_bid(bid: Bid, document: Document | None = None) -> str:
    document = document or stored()
    db.session.add(BidDocument(bid_id=bid.id, document_id=document.id))
    return f"/dokumen/{document.token}"


def test_a_file_is_known_by_its_content_and_not_by_its_name(app: Flask) -> None:
    document = stored(PNG, "foto.pdf")
    assert (document.mime, document.name, document.size) == ("image/png", "foto.png", len(PNG))


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "file_empty"),
        (b"<html><script>", "file_kind"),
        (b"MZ\x90 %PDF-", "file_kind"),
        (PDF + bytes(LARGEST), "file_large"),
    ],
)
def test_what_is_empty_too_large_or_of_another_kind_is_refused(app: Flask, content: bytes, code: str) -> None:
    with pytest.raises(Invalid) as refusal:
        stored(content, "x.pdf")
    assert (refusal.value.code, refusal.value.field) == (code, "file")


@pytest.mark.parametrize(
    ("name", "clean"),
    [
        ("../../etc/passwd", "passwd.pdf"),
        ("C:\\dokumen\\Surat Izin.PDF", "Surat Izin.pdf"),
        ('a"b\r\nX-Evil: 1.pdf', "a b X-Evil  1.pdf"),
        ("", "berkas.pdf"),
        ("n" * 300 + ".pdf", "n" * 120 + ".pdf"),
    ],
)
def test_a_name_loses_what_could_do_harm(name: str, clean: str) -> None:
    assert documents.clean_name(name, "application/pdf") == clean


def test_a_file_of_a_published_tender_is_public_and_comes_as_an_attachment(app: Flask, client: Visitor) -> None:
    answer = client.get(of_tender(tenders.tender()))
    assert answer.status_code == 200
    assert answer.data == PDF
    assert answer.headers["Content-Disposition"].startswith('attachment; filename="denah.pdf"')
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in answer.headers["Content-Security-Policy"]


def test_a_file_of_a_draft_is_for_its_own_company_only(app: Flask, client: Visitor) -> None:
    tender = tenders.tender(TenderState.DRAFT)
    path = of_tender(tender)
    own = Visitor.of(app, accounts.member(Role.VIEWER, tender.buyer))
    other = Visitor.of(app, accounts.member(Role.OFFICER, tenders.tender().buyer))
    assert [v.get(path).status_code for v in (own, other, client)] == [200, 404, 404]


def test_a_file_of_a_direct_tender_is_for_the_invited(app: Flask, client: Visitor) -> None:
    tender = tenders.tender(method=Method.DIRECT)
    invited, other = businesses.business(), businesses.business()
    db.session.add(TenderInvitation(tender_id=tender.id, business_id=invited.id, invited_at=PRESENT))
    path = of_tender(tender)
    owners = [Visitor.of(app, accounts.member(Role.OWNER, business=b)) for b in (invited, other)]
    assert [v.get(path).status_code for v in (*owners, client)] == [200, 404, 404]


@pytest.mark.parametrize(("state", "buyer_sees"), [(BidState.SEALED, 404), (BidState.OPENED, 200)])
def test_a_file_of_a_bid_is_its_bidders_and_after_the_opening_the_buyers(
    app: Flask, client: Visitor, state: BidState, buyer_sees: int
) -> None:
    bid = bids.bid(tenders.tender(), businesses.business(), state=state)
    path = of_bid(bid)
    own = Visitor.of(app, accounts.member(Role.STAFF, business=bid.business))
    rival = Visitor.of(app, accounts.member(Role.OWNER, business=businesses.business()))
    buyer = Visitor.of(app, accounts.member(Role.OFFICER, bid.tender.buyer))
    other = Visitor.of(app, accounts.member(Role.OFFICER, tenders.tender().buyer))
    auditor = Visitor.of(app, accounts.member(Role.AUDITOR))
    seen = [v.get(path).status_code for v in (own, rival, buyer, other, auditor, client)]
    assert seen == [200, 404, buyer_sees, 404, buyer_sees, 404]


def test_a_sealed_file_is_ciphertext_until_the_opening(app: Flask) -> None:
    tender = tenders.tender()
    sealing.create(tender, PRESENT)
    bid = bids.bid(tender, businesses.business(), state=BidState.SEALED)
    bid.sealed = sealing.seal(tender, {"tender": tender.code, "bid": bid.code})
    bid.fingerprint = sealing.fingerprint(bid.sealed)
    document = stored(sealed_to=tender)
    path = of_bid(bid, document)
    own = Visitor.of(app, accounts.member(Role.OWNER, business=bid.business))
    assert PDF not in document.content
    assert own.get(path).status_code == 409
    sealing.open_all(tender, accounts.actor(Role.OFFICER, tender.buyer), tender.closes_at + DRAIN)  # type: ignore[operator]
    assert own.get(path).data == PDF


def test_an_unattached_or_missing_file_is_not_found(app: Flask, client: Visitor) -> None:
    assert client.get(f"/dokumen/{stored().token}").status_code == 404
    assert client.get("/dokumen/nothing").status_code == 404
