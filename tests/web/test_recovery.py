"""Forgotten passwords, clicked through."""

from __future__ import annotations

import re

import pytest
import time_machine
from flask import Flask
from sqlalchemy import select

from marketplace.models import db
from marketplace.models.accounts import User
from marketplace.models.notices import OutboxMail
from marketplace.rules.policy import Role
from marketplace.services import accounts, mails
from tests.factories import accounts as people
from tests.factories import businesses
from tests.factories.accounts import BORN
from tests.factories.tenders import PRESENT
from tests.visitors import Visitor


@pytest.fixture
def user(app: Flask) -> User:
    return accounts.make_user("Siti Contoh", BORN, email="siti@contoh.test", password="tiga kambing biru")


def test_the_whole_way_from_forgotten_to_logged_in(app: Flask, client: Visitor, user: User) -> None:
    other = Visitor.of(app, user)
    assert client.get("/lupa-sandi").status_code == 200
    assert "sedang dikirim" in client.post("/lupa-sandi", {"login": "siti@contoh.test"}).text
    link = mails.path_of(db.session.scalars(select(OutboxMail)).one())
    assert client.get(link).status_code == 200
    weak = client.post(link, {"password": "pendek"})
    assert weak.status_code == 422
    assert "pendek" not in weak.text.replace("Kalimat pendek", "")
    assert client.post(link, {"password": "empat kucing merah"}).status_code == 303
    assert client.get("/akun").status_code == 200
    assert other.get("/akun").status_code == 303
    assert Visitor.of(app).get(link).status_code == 404


def test_the_answer_is_the_same_for_an_account_that_is_not_there(client: Visitor, user: User) -> None:
    known = client.post("/lupa-sandi", {"login": "siti@contoh.test"})
    unknown = client.post("/lupa-sandi", {"login": "tidakada@contoh.test"})
    assert known.status_code == unknown.status_code == 200
    assert len(known.text) == len(unknown.text)


def test_one_account_gets_at_most_three_mails_an_hour(client: Visitor, user: User) -> None:
    with time_machine.travel(PRESENT, tick=False) as clock:
        answers = []
        for _ in range(4):
            answers.append(client.post("/lupa-sandi", {"login": "siti@contoh.test"}).status_code)
            clock.shift(61)
    assert answers == [200, 200, 200, 429]
    assert len(db.session.scalars(select(OutboxMail)).all()) == 3


def test_asked_twice_within_a_minute_one_mail_goes_out_and_its_link_is_good(client: Visitor, user: User) -> None:
    with time_machine.travel(PRESENT, tick=False) as clock:
        first = client.post("/lupa-sandi", {"login": "siti@contoh.test"})
        clock.shift(59)
        again = client.post("/lupa-sandi", {"login": "siti@contoh.test"})
        unknown = client.post("/lupa-sandi", {"login": "tidakada@contoh.test"})
        assert first.status_code == again.status_code == unknown.status_code == 200
        assert len(first.text) == len(again.text) == len(unknown.text)
        (mail,) = db.session.scalars(select(OutboxMail))
        assert client.get(mails.path_of(mail)).status_code == 200


def test_a_made_up_link_opens_nothing(client: Visitor) -> None:
    assert client.get("/atur-sandi/xyz").status_code == 404
    assert client.post("/atur-sandi/xyz", {"password": "empat kucing merah"}).status_code == 404


def test_a_clerk_gives_an_owner_without_mail_a_link_to_hand_on(app: Flask, client: Visitor) -> None:
    kitchen = businesses.business()
    owner = people.member(Role.OWNER, business=kitchen)
    clerk = Visitor.of(app, people.member(Role.CLERK))
    assert f"/akun-akun/{owner.id}/tautan-sandi" in clerk.get(f"/registri/{kitchen.code}").text
    page = clerk.post(f"/akun-akun/{owner.id}/tautan-sandi").text
    assert "https://wa.me/" in page
    link = re.search(r"/atur-sandi/[\w-]+", page)
    assert link
    assert client.post(link[0], {"password": "empat kambing hijau"}).status_code == 303
    assert client.get("/profil").status_code == 200
    assert clerk.post("/akun-akun/999999/tautan-sandi").status_code == 404
