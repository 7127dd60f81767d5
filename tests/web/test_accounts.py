"""Coming in and going out."""

from __future__ import annotations

import time

import pytest
from flask import Flask
from sqlalchemy import func, select

from marketplace.models import db
from marketplace.models.accounts import User
from marketplace.models.sessions import LoginSession
from marketplace.rules.policy import Role
from marketplace.services import accounts as service
from marketplace.services import passwords
from marketplace.web.paths import own_path
from tests.factories import accounts, buyers
from tests.factories.accounts import BORN
from tests.visitors import Visitor

SECRET = "tiga kambing biru"


@pytest.fixture
def owner(app: Flask) -> User:
    return service.make_user("Siti Contoh", BORN, email="siti@contoh.test", phone="0812-3456-7890", password=SECRET)


def enter(client: Visitor, login: str, password: str = SECRET, **more: str):  # type: ignore[no-untyped-def]
    return client.post("/masuk", {"login": login, "password": password, **more})


@pytest.mark.parametrize(
    "login", ["siti@contoh.test", " SITI@Contoh.test", "081234567890", "+62 812 3456 7890", "62812-3456-7890"]
)
def test_a_person_logs_in_by_email_or_by_phone_however_it_is_written(client: Visitor, owner: User, login: str) -> None:
    answer = enter(client, login)
    assert answer.status_code == 303
    assert answer.location == "/"
    assert client.get("/masuk").status_code == 303  # already in


def test_the_cookie_of_a_session_cannot_be_read_by_scripts(client: Visitor, owner: User) -> None:
    cookies = [c for c in enter(client, "siti@contoh.test").headers.getlist("Set-Cookie") if c.startswith("sesi=")]
    assert len(cookies) == 1
    assert "HttpOnly" in cookies[0]
    assert "SameSite=Lax" in cookies[0]
    assert db.session.scalars(select(LoginSession.token_hash)).all() != []
    assert cookies[0].split("=")[1].split(";")[0] not in db.session.scalars(select(LoginSession.token_hash)).all()


def test_an_unknown_account_and_a_wrong_password_get_the_same_answer(client: Visitor, owner: User) -> None:
    wrong = enter(client, "siti@contoh.test", "salah salah salah")
    unknown = enter(client, "tidakada@contoh.test", "salah salah salah")
    assert wrong.status_code == unknown.status_code == 422
    assert wrong.text.replace("siti@", "x@").count("tidak cocok") == unknown.text.count("tidak cocok") > 0


def test_an_unknown_account_costs_as_much_time_as_a_known_one(
    app: Flask, owner: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    hashed: list[str] = []
    verify = passwords._verified
    monkeypatch.setattr(
        passwords, "_verified", lambda stored, password: hashed.append(stored) or verify(stored, password)
    )
    for login in ("siti@contoh.test", "tidakada@contoh.test", "bukan apa-apa"):
        with pytest.raises(service.Invalid):
            service.log_in(login, "salah salah salah", "", BORN)
    assert len(hashed) == 3


def test_a_disabled_account_cannot_log_in(client: Visitor, owner: User) -> None:
    owner.disabled_at = BORN
    assert enter(client, "siti@contoh.test").status_code == 422


def test_what_was_typed_stays_but_the_password_does_not(client: Visitor, owner: User) -> None:
    page = enter(client, "siti@contoh.test", "salah salah salah").text
    assert "siti@contoh.test" in page
    assert "salah salah" not in page


def test_an_empty_form_says_what_is_missing(client: Visitor) -> None:
    page = enter(client, "", "")
    assert page.status_code == 422
    assert "Tulis sandi Anda." in page.text


def test_after_too_many_tries_the_password_is_not_even_looked_at(
    client: Visitor, owner: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    ways = ["siti@contoh.test", "SITI@contoh.test"]
    for n in range(10):
        enter(client, ways[n % 2], "salah salah salah")
    monkeypatch.setattr(passwords, "fits", lambda *_: pytest.fail("hashed after the limit"))
    answer = enter(client, "siti@contoh.test")
    assert answer.status_code == 429
    assert int(answer.headers["Retry-After"]) > 0


def test_someone_logged_in_can_post_to_a_limited_door_without_waiting_for_themselves(app: Flask, owner: User) -> None:
    visitor = Visitor.of(app, owner)
    began = time.monotonic()
    assert enter(visitor, "siti@contoh.test").status_code == 303
    assert time.monotonic() - began < 20  # who waited for oneself would wait half a minute


@pytest.mark.parametrize(
    ("target", "leads"),
    [
        ("/penawaran?x=1", "/penawaran?x=1"),
        ("https://jahat.test/", "/"),
        ("//jahat.test", "/"),
        ("/\\jahat.test", "/"),
        ("\\\\jahat.test", "/"),
        ("javascript:alert(1)", "/"),
        ("/a\r\nSet-Cookie: x", "/"),
        ("", "/"),
        (None, "/"),
    ],
)
def test_after_the_login_one_stays_on_this_site(target: str | None, leads: str) -> None:
    assert own_path(target) == leads


def test_who_was_logged_out_in_the_middle_of_a_form_is_told_so_and_comes_back_to_it(client: Visitor) -> None:
    stood_on = {"Referer": "http://localhost/profil/ubah?x=1"}
    answer = client.post("/profil/ubah", {"activity": "nasi box"}, headers=stood_on)
    assert answer.status_code == 303
    assert answer.location == "/masuk?lanjut=/profil/ubah?x%3D1"
    assert "belum tersimpan" in client.get(answer.location).get_data(as_text=True)


@pytest.mark.parametrize(
    ("came_from", "leads"),
    [("http://localhost/profil/ubah", "/profil/ubah"), ("https://jahat.test/profil", "/"), ("", "/")],
)
def test_an_expired_form_leads_back_to_itself_and_nowhere_else(client: Visitor, came_from: str, leads: str) -> None:
    answer = client.open("post", "/profil/ubah", data={"activity": "nasi box"}, headers={"Referer": came_from})
    text = answer.get_data(as_text=True)
    assert answer.status_code == 400
    assert "Formulir ini sudah kedaluwarsa" in text
    assert f'href="{leads}"' in text
    assert "jahat" not in text


def test_a_stranger_comes_back_to_the_page_they_wanted(client: Visitor, owner: User) -> None:
    answer = enter(client, "siti@contoh.test", lanjut="/akun?bagian=sesi")
    assert answer.location == "/akun?bagian=sesi"
    other = enter(client, "siti@contoh.test", lanjut="//jahat.test/akun")
    assert other.location == "/"


def test_a_copied_cookie_is_worthless_after_logout(app: Flask, owner: User) -> None:
    visitor = Visitor.of(app, owner)
    copy = visitor.client.get_cookie("sesi").value
    assert visitor.post("/keluar").location == "/masuk"
    thief = Visitor.of(app)
    thief.client.set_cookie("sesi", copy)
    assert thief.post("/keluar").location.startswith("/masuk")
    assert db.session.scalar(select(func.count()).where(LoginSession.ended_at.is_(None))) == 0


def test_logout_everywhere_ends_the_other_devices_too(app: Flask, owner: User) -> None:
    phone, desk = Visitor.of(app, owner), Visitor.of(app, owner)
    phone.post("/keluar-semua")
    assert desk.get("/masuk").status_code == 200  # a stranger again


def test_logging_in_again_ends_the_session_of_the_old_cookie(app: Flask, owner: User) -> None:
    visitor = Visitor.of(app, owner)
    enter(visitor, "siti@contoh.test")
    assert db.session.scalar(select(func.count()).where(LoginSession.ended_at.is_(None))) == 1


def test_the_language_is_a_choice_and_leads_back_to_the_page(client: Visitor) -> None:
    answer = client.post("/bahasa", {"lang": "en", "next": "/masuk?lanjut=/akun"})
    assert answer.location == "/masuk?lanjut=/akun"
    assert client.client.get_cookie("bahasa").value == "en"
    assert client.post("/bahasa", {"lang": "xx", "next": "https://jahat.test"}).location == "/"
    assert client.client.get_cookie("bahasa").value == "en"


def test_a_language_chosen_before_logging_in_stays(app: Flask, client: Visitor, owner: User) -> None:
    client.post("/bahasa", {"lang": "en", "next": "/masuk"})
    enter(client, "siti@contoh.test")
    assert client.client.get_cookie("bahasa").value == "en"


def test_a_person_with_two_roles_switches_between_them(app: Flask, owner: User) -> None:
    accounts.member(Role.OFFICER, buyers.buyer(), who=owner)
    accounts.member(Role.AUDITOR, who=owner)
    visitor = Visitor.of(app, owner)
    second = owner.memberships[1]
    assert visitor.post("/pindah-peran", {"membership": str(second.id)}).status_code == 303
    assert db.session.scalar(select(LoginSession.membership_id)) == second.id


def test_nobody_switches_into_the_role_of_another(app: Flask, owner: User) -> None:
    other = accounts.member(Role.ADMIN)
    visitor = Visitor.of(app, owner)
    for number in (str(other.memberships[0].id), "x", "", "99999999999999999999"):
        assert visitor.post("/pindah-peran", {"membership": number}).status_code == 404
