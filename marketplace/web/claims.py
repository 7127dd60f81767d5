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
from marketplace.reads.registrations import code_of, last_sender
from marketplace.rules.accounts import check_password, name_of
from marketplace.rules.claims import evidence_of, is_proven
from marketplace.rules.disputes import statement
from marketplace.rules.refusals import Invalid
from marketplace.rules.registrations import CODE_TRIES
from marketplace.rules.registry import check_nik
from marketplace.rules.words import N_
from marketplace.services import accounts, disputes, keyring, sessions
from marketplace.services import claims as service
from marketplace.web.accounts import count_try, device_name, remember
from marketplace.web.disputes import uploaded
from marketplace.web.doors import Door, found
from marketplace.web.errors import words_of
from marketplace.web.forms.typed import Typed, secret_of
from marketplace.web.registrations import count_code_try

door = Door("claims")

PROOFS_PER_BUSINESS = (6, 3600)
"""Guesses at the data of one business in an hour, from wherever they come."""
PROOFS_PER_PERSON = (15, 86400)


@door.page("/klaim-usaha", "claim.make", limit=(120, 600))
def find() -> ResponseReturnValue:
    """Find one's business by its name or NIB; or read how to register one."""
    return _find(request.args.get("q", "").strip()[:100], Typed())


def _count_nik() -> None:
    count_try("nik", str(g.actor.user_id or request.remote_addr), PROOFS_PER_PERSON)


@door.act("/klaim-usaha", "claim.make", limit=(20, 3600), tries=_count_nik)
def find_by_nik() -> ResponseReturnValue:
    """Find one's business by one's NIK, which stays out of addresses and logs."""
    form = Typed.posted("nik")
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


def _count_proof(code: str) -> None:
    count_try("proof", code[:40], PROOFS_PER_BUSINESS)
    count_try("proof-by", str(g.actor.user_id or request.remote_addr), PROOFS_PER_PERSON)
    if secret_of("phone_code").strip():
        count_code_try(code, CODE_TRIES)


@door.act("/klaim-usaha/<code>", "claim.make", limit=(30, 900), tries=_count_proof)
def make(code: str) -> ResponseReturnValue:
    """Make the claim; a newcomer's account is made along with it."""
    form = Typed.posted("password", "nik4", "phone_code")
    business = found(reading.candidate(code))
    free, evidence, user = reading.can_be_claimed(business), "", None
    answers = service.Answers(secret_of("nik4"), form["birth"], secret_of("phone_code").strip())
    with form.blamed():
        evidence = service.prove(business, answers, g.at)
    with form.blamed():
        user = g.user or _newcomer(form)
    with form.blamed():
        service.check_consent(form["consent"] == "ya")
    if not free:
        with form.blamed():
            statement(form["text"], "text")
    if user is not None and not form.errors:
        with form.blamed():
            return _made(business, user, evidence, free, form)
    return _form(business, form), 422


def _made(business: Business, user: User, evidence: str, free: bool, form: Typed) -> Response:
    if free:
        service.make(business, user, evidence, True, g.at)
        flash(gettext("Klaim terkirim. Dinkop memeriksanya, biasanya dalam dua hari kerja."), "good")
        return _inside(user, "/akun#klaim")
    disputes.contest(business, user, evidence, disputes.Side(form["text"], uploaded("file")), g.at)
    flash(gettext("Terkirim. Pemilik sekarang diberi tahu, dan Dinkop memutuskan setelah membaca kedua pihak."), "good")
    return _inside(user, "/akun#sengketa")


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


def _newcomer(form: Typed) -> User | None:
    """A newcomer's account; None when something is missing, which is then told of every field."""
    login, password = form["login"], secret_of("password")
    with form.blamed():
        name_of(form["name"])
    with form.blamed():
        if not password:
            raise Invalid("password", "password_missing", N_("Buat sandi untuk akun Anda."))
        check_password(password, login, form["name"])
    try:
        contact = {"email": login} if "@" in login else {"phone": login}
        name, secret = ("-", "") if form.errors else (form["name"], password)
        return accounts.make_user(name, g.at, **contact, password=secret, language="id")
    except Invalid as refusal:
        form.errors.setdefault("login", words_of(refusal))
        return None


def _inside(user: User, path: str) -> Response:
    answer = make_response(redirect(path, 303))
    return answer if g.login is not None else remember(answer, sessions.begin(user, None, device_name(), g.at))


def _find(q: str, form: Typed) -> str:
    candidates = reading.candidates(q) if q else None
    return render_template("claims/find.html", q=q, form=form, candidates=candidates)


def _form(business: Business, form: Typed) -> str:
    waiting = [c for c in people.claims_of(g.actor) if c.business_id == business.id] if g.actor.known else []
    return render_template(
        "claims/form.html",
        business=business,
        form=form,
        waiting=waiting[0] if waiting else None,
        free=reading.can_be_claimed(business),
        code=code_of(business.id),
        has_phone=business.phone_cipher is not None,
        asks_nik=business.nik_cipher is not None,
        asks_birth=business.owner_birth_date is not None,
    )


def _decision(of: Claim, form: Typed) -> str:
    return render_template(
        "claims/claim.html",
        claim=of,
        form=form,
        evidence=evidence_of(of.evidence),
        proven=is_proven(of.evidence),
        sender=last_sender(of.business_id, of.made_at),
        rivals=reading.rivals_of(of),
    )
