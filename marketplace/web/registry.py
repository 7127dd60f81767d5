"""The registry for Dinkop: search over every business, one in full, and what Dinkop may do to it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from flask import flash, g, redirect, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from marketplace.models.areas import Area
from marketplace.models.businesses import Business
from marketplace.models.categories import Category
from marketplace.reads import business_checks as checks
from marketplace.reads import business_files
from marketplace.reads import businesses as reading
from marketplace.reads.registry import records_of
from marketplace.rules.business_files import PaperKind
from marketplace.rules.businesses import BUSINESS_LIFE, BusinessState, Gender, Kind, Scale
from marketplace.rules.policy import may
from marketplace.rules.refusals import Invalid
from marketplace.rules.registry import Source, Stage, asked
from marketplace.rules.registry_quality import Finding
from marketplace.rules.words import N_, Word
from marketplace.services import accounts, business_checks, keyring, tax_numbers
from marketplace.services import businesses as service
from marketplace.web import exports
from marketplace.web.audit import line_of
from marketplace.web.business_files import numbers_of
from marketplace.web.businesses import warn_of_npwp
from marketplace.web.doors import Door, found
from marketplace.web.filters import Chip, Options, chips, kecamatan, named, places, word_of, words
from marketplace.web.forms.typed import Typed
from marketplace.web.visitors import language

door = Door("registry")

COLUMNS = (
    "kode", "nama", "pemilik", "gender", "bentuk", "skala", "status", "jenis_usaha", "kecamatan", "kelurahan", "nib",
    "daftar_dinkop", "sidt", "terdaftar", "terverifikasi", "terlatih", "sertifikat_berlaku",
)  # fmt: skip

MOVES = ("verify", "restore", "suspend", "debar", "close")
"""Steps of a business's life that Dinkop takes on its page; claims and merges have pages of their own."""


@door.page("/registri", "registry.search")
def registry() -> ResponseReturnValue:
    """Search over every business."""
    filters, areas, trades = _filters(), reading.areas(), reading.trades()
    listing = reading.search(g.actor, filters, g.at, request.args.get("halaman", 1, type=int))
    return render_template(
        "registry/list.html",
        may_import=may(g.actor, "registry.import"),
        may_link=may(g.actor, "registry.link"),
        listing=listing,
        args=request.args,
        selects=_selects(areas, trades),
        active=_active(areas, trades),
        query=request.query_string.decode(),
    )


@door.page("/registri.<fmt>", "registry.search", limit=(20, 600))
def registry_file(fmt: str) -> ResponseReturnValue:
    """The same businesses as a file, without NIK, NPWP and phone."""
    rows = reading.exported(g.actor, _filters(), g.at)
    return exports.table(fmt, "registri", COLUMNS, _plain(rows))


def _plain(rows: Iterator[reading.Row]) -> Iterator[exports.Row]:
    english = language() == "en"
    for r in rows:
        trade = r.trade_en if english else r.trade_id
        yield (
            r.code, r.name, r.owner_name, r.gender, r.kind, r.scale, r.state, trade or "", r.kecamatan, r.kelurahan,
            r.nib or "", _yes(r.in_dinkop), _yes(r.in_sidt), _day(r.registered_at), _day(r.verified_at),
            _day(r.trained_at), r.certificates,
        )  # fmt: skip


def _yes(value: bool) -> str:
    return "ya" if value else "tidak"


def _day(at: date | None) -> str:
    return f"{at:%Y-%m-%d}" if at is not None else ""


def _filters() -> reading.Filters:
    args = request.args
    wanted = asked(args.get("q", "")[:100])
    return reading.Filters(
        words=wanted.words,
        nib=wanted.nib,
        nik_hash=keyring.lookup_hash(wanted.nik, "nik") if wanted.nik else "",
        phone_hash=_phone_hash(wanted.phone),
        kecamatan=args.get("kecamatan", ""),
        area=args.get("kelurahan", ""),
        trade=args.get("jenis", ""),
        scale=word_of(Scale, args.get("skala", "")),
        state=word_of(BusinessState, args.get("status", "")),
        gender=word_of(Gender, args.get("gender", "")),
        stage=word_of(Stage, args.get("tahap", "")),
        certificate=args.get("sertifikat", "")[:24],
        source=word_of(Source, args.get("sumber", "")),
        finding=word_of(Finding, args.get("mutu", "")),
    )


def _phone_hash(text: str) -> str:
    """The hash of a phone number; of one that cannot exist, a hash that nobody has."""
    if not text:
        return ""
    try:
        return accounts.phone_hash(accounts.phone_of(text))
    except Invalid:
        return "-"


_WORDS: dict[str, tuple[type[Word], str]] = {
    "status": (BusinessState, N_("Status")),
    "tahap": (Stage, N_("Tahap")),
    "skala": (Scale, N_("Skala")),
    "gender": (Gender, N_("Gender pemilik")),
    "sumber": (Source, N_("Sumber data")),
    "mutu": (Finding, N_("Mutu data")),
}


def _selects(areas: list[Area], trades: list[Category]) -> list[tuple[str, str, Options]]:
    """The selects of the filter: name, label, options."""
    every = gettext("Semua")
    return [
        ("kecamatan", gettext("Kecamatan"), kecamatan(areas, every)),
        ("kelurahan", gettext("Kelurahan"), places(areas, every)),
        ("jenis", gettext("Jenis usaha"), named(trades, every)),
        *((name, gettext(label), words(kind, every)) for name, (kind, label) in _WORDS.items()),
    ]


def _active(areas: list[Area], trades: list[Category]) -> list[Chip]:
    read = {name: dict(options).get for name, _, options in _selects(areas, trades)}
    labels = {name: (lambda value, get=get: get(value) or value) for name, get in read.items()}
    return chips(("q", *read, "sertifikat"), labels)


# -- one in full -----------------------------------------------------------------


@door.page("/registri/<code>", "registry.see")
def business(code: str) -> ResponseReturnValue:
    """One business with everything about it."""
    return _business(code, Typed())


@door.act("/registri/<code>/tampilkan", "registry.unmask", limit=(60, 3600))
def unmask(code: str) -> ResponseReturnValue:
    """Show a NIK, NPWP or phone number once; that somebody looked is journalled. The number stands in no address."""
    of = found(reading.business_for(g.actor, code))
    what = Typed.posted()["what"]
    return _business(code, Typed(), {what: service.unmask(of, what, g.actor, g.at)})


@door.act("/registri/<code>/pindah/<verb>", "registry.change")
def move(code: str, verb: str) -> ResponseReturnValue:
    """One step of its life: verify, suspend, restore, debar, close."""
    of = found(reading.business_for(g.actor, code))
    found(verb if verb in MOVES else None)
    form = Typed.posted()
    with form.blamed():
        _move(of, verb, form)
        flash(gettext("Status usaha sekarang: %(state)s.", state=gettext(of.state.label)), "good")
        return redirect(f"/registri/{code}", 303)
    return _business(code, form, verb=verb), 422


@door.act("/registri/<code>/periksa", "business.check")
def check(code: str) -> ResponseReturnValue:
    """Mark facts that Dinkop has seen on paper or on the spot; each comes with the stamp of what stood on the page."""
    of = found(reading.business_for(g.actor, code))
    form = Typed.posted()
    ticked = (text[:200].rpartition("=") for text in request.form.getlist("fact")[:50])
    with form.blamed():
        business_checks.check(of, {key: stamp for key, _, stamp in ticked}, g.actor, g.at)
        flash(gettext("Dicatat sebagai sudah diperiksa."), "good")
        return redirect(f"/registri/{code}", 303)
    return _business(code, form), 422


def _move(of: Business, verb: str, form: Typed) -> None:
    if verb == "verify":
        service.verify(of, g.actor, g.at)
    elif verb == "debar":
        service.debar(of, form.day("until"), form["reason"], g.actor, g.at)
    else:
        {"suspend": service.suspend, "restore": service.restore, "close": service.close}[verb](
            of, form["reason"], g.actor, g.at
        )


def _business(code: str, form: Typed, shown: dict[str, str] | None = None, verb: str = "") -> str:
    full = found(reading.in_full(g.actor, code))
    of = full.business
    steps = [s for s in BUSINESS_LIFE.allowed(of, g.at) if s.verb in MOVES and may(g.actor, s.deed, of)]
    papers = business_files.papers_for(g.actor, of.id)
    return render_template(
        "registry/business.html",
        papers=papers,
        numbers=numbers_of(papers),
        photos=business_files.photos_of(of.id),
        paper_kinds={kind.value: kind for kind in PaperKind},
        paper_marks={f"paper:{kind.value}" for kind in PaperKind},
        full=full,
        business=of,
        marks=checks.marks_of(of),
        made={o.category_code: o for o in of.offerings},
        may_check=may(g.actor, "business.check"),
        records=records_of(of.id),
        steps=sorted(steps, key=lambda step: MOVES.index(step.verb)),
        valid={c.id for c in reading.valid_certificates(full.certificates, g.at)},
        masked={
            "nik": keyring.decrypt(of.nik_cipher),
            "npwp": tax_numbers.of(of),
            "phone": keyring.decrypt(of.phone_cipher),
        },
        shown=shown or {},
        form=form,
        verb=verb,
        dated="debar",
        journal=[line_of(event) for event in full.journal],
        may_unmask=may(g.actor, "registry.unmask"),
        may_way=may(g.actor, "journey.one"),
        may_passport=may(g.actor, "passport.see"),
        may_change=may(g.actor, "registry.change"),
        may_help=may(g.actor, "account.help"),
    )


# -- a clerk's correction ----------------------------------------------------------


@door.page("/registri/<code>/ubah", "registry.change")
def correct_form(code: str) -> ResponseReturnValue:
    """The facts on file, to be corrected."""
    of = found(reading.business_for(g.actor, code))
    return _correction(of, Typed({name: _typed(getattr(of, name)) for name in sorted(service.FACTS)}))


@door.act("/registri/<code>/ubah", "registry.change")
def correct(code: str) -> ResponseReturnValue:
    """Correct them; the journal keeps what stood there before."""
    form = Typed.posted("nik", "phone", "npwp")
    of = found(reading.business_for(g.actor, code))
    with form.blamed():
        nik, phone, npwp = (request.form.get(name, "").strip() for name in ("nik", "phone", "npwp"))
        service.correct(of, _facts(form), service.Secrets(nik, phone, npwp), g.actor, g.at)
        flash(gettext("Data usaha dibetulkan."), "good")
        if npwp:
            warn_of_npwp(tax_numbers.stands(tax_numbers.of(of)))
        return redirect(f"/registri/{code}", 303)
    return _correction(of, form), 422


def _facts(form: Typed) -> dict[str, object]:
    kind, scale = word_of(Kind, form["kind"]), word_of(Scale, form["scale"])
    if kind is None or scale is None:
        raise Invalid("kind" if kind is None else "scale", "word_missing", N_("Pilih salah satu."))
    return {
        **{name: " ".join(form[name].split()) for name in ("name", "owner_name", "address")},
        **{name: form[name] for name in ("activity", "products", "area_code")},
        "nib": form["nib"].replace(" ", "") or None,
        "trade_code": form["trade_code"] or None,
        "owner_gender": word_of(Gender, form["owner_gender"]),
        "kind": kind,
        "scale": scale,
        "workers": form.whole("workers"),
        "founded_year": form.whole("founded_year"),
    }


def _typed(value: object) -> str:
    return "" if value is None else str(value)


def _correction(of: Business, form: Typed) -> str:
    return render_template(
        "registry/correct.html",
        business=of,
        form=form,
        places=places(reading.areas()),
        trades=named(reading.trades(), gettext("Belum diketahui")),
        genders=words(Gender, gettext("Tidak diketahui")),
        kinds=words(Kind),
        scales=words(Scale),
    )
