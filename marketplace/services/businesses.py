"""What changes a business: its owner's profile and offerings, Dinkop's corrections and moves."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import select

from marketplace.models import db
from marketplace.models.areas import Area
from marketplace.models.businesses import Business, CapacityDay, Offering, SupplierChange
from marketplace.models.categories import Category
from marketplace.rules.business_checks import facts_of
from marketplace.rules.businesses import search_text
from marketplace.rules.calendars import jakarta_date
from marketplace.rules.notices import NoticeKind
from marketplace.rules.offerings import OfferingSheet, check_offering
from marketplace.rules.policy import Actor, require
from marketplace.rules.reasons import check_reason
from marketplace.rules.refusals import Invalid
from marketplace.rules.registry import MOST_WORKERS, OLDEST_YEAR, check_nib, check_nik
from marketplace.rules.tax_numbers import check_npwp
from marketplace.rules.words import N_
from marketplace.services import accounts, business_checks, capacity, journal, keyring, moves, tax_numbers
from marketplace.services.capacity import declared_per_day
from marketplace.services.notices import News, tell_business

PROFILE = frozenset({"activity", "products", "address", "area_code", "workers", "founded_year"})
"""Columns an owner changes alone."""

FACTS = PROFILE | {"name", "owner_name", "owner_gender", "kind", "scale", "nib", "trade_code"}
"""Columns a clerk corrects; NIK, NPWP and phone besides."""

_PERSONAL = frozenset({"owner_name", "owner_gender", "address"})
"""Columns whose values stay out of the journal: it only says that they changed."""


_TERMS = ("description", "capacity_per_day", "minimum_order", "lead_days", "unit_price", "highest_price")
"""What an offering says besides its category."""


def mark_changed(business_id: int) -> None:
    """Note that what matching knows of the business changed: every process brings its index up to date by it."""
    db.session.add(SupplierChange(business_id=business_id))


# -- facts -----------------------------------------------------------------------


def change_profile(business: Business, values: Mapping[str, Any], actor: Actor, at: datetime) -> None:
    """The owner's own description of the business; `values` by column of PROFILE. Raises Forbidden, Invalid."""
    require(actor, "business.change", business)
    _change(business, {k: v for k, v in values.items() if k in PROFILE}, "business.change", actor, at)


@dataclass(frozen=True)
class Secrets:
    """A NIK, a phone number and an NPWP to be put on file; empty leaves what is there."""

    nik: str = ""
    phone: str = ""
    npwp: str = ""


def correct(business: Business, values: Mapping[str, Any], secrets: Secrets, actor: Actor, at: datetime) -> None:
    """A clerk's correction of basic facts, `values` by column of FACTS. Raises Forbidden, Invalid.

    The journal keeps before and after of what is not personal, and only the fact of change of what is.
    """
    require(actor, "registry.change", business)
    also = []
    if secrets.nik:
        nik = check_nik(secrets.nik)
        business.nik_cipher, business.nik_hash = keyring.encrypt(nik), keyring.lookup_hash(nik, "nik")
        also.append("nik")
    if secrets.phone:
        phone = accounts.phone_of(secrets.phone)
        business.phone_cipher, business.phone_hash = keyring.encrypt(phone), accounts.phone_hash(phone)
        also.append("phone")
    if secrets.npwp and tax_numbers.keep(business, check_npwp(secrets.npwp)):
        also.append("npwp")
    _change(business, {k: v for k, v in values.items() if k in FACTS}, "business.correct", actor, at, also)


def _change(
    business: Business, values: Mapping[str, Any], verb: str, actor: Actor, at: datetime, also: list[str] | None = None
) -> None:
    _check_facts(values, jakarta_date(at))
    changed: dict[str, object] = dict.fromkeys(also or (), "*")
    read_before = facts_of(business)
    for name, value in values.items():
        before = getattr(business, name)
        if before == value:
            continue
        setattr(business, name, value)
        changed[name] = "*" if name in _PERSONAL else [_plain(before), _plain(value)]
    if not changed:
        return
    if "area_code" in changed:
        area = db.session.get_one(Area, business.area_code)
        business.lat, business.lon = area.lat, area.lon
    business.search_text = searched(business)
    journal.record(verb, business, actor, at, details={"changed": changed})
    business_checks.fall_back(business, read_before, actor, at)
    mark_changed(business.id)


def searched(business: Business) -> str:
    """What the registry's search looks in for this business."""
    return search_text(
        business.code, business.name, business.owner_name, business.activity, business.products, business.nib or ""
    )


def _plain(value: Any) -> object:
    return getattr(value, "value", value)


def _check_facts(values: Mapping[str, Any], today: date) -> None:
    for field in ("name", "owner_name"):
        if field in values and not 0 < len(values[field]) <= 200:
            raise Invalid(field, f"{field}_missing", N_("Isi dengan 1 sampai 200 huruf."))
    if len(values.get("address", "")) > 200:
        raise Invalid("address", "address_long", N_("Alamat paling panjang 200 huruf."))
    if "area_code" in values and db.session.get(Area, values["area_code"]) is None:
        raise Invalid("area_code", "area_unknown", N_("Pilih kelurahan dari daftar."))
    trade = values.get("trade_code")
    if trade and (found := db.session.get(Category, trade)) is not None and found.parent_code is not None:
        raise Invalid("trade_code", "trade_unknown", N_("Pilih jenis usaha dari daftar."))
    if trade and db.session.get(Category, trade) is None:
        raise Invalid("trade_code", "trade_unknown", N_("Pilih jenis usaha dari daftar."))
    if values.get("nib"):
        check_nib(values["nib"])
    _check_range("workers", values.get("workers"), 0, MOST_WORKERS)
    _check_range("founded_year", values.get("founded_year"), OLDEST_YEAR, today.year)


def _check_range(field: str, value: int | None, low: int, high: int) -> None:
    if value is not None and not low <= value <= high:
        raise Invalid(field, f"{field}_bounds", N_("Isi angka antara %(low)s dan %(high)s."), low=low, high=high)


# -- offerings -------------------------------------------------------------------


def with_capacity(business: Business, category_code: str, capacity: int) -> OfferingSheet:
    """What the business states of a category, with `capacity` units a day."""
    stated = next((one for one in business.offerings if one.category_code == category_code), None)
    known = {name: getattr(stated, name) for name in _TERMS} if stated is not None else {}
    return OfferingSheet(category_code, **{**known, "capacity_per_day": capacity})


def set_offering(business: Business, sheet: OfferingSheet, actor: Actor, at: datetime) -> Offering:
    """Add what the business makes, or change it. Days to come follow the new capacity, but never below what is promised
    or reserved on them. Raises Forbidden, Invalid."""
    require(actor, "business.change", business)
    check_offering(sheet)
    category = db.session.get(Category, sheet.category_code)
    if category is None:
        raise Invalid("category_code", "category_unknown", N_("Pilih apa yang Anda buat dari daftar."))
    moves.lock(business)
    read_before = facts_of(business)
    query = select(Offering).where(Offering.business_id == business.id, Offering.category_code == category.code)
    offering = db.session.scalar(query)
    if offering is None:
        offering = Offering(business=business, category_code=category.code)
        db.session.add(offering)
    changed: dict[str, list[object]] = {}
    for name in _TERMS:
        was, value = getattr(offering, name), getattr(sheet, name)
        if was != value:
            changed[name] = [was, value]
        setattr(offering, name, value)
    if business.trade_code is None:
        business.trade_code = category.trade
    journal.record(
        "business.offer",
        business,
        actor,
        at,
        details={"category": category.code, **changed},
    )
    business_checks.fall_back(business, read_before, actor, at)
    _declare(business, category.trade, at)
    return offering


def remove_offering(offering: Offering, actor: Actor, at: datetime) -> None:
    """Take back something the business makes; promises already made stand. Raises Forbidden."""
    business = offering.business
    require(actor, "business.change", business)
    moves.lock(business)
    category, read_before = offering.category, facts_of(business)
    business.offerings.remove(offering)
    db.session.delete(offering)
    journal.record("business.withdraw_offer", business, actor, at, details={"category": category.code})
    business_checks.fall_back(business, read_before, actor, at)
    _declare(business, category.trade, at)


def _declare(business: Business, trade_code: str, at: datetime) -> None:
    """Bring the days to come in line with what the business now offers of a trade, and tell matching."""
    db.session.flush()
    days = (CapacityDay.business_id == business.id, CapacityDay.trade_code == trade_code)
    usual = declared_per_day(business.id, trade_code)
    capacity.declare(days, usual, jakarta_date(at), business.open_days)
    mark_changed(business.id)


# -- moves -----------------------------------------------------------------------


def verify(business: Business, actor: Actor, at: datetime) -> None:
    """Dinkop has seen that it runs. Raises Forbidden, WrongState."""
    moves.move(business, "verify", actor, at)
    mark_changed(business.id)
    _tell(
        business,
        N_("Usaha Anda dinyatakan aktif"),
        N_("Anda bisa diundang dan menawar mulai sekarang."),
        "/peluang",
        at,
    )


def suspend(business: Business, reason: str, actor: Actor, at: datetime) -> None:
    """Keep it out of new bids for the time being. Raises Invalid without a reason, Forbidden, WrongState."""
    moves.move(business, "suspend", actor, at, reason=check_reason(reason))
    mark_changed(business.id)
    _tell(business, N_("Usaha Anda ditangguhkan"), N_("Alasan dari Dinkop: %(reason)s"), "/profil", at, reason)


def restore(business: Business, reason: str, actor: Actor, at: datetime) -> None:
    """Let it back in. Raises Invalid without a reason, Forbidden, WrongState."""
    also = {"debarred_until": None, "verified_at": business.verified_at or at}
    moves.move(business, "restore", actor, at, reason=check_reason(reason), also=also)
    mark_changed(business.id)
    _tell(business, N_("Usaha Anda dipulihkan"), N_("Anda bisa diundang dan menawar lagi."), "/peluang", at)


def debar(business: Business, until: date | None, reason: str, actor: Actor, at: datetime) -> None:
    """Keep it out until a date ahead. Raises Invalid without such a date or a reason, Forbidden, WrongState."""
    if until is None or until <= jakarta_date(at):
        raise Invalid("until", "until_past", N_("Tulis sampai kapan, tanggal sesudah hari ini."))
    moves.move(
        business, "debar", actor, at, check_reason(reason), {"until": until.isoformat()}, also={"debarred_until": until}
    )
    mark_changed(business.id)
    _tell(business, N_("Usaha Anda masuk daftar hitam"), N_("Alasan dari Dinkop: %(reason)s"), "/profil", at, reason)


def close(business: Business, reason: str, actor: Actor, at: datetime) -> None:
    """It no longer runs. Raises Invalid without a reason, Forbidden, WrongState."""
    moves.move(business, "close", actor, at, reason=check_reason(reason))
    mark_changed(business.id)


def unmask(business: Business, what: str, actor: Actor, at: datetime) -> str:
    """The plain NIK, NPWP or phone number of a business (empty: none on file); who looked goes into the journal."""
    require(actor, "registry.unmask", business)
    ciphers = {"nik": business.nik_cipher, "npwp": business.npwp_cipher, "phone": business.phone_cipher}
    if what not in ciphers:
        raise Invalid("what", "what_unknown", N_("Yang bisa ditampilkan hanya NIK, NPWP, atau nomor HP."))
    journal.record("registry.unmask", business, actor, at, details={"what": what})
    return keyring.decrypt(ciphers[what])


def _tell(business: Business, title: str, body: str, href: str, at: datetime, reason: str = "") -> None:
    news = News(NoticeKind.ACCOUNT, title, body, href, {"reason": reason} if reason else {})
    tell_business(business.id, news, at)
