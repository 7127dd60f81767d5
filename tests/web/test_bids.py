"""Bidding as people click it: opportunities, three steps, receipt, change, withdraw, opening and minutes."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, timedelta
from io import BytesIO
from typing import Any

import pytest
import time_machine
from flask import Flask

from marketplace.models import db
from marketplace.models.audit import Event
from marketplace.models.awards import Award
from marketplace.models.bids import Bid
from marketplace.models.businesses import Business, CapacityDay
from marketplace.models.tenders import Question, Tender, TenderInvitation
from marketplace.rules.awards import AwardState
from marketplace.rules.bids import BidState
from marketplace.rules.policy import Role
from marketplace.rules.tenders import DRAIN, Method, TenderState
from marketplace.services import sealing
from marketplace.web.forms.numbers import whole_of
from tests.factories import accounts, businesses, tenders
from tests.factories import bids as made
from tests.factories.tenders import PRESENT
from tests.visitors import Visitor

PRICE = "17.431"


@pytest.fixture(autouse=True)
def now(app: Flask) -> Iterator[Any]:
    with time_machine.travel(PRESENT, tick=False) as traveller:
        yield traveller


@pytest.fixture
def tender(app: Flask) -> Tender:
    one = tenders.tender()
    sealing.create(one, PRESENT)
    db.session.commit()
    return one


@pytest.fixture
def kitchen(app: Flask) -> Business:
    return businesses.business("Dapur Bu Contoh", capacity=700)


@pytest.fixture
def owner(app: Flask, kitchen: Business) -> Visitor:
    return Visitor.of(app, accounts.member(Role.OWNER, business=kitchen))


@pytest.fixture
def officer(app: Flask, tender: Tender) -> Visitor:
    return Visitor.of(app, accounts.member(Role.OFFICER, tender.buyer))


def path(tender: Tender, step: int) -> str:
    return f"/kebutuhan/{tender.code}/tawar?langkah={step}"


def fill(owner: Visitor, tender: Tender, quantity: str = "500", price: str = PRICE) -> None:
    """Steps one and two."""
    assert owner.post(path(tender, 1), {"lot-1-quantity": quantity}).status_code == 303
    assert owner.post(path(tender, 2), {"lot-1-price": price}).status_code == 303


def send(owner: Visitor, tender: Tender, note: str = "", **more: Any) -> Any:
    data = {"valid_until": "2027-03-31", "note": note, **more}
    return owner.post(f"/kebutuhan/{tender.code}/tawar/kirim", data)


def bid_now() -> Bid:
    return db.session.query(Bid).one()


def text_of(answer: Any) -> str:
    return re.sub(r"\s+", " ", answer.get_data(as_text=True))


@pytest.mark.parametrize(
    ("typed", "number"),
    [
        ("1200", 1200), ("1.200", 1200), ("1,200", 1200), ("Rp 18.500", 18500), ("rp18.500,00", 18500),
        ("18500,-", 18500), ("Rp24.000,00", 24000), ("Rp. 25.000", 25000),
        ("Rp\u00a01.000.000,-", 10**6), ("5.000 rupiah", 5000),
        ("", None), ("12.5", None), ("1.20", None), ("-5", None), ("lima", None), ("1e3", None), ("18.500,50", None),
    ],
)  # fmt: skip
def test_numbers_are_read_as_people_write_them(typed: str, number: int | None) -> None:
    assert whole_of(typed) == number


def test_an_owner_bids_in_three_steps_and_gets_a_receipt(owner: Visitor, tender: Tender) -> None:
    first = owner.get(path(tender, 1))
    assert first.status_code == 200
    assert 'inputmode="numeric"' in text_of(first)
    fill(owner, tender)
    review = text_of(owner.get(path(tender, 3)))
    assert "Rp17.431" in review
    assert "Rp270.180.500" in review  # 500 a day for 31 days
    answer = send(owner, tender, "Siap antar pukul 11")
    bid = bid_now()
    assert (answer.status_code, answer.location) == (303, f"/penawaran/{bid.code}/tanda-terima")
    assert (bid.state, bid.note, bid.lines[0].price) == (BidState.SEALED, "", None)
    receipt = text_of(owner.get(answer.location))
    assert bid.fingerprint in receipt
    assert PRICE not in receipt


def test_the_back_button_shows_what_was_typed_and_nothing_is_written_by_looking(owner: Visitor, tender: Tender) -> None:
    assert owner.get(path(tender, 3)).location == path(tender, 1)
    assert db.session.query(Bid).count() == 0
    fill(owner, tender)
    assert 'value="500"' in text_of(owner.get(path(tender, 1)))
    assert f'value="{PRICE}"' in text_of(owner.get(path(tender, 2)))


def test_a_price_is_shown_only_in_the_browser_that_typed_it(
    app: Flask, owner: Visitor, kitchen: Business, tender: Tender
) -> None:
    fill(owner, tender)
    send(owner, tender)
    here = f"/penawaran/{bid_now().code}"
    assert "Rp17.431" in text_of(owner.get(here))
    other = Visitor.of(app, accounts.member(Role.STAFF, business=kitchen))
    assert "17.431" not in text_of(other.get(here))
    assert "dikirim dari ponsel lain" in text_of(other.get(here))
    step = text_of(other.get(path(tender, 1)))
    assert "terkunci" in step


def test_the_key_cookie_is_out_of_scripts_reach_and_stored_nowhere(owner: Visitor, tender: Tender) -> None:
    answer = owner.post(path(tender, 1), {"lot-1-quantity": "500"})
    cookie = next(c for c in answer.headers.getlist("Set-Cookie") if c.startswith("amplop="))
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie
    key = cookie.split("=", 1)[1].split(";")[0]
    assert key.encode() not in (bid_now().draft_cipher or b"")


@pytest.mark.parametrize(
    ("step", "data", "words"),
    [
        (1, {"lot-1-quantity": "banyak"}, "angka bulat"),
        (1, {"lot-1-quantity": "99"}, "antara 100 dan 1.000"),
        (1, {"lot-1-quantity": ""}, "paling sedikit satu paket"),
        (2, {"lot-1-price": "17.431,50"}, "tanpa sen"),
        (2, {"lot-1-price": "0"}, "lebih dari 0"),
        (3, {"valid_until": "2026-11-26"}, "Masa berlaku"),
        (3, {"valid_until": "besok"}, "Pilih tanggal"),
    ],
)
def test_a_mistake_is_told_at_its_field_and_nothing_typed_is_lost(
    owner: Visitor, tender: Tender, step: int, data: dict[str, str], words: str
) -> None:
    if step > 1:
        fill(owner, tender)
    answer = owner.post(path(tender, step), data)
    page = text_of(answer)
    assert answer.status_code == 422
    assert words in page
    assert f'href="#{next(iter(data))}"' in page
    assert f'value="{next(iter(data.values()))}"' in page


def test_sending_twice_does_nothing_twice(owner: Visitor, tender: Tender) -> None:
    fill(owner, tender)
    first, second = send(owner, tender), send(owner, tender)
    assert first.location == second.location
    assert db.session.query(Event).filter_by(verb="bid.seal").count() == 1


def test_a_change_is_kept_apart_until_it_is_sent(owner: Visitor, tender: Tender) -> None:
    fill(owner, tender)
    send(owner, tender)
    before = bid_now().fingerprint
    owner.post(path(tender, 2), {"lot-1-price": "16.000"})
    page = text_of(owner.get(f"/penawaran/{bid_now().code}"))
    assert bid_now().fingerprint == before
    assert "Rp17.431" in page
    assert "perubahan yang belum dikirim" in page
    send(owner, tender)
    assert bid_now().fingerprint != before
    assert "Rp16.000" in text_of(owner.get(f"/penawaran/{bid_now().code}"))


def test_a_withdrawn_bid_can_be_bid_again(owner: Visitor, tender: Tender) -> None:
    fill(owner, tender)
    send(owner, tender)
    code = bid_now().code
    assert owner.post(f"/penawaran/{code}/tarik").status_code == 303
    assert bid_now().state is BidState.WITHDRAWN
    assert "Ajukan lagi" in text_of(owner.get(f"/penawaran/{code}"))
    fill(owner, tender)
    send(owner, tender)
    assert bid_now().state is BidState.SEALED


@pytest.mark.parametrize(("late", "status"), [(timedelta(0), 303), (timedelta(seconds=1), 409)])
def test_the_page_keeps_the_deadline_to_the_second(
    owner: Visitor, tender: Tender, now: Any, late: timedelta, status: int
) -> None:
    fill(owner, tender)
    assert tender.closes_at is not None
    now.move_to(tender.closes_at + late)
    answer = send(owner, tender)
    assert answer.status_code == status
    if late:
        page = text_of(answer)
        assert (
            "Terlambat: penawaran ditutup 26-11-2026 10.00.00 WIB dan kiriman Anda tiba 0:00:01,000 sesudahnya" in page
        )
        assert "Rp17.431" in page  # what was typed is still there
        assert bid_now().state is BidState.DRAFT


def test_files_go_along_sealed_and_can_be_taken_off(owner: Visitor, tender: Tender) -> None:
    fill(owner, tender)
    send(owner, tender, documents=(BytesIO(b"%PDF-1.7 harga"), "menu.pdf"))
    document = bid_now().documents[0].document
    token = document.token
    assert (document.name, document.sealed) == ("menu.pdf", True)
    assert owner.get(f"/dokumen/{token}").status_code == 409
    send(owner, tender, remove=token)
    assert bid_now().documents == []
    answer = send(owner, tender, documents=(BytesIO(b"<html>"), "menu.pdf"))
    assert answer.status_code == 422
    assert "tidak diterima" in text_of(answer)


def test_more_than_is_free_is_warned_about_and_still_taken(owner: Visitor, kitchen: Business, tender: Tender) -> None:
    db.session.add(
        CapacityDay(business_id=kitchen.id, trade_code="catering", day=date(2027, 1, 5), declared=700, promised=300)
    )
    first = text_of(owner.get(path(tender, 1)))
    assert "5 Jan 2027: 300 porsi dijanjikan, 400 porsi longgar" in first
    fill(owner, tender, "500")
    assert "Lebih dari kapasitas longgar" in text_of(owner.get(path(tender, 2)))
    assert send(owner, tender).status_code == 303


def test_the_usual_withholding_is_shown_as_an_estimate(owner: Visitor, tender: Tender) -> None:
    fill(owner, tender)
    page = text_of(owner.get(path(tender, 2)))
    assert "PPh 21 penyedia orang pribadi 2,5%" in page
    assert "Rp263.425.987" in page  # 270,180,500 less 2.5%
    assert "Rp268.829.597" in page  # less 0.5% with the certificate
    assert "bukan nasihat pajak" in page


def test_an_uninvited_business_gets_no_form(owner: Visitor, kitchen: Business, tender: Tender) -> None:
    tender.method = Method.SELECTIVE
    assert owner.get(path(tender, 1)).status_code == 404
    db.session.add(TenderInvitation(tender_id=tender.id, business_id=kitchen.id, invited_at=PRESENT))
    assert owner.get(path(tender, 1)).status_code == 200


def test_a_foreign_bid_is_not_found(app: Flask, owner: Visitor, tender: Tender) -> None:
    foreign = made.sealed(tender, businesses.business())
    for tail in ("", "/tanda-terima"):
        assert owner.get(f"/penawaran/{foreign.code}{tail}").status_code == 404
    assert owner.post(f"/penawaran/{foreign.code}/tarik").status_code == 404
    assert foreign.code not in text_of(owner.get("/penawaran"))


def test_the_list_of_own_bids_has_its_twins(owner: Visitor, kitchen: Business, tender: Tender) -> None:
    bid = made.sealed(tender, kitchen)
    assert bid.code in text_of(owner.get("/penawaran"))
    assert owner.get("/penawaran.csv").status_code == 200
    assert owner.get("/penawaran.json").json[0]["bid"] == bid.code


def test_opportunities_come_with_their_reason_invitations_first(
    owner: Visitor, kitchen: Business, tender: Tender
) -> None:
    businesses.certificate(kitchen, "NIB")
    invited = tenders.tender(title="Katering khusus undangan")
    db.session.add(TenderInvitation(tender_id=invited.id, business_id=kitchen.id, invited_at=PRESENT))
    answer = owner.get("/peluang")
    page = text_of(answer)
    assert answer.status_code == 200
    assert page.index(invited.code) < page.index(tender.code)
    assert "Mengapa?" in page
    assert "Rp25.000 per porsi" in page
    assert tender.code not in text_of(owner.get("/peluang?undangan=ya"))
    assert invited.code not in text_of(owner.get("/peluang?kategori=laundry-umum"))


def test_a_price_above_the_shown_ceiling_is_told_before_it_is_sent(owner: Visitor, tender: Tender) -> None:
    fill(owner, tender, price="25001")
    assert "Di atas harga batas" in text_of(owner.get(path(tender, 3)))
    fill(owner, tender, price="25000")
    assert "Di atas harga batas" not in text_of(owner.get(path(tender, 3)))


def test_a_price_beyond_all_bounds_is_told_the_highest_one(owner: Visitor, tender: Tender) -> None:
    owner.post(path(tender, 1), {"lot-1-quantity": "500"})
    answer = owner.post(path(tender, 2), {"lot-1-price": "1000000000000001"})
    assert answer.status_code == 422
    assert "paling banyak Rp1.000.000.000.000" in text_of(answer)


def test_a_hidden_ceiling_stays_hidden(owner: Visitor, tender: Tender) -> None:
    tender.ceiling_visible = False
    assert "25.000" not in text_of(owner.get("/peluang"))
    fill(owner, tender, price="25001")
    for step in (1, 2, 3):
        assert "Di atas harga batas" not in text_of(owner.get(path(tender, step)))
        assert "25.000" not in text_of(owner.get(path(tender, step)))


def test_a_question_reaches_the_tender_and_an_empty_one_is_asked_again(owner: Visitor, tender: Tender) -> None:
    act = f"/kebutuhan/{tender.code}/tanya"
    assert owner.post(act, {"question": " "}).status_code == 422
    assert owner.post(act, {"question": "Antar ke gerbang mana?"}).status_code == 303
    assert db.session.query(Question).one().text == "Antar ke gerbang mana?"


def test_before_the_opening_the_officer_sees_how_many_and_nobodys_name(
    officer: Visitor, kitchen: Business, tender: Tender
) -> None:
    made.sealed(tender, kitchen)
    page = text_of(officer.get(f"/kebutuhan/{tender.code}/pembukaan"))
    assert re.search(r"Amplop tersegel</dt> <dd>1", page)
    assert kitchen.name not in page
    assert "Buka penawaran" not in page
    assert officer.post(f"/kebutuhan/{tender.code}/buka").status_code == 409
    assert bid_now().state is BidState.SEALED


def test_the_officer_opens_once_and_the_minutes_tell_what_was_there(
    app: Flask, officer: Visitor, kitchen: Business, tender: Tender, now: Any
) -> None:
    fingerprint = made.sealed(tender, kitchen, 17_000).fingerprint
    assert tender.closes_at is not None
    now.move_to(tender.closes_at + DRAIN)
    assert "Buka penawaran" in text_of(officer.get(f"/kebutuhan/{tender.code}/pembukaan"))
    answer = officer.post(f"/kebutuhan/{tender.code}/buka")
    assert (answer.status_code, answer.location) == (303, f"/kebutuhan/{tender.code}/berita-acara")
    page = text_of(officer.get(answer.location))
    for said in (kitchen.name, fingerprint, "Rp17.000", "1 penawaran dibuka"):
        assert said in page
    assert tender.state is TenderState.EVALUATING
    assert officer.get(f"/kebutuhan/{tender.code}/pembukaan").location == answer.location
    stranger = Visitor.of(app, accounts.member(Role.OFFICER, tenders.tender().buyer))
    assert stranger.get(answer.location).status_code == 404
    assert stranger.post(f"/kebutuhan/{tender.code}/buka").status_code == 404


def test_an_opening_without_bids_says_so(officer: Visitor, tender: Tender, now: Any) -> None:
    assert tender.closes_at is not None
    now.move_to(tender.closes_at + DRAIN)
    answer = officer.post(f"/kebutuhan/{tender.code}/buka")
    assert "Tidak ada penawaran" in text_of(officer.get(answer.location))


def test_after_the_award_a_bidder_reads_place_score_and_reason(
    owner: Visitor, kitchen: Business, tender: Tender
) -> None:
    bid = made.bid(tender, kitchen, 19_000, state=BidState.LOST)
    winner = made.bid(tender, businesses.business("Rahasia"), 17_000, state=BidState.ACCEPTED)
    bid.reason = "Harga 5% <b>lebih</b> tinggi"
    bid.outcome = {
        "lots": [
            {"lot": 1, "title": "Makan siang", "rank": 2, "of": 2, "total": 71.5, "lowest": 71.5, "highest": 80.0}
        ],
        "reason": "Harga lebih tinggi",
    }
    page = text_of(owner.get(f"/penawaran/{bid.code}"))
    for said in ("2 dari 2; terendah Rp17.000", "skor 71,5, peringkat 2 dari 2", "5% &lt;b&gt;lebih&lt;/b&gt; tinggi"):
        assert said in page
    assert winner.business.name not in page


def test_a_winner_reads_the_share_and_its_value(app: Flask, owner: Visitor, kitchen: Business, tender: Tender) -> None:
    bid = made.bid(tender, kitchen, 17_000, state=BidState.ACCEPTED)
    lot = tender.lots[0]
    db.session.add(
        Award(
            code="P-26-0001", tender_id=tender.id, lot_id=lot.id, bid_id=bid.id, business_id=kitchen.id,
            buyer_id=tender.buyer_id, state=AwardState.FINAL, price=17_000, quantity_per_day=500, quantity=15_500,
            value=263_500_000, start_on=lot.start_on, end_on=lot.end_on, payment_days=30, proposed_at=PRESENT,
            proposed_by_id=tender.created_by_id, final_at=PRESENT,
        )
    )  # fmt: skip
    page = text_of(owner.get(f"/penawaran/{bid.code}"))
    assert "Anda terpilih" in page
    assert "Rp263.500.000" in page


def test_anybody_can_check_a_receipt_and_a_forged_one_is_refused(
    owner: Visitor, client: Visitor, tender: Tender
) -> None:
    fill(owner, tender)
    page = text_of(owner.get(send(owner, tender).location))
    line = re.search(r"RL1\.[\w.-]+", page)
    assert line is not None
    good = text_of(client.get(f"/penawaran/periksa?tanda={line[0]}"))
    assert "Tanda terima ini asli" in good
    assert "masih sama" in good
    assert "bukan tanda terima kami" in text_of(client.get(f"/penawaran/periksa?tanda={line[0][:-6]}AAAAAA"))
    assert client.get("/penawaran/periksa").status_code == 200


def test_no_page_of_bidding_is_open_to_the_wrong_role(
    app: Flask, owner: Visitor, officer: Visitor, client: Visitor, tender: Tender
) -> None:
    for path_ in ("/peluang", "/penawaran", path(tender, 1)):
        assert officer.get(path_).status_code == 403
        assert client.get(path_).status_code == 303
    for path_ in (f"/kebutuhan/{tender.code}/pembukaan", f"/kebutuhan/{tender.code}/berita-acara"):
        assert owner.get(path_).status_code == 403
    viewer = Visitor.of(app, accounts.member(Role.VIEWER, tender.buyer))
    assert viewer.post(f"/kebutuhan/{tender.code}/buka").status_code == 403


def test_the_list_of_bids_shows_those_still_running_and_those_chosen(
    owner: Visitor, kitchen: Business, tender: Tender
) -> None:
    lost = made.bid(tender, kitchen, 17_000, state=BidState.LOST)
    for part in ("", "?bagian=lain"):
        assert lost.code in text_of(owner.get(f"/penawaran{part}"))
    for part in ("berjalan", "terpilih"):
        assert lost.code not in text_of(owner.get(f"/penawaran?bagian={part}"))


def test_a_kitchen_that_never_stated_its_capacity_states_it_with_the_bid(app: Flask, tender: Tender) -> None:
    newcomer = businesses.business("Dapur Baru", capacity=None)
    owner = Visitor.of(app, accounts.member(Role.OWNER, business=newcomer))
    assert "Kapasitas usaha Anda per hari" in owner.get(path(tender, 1)).text
    for capacity in ("", "banyak", "499"):
        answer = owner.post(path(tender, 1), {"lot-1-quantity": "500", "lot-1-capacity": capacity})
        assert answer.status_code == 422
        assert "paling sedikit sebanyak yang disanggupi" in answer.text
        assert 'value="500"' in answer.text
    assert newcomer.offerings[0].capacity_per_day is None
    assert owner.post(path(tender, 1), {"lot-1-quantity": "500", "lot-1-capacity": "600"}).status_code == 303
    assert newcomer.offerings[0].capacity_per_day == 600
    assert "Kapasitas usaha Anda per hari" not in owner.get(path(tender, 1)).text
    fill(owner, tender)
    assert send(owner, tender).status_code == 303
