"""Questions about a tender: asked by one supplier, answered for all."""

from __future__ import annotations

from flask import g

from marketplace.api import documents as doc
from marketplace.api import presenting
from marketplace.api.doors import ApiDoor
from marketplace.reads import tenders as reads
from marketplace.reads.desks.suppliers import own_business
from marketplace.services import tenders as service
from marketplace.web.doors import found

door = ApiDoor("questions")
LONGEST_ID = 9


@door.read("/tenders/{code}/questions", "tender.see", doc.Questions)
def list_questions(code: str) -> doc.Questions:
    """The questions about a tender with their answers, oldest first."""
    tender = found(reads.tender_for(g.actor, code))
    return doc.Questions(questions=[presenting.question(q) for q in reads.around(g.actor, tender).questions])


@door.act("/tenders/{code}/questions", "question.ask", doc.QuestionOut, doc.TextIn, status=201)
def ask_question(body: doc.TextIn, code: str) -> doc.QuestionOut:
    """Ask about a tender; the answer goes to all, the asker stays unnamed."""
    tender = found(reads.tender_for(g.actor, code))
    return presenting.question(service.ask(tender, found(own_business(g.actor)), body.text, g.actor, g.at))


@door.act("/tenders/{code}/questions/{number}/answer", "tender.answer", doc.QuestionOut, doc.TextIn)
def answer_question(body: doc.TextIn, code: str, number: str) -> doc.QuestionOut:
    """Answer a question about one's own tender, for everybody."""
    known = number.isdecimal() and len(number) <= LONGEST_ID
    question = found(reads.question_for(g.actor, code, int(number)) if known else None)
    service.answer(question, body.text, g.actor, g.at)
    return presenting.question(question)
