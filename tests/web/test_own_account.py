"""One's own account."""

from __future__ import annotations

import pytest
from flask import Flask
from sqlalchemy import func, select

from marketplace.models import db
from marketplace.models.accounts import User
from marketplace.models.sessions import LoginSession
from marketplace.rules.policy import Role
from marketplace.services import accounts as service
from tests.factories import accounts, buyers
from tests.factories.accounts import BORN
from tests.visitors import Visitor

SECRET = "tiga kambing biru"


@pytest.fixture
def user(app: Flask) -> User:
    made = service.make_user("Siti Contoh", BORN, email="siti@contoh.test", phone="081234567890", password=SECRET)
    return accounts.member(Role.OFFICER, buyers.buyer(), who=made)


def test_the_page_shows_ways_in_roles_and_devices(app: Flask, user: User) -> None:
    page = Visitor.of(app, user).get("/akun").text
    for text in ("siti@contoh.test", "+6281234567890", "Petugas pengadaan", "PT Baja Contoh", "perangkat ini"):
        assert text in page


def test_a_newcomer_without_a_role_has_an_account_page_too(app: Flask) -> None:
    page = Visitor.of(app, accounts.user()).get("/akun")
    assert page.status_code == 200
    assert "/klaim-usaha" in page.text
    assert 'action="/keluar"' in page.text


def test_name_and_language_are_changed_and_the_pages_follow(app: Flask, user: User) -> None:
    visitor = Visitor.of(app, user)
    assert visitor.post("/akun/profil", {"name": " Siti  Baru ", "language": "en"}).status_code == 303
    db.session.refresh(user)
    assert (user.name, user.language) == ("Siti Baru", "en")
    cookie = visitor.client.get_cookie("bahasa")
    assert cookie is not None
    assert cookie.value == "en"


def test_a_change_of_contact_needs_the_password_and_keeps_what_was_typed(app: Flask, user: User) -> None:
    visitor = Visitor.of(app, user)
    wrong = visitor.post("/akun/kontak", {"email": "baru@contoh.test", "phone": "", "current": "salah"})
    assert wrong.status_code == 422
    assert "baru@contoh.test" in wrong.text
    assert (
        visitor.post("/akun/kontak", {"email": "baru@contoh.test", "phone": "", "current": SECRET}).status_code == 303
    )
    db.session.refresh(user)
    assert (user.email, user.phone_hash) == ("baru@contoh.test", None)


def test_a_new_password_keeps_this_device_and_ends_the_others(app: Flask, user: User) -> None:
    here, there = Visitor.of(app, user), Visitor.of(app, user)
    data = {"current": SECRET, "password": "empat kucing merah"}
    assert here.post("/akun/sandi", data).status_code == 303
    assert here.get("/akun").status_code == 200
    assert there.get("/akun").status_code == 303
    assert here.post("/akun/sandi", data).status_code == 422  # the old one is worthless


def test_one_device_can_be_logged_out_from_another(app: Flask, user: User) -> None:
    here, there = Visitor.of(app, user), Visitor.of(app, user)
    first = db.session.scalar(select(func.max(LoginSession.id)).where(LoginSession.user_id == user.id))
    assert here.post(f"/akun/sesi/{first}/akhiri").status_code == 303
    assert there.get("/akun").status_code == 303
    assert here.get("/akun").status_code == 200


def test_nobody_ends_the_session_of_another(app: Flask, user: User) -> None:
    other = Visitor.of(app, accounts.member(Role.ADMIN))
    theirs = db.session.scalar(select(func.max(LoginSession.id)))
    assert Visitor.of(app, user).post(f"/akun/sesi/{theirs}/akhiri").status_code == 404
    assert other.get("/akun").status_code == 200


def test_guessing_the_own_password_is_limited(app: Flask, user: User) -> None:
    visitor = Visitor.of(app, user)
    answers = [visitor.post("/akun/sandi", {"current": "salah", "password": "x"}).status_code for _ in range(11)]
    assert answers == [422] * 10 + [429]
