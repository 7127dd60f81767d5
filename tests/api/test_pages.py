"""Cursor pages: every row once, in order, however the list grows meanwhile."""

from __future__ import annotations

from typing import Any

from flask import Flask

from marketplace.models import db
from marketplace.models.tenders import Tender
from marketplace.rules.businesses import BusinessState, Scale
from marketplace.rules.policy import Role
from marketplace.rules.tenders import Method, TenderState
from tests.api.callers import Caller, count_on
from tests.factories import accounts, awards, bids, businesses, buyers, tenders
from tests.factories.tenders import PRESENT


def walk(caller: Caller, path: str, name: str, limit: int, **query: Any) -> list[dict[str, Any]]:
    """Every row of a list, page by page; each page but the last is full."""
    rows: list[dict[str, Any]] = []
    cursor = ""
    for _ in range(100):
        told = caller.get(path, limit=limit, **({"cursor": cursor} if cursor else {}), **query).json or {}
        rows += told[name]
        if "next" not in told:
            assert len(told[name]) <= limit
            assert len(rows) == told["total"]
            return rows
        assert len(told[name]) == limit
        cursor = told["next"]
    raise AssertionError("it never ends")


def test_tenders_come_newest_first_a_page_at_a_time(app: Flask, stranger: Caller) -> None:
    company = buyers.buyer()
    codes = [tenders.tender(buyer=company).code for _ in range(5)]
    tenders.tender(TenderState.DRAFT, company)
    for limit in (1, 2, 5, 200):
        assert [row["id"] for row in walk(stranger, "/tenders", "tenders", limit)] == codes[::-1]


def test_a_tender_that_comes_in_between_two_pages_neither_repeats_nor_hides_another(
    app: Flask, stranger: Caller
) -> None:
    company = buyers.buyer()
    codes = [tenders.tender(buyer=company).code for _ in range(4)]
    first = stranger.get("/tenders", limit=2).json or {}
    tenders.tender(buyer=company)
    second = stranger.get("/tenders", limit=2, cursor=first["next"]).json or {}
    assert [row["id"] for row in first["tenders"] + second["tenders"]] == codes[::-1]


def test_a_page_of_tenders_takes_a_handful_of_statements(app: Flask, stranger: Caller) -> None:
    from sqlalchemy import event

    company = buyers.buyer()
    for _ in range(12):
        tenders.lot(tenders.tender(buyer=company))
    db.session.commit()
    seen: list[str] = []
    event.listen(db.engine, "before_cursor_execute", lambda *told: seen.append(told[2]))
    counts = []
    for limit in (2, 12):
        seen.clear()
        assert len((stranger.get("/tenders", limit=limit).json or {})["tenders"]) == limit
        counts.append(len(seen))
    assert counts[0] == counts[1] <= 14


def test_tenders_can_be_narrowed_to_a_state_and_to_ones_own(app: Flask) -> None:
    company = buyers.buyer()
    officer = Caller.of(app, accounts.member(Role.OFFICER, company))
    made = {state: tenders.tender(state, company).code for state in TenderState}
    tenders.tender()
    late = tenders.tender(buyer=company, closes_at=PRESENT.replace(hour=1)).code
    for state in TenderState:
        told = {row["id"] for row in walk(officer, "/tenders", "tenders", 50, mine="true", state=state.value)}
        assert told == {made[state]} | ({late} if state is TenderState.CLOSED else set())
    assert len(walk(officer, "/tenders", "tenders", 50, mine="true")) == len(TenderState) + 1
    assert walk(Caller(app), "/tenders", "tenders", 50, mine="true") == []


def test_a_limited_tender_is_listed_only_to_those_invited(app: Flask, stranger: Caller) -> None:
    tender = tenders.tender(method=Method.SELECTIVE)
    by = businesses.business()
    owner = Caller.of(app, accounts.member(Role.OWNER, business=by))
    officer = Caller.of(app, accounts.member(Role.OFFICER, db.session.get_one(Tender, tender.id).buyer))
    for caller in (stranger, owner):
        assert (caller.get("/tenders").json or {})["total"] == 0
        assert caller.get(f"/tenders/{tender.code}").status_code == 404
    told = officer.post(f"/tenders/{tender.code}/invitations", {"suppliers": [by.code]})
    assert told.status_code == 200, told.text
    assert [row["id"] for row in walk(owner, "/tenders", "tenders", 10)] == [tender.code]
    assert stranger.get(f"/tenders/{tender.code}").status_code == 404


def test_a_hidden_ceiling_is_shown_to_the_buyer_alone(app: Flask, stranger: Caller) -> None:
    tender = tenders.tender(ceiling_visible=False)
    officer = Caller.of(app, accounts.member(Role.OFFICER, tender.buyer))
    path = f"/tenders/{tender.code}"
    assert (officer.get(path).json or {})["lots"][0]["ceilingPrice"]["amount"] == 25_000
    for caller in (stranger, Caller.of(app, accounts.member(Role.OFFICER, buyers.buyer()))):
        assert "ceilingPrice" not in (caller.get(path).json or {})["lots"][0]
        assert "25000" not in caller.get("/tenders").text


def test_suppliers_are_searched_and_paged_by_everything_at_once(app: Flask) -> None:
    officer = Caller.of(app, accounts.member(Role.OFFICER, buyers.buyer()))
    made = [businesses.business(f"Dapur {n}") for n in range(5)]
    businesses.certificate(made[0], "HALAL")
    businesses.business("Bengkel Las", category="seragam-kerja", area_code="36.72.04.1001", scale=Scale.SMALL)
    businesses.business("Dapur Tutup", state=BusinessState.CLOSED)
    raw = businesses.business("Dapur Mentah", state=BusinessState.REGISTERED, verified_at=None)

    def found(**query: Any) -> list[str]:
        return [row["name"] for row in walk(officer, "/suppliers", "suppliers", 2, **query)]

    assert found(q="dapur") == [*(f"Dapur {n}" for n in range(5)), "Dapur Mentah"]
    assert found(q="dapur", ready="true") == [f"Dapur {n}" for n in range(5)]
    assert found(category="katering-harian", certificate="HALAL") == ["Dapur 0"]
    assert found(region="Ciwandan") == found(region="36.72.04") == found(scale="kecil") == ["Bengkel Las"]
    assert found(q="100%") == found(category="roket") == []
    told = officer.get(f"/suppliers/{raw.code}").json or {}
    assert (told["registered"], told["verifiedActive"], told["trained"], told["certified"]) == (
        True,
        False,
        False,
        False,
    )


def test_a_certificate_that_ran_out_is_not_told(app: Flask) -> None:
    officer = Caller.of(app, accounts.member(Role.OFFICER, buyers.buyer()))
    by = businesses.business()
    yesterday, tomorrow = (PRESENT.date().replace(day=day) for day in (23, 25))
    businesses.certificate(by, "SLHS", until=yesterday)
    businesses.certificate(by, "HALAL", until=tomorrow)
    for told in (officer.get(f"/suppliers/{by.code}").json, (officer.get("/suppliers").json or {})["suppliers"][0]):
        assert [held["type"] for held in told["certificates"]] == ["HALAL"]


def test_awards_and_ones_own_bids_are_paged(app: Flask, stranger: Caller) -> None:
    by = businesses.business()
    final = [awards.final(PRESENT, by).code for _ in range(3)]
    assert [row["id"] for row in walk(stranger, "/awards", "awards", 2)] == final[::-1]
    owner = Caller.of(app, accounts.member(Role.OWNER, business=by))
    count_on()
    sealed = bids.sealed(tenders.tender(), by).code
    told = walk(owner, "/bids", "bids", 2)
    assert told[0]["id"] == sealed
    assert len(told) == 4
    assert walk(Caller.of(app, accounts.member(Role.OWNER, business=businesses.business())), "/bids", "bids", 2) == []


def test_every_category_is_told_with_its_trade(stranger: Caller) -> None:
    told = (stranger.get("/categories").json or {})["categories"]
    by_id = {row["id"]: row for row in told}
    assert len(told) == len(by_id) > 100
    assert by_id["katering-harian"]["parent"] == "catering"
    assert all("parent" not in row or row["parent"] in by_id for row in told)
