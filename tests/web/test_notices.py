"""The bell."""

from __future__ import annotations

from datetime import datetime

from flask import Flask
from sqlalchemy import func, select

from marketplace.models import db
from marketplace.models.notices import Notice
from marketplace.rules.notices import NoticeKind
from marketplace.rules.policy import Role
from marketplace.services.notices import News, tell
from tests.factories import accounts
from tests.visitors import Visitor

NEWS = News(NoticeKind.BID, "Klaim usaha baru: %(business)s", "", "/akun", {"business": "Dapur & Co"})


def test_notices_stand_newest_first_with_their_words_and_links(app: Flask, at: datetime) -> None:
    user = accounts.member(Role.AUDITOR)
    tell([user], News(NoticeKind.BID, "Pertama", href="/a"), at)
    tell([user], NEWS, at)
    page = Visitor.of(app, user).get("/pemberitahuan").text
    assert page.index("Klaim usaha baru: Dapur &amp; Co") < page.index("Pertama")
    assert 'href="/akun"' in page
    assert "https://wa.me/?text=Klaim%20usaha%20baru" in page


def test_a_name_with_a_percent_sign_does_not_break_the_page(app: Flask, at: datetime) -> None:
    user = accounts.member(Role.AUDITOR)
    tell([user], News(NoticeKind.BID, "Halo %(name)s", "100%% beres", "/akun", {"name": "50% %(x)s"}), at)
    assert Visitor.of(app, user).get("/pemberitahuan").status_code == 200


def test_opening_one_marks_it_read_and_leads_on(app: Flask, at: datetime) -> None:
    user = accounts.member(Role.AUDITOR)
    tell([user], NEWS, at)
    visitor, number = Visitor.of(app, user), db.session.scalar(select(Notice.id))
    assert visitor.post(f"/pemberitahuan/{number}/buka").location == "/akun"
    assert db.session.scalar(select(func.count()).where(Notice.read_at.is_(None))) == 0


def test_all_are_marked_read_at_once_and_only_ones_own(app: Flask, at: datetime) -> None:
    mine, other = accounts.member(Role.AUDITOR), accounts.member(Role.HEAD)
    tell([mine, other], NEWS, at)
    assert Visitor.of(app, mine).post("/pemberitahuan/semua-dibaca").status_code == 303
    assert db.session.scalars(select(Notice.user_id).where(Notice.read_at.is_(None))).all() == [other.id]


def test_nobody_opens_the_notice_of_another(app: Flask, at: datetime) -> None:
    mine, other = accounts.member(Role.AUDITOR), accounts.member(Role.HEAD)
    tell([other], NEWS, at)
    number = db.session.scalar(select(Notice.id))
    assert Visitor.of(app, mine).post(f"/pemberitahuan/{number}/buka").status_code == 404
    assert "Dapur" not in Visitor.of(app, mine).get("/pemberitahuan").text


def test_looking_at_the_bell_changes_nothing(app: Flask, at: datetime) -> None:
    user = accounts.member(Role.AUDITOR)
    tell([user], NEWS, at)
    Visitor.of(app, user).get("/pemberitahuan")
    assert db.session.scalar(select(func.count()).where(Notice.read_at.is_(None))) == 1
