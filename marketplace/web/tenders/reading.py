"""From a text to a filled form, and the facts understood shown as chips with the words they came from."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from flask_babel import gettext

from marketplace.models.buyers import Site
from marketplace.models.categories import Category
from marketplace.rules.calendars import EVERY_DAY, jakarta_date, per_day
from marketplace.rules.tenders import SUMMARY_WORDS, Level, Pattern, usual_weights
from marketplace.services import tenders
from marketplace.services.matching_room import Understood
from marketplace.web.filters import name_of, word_of
from marketplace.web.format import date_short, number, on_weekdays, open_days, quantity
from marketplace.web.forms.tenders import USUAL_DEADLINE, TenderForm, usual_deadline, weekday_values
from marketplace.web.tenders.things import Surroundings, Thing, things_of


@dataclass(frozen=True)
class Chip:
    """One understood fact: what it is, how it reads, the words it came from, and the field that holds it."""

    label: str
    value: str
    source: str
    field: str


def filled(text: str, around: Surroundings) -> TenderForm:
    """The form as far as the text tells, the rest as usual. Raises Invalid for a text that cannot be read."""
    whole, things = things_of(text, around)
    site = _site(whole.place, around.sites) or (around.sites[0] if around.sites else None)
    values = {
        "title": _title_of_all(things),
        "method": "open",
        "site_id": str(site.id) if site else "",
        "delivery_point": str(site.delivery_point) if site else "gate",
        "ceiling_visible": "1",
        "payment_days": str(around.buyer.payment_days),
        "closes_on": usual_deadline(min((t.start for t in things if t.start), default=None), around.at).isoformat(),
        "closes_time": f"{USUAL_DEADLINE:%H:%M}",
        **{f"weights.{name}": str(points) for name, points in usual_weights().items()},
    }
    asked = _certificates(whole, things, around)
    for place, thing in enumerate(things):
        values |= _lot(f"lots-{place}", thing, _called(thing, things), asked[place])
    form = TenderForm(values)
    for place in form.lots:
        form.values[f"lots-{place}-min_share"] = share_of(form, place)
    form.values["summary"] = summary_of(form, around)
    return form


def _called(thing: Thing, things: Sequence[Thing]) -> str:
    """What a lot is called: its category, or its own words (not how many) where another lot has the same."""
    if thing.category is None:
        return ""
    alone = sum(other.category is thing.category for other in things) == 1
    return name_of(thing.category) if alone else _without_amount(thing)


def _without_amount(thing: Thing) -> str:
    """The words of a thing without how many of it: the amount is changed in its own field, and would stay here."""
    words = thing.text
    for quote in thing.said.quotes:
        if quote.field in {"quantity", "period"}:
            words = re.sub(rf"(?<![\w.,]){re.escape(quote.text)}(?!\w)", " ", words, count=1)
    return " ".join((words if words.strip() else thing.text).split())[:80]


def _lot(name: str, thing: Thing, title: str, certificates: dict[str, Level]) -> dict[str, str]:
    category, said = thing.category, thing.said
    return {
        f"{name}-category": category.code if category else "",
        f"{name}-title": title,
        f"{name}-pattern": str(thing.pattern),
        f"{name}-amount": "" if thing.amount is None else str(thing.amount),
        f"{name}-unit": thing.unit,
        f"{name}-shifts": "" if said.shifts is None else str(said.shifts),
        f"{name}-start_on": thing.start.isoformat() if thing.start else "",
        f"{name}-end_on": thing.end.isoformat() if thing.end else "",
        f"{name}-split_allowed": "1",
        **{f"{name}-cert-{code}": str(level) for code, level in certificates.items()},
        **weekday_values(name, thing.weekdays),
    }


def _certificates(whole: Understood, things: Sequence[Thing], around: Surroundings) -> list[dict[str, Level]]:
    """What each thing is asked for: a certificate goes to what usually needs it, else to where it was said."""
    asked: list[dict[str, Level]] = [{} for _ in things]
    levels = dict.fromkeys(whole.preferred, Level.DESIRABLE) | dict.fromkeys(whole.certificates, Level.MANDATORY)
    today = jakarta_date(around.at)
    usual = [
        {one.certificate.code for one in tenders.asked_in(thing.category.code, today, today)}
        if thing.category
        else set()
        for thing in (things if len(things) > 1 and levels else ())
    ]
    for code, level in levels.items():
        said_by = [n for n, t in enumerate(things) if code in (*t.said.certificates, *t.said.preferred)]
        chosen = [n for n, codes in enumerate(usual) if code in codes] or said_by or range(len(things))
        for place in chosen:
            asked[place][code] = level
    return asked


def _site(place: str, sites: Sequence[Site]) -> Site | None:
    """The site that the text names by its own name, kelurahan or kecamatan."""
    wanted = place.lower()
    for site in sites if wanted else ():
        if any(wanted in name.lower() for name in (site.name, site.area.kelurahan, site.area.kecamatan)):
            return site
    return None


def _title_of_all(things: Sequence[Thing]) -> str:
    """A title for one thing with how much of it, or for several by their names."""
    known = [thing for thing in things if thing.category]
    if len(things) > 1 and known:
        return _listed(list(dict.fromkeys(name_of(thing.category) for thing in known if thing.category)))
    first = things[0]
    if first.category is None:
        return _listed([_without_amount(thing) for thing in things])[:80]
    return _title(first.category, first.amount, first.unit, first.pattern)


def _listed(names: Sequence[str]) -> str:
    """ "A", "A dan B", "A, B dan C"."""
    if len(names) < 2:
        return "".join(names)
    return str(gettext("%(some)s dan %(last)s", some=", ".join(names[:-1]), last=names[-1]))


def _title(category: Category, amount: int | None, unit: str, pattern: Pattern) -> str:
    what = name_of(category)
    if amount is None:
        return what
    size = quantity(amount, unit)
    if pattern is Pattern.TOTAL or "/" in unit:
        return f"{what}, {size}"
    return str(gettext("%(what)s, %(size)s per hari", what=what, size=size))


def title_of(form: TenderForm, around: Surroundings) -> str:
    """A title to propose: the one lot and how much of it, or the names of several; empty while that is not said.

    It takes a lot that is not complete yet (no days, say), so that the amount in it follows what is typed.
    """
    by_code = {c.code: c for c in around.categories}
    places = form.lots
    known = [(place, by_code[code]) for place in places if (code := form[f"lots-{place}-category"]) in by_code]
    if not known:
        return ""
    if len(places) > 1:
        return _listed(list(dict.fromkeys(name_of(category) for _, category in known)))
    name, category = f"lots-{known[0][0]}", known[0][1]
    trial = TenderForm(dict(form.values))
    amount = trial.tried(lambda: trial.whole(f"{name}-amount"), None)
    pattern = word_of(Pattern, form[f"{name}-pattern"]) or Pattern.DAILY
    return _title(category, amount, form[f"{name}-unit"], pattern)


def renew(form: TenderForm, before: TenderForm, around: Surroundings) -> None:
    """Propose title and summary anew where they are still as proposed for `before`: else a changed quantity or date
    would leave the old one standing in what suppliers read. So with a smallest share that a changed pattern, quantity
    or window has made larger than the quantity per day."""
    for place in form.lots:
        name = f"lots-{place}-min_share"
        if form[name] == share_of(before, place):
            form.values[name] = str(min(int(form[name]), int(share_of(form, place))))
    for name, propose in (("title", title_of), ("summary", summary_of)):
        if form[name] and form[name] == propose(before, around):
            form.values[name] = propose(form, around) or form[name]


def share_of(form: TenderForm, place: int) -> str:
    """A smallest share per day to propose for a lot: a tenth of its quantity per day, 1 while that is not known."""
    name, trial = f"lots-{place}", TenderForm(dict(form.values))
    amount = trial.tried(lambda: trial.whole(f"{name}-amount"), None) or 0
    if word_of(Pattern, form[f"{name}-pattern"]) is Pattern.TOTAL:
        with trial.blamed():
            start, end = trial.day(f"{name}-start_on"), trial.day(f"{name}-end_on")
            return str(max(1, per_day(amount, start, end) // 10)) if start and end else "1"
        return "1"
    return str(max(1, amount // 10))


def summary_of(form: TenderForm, around: Surroundings) -> str:
    """A summary to propose, within SUMMARY_WORDS words: what, how much, when, where, with which certificates.

    It is published to suppliers, so it is Indonesian whatever the officer reads.
    """
    names = {c.code: c.name_id for c in around.categories}
    sites = {str(s.id): s.name for s in around.sites}
    sentences = []
    for place in form.lots:
        lot = TenderForm(dict(form.values)).lot(place)
        if lot is None:
            continue
        whole = lot.pattern is Pattern.TOTAL or "/" in lot.unit
        size = f"{number(lot.amount if whole else lot.quantity_per_day, lang='id')} {lot.unit}"
        days = on_weekdays(lot.weekdays, "id")
        # "Selasa, 5 Jan 2027" reads as a date, "Senin–Jumat, 5 Jan 2027" does not.
        since = "mulai " if days and "–" not in days else ""
        what = names.get(lot.category, lot.title)
        start, end = date_short(lot.start_on, "id"), date_short(lot.end_on, "id")
        sentences.append(f"{what} {size}{'' if whole else ' per hari'}{days}, {since}{start} sampai {end}.")
    if sentences and form["site_id"] in sites:
        sentences.append(f"Diantar ke {sites[form['site_id']]}.")
    return " ".join(" ".join(sentences).split()[:SUMMARY_WORDS])


def chips(text: str, around: Surroundings) -> list[Chip]:
    """What was understood of a text, fact by fact; of several things each by its number."""
    if not text.strip():
        return []
    whole, things = things_of(text, around)
    found: list[Chip] = []
    for place, thing in enumerate(things):
        found += _chips_of(place, thing, len(things) > 1)
    asked = ", ".join((*whole.certificates, *(gettext("%(code)s bila ada", code=c) for c in whole.preferred)))
    where = whole.place
    if where and _site(where, around.sites) is None:
        where = gettext("%(place)s (bukan lokasi perusahaan Anda)", place=where)
    found += (
        Chip(gettext("Sertifikat"), asked, whole.quoted("certificates", "preferred"), "lots-0-certificates"),
        Chip(gettext("Tempat"), where, whole.quoted("place"), "site_id"),
    )
    return [chip for chip in found if chip.value]


def _per(said: Understood) -> str:
    """How often the amount comes, "" for once."""
    n = said.every
    often: dict[str, str] = {}
    if n > 1:
        often = {
            "day": gettext("tiap %(n)s hari", n=n),
            "week": gettext("tiap %(n)s minggu", n=n),
            "month": gettext("tiap %(n)s bulan", n=n),
        }
    else:
        often = {"day": gettext("per hari"), "week": gettext("per minggu"), "month": gettext("per bulan")}
    return often.get(said.period, "")


def _chips_of(place: int, thing: Thing, numbered: bool) -> list[Chip]:
    said, name = thing.said, f"lots-{place}"
    per = _per(said)
    size = f"{quantity(said.quantity, said.unit or thing.unit)} {per}".strip() if said.quantity is not None else ""
    window = " – ".join(date_short(day) for day in (thing.start, thing.end) if day)
    days = open_days(thing.weekdays) if thing.weekdays != EVERY_DAY else ""
    kind = gettext("Paket %(n)s", n=place + 1) if numbered else gettext("Jenis")
    return [
        Chip(kind, name_of(thing.category) if thing.category else "", said.quoted("category"), f"{name}-category"),
        Chip(gettext("Jumlah"), size, said.quoted("quantity"), f"{name}-amount"),
        Chip(gettext("Shift"), str(said.shifts or ""), said.quoted("shifts"), f"{name}-shifts"),
        Chip(gettext("Waktu"), window, said.quoted("start", "end", "days"), f"{name}-start_on"),
        Chip(gettext("Hari pengiriman"), days, said.quoted("weekdays"), f"{name}-weekdays"),
    ]
