"""Writing a tender before it is published: draft, keep what was typed, change, attach files."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import select

from marketplace.models import db
from marketplace.models.buyers import Buyer, Site
from marketplace.models.categories import Category, CertificateType
from marketplace.models.documents import Document
from marketplace.models.tenders import Item, Lot, LotRequirement, Tender, TenderDocument
from marketplace.rules.lots import LONGEST_TITLE, MOST_DOCUMENTS, LotSheet, TenderSheet, faults
from marketplace.rules.policy import Actor, require
from marketplace.rules.refusals import Forbidden, Invalid, NotFound, WrongState
from marketplace.rules.tenders import TenderState, usual_weights
from marketplace.rules.words import N_
from marketplace.services import codes, documents, journal
from marketplace.services.tenders.requirements import gates_by_law


def draft(buyer: Buyer, text: str, actor: Actor, at: datetime, title: str = "") -> Tender:
    """A new draft of `buyer` from what its officer wrote; the form is filled in later. Raises Forbidden."""
    require(actor, "tender.create", buyer)
    if actor.user_id is None:
        raise Forbidden("forbidden", N_("Akun Anda tidak berhak melakukan ini."))
    made = Tender(
        code=codes.next_code(codes.TENDER, at),
        buyer_id=buyer.id,
        site_id=buyer.sites[0].id if buyer.sites else None,
        created_by_id=actor.user_id,
        title=_short(title or text or "Kebutuhan"),
        text=text,
        weights=usual_weights(),
        payment_days=buyer.payment_days,
        created_at=at,
    )
    db.session.add(made)
    db.session.flush()
    journal.record("tender.draft", made, actor, at, moved=("", str(TenderState.DRAFT)))
    return made


def keep_typed(tender: Tender, typed: dict[str, Any], actor: Actor) -> None:
    """Keep an unfinished form of a draft just as it was typed. Raises Forbidden, WrongState."""
    _may_change(tender, actor)
    tender.typed = typed
    tender.title = _short(str(typed.get("title") or "").strip() or tender.title)
    tender.text = str(typed.get("text") or tender.text)


def change(tender: Tender, sheet: TenderSheet, actor: Actor, at: datetime) -> None:
    """Make a draft say what `sheet` says. What the law asks of a category is asked even when the sheet forgot it.

    Raises Forbidden, WrongState, or Invalid for the first field that breaks a rule.
    """
    _may_change(tender, actor)
    for fault in faults(sheet, at):
        raise fault
    before = said(tender)
    tender.title, tender.summary, tender.text = _short(sheet.title), sheet.summary.strip(), sheet.text
    tender.site_id = _site_of(tender, sheet.site_id)
    tender.method, tender.delivery_point = sheet.method, sheet.delivery_point
    tender.ceiling_visible, tender.weights = sheet.ceiling_visible, dict(sheet.weights)
    tender.payment_days, tender.closes_at, tender.typed = sheet.payment_days, sheet.closes_at, {}
    _check_codes(sheet)
    tender.lots.clear()
    db.session.flush()
    for number, lot in enumerate(sheet.lots, 1):
        tender.lots.append(_lot(number, lot))
    db.session.flush()
    after = said(tender)
    if after != before:
        changed: dict[str, object] = {k: [before.get(k), v] for k, v in after.items() if before.get(k) != v}
        journal.record("tender.change", tender, actor, at, details=changed)


def attach(tender: Tender, name: str, content: bytes, actor: Actor, at: datetime) -> Document:
    """Add a file that explains a draft. Raises Invalid for a file that is not taken, or the eleventh."""
    _may_change(tender, actor)
    if len(tender.documents) >= MOST_DOCUMENTS:
        raise Invalid("files", "documents_many", N_("Paling banyak %(limit)s lampiran."), limit=MOST_DOCUMENTS)
    kept = documents.keep(name, content, actor, at, field="files")
    tender.documents.append(TenderDocument(document_id=kept.id))
    journal.record("tender.attach", tender, actor, at, details={"name": kept.name, "sha256": kept.sha256})
    return kept


def detach(tender: Tender, token: str, actor: Actor, at: datetime) -> None:
    """Take a file off a draft again. Raises NotFound when it is not attached."""
    _may_change(tender, actor)
    link = next((one for one in tender.documents if one.document.token == token), None)
    if link is None:
        raise NotFound("not_found", N_("Halaman ini tidak ada, atau bukan untuk akun Anda."))
    name = link.document.name
    tender.documents.remove(link)
    journal.record("tender.detach", tender, actor, at, details={"name": name})


def said(tender: Tender) -> dict[str, object]:
    """What a tender says, as plain values for the journal's before and after."""
    return {
        "title": tender.title,
        "summary": tender.summary,
        "method": str(tender.method),
        "closes_at": tender.closes_at.isoformat() if tender.closes_at else None,
        "weights": dict(tender.weights),
        "payment_days": tender.payment_days,
        "ceiling_visible": tender.ceiling_visible,
        "lots": [
            {
                "category": lot.category_code,
                "quantity": lot.quantity,
                "quantity_per_day": lot.quantity_per_day,
                "start_on": lot.start_on.isoformat(),
                "end_on": lot.end_on.isoformat(),
                "weekdays": lot.weekdays,
                "ceiling_price": lot.ceiling_price,
                "min_share_per_day": lot.min_share_per_day if lot.split_allowed else None,
                "max_km": lot.max_km,
                "requirements": {r.certificate_code: str(r.level) for r in lot.requirements},
            }
            for lot in tender.lots
        ],
    }


def _may_change(tender: Tender, actor: Actor) -> None:
    require(actor, "tender.change", tender)
    if tender.state is not TenderState.DRAFT:
        raise WrongState("not_a_draft", N_("Yang sudah diumumkan tidak bisa diubah lagi."))


def _site_of(tender: Tender, site_id: int | None) -> int | None:
    if site_id is None:
        raise Invalid("site_id", "site_missing", N_("Pilih lokasi pengiriman."))
    site = db.session.get(Site, site_id)
    if site is None or site.buyer_id != tender.buyer_id:
        raise Invalid("site_id", "site_unknown", N_("Lokasi ini tidak dikenal."))
    return site.id


def _check_codes(sheet: TenderSheet) -> None:
    wanted = {lot.category for lot in sheet.lots}
    known = set(db.session.scalars(select(Category.code).where(Category.code.in_(wanted))))
    asked = {code for lot in sheet.lots for code in lot.requirements}
    types = set(db.session.scalars(select(CertificateType.code).where(CertificateType.code.in_(asked))))
    for place, lot in enumerate(sheet.lots):
        if lot.category not in known:
            raise Invalid(f"lots-{place}-category", "category_unknown", N_("Pilih jenis barang atau jasa."))
        if not set(lot.requirements) <= types:
            raise Invalid(f"lots-{place}-certificates", "certificate_unknown", N_("Sertifikat ini tidak dikenal."))


def _lot(number: int, sheet: LotSheet) -> Lot:
    asked = {**sheet.requirements, **gates_by_law(sheet.category, sheet.start_on, sheet.end_on)}
    return Lot(
        number=number,
        category_code=sheet.category,
        title=_short(sheet.title),
        pattern=sheet.pattern,
        quantity=sheet.quantity,
        quantity_per_day=sheet.quantity_per_day,
        unit=sheet.unit,
        shifts=sheet.shifts,
        start_on=sheet.start_on,
        end_on=sheet.end_on,
        weekdays=sheet.weekdays,
        ceiling_price=sheet.ceiling_price,
        split_allowed=sheet.split_allowed,
        min_share_per_day=sheet.min_share if sheet.split_allowed else sheet.quantity_per_day,
        max_km=sheet.max_km,
        requirements=[LotRequirement(certificate_code=code, level=level) for code, level in sorted(asked.items())],
        items=[Item(description=i.description.strip(), quantity=i.quantity, unit=i.unit) for i in sheet.items],
    )


def _short(title: str) -> str:
    """The first line, cut at a word within the title's length."""
    line = " ".join(title.split())
    return line if len(line) <= LONGEST_TITLE else line[:LONGEST_TITLE].rsplit(" ", 1)[0]
