"""From a text to a filled form, and the facts understood shown as chips with the words they came from."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from flask_babel import gettext

from marketplace.models.buyers import Buyer, Site
from marketplace.models.categories import Category
from marketplace.rules.calendars import jakarta_date
from marketplace.rules.tenders import SUMMARY_WORDS, Level, Pattern, usual_weights
from marketplace.services import matching_room
from marketplace.services.matching_room import Understood
from marketplace.web.filters import name_of
from marketplace.web.format import date_short, number, quantity
from marketplace.web.forms.tenders import USUAL_DEADLINE, TenderForm, usual_deadline
from marketplace.web.visitors import language

_WORD = re.compile(r"[a-z0-9]+")


@dataclass(frozen=True)
class Chip:
    """One understood fact: what it is, how it reads, the words it came from, and the field that holds it."""

    label: str
    value: str
    source: str
    field: str


@dataclass(frozen=True)
class Surroundings:
    """What a text is read against: the buyer with its sites, every category, the moment."""

    buyer: Buyer
    sites: Sequence[Site]
    categories: Sequence[Category]
    at: datetime


def filled(text: str, around: Surroundings) -> TenderForm:
    """The form as far as the text tells, the rest as usual. Raises Invalid for a text that cannot be read."""
    said = matching_room.understand(text, jakarta_date(around.at), language())
    category = fitting(text, said, around.categories)
    site = _site(said.place, around.sites)
    once = said.period == "once"
    amount = said.quantity if once or said.period == "day" else said.quantity_per_day
    unit = category.unit if category else said.unit
    values = {
        "title": _title(text, category, amount, unit, once),
        "method": "open",
        "site_id": str(site.id) if site else "",
        "delivery_point": str(site.delivery_point) if site else "gate",
        "ceiling_visible": "1",
        "payment_days": str(around.buyer.payment_days),
        "closes_on": usual_deadline(said.start, around.at).isoformat(),
        "closes_time": f"{USUAL_DEADLINE:%H:%M}",
        **{f"weights.{name}": str(points) for name, points in usual_weights().items()},
        "lots-0-category": category.code if category else "",
        "lots-0-title": name_of(category) if category else "",
        "lots-0-pattern": str(Pattern.TOTAL if once else Pattern.DAILY),
        "lots-0-amount": "" if amount is None else str(amount),
        "lots-0-unit": unit,
        "lots-0-shifts": "" if said.shifts is None else str(said.shifts),
        "lots-0-start_on": said.start.isoformat() if said.start else "",
        "lots-0-end_on": said.end.isoformat() if said.end else "",
        "lots-0-split_allowed": "1",
        "lots-0-min_share": str(max(1, (said.quantity_per_day or 1) // 10)),
        **{f"lots-0-cert-{code}": str(Level.DESIRABLE) for code in said.preferred},
        **{f"lots-0-cert-{code}": str(Level.MANDATORY) for code in said.certificates},
    }
    form = TenderForm(values)
    form.values["summary"] = summary_of(form, around)
    return form


def fitting(text: str, said: Understood, categories: Sequence[Category]) -> Category | None:
    """The thing below the understood trade whose own words the text uses most, else the trade itself."""
    by_code = {c.code: c for c in categories}
    trade = by_code.get(said.category)
    if trade is None:
        return None
    told = set(_WORD.findall(text.lower()))
    if said.period != "once" or (said.start and said.end and said.start != said.end):
        told.add("harian")
    below = [c for c in categories if c.parent_code == trade.code]
    scored = [(len(told & _words(c) - _words(trade)), -place, c) for place, c in enumerate(below)]
    best = max(scored, key=lambda one: one[:2], default=None)
    return best[2] if best and best[0] else below[0] if len(below) == 1 else trade


def _words(category: Category) -> set[str]:
    return set(_WORD.findall(f"{category.name_id} {category.name_en} {category.synonyms}".lower())) - {"dan", "and"}


def _site(place: str, sites: Sequence[Site]) -> Site | None:
    """The site that the text names by its own name, kelurahan or kecamatan; the first one otherwise."""
    wanted = place.lower()
    for site in sites if wanted else ():
        if any(wanted in name.lower() for name in (site.name, site.area.kelurahan, site.area.kecamatan)):
            return site
    return sites[0] if sites else None


def _title(text: str, category: Category | None, amount: int | None, unit: str, once: bool) -> str:
    if category is None:
        return " ".join(text.split())[:80]
    if amount is None:
        return name_of(category)
    size = quantity(amount, unit)
    return (
        f"{name_of(category)}, {size}"
        if once
        else gettext("%(what)s, %(size)s per hari", what=name_of(category), size=size)
    )


def title_of(form: TenderForm, around: Surroundings) -> str:
    """A title to propose: the first lot, and how much of it; empty while that is not said."""
    lot = TenderForm(dict(form.values)).lot(form.lots[0]) if form.lots else None
    category = next((c for c in around.categories if lot and c.code == lot.category), None)
    if lot is None or category is None:
        return ""
    return _title("", category, lot.amount, lot.unit, lot.pattern is Pattern.TOTAL)


def renew(form: TenderForm, before: TenderForm, around: Surroundings) -> None:
    """Propose title and summary anew where they are still as proposed for `before`: else a changed quantity or date
    would leave the old one standing in what suppliers read."""
    for name, propose in (("title", title_of), ("summary", summary_of)):
        if form[name] and form[name] == propose(before, around):
            form.values[name] = propose(form, around) or form[name]


def summary_of(form: TenderForm, around: Surroundings) -> str:
    """A summary to propose, within SUMMARY_WORDS words: what, how much, when, where, with which certificates."""
    names = {c.code: name_of(c) for c in around.categories}
    sites = {str(s.id): s.name for s in around.sites}
    sentences = []
    for place in form.lots:
        lot = TenderForm(dict(form.values)).lot(place)
        if lot is None:
            continue
        size = gettext("%(n)s %(unit)s per hari", n=number(lot.quantity_per_day), unit=lot.unit)
        if lot.pattern is Pattern.TOTAL:
            size = f"{number(lot.amount)} {lot.unit}"
        sentences.append(
            gettext(
                "%(what)s %(size)s, %(start)s sampai %(end)s.",
                what=names.get(lot.category, lot.title),
                size=size,
                start=date_short(lot.start_on),
                end=date_short(lot.end_on),
            )
        )
    if form["site_id"] in sites:
        sentences.append(gettext("Diantar ke %(site)s.", site=sites[form["site_id"]]))
    return " ".join(" ".join(sentences).split()[:SUMMARY_WORDS]) if len(sentences) > 1 else ""


def chips(text: str, around: Surroundings) -> list[Chip]:
    """What was understood of a text, fact by fact."""
    if not text.strip():
        return []
    said = matching_room.understand(text, jakarta_date(around.at), language())
    category = fitting(text, said, around.categories)
    per = {"day": gettext("per hari"), "week": gettext("per minggu"), "month": gettext("per bulan")}.get(
        said.period, ""
    )
    window = " – ".join(date_short(day) for day in (said.start, said.end) if day)
    asked = ", ".join((*said.certificates, *(gettext("%(code)s bila ada", code=c) for c in said.preferred)))
    size = f"{quantity(said.quantity, said.unit)} {per}".strip() if said.quantity is not None else ""
    found = (
        Chip(gettext("Jenis"), name_of(category) if category else "", said.quoted("category"), "lots-0-category"),
        Chip(gettext("Jumlah"), size, said.quoted("quantity"), "lots-0-amount"),
        Chip(gettext("Shift"), str(said.shifts or ""), said.quoted("shifts"), "lots-0-shifts"),
        Chip(gettext("Waktu"), window, said.quoted("start", "end", "days"), "lots-0-start_on"),
        Chip(gettext("Sertifikat"), asked, said.quoted("certificates", "preferred"), "lots-0-certificates"),
        Chip(gettext("Tempat"), said.place, said.quoted("place"), "site_id"),
    )
    return [chip for chip in found if chip.value]
