"""Questions about a tender: asked by one, answered for all."""

from __future__ import annotations

from datetime import datetime

from marketplace.models import db
from marketplace.models.businesses import Business
from marketplace.models.tenders import Question, Tender
from marketplace.rules.notices import NoticeKind
from marketplace.rules.policy import SYSTEM, Actor, Role, require
from marketplace.rules.refusals import Invalid, WrongState
from marketplace.rules.tenders import QUESTIONS_STOP, takes_questions
from marketplace.rules.words import N_
from marketplace.services import journal, notices
from marketplace.services.notices import News
from marketplace.services.tenders.invitations import concerned, params_of, people_of

LONGEST = 1000
MOST_OPEN = 10
"""Unanswered questions that one business may have at one tender."""


def ask(tender: Tender, business: Business, text: str, actor: Actor, at: datetime) -> Question:
    """Ask the buyer something. Buyer and competitors see the question, never who asked.

    Raises Forbidden, WrongState when questions have stopped, Invalid for an empty or too long text.
    """
    require(actor, "question.ask", business)
    if not takes_questions(tender, at):
        raise WrongState(
            "questions_closed",
            N_("Pertanyaan ditutup %(hours)s jam sebelum batas waktu, supaya semua sempat membaca jawabannya."),
            hours=int(QUESTIONS_STOP.total_seconds() // 3600),
        )
    waiting = [q for q in tender.questions if q.business_id == business.id and q.answered_at is None]
    if len(waiting) >= MOST_OPEN:
        raise WrongState("questions_many", N_("Tunggu dulu jawaban atas pertanyaan Anda sebelumnya."))
    made = Question(business_id=business.id, text=_words("question", text), asked_at=at)
    tender.questions.append(made)
    db.session.flush()
    # The asker's name must not reach the buyer, who reads the tender's journal: it stays in the question's own row.
    journal.record("tender.ask", tender, SYSTEM, at, details={"question": made.id})
    news = News(
        NoticeKind.QUESTION,
        N_("Pertanyaan baru: %(title)s"),
        N_("Jawaban Anda terbaca oleh semua pemasok."),
        f"/kebutuhan/{tender.code}#tanya",
        params_of(tender),
    )
    notices.tell_buyer(tender.buyer_id, (Role.OFFICER,), news, at)
    return made


def answer(question: Question, text: str, actor: Actor, at: datetime) -> None:
    """Answer a question for everybody; an answer once given may be bettered until the deadline.

    Raises Forbidden, WrongState after the deadline, Invalid for an empty or too long text.
    """
    tender = question.tender
    require(actor, "tender.answer", tender)
    if tender.closes_at is None or at > tender.closes_at:
        raise WrongState("answer_late", N_("Batas waktu sudah lewat; jawaban baru tidak adil bagi yang sudah menawar."))
    before = question.answer
    question.answer, question.answered_at = _words(f"answer-{question.id}", text), at
    journal.record(
        "tender.answer",
        tender,
        actor,
        at,
        details={"question": question.id, "before": before, "after": question.answer},
    )
    news = News(
        NoticeKind.QUESTION,
        N_("Ada jawaban: %(title)s"),
        N_("Pembeli menjawab sebuah pertanyaan. Jawabannya berlaku untuk semua."),
        f"/kebutuhan/{tender.code}#tanya",
        params_of(tender),
    )
    notices.tell(people_of(concerned(tender)), news, at)


def _words(field: str, text: str) -> str:
    words = text.strip()
    if not words:
        raise Invalid(field, "text_empty", N_("Tulis dulu isinya."))
    if len(words) > LONGEST:
        raise Invalid(field, "text_long", N_("Paling panjang %(limit)s huruf."), limit=LONGEST)
    return words
