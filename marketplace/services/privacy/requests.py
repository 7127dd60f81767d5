"""What a person asks about their own data, and the city's answer within 72 hours."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select

from marketplace.models import db
from marketplace.models.accounts import User
from marketplace.models.privacy import DataRequest
from marketplace.rules.notices import NoticeKind
from marketplace.rules.policy import Actor, Role, require
from marketplace.rules.privacy import RequestKind, RequestState, due, wording
from marketplace.rules.reasons import check_reason
from marketplace.rules.refusals import Invalid, WrongState
from marketplace.rules.words import N_
from marketplace.services import codes, journal, moves
from marketplace.services.notices import News, tell, tell_city
from marketplace.services.privacy.erasure import erase


def ask(user: User, kind: RequestKind, text: str, actor: Actor, at: datetime) -> DataRequest:
    """Ask for a correction, erasure, withdrawal of consent or a human look at one's ranking.

    An owner asks for their business too. Raises Invalid("text") for what cannot be understood, WrongState while the
    same request waits.
    """
    require(actor, "privacy.ask")
    words = wording(text, "text", needed=kind in {RequestKind.CORRECT, RequestKind.REVIEW})
    waiting = select(DataRequest.id).where(DataRequest.user_id == user.id, DataRequest.kind == kind)
    if db.session.scalar(waiting.where(DataRequest.state == RequestState.MADE)) is not None:
        raise WrongState("request_waits", N_("Permintaan yang sama sudah menunggu jawaban."))
    asked = DataRequest(
        code=codes.next_code(codes.DATA_REQUEST, at),
        user_id=user.id,
        business_id=actor.business_id if actor.role is Role.OWNER else None,
        kind=kind,
        text=words,
        made_at=at,
        due_at=due(at),
    )
    db.session.add(asked)
    journal.record("privacy.ask", asked, actor, at, moved=("", str(RequestState.MADE)), details={"kind": str(kind)})
    news = News(
        NoticeKind.ACCOUNT,
        N_("Permintaan data pribadi %(code)s"),
        N_("Harus dijawab dalam 3 x 24 jam."),
        f"/permintaan-data/{asked.code}",
        {"code": asked.code},
    )
    tell_city((Role.CLERK, Role.HEAD), news, at)
    return asked


def grant(asked: DataRequest, answer: str, actor: Actor, at: datetime) -> None:
    """Do, or say that it was done: an erasure is carried out here and now, the rest by hand before.

    Raises Invalid("answer") without words, WrongState while somebody still relies on the person, Forbidden.
    """
    words = wording(answer, "answer")
    moves.move(asked, "grant", actor, at, reason=words)
    asked.decided_by_id = actor.user_id
    _told(asked, N_("Permintaan %(code)s dipenuhi"), at)
    if asked.kind is RequestKind.ERASE:
        erase(asked.user, asked.business, actor, at)
        asked.text = ""


def refuse(asked: DataRequest, reason: str, actor: Actor, at: datetime) -> None:
    """Say no, and why. Raises Invalid("reason"), WrongState, Forbidden."""
    words = check_reason(reason)
    moves.move(asked, "refuse", actor, at, reason=words)
    asked.decided_by_id = actor.user_id
    _told(asked, N_("Permintaan %(code)s belum bisa dipenuhi"), at)


def copied(user: User, actor: Actor, at: datetime) -> None:
    """Note in the journal that a person took a copy of all that is held about them. Raises Invalid for another's."""
    if user.id != actor.user_id:
        raise Invalid("user", "not_own", N_("Salinan ini hanya untuk pemiliknya."))
    journal.record("privacy.copy", user, actor, at)


def _told(asked: DataRequest, title: str, at: datetime) -> None:
    params = {"code": asked.code, "reason": asked.reason}
    tell([asked.user], News(NoticeKind.ACCOUNT, title, N_("Jawaban Dinkop: %(reason)s"), "/akun/data", params), at)
