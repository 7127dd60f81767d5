"""Photos and papers of a business."""

from __future__ import annotations

from datetime import datetime

import pytest
from flask import Flask
from sqlalchemy import select

from marketplace.models import db
from marketplace.models.audit import Event
from marketplace.models.business_files import BusinessPaper, BusinessPhoto
from marketplace.models.businesses import Business
from marketplace.models.documents import Document
from marketplace.reads import business_checks as checks_read
from marketplace.reads import business_files as reading
from marketplace.reads import documents as documents_read
from marketplace.rules.business_checks import facts_of, seen
from marketplace.rules.business_files import LARGEST_PHOTO, MOST_PHOTOS, PaperKind
from marketplace.rules.policy import PUBLIC, Actor, Role
from marketplace.rules.refusals import Forbidden, Invalid
from marketplace.services import business_checks
from marketplace.services import business_files as service
from marketplace.services.business_files import Upload
from marketplace.services.privacy.erasure import erase
from tests.factories import accounts, businesses, buyers, contracts, pictures

PHOTO = Upload("dapur.jpg", pictures.jpeg())
PAPER = Upload("npwp.pdf", b"%PDF-1.4 contoh")
NPWP = "3672015708850001"


def test_photos_are_kept_without_what_the_camera_wrote(kitchen: Business, owner: Actor, at: datetime) -> None:
    service.add_photos(kitchen, [PHOTO, Upload("a.png", pictures.png())], "dapur  produksi", owner, at)
    kept = reading.photos_of(kitchen.id)
    assert [photo.caption for photo in kept] == ["dapur produksi"] * 2
    assert all(pictures.PLACE not in photo.document.content for photo in kept)
    service.remove_photo(kept[0], owner, at)
    assert len(reading.photos_of(kitchen.id)) == 1
    assert len(db.session.scalars(select(Document.id)).all()) == 1
    verbs = db.session.scalars(select(Event.verb).order_by(Event.seq)).all()
    assert verbs == ["business.photo_add", "business.photo_remove"]


@pytest.mark.parametrize(
    ("uploads", "caption", "field"),
    [
        ([], "", "photos"),
        ([Upload("a.jpg", b"%PDF-1.4")], "", "photos"),
        ([Upload("a.jpg", b"<svg onload=x>")], "", "photos"),
        ([Upload("a.jpg", pictures.jpeg(size=LARGEST_PHOTO))], "", "photos"),
        ([PHOTO] * (MOST_PHOTOS + 1), "", "photos"),
        ([PHOTO], "x" * 81, "caption"),
    ],
)
def test_what_is_no_photo_or_too_much_is_refused(
    kitchen: Business, owner: Actor, at: datetime, uploads: list[Upload], caption: str, field: str
) -> None:
    with pytest.raises(Invalid) as refused:
        service.add_photos(kitchen, uploads, caption, owner, at)
    assert refused.value.field == field


def test_a_papers_number_is_ciphertext_and_stays_out_of_the_journal(
    kitchen: Business, owner: Actor, at: datetime
) -> None:
    service.put_paper(kitchen, PaperKind.NPWP, NPWP, PAPER, owner, at)
    paper = db.session.scalars(select(BusinessPaper)).one()
    assert NPWP.encode() not in (paper.number_cipher or b"")
    assert all(NPWP not in f"{e.details} {e.reason}" for e in db.session.scalars(select(Event)))


def test_dinkops_mark_falls_with_another_number_another_file_and_after_removal(
    kitchen: Business, owner: Actor, at: datetime
) -> None:
    clerk = accounts.actor(Role.CLERK)

    def holds() -> bool:
        return checks_read.marks_of(kitchen)["paper:npwp"].holds

    def mark() -> None:
        stamps = {s.key: seen(text) for s, text in facts_of(kitchen).items() if s.key == "paper:npwp"}
        business_checks.check(kitchen, stamps, clerk, at)

    service.put_paper(kitchen, PaperKind.NPWP, NPWP, PAPER, owner, at)
    mark()
    assert holds()
    service.put_paper(kitchen, PaperKind.NPWP, NPWP, None, owner, at)  # nothing new
    assert holds()
    service.put_paper(kitchen, PaperKind.NPWP, NPWP[:-1] + "2", None, owner, at)
    assert not holds()
    mark()
    service.put_paper(kitchen, PaperKind.NPWP, NPWP[:-1] + "2", Upload("b.pdf", b"%PDF-1.4 lain"), owner, at)
    assert not holds()
    mark()
    service.remove_paper(db.session.scalars(select(BusinessPaper)).one(), owner, at)
    assert db.session.scalars(select(Document.id)).all() == []
    service.put_paper(kitchen, PaperKind.NPWP, NPWP, PAPER, owner, at)
    assert not holds()


def test_only_the_owner_keeps_papers_and_the_first_needs_a_file(kitchen: Business, owner: Actor, at: datetime) -> None:
    with pytest.raises(Invalid):
        service.put_paper(kitchen, PaperKind.NPWP, NPWP, None, owner, at)
    for other in (
        accounts.actor(Role.STAFF, business=kitchen),
        accounts.actor(Role.CLERK),
        accounts.actor(Role.OWNER, business=businesses.business()),
    ):
        with pytest.raises(Forbidden):
            service.put_paper(kitchen, PaperKind.NPWP, NPWP, PAPER, other, at)


def test_files_open_for_those_whom_the_rule_names(app: Flask, at: datetime) -> None:
    deal = contracts.active().contract
    kitchen = db.session.get_one(Business, deal.business_id)
    owner = accounts.actor(Role.OWNER, business=kitchen)
    service.put_paper(kitchen, PaperKind.NPWP, NPWP, PAPER, owner, at)
    service.put_paper(kitchen, PaperKind.PROFILE, "", Upload("profil.pdf", b"%PDF-1.4 profil"), owner, at)
    service.add_photos(kitchen, [PHOTO], "", owner, at)
    dealt = Actor(user_id=1, role=Role.OFFICER, buyer_id=deal.buyer_id)
    others = accounts.actor(Role.OFFICER, buyers.buyer())
    staff = accounts.actor(Role.STAFF, business=kitchen)
    rival = accounts.actor(Role.OWNER, business=businesses.business())
    clerk = accounts.actor(Role.CLERK)
    tokens = {str(p.kind): p.document.token for p in db.session.scalars(select(BusinessPaper))}
    photo = db.session.scalars(select(BusinessPhoto)).one().document.token

    def opened(token: str) -> list[bool]:
        actors = (owner, clerk, dealt, others, staff, rival, PUBLIC)
        return [documents_read.document_for(actor, token) is not None for actor in actors]

    assert opened(tokens["npwp"]) == [True, True, True, False, False, False, False]
    assert opened(tokens["company-profile"]) == [True, True, True, True, True, False, False]
    assert opened(photo) == [True, True, True, True, True, True, False]
    assert [one.opens for one in reading.papers_for(others, kitchen.id)] == [False, True]


def test_an_erased_owner_leaves_no_photo_and_no_paper(kitchen: Business, owner: Actor, at: datetime) -> None:
    service.add_photos(kitchen, [PHOTO], "", owner, at)
    service.put_paper(kitchen, PaperKind.NPWP, NPWP, PAPER, owner, at)
    erase(accounts.user(), kitchen, accounts.actor(Role.CLERK), at)
    for table in (BusinessPhoto, BusinessPaper, Document):
        assert db.session.scalars(select(table)).all() == []
