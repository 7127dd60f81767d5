"""The administrator's list of accounts, and invitations into any role but a business's."""

from __future__ import annotations

from collections.abc import Iterable

from flask import flash, g, redirect, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from marketplace.models.buyers import Buyer
from marketplace.reads import accounts as reading
from marketplace.rules.policy import BUSINESS, COMPANY, Role
from marketplace.rules.refusals import Invalid
from marketplace.rules.words import N_
from marketplace.services import accounts, buyers, invitations
from marketplace.web.doors import Door, found
from marketplace.web.forms.typed import Typed
from marketplace.web.invitations import drafts

door = Door("administration")

ROLES = tuple(role for role in Role if role not in BUSINESS)


@door.page("/akun-akun", "account.manage")
def people() -> ResponseReturnValue:
    """Every account, by name, e-mail or role."""
    q = request.args.get("q", "").strip()[:100]
    role = next((r for r in Role if str(r) == request.args.get("peran")), None)
    page = request.args.get("halaman", 1, type=int)
    waiting = reading.invitations_of(g.actor, g.at)
    return render_template(
        "accounts/people.html",
        people=reading.people(g.actor, q, role, page),
        invitations=waiting,
        drafts=drafts(waiting),
        q=q,
        role=role,
        roles=[("", gettext("Semua peran")), *_choices(Role)],
    )


@door.act("/akun-akun/<int:number>/nonaktifkan", "account.manage")
def disable(number: int) -> ResponseReturnValue:
    """Shut an account."""
    user = found(reading.person(g.actor, number))
    accounts.disable(user, g.actor, g.at, Typed.posted()["reason"])
    flash(gettext("Akun %(name)s dinonaktifkan.", name=user.name), "good")
    return redirect("/akun-akun", 303)


@door.act("/akun-akun/<int:number>/aktifkan", "account.manage")
def enable(number: int) -> ResponseReturnValue:
    """Open an account again."""
    user = found(reading.person(g.actor, number))
    accounts.enable(user, g.actor, g.at)
    flash(gettext("Akun %(name)s aktif lagi.", name=user.name), "good")
    return redirect("/akun-akun", 303)


@door.page("/akun-akun/undang", "account.manage")
def invitation_form() -> ResponseReturnValue:
    """The form of an invitation."""
    return _page(Typed())


@door.act("/akun-akun/undang", "account.manage")
def invite() -> ResponseReturnValue:
    """Invite into a role of the city, an existing company or a new one."""
    form = Typed.posted()
    with form.blamed():
        role = next((r for r in ROLES if str(r) == form["role"]), None)
        if role is None:
            raise Invalid("role", "role_missing", N_("Pilih perannya."))
        company = _company(form) if role in COMPANY else None
        made = invitations.invite(form["email"], role, company, g.actor, g.at)
        flash(gettext("Undangan dikirim ke %(email)s.", email=made.email), "good")
        return redirect("/akun-akun", 303)
    return _page(form), 422


def _company(form: Typed) -> Buyer | None:
    if form["company"]:
        return buyers.create(form["company"], form["industry"], g.actor, g.at)
    return next((b for b in reading.companies(g.actor) if b.code == form["buyer"]), None)


def _page(form: Typed) -> str:
    return render_template(
        "accounts/invite.html",
        form=form,
        roles=[("", gettext("Pilih peran")), *_choices(ROLES)],
        companies=reading.companies(g.actor),
    )


def _choices(roles: Iterable[Role]) -> list[tuple[str, str]]:
    return [(str(role), gettext(role.label)) for role in roles]
