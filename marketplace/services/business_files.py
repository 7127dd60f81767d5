"""An owner's photos and papers: put on file, changed, taken away. Every change goes into the journal."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import delete, func, select

from marketplace.models import db
from marketplace.models.business_files import BusinessPaper, BusinessPhoto
from marketplace.models.businesses import Business
from marketplace.models.documents import Document
from marketplace.rules import business_files as law
from marketplace.rules import photos as pictures
from marketplace.rules.business_checks import facts_of
from marketplace.rules.business_files import PaperKind
from marketplace.rules.documents import IMAGES, PAPERS, check_document
from marketplace.rules.policy import Actor, require
from marketplace.rules.refusals import Invalid
from marketplace.rules.words import N_
from marketplace.services import business_checks, documents, journal, keyring, moves, tax_numbers


class Upload(NamedTuple):
    """A file as it was sent."""

    name: str
    content: bytes


def add_photos(business: Business, uploads: Sequence[Upload], caption: str, actor: Actor, at: datetime) -> None:
    """Put photos on file, without what the camera wrote into them. Raises Forbidden, Invalid ("photos", "caption")."""
    require(actor, "business.change", business)
    words = law.check_caption(caption)
    if not uploads:
        raise Invalid("photos", "photos_missing", N_("Pilih dulu fotonya."))
    moves.lock(business)
    law.check_room(photos_there(business.id), len(uploads))
    for upload in uploads:
        mime = check_document("photos", upload.content, IMAGES)
        plain = pictures.without_metadata(upload.content, mime)
        law.check_photo_size(plain)
        kept = documents.keep(upload.name, plain, actor, at, IMAGES, "photos")
        db.session.add(BusinessPhoto(business_id=business.id, document_id=kept.id, caption=words, added_at=at))
    journal.record("business.photo_add", business, actor, at, details={"photos": len(uploads)})


def photos_there(business_id: int) -> int:
    """How many photos a business has."""
    query = select(func.count()).where(BusinessPhoto.business_id == business_id)
    return int(db.session.scalar(query) or 0)


def remove_photo(photo: BusinessPhoto, actor: Actor, at: datetime) -> None:
    """Take a photo away, its file too. Raises Forbidden."""
    require(actor, "business.change", photo)
    business = photo.business
    _drop(photo)
    journal.record("business.photo_remove", business, actor, at)


def put_paper(
    business: Business, kind: PaperKind, number: str, upload: Upload | None, actor: Actor, at: datetime
) -> None:
    """Put a paper on file or change it; without an upload the file that is there stays. Dinkop's mark on it falls.

    Raises Forbidden, Invalid ("number", "file").
    """
    require(actor, "business.papers", business)
    tidy = law.check_number(kind, number)
    moves.lock(business)
    paper = db.session.scalar(
        select(BusinessPaper).where(BusinessPaper.business_id == business.id, BusinessPaper.kind == kind)
    )
    if paper is None and upload is None:
        raise Invalid("file", "file_missing", N_("Lampirkan foto atau PDF suratnya."))
    if paper is not None and upload is None and keyring.decrypt(paper.number_cipher) == tidy:
        return
    read_before = facts_of(business)
    kept = documents.keep(upload.name, upload.content, actor, at, PAPERS) if upload is not None else None
    if paper is None and kept is not None:
        paper = BusinessPaper(business=business, kind=kind, document=kept, version=_next_version(business, kind))
        db.session.add(paper)
    elif paper is not None:
        before = paper.document
        paper.version += 1
        if kept is not None:
            paper.document = kept
            db.session.flush()
            db.session.delete(before)
    if paper is None:  # never: there is a paper or an upload
        return
    paper.number_cipher = keyring.encrypt(tidy) if tidy else None
    if kind is PaperKind.NPWP and business.npwp_cipher is None:
        tax_numbers.keep(business, tidy)  # said once, it stands wherever it is needed
    paper.changed_at = at
    details: dict[str, object] = {"kind": str(kind), "file": kept is not None}
    journal.record("business.paper_put", business, actor, at, details=details)
    business_checks.fall_back(business, read_before, actor, at)


def _next_version(business: Business, kind: PaperKind) -> int:
    """A version that no mark of Dinkop on an earlier paper of this kind is tied to."""
    return business_checks.versions_seen(business.id, kind.value) + 1


def remove_paper(paper: BusinessPaper, actor: Actor, at: datetime) -> None:
    """Take a paper away, its file too. Raises Forbidden."""
    require(actor, "business.papers", paper)
    business, kind, read_before = paper.business, paper.kind, facts_of(paper.business)
    _drop(paper)
    db.session.expire(business, ["papers"])
    journal.record("business.paper_remove", business, actor, at, details={"kind": str(kind)})
    business_checks.fall_back(business, read_before, actor, at)


def forget(business: Business, photos: bool = True) -> None:
    """Delete every paper of a business with its file, and with `photos` every photo. The caller journals why."""
    tables: tuple[type[BusinessPaper | BusinessPhoto], ...] = (
        (BusinessPaper, BusinessPhoto) if photos else (BusinessPaper,)
    )
    for table in tables:
        files = list(db.session.scalars(select(table.document_id).where(table.business_id == business.id)))
        db.session.execute(delete(table).where(table.business_id == business.id))
        db.session.execute(delete(Document).where(Document.id.in_(files)))
    db.session.expire(business, ["papers"])


def _drop(kept: BusinessPhoto | BusinessPaper) -> None:
    document = kept.document
    db.session.delete(kept)
    db.session.flush()
    db.session.delete(document)
    db.session.flush()
