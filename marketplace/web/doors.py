"""Doors: a route cannot be made without naming the deed it is for, and the only commit of the pages is here.

`door.page` answers GET and never writes. `door.act` answers POST in one transaction: a good answer commits, a refusal
or an error status rolls back and loses nothing. A form that comes twice acts once (web.once).
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, TypeVar

from flask import Blueprint, Response, current_app, flash, g, make_response, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from marketplace.models import db
from marketplace.rules.policy import PUBLIC_DEEDS, may
from marketplace.rules.refusals import Forbidden, NotFound
from marketplace.rules.words import N_
from marketplace.services import limits
from marketplace.web import once
from marketplace.web.paths import page_before

T = TypeVar("T")
View = Callable[..., ResponseReturnValue]


@dataclass(frozen=True)
class Guest:
    """Who may enter an endpoint: the deed asked of the policy, and the limit (hits, seconds) per visitor.

    `tries` counts, with the arguments of the view, what else may be done only so often (services.limits): before the
    transaction of the act begins, since a hit is counted in one of its own.
    """

    endpoint: str
    deed: str
    method: str
    path: str
    limit: tuple[int, int] | None = None
    tries: Callable[..., None] | None = field(default=None, compare=False)


GUESTS: dict[str, Guest] = {}
"""Every endpoint that a door made, by endpoint name; the test of routes x roles walks it."""


class Door(Blueprint):
    """A subject's blueprint."""

    def __init__(self, name: str) -> None:
        super().__init__(name, f"marketplace.web.{name}")

    def page(self, path: str, deed: str, limit: tuple[int, int] | None = None) -> Callable[[View], View]:
        """Declare a page: GET `path`, entered by those who may do `deed`."""
        return self._declare("GET", path, deed, limit, None)

    def act(
        self,
        path: str,
        deed: str,
        limit: tuple[int, int] | None = None,
        tries: Callable[..., None] | None = None,
    ) -> Callable[[View], View]:
        """Declare an act: POST `path`, entered by those who may do `deed`; commits when the answer is good."""
        return self._declare("POST", path, deed, limit, tries)

    def _declare(
        self,
        method: str,
        path: str,
        deed: str,
        limit: tuple[int, int] | None,
        tries: Callable[..., None] | None,
    ) -> Callable[[View], View]:
        def declare(view: View) -> View:
            name = getattr(view, "__name__", "view")
            guest = Guest(f"{self.name}.{name}", deed, method, path, limit, tries)
            if guest.endpoint in GUESTS and GUESTS[guest.endpoint] != guest:
                raise ValueError(f"two views named {guest.endpoint}")
            GUESTS[guest.endpoint] = guest
            self.add_url_rule(path, endpoint=name, view_func=_guarded(view, guest), methods=[method])
            return view

        return declare


def _guarded(view: View, guest: Guest) -> View:
    @functools.wraps(view)
    def enter(**kwargs: Any) -> Response:
        if guest.limit is not None:
            hits, seconds = guest.limit
            limits.check(current_app.extensions["limits"], f"{guest.endpoint}:{g.visitor}", hits, seconds, g.at)
        if not may(g.actor, guest.deed):
            return _turn_away(guest)
        if guest.method == "GET":
            return make_response(view(**kwargs))
        if guest.tries is not None:
            guest.tries(**kwargs)
        return _in_one_transaction(view, kwargs)

    return enter


def _in_one_transaction(view: View, kwargs: dict[str, Any]) -> Response:
    claim = once.Claim()
    known = claim.answered()
    if known is not None:
        db.session.rollback()
        return make_response(known)
    response = make_response(view(**kwargs))
    if response.status_code < 400:
        claim.keep(response)
        db.session.commit()
    else:
        db.session.rollback()
    return response


def _turn_away(guest: Guest) -> Response:
    """Strangers are asked to log in and come back; those logged in are told that they may not."""
    if not g.actor.known and guest.deed not in PUBLIC_DEEDS:
        target = request.full_path.rstrip("?")
        if request.method == "POST":
            target = page_before()
            flash(
                gettext("Anda sudah keluar, jadi yang Anda kirim belum tersimpan. Masuk, lalu kirim lagi."), "warning"
            )
        return make_response(redirect(url_for("accounts.login", lanjut=None if target == "/" else target), 303))
    raise Forbidden("forbidden", N_("Akun Anda tidak berhak membuka halaman ini."), deed=guest.deed)


def found(thing: T | None) -> T:
    """`thing`, or NotFound when there is none (or none for this actor)."""
    if thing is None:
        raise NotFound("not_found", N_("Halaman ini tidak ada, atau bukan untuk akun Anda."))
    return thing
