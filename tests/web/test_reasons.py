"""A reason that is not enough leads back to the page of the question: open, with what was typed and what is wrong."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import time_machine
from bs4 import BeautifulSoup, Tag
from flask import Flask
from sqlalchemy import select

from marketplace.models import db
from marketplace.models.sessions import SentForm
from marketplace.rules.bids import BidState
from marketplace.rules.policy import Role
from tests.factories import accounts, buyers, tenders
from tests.factories.negotiations import Scene
from tests.factories.tenders import PRESENT
from tests.visitors import Visitor
from tests.web.test_awards import enter, market


@pytest.fixture(autouse=True)
def _now() -> Iterator[None]:
    with time_machine.travel(PRESENT, tick=False):
        yield


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
    assert (refused.status_code, refused.location) == (303, f"{here}?urut=harga#alasan")
    assert db.session.scalars(select(SentForm)).all() == [], "what was refused can be sent again"
    (box,) = opened(officer.get(refused.location).text)
    assert box["id"] == "alasan"
    assert box.select("form")[0]["action"] == action
    field = box.select("textarea")[0]
    assert (field.text, field["aria-invalid"], field["aria-describedby"]) == ("SLHS <b>", "true", "reason-error")
    assert "Tulis alasannya dengan satu kalimat" in box.select("#reason-error")[0].text
    assert officer.post(*answer(box, "SLHS tidak berlaku lagi")).status_code == 303
    assert [action.split("/")[-2]] == [bid.code for bid in made.bids if bid.state is BidState.DISQUALIFIED]


def test_it_is_asked_again_once_only(officer: Visitor, here: str) -> None:
    officer.post(*answer(questions(officer.get(here).text)[0], "x"))
    assert len(opened(officer.get(here).text)) == 1
    assert opened(officer.get(here).text) == []


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
    assert officer.post(action, typed | {"halaman_tanya": "https://lain.test/"}).location == "/#alasan"


@pytest.mark.parametrize("more", [{}, {"halaman_tanya": ""}], ids=["no page", "an empty one"])
def test_without_its_page_a_short_reason_is_an_error_page(
    made: Scene, officer: Visitor, here: str, more: dict[str, str]
) -> None:
    assert officer.post(f"{here}/{made.bids[0].code}/gugurkan", {"reason": "x", **more}).status_code == 422


def test_another_refusal_is_an_error_page_as_ever(made: Scene, officer: Visitor, here: str) -> None:
    action, typed = answer(questions(officer.get(here).text)[0], "SLHS tidak berlaku lagi")
    assert officer.post(action, typed).status_code == 303
    assert officer.post(action, typed | {"sekali": "lain"}).status_code == 409
