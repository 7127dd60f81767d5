"""The passport of a business: who reads what, links, and the sheet of paper."""

from __future__ import annotations

import io
from datetime import date, timedelta

import pytest
import time_machine
from flask import Flask
from pypdf import PdfReader
from sqlalchemy import select

from marketplace.models import db
from marketplace.models.audit import Event
from marketplace.models.businesses import Business
from marketplace.models.passports import PassportLink
from marketplace.rules.certificates import CertificateState
from marketplace.rules.passports import MOST_LINKS
from marketplace.rules.policy import Role
from marketplace.services import keyring
from tests.factories import accounts, businesses, buyers
from tests.factories.tenders import PRESENT
from tests.visitors import Visitor

pytestmark = pytest.mark.usefixtures("present")
NIK, PHONE = "3672014107857713", "081234567890"


@pytest.fixture
def present() -> object:
    with time_machine.travel(PRESENT, tick=False) as clock:
        yield clock


@pytest.fixture
def business(app: Flask) -> Business:
    made = businesses.business(
        "Dapur Paspor",
        capacity=750,
        owner_name="Siti Rahasia",
        address="Jl. Contoh 1",
        nik_cipher=keyring.encrypt(NIK),
        phone_cipher=keyring.encrypt(PHONE),
        deliveries_total=20,
        deliveries_on_time=19,
        quantity_sent=1000,
        quantity_accepted=990,
        rating_count=4,
        rating_sum=18,
    )
    businesses.certificate(made, "HALAL")
    businesses.certificate(made, "SLHS", date(2026, 11, 23))  # over since yesterday
    businesses.certificate(made, "HACCP", state=CertificateState.REVOKED)
    return made


@pytest.fixture
def owner(app: Flask, business: Business) -> Visitor:
    return Visitor.of(app, accounts.member(Role.OWNER, business=business))


@pytest.fixture
def officer(app: Flask) -> Visitor:
    return Visitor.of(app, accounts.member(Role.OFFICER, buyers.buyer()))


def words_of(pdf: bytes) -> str:
    return " ".join(" ".join(page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages).split())


def link(owner: Visitor, business: Business, days: int = 30) -> PassportLink:
    answer = owner.post(f"/paspor/{business.code}/tautan", {"purpose": "Pengadaan PT Contoh", "days": str(days)})
    assert answer.status_code == 303
    return db.session.scalars(select(PassportLink).order_by(PassportLink.id.desc())).first()


def test_its_people_an_officer_and_dinkop_read_it_and_nobody_elses_owner_does(
    app: Flask, business: Business, owner: Visitor, officer: Visitor
) -> None:
    clerk = Visitor.of(app, accounts.member(Role.CLERK))
    rival = Visitor.of(app, accounts.member(Role.OWNER, business=businesses.business()))
    for visitor in (owner, officer, clerk):
        page = visitor.get(f"/paspor/{business.code}")
        assert page.status_code == 200
        for words in ("Dapur Paspor", "Sertifikat Halal", "750 porsi", "95%", "99%", "4,5/5"):
            assert words in page.text
    assert rival.get(f"/paspor/{business.code}").status_code == 404
    assert Visitor.of(app).get(f"/paspor/{business.code}").status_code == 303


def test_only_what_is_verified_and_valid_today_stands_in_it(app: Flask, business: Business, owner: Visitor) -> None:
    page = owner.get(f"/paspor/{business.code}").text
    halal = next(c for c in business.certificates if c.type_code == "HALAL")
    assert f'href="/sertifikat/{halal.token}"' in page
    assert page.count("<svg") >= 1
    assert "Laik Higiene" not in page
    assert "HACCP" not in page


def test_nik_and_phone_are_never_in_it_and_the_owners_name_not_for_companies(
    app: Flask, business: Business, owner: Visitor, officer: Visitor
) -> None:
    opened = f"/paspor-usaha/{link(owner, business).token}"
    texts = [visitor.get(f"/paspor/{business.code}").text for visitor in (owner, officer)]
    texts += [Visitor.of(app).get(opened).text]
    texts += [words_of(v.post(f"/paspor/{business.code}/unduh").data) for v in (owner, officer)]
    texts += [words_of(Visitor.of(app).post(f"{opened}/unduh").data)]
    for text in texts:
        assert NIK not in text
        assert NIK[-4:] not in text
        assert PHONE not in text
        assert PHONE[-8:] not in text
    assert ["Siti Rahasia" in text for text in texts] == [True, False, True, True, False, True]


def test_the_sheet_says_the_same_and_carries_a_code_per_certificate(
    app: Flask, business: Business, officer: Visitor
) -> None:
    answer = officer.post(f"/paspor/{business.code}/unduh")
    assert (answer.status_code, answer.content_type) == (200, "application/pdf")
    words = words_of(answer.data)
    for expected in ("Paspor usaha", "Dapur Paspor", "Sertifikat Halal", "750 porsi", "95%", "4,5 dari 5, 4 ulasan"):
        assert expected in words
    assert "Laik Higiene" not in words


def test_every_download_is_in_the_journal(app: Flask, business: Business, owner: Visitor, officer: Visitor) -> None:
    made = link(owner, business)
    officer.post(f"/paspor/{business.code}/unduh")
    Visitor.of(app).post(f"/paspor-usaha/{made.token}/unduh")
    query = select(Event).where(Event.verb == "passport.download").order_by(Event.seq)
    found = [(e.actor_role, e.thing_code, e.business_id, e.details) for e in db.session.scalars(query)]
    assert found == [
        ("officer", business.code, business.id, {}),
        ("", business.code, business.id, {"link": made.id}),
    ]
    assert "1 kali" in owner.get(f"/paspor/{business.code}").text


def test_a_link_opens_for_strangers_until_it_ends_or_is_withdrawn(
    app: Flask, business: Business, owner: Visitor, present: time_machine.Traveller
) -> None:
    stranger, first, second = Visitor.of(app), link(owner, business, 7), link(owner, business, 90)
    for one in (first, second):
        page = stranger.get(f"/paspor-usaha/{one.token}").text
        assert "Dapur Paspor" in page
        assert '<meta name="robots" content="noindex">' in page
    assert owner.post(f"/paspor/{business.code}/tautan/{second.id}/tarik").status_code == 303
    assert owner.post(f"/paspor/{business.code}/tautan/{second.id}/tarik").status_code == 409
    assert stranger.get(f"/paspor-usaha/{second.token}").status_code == 404
    assert stranger.post(f"/paspor-usaha/{second.token}/unduh").status_code == 404
    present.move_to(PRESENT + timedelta(days=7))
    assert stranger.get(f"/paspor-usaha/{first.token}").status_code == 404
    page = owner.get("/").text and owner.get(f"/paspor/{business.code}").text
    assert "Kedaluwarsa" in page
    assert "Ditarik" in page


def test_a_bad_link_comes_back_as_typed_with_all_its_faults(app: Flask, business: Business, owner: Visitor) -> None:
    answer = owner.post(f"/paspor/{business.code}/tautan", {"purpose": " ", "days": "365"})
    assert answer.status_code == 422
    for field in ("purpose", "days"):
        assert f'href="#{field}"' in answer.text
    answer = owner.post(f"/paspor/{business.code}/tautan", {"purpose": "Untuk PT Contoh", "days": "banyak"})
    assert (answer.status_code, "Untuk PT Contoh" in answer.text) == (422, True)
    assert db.session.scalars(select(PassportLink)).all() == []


def test_links_have_an_end_in_number_too(app: Flask, business: Business, owner: Visitor) -> None:
    for _ in range(MOST_LINKS):
        link(owner, business)
    answer = owner.post(f"/paspor/{business.code}/tautan", {"purpose": "Satu lagi", "days": "7"})
    assert (answer.status_code, f"Paling banyak {MOST_LINKS} tautan" in answer.text) == (422, True)


def test_staff_and_officers_make_no_links_and_owners_none_for_others(
    app: Flask, business: Business, owner: Visitor, officer: Visitor
) -> None:
    staff = Visitor.of(app, accounts.member(Role.STAFF, business=business))
    rival_business = businesses.business()
    rival = Visitor.of(app, accounts.member(Role.OWNER, business=rival_business))
    sheet = {"purpose": "Untuk PT Contoh", "days": "7"}
    for visitor in (staff, officer):
        assert visitor.post(f"/paspor/{business.code}/tautan", sheet).status_code == 403
        assert "Buat tautan" not in visitor.get(f"/paspor/{business.code}").text
    assert rival.post(f"/paspor/{business.code}/tautan", sheet).status_code == 404
    mine = link(owner, business)
    for code in (business.code, rival_business.code):
        assert rival.post(f"/paspor/{code}/tautan/{mine.id}/tarik").status_code == 404


def test_who_tries_links_out_is_slowed_down(app: Flask) -> None:
    stranger = Visitor.of(app)
    assert [stranger.get(f"/paspor-usaha/x{n}").status_code for n in range(31)] == [404] * 30 + [429]
