"""Contracts, deliveries and invoices as both sides see and use them."""

from __future__ import annotations

import io
import json
from datetime import timedelta

import pytest
import time_machine
from flask import Flask

from marketplace.models import db
from marketplace.models.accounts import User
from marketplace.models.contracts import Contract, Delivery, Invoice
from marketplace.rules.contracts import ContractState, DeliveryState, InvoiceState
from marketplace.rules.policy import Actor, Role
from marketplace.services import contracts, deliveries
from tests.factories import accounts
from tests.factories.contracts import Deal, active, drafted, stranger
from tests.factories.tenders import PRESENT
from tests.visitors import Visitor

PNG = b"\x89PNG\r\n\x1a\n" + b"0" * 40


pytestmark = pytest.mark.usefixtures("present")


def enter(app: Flask, actor: Actor) -> Visitor:
    """A browser logged in as the person behind `actor`."""
    person = db.session.get_one(User, actor.user_id)
    return Visitor.of(app, person, next(m for m in person.memberships if m.id == actor.membership_id))


def text_of(visitor: Visitor, path: str) -> str:
    """A page that must open."""
    answer = visitor.get(path)
    assert answer.status_code == 200, path
    return str(answer.get_data(as_text=True))


def sent(deal: Deal) -> Delivery:
    """The first delivery, on its way."""
    one = deal.first()
    deliveries.send(one, one.quantity, "", deal.owner, PRESENT)
    return one


def test_both_sides_confirm_on_the_page_and_it_says_whom_it_waits_for(app: Flask) -> None:
    deal = drafted()
    path = f"/kontrak/{deal.contract.code}"
    officer, owner = enter(app, deal.officer), enter(app, deal.owner)
    page = text_of(officer, path)
    assert "Giliran Anda" in page
    assert page.count('class="button button-primary') == 1
    for words in ("tiga ratus sepuluh juta rupiah", "Rp310.000.000", "3.500", "30 hari sesudah tagihan"):
        assert words in page
    assert officer.post(f"{path}/konfirmasi").status_code == 303
    waiting = text_of(officer, path)
    assert "Menunggu konfirmasi Dapur 1" in waiting
    assert "Giliran Anda" not in waiting
    assert officer.post(f"{path}/konfirmasi").status_code == 409
    assert "1 menunggu konfirmasi Anda." in text_of(owner, "/kontrak")
    assert owner.post(f"{path}/konfirmasi").status_code == 303
    assert db.session.get_one(Contract, deal.contract.id).state is ContractState.ACTIVE


def test_the_whole_way_from_sending_to_the_rating_in_the_browser(app: Flask) -> None:
    deal = active()
    base = f"/kontrak/{deal.contract.code}"
    officer, owner = enter(app, deal.officer), enter(app, deal.owner)
    goods = f"/pengiriman/{deal.first().code}"
    assert "Kirim pesanan" in text_of(owner, base)
    assert owner.post(f"{goods}/kirim", {"quantity_sent": "3.500", "note": "B 1 XX"}).status_code == 303
    assert "Periksa dan terima kiriman" in text_of(officer, base)
    taken = {"quantity_accepted": "3500", "quantity_rejected": "100", "note": "sebagian basi"}
    assert officer.post(f"{goods}/terima", taken).status_code == 303
    assert "Tagih yang sudah diterima" in text_of(owner, base)
    answer = owner.post(f"{base}/tagih", {"deliveries": deal.first().code})
    assert answer.status_code == 303
    bill = answer.headers["Location"]
    assert "Rp68.000.000" in text_of(owner, bill)
    assert "Periksa tagihan" in text_of(officer, base)
    assert officer.post(f"{bill}/setujui").status_code == 303
    assert "Catat pembayaran" in text_of(officer, base)
    assert officer.post(f"{bill}/bayar", {"paid_on": "2026-11-24", "reference": "TRF-9"}).status_code == 303
    assert db.session.query(Invoice).one().state is InvoiceState.PAID
    assert "TRF-9" in text_of(owner, bill)
    assert officer.post(f"{base}/nilai", {"stars": "5", "comment": "Rapi"}).status_code == 303
    seen = text_of(owner, base)
    assert "5 dari 5 bintang" in seen
    for words in ("Terima sebagian", "Catat pembayaran", "Ulasan diberikan"):
        assert words in seen


@pytest.mark.parametrize(
    ("typed", "status", "accepted"),
    [
        ({"quantity_accepted": "3500", "quantity_rejected": "0"}, 303, 3500),
        ({"quantity_accepted": "3400", "quantity_rejected": "0", "note": "sebagian basi"}, 303, 3400),
        ({"quantity_accepted": "3500", "quantity_rejected": "100", "note": "sebagian basi"}, 303, 3400),
        ({"quantity_accepted": "3400", "quantity_rejected": "100", "note": "sebagian basi"}, 303, 3400),
        ({"quantity_accepted": "3400", "quantity_rejected": "50", "note": "sebagian basi"}, 422, None),
        ({"quantity_accepted": "3400", "quantity_rejected": "0", "note": ""}, 422, None),
        ({"quantity_accepted": "0", "quantity_rejected": "0"}, 422, None),
        ({"quantity_accepted": "banyak"}, 422, None),
        ({"quantity_accepted": "99999999999999"}, 422, None),
    ],
)
def test_either_of_the_two_numbers_is_enough(
    app: Flask, typed: dict[str, str], status: int, accepted: int | None
) -> None:
    deal = active()
    one = sent(deal)
    answer = enter(app, deal.officer).post(f"/pengiriman/{one.code}/terima", typed)
    assert answer.status_code == status
    assert db.session.get_one(Delivery, one.id).quantity_accepted == accepted
    if status == 422:
        page = answer.get_data(as_text=True)
        assert "error-summary" in page
        assert f'value="{typed["quantity_accepted"]}"' in page


def test_a_photo_comes_with_the_acceptance_and_only_the_two_sides_open_it(app: Flask) -> None:
    deal = active()
    one = sent(deal)
    officer = enter(app, deal.officer)
    typed = {"quantity_accepted": "3500", "photo": (io.BytesIO(PNG), "gerbang.png")}
    assert officer.post(f"/pengiriman/{one.code}/terima", typed).status_code == 303
    token = one.documents[0].document.token
    assert token in text_of(officer, f"/pengiriman/{one.code}")
    for who, status in ((deal.owner, 200), (accounts.actor(Role.AUDITOR), 200), (stranger(Role.OFFICER), 404)):
        assert enter(app, who).get(f"/dokumen/{token}").status_code == status


def test_a_rejected_delivery_can_be_sent_again_from_its_page(app: Flask) -> None:
    deal = active()
    one = sent(deal)
    officer, owner = enter(app, deal.officer), enter(app, deal.owner)
    assert officer.post(f"/pengiriman/{one.code}/tolak", {"reason": ""}).status_code == 422
    assert officer.post(f"/pengiriman/{one.code}/tolak", {"reason": "Semua basi"}).status_code == 303
    page = text_of(owner, f"/pengiriman/{one.code}")
    assert "Semua basi" in page
    assert owner.post(f"/pengiriman/{one.code}/kirim", {"quantity_sent": "3500"}).status_code == 303
    assert db.session.get_one(Delivery, one.id).state is DeliveryState.SENT


def test_an_overdue_invoice_says_by_how_many_days(app: Flask) -> None:
    deal = active()
    bill = deal.billed()
    with time_machine.travel(PRESENT + timedelta(days=deal.contract.payment_days + 3), tick=False):
        officer = enter(app, deal.officer)
        assert "Lewat jatuh tempo 3 hari dan belum dibayar." in text_of(officer, f"/tagihan/{bill.code}")
        assert "lewat 3 hari" in text_of(officer, "/tagihan?telat=1")
        assert "Lewat 3 hari." in text_of(officer, f"/kontrak/{deal.contract.code}")
    assert "lewat" not in text_of(enter(app, deal.officer), f"/tagihan/{bill.code}")


def test_a_bad_payment_day_keeps_what_was_typed(app: Flask) -> None:
    deal = active()
    bill = deal.billed()
    officer = enter(app, deal.officer)
    officer.post(f"/tagihan/{bill.code}/setujui")
    answer = officer.post(f"/tagihan/{bill.code}/bayar", {"paid_on": "2027-01-01", "reference": "TRF-77"})
    assert answer.status_code == 422
    assert "TRF-77" in answer.get_data(as_text=True)


def test_how_the_buyer_pays_is_shown_to_the_supplier(app: Flask) -> None:
    deal = active()
    bill = deal.billed()
    officer = enter(app, deal.officer)
    officer.post(f"/tagihan/{bill.code}/setujui")
    with time_machine.travel(PRESENT + timedelta(days=40), tick=False):
        officer = enter(app, deal.officer)
        officer.post(f"/tagihan/{bill.code}/bayar", {"paid_on": "2026-12-28", "reference": "T"})
        page = text_of(enter(app, deal.owner), f"/kontrak/{deal.contract.code}")
    assert "membayar 34 hari sesudah tagihan (janji 30 hari); 0% dari 1 tagihan" in page


@pytest.mark.parametrize("role", [Role.OFFICER, Role.OWNER])
def test_strangers_find_nothing_and_change_nothing(app: Flask, role: Role) -> None:
    deal = active()
    bill = deal.billed()
    visitor = enter(app, stranger(role))
    one = deal.contract.deliveries[1]
    for path in (f"/kontrak/{deal.contract.code}", f"/pengiriman/{one.code}", f"/tagihan/{bill.code}"):
        assert visitor.get(path).status_code == 404
        assert visitor.get(f"{path}.pdf").status_code == 404
    for path in ("/kontrak", "/pengiriman", "/tagihan"):
        assert deal.contract.title not in text_of(visitor, path)
        assert json.loads(visitor.get(f"{path}.json").get_data()) == []
    assert visitor.post(f"/kontrak/{deal.contract.code}/nilai", {"stars": "1"}).status_code == 404


def test_an_auditor_reads_everything_and_is_offered_no_act(app: Flask) -> None:
    deal = active()
    bill = deal.billed()
    auditor = enter(app, accounts.actor(Role.AUDITOR))
    for path in (f"/kontrak/{deal.contract.code}", f"/pengiriman/{deal.first().code}", f"/tagihan/{bill.code}"):
        page = text_of(auditor, path)
        assert "button-primary" not in page
        assert "wa.me" not in page


def test_lists_are_searched_filtered_and_given_as_files(app: Flask) -> None:
    deal = active()
    bill = deal.billed()
    officer = enter(app, deal.officer)
    for path, code in (("/kontrak", deal.contract.code), ("/pengiriman", deal.first().code), ("/tagihan", bill.code)):
        assert code in text_of(officer, f"{path}?q={code}")
        assert code not in text_of(officer, f"{path}?q=tidak-ada-yang-begini")
        assert code in text_of(officer, f"{path}?q=dapur+1")
        for fmt in ("csv", "xlsx", "json"):
            assert officer.get(f"{path}.{fmt}").status_code == 200
        assert officer.get(f"{path}.exe").status_code == 404
    assert deal.contract.code not in text_of(officer, "/kontrak?status=completed")
    assert deal.contract.code in text_of(officer, "/kontrak?status=active")
    assert deal.contract.code in text_of(officer, "/kontrak?status=bukan-status")


def test_ending_from_the_page_needs_a_reason_and_tells_it(app: Flask) -> None:
    deal = active()
    path = f"/kontrak/{deal.contract.code}"
    officer = enter(app, deal.officer)
    for short in ("", "a", " tidak mau "):
        assert officer.post(f"{path}/akhiri", {"reason": short}).status_code == 422
        assert officer.post(f"{path}/tunda", {"reason": short}).status_code == 422
    assert officer.post(f"{path}/tunda", {"reason": "Pabrik libur"}).status_code == 303
    assert officer.post(f"{path}/lanjutkan").status_code == 303
    assert officer.post(f"{path}/selesai").status_code == 409
    assert officer.post(f"{path}/akhiri", {"reason": "Mutu turun terus"}).status_code == 303
    assert "Mutu turun terus" in text_of(enter(app, deal.owner), path)


def test_the_supplier_reads_where_to_bring_it_and_how_far_in(app: Flask) -> None:
    deal = active()
    site = deal.contract.tender.site
    site.address = "Jl. Contoh 1"
    where = f"{site.name}, Jl. Contoh 1, {site.area.kelurahan}, {site.area.kecamatan} (antar sampai gerbang)"
    for page in (f"/kontrak/{deal.contract.code}", f"/pengiriman/{deal.contract.deliveries[0].code}"):
        assert where in text_of(enter(app, deal.owner), page)


def test_an_ended_contract_asks_for_a_rating(app: Flask) -> None:
    deal = active()
    for _ in deal.contract.deliveries:
        deal.accepted(99_999)
    contracts.complete(deal.contract, deal.officer, PRESENT)
    assert "Katakan bagaimana kerja samanya" in text_of(enter(app, deal.officer), f"/kontrak/{deal.contract.code}")
