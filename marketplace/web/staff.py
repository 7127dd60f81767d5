"""The people of a business: its owner invites them, lists them and lets them go."""

from __future__ import annotations

from flask import flash, g, redirect, render_template
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from marketplace.reads import accounts as reading
from marketplace.reads import desks
from marketplace.rules.policy import Role
from marketplace.services import invitations
from marketplace.web.doors import Door, found
from marketplace.web.forms.typed import Typed
from marketplace.web.invitations import drafts

door = Door("staff")


@door.page("/profil/staf", "business.own")
def people() -> ResponseReturnValue:
    """Who can act for the business, and who is invited to."""
    return _page(Typed())


@door.act("/profil/staf", "invitation.make", limit=(30, 3600))
def invite() -> ResponseReturnValue:
    """Invite somebody by e-mail or phone number."""
    form = Typed.posted()
    of = found(desks.own_business(g.actor))
    with form.blamed():
        made = invitations.invite_staff(form["contact"], of, g.actor, g.at)
        if made.email:
            flash(gettext("Undangan dikirim ke %(email)s.", email=made.email), "good")
        else:
            flash(gettext("Undangan siap. Tekan WhatsApp di bawah untuk mengirimnya."), "good")
        return redirect("/profil/staf#undangan", 303)
    form.errors = {"contact" if name in {"email", "phone"} else name: text for name, text in form.errors.items()}
    return _page(form), 422


def _page(form: Typed) -> str:
    waiting = reading.invitations_of(g.actor, g.at)
    return render_template(
        "accounts/staff.html",
        form=form,
        members=reading.staff_of(g.actor),
        invitations=waiting,
        drafts=drafts(waiting),
        place=found(desks.own_business(g.actor)).name,
        may_invite=g.actor.role is Role.OWNER,
        Role=Role,
    )
