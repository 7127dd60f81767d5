"""Forgotten passwords."""

from __future__ import annotations

from flask import flash, g, make_response, redirect, render_template
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from marketplace.reads import accounts as people
from marketplace.services import accounts, keyring, recovery, sessions
from marketplace.web import whatsapp
from marketplace.web.accounts import count_try, device_name, remember
from marketplace.web.doors import Door, found
from marketplace.web.forms.typed import Typed, secret_of

door = Door("recovery")

ASKED = (3, 3600)
"""Reset mails per account in an hour."""


@door.page("/lupa-sandi", "password.reset")
def forgotten() -> ResponseReturnValue:
    """Ask for a reset link."""
    return render_template("accounts/forgotten.html", form=Typed(), sent=False)


def _count_asked() -> None:
    name = Typed.posted()["login"]
    if name:
        count_try("reset", accounts.key_of(name), ASKED)


@door.act("/lupa-sandi", "password.reset", limit=(10, 900), tries=_count_asked)
def ask() -> ResponseReturnValue:
    """Mail a reset link; the answer is the same whether or not there is such an account."""
    form = Typed.posted()
    name = form.require("login", gettext("Tulis e-mail atau nomor HP Anda."))
    if form.errors:
        return render_template("accounts/forgotten.html", form=form, sent=False), 422
    recovery.ask(name, g.at)
    return render_template("accounts/forgotten.html", form=Typed(), sent=True)


@door.act("/akun-akun/<int:number>/tautan-sandi", "account.help", limit=(60, 3600))
def hand_out(number: int) -> ResponseReturnValue:
    """A link to a new password for somebody at the desk, shown once with a ready WhatsApp message."""
    person = found(people.person_to_help(g.actor, number))
    address = whatsapp.address(f"/atur-sandi/{recovery.hand_out(person, g.actor, g.at)}")
    text = gettext("Buat sandi baru Rantai Lokal Anda di sini, dalam satu jam: %(address)s", address=address)
    phone = keyring.decrypt(person.phone_cipher)
    return render_template(
        "accounts/reset_link.html", person=person, address=address, wa_href=whatsapp.draft(text, phone)
    )


@door.page("/atur-sandi/<token>", "password.reset", limit=(30, 900))
def choose(token: str) -> ResponseReturnValue:
    """Choose a new password by the mailed link."""
    if recovery.find(token, g.at) is None:
        return render_template("accounts/link_gone.html", again="/lupa-sandi"), 404
    return render_template("accounts/choose_password.html", form=Typed(), token=token)


@door.act("/atur-sandi/<token>", "password.reset", limit=(30, 900))
def reset(token: str) -> ResponseReturnValue:
    """Set the new password, log every device out and this one in."""
    form = Typed.posted("password")
    found(recovery.find(token, g.at))
    with form.blamed():
        user = recovery.reset(token, secret_of("password"), g.at)
        opened = sessions.begin(user, accounts.first_membership(user), device_name(), g.at)
        flash(gettext("Sandi baru tersimpan. Semua perangkat lain sudah dikeluarkan."), "good")
        return remember(make_response(redirect("/", 303)), opened)
    return render_template("accounts/choose_password.html", form=form, token=token), 422
