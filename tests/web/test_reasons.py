"""A reason that is refused brings the page of the question again: open, with what was typed and what is wrong."""

from __future__ import annotations

import pytest
from bs4 import BeautifulSoup, Tag
from flask import Flask
from sqlalchemy import select

from marketplace.models import db
from marketplace.models.sessions import SentForm
from marketplace.rules.bids import BidState
from marketplace.rules.policy import Role
from tests.factories import accounts, businesses, buyers, tenders
from tests.factories.negotiations import Scene
from tests.visitors import Visitor
from tests.web.test_awards import enter, market

pytestmark = pytest.mark.usefixtures("present")


@pytest.fixture
def made(app: Flask) -> Scene:
    return market()


@pytest.fixture
def officer(app: Flask, made: Scene) -> Visitor:
    return enter(app, made.officer)


@pytest.fixture
def here(made: Scene) -> str:
    return f"/kebutuhan/{made.tender.code}/penawaran"


def questions(text: str) -> list[Tag]:
    """The boxes of a page that ask for a reason before they act."""
    return BeautifulSoup(text, "html.parser").select("details.confirm:has(input[name=halaman_tanya])")


def opened(text: str) -> list[Tag]:
    """Those that stand open."""
    return [box for box in questions(text) if box.has_attr("open")]


def answer(box: Tag, reason: str) -> tuple[str, dict[str, str]]:
    """Where a question is sent, and what with."""
    form = box.select("form")[0]
    hidden = {str(field["name"]): str(field["value"]) for field in form.select("input[type=hidden]")}
    return str(form["action"]), {**hidden, "reason": reason}


def test_the_page_comes_again_with_the_question_open_and_nothing_lost(made: Scene, officer: Visitor, here: str) -> None:
    boxes = questions(officer.get(f"{here}?urut=harga").text)
    assert len(boxes) == len(made.bids)
    action, typed = answer(boxes[1], "SLHS <b>")
    refused = officer.post(action, typed)
    assert refused.status_code == 422
    assert db.session.scalars(select(SentForm)).all() == [], "what was refused can be sent again"
    (box,) = opened(refused.text)
    assert box["id"] == "alasan"
    assert box.select("form")[0]["action"] == action
    field = box.select("textarea")[0]
    assert (field.text, field["aria-invalid"], field["aria-describedby"]) == ("SLHS <b>", "true", "reason-error")
    assert field.has_attr("autofocus"), "the page opens where it is to be mended"
    assert box.select("input[name=halaman_tanya]")[0]["value"] == f"{here}?urut=harga"
    assert len(refused.headers.getlist("Content-Security-Policy")) == 1
    assert "Tulis alasannya dengan satu kalimat" in box.select("#reason-error")[0].text
    assert officer.post(*answer(box, "SLHS tidak berlaku lagi")).status_code == 303
    assert [action.split("/")[-2]] == [bid.code for bid in made.bids if bid.state is BidState.DISQUALIFIED]


def test_it_is_asked_again_once_only(officer: Visitor, here: str) -> None:
    refused = officer.post(*answer(questions(officer.get(here).text)[0], "x"))
    assert len(opened(refused.text)) == 1
    assert opened(officer.get(here).text) == []


@pytest.mark.parametrize("letters", [701, 1001, 2001, 5000, 400_000])
@pytest.mark.parametrize("where", ["the page of another act", "its own page"])
def test_a_reason_of_any_length_comes_back_whole(
    app: Flask, officer: Visitor, here: str, letters: int, where: str
) -> None:
    if where == "its own page":
        tender = tenders.tender(buyer=buyers.buyer("PT Lain"))
        officer, here = Visitor.of(app, accounts.member(Role.OFFICER, tender.buyer)), f"/kebutuhan/{tender.code}"
    # 701 letters are allowed where they are a sentence: of one letter and white space nothing is left to read
    typed = "Ä" + " " * (letters - 2) + "x" if letters < 1000 else "Alasannya panjang sekali. " * (letters // 26 + 1)
    refused = officer.post(*answer(questions(officer.get(here).text)[0], typed))
    assert refused.status_code == 422
    (box,) = opened(refused.text)
    assert box.select("textarea")[0].text == typed
    said = "paling sedikit 10 huruf" if letters < 1000 else "paling banyak 1.000 huruf"
    assert said in box.select("#reason-error, .error")[0].text


def test_a_form_of_a_page_keeps_a_reason_of_any_length(app: Flask) -> None:
    clerk = Visitor.of(app, accounts.member(Role.CLERK))
    kitchen = businesses.business()
    typed = "Alasannya panjang sekali. " * 200
    refused = clerk.post(f"/registri/{kitchen.code}/pindah/suspend", {"reason": typed})
    assert refused.status_code == 422
    assert BeautifulSoup(refused.text, "html.parser").select("#reason")[0].text == typed.strip()


def test_the_page_is_asked_for_as_the_same_visitor_and_in_the_same_language(
    made: Scene, officer: Visitor, here: str
) -> None:
    officer.client.set_cookie("bahasa", "en")
    refused = officer.post(*answer(questions(officer.get(here).text)[0], "x"))
    assert 'lang="en"' in refused.text
    assert made.bids[0].code in refused.text


def test_a_page_drawn_in_answer_to_the_form_opens_its_own_question(app: Flask) -> None:
    tender = tenders.tender(buyer=buyers.buyer())
    officer = Visitor.of(app, accounts.member(Role.OFFICER, tender.buyer))
    (box,) = questions(officer.get(f"/kebutuhan/{tender.code}").text)
    refused = officer.post(*answer(box, "  "))
    assert refused.status_code == 422
    (again,) = opened(refused.text)
    page = BeautifulSoup(refused.text, "html.parser")
    assert "Tulis alasannya" in again.select(".error")[0].text
    assert len(page.select("#reason")) == 1, "the summary on top leads to one field"
    assert page.select(".error-summary a[href='#reason']")
    assert page.select("#undur-alasan")[0].get("aria-invalid") is None, "another form's reason is not to blame"
    assert officer.post(*answer(again, "Anggaran pindah")).status_code == 303


def test_nobody_is_led_to_another_site(officer: Visitor, here: str) -> None:
    action, typed = answer(questions(officer.get(here).text)[0], "x")
    refused = officer.post(action, typed | {"halaman_tanya": "https://lain.test/"})
    assert refused.status_code == 422
    assert refused.location is None


@pytest.mark.parametrize("page", ["/tidak-ada", "/perusahaan.csv", "/akun-akun", "/kebutuhan/%00"])
def test_what_is_no_page_of_this_visitor_is_an_error_page(officer: Visitor, here: str, page: str) -> None:
    action, typed = answer(questions(officer.get(here).text)[0], "x")
    refused = officer.post(action, typed | {"halaman_tanya": page})
    assert refused.status_code == 422
    assert "Tulis alasannya" in refused.text


@pytest.mark.parametrize("more", [{}, {"halaman_tanya": ""}], ids=["no page", "an empty one"])
def test_without_its_page_a_short_reason_is_an_error_page(
    made: Scene, officer: Visitor, here: str, more: dict[str, str]
) -> None:
    assert officer.post(f"{here}/{made.bids[0].code}/gugurkan", {"reason": "x", **more}).status_code == 422


def test_another_refusal_is_an_error_page_as_ever(made: Scene, officer: Visitor, here: str) -> None:
    action, typed = answer(questions(officer.get(here).text)[0], "SLHS tidak berlaku lagi")
    assert officer.post(action, typed).status_code == 303
    assert officer.post(action, typed | {"sekali": "lain"}).status_code == 409
