"""Tokens, problems and limits: what every operation of the API has in common."""

from __future__ import annotations

import time
from typing import Any

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from marketplace.api import doors
from marketplace.models import db
from marketplace.models.accounts import ApiToken, User
from marketplace.models.tenders import Tender
from marketplace.rules.policy import Role
from marketplace.services import accounts as service
from tests.api import bodies
from tests.api.callers import ROOT, Caller
from tests.factories import accounts, buyers
from tests.factories.tenders import PRESENT


@pytest.fixture
def person(app: Flask) -> User:
    """An officer of a company with one site."""
    return accounts.member(Role.OFFICER, buyers.buyer())


@pytest.fixture
def officer(app: Flask, person: User) -> Caller:
    """Their caller."""
    return Caller.of(app, person)


def assert_problem(answer: TestResponse, status: int, code: str = "", field: str = "") -> dict[str, Any]:
    """It is an RFC 9457 problem document that says so."""
    told: dict[str, Any] = answer.json or {}
    assert (answer.status_code, told.get("status")) == (status, status), answer.text
    assert answer.content_type == "application/problem+json"
    assert told["type"].startswith("urn:rantai-lokal:problem:")
    assert told["title"]
    assert not code or told["code"] == code
    if field:
        assert field in {fault["field"] for fault in told["errors"]}
    return told


# -- tokens ------------------------------------------------------------------------


def test_a_token_is_stored_as_its_hash_only(app: Flask, officer: Caller) -> None:
    assert officer.get("/me").status_code == 200
    row = db.session.query(ApiToken).one()
    stored = {str(getattr(row, column.key)) for column in ApiToken.__table__.columns}
    assert officer.token.startswith("rl_")
    assert not any(officer.token in value or officer.token[3:] in value for value in stored)
    assert len(row.token_hash) == 64


@pytest.mark.parametrize(
    "header", ["Bearer rl_wrong", "Bearer", "Bearer ", "Basic cHdkOnB3ZA==", "rl_x", "Bearer é", "Bearer a b"]
)
def test_a_token_that_nobody_issued_is_refused_even_where_none_is_needed(stranger: Caller, header: str) -> None:
    for path in ("/me", "/categories"):
        answer = stranger.send("get", path, headers={"Authorization": header})
        assert_problem(answer, 401, "unauthenticated")
        assert answer.headers["WWW-Authenticate"] == "Bearer"


def test_a_revoked_token_is_refused(app: Flask, officer: Caller) -> None:
    assert officer.get("/me").status_code == 200
    db.session.query(ApiToken).update({"revoked_at": PRESENT})
    assert_problem(officer.get("/me"), 401, "unauthenticated")
    assert_problem(officer.get("/categories"), 401, "unauthenticated")


def test_a_disabled_person_is_refused(app: Flask, person: User, officer: Caller) -> None:
    service.disable(person, accounts.actor(Role.ADMIN), PRESENT, "Pindah kerja")
    assert_problem(officer.get("/me"), 401, "unauthenticated")


def test_the_token_of_an_ended_role_is_refused_even_when_the_person_has_another_role(
    app: Flask, person: User, officer: Caller
) -> None:
    other = accounts.member(Role.AUDITOR, who=person)
    second = Caller(app, service.issue_token(other.memberships[1], "test", PRESENT))
    service.end_membership(person.memberships[0], accounts.actor(Role.ADMIN), PRESENT, "Pindah kerja")
    assert_problem(officer.get("/me"), 401, "unauthenticated")
    assert (second.get("/me").json or {})["role"] == "auditor"


def test_a_role_that_ended_without_revoking_its_tokens_still_opens_nothing(
    app: Flask, person: User, officer: Caller
) -> None:
    person.memberships[0].ended_at = PRESENT
    assert_problem(officer.get("/me"), 401, "unauthenticated")


def test_a_page_session_is_no_key_to_the_api(app: Flask, person: User) -> None:
    from tests.visitors import Visitor

    browser = Visitor.of(app, person)
    assert browser.get(f"{ROOT}/me").status_code == 401
    assert browser.open("post", f"{ROOT}/tenders", json=bodies.TENDER).status_code == 401


def test_me_names_role_company_and_sites(person: User, officer: Caller) -> None:
    company = person.memberships[0].buyer
    assert company is not None
    site = {"id": str(company.sites[0].id), "name": "Pabrik 1", "locality": "Banjar Negara", "region": "Ciwandan"}
    assert officer.get("/me").json == {
        "role": "officer",
        "buyer": {"id": company.code, "name": company.name},
        "sites": [site],
    }


def test_answers_to_a_token_are_not_kept_by_caches(officer: Caller, stranger: Caller) -> None:
    assert officer.get("/tenders").headers["Cache-Control"] == "no-store"
    assert stranger.get("/categories").headers["X-Content-Type-Options"] == "nosniff"


# -- what cannot be read ------------------------------------------------------------


def test_a_body_that_is_no_json_is_a_400(officer: Caller) -> None:
    for content in (b"", b"{", b"nil", b'{"title": "\xff"}', b'{"title": "\\ud800"}', b"[" * 5000):
        answer = officer.send("post", "/tenders", data=content, content_type="application/json")
        assert_problem(answer, 400, "malformed")


def test_a_body_that_is_not_declared_json_is_a_415(officer: Caller) -> None:
    for kind in ("text/plain", "application/x-www-form-urlencoded", "multipart/form-data", ""):
        answer = officer.send("post", "/tenders", data=b'{"title": "x"}', content_type=kind)
        assert_problem(answer, 415, "unsupported_media_type")


def test_json_that_is_no_object_is_a_422(officer: Caller) -> None:
    for content in (b"[]", b"null", b"7", b'"x"'):
        answer = officer.send("post", "/tenders", data=content, content_type="application/json")
        assert_problem(answer, 422, "invalid")


LOT = "lots.0."
WRONG: list[tuple[dict[str, Any], str]] = [
    ({}, "title"),
    (bodies.tender(title=7), "title"),
    (bodies.tender(title=""), "title"),
    (bodies.tender(title="x" * 201), "title"),
    (bodies.tender(title="a\x00b"), "title"),
    (bodies.tender(judul="x"), "judul"),
    (bodies.tender(payment_days=14), "payment_days"),
    (bodies.tender(paymentDays=True), "paymentDays"),
    (bodies.tender(paymentDays="14"), "paymentDays"),
    (bodies.tender(paymentDays=14.5), "paymentDays"),
    (bodies.tender(paymentDays=-1), "paymentDays"),
    (bodies.tender(paymentDays=121), "paymentDays"),
    (bodies.tender(ceilingVisible="yes"), "ceilingVisible"),
    (bodies.tender(procurementMethod="limited"), "procurementMethod"),
    (bodies.tender(weights={"price": 100}), "weights.price"),
    (bodies.tender(site="pabrik"), "site"),
    (bodies.tender(site="999999999"), "site"),
    (bodies.tender(site="9" * 30), "site"),
    (bodies.tender(tenderPeriod={"endDate": "2026-11-27T10:00:00"}), "tenderPeriod.endDate"),
    (bodies.tender(tenderPeriod={"endDate": "2026-11-27"}), "tenderPeriod.endDate"),
    (bodies.tender(tenderPeriod={"endDate": 1795600000}), "tenderPeriod.endDate"),
    (bodies.tender(tenderPeriod={"endDate": "2026-11-24T11:00:00+07:00"}), "tenderPeriod.endDate"),
    (bodies.tender(lots=[]), "lots"),
    (bodies.tender(summary="kata " * 51), "summary"),
    (bodies.tender(summary="   "), "summary"),
    (bodies.lot(ceilingPrice=10**15), LOT + "ceilingPrice"),
    (bodies.lot(ceilingPrice=1e15), LOT + "ceilingPrice"),
    (bodies.lot(ceilingPrice=10**40), LOT + "ceilingPrice"),
    (bodies.lot(ceilingPrice=0), LOT + "ceilingPrice"),
    (bodies.lot(ceilingPrice={"amount": 1}), LOT + "ceilingPrice"),
    (bodies.lot(quantityPerDay=10**15), LOT + "quantityPerDay"),
    (bodies.lot(quantityPerDay=10**10), LOT + "quantity"),
    (bodies.lot(quantity=31_000), LOT + "quantity"),
    (bodies.lot(minSharePerDay=1001), LOT + "minSharePerDay"),
    (bodies.lot(maxKm=301), LOT + "maxKm"),
    (bodies.lot(category="roket"), LOT + "category"),
    (bodies.lot(requirements=[{"certificate": "ROKET"}]), LOT + "requirements"),
    (bodies.lot(requirements=["HALAL"]), LOT + "requirements.0"),
    (bodies.lot(contractPeriod={"startDate": "2027-01-31", "endDate": "2027-01-01"}), LOT + "contractPeriod.endDate"),
    (bodies.lot(contractPeriod={"startDate": "2027-02-30", "endDate": "2027-03-01"}), LOT + "contractPeriod.startDate"),
    (bodies.lot(items=[{"description": "Nasi", "quantity": 10**10}]), LOT + "items.0.quantity"),
]


def test_a_field_that_does_not_fit_is_named_and_nothing_is_made(officer: Caller) -> None:
    for body, field in WRONG:
        told = assert_problem(officer.post("/tenders", body), 422, field=field)
        assert all(fault["detail"] for fault in told["errors"])
    assert db.session.query(Tender).count() == 0


def test_a_whole_number_may_be_written_as_json_writes_it(officer: Caller) -> None:
    answer = officer.post("/tenders", bodies.lot(ceilingPrice=25000.0))
    assert answer.status_code == 201, answer.text
    assert (answer.json or {})["lots"][0]["ceilingPrice"] == {"amount": 25000, "currency": "IDR"}


QUERIES: list[tuple[str, dict[str, str], str]] = [
    ("/tenders", {"limit": "0"}, "limit"),
    ("/tenders", {"limit": "201"}, "limit"),
    ("/tenders", {"limit": "x"}, "limit"),
    ("/tenders", {"cursor": "x"}, "cursor"),
    ("/tenders", {"cursor": "9" * 20}, "cursor"),
    ("/tenders", {"cursor": "²"}, "cursor"),
    ("/tenders", {"state": "secret"}, "state"),
    ("/tenders", {"sort": "price"}, "sort"),
    ("/suppliers", {"scale": "huge"}, "scale"),
    ("/suppliers", {"ready": "perhaps"}, "ready"),
    ("/suppliers", {"q": "x" * 201}, "q"),
]


def test_a_query_that_does_not_fit_is_named(officer: Caller) -> None:
    for path, query, field in QUERIES:
        assert_problem(officer.get(path, **query), 422, "invalid", field)


def test_a_nul_in_an_address_is_a_400(officer: Caller) -> None:
    assert_problem(officer.send("get", "/suppliers?q=%00"), 400)
    assert_problem(officer.send("get", "/suppliers/%00"), 400)


@pytest.mark.parametrize("method", ["get", "post"])
def test_an_unknown_address_is_a_404_problem(officer: Caller, stranger: Caller, method: str) -> None:
    for path in ("/", "/nothing", "/tenders/", "/tenders/K-26-0001/nothing", "/Tenders"):
        for caller in (officer, stranger):
            assert_problem(caller.send(method, path), 404, "not_found")


@pytest.mark.parametrize(
    ("method", "path", "allowed"),
    [
        ("delete", "/tenders", {"GET", "POST", "HEAD", "OPTIONS"}),
        ("put", "/tenders/K-26-0001", {"GET", "HEAD", "OPTIONS"}),
        ("get", "/tenders/K-26-0001/publish", {"POST", "OPTIONS"}),
        ("post", "/categories", {"GET", "HEAD", "OPTIONS"}),
        ("post", "/openapi.json", {"GET", "HEAD", "OPTIONS"}),
    ],
)
def test_a_wrong_method_is_a_405_that_names_the_right_ones(
    officer: Caller, method: str, path: str, allowed: set[str]
) -> None:
    answer = officer.send(method, path)
    assert_problem(answer, 405, "method_not_allowed")
    assert {name.strip() for name in answer.headers["Allow"].split(",")} == allowed


def test_a_body_larger_than_any_need_is_a_413(officer: Caller) -> None:
    answer = officer.send("post", "/tenders", data=b" " * (13 * 1024 * 1024), content_type="application/json")
    assert_problem(answer, 413)


# -- limits ------------------------------------------------------------------------


def test_who_asks_too_often_is_told_when_to_come_back(
    app: Flask, person: User, officer: Caller, stranger: Caller, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(doors, "HITS", 3)
    second = Caller.of(app, person)
    assert [officer.get("/categories").status_code for _ in range(3)] == [200] * 3
    answer = officer.get("/categories")
    assert_problem(answer, 429, "too_many")
    assert 1 <= int(answer.headers["Retry-After"]) <= doors.SECONDS
    assert_problem(officer.post("/tenders", bodies.TENDER), 429, "too_many")
    assert second.get("/categories").status_code == 200, "another token has a count of its own"
    assert stranger.get("/categories").status_code == 200


def test_guessing_tokens_is_counted_by_address(stranger: Caller, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(doors, "HITS", 3)
    told = [
        stranger.send("get", "/me", headers={"Authorization": f"Bearer rl_{n}", "Cookie": f"sesi={n}"}).status_code
        for n in range(5)
    ]
    assert told == [401, 401, 401, 429, 429]


def test_an_act_does_not_wait_for_its_own_limit(app: Flask, officer: Caller) -> None:
    """On SQLite there is one writer, for whom others wait half a minute: the limit must not be counted while the act's
    transaction is open."""
    begun = time.perf_counter()
    assert officer.post("/tenders", bodies.TENDER).status_code == 201
    assert time.perf_counter() - begun < 20
