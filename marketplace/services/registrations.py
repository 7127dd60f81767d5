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
from marketplace.rules.refusals import Faults, Invalid, together
from marketplace.rules.registrations import (
    ASKED_ALREADY,
    REGISTRATION_LIFE,
    RegistrationSheet,
    RegistrationState,
    asked_already,
    check_looked,
)
from marketplace.rules.registry import check_nib, check_nik
from marketplace.rules.words import N_
from marketplace.services import accounts, codes, journal, keyring, linkage, moves
from marketplace.services.businesses import mark_changed, searched
from marketplace.services.linkage import waiting
from marketplace.services.linkage.waiting import Numbers
from marketplace.services.notices import News, mail, tell, tell_city


def faults_of(sheet: RegistrationSheet) -> list[Invalid]:
    """Everything that is wrong with a sheet, in the order of the form's fields."""
    try:
        with together() as each:
            for check in (_name, _owner, _area, _trade, _phone, _email, _nib, _nik):
                with each():
                    check(sheet)
    except Faults as found:
        return list(found.faults)
    return []


def _name(sheet: RegistrationSheet) -> None:
    _named("name", sheet.name)


def _owner(sheet: RegistrationSheet) -> None:
    _named("owner_name", sheet.owner_name)


def _named(field: str, text: str) -> None:
    if not 0 < len(text) <= 200:
        raise Invalid(field, f"{field}_missing", N_("Isi dengan 1 sampai 200 huruf."))


def _area(sheet: RegistrationSheet) -> None:
    if db.session.get(Area, sheet.area_code) is None:
        raise Invalid("area_code", "area_unknown", N_("Pilih kelurahan dari daftar."))


def _trade(sheet: RegistrationSheet) -> None:
    trade = db.session.get(Category, sheet.trade_code)
    if trade is None or trade.parent_code is not None:
        raise Invalid("trade_code", "trade_unknown", N_("Pilih jenis usaha dari daftar."))


def _phone(sheet: RegistrationSheet) -> None:
    accounts.phone_of(sheet.phone)


def _email(sheet: RegistrationSheet) -> None:
    if sheet.email:
        email_of(sheet.email)


def _nib(sheet: RegistrationSheet) -> None:
    if sheet.nib:
        check_nib(sheet.nib)


def _nik(sheet: RegistrationSheet) -> None:
    if sheet.nik:
        check_nik(sheet.nik)


def ask(sheet: RegistrationSheet, user: User | None, consents: bool, at: datetime) -> Registration:
    """Ask to be registered; Dinkop is told. Raises Invalid for the first fault (`faults_of` tells all), and when the
    same is waiting already."""
    for fault in faults_of(sheet):
        raise fault
    if not consents:
        raise Invalid("consent", "consent_missing", N_("Centang persetujuan ini supaya data Anda boleh diperiksa."))
    phone, nik = accounts.phone_of(sheet.phone), check_nik(sheet.nik) if sheet.nik else ""
    code = codes.next_code(codes.REGISTRATION, at)  # (whoever asks at the same time waits here)
    _check_new(sheet, nik, phone, user)
    made = Registration(
        code=code,
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


def _check_new(sheet: RegistrationSheet, nik: str, phone: str, user: User | None) -> None:
    """Raise Invalid for the number with which the same is waiting already. Its code is told to whoever gives its phone
    number or asked for it; to others nothing of it."""
    hashed = accounts.phone_hash(phone)
    numbers = Numbers(keyring.lookup_hash(nik, "nik") if nik else None, sheet.nib or None, hashed)
    for one, why in waiting.same_waiting(sheet.name, sheet.owner_name, numbers):
        if why not in ASKED_ALREADY:
            continue
        own = one.phone_hash == hashed or (user is not None and one.user_id == user.id)
        raise asked_already(why, one.code if own else "")


def register(request: Registration, actor: Actor, at: datetime, looked: bool = False) -> Business:
    """Put the business into the registry as it was told; the request keeps no NIK and no phone number of its own.

    `looked`: the actor says that those alike, in the registry and waiting, were looked at. Raises Invalid("looked")
    when there are any and they were not, Forbidden, WrongState when it is decided already.
    """
    require(actor, "registry.change", request)
    moves.lock(request)
    REGISTRATION_LIFE.check(request, "register", at)
    if not looked:
        check_looked(bool(linkage.alike(request) or waiting.beside(request)), looked)
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
