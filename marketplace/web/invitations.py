"""Joining by an invitation."""

from __future__ import annotations

from flask import flash, g, make_response, redirect, render_template
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from marketplace.models.accounts import AccountInvitation
from marketplace.services import invitations, sessions
from marketplace.web.accounts import count_try, device_name, remember
from marketplace.web.doors import Door, found
from marketplace.web.forms.typed import Typed, secret_of

door = Door("invitations")


@door.page("/undangan/<token>", "invitation.accept", limit=(60, 900))
def invitation(token: str) -> ResponseReturnValue:
    """See who invites into what, and give a name and a password."""
    invited = invitations.find(token, g.at)
    if invited is None:
        return render_template("accounts/link_gone.html", again=""), 404
    return _page(invited, token, Typed({"name": invited.name}))


@door.act("/undangan/<token>", "invitation.accept", limit=(30, 900))
def accept(token: str) -> ResponseReturnValue:
    """Join, and be logged in, in the new role."""
    form = Typed.posted("password")
    count_try("invitation", token[:40])
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
    return render_template("accounts/invitation.html", invitation=invited, token=token, form=form, known=known)
