"""The conversation as both sides see it."""

from __future__ import annotations

import pytest
from flask import Flask

from marketplace.models import db
from marketplace.models.accounts import User
from marketplace.models.negotiations import Negotiation
from marketplace.rules.negotiations import NegotiationState, OfferState
from marketplace.rules.policy import Actor, Role
from marketplace.rules.tenders import TenderState
from marketplace.services import keyring, negotiations
from tests.factories import accounts
from tests.factories.negotiations import Scene, scene, terms
from tests.factories.tenders import PRESENT
from tests.visitors import Visitor

FORM = {
    "price": "18.500",
    "quantity_per_day": "500",
    "start_on": "2027-01-01",
    "end_on": "2027-01-31",
    "payment_days": "14",
    "hours": "48",
    "note": "Harga pasar turun",
}


pytestmark = pytest.mark.usefixtures("present")


def enter(app: Flask, actor: Actor) -> Visitor:
    """A browser logged in as the person behind `actor`."""
    person = db.session.get_one(User, actor.user_id)
    return Visitor.of(app, person, next(m for m in person.memberships if m.id == actor.membership_id))


def begun(made: Scene) -> Negotiation:
    """A thread on the first bid, the buyer's offer open."""
    return negotiations.begin(made.line(0), terms(18_000), made.officer, PRESENT)


def test_the_officer_begins_from_the_table_and_the_owner_agrees_on_the_phone(app: Flask) -> None:
    made = scene((20_000, 500))
    officer, owner = enter(app, made.officer), enter(app, made.owners[0])
    path = f"/kebutuhan/{made.tender.code}/penawaran/{made.bids[0].code}/negosiasi/1"
    assert 'value="20000"' in officer.get(path).get_data(as_text=True)
    answer = officer.post(path, FORM)
    assert answer.status_code == 303
    place = answer.headers["Location"]
    text = owner.get(place).get_data(as_text=True)
    for word in ("Setuju", "Tolak", "Tawar balik", "Harga pasar turun", "menunggu jawaban Anda", "<del>", "<ins>"):
        assert word in text
    assert "1 tawaran menunggu jawaban Anda" in owner.get("/negosiasi").get_data(as_text=True)
    assert owner.post(f"{place}/setuju", {"number": "1"}).status_code == 303
    assert "Sepakat" in officer.get(place).get_data(as_text=True)
    assert officer.get(path).headers["Location"].endswith(place)


def test_a_counter_offer_marks_what_changed_and_turns_the_table(app: Flask) -> None:
    made = scene((20_000, 500))
    thread = begun(made)
    owner, officer = enter(app, made.owners[0]), enter(app, made.officer)
    seen = {**FORM, "price": "19.000", "seen": "1"}
    assert owner.post(f"/negosiasi/{thread.code}/tawar", seen).status_code == 303
    text = officer.get(f"/negosiasi/{thread.code}").get_data(as_text=True)
    assert "Rp18.000</del>" in text.replace("\n", "")
    assert "menunggu jawaban Anda" in text
    assert "Tarik tawaran ini" in owner.get(f"/negosiasi/{thread.code}").get_data(as_text=True)


def test_bad_terms_come_back_as_typed_with_the_error_at_its_field(app: Flask) -> None:
    made = scene((20_000, 500))
    thread = begun(made)
    owner = enter(app, made.owners[0])
    bads = {"price": "abc", "quantity_per_day": "0", "end_on": "2026-13-01", "hours": "1", "payment_days": "999"}
    for name, bad in bads.items():
        answer = owner.post(f"/negosiasi/{thread.code}/tawar", {**FORM, name: bad})
        assert answer.status_code == 422
        text = answer.get_data(as_text=True)
        assert "Harga pasar turun" in text
        assert 'class="error"' in text
    assert [o.state for o in thread.offers] == [OfferState.MADE]


def test_nobody_agrees_to_an_offer_that_was_not_on_the_page(app: Flask) -> None:
    made = scene((20_000, 500))
    thread = begun(made)
    owner, officer = enter(app, made.owners[0]), enter(app, made.officer)
    owner.post(f"/negosiasi/{thread.code}/tawar", {**FORM, "seen": "1"})
    assert officer.post(f"/negosiasi/{thread.code}/setuju", {"number": "1"}).status_code in {403, 409}
    assert officer.post(f"/negosiasi/{thread.code}/setuju", {"number": "7"}).status_code == 404
    assert officer.post(f"/negosiasi/{thread.code}/tawar", {**FORM, "seen": "1"}).status_code == 409
    assert db.session.get_one(Negotiation, thread.id).state is NegotiationState.OPEN


def test_declining_withdrawing_writing_and_ending_work_without_script(app: Flask) -> None:
    made = scene((20_000, 500))
    thread = begun(made)
    owner, officer = enter(app, made.owners[0]), enter(app, made.officer)
    base = f"/negosiasi/{thread.code}"
    assert owner.post(f"{base}/tolak", {"number": "1", "reason": "Bahan naik"}).status_code == 303
    assert "Bahan naik" in officer.get(base).get_data(as_text=True)
    assert officer.post(f"{base}/tawar", FORM).status_code == 303
    assert officer.post(f"{base}/tarik", {"number": "2"}).status_code == 303
    assert owner.post(f"{base}/pesan", {"text": " "}).status_code == 422
    assert owner.post(f"{base}/pesan", {"text": "<b>halo</b>"}).status_code == 303
    assert "&lt;b&gt;halo&lt;/b&gt;" in officer.get(base).get_data(as_text=True)
    assert owner.post(f"{base}/akhiri", {"reason": "cukup"}).status_code == 303
    assert "Berakhir tanpa sepakat" in officer.get(base).get_data(as_text=True)


def test_strangers_find_no_negotiation_and_the_auditor_only_reads(app: Flask) -> None:
    made = scene((20_000, 500), (21_000, 500))
    thread = begun(made)
    for actor in (made.owners[1], scene((1, 1)).officer):
        visitor = enter(app, actor)
        assert visitor.get(f"/negosiasi/{thread.code}").status_code == 404
        assert visitor.post(f"/negosiasi/{thread.code}/setuju", {"number": "1"}).status_code == 404
        assert thread.code not in visitor.get("/negosiasi").get_data(as_text=True)
    auditor = enter(app, accounts.actor(Role.AUDITOR))
    assert "Kirim tawaran" not in auditor.get(f"/negosiasi/{thread.code}").get_data(as_text=True)
    assert auditor.post(f"/negosiasi/{thread.code}/pesan", {"text": "halo"}).status_code == 403


def test_a_ready_whatsapp_message_names_no_price_and_stays_at_the_table(app: Flask) -> None:
    made = scene((20_000, 500))
    made.bids[0].business.phone_cipher = keyring.encrypt("+6281200001234")
    thread = begun(made)
    text = enter(app, made.officer).get(f"/negosiasi/{thread.code}").get_data(as_text=True)
    link = text[text.index("https://wa.me/") :].split('"')[0]
    assert link.startswith("https://wa.me/6281200001234?text=")
    assert "18.000" not in link
    assert "18000" not in link
    viewer = enter(app, accounts.actor(Role.VIEWER, made.buyer))
    assert "wa.me" not in viewer.get(f"/negosiasi/{thread.code}").get_data(as_text=True)


def test_the_list_has_twins(app: Flask) -> None:
    made = scene((20_000, 500))
    thread = begun(made)
    (row,) = enter(app, made.officer).get("/negosiasi.json").get_json()
    assert (row["code"], row["price_bid"], row["price_now"]) == (thread.code, 20_000, 18_000)


def test_free_capacity_is_no_concern_any_more_once_the_need_is_awarded(app: Flask) -> None:
    made = scene((20_000, 500), (21_000, 500))
    thread = begun(made)
    owner = enter(app, made.owners[0])
    assert "Kapasitas longgar" in owner.get(f"/negosiasi/{thread.code}").text
    made.tender.state = TenderState.AWARDED
    assert "Kapasitas longgar" not in owner.get(f"/negosiasi/{thread.code}").text
