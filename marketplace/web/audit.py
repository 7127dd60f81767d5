"""The journal of every move, for auditors."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from flask import g, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from marketplace.models.audit import Event
from marketplace.reads import audit as reading
from marketplace.rules.audit import VERBS
from marketplace.rules.lives import Step
from marketplace.rules.policy import Role
from marketplace.rules.words import Tone, Word
from marketplace.services.moves import LIVES
from marketplace.web import exports
from marketplace.web.doors import Door, found

door = Door("audit")

COLUMNS = ("seq", "at", "actor", "role", "verb", "type", "code", "from", "to", "reason", "details", "hash")
STEPS: dict[str, Step] = {f"{life.name}.{step.verb}": step for life in LIVES.values() for step in life.steps}
STATES: dict[tuple[str, str], Word] = {(life.name, str(s)): s for life in LIVES.values() for s in life.states()}
ROLES = {str(role): role.label for role in Role}


@dataclass(frozen=True)
class Line:
    """One event in the reader's words."""

    event: Event
    at: datetime
    label: str
    actor: str
    role: str
    reason: str
    tone: Tone
    before: str
    after: str
    details: tuple[tuple[str, str], ...]


@door.page("/jejak", "audit.see")
def trail() -> ResponseReturnValue:
    """The journal, newest first, with filters."""
    wanted = _wanted()
    page = request.args.get("halaman", 1, type=int)
    found_trail = reading.trail(g.actor, wanted, page)
    return render_template(
        "audit/trail.html",
        trail=found_trail,
        lines=[line_of(e) for e in found_trail.events],
        wanted=wanted,
        verbs=[(verb, label_of(verb)) for verb in reading.verbs()],
        query=request.query_string.decode("ascii", "ignore"),
    )


@door.page("/jejak.<fmt>", "audit.see", limit=(20, 300))
def trail_twin(fmt: str) -> ResponseReturnValue:
    """The same rows as a file."""
    rows = ([*_cells(e)] for e in reading.rows(g.actor, _wanted()))
    return exports.table(fmt, "jejak", COLUMNS, rows)


@door.page("/jejak/<code>", "audit.see")
def timeline(code: str) -> ResponseReturnValue:
    """Everything that happened to one thing, oldest first."""
    events = reading.timeline(g.actor, code)
    found(events[0] if events else None)
    return render_template("audit/timeline.html", code=code, lines=[line_of(e) for e in events])


def label_of(verb: str) -> str:
    """A verb of the journal in the reader's language."""
    step = STEPS.get(verb)
    words = step.label if step else VERBS.get(verb)
    return gettext(words) if words else verb


def line_of(event: Event) -> Line:
    """An event in the reader's language."""
    step = STEPS.get(event.verb)
    role = ROLES.get(event.actor_role)
    return Line(
        event=event,
        at=event.at,
        label=label_of(event.verb),
        actor=gettext("sistem") if event.actor_role == "system" else event.actor_name or gettext("tanpa nama"),
        role=gettext(role) if role else "",
        reason=event.reason,
        tone=step.tone if step else "neutral",
        before=_state(event.verb, event.from_state),
        after=_state(event.verb, event.to_state),
        details=tuple((str(k), str(v)) for k, v in event.details.items()),
    )


def _state(verb: str, state: str) -> str:
    """A state in words; as it is written where no life knows it."""
    word = STATES.get((verb.split(".", maxsplit=1)[0], state))
    return gettext(word.label) if word else state


def _cells(event: Event) -> tuple[object, ...]:
    return (
        event.seq,
        event.at.isoformat(),  # exact, as it is in the chain
        event.actor_name,
        event.actor_role,
        event.verb,
        event.thing_type,
        event.thing_code,
        event.from_state,
        event.to_state,
        event.reason,
        str(event.details or ""),
        event.hash,
    )


def _wanted() -> reading.Wanted:
    args = request.args
    return reading.Wanted(
        code=args.get("kode", "").strip()[:40].upper(),
        verb=args.get("kerja", "").strip()[:40],
        actor=args.get("pelaku", "").strip()[:100],
        since=_day(args.get("dari", "")),
        until=_day(args.get("sampai", "")),
    )


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text.strip())
    except ValueError:
        return None
