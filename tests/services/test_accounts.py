"""Accounts: made, changed, disabled; roles; tokens."""

from __future__ import annotations

from datetime import datetime

import pytest
from flask import Flask
from sqlalchemy import select

from marketplace.models import db
from marketplace.models.accounts import ApiToken, User
from marketplace.models.audit import Event
from marketplace.models.sessions import LoginSession
from marketplace.rules.policy import Actor, Role
from marketplace.rules.refusals import Forbidden, Invalid
from marketplace.services import accounts, keyring, passwords, sessions
from tests.factories import accounts as people
from tests.factories import businesses, buyers

SECRET = "tiga kambing biru"


def made(at: datetime, **more: str) -> User:
    return accounts.make_user("Siti Contoh", at, **{"email": "siti@contoh.test", "password": SECRET, **more})


def test_a_phone_number_stands_nowhere_in_plain_text(app: Flask, at: datetime) -> None:
    user = made(at, phone="0812-3456-7890")
    assert keyring.decrypt(user.phone_cipher) == "+6281234567890"
    assert b"81234567890" not in (user.phone_cipher or b"")
    assert all("81234567890" not in str(e.details) for e in db.session.scalars(select(Event)))


@pytest.mark.parametrize("written", ["0812-345-678", "62812345678", " 62 812 345 678", "+62812345678", "812345678"])
def test_a_number_with_its_country_code_but_no_plus_is_the_same_number(app: Flask, at: datetime, written: str) -> None:
    assert accounts.phone_of(written) == "+62812345678"


@pytest.mark.parametrize("phone", ["12", "0812", "bukan nomor", "+62 812 3456 7890 1234 5678"])
def test_an_impossible_phone_number_is_refused(app: Flask, at: datetime, phone: str) -> None:
    with pytest.raises(Invalid) as refused:
        made(at, phone=phone)
    assert refused.value.field == "phone"


@pytest.mark.parametrize("password", ["pendek", "1234567890123", "aaaaaaaaaaaa", "password123", "siti@contoh.test"])
def test_a_weak_password_is_refused(app: Flask, at: datetime, password: str) -> None:
    with pytest.raises(Invalid) as refused:
        made(at, password=password)
    assert refused.value.field == "password"


def test_two_accounts_never_share_an_address_or_a_number(app: Flask, at: datetime) -> None:
    made(at, phone="081234567890")
    with pytest.raises(Invalid) as email:
        made(at, phone="081200000000")
    with pytest.raises(Invalid) as phone:
        made(at, email="lain@contoh.test", phone="+62 812 3456 7890")
    assert (email.value.field, phone.value.field) == ("email", "phone")


def test_an_account_keeps_at_least_one_way_in(app: Flask, at: datetime) -> None:
    user = made(at)
    with pytest.raises(Invalid):
        accounts.change_contact(user, " ", "", Actor(user_id=user.id), at)
    accounts.change_contact(user, "", "081234567890", Actor(user_id=user.id), at)
    assert user.email is None
    assert accounts.find("0812 3456 7890") is user


def test_a_new_password_ends_every_session_and_the_old_one_is_worthless(app: Flask, at: datetime) -> None:
    user = made(at)
    token = sessions.begin(user, None, "", at)
    accounts.set_password(user, "empat kucing merah", Actor(user_id=user.id), at)
    assert sessions.find(token, at) is None
    with pytest.raises(Invalid):
        accounts.log_in("siti@contoh.test", SECRET, "", at)
    assert accounts.log_in("siti@contoh.test", "empat kucing merah", "", at)[0] is user


def test_a_hash_made_with_old_parameters_is_made_anew_at_the_next_login(app: Flask, at: datetime) -> None:
    user = made(at)
    user.password_hash = passwords.PasswordHasher(time_cost=2, memory_cost=64, parallelism=1).hash(SECRET)
    before = user.password_hash
    accounts.log_in("siti@contoh.test", SECRET, "", at)
    assert user.password_hash != before
    assert not passwords.outdated(user.password_hash)


def test_who_waited_without_a_role_acts_in_the_first_one_given(app: Flask, at: datetime) -> None:
    user, admin = made(at), people.actor(Role.ADMIN)
    sessions.begin(user, None, "", at)
    given = accounts.add_membership(user, Role.OWNER, admin, at, business=businesses.business())
    assert db.session.scalar(select(LoginSession.membership_id).where(LoginSession.user_id == user.id)) == given.id


def test_the_same_role_is_not_given_twice(app: Flask, at: datetime) -> None:
    user, admin, company = made(at), people.actor(Role.ADMIN), buyers.buyer()
    first = accounts.add_membership(user, Role.OFFICER, admin, at, buyer=company)
    db.session.expire(user)
    assert accounts.add_membership(user, Role.OFFICER, admin, at, buyer=company) is first


def test_an_ended_role_opens_nothing_any_more(app: Flask, at: datetime) -> None:
    company = buyers.buyer()
    user, approver = people.member(Role.OFFICER, company), people.actor(Role.APPROVER, company)
    bearer = accounts.issue_token(user.memberships[0], "", at)
    cookie = sessions.begin(user, user.memberships[0], "", at)
    accounts.end_membership(user.memberships[0], approver, at, "pindah bagian")
    login = sessions.find(cookie, at)
    assert login is not None
    assert sessions.actor_of(login.user, login.membership).role is None
    assert accounts.find_token(bearer) is None


def test_nobody_ends_their_own_role_or_one_of_another_company(app: Flask, at: datetime) -> None:
    company = buyers.buyer()
    approver, stranger = people.member(Role.APPROVER, company), people.actor(Role.APPROVER, buyers.buyer("PT Lain"))
    membership = approver.memberships[0]
    with pytest.raises(Invalid):
        accounts.end_membership(membership, sessions.actor_of(approver, membership), at)
    with pytest.raises(Forbidden):
        accounts.end_membership(membership, stranger, at)
    with pytest.raises(Forbidden):
        accounts.end_membership(membership, people.actor(Role.OFFICER, company), at)


def test_a_disabled_account_is_out_at_once_and_comes_back_when_enabled(app: Flask, at: datetime) -> None:
    user, admin = people.member(Role.AUDITOR), people.actor(Role.ADMIN)
    user.password_hash = passwords.hashed(SECRET)
    cookie, bearer = sessions.begin(user, None, "", at), accounts.issue_token(user.memberships[0], "", at)
    accounts.disable(user, admin, at, "keluar dari dinas")
    assert sessions.find(cookie, at) is None
    assert accounts.find_token(bearer) is None
    accounts.enable(user, admin, at)
    assert accounts.log_in(user.email or "", SECRET, "", at)[0] is user


def test_only_an_administrator_disables_and_never_themselves(app: Flask, at: datetime) -> None:
    admin = people.member(Role.ADMIN)
    with pytest.raises(Invalid):
        accounts.disable(admin, sessions.actor_of(admin, admin.memberships[0]), at, "")
    with pytest.raises(Forbidden):
        accounts.disable(admin, people.actor(Role.HEAD), at, "")


def test_a_token_is_found_by_itself_only_and_stored_as_a_hash(app: Flask, at: datetime) -> None:
    user = people.member(Role.AUDITOR)
    token = accounts.issue_token(user.memberships[0], "laptop", at)
    stored = db.session.scalars(select(ApiToken)).one()
    assert accounts.find_token(token) is stored
    assert token not in stored.token_hash
    assert accounts.find_token(token + "x") is None
    stored.revoked_at = at
    assert accounts.find_token(token) is None
