"""The journal's pages."""

from __future__ import annotations

import io
import re
from datetime import datetime, timedelta

import pytest
from flask import Flask

from marketplace.config import ROOT
from marketplace.models import db
from marketplace.rules.audit import VERBS
from marketplace.rules.policy import SYSTEM, Actor, Role
from marketplace.services import journal
from marketplace.web.audit import STEPS
from tests.factories import accounts, tenders
from tests.visitors import Visitor


@pytest.fixture
def auditor(app: Flask, at: datetime) -> Visitor:
    """The journal holds two events of one tender and one of another; logging in adds one of its own."""
    first, second = tenders.tender(code="K-26-7001"), tenders.tender(code="K-26-7002")
    budi, ani = (Actor(user_id=accounts.user(n).id, name=n, role=Role.OFFICER) for n in ("Budi Contoh", "Ani Contoh"))
    journal.record("tender.publish", first, budi, at, moved=("draft", "published"))
    journal.record("tender.close", first, SYSTEM, at + timedelta(days=2))
    journal.record("tender.publish", second, ani, at + timedelta(days=3), reason="=1+1")
    db.session.commit()
    return Visitor.of(app, accounts.member(Role.AUDITOR))


def rows(page: str) -> set[str]:
    return {code for code in ("K-26-7001", "K-26-7002") if f"/jejak/{code}" in page}


@pytest.mark.parametrize(
    ("query", "codes"),
    [
        ("", {"K-26-7001", "K-26-7002"}),
        ("kode=k-26-7002", {"K-26-7002"}),
        ("kerja=tender.close", {"K-26-7001"}),
        ("pelaku=ani", {"K-26-7002"}),
        ("dari=2026-11-27", {"K-26-7002"}),
        ("sampai=2026-11-24", {"K-26-7001"}),
        ("dari=besok&sampai=2026-13-01", {"K-26-7001", "K-26-7002"}),
        ("kode=X", set()),
        ("halaman=999999999", {"K-26-7001", "K-26-7002"}),
    ],
)
def test_the_journal_is_filtered_by_code_verb_actor_and_day(auditor: Visitor, query: str, codes: set[str]) -> None:
    page = auditor.get(f"/jejak?{query}")
    assert page.status_code == 200
    assert rows(page.text) == codes


def test_verbs_are_shown_in_words(auditor: Visitor) -> None:
    page = auditor.get("/jejak?kode=K-26-7001").text
    assert "Umumkan" in page
    assert "sistem" in page


def test_one_thing_has_a_timeline_from_its_beginning(auditor: Visitor) -> None:
    page = auditor.get("/jejak/K-26-7001").text
    assert page.index("Umumkan") < page.index("Tutup")
    assert "Diumumkan" in page
    assert "published" not in page
    assert "K-26-7002" not in page
    assert auditor.get("/jejak/K-99-0001").status_code == 404


def test_the_files_hold_the_filtered_rows_and_no_live_formula(auditor: Visitor) -> None:
    text = auditor.get("/jejak.csv?kode=K-26-7002").data.decode("utf-8-sig")
    assert text.count("\r\n") == 2
    assert "'=1+1" in text
    book = auditor.get("/jejak.xlsx")
    assert book.status_code == 200
    assert io.BytesIO(book.data).read(2) == b"PK"
    assert len(auditor.get("/jejak.json?kode=K-26-7001").get_json()) == 2
    assert auditor.get("/jejak.pdf").status_code == 404


@pytest.mark.parametrize("role", [Role.CLERK, Role.VERIFIER])
def test_the_journal_is_for_auditors(app: Flask, role: Role) -> None:
    visitor = Visitor.of(app, accounts.member(role))
    for path in ("/jejak", "/jejak.csv", "/jejak/K-26-7001"):
        assert visitor.get(path).status_code == 403


def test_every_verb_of_the_journal_has_words() -> None:
    """A verb without a label would show its code to the auditor."""
    called = re.compile(r'journal\.record\(\s*"([a-z_.]+)"')
    services = (ROOT / "marketplace" / "services").rglob("*.py")
    written = {verb for path in services for verb in called.findall(path.read_text(encoding="utf-8"))}
    assert len(written) > 30
    assert sorted(verb for verb in written if verb not in VERBS and verb not in STEPS) == []
