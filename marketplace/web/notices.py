"""The bell: what happened that needs me."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from flask import flash, g, redirect, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from marketplace.models.notices import Notice
from marketplace.reads import notices as reading
from marketplace.rules.words import Tone
from marketplace.services import notices as service
from marketplace.web import whatsapp
from marketplace.web.doors import Door, found

door = Door("notices")


@dataclass(frozen=True)
class Line:
    """One notice in the reader's words."""

    id: int
    title: str
    body: str
    href: str
    at: datetime
    read: bool
    tone: Tone
    kind: str
    wa_href: str


@door.page("/pemberitahuan", "notice.see")
def bell() -> ResponseReturnValue:
    """Every notice, newest first."""
    page = request.args.get("halaman", 1, type=int)
    found_bell = reading.bell(g.actor, page)
    return render_template("notices/bell.html", bell=found_bell, lines=[line_of(n) for n in found_bell.notices])


@door.act("/pemberitahuan/<int:number>/buka", "notice.see")
def follow(number: int) -> ResponseReturnValue:
    """Mark one as read and go where it leads."""
    notice = found(reading.notice_for(g.actor, number))
    service.read_one(notice, g.at)
    return redirect(notice.href or "/pemberitahuan", 303)


@door.act("/pemberitahuan/semua-dibaca", "notice.see")
def read_all() -> ResponseReturnValue:
    """Mark every notice as read."""
    service.read_all(g.actor, g.at)
    flash(gettext("Semua pemberitahuan ditandai sudah dibaca."), "good")
    return redirect("/pemberitahuan", 303)


def line_of(notice: Notice) -> Line:
    """The notice in the language of the request, with a ready WhatsApp message that hands it on to a colleague."""
    params = {k: gettext(v) if isinstance(v, str) and v else v for k, v in notice.params.items()}
    title, body = (gettext(text, **params) if text else "" for text in (notice.title, notice.body))
    message = "\n".join(part for part in (title, body, whatsapp.address(notice.href)) if part)
    return Line(
        id=notice.id,
        title=title,
        body=body,
        href=notice.href or "/pemberitahuan",
        at=notice.created_at,
        read=notice.read_at is not None,
        tone=notice.kind.tone,
        kind=gettext(notice.kind.label),
        wa_href=whatsapp.draft(message),
    )
