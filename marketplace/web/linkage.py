"""Twins in the registry: two records side by side, one key for each answer."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from flask import flash, g, redirect, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from marketplace.models.businesses import Business
from marketplace.models.linkage import RegistryPair
from marketplace.reads import linkage as reading
from marketplace.rules.linkage import PairState
from marketplace.services import keyring
from marketplace.services import linkage as service
from marketplace.services.matching_room.linkage import sentence
from marketplace.web.doors import Door, found
from marketplace.web.filters import name_of, word_of
from marketplace.web.format import date_long, mask_nik, mask_phone
from marketplace.web.visitors import language

door = Door("linkage")


@dataclass(frozen=True)
class Fact:
    """One line of the comparison: the same, different, or known of one only (None)."""

    label: str
    first: str
    second: str
    same: bool | None


@dataclass(frozen=True)
class Reason:
    """One step of the sum in words, and its bits."""

    words: str
    bits: float


@door.page("/kembar", "registry.link")
def twins() -> ResponseReturnValue:
    """The queue, the surest on top, and what was answered."""
    state = word_of(PairState, request.args.get("bagian", "")) or PairState.OPEN
    page = request.args.get("halaman", 1, type=int)
    queue = reading.queue(g.actor, state, page)
    return render_template("linkage/queue.html", queue=queue, state=state, states=PairState, looked=reading.looked())


@door.act("/kembar/cari", "registry.link", limit=(10, 3600))
def look() -> ResponseReturnValue:
    """Have the registry looked through in the background."""
    service.ask(g.actor, g.at)
    flash(gettext("Pencarian berjalan di belakang layar; muat ulang halaman ini sebentar lagi."), "good")
    return redirect("/kembar", 303)


@door.page("/kembar/<int:number>", "registry.link")
def pair(number: int) -> ResponseReturnValue:
    """Two records side by side, what differs marked, and why they were put together."""
    of = found(reading.pair_for(g.actor, number))
    following = reading.next_after(g.actor, of)
    return render_template(
        "linkage/pair.html", pair=of, facts=facts_of(of), reasons=reasons_of(of), following=following
    )


@door.act("/kembar/<int:number>/sama", "registry.link")
def join(number: int) -> ResponseReturnValue:
    """They are one: merge them."""
    of = found(reading.pair_for(g.actor, number))
    kept = service.join(of, g.actor, g.at)
    return _on(of, gettext("Digabung ke %(name)s (%(code)s).", name=kept.name, code=kept.code))


@door.act("/kembar/<int:number>/beda", "registry.link")
def part(number: int) -> ResponseReturnValue:
    """They are two."""
    of = found(reading.pair_for(g.actor, number))
    service.part(of, g.actor, g.at)
    return _on(of, gettext("Dicatat sebagai dua usaha berbeda."))


@door.act("/kembar/<int:number>/batalkan", "registry.link")
def reopen(number: int) -> ResponseReturnValue:
    """Take the answer back."""
    of = found(reading.pair_for(g.actor, number))
    service.reopen(of, g.actor, g.at)
    flash(gettext("Jawaban dibatalkan; semuanya kembali seperti semula."), "good")
    return redirect(f"/kembar/{of.id}", 303)


def _on(of: RegistryPair, said: str) -> ResponseReturnValue:
    """To the next pair, with the way back."""
    flash(said, "good")
    following = reading.next_after(g.actor, of)
    target = f"/kembar/{following.id}?sebelum={of.id}" if following else "/kembar"
    return redirect(target, 303)


def reasons_of(of: RegistryPair) -> list[Reason]:
    """The parts of the sum in words, the weightiest first."""
    parts = sorted(of.parts, key=lambda part: -abs(part[2]))
    return [Reason(sentence(field, level, bits, language()), bits) for field, level, bits in parts]


def facts_of(of: RegistryPair) -> list[Fact]:
    """Both records line by line; NIK, NPWP and phone masked, compared in plain."""
    one, other = of.first, of.second
    lines = [
        (gettext("Nama usaha"), one.name, other.name),
        (gettext("Pemilik"), one.owner_name, other.owner_name),
        (gettext("Tanggal lahir"), _born(one), _born(other)),
        (gettext("NIB"), one.nib or "", other.nib or ""),
        (gettext("Jenis usaha"), name_of(one.trade) if one.trade else "", name_of(other.trade) if other.trade else ""),
        (gettext("Kegiatan"), one.activity, other.activity),
        (gettext("Produk"), one.products, other.products),
        (gettext("Alamat"), one.address, other.address),
        (gettext("Kelurahan"), one.area.kelurahan, other.area.kelurahan),
        (gettext("Skala"), gettext(one.scale.label), gettext(other.scale.label)),
        (gettext("Sumber data"), _lists(one), _lists(other)),
        (gettext("Kode registri"), one.code, other.code),
    ]
    secret = [_secret(gettext("NIK"), one.nik_cipher, other.nik_cipher, mask_nik)]
    secret.append(_secret("NPWP", one.npwp_cipher, other.npwp_cipher, mask_nik))
    secret.append(_secret(gettext("Nomor HP"), one.phone_cipher, other.phone_cipher, mask_phone))
    plain = [Fact(label, a, b, _same(a, b)) for label, a, b in lines]
    return plain[:2] + secret + plain[2:]


def _secret(label: str, one: bytes | None, other: bytes | None, mask: Callable[[str], str]) -> Fact:
    a, b = keyring.decrypt(one), keyring.decrypt(other)
    return Fact(label, mask(a) if a else "", mask(b) if b else "", _same(a, b))


def _same(a: str, b: str) -> bool | None:
    return " ".join(a.lower().split()) == " ".join(b.lower().split()) if a and b else None


def _born(of: Business) -> str:
    return date_long(of.owner_birth_date) if of.owner_birth_date else ""


def _lists(of: Business) -> str:
    return ", ".join(name for name, there in (("Dinkop", of.in_dinkop), ("SIDT", of.in_sidt)) if there)
