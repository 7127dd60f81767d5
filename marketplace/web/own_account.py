"""One's own account: name, language, e-mail, phone, password, roles, devices and claims."""

from __future__ import annotations

from flask import flash, g, make_response, redirect, render_template
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from marketplace.reads import accounts as reading
from marketplace.reads import disputes
from marketplace.services import accounts, keyring, sessions
from marketplace.web.accounts import count_try, device_name, remember, speak
from marketplace.web.doors import Door, found
from marketplace.web.forms.typed import Typed, secret_of

door = Door("own_account")


@door.page("/akun", "account.see")
def account() -> ResponseReturnValue:
    """My account."""
    return _page()


@door.act("/akun/profil", "account.change")
def change_profile() -> ResponseReturnValue:
    """Change name and language."""
    form = Typed.posted()
    with form.blamed():
        accounts.change_profile(g.user, form["name"], form["language"], g.actor, g.at)
    if form.errors:
        return _page(form), 422
    flash(gettext("Nama dan bahasa tersimpan."), "good")
    return speak(make_response(redirect("/akun", 303)), g.user.language)


def _count_own() -> None:
    count_try("own", str(g.actor.user_id))


@door.act("/akun/kontak", "account.change", limit=(20, 900), tries=_count_own)
def change_contact() -> ResponseReturnValue:
    """Change e-mail and phone; asks for the password."""
    form = Typed.posted("current")
    with form.blamed():
        accounts.check_own_password(g.user, secret_of("current"))
        accounts.change_contact(g.user, form["email"], form["phone"], g.actor, g.at)
    if form.errors:
        return _page(form), 422
    flash(gettext("E-mail dan nomor HP tersimpan."), "good")
    return redirect("/akun", 303)


@door.act("/akun/sandi", "account.change", limit=(20, 900), tries=_count_own)
def change_password() -> ResponseReturnValue:
    """Change the password; all other devices are logged out."""
    form = Typed.posted("current", "password")
    with form.blamed():
        accounts.check_own_password(g.user, secret_of("current"))
        accounts.set_password(g.user, secret_of("password"), g.actor, g.at)
    if form.errors:
        # the forms for contact and password both ask for the present password: each error belongs to its own field
        form.errors = {f"{name}_sandi": text for name, text in form.errors.items()}
        return _page(form), 422
    token = sessions.begin(g.user, g.login.membership, device_name(), g.at)
    flash(gettext("Sandi diganti. Perangkat lain sudah dikeluarkan."), "good")
    return remember(make_response(redirect("/akun", 303)), token)


@door.act("/akun/sesi/<int:number>/akhiri", "session.end")
def end_session(number: int) -> ResponseReturnValue:
    """Log one of one's devices out."""
    sessions.end(found(reading.session_of(g.actor, number)), g.at)
    flash(gettext("Perangkat itu sudah dikeluarkan."), "good")
    return redirect("/akun#perangkat", 303)


def _page(form: Typed | None = None) -> str:
    user = g.user
    phone = keyring.decrypt(user.phone_cipher)
    kept = {"name": user.name, "language": user.language, "email": user.email or "", "phone": phone}
    shown = Typed({**kept, **(form.values if form else {})}, form.errors if form else {})
    return render_template(
        "accounts/account.html",
        form=shown,
        memberships=reading.memberships_of(g.actor),
        sessions=reading.sessions_of(g.actor, g.at),
        current=g.login.id,
        claims=reading.claims_of(g.actor),
        disputes=disputes.mine(g.actor),
    )
