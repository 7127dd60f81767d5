"""A form that is sent twice acts once: whatever the form, whoever sends it, one after the other or both at once."""

from __future__ import annotations

import contextvars
import hashlib
import re
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
import time_machine
from bs4 import BeautifulSoup
from flask import Flask, g
from sqlalchemy import func, select
from werkzeug.test import TestResponse

import marketplace
from marketplace.jobs import retention
from marketplace.models import Base, db
from marketplace.models.accounts import Claim, User
from marketplace.models.bids import Bid
from marketplace.models.budgets import Expense
from marketplace.models.documents import Document
from marketplace.models.registrations import Registration
from marketplace.models.sessions import LoginSession, SentForm
from marketplace.models.tenders import Question
from marketplace.rules.policy import Role
from marketplace.services import accounts as account_services
from marketplace.services import idempotency, sealing
from marketplace.services.sessions import actor_of
from marketplace.web import once
from tests.factories import accounts, businesses, tenders, training
from tests.factories import cohorts as cohort_factory
from tests.factories.cohorts import FIRST, moment
from tests.factories.tenders import PRESENT
from tests.statements import statements
from tests.visitors import Visitor
from tests.web import test_budgets
from tests.web.test_registrations import ASKED

TEMPLATES = Path(marketplace.__file__).parent / "templates"
TOKEN = "x" * 22
TWINS = 4
SAID = "dihitung sekali"
LUNCH = test_budgets.LUNCH | {once.FIELD: TOKEN}


pytestmark = pytest.mark.usefixtures("present")


@pytest.fixture
def clerk(app: Flask) -> User:
    return accounts.member(Role.CLERK)


@pytest.fixture
def desk(app: Flask, clerk: User) -> Visitor:
    return Visitor.of(app, clerk)


@pytest.fixture
def paying(app: Flask) -> str:
    """The form of an expense."""
    return f"/anggaran/{training.budget(meals=1_000_000).code}/pengeluaran/baru"


def count(kind: type[Base]) -> int:
    return int(db.session.scalar(select(func.count()).select_from(kind)) or 0)


def token_on(page: TestResponse) -> str:
    """The token that the forms of a page carry."""
    field = BeautifulSoup(page.text, "html.parser").select_one(f"main input[name={once.FIELD}]")
    assert field is not None
    return str(field["value"])


# -- every form ------------------------------------------------------------------


def test_every_form_that_is_posted_carries_both_keys() -> None:
    """There is one macro that writes them, and no form without it."""
    for path in TEMPLATES.rglob("*.html"):
        text = path.read_text()
        if path.name != "keys.html":
            assert 'name="csrf_token"' not in text, path
        for form in re.findall(r'<form\b[^<]*method="post".*?(?:</form>|endmacro)', text, re.DOTALL):
            assert "form_keys()" in form or "_hidden(fields)" in form, path


def test_the_forms_of_a_page_share_a_token_and_the_next_page_has_another(desk: Visitor) -> None:
    pages = [BeautifulSoup(desk.get("/akun").text, "html.parser") for _ in range(2)]
    tokens = [{field["value"] for field in page.select(f"input[name={once.FIELD}]")} for page in pages]
    assert [len(found) for found in tokens] == [1, 1]
    assert tokens[0] != tokens[1]
    assert all(form.select_one(f"input[name={once.FIELD}]") for form in pages[0].select("form[method=post]"))


def test_a_page_writes_nothing(desk: Visitor, paying: str) -> None:
    with statements() as sent:
        assert desk.get(paying).status_code == 200
    assert [text for text in sent if text.startswith(("INSERT", "UPDATE", "DELETE"))] == []


# -- twice, one after the other ----------------------------------------------------


def test_an_expense_sent_twice_counts_once(desk: Visitor, paying: str) -> None:
    typed = LUNCH | {once.FIELD: token_on(desk.get(paying))}
    first, second = (desk.post(paying, typed) for _ in range(2))
    assert (first.status_code, second.status_code) == (303, 303)
    assert first.location == second.location
    assert count(Expense) == 1
    assert SAID in desk.get(second.location).text


def test_a_stranger_who_asks_to_be_registered_twice_asks_once(app: Flask, client: Visitor) -> None:
    told = [client.post("/klaim-usaha/daftar", ASKED | {once.FIELD: TOKEN}).location for _ in range(2)]
    assert told == ["/klaim-usaha"] * 2
    assert count(Registration) == 1
    other = {"name": "Bengkel Las Karya", "owner_name": "Joko Contoh", "phone": "0812 7777 0001", "nib": "", "nik": ""}
    assert Visitor.of(app).post("/klaim-usaha/daftar", ASKED | other | {once.FIELD: TOKEN}).status_code == 303
    assert count(Registration) == 2, "another browser is somebody else"


def test_a_newcomer_whose_answer_was_lost_has_claimed_all_the_same(app: Flask, client: Visitor) -> None:
    business = businesses.business(nib="1234567890123", owner_birth_date=PRESENT.date())
    typed = {
        "birth": PRESENT.date().isoformat(),
        "name": "Siti Contoh",
        "login": "siti@contoh.test",
        "password": "tiga kambing biru",
        "consent": "ya",
        once.FIELD: TOKEN,
    }
    first = client.post(f"/klaim-usaha/{business.code}", typed)
    assert first.location == "/akun#klaim", first.text
    client.client.delete_cookie("sesi")
    assert client.post(f"/klaim-usaha/{business.code}", typed).location == "/akun#klaim"
    assert count(Claim) == 1


def test_a_bid_sent_twice_with_its_file_is_one_bid_with_one_file(app: Flask) -> None:
    tender = tenders.tender()
    sealing.create(tender, PRESENT)
    owner = Visitor.of(app, accounts.member(Role.OWNER, business=businesses.business(capacity=700)))
    steps = f"/kebutuhan/{tender.code}/tawar"
    owner.post(f"{steps}?langkah=1", {"lot-1-quantity": "500"})
    owner.post(f"{steps}?langkah=2", {"lot-1-price": "17.431"})

    def send() -> TestResponse:
        file = (BytesIO(b"%PDF-1.7 menu"), "menu.pdf")
        return owner.post(f"{steps}/kirim", {"valid_until": "2027-03-31", "documents": file, once.FIELD: TOKEN})

    first, second = send(), send()
    assert first.status_code == 303
    assert first.location == second.location
    assert (count(Bid), count(Document)) == (1, 1)


def test_a_step_that_gives_the_browser_its_key_gives_it_again(app: Flask) -> None:
    """Without the key of the answer that was lost nobody could read the draft."""
    tender = tenders.tender()
    sealing.create(tender, PRESENT)
    owner = Visitor.of(app, accounts.member(Role.OWNER, business=businesses.business(capacity=700)))
    step = f"/kebutuhan/{tender.code}/tawar?langkah=1"
    typed = {"lot-1-quantity": "500", once.FIELD: TOKEN}
    assert owner.post(step, typed).status_code == 303
    owner.client.delete_cookie("amplop")
    assert owner.post(step, typed).status_code == 303
    assert 'value="500"' in owner.get(step).text


def test_a_question_sent_twice_is_asked_once(app: Flask) -> None:
    tender = tenders.tender()
    owner = Visitor.of(app, accounts.member(Role.OWNER, business=businesses.business(capacity=700)))
    typed = {"question": "Apakah ada dapur di lokasi?", once.FIELD: TOKEN}
    assert [owner.post(f"/kebutuhan/{tender.code}/tanya", typed).status_code for _ in range(2)] == [303, 303]
    assert count(Question) == 1


# -- not the same ------------------------------------------------------------------


def test_a_refused_form_can_be_corrected_and_sent(desk: Visitor, paying: str) -> None:
    for _ in range(2):
        assert desk.post(paying, LUNCH | {"amount": "1.000.001"}).status_code == 422
    assert count(SentForm) == 0
    assert desk.post(paying, LUNCH).status_code == 303
    assert count(Expense) == 1


def test_a_form_written_anew_after_back_is_another_one(desk: Visitor, paying: str) -> None:
    for amount in ("50.000", "60.000", "60.000"):
        assert desk.post(paying, LUNCH | {"amount": amount}).status_code == 303
    assert sorted(db.session.scalars(select(Expense.amount))) == [50_000, 60_000]


def test_who_goes_back_and_changes_their_mind_again_has_the_last_word(desk: Visitor, paying: str) -> None:
    for amount in ("50.000", "60.000", "60.000", "50.000", "50.000"):
        assert desk.post(paying, LUNCH | {"amount": amount}).status_code == 303
    assert sorted(db.session.scalars(select(Expense.amount))) == [50_000, 50_000, 60_000]
    assert count(SentForm) == 1


def test_a_form_with_another_file_is_another_one(desk: Visitor, paying: str) -> None:
    for content in (b"%PDF-1.7 satu", b"%PDF-1.7 satu", b"%PDF-1.7 dua"):
        assert desk.post(paying, LUNCH | {"proof": (BytesIO(content), "bukti.pdf")}).status_code == 303
    assert (count(Expense), count(Document)) == (2, 2)


def test_the_same_form_from_the_next_page_is_another_one(desk: Visitor, paying: str) -> None:
    for _ in range(2):
        desk.post(paying, LUNCH | {once.FIELD: token_on(desk.get(paying))})
    assert count(Expense) == 2


def test_a_form_without_a_token_acts_as_ever(desk: Visitor, paying: str) -> None:
    for _ in range(2):
        assert desk.post(paying, LUNCH | {once.FIELD: ""}).status_code == 303
    assert count(Expense) == 2


def test_nobody_gets_the_answer_of_somebody_else(app: Flask, desk: Visitor, paying: str) -> None:
    first = desk.post(paying, LUNCH)
    other = Visitor.of(app, accounts.member(Role.CLERK)).post(paying, LUNCH)
    assert first.location != other.location
    assert count(Expense) == 2
    assert Visitor.of(app).post(paying, LUNCH).location == "/masuk"


# -- what is done again ------------------------------------------------------------


def test_who_logs_in_twice_is_in(client: Visitor) -> None:
    account_services.make_user("Siti", PRESENT, email="siti@contoh.test", password="tiga kambing biru")
    typed = {"login": "siti@contoh.test", "password": "tiga kambing biru", once.FIELD: TOKEN}
    client.post("/masuk", typed)
    client.client.delete_cookie("sesi")
    client.post("/masuk", typed)
    assert client.get("/akun").status_code == 200
    assert count(LoginSession) == 2


def test_a_file_is_given_again(app: Flask) -> None:
    business = businesses.business()
    owner = Visitor.of(app, accounts.member(Role.OWNER, business=business))
    for _ in range(2):
        assert owner.post(f"/paspor/{business.code}/unduh", {once.FIELD: TOKEN}).data.startswith(b"%PDF")


def test_what_changed_nothing_is_not_called_saved(app: Flask, desk: Visitor) -> None:
    """Nobody was ticked: sent again it is said again, and once somebody is there it acts."""
    cohort = cohort_factory.cohort()
    target = f"/pelatihan/{cohort.code}/undang"
    for _ in range(2):
        answer = desk.get(desk.post(target, {once.FIELD: TOKEN}).location)
        assert "Centang dulu" in answer.text
        assert SAID not in answer.text


def test_whether_there_is_an_account_cannot_be_read_from_what_was_kept(client: Visitor) -> None:
    account_services.make_user("Siti", PRESENT, email="siti@contoh.test", password="tiga kambing biru")
    for login in ("siti@contoh.test", "siapa@contoh.test"):
        texts = [client.post("/lupa-sandi", {"login": login, once.FIELD: TOKEN}).text for _ in range(2)]
        assert len(texts[0]) == len(texts[1])


def test_a_list_that_a_phone_kept_gets_its_answer_again(desk: Visitor) -> None:
    cohort = cohort_factory.running()
    ids = [e.id for e in cohort.enrolments]
    typed: dict[str, Any] = {"day": FIRST.isoformat(), "terdaftar": ids, "hadir": ids}
    with time_machine.travel(moment(cohort, 1), tick=False):
        told = [
            desk.post(f"/pelatihan/{cohort.code}/kehadiran", typed | {"kiriman": "1", once.FIELD: TOKEN}).json
            for _ in range(2)
        ]
    assert [answer["changed"] for answer in told if answer] == [2, 0]


# -- at once -----------------------------------------------------------------------


def at_once(app: Flask, user: int, path: str, typed: dict[str, str]) -> list[tuple[int, str | None]]:
    """The same form from TWINS threads at the same moment."""
    visitors = [Visitor.of(app, db.session.get_one(User, user)) for _ in range(TWINS)]
    keys = [{"csrf_token": visitor.csrf_token()} for visitor in visitors]
    db.session.commit()
    db.session.remove()
    start = threading.Barrier(TWINS)

    def send(number: int) -> tuple[int, str | None]:
        start.wait(20)
        answer = contextvars.Context().run(visitors[number].client.post, path, data=typed | keys[number])
        return answer.status_code, answer.location

    with ThreadPoolExecutor(TWINS) as pool:
        return list(pool.map(send, range(TWINS)))


def test_twins_sent_at_once_act_once_and_all_get_the_same_answer(app: Flask, clerk: User, paying: str) -> None:
    number = clerk.id
    for round_ in range(3):
        told = at_once(app, number, paying, LUNCH | {once.FIELD: f"satu-{round_}"})
        assert len(set(told)) == 1
        assert told[0][0] == 303
        assert count(Expense) == round_ + 1


def test_the_race_catches_a_door_that_does_not_claim(
    app: Flask, clerk: User, paying: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(idempotency, "claim_form", lambda *_: None)
    at_once(app, clerk.id, paying, LUNCH)
    assert count(Expense) == TWINS


# -- what is kept ------------------------------------------------------------------


def test_nothing_that_is_kept_tells_what_was_sent_or_by_whom(
    app: Flask, clerk: User, desk: Visitor, paying: str
) -> None:
    answer = desk.post(paying, LUNCH)
    kept = db.session.query(SentForm).one()
    assert {column.name for column in SentForm.__table__.columns} == {"print", "page", "location", "sent_at"}
    assert kept.location == answer.location
    assert TOKEN not in kept.print + kept.page
    with app.test_request_context(paying, method="POST", data={once.FIELD: TOKEN, **LUNCH}):
        g.actor = actor_of(clerk, clerk.memberships[0])
        assert once.prints_of_form() == (kept.print, kept.page)
        app.config["SECRET_KEY"] = "another"
        assert once.prints_of_form()[0] != kept.print, "keyed: nobody without the secret can try prices"
    assert hashlib.sha256(TOKEN.encode()).hexdigest() != kept.print


def test_a_form_is_forgotten_after_two_days(desk: Visitor, paying: str) -> None:
    desk.post(paying, LUNCH)
    later = PRESENT + idempotency.FORM_KEPT
    assert retention.run(later) == 0
    assert retention.run(later + timedelta(seconds=1)) == 1
    assert count(SentForm) == 0
