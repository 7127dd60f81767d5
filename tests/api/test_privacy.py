"""No personal data in any answer, to nobody; no price of a sealed bid; no name of who asked."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from flask import Flask

from marketplace.api.doors import OPERATIONS
from marketplace.models import db
from marketplace.models.businesses import Business
from marketplace.rules.policy import Role
from marketplace.services import keyring
from tests.api.callers import Caller, Endless
from tests.api.test_roles import address, may_enter
from tests.web import worlds

OWNER, PHONE, NIK, BORN = "Rahasiawati Contoh", "+6281299990001", "3672019901990001", date(1999, 1, 19)
SECRETS = (OWNER, PHONE, PHONE[3:], NIK, "1999-01-19", "rahasiawati")


@pytest.fixture
def known(app: Flask, world: worlds.World) -> worlds.World:
    """Every business has an owner of whom everything is on file; every person an address and a phone."""
    app.extensions["limits"] = Endless()
    for business in db.session.query(Business):
        business.owner_name = OWNER
        filled: dict[str, Any] = {"owner_birth_date": BORN, "phone_cipher": keyring.encrypt(PHONE)}
        filled |= {"nik_cipher": keyring.encrypt(NIK)}
        for name, value in filled.items():
            if hasattr(Business, name):
                setattr(business, name, value)
    for person in world.people.values():
        person.name, person.email = OWNER, f"rahasiawati{person.id}@contoh.test"
        person.phone_cipher = keyring.encrypt(PHONE)
    db.session.commit()
    return world


@pytest.mark.parametrize("role", [None, *Role], ids=str)
def test_no_answer_holds_a_persons_data(app: Flask, known: worlds.World, role: Role | None) -> None:
    caller = Caller.of(app, known.people[role] if role else None)
    read = 0
    for operation in OPERATIONS:
        if operation.method != "GET" or not may_enter(operation, role):
            continue
        answer = caller.get(address(operation, known, "own", role))
        assert answer.status_code in {200, 404}, operation.name
        read += answer.status_code == 200
        assert [secret for secret in SECRETS if secret in answer.text] == [], operation.name
    assert read >= 4


def test_buyers_do_not_find_a_business_by_its_owners_name(app: Flask, known: worlds.World) -> None:
    officer = Caller.of(app, known.people[Role.OFFICER])
    assert (officer.get("/suppliers").json or {})["total"] > 0
    assert (officer.get("/suppliers", q="rahasiawati").json or {})["total"] == 0


def test_who_asked_a_question_is_told_to_nobody(app: Flask, known: worlds.World) -> None:
    path = f"/tenders/{known.things['tender'].own}/questions"
    for role in (None, Role.OFFICER, Role.AUDITOR):
        told = Caller.of(app, known.people[role] if role else None).get(path)
        assert told.status_code == 200
        (question,) = (told.json or {})["questions"]
        assert set(question) == {"id", "description", "date"}
        assert known.things["supplier"].own not in told.text
