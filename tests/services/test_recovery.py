"""Forgotten passwords."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from marketplace.models import db
from marketplace.models.accounts import PasswordReset, User
from marketplace.models.audit import Event
from marketplace.models.notices import Notice, OutboxMail
from marketplace.reads import accounts as reading
from marketplace.rules.policy import Role
from marketplace.rules.refusals import Forbidden, Invalid, NotFound
from marketplace.services import accounts, mails, recovery, sessions
from marketplace.services.keyring import token_hash
from tests.factories import accounts as people
from tests.factories import businesses, buyers
from tests.services.test_cohort_races import race

NEW = "empat kucing merah"


@pytest.fixture
def user(app: Flask, at: datetime) -> User:
    return accounts.make_user("Siti", at, email="siti@contoh.test", phone="081234567890", password="tiga kambing biru")


def mailed_token() -> str:
    db.session.flush()
    mail = db.session.scalars(select(OutboxMail).order_by(OutboxMail.id.desc())).first()
    assert mail is not None
    return mails.path_of(mail).removeprefix("/atur-sandi/")


def test_a_mailed_token_sets_a_new_password_and_ends_all_sessions(user: User, at: datetime) -> None:
    cookie = sessions.begin(user, None, "", at)
    recovery.ask("0812-3456-7890", at)
    recovery.reset(mailed_token(), NEW, at + timedelta(minutes=59))
    assert sessions.find(cookie, at) is None
    assert accounts.log_in("siti@contoh.test", NEW, "", at)[0] is user


def test_the_database_holds_the_token_neither_in_the_reset_nor_in_the_outbox(user: User, at: datetime) -> None:
    recovery.ask("siti@contoh.test", at)
    token = mailed_token()
    mail, reset = db.session.scalars(select(OutboxMail)).one(), db.session.scalars(select(PasswordReset)).one()
    assert reset.token_hash == token_hash(token)
    assert token not in f"{mail.href} {mail.params} {mail.body}"
    mails.note_sent(mail.id, at)
    assert "secret" not in mail.params


def test_asked_again_within_a_minute_sends_nothing_more(user: User, at: datetime) -> None:
    recovery.ask("siti@contoh.test", at)
    recovery.ask("081234567890", at + timedelta(seconds=59))
    assert len(db.session.scalars(select(OutboxMail)).all()) == 1
    recovery.ask("siti@contoh.test", at + timedelta(seconds=60))
    assert len(db.session.scalars(select(OutboxMail)).all()) == 2


def test_a_link_that_was_used_or_made_at_the_desk_keeps_no_mail_back(user: User, at: datetime) -> None:
    recovery.hand_out(user, people.actor(Role.CLERK), at)
    recovery.ask("siti@contoh.test", at + timedelta(seconds=5))
    recovery.reset(mailed_token(), NEW, at + timedelta(seconds=20))
    recovery.ask("siti@contoh.test", at + timedelta(seconds=40))
    assert len(db.session.scalars(select(PasswordReset)).all()) == 3


def test_two_who_ask_at_once_get_one_mail(app: Flask, user: User, at: datetime) -> None:
    assert race(app, [lambda: recovery.ask("siti@contoh.test", at)] * 4) == ["done"] * 4
    asked = select(Event).where(Event.verb == recovery.ASKED)
    assert len(db.session.scalars(asked).all()) == 1


def test_a_token_works_once(user: User, at: datetime) -> None:
    recovery.ask("siti@contoh.test", at)
    token = mailed_token()
    recovery.reset(token, NEW, at)
    with pytest.raises(NotFound):
        recovery.reset(token, "lima ayam hitam", at)


def test_a_token_is_good_for_an_hour(user: User, at: datetime) -> None:
    recovery.ask("siti@contoh.test", at)
    with pytest.raises(NotFound):
        recovery.reset(mailed_token(), NEW, at + timedelta(hours=1))


def test_using_one_token_spoils_the_others_of_the_account(user: User, at: datetime) -> None:
    recovery.ask("siti@contoh.test", at)
    first = mailed_token()
    recovery.ask("siti@contoh.test", at)
    recovery.reset(mailed_token(), NEW, at)
    assert recovery.find(first, at) is None


def test_a_weak_password_leaves_the_token_good(user: User, at: datetime) -> None:
    recovery.ask("siti@contoh.test", at)
    token = mailed_token()
    with pytest.raises(Invalid):
        recovery.reset(token, "pendek", at)
    assert recovery.find(token, at) is not None


def test_nothing_is_mailed_for_an_unknown_or_disabled_account(user: User, at: datetime) -> None:
    user.disabled_at = at
    recovery.ask("siti@contoh.test", at)
    recovery.ask("tidakada@contoh.test", at)
    assert db.session.scalars(select(OutboxMail)).all() == []


def test_the_desk_hands_out_a_link_that_is_journalled_and_told(app: Flask, at: datetime) -> None:
    user = accounts.make_user("Siti", at, phone="081234567891", password="tiga kambing biru")
    token = recovery.hand_out(user, people.actor(Role.CLERK), at)
    assert recovery.reset(token, "empat kambing hijau", at) is user
    assert accounts.log_in("081234567891", "empat kambing hijau", "", at)[0] is user
    assert db.session.scalar(select(Event.verb).where(Event.verb == "password.help")) == "password.help"
    assert db.session.scalar(select(Notice.user_id)) == user.id


def test_only_the_desk_hands_out_links_and_not_to_those_above_it(app: Flask, at: datetime) -> None:
    owner = people.member(Role.OWNER, business=businesses.business())
    officer = people.member(Role.OFFICER, buyers.buyer())
    clerk, admin = people.actor(Role.CLERK), people.actor(Role.ADMIN)
    assert reading.person_to_help(clerk, owner.id) is owner
    assert reading.person_to_help(clerk, officer.id) is None
    assert reading.person_to_help(clerk, admin.user_id or 0) is None
    assert reading.person_to_help(admin, officer.id) is officer
    assert reading.person_to_help(admin, admin.user_id or 0) is None
    for role in (Role.AUDITOR, Role.OWNER):
        nobody = people.actor(role, business=businesses.business("Lain") if role is Role.OWNER else None)
        assert reading.person_to_help(nobody, owner.id) is None
        with pytest.raises(Forbidden):
            recovery.hand_out(owner, nobody, at)
