"""Attendance: the list of a day for Dinkop and for the trainer's phone, a participant's code, and the room's.

Every way works as a plain form; with JavaScript the list keeps its ticks on the phone while the line is gone.
"""

from __future__ import annotations

from datetime import date, timedelta

from flask import flash, g, jsonify, redirect, render_template, request, session
from flask.typing import ResponseReturnValue
from flask_babel import gettext, ngettext

from marketplace.models.training import Cohort, Enrolment
from marketplace.reads.training import cohorts as reading
from marketplace.reads.training import own
from marketplace.rules.calendars import jakarta_date
from marketplace.rules.cohorts import Days, Means
from marketplace.rules.policy import Actor, may
from marketplace.rules.training import SEATED
from marketplace.services.training import attendance as service
from marketplace.web.doors import Door, found
from marketplace.web.forms.typed import Typed
from marketplace.web.training import sheets
from marketplace.web.training.cohorts import cohort_of
from marketplace.web.training.participants import frame
from marketplace.web.training.sheets import package_title as package_name
from marketplace.web.whatsapp import address, draft

door = Door("classes")

CLASS = "kelas"
"""Where a browser remembers that it opened a trainer's list: it may mark codes of that class then."""
TRIES = (30, 600)
"""How often a visitor may give digits in a room in ten minutes: enough for a class that shares a line."""


@door.page("/pelatihan/<code>/kehadiran", "training.see")
def attendance(code: str) -> ResponseReturnValue:
    """The list of one day, with big boxes."""
    of = cohort_of(code)
    day = _day_of(of, request.args.get("hari", ""))
    trainer = address(f"/kelas/{of.class_token}")
    told = gettext("Daftar hadir pelatihan %(code)s, isi setiap hari: %(address)s", code=of.code, address=trainer)
    return render_template(
        "training/attendance.html",
        action=f"/pelatihan/{code}/kehadiran",
        trainer=trainer,
        trainer_href=draft(told),
        **_list(of, day),
        **frame(of, "kehadiran"),
    )


@door.act("/pelatihan/<code>/kehadiran", "training.run")
def record(code: str) -> ResponseReturnValue:
    """Take over the list as it is ticked."""
    return _take_over(cohort_of(code), g.actor, f"/pelatihan/{code}/kehadiran")


@door.page("/pelatihan/<code>/daftar-hadir.pdf", "training.see")
def attendance_paper(code: str) -> ResponseReturnValue:
    """The list of one day on paper, with a code for each participant and one for the room."""
    of = cohort_of(code)
    day = _day_of(of, request.args.get("hari", ""))
    return sheets.attendance_list(of, reading.participants(of, SEATED), day, g.at)


# -- the trainer's phone -----------------------------------------------------------------


@door.page("/kelas/<token>", "training.class")
def trainers_list(token: str) -> ResponseReturnValue:
    """The same list behind an unguessable address, without an account."""
    of = service.by_class_token(token)
    session[CLASS] = token
    day = _day_of(of, request.args.get("hari", ""))
    return render_template(
        "training/class.html",
        cohort=of,
        package_name=package_name,
        action=f"/kelas/{token}",
        span=sheets.day_span(of.starts_on, of.ends_on),
        **_list(of, day),
    )


@door.act("/kelas/<token>", "training.class", limit=(300, 600))
def record_as_trainer(token: str) -> ResponseReturnValue:
    """Take over the trainer's list."""
    return _take_over(service.by_class_token(token), service.BY_TRAINER, f"/kelas/{token}")


# -- a participant's code ------------------------------------------------------------------


@door.page("/hadir/<token>", "training.class")
def code(token: str) -> ResponseReturnValue:
    """What the code of a participant leads to: one button for whoever keeps the list, a hint for everybody else."""
    return _code(found(own.by_token(token)))


@door.act("/hadir/<token>", "training.class", limit=(300, 600))
def scanned(token: str) -> ResponseReturnValue:
    """Mark the participant as present today."""
    of = found(own.by_token(token))
    keeper = _keeper(of)
    if keeper is None:
        return _code(of), 422
    new = service.record(of.cohort, [of], jakarta_date(g.at), Means.SCAN, keeper, g.at)
    said = gettext("Tercatat hadir: %(name)s.", name=_called(of))
    flash(said if new else gettext("Sudah tercatat tadi: %(name)s.", name=_called(of)), "good")
    return redirect(f"/hadir/{token}", 303)


def _keeper(of: Enrolment) -> Actor | None:
    """Who keeps the list here: Dinkop's clerk, or a phone that opened the trainer's address of this class."""
    if may(g.actor, "training.run"):
        actor: Actor = g.actor
        return actor
    return service.BY_TRAINER if session.get(CLASS) == of.cohort.class_token else None


def _code(of: Enrolment) -> str:
    today = jakarta_date(g.at)
    return render_template(
        "training/code.html",
        enrolment=of,
        cohort=of.cohort,
        called=_called(of),
        keeps=_keeper(of) is not None,
        there=any(day.day == today for day in of.days),
        on_a_day=of.cohort.starts_on <= today <= of.cohort.ends_on,
        here=of.state in service.HERE,
        package_name=package_name,
        span=sheets.day_span(of.cohort.starts_on, of.cohort.ends_on),
    )


def _called(of: Enrolment) -> str:
    return of.business.owner_name or of.business.name


# -- the room's code --------------------------------------------------------------------


@door.page("/ruang", "training.class")
def rooms() -> ResponseReturnValue:
    """For who cannot scan the code on the wall: type its letters."""
    return render_template("training/rooms.html", form=Typed())


@door.act("/ruang", "training.class", limit=TRIES)
def enter_room() -> ResponseReturnValue:
    """Lead to the room of these letters."""
    form = Typed.posted()
    with form.blamed():
        return redirect(f"/ruang/{service.by_room_code(form['code'], g.at).room_token}", 303)
    return render_template("training/rooms.html", form=form), 422


@door.page("/ruang/<token>", "training.class")
def room(token: str) -> ResponseReturnValue:
    """What the code on the wall leads to: say who you are."""
    return _room(service.by_room_token(token), Typed())


@door.act("/ruang/<token>", "training.class", limit=TRIES)
def arrive(token: str) -> ResponseReturnValue:
    """Mark oneself as present today."""
    form, of = Typed.posted(), service.by_room_token(token)
    with form.blamed():
        one = service.arrive(of, form["digits"], g.at)
        flash(gettext("Anda tercatat hadir hari ini, %(name)s. Selamat belajar.", name=_called(one)), "good")
        return redirect(f"/ruang/{token}", 303)
    return _room(of, form), 422


def _room(of: Cohort, form: Typed) -> str:
    today = jakarta_date(g.at)
    return render_template(
        "training/room.html",
        cohort=of,
        form=form,
        on_a_day=of.starts_on <= today <= of.ends_on,
        package_name=package_name,
        span=sheets.day_span(of.starts_on, of.ends_on),
    )


# -- parts ---------------------------------------------------------------------------------


def _day_of(of: Cohort, text: str) -> date:
    """The day asked for, else today where it is one of the cohort's, else its first or last."""
    try:
        asked = date.fromisoformat(text)
    except ValueError:
        asked = jakarta_date(g.at)
    return min(max(asked, of.starts_on), of.ends_on)


def _list(of: Cohort, day: date) -> dict[str, object]:
    today = jakarta_date(g.at)
    here = reading.present_by_day(of)
    people = reading.participants(of, SEATED)
    return {
        "day": day,
        "days": [(one, here.get(one, 0)) for one in Days(of.starts_on, of.ends_on).each()],
        "before": day - timedelta(days=1) if day > of.starts_on else None,
        "after": day + timedelta(days=1) if day < of.ends_on else None,
        "people": people,
        "present": set(reading.present_on(of, day)),
        "markable": {e.id for e in people if e.state in service.HERE},
        "to_come": day > today,
        "running": service.is_running(of),
    }


def _take_over(of: Cohort, actor: Actor, back: str) -> ResponseReturnValue:
    """Take over a posted list; a script that brings one kept offline gets its answer as JSON."""
    form = Typed.posted()
    day = form.day("day") or jakarta_date(g.at)
    present, listed = (_ids(request.form.getlist(name)) for name in ("hadir", "terdaftar"))
    changed = service.record_list(of, present, listed, day, actor, g.at)
    if request.form.get("kiriman") == "1":
        return jsonify({"changed": changed, "day": day.isoformat()})
    n = reading.present_by_day(of).get(day, 0)
    said = ngettext("Tersimpan: %(n)s peserta hadir.", "Tersimpan: %(n)s peserta hadir.", n, n=n)
    flash(said, "good")
    return redirect(f"{back}?hari={day.isoformat()}", 303)


def _ids(typed: list[str]) -> set[int]:
    return {int(text) for text in typed[:500] if text.isascii() and text.isdecimal() and len(text) < 10}
