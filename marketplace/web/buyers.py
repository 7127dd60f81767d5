"""A company's own page: sites, people, and the terms its approver sets."""

from __future__ import annotations

from flask import flash, g, redirect, render_template
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from marketplace.models.buyers import Buyer, Site
from marketplace.reads import accounts as people
from marketplace.reads import buyers as reading
from marketplace.rules.policy import BUSINESS, COMPANY, Role, may
from marketplace.rules.refusals import Invalid
from marketplace.rules.tenders import DeliveryPoint
from marketplace.rules.words import N_
from marketplace.services import accounts, invitations
from marketplace.services import buyers as service
from marketplace.web import filters
from marketplace.web.doors import Door, found
from marketplace.web.format import number
from marketplace.web.forms.numbers import whole_of
from marketplace.web.forms.typed import MOST, Typed
from marketplace.web.invitations import drafts

door = Door("buyers")

ROLES = tuple(role for role in Role if role in COMPANY)


@door.page("/perusahaan", "buyer.see")
def company() -> ResponseReturnValue:
    """My company; for those without one, the list of all."""
    own = reading.company_of(g.actor)
    if own is None:
        return render_template("buyers/companies.html", companies=reading.companies_for(g.actor))
    return _page(own)


@door.page("/perusahaan/<code>", "buyer.see")
def one(code: str) -> ResponseReturnValue:
    """One company, for those who see it."""
    return _page(found(reading.company_for(g.actor, code)))


@door.act("/perusahaan/ketentuan", "buyer.terms")
def change_terms() -> ResponseReturnValue:
    """Set approval limit and payment days."""
    form = Typed.posted()
    own = found(reading.company_of(g.actor))
    with form.blamed():
        limit = _whole("approval_limit", form["approval_limit"])
        service.change_terms(own, limit, _whole("payment_days", form["payment_days"]), g.actor, g.at)
        flash(gettext("Ketentuan tersimpan."), "good")
        return redirect("/perusahaan", 303)
    return _page(own, form), 422


@door.page("/perusahaan/lokasi/baru", "buyer.change")
def new_site() -> ResponseReturnValue:
    """The form of a new site."""
    return _site_page(None, Typed())


@door.act("/perusahaan/lokasi/baru", "buyer.change")
def add_site() -> ResponseReturnValue:
    """Add a site."""
    form = Typed.posted()
    own = found(reading.company_of(g.actor))
    with form.blamed():
        service.add_site(own, _site_answers(form), g.actor, g.at)
        flash(gettext("Lokasi ditambahkan."), "good")
        return redirect("/perusahaan", 303)
    return _site_page(None, form), 422


@door.page("/perusahaan/lokasi/<int:number>", "buyer.change")
def site(number: int) -> ResponseReturnValue:
    """The form of a site."""
    own = found(reading.site_for(g.actor, number))
    values = {"name": own.name, "address": own.address, "area": own.area_code, "point": str(own.delivery_point)}
    return _site_page(own, Typed(values))


@door.act("/perusahaan/lokasi/<int:number>", "buyer.change")
def change_site(number: int) -> ResponseReturnValue:
    """Change a site."""
    form = Typed.posted()
    own = found(reading.site_for(g.actor, number))
    with form.blamed():
        service.change_site(own, _site_answers(form), g.actor, g.at)
        flash(gettext("Lokasi tersimpan."), "good")
        return redirect("/perusahaan", 303)
    return _site_page(own, form), 422


@door.act("/perusahaan/undang", "invitation.make", limit=(60, 3600))
def invite() -> ResponseReturnValue:
    """Invite somebody into one's own company."""
    form = Typed.posted()
    own = found(reading.company_of(g.actor))
    with form.blamed():
        role = next((r for r in ROLES if str(r) == form["role"]), None)
        if role is None:
            raise Invalid("role", "role_missing", N_("Pilih perannya."))
        made = invitations.invite(form["email"], role, own, g.actor, g.at)
        flash(gettext("Undangan dikirim ke %(email)s.", email=made.email), "good")
        return redirect("/perusahaan#orang", 303)
    return _page(own, form), 422


@door.act("/undangan-akun/<int:number>/tarik", "invitation.make")
def withdraw(number: int) -> ResponseReturnValue:
    """Take an invitation back."""
    invitations.withdraw(found(people.invitation_for(g.actor, number)), g.actor, g.at)
    flash(gettext("Undangan ditarik."), "good")
    return redirect(_back(), 303)


@door.act("/peran/<int:number>/akhiri", "membership.end")
def end_membership(number: int) -> ResponseReturnValue:
    """End somebody's role."""
    membership = found(people.membership_for(g.actor, number))
    accounts.end_membership(membership, g.actor, g.at, Typed.posted()["reason"])
    flash(gettext("Peran %(name)s sudah diakhiri.", name=membership.user.name), "good")
    return redirect(_back(), 303)


def _back() -> str:
    if g.actor.role in BUSINESS:
        return "/profil/staf"
    return "/perusahaan#orang" if g.actor.role in COMPANY else "/akun-akun"


def _whole(field: str, text: str) -> int:
    read = whole_of(text)
    if read is None or read > MOST:
        raise Invalid(field, "number_invalid", N_("Tulis angka bulat, misalnya 500.000.000."))
    return read


def _site_answers(form: Typed) -> service.SiteAnswers:
    point = next((p for p in DeliveryPoint if str(p) == form["point"]), DeliveryPoint.GATE)
    return service.SiteAnswers(form["name"][:200], form["address"][:200], form["area"], point)


def _page(buyer: Buyer, form: Typed | None = None) -> str:
    kept = {"approval_limit": number(buyer.approval_limit, lang="id"), "payment_days": str(buyer.payment_days)}
    waiting = people.invitations_of(g.actor, g.at, buyer.id)
    return render_template(
        "buyers/company.html",
        buyer=buyer,
        form=Typed({**kept, **(form.values if form else {})}, form.errors if form else {}),
        members=people.members_of(g.actor, buyer.id),
        invitations=waiting,
        drafts=drafts(waiting),
        roles=[("", gettext("Pilih peran")), *((str(role), gettext(role.label)) for role in ROLES)],
        may_change=may(g.actor, "buyer.change", buyer),
        may_invite=may(g.actor, "invitation.make", buyer) and g.actor.role in COMPANY,
        may_set_terms=may(g.actor, "buyer.terms", buyer),
    )


def _site_page(own: Site | None, form: Typed) -> str:
    areas = filters.places(reading.areas(), gettext("Pilih kelurahan"))
    return render_template("buyers/site.html", site=own, form=form, areas=areas, points=filters.words(DeliveryPoint))
