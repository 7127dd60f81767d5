"""An owner's calendar: what is promised day by day, and days on which the business is closed or makes less."""

from __future__ import annotations

from datetime import date, timedelta
from urllib.parse import quote

from flask import flash, g, redirect, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext, ngettext

from marketplace.reads import calendars as reading
from marketplace.reads import desks, holidays
from marketplace.rules.calendars import FURTHEST, Lull, jakarta_date, numbers_of, opening_of
from marketplace.services import calendars as service
from marketplace.web.doors import Door, found
from marketplace.web.filters import name_of
from marketplace.web.format import number, weekdays
from marketplace.web.forms.typed import Typed

door = Door("calendars")

WEEKDAYS = frozenset("0123456")
"""A day of the week as a form sends it, Monday first."""


@door.page("/profil/kalender", "business.own")
def month() -> ResponseReturnValue:
    """A month of one trade, and the days to come that are limited."""
    return _page(Typed())


@door.page("/profil/jam-buka", "business.change")
def opening_form() -> ResponseReturnValue:
    """On which days of the week the business is open, and from when to when."""
    of = found(desks.own_business(g.actor))
    hours = {"opens": of.opens_at, "closes": of.closes_at}
    typed = Typed({name: f"{at:%H:%M}" if at else "" for name, at in hours.items()})
    return _opening(typed, numbers_of(of.open_days))


@door.act("/profil/jam-buka", "business.change")
def set_opening() -> ResponseReturnValue:
    """Change it."""
    form = Typed.posted()
    chosen = [int(text) for text in request.form.getlist("day")[:20] if text in WEEKDAYS]
    of = found(desks.own_business(g.actor))
    with form.blamed():
        opening = opening_of(chosen, form.clock("opens"), form.clock("closes"))
        kept = service.set_opening(of, opening, g.actor, g.at)
        flash(gettext("Hari dan jam buka disimpan. Hari tutup tidak lagi dihitung sebagai kapasitas."), "good")
        if kept:
            said = ngettext(
                "%(n)s hari tutup sudah ada janji; janji itu tetap.",
                "%(n)s hari tutup sudah ada janji; janji itu tetap.",
                kept,
                n=number(kept),
            )
            flash(said, "warning")
        return redirect("/profil", 303)
    return _opening(form, chosen), 422


def _opening(form: Typed, chosen: list[int]) -> str:
    return render_template("calendars/opening.html", form=form, chosen=chosen, weekdays=weekdays())


@door.act("/profil/kalender", "business.change")
def limit() -> ResponseReturnValue:
    """Close some days, or say that less is made on them."""
    form = Typed.posted()
    of = found(desks.own_business(g.actor))
    with form.blamed():
        start = form.day("start_on")
        kept = service.limit_days(of, form["trade"], (start, form.day("end_on")), form.whole("limit"), g.actor, g.at)
        flash(gettext("Tercatat. Peluang pada hari itu tidak lagi dihitung untuk Anda."), "good")
        if kept:
            said = ngettext(
                "%(n)s hari sudah ada janji yang lebih besar; janji itu tetap.",
                "%(n)s hari sudah ada janji yang lebih besar; janji itu tetap.",
                kept,
                n=number(kept),
            )
            flash(said, "warning")
        return redirect(_address(form["trade"], start), 303)
    return _page(form), 422


@door.act("/profil/kalender/buka", "business.change")
def free() -> ResponseReturnValue:
    """Go back to the usual capacity."""
    form = Typed.posted()
    of = found(desks.own_business(g.actor))
    start, end = _day(form["start_on"]), _day(form["end_on"])
    if start and end:
        service.free_days(of, form["trade"], Lull(start, end), g.actor, g.at)
        flash(gettext("Dihapus. Kapasitas biasa berlaku lagi."), "good")
    return redirect(_address(form["trade"], start), 303)


def _address(trade: str, day: date | None) -> str:
    return f"/profil/kalender?jenis={quote(trade)}" + (f"&bulan={day:%Y-%m}" if day else "")


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _page(form: Typed) -> str:
    today = jakarta_date(g.at)
    lines = reading.lines_of(g.actor)
    asked = form["trade"] or request.args.get("jenis", "")
    line = next((line for line in lines if line.trade.code == asked), lines[0] if lines else None)
    this = today.replace(day=1)
    first = min(max(_day(f"{request.args.get('bulan', '')}-01") or this, this), (today + FURTHEST).replace(day=1))
    following = (first + timedelta(days=31)).replace(day=1)
    return render_template(
        "calendars/month.html",
        form=form,
        lines=[(one.trade.code, name_of(one.trade)) for one in lines],
        line=line,
        days=reading.month_of(g.actor, line, first) if line else [],
        lulls=reading.lulls_of(g.actor, line, today) if line else [],
        breaks=holidays.coming(today),
        today=today,
        first=first,
        before=(first - timedelta(days=1)).replace(day=1) if first > this else None,
        after=following if following <= today + FURTHEST else None,
    )
