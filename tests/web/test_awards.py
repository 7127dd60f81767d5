"""The table of bids, the choice of winners and the approver's queue, as pages."""

from __future__ import annotations

import json
import re

import pytest
from bs4 import BeautifulSoup
from flask import Flask
from sqlalchemy import event

from marketplace.models import db
from marketplace.models.accounts import User
from marketplace.rules.bids import BidState
from marketplace.rules.policy import Actor, Role
from marketplace.rules.tenders import TenderState
from marketplace.services import awards
from tests.factories import accounts, tenders
from tests.factories.negotiations import Scene, scene
from tests.factories.tenders import PRESENT
from tests.visitors import Visitor

WHY = "Nilai tertinggi dan kapasitas cukup"


pytestmark = pytest.mark.usefixtures("present")


def enter(app: Flask, actor: Actor) -> Visitor:
    """A browser logged in as the person behind `actor`."""
    person = db.session.get_one(User, actor.user_id)
    return Visitor.of(app, person, next(m for m in person.memberships if m.id == actor.membership_id))


def market(**more: int) -> Scene:
    """Three bids: the second alone covers the need, the first and the third together are cheaper."""
    return scene((20_000, 600), (24_000, 1000), (21_000, 500), **more)


def form(made: Scene, *quantities: int, **more: str) -> dict[str, str]:
    """The proposal form with units a day per bid."""
    fields = {f"b{made.line(place).id}": str(quantity) for place, quantity in enumerate(quantities)}
    return {**fields, "reason": WHY, **more}


def test_the_table_shows_the_published_weights_and_how_each_cell_was_computed(app: Flask) -> None:
    made = market()
    page = enter(app, made.officer).get(f"/kebutuhan/{made.tender.code}/penawaran")
    text = page.get_data(as_text=True)
    assert page.status_code == 200
    for column in ("Harga (40)", "Kapasitas (15)", "Sertifikat (15)", "Jarak (10)", "Rekam jejak (20)"):
        assert column in text
    assert "Harga terendah Rp20.000 dibagi harga ini Rp24.000, kali 100." in text
    assert "Gabungan terbaik" in text
    assert "Satu pemasok" in text
    # 600 x 20.000 + 400 x 21.000 against 1.000 x 24.000
    assert "Rp20.400.000" in text
    assert "Lebih hemat Rp3.600.000 per hari" in text


@pytest.mark.parametrize("role", [Role.APPROVER, Role.VIEWER])
def test_colleagues_see_the_table_without_its_acts(app: Flask, role: Role) -> None:
    made = market()
    reader = enter(app, accounts.actor(role, made.buyer))
    text = reader.get(f"/kebutuhan/{made.tender.code}/penawaran").get_data(as_text=True)
    assert "Gugurkan" not in text
    assert reader.post(f"/kebutuhan/{made.tender.code}/pemenang", form(made, 600, 0, 400)).status_code == 403


def test_other_companies_and_bidders_find_no_table(app: Flask) -> None:
    made = market()
    for actor, status in ((scene((1, 1)).officer, 404), (made.owners[0], 403)):
        visitor = enter(app, actor)
        assert visitor.get(f"/kebutuhan/{made.tender.code}/penawaran").status_code == status
        assert visitor.get(f"/kebutuhan/{made.tender.code}/penawaran.csv").status_code == status
        assert visitor.get(f"/kebutuhan/{made.tender.code}/pemenang").status_code == 404


def test_sealed_bids_show_nothing(app: Flask) -> None:
    made = scene(state=TenderState.CLOSED)
    text = enter(app, made.officer).get(f"/kebutuhan/{made.tender.code}/penawaran").get_data(as_text=True)
    assert "masih tersegel" in text


NOBODY = ("Tidak ada satu pemasok yang sanggup", "belum cukup menutup kebutuhan")


def test_the_table_says_that_nobody_suffices_only_while_that_is_so(app: Flask) -> None:
    alone = scene((20_000, 1000))
    short = scene((20_000, 400))
    for made, quantity, partial in ((alone, 1000, False), (short, 400, True)):
        made.buyer.approval_limit = 1
        path = f"/kebutuhan/{made.tender.code}/penawaran"
        officer = enter(app, made.officer)
        assert [words in officer.get(path).text for words in NOBODY] == [partial, partial]
        awards.propose(made.tender, [(made.lot, made.bids[0], quantity)], WHY, made.officer, PRESENT, partial)
        db.session.commit()
        proposed = officer.get(path).text
        awards.approve(made.tender, made.approver, PRESENT)
        db.session.commit()
        for page in (proposed, officer.get(path).text):
            assert "Pemenang paket ini" in page
            assert [words for words in NOBODY if words in page] == []


def test_a_lot_left_out_of_the_award_says_that_it_has_no_winner(app: Flask) -> None:
    made = scene()
    tenders.lot(made.tender)
    made.enter(20_000, 1000)
    awards.propose(made.tender, [(made.lot, made.bids[0], 1000)], WHY, made.officer, PRESENT, partial=True)
    db.session.commit()
    page = enter(app, made.officer).get(f"/kebutuhan/{made.tender.code}/penawaran").text
    assert "Tidak ada pemenang untuk paket ini." in page
    assert [words for words in NOBODY if words in page] == []


def test_the_table_is_titled_by_the_need_whose_bids_it_shows(app: Flask) -> None:
    made = scene(state=TenderState.CLOSED)
    visitor = enter(app, made.officer)
    page = f"/kebutuhan/{made.tender.code}/penawaran"
    assert f"<title>Penawaran untuk {made.tender.code}" in visitor.get(page).text
    visitor.post("/bahasa", {"lang": "en"})
    assert f"<title>Bids for {made.tender.code}" in visitor.get(page).text


def test_the_table_is_sorted_by_the_query_string(app: Flask) -> None:
    made = market()
    visitor = enter(app, made.officer)
    for query, first in (("urut=price", "Dapur 1"), ("urut=capacity", "Dapur 2"), ("urut=nama&arah=turun", "Dapur 3")):
        text = visitor.get(f"/kebutuhan/{made.tender.code}/penawaran?{query}").get_data(as_text=True)
        assert re.findall(r">(Dapur \d)</a>", text)[0] == first


def test_the_twins_carry_the_same_points(app: Flask) -> None:
    made = market()
    visitor = enter(app, made.officer)
    rows = json.loads(visitor.get(f"/kebutuhan/{made.tender.code}/penawaran.json").get_data(as_text=True))
    assert [row["rank"] for row in rows] == [1, 2, 3]
    for row in rows:
        assert row["total"] == pytest.approx(sum(value for name, value in row.items() if name.endswith("_points")))
    assert visitor.get(f"/kebutuhan/{made.tender.code}/penawaran.xlsx").status_code == 200
    assert visitor.get(f"/kebutuhan/{made.tender.code}/penawaran.exe").status_code == 404


def test_a_bid_is_shortlisted_and_disqualified_with_its_reason(app: Flask) -> None:
    made = market()
    visitor = enter(app, made.officer)
    base = f"/kebutuhan/{made.tender.code}/penawaran/{made.bids[0].code}"
    assert visitor.post(f"{base}/pilihan").status_code == 303
    assert made.bids[0].state is BidState.SHORTLISTED
    assert visitor.post(f"{base}/gugurkan", {"reason": "x"}).status_code == 422
    assert visitor.post(f"{base}/gugurkan", {"reason": "SLHS tidak berlaku"}).status_code == 303
    assert made.bids[0].state is BidState.DISQUALIFIED
    assert "SLHS tidak berlaku" in visitor.get(f"/kebutuhan/{made.tender.code}/penawaran").get_data(as_text=True)


def test_the_choice_is_prefilled_by_the_best_split_and_previewed(app: Flask) -> None:
    made = market(limit=10**8)
    visitor = enter(app, made.officer)
    path = f"/kebutuhan/{made.tender.code}/pemenang"
    text = visitor.get(path).get_data(as_text=True)
    assert "Kebutuhan tertutup" in text
    assert "Menunggu penyetuju" in text
    assert "Rp632.400.000" in text
    less = {f"b{made.line(0).id}": "600"}
    assert "Masih kurang 400 per hari" in visitor.get(path, query_string=less).get_data(as_text=True)
    assert "Rp744.000.000" in visitor.get(f"{path}?usul=satu").get_data(as_text=True)


@pytest.mark.parametrize("bad", ["abc", "-1", "1,5", "9" * 14, "601"])
def test_a_bad_quantity_is_said_and_the_form_stays(app: Flask, bad: str) -> None:
    made = market()
    visitor = enter(app, made.officer)
    path, field = f"/kebutuhan/{made.tender.code}/pemenang", {f"b{made.line(0).id}": bad}
    answer = visitor.post(path, {**form(made, 0, 0, 0), **field})
    assert answer.status_code == 422
    assert WHY in answer.get_data(as_text=True)
    assert visitor.get(path, query_string=field).status_code == 200


def test_the_officer_awards_within_the_limit_in_one_post(app: Flask) -> None:
    made = market()
    visitor = enter(app, made.officer)
    assert visitor.post(f"/kebutuhan/{made.tender.code}/pemenang", form(made, 600, 0, 400)).status_code == 303
    assert made.tender.state is TenderState.AWARDED
    assert "Pemenang ditetapkan" in visitor.get(f"/kebutuhan/{made.tender.code}/pemenang").get_data(as_text=True)


def test_above_the_limit_the_approver_decides_on_their_own_page(app: Flask) -> None:
    made = market(limit=1)
    officer, approver = enter(app, made.officer), enter(app, made.approver)
    assert "Tidak ada yang menunggu" in approver.get("/persetujuan").get_data(as_text=True)
    officer.post(f"/kebutuhan/{made.tender.code}/pemenang", form(made, 600, 0, 400))
    assert made.tender.state is TenderState.EVALUATING
    assert WHY in approver.get("/persetujuan").get_data(as_text=True)
    assert officer.get("/persetujuan").status_code == 403
    assert officer.post(f"/persetujuan/{made.tender.code}/setujui").status_code == 403
    assert approver.post(f"/persetujuan/{made.tender.code}/setujui").status_code == 303
    assert made.tender.state is TenderState.AWARDED


def shown(page: str) -> tuple[dict[str, str], str]:
    """The amounts that a browser without scripts would send from the form of the choice, and how it sends them."""
    chosen = BeautifulSoup(page, "html.parser").select_one("form#pilihan")
    assert chosen is not None
    fields = {str(f["name"]): str(f["value"]) for f in chosen.select("input[name]") if f.get("type") != "checkbox"}
    return {name: value for name, value in fields.items() if name[1:].isdecimal()}, str(chosen["method"])


def test_what_is_typed_is_proposed_without_counting_anew(app: Flask) -> None:
    made = market(limit=1)
    visitor = enter(app, made.officer)
    path = f"/kebutuhan/{made.tender.code}/pemenang"
    page = visitor.get(path).get_data(as_text=True)
    fields, method = shown(page)
    first, second, third = (f"b{made.line(place).id}" for place in range(3))
    assert (fields, method) == ({first: "600", second: "0", third: "400"}, "post")
    chosen = BeautifulSoup(page, "html.parser").select("form#pilihan button[name=aksi]")
    assert [b["value"] for b in chosen] == ["hitung", "usulkan"]
    sent = {**fields, first: "500", second: "500", third: "0", "reason": WHY, "aksi": "usulkan"}
    assert visitor.post(path, sent).status_code == 303
    given = {award.bid_id: award.quantity_per_day for award in made.tender.awards}
    assert given == {made.bids[0].id: 500, made.bids[1].id: 500}


def test_counting_anew_keeps_the_reason_and_the_proposal_after_it_is_the_counted_one(app: Flask) -> None:
    made = market(limit=1)
    visitor = enter(app, made.officer)
    path = f"/kebutuhan/{made.tender.code}/pemenang"
    answer = visitor.post(path, form(made, 0, 900, 100, aksi="hitung"))
    page = answer.get_data(as_text=True)
    assert answer.status_code == 200
    assert not made.tender.awards
    assert WHY in page
    assert shown(page)[0] == {f"b{made.line(n).id}": text for n, text in enumerate(("0", "900", "100"))}
    # 31 days of 900 x 24.000 + 100 x 21.000
    assert "Rp734.700.000" in page
    assert visitor.post(path, {**shown(page)[0], "reason": WHY, "aksi": "usulkan"}).status_code == 303
    assert {award.quantity_per_day for award in made.tender.awards} == {900, 100}


def test_a_suggestion_replaces_what_is_typed_and_keeps_the_reason(app: Flask) -> None:
    made = market(limit=1)
    page = enter(app, made.officer).post(
        f"/kebutuhan/{made.tender.code}/pemenang", form(made, 0, 900, 100, usul="gabungan")
    )
    text = page.get_data(as_text=True)
    assert list(shown(text)[0].values()) == ["600", "0", "400"]
    assert WHY in text


def test_a_refused_reason_loses_no_amount_and_a_refused_amount_no_reason(app: Flask) -> None:
    made = market(limit=1)
    visitor = enter(app, made.officer)
    path = f"/kebutuhan/{made.tender.code}/pemenang"
    answer = visitor.post(path, {**form(made, 500, 500, 0, aksi="usulkan"), "reason": ""})
    assert answer.status_code == 422
    assert list(shown(answer.get_data(as_text=True))[0].values()) == ["500", "500", "0"]
    for act in ("usulkan", "hitung"):
        answer = visitor.post(path, {**form(made, 500, 500, 0, aksi=act), f"b{made.line(0).id}": "lima"})
        assert answer.status_code == 422
        assert list(shown(answer.get_data(as_text=True))[0].values()) == ["lima", "500", "0"]
        assert WHY in answer.get_data(as_text=True)
    assert not made.tender.awards


def test_nobody_decides_at_once_by_the_button_that_asks_the_approver(app: Flask) -> None:
    made = market(limit=500_000_000)
    visitor = enter(app, made.officer)
    path = f"/kebutuhan/{made.tender.code}/pemenang"
    assert "Usulkan ke penyetuju" in visitor.get(path).get_data(as_text=True)
    less = form(made, 600, 0, 0, partial="1")
    answer = visitor.post(path, {**less, "aksi": "usulkan"})
    assert answer.status_code == 422
    assert "langsung ditetapkan, tanpa penyetuju" in answer.get_data(as_text=True)
    assert "Tetapkan pemenang" in answer.get_data(as_text=True)
    assert made.tender.state is TenderState.EVALUATING
    assert visitor.post(path, {**less, "aksi": "tetapkan"}).status_code == 303
    assert made.tender.state is TenderState.AWARDED


def test_who_may_not_propose_may_count_but_has_no_button_to_propose(app: Flask) -> None:
    made = market(limit=1)
    page = enter(app, made.approver).get(f"/kebutuhan/{made.tender.code}/pemenang").get_data(as_text=True)
    assert shown(page)[1] == "get"
    assert "Hitung ulang" in page
    assert "Usulkan ke penyetuju" not in page


def test_an_approver_annuls_with_a_reason_and_the_officer_may_choose_anew(app: Flask) -> None:
    made = market(limit=1)
    officer, approver = enter(app, made.officer), enter(app, made.approver)
    path = f"/kebutuhan/{made.tender.code}/pemenang"
    officer.post(path, form(made, 600, 0, 400))
    assert approver.post(f"/persetujuan/{made.tender.code}/anulir", {"reason": ""}).status_code == 422
    assert approver.post(f"/persetujuan/{made.tender.code}/anulir", {"reason": "Minta tiga pemasok"}).status_code == 303
    assert "Hitung ulang" in officer.get(path).get_data(as_text=True)
    officer.post(path, form(made, 600, 0, 400))
    assert officer.post(f"{path}/tarik", {"reason": "Salah jumlah bagian"}).status_code == 303


def test_an_approver_of_another_company_sees_and_decides_nothing(app: Flask) -> None:
    made = market(limit=1)
    shares = [(made.lot, made.bids[0], 600), (made.lot, made.bids[2], 400)]
    awards.propose(made.tender, shares, WHY, made.officer, PRESENT)
    stranger = enter(app, scene((1, 1)).approver)
    assert made.tender.code not in stranger.get("/persetujuan").get_data(as_text=True)
    assert stranger.post(f"/persetujuan/{made.tender.code}/setujui").status_code == 404


def test_the_table_of_thirty_bids_needs_only_a_handful_of_statements(app: Flask) -> None:
    made = scene(*((20_000 + n, 100 + n) for n in range(30)))
    visitor = enter(app, made.officer)
    statements: list[str] = []
    event.listen(db.engine, "before_cursor_execute", lambda *args: statements.append(args[2]))
    assert visitor.get(f"/kebutuhan/{made.tender.code}/penawaran").status_code == 200
    assert len([s for s in statements if s.lstrip().upper().startswith("SELECT")]) <= 20
