"""Businesses in no list, and codes to the phone on file."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from marketplace.models import db
from marketplace.models.areas import Area
from marketplace.models.audit import Event
from marketplace.models.businesses import Business, SupplierChange
from marketplace.models.notices import Notice, OutboxMail
from marketplace.models.registrations import PhoneCode, Registration
from marketplace.reads import claims as claims_read
from marketplace.rules.businesses import BusinessState
from marketplace.rules.claims import evidence_of
from marketplace.rules.policy import PUBLIC, Role
from marketplace.rules.privacy import GONE, RETENTION
from marketplace.rules.refusals import Forbidden, Invalid, TooMany, WrongState
from marketplace.rules.registrations import CODE_GOOD_FOR, Likeness, RegistrationSheet, RegistrationState
from marketplace.services import accounts as accounts_service
from marketplace.services import claims, keyring, linkage, phone_codes, privacy
from marketplace.services import registrations as service
from marketplace.services.claims import Answers
from marketplace.services.linkage import waiting
from tests.factories import accounts, businesses

NIK, PHONE = "3672015708850001", "0812-3456-7890"
SHEET = RegistrationSheet(
    name="Warung Mpok Siti",
    owner_name="Siti Contoh",
    phone=PHONE,
    area_code="36.72.01.1001",
    trade_code="catering",
    activity="nasi uduk dan kotak",
    nib="0220100234567",
    nik=NIK,
    email="siti@contoh.test",
)


def test_a_request_keeps_nik_and_phone_as_ciphertext_and_calls_dinkop(app: Flask, at: datetime) -> None:
    clerk = accounts.member(Role.CLERK)
    made = service.ask(SHEET, None, True, at)
    assert db.session.scalars(select(Notice.user_id)).all() == [clerk.id]
    for cipher in (made.nik_cipher, made.phone_cipher):
        assert cipher
        assert NIK.encode() not in cipher
        assert b"81234567890" not in cipher
    trail = " ".join(f"{e.details}" for e in db.session.scalars(select(Event)))
    assert NIK not in trail


def test_a_clerk_registers_it_and_it_can_be_claimed(app: Flask, at: datetime) -> None:
    user, clerk = accounts.user(), accounts.actor(Role.CLERK)
    request = service.ask(SHEET, user, True, at)
    made = service.register(request, clerk, at)
    assert (made.name, made.state, made.nib) == ("Warung Mpok Siti", BusinessState.REGISTERED, SHEET.nib)
    assert keyring.decrypt(made.nik_cipher) == NIK
    assert (request.state, request.business_id) == (RegistrationState.REGISTERED, made.id)
    assert (request.nik_cipher, request.phone_cipher, request.email) == (None, None, "")
    assert claims_read.candidate(made.code) is made
    assert db.session.scalars(select(SupplierChange.business_id)).all() == [made.id]
    assert user.id in db.session.scalars(select(Notice.user_id)).all()
    assert "siti@contoh.test" in db.session.scalars(select(OutboxMail.to_address)).all()
    with pytest.raises(WrongState):
        service.register(request, clerk, at)
    assert len(db.session.scalars(select(Business)).all()) == 1


def test_an_answer_without_registering_needs_a_reason(app: Flask, at: datetime) -> None:
    request, clerk = service.ask(SHEET, None, True, at), accounts.actor(Role.CLERK)
    with pytest.raises(Invalid):
        service.refuse(request, "ada", clerk, at)
    service.refuse(request, "Sudah terdaftar sebagai U-000001.", clerk, at)
    mail = db.session.scalars(select(OutboxMail).where(OutboxMail.to_address == "siti@contoh.test")).one()
    assert mail.params["reason"] == "Sudah terdaftar sebagai U-000001."
    with pytest.raises(Forbidden):
        service.register(service.ask(SHEET, None, True, at), accounts.actor(Role.AUDITOR), at)


def test_every_fault_is_told_at_once(app: Flask, at: datetime) -> None:
    bad = RegistrationSheet("", "", "12", "x", "katering-harian", nib="1", nik="2", email="a@b")
    fields = [fault.field for fault in service.faults_of(bad)]
    assert fields == ["name", "owner_name", "area_code", "trade_code", "phone", "email", "nib", "nik"]
    assert service.faults_of(SHEET) == []
    with pytest.raises(Invalid):
        service.ask(bad, None, True, at)
    with pytest.raises(Invalid) as refused:
        service.ask(SHEET, None, False, at)
    assert refused.value.field == "consent"


def test_who_has_one_of_its_numbers_is_shown_first(app: Flask, at: datetime) -> None:
    nib = businesses.business("Katering Lain", nib=SHEET.nib)
    phone = businesses.business(
        "Toko Jauh", phone_hash=accounts_service.phone_hash(accounts_service.phone_of(PHONE)), nib=None
    )
    nik = businesses.business("Bengkel Jauh", nik_hash=keyring.lookup_hash(NIK, "nik"), nib=None)
    businesses.business("Warung 100% Beda", nib=None)
    gone = businesses.business("Warung Mpok Siti", state=BusinessState.CLOSED)
    request = service.ask(SHEET, None, True, at)
    found = linkage.alike(request)
    assert [(one.business.id, one.same) for one in found][:3] == [
        (nik.id, (Likeness.NIK,)),
        (nib.id, (Likeness.NIB,)),
        (phone.id, (Likeness.PHONE,)),
    ]
    assert gone.id not in [one.business.id for one in found]
    request.name = "100% ___"
    assert linkage.alike(request)[0].business.id == nik.id


@pytest.mark.parametrize(
    ("name", "owner", "moved", "same"),
    [
        ("WARUNG MPOK SITI", "siti aminah", False, (Likeness.NAMES,)),
        ("Warong Mpok Sitti", "Siti Aminnah", False, ()),
        ("Mpok Siti Warung", "Aminah Siti", False, (Likeness.NAMES,)),
        ("Mpok Sity, Warung", "Ibu Siti Aminah", True, ()),
    ],
    ids=["as it is", "typos", "words swapped", "all of it, and moved"],
)
def test_one_that_is_written_otherwise_is_found_and_says_why(
    app: Flask, at: datetime, name: str, owner: str, moved: bool, same: tuple[Likeness, ...]
) -> None:
    places = db.session.scalars(select(Area).order_by(Area.code)).all()
    for number in range(40):
        businesses.business(
            f"Dapur Contoh {number}", owner_name=f"Pemilik {number}", area_code=places[number % len(places)].code
        )
    there = businesses.business("Warung Mpok Siti", owner_name="Siti Aminah", area_code=SHEET.area_code, nib=None)
    elsewhere = next(place.code for place in places if place.code != SHEET.area_code)
    place = elsewhere if moved else SHEET.area_code
    asked = replace(SHEET, name=name, owner_name=owner, nib="", nik="", area_code=place)
    (found,) = linkage.alike(service.ask(asked, None, True, at))
    assert (found.business.id, found.same) == (there.id, same)
    assert found.compared is not None
    assert found.compared.probability > 0.5
    levels = {field: level for field, level, _ in found.compared.parts}
    assert levels["name"] not in {"different", "distant"}
    assert levels["kelurahan"] == ("different" if moved else "same")


def test_a_stranger_is_like_nobody(app: Flask, at: datetime) -> None:
    request = service.ask(SHEET, None, True, at)
    assert linkage.alike(request) == []
    for number in range(40):
        businesses.business(f"Bengkel Las {number}", owner_name=f"Joko {number}")
    assert linkage.alike(request) == []


@pytest.mark.parametrize("moved", [False, True], ids=["same kelurahan", "another kelurahan"])
@pytest.mark.parametrize("trade", ["catering", "laundry"])
def test_an_exact_copy_is_always_shown_first_and_registered_only_after_a_look(
    app: Flask, at: datetime, moved: bool, trade: str
) -> None:
    places = db.session.scalars(select(Area).order_by(Area.code)).all()
    for number in range(30):
        place = places[number % len(places)].code
        businesses.business(f"Dapur Sekar {number}", owner_name="Ratna Kusuma Dewi", area_code=place, nib=None)
    there = businesses.business("Dapur Sekar Sagara", owner_name="Ratna Kusuma", area_code=SHEET.area_code, nib=None)
    there.trade_code = trade
    db.session.flush()
    place = next(one.code for one in places if (one.code != SHEET.area_code) is moved)
    sheet = replace(SHEET, name="DAPUR SEKAR-SAGARA", owner_name="Ratna Kusuma", nib="", nik="", area_code=place)
    request, clerk = service.ask(sheet, None, True, at), accounts.actor(Role.CLERK)
    first = linkage.alike(request)[0]
    assert (first.business.id, first.same) == (there.id, (Likeness.NAMES,))
    if not moved or trade == "catering":  # (where both differ it is left to the names)
        assert first.compared is not None
        assert first.compared.probability > 0.5
    with pytest.raises(Invalid) as refused:
        service.register(request, clerk, at)
    assert refused.value.field == "looked"
    assert service.register(request, clerk, at, looked=True).name == sheet.name


def test_what_waits_already_is_not_asked_again(app: Flask, at: datetime) -> None:
    first = service.ask(SHEET, None, True, at)
    others = {"phone": "0813-1111-2222", "nik": "3672015708850009", "nib": "0220100234999"}
    for field, sheet in {
        "nik": replace(SHEET, **(others | {"nik": NIK, "name": "Lain Sekali"})),
        "nib": replace(SHEET, **(others | {"nib": SHEET.nib, "name": "Lain Sekali"})),
        "phone": replace(SHEET, **(others | {"phone": PHONE, "name": "Mpok Siti, Warung"})),
    }.items():
        with pytest.raises(Invalid) as refused:
            service.ask(sheet, None, True, at)
        assert (refused.value.field, refused.value.code) == (field, "asked_already")
        assert (first.code in str(refused.value)) is (field == "phone")
    assert service.ask(replace(SHEET, **(others | {"phone": PHONE, "name": "Bengkel Jaya"})), None, True, at)
    same_names = replace(SHEET, phone="0813-1111-3333", nik="", nib="")
    twin = service.ask(same_names, None, True, at)
    assert (first, Likeness.NAMES) in waiting.beside(twin)
    with pytest.raises(Invalid):
        service.register(twin, accounts.actor(Role.CLERK), at)
    service.refuse(first, "Sudah terdaftar sebagai U-000001.", accounts.actor(Role.CLERK), at)
    assert service.ask(SHEET, None, True, at).code != first.code


def test_answered_requests_lose_their_person_after_a_year(app: Flask, at: datetime) -> None:
    request = service.ask(SHEET, None, True, at)
    service.refuse(request, "Sudah terdaftar sebagai U-000001.", accounts.actor(Role.CLERK), at)
    late = at + RETENTION["registration"][1] + timedelta(days=1)
    assert privacy.retain(late)["registration"] == 1
    assert "registration" not in privacy.retain(late)
    db.session.refresh(request)
    assert (request.owner_name, request.nik_cipher, request.phone_cipher, request.email) == (GONE, None, None, "")


# -- codes to a phone ---------------------------------------------------------------


@pytest.fixture
def business(app: Flask) -> Business:
    return businesses.business(
        state=BusinessState.REGISTERED,
        nik_cipher=keyring.encrypt(NIK),
        owner_birth_date=date(1985, 8, 17),
        phone_cipher=keyring.encrypt("+6281234567890"),
    )


def handed_out(business: Business, at: datetime) -> str:
    phone_codes.ask(business, PUBLIC, at)
    code = phone_codes.standing(business)
    assert code is not None
    digits, phone = phone_codes.hand_out(code, accounts.actor(Role.CLERK), at)
    assert phone == "+6281234567890"
    return digits


def test_a_code_with_the_last_digits_proves_without_a_birth_date_and_works_once(
    business: Business, at: datetime
) -> None:
    digits = handed_out(business, at)
    evidence = claims.prove(business, Answers("0001", phone_code=f"{digits[:3]} {digits[3:]}"), at)
    assert evidence == "nik=same phone=same"
    assert [label for label, _ in evidence_of(evidence)] == ["Empat angka terakhir NIK", "Kode ke nomor HP di berkas"]
    with pytest.raises(Invalid):
        claims.prove(business, Answers("0001", phone_code=digits), at)


def test_a_code_is_stored_as_a_hash_and_stays_out_of_the_journal(business: Business, at: datetime) -> None:
    digits = handed_out(business, at)
    stored = db.session.scalars(select(PhoneCode)).one()
    assert digits not in (stored.code_hash or "")
    trail = " ".join(f"{e.verb} {e.details}" for e in db.session.scalars(select(Event)))
    assert "phone_code.send" in trail
    assert digits not in trail
    assert "81234567890" not in trail


@pytest.mark.parametrize("late", [CODE_GOOD_FOR, CODE_GOOD_FOR + timedelta(days=1)])
def test_a_code_is_good_for_half_an_hour(business: Business, at: datetime, late: timedelta) -> None:
    digits = handed_out(business, at)
    with pytest.raises(Invalid) as refused:
        claims.prove(business, Answers("0001", phone_code=digits), at + late)
    assert refused.value.field == "phone_code"


def test_wrong_codes_codes_of_others_and_wrong_digits_prove_nothing(business: Business, at: datetime) -> None:
    digits = handed_out(business, at)
    wrong = f"{(int(digits) + 1) % 10**6:06d}"
    for code in (wrong, "", " ", "x" * 500, f"{digits}0"):
        with pytest.raises(Invalid):
            claims.prove(business, Answers("0001", phone_code=code), at)
    with pytest.raises(Invalid):
        claims.prove(business, Answers("0002", phone_code=digits), at)
    other = businesses.business(nik_cipher=keyring.encrypt(NIK), phone_cipher=keyring.encrypt("+6281234567890"))
    with pytest.raises(Invalid):
        claims.prove(other, Answers("0001", phone_code=digits), at)


def test_another_code_ends_the_first_and_few_are_given_a_day(business: Business, at: datetime) -> None:
    first = handed_out(business, at)
    code = phone_codes.standing(business)
    assert code is not None
    second, _ = phone_codes.hand_out(code, accounts.actor(Role.CLERK), at)
    if first != second:
        with pytest.raises(Invalid):
            phone_codes.use(business, first, at)
    phone_codes.ask(business, PUBLIC, at)  # one is good already: nothing new
    assert len(db.session.scalars(select(PhoneCode)).all()) == 1
    for hours in (1, 2):
        code = phone_codes.standing(business)
        assert code is not None
        phone_codes.ask(business, PUBLIC, at + timedelta(hours=hours))
        again = phone_codes.standing(business)
        assert again is not None
        phone_codes.hand_out(again, accounts.actor(Role.CLERK), at + timedelta(hours=hours))
    with pytest.raises(TooMany):
        phone_codes.ask(business, PUBLIC, at + timedelta(hours=3))


def test_without_a_number_on_file_there_is_no_code(app: Flask, at: datetime) -> None:
    with pytest.raises(WrongState):
        phone_codes.ask(businesses.business(), PUBLIC, at)


def test_old_codes_and_requests_are_forgotten(business: Business, at: datetime) -> None:
    handed_out(business, at)
    assert privacy.retain(at + timedelta(days=31))["phone_code"] == 1
    assert db.session.scalars(select(PhoneCode)).all() == []
    assert db.session.scalars(select(Registration)).all() == []
