"""Coming in and going out: login, logout, language, and switching between one's roles."""

from __future__ import annotations

from flask import current_app, flash, g, make_response, redirect, render_template, request, session
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from werkzeug import Response

from marketplace.config import Settings
from marketplace.rules.accounts import LANGUAGES
from marketplace.services import accounts, limits, sessions
from marketplace.web import once
from marketplace.web.doors import Door
from marketplace.web.forms.typed import Typed, secret_of
from marketplace.web.paths import own_path
from marketplace.web.visitors import LANGUAGE_COOKIE, SESSION_COOKIE

door = Door("accounts")

ACCOUNT_TRIES = (10, 900)
"""Passwords tried per account in 15 minutes, from wherever they come."""

_SYSTEMS = (
    ("Android", "Android"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Windows", "Windows"),
    ("Mac OS", "Mac"),
    ("Linux", "Linux"),
)
_BROWSERS = (("Edg/", "Edge"), ("OPR/", "Opera"), ("Firefox/", "Firefox"), ("Chrome/", "Chrome"), ("Safari/", "Safari"))
"""Marks in a user agent, the telling ones first."""


def count_try(kind: str, key: str, allowed: tuple[int, int] = ACCOUNT_TRIES) -> None:
    """Count one try of `kind` at `key`: only where a door counts its tries. Raises TooMany."""
    limits.check(current_app.extensions["limits"], f"{kind}:{key}", *allowed, g.at)


def device_name() -> str:
    """A short name of the visitor's device, for the list of sessions."""
    agent = request.user_agent.string
    system = next((name for mark, name in _SYSTEMS if mark in agent), "")
    browser = next((name for mark, name in _BROWSERS if mark in agent), "")
    return " · ".join(part for part in (browser, system) if part) or agent[:60]


def remember(answer: Response, token: str) -> Response:
    """Set the session's cookie on an answer."""
    settings: Settings = current_app.config["SETTINGS"]
    answer.set_cookie(
        SESSION_COOKIE,
        token,
        max_age=int(sessions.LIFETIME.total_seconds()),
        httponly=True,
        samesite="Lax",
        secure=settings.secure_cookies,
    )
    return answer


def speak(answer: Response, language: str) -> Response:
    """Set the language's cookie on an answer."""
    settings: Settings = current_app.config["SETTINGS"]
    answer.set_cookie(LANGUAGE_COOKIE, language, max_age=365 * 86400, samesite="Lax", secure=settings.secure_cookies)
    return answer


@door.page("/masuk", "session.begin")
def login() -> ResponseReturnValue:
    """The login form; those who are in already go on."""
    target = own_path(request.args.get("lanjut"))
    if g.actor.known:
        return redirect(target, 303)
    return render_template("accounts/login.html", form=Typed({"lanjut": target}))


def _count_login() -> None:
    form = Typed.posted("password")
    if form["login"] and secret_of("password"):
        count_try("login", accounts.key_of(form["login"]))


@door.act("/masuk", "session.begin", limit=(30, 300), tries=_count_login)
def begin() -> ResponseReturnValue:
    """Log in."""
    once.anew()
    form = Typed.posted("password")
    name = form.require("login", gettext("Tulis e-mail atau nomor HP Anda."))
    password = secret_of("password")
    if not password:
        form.errors["password"] = gettext("Tulis sandi Anda.")
    if not form.errors:
        with form.blamed():
            if g.login is not None:
                sessions.end(g.login, g.at)
            user, token = accounts.log_in(name, password, device_name(), g.at)
            answer = remember(make_response(redirect(own_path(form["lanjut"]), 303)), token)
            return answer if request.cookies.get(LANGUAGE_COOKIE) in LANGUAGES else speak(answer, user.language)
    form.values["lanjut"] = own_path(form["lanjut"])
    return render_template("accounts/login.html", form=form), 422


@door.act("/keluar", "session.end")
def logout() -> ResponseReturnValue:
    """End this session."""
    sessions.end(g.login, g.at)
    return _gone(gettext("Anda sudah keluar."))


@door.act("/keluar-semua", "session.end")
def logout_everywhere() -> ResponseReturnValue:
    """End every session of the account, on all devices."""
    sessions.end_all(g.user, g.at)
    return _gone(gettext("Anda sudah keluar dari semua perangkat."))


@door.act("/bahasa", "public.see")
def change_language() -> ResponseReturnValue:
    """Speak the chosen language from here on, and go back to the page."""
    chosen = request.form.get("lang", "")
    answer = make_response(redirect(own_path(request.form.get("next")), 303))
    return speak(answer, chosen) if chosen in LANGUAGES else answer


@door.act("/pindah-peran", "session.end")
def switch_role() -> ResponseReturnValue:
    """Act in another of one's memberships."""
    number = request.form.get("membership", "")
    accounts.switch(g.login, int(number) if number.isdecimal() and len(number) < 10 else 0, g.at)
    return redirect("/", 303)


def _gone(message: str) -> Response:
    session.clear()
    flash(message, "good")
    answer = make_response(redirect("/masuk", 303))
    answer.delete_cookie(SESSION_COOKIE)
    return answer
