"""Claims: owners find and claim their business; Dinkop decides."""

from __future__ import annotations

from flask import flash, g, make_response, redirect, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from werkzeug import Response

from marketplace.models.accounts import Claim, User
from marketplace.models.businesses import Business
from marketplace.reads import accounts as people
from marketplace.reads import claims as reading
from marketplace.rules.claims import evidence_of
from marketplace.rules.refusals import Invalid
from marketplace.rules.registry import check_nik
from marketplace.rules.words import N_
from marketplace.services import accounts, keyring, sessions
from marketplace.services import claims as service
from marketplace.web.accounts import count_try, device_name, remember
from marketplace.web.doors import Door, found
from marketplace.web.forms.typed import Typed, secret_of

door = Door("claims")

PROOFS_PER_BUSINESS = (6, 3600)
"""Guesses at the data of one business in an hour, from wherever they come."""
PROOFS_PER_PERSON = (15, 86400)


@door.page("/klaim-usaha", "claim.make", limit=(120, 600))
def find() -> ResponseReturnValue:
    """Find one's business by its name or NIB; or read how to register one."""
    return _find(request.args.get("q", "").strip()[:100], Typed())


@door.act("/klaim-usaha", "claim.make", limit=(20, 3600))
def find_by_nik() -> ResponseReturnValue:
    """Find one's business by one's NIK, which stays out of addresses and logs."""
    form = Typed.posted("nik")
    count_try("nik", str(g.actor.user_id or request.remote_addr), PROOFS_PER_PERSON)
    with form.blamed():
        of = reading.candidate_by_nik(keyring.lookup_hash(check_nik(secret_of("nik")), "nik"))
        if of is None:
            raise Invalid("nik", "nik_unknown", N_("Tidak ada usaha dengan NIK ini. Baca cara mendaftar di bawah."))
        return redirect(f"/klaim-usaha/{of.code}", 303)
    return _find("", form), 422


@door.page("/klaim-usaha/<code>", "claim.make", limit=(120, 600))
def claim_form(code: str) -> ResponseReturnValue:
    """Prove that the business is one's own."""
    return _form(found(reading.candidate(code)), Typed())


@door.act("/klaim-usaha/<code>", "claim.make", limit=(30, 900))
def make(code: str) -> ResponseReturnValue:
    """Make the claim; a newcomer's account is made along with it."""
    form = Typed.posted("password", "nik4")
    count_try("proof", code[:40], PROOFS_PER_BUSINESS)
    count_try("proof-by", str(g.actor.user_id or request.remote_addr), PROOFS_PER_PERSON)
    business = found(reading.candidate(code))
    with form.blamed():
        evidence = service.prove(business, secret_of("nik4"), form["birth"], g.at)
        user = g.user or _newcomer(form)
        service.make(business, user, evidence, form["consent"] == "ya", g.at)
        flash(gettext("Klaim terkirim. Dinkop memeriksanya, biasanya dalam dua hari kerja."), "good")
        return _inside(user)
    form.errors = {"login" if name in {"email", "phone"} else name: text for name, text in form.errors.items()}
    return _form(business, form), 422


@door.page("/klaim", "claim.decide")
def queue() -> ResponseReturnValue:
    """Claims that wait for Dinkop, and those decided."""
    decided = request.args.get("bagian") == "selesai"
    page = request.args.get("halaman", 1, type=int)
    return render_template("claims/queue.html", queue=reading.queue(g.actor, decided, page), decided=decided)


@door.page("/klaim/<code>", "claim.decide")
def claim(code: str) -> ResponseReturnValue:
    """One claim with its evidence."""
    return _decision(found(reading.claim_for(g.actor, code)), Typed())


@door.act("/klaim/<code>/sahkan", "claim.decide")
def confirm(code: str) -> ResponseReturnValue:
    """Make the claimant the owner."""
    decided = found(reading.claim_for(g.actor, code))
    service.confirm(decided, g.actor, g.at)
    flash(gettext("Klaim disahkan. %(name)s diberi tahu.", name=decided.user.name), "good")
    return redirect("/klaim", 303)


@door.act("/klaim/<code>/tolak", "claim.decide")
def refuse(code: str) -> ResponseReturnValue:
    """Refuse, with the reason that the claimant reads."""
    form = Typed.posted()
    decided = found(reading.claim_for(g.actor, code))
    with form.blamed():
        service.refuse(decided, form["reason"], g.actor, g.at)
        flash(gettext("Klaim ditolak. %(name)s membaca alasannya.", name=decided.user.name), "good")
        return redirect("/klaim", 303)
    return _decision(decided, form), 422


def _newcomer(form: Typed) -> User:
    login = form["login"]
    contact = {"email": login} if "@" in login else {"phone": login}
    if not secret_of("password"):
        raise Invalid("password", "password_missing", N_("Buat sandi untuk akun Anda."))
    return accounts.make_user(form["name"], g.at, **contact, password=secret_of("password"), language="id")


def _inside(user: User) -> Response:
    answer = make_response(redirect("/akun#klaim", 303))
    return answer if g.login is not None else remember(answer, sessions.begin(user, None, device_name(), g.at))


def _find(q: str, form: Typed) -> str:
    candidates = reading.candidates(q) if q else None
    return render_template(
        "claims/find.html", q=q, form=form, candidates=candidates, can_be_claimed=reading.can_be_claimed
    )


def _form(business: Business, form: Typed) -> str:
    waiting = [c for c in people.claims_of(g.actor) if c.business_id == business.id] if g.actor.known else []
    return render_template(
        "claims/form.html",
        business=business,
        form=form,
        waiting=waiting[0] if waiting else None,
        free=reading.can_be_claimed(business),
    )


def _decision(of: Claim, form: Typed) -> str:
    return render_template(
        "claims/claim.html", claim=of, form=form, evidence=evidence_of(of.evidence), rivals=reading.rivals_of(of)
    )
