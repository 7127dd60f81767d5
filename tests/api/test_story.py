"""The main job through the API alone: from a text to a contract that both sides confirmed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from flask import Flask

from marketplace.models import db
from marketplace.models.bids import Bid
from marketplace.models.sessions import IdempotentAnswer
from marketplace.rules.policy import Role
from marketplace.rules.tenders import DRAIN
from tests.api import bodies
from tests.api.callers import Caller
from tests.api.test_doors import assert_problem
from tests.factories import accounts, businesses, buyers
from tests.factories.tenders import PRESENT

PRICES = (21_113, 19_997)
"""Prices that stand nowhere else, so that they can be looked for."""


@dataclass
class Cast:
    """Who acts."""

    officer: Caller
    approver: Caller
    owners: list[Caller]
    codes: list[str]
    outsider: Caller


@pytest.fixture
def cast(app: Flask) -> Cast:
    """A company whose officer may decide on little alone, two caterers able to do 600 a day each, and a third party."""
    company = buyers.buyer(approval_limit=1_000_000)
    able = [businesses.business(f"Dapur {n}", capacity=600) for n in (1, 2)]
    for business in able:
        for code in ("HALAL", "SLHS"):
            businesses.certificate(business, code)
    return Cast(
        Caller.of(app, accounts.member(Role.OFFICER, company)),
        Caller.of(app, accounts.member(Role.APPROVER, company)),
        [Caller.of(app, accounts.member(Role.OWNER, business=business)) for business in able],
        [business.code for business in able],
        Caller.of(app, accounts.member(Role.OFFICER, buyers.buyer("PT Lain"))),
    )


def said(answer: Any, status: int = 200) -> dict[str, Any]:
    """The document of an answer that must have gone well."""
    assert answer.status_code == status, answer.text
    told: dict[str, Any] = answer.json
    return told


def published(cast: Cast) -> str:
    """From a text to a published tender with an invited supplier; returns its code."""
    text = "katering makan siang 1.000 box per hari mulai 1 Januari 2027 selama 31 hari, wajib halal"
    understood = said(cast.officer.post("/understand", {"text": text}))
    assert (understood["category"], understood["quantityPerDay"]) == ("catering", 1000)
    assert understood["certificates"] == ["HALAL"]
    assert understood["contractPeriod"] == {"startDate": "2027-01-01", "endDate": "2027-01-31"}
    code = str(said(cast.officer.post("/tenders", bodies.TENDER), 201)["id"])
    assert_problem(cast.outsider.get(f"/tenders/{code}"), 404)
    ranking = said(cast.officer.get(f"/tenders/{code}/matches"))
    assert {match["supplier"]["id"] for match in ranking["matches"]} == set(cast.codes)
    for match in ranking["matches"]:
        assert sum(part["points"] for part in match["parts"]) == pytest.approx(match["score"], abs=0.06)
        assert all(part["reason"] for part in match["parts"])
    assert ranking["supply"]["passing"] == 2
    assert said(cast.officer.post(f"/tenders/{code}/publish"))["status"] == "active"
    invited = said(cast.officer.post(f"/tenders/{code}/invitations", {"suppliers": cast.codes[:1]}))
    assert [supplier["id"] for supplier in invited["suppliers"]] == cast.codes[:1]
    return code


def assert_sealed(cast: Cast, code: str, bids: list[str]) -> None:
    """No price stands in any answer or in what the database keeps."""
    told = [
        cast.officer.get(f"/tenders/{code}"),
        cast.officer.get(f"/tenders/{code}/bids"),
        cast.approver.get(f"/tenders/{code}/bids"),
        *(owner.get("/bids") for owner in cast.owners),
        *(owner.get(f"/bids/{bid}") for owner, bid in zip(cast.owners, bids, strict=True)),
    ]
    for answer in told:
        assert answer.status_code == 200
        assert 'price":{' not in answer.text
        assert not any(str(price) in answer.text for price in PRICES)
    assert said(told[0])["numberOfTenderers"] == 2
    assert said(told[1])["bids"] == []
    for bid in db.session.query(Bid):
        assert bid.sealed is not None
        assert all(line.price is None for line in bid.lines)
        assert not any(str(price).encode() in bid.sealed for price in PRICES)
    for kept in db.session.query(IdempotentAnswer):
        assert not any(str(price) in kept.body for price in PRICES)


def test_the_main_job_is_done_through_the_api_alone(cast: Cast) -> None:
    code = published(cast)
    question = said(cast.owners[1].post(f"/tenders/{code}/questions", {"text": "Boleh dua dapur?"}), 201)
    answered = said(cast.officer.post(f"/tenders/{code}/questions/{question['id']}/answer", {"text": "Boleh."}))
    assert answered["answer"] == "Boleh."
    assert said(cast.owners[0].get(f"/tenders/{code}/questions"))["questions"] == [answered]

    bids = []
    for n, owner in enumerate(cast.owners):
        path = f"/tenders/{code}/bids"
        said(owner.post(path, bodies.bid(price=24_000, quantityPerDay=100)), 201)
        sent = said(owner.post(path, bodies.bid(price=PRICES[n], quantityPerDay=600), key="tawar"), 201)
        assert (sent["state"], sent["status"], len(sent["fingerprint"])) == ("sealed", "pending", 64)
        bids.append(sent["id"])
    assert_sealed(cast, code, bids)
    assert_problem(cast.officer.post(f"/tenders/{code}/open"), 409, "before_deadline")
    assert_problem(cast.owners[0].get(f"/bids/{bids[1]}"), 404)

    closes = PRESENT + timedelta(days=3)
    with time_machine.travel(closes + DRAIN + timedelta(minutes=1), tick=False):
        award_and_contract(cast, code, bids)


def award_and_contract(cast: Cast, code: str, bids: list[str]) -> None:
    """From the opening to the contract."""
    assert_problem(cast.owners[0].post(f"/tenders/{code}/bids", bodies.BID), 409, "too_late")
    assert said(cast.officer.post(f"/tenders/{code}/open"))["state"] == "evaluating"
    opened = {bid["id"]: bid for bid in said(cast.officer.get(f"/tenders/{code}/bids"))["bids"]}
    assert [opened[bid]["lines"][0]["price"]["amount"] for bid in bids] == list(PRICES)
    assert all(0 < opened[bid]["lines"][0]["score"] <= 100 for bid in bids)
    assert [opened[bid]["lines"][0]["freePerDay"] for bid in bids] == [600, 600]
    assert cast.outsider.get(f"/tenders/{code}/bids").status_code == 404

    first = {**bodies.TERMS, "price": 18_000, "quantityPerDay": 600, "expiresAt": "2026-11-29T17:00:00+07:00"}
    thread = said(cast.officer.post(f"/bids/{bids[0]}/negotiations", {**first, "relatedLot": "1"}), 201)
    path = f"/negotiations/{thread['id']}"
    assert_problem(cast.officer.post(path + "/accept"), 403, "own_offer")
    countered = said(cast.owners[0].post(path + "/offers", {**first, "price": 19_000}), 201)
    assert [(offer["side"], offer["state"]) for offer in countered["offers"]] == [
        ("buyer", "countered"),
        ("supplier", "made"),
    ]
    assert {offer["expiresAt"] for offer in countered["offers"]} == {"2026-11-29T10:00:00Z"}
    assert said(cast.officer.post(path + "/accept"))["state"] == "agreed"

    shares = [{"bid": bid, "relatedLot": "1", "quantityPerDay": n} for bid, n in zip(bids, (600, 400), strict=True)]
    body = {"shares": shares, "reason": "Harga setelah negosiasi"}
    proposed = said(cast.officer.post(f"/tenders/{code}/awards", body), 201)["awards"]
    assert [(award["status"], award["price"]["amount"]) for award in proposed] == [
        ("pending", 19_000),
        ("pending", PRICES[1]),
    ]
    assert_problem(cast.officer.post(f"/tenders/{code}/awards/approve"), 403, "forbidden")
    final = said(cast.approver.post(f"/tenders/{code}/awards/approve"))["awards"]
    assert {award["status"] for award in final} == {"active"}
    assert said(cast.outsider.get("/awards"))["total"] == 2

    (contract,) = said(cast.owners[0].get("/contracts"))["contracts"]
    assert contract["awardID"] == proposed[0]["id"]
    assert (contract["quantity"], contract["value"]["amount"]) == (600 * 31, 19_000 * 600 * 31)
    path = f"/contracts/{contract['id']}"
    assert said(cast.owners[0].post(path + "/confirm"))["state"] == "confirmed"
    assert_problem(cast.owners[0].post(path + "/confirm"), 409, "already_confirmed")
    signed = said(cast.officer.post(path + "/confirm"))
    assert (signed["state"], signed["status"]) == ("active", "active")
    assert signed["dateSigned"].endswith("Z")
    assert_problem(cast.owners[1].get(path), 404)
    assert_problem(cast.outsider.get(path), 404)
