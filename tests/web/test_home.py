"""The first page of each frame."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from flask import Flask
from sqlalchemy import Engine, event

from marketplace.models import db
from marketplace.models.accounts import User
from marketplace.models.tenders import TenderInvitation
from marketplace.rules.awards import AwardState
from marketplace.rules.bids import BidState
from marketplace.rules.certificates import CertificateState
from marketplace.rules.policy import Role
from marketplace.rules.tenders import TenderState
from tests.factories import accounts, awards, bids, businesses, buyers, contracts, tenders
from tests.factories.tenders import PRESENT
from tests.visitors import Visitor

pytestmark = pytest.mark.usefixtures("present")
CITY = (Role.CLERK, Role.VERIFIER, Role.HEAD, Role.AUDITOR, Role.ADMIN)


def test_a_stranger_reads_what_this_is_and_which_needs_close_first(app: Flask, client: Visitor) -> None:
    later = tenders.tender(closes_at=PRESENT + timedelta(days=9), title="Nanti ditutup")
    sooner = tenders.tender(title="Segera ditutup")
    tenders.tender(TenderState.DRAFT, title="Masih rahasia")
    page = client.get("/").text
    assert page.index(sooner.title) < page.index(later.title)
    assert "Masih rahasia" not in page
    assert "/klaim-usaha" in page


def test_the_landing_page_carries_the_uptake_sentence(app: Flask, client: Visitor) -> None:
    factory = buyers.buyer()
    awards.final(PRESENT, buyer=factory)
    awards.spent(factory, date(2026, 11, 1), 155_000_000)
    assert "Rp62 juta, 40% belanja pabrik triwulan 4 2026, dipasok 1 UMKM Cilegon" in " ".join(
        client.get("/").text.split()
    )


def test_an_owner_sees_the_most_urgent_first(app: Flask) -> None:
    of = businesses.business()
    soon, late = tenders.tender(title="Undangan dekat"), tenders.tender(title="Undangan jauh")
    late.closes_at = PRESENT + timedelta(days=20)
    for one in (late, soon):
        db.session.add(TenderInvitation(tender_id=one.id, business_id=of.id, invited_at=PRESENT))
    businesses.certificate(of, "SLHS", PRESENT.date() + timedelta(days=10))
    page = Visitor.of(app, accounts.member(Role.OWNER, business=of)).get("/").text
    waiting = page[page.index("Menunggu Anda") : page.index("Tidak ada peluang lain hari ini")]
    places = [waiting.index(text) for text in ("Undangan dekat", "segera berakhir", "Undangan jauh")]
    assert places == sorted(places)


def test_a_renewed_certificate_no_longer_warns(app: Flask) -> None:
    of = businesses.business()
    businesses.certificate(of, "SLHS", PRESENT.date() + timedelta(days=10))
    businesses.certificate(of, "SLHS", PRESENT.date() + timedelta(days=900))
    assert "segera berakhir" not in Visitor.of(app, accounts.member(Role.OWNER, business=of)).get("/").text


def test_an_owner_is_shown_what_they_could_bid_for_today(app: Flask) -> None:
    of = businesses.business(capacity=2_000)
    tenders.tender(title="Cocok sekali")
    page = Visitor.of(app, accounts.member(Role.OWNER, business=of)).get("/").text
    assert "1 peluang baru cocok untuk Anda" in page
    assert "Cocok sekali" in page


def test_an_invitation_is_listed_once(app: Flask) -> None:
    of = businesses.business(capacity=2_000)
    asked = tenders.tender(title="Diundang sekali")
    tenders.tender(title="Cocok sekali")
    db.session.add(TenderInvitation(tender_id=asked.id, business_id=of.id, invited_at=PRESENT))
    page = Visitor.of(app, accounts.member(Role.OWNER, business=of)).get("/").text
    assert page.count(f'href="/kebutuhan/{asked.code}"') == 1
    assert "Cocok sekali" in page


def test_a_need_already_bid_on_is_no_new_opportunity_until_the_bid_is_withdrawn(app: Flask) -> None:
    of = businesses.business(capacity=2_000)
    made = bids.bid(tenders.tender(title="Cocok sekali"), of, state=BidState.SEALED)
    owner = Visitor.of(app, accounts.member(Role.OWNER, business=of))
    assert "peluang baru cocok" not in owner.get("/").text
    made.state = BidState.WITHDRAWN
    assert "1 peluang baru cocok" in owner.get("/").text


def test_what_to_deliver_is_told_in_the_readers_unit(app: Flask) -> None:
    deal = contracts.active()
    deal.contract.deliveries[0].due_on = PRESENT.date()
    visitor = Visitor.of(app, db.session.get(User, deal.owner.user_id))
    visitor.post("/bahasa", {"lang": "en"})
    assert "portions: " in visitor.get("/").text


def test_an_officer_sees_what_to_open_and_the_approver_what_to_decide(app: Flask) -> None:
    factory = buyers.buyer()
    closed = tenders.tender(TenderState.CLOSED, factory)
    made = awards.final(PRESENT, buyer=factory)
    made.state, made.final_at = type(made.state).PROPOSED, None
    officer = Visitor.of(app, accounts.member(Role.OFFICER, factory)).get("/").text
    approver = Visitor.of(app, accounts.member(Role.APPROVER, factory)).get("/").text
    assert f"Buka penawaran {closed.code}" in officer
    assert "Putuskan usulan pemenang" not in officer
    assert f"Putuskan usulan pemenang {made.tender.code}" in approver


def test_what_an_approver_annulled_is_due_to_the_officer_again_until_it_is_proposed_anew(app: Flask) -> None:
    factory = buyers.buyer()
    made = awards.final(PRESENT, buyer=factory)
    made.tender.state, made.tender.opened_at = TenderState.EVALUATING, PRESENT - timedelta(days=30)
    made.state, made.annulled_at = AwardState.ANNULLED, PRESENT
    officer = Visitor.of(app, accounts.member(Role.OFFICER, factory))
    said = f"Pilih pemenang lagi, usulannya dianulir: {made.tender.title}"
    page = officer.get("/").text
    assert said in page
    assert f'href="/kebutuhan/{made.tender.code}/penawaran"' in page
    assert "Belum ada keputusan" not in page, "it stands in one list only"
    assert said not in Visitor.of(app, accounts.member(Role.APPROVER, factory)).get("/").text
    made.state, made.annulled_at, made.final_at = AwardState.PROPOSED, None, None
    page = officer.get("/").text
    assert said not in page
    assert "Belum ada keputusan" in page


def test_a_company_sees_nothing_of_another(app: Flask) -> None:
    tenders.tender(TenderState.CLOSED, title="Milik orang lain")
    page = Visitor.of(app, accounts.member(Role.OFFICER, buyers.buyer())).get("/").text
    assert "Milik orang lain" not in page


def test_the_local_share_is_held_against_the_pledge(app: Flask) -> None:
    factory = buyers.buyer()
    factory.local_pledge = 50
    awards.final(PRESENT, buyer=factory)
    awards.spent(factory, date(2026, 11, 1), 155_000_000)
    page = Visitor.of(app, accounts.member(Role.OFFICER, factory)).get("/").text
    assert "janji 50%" in page
    assert "Kurang Rp15,5 juta lagi" in page


@pytest.mark.parametrize("role", CITY)
def test_the_city_counts_four_different_things(app: Flask, role: Role) -> None:
    businesses.business(verified_at=None)
    businesses.business(trained_at=PRESENT)
    businesses.certificate(businesses.business(), "HALAL")
    page = " ".join(Visitor.of(app, accounts.member(role)).get("/").text.split())
    for label, count in (("Terdaftar", 3), ("Aktif terverifikasi", 2), ("Terlatih", 1), ("Bersertifikat", 1)):
        part = page[page.index(f"<dt>{label}</dt>") :]
        assert f">{count}</a>" in part[: part.index("</dd>")]


def test_dinkop_sees_how_long_the_oldest_certificate_waits(app: Flask) -> None:
    waiting = businesses.certificate(businesses.business(), "HALAL", state=CertificateState.SUBMITTED)
    waiting.submitted_at = PRESENT - timedelta(days=12)
    page = Visitor.of(app, accounts.member(Role.VERIFIER)).get("/").text
    assert "1 sertifikat menunggu verifikasi" in page
    assert "12 hari lalu" in page


def test_a_newcomer_without_a_role_has_a_first_page_too(app: Flask) -> None:
    assert Visitor.of(app, accounts.user()).get("/").status_code == 200


@pytest.mark.parametrize("many", [1, 12])
def test_the_number_of_statements_does_not_grow_with_what_waits(app: Flask, many: int) -> None:
    of = businesses.business()
    for _ in range(many):
        db.session.add(TenderInvitation(tender_id=tenders.tender().id, business_id=of.id, invited_at=PRESENT))
    browser = Visitor.of(app, accounts.member(Role.OWNER, business=of))
    browser.get("/")
    asked: list[str] = []
    event.listen(Engine, "before_cursor_execute", lambda *args: asked.append(args[2]))
    browser.get("/")
    assert len(asked) <= 33
