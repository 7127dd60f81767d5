"""Joining by an invitation."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from flask import flash, g, make_response, redirect, render_template
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from marketplace.models.accounts import AccountInvitation
from marketplace.services import invitations, sessions
from marketplace.web import whatsapp
from marketplace.web.accounts import count_try, device_name, remember
from marketplace.web.doors import Door, found
from marketplace.web.format import mask_phone
from marketplace.web.forms.typed import Typed, secret_of

door = Door("invitations")


@dataclass(frozen=True)
class Draft:
    """Whom an open invitation is for, and the link to a ready WhatsApp message that hands it on (empty: none)."""

    whom: str
    href: str


def drafts(waiting: Iterable[AccountInvitation]) -> dict[int, Draft]:
    """A draft per open invitation, for those who made them."""
    return {one.id: _draft(one) for one in waiting}


def place_of(invited: AccountInvitation) -> str:
    """Where an invitation leads into."""
    place = invited.buyer or invited.business
    return place.name if place else gettext("Pemerintah Kota Cilegon")


def _draft(invited: AccountInvitation) -> Draft:
    phone, path = invitations.phone_of(invited), invitations.path_of(invited)
    if g.actor.business_id != invited.business_id:  # who only looks after accounts cannot join a business by its link
        return Draft(invited.email or mask_phone(phone), "")
    text = gettext(
        "Anda diundang sebagai %(role)s di %(place)s lewat Rantai Lokal. Buka dalam tujuh hari: %(address)s",
        role=gettext(invited.role.label).lower(),
        place=place_of(invited),
        address=whatsapp.address(path),
    )
    return Draft(invited.email or phone, whatsapp.draft(text, phone) if path else "")


@door.page("/undangan/<token>", "invitation.accept", limit=(60, 900))
def invitation(token: str) -> ResponseReturnValue:
    """See who invites into what, and give a name and a password."""
    invited = invitations.find(token, g.at)
    if invited is None:
        return render_template("accounts/link_gone.html", again=""), 404
    return _page(invited, token, Typed({"name": invited.name}))


def _count_guess(token: str) -> None:
    count_try("invitation", token[:40])


@door.act("/undangan/<token>", "invitation.accept", limit=(30, 900), tries=_count_guess)
def accept(token: str) -> ResponseReturnValue:
    """Join, and be logged in, in the new role."""
    form = Typed.posted("password")
    invited = found(invitations.find(token, g.at))
    with form.blamed():
        user = invitations.accept(token, form["name"], secret_of("password"), g.at)
        membership = max((m for m in user.memberships if m.ended_at is None), key=lambda m: m.id)
        opened = sessions.begin(user, membership, device_name(), g.at)
        flash(gettext("Selamat datang, %(name)s.", name=user.name), "good")
        return remember(make_response(redirect("/", 303)), opened)
    if "current" in form.errors:  # an existing account proves its password in the same field
        form.errors["password"] = form.errors.pop("current")
    return _page(invited, token, form), 422


def _page(invited: AccountInvitation, token: str, form: Typed) -> str:
    known = invitations.holder(invited) is not None
    phone = invitations.phone_of(invited)
    return render_template(
        "accounts/invitation.html",
        invitation=invited,
        place=place_of(invited),
        whom=mask_phone(phone) if phone else invited.email,
        token=token,
        form=form,
        known=known,
    )
