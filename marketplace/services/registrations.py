"""Requests to be registered: asked by an owner in no list, registered or answered by a clerk."""

from __future__ import annotations

from datetime import datetime

from marketplace.models import db
from marketplace.models.accounts import User
from marketplace.models.areas import Area
from marketplace.models.businesses import Business
from marketplace.models.categories import Category
from marketplace.models.registrations import Registration
from marketplace.rules.accounts import email_of
from marketplace.rules.notices import NoticeKind
from marketplace.rules.policy import Actor, Role, require
from marketplace.rules.reasons import check_reason
from marketplace.rules.refusals import Invalid
from marketplace.rules.registrations import REGISTRATION_LIFE, RegistrationSheet, RegistrationState
from marketplace.rules.registry import check_nib, check_nik
from marketplace.rules.words import N_
from marketplace.services import accounts, codes, journal, keyring, moves
from marketplace.services.businesses import mark_changed, searched
from marketplace.services.notices import News, mail, tell, tell_city


def faults_of(sheet: RegistrationSheet) -> list[Invalid]:
    """Everything that is wrong with a sheet, in the order of its fields."""
    found = []
    for check in (_names, _place, _numbers, _contact):
        try:
            check(sheet)
        except Invalid as fault:
            found.append(fault)
    return found


def _names(sheet: RegistrationSheet) -> None:
    for field in ("name", "owner_name"):
        if not 0 < len(getattr(sheet, field)) <= 200:
            raise Invalid(field, f"{field}_missing", N_("Isi dengan 1 sampai 200 huruf."))


def _place(sheet: RegistrationSheet) -> None:
    if db.session.get(Area, sheet.area_code) is None:
        raise Invalid("area_code", "area_unknown", N_("Pilih kelurahan dari daftar."))
    trade = db.session.get(Category, sheet.trade_code)
    if trade is None or trade.parent_code is not None:
        raise Invalid("trade_code", "trade_unknown", N_("Pilih jenis usaha dari daftar."))


def _numbers(sheet: RegistrationSheet) -> None:
    if sheet.nib:
        check_nib(sheet.nib)
    if sheet.nik:
        check_nik(sheet.nik)


def _contact(sheet: RegistrationSheet) -> None:
    accounts.phone_of(sheet.phone)
    if sheet.email:
        email_of(sheet.email)


def ask(sheet: RegistrationSheet, user: User | None, consents: bool, at: datetime) -> Registration:
    """Ask to be registered; Dinkop is told. Raises Invalid for the first fault (`faults_of` tells all)."""
    for fault in faults_of(sheet):
        raise fault
    if not consents:
        raise Invalid("consent", "consent_missing", N_("Centang persetujuan ini supaya data Anda boleh diperiksa."))
    phone, nik = accounts.phone_of(sheet.phone), check_nik(sheet.nik) if sheet.nik else ""
    made = Registration(
        code=codes.next_code(codes.REGISTRATION, at),
        name=sheet.name,
        owner_name=sheet.owner_name,
        nik_cipher=keyring.encrypt(nik) if nik else None,
        nik_hash=keyring.lookup_hash(nik, "nik") if nik else None,
        phone_cipher=keyring.encrypt(phone),
        phone_hash=accounts.phone_hash(phone),
        nib=sheet.nib or None,
        area_code=sheet.area_code,
        trade_code=sheet.trade_code,
        activity=sheet.activity[:2000],
        email=email_of(sheet.email) if sheet.email else "",
        user=user,
        consent_at=at,
        made_at=at,
    )
    db.session.add(made)
    actor = Actor(user_id=user.id, name=user.name) if user is not None else Actor()
    journal.record("registration.ask", made, actor, at, moved=("", str(RegistrationState.MADE)))
    news = News(
        NoticeKind.CLAIM,
        N_("Minta didaftarkan: %(business)s"),
        N_("Periksa apakah usaha ini sudah ada di registri, lalu daftarkan atau jawab."),
        f"/klaim/pendaftaran/{made.code}",
        {"business": made.name},
    )
    tell_city((Role.CLERK, Role.HEAD), news, at)
    return made


def register(request: Registration, actor: Actor, at: datetime) -> Business:
    """Put the business into the registry as it was told; the request keeps no NIK and no phone number of its own.

    Raises Forbidden, WrongState when it is decided already.
    """
    require(actor, "registry.change", request)
    moves.lock(request)
    REGISTRATION_LIFE.check(request, "register", at)
    area = db.session.get_one(Area, request.area_code)
    business = Business(
        code=codes.next_code(codes.BUSINESS, at, 5),
        name=request.name,
        owner_name=request.owner_name,
        nik_cipher=request.nik_cipher,
        nik_hash=request.nik_hash,
        phone_cipher=request.phone_cipher,
        phone_hash=request.phone_hash,
        nib=request.nib,
        area_code=request.area_code,
        lat=area.lat,
        lon=area.lon,
        trade_code=request.trade_code,
        activity=request.activity,
        registered_at=at,
    )
    business.search_text = searched_new(business)
    db.session.add(business)
    db.session.flush()
    moves.move(request, "register", actor, at, details={"business": business.code}, also={"business_id": business.id})
    request.decided_by_id = actor.user_id
    journal.record("business.register", business, actor, at, details={"registration": request.code})
    mark_changed(business.id)
    news = News(
        NoticeKind.CLAIM,
        N_("Usaha Anda sudah terdaftar: %(business)s"),
        N_("Sekarang klaim usaha ini supaya Anda bisa menawar ke pabrik."),
        f"/klaim-usaha/{business.code}",
        {"business": business.name},
    )
    _answer(request, news, at)
    _forget(request)
    return business


def searched_new(business: Business) -> str:
    """What the registry's search looks in, for a business whose texts may still be unset."""
    business.products = business.products or ""
    return searched(business)


def refuse(request: Registration, reason: str, actor: Actor, at: datetime) -> None:
    """Answer without registering, and say why. Raises Invalid("reason"), Forbidden, WrongState."""
    words = check_reason(reason)
    moves.move(request, "refuse", actor, at, reason=words)
    request.decided_by_id = actor.user_id
    news = News(
        NoticeKind.CLAIM,
        N_("Jawaban atas permintaan %(code)s"),
        N_("Jawaban Dinkop: %(reason)s"),
        "/klaim-usaha",
        {"code": request.code, "reason": words},
    )
    _answer(request, news, at)


def _answer(request: Registration, news: News, at: datetime) -> None:
    if request.user is not None:
        tell([request.user], news, at)
    if request.email and (request.user is None or request.user.email != request.email):
        mail(request.email, news, at)


def _forget(request: Registration) -> None:
    request.nik_cipher, request.nik_hash, request.phone_cipher, request.phone_hash = None, None, None, None
    request.email = ""
